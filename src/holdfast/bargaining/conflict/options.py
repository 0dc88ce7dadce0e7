"""States from options: what each party can change by itself, and which combinations are one state."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Int

from holdfast.bargaining.conflict.graph import Array, some

__all__ = ["merged", "option_moves", "settings"]


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
