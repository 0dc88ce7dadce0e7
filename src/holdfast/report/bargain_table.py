"""What `holdfast bargain` prints: by issue where each model ends, who moved whom, who is for and against; then what each party gains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from holdfast.report.bargain.fairness import UNITS, fair, fair_told, no_agreement_told, pressing, stays
from holdfast.report.bargain.movement import moves_told, moving
from holdfast.report.bargain.nearer import nearer
from holdfast.report.bargain.tested import STAR, off
from holdfast.report.bargain.words import MODEL_NAMES, caveats, range_of, verdict
from holdfast.report.names import Names
from holdfast.report.words import capital, number, percent, signed_number
from holdfast.report.zone_table import zone_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from holdfast.scenario import PositionFile

__all__ = ["bargain_table"]

_MOST = 12
"""Rows of parties that the terminal shows; --json has all."""


def bargain_table(file: PositionFile, found: Mapping[str, Any]) -> Group:
    """Return what the terminal shows, readable at 80 columns and plain when piped.

    Parameters
    ----------
    file
        What was bargained over.
    found
        What `study.bargain.bargain` returned.
    """
    names = Names(file)
    parts: list[Any] = zone_table(file, found["zone"]) if found.get("zone") else []
    for issue, about in found["issues"].items():
        ends = file.issues[issue]
        parts += [
            Text(capital(issue.replace("_", " ")), style="bold"),
            Text(f"0: {ends.low}\n1: {ends.high}"),
            _outcomes(about),
            Text(STAR, style="dim"),
            Text(verdict(about)),
            Text(""),
            _stances(names, about),
            *(Text(line) for line in _moves(names, about)),
            *(Text(line) for line in _sides(names, about)),
            Text(""),
        ]
    parts += _gain_parts(names, found)
    parts += [Text(line) for line in caveats(file, found)]
    return Group(*parts)


def _outcomes(about: Mapping[str, Any]) -> Table:
    grid = _grid("model", "ends at", "5–95%", "settled in", "was off by*")
    for model in pressing(about["outcome"]):
        spread = about["outcome"][model]
        if spread is None:
            grid.add_row(MODEL_NAMES[model], "none", "", "", off(model))
            continue
        settled = about["settled"].get(model)
        grid.add_row(
            MODEL_NAMES[model],
            number(spread["mean"]),
            f"{number(spread['p05'])}–{number(spread['p95'])}",
            "" if settled is None else percent(settled),
            off(model),
        )
    return grid


def _stances(names: Names, about: Mapping[str, Any]) -> Table:
    grid = _grid("party", "position", "salience", "power")
    rows = sorted(about["stances"].items(), key=lambda row: -row[1]["power"]["mean"])
    for party, stance in rows[:_MOST]:
        grid.add_row(
            Text(names.party(party)),
            range_of(stance["position"]),
            number(stance["salience"]["mean"]),
            percent(stance["power"]["mean"]),
        )
    if rest := rows[_MOST:]:
        power = sum(stance["power"]["mean"] for _, stance in rest)
        grid.add_row(f"{len(rest)} others", "", "", percent(power))
    return grid


def _moves(names: Names, about: Mapping[str, Any]) -> list[str]:
    """Return by model with rounds who moves, and who moves whom."""
    return [
        f"{capital(MODEL_NAMES[m])}: {moving(names, rounds)} {moves_told(names, about['moves'].get(m, []))}"
        for m, rounds in about["rounds"].items()
    ]


def _sides(names: Names, about: Mapping[str, Any]) -> list[str]:
    """Return for the two outermost positions who would rather have them than the weighted mean."""
    rows = sorted(about["for_and_against"]["mean"], key=lambda r: r["position"]["mean"])
    return [nearer(names, about, row) for row in (rows[0], rows[-1])]


def _gain_parts(names: Names, found: Mapping[str, Any]) -> list[Any]:
    """Return what each party gains, by the models of pressure and by the rules of fairness."""
    gains = found["gains"]
    models = pressing(gains)
    order = sorted(found["parties"], key=lambda p: (s["mean"] if (s := gains["mean"][p]["ideal"]) else 0, p))
    parts: list[Any] = [Text("What each party gains", style="bold"), Text("Beside its ideal. " + UNITS)]
    parts.append(_gains(names, order, {m: {p: gains[m][p]["ideal"] for p in order} for m in models}))
    beside = {p: gains["mean"][p]["no_agreement"] for p in order}
    rules = [m for m in fair(gains) if not stays(found, m)]
    columns = {"mean": beside} | {m: {p: gains[m][p]["no_agreement"] for p in order} for m in rules}
    if any(beside.values()):
        parts += [Text(""), Text("Beside no agreement, in the same units."), _gains(names, order, columns)]
    parts += [Text(line) for line in no_agreement_told(names, found)]
    parts += [Text(line) for line in fair_told(found)]
    if rules:
        parts.append(_fair(names, found, rules))
    return [*parts, Text("")]


def _gains(names: Names, order: list[str], columns: Mapping[str, Mapping[str, Any]]) -> Table:
    grid = _grid("party", *(MODEL_NAMES[m].replace(" ", "\n") for m in columns))
    for party in order[:_MOST]:
        own = [column[party] for column in columns.values()]
        grid.add_row(
            Text(names.party(party)), *("not known" if s is None else signed_number(s["mean"]) for s in own)
        )
    if len(order) > _MOST:
        grid.add_row(f"{len(order) - _MOST} others: see --json", *("" for _ in columns))
    return grid


def _fair(names: Names, found: Mapping[str, Any], rules: list[str]) -> Table:
    """Return where the rules of fairness would put each issue."""
    grid = _grid("issue", *(MODEL_NAMES[m] for m in rules))
    for issue, about in found["issues"].items():
        places = (about["outcome"][m] for m in rules)
        grid.add_row(Text(names.issue(issue)), *("none" if s is None else range_of(s) for s in places))
    return grid


def _grid(first: str, *headings: str) -> Table:
    grid = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False, pad_edge=False)
    grid.add_column(first, min_width=16, overflow="fold")
    for heading in headings:
        grid.add_column(heading, justify="right", no_wrap=True)
    return grid
