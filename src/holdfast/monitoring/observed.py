"""Which days of which sector were not observed: days of which nobody has said that they were watched.

Who says it depends on the agreement. Where ``observation.tallied_by`` names observers whose tallies say which days they cover, a day is
observed if such a tally covers it, from the agreement's first day on: before the first tally nobody has said anything. Where it does not,
the list ``observation.not_observed`` says that all other days were watched, even if it is an empty one. Where neither is given, nobody
says of any day that it was watched, and none is observed. A day that is not over cannot have been watched: the list says nothing of it.

``observation.not_observed`` names days on which those who watch could not see, whatever tallies say of them. Those who watch are the
observers of ``tallied_by``; where it is not given, the missions; where there is none, all observers.

A tally watches only for what it counts: a day that it covers was watched for its own kind of event, and for an article if the article
forbids that kind. ``observation.also_watched`` names kinds for which those who tally watch as well.
Where it is asked of certain kinds, only tallies of these cover anything.

A tally's days are those of its observer's window: with one that starts at 19:30, a day begins at 19:30 on the evening before and is called
by the date on which it ends. A day is observed if tallies of one observer cover it wholly, from one to the next without a gap; on its first
day the agreement has to be watched from midnight on only, when it came into force.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from typing import Any

import numpy as np

from holdfast.monitoring._columns import Columns, Floats, Mask, arrow
from holdfast.monitoring.agreement import EVENT_KINDS, Agreement
from holdfast.scenario.reading import listed

__all__ = ["EVERYWHERE", "NOT_OBSERVED_SCHEMA", "counted_with", "day_starts", "not_observed", "watched_with"]

EVERYWHERE = "everywhere"
"""What stands in the place of a sector where the agreement names none."""
NOT_SAID = "Nobody says that it was watched: observation has neither tallied_by nor not_observed."
NOT_OVER = "The day is not over."
ONE_DAY = dt.timedelta(days=1)
NOT_OBSERVED_SCHEMA = arrow.schema(
    [
        arrow.field("sector_id", arrow.string(), nullable=False),
        arrow.field("since", arrow.date32(), nullable=False),
        arrow.field("until", arrow.date32(), nullable=False),
        arrow.field("why", arrow.string(), nullable=False),
    ]
)
"""A sector, the first and the last of some days on which it was not observed, and the reason in a sentence."""


def not_observed(
    agreement: Agreement,
    tallies: Any,
    as_of: dt.date,
    now: dt.datetime | None = None,
    kinds: Collection[str] | None = None,
) -> Any:
    """Return the days of each sector that were not observed.

    Parameters
    ----------
    agreement
        Whose sectors, observers and windows are meant.
    tallies
        Tallies as columns: observer_id, sector_id, start and end (UTC), and, where it is known, observed_share: one of 0 covers
        nothing; and kind, where kinds are given. Those of observers and sectors that the agreement does not name cover nothing.
    as_of
        The last day that is looked at.
    now
        With its offset; days that are not over then were not observed, but for what tallies cover. Where not given, all days are over.
    kinds
        What has to be watched for: a tally covers a day if it counts one of these. Where not given, a tally of anything does.

    Returns
    -------
    pyarrow.Table
        NOT_OBSERVED_SCHEMA, by sector and day; a day stands in it once for each sector.
    """
    table = Columns(
        tallies,
        "tallies",
        ["observer_id", "sector_id", "start", "end", *(["kind"] if kinds is not None else [])],
    )
    last = min(as_of, agreement.in_force.until or as_of)
    first = agreement.in_force.since
    reasons: dict[str, dict[dt.date, str]] = {sector: {} for sector in agreement.sectors or (EVERYWHERE,)}
    for sector, day, why in _stated(agreement, first, last):
        reasons[sector].setdefault(day, why)
    if agreement.observation.tallied_by is not None:
        for sector, day, why in _untallied(agreement, table, first, last, kinds):
            reasons[sector].setdefault(day, why)
    elif "not_observed" not in agreement.observation.model_fields_set:
        for days in reasons.values():
            days.update(dict.fromkeys(_days(first, last), NOT_SAID))
    elif now is not None:
        today = now.astimezone(zoneinfo.ZoneInfo(agreement.time_zone)).date()
        for days in reasons.values():
            days.update(dict.fromkeys(_days(max(first, today), last), NOT_OVER))
    rows = [row for sector, days in reasons.items() for row in _runs(sector, days)]
    return arrow.Table.from_pylist(rows, schema=NOT_OBSERVED_SCHEMA)


def watched_with(agreement: Agreement, kind: str) -> frozenset[str]:
    """Return the kinds of which a tally watches for events of a kind: itself, and what some article forbids together with it."""
    together = (article.forbids for article in agreement.articles.values() if kind in article.forbids)
    return frozenset({kind}.union(*together))


def counted_with(agreement: Agreement, kind: str) -> tuple[str, ...]:
    """Return the kinds whose events are counted together with those of a kind: the same is watched for on the same days.

    That depends on the agreement only, not on what was reported: what one period counts together, every other does. A kind that no
    article forbids is counted by itself, as are fires seen by satellite or flights where no article forbids them together with others.
    """
    own = watched_with(agreement, kind)
    return tuple(one for one in EVENT_KINDS if one == kind or watched_with(agreement, one) == own)


def _watching(agreement: Agreement) -> set[str]:
    if agreement.observation.tallied_by is not None:
        return set(agreement.observation.tallied_by)
    missions = {id_ for id_, observer in agreement.observers.items() if observer.kind == "mission"}
    return missions or set(agreement.observers)


def _stated(agreement: Agreement, first: dt.date, last: dt.date) -> Iterator[tuple[str, dt.date, str]]:
    """Go through the days on which, by the agreement, none of those who watch could see."""
    watching = _watching(agreement)
    blind: dict[tuple[str, dt.date], set[str]] = {}
    why: dict[tuple[str, dt.date], str] = {}
    for gap in agreement.observation.not_observed:
        begin, end = max(gap.since or first, first), min(gap.until or last, last)
        for sector in gap.sectors:
            for day in _days(begin, end):
                blind.setdefault((sector, day), set()).update(
                    watching if gap.observers is None else gap.observers
                )
                why.setdefault((sector, day), gap.because or "The agreement's file says so.")
    for (sector, day), observers in blind.items():
        if observers >= watching:
            yield sector, day, why[sector, day]


def _days(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    for n in range((last - first).days + 1):
        yield first + n * ONE_DAY


def _untallied(
    agreement: Agreement, table: Columns, first: dt.date, last: dt.date, kinds: Collection[str] | None
) -> Iterator[tuple[str, dt.date, str]]:
    observers = agreement.observation.tallied_by or ()
    begin, end = table.seconds("start"), table.seconds("end")
    who, names = table.codes("observer_id")
    where, places = table.codes("sector_id")
    kept = np.isin(who, [n for n, name in enumerate(names) if name in observers])
    kept &= np.isin(where, [n for n, name in enumerate(places) if name in agreement.sectors])
    kept &= (end > begin) & (table.floats("observed_share", missing=1.0) > 0.0)
    counts = ""
    if kinds is not None and not {*kinds} & {*(agreement.observation.also_watched or ())}:
        what, words = table.codes("kind")
        kept &= np.isin(what, [n for n, word in enumerate(words) if word in kinds])
        counts = f" that counts {listed(sorted(kinds))}"
    if last < first:
        return
    days = list(_days(first, last))
    midnight = day_starts(agreement, None, first, 0)[0]
    names_of = listed([agreement.observers[name].name for name in observers])
    for sector in agreement.sectors or (EVERYWHERE,):
        here = kept & (where == (places.index(sector) if sector in places else -2))
        seen, touched = np.zeros(len(days), dtype=bool), np.zeros(len(days), dtype=bool)
        for name in observers:
            own = here & (who == (names.index(name) if name in names else -2))
            starts = day_starts(agreement, name, first, len(days))
            starts[0] = max(starts[0], float(midnight))
            whole, part = _covered(starts, begin[own], end[own])
            seen, touched = seen | whole, touched | part
        for n in np.flatnonzero(~seen):
            why = (
                f"Tallies of {names_of} cover part of it."
                if touched[n]
                else f"No tally of {names_of}{counts}."
            )
            yield sector, days[int(n)], why


def _clock(agreement: Agreement, observer: str) -> tuple[dt.time, zoneinfo.ZoneInfo]:
    # one that names its observers goes before one that is for all
    for window in sorted(agreement.windows.values(), key=lambda window: window.of is None):
        if window.of is None or observer in window.of:
            return dt.time.fromisoformat(window.starts), zoneinfo.ZoneInfo(
                window.time_zone or agreement.time_zone
            )
    return dt.time(), zoneinfo.ZoneInfo(agreement.time_zone)


def day_starts(agreement: Agreement, observer: str | None, first: dt.date, count: int) -> Floats:
    """Return when so many days begin, and the last one ends, in seconds since 1970.

    Parameters
    ----------
    agreement
        Whose time zone and windows count.
    observer
        Whose days; None for the agreement's own, from midnight to midnight.
    first
        The first day: that on which it ends, where the observer's days do not start at midnight.
    count
        How many days.
    """
    midnight = dt.time(), zoneinfo.ZoneInfo(agreement.time_zone)
    clock, zone = midnight if observer is None else _clock(agreement, observer)
    begin = first if clock == dt.time() else first - ONE_DAY
    moments = (dt.datetime.combine(begin + n * ONE_DAY, clock, zone) for n in range(count + 1))
    return np.array([moment.timestamp() for moment in moments])


def _covered(starts: Floats, begin: Floats, end: Floats) -> tuple[Mask, Mask]:
    """Say which days tallies together cover wholly, and which at least in part."""
    first, last = starts[:-1], starts[1:]
    if not len(begin):
        return np.zeros(len(first), dtype=bool), np.zeros(len(first), dtype=bool)
    order = np.argsort(begin, kind="stable")
    begin, end = begin[order], np.maximum.accumulate(end[order])
    opens = np.flatnonzero(np.r_[True, begin[1:] > end[:-1]])
    begins, ends = begin[opens], end[np.r_[opens[1:] - 1, len(end) - 1]]
    block = np.searchsorted(begins, first, side="right") - 1
    whole = (block >= 0) & (ends[block] >= last)
    after = np.searchsorted(begins, last, side="left") - 1
    part = (after >= 0) & (ends[after] > first)
    return whole, part


def _runs(sector: str, reasons: dict[dt.date, str]) -> Iterable[dict[str, Any]]:
    """Return days that follow each other for the same reason as one row."""
    ordered = sorted(reasons)
    keys = {day: (reasons[day], day.toordinal() - n) for n, day in enumerate(ordered)}
    for (why, _), run in groupby(ordered, key=lambda day: keys[day]):
        days = list(run)
        yield {"sector_id": sector, "since": days[0], "until": days[-1], "why": why}
