"""holdfast export: positions as a file of actors that KTAB reads."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def export(
    file: Annotated[Path, typer.Argument(help="A scenario, or a file of positions.", show_default=False)],
    out: Annotated[
        Path,
        typer.Option("--out", "-o", metavar="FILE", help="The .csv or .xml to write.", show_default=False),
    ],
    issue: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Only this issue; may be repeated.", show_default="all"),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="PATH=VALUE",
            help="Set a field of the file; may be repeated.",
            show_default=False,
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there already.")] = False,
) -> None:
    """Write where the parties stand as KTAB's actors, and say what KTAB has no place for."""
    from holdfast.cli._output import write_new
    from holdfast.errors import HoldfastError
    from holdfast.scenario import load_positions
    from holdfast.scenario.ktab import actors_of, counted, form_notes, text_of

    try:
        actors, left = actors_of(load_positions(file, settings or ()), issue or ())
        write_new(out, text_of(actors, out), force=force)
    except HoldfastError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(error.exit_status) from None
    for sentence in (*left.sentences, *form_notes(actors, out)):
        typer.echo(sentence, err=True)
    wrote = f"{counted(len(actors.actors), 'actor')}, {counted(len(actors.dimensions), 'dimension')}"
    typer.echo(f"Wrote {out}: {wrote}.")
