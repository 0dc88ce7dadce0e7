"""Each party's order of the states, from an order, ranks, prioritised statements or pairs."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from holdfast.bargaining.conflict import (
    Above,
    contradiction,
    dense,
    ranks_of_pairs,
    ranks_of_statements,
    scores,
    unsaid,
)
from holdfast.scenario.reading import Finding, Loc, did_you_mean, listed
from holdfast.study.conflict.model import ConflictFile, PairSaid, Preference, Said
from holdfast.study.conflict.truths import Options, parsed

__all__ = ["Orders", "Room", "order_faults", "read_orders"]

Array = np.ndarray
MOST_NAMED = 12
MOST_SAID = 2_000
"""Of pairs of states: the search for a cycle grows with their square."""


@dataclass(frozen=True, slots=True)
class Room:
    """What preferences speak of: states, and the combinations of options that they are."""

    states: tuple[str, ...]
    options: Options | None
    state_of: Array
    place: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "place", {state: n for n, state in enumerate(self.states)})

    def unknown(self, state: str) -> str:
        """Say that there is no such state."""
        return f"{state} is no state of this conflict. {did_you_mean(state, self.states)}"


@dataclass(frozen=True, slots=True)
class Orders:
    """Ranks of the states for each party, and scores for those that have statements."""

    rank: dict[str, Array]
    scores: dict[str, list[int]]


def read_orders(file: ConflictFile, parties: tuple[str, ...], room: Room, faults: list[Finding]) -> Orders:
    """Return every party's ranks; what is wrong is noted, and the party left out."""
    found = Orders({}, {})
    for party in parties:
        given: Preference = file.preferences[party]
        place: Loc = ("preferences", party)
        rank: Array | None = None
        if given.order is not None:
            rank = _of_order(given.order, room, (*place, "order"), faults)
        elif given.ranks is not None:
            rank = _of_ranks(given.ranks, room, (*place, "ranks"), faults)
        elif given.pairs is not None:
            rank = _of_pairs(given.pairs, room, (*place, "pairs"), faults)
        elif given.statements is not None and room.options is not None:
            told = _of_statements(given.statements, room, room.options, (*place, "statements"), faults)
            if told is not None:
                rank, found.scores[party] = told
        if rank is not None:
            found.rank[party] = rank
    return found


def order_faults(
    states: tuple[str, ...],
    loc: Loc,
    tiers: tuple[tuple[str, ...], ...] | None = None,
    ranked: tuple[str, ...] | None = None,
) -> list[Finding]:
    """Return what is wrong with the states that an order or ranks name, where these are all that is known of a file."""
    faults: list[Finding] = []
    room = Room(states, None, np.arange(len(states)))
    if tiers is not None:
        _of_order(tiers, room, loc, faults)
    if ranked is not None:
        _of_ranks(dict.fromkeys(ranked, 0.0), room, loc, faults)
    return faults


def _left_out(named: Counter[str], room: Room, loc: Loc, faults: list[Finding]) -> None:
    missing = [state for state in room.states if state not in named]
    if missing:
        shown = listed(missing[:MOST_NAMED]) + (" …" if len(missing) > MOST_NAMED else "")
        faults.append((loc, f"leaves out {shown}. Give every state a place.", "key"))


def _of_order(
    tiers: tuple[tuple[str, ...], ...], room: Room, loc: Loc, faults: list[Finding]
) -> Array | None:
    before = len(faults)
    named = Counter(state for tier in tiers for state in tier)
    for n, tier in enumerate(tiers):
        unknown = [state for state in tier if state not in room.place]
        faults.extend(((*loc, n), room.unknown(state), "value") for state in unknown)
    for state, times in named.items():
        if times > 1:
            faults.append((loc, f"has {state} {times} times. Keep one.", "key"))
    _left_out(named, room, loc, faults)
    if len(faults) > before:
        return None
    rank = np.zeros(len(room.states), np.int64)
    for height, tier in enumerate(reversed(tiers)):
        rank[[room.place[state] for state in tier]] = height
    return rank


