"""What is agreed over a region, how sure that is, and what else would have been as good."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from holdfast.bargaining.axiomatic._programme import Problem, posed
from holdfast.bargaining.axiomatic.regions import Region

__all__ = [
    "CONVERGED",
    "Agreement",
    "Ideal",
    "Outcome",
    "agreed",
    "ideal_gains",
    "least_gain",
    "none",
    "same_for_all",
]

Array = np.ndarray

_NO_GAIN = 1e-9
"""A party that could gain at most this share of its range gains nothing: a linear programme can't tell it from rounding."""


_ROUNDING = 1e-9
"""A loss of at most this share of a party's range refuses nothing."""

CONVERGED = 1e-7
"""A residual above this is reported as such."""


class Outcome(Enum):
    """How bargaining over a region came out."""

    AGREED = "The agreement is optimal to within its residual."
    EMPTY = "Every agreement is worse than no agreement for somebody. Look at who blocks, in bargaining.zone."
    NOT_CONVERGED = "The solver stopped short: the residual says by how much. Drop near-duplicate packages, or rescale the utilities."


class Agreement(NamedTuple):
    """A point of the region; not a number throughout where the outcome is EMPTY."""

    point: Float[Array, " coordinates"]
    """Probabilities of the packages, or outcomes of the issues. Others may be worth the same to everybody: see `same_for_all`."""
    utilities: Float[Array, " parties"]
    """What the point is worth, worked out from the point itself; unique for each of the three solutions."""
    ideal: Float[Array, " parties"]
    """The most each party could get where nobody is worse off than without agreement."""
    value: float
    """What was maximised: for Nash Π (g_i / a_i)^w_i over those who can gain, for the others the least ratio of gain to part. Where EMPTY
    the least gain in the least bad agreement, as a share of that party's range; below 0."""
    residual: float
    """Proved bound on how much better any agreement could do: for Nash in the logarithm of the product, else in shares of a range."""
    outcome: Outcome


class Ideal(NamedTuple):
    """The ideal point of a problem, in scaled gains, and an agreement at which each party has its own."""

    gains: Float[Array, " parties"]
    """0 where a party cannot gain."""
    points: Float[Array, "parties coordinates"]


def least_gain(problem: Problem) -> float:
    """Return the least scaled gain where it is largest; below 0, by more than rounding, nothing suits everybody."""
    most = problem.raised(np.zeros(problem.region.parties), np.ones(problem.region.parties)).value
    return 0.0 if -_ROUNDING <= most <= 0 else most


def ideal_gains(problem: Problem) -> Ideal:
    """Return the most that each party can gain where nobody loses, for a problem in which that is possible."""
    parties = problem.region.parties
    answers = [problem.best(one, np.zeros(parties)) for one in np.eye(parties)]
    points = [problem.region.point(answer.variables) for answer in answers]
    gains = np.array([problem.gains(point)[party] for party, point in enumerate(points)])
    return Ideal(np.where(gains > _NO_GAIN, gains, 0.0), np.array(points))


def agreed(
    problem: Problem, point: Float[Array, " coordinates"], ideal: Ideal, value: float, residual: float
) -> Agreement:
    """Return an agreement with what it is worth, and whether its residual is small enough."""
    outcome = Outcome.AGREED if residual <= CONVERGED else Outcome.NOT_CONVERGED
    best = problem.disagreement + ideal.gains * problem.scale
    return Agreement(point, problem.region.utilities(point), best, value, residual, outcome)


def none(problem: Problem, outcome: Outcome, value: float) -> Agreement:
    """Return that nothing was agreed, and why."""
    parties = problem.region.parties
    coordinates = len(problem.region.best(np.ones(parties)))
    nothing = np.full(parties, np.nan)
    residual = np.nan if outcome is Outcome.EMPTY else np.inf
    return Agreement(np.full(coordinates, np.nan), nothing, nothing, value, residual, outcome)


def same_for_all(
    region: Region, disagreement: Float[Array, " parties"], agreement: Agreement
) -> Float[Array, "coordinates ends"]:
    """Return from where to where each coordinate can go while nobody is worse off than in the agreement.

    The solutions are unique in what they give the parties, not in how. An interval of positive length says that the coordinate is open;
    moving several at once need not do.

    Parameters
    ----------
    region, disagreement
        As the agreement was reached with.
    agreement
        What was agreed.

    Examples
    --------
    Two parties that care for one issue each, and agree on it; nobody cares for the third.

    >>> import numpy as np
    >>> from holdfast.bargaining.axiomatic import IssueSpace, egalitarian_agreement
    >>> space = IssueSpace(np.array([[0.5, 0.0, 0.0], [0.0, 0.5, 0.0]]), np.array([[1.0, 0, 0], [0, 1.0, 0]]))
    >>> agreed = egalitarian_agreement(space, np.zeros(2))
    >>> same_for_all(space, np.zeros(2), agreed).round(6).tolist()
    [[0.5, 0.5], [0.5, 0.5], [0.0, 1.0]]
    """
    problem = posed(region, disagreement)
    count = len(agreement.point)
    ends = np.full((count, 2), np.nan)
    if np.isnan(agreement.point).any():
        return ends
    ends[:] = agreement.point[:, None]
    floors = problem.gains(agreement.point)
    for at in range(count):
        for side, sign in enumerate((-1.0, 1.0)):
            found = problem.furthest(at, sign, floors)
            ends[at, side] = sign * max(sign * ends[at, side], sign * found)
    return ends
