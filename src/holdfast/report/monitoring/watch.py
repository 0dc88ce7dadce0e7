"""What every section reads: the agreement, the status, the period's tables, and the names of things."""

from __future__ import annotations

import datetime as dt
import math
import re
import zoneinfo
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from markupsafe import Markup

from holdfast.monitoring.agreement import GRADES, Agreement
from holdfast.monitoring.observed import EVERYWHERE
from holdfast.report.words import listing, numeral, percent

arrow: Any = pa
compute: Any = pc

ONE_DAY = dt.timedelta(days=1)
NOT_NAMED = "an observer not named"
GRADES_UP = GRADES
UNITS = {
    "effect": ("effect", "effects"),
    "incident": ("incident", "incidents"),
    "presence": ("weapon or works seen", "weapons and works seen"),
    "refusal": ("refusal of access", "refusals of access"),
}
KINDS = {
    "weapon": "weapons seen",
    "access": "access refused",
    "site": "a protected site hit",
    "fire": "heat seen from space",
    "other": "other events",
}
"""How kinds of events are called where the word of the report alone may mislead."""
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class Watch:
    """An agreement as it was watched in a period.

    Parameters
    ----------
    agreement
        The agreement.
    status
        What the status says of the period.
    tables
        Tables of the index, restricted to the period, by name.
    since, until
        First and last day of the period.
    """

    agreement: Agreement
    status: Mapping[str, Any]
    tables: Mapping[str, Any]
    since: dt.date
    until: dt.date

    @property
    def days(self) -> int:
        """Days of the period."""
        return (self.until - self.since).days + 1

    @cached_property
    def incidents(self) -> Any:
        """The incidents; a table without rows where there is none."""
        return self.table("incidents")

    def table(self, name: str) -> Any:
        """Return a table, without rows or columns where it is absent."""
        return self._incidents if name == "incidents" else self.tables.get(name, arrow.table({}))

    @cached_property
    def _incidents(self) -> Any:
        """The incidents, each with the name that its report gives where that is no sector of the agreement."""
        table = self.tables.get("incidents", arrow.table({}))
        if not {"sector", "sector_id"} <= {*table.column_names}:
            return table
        named = compute.coalesce(table["sector_id"], table["sector"])
        return table.set_column(table.column_names.index("sector_id"), "sector_id", named)

    def column(self, table: str, name: str) -> list[Any]:
        """Return a column as a list; of Nones where the table lacks it."""
        found = self.table(table)
        return found[name].to_pylist() if name in found.column_names else [None] * found.num_rows

    def rows(self, table: str, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """Iterate over some columns of a table, row by row."""
        return zip(*(self.column(table, name) for name in names), strict=True)

    def numbers(self, name: str) -> Any:
        """Return a column of the incidents as numbers, NaN where one is missing."""
        if name not in self.incidents.column_names:
            return np.full(self.incidents.num_rows, np.nan)
        return np.asarray(self.incidents[name].cast(arrow.float64()).to_numpy(), dtype=np.float64)

    def sector(self, name: str | None) -> str:
        """Return a sector's name."""
        if name is None:
            return "No sector that can be told"
        if name in self.agreement.sectors:
            return self.agreement.sectors[name].name
        return name if name == EVERYWHERE else f"{name} (no sector of the agreement)"

    def article(self, name: str) -> str:
        """Return an article's title."""
        return self.agreement.articles[name].title if name in self.agreement.articles else name

    def party(self, name: str | None) -> str | None:
        """Return a party's name."""
        return self.agreement.parties[name].name if name in self.agreement.parties else name

    def observer(self, name: str) -> str:
        """Return an observer's name."""
        id_ = self.agreement.id_of("observers", name)
        return self.agreement.observers[id_].name if id_ is not None else name

    @cached_property
    def unseen(self) -> dict[str, dict[dt.date, str]]:
        """The days of the period on which a sector was not observed, with the reason, by sector."""
        found: dict[str, dict[dt.date, str]] = {name: {} for name in self.agreement.sectors}
        for sector, since, until, why in self.rows("not_observed", ("sector_id", "since", "until", "why")):
            first, last = max(since or self.since, self.since), min(until or self.until, self.until)
            for name in self.agreement.sectors if sector is None else (sector,):
                for number in range((last - first).days + 1):
                    found.setdefault(name, {})[first + number * ONE_DAY] = why or ""
        return found

    def when(self, row: Mapping[str, Any]) -> str:
        """Return the days of an incident: all that a tally covers, or those between which an event was."""
        start, end, day = row.get("start"), row.get("end"), row["day"]
        if start is None or end is None or day is None:
            return str(day)
        if row.get("tally"):
            length = max(1, round((end - start) / ONE_DAY))
            return span(day - (length - 1) * ONE_DAY, day)
        last = max(end - dt.timedelta(microseconds=1), start)
        last = last.astimezone(zoneinfo.ZoneInfo(self.agreement.time_zone)).date()
        return str(day) if last == day else f"between {day} and {last}"

    @cached_property
    def unwatched(self) -> dict[tuple[str, str], set[dt.date]]:
        """The days of the period on which a sector was not watched for a kind of event, by kind and sector."""
        found: dict[tuple[str, str], set[dt.date]] = {}
        for kind, sector, since, until in self.rows("not_watched", ("kind", "sector_id", "since", "until")):
            first, last = max(since, self.since), min(until, self.until)
            days = {first + number * ONE_DAY for number in range((last - first).days + 1)}
            found[kind, sector] = found.get((kind, sector), set()) | days
        return found

    def observed(self, sector: str) -> int:
        """Return on how many days of the period a sector was observed."""
        return self.days - len(self.unseen.get(sector, {}))

    @property
    def watched(self) -> bool:
        """Whether anything was observed on any day of the period."""
        return any(self.observed(sector) for sector in self.agreement.sectors or (EVERYWHERE,))


def counted(number: float, unit: str) -> str:
    """Return a count with its unit.

    Examples
    --------
    >>> counted(1, "effect"), counted(1234, "presence"), counted(0, "incident"), counted(0.5, "effect")
    ('1 effect', '1,234 weapons and works seen', '0 incidents', '0.5 effects')
    """
    one, many = UNITS.get(unit, (unit, f"{unit}s"))
    told = figure(number)
    return f"{told} {one if told == '1' else many}"


def units_of(unit: str, kinds: Sequence[str] = ()) -> str:
    """Return what is counted, several of it, with the kinds of events where these are told apart.

    Examples
    --------
    >>> units_of("effect"), units_of("effect", ["explosion", "firing"]), units_of("effect", ["fire"])
    ('effects', 'effects (explosion, firing)', 'effects (heat seen from space)')
    """
    told = UNITS.get(unit, (unit, f"{unit}s"))[1]
    return f"{told} ({', '.join(KINDS.get(kind, kind) for kind in kinds)})" if kinds else told


def daily(rate: float) -> str:
    """Return a count per day observed, with two digits that mean something.

    Examples
    --------
    >>> daily(0.0), daily(0.034), daily(3.14159), daily(42.4), daily(486.5)
    ('0', '0.03', '3.1', '42', '487')
    """
    if rate == 0:
        return "0"
    return (
        whole(rate)
        if rate >= 9.95
        else f"{rate:.1f}"
        if rate >= 0.95
        else f"{rate:.2g}"
        if rate >= 0.1
        else f"{rate:.1g}"
    )


def between(low: float, high: float) -> str:
    """Return a probability of which a least and a greatest value are known.

    Examples
    --------
    >>> between(0.2, 0.2), between(0.97, 1.0), between(0.0, 0.996)
    ('20%', '97–100%', '0% to >99%')
    """
    first, last = percent(low), percent(high)
    if first == last:
        return first
    if {first[0], last[0]} & {"<", ">"}:
        return f"{first} to {last}"
    return f"{first.removesuffix('%')}–{last}"


def amounts(low: float, high: float | None) -> str:
    """Return a number of which a least and a greatest value are known; None where there is no greatest.

    Examples
    --------
    >>> amounts(3, 3), amounts(2.0, 17.4), amounts(0.25, 3), amounts(0.001, 0.002), amounts(2, None)
    ('3', '2–17', '0.2–3', '<0.1', '2 or more')
    """
    if high is None:
        return f"{figure(low)} or more"
    first, last = figure(low), figure(high)
    return first if first == last else f"{first}–{last}"


def figure(value: float) -> str:
    """Return a count, which may be a share of one.

    Examples
    --------
    >>> figure(419.5), figure(2.25), figure(3.0000000001), figure(0.01)
    ('420', '2.2', '3', '<0.1')
    """
    value = round(value, 6)
    if 0 < value < 0.05:
        return "<0.1"
    return whole(value) if value == round(value) or value >= 10 else f"{value:.1f}"


def whole(value: float) -> str:
    """Return a count of 0 or more to the nearest whole number, a half going up.

    Examples
    --------
    >>> whole(486.5), whole(1234.4)
    ('487', '1,234')
    """
    return f"{math.floor(round(value, 6) + 0.5):,}"


def amended(one: Mapping[str, Any]) -> str:
    """Say who amended the agreement, and why; ``one`` as a status has it."""
    when, by, why = str(one["recorded"])[:10], one["by"] or "nobody named", one["why"] or "no reason is given"
    return f"Agreement amended, entered {when} by {by}: {why.rstrip('.')}. All days are tested against it as it is now."


def unused(one: Mapping[str, Any]) -> str:
    """Say which claim of a person changes nothing, and why; ``one`` as a status has it."""
    return (
        f"The claim of entry {one['entry']}, by {one['by']}, changes nothing: {str(one['why']).rstrip('.')}"
    )


def span(since: object, until: object) -> str:
    """Return some days.

    Examples
    --------
    >>> span("2021-11-03", "2021-11-03"), span("2021-11-03", "2021-11-09")
    ('2021-11-03', '2021-11-03 to 2021-11-09')
    """
    return str(since) if str(since) == str(until) else f"{since} to {until}"


def said(text: object, most: int = 400) -> Markup:
    """Return what somebody wrote, as text: never as markup, and never turning round what stands beside it."""
    told = _CONTROLS.sub("\ufffd", str(text))
    told = told if len(told) <= most else f"{told[: most - 1]}…"
    return Markup("<bdi>{}</bdi>").format(told)


def few(items: Sequence[str], most: int = 4) -> str:
    """Join the first few items as a sentence does, and say how many more there are."""
    if len(items) <= most + 1:
        return listing(items)
    return listing([*items[:most], f"{numeral(len(items) - most)} more"])
