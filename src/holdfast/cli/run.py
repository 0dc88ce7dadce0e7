"""holdfast run: a scenario in, a ranked and explained comparison of its proposals out."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

INTERRUPTED = 130


def whole_number(text: str | int) -> int:
    """Read a whole number, and say what to write if it is none.

    Raises
    ------
    typer.BadParameter
        If the text is no whole number.
    """
    try:
        return int(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is no whole number. Write one such as 4096, without point or comma."
        ) from None


def run(
    file: Annotated[Path, typer.Argument(help="The scenario file.", show_default=False)],
    draws: Annotated[
        int,
        typer.Option(
            parser=whole_number,
            metavar="N",
            help="Joint samples of every uncertain input; rounded up to a power of two.",
        ),
    ] = 4096,
    seed: Annotated[int, typer.Option(parser=whole_number, metavar="N", help="Seed of the draws.")] = 1,
    proposal: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Compare only this proposal; may be repeated.", show_default=False),
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
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder for the results.",
            show_default="holdfast-out/<file's stem>-<hash>",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print summary.json instead of the table.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace another study in the folder.")] = False,
) -> None:
    """Compare a scenario's proposals: would they be signed, would they hold, and what does that hinge on?"""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    from holdfast.cli._interrupts import kept_interrupts
    from holdfast.errors import HoldfastError

    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn(), console=console, transient=True
    )
    tasks: dict[str, TaskID] = {}

    def progress(stage: str, done: int, of: int) -> None:
        raise_dropped()
        if not console.is_terminal:
            return
        bar.start()  # only now: an empty bar would stand above the mistakes of a file
        if stage not in tasks:
            tasks[stage] = bar.add_task(stage, total=of)
        bar.update(tasks[stage], completed=done)

    try:
        with kept_interrupts() as raise_dropped, ExitStack() as closing:
            closing.callback(lambda: bar.stop() if tasks else None)
            from holdfast.study.run import run_study

            study = run_study(
                file,
                draws=draws,
                seed=seed,
                proposals=proposal or (),
                settings=settings or (),
                out=out,
                force=force,
                notice=lambda text: console.print(text, markup=False, highlight=False, soft_wrap=True),
                progress=progress,
            )
            from holdfast.report import write_page

            bargained = study.bargained(lambda done, of: progress("bargaining", done, of))
            write_page(
                study.scenario, study.summary, study.draws_path, study.manifest, study.page_path, bargained
            )
    except KeyboardInterrupt:
        typer.echo("Interrupted. What is finished is kept: the same command goes on from there.", err=True)
        raise typer.Exit(INTERRUPTED) from None
    except HoldfastError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(error.exit_status) from None
    if as_json:
        from holdfast.study.store import json_text

        typer.echo(json_text(study.summary), nl=False)
    else:
        from holdfast.report.terminal import table

        Console().print(table(study.summary, study.scenario, study.manifest, bargained))
    if study.known:
        typer.echo(f"{study.folder} was complete: only the page was made again.", err=True)
    typer.echo(f"Report: {study.page_path}", err=True)
