"""holdfast schema: the JSON Schema of the scenario file."""

from __future__ import annotations

import typer


def schema() -> None:
    """Print the JSON Schema of the scenario file, for editors that complete and explain keys."""
    import json

    from holdfast.scenario.schema import json_schema

    typer.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
