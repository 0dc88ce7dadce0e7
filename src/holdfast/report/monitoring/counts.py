"""Counts per sector and day observed: what was counted, by whom, on which days, and on which days nobody could count.

Units are never added to each other, nor are kinds of events that are not watched for together (`observed.counted_with`). What several
observers tally of the same days is never added either: each observer's tallies make a series of their own, and what is reported one by
one makes another. A day without a figure is a gap, not a zero. A tally of several days is spread over them evenly, and so is what
happened at some time of several days; tallies of one observer that overlap are counted once (`monitoring.overlaps`).
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.monitoring.observed import EVERYWHERE, counted_with
from holdfast.monitoring.overlaps import stretches
from holdfast.report.monitoring.watch import NOT_NAMED, ONE_DAY, Watch

arrow: Any = pa
compute: Any = pc

__all__ = ["Bar", "Counted", "Series", "all_series", "leading"]


class Counted(NamedTuple):
    """What a series counts, and who: the unit, the observer whose tallies these are, and the kinds of events; all where none is named."""

    unit: str
    by: str | None
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bar:
    """How many were counted from one day to another, both included."""

    first: dt.date
    last: dt.date
    count: float

    @property
    def days(self) -> int:
        """How many days it covers."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Series:
    """What was counted in a sector, in one unit, by one observer's tallies or one by one.

    Parameters
    ----------
    sector
        Its id; None for what names none.
    unit
        What was counted.
    by
        The observer whose tallies these are; None for what was reported one by one.
    bars
        The counts, in order of time.
    gaps
        Days of the period of which there is no figure.
    period
        First and last day.
    kinds
        The kinds of events that are counted together; none where all that was counted in the unit is.
    """

    sector: str | None
    unit: str
    by: str | None
    bars: tuple[Bar, ...]
    gaps: frozenset[dt.date]
    period: tuple[dt.date, dt.date]
    kinds: tuple[str, ...] = ()

    @property
    def key(self) -> Counted:
        """What it counts, and who: the same for all sectors."""
        return Counted(self.unit, self.by, self.kinds)

    @property
    def observed(self) -> int:
        """Days of the period of which there is a figure."""
        return (self.period[1] - self.period[0]).days + 1 - len(self.gaps)

    @cached_property
    def total(self) -> float:
        """All that was counted in the period, also on days that were not observed."""
        return sum(bar.count * self._share(bar) for bar in self.bars)

    @cached_property
    def rate(self) -> float | None:
        """What was counted on days observed, for each of them; None where no day was observed."""
        if not self.observed:
            return None
        return sum(bar.count / bar.days * len(self._seen(bar)) for bar in self.bars) / self.observed

    @cached_property
    def unseen(self) -> float:
        """What was counted on days that count as not observed."""
        return sum(
            bar.count / bar.days * (len(self._within(bar)) - len(self._seen(bar))) for bar in self.bars
        )

    @property
    def highest(self) -> float:
        """The highest count for a day."""
        return max((bar.count / bar.days for bar in self.bars), default=0.0)

    def _within(self, bar: Bar) -> list[dt.date]:
        first, last = max(bar.first, self.period[0]), min(bar.last, self.period[1])
        return [first + number * ONE_DAY for number in range((last - first).days + 1)]

    def _seen(self, bar: Bar) -> list[dt.date]:
        return [day for day in self._within(bar) if day not in self.gaps]

    def _share(self, bar: Bar) -> float:
        return len(self._within(bar)) / bar.days


def all_series(watch: Watch) -> tuple[Series, ...]:
    """Return all series of a period; every sector of the agreement is in each unit that was counted one by one."""
    found = [*_tallied(watch), *_single(watch)]
    apart: dict[str, set[tuple[str, ...]]] = {}
    for one in found:
        apart.setdefault(one.unit, set()).add(one.kinds)
    found = [one if len(apart[one.unit]) > 1 else replace(one, kinds=()) for one in found]
    order = {name: number for number, name in enumerate(watch.agreement.sectors)}
    return tuple(
        sorted(
            found,
            key=lambda s: (
                s.unit,
                s.by is None,
                s.by or "",
                s.kinds,
                order.get(s.sector or "", len(order)),
                s.sector or "",
            ),
        )
    )


def leading(series: Iterable[Series], watching: Collection[str] = ()) -> Counted:
    """Return the unit, the observer and the kinds that say most.

    Before all others come the tallies of those who watch, and then whatever has figures of most days; of what is reported one by one
    these are the days observed with any. Where no day has a figure, that is so of what was counted most often.

    Parameters
    ----------
    series
        What was counted.
    watching
        Names of the observers whose tallies say which days they cover; none where nobody's do.
    """
    days: dict[Counted, tuple[int, int, int]] = {}
    for one in series:
        if one.sector is None:
            continue
        key = one.key
        seen = {bar.first for bar in one.bars if bar.count and bar.first not in one.gaps}
        number = one.observed if one.by is not None else len(seen)
        watched, figures, bars = days.get(key, (0, 0, 0))
        trusted = int(one.by in watching and number > 0)
        days[key] = max(watched, trusted), figures + number, bars + len(one.bars)
    if not days:
        return Counted("incident", None)
    return min(
        days,
        key=lambda key: (
            *(-number for number in days[key]),
            key.unit != "incident",
            key.unit,
            key.by or "",
            key.kinds,
        ),
    )


