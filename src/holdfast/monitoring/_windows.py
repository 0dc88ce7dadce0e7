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
class Times:
    """When each row of a table lies, in seconds, and whether it is a count over all of that time, not one event in it."""

    begin: Floats
    end: Floats
    tally: Mask


@dataclass(slots=True)
class Span:
    """The days between which each item lies.

    Parameters
    ----------
    first, last
        Below 0 or above the last day where it may lie outside.
    days
        How many days there are.
    single
        Whether it surely lies on one of them.
    long
        The places of those that may lie on several, or outside, and on one at least.
    """

    first: Codes
    last: Codes
    days: int
    single: Mask
    long: NDArray[np.intp]

    @staticmethod
    def of(first: Codes, last: Codes, days: int) -> Span:
        """Tell them apart."""
        same = first == last
        inside = (last >= 0) & (first < days)
        # one that has a single day has no other to lie on
        return Span(first, last, days, same & inside, np.flatnonzero(inside & ~same))


@dataclass(slots=True)
class Items:
    """What may count.

    Parameters
    ----------
    row
        Of the table that the times are those of.
    weight, p
        How much each counts, a whole number, and with what probability.
    span, times
        When each lies, in days and more exactly.
    """

    row: Codes
    weight: Whole
    p: Floats
    span: Span
    times: Times


class _Some:
    """Some of the items, by their places."""

    def __init__(self, items: Items, place: NDArray[np.intp]) -> None:
        self.weight, self.p = items.weight[place], items.p[place]
        self.first, self.last = items.span.first[place], items.span.last[place]
        row = items.row[place]
        self.begin, self.end = items.times.begin[row], items.times.end[row]
        self.tally = items.times.tally[row]


def _daily(day: Codes, weight: Whole, days: int) -> Floats:
    """Sum by day; what lies on none of the days has no weight."""
    found = np.bincount(np.clip(day, 0, max(days - 1, 0)), weight, days)[:days]
    return np.asarray(found, dtype=np.float64)


