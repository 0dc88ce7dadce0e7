"""Integration over p of how likely members are to be pivotal, by Gauss–Legendre where that is not negligible.

When all others say yes with probability p, member i is pivotal with probability

    h_i(p) = Σ_k c_ik C(n−1, k) p^k (1 − p)^(n−1−k),

c_ik being the share of the others' coalitions of k that it turns (Owen 1972). As 0 ≤ c_ik ≤ 1, what a rule makes of the n Bernstein
polynomials bounds its relative error on every member: `sure_size`. Where weights are unequal, h is smoother than these, and fewer nodes
may do: `likely_size`, kept where the Legendre coefficients of every h_i die out: `fading`.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from jaxtyping import Float
from scipy import special

__all__ = ["fading", "gauss", "likely_size", "rarely", "sure_size"]


@lru_cache(maxsize=256)
def _legendre(size: int) -> tuple[Float[np.ndarray, " nodes"], Float[np.ndarray, " nodes"]]:
    return special.roots_legendre(size)


def gauss(
    size: int, low: float, high: float
) -> tuple[Float[np.ndarray, " nodes"], Float[np.ndarray, " nodes"]]:
    x, share = _legendre(size)
    return (low + high) / 2 + (high - low) / 2 * x, (high - low) / 2 * share


@lru_cache(maxsize=8)
def _log_binomials(n: int) -> Float[np.ndarray, " k"]:
    # of whole numbers, which loses less than the logarithms of gamma functions
    ways = [1]
    for k in range(n):
        ways.append(ways[-1] * (n - k) // (k + 1))
    return np.array([math.log(count) for count in ways])


@lru_cache(maxsize=256)
def sure_size(members: int, low: float, high: float) -> tuple[int, float]:
    """Return how many nodes integrate any h from `low` to `high` to a relative 10⁻¹², and to what, by Bernstein's polynomials.

    ∫ C(n−1, k) p^k (1 − p)^(n−1−k) dp is known. One of which less than a thousandth lies in between occurs in h as rarely as
    h lies outside. Half as many nodes as members are exact.
    """
    k, size, most = np.arange(members), 8, (members + 1) // 2
    exact = (special.betainc(k + 1, members - k, high) - special.betainc(k + 1, members - k, low)) / members
    while True:
        size = min(size, most)
        nodes, shares = gauss(size, low, high)
        p = nodes[:, None]
        bernstein = np.exp(_log_binomials(members - 1) + k * np.log(p) + (members - 1 - k) * np.log1p(-p))
        missed = float(np.max(np.abs(shares @ bernstein - exact) / np.maximum(exact, 1e-3 / members)))
        if size == most or missed < 1e-12:
            return size, missed
        size += max(2, size // 10)


def fading(
    value: Float[np.ndarray, "kinds nodes"], shares: Float[np.ndarray, " nodes"]
) -> Float[np.ndarray, " kinds"]:
    """Return how far ∫h may be off a rule with this many nodes.

    The rule misses Legendre coefficients of twice its size; from half the size to all of it they fall by a factor, and by its square at
    least from there to twice.
    """
    size = len(shares)
    legendre = np.polynomial.legendre.legvander(_legendre(size)[0], size - 1)
    coefficient = np.abs((value * shares) @ legendre) * (2 * np.arange(size) + 1)
    end, half = coefficient[:, -4:].max(axis=1), coefficient[:, size // 2 - 2 : size // 2 + 2].max(axis=1)
    return end * np.minimum(1.0, end / np.maximum(half, 1e-300)) ** 2


def rarely(weights: Float[np.ndarray, " members"], quota: int, chance: float) -> float:
    """Return a p up to which the yes votes reach the quota with at most this chance; 0 where few nodes are exact anyway.

    P(Σ w Y ≥ q) ≤ Π (1 − p + p e^{λw}) e^{−λq} for every λ > 0 (Chernoff).
    """
    if len(weights) < 40:
        return 0.0
    slope = np.geomspace(0.5, 100.0 * len(weights), 60)[:, None]
    low, high = 0.0, 1.0
    for _ in range(12):
        p = (low + high) / 2
        each = np.logaddexp(math.log1p(-p), math.log(p) + slope * (weights / quota))
        rare = np.min(each.sum(axis=1) - slope[:, 0]) <= math.log(chance)
        low, high = (p, high) if rare else (low, p)
    return low


def likely_size(weights: Float[np.ndarray, " members"], quota: int, low: float, high: float) -> int:
    """Return how many nodes integrate a normal curve well that is as wide as the yes votes' weight is spread at the quota."""
    n, total = len(weights), float(weights.sum())
    middle = min(max(quota / total, 1 / (n + 1)), n / (n + 1))
    spread = math.sqrt(float(weights @ weights) * middle * (1 - middle)) / total
    # nodes lie closer towards the ends, in proportion to this root
    return math.ceil(9.5 * math.sqrt(max((middle - low) * (high - middle), 0.0)) / spread) + 4
