"""Windows under several conversions of one unit of count into another, each with its share of the probability.

How many effects an incident makes is known as a range: 5 % below it and 5 % above. Given the rate, everything that may count is
independent, so that a window's probability of reaching the need is a mean over the rate,

    P = Σ_k share_k P_k,   the shares 5 %, 90 % and 5 %

Nothing more than these shares is known of the rate, and a count is larger the smaller the rate is (or the other way round). So the
lower end takes in each part of the rate's range the end that makes least of what was counted, and the upper end the one that makes most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import cast

import numpy as np

from holdfast.monitoring._columns import Floats, Mask
from holdfast.monitoring._tails import SURE
from holdfast.monitoring._units import SHARES, Measure, mean
from holdfast.monitoring._windows import Windows


class Mixed:
    """All windows of some days, and how probable it is that each reaches the need.

    Parameters
    ----------
    parts
        The windows under each conversion, with the same items, days and spans.
    measures
        The conversions, in the same order; their shares sum to SHARES.
    """

    def __init__(self, parts: Sequence[Windows], measures: Sequence[Measure]) -> None:
        self.parts, self.measures = parts, measures
        self.main = max(range(len(parts)), key=lambda n: measures[n].share)
        one = parts[self.main]
        self.spans, self.width, self.days = one.spans, one.width, one.days
        self.lower, self.upper = (
            self._mean([getattr(w, name) for w in parts]) for name in ("lower", "upper")
        )
        self.exact = cast(Mask, np.all([windows.exact for windows in parts], axis=0))

    def _mean(self, values: Sequence[Floats]) -> Floats:
        return mean(self.measures, values)

    @cached_property
    def expected(self) -> Floats:
        """How many are expected in each window, by the likeliest part of the rate's range."""
        pairs = list(zip(self.parts, self.measures, strict=True))
        chosen = [pair for n, pair in enumerate(pairs) if n == self.main or pair[1].always]
        return np.max([windows.expected / measure.scale for windows, measure in chosen], axis=0)

    def under(self, part: int) -> Mixed:
        """Return the windows as they are if the rate surely lies in one part of its range."""
        kept = [n for n, one in enumerate(self.measures) if n == part or one.always]
        shares = [replace(self.measures[n], share=SHARES if n == part else 0) for n in kept]
        return Mixed([self.parts[n] for n in kept], shares)

    def refine(self, n: int, last: int) -> bool:
        """Work out one window exactly; False where too much has been worked out already."""
        if self.exact[n, last]:
            return True
        if not all(windows.refine(n, last) for windows in self.parts):
            return False
        for name in ("lower", "upper"):
            values = [getattr(windows, name)[n, last] for windows in self.parts]
            getattr(self, name)[n, last] = self._mean(values)
        self.exact[n, last] = True
        return True

    def best(self) -> tuple[float, float]:
        """Return between what the probability of the most probable window lies."""
        if not self.upper.size:
            return 0.0, 0.0
        while True:
            n, last = np.unravel_index(int(np.argmax(self.upper)), self.upper.shape)
            if self.lower.max() >= self.upper[n, last] or self.exact[n, last]:
                break
            if not self.refine(int(n), int(last)):
                break
        return float(self.lower.max()), float(self.upper.max())

    def first(self, probability: float) -> tuple[int, int] | None:
        """Return the span's number and the last day of the first window that surely has at least this probability."""
        if not self.upper.size:
            return None
        found = self._first(probability)
        for n, last in self._open(probability, found):
            if not self.refine(n, last):
                break
            if self.lower[n, last] >= probability:
                return n, last
        return self._first(probability)

    def _first(self, probability: float) -> tuple[int, int] | None:
        reached = (self.lower >= probability) & (self.lower > 0.0)
        if not np.any(reached):
            return None
        last = int(np.argmax(np.any(reached, axis=0)))
        return int(np.argmax(reached[:, last])), last

    def _open(self, probability: float, found: tuple[int, int] | None) -> list[tuple[int, int]]:
        """Return the windows before the one found that may have this probability, in order of time."""
        end = self.days if found is None else found[1]
        some = (self.upper >= probability) & ~self.exact & (self.upper > 0.0)
        some[:, end:] = False
        last, n = np.nonzero(some.T)
        return list(zip(n.tolist(), last.tolist(), strict=True))

    def lacking(self, last: int, probability: float, most: int) -> int:
        """Return how many more of the unit asked for would give a window this probability if they surely counted; no more than ``most``."""
        more = np.arange(most + 1)
        reached = self._mean(
            [
                windows.reached_with(last, more * measure.scale)
                for windows, measure in zip(self.parts, self.measures, strict=True)
            ]
        )
        enough = np.flatnonzero(reached >= probability - SURE)
        return int(enough[0]) if len(enough) else most
