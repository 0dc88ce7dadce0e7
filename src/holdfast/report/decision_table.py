"""What `holdfast decide` prints: members with their power, then who can block and how likely a decision is, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from holdfast.report.words import Spread, chance, count, listing, percent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from holdfast.scenario import BodyFile

__all__ = ["alike", "decision_table", "sentences"]

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
    body = file.bodies[found["body"]]
    grid = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False, pad_edge=False)
    grid.add_column("member", min_width=14, overflow="fold")
    members: Mapping[str, Mapping[str, Any]] = found["members"]
    shown = {k: h for k, h in _COLUMNS.items() if any(m[k] is not None for m in members.values())}
    for heading in shown.values():
        grid.add_column(heading, justify="right", no_wrap=True)
    grid.add_column("")
    for group in alike(members) if len(members) > _ALL_SHOWN else [[m] for m in members]:
        own = members[group[0]]
        values = (f"{own[k]:g}" if k == "weight" else _share(own[k]) for k in shown)
        grid.add_row(Text(_named(file, group)), *values, _kind(own))
    title = body.name or found["body"]
    if found["attacker"]:
        title += f", after an attack by {_name(file, found['attacker'])}"
    lines = sentences(file, found)
    return Group(Text(title), Text(""), grid, Text(""), *(Text(line) for line in lines))


def alike(members: Mapping[str, Mapping[str, Any]]) -> list[list[str]]:
    """Return the members in groups of equal figures, in the order of their power and then of the file."""
    groups: dict[tuple[object, ...], list[str]] = {}
    for member, own in members.items():
        key = tuple(round(v, 12) if isinstance(v, float) else v for v in own.values())
        groups.setdefault(key, []).append(member)

    def power(group: list[str]) -> float:
        own = members[group[0]]
        return -(own["shapley_shubik"] or own["weight"] or 0.0)

    return sorted(groups.values(), key=power)


def _named(file: BodyFile, group: Sequence[str]) -> str:
    names = [_name(file, member) for member in group]
    if len(names) <= 2:
        return " and ".join(names) + (", each" if len(names) == 2 else "")
    return f"{names[0]} and {len(names) - 1} more, each"


def _name(file: BodyFile, member: str) -> str:
    return file.parties[member].name if member in file.parties else member


def _share(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if value >= 0.0005 or value == 0 else f"{value:.0e}"


def _kind(own: Mapping[str, Any]) -> str:
    return "dictator" if own["dictator"] else "veto" if own["veto"] else "dummy" if own["dummy"] else ""


def sentences(file: BodyFile, found: Mapping[str, Any]) -> list[str]:
    """Return in words who can block, how many coalitions win, how likely a decision is, and what was left out."""
    lines = [_blocking(file, found), _winning(found)]
    if found["recused"]:
        lines.append(f"Neither vote nor are needed: {_listed(file, found['recused'])}.")
    lines.append(_passing(file, found))
    if file.bodies[found["body"]].rule.abstentions:
        lines.append(
            "Members may abstain: a veto is a vote against, not an abstention. Power is measured on votes of yes or no."
        )
    unsaid = [key.replace("_", " ") for key in found["left_out"]]
    if unsaid:
        lines.append(f"Out of reach for so large a rule: {listing(unsaid)}.")
    if found["method"]:
        lines.append(f"Worked out by {found['method']}; largest error {found['error']:.0e}.")
    return [line for line in lines if line]


def _listed(file: BodyFile, members: Sequence[str], most: int = 6) -> str:
    names = [_name(file, member) for member in members]
    more = len(names) - most
    return listing(names if more < 2 else [*names[:most], f"{more} more"])


def _blocking(file: BodyFile, found: Mapping[str, Any]) -> str:
    groups: list[list[str]] | None = found["minimal_blocking"]
    alone = [member for member, own in found["members"].items() if own["veto"]]
    first = f"Alone can block: {_listed(file, alone)}." if alone else "Nobody can block alone."
    together: list[list[str]] = [g for g in groups or [] if len(g) > 1]
    if not together:
        return first
    total = found["minimal_blocking_number"]
    size = len(together[0])
    text = f"{first} The smallest {'other ' if alone else ''}blocking groups have {count(size, 'member')}"
    text += f", such as {_listed(file, together[0], 8)}"
    return f"{text}; there are {total:,} minimal ones in all." if total is not None else f"{text}."


def _winning(found: Mapping[str, Any]) -> str:
    share = found["collectivity"]
    if found["winning"] is None:
        return "" if share is None else f"{percent(share)} of all coalitions win."
    wins = "wins" if found["winning"] == 1 else "win"
    text = f"{found['winning']:,} of {found['coalitions']:,} coalitions {wins}"
    text += f" ({percent(share)})" if share is not None else ""
    minimal = found["minimal_winning"]
    if minimal is None or found["winning"] < 2:
        return f"{text}."
    return f"{text}; {minimal:,} of them {'is' if minimal == 1 else 'are'} minimal."


def _passing(file: BodyFile, found: Mapping[str, Any]) -> str:
    if found["passes"] is None:
        return "No support is given in the file, so nothing is said of how likely a decision is."
    spread = Spread(**found["passes"])
    text = f"A decision passes with probability {chance(spread)}."
    pivots = {m: own["pivotality"] for m, own in found["members"].items() if m != found["attacker"]}
    most = max(pivots, key=lambda m: (pivots[m], m), default=None)
    if most is None or not pivots[most]:
        other = " but the attacker" if found["attacker"] in found["members"] else ""
        return f"{text} No single member{other} could change that."
    return f"{text} A change of mind by {_name(file, most)} would matter most: its vote decides in {percent(pivots[most])} of cases."
