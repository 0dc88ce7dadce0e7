"""What `holdfast stability` prints: what holds and how surely in the first lines, then each state by party."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from holdfast.report.stability_words import NAMES, headline, sensitivity, together
from holdfast.report.words import count, listing

__all__ = ["stability_table"]

LETTERS = {"nash": "N", "gmr": "G", "smr": "S", "seq": "Q", "sim": "I"}
_MOST_STATES = 40
"""Beyond so many, states that are no equilibrium are counted only, and so are equilibria beyond so many."""
_MOST_COLUMNS = 5
"""Up to so many parties, the way from the status quo has room for who moves."""


def stability_table(found: Mapping[str, Any]) -> Group:
    """Return what the terminal shows of a conflict, readable at 80 columns and plain when piped.

    Parameters
    ----------
    found
        What `study.conflict.stability` returned.
    """
    # Text, not markup: names come from the file and may hold square brackets.
    top = [found["title"], f"As of {found['as_of']}{_from(found)}."]
    top += ["", *headline(found), *(f"Careful: {warning}" for warning in found["warnings"]), ""]
    after = [*_legend(found), *sensitivity(found), *together(found)]
    return Group(*(Text(line) for line in top), _grid(found), Text(""), *(Text(line) for line in after))


def _from(found: Mapping[str, Any]) -> str:
    state = found["status_quo"]
    if state is None:
        return ""
    return f"; status quo: {_called(state, found)}"


def _called(state: str, found: Mapping[str, Any]) -> str:
    name = found["states"][state]["name"]
    return state if name == state else f"{state} ({name})"


def _grid(found: Mapping[str, Any]) -> Table:
    grid = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False, pad_edge=False)
    grid.add_column("state", min_width=10, overflow="fold")
    for party in found["parties"]:
        grid.add_column(Text(party), min_width=5, overflow="fold")
    grid.add_column("all", no_wrap=True)
    if found["status_quo"] is not None:
        grid.add_column("reached by", overflow="fold")
    for state in _ordered(found):
        own = found["states"][state]
        name = state if own["name"] == state else f"{state} {own['name']}"
        cells = [Text(_cell(own["stable"][party], found)) for party in found["parties"]]
        row = [Text(name), *cells, Text(_cell(own["equilibrium"], found))]
        if found["status_quo"] is not None:
            row.append(Text(_way(own["reached"], len(found["parties"]))))
        grid.add_row(*row)
    return grid


def _ordered(found: Mapping[str, Any]) -> list[str]:
    """Return the states, those that are equilibria by most concepts first; of very many some of the equilibria only."""
    states = found["states"]
    order = sorted(states, key=lambda s: -len(states[s]["equilibrium"]))
    if len(order) <= _MOST_STATES:
        return order
    shown = [s for s in order if states[s]["equilibrium"]][:_MOST_STATES]
    return shown if found["status_quo"] in (None, *shown) else [*shown, found["status_quo"]]


def _cell(concepts: list[str], found: Mapping[str, Any]) -> str:
    known = [c for c in LETTERS if found["equilibria"][c] is not None]
    return "".join(LETTERS[c] if c in concepts else "·" for c in known)


def _way(reached: Mapping[str, Any], parties: int) -> str:
    moves = reached["moves"]
    if moves is None:
        return "out of reach"
    if not moves:
        return "status quo"
    gains = "*" if reached["improvements"] is not None else ""
    if parties > _MOST_COLUMNS:
        return f"{len(moves)}{gains}"
    several = f" (1 of {reached['ways']})" if reached["ways"] > 1 else ""
    return ", ".join(move["by"] + ("" if move["gains"] else "-") for move in moves) + gains + several


def _legend(found: Mapping[str, Any]) -> Iterator[str]:
    known = [c for c in LETTERS if found["equilibria"][c] is not None]
    letters = ", ".join(f"{LETTERS[c]} {NAMES[c]}" for c in known)
    yield f"Stable by {letters}; · not. all: for every party, an equilibrium."
    shown = set(_ordered(found))
    hidden = [bool(own["equilibrium"]) for state, own in found["states"].items() if state not in shown]
    if hidden:
        kinds = [(sum(hidden), "equilibrium", "equilibria"), (hidden.count(False), "other state", None)]
        left = listing([count(n, one, many) for n, one, many in kinds if n])
        yield f"Not shown: {left}; --json has them."
    if found["equilibria"]["sim"] is None:
        yield "SIM, simultaneous stability, needs states that are built from options."
    if found["status_quo"] is not None:
        what = "how many moves" if len(found["parties"]) > _MOST_COLUMNS else "who moves"
        yield f"reached by: {what}, by a shortest way, of several the first."
        if len(found["parties"]) <= _MOST_COLUMNS:
            yield "- moves against its own order, so that it must be persuaded."
        yield "* some way leads there on which each move gains who makes it."
    judged = [party for party, standing in found["preferences"].items() if standing == "judgement"]
    if judged:
        yield f"Preferences that are judgement, not published: {listing(judged)}."
    yield ""
