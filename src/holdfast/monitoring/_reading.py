"""A trigger's windows: surely, from each source of counts by itself, and possibly, from all of them together.

Incidents and the tallies of each observer may speak of the same events. So what surely happened is the most that one of these sources
counts, never their sum, and what possibly happened is the sum. An incident whose day is not known may lie in any window that holds one of
its days, with all of its probability; that several of them lie in one window is no likelier than the sum, over all windows, of the
probability that each of them lies there by the share of its time. Where tallies of one observer overlap, surely two sets without overlap
are taken in the place of all: one in which the shorter ones go first, and one in which the larger ones do; and possibly what `_repeated`
leaves of them.
"""

from __future__ import annotations

import bisect
import datetime as dt
import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from holdfast.monitoring._columns import Codes, Floats, Mask
from holdfast.monitoring._counted import Case, Ledger
from holdfast.monitoring._mixed import Mixed
from holdfast.monitoring._repeated import folded, overlap
from holdfast.monitoring._tails import SURE
from holdfast.monitoring._together import Together
from holdfast.monitoring._units import Measure, Measures
from holdfast.monitoring._windows import Items, Windows, spans_of
from holdfast.monitoring.agreement import Trigger

ONE_DAY = dt.timedelta(days=1)
_THREAD = ("sector_id", "kind", "unit")
"""What is the same of an observer's tallies that may tell of the same events."""
SAME = 1e-9
"""By how much numbers that are the same may differ, as they are summed in another order."""


@dataclass(slots=True)
class Gap:
    """Days of a sector that were not observed."""

    sector: str
    since: dt.date
    until: dt.date

    @property
    def days(self) -> int:
        """How many."""
        return (self.until - self.since).days + 1


