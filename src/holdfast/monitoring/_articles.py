"""Findings by article, and what an incident counts that was found against several."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from holdfast.monitoring._columns import Codes, Columns, Floats, Mask
from holdfast.monitoring.claims import VERIFIED, rows_of_findings


@dataclass(slots=True)
class Found:
    """Findings of some incidents, one each.

    Parameters
    ----------
    rows
        Which of the incidents.
    low, high
        The probability of a breach, from and to.
    grade
        How sure the claim is that it was one: a step of the ladder.
    unknown
        Bits of what is not known.
    exempt_least, exempt_most
        How many of its count are exempt, at least and at most.
    """

    rows: Codes
    low: Floats
    high: Floats
    grade: Codes
    unknown: Codes
    exempt_least: Floats
    exempt_most: Floats

    def at(self, which: Codes | Mask) -> Found:
        """Return some of them."""
        return Found(*(getattr(self, part.name)[which] for part in fields(self)))


class Articles:
    """Findings, read once for all triggers.

    Parameters
    ----------
    findings
        incident, article, p_low, p_high, and, where they are known, unknown, breach, claimed, exempt_least and exempt_most.
    incidents
        What they are of.
    occurrence
        How sure it is that each incident happened: a step of the ladder.
    """

    def __init__(self, findings: Columns, incidents: Columns, occurrence: Codes) -> None:
        self.findings, self.incidents, self.occurrence = findings, incidents, occurrence

    @cached_property
    def by_article(self) -> dict[str, Found]:
        """The findings against each article, in the order of their incidents."""
        table = self.findings
        row = rows_of_findings(table, self.incidents)
        article, names = table.codes("article")
        grade = table.grades("breach") if table.has("breach") else np.full(table.count, -1, dtype=np.int64)
        claimed = table.floats("claimed") if table.has("claimed") else np.full(table.count, np.nan)
        # where the finding does not say breach it could be one, as surely as it happened
        first = (
            self.incidents.grades("first_occurrence")
            if self.incidents.has("first_occurrence")
            else self.occurrence
        )
        bound = np.minimum(np.minimum(self.occurrence, first), VERIFIED)
        every = Found(
            row,
            table.floats("p_low", missing=0.0),
            table.floats("p_high", missing=1.0),
            np.where((grade < 0) & np.isnan(claimed), bound[row], grade),
            table.floats("unknown", missing=0.0).astype(np.int64),
            table.floats("exempt_least", missing=0.0),
            table.floats("exempt_most", missing=0.0),
        )
        found: dict[str, Found] = {}
        for number, name in enumerate(names):
            here = np.flatnonzero((article == number) & (row >= 0))
            if np.any(np.diff(row[here]) < 0):
                here = here[np.argsort(row[here], kind="stable")]
            found[name] = every.at(here)
        return found

    def against(self, names: tuple[str, ...], wanted: int) -> tuple[Found, Mask]:
        """Return the findings against some articles, one an incident, and whether each claim of a breach has the grade that is wanted.

        One breach is enough: where one incident was found against several articles, those whose grade is high enough count, and
        if there is none the others. It is a breach at least as probably as the likeliest of them, and at most as their sum.
        """
        found = [self.by_article[name] for name in names if name in self.by_article]
        if len(found) == 1 and np.all(np.diff(found[0].rows) > 0):
            (one,) = found
            return one, one.grade >= wanted
        passing, lacking = _Sum(self.incidents.count), _Sum(self.incidents.count)
        for one in found:
            enough = one.grade >= wanted
            passing.add(one.at(enough))
            lacking.add(one.at(~enough))
        rows = np.flatnonzero((passing.high > 0.0) | (lacking.high > 0.0))
        graded = passing.high[rows] > 0.0
        parts = [
            np.where(graded, one[rows], other[rows])
            for one, other in zip(passing.columns(), lacking.columns(), strict=True)
        ]
        low, high, unknown, least, most = parts
        grade = np.where(graded, wanted, wanted - 1)
        return Found(rows, low, high, grade, unknown, np.where(np.isinf(least), 0.0, least), most), graded


class _Sum:
    """Findings of one incident against several articles, taken together: one breach is enough."""

    def __init__(self, count: int) -> None:
        self.low, self.high = np.zeros(count), np.zeros(count)
        self.unknown = np.zeros(count, dtype=np.int64)
        # what one article exempts may breach another, and it is not known which of the two is
        self.least, self.most = np.full(count, np.inf), np.zeros(count)

    def add(self, one: Found) -> None:
        row = one.rows
        self.low[row] = np.maximum(self.low[row], one.low)
        self.high[row] = np.minimum(self.high[row] + one.high, 1.0)
        self.unknown[row] |= np.where(one.low < one.high, one.unknown, 0)
        self.least[row] = np.minimum(self.least[row], one.exempt_least)
        self.most[row] = np.maximum(self.most[row], one.exempt_most)

    def columns(self) -> tuple[Floats, Floats, Codes, Floats, Floats]:
        return self.low, self.high, self.unknown, self.least, self.most
