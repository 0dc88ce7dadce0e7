"""From a conflict file to arrays, or to what is wrong with its statements, states and orders."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from holdfast.bargaining.conflict import Conflict, apart, check, merged, option_moves, settings, simultaneous
from holdfast.scenario.reading import Finding, Loc, listed
from holdfast.study.conflict.model import ConflictFile, State
from holdfast.study.conflict.preferences import MOST_NAMED, Orders, Room, read_orders
from holdfast.study.conflict.truths import Options, parsed

__all__ = ["MOST_COMBINATIONS", "MOST_OPTIONS", "Built", "built"]

Array = np.ndarray

MOST_OPTIONS = 16
MOST_COMBINATIONS = 256
"""States, or feasible combinations of options: work grows with their third power, and so many are more than anyone can judge."""


@dataclass(frozen=True, slots=True)
class Combinations:
    """The feasible combinations of options, of which states are made."""

    taken: Array
    """Bool, combinations × options."""
    setting: Array
    """Int, parties × combinations: how each party has put its own options."""
    moves: Array
    """Bool, parties × combinations × combinations."""
    state_of: Array
    """Int, combinations: the state that each one is."""


@dataclass(frozen=True, slots=True)
class Built:
    """A conflict as arrays, with the ids of their axes in the order of the file."""

    parties: tuple[str, ...]
    states: tuple[str, ...]
    conflict: Conflict
    scores: dict[str, list[int]]
    """Ψ of each state for each party whose preferences are statements."""
    combinations: Combinations | None
    """None where states are listed."""

    def simultaneously(self, rank: Array) -> Array:
        """Return which states are stable by SIM for each party, given ranks; only where states are built from options."""
        assert self.combinations is not None
        made = self.combinations
        return simultaneous(made.setting, made.moves, made.state_of, rank)


def built(file: ConflictFile) -> tuple[Built | None, list[Finding]]:
    """Return the conflict's arrays; or none, and all that is wrong."""
    parties = tuple(file.parties)
    faults: list[Finding] = []
    found = _from_options(file, parties, faults) if file.options else _from_list(file, parties, faults)
    if found is None:
        return None, faults
    states, moves, made, room = found
    if file.status_quo is not None and file.status_quo not in states:
        faults.append((("status_quo",), room.unknown(file.status_quo), "value"))
    orders: Orders = read_orders(file, parties, room, faults)
    if faults:
        return None, faults
    conflict = Conflict(moves, np.array([orders.rank[party] for party in parties]))
    check(conflict)
    return Built(parties, states, conflict, orders.scores, made), []


_Parts = tuple[tuple[str, ...], Array, Combinations | None, Room]


def _from_list(file: ConflictFile, parties: tuple[str, ...], faults: list[Finding]) -> _Parts | None:
    states = tuple(file.states)
    if len(states) > MOST_COMBINATIONS:
        faults.append((("states",), _too_many(len(states), "states"), "key"))
        return None
    place = {state: n for n, state in enumerate(states)}
    moves = np.zeros((len(parties), len(states), len(states)), bool)
    for i, party in enumerate(parties):
        arcs = file.moves.get(party)
        for start, ends in arcs.to.items() if arcs else ():
            for end in ends:
                moves[i, place[start], place[end]] = True
        for start, ends in arcs.both_ways.items() if arcs else ():
            for end in ends:
                moves[i, place[start], place[end]] = moves[i, place[end], place[start]] = True
    return states, moves, None, Room(states, None, np.arange(len(states)))


def _too_many(count: int, what: str) -> str:
    return f"has {count:,} {what}; at most {MOST_COMBINATIONS} can be looked at."


