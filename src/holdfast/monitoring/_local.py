"""One window by itself: whether it would be met with other probabilities, and how few of them suffice."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from holdfast.monitoring._columns import Codes, Floats, Mask
from holdfast.monitoring._counted import Case
from holdfast.monitoring._tails import MOST_WORK, SURE, Whole, between, reaching
from holdfast.monitoring._units import Measure, mean


@dataclass(slots=True)
class Local:
    """What may count in one window from one source: measures and needs, probabilities now, places in the case."""

    measures: tuple[Measure, ...]
    needs: tuple[int, ...]
    p: Floats
    place: Codes
    probability: float
    known: dict[tuple[int, bytes, bytes], Floats] = field(
        default_factory=dict[tuple[int, bytes, bytes], Floats]
    )

    @property
    def weight(self) -> Whole:
        """How much each counts, in the likeliest part of the range of the rate."""
        return max(self.measures, key=lambda one: one.share).weights

    def reached(self, p: Floats) -> bool:
        """Whether it would be met with these probabilities."""
        least = float(mean(self.measures, [self._least(n, p) for n in range(len(self.measures))]))
        return least >= self.probability - SURE and least > SURE

    def _least(self, n: int, p: Floats) -> float:
        """Return how probable it is at least that the need is reached in one part of the range of the rate."""
        weights, need, groups = self.measures[n].weights, self.needs[n], self.measures[n].groups
        numbers = np.ones(1)
        if groups is not None:
            p, numbers = groups.together(p, weights > 0, need)
        sure = p >= 1.0 - SURE
        rest = need - int(weights[sure].sum())
        some = ~sure & (p > SURE) & (weights > 0)
        weight, chance = weights[some], p[some]
        if rest <= 0:
            return 1.0
        if need * len(np.unique(weight)) > MOST_WORK:
            return between(weight, chance, rest)[0]
        # often only what is sure changes
        key = n, some.tobytes(), chance.tobytes()
        if key not in self.known:
            self.known[key] = reaching(weight, chance, need)
        found = float(numbers @ self.known[key][np.maximum(rest - np.arange(len(numbers)), 0)])
        return 1.0 if found >= 1.0 - SURE else found

    def fewest(self, changed: Mask, p: Floats) -> tuple[int, int] | None:
        """Return how many must change at least for it to be met (or met no longer), and of how many; None where all do not suffice.

        Those that make most difference change first.
        """
        places = np.flatnonzero(changed & (np.abs(p - self.p) > SURE))
        if not len(places):
            return None
        now = self.reached(self.p)
        order = places[np.argsort(-self.weight[places] * np.abs(p - self.p)[places], kind="stable")]

        def turned(number: int) -> bool:
            tried = self.p.copy()
            tried[order[:number]] = p[order[:number]]
            return self.reached(tried) is not now

        if not turned(len(order)):
            return None
        low, high = 0, len(order)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if turned(middle) else (middle, high)
        return high, len(order)


def few_of(case: Case, place: Codes) -> tuple[Measure, ...]:
    """Return what some of the incidents count at least."""
    return tuple(one.at(place) for one in case.lows)
