"""The JSON Schema of a conflict file, from the models, so that an editor completes and explains each key."""

from __future__ import annotations

from typing import Any

from holdfast.scenario.schema import DIALECT, tidy
from holdfast.study.conflict.model import ConflictFile


def conflict_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a conflict file, with a description of every key.

    Examples
    --------
    >>> conflict_schema()["required"][-2:]
    ['parties', 'preferences']
    """
    return {"$schema": DIALECT, **tidy(ConflictFile.model_json_schema())}
