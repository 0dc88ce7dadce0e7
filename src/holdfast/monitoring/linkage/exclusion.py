"""What other pairs say of a pair: in a data set that has each event once, a report has at most one right partner.

Each pair's own comparison gives it odds o of being of one event, averaged over whatever else may be near. Among one report's
candidates in one data set that has each event once, at most one is right; so they compete with each other, and with none of them being
right, from both ends of each pair. That is matching one to one between each two data sets. Where a data set has a share n of
the other's events, the odds of a pair against neither of its reports having a partner are

    ψ = o / (1 − n) for each end that excludes others,

because that neither has one is rarer than that they are of two events. n is not known; that the other data set has the event
is taken to be as likely as not, n = 1/2. The marginal probabilities of such a matching are approximated by belief propagation
(Williams & Lau 2014), which passes along each pair, in turns,

    μ = ψ / (1 + Σ ψ' ν'),   ν = 1 / (1 + Σ μ'),

the sums over the other pairs of the one end, then of the other. It is exact where the pairs form no ring, and proven to converge.

A pair is never held to be surer than by its own comparison: others can only speak against it. So what comes out is too modest
rather than too sure where n is larger.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int

from holdfast.monitoring.linkage.untyped import csgraph, sparse

__all__ = ["exclusive"]

HAS_IT = 0.5
"""Judgement: how probable it is that a data set has an event that another has."""
SUREST = 1e-9
"""No pair by itself is taken to be surer than 1 less this."""
MOST_SWEEPS = 1000
SETTLED = 1e-9


def exclusive(
    left: Int[np.ndarray, " pairs"],
    right: Int[np.ndarray, " pairs"],
    alone: Float[np.ndarray, " pairs"],
    data_set: Int[np.ndarray, " reports"],
) -> Float[np.ndarray, " pairs"]:
    """Return the probability of each pair, given that the other pairs of its reports compete with it.

    A pair's answer depends on those that it is connected with, and on no other. Over the pairs of one report with one data set that has
    each event once, answers add up to less than 1, also where `MOST_SWEEPS` were not enough.

    Parameters
    ----------
    left, right
        Rows of reports; each pair once, in an order that decides in the last bit.
    alone
        By pair: the probability by its own comparison, 0 to 1.
    data_set
        By report: the number of its data set if that has each event once, otherwise 0.

    Examples
    --------
    One report against two of one data set, which has one event of either: odds of 4 and 1, so ψ of 16 and 4 against 1 for none,
    16/21 and 4/21.

    >>> rows = np.array([0, 0]), np.array([1, 2])
    >>> exclusive(*rows, np.array([0.8, 0.5]), np.array([1, 2, 2])).round(4).tolist()
    [0.7619, 0.1905]

    In a data set that may have an event several times, both may be right:

    >>> exclusive(*rows, np.array([0.8, 0.5]), np.array([1, 0, 0])).round(4).tolist()
    [0.8, 0.5]

    References
    ----------
    Williams & Lau (2014), whose preprint's beginning was seen; the messages are those of matching one to one, with a partner or none.
    """
    found = np.array(alone, dtype=np.float64)
    number, sets = len(data_set), int(data_set.max(initial=0)) + 1
    # an end is one report, with all its pairs with one data set; where nothing is excluded, each pair's end is its own
    ends = np.concatenate([left * sets + data_set[right], right * sets + data_set[left]])
    free = np.concatenate([data_set[right], data_set[left]]) == 0
    ends[free] = number * sets + np.flatnonzero(free)
    _, end, pairs = np.unique(ends, return_inverse=True, return_counts=True)
    one, other = end.reshape(2, -1)
    contested = np.flatnonzero((pairs[one] > 1) | (pairs[other] > 1))
    surest = np.minimum(found[contested], 1 - SUREST)
    excluding = 2 - free.reshape(2, -1).sum(axis=0)
    odds = surest / (1 - surest) / (1 - HAS_IT) ** excluding[contested]
    found[contested] = np.minimum(found[contested], _swept(odds, one[contested], other[contested]))
    return found


def _swept(
    odds: Float[np.ndarray, " pairs"], one: Int[np.ndarray, " pairs"], other: Int[np.ndarray, " pairs"]
) -> Float[np.ndarray, " pairs"]:
    """Pass messages between the two ends of each pair until those of all that it is connected with have settled."""
    size = int(max(one.max(initial=0), other.max(initial=0))) + 1
    graph = sparse.coo_array((np.ones(len(one), dtype=np.int8), (one, other)), shape=(size, size))
    piece = csgraph.connected_components(graph, directed=False)[1][one]
    found, at = np.empty_like(odds), np.arange(len(odds))
    told = np.ones_like(odds)  # ν
    for sweep in range(MOST_SWEEPS):
        weight = odds * told
        beside = np.bincount(one, weight, size)[one]
        message = odds / (1 + np.maximum(beside - weight, 0.0))  # μ
        above = np.bincount(other, message, size)[other]
        before, told = told, 1 / (1 + np.maximum(above - message, 0.0))
        moving = np.zeros(piece.max(initial=0) + 1, dtype=bool)
        moving[piece[np.abs(told - before) > SETTLED]] = True
        done = ~moving[piece] | (sweep == MOST_SWEEPS - 1)
        # both ends' answers are the same once it has settled; until then neither adds up to more than 1
        found[at[done]] = np.minimum(weight / (1 + beside), message / (1 + above))[done]
        at, one, other, piece = (of[~done] for of in (at, one, other, piece))
        odds, told = odds[~done], told[~done]
        if not len(at):
            break
    return found