def _parts(weight: Whole, p: Floats) -> Floats:
    """Return what each adds to the sums, one row a sum: sure, mean, variance, third, most."""
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
    only
        Which of the items count; all where not given.
    spans
        How many windows long the spans are that are looked at; found where not given.
    """

    def __init__(
        self,
        items: Items,
        starts: Floats,
        width: int,
        need: int,
        *,
        possibly: bool,
        only: Mask | None = None,
        spans: list[int] | None = None,
    ) -> None:
        self.days = len(starts) - 1
        self.starts, self.width, self.need, self.possibly = starts, width, need, possibly
        counted = (items.weight > 0) & (items.p > SURE)
        counted = counted if only is None else counted & only
        single, sure = counted & items.span.single, items.p >= 1.0 - SURE
        self.certain = _daily(items.span.first, np.where(single & sure, items.weight, 0), self.days)
        place = np.flatnonzero(single & ~sure)
        self._weight, self._p, self._day = items.weight[place], items.p[place], items.span.first[place]
        self._ordered = False
        long = items.span.long
        self.long = _Some(items, long[counted[long]])
        self.widest = float(np.max(items.weight, where=counted, initial=0))
        self.spans = spans_of(self.long.first, self.long.last, width, self.days) if spans is None else spans
        self.left = EXACT_ITEMS
        self._sum()

    def need_of(self, span: int) -> int:
        """Return what so many windows together must have, so that one of them surely reaches the need."""
        return span * (self.need - 1) + 1

    def _sum(self) -> None:
        daily = np.zeros((5, self.days))
        daily[0] = self.certain
        if len(self._p):
            for n, part in enumerate(_parts(self._weight, self._p)[1:], 1):
                daily[n] = np.bincount(self._day, part, self.days)
        total = np.concatenate([np.zeros((5, 1)), np.cumsum(daily, axis=1)], axis=1)
        shape = len(self.spans), self.days
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
        one = self.long
        if not len(one.p):
            return np.zeros((5, self.days))
        if self.possibly and span == 1:
            kept, tally = self._whole(span) & ~one.tally, one.tally
            parts = _parts(one.weight[tally], one.p[tally])
            every = self._ranged(parts, one.first[tally], one.last[tally] + self.width)
        else:
            kept, every = self._whole(span), np.zeros((5, self.days))
        parts = _parts(one.weight[kept], one.p[kept])
        return every + self._ranged(parts, one.last[kept], one.first[kept] + span * self.width)

    def _overlapping(self) -> Floats:
        """Sum incidents that lie in windows only in part; the variance is an upper bound."""
        found = np.zeros((5, self.days))
        one = self.long
        if np.all(one.tally):
            return found
        whole = self._whole(1)
        heavy = np.where(one.tally, 0.0, one.weight.astype(np.float64))
        parts = np.stack([heavy * one.p, heavy**2 * one.p, heavy, np.where(one.tally, 0.0, 1.0)])
        touching = self._ranged(parts, one.first, one.last + self.width)
        begin, after = np.where(whole, one.last, 0), np.where(whole, one.first, 0) + self.width
        inside = self._ranged(np.where(whole, parts, 0.0), begin, after)
        for n in (0, 1):
            ramp = self._ramp(one, parts[n])
            last = np.arange(self.days)
            shared = ramp[last + 1] - ramp[np.maximum(last - self.width + 1, 0)]
            found[1 + n] = np.maximum(shared - inside[n], 0.0)
        found[3] = np.where(touching[3] - inside[3] > 0.5, np.inf, 0.0)
        found[4] = touching[2] - inside[2]
        return found

    def _ramp(self, one: _Some, amount: Floats) -> Floats:
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

    def _uncertain(self, n: int, last: int) -> tuple[Whole, Floats]:
        """Return what counts in a window with neither certainty, and the probability of each."""
        span = self.spans[n]
        first = max(last - span * self.width + 1, 0)
        if not self._ordered:
            # sixteen bits are sorted much faster, and hold any number of days that there is in practice
            small = self._day.astype(np.uint16) if self.days < 2**16 else self._day
            order = np.argsort(small, kind="stable")
            self._weight, self._p, self._day = self._weight[order], self._p[order], self._day[order]
            self._ordered = True
        begin, end = np.searchsorted(self._day, [first, last + 1])
        one = self.long
        whole = (one.first >= first) & (one.last <= last)
        touched = (one.first <= last) & (one.last >= first)
        kept = touched if self.possibly and span == 1 else whole
        length = np.maximum(one.end - one.begin, 1e-6)
        shared = np.minimum(one.end, self.starts[last + 1]) - np.maximum(one.begin, self.starts[first])
        share = np.where(whole | one.tally, 1.0, np.clip(shared / length, 0.0, 1.0 - 2 * SURE))
        weight = np.concatenate([self._weight[begin:end], one.weight[kept]])
        p = np.concatenate([self._p[begin:end], (one.p * share)[kept]])
        open_ = (p < 1.0 - SURE) & (p > SURE)
        return weight[open_], p[open_]

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

    def reached_with(self, last: int, more: Whole) -> Floats:
        """Return the least probability that a window reaches the need if so much more surely counted in it, for each of several.

        Where exact probabilities would take too long, only what is sure counts.
        """
        weight, p = self._uncertain(0, last)
        rest = self.need - int(self.sure[0, last])
        if rest <= 0:
            return np.ones(len(more))
        if rest * len(np.unique(weight)) > 2_000_000 or len(p) > EXACT_ITEMS:
            return np.asarray(more >= rest, dtype=np.float64)
        reached = 1.0 - np.concatenate([[0.0], np.cumsum(below(weight, p, rest))])
        return reached[np.clip(rest - more, 0, rest)]


def spans_of(first: Codes, last: Codes, width: int, days: int) -> list[int]:
    """Return how many windows long the spans are that are looked at.

    Parameters
    ----------
    first, last
        Of the items that may count and whose day is not known.
    width, days
        How many days a window has, and how many there are.
    """
    if width == 0 or days <= 0:
        return []
    length = last - first + 1
    length = length[(length > width) & (first >= 0) & (last < days)]
    longest = -(-int(length.max()) // width) if len(length) else 1
    exact = np.unique(-(-length // width)).tolist()
    return sorted({*range(1, min(longest, MOST_SPANS // 2) + 1), *exact[-(MOST_SPANS // 2) :]})
