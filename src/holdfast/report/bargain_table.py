"""What `holdfast bargain` prints: by issue where each model ends, who moved whom, who is for and against; then what each party gains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from holdfast.report.bargain.words import MODEL_NAMES, caveats, range_of, verdict
from holdfast.report.words import capital, listing, number, percent, signed_number
from holdfast.report.zone_table import zone_table
from holdfast.scenario.reading import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from holdfast.scenario import PositionFile

__all__ = ["bargain_table"]

_MOST = 12
"""Rows of parties that the terminal shows; --json has all."""
_MOVES = 5
"""Moves that the terminal tells of, the largest; --json has all."""
_SIDE = 6
"""Parties that a side is named with."""


def bargain_table(file: PositionFile, found: Mapping[str, Any]) -> Group:
    """Return what the terminal shows, readable at 80 columns and plain when piped.

    Parameters
    ----------
    file
        What was bargained over.
    found
        What `study.bargain.bargain` returned.
    """
    parts: list[Any] = []
    for issue, about in found["issues"].items():
        ends = file.issues[issue]
        parts += [
            Text(capital(issue.replace("_", " ")), style="bold"),
            Text(f"0: {ends.low}\n1: {ends.high}"),
            _outcomes(about),
            Text(verdict(about)),
            Text(""),
            _stances(file, about),
            *(Text(line) for line in _moves(file, about)),
            *(Text(line) for line in _sides(file, about)),
            Text(""),
        ]
    parts += [Text("What each party gains", style="bold"), _gains(file, found), Text("")]
    if found.get("zone"):
        parts += zone_table(file, found["zone"])
    parts += [Text(line) for line in caveats(file, found)]
    return Group(*parts)


def _outcomes(about: Mapping[str, Any]) -> Table:
    grid = _grid("model", "ends at", "5–95%", "settled in")
    for model, spread in about["outcome"].items():
        if spread is None:
            grid.add_row(MODEL_NAMES[model], "none", "", "")
            continue
        settled = about["settled"].get(model)
        grid.add_row(
            MODEL_NAMES[model],
            number(spread["mean"]),
            f"{number(spread['p05'])}–{number(spread['p95'])}",
            "" if settled is None else percent(settled),
        )
    return grid


def _stances(file: PositionFile, about: Mapping[str, Any]) -> Table:
    grid = _grid("party", "position", "salience", "power")
    rows = sorted(about["stances"].items(), key=lambda row: -row[1]["power"]["mean"])
    for party, stance in rows[:_MOST]:
        grid.add_row(
            Text(file.parties[party].name),
            range_of(stance["position"]),
            f"{stance['salience']['mean']:.2f}",
            percent(stance["power"]["mean"]),
        )
    if rest := rows[_MOST:]:
        power = sum(stance["power"]["mean"] for _, stance in rest)
        grid.add_row(counted(len(rest), "other"), "", "", percent(power))
    return grid


def _moves(file: PositionFile, about: Mapping[str, Any]) -> list[str]:
    """Return by model who moved whom, the commonest moves first."""
    lines: list[str] = []
    for model, moves in about["moves"].items():
        if not moves:
            lines.append(f"In the {MODEL_NAMES[model]} nobody moves.")
            continue
        told = sorted(moves, key=lambda m: -m["share"] * abs(m["step"]))[:_MOVES]
        each = [
            f"round {m['round']}, {_name(file, m['party'])} to {_name(file, m['by'])} by {abs(m['step']):.2f} ({percent(m['share'])})"
            for m in sorted(told, key=lambda m: m["round"])
        ]
        more = f", and {len(moves) - len(told)} smaller" if len(moves) > len(told) else ""
        lines.append(f"Moves in the {MODEL_NAMES[model]} (share of draws): {'; '.join(each)}{more}.")
    return lines


def _sides(file: PositionFile, about: Mapping[str, Any]) -> list[str]:
    """Return for the two outermost positions who would rather have them than the weighted mean."""
    rows = sorted(about["for_and_against"]["mean"], key=lambda r: r["position"]["mean"])
    lines: list[str] = []
    for row in (rows[0], rows[-1]):
        for_, against = (_some(file, row[side]) for side in ("parties_for", "parties_against"))
        where = f"{_name(file, row['party'])}'s position {row['position']['mean']:.2f} rather than the weighted mean"
        sides = f"for {percent(row['for']['mean'])} of the power ({for_}), against {percent(row['against']['mean'])} ({against})"
        lines.append(f"{where}: {sides}.")
    return lines


def _some(file: PositionFile, parties: Sequence[str]) -> str:
    """Name a few parties, and say how many more there are."""
    names = [_name(file, p) for p in parties]
    if len(names) > _SIDE:
        names = [*names[: _SIDE - 1], f"{len(names) - _SIDE + 1} more"]
    return listing(names) if names else "nobody"


def _gains(file: PositionFile, found: Mapping[str, Any]) -> Table:
    models = [m for m in found["gains"] if m not in ("kalai-smorodinsky", "egalitarian")]  # as Nash, nearly
    grid = _grid("party", *(MODEL_NAMES[m].replace(" ", "\n") for m in models), "beside no\nagreement")
    parties = sorted(
        found["parties"],
        key=lambda p: found["gains"]["mean"][p]["ideal"]["mean"] if found["gains"]["mean"][p]["ideal"] else 0,
    )
    for party in parties[:_MOST]:
        own = [found["gains"][m][party]["ideal"] for m in models]
        beside = found["gains"]["mean"][party]["no_agreement"]
        grid.add_row(
            Text(file.parties[party].name),
            *("–" if s is None else signed_number(s["mean"]) for s in own),
            "not known" if beside is None else f"{beside['mean']:+.2f}",
        )
    if len(parties) > _MOST:
        grid.add_row(
            counted(len(parties) - _MOST, "other loses less", "others lose less"), *("" for _ in models), ""
        )
    return grid


def _grid(first: str, *headings: str) -> Table:
    grid = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False, pad_edge=False)
    grid.add_column(first, min_width=16, overflow="fold")
    for heading in headings:
        grid.add_column(heading, justify="right", no_wrap=True)
    return grid


def _name(file: PositionFile, party: str) -> str:
    return file.parties[party].name
