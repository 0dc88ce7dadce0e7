r"""Nash, Kalai–Smorodinsky and egalitarian solutions over a finite list of packages, for all draws at once.

With gains g_i = u_i − d_i over no agreement and a_i the most that i gains in any package that nobody refuses (its ideal point), of
those packages in which all g_i ≥ 0:

  Nash                 the largest Π g_i^w_i                                              nash1950, with weights
  Kalai–Smorodinsky    the largest min_i g_i / (w_i a_i)                                  kalai1975
  egalitarian          the largest min_i g_i / w_i, the proportional solution             kalai1977

In a finite list nothing lies exactly on the line from d to the ideal point, and the largest minimum need not be unique. Both maximin
rules therefore go on lexicographically: of those tied, the largest second least, and so on (imai1983), which makes the answer efficient.
Nobody else's gain is held up by a party that gains in no package: it only keeps its right to refuse.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from holdfast.bargaining.axiomatic._inputs import check_finite, shares_of_weight
from holdfast.bargaining.inputs import Numbers, numbers
from holdfast.errors import InputError

__all__ = ["Choice", "Chosen", "egalitarian", "kalai_smorodinsky", "nash"]

Array = np.ndarray

_ROUNDING = 1e-12
"""A loss smaller than this share of a party's largest value is rounding: it refuses nothing for it."""

_TIED = 1e-9
"""Packages closer than this are tied: in the logarithm of the product, and in shares of the largest ratio that occurs."""


class Chosen(IntEnum):
    """How the choice among packages came out in a draw."""

    AGREED = 0
    """There are one or several best packages."""
    EMPTY = 1
    """Every package is worse than no agreement for somebody: none is chosen. See `bargaining.zone` for the closest misses."""
    NO_COMMON_GAIN = 2
    """Some could gain, but in no package all of them: every product is 0 and Nash's rule does not choose. Use another, or lotteries."""


class Choice(NamedTuple):
    """Which packages are best; the axis of draws is there where the input has it."""

    best: Bool[Array, "packages *draws"]
    """All that are tied for best; nothing where the outcome is EMPTY, all that nobody refuses where it is NO_COMMON_GAIN."""
    rational: Bool[Array, "packages *draws"]
    """Which packages nobody refuses: no party is worse off than without agreement."""
    value: Float[Array, "*draws"]
    """What was maximised, at its maximum: for Nash Π (g_i / a_i)^w_i, weights as shares of one; not a number where EMPTY."""
    outcome: Int[Array, "*draws"]
    """A `Chosen`."""


def nash(
    utilities: Numbers,
    disagreement: Numbers,
    weights: Numbers | None = None,
) -> Choice:
    """Return the packages with the largest weighted product of gains.

    Parameters
    ----------
    utilities
        What each package is worth to each party, in any unit of its own: packages × parties, or × draws.
    disagreement
        What no agreement is worth to each party, in the same unit.
    weights
        Bargaining power, above 0; equal where not given.

    Raises
    ------
    InputError
        Where a value is not finite, a weight not above 0, or shapes do not fit.

    References
    ----------
    nash1950: the product.

    Examples
    --------
    A dollar in dimes, of which the second party values each share x at √x: the product x √(1 − x) is largest at 2/3, among dimes at 0.7.

    >>> import numpy as np
    >>> x = np.arange(11) / 10
    >>> choice = nash(np.stack([x, np.sqrt(1 - x)], axis=1), np.zeros(2))
    >>> x[choice.best].tolist()
    [0.7]
    """
    w, gains, rational, ideal = _problem(utilities, disagreement, weights)
    able = ideal > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(able, np.log(gains / np.where(able, ideal, 1.0)), 0.0)
    value = np.where(rational, (w[:, None] * logs).sum(1), -np.inf)
    most = value.max(0)
    best = rational & (value >= most - _TIED)
    common = np.isfinite(most)
    outcome = np.where(rational.any(0), np.where(common, Chosen.AGREED, Chosen.NO_COMMON_GAIN), Chosen.EMPTY)
    best = np.where(outcome == Chosen.NO_COMMON_GAIN, rational, best)
    product = np.where(able.any(0), np.exp(most), 0.0)
    return _choice(best, rational, product, outcome, np.ndim(utilities))


