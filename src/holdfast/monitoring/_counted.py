"""Which incidents count towards a trigger, with what probability, and what keeps the others out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from holdfast.errors import InputError
from holdfast.monitoring._columns import Codes, Columns, Floats, Mask
from holdfast.monitoring._units import Measure, measures
from holdfast.monitoring._windows import Items
from holdfast.monitoring.agreement import GRADES, UNITS, Agreement, Trigger
from holdfast.monitoring.claims import VERIFIED, rows_of_findings
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
    low, high
        How much each counts, at least and at most.
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
    low: Measure
    high: Measure
    p_low: Floats
    p_high: Floats
    could_low: Floats
    could_high: Floats
    lacks: Codes
    unknown: Codes
    wanting: Mask

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
        self.begin = begin
        self.end = np.where(np.isnan(end), self.starts[self.days] + 1.0, np.maximum(end, begin))
        self.tally = one.flags("tally", missing=False)
        self.counts = one.floats("count", missing=1.0)
        self.unit = one.codes("unit")
        for word in self.unit[1]:
            if word not in UNITS:
                raise InputError(
                    f"column unit of the incidents holds {word!r}; must be one of {', '.join(UNITS)}."
                )
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
        if not np.any(self.tally):
            return np.full(self.incidents.count, -1, dtype=np.int64)
        found = np.full(self.incidents.count, -1, dtype=np.int64)
        rows = np.flatnonzero(self.tally)
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
        last = np.searchsorted(self.starts, np.maximum(self.end - 1e-6, self.begin), side="right") - 1
        first = np.searchsorted(self.starts, self.begin, side="right") - 1
        if np.any(self.tally):
            # a tally belongs to the day on which it ends; where clocks change, a day has 25 hours
            length = np.ceil((self.end - self.begin - HOUR) / DAY).astype(np.int64)
            first = np.where(self.tally, last - np.maximum(length, 1) + 1, first)
        return first.astype(np.int64), last.astype(np.int64)

    @cached_property
    def by_article(self) -> dict[str, tuple[Codes, Floats, Floats, Codes, Codes]]:
        """For each article the rows of its findings' incidents, p_low, p_high, the breach's grade, what is unknown."""
        table = self._findings
        row = rows_of_findings(table, self.incidents)
        article, names = table.codes("article")
        low, high = table.floats("p_low", missing=0.0), table.floats("p_high", missing=1.0)
        grade = table.grades("breach") if table.has("breach") else np.full(table.count, -1, dtype=np.int64)
        claimed = table.floats("claimed") if table.has("claimed") else np.full(table.count, np.nan)
        # where the finding does not say breach it could be one, as surely as it happened
        first = (
            self.incidents.grades("first_occurrence")
            if self.incidents.has("first_occurrence")
            else self.occurrence
        )
        bound = np.minimum(np.minimum(self.occurrence, first), VERIFIED)
        grade = np.where((grade < 0) & np.isnan(claimed), bound[row], grade)
        unknown = table.floats("unknown", missing=0.0).astype(np.int64)
        found: dict[str, tuple[Codes, Floats, Floats, Codes, Codes]] = {}
        for number, name in enumerate(names):
            here = np.flatnonzero((article == number) & (row >= 0))
            found[name] = row[here], low[here], high[here], grade[here], unknown[here]
        return found

    def case(self, trigger: Trigger) -> Case:
        """Return the incidents that a trigger concerns."""
        count = self.incidents.count
        passing, lacking = _Sum(count), _Sum(count)
        wanted = GRADES.index(trigger.grade.breach)
        for name in trigger.articles:
            row, low, high, grade, unknown = self.by_article.get(name, _NONE)
            enough = grade >= wanted
            passing.add(row[enough], low[enough], high[enough], unknown[enough])
            lacking.add(row[~enough], low[~enough], high[~enough], unknown[~enough])
        rows = np.flatnonzero(((passing.high > 0.0) | (lacking.high > 0.0)) & self.occurred)
        graded = passing.high[rows] > 0.0
        low = np.where(graded, passing.low[rows], lacking.low[rows])
        high = np.where(graded, passing.high[rows], lacking.high[rows])
        unknown = np.where(graded, passing.unknown[rows], lacking.unknown[rows])
        lacks: Codes = np.where(graded, 0, 2).astype(np.int64)
        lacks[self.occurrence[rows] < GRADES.index(trigger.grade.occurrence)] |= 1
        if trigger.grade.attribution is not None:
            lacks[self.attribution[rows] < GRADES.index(trigger.grade.attribution)] |= 4
        low, high, unknown = self._by(trigger, rows, low, high, unknown)
        low, high, unknown = self._where(trigger, rows, low, high, unknown)
        kept = high > 0.0
        rows, low, high, lacks = rows[kept], low[kept], high[kept], lacks[kept]
        unit = self.unit[0][rows], self.unit[1]
        least, most, wanting = measures(self.agreement.counting, trigger.count.unit, unit, self.counts[rows])
        now = lacks == 0
        p_low, p_high = np.where(now, low, 0.0), np.where(now, high, 0.0)
        return Case(rows, least, most, p_low, p_high, low, high, lacks, unknown[kept], wanting)

    def _by(
        self, trigger: Trigger, rows: Codes, low: Floats, high: Floats, unknown: Codes
    ) -> tuple[Floats, Floats, Codes]:
        """Leave out what others did; where it is not known who, it may count."""
        if trigger.by is None:
            return low, high, unknown
        party = self.incidents.translated("by_id", dict.fromkeys(trigger.by, 1), missing=0)[rows]
        named = self.incidents.codes("by_id")[0][rows] >= 0
        out = np.zeros(len(rows), dtype=bool)
        if self.incidents.has("not_by"):
            some = np.flatnonzero(~named & np.asarray(self.incidents.table["not_by"].is_valid())[rows])
            said: list[list[str]] = self.incidents.table["not_by"].take(rows[some]).to_pylist()
            out[some] = [set(trigger.by) <= set(excluded) for excluded in said]
        open_ = ~named & ~out
        if set(trigger.by) >= set(self.agreement.parties):
            # whoever did it, it was one of them; but for a name that no party has
            foreign = self.incidents.codes("by")[0][rows] >= 0
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
        inside = self.incidents.translated("sector_id", dict.fromkeys(trigger.sectors, 1), missing=0)[rows]
        open_ = self.incidents.codes("sector_id")[0][rows] < 0
        if all(self.agreement.sectors[name].zone is not None for name in trigger.sectors):
            # all are drawn: what has a position and no sector lies outside of them
            open_ &= np.isnan(self.incidents.floats("lat")[rows])
        return (
            np.where(inside == 1, low, 0.0),
            np.where((inside == 1) | open_, high, 0.0),
            unknown | np.where(open_, PLACE, 0),
        )

    def items(self, case: Case, trigger: Trigger, offset: int, *, possibly: bool) -> Items:
        """Return a trigger's incidents with their days, counted from its first."""
        first, last = (part[case.rows] for part in self.span)
        begin, end, tally = self.begin[case.rows], self.end[case.rows], self.tally[case.rows]
        clipped = np.flatnonzero((first < last) & ~tally)
        if len(clipped):
            # a breach lies within the days of the article
            articles = [self.agreement.articles[name] for name in trigger.articles]
            since = min((one.since or self.first_day for one in articles), default=self.first_day)
            until = max((one.until or dt.date.max for one in articles), default=dt.date.max)
            earliest = self._start(since)
            latest = self._start(until + dt.timedelta(days=1)) if until < dt.date.max else np.inf
            begin[clipped] = np.maximum(begin[clipped], earliest)
            end[clipped] = np.maximum(np.minimum(end[clipped], latest), begin[clipped])
            first[clipped] = np.searchsorted(self.starts, begin[clipped], side="right") - 1
            inner = np.maximum(end[clipped] - 1e-6, begin[clipped])
            last[clipped] = np.searchsorted(self.starts, inner, side="right") - 1
        measure, p = (case.high, case.p_high) if possibly else (case.low, case.p_low)
        return Items(measure.weights, p, first - offset, last - offset, begin, end, tally)

    def _start(self, day: dt.date) -> float:
        place = (day - self.first_day).days
        if 0 <= place < len(self.starts):
            return float(self.starts[place])
        return -np.inf if place < 0 else np.inf


class _Sum:
    """Findings of one incident against several articles, taken together: one breach is enough."""

    def __init__(self, count: int) -> None:
        self.low, self.high = np.zeros(count), np.zeros(count)
        self.unknown = np.zeros(count, dtype=np.int64)

    def add(self, row: Codes, low: Floats, high: Floats, unknown: Codes) -> None:
        self.low[row] = np.maximum(self.low[row], low)
        self.high[row] = np.minimum(self.high[row] + high, 1.0)
        self.unknown[row] |= np.where(low < high, unknown, 0)


_NONE = (
    np.zeros(0, dtype=np.int64),
    np.zeros(0),
    np.zeros(0),
    np.zeros(0, dtype=np.int64),
    np.zeros(0, dtype=np.int64),
)
