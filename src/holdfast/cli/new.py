"""holdfast new: a small commented scenario to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def new(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder to write scenario.yaml into.", show_default=False)
    ],
) -> None:
    """Write a small commented scenario that runs as it is."""
    from holdfast.errors import HoldfastError
    from holdfast.scenario.template import write_template

    try:
        file = write_template(directory)
    except HoldfastError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(error.exit_status) from None
    typer.echo(f"Wrote {file}. Next: holdfast run {file}")