def _from_options(file: ConflictFile, parties: tuple[str, ...], faults: list[Finding]) -> _Parts | None:
    names = tuple(file.options)
    if len(names) > MOST_OPTIONS:
        message = f"has {len(names)} options; at most {MOST_OPTIONS} can be looked at. Put some together."
        faults.append((("options",), message, "key"))
        return None
    # nothing taken comes first, all taken last; the first option changes least often
    every = np.array(list(product((False, True), repeat=len(names))), bool)
    all_options = Options(names, every)
    barred = np.zeros(len(every), bool)
    for n, said in enumerate(file.infeasible):
        true = parsed(said.says, all_options, ("infeasible", n, "says"), faults)
        barred |= False if true is None else true
    if faults:
        return None
    taken = every[~barred]
    if not len(taken):
        faults.append((("infeasible",), "leaves no combination of options. Take a statement away.", "key"))
        return None
    if len(taken) > MOST_COMBINATIONS:
        message = f"{_too_many(len(taken), 'feasible combinations')} Say under infeasible which cannot be."
        faults.append((("options",), message, "key"))
        return None
    options = Options(names, taken)
    named = _named(file, options, faults)
    if faults:
        return None
    states, state_of = named
    owner = np.array([parties.index(option.by) for option in file.options.values()])
    can = [option.can for option in file.options.values()]
    moves = option_moves(
        taken, owner, np.array([c != "drop" for c in can]), np.array([c != "take" for c in can]), len(parties)
    )
    _check_alike(moves, state_of, states, parties, options, faults)
    made = Combinations(taken, settings(taken, owner, len(parties)), moves, state_of)
    return states, merged(moves, state_of, len(states)), made, Room(states, options, state_of)


def _check_alike(
    moves: Array,
    state_of: Array,
    states: tuple[str, ...],
    parties: tuple[str, ...],
    options: Options,
    faults: list[Finding],
) -> None:
    """Note states of which it matters which of their combinations holds."""

    def quoted(combination: int) -> str:
        return f'"{options.said(combination)}"'

    def leads(ends: tuple[int, ...]) -> str:
        if len(ends) > MOST_NAMED:
            return f"to {', '.join(states[s] for s in ends[:MOST_NAMED])} and {len(ends) - MOST_NAMED} more states"
        return f"to {listed([states[s] for s in ends])}" if ends else "to no other state"

    for found in apart(moves, state_of, len(states)):
        first, second = quoted(found.first), quoted(found.second)
        message = (
            f"is one state of combinations that lead {parties[found.party]} to different states: from {first} "
            f"{leads(found.first_to)}, but from {second} {leads(found.second_to)}. Which of them holds matters, so write "
            "them as states of their own; they may have the same rank."
        )
        faults.append((("states", states[found.state], "where"), message, "value"))


def _named(file: ConflictFile, options: Options, faults: list[Finding]) -> tuple[tuple[str, ...], Array]:
    """Return the states, those of the file first, and which one each combination is."""
    state_of = np.full(len(options.taken), -1)
    for n, (id_, state) in enumerate(file.states.items()):
        covered = _covered(id_, state, options, faults)
        if covered is None:
            continue
        key = "taken" if state.taken is not None else "where"
        if not covered.any():
            message = "is no feasible combination of options. Take it away, or the statement that makes it infeasible."
            faults.append((("states", id_, key), message, "value"))
        clash = np.flatnonzero(covered & (state_of >= 0))
        if len(clash):
            other = list(file.states)[state_of[clash[0]]]
            message = f"covers what the state {other} is: {options.said(clash[0])}. Make the two exclude each other."
            faults.append((("states", id_, key), message, "value"))
        state_of[covered & (state_of < 0)] = n
    states = list(file.states)
    number = 0
    for combination in np.flatnonzero(state_of < 0):
        number += 1
        while f"s{number}" in file.states:
            number += 1
        state_of[combination] = len(states)
        states.append(f"s{number}")
    return tuple(states), state_of


def _covered(id_: str, state: State, options: Options, faults: list[Finding]) -> Array | None:
    """Return which combinations a state is."""
    if state.where is not None:
        place: Loc = ("states", id_, "where")
        return parsed(state.where, options, place, faults)
    exactly = np.array([name in (state.taken or ()) for name in options.names])
    return (options.taken == exactly).all(axis=1)


def describe(built: Built, file: ConflictFile, state: str) -> str:
    """Return what a state is called: its name, or the options that are taken."""
    given = file.states.get(state)
    if given is not None and given.name is not None:
        return given.name
    made = built.combinations
    if made is None:
        return state
    rows = made.taken[made.state_of == built.states.index(state)]
    if len(rows) > 1:
        assert given is not None
        return " ".join(str(given.where).split())
    names = [id_ for id_, is_taken in zip(file.options, rows[0], strict=True) if is_taken]
    return listed(names) if names else "nothing taken"