def kalai_smorodinsky(
    utilities: Numbers,
    disagreement: Numbers,
    weights: Numbers | None = None,
) -> Choice:
    """Return the packages in which the least share of its ideal gain that a party gets is largest, lexicographically.

    Parameters
    ----------
    utilities
        What each package is worth to each party, in any unit of its own: packages × parties, or × draws.
    disagreement
        What no agreement is worth to each party, in the same unit.
    weights
        Shares of ideal gains that should go together, above 0; equal where not given.

    Raises
    ------
    InputError
        Where a value is not finite, a weight not above 0, or shapes do not fit.

    References
    ----------
    kalai1975: the solution; imai1983: its lexicographic form.

    Examples
    --------
    One party could gain 10, the other 1. The middle package gives each half of that.

    >>> import numpy as np
    >>> kalai_smorodinsky(np.array([[10.0, 0.0], [5.0, 0.5], [0.0, 1.0]]), np.zeros(2)).best.tolist()
    [False, True, False]
    """
    w, gains, rational, ideal = _problem(utilities, disagreement, weights)
    return _leximin(gains, rational, ideal, w[:, None] * len(w) * ideal, np.ndim(utilities))


def egalitarian(
    utilities: Numbers,
    disagreement: Numbers,
    weights: Numbers | None = None,
) -> Choice:
    """Return the packages in which the least gain is largest, lexicographically; units must be comparable between parties.

    Parameters
    ----------
    utilities
        What each package is worth to each party, in one unit for all.
    disagreement
        What no agreement is worth to each party.
    weights
        Proportions in which gains should stand, above 0; equal where not given.

    Raises
    ------
    InputError
        Where a value is not finite, a weight not above 0, or shapes do not fit.

    References
    ----------
    kalai1977: proportional solutions.

    Examples
    --------
    >>> import numpy as np
    >>> egalitarian(np.array([[10.0, 0.0], [5.0, 0.5], [0.9, 0.9]]), np.zeros(2)).best.tolist()
    [False, False, True]
    """
    w, gains, rational, ideal = _problem(utilities, disagreement, weights)
    parts = np.broadcast_to(w[:, None] * len(w), ideal.shape)
    return _leximin(gains, rational, ideal, parts, np.ndim(utilities))


def _problem(
    utilities: Numbers, disagreement: Numbers, weights: Numbers | None
) -> tuple[Array, Array, Array, Array]:
    """Return weights, gains [packages, parties, draws], whom nobody refuses, and ideal gains [parties, draws], 0 where rounding."""
    utilities, disagreement = numbers("utilities", utilities), numbers("disagreement", disagreement)
    if utilities.ndim not in (2, 3) or 0 in utilities.shape[:2]:
        raise InputError(
            f"utilities has shape {utilities.shape}; must be packages × parties or packages × parties × draws, "
            "with at least one package and one party."
        )
    if disagreement.shape != utilities.shape[1:]:
        raise InputError(
            f"disagreement has shape {disagreement.shape}; must be {utilities.shape[1:]}, as utilities has it."
        )
    check_finite("utilities", utilities)
    check_finite("disagreement", disagreement)
    w = shares_of_weight(weights, utilities.shape[1])
    if utilities.ndim == 2:
        utilities, disagreement = utilities[..., None], disagreement[..., None]
    rounding = _ROUNDING * np.maximum(np.abs(utilities).max(0), np.abs(disagreement))
    gains = utilities - disagreement
    rational: Array = np.all(np.asarray(gains >= -rounding), axis=1)
    gains[np.abs(gains) <= rounding] = 0.0
    gains = np.where(rational[:, None], gains, 0.0)
    return w, gains, rational, gains.max(0)


def _leximin(gains: Array, rational: Array, ideal: Array, parts: Array, ndim: int) -> Choice:
    """Return the packages with the lexicographically largest sorted ratios of gains to parts, over parties that can gain."""
    able = np.asarray(ideal > 0)
    ratios = np.where(able, gains / np.where(able, parts, 1.0), np.inf)
    ratios = np.sort(ratios, axis=1)
    reach: Array = np.where(able, ideal / np.where(able, parts, 1.0), 0.0).max(0)
    best = rational
    least = np.full(rational.shape[1:], np.nan)
    for place in range(ratios.shape[1]):
        here: Array = np.where(best, ratios[:, place], -np.inf)
        most = here.max(0)
        best = np.logical_and(best, here >= most - np.where(np.isfinite(most), _TIED * reach, 0.0))
        if place == 0:
            least = np.where(np.isinf(most), 0.0, most)
    outcome = np.where(rational.any(0), Chosen.AGREED, Chosen.EMPTY)
    return _choice(best, rational, least, outcome, ndim)


def _choice(best: Array, rational: Array, value: Array, outcome: Array, ndim: int) -> Choice:
    """Return the answer with the axes of the question."""
    value = np.where(outcome == Chosen.EMPTY, np.nan, value)
    if ndim == 3:
        return Choice(best, rational, value, outcome)
    return Choice(best[:, 0], rational[:, 0], value[..., 0], outcome[..., 0])
