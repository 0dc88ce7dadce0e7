"""holdfast compare: what changed between two studies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from holdfast.study.compare import Answer, Change, Comparison

MOST = 40
"""Inputs listed under one heading; `--json` has all of them."""

NAMES = {
    "signed": "signed",
    "holds.10": "holds 10 years",
    "signed_and_holds_10": "signed × holds 10 years",
    "best": "is best",
}


def compare(
    dir1: Annotated[Path, typer.Argument(help="Folder of the first study.", show_default=False)],
    dir2: Annotated[Path, typer.Argument(help="Folder of the second study.", show_default=False)],
    json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Say what changed between two runs: inputs, answers, ranking."""
    from rich.console import Console

    from holdfast.cli._interrupts import interruptible
    from holdfast.errors import HoldfastError
    from holdfast.study.compare import compare_studies
    from holdfast.study.store import json_text

    try:
        with interruptible():
            found = compare_studies(dir1, dir2)
    except HoldfastError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(error.exit_status) from None
    if json:
        typer.echo(json_text({"before": str(dir1), "after": str(dir2), **found.as_json()}), nl=False)
        return
    console = Console(highlight=False, emoji=False, markup=False)
    show(console, found, str(dir1), str(dir2))


def show(console: Console, found: Comparison, before: str, after: str) -> None:
    """Print a comparison for people."""
    console.print(f"before: {before}\nafter:  {after}", soft_wrap=True)
    _heading(console, "What was asked" if found.study else "What was asked is the same.")
    for change in found.study:
        console.print(f"  {change.what}: {_asked(change)}")
    _show_inputs(console, found)
    if all(answer.difference == 0 and answer.before == answer.after for answer in found.answers):
        _heading(console, "The answers are the same.")
    _heading(console, "Answers: mean (5-95 % of draws)")
    _show_answers(console, found)
    if any(answer.within_noise and answer.difference for answer in found.answers):
        console.print("≈ within what other seeds would give with so many draws (95 %)")
    _heading(console, "Ranking: by signed × holds 10 years")
    console.print(_ranking_table(found))
    console.print(_conclusion(found))


def _heading(console: Console, text: str) -> None:
    console.print()
    console.print(text, style="bold")


def _asked(change: Change) -> str:
    if change.what == "file":
        return "another file, or another version of it"
    return f"{_words(change.before)} → {_words(change.after)}"


def _words(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in cast("Sequence[object]", value)) or "none"
    return str(value)


def _show_inputs(console: Console, found: Comparison) -> None:
    if not (found.added or found.removed or found.changed):
        _heading(console, "The inputs are the same.")
        return
    for name, changes in (("changed", found.changed), ("added", found.added), ("removed", found.removed)):
        if changes:
            _heading(console, f"Inputs {name}: {len(changes)}")
        for change in changes[:MOST]:
            console.print(f"  {change.what}", soft_wrap=True)
            for line in _input_lines(change):
                console.print(f"      {line}", soft_wrap=True)
        if len(changes) > MOST:
            console.print(f"  … and {len(changes) - MOST} more; --json lists all.")


def _input_lines(change: Change) -> Iterator[str]:
    """Say what an input is, or how it differs."""
    before: Mapping[str, Any] | None = change.before
    after: Mapping[str, Any] | None = change.after
    if before is None or after is None:
        yield _described(before or after or {})
        return
    if before.get("describe") != after.get("describe"):
        yield f"{_described(before)} → {_described(after)}"
    if before.get("median") != after.get("median"):
        yield f"median {_number(before.get('median'))} → {_number(after.get('median'))}"
    if before.get("source") != after.get("source"):
        yield f"source {_words(before.get('source'))} → {_words(after.get('source'))}"


def _described(entry: Mapping[str, Any]) -> str:
    return str(entry.get("describe"))


def _number(value: Any) -> str:
    return "unknown" if value is None else f"{value:.4g}"


def _show_answers(console: Console, found: Comparison) -> None:
    """Print one table a proposal, under its name, all with the same widths."""
    from itertools import groupby

    console.print(f"{'':25}  {'before':>19}  {'after':>19}  {'change':>9}")
    for proposal, answers in groupby(found.answers, key=lambda answer: answer.proposal):
        console.print(proposal, style="bold", soft_wrap=True)
        for answer in answers:
            cells = _spread(answer.before), _spread(answer.after), _difference(answer)
            console.print(f"  {NAMES[answer.outcome]:23}  {cells[0]:>19}  {cells[1]:>19}  {cells[2]:>9}")


def _spread(entry: Mapping[str, float] | None) -> str:
    if entry is None:
        return "-"
    if "p05" not in entry:
        return f"{entry['mean']:.3f}"
    return f"{entry['mean']:.3f} ({entry['p05']:.3f}-{entry['p95']:.3f})"


def _difference(answer: Answer) -> str:
    if answer.difference is None:
        return "-"
    if answer.difference == 0:
        return "the same"
    return f"{'≈ ' if answer.within_noise else ''}{answer.difference:+.3f}"


def _ranking_table(found: Comparison) -> RenderableType:
    from rich.box import SIMPLE
    from rich.table import Table

    table = Table(box=SIMPLE, pad_edge=False, show_edge=False)
    table.add_column("proposal", overflow="fold")
    for column in ("before", "after"):
        table.add_column(column, justify="right", no_wrap=True)
    for rank in found.ranking:
        table.add_row(
            rank.proposal, *("-" if place is None else str(place) for place in (rank.before, rank.after))
        )
    return table


def _conclusion(found: Comparison) -> str:
    """Say whether the best proposal is another one."""
    leader = found.leader
    if leader.before == leader.after:
        return f"The best proposal is {leader.after} in both."
    close = " Other seeds could rank these two the other way." if leader.within_noise else ""
    return f"The best proposal was {leader.before}; it is now {leader.after}.{close}"
