"""How probable it is that independent events, each of which counts so much, add up to at least so much.

    P( Σ w_i B_i ≥ need ),   B_i independent, P(B_i = 1) = p_i, w_i whole numbers

`below` works it out exactly, by multiplying the generating functions up to the power that is needed; `bounds` gives, for many sums at
once, what it cannot fall below or exceed, from the sums of the first three moments alone. The bounds are those of Cantelli and Bernstein
(one-sided, from mean and variance), and the normal distribution with the error that the Berry-Esseen theorem allows for
independent summands that are not alike (constant 0.56: Shevtsova 2010, Doklady Mathematics 82:862).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from holdfast.monitoring._columns import Floats

Whole = NDArray[np.int64]
_erfc: Any = np.frompyfunc(math.erfc, 1, 1)
"""Without scipy.special, which takes as long to import as a tenth of a status."""
BERRY_ESSEEN = 0.56
SURE = 1e-12
"""What is nearer than this to 0 or 1 is taken to be so."""
MOST_WORK = 2_000_000
"""Totals told apart, times different weights."""


@dataclass(slots=True)
class Moments:
    """Sums over events, for each of many sums.

    Parameters
    ----------
    sure
        What counts with probability 1.
    mean, variance, third
        Of the others: of the sum, and the sum of their third absolute central moments. A third of infinity says that mean and variance
        are all there is; the variance may then be an upper bound.
    most
        What they all come to.
    """

    sure: Floats
    mean: Floats
    variance: Floats
    third: Floats
    most: Floats


def below(weights: Whole, p: Floats, need: int) -> Floats:
    """Return the probability of each total from 0 to need − 1.

    Parameters
    ----------
    weights
        What each counts; above 0.
    p
        With what probability.
    need
        Above 0; larger totals are not told apart.

    Examples
    --------
    >>> below(np.array([1, 1, 2]), np.array([0.5, 0.5, 0.5]), 3).tolist()
    [0.125, 0.25, 0.25]
    """
    total = np.ones(1)
    for weight in np.unique(weights):
        own = p[weights == weight]
        reach = (need - 1) // int(weight) + 1  # totals of this weight that are below the need
        part = _product(own, reach)
        spread = np.zeros((len(part) - 1) * int(weight) + 1)
        spread[:: int(weight)] = part
        total = _times(total, spread)[:need]
    return np.pad(np.clip(total, 0.0, 1.0), (0, need - len(total)))


def _product(p: Floats, reach: int) -> Floats:
    """Return the distribution of how many of these happen, up to reach − 1: halves are multiplied by halves."""
    rows = np.stack([1.0 - p, p], axis=1)[:, : max(reach, 1)]
    while len(rows) > 1:
        if len(rows) % 2:
            rows = np.concatenate([rows, np.eye(1, rows.shape[1])])
        first, second = rows[::2], rows[1::2]
        if rows.shape[1] <= 64:
            found = np.zeros((len(first), 2 * rows.shape[1] - 1))
            for n in range(rows.shape[1]):
                found[:, n : n + rows.shape[1]] += first[:, n : n + 1] * second
        else:
            found = _convolved(first, second)
        rows = found[:, :reach]
    return rows[0]


def _times(one: Floats, two: Floats) -> Floats:
    if min(len(one), len(two)) <= 64:
        return np.convolve(one, two)
    return _convolved(one[None], two[None])[0]


def _convolved(first: Floats, second: Floats) -> Floats:
    """Return each row convolved with its partner, by Fourier transforms."""
    from scipy import signal  # noqa: PLC0415 - takes as long to import as a status may take, and few answers need it

    convolve = cast(Any, signal.fftconvolve)
    return np.asarray(convolve(first, second, axes=1))


def between(weights: Whole, p: Floats, need: int) -> tuple[float, float]:
    """Return the least and the greatest that `at_least` can be: the same number twice, unless that would take too long.

    Where very large numbers are to be reached, totals are told apart in steps, rounded once down and once up.
    """
    step = -(-need * len(np.unique(weights)) // MOST_WORK)
    if step <= 1:
        found = at_least(weights, p, need)
        return found, found
    fewer, more = weights // step, -(-weights // step)
    least = at_least(fewer[fewer > 0], p[fewer > 0], -(-need // step))
    return least, at_least(more, p, -(-need // step))


def at_least(weights: Whole, p: Floats, need: int) -> float:
    """Return the probability that the total is need or more.

    Examples
    --------
    >>> at_least(np.array([1, 1, 2]), np.array([0.5, 0.5, 0.5]), 3)
    0.375
    """
    if need <= 0:
        return 1.0
    if int(np.sum(np.minimum(weights, need))) < need:
        return 0.0
    return float(np.clip(1.0 - np.sum(below(weights, p, need)), 0.0, 1.0))


def reaching(weights: Whole, p: Floats, need: int) -> Floats:
    """Return the probability that the total is each number from 0 to need, or more.

    Examples
    --------
    >>> reaching(np.array([1, 2]), np.array([0.5, 0.5]), 2).tolist()
    [1.0, 0.75, 0.5]
    """
    if need <= 0:
        return np.ones(1)
    return 1.0 - np.concatenate([[0.0], np.cumsum(below(weights, p, need))])


def bounds(moments: Moments, need: int, widest: float) -> tuple[Floats, Floats]:
    """Return the least and the greatest probability that each sum can have of reaching the need.

    Parameters
    ----------
    moments
        Of each sum.
    need
        What is to be reached.
    widest
        The most that any one event counts.
    """
    rest = need - moments.sure
    variance = np.maximum(moments.variance, 0.0)
    above, under = rest - moments.mean, moments.mean - (rest - 1.0)
    upper = np.where(above > 0, _one_sided(above, variance, widest), 1.0)
    lower = np.where(under > 0, 1.0 - _one_sided(under, variance, widest), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        off = BERRY_ESSEEN * moments.third / variance**1.5
        normal = 0.5 * np.asarray(
            _erfc((rest - 0.5 - moments.mean) / np.sqrt(2.0 * variance)), dtype=np.float64
        )
    usable = (off < 1.0) & (variance > 0.0)
    upper = np.where(usable, np.minimum(upper, normal + off), upper)
    lower = np.where(usable, np.maximum(lower, normal - off), lower)
    sure, never = rest <= 0, moments.sure + moments.most < need
    upper = np.where(sure, 1.0, np.where(never, 0.0, np.clip(upper, 0.0, 1.0)))
    lower = np.where(sure, 1.0, np.where(never, 0.0, np.clip(lower, 0.0, 1.0)))
    return lower, np.maximum(upper, lower)


def _one_sided(distance: Floats, variance: Floats, widest: float) -> Floats:
    """Bound the probability of lying so far to one side of the mean."""
    apart = np.maximum(distance, 1e-12)
    cantelli = variance / (variance + apart**2)
    bernstein = np.exp(-(apart**2) / (2.0 * (variance + max(widest, 1.0) * apart / 3.0)))
    return np.minimum(cantelli, bernstein)
