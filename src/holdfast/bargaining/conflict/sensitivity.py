"""Which equilibria hang on which judgement: what is left when two neighbours in one party's order change places or become equal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Int

from holdfast.bargaining.conflict.graph import Array, Conflict, every, prefers
from holdfast.bargaining.conflict.orders import dense
from holdfast.bargaining.conflict.reach import joint_moves
from holdfast.bargaining.conflict.stability import Parts, judged

__all__ = ["Change", "Survival", "changes", "survival"]


class Change(NamedTuple):
    """One change of one party's order."""

    party: int
    kind: str
    """swapped: the first, just above the second, changes places with it. equal: it is as good as it. parted: of several as good as each
    other, the first is put just above, or the second just below, all the rest."""
    first: int
    second: int
    """−1 where a state is parted from all the rest."""
    rank: Int[Array, " states"]
    """The party's ranks after it."""


class Survival(NamedTuple):
    """What each change leaves of the equilibria."""

    changes: list[Change]
    equilibrium: Bool[Array, "changes concepts states"]
    """Whether a state is an equilibrium after each change: by Nash, GMR, SMR, SEQ and, where it was given, SIM."""


def changes(rank: Int[Array, "parties states"]) -> list[Change]:
    """Return every change of one neighbouring pair in one party's order, each resulting order once.

    Neighbours are two states with none between them. Where several states tie, each of them with each state of the next tier is a pair,
    and each may be parted from its tier.

    Examples
    --------
    >>> [(c.kind, c.first, c.second, c.rank.tolist()) for c in changes(np.array([[2, 1]]))]
    [('swapped', 0, 1, [0, 1]), ('equal', 0, 1, [0, 0])]
    >>> [(c.kind, c.first, c.second, c.rank.tolist()) for c in changes(np.array([[1, 1]]))]
    [('parted', 0, -1, [1, 0]), ('parted', -1, 0, [0, 1])]
    """
    found: list[Change] = []
    for party, own in enumerate(rank):
        seen = {dense(own).tobytes()}
        for change in _changed(party, 2 * dense(own)):
            if change.rank.tobytes() not in seen:
                seen.add(change.rank.tobytes())
                found.append(change)
    return found


def _changed(party: int, own: Array) -> Iterator[Change]:
    """Make the changes of one party's order; its ranks are even, so that there is room between them."""

    def put(kind: str, first: int, second: int, *places: tuple[int, int]) -> Change:
        new = own.copy()
        for state, rank in places:
            new[state] = rank
        return Change(party, kind, first, second, dense(new))

    for tier in range(int(own.max()), -1, -2):
        upper, lower = np.flatnonzero(own == tier), np.flatnonzero(own == tier - 2)
        for a in map(int, upper):
            for b in map(int, lower):
                yield put("swapped", a, b, (a, tier - 2), (b, tier))
                yield put("equal", a, b, (a, tier - 2))
                yield put("equal", a, b, (b, tier))
        if len(upper) > 1:
            for a in map(int, upper):
                yield put("parted", a, -1, (a, tier + 1))
                yield put("parted", -1, a, (a, tier - 1))


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
    [(0, 'swapped')]
    """
    parties = len(conflict.moves)
    others = [[j for j in range(parties) if j != i] for i in range(parties)]
    answers = [joint_moves(conflict.moves, o) for o in others]  # of moves, not of preferences: once
    base = _parts(conflict, others)
    rows: list[Array] = []
    for change in todo:
        rank = conflict.rank.copy()
        rank[change.party] = change.rank
        changed = Conflict(conflict.moves, rank)
        better, gainful = _parts(changed, others, change.party, base)
        each = [judged(Parts(conflict.moves[i], better[i], answers[i], gainful[i])) for i in range(parties)]
        stable = [every(np.array(concept)) for concept in zip(*each, strict=True)]
        if also is not None:
            stable.append(every(also(rank)))
        rows.append(np.array(stable))
        if step is not None:
            step()
    shape = (len(todo), 4 + (also is not None), conflict.rank.shape[1])
    return Survival(list(todo), np.array(rows, bool).reshape(shape))


def _parts(
    conflict: Conflict,
    others: list[list[int]],
    party: int = -1,
    base: tuple[Array, list[Array]] | None = None,
) -> tuple[Array, list[Array]]:
    """Return who prefers what, and the others' legal sequences of improvements; only those that a changed party has a part in are new."""
    better = prefers(conflict.rank)
    gains = conflict.moves & better
    gainful = [
        joint_moves(gains, o) if base is None or party in o else base[1][i] for i, o in enumerate(others)
    ]
    return better, gainful