def _of_ranks(ranks: dict[str, float], room: Room, loc: Loc, faults: list[Finding]) -> Array | None:
    before = len(faults)
    unknown = [state for state in ranks if state not in room.place]
    faults.extend(((*loc, state), room.unknown(state), "key") for state in unknown)
    _left_out(Counter(ranks), room, loc, faults)
    return dense(np.array([ranks[state] for state in room.states])) if len(faults) == before else None


def _of_statements(
    said: tuple[Said, ...], room: Room, options: Options, loc: Loc, faults: list[Finding]
) -> tuple[Array, list[int]] | None:
    before = len(faults)
    rows: list[Array] = []
    first = np.array([np.flatnonzero(room.state_of == state)[0] for state in range(len(room.states))])
    for n, statement in enumerate(said):
        place: Loc = (*loc, n, "says")
        true = parsed(statement.says, options, place, faults)
        if true is None:
            continue
        split = np.flatnonzero(true != true[first][room.state_of])
        if len(split):
            state = room.states[room.state_of[split[0]]]
            message = (
                f"is true in a part of the state {state} only, as at {options.said(int(split[0]))}, so that the state "
                "has no one score. Add what makes it true or false in all of it."
            )
            faults.append((place, message, "value"))
        rows.append(true[first])
    if len(faults) > before:
        return None
    true = np.array(rows)
    return ranks_of_statements(true), scores(true)


def _pair_fault(states: list[str], signs: list[str]) -> str | None:
    """Say why these are no states joined by > and =; None if they are."""
    if not signs or not all(states):
        return "must be two or more states, the better first, joined by > or =, such as war > truce."
    for first, sign, second in zip(states, signs, states[1:], strict=False):
        if sign in ("<", "≺"):
            return f'has "{sign}"; the better stands first. Write {second} > {first}.'
        if sign in (">=", "=>", "≥", "<=", "=<", "≤"):
            better, worse = (second, first) if sign in ("<=", "=<", "≤") else (first, second)
            return f'has "{sign}", which leaves open which of the two. Write {better} > {worse} or {better} = {worse}.'
        if sign not in (">", "="):
            return f'has "{sign}"; states are joined by > (better) or = (as good). Write {first} > {second} or {first} = {second}.'
        if first == second:
            return f"compares {first} with itself. Name two states."
    return None


def _of_pairs(pairs: tuple[PairSaid, ...], room: Room, loc: Loc, faults: list[Finding]) -> Array | None:
    before = len(faults)
    said: list[Above] = []
    origin: list[int] = []
    for n, pair in enumerate(pairs):
        words = re.split(r"\s*([<>=≤≥≻≺~]+)\s*", pair.says.strip())
        states, signs = words[::2], words[1::2]
        if (fault := _pair_fault(states, signs)) is not None:
            faults.append(((*loc, n, "says"), fault, "value"))
            continue
        unknown = [state for state in states if state not in room.place]
        faults.extend(((*loc, n, "says"), room.unknown(state), "value") for state in unknown)
        if not unknown:
            for first, sign, second in zip(states, signs, states[1:], strict=False):
                said.append(Above(room.place[first], room.place[second], sign == ">"))
                origin.append(n)
    if len(faults) > before:
        return None
    if len(said) > MOST_SAID:
        faults.append(
            (loc, f"says {len(said):,} pairs; at most {MOST_SAID:,} can be looked at. Use order.", "key")
        )
        return None
    if (cycle := contradiction(said, len(room.states))) is not None:
        place, states = cycle
        better = {(one.first, one.second) for one in said[: place + 1] if one.strictly}
        way = room.states[states[0]]
        for first, second in pairwise(states):
            way += f" {'>' if (first, second) in better else '='} {room.states[second]}"
        message = f"closes a circle: {way}. Take one of these statements away."
        faults.append(((*loc, origin[place], "says"), message, "value"))
        return None
    if (gap := unsaid(said, len(room.states))) is not None:
        a, b = (room.states[s] for s in gap)
        message = f'leaves open which of {a} and {b} is better. Add "{a} > {b}", "{b} > {a}" or "{a} = {b}".'
        faults.append((loc, message, "key"))
        return None
    return ranks_of_pairs(said, len(room.states))
