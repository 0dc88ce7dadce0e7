"""One window by itself: whether it would be met with other probabilities, and how few of them suffice."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from holdfast.monitoring._columns import Codes, Floats, Mask
from holdfast.monitoring._counted import Case
from holdfast.monitoring._sentences import largest_of, some_of
from holdfast.monitoring._tails import MOST_WORK, SURE, Whole, between, reaching
from holdfast.monitoring._units import Measure, mean

MOST_TRIED = 200
"""How many choices of some incidents are gone through one by one, where none is known to be the worst."""


@dataclass(frozen=True, order=True, slots=True)
class Few:
    """How many incidents must change, and which.

    Parameters
    ----------
    number
        How many.
    total
        Of how many that could change.
    among
        Of the first so many, in order of how much they matter, any such number suffices; of others it does not, or need not.
    by_count
        Whether these first ones are those that count most; else it is the count and the probability together that makes them the first.
    chosen
        So many of the first ones: their places in the case.
    """

    number: int
    total: int
    among: int
    by_count: bool = True
    chosen: tuple[int, ...] = field(default=(), compare=False)

    def only_first(self) -> Few:
        """Return the same where of others it is not known whether they suffice."""
        return replace(self, among=self.number, by_count=self.by_count and self.among < self.total)

    @property
    def word(self) -> str:
        """By what the first ones are the first."""
        return "largest" if self.by_count else "weightiest"

    def said(self, one: str = "incident", several: str = "incidents", article: str = "") -> str:
        """Say which incidents.

        Examples
        --------
        >>> Few(1, 5, 5).said(), Few(1, 5, 1).said(), Few(2, 5, 3).said(), Few(5, 5, 5).said()
        ('1 of 5 incidents', 'the largest of 5 incidents', '2 of the 3 largest of 5 incidents', 'all 5 incidents')
        """
        if self.among == self.total:
            return some_of(self.number, self.total, one, several, article)
        return f"{largest_of(self.number, self.among, self.word)} of {article}{self.total} {several}"

    def of_them(self) -> str:
        """Say which, of incidents that are named already.

        Examples
        --------
        >>> Few(2, 5, 5).of_them(), Few(2, 5, 2).of_them()
        ('2 of them', 'the 2 largest of them')
        """
        if self.among == self.total:
            return f"{self.number} of them"
        return f"{largest_of(self.number, self.among, self.word)} of them"


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

    def fewest(self, changed: Mask, p: Floats) -> Few | None:
        """Return how many must change for it to be met (or met no longer), and which; None where all do not suffice.

        Those that make most difference change first.
        """
        places = np.flatnonzero(changed & (np.abs(p - self.p) > SURE))
        if not len(places):
            return None
        now = self.reached(self.p)
        heavy = self.weight[places]
        order = places[np.lexsort((-heavy, -heavy * np.abs(p - self.p)[places]))]

        def turned(chosen: Codes) -> bool:
            tried = self.p.copy()
            tried[chosen] = p[chosen]
            return self.reached(tried) is not now

        def any_of(number: int, among: int) -> bool:
            pool = order[:among]
            ascending = self._ascending(pool, p)
            if ascending is not None:
                return turned(ascending[:number])
            if math.comb(among, number) > MOST_TRIED:
                return False
            return all(turned(np.array(some)) for some in itertools.combinations(pool.tolist(), number))

        if not turned(order):
            return None
        number = _least(lambda many: turned(order[:many]), 0, len(order))
        # where so many of the first ones suffice whichever they are, more of the others do not make it easier
        among = _least(lambda many: not any_of(number, many), number, len(order) + 1) - 1
        weight = self.weight[order]
        by_count = among == len(order) or int(weight[:among].min()) > int(weight[among:].max())
        return Few(number, len(order), among, by_count, tuple(self.place[order[:number]].tolist()))

    def _ascending(self, pool: Codes, p: Floats) -> Codes | None:
        """Return some of the incidents so that none makes a greater difference than one after it; None where this cannot be told.

        One makes no greater difference than another if it counts no more whatever the rate is, and becomes a breach (or none) with no
        more probability.
        """
        if any(one.groups is not None and np.any(one.groups.thread[pool] >= 0) for one in self.measures):
            return None
        order = pool[np.lexsort((np.abs(p - self.p)[pool], self.weight[pool]))]
        old, new = self.p[order], p[order]
        falls = not np.any(new) and bool(np.all(np.diff(old) >= 0))
        rises = bool(np.all(np.diff(new) >= 0)) and not np.any(np.diff(old))
        becomes_sure = bool(np.all(new >= 1.0)) and bool(np.all(np.diff(old) <= 0))
        ascends = all(bool(np.all(np.diff(one.weights[order]) >= 0)) for one in self.measures)
        return order if ascends and (falls or rises or becomes_sure) else None


def _least(holds: Callable[[int], bool], low: int, high: int) -> int:
    """Return the least number above ``low`` for which it holds, as it does from some number on; ``high`` where for none below."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def few_of(case: Case, place: Codes) -> tuple[Measure, ...]:
    """Return what some of the incidents count at least."""
    return tuple(one.at(place) for one in case.lows)
