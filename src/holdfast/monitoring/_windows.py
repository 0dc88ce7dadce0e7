"""Sliding windows of days: how probable it is that what lies in one of them reaches a number.

Days are numbered from 0. A window of so many days is called by its last day; what would lie before day 0 is left out. An item that
surely lies on one day counts in every window that holds that day. One whose day is not known counts

    surely    in windows that hold all of its days
    possibly  in windows that hold some: a tally with all of its count, an incident with the share of its time

And what lies wholly within k windows laid end to end cannot be spread so thin that none of them has a k-th of it, rounded up: if it is
k (need − 1) + 1 or more, some window reaches the need. So spans of k windows are looked at, too, as far as items last longer than one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.monitoring._columns import Codes, Floats, Mask
from holdfast.monitoring._tails import SURE, Moments, Whole, below, between, bounds

MOST_SPANS = 24
EXACT_ITEMS = 200_000
"""How many items exact probabilities are worked out for, over all windows, before bounds have to do."""


@dataclass(slots=True)
class Items:
    """What may count.

    Parameters
    ----------
    weight, p
        How much each counts, a whole number, and with what probability.
    first, last
        The days between which it lies; below 0 or above the last day where it may lie outside.
    begin, end
        The same in seconds.
    tally
        Whether it is a count over all of its days, not one event on one of them.
    """

    weight: Whole
    p: Floats
    first: Codes
    last: Codes
    begin: Floats
    end: Floats
    tally: Mask

    def __getitem__(self, kept: NDArray[np.bool_] | NDArray[np.intp]) -> Items:
        return Items(
            self.weight[kept],
            self.p[kept],
            self.first[kept],
            self.last[kept],
            self.begin[kept],
            self.end[kept],
            self.tally[kept],
        )


@dataclass(slots=True)
class _Daily:
    """Sums by the last day of a window, one row a sum: sure, mean, variance, third, most."""

    sums: Floats

    @staticmethod
    def parts(weight: Whole, p: Floats) -> Floats:
        heavy = weight.astype(np.float64)
        sure = p >= 1.0 - SURE
        q = np.where(sure, 0.0, p * (1.0 - p))
        return np.stack(
            [
                np.where(sure, heavy, 0.0),
                np.where(sure, 0.0, heavy * p),
                heavy**2 * q,
                heavy**3 * q * (p**2 + (1.0 - p) ** 2),
                np.where(sure, 0.0, heavy),
            ]
        )


class Windows:
    """All windows of some days, and how probable it is that each reaches the need.

    Parameters
    ----------
    items
        What may count.
    starts
        When each day begins and the last one ends, in seconds.
    width
        How many days a window has; 0 for none at all.
    need
        What is to be reached; 1 or more.
    possibly
        Whether items count where they may lie, or only where they surely do.
    """

    def __init__(self, items: Items, starts: Floats, width: int, need: int, *, possibly: bool) -> None:
        self.days = len(starts) - 1
        self.starts, self.width, self.need, self.possibly = starts, width, need, possibly
        kept = (items.weight > 0) & (items.p > SURE) & (items.last >= 0) & (items.first < self.days)
        self.items = items if np.all(kept) else items[kept]
        self.single = (self.items.first == self.items.last) & (self.items.last < self.days)
        self.long = self.items[~self.single]
        self.spans = self._spans()
        self.left = EXACT_ITEMS
        self.widest = float(self.items.weight.max()) if len(self.items.weight) else 0.0
        self._by_day: tuple[Items, Codes] | None = None
        self._sum()

    def _spans(self) -> list[int]:
        """How many windows long the spans are that are looked at."""
        if self.width == 0 or self.days <= 0:
            return []
        length = self.long.last - self.long.first + 1
        length = length[(length > self.width) & (self.long.first >= 0) & (self.long.last < self.days)]
        longest = -(-int(length.max()) // self.width) if len(length) else 1
        found = {*range(1, min(longest, MOST_SPANS // 2) + 1)}
        exact = np.unique(-(-length // self.width)).tolist()
        return sorted({*found, *exact[-(MOST_SPANS // 2) :]})

    def need_of(self, span: int) -> int:
        """Return what so many windows together must have, so that one of them surely reaches the need."""
        return span * (self.need - 1) + 1

    def _sum(self) -> None:
        single = self.items if not len(self.long.p) else self.items[self.single]
        parts = _Daily.parts(single.weight, single.p)
        daily = np.stack(
            [
                np.bincount(single.first, weights=part, minlength=max(self.days, 0))
                if np.any(part)
                else np.zeros(self.days)
                for part in parts
            ]
        )
        total = np.concatenate([np.zeros((5, 1)), np.cumsum(daily, axis=1)], axis=1)
        shape = len(self.spans), max(self.days, 0)
        self.lower, self.upper, self.expected = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        self.exact = np.zeros(shape, dtype=bool)
        self.sure = np.zeros(shape)
        last = np.arange(self.days)
        for n, span in enumerate(self.spans):
            first = np.maximum(last - span * self.width + 1, 0)
            sums = total[:, last + 1] - total[:, first] + self._inside(span)
            if self.possibly and span == 1:
                sums += self._overlapping()
            moments = Moments(*sums)
            self.sure[n], self.expected[n] = sums[0], sums[0] + sums[1]
            self.lower[n], self.upper[n] = bounds(moments, self.need_of(span), self.widest)
        self.exact[:] = self.lower == self.upper

    def _whole(self, span: int) -> Mask:
        """Say which long items lie wholly in spans of so many windows."""
        one = self.long
        return (one.last - one.first < span * self.width) & (one.first >= 0) & (one.last < self.days)

    def _ranged(self, parts: Floats, first: Codes, after: Codes) -> Floats:
        """Sum what counts in windows from one last day to before another."""
        found = np.zeros((len(parts), self.days + 1))
        first, after = np.clip(first, 0, self.days), np.clip(after, 0, self.days)
        for n, part in enumerate(parts):
            found[n] = np.bincount(first, part, self.days + 1) - np.bincount(after, part, self.days + 1)
        return np.cumsum(found, axis=1)[:, :-1]

    def _inside(self, span: int) -> Floats:
        if not len(self.long.p):
            return np.zeros((5, self.days))
        if self.possibly and span == 1:
            kept = self.long[self._whole(span) & ~self.long.tally]
            tally = self.long[self.long.tally]
            every = self._ranged(_Daily.parts(tally.weight, tally.p), tally.first, tally.last + self.width)
        else:
            kept, every = self.long[self._whole(span)], np.zeros((5, self.days))
        return every + self._ranged(
            _Daily.parts(kept.weight, kept.p), kept.last, kept.first + span * self.width
        )

    def _overlapping(self) -> Floats:
        """Sum incidents that lie in windows only in part; the variance is an upper bound."""
        found = np.zeros((5, self.days))
        one = self.long[~self.long.tally]
        if not len(one.p):
            return found
        whole = (one.last - one.first < self.width) & (one.first >= 0) & (one.last < self.days)
        heavy = one.weight.astype(np.float64)
        parts = np.stack([heavy * one.p, heavy**2 * one.p, heavy, np.ones(len(heavy))])
        touching = self._ranged(parts, one.first, one.last + self.width)
        inside = self._ranged(
            np.where(whole, parts, 0.0),
            np.where(whole, one.last, 0),
            np.where(whole, one.first, 0) + self.width,
        )
        for n in (0, 1):
            ramp = self._ramp(one, parts[n])
            last = np.arange(self.days)
            shared = ramp[last + 1] - ramp[np.maximum(last - self.width + 1, 0)]
            found[1 + n] = np.maximum(shared - inside[n], 0.0)
        found[3] = np.where(touching[3] - inside[3] > 0.5, np.inf, 0.0)
        found[4] = touching[2] - inside[2]
        return found

    def _ramp(self, one: Items, amount: Floats) -> Floats:
        """Return how much lies before each day begins, every item being spread evenly over its time."""
        length = np.maximum(one.end - one.begin, 1e-6)
        slope, begin = amount / length, one.begin - self.starts[0]
        size, after = self.days + 1, np.clip(one.last + 1, 0, self.days + 1)
        first = np.clip(one.first + 1, 0, self.days + 1)

        def stepped(at: Codes, weight: Floats) -> Floats:
            return np.asarray(np.bincount(at, weight, size + 1)[:size], dtype=np.float64)

        done = np.cumsum(stepped(after, amount))
        rising = np.cumsum(stepped(first, slope) - stepped(after, slope))
        offset = np.cumsum(stepped(first, slope * begin) - stepped(after, slope * begin))
        return done + rising * (self.starts - self.starts[0]) - offset

    def members(self, span: int, last: int) -> tuple[Items, Floats]:
        """Return the items that count in a window, or may, and the probability of each."""
        first = max(last - span * self.width + 1, 0)
        if self._by_day is None:
            some = self.items[self.single & (self.items.p < 1.0 - SURE)]
            order = np.argsort(some.first, kind="stable")
            self._by_day = some[order], some.first[order]
        uncertain, day = self._by_day
        begin, end = np.searchsorted(day, [first, last + 1])
        here = uncertain[np.arange(begin, end)]
        whole = (self.long.first >= first) & (self.long.last <= last)
        touched = (self.long.first <= last) & (self.long.last >= first)
        kept = touched if self.possibly and span == 1 else whole
        some = self.long[kept]
        length = np.maximum(some.end - some.begin, 1e-6)
        shared = np.minimum(some.end, self.starts[last + 1]) - np.maximum(some.begin, self.starts[first])
        share = np.where(whole[kept] | some.tally, 1.0, np.clip(shared / length, 0.0, 1.0 - 2 * SURE))
        return _joined(here, some), np.concatenate([here.p, some.p * share])

    def _uncertain(self, n: int, last: int) -> tuple[Whole, Floats]:
        some, p = self.members(self.spans[n], last)
        open_ = (p < 1.0 - SURE) & (p > SURE)
        return some.weight[open_], p[open_]

    def refine(self, n: int, last: int) -> bool:
        """Work out one window exactly; False where too much has been worked out already."""
        if self.exact[n, last]:
            return True
        if self.left <= 0:
            return False
        weight, p = self._uncertain(n, last)
        self.left -= len(p) + 1_000
        rest = self.need_of(self.spans[n]) - int(self.sure[n, last])
        self.lower[n, last], self.upper[n, last] = between(weight, p, rest) if rest > 0 else (1.0, 1.0)
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

    def lacking(self, last: int, probability: float) -> int:
        """Return how much more, if it surely counted, would give a window this probability."""
        weight, p = self._uncertain(0, last)
        rest = self.need - int(self.sure[0, last])
        if rest <= 0:
            return 0
        if rest * len(np.unique(weight)) > 2_000_000 or len(p) > EXACT_ITEMS:
            return rest
        reached = 1.0 - np.concatenate([[0.0], np.cumsum(below(weight, p, rest))])
        return rest - int(np.flatnonzero(reached >= probability - SURE)[-1])


def _joined(one: Items, two: Items) -> Items:
    return Items(
        *(
            np.concatenate([getattr(one, name), getattr(two, name)])
            for name in ("weight", "p", "first", "last", "begin", "end", "tally")
        )
    )
