"""holdfast decide: who can block a body's decision, what each vote weighs, how likely a decision is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from holdfast.cli._output import made_folder, working
from holdfast.cli.run import whole_number


def decide(
    file: Annotated[
        Path, typer.Argument(help="A file of bodies (catalog/bodies/) or a scenario.", show_default=False)
    ],
    body: Annotated[
        str | None, typer.Option(metavar="ID", help="Only this body.", show_default="all of the file")
    ] = None,
    attacker: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help="Who has attacked: it votes no, or is recused if the rule says so.",
            show_default="in a scenario, whom the body's pledges are against",
        ),
    ] = None,
    draws: Annotated[
        int, typer.Option(parser=whole_number, metavar="N", help="Draws of the support, where it has ranges.")
    ] = 4096,
    seed: Annotated[int, typer.Option(parser=whole_number, metavar="N", help="Seed of the draws.")] = 1,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Write decision.html and decision.json there.", show_default="no files"
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of the tables.")] = False,
) -> None:
    """Show who can block a decision, how much each vote weighs, and how likely a decision is."""
    from holdfast.cli._interrupts import interruptible
    from holdfast.errors import HoldfastError, InputError
    from holdfast.scenario import load_bodies

    try:
        bodies = load_bodies(file)
        if out is not None and not str(out).strip(". "):
            raise InputError("--out: names no folder. Write --out DIR.")
        if out is not None and out.exists() and not out.is_dir():
            raise InputError(f"--out {out}: is a file. Name a folder.")
        with interruptible(), working("working it out"):
            found = _found(bodies, body, attacker, draws, seed)
        if out is not None:
            _write(bodies, found, out)
    except HoldfastError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(error.exit_status) from None
    if as_json:
        typer.echo(_json(found), nl=False)
    else:
        from rich.console import Console

        from holdfast.report.decision_table import decision_table

        console = Console()
        for number, each in enumerate(found):
            if number:
                console.print()
            console.print(decision_table(bodies, each))
    if out is not None:
        typer.echo(f"Page: {out / 'decision.html'}", err=True)


def _found(
    bodies: Any, body: str | None, attacker: str | None, draws: int, seed: int
) -> list[dict[str, Any]]:
    from holdfast.errors import InputError
    from holdfast.study.decide import attackers, decide
    from holdfast.study.run import rounded_up

    if not bodies.bodies:
        raise InputError(f"{bodies.path} has no bodies, so there is no decision to look at.")
    if attacker is not None and attacker not in bodies.parties:
        known = ", ".join(sorted(bodies.parties)[:40])
        raise InputError(f"--attacker {attacker}: is no party of {bodies.path}. Write one of: {known}.")
    if seed < 0:
        raise InputError(f"--seed {seed}: must be 0 or more. Write --seed 1.")
    names = [body] if body is not None else sorted(bodies.bodies)
    found: list[dict[str, Any]] = []
    for name in names:
        cases = [attacker] if attacker is not None else attackers(bodies, name) or [None]
        found += [decide(bodies, name, case, draws=rounded_up(draws), seed=seed) for case in cases]
    return found


def _json(found: list[dict[str, Any]]) -> str:
    from holdfast.study.store import json_text

    return json_text(found[0] if len(found) == 1 else found)


def _write(bodies: Any, found: list[dict[str, Any]], out: Path) -> None:
    from holdfast.report.decision import write_decision_page
    from holdfast.study.store import write_bytes

    made_folder(out)
    write_decision_page(bodies, found, out / "decision.html")
    write_bytes(out / "decision.json", _json(found).encode())
