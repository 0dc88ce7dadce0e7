"""holdfast stability: which states of a conflict hold, for whom, how they are reached, and what hangs on one judgement."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer


def stability(
    file: Annotated[
        Path,
        typer.Argument(help="A conflict file, such as catalog/elmira/stability.yaml.", show_default=False),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of the table.")] = False,
) -> None:
    """Show which states of a conflict are stable, for whom, and how far that hangs on single judgements."""
    from holdfast.cli._interrupts import interruptible
    from holdfast.errors import HoldfastError
    from holdfast.study.conflict import load_conflict
    from holdfast.study.conflict import stability as work_out

    try:
        conflict = load_conflict(file)
        with interruptible(), _counting() as step:
            found = work_out(conflict, step)
    except HoldfastError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(error.exit_status) from None
    if as_json:
        from holdfast.study.store import json_text

        typer.echo(json_text(found), nl=False)
    else:
        from rich.console import Console

        from holdfast.report.stability import stability_table

        Console().print(stability_table(found))


@contextmanager
def _counting() -> Generator[Callable[[], None]]:
    """Show on a terminal that work goes on: hundreds of states take up to a minute."""
    from rich.console import Console

    console, done = Console(stderr=True), 0
    if not console.is_terminal:
        yield lambda: None
        return
    with console.status("working it out") as status:

        def step() -> None:
            nonlocal done
            done += 1
            status.update(f"working it out: {done} changed orders")

        yield step
