"""holdfast schema: the JSON Schema of a kind of file."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Kind(StrEnum):
    """The kinds of file that have a schema."""

    SCENARIO = "scenario"
    AGREEMENT = "agreement"
    CONFLICT = "conflict"


def schema(
    kind: Annotated[Kind, typer.Argument(help="Which kind of file.")] = Kind.SCENARIO,
) -> None:
    """Print the JSON Schema of a file, for editors that complete and explain keys."""
    import json

    if kind is Kind.AGREEMENT:
        from holdfast.monitoring.agreement.schema import agreement_schema as found
    elif kind is Kind.CONFLICT:
        from holdfast.study.conflict.schema import conflict_schema as found
    else:
        from holdfast.scenario.schema import json_schema as found
    typer.echo(json.dumps(found(), indent=2, ensure_ascii=False))
