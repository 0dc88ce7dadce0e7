"""holdfast import: a KTAB file of actors becomes a file of positions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def import_(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="KTAB's actors: .csv or .xml.", show_default=False)
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out", "-o", metavar="FILE", help="The file of positions to write.", show_default=False
        ),
    ],
    as_of: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help="The day whose state of affairs it describes, year-month-day.",
            show_default="today",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there already.")] = False,
) -> None:
    """Turn KTAB's actors into a file of positions."""
    import datetime as dt

    from holdfast.cli._output import write_new
    from holdfast.errors import HoldfastError, InputError
    from holdfast.scenario.ktab import counted, import_notes, position_file, read_actors

    try:
        try:
            day = dt.date.fromisoformat(as_of) if as_of else dt.datetime.now(dt.UTC).date()
        except ValueError:
            raise InputError(
                f"--as-of {as_of}: is no day of the calendar. Write year-month-day, such as 2025-09-04."
            ) from None
        actors = read_actors(file)
        write_new(out, position_file(actors, file.name, day), force=force)
    except HoldfastError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(error.exit_status) from None
    if as_of is None:
        typer.echo(f"KTAB's files have no date: as_of is today, {day}. Set it with --as-of.", err=True)
    for sentence in import_notes(actors):
        typer.echo(sentence, err=True)
    parties, issues = (
        counted(len(actors.actors), "party", "parties"),
        counted(len(actors.dimensions), "issue"),
    )
    typer.echo(f"Wrote {out}: {parties}, {issues}. Next: holdfast bargain {out}")
