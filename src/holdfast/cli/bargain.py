"""holdfast bargain: where a plan among the parties ends by each model, who moves whom, who gains."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from holdfast.cli._output import made_folder, working
from holdfast.cli.run import whole_number


def bargain(
    file: Annotated[Path, typer.Argument(help="A scenario, or a file of positions.", show_default=False)],
    issue: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Only this issue; may be repeated.", show_default="all"),
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="mean, median, challenge, spatial, nash, kalai-smorodinsky or egalitarian; may be repeated. Mean and median are "
            "always shown.",
            show_default="all",
        ),
    ] = None,
    among: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID",
            help="Only this party or group bargains; may be repeated.",
            show_default="bargaining.among of the file, else all",
        ),
    ] = None,
    accept: Annotated[
        float,
        typer.Option(
            metavar="P",
            help="Probability with which each signatory must accept a proposal that counts as possible.",
        ),
    ] = 0.5,
    draws: Annotated[
        int,
        typer.Option(parser=whole_number, metavar="N", help="Joint samples; rounded up to a power of two."),
    ] = 512,
    seed: Annotated[int, typer.Option(parser=whole_number, metavar="N", help="Seed of the draws.")] = 1,
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
            metavar="DIR", help="Write bargaining.html and bargaining.json there.", show_default="no files"
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of the tables.")] = False,
) -> None:
    """Show where bargaining over each issue ends, who moves whom, and what each party gains."""
    from holdfast.errors import HoldfastError, InputError
    from holdfast.scenario import load_positions

    try:
        positions = load_positions(file, settings or ())
        if seed < 0:
            raise InputError(f"--seed {seed}: must be 0 or more. Write --seed 1.")
        if out is not None and out.exists() and not out.is_dir():
            raise InputError(f"--out {out}: is a file. Name a folder.")
        with working("bargaining"):
            from holdfast.study.bargain.zone import check_threshold

            check_threshold(accept)
            from holdfast.study.bargain import bargain as work_out
            from holdfast.study.kernels import keep_kernels
            from holdfast.study.run import rounded_up

            keep_kernels()
            count = rounded_up(draws)
            found = work_out(positions, issue or (), model or (), among or (), draws=count, seed=seed)
            found["zone"] = _zone(positions, accept, count, seed)
        if out is not None:
            _write(positions, found, out)
    except HoldfastError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(error.exit_status) from None
    if as_json:
        from holdfast.study.store import json_text

        typer.echo(json_text(found), nl=False)
    else:
        from rich.console import Console

        from holdfast.report.bargain_table import bargain_table

        Console().print(bargain_table(positions, found))
    if out is not None:
        typer.echo(f"Page: {out / 'bargaining.html'}", err=True)


def _zone(positions: Any, accept: float, draws: int, seed: int) -> Any:
    """Return which proposals both sides would sign; nothing for a file without proposals."""
    from holdfast.scenario import Scenario
    from holdfast.study.bargain.concessions import Search
    from holdfast.study.bargain.zone import agreement_zone

    if not isinstance(positions, Scenario):
        return None
    search = Search(draws=min(draws, Search.draws), confirmed=draws)
    return agreement_zone(positions, threshold=accept, search=search, seed=seed, draws=draws)


def _write(positions: Any, found: Any, out: Path) -> None:
    from holdfast.report.bargain.page import write_bargain_page
    from holdfast.study.store import json_text, write_bytes

    made_folder(out)
    write_bargain_page(positions, found, out / "bargaining.html")
    write_bytes(out / "bargaining.json", json_text(found).encode())
