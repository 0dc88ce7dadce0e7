"""Who moves over the rounds of a model, and who moves whom: one place for the sentences, so that terminal and page say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from holdfast.report.words import capital, number, numeral, percent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from holdfast.report.names import Names

__all__ = ["NO_MOVE", "largest", "moved", "moves_told", "moving"]

_MOVED = 0.02
"""A party whose mean path leaves its start by less than this counts as one that stays."""
_MOVES = 5
"""Moves that a line tells of; --json has all."""
NO_MOVE = "no party goes along with the same party, or with itself, in at least one draw in twenty"
"""What an empty list of moves says, and no more: parties may move all the same, each time by somebody else."""


def moved(rounds: Mapping[str, Any]) -> dict[str, float]:
    """Return by party how far its mean position is from its start at the end, of those whose path leaves it at all; the furthest first."""
    found: dict[str, float] = {}
    for party, steps in rounds["parties"].items():
        start = steps[0]["mean"]
        if max(abs(s["mean"] - start) for s in steps) >= _MOVED:
            found[party] = steps[-1]["mean"] - start
    return dict(sorted(found.items(), key=lambda pair: -abs(pair[1])))


def moving(names: Names, rounds: Mapping[str, Any]) -> str:
    """Say how many parties move on average, and who moves furthest."""
    whole, steps = len(rounds["parties"]), moved(rounds)
    as_said = numeral if whole < 10 else str  # no "nine of 12"
    if not steps:
        return "On average nobody moves."
    first, step = next(iter(steps.items()))
    where = f"by {number(abs(step))}, to {number(rounds['parties'][first][-1]['mean'])}"
    if len(steps) == 1:
        return f"{capital(as_said(1))} of {as_said(whole)} moves on average, {names.party(first)}: {where}."
    both = "both" if whole == 2 else f"all {as_said(whole)}"
    who = both if len(steps) == whole else f"{as_said(len(steps))} of {as_said(whole)}"
    return f"{capital(who)} move on average, {names.party(first)} furthest: {where}."


def largest(moves: Sequence[Mapping[str, Any]], most: int) -> list[Mapping[str, Any]]:
    """Return the moves that weigh most, how far × share of draws, in the order of their rounds."""
    told = sorted(moves, key=lambda m: -m["share"] * abs(m["step"]))[:most]
    return sorted(told, key=lambda m: (m["round"], -m["share"], m["party"]))


def moves_told(names: Names, moves: Sequence[Mapping[str, Any]]) -> str:
    """Say who moves whom, of many the moves that weigh most."""
    if not moves:
        return f"{capital(NO_MOVE)}."
    told = largest(moves, _MOVES)
    each = "; ".join(
        f"round {m['round']}, {_who(names, m)} {number(abs(m['step']))} ({percent(m['share'])})" for m in told
    )
    if len(told) == len(moves):
        return f"Moves (share of draws): {each}."
    rest = len(moves) - len(told)
    weigh = "weighs" if rest == 1 else "weigh"
    return f"The {numeral(len(told))} moves that weigh most, how far × share of draws (in brackets): {each}. {rest:,} more {weigh} less."


def _who(names: Names, move: Mapping[str, Any]) -> str:
    """Say who moves towards whom, or by itself where it goes along with a bargain of its own."""
    party = names.party(move["party"])
    return (
        f"{party} by itself, by"
        if move["by"] == move["party"]
        else f"{party} to {names.party(move['by'])} by"
    )
