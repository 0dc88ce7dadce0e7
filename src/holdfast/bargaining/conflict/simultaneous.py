r"""Simultaneous stability: what comes of an improvement if others improve at the same moment.

A state is stable for i by SIM where every improvement of i is sanctioned by some others who from the same state make improvements of their
own at the same time: each puts its own options as it would by itself, and the state that these choices make together is no better for i
than where it was. For two parties and option vectors this is p = a + b − q of Fraser & Hipel (1984).

What several moves at the same time lead to is defined by options and not by a graph, so that SIM needs states that are built from options.
Choices that together make an infeasible combination sanction nothing.

Nash ⊆ SIM always. SIM ⊆ GMR where every combination of options is feasible; else the sanction may lead where no sequence of moves does.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Int

from holdfast.bargaining.conflict.graph import Array, every, product, some

__all__ = ["simultaneous"]


def simultaneous(
    setting: Int[Array, "parties combinations"],
    moves: Bool[Array, "parties combinations combinations"],
    state_of: Int[Array, " combinations"],
    rank: Int[Array, "parties states"],
) -> Bool[Array, "parties states"]:
    """Return which states are simultaneously stable for each party.

    Parameters
    ----------
    setting
        How each party has put its own options in each feasible combination: equal numbers for equal settings (`options.settings`).
    moves
        Between combinations (`options.option_moves`).
    state_of
        The state that each combination belongs to; several may be one state, which is stable if none of them can be left with impunity.
    rank
        As in `graph.Conflict`.

    References
    ----------
    fraser1984, extended to several others as the module says. Not checked against a published table: none was seen.

    Examples
    --------
    Chicken, both swerving: each gains by driving on alone and loses if the other does so too.

    >>> from holdfast.bargaining.conflict.options import option_moves, settings
    >>> taken = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], bool)
    >>> moves = option_moves(taken, np.array([0, 1]), np.ones(2, bool), np.ones(2, bool), 2)
    >>> rank = np.array([[3, 2, 4, 1], [3, 4, 2, 1]])
    >>> simultaneous(settings(taken, np.array([0, 1]), 2), moves, np.arange(4), rank).all(axis=0).tolist()
    [True, True, True, False]
    """
    parties = len(setting)
    value = rank[:, state_of]
    improves = moves & (value[:, None, :] > value[:, :, None])
    same = setting[:, :, None] == setting[:, None, :]
    # joins[j, p, c]: in c party j has its options as in p, or as after one of its improvements from p
    joins = np.array([same[j] | product(improves[j], same[j]) for j in range(parties)])
    stable = np.ones((parties, rank.shape[1]), bool)
    for i in range(parties):
        ends = every(np.delete(joins, i, axis=0)) & ~(value[i][None, :] > value[i][:, None])
        free = some(improves[i] & ~product(ends, same[i]), axis=1)
        stable[i, state_of[free]] = False
    return stable
