"""The sums that the yes votes' weight can take, as one dense array that grows member by member."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, cast

import numpy as np
from jaxtyping import Float
from scipy import linalg

__all__ = ["BLOCK", "Sums"]

BLOCK = 1024
_SHORT, _CHUNK = 2048, 32_768
_axpy = cast(Callable[..., object], cast(Any, linalg).get_blas_funcs("axpy", dtype=np.float64))
"""y ← y + a x, in place and in one pass through memory."""


class Sums:
    """The probabilities f(s) = `values[s − low]` · 2^exponent (1 − p)^count of the sums low ≤ s < quota, `count` members voting."""

    def __init__(self, quota: int, p: float) -> None:
        self.blocks = np.zeros((-(-quota // BLOCK), BLOCK))
        self.values = self.blocks.reshape(-1)[:quota]
        self.values[0] = 1.0
        self.p, self.odds = p, p / (1 - p)
        self.quota, self.low, self.top = quota, 0, 1
        self.exponent, self.count = 0, 0
        self.every = max(1, int(500 / math.log2(1 + self.odds)))

    def add(self, weight: int, floor: int = 0, ceiling: int | None = None) -> None:
        """Let one more member vote, f(s) ← f(s) + r f(s − w), in place from the top, for floor ≤ s < ceiling; others no longer matter."""
        x, low = self.values, self.low
        self.top = min(self.top + weight, self.quota if ceiling is None else min(ceiling, self.quota))
        self.count += 1
        high, first, step = self.top, max(floor, weight), weight if weight >= _SHORT else _CHUNK
        while high > first:
            start = max(first, high - step)
            source, offset = x, start - weight - low
            if weight < step:  # what is read would overlap what is written
                source, offset = x[offset : high - weight - low].copy(), 0
            _axpy(source, x, high - start, self.odds, offset, 1, start - low, 1)
            high = start
        if self.count % self.every == 0:
            self.rescale(floor if ceiling is None else 0)

    def rescale(self, floor: int = 0) -> None:
        """Bring the largest value to between ½ and 1, by a power of two, so that none overflows; sums below `floor` are lost."""
        values = self.values[max(floor - self.low, 0) :]
        exponent = max(math.frexp(values.max())[1], -1000)
        values *= math.ldexp(1.0, -exponent)
        self.exponent += exponent

    def copy(self, floor: int) -> Sums:
        new = Sums.__new__(Sums)
        new.__dict__ |= self.__dict__
        new.low = max(floor, self.low)
        new.values = self.values[new.low - self.low :].copy()
        return new

    def scale(self) -> float:
        return float(np.exp2(self.exponent + self.count * math.log2(1 - self.p)))

    def upper(self, width: int) -> float:
        """Return the probability of the sums quota − width ≤ s < quota."""
        share, exponent = math.frexp(self.values[-width:].sum())
        return share * float(np.exp2(exponent + self.exponent + self.count * math.log2(1 - self.p)))

    def running(self) -> Float[np.ndarray, " sums"]:
        """Return F(s) = Σ_{t≤s} f(t), in blocks, so that rounding does not pile up along the sum; f is spent."""
        np.cumsum(self.blocks, axis=1, out=self.blocks)
        self.blocks[1:] += np.cumsum(self.blocks[:-1, -1])[:, None]
        return self.values
