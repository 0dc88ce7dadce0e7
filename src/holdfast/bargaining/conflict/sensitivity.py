"""Which equilibria hang on which judgement: what is left when one state moves by one place in one party's order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Int

from holdfast.bargaining.conflict.graph import Array, Conflict, every, prefers
from holdfast.bargaining.conflict.orders import dense
from holdfast.bargaining.conflict.reach import joint_moves
from holdfast.bargaining.conflict.stability import Stability, judged, parts, sequential

__all__ = ["Change", "Survival", "changes", "survival"]


class Change(NamedTuple):
    """One change of one party's order: of one state, while all others keep their order relative to each other; or by other means."""

    party: int
    kind: str
    """above, level or below: where the state is put. Other words are for changes that `changes` does not make."""
    state: int
    """−1 for a change that moves no one state."""
    beside: tuple[int, ...]
    """The states that it is put just above, level with or just below: all that are as good as each other there."""
    rank: Int[Array, " states"]
    """The party's ranks after it."""


class Survival(NamedTuple):
    """What each change leaves of the equilibria."""

    changes: list[Change]
    equilibrium: Bool[Array, "changes concepts states"]
    """Whether a state is an equilibrium after each change: by Nash, GMR, SMR, SEQ and, where it was given, SIM."""


def changes(rank: Int[Array, "parties states"]) -> list[Change]:
    """Return the changes of each party's order by one place, each resulting order once.

    One state is put just above, level with or just below the next better states, the next worse ones, or those that it ties with. All
    others keep their order relative to each other, ties included. Without ties that is: two neighbours change places, or tie.

    Examples
    --------
    >>> [(c.kind, c.state, c.beside, c.rank.tolist()) for c in changes(np.array([[2, 1]]))]
    [('above', 1, (0,), [0, 1]), ('level', 1, (0,), [0, 0])]
    >>> [(c.kind, c.state, c.beside, c.rank.tolist()) for c in changes(np.array([[1, 1]]))]
    [('above', 0, (1,), [1, 0]), ('above', 1, (0,), [0, 1])]
    """
    found: list[Change] = []
    for party, own in enumerate(rank):
        seen = {dense(own).tobytes()}
        for change in _changed(party, dense(own)):
            if change.rank.tobytes() not in seen:
                seen.add(change.rank.tobytes())
                found.append(change)
    return found


def _changed(party: int, own: Array) -> Iterator[Change]:
    """Make the changes of one party's order, from the best states down; the same order may come of several."""
    tiers = [tuple(map(int, np.flatnonzero(own == height))) for height in range(int(own.max()), -1, -1)]

    def put(kind: str, state: int, tier: Sequence[int]) -> Change:
        beside = tuple(other for other in tier if other != state)
        new = 2 * own  # so that there is room between
        new[state] = 2 * own[beside[0]] + {"above": 1, "level": 0, "below": -1}[kind]
        return Change(party, kind, state, beside, dense(new))

    for upper, lower in zip(tiers, [*tiers[1:], ()], strict=True):
        if len(upper) > 1:
            yield from (put(kind, state, upper) for kind in ("above", "below") for state in upper)
        if lower:
            yield from (put(kind, state, upper) for state in lower for kind in ("above", "level"))
            yield from (put(kind, state, lower) for state in upper for kind in ("level", "below"))


def survival(
    conflict: Conflict,
    todo: Sequence[Change],
    also: Callable[[Array], Array] | None = None,
    step: Callable[[], None] | None = None,
) -> Survival:
    """Return which states are equilibria after each of several changes of one party's order.

    Parameters
    ----------
    conflict
        Moves and preferences.
    todo
        From `changes`, or others.
    also
        A further concept: from ranks to what is stable for each party; `simultaneous` with its first three arguments.
    step
        Called after each change, to show that work goes on.

    Examples
    --------
    >>> moves = np.zeros((2, 2, 2), bool)
    >>> moves[0, 0, 1] = True
    >>> conflict = Conflict(moves, np.array([[1, 0], [0, 1]]))
    >>> found = survival(conflict, changes(conflict.rank))
    >>> [(c.party, c.kind) for c, after in zip(found.changes, found.equilibrium) if not after[0, 0]]
    [(0, 'above')]
    """
    now = _Now(conflict)
    rows: list[Array] = []
    for change in todo:
        stable = [every(concept) for concept in now.after(change)]
        if also is not None:
            rank = conflict.rank.copy()
            rank[change.party] = change.rank
            stable.append(every(also(rank)))
        rows.append(np.array(stable))
        if step is not None:
            step()
    shape = (len(todo), 4 + (also is not None), conflict.rank.shape[1])
    return Survival(list(todo), np.array(rows, bool).reshape(shape))


class _Now:
    """What is stable as things are, so that after a change of one party's order only what it touches is worked out again.

    It touches all that party's own stability; of the others only SEQ, which asks what gains whom, and only where another of its moves gains
    it. What anyone can do does not hang on preferences.
    """

    def __init__(self, conflict: Conflict) -> None:
        self.conflict = conflict
        parties = range(len(conflict.moves))
        self.others = [[j for j in parties if j != i] for i in parties]
        self.gains = conflict.moves & prefers(conflict.rank)
        self.parts = [parts(conflict, [i]) for i in parties]
        self.stable = Stability(*(np.array(c) for c in zip(*map(judged, self.parts), strict=True)))

    def after(self, change: Change) -> Stability:
        """Return what is stable for each party after a change."""
        found = Stability(*(concept.copy() for concept in self.stable))
        p = change.party
        better = prefers(change.rank[None])[0]
        for concept, own in zip(found, judged(self.parts[p]._replace(better=better)), strict=True):
            concept[p] = own
        gains = self.gains.copy()
        gains[p] = self.conflict.moves[p] & better
        if not np.array_equal(gains[p], self.gains[p]):
            for i in self.others[p]:
                gainful = joint_moves(gains, self.others[i])
                if not np.array_equal(gainful, self.parts[i].gainful):
                    found.seq[i] = sequential(self.parts[i]._replace(gainful=gainful))
        return found
