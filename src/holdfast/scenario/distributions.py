"""The kinds of uncertainty a number can have, each with its quantile function and its distribution function.

Quantile functions take u strictly between 0 and 1 and are what draws use; distribution functions serve the
quantiles of mixtures. ``between`` is read by the bounds of its field:

======================  =============================================
field                   ``between: [lo, hi]`` is the 90 % interval of
======================  =============================================
unbounded               a normal
0 and above             a lognormal
1 and above             1 + a lognormal
0 to 1                  a logit-normal
======================  =============================================
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from holdfast.scenario.bounds import Bounds

Floats = NDArray[np.float64]

TAIL = 2.0**-33
"""The outermost quantile a draw can take."""


@cache
def special() -> Any:
    """Return `scipy.special`: it takes a tenth of a second to import, and who only reads a file or a record needs none of it."""
    from scipy import special  # noqa: PLC0415

    return special


class Distribution(Protocol):
    """What every kind offers."""

    def ppf(self, u: Floats) -> Floats:
        """Quantiles at u, strictly between 0 and 1; the shape of u."""
        ...

    def cdf(self, x: Floats) -> Floats:
        """Probability of x or less; the shape of x."""
        ...

    def describe(self) -> str:
        """Name number or range in a few words, for a table."""
        ...


@dataclass(frozen=True, slots=True)
class Plain:
    """A known number."""

    value: float

    def ppf(self, u: Floats) -> Floats:
        """Quantiles: the number."""
        return np.full(u.shape, self.value)

    def cdf(self, x: Floats) -> Floats:
        """Distribution function: a step."""
        return np.where(x >= self.value, 1.0, 0.0)

    def describe(self) -> str:
        """Name the number."""
        return f"{self.value:g}"


@dataclass(frozen=True, slots=True)
class Between:
    """A 90 % interval: a normal of some transform of the number.

    Parameters
    ----------
    low, high
        The 5 % and 95 % quantiles.
    bounds
        Of the field; they choose the transform.

    Examples
    --------
    >>> Between(1.0, 4.0, Bounds(0.0)).ppf(np.array([0.05, 0.5, 0.95])).round(12).tolist()
    [1.0, 2.0, 4.0]
    """

    low: float
    high: float
    bounds: Bounds

    def _forward(self, x: Floats) -> Floats:
        if np.isfinite(self.bounds.high):
            return special().logit(x)
        return np.log(x - self.bounds.low) if np.isfinite(self.bounds.low) else x

    def _back(self, y: Floats) -> Floats:
        if np.isfinite(self.bounds.high):
            return special().expit(y)
        return self.bounds.low + np.exp(y) if np.isfinite(self.bounds.low) else y

    def _ends(self) -> tuple[np.float64, np.float64]:
        ends = self._forward(np.array([self.low, self.high]))
        return ends[0], ends[1]

    def ppf(self, u: Floats) -> Floats:
        """Quantiles."""
        low, high = self._ends()
        with np.errstate(over="ignore"):
            return self._back(
                (low + high) / 2 + (high - low) / 2 * (special().ndtri(u) / special().ndtri(0.95))
            )

    def cdf(self, x: Floats) -> Floats:
        """Distribution function."""
        low, high = self._ends()
        with np.errstate(divide="ignore", invalid="ignore"):
            z = (self._forward(x) - (low + high) / 2) / ((high - low) / 2) * special().ndtri(0.95)
        below = x <= self.bounds.low
        above = x >= self.bounds.high
        return np.where(below, 0.0, np.where(above, 1.0, special().ndtr(z)))

    def describe(self) -> str:
        """Name the interval."""
        return f"{self.low:g} to {self.high:g} (90 %)"


@dataclass(frozen=True, slots=True)
class Uniform:
    """Any number from low to high, all alike."""

    low: float
    high: float

    def ppf(self, u: Floats) -> Floats:
        """Quantiles."""
        return self.low + (self.high - self.low) * u

    def cdf(self, x: Floats) -> Floats:
        """Distribution function."""
        return np.clip((x - self.low) / (self.high - self.low), 0.0, 1.0)

    def describe(self) -> str:
        """Name the range."""
        return f"{self.low:g} to {self.high:g} (uniform)"


@dataclass(frozen=True, slots=True)
class Triangular:
    """From low to high, likeliest at mode, falling off in straight lines."""

    low: float
    mode: float
    high: float

    def ppf(self, u: Floats) -> Floats:
        """Quantiles."""
        width = self.high - self.low
        left = self.low + np.sqrt(u * width * (self.mode - self.low))
        right = self.high - np.sqrt((1.0 - u) * width * (self.high - self.mode))
        return np.where(u <= (self.mode - self.low) / width, left, right)

    def cdf(self, x: Floats) -> Floats:
        """Distribution function."""
        x = np.clip(x, self.low, self.high)
        width = self.high - self.low
        left = (x - self.low) ** 2 / (width * max(self.mode - self.low, 1e-300))
        right = 1.0 - (self.high - x) ** 2 / (width * max(self.high - self.mode, 1e-300))
        return np.where(x <= self.mode, left, right) if self.mode > self.low else right

    def describe(self) -> str:
        """Name the three points."""
        return f"{self.low:g} to {self.high:g}, likeliest {self.mode:g} (triangular)"


@dataclass(frozen=True, slots=True)
class Beta:
    """A beta distribution stretched over low to high; ``kind`` is ``beta`` or ``pert``."""

    a: float
    b: float
    low: float = 0.0
    high: float = 1.0
    mode: float | None = None

    def ppf(self, u: Floats) -> Floats:
        """Quantiles."""
        return self.low + (self.high - self.low) * special().betaincinv(self.a, self.b, u)

    def cdf(self, x: Floats) -> Floats:
        """Distribution function."""
        return special().betainc(self.a, self.b, np.clip((x - self.low) / (self.high - self.low), 0.0, 1.0))

    def describe(self) -> str:
        """Name the parameters."""
        if self.mode is None:
            return f"beta({self.a:g}, {self.b:g})"
        return f"{self.low:g} to {self.high:g}, likeliest {self.mode:g} (pert)"


def pert(low: float, mode: float, high: float) -> Beta:
    """Return the PERT distribution: a smooth triangular with mean (low + 4 mode + high) / 6.

    Examples
    --------
    >>> pert(0.0, 0.5, 1.0).a
    3.0
    """
    width = high - low
    return Beta(1 + 4 * (mode - low) / width, 1 + 4 * (high - mode) / width, low, high, mode)


@dataclass(frozen=True, slots=True)
class Normal:
    """A normal distribution, cut at the field's bounds (which may hold back one part in a million at most)."""

    mean: float
    sd: float
    bounds: Bounds

    def _cut(self) -> tuple[float, float]:
        low = float(special().ndtr((self.bounds.low - self.mean) / self.sd))
        high = float(special().ndtr((self.bounds.high - self.mean) / self.sd))
        return low, high

    @property
    def outside(self) -> float:
        """Share of the uncut distribution that lies outside the bounds."""
        low, high = self._cut()
        return low + 1.0 - high

    def ppf(self, u: Floats) -> Floats:
        """Quantiles."""
        low, high = self._cut()
        return self.mean + self.sd * special().ndtri(low + (high - low) * u)

    def cdf(self, x: Floats) -> Floats:
        """Distribution function."""
        low, high = self._cut()
        return np.clip((special().ndtr((x - self.mean) / self.sd) - low) / (high - low), 0.0, 1.0)

    def describe(self) -> str:
        """Name mean and standard deviation."""
        return f"{self.mean:g} ± {self.sd:g} (normal)"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several numbers, each with a probability; values ascend and differ."""

    values: tuple[float, ...]
    probabilities: tuple[float, ...]

    def _steps(self) -> Floats:
        return np.cumsum(self.probabilities) / np.sum(self.probabilities)

    def ppf(self, u: Floats) -> Floats:
        """Quantiles."""
        index = np.searchsorted(self._steps()[:-1], u, side="left")
        return np.asarray(self.values)[index]

    def cdf(self, x: Floats) -> Floats:
        """Distribution function."""
        steps = np.concatenate([[0.0], self._steps()])
        return steps[np.searchsorted(np.asarray(self.values), x, side="right")]

    def describe(self) -> str:
        """Name each value with its probability."""
        total = sum(self.probabilities)
        pairs = zip(self.values, self.probabilities, strict=True)
        return ", ".join(f"{v:g} ({p / total:.0%})" for v, p in pairs)


@dataclass(frozen=True, slots=True)
class Mixture:
    """Alternatives with weights, in an order that does not depend on the file."""

    parts: tuple[Distribution, ...]
    weights: tuple[float, ...]

    def shares(self) -> Floats:
        """Return the weights, summing to 1; shape (alternatives,)."""
        return np.asarray(self.weights) / np.sum(self.weights)

    def draw(self, u: Floats, which: Floats) -> Floats:
        """Values of the alternative that ``which`` picks, at its own quantile u; the shape of u."""
        chosen = np.searchsorted(np.cumsum(self.shares())[:-1], which, side="left")
        values = np.stack([part.ppf(u) for part in self.parts])
        return np.take_along_axis(values, chosen[np.newaxis], axis=0)[0]

    def cdf(self, x: Floats) -> Floats:
        """Distribution function of the whole."""
        shares = self.shares()
        return np.sum([s * part.cdf(x) for s, part in zip(shares, self.parts, strict=True)], axis=0)

    def ppf(self, u: Floats) -> Floats:
        """Quantiles of the whole, by bisection between the parts' own."""
        ends = np.stack([part.ppf(u) for part in self.parts])
        low: Floats = ends.min(axis=0)
        high: Floats = ends.max(axis=0)
        for _ in range(80):
            middle: Floats = low + (high - low) / 2
            enough = self.cdf(middle) >= u
            low, high = np.where(enough, low, middle), np.where(enough, middle, high)
        return high

    def describe(self) -> str:
        """Name each alternative with its share."""
        parts = zip(self.parts, self.shares(), strict=True)
        return "; or ".join(f"{part.describe()} with weight {share:.2g}" for part, share in parts)


def quantile(distribution: Distribution, u: ArrayLike) -> Floats:
    """Quantiles of a distribution at any probabilities from 0 to 1, the ends moved in by TAIL."""
    return distribution.ppf(np.clip(np.asarray(u, dtype=np.float64), TAIL, 1.0 - TAIL))
