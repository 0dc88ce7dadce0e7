"""Where parties can take a conflict together, and by how many moves it comes from where it stands to another state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Int

from holdfast.bargaining.conflict.graph import Array, product, some

__all__ = ["Paths", "joint_moves", "shortest"]


def joint_moves(
    moves: Bool[Array, "parties states states"], members: Sequence[int]
) -> Bool[Array, "states states"]:
    """Return which states each state leads to by legal sequences of moves of these parties: R_H.

    In a legal sequence no party moves twice in succession, so that one party by itself makes one move. With moves that are improvements
    for whoever makes them, these are the unilateral improvements of a coalition, R_H^+.

    Parameters
    ----------
    moves
        moves[i, s, t]: party i can go from s to t.
    members
        Who moves: indices of parties, each once; nobody reaches nothing.

    References
    ----------
    fang1993 defines the legal sequence; xu2009 the iteration over matrices, one for each party that moves last.

    Examples
    --------
    Party 0 can go from state 0 to 1, party 1 from 1 to 2, and party 0 from 2 to 3: together they reach all of them from state 0.

    >>> moves = np.zeros((2, 4, 4), bool)
    >>> moves[0, 0, 1] = moves[1, 1, 2] = moves[0, 2, 3] = True
    >>> joint_moves(moves, [0, 1])[0].tolist()
    [False, True, True, True]
    >>> joint_moves(moves, [0])[0].tolist()
    [False, True, False, False]
    """
    single = moves[list(members)]
    last = single.copy()  # last[i, s, t]: a legal sequence leads from s to t in which member i moves last
    while True:
        longer = last.copy()
        for i in range(len(single)):
            others = some(np.delete(last, i, axis=0))
            longer[i] |= product(others, single[i])
        if np.array_equal(longer, last):
            return some(last) if len(single) else np.zeros(moves.shape[1:], bool)
        last = longer


class Paths(NamedTuple):
    """The shortest way from one state to each other state."""

    steps: Int[Array, " states"]
    """How many moves; 0 for the start itself, −1 where no sequence of moves leads there."""
    mover: Int[Array, " states"]
    """Who makes the last of them; −1 where there is no move."""
    before: Int[Array, " states"]
    """From which state; −1 where there is no move."""
    ways: list[int]
    """How many sequences are as short, and as little against who makes their moves; 0 where none leads there."""

    def sequence(self, state: int) -> list[tuple[int, int]]:
        """Return the moves that lead to a state, each as the party that moves and the state that it moves to."""
        found: list[tuple[int, int]] = []
        while self.before[state] >= 0:
            found.append((int(self.mover[state]), state))
            state = int(self.before[state])
        return found[::-1]


def shortest(
    moves: Bool[Array, "parties states states"],
    start: int,
    gains: Bool[Array, "parties states states"] | None = None,
) -> Paths:
    """Return the shortest sequences of moves from one state to every other; of several, one with the fewest moves against who makes them.

    Any party may move at any time, also twice in succession: where a party's moves are transitive, as they are when states are built from
    options that can be taken and dropped, a shortest sequence never needs that.

    Parameters
    ----------
    moves
        All moves; or only those that are improvements for who makes them.
    start
        The state from which they lead.
    gains
        Which moves gain who makes them, as `graph.prefers` says; where not given, a way is as good as another that is as short.

    References
    ----------
    li2005 (status quo analysis), without its rule that no party moves twice in succession.

    Examples
    --------
    >>> moves = np.zeros((2, 4, 4), bool)
    >>> moves[0, 0, 1] = moves[1, 1, 2] = True
    >>> found = shortest(moves, 0)
    >>> found.steps.tolist(), found.sequence(2)
    ([0, 1, 2, -1], [(0, 1), (1, 2)])
    """
    count = moves.shape[1]
    steps, mover, before = (np.full(count, -1) for _ in range(3))
    steps[start] = 0
    ways = np.zeros(count, object)  # whole numbers of any size: ways multiply
    ways[start] = 1
    against = np.zeros(count, np.int64)  # how many of the moves to a state are no gain to who makes them
    front = np.array([start])
    while True:
        arcs = moves[:, front, :] & (steps < 0)
        reached = np.flatnonzero(arcs.any(axis=(0, 1)))
        if not len(reached):
            return Paths(steps, mover, before, [int(n) for n in ways])
        arcs = arcs[:, :, reached]
        cost = np.broadcast_to(against[front][None, :, None], arcs.shape)
        if gains is not None:
            cost = cost + ~gains[:, front][:, :, reached]
        cost = np.where(arcs, cost, count + 1).reshape(-1, len(reached))  # no way is as long as that
        least = cost.min(axis=0)
        best = cost.argmin(axis=0)  # of several the first
        as_good = (cost == least).reshape(arcs.shape).sum(axis=0)
        ways[reached] = ways[front] @ as_good.astype(object)
        mover[reached], before[reached], against[reached] = (
            best // len(front),
            front[best % len(front)],
            least,
        )
        steps[reached] = steps[front[0]] + 1
        front = reached
