"""States from options: what each party can change by itself, and which combinations are one state."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Int

from holdfast.bargaining.conflict.graph import Array, product, some

__all__ = ["Apart", "apart", "merged", "option_moves", "settings"]


def settings(
    taken: Bool[Array, "combinations options"], owner: Int[Array, " options"], parties: int
) -> Int[Array, "parties combinations"]:
    """Return how each party has put its own options in each combination, as numbers that are equal where the settings are.

    Examples
    --------
    >>> settings(np.array([[0, 0], [0, 1], [1, 1]], bool), np.array([0, 1]), 2).tolist()
    [[0, 0, 1], [0, 1, 1]]
    """
    found = np.zeros((parties, len(taken)), np.int64)
    for party in range(parties):
        found[party] = np.unique(taken[:, owner == party], axis=0, return_inverse=True)[1].reshape(-1)
    return found


def option_moves(
    taken: Bool[Array, "combinations options"],
    owner: Int[Array, " options"],
    can_take: Bool[Array, " options"],
    can_drop: Bool[Array, " options"],
    parties: int,
) -> Bool[Array, "parties combinations combinations"]:
    """Return each party's moves: it changes any of its own options at once, and nobody else's.

    Parameters
    ----------
    taken
        Which options are taken in each feasible combination; no two combinations are alike.
    owner
        Whose each option is.
    can_take, can_drop
        Whether an option can be taken once it is not, and dropped once it is; one of the two alone makes a move that cannot be undone.
    parties
        How many parties there are; one without options has no moves.

    References
    ----------
    fang1993.

    Examples
    --------
    One party with an option that cannot be dropped, another with one that can:

    >>> taken = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], bool)
    >>> moves = option_moves(taken, np.array([0, 1]), np.array([True, True]), np.array([False, True]), 2)
    >>> np.argwhere(moves).tolist()
    [[0, 0, 2], [0, 1, 3], [1, 0, 1], [1, 1, 0], [1, 2, 3], [1, 3, 2]]
    """
    takes = ~taken[:, None] & taken[None]
    drops = taken[:, None] & ~taken[None]
    barred = some((takes & ~can_take) | (drops & ~can_drop), axis=2)
    changed = takes | drops
    moves = np.zeros((parties, len(taken), len(taken)), bool)
    for party in range(parties):
        own = owner == party
        moves[party] = some(changed[:, :, own], axis=2) & ~some(changed[:, :, ~own], axis=2) & ~barred
    return moves


def merged(
    moves: Bool[Array, "parties combinations combinations"],
    state_of: Int[Array, " combinations"],
    states: int,
) -> Bool[Array, "parties states states"]:
    """Return the moves between states, each of which is one or several combinations; moves within a state are none.

    Parameters
    ----------
    moves
        Between combinations.
    state_of
        The state of each combination, from 0.
    states
        How many states there are.

    Examples
    --------
    >>> moves = np.zeros((1, 3, 3), bool)
    >>> moves[0, 0, 1] = moves[0, 1, 2] = True
    >>> merged(moves, np.array([0, 1, 1]), 2).tolist()
    [[[False, True], [False, False]]]
    """
    found = np.zeros((len(moves), states, states), bool)
    party, origin, end = np.nonzero(moves)
    found[party, state_of[origin], state_of[end]] = True
    found[:, np.arange(states), np.arange(states)] = False
    return found


class Apart(NamedTuple):
    """Two combinations of one state from which a party can go to different other states."""

    state: int
    party: int
    first: int
    second: int
    first_to: tuple[int, ...]
    """The other states that the party can go to from the first combination."""
    second_to: tuple[int, ...]


def apart(
    moves: Bool[Array, "parties combinations combinations"],
    state_of: Int[Array, " combinations"],
    states: int,
) -> list[Apart]:
    """Return for each state whose combinations do not lead every party to the same other states the first two that differ.

    Of such a state it matters which combination holds, and moves between states do not say: a party could come to it by one combination
    and leave it from another, which another party would have to make. Where there is none, what sequences of moves between combinations
    lead to is what those between states lead to.

    Parameters
    ----------
    moves, state_of, states
        As for `merged`.

    Examples
    --------
    >>> moves = np.zeros((1, 3, 3), bool)
    >>> moves[0, 1, 0] = True
    >>> apart(moves, np.array([0, 1, 1]), 2)
    [Apart(state=1, party=0, first=1, second=2, first_to=(0,), second_to=())]
    """
    belongs = state_of[:, None] == np.arange(states)
    found: list[Apart] = []
    for state in np.flatnonzero(belongs.sum(axis=0) > 1):
        within = np.flatnonzero(belongs[:, state])
        for party, own in enumerate(moves):
            leads = product(own[within], belongs)
            leads[:, state] = False
            differs = np.flatnonzero(some(leads != leads[0], axis=1))
            if len(differs):
                other = differs[0]
                ends = (tuple(map(int, np.flatnonzero(leads[n]))) for n in (0, other))
                found.append(Apart(int(state), party, int(within[0]), int(within[other]), *ends))
                break
    return found