class Reading:
    """What a trigger sees.

    Parameters
    ----------
    ledger
        Incidents and findings.
    trigger
        Which of them count, and how many are needed.
    not_observed
        Rows of `observed.NOT_OBSERVED_SCHEMA`; those with an article concern triggers of this article only.
    case
        Which incidents count; found where it is not given.
    """

    def __init__(self, ledger: Ledger, trigger: Trigger, gaps: list[Gap], case: Case | None = None) -> None:
        self.ledger, self.trigger, self.gaps = ledger, trigger, gaps
        agreement = ledger.agreement
        self.begin, self.end = days_of(ledger, trigger)
        self.days = max(0, (self.end - self.begin).days + 1)
        self.offset = (self.begin - agreement.in_force.since).days
        self.starts: Floats = (
            ledger.starts[self.offset : self.offset + self.days + 1] if self.days else np.zeros(1)
        )
        # a window that is no whole number of days holds the whole ones and touches one more
        self.width, self.widest = math.floor(trigger.within_days), math.ceil(trigger.within_days)
        self.case = ledger.case(trigger) if case is None else case
        self.source: Codes = ledger.at(ledger.source, self.case.rows)
        self.items: Items = ledger.items(self.case, trigger, self.offset, self.days)
        self.first, self.last = self.items.span.first, self.items.span.last
        self.threads = self._threads()
        self.layers: list[Mask] = []
        # -1 stands for all incidents that are no tallies
        found = np.bincount(self.source + 1) if self.days else np.zeros(0)
        for source in (np.flatnonzero(found) - 1).tolist():
            own: Mask = self.source == source
            self.layers += _apart(ledger, self.case, own, self.threads) if source >= 0 else [own]
        self.surely = [
            self._mixed(self.case.lows, self.case.p_low, self.width, self.items, own) for own in self.layers
        ]
        self._possibly: Mixed | None = None
        self.p_high, self.highs = self._once()

    def _threads(self) -> Codes:
        """Return who counted what where, as a number for each tally; -1 for what is none."""
        found = np.full(len(self.case.rows), -1, dtype=np.int64)
        tally = self.source >= 0
        if np.any(tally):
            row = self.case.rows[tally]
            keys = [self.source[tally], *(self.ledger.incidents.codes(name)[0][row] for name in _THREAD)]
            found[tally] = np.unique(np.stack(keys), axis=1, return_inverse=True)[1].reshape(-1)
        return found

    def _once(self) -> tuple[Floats, Measures]:
        """Return with what probability everything may count, and how much, one observer's tallies that overlap once."""
        case, tally = self.case, self.source >= 0
        if not np.any(tally):
            return case.p_high, case.highs
        row = case.rows
        begin, end = self.ledger.times.begin[row], self.ledger.times.end[row]
        p, weights = folded(self.threads, begin, end, case.p_high, [one.weights for one in case.highs])
        return p, tuple(replace(one, weights=w) for one, w in zip(case.highs, weights, strict=True))

    @property
    def high(self) -> Measure:
        """How much everything counts at most, in the likeliest part of the rate's range."""
        return max(self.highs, key=lambda one: one.share)

    def _mixed(
        self, measures: Measures, p: Floats, width: int, items: Items, only: Mask | None = None
    ) -> Mixed:
        """Return the windows in which everything counts so much with such a probability; all of it possibly, where none is named."""
        need = self.trigger.count.at_least
        counted = (np.any([one.weights > 0 for one in measures], axis=0)) & (p > SURE)
        counted = counted if only is None else counted & only
        long = self.items.span.long[counted[self.items.span.long]]
        spans = spans_of(self.first[long], self.last[long], width, self.days)
        parts: list[Windows] = []
        for one in measures:
            asked = replace(items, weight=one.weights, p=p), self.starts, width, one.need(need)
            if one.groups is None or only is None:
                parts.append(Windows(*asked, possibly=only is None, only=only, spans=spans))
            else:
                parts.append(Together(*asked, one.groups, only=only, spans=spans))
        return Mixed(parts, measures)

    @cached_property
    def _anywhere(self) -> Items:
        """The items where each may lie on any of its days with all of its probability: on one of them it does lie."""
        times = self.items.times
        return replace(self.items, times=replace(times, tally=np.ones_like(times.tally)))

    @cached_property
    def _in_time(self) -> Floats:
        """The probability that each lies on one of the trigger's days at all; of a tally, that any of it may: 1."""
        times, long = self.items.times, self.items.span.long
        row = self.items.row[long]
        begin, end = times.begin[row], times.end[row]
        inside = np.minimum(end, self.starts[-1]) - np.maximum(begin, self.starts[0])
        share = np.clip(inside / np.maximum(end - begin, 1e-6), 0.0, 1.0)
        found = np.ones(len(self.items.row))
        found[long] = np.where(times.tally[row], 1.0, share)
        return found

    @property
    def possibly(self) -> Mixed:
        """The windows with all that may count."""
        if self._possibly is None:
            p = self.p_high * self._in_time
            self._possibly = self._mixed(self.highs, p, self.widest, self._anywhere)
        return self._possibly

    @cached_property
    def nearest(self) -> int | None:
        """The last day of the window that came nearest; None where nothing counts towards it.

        That is the one likeliest to have reached the need by all that may count; of several the one in which most surely counts, then the
        one in which most may, and of these the latest.
        """
        windows = self.possibly
        if not windows.upper.size or not np.any((windows.upper[0] > 0.0) | (windows.expected[0] > 0.0)):
            return None
        surely = [one.expected[0] for one in self.surely if one.expected.size]
        found = np.arange(self.days)
        for values in (windows.upper[0], np.max(surely, axis=0) if surely else None, windows.expected[0]):
            if values is not None:
                found = found[values[found] >= values[found].max() - SAME]
        return int(found[-1])

    def _by_share(self) -> float:
        """Return the most that the probabilities of all windows sum to where each item counts with the share of its time."""
        windows = self._mixed(self.highs, self.p_high, self.widest, self.items)
        if windows.upper.size:
            for last in np.flatnonzero(windows.upper[0] > 0.0).tolist():
                if not windows.refine(0, last):
                    break
        return float(np.sum(windows.upper[:1]))

    def date(self, day: int) -> dt.date:
        """Return the date of one of the trigger's days."""
        return self.begin + day * ONE_DAY

    def with_case(self, p_low: Floats, p_high: Floats) -> Reading:
        """Return the same with other probabilities."""
        return Reading(self.ledger, self.trigger, self.gaps, self.case.having(p_low, p_high))

    def first_met(self) -> tuple[int, int, int] | None:
        """Return layer, span's number and last day of the first window that is met; None where none is."""
        found = [
            (last, n, layer)
            for layer, windows in enumerate(self.surely)
            if (reached := windows.first(self.trigger.probability)) is not None
            for n, last in [reached]
        ]
        if not found:
            return None
        last, n, layer = min(found)
        return layer, n, last

    def least(self) -> float:
        """Return the probability that some window surely reaches the threshold: that of the most probable one."""
        return max((windows.best()[0] for windows in self.surely), default=0.0)

    def most(self) -> float:
        """Return the probability that a window possibly reaches it, by what was reported."""
        least = self.least()
        if least >= 1.0:
            return least
        most = self.possibly.best()[1]
        row = self.items.row[self.items.span.long]
        if most > 0.0 and not np.all(self.items.times.tally[row]):
            # on whichever day each lies: no window can be reached more probably than all together
            most = min(most, self._by_share())
        return max(most, least)

    def no(self, most: float) -> bool:
        """Whether so small a probability means that it is not met."""
        return most <= 1.0 - self.trigger.probability + 1e-12 and most < max(self.trigger.probability, 1e-12)


