"""Where in an input's range the best proposal changes, the rest as drawn.

The best proposal at a value of an input is the one with the highest mean of signed and holding ten years among
draws with that value. With u the input's uniform and phi_k its functions, the mean for proposal p is

  m_p(u) = mean_p + sum_k c_kp phi_k(u),

with only those degrees k kept that tell proposals apart: some c_kp differs from that of the proposal best overall
by more than three standard errors. A change from proposal p to q is told from noise, and reported, if somewhere
below it p leads q, and somewhere above it q leads p, by at least three standard errors of the difference (jackknife)
and by at least 0.001, the accuracy of the chain. The error of the place is that of m_p - m_q there over its slope.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.study.hinges._exact import Floats
from holdfast.study.hinges._shares import jackknife_variance

SURE = 3.0
"""Standard errors a difference must be from 0."""

SMALLEST_LEAD = 1e-3
"""Smaller leads are within the chain's accuracy."""

STEP = 0.01
"""Steps in which another value is looked for, beside one that many draws have."""

FARTHEST = 1e-3
"""Quantile to which an error is followed at most."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """A change of the best proposal.

    Parameters
    ----------
    before, after
        Indices of the proposals best just below and just above.
    place, error
        In the uniform, with its standard error; for an input with levels, the middle between two of them.
    sides
        Uniforms of the points to the left and right, for an input with levels; None otherwise.
    """

    before: int
    after: int
    place: float
    error: float
    sides: tuple[float, float] | None = None

    def in_unit(self, quantile: Callable[[float], float | None]) -> tuple[float, float] | None:
        """Return place and error in the input's unit; between levels, the middle and half the gap.

        Examples
        --------
        >>> Crossing(0, 1, 0.5, 0.25).in_unit(lambda u: 8.0 * u)
        (4.0, 2.0)
        """
        if self.sides:
            low, high = (quantile(side) for side in self.sides)
            return None if low is None or high is None else ((low + high) / 2.0, abs(high - low) / 2.0)
        if (value := quantile(self.place)) is None:
            return None
        errors = [
            abs(self._beside(quantile, value, direction * self.error, direction * STEP) - value)
            for direction in (-1, 1)
        ]
        return value, (errors[0] + errors[1]) / 2.0

    def _beside(
        self, quantile: Callable[[float], float | None], value: float, away: float, step: float
    ) -> float:
        """Return the value so far away, or farther until it is another than `value` where many draws have that."""
        while True:
            found = quantile(min(max(self.place + away, FARTHEST), 1.0 - FARTHEST))
            if found is None:
                return value
            if not FARTHEST < self.place + away < 1.0 - FARTHEST or not np.isclose(
                found, value, rtol=1e-9, atol=0
            ):
                return found
            away += step


@dataclass(frozen=True)
class Means:
    """Coefficients of the outcome compared, for the functions of one input.

    `mean` [proposals], `mean_without` [groups, proposals]; `coefficients` [functions, proposals], `without`
    [groups, functions, proposals]. `mean_without` are deviations from `mean`.
    """

    mean: Floats
    mean_without: Floats
    coefficients: Floats
    without: Floats


def tipping(means: Means, functions: Floats, points: Floats, stepped: bool) -> Crossing | None:
    """Find the change of the best proposal that is nearest to the input's median; None if there is none.

    Parameters
    ----------
    means
        Of every proposal along the input.
    functions
        The input's functions at `points` [points, functions].
    points
        Uniforms in ascending order [points]; for an input with levels, the middle of each.
    stepped
        Whether the input has levels.
    """
    keep = _telling(means)
    if not np.any(keep):
        return None
    shapes = functions[:, keep]
    # einsum without optimisation sums in one order, whatever the thread count
    curves = means.mean + np.einsum("xk,kp->xp", shapes, means.coefficients[keep])
    best = np.argmax(curves, axis=1)
    changes = np.flatnonzero(np.diff(best))
    if not len(changes):
        return None
    deviations = means.without[:, keep] - means.coefficients[keep]
    moved = means.mean_without[:, None, :] + np.einsum("xk,gkp->gxp", shapes, deviations)
    found = [
        crossing
        for left in changes
        if (crossing := _crossing(curves, moved, best, int(left), points, stepped)) is not None
    ]
    return min(found, key=lambda crossing: abs(crossing.place - 0.5), default=None)


def _telling(means: Means) -> NDArray[np.bool_]:
    """Which functions tell proposals apart [functions]."""
    overall = int(np.argmax(means.mean))
    lead = means.coefficients - means.coefficients[:, [overall]]
    error = np.sqrt(jackknife_variance(means.without - means.without[:, :, [overall]]))
    return np.any(np.abs(lead) > SURE * error, axis=1)


def _crossing(
    curves: Floats, moved: Floats, best: NDArray[np.intp], left: int, points: Floats, stepped: bool
) -> Crossing | None:
    """Return the change of the best proposal between `left` and the next point, if it is told from noise."""
    before, after = int(best[left]), int(best[left + 1])
    lead = curves[:, before] - curves[:, after]
    error = np.sqrt(jackknife_variance(moved[:, :, before] - moved[:, :, after]))
    sure = np.abs(lead) >= np.maximum(SURE * error, SMALLEST_LEAD)
    below = np.flatnonzero(sure[: left + 1] & (lead[: left + 1] > 0.0))
    above = np.flatnonzero(sure[left + 1 :] & (lead[left + 1 :] < 0.0)) + left + 1
    if not len(below) or not len(above):
        return None
    if stepped:
        sides = float(points[left]), float(points[left + 1])
        return Crossing(before, after, (sides[0] + sides[1]) / 2.0, 0.0, sides)
    share = lead[left] / (lead[left] - lead[left + 1])
    width = points[left + 1] - points[left]
    place = points[left] + share * width
    there = error[left] + share * (error[left + 1] - error[left])
    slope = (lead[left] - lead[left + 1]) / width
    return Crossing(before, after, float(place), float(there / slope))
