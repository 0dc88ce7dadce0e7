"""Which equilibria hang on which judgement: what is left when one state moves by one place in one party's order."""

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
            yield from (put(kind, state, upper) for state in upper for kind in ("above", "below"))
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