def days_of(ledger: Ledger, trigger: Trigger) -> tuple[dt.date, dt.date]:
    """Return the first and the last day on which a trigger holds and one of its articles may be breached, up to the last one looked at."""
    articles = [ledger.agreement.articles[name] for name in trigger.articles]
    begin = min((one.since or ledger.first_day for one in articles), default=ledger.first_day)
    end = max((one.until or ledger.last_day for one in articles), default=ledger.last_day)
    return (
        max(ledger.first_day, trigger.since or ledger.first_day, begin),
        min(ledger.last_day, trigger.until or ledger.last_day, end),
    )


def gaps_of(ledger: Ledger, trigger: Trigger, rows: list[dict[str, Any]]) -> list[Gap]:
    """Return the days in the trigger's time and sectors that were not observed, and on which one of its articles is in force."""
    begin, end = days_of(ledger, trigger)
    found: dict[str, list[Gap]] = {row["sector_id"]: [] for row in rows}
    several = [
        (
            row["sector_id"],
            max(row["since"], begin, article.since or begin),
            min(row["until"], end, article.until or end),
        )
        for row in rows
        for name in trigger.articles
        if row.get("article") in (None, name) and row["sector_id"] in (trigger.sectors or found)
        for article in [ledger.agreement.articles[name]]
    ]
    for sector, since, until in sorted(several, key=lambda one: one[1]):
        if since > until:
            continue
        own = found[sector]
        if own and since <= own[-1].until:
            # what is a gap for several articles is one
            own[-1].until = max(own[-1].until, until)
        else:
            own.append(Gap(sector, since, until))
    return [gap for gaps in found.values() for gap in gaps]


def _apart(ledger: Ledger, case: Case, own: Mask, threads: Codes) -> list[Mask]:
    """Return sets of an observer's tallies in which none overlaps another of the same sector, kind and unit."""
    place = np.flatnonzero(own)
    row, thread_of = case.rows[place], threads[place]
    begin, end = ledger.times.begin[row], ledger.times.end[row]
    order = np.lexsort((begin, thread_of))
    if not overlap(thread_of[order], begin[order], end[order]):
        return [own]
    # to the last difference that matters, so that the order of the table does not
    weight, chance = -case.low.weights[place], -case.p_low[place]
    orders = np.lexsort((chance, weight, begin, end - begin)), np.lexsort((chance, end, begin, weight))
    found: list[Mask] = []
    for chosen in orders:
        kept: dict[int, list[tuple[float, float]]] = {}
        mask = np.zeros(len(own), dtype=bool)
        order_of: list[int] = chosen.tolist()
        for n in order_of:
            # in order of time, so that only the neighbours need be looked at
            thread = kept.setdefault(int(thread_of[n]), [])
            at = bisect.bisect_left(thread, (begin[n], end[n]))
            before, after = thread[at - 1 : at] if at else [], thread[at : at + 1]
            if not any(begin[n] < stop and start < end[n] for start, stop in [*before, *after]):
                thread.insert(at, (float(begin[n]), float(end[n])))
                mask[place[n]] = True
        found.append(mask)
    return found
