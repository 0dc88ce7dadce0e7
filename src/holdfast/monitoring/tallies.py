"""Tallies held against each other: consecutive ones of one observer, and those of rival observers.

A tally says how many were counted in a sector between two times. Two tallies can be compared only as far as they count the same: the
unit, the window, the sector and how much of the sector was watched. What cannot be compared is said to be so, never scaled in silence.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from holdfast.monitoring._rivals import Ratio, Rival, converted, rivals
from holdfast.monitoring._tally import DAY, HOUR, Tally, clock
from holdfast.monitoring.reports import Report

__all__ = [
    "DAY",
    "Consecutive",
    "Ratio",
    "Rival",
    "Tally",
    "consecutive",
    "converted",
    "rivals",
    "tallies_of",
]


def tallies_of(reports: Iterable[Report]) -> list[Tally]:
    """Return the reports of format tally as tallies, in order of observer, sector and time."""
    found = [_tally(report) for report in reports if report.format == "tally"]
    return sorted(found, key=lambda one: (one.observer, one.sector, one.unit, one.kind, one.start, one.end))


def _tally(report: Report) -> Tally:
    hours = (report.end - report.start) / HOUR
    # where clocks change, a local day has 23 or 25 hours
    days = round(hours / 24) if abs(hours - 24 * round(hours / 24)) <= 1 and hours >= 23 else hours / 24
    return Tally(
        report.id,
        report.observer,
        report.sector or "",
        report.kind,
        report.unit,
        report.start,
        report.end,
        report.count,
        report.figures.get("previous_period"),
        days,
        report.figures.get("observed_share"),
    )


@dataclass(frozen=True, slots=True)
class Consecutive:
    """Two tallies that follow each other, the later of which repeats a figure for the earlier period.

    Parameters
    ----------
    earlier, later
        The tallies.
    verdict
        Whether the two figures agree, differ, or are not of the same window.
    difference
        The figure that the later one repeats, less that of the earlier one.
    why
        A sentence that says so.
    """

    earlier: Tally
    later: Tally
    verdict: Literal["agrees", "differs", "not comparable"]
    difference: float
    why: str


def consecutive(tallies: Iterable[Tally], time_zone: str = "UTC") -> list[Consecutive]:
    """Hold each tally's figure for the previous period against the tally of that period.

    Two tallies of one observer, sector, kind and unit follow each other if one ends when the next starts. Their figures are
    comparable if the earlier window is one day: what a report calls the previous period, or the previous 24 hours, is then the same.
    After a longer window the later report may repeat only its last day, so that the figures are comparable only in one
    way: the part cannot be more than the whole.

    Parameters
    ----------
    tallies
        Of any observers.
    time_zone
        IANA name of the zone in which the sentences give times.

    Examples
    --------
    >>> at = dt.datetime(2021, 5, 20, 16, 30, tzinfo=dt.UTC)
    >>> first = Tally("r1", "OSCE SMM", "Donetsk", "firing", "effect", at, at + DAY, 197)
    >>> second = Tally("r2", "OSCE SMM", "Donetsk", "firing", "effect", at + DAY, at + 3 * DAY, 601, 197, 2)
    >>> third = Tally("r3", "OSCE SMM", "Donetsk", "firing", "effect", at + 3 * DAY, at + 4 * DAY, 214, 250)
    >>> [(pair.verdict, pair.difference) for pair in consecutive([first, second, third])]
    [('agrees', 0), ('not comparable', -351)]
    """
    known = list(tallies)
    ended: dict[object, list[Tally]] = {}
    for one in known:
        ended.setdefault(_thread(one, one.end), []).append(one)
    pairs = [
        (earlier, later)
        for later in known
        if later.previous is not None
        for earlier in ended.get(_thread(later, later.start), ())
    ]
    return [
        _compared(earlier, later, time_zone)
        for earlier, later in sorted(pairs, key=lambda pair: (pair[1].start, pair[1].sector))
    ]


def _thread(tally: Tally, at: dt.datetime) -> tuple[str, str, str, str, dt.datetime]:
    return tally.observer, tally.sector, tally.kind, tally.unit, at


def _compared(earlier: Tally, later: Tally, time_zone: str) -> Consecutive:
    repeated = later.previous if later.previous is not None else 0.0
    difference = repeated - earlier.count
    first, last, now = (clock(at, time_zone) for at in (earlier.start, earlier.end, later.end))
    zone = "" if time_zone == "UTC" else f" (times of {time_zone})"
    said = f"the tally to {now} gives {repeated:g} for the period before, {first} to {last}{zone}"
    said += f"; the tally of that period gave {earlier.count:g}"
    if earlier.days == 1:
        verdict = "agrees" if difference == 0 else "differs"
        return Consecutive(earlier, later, verdict, difference, f"{later.sector}: {said}.")
    if difference > 0:
        why = f"{later.sector}: {said} for {earlier.days:g} days. A part of it cannot be more."
        return Consecutive(earlier, later, "differs", difference, why)
    why = f"{later.sector}: {said} for {earlier.days:g} days, of which the later report may repeat the last."
    return Consecutive(earlier, later, "not comparable", difference, why)