def _tallied(watch: Watch) -> list[Series]:
    table = watch.incidents
    if table.num_rows == 0 or "tally" not in table.column_names:
        return []
    names = ("sector_id", "kind", "unit", "observers", "start", "end", "day", "count")
    rows = table.filter(compute.fill_null(table["tally"], False)).select(names).to_pylist()
    groups: dict[tuple[str | None, Counted], dict[tuple[dt.date, dt.date], float]] = {}
    for one in stretches(rows):
        row = rows[one.row]
        who = NOT_NAMED if one.observer is None else watch.observer(one.observer)
        key = Counted(row["unit"], who, counted_with(watch.agreement, row["kind"]))
        windows = groups.setdefault((row["sector_id"], key), {})
        window = one.first, one.last
        windows[window] = windows.get(window, 0.0) + one.count
    found: list[Series] = []
    for key in dict.fromkeys(key for _, key in groups):
        for sector in _sectors(watch, groups, key):
            windows = groups.get((sector, key), {})
            bars = tuple(Bar(first, last, count) for (first, last), count in sorted(windows.items()))
            told = {bar.first + number * ONE_DAY for bar in bars for number in range(bar.days)}
            blind = _blind(watch, sector)
            gaps = frozenset(day for day in _days(watch) if day not in told or day in blind)
            period = watch.since, watch.until
            found.append(Series(sector, key.unit, key.by, bars, gaps, period, key.kinds))
    return found


def _sectors(
    watch: Watch, counts: Mapping[tuple[str | None, Counted], Any], key: Counted
) -> list[str | None]:
    """Return the agreement's sectors, and what else is named of what counts this."""
    return [
        *watch.agreement.sectors,
        *(sector for sector, own in counts if own == key and sector not in watch.agreement.sectors),
    ]


def _single(watch: Watch) -> list[Series]:
    table = watch.incidents
    counts: dict[tuple[str | None, Counted], dict[dt.date, float]] = {}
    if table.num_rows:
        if "tally" in table.column_names:
            table = table.filter(compute.invert(compute.fill_null(table["tally"], False)))
        zone = zoneinfo.ZoneInfo(watch.agreement.time_zone)
        table = table.select(["sector_id", "unit", "kind", "day", "start", "end", "count"])
        table = table.filter(table["day"].is_valid())
        several = _several_days(table, zone)
        once = table.filter(compute.invert(several)).group_by(["sector_id", "unit", "kind", "day"])
        rows = [
            row | {"end": None, "count": row["count_sum"]}
            for row in once.aggregate([("count", "sum")]).to_pylist()
        ]
        for row in [*rows, *table.filter(several).to_pylist()]:
            key = Counted(row["unit"], None, counted_with(watch.agreement, row["kind"]))
            days = counts.setdefault((row["sector_id"], key), {})
            for day, share in _spread(row, zone):
                days[day] = days.get(day, 0.0) + share * float(row["count"] or 0)
    # where nothing was reported at all, that nothing was reported is what there is to say
    keys = sorted({key for _, key in counts}) or (
        [] if watch.incidents.num_rows else [Counted("incident", None)]
    )
    found: list[Series] = []
    period = watch.since, watch.until
    for key in keys:
        for sector in _sectors(watch, counts, key):
            days = counts.get((sector, key), {})
            bars = tuple(
                Bar(day, day, count)
                for day, count in sorted(days.items())
                if watch.since <= day <= watch.until
            )
            blind = _blind(watch, sector, key.kinds)
            found.append(Series(sector, key.unit, None, bars, blind, period, key.kinds))
    return found


def _several_days(table: Any, zone: dt.tzinfo) -> Any:
    """Say which incidents may have been on another day than the one on which they start."""
    codes = table["day"].combine_chunks().dictionary_encode()
    after = [_midnight(day + ONE_DAY, zone).timestamp() for day in codes.dictionary.to_pylist()]
    ends = table["end"].cast(arrow.timestamp("us", "UTC")).cast(arrow.int64()).to_numpy()
    return arrow.array(ends > np.array([*after, np.inf])[codes.indices.to_numpy()] * 1e6)


def _midnight(day: dt.date, zone: dt.tzinfo) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), zone)


def _spread(row: dict[str, Any], zone: dt.tzinfo) -> list[tuple[dt.date, float]]:
    """Return the days on which something may have been, each with its share of the time given."""
    if row["end"] is None:
        return [(row["day"], 1.0)]
    begin, stop = row["start"].timestamp(), row["end"].timestamp()
    last = (row["end"] - dt.timedelta(microseconds=1)).astimezone(zone).date()
    days = [row["day"] + number * ONE_DAY for number in range((last - row["day"]).days + 2)]
    moments = [_midnight(day, zone).timestamp() for day in days]
    return [
        (day, (min(stop, after) - max(begin, moment)) / (stop - begin))
        for day, (moment, after) in zip(days[:-1], pairwise(moments), strict=True)
    ]


def _blind(watch: Watch, sector: str | None, kinds: Iterable[str] = ()) -> frozenset[dt.date]:
    """Return the days on which a sector was not observed, or not watched for one of these kinds.

    Of what is no sector of the agreement nobody says that it ever was.
    """
    if sector not in watch.agreement.sectors and watch.agreement.sectors:
        return frozenset(_days(watch))
    place = sector if sector in watch.agreement.sectors else EVERYWHERE
    return frozenset(watch.unseen.get(place, {})).union(
        *(watch.unwatched.get((kind, place), ()) for kind in kinds)
    )


def _days(watch: Watch) -> list[dt.date]:
    return [watch.since + number * ONE_DAY for number in range(watch.days)]
