r"""Kalai–Smorodinsky and egalitarian solutions over a convex region, by linear programmes.

With gains g_i over no agreement, ideal gains a_i and weights w, both ask for the largest t with g_i ≥ t s_i for everybody:

  Kalai–Smorodinsky   s_i = w_i a_i       kalai1975
  egalitarian         s_i = w_i           kalai1977

and go on lexicographically (imai1983): whoever cannot have more without another falling below t is settled, the others go on. Who is
settled is read off the multipliers of the programme: one above 0 says that the floor binds in every optimum. Weak duality then bounds
each t from above: Σ m_i g_i ≤ max over the region, which has a closed form.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from holdfast.bargaining.axiomatic._inputs import shares_of_weight
from holdfast.bargaining.axiomatic._programme import Answer, Problem, Unsolved, posed
from holdfast.bargaining.axiomatic.agreement import Agreement, Outcome, agreed, ideal_gains, least_gain, none
from holdfast.bargaining.axiomatic.regions import Region
from holdfast.bargaining.inputs import Numbers

__all__ = ["egalitarian_agreement", "kalai_smorodinsky_agreement"]

Array = np.ndarray

_BINDS = 1e-7
"""A party whose multiplier is at least this share of the largest is settled; the others get another chance."""


def kalai_smorodinsky_agreement(
    region: Region, disagreement: Numbers, weights: Numbers | None = None
) -> Agreement:
    """Return where all get the same share of their ideal gains, as large as can be, lexicographically.

    Parameters
    ----------
    region
        `Lotteries` or `IssueSpace`.
    disagreement
        What no agreement is worth to each party.
    weights
        Proportions of the shares, above 0; equal where not given.

    Raises
    ------
    InputError
        Where a value is not finite, a weight not above 0, or shapes do not fit.

    References
    ----------
    kalai1975: the solution; imai1983: its lexicographic form.

    Examples
    --------
    Packages worth (2, 0) and (0, 1), and what lies between by lot: each gets half of its most.

    >>> import numpy as np
    >>> from holdfast.bargaining.axiomatic import Lotteries
    >>> kalai_smorodinsky_agreement(Lotteries(np.array([[2.0, 0.0], [0.0, 1.0]])), np.zeros(2)).utilities.round(9).tolist()
    [1.0, 0.5]
    """
    w = shares_of_weight(weights, region.parties) * region.parties
    return _agreement(posed(region, disagreement), w, of_ideal=True)


def egalitarian_agreement(region: Region, disagreement: Numbers, weights: Numbers | None = None) -> Agreement:
    """Return where all gain the same, or in proportion to weights, as much as can be, lexicographically.

    Parameters
    ----------
    region
        `Lotteries` or `IssueSpace`, with utilities in one unit for all parties.
    disagreement
        What no agreement is worth to each party.
    weights
        Proportions of the gains, above 0; equal where not given.

    Raises
    ------
    InputError
        Where a value is not finite, a weight not above 0, or shapes do not fit.

    References
    ----------
    kalai1977: proportional solutions; imai1983: the lexicographic form.

    Examples
    --------
    Packages worth (2, 0) and (0, 1): a third of the time the first gives both 2/3.

    >>> import numpy as np
    >>> from holdfast.bargaining.axiomatic import Lotteries
    >>> egalitarian_agreement(Lotteries(np.array([[2.0, 0.0], [0.0, 1.0]])), np.zeros(2)).utilities.round(6).tolist()
    [0.666667, 0.666667]
    """
    w = shares_of_weight(weights, region.parties) * region.parties
    return _agreement(posed(region, disagreement), w, of_ideal=False)


def _agreement(problem: Problem, w: Float[Array, " parties"], *, of_ideal: bool) -> Agreement:
    """Return the agreement, or why there is none."""
    try:
        least = least_gain(problem)
        if least < 0:
            return none(problem, Outcome.EMPTY, least)
        return _maximin(problem, w, of_ideal=of_ideal)
    except Unsolved:
        return none(problem, Outcome.NOT_CONVERGED, np.nan)


def _maximin(problem: Problem, w: Float[Array, " parties"], *, of_ideal: bool) -> Agreement:
    """Return the lexicographic maximin of gains over parts."""
    ideal = ideal_gains(problem)
    able = ideal.gains > 0
    parts = w * ideal.gains if of_ideal else w / problem.scale
    unit = float(parts[able].max()) if able.any() else 1.0
    floors = np.zeros(problem.region.parties)
    point, reached, gap = ideal.points[0], 0.0, 0.0
    rising = able
    while rising.any():
        rise = np.where(rising, parts / unit, 0.0)
        answer = problem.raised(floors, rise)
        if not answer.multipliers @ rise > 0:
            return agreed(problem, point, ideal, reached / unit, np.inf)
        if rising.sum() == able.sum():
            reached = answer.value
        gap = max(gap, _above(problem, answer, floors, rise))
        point = problem.region.point(answer.variables)
        binding = answer.multipliers * rise
        settled = rising & (binding >= _BINDS * binding.max())
        floors = np.where(settled, answer.value * rise, floors)
        rising = rising & ~settled
    short = float(np.maximum(floors - problem.gains(point), 0.0).max())
    return agreed(problem, point, ideal, reached / unit, max(gap, short))


def _above(
    problem: Problem, answer: Answer, floors: Float[Array, " parties"], rise: Float[Array, " parties"]
) -> float:
    """Return how far t could still be above what was found: from Σ m g ≥ Σ m (floors + t rise), for any m ≥ 0."""
    m = answer.multipliers
    return max((problem.most(m) - float(m @ floors)) / float(m @ rise) - answer.value, 0.0)
