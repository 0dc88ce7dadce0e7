"""Which incidents count towards a trigger, with what probability, and what keeps the others out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from holdfast.errors import InputError
from holdfast.monitoring._articles import Articles, Found
from holdfast.monitoring._columns import Codes, Columns, Floats, Mask
from holdfast.monitoring._groups import Groups
from holdfast.monitoring._sectors import inside_sectors
from holdfast.monitoring._units import Measure, Measures, measures
from holdfast.monitoring._windows import Items, Span, Times
from holdfast.monitoring.agreement import GRADES, UNITS, Agreement, Trigger
from holdfast.monitoring.findings import UNKNOWN
from holdfast.monitoring.observed import day_starts

CLAIMED = ("occurrence", "breach", "attribution")
"""What the bits of `lacks` stand for: claims whose grade is too low."""
FACTS = UNKNOWN
"""What the bits of `unknown` stand for."""
PLACE, PARTY = (1 << UNKNOWN.index(name) for name in ("place", "party"))
LATER = 400  # days after the last one that are told apart, so that a tally that ends there is known to be so
DAY, HOUR = 86_400.0, 3_600.0


@dataclass(slots=True)
class Case:
    """The incidents that a trigger concerns.

    Parameters
    ----------
    rows
        Which of the incidents.
    lows, highs
        How much each counts, at least and at most: a measure for each part of the range of the rate that converts it.
    p_low, p_high
        The probability that it counts, as its claims stand.
    could_low, could_high
        The same if the grades of its claims were high enough.
    lacks
        Bits of CLAIMED: whose grade is too low.
    unknown
        Bits of FACTS: what is not known of it.
    wanting
        Whether no rate converts its unit.
    """

    rows: Codes
    lows: Measures
    highs: Measures
    p_low: Floats
    p_high: Floats
    could_low: Floats
    could_high: Floats
    lacks: Codes
    unknown: Codes
    wanting: Mask

    @property
    def low(self) -> Measure:
        """How much each counts at least, in the likeliest part of the range."""
        return max(self.lows, key=lambda one: one.share)

    @property
    def high(self) -> Measure:
        """How much each counts at most, in the likeliest part of the range."""
        return max(self.highs, key=lambda one: one.share)

    @property
    def counting(self) -> Mask:
        """Which count anything at the lower end, in some part of the range."""
        return np.any([one.weights > 0 for one in self.lows], axis=0)

    def having(self, p_low: Floats, p_high: Floats) -> Case:
        """Return the same incidents with other probabilities."""
        return replace(self, p_low=p_low, p_high=p_high)


class Ledger:
    """Incidents and findings as arrays, read once for all triggers.

    Parameters
    ----------
    agreement
        Whose days, parties and articles count.
    incidents, findings
        With their claims settled; see `triggers.fall_due`.
    as_of
        The last day that is looked at.
    """

    def __init__(self, agreement: Agreement, incidents: Any, findings: Any, as_of: dt.date) -> None:
        self.agreement = agreement
        needed = ["incident", "start", "end", "unit", "count", "occurrence"]
        self.incidents = one = Columns(incidents, "incidents", needed)
        self.first_day = agreement.in_force.since
        self.last_day = min(as_of, agreement.in_force.until or as_of)
        self.days = max(0, (self.last_day - self.first_day).days + 1)
        # where the agreement's days begin, and some more
        self.starts = day_starts(agreement, None, self.first_day, self.days + LATER)
        begin, end = one.seconds("start"), one.seconds("end")
        # what has no time may have been at any
        begin = np.where(np.isnan(begin), self.starts[0] - 1.0, begin)
        end = np.where(np.isnan(end), self.starts[self.days] + 1.0, np.maximum(end, begin))
        self.times = Times(begin, end, one.flags("tally", missing=False))
        self.counts = one.floats("count", missing=1.0)
        self.unit = one.codes("unit")
        for word in self.unit[1]:
            if word not in UNITS:
                raise InputError(
                    f"column unit of the incidents holds {word!r}; must be one of {', '.join(UNITS)}."
                )
        self._cases: dict[tuple[Any, ...], Case] = {}
        self._findings = Columns(findings, "findings", ["incident", "article", "p_low", "p_high"])

    @cached_property
    def ids(self) -> Any:
        """Ids of the incidents."""
        return self.incidents.texts("incident")

    @cached_property
    def occurred(self) -> Mask:
        """Whether each is taken to have happened."""
        return self.incidents.flags("occurred", missing=True)

    @cached_property
    def occurrence(self) -> Codes:
        """How sure that is: a step of the ladder."""
        return self.incidents.grades("occurrence")

    @cached_property
    def attribution(self) -> Codes:
        """How sure it is who did it; -1 where nobody says, or it is disputed."""
        return self.incidents.grades("attribution")

    @cached_property
    def source(self) -> Codes:
        """Who counted: -1 for incidents, and for tallies a number for each observer."""
        found = np.full(self.incidents.count, -1, dtype=np.int64)
        rows = np.flatnonzero(self.times.tally)
        if not len(rows):
            return found
        names: list[str] = [""] * len(rows)
        if self.incidents.has("observers"):
            said: list[list[str] | None] = self.incidents.table["observers"].take(rows).to_pylist()
            names = ["+".join(sorted(one or ())) for one in said]
        place = {name: number for number, name in enumerate(sorted(set(names)))}
        found[rows] = [place[name] for name in names]
        return found

    @cached_property
    def span(self) -> tuple[Codes, Codes]:
        """The first and the last day of each, counted from the agreement's first."""
        begin, end, tally = self.times.begin, self.times.end, self.times.tally
        last = np.searchsorted(self.starts, np.maximum(end - 1e-6, begin), side="right") - 1
        first = np.searchsorted(self.starts, begin, side="right") - 1
        if np.any(tally):
            # a tally belongs to the day on which it ends; where clocks change, a day has 25 hours
            length = np.ceil((end - begin - HOUR) / DAY).astype(np.int64)
            first = np.where(tally, last - np.maximum(length, 1) + 1, first)
        return first.astype(np.int64), last.astype(np.int64)

    @cached_property
    def articles(self) -> Articles:
        """Findings by article."""
        return Articles(self._findings, self.incidents, self.occurrence)

    def case(self, trigger: Trigger) -> Case:
        """Return the incidents that a trigger concerns; worked out once for triggers that differ in number or time only."""
        grade = trigger.grade
        key = (
            *(trigger.articles, trigger.by, trigger.sectors, trigger.count.unit),
            *(grade.occurrence, grade.breach, grade.attribution),
        )
        if key not in self._cases:
            self._cases[key] = self._case(trigger)
        return self._cases[key]

    def _case(self, trigger: Trigger) -> Case:
        found, graded = self.articles.against(trigger.articles, GRADES.index(trigger.grade.breach))
        rows, low, high = found.rows, found.low, found.high
        unknown: Codes = np.where(low < high, found.unknown, 0)
        lacks: Codes = np.where(graded, 0, 2).astype(np.int64)
        lacks[self.at(self.occurrence, rows) < GRADES.index(trigger.grade.occurrence)] |= 1
        if trigger.grade.attribution is not None:
            lacks[self.at(self.attribution, rows) < GRADES.index(trigger.grade.attribution)] |= 4
        low, high, unknown = self._by(trigger, rows, low, high, unknown)
        low, high, unknown = self._where(trigger, rows, low, high, unknown)
        # what begins after the last day that is looked at changes nothing
        kept = (high > 0.0) & self.at(self.occurred, rows) & (self.at(self.span[0], rows) < self.days)
        if not np.all(kept):
            low, high, lacks, unknown = low[kept], high[kept], lacks[kept], unknown[kept]
            found = found.at(kept)
        now = lacks == 0
        p_low, p_high = np.where(now, low, 0.0), np.where(now, high, 0.0)
        lows, highs, wanting = self._measured(trigger.count.unit, found)
        return Case(found.rows, lows, highs, p_low, p_high, low, high, lacks, unknown, wanting)

    def _measured(self, unit: str, found: Found) -> tuple[Measures, Measures, Mask]:
        """Return what incidents count, from the least to the most."""
        rows = found.rows
        units = self.at(self.unit[0], rows), self.unit[1]
        counts = self.at(self.counts, rows)
        pair = counts - found.exempt_most, counts - found.exempt_least
        effect = (units[0] == (units[1].index("effect") if "effect" in units[1] else -2)) & (pair[0] > 0)
        groups = self._groups(rows, effect) if unit == "incident" and np.any(effect) else ()
        return measures(self.agreement.counting, unit, units, pair, groups)

    def _groups(self, rows: Codes, effect: Mask) -> tuple[Groups, ...]:
        """Return which counts of effects may be of one incident: those of one source and sector at one time.

        What names no sector may be of an incident in any. So sectors are told apart without it, or not at all with it; both hold.
        """
        source = self.at(self.source, rows)
        sector = self.at(self.incidents.codes("sector_id")[0], rows)
        tally, first, last = self.times.tally[rows], self.span[0][rows], self.span[1][rows]
        begin = np.where(tally, self.times.begin[rows], first * DAY)
        end = np.where(tally, self.times.end[rows], (last + 1) * DAY)
        vague = effect & (sector < 0)
        by_sector = Groups.of(effect & ~vague, (source, sector), begin, end)
        if not np.any(vague):
            return (by_sector,)
        return by_sector, Groups.of(effect, (source,), begin, end)

    def _by(
        self, trigger: Trigger, rows: Codes, low: Floats, high: Floats, unknown: Codes
    ) -> tuple[Floats, Floats, Codes]:
        """Leave out what others did; where it is not known who, it may count."""
        if trigger.by is None:
            return low, high, unknown
        party = self.incidents.translated("by_id", dict.fromkeys(trigger.by, 1), missing=0)
        party = self.at(party, rows)
        named = self.at(self.incidents.codes("by_id")[0], rows) >= 0
        out = np.zeros(len(rows), dtype=bool)
        if self.incidents.has("not_by"):
            some = np.flatnonzero(~named & np.asarray(self.incidents.table["not_by"].is_valid())[rows])
            said: list[list[str]] = self.incidents.table["not_by"].take(rows[some]).to_pylist()
            out[some] = [set(trigger.by) <= set(excluded) for excluded in said]
        open_ = ~named & ~out
        if set(trigger.by) >= set(self.agreement.parties):
            # whoever did it, it was one of them; but for a name that no party has
            foreign = self.at(self.incidents.codes("by")[0], rows) >= 0
            party = np.where(open_ & ~foreign, 1, party)
            open_ &= foreign
        return (
            np.where(party == 1, low, 0.0),
            np.where((party == 1) | open_, high, 0.0),
            unknown | np.where(open_, PARTY, 0),
        )

    def _where(
        self, trigger: Trigger, rows: Codes, low: Floats, high: Floats, unknown: Codes
    ) -> tuple[Floats, Floats, Codes]:
        """Leave out what happened elsewhere; where it is not known in which sector, it may count."""
        if trigger.sectors is None:
            return low, high, unknown
        at_least, at_most, doubtful = (
            self.at(part, rows) for part in inside_sectors(self.agreement, self.incidents, trigger.sectors)
        )
        # what makes it a breach may hang on the same position, so that the two may not be multiplied
        return (
            np.where(at_least >= 1.0, low, np.maximum(low + at_least - 1.0, 0.0)),
            np.minimum(high, at_most),
            unknown | np.where(doubtful, PLACE, 0),
        )

    def at(self, column: Any, rows: Codes) -> Any:
        """Return some rows of a column, or the column itself where these are all."""
        return column if len(rows) == len(column) else column[rows]

    def items(self, case: Case, trigger: Trigger, offset: int, days: int) -> Items:
        """Return a trigger's incidents with their days, counted from its first, as they count at least."""
        first, last = (self.at(part, case.rows) for part in self.span)
        articles = [self.agreement.articles[name] for name in trigger.articles]
        earliest = self._start(min((one.since or self.first_day for one in articles), default=self.first_day))
        until = max((one.until or dt.date.max for one in articles), default=dt.date.max)
        latest = self._start(until + dt.timedelta(days=1)) if until < dt.date.max else np.inf
        times = self.times
        long = np.flatnonzero(first < last)
        row = case.rows[long]
        across = ~times.tally[row] & ((times.begin[row] < earliest) | (times.end[row] > latest))
        if np.any(across):
            # a breach lies within the days of the article
            long, row = long[across], row[across]
            times = Times(times.begin.copy(), times.end.copy(), times.tally)
            first, last = first.copy(), last.copy()
            times.begin[row] = np.maximum(times.begin[row], earliest)
            times.end[row] = np.maximum(np.minimum(times.end[row], latest), times.begin[row])
            first[long] = np.searchsorted(self.starts, times.begin[row], side="right") - 1
            inner = np.maximum(times.end[row] - 1e-6, times.begin[row])
            last[long] = np.searchsorted(self.starts, inner, side="right") - 1
        if offset:
            first, last = first - offset, last - offset
        return Items(case.rows, case.low.weights, case.p_low, Span.of(first, last, days), times)

    def _start(self, day: dt.date) -> float:
        place = (day - self.first_day).days
        if 0 <= place < len(self.starts):
            return float(self.starts[place])
        return -np.inf if place < 0 else np.inf
