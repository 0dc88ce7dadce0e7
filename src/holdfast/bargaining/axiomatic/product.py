r"""Nash's solution over a convex region: the largest Π g_i^w_i of gains over no agreement.

The logarithm is concave, so a point is optimal if and only if no agreement has more of the product's gradient: with Σ w = 1,

  max over the region of Σ_i w_i g_i / g*_i  ≤  1,

and what is missing bounds how much the logarithm of the product could still rise. That maximum has a closed form (see `regions`), and
where it is attained is the agreement to mix in next. Between two such steps the best mixture of the agreements found so far is solved
by an interior-point method: Σ λ − Σ_i w_i log (V λ)_i over λ ≥ 0, whose optimum has Σ λ = 1 by itself.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from holdfast.bargaining.axiomatic._inputs import shares_of_weight
from holdfast.bargaining.axiomatic._programme import Problem, Unsolved, posed
from holdfast.bargaining.axiomatic.agreement import (
    Agreement,
    Ideal,
    Outcome,
    agreed,
    ideal_gains,
    least_gain,
    none,
)
from holdfast.bargaining.axiomatic.regions import Region
from holdfast.bargaining.inputs import Numbers

__all__ = ["nash_agreement"]

Array = np.ndarray

_GAP = 1e-11
"""Where the logarithm of the product can rise by no more than this, the search ends."""

_ROUNDING = 1e-13
_LITTLE = 1e-6
"""A probability below this is tried without."""

_ROUNDS = 500
_NEWTON_STEPS = 80


def nash_agreement(region: Region, disagreement: Numbers, weights: Numbers | None = None) -> Agreement:
    """Return the agreement with the largest weighted product of gains, and a bound on what it could be.

    Parties that gain nowhere keep their right to refuse and do not enter the product.

    Parameters
    ----------
    region
        `Lotteries` or `IssueSpace`.
    disagreement
        What no agreement is worth to each party.
    weights
        Bargaining power, above 0; equal where not given.

    Raises
    ------
    InputError
        Where a value is not finite, a weight not above 0, or shapes do not fit.

    References
    ----------
    nash1950: the solution.

    Examples
    --------
    Packages worth (2, 0) and (0, 1), and what lies between by lot: each first with probability ½.

    >>> import numpy as np
    >>> from holdfast.bargaining.axiomatic import Lotteries
    >>> nash_agreement(Lotteries(np.array([[2.0, 0.0], [0.0, 1.0]])), np.zeros(2)).utilities.round(6).tolist()
    [1.0, 0.5]
    """
    w = shares_of_weight(weights, region.parties)
    problem = posed(region, disagreement)
    try:
        least = least_gain(problem)
        return none(problem, Outcome.EMPTY, least) if least < 0 else _agreement(problem, w)
    except Unsolved:
        return none(problem, Outcome.NOT_CONVERGED, np.nan)


def _agreement(problem: Problem, w: Float[Array, " parties"]) -> Agreement:
    """Return the agreement, where some agreement suits everybody."""
    ideal = ideal_gains(problem)
    able = ideal.gains > 0
    if not able.any():
        return agreed(problem, ideal.points[0], ideal, 0.0, 0.0)
    w = np.where(able, w, 0.0) / w[able].sum()
    point, gap = _search(problem, ideal, w, able)
    gains = problem.gains(point)[able] / ideal.gains[able]
    value = float(np.exp(w[able] @ np.log(gains))) if (gains > 0).all() else 0.0
    return agreed(problem, point, ideal, value, gap)


def _search(
    problem: Problem, ideal: Ideal, w: Float[Array, " parties"], able: Array
) -> tuple[Float[Array, " coordinates"], float]:
    """Return the best mixture of agreements, and by how much the logarithm of its product can be bettered at most."""
    points = ideal.points[able]
    mixed = np.full(len(points), 1.0 / len(points))
    best: tuple[Array, float] = (points.mean(0), np.inf)
    for _ in range(_ROUNDS):
        mixed, further, gap = _mixed(problem, ideal, w, able, points, mixed)
        if gap < best[1]:
            best = (problem.region.point(mixed @ points), gap)
        if gap <= _GAP or (points == further).all(1).any():
            break
        kept = mixed > _ROUNDING
        points, mixed = np.vstack([points[kept], further]), np.append(mixed[kept], 0.0)
    # where the product is flat to second order an interior point keeps a little of what it could do without
    few = mixed > _LITTLE
    fewer, _, gap = _mixed(problem, ideal, w, able, points[few], mixed[few])
    return (problem.region.point(fewer @ points[few]), gap) if gap <= max(_GAP, best[1]) else best


def _mixed(
    problem: Problem,
    ideal: Ideal,
    w: Float[Array, " parties"],
    able: Array,
    points: Float[Array, "points coordinates"],
    start: Float[Array, " points"],
) -> tuple[Float[Array, " points"], Float[Array, " coordinates"], float]:
    """Return the best probabilities of some agreements, the agreement to add to them, and what that could bring at most.

    The gradient is taken where the mixture of what the agreements are worth is, which is at most what the mixed agreement is worth: with
    that every step adds an agreement until none is left to add.
    """
    columns = np.array([problem.gains(point) for point in points])[:, able] / ideal.gains[able]
    mixed = _mixture(columns, w[able], start / start.sum())
    slope = np.zeros(len(able))
    slope[able] = w[able] / (mixed @ columns * ideal.gains[able])
    further, bound = _steepest(problem, slope, able)
    refused = float(np.maximum(-problem.gains(problem.region.point(mixed @ points)), 0.0).max())
    return mixed, further, max(bound - 1.0, refused)


def _steepest(problem: Problem, slope: Float[Array, " parties"], able: Array) -> tuple[Array, float]:
    """Return the agreement with the most of the product's gradient, and a bound on that most.

    Where some gain nowhere their consent binds, and takes a linear programme; its multipliers make the closed form a bound again.
    """
    if able.all():
        point = problem.region.best(slope / problem.scale)
        return point, float(slope @ problem.gains(point))
    answer = problem.best(slope, np.zeros(len(slope)))
    return problem.region.point(answer.variables), problem.most(slope + answer.multipliers)


def _mixture(
    columns: Float[Array, "points able"], w: Float[Array, " able"], start: Float[Array, " points"]
) -> Float[Array, " points"]:
    """Return the probabilities λ of points for which Σ w log (λ · columns) is largest, by a primal–dual interior-point method."""
    even = 0.1
    while not (((1 - even) * start + even / len(start)) @ columns > 0).all() and even > 1e-12:
        even /= 4
    share = (1 - even) * start + even / len(start)
    slack = np.ones_like(share)
    for _ in range(_NEWTON_STEPS):
        gains = share @ columns
        slope = 1.0 - columns @ (w / gains)
        aim = 0.1 * float(share @ slack) / len(share)
        curve = (columns * (w / gains**2)) @ columns.T
        step = np.linalg.solve(curve + np.diag(slack / share), aim / share - slope)
        other = (aim - slack * step) / share - slack
        length = min(1.0, _room(share, step), _room(slack, other), _room(gains, step @ columns))
        share, slack = share + length * step, slack + length * other
        if (
            float(share @ slack) < 1e-15
            and float(np.abs(1.0 - columns @ (w / (share @ columns)) - slack).max()) < 1e-12
        ):
            break
    return share / share.sum()


def _room(values: Array, step: Array) -> float:
    """Return how much of a step can be gone with every value staying above 0."""
    down = step < 0
    return float((-0.99 * values[down] / step[down]).min()) if down.any() else 1.0
