r"""Which states are stable, for one party or for parties that act together: Nash, GMR, SMR and SEQ by matrices.

With moves M_i, P_i[s, t] whether i likes t better than s, and H a coalition (one party is a coalition of one), O all others:

  R_H[s, t]    H can go from s to t by a legal sequence of moves                                      `reach.joint_moves`
  R_O⁺[s, t]   the others can, each move being an improvement for who makes it
  B_H = ∧_{i ∈ H} P_i                 t is better than s for every member
  C_H = R_H ∧ B_H                     the improvements of H; of one party, its unilateral improvements

A state s is stable for H by each concept where every improvement t of C_H is sanctioned: met by a countermove to a state u that is not
better than s for every member, ¬B_H[s, u].

  Nash   no improvement is sanctioned: there is none
  GMR    u ∈ R_O(t)          general metarationality: the others can, whatever that does to them
  SMR    u ∈ R_O(t), and H cannot get out: no v ∈ R_H(u) is better than s for every member      symmetric metarationality
  SEQ    u ∈ R_O⁺(t)         sequential stability: the others can, and every one who moves gains by its move

So Nash ⊆ SEQ ⊆ GMR and Nash ⊆ SMR ⊆ GMR for any number of parties; SEQ and SMR do not contain each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool

from holdfast.bargaining.conflict.graph import Array, Conflict, every, prefers, product, some
from holdfast.bargaining.conflict.reach import joint_moves

__all__ = [
    "CONCEPTS",
    "Parts",
    "Stability",
    "coalitions",
    "judged",
    "of_coalition",
    "of_coalitions",
    "of_parties",
    "parts",
    "sequential",
]

CONCEPTS = ("nash", "gmr", "smr", "seq")
"""In the order of the fields of `Stability`."""


class Stability(NamedTuple):
    """Which states are stable by each concept: of one coalition, or with a first axis of parties or coalitions."""

    nash: Bool[Array, "*who states"]
    gmr: Bool[Array, "*who states"]
    smr: Bool[Array, "*who states"]
    seq: Bool[Array, "*who states"]


def of_coalition(conflict: Conflict, members: Sequence[int]) -> Stability:
    """Return which states are stable for parties that act together.

    Parameters
    ----------
    conflict
        Moves and preferences.
    members
        Indices of parties, at least one; a single party gives the usual, noncooperative stability.

    References
    ----------
    fang1993 (definitions for one party), xu2009 (matrices), kilgour2001 (coalitions). The others answer a coalition as they answer one
    party: each of their moves is one party's, and by SEQ a gain for that party.

    Examples
    --------
    Prisoner's dilemma, states CC, CD, DC, DD. Party 0 stays at DC and DD as they are, and at CC because it foresees the answer.

    >>> moves = np.zeros((2, 4, 4), bool)
    >>> for a, b in ((0, 2), (1, 3)):
    ...     moves[0, a, b] = moves[0, b, a] = True
    >>> for a, b in ((0, 1), (2, 3)):
    ...     moves[1, a, b] = moves[1, b, a] = True
    >>> dilemma = Conflict(moves, np.array([[3, 1, 4, 2], [3, 4, 1, 2]]))
    >>> found = of_coalition(dilemma, [0])
    >>> found.nash.tolist(), found.seq.tolist()
    ([False, False, True, True], [True, False, True, True])
    >>> of_coalition(dilemma, [0, 1]).nash.tolist()
    [True, True, True, False]
    """
    return judged(parts(conflict, members))


class Parts(NamedTuple):
    """What a coalition and the others can do, as the module's docstring names it: R_H, B_H, R_O and R_O⁺."""

    own: Bool[Array, "states states"]
    better: Bool[Array, "states states"]
    answers: Bool[Array, "states states"]
    gainful: Bool[Array, "states states"]


def parts(conflict: Conflict, members: Sequence[int]) -> Parts:
    """Return what a coalition and the others can do."""
    others = [i for i in range(len(conflict.moves)) if i not in members]
    better = prefers(conflict.rank)
    return Parts(
        joint_moves(conflict.moves, members),
        every(better[list(members)]),
        joint_moves(conflict.moves, others),
        joint_moves(conflict.moves & better, others),
    )


def judged(given: Parts) -> Stability:
    """Return what is stable for a coalition, given what it and the others can do."""
    own, better, answers, gainful = given
    improvements = own & better
    bad = ~better  # bad[s, u]: at u some member is no better off than at s
    kept = bad & ~product(better, own.T)  # and from u the coalition cannot go where all are

    return Stability(
        ~some(improvements, axis=1),
        _held(improvements, bad, answers),
        _held(improvements, kept, answers),
        _held(improvements, bad, gainful),
    )


def sequential(given: Parts) -> Bool[Array, " states"]:
    """Return what is stable for a coalition by SEQ alone, as `judged` does."""
    return _held(given.own & given.better, ~given.better, given.gainful)


def _held(improvements: Array, ends: Array, replies: Array) -> Array:
    """Return from which states each improvement is met by a reply that leads to one of the ends, which hurt."""
    sanctioned = product(ends, replies.T)  # sanctioned[s, t]: from t a reply leads to such an end
    return ~some(improvements & ~sanctioned, axis=1)


def of_parties(conflict: Conflict) -> Stability:
    """Return which states are stable for each party by itself; the first axis is the party.

    A state that is stable for all parties by a concept is an equilibrium by it: `.all(axis=0)`.
    """
    return of_coalitions(conflict, [(i,) for i in range(len(conflict.moves))])


def coalitions(parties: int, least: int = 1) -> list[tuple[int, ...]]:
    """Return all coalitions of at least so many of so many parties, small ones first.

    Examples
    --------
    >>> coalitions(3, least=2)
    [(0, 1), (0, 2), (1, 2), (0, 1, 2)]
    """
    return [c for size in range(least, parties + 1) for c in combinations(range(parties), size)]


def of_coalitions(conflict: Conflict, who: Sequence[Sequence[int]]) -> Stability:
    """Return which states are stable for each of several coalitions; the first axis is the coalition.

    A state that is stable by a concept for every coalition, single parties among them, is coalitionally stable by it.
    """
    each = [of_coalition(conflict, members) for members in who]
    return Stability(*(np.array(values) for values in zip(*each, strict=True)))
