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
from holdfast.monitoring._windows import Items, Span, Times
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
        self._measures: dict[tuple[Any, ...], tuple[Measure, Measure, Mask]] = {}
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
            if np.any(np.diff(row[here]) < 0):
                here = here[np.argsort(row[here], kind="stable")]
            found[name] = row[here], low[here], high[here], grade[here], unknown[here]
        return found

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
        rows, low, high, unknown, graded = self._found(trigger)
        lacks: Codes = np.where(graded, 0, 2).astype(np.int64)
        lacks[self.at(self.occurrence, rows) < GRADES.index(trigger.grade.occurrence)] |= 1
        if trigger.grade.attribution is not None:
            lacks[self.at(self.attribution, rows) < GRADES.index(trigger.grade.attribution)] |= 4
        low, high, unknown = self._by(trigger, rows, low, high, unknown)
        low, high, unknown = self._where(trigger, rows, low, high, unknown)
        kept = (high > 0.0) & self.at(self.occurred, rows)
        if not np.all(kept):
            rows, low, high, lacks, unknown = (part[kept] for part in (rows, low, high, lacks, unknown))
        least, most, wanting = self._measured(trigger.count.unit, rows)
        now = lacks == 0
        p_low, p_high = np.where(now, low, 0.0), np.where(now, high, 0.0)
        return Case(rows, least, most, p_low, p_high, low, high, lacks, unknown, wanting)

    def _found(self, trigger: Trigger) -> tuple[Codes, Floats, Floats, Codes, Mask]:
        """Return the incidents with findings against a trigger's articles, and whether the breach's grade is high enough."""
        wanted = GRADES.index(trigger.grade.breach)
        found = [self.by_article.get(name, _NONE) for name in trigger.articles]
        if len(found) == 1 and np.all(np.diff(found[0][0]) > 0):
            row, low, high, grade, unknown = found[0]
            return row, low, high, np.where(low < high, unknown, 0), grade >= wanted
        passing, lacking = _Sum(self.incidents.count), _Sum(self.incidents.count)
        for row, low, high, grade, unknown in found:
            enough = grade >= wanted
            passing.add(row[enough], low[enough], high[enough], unknown[enough])
            lacking.add(row[~enough], low[~enough], high[~enough], unknown[~enough])
        rows = np.flatnonzero((passing.high > 0.0) | (lacking.high > 0.0))
        graded = passing.high[rows] > 0.0
        return (
            rows,
            np.where(graded, passing.low[rows], lacking.low[rows]),
            np.where(graded, passing.high[rows], lacking.high[rows]),
            np.where(graded, passing.unknown[rows], lacking.unknown[rows]),
            graded,
        )

    def _measured(self, unit: str, rows: Codes) -> tuple[Measure, Measure, Mask]:
        """Return what some incidents count, from the least to the most; worked out once for all of them."""
        codes = self.at(self.unit[0], rows)
        present = np.flatnonzero(np.bincount(codes + 1, minlength=1)[1:])
        key = unit, *present.tolist()
        if key not in self._measures:
            self._measures[key] = measures(
                self.agreement.counting, unit, self.unit, self.counts, [self.unit[1][n] for n in present]
            )
        low, high, wanting = self._measures[key]
        return (
            Measure(self.at(low.weights, rows), low.scale),
            Measure(self.at(high.weights, rows), high.scale),
            self.at(wanting, rows),
        )

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
        inside = self.at(
            self.incidents.translated("sector_id", dict.fromkeys(trigger.sectors, 1), missing=0), rows
        )
        open_ = self.at(self.incidents.codes("sector_id")[0], rows) < 0
        if all(self.agreement.sectors[name].zone is not None for name in trigger.sectors):
            # all are drawn: what has a position and no sector lies outside of them
            open_ &= np.isnan(self.incidents.floats("lat")[rows])
        return (
            np.where(inside == 1, low, 0.0),
            np.where((inside == 1) | open_, high, 0.0),
            unknown | np.where(open_, PLACE, 0),
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
