"""What `holdfast decide` prints: members with their power, then the same answers as the page's first screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from holdfast.report.blocking import answers, headline
from holdfast.report.coalitions import Decision
from holdfast.report.words import capital, listing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from holdfast.scenario import BodyFile

__all__ = ["decision_table"]

_ALL_SHOWN = 12
"""Up to so many members each has a row of its own."""

_COLUMNS = {
    "weight": "weight",
    "shapley_shubik": "Shapley–\nShubik",
    "banzhaf_normalised": "Banzhaf\nshare",
    "coleman_prevent": "can\nprevent",
    "coleman_initiate": "can\ninitiate",
    "pivotality": "decides",
}


def decision_table(file: BodyFile, found: Mapping[str, Any]) -> Group:
    """Return what the terminal shows of one body, readable at 80 columns and plain when piped.

    Parameters
    ----------
    file
        Where the body stands.
    found
        What `study.decide.decide` returned.
    """
    decision = Decision(file, found)
    grid = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False, pad_edge=False)
    grid.add_column("member", min_width=14, overflow="fold")
    shown = {k: h for k, h in _COLUMNS.items() if any(m[k] is not None for m in decision.members.values())}
    for heading in shown.values():
        grid.add_column(heading, justify="right", no_wrap=True)
    grid.add_column("")
    for group in _rows(decision):
        own = decision.members[group[0]]
        values = (_weight(own[k]) if k == "weight" else _share(own[k]) for k in shown)
        name = decision.party(group[0]) if len(group) == 1 else decision.each(group)
        grid.add_row(Text(name), *values, _kind(own))
    lines = [f"{question} {answer}" for question, answer in answers(decision)]
    lines += _method(decision)
    # Text, not markup: names come from the file and may hold square brackets.
    top = [Text(capital(decision.title)), Text(f"{headline(decision)}."), Text("")]
    return Group(*top, grid, Text(""), *(Text(line) for line in lines))


def _rows(decision: Decision) -> Sequence[Sequence[str]]:
    """Return the members in groups of the same figures; one by one if they are few."""
    if len(decision.members) <= _ALL_SHOWN:
        return [[member] for group in decision.alike for member in group]
    rows: list[list[str]] = []
    for group in decision.alike:
        by_figures: dict[tuple[object, ...], list[str]] = {}
        for member in group:  # the rule treats them alike; what is thought of their support may differ
            pivotality = decision.members[member]["pivotality"]
            by_figures.setdefault((pivotality and round(pivotality, 9),), []).append(member)
        rows += by_figures.values()
    return rows


def _weight(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"


def _share(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if value >= 0.0005 or value == 0 else f"{value:.0e}"


def _kind(own: Mapping[str, Any]) -> str:
    return "dictator" if own["dictator"] else "veto" if own["veto"] else "dummy" if own["dummy"] else ""


def _method(decision: Decision) -> list[str]:
    found = decision.found
    lines: list[str] = []
    if found["left_out"]:
        keys = [key.replace("_", " ") for key in found["left_out"]]
        lines.append(f"Out of reach for so large a rule: {listing(keys)}.")
    if found["method"]:
        lines.append(f"Worked out by {found['method']}; largest error {found['error']:.0e}.")
    return lines
