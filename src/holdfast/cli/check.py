"""holdfast check: every mistake in a file, then what its numbers rest on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def check(
    file: Annotated[Path, typer.Argument(help="A scenario, or a file of bodies.", show_default=False)],
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="Set a field before checking; may be repeated."),
    ] = None,
) -> None:
    """Check a file: every mistake at once; then every number that has no source."""
    from holdfast.errors import InputError
    from holdfast.scenario import load_bodies
    from holdfast.scenario.checks import review
    from holdfast.study.rules import blocked

    try:
        scenario = load_bodies(file, settings or ())
    except InputError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(error.exit_status) from None
    found = review(scenario)
    for quantity, lacks in sorted(
        [(q, "no source") for q in found.unsourced]
        + [(q, "a judgement without because") for q in found.unexplained],
        key=lambda pair: (pair[0].line, pair[0].path),
    ):
        typer.echo(f"{file}:{quantity.line}: {quantity.path} = {quantity.describe()}; {lacks}")
    total = sum(found.counts.values()) + found.tied
    counts = ", ".join(f"{count} {standing}" for standing, count in found.counts.items())
    tied = f", {found.tied} the same as another" if found.tied else ""
    typer.echo(f"{file}: no mistakes. {total} numbers: {counts}{tied}.")
    for warning in (*found.warnings, *blocked(scenario)):
        typer.echo(f"{file}: warning: {warning}", err=True)
