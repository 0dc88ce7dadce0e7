"""What a conflict is: states, the moves that each party has between them, and how each party ranks them.

A graph model (Kilgour, Hipel & Fang 1987; Fang, Hipel & Kilgour 1993): parties i, states s, and for each party a directed graph whose arc
s → t says that it can by itself take the conflict from s to t. An arc may have no way back. Preferences are ordinal: only the order of the
ranks counts, and ranks may tie.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Int

from holdfast.errors import InputError

__all__ = ["Array", "Conflict", "check", "every", "prefers", "product", "some"]

Array = np.ndarray


class Conflict(NamedTuple):
    """The moves and preferences of all parties."""

    moves: Bool[Array, "parties states states"]
    """moves[i, s, t]: party i can by itself take the conflict from state s to state t. Never from a state to itself."""
    rank: Int[Array, "parties states"]
    """How party i ranks state s; higher is better, equal is as good, and the size of a difference means nothing."""


def check(conflict: Conflict) -> None:
    """Raise an error where a conflict has no meaning.

    Raises
    ------
    InputError
        Where there are fewer than two parties or no state; the arrays' shapes do not fit; or a move leads from a state to itself.

    Examples
    --------
    >>> check(Conflict(np.zeros((1, 2, 2), bool), np.zeros((1, 2), int)))
    Traceback (most recent call last):
    holdfast.errors.InputError: moves: has 1 party; a conflict needs two or more. Give each party its own moves.
    """
    moves, rank = conflict
    if moves.ndim != 3 or moves.shape[1] != moves.shape[2] or rank.shape != moves.shape[:2]:
        raise InputError(
            f"moves has shape {moves.shape} and rank {rank.shape}; must be (parties, states, states) and (parties, states)."
        )
    if moves.shape[0] < 2:
        raise InputError(
            f"moves: has {moves.shape[0]} party; a conflict needs two or more. Give each party its own moves."
        )
    if not moves.shape[1]:
        raise InputError("moves: has no state. Give at least one.")
    loops = np.argwhere(np.diagonal(moves, axis1=1, axis2=2))
    if len(loops):
        party, state = (int(i) for i in loops[0])
        raise InputError(
            f"moves[{party}, {state}, {state}]: leads from a state to itself; must be False. Leave it out."
        )


def prefers(rank: Int[Array, "parties states"]) -> Bool[Array, "parties states states"]:
    """Return for each party, state s and state t whether it likes t better than s.

    Examples
    --------
    >>> prefers(np.array([[1, 2, 2]]))[0].tolist()
    [[False, True, True], [False, False, False], [False, False, False]]
    """
    return rank[:, None, :] > rank[:, :, None]


def product(
    first: Bool[Array, "rows middle"], second: Bool[Array, "middle columns"]
) -> Bool[Array, "rows columns"]:
    """Return the boolean matrix product: whether any middle element joins row and column."""
    # NumPy multiplies booleans by a plain loop and floats by BLAS; sums of up to 2^24 ones are exact in float32.
    left, right = first.astype(np.float32), second.astype(np.float32)
    rows = max(1, _ONE_THREAD // max(right.size, 1))
    if rows >= len(left):
        return (left @ right) > 0.5
    found = np.empty((len(left), right.shape[1]), bool)
    for row in range(0, len(left), rows):
        found[row : row + rows] = (left[row : row + rows] @ right) > 0.5
    return found


_ONE_THREAD = 2**18
"""Multiplications up to which OpenBLAS uses one thread. With more it takes all, which wait for each other far longer than they multiply
matrices as small as these, above all where something else runs: 15 ms in place of 0.05 were seen for 120 states."""


def every(array: Bool[Array, "..."], axis: int = 0) -> Bool[Array, "..."]:
    """Return where all along an axis are true, as an array whatever its shape."""
    return np.logical_and.reduce(array, axis=axis)


def some(array: Bool[Array, "..."], axis: int = 0) -> Bool[Array, "..."]:
    """Return where any along an axis is true, as an array whatever its shape."""
    return np.logical_or.reduce(array, axis=axis)
