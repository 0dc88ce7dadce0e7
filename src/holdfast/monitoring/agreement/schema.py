"""The JSON Schema of an agreement file, from the models, so that an editor completes and explains each key."""

from __future__ import annotations

from typing import Any

from holdfast.monitoring.agreement.model import AgreementFile
from holdfast.scenario.schema import DIALECT, tidy


def agreement_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of an agreement file, with a description of every key.

    Examples
    --------
    >>> agreement_schema()["required"][-2:]
    ['parties', 'articles']
    """
    return {"$schema": DIALECT, **tidy(AgreementFile.model_json_schema())}
