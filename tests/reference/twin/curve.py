"""The principal branch in time: Chebyshev pieces, each checked against the branch itself, split at jumps."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.polynomial import chebyshev
from scipy.special import expit

from tests.reference.twin.honour import ContinuationError
from tests.reference.twin.war import Array

NODES = 13
CLOSE = 1e-9  # a piece is good when no probability is off by more than this
HARMLESS = 1e-11  # or by more than this times its length in years: beside a fold
TINY = 1e-12  # years
JUMP = 1e-4  # what remains of a change across a tiny time

_CHECKS = np.array([-0.999, -0.93, -0.37, 0.11, 0.62, 0.97, 1.0])


@dataclass
class Curve:
    """Logits of the branch as a function of time."""

    edges: list[float]
    pieces: list[Array]  # Chebyshev coefficients (NODES, pledges), a piece between two edges
    jumps: list[float]

    def __call__(self, t: float) -> Array:
        k = min(max(bisect_right(self.edges, t) - 1, 0), len(self.pieces) - 1)
        if len(self.pieces[k]) == 1:
            return self.pieces[k][0]
        low, high = self.edges[k], self.edges[k + 1]
        x = (2.0 * t - low - high) / (high - low)
        return np.asarray(chebyshev.chebval(x, self.pieces[k]), dtype=np.float64)


def constant(logits: Array) -> Curve:
    """The branch where strengths do not change."""
    return Curve([0.0, np.inf], [logits[None, :]], [])


def follow(branch: Callable[[float], Array], breaks: list[float], quarters: int = 4) -> Curve:
    """The branch between the first and the last of the breaks, smooth pieces found by halving."""
    curve = Curve([breaks[0]], [], [])
    for low, high in pairwise(breaks):
        marks = np.linspace(low, high, quarters + 1)
        for left, right in pairwise(marks):
            _refine(branch, curve, float(left), float(right), depth=0)
    return curve


def _refine(branch: Callable[[float], Array], curve: Curve, low: float, high: float, depth: int) -> None:
    middle, half = 0.5 * (low + high), 0.5 * (high - low)
    nodes = chebyshev.chebpts1(NODES)
    values = np.array([branch(middle + half * x) for x in nodes])
    coefficients = chebyshev.chebfit(nodes, values, NODES - 1)
    error = 0.0
    for x in _CHECKS:
        guess = chebyshev.chebval(x, coefficients)
        error = max(error, float(np.max(np.abs(expit(guess) - expit(branch(middle + half * x))), initial=0)))
        if error > CLOSE and error * half > HARMLESS:
            break
    if error < CLOSE or error * (high - low) < HARMLESS:
        curve.edges.append(high)
        curve.pieces.append(coefficients)
        return
    jump = _find_jump(branch, low, high) if depth >= 3 and depth % 3 == 0 else None
    before, after = jump or (middle, middle)
    if before - low > TINY:
        _refine(branch, curve, low, before, depth + 1)
        curve.edges[-1] = after
    if jump:
        curve.jumps.append(after)
    if high - after > TINY:
        _refine(branch, curve, after, high, depth + 1)
    curve.edges[-1] = high  # where the jump is at the edge itself


def _find_jump(branch: Callable[[float], Array], low: float, high: float) -> tuple[float, float] | None:
    """The last time before the branch jumps and the first after it, or None if it does not jump."""
    left, right = expit(branch(low)), expit(branch(high))
    while high - low > TINY:
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        try:
            at = expit(branch(middle))
        except ContinuationError:  # two paths nearer to each other than can be told apart: it jumps here
            if high - low > 1e-7:
                raise
            break
        if np.max(np.abs(at - left)) > np.max(np.abs(at - right)):
            high, right = middle, at
        else:
            low, left = middle, at
        if np.max(np.abs(right - left)) < JUMP:
            return None
    return low, high
