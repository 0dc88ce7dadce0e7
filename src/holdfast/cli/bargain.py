"""holdfast bargain: where a plan among the parties ends by each model, who moves whom, who gains."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from holdfast.cli._output import folder, made_folder, working
from holdfast.cli.run import whole_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from holdfast.scenario import Party, PositionFile

DRAWS, MOST_DRAWS = 512, 2**16
"""The most: every draw of every party in every round is held in memory."""


def probability(text: str | float) -> float:
    """Read a probability, and say what to write if it is no number.

    Raises
    ------
    typer.BadParameter
        If the text is no number.
    """
    try:
        return float(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is no number. Write one above 0 and at most 1, such as 0.5."
        ) from None


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
        float | None,
        typer.Option(
            parser=probability,
            metavar="P",
            help="Probability with which each signatory must accept a proposal that counts as possible.",
            show_default="0.5",
        ),
    ] = None,
    draws: Annotated[
        int,
        typer.Option(
            parser=whole_number,
            metavar="N",
            help="Joint samples; rounded up to a power of two, at most 65536.",
        ),
    ] = DRAWS,
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
            parser=folder,
            metavar="DIR",
            help="Write bargaining.html and bargaining.json there.",
            show_default="no files",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of the tables.")] = False,
) -> None:
    """Show where bargaining over each issue ends, who moves whom, and what each party gains."""
    from holdfast.cli._interrupts import interruptible
    from holdfast.errors import HoldfastError, InputError
    from holdfast.scenario import load_positions

    try:
        with interruptible() as raise_dropped:
            positions = load_positions(file, settings or ())
            if seed < 0:
                raise InputError(f"--seed {seed}: must be 0 or more. Write --seed 1.")
            if out is not None and out.exists() and not out.is_dir():
                raise InputError(f"--out {out}: is a file. Name a folder.")
            with working("bargaining"):
                asked = _Asked(
                    tuple(issue or ()), tuple(model or ()), tuple(among or ()), accept, draws, seed
                )
                found = _found(positions, asked, raise_dropped)
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


class _Asked(NamedTuple):
    """What was asked for on the command line."""

    issues: tuple[str, ...]
    models: tuple[str, ...]
    among: tuple[str, ...]
    accept: float | None
    """None where it was not asked for."""
    draws: int
    seed: int


def _found(positions: PositionFile, asked: _Asked, raise_dropped: Callable[[], None]) -> dict[str, Any]:
    """Return what bargaining finds, and under `zone` what could be signed."""
    from holdfast.errors import HoldfastError, InputError
    from holdfast.scenario import Scenario
    from holdfast.study.bargain.zone import check_threshold
    from holdfast.study.run import rounded_up

    if asked.accept is not None:
        check_threshold(asked.accept)
        if not isinstance(positions, Scenario):
            raise InputError(
                f"--accept {asked.accept:g}: {positions.path} has no proposals to accept. Leave it out."
            )
    count = rounded_up(asked.draws, MOST_DRAWS, DRAWS)
    _check_table(positions, asked)
    from holdfast.study.bargain import bargain as work_out
    from holdfast.study.kernels import keep_kernels

    keep_kernels()
    try:
        found = work_out(positions, asked.issues, asked.models, asked.among, draws=count, seed=asked.seed)
        raise_dropped()
        found["zone"] = _zone(positions, asked, count, raise_dropped)
    except MemoryError:
        fewer = max(count // 8, 1)
        raise HoldfastError(
            f"--draws {count}: do not fit into this machine’s memory. Write --draws {fewer}, or name fewer with --model or --issue."
        ) from None
    return found


def _check_table(positions: PositionFile, asked: _Asked) -> None:
    """Raise an InputError where fewer than two can bargain at all: too few were named, or only one has any weight."""
    from holdfast.errors import InputError
    from holdfast.scenario import Quantity
    from holdfast.study.bargain.stances import bargainers

    who = bargainers(positions, asked.among)
    if asked.among and len(who) < 2:
        named = " ".join(f"--among {name}" for name in asked.among)
        alone = f"only {who[0]} bargains then" if who else "nobody with a position bargains then"
        raise InputError(
            f"{named}: {alone}, and a bargain takes two. Name another with --among, or leave it out."
        )
    if asked.models and "spatial" not in asked.models:
        return
    silent = {p: field for p in who if (field := _without_weight(positions.parties[p])) is not None}
    if not silent or len(who) - len(silent) >= 2:
        return
    party, field = next(iter(silent.items()))
    quantity = getattr(positions.parties[party], field)
    line = f":{quantity.line}" if isinstance(quantity, Quantity) else ""
    raise InputError(
        f"{positions.path}{line}: parties.{party}.{field} is 0, and the spatial model takes two parties with both {field} and salience "
        "above 0. Give it one above 0, or ask for other models with --model."
    )


def _without_weight(party: Party) -> str | None:
    """Return the field by which a party surely has no weight; None if it may have some."""
    field = "strength" if party.influence is None else "influence"
    weight = getattr(party, field)
    if weight is not None and weight.ppf(1.0) <= 0:
        return field
    return None if any(q.ppf(1.0) > 0 for q in party.salience.values()) else "salience"


def _zone(positions: PositionFile, asked: _Asked, draws: int, raise_dropped: Callable[[], None]) -> Any:
    """Return which proposals both sides would sign; nothing for a file without proposals."""
    from holdfast.scenario import Scenario
    from holdfast.study.bargain.concessions import Search
    from holdfast.study.bargain.zone import THRESHOLD, agreement_zone

    if not isinstance(positions, Scenario):
        return None
    return agreement_zone(
        positions,
        threshold=THRESHOLD if asked.accept is None else asked.accept,
        search=Search(draws=min(draws, Search.draws), confirmed=draws),
        seed=asked.seed,
        draws=draws,
        progress=lambda _done, _of: raise_dropped(),
    )


def _write(positions: Any, found: Any, out: Path) -> None:
    from holdfast.report.bargain.page import write_bargain_page
    from holdfast.study.store import json_text, write_bytes

    made_folder(out)
    write_bargain_page(positions, found, out / "bargaining.html")
    write_bytes(out / "bargaining.json", json_text(found).encode())
