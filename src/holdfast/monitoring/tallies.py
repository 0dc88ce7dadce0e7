"""Tallies held against each other: consecutive ones of one observer, and those of rival observers.

A tally says how many were counted in a sector between two times. Two tallies can be compared only as far as they count the same: the
unit, the window, the sector and how much of the sector was watched. What cannot be compared is said to be so, never scaled in silence.
"""

from __future__ import annotations

import datetime as dt
import math
import zoneinfo
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Literal

from holdfast.errors import InputError
from holdfast.monitoring.reports import Report

__all__ = ["Consecutive", "Ratio", "Rival", "Tally", "consecutive", "converted", "rivals", "tallies_of"]

DAY = dt.timedelta(days=1)
_HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Tally:
    """A count in a sector and a window.

    Parameters
    ----------
    report
        Id of the report that gives it.
    observer, sector
        Who counted, and where.
    kind, unit
        What was counted.
    start, end
        The window, in UTC.
    count
        How many.
    previous
        What the same report gives for the period before; None where it gives nothing.
    days
        Length of the window in days of local time, so that one of 23 hours is one.
    observed_share
        How much of the sector and the window was watched, from 0 to 1; None where it is not known.
    """

    report: str
    observer: str
    sector: str
    kind: str
    unit: str
    start: dt.datetime
    end: dt.datetime
    count: int
    previous: float | None = None
    days: float = 1.0
    observed_share: float | None = None


def tallies_of(reports: Iterable[Report]) -> list[Tally]:
    """Return the reports of format tally as tallies, in order of observer, sector and time."""
    found = [_tally(report) for report in reports if report.format == "tally"]
    return sorted(found, key=lambda one: (one.observer, one.sector, one.unit, one.kind, one.start, one.end))


def _tally(report: Report) -> Tally:
    hours = (report.end - report.start) / _HOUR
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


def _clock(at: dt.datetime, time_zone: str) -> str:
    """Write a time; where nothing else says of which zone it is, with the zone."""
    told = f"{at.astimezone(zoneinfo.ZoneInfo(time_zone)):%Y-%m-%d %H:%M}"
    return f"{told} UTC" if time_zone == "UTC" else told


def _compared(earlier: Tally, later: Tally, time_zone: str) -> Consecutive:
    repeated = later.previous if later.previous is not None else 0.0
    difference = repeated - earlier.count
    first, last, now = (_clock(at, time_zone) for at in (earlier.start, earlier.end, later.end))
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


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many effects an incident makes, as a range with its source.

    Parameters
    ----------
    low, high
        Effects per incident; 1 or more.
    source
        Where it comes from: a publication, or that it is a judgement.
    """

    low: float
    high: float
    source: str

    def __post_init__(self) -> None:
        if not 1 <= self.low <= self.high < float("inf"):
            raise InputError(
                f"effects per incident = {self.low:g} to {self.high:g}; must be a range from 1 upwards, low first."
            )
        if not self.source.strip():
            raise InputError(
                "effects per incident: has no source. Say where it comes from, or write judgement."
            )


def converted(count: float, ratio: Ratio) -> tuple[float, float]:
    """Return how many incidents so many effects are, as a range: a tally of effects is converted in no other way.

    Incidents are whole, and effects that were counted are of one at least.

    Examples
    --------
    >>> converted(120, Ratio(4, 12, "judgement")), converted(1, Ratio(4, 12, "judgement"))
    ((10.0, 30.0), (1.0, 1.0))
    """
    if count <= 0:
        return 0.0, 0.0
    low = max(1.0, _up(count / ratio.high))
    return low, max(low, _down(count / ratio.low))


def _up(value: float) -> float:
    return float(math.ceil(value - 1e-9)) if math.isfinite(value) else value


def _down(value: float) -> float:
    return float(math.floor(value + 1e-9)) if math.isfinite(value) else value


@dataclass(frozen=True, slots=True)
class Rival:
    """What two observers counted at the same time, side by side.

    Parameters
    ----------
    first, second
        Each one's tallies; several where a window of one spans several of the other.
    difference
        The second's count less the first's, as given; None where they count in different units.
    verdict
        ``agree``: the same count of the same. ``explained``: what they count differently can make the whole difference.
        ``differ``: it cannot. ``not comparable``: the units differ, and nothing says how to convert them.
    left
        How much of the difference remains at least, a whole number; in incidents, where effects were converted into them. None where it
        cannot be told.
    why
        What explains the difference, a sentence each.
    """

    first: tuple[Tally, ...]
    second: tuple[Tally, ...]
    difference: float | None
    verdict: Literal["agree", "explained", "differ", "not comparable"]
    left: float | None
    why: tuple[str, ...]


def rivals(
    tallies: Iterable[Tally],
    ratio: Ratio | None = None,
    sectors: Mapping[str, str] | None = None,
    time_zone: str = "UTC",
) -> list[Rival]:
    """Lay side by side what different observers counted in one sector at one time.

    Each count stands for a range: from itself to itself divided by the observed share, had the rest been like what was
    watched; from 0 for a window with hours that the other does not count; in the other's unit by the stated ratio. Where the ranges
    meet, the difference is explained; the distance between them is what is left. Windows that overlap in a chain are taken together.

    Parameters
    ----------
    tallies
        Of two or more observers.
    ratio
        Effects per incident, where one counts effects and another incidents.
    sectors
        What sectors are called that several observers name differently: name as reported to common name.
    time_zone
        IANA name of the zone in which the sentences give times.

    Examples
    --------
    >>> at = dt.datetime(2021, 5, 20, 16, 30, tzinfo=dt.UTC)
    >>> mission = Tally("r1", "mission", "Donetsk", "firing", "effect", at, at + DAY, 120)
    >>> party = Tally("r2", "party", "Donetsk", "firing", "incident", at, at + DAY, 14)
    >>> [pair] = rivals([mission, party], Ratio(4, 12, "judgement"))
    >>> pair.verdict, pair.left, pair.difference
    ('explained', 0.0, None)
    """
    named = sectors or {}
    groups: dict[tuple[str, str], dict[str, list[Tally]]] = {}
    for one in tallies:
        place = named.get(one.sector, one.sector)
        groups.setdefault((place, one.kind), {}).setdefault(one.observer, []).append(one)
    found: list[Rival] = []
    for _, observers in sorted(groups.items()):
        for first, second in combinations(sorted(observers), 2):
            for ours, theirs in _blocks(observers[first], observers[second]):
                found.append(_rival(ours, theirs, ratio, time_zone))
    return sorted(found, key=lambda pair: (pair.first[0].start, pair.first[0].sector))


def _blocks(
    ours: Sequence[Tally], theirs: Sequence[Tally]
) -> list[tuple[tuple[Tally, ...], tuple[Tally, ...]]]:
    """Return the tallies of two observers whose windows overlap, each chain of overlaps together."""
    both = [(one, 0) for one in ours] + [(one, 1) for one in theirs]
    ordered = sorted(both, key=lambda entry: (entry[0].start, entry[0].end, entry[1]))
    blocks: list[tuple[list[Tally], list[Tally]]] = []
    until: dt.datetime | None = None
    for one, whose in ordered:
        if until is None or one.start >= until:
            blocks.append(([], []))
            until = one.end
        blocks[-1][whose].append(one)
        until = max(until, one.end)
    return [(tuple(one), tuple(two)) for one, two in blocks if one and two]


def _rival(first: tuple[Tally, ...], second: tuple[Tally, ...], ratio: Ratio | None, time_zone: str) -> Rival:
    names = first[0].observer, second[0].observer
    units = {one.unit for one in first}, {one.unit for one in second}
    difference = None
    if units[0] == units[1] and len(units[0]) == 1:
        difference = sum(one.count for one in second) - sum(one.count for one in first)
    twice = [name for name, own in zip(names, (first, second), strict=True) if _overlaps_itself(own)]
    if twice:
        said = tuple(
            f"{name} has tallies that overlap each other, so that some is counted twice." for name in twice
        )
        return Rival(first, second, difference, "not comparable", None, said)
    why: list[str] = []
    ranges = [_range(first, second, why, time_zone), _range(second, first, why, time_zone)]
    if first[0].sector != second[0].sector:
        why.append(f"{names[0]} calls the sector {first[0].sector}, {names[1]} {second[0].sector}.")
    if units[0] != units[1]:
        why.append(f"{names[0]} counts {_listed(units[0])}s, {names[1]} {_listed(units[1])}s.")
        if (
            ratio is None
            or {*units[0], *units[1]} != {"effect", "incident"}
            or len(units[0]) + len(units[1]) > 2
        ):
            return Rival(first, second, difference, "not comparable", None, tuple(why))
        effects = 0 if units[0] == {"effect"} else 1
        low, high = ranges[effects]
        ranges[effects] = converted(low, ratio)[0], converted(high, ratio)[1]
        why.append(f"An incident is taken to make {ratio.low:g} to {ratio.high:g} effects ({ratio.source}).")
    left = max(0.0, ranges[0][0] - ranges[1][1], ranges[1][0] - ranges[0][1])
    if not why:
        return Rival(first, second, difference, "agree" if difference == 0 else "differ", left, ())
    return Rival(first, second, difference, "explained" if left == 0 else "differ", left, tuple(why))


def _range(
    own: tuple[Tally, ...], others: tuple[Tally, ...], why: list[str], time_zone: str
) -> tuple[float, float]:
    """Return the range that an observer's counts stand for, in the hours that the other counts too."""
    low = high = 0.0
    length = shared = dt.timedelta()
    for one in own:
        common = sum((_overlap(one, other) for other in others), dt.timedelta())
        length, shared = length + (one.end - one.start), shared + common
        share = one.observed_share
        # all of it may have been in the hours that only this one counts
        low += one.count if common == one.end - one.start else 0
        if share is None or share == 1:
            high += one.count
        else:
            high += max(one.count, _down(one.count / share)) if share > 0 else float("inf")
            why.append(
                f"{one.observer} observed {share:.0%} of {one.sector} from {_clock(one.start, time_zone)}."
            )
    if length > shared:
        why.append(
            f"{own[0].observer} counts {length / _HOUR:g} hours, of which {others[0].observer} counts {shared / _HOUR:g}."
        )
    return low, high


def _overlaps_itself(own: tuple[Tally, ...]) -> bool:
    return any(one.end > two.start for one, two in pairwise(sorted(own, key=lambda one: one.start)))


def _overlap(one: Tally, two: Tally) -> dt.timedelta:
    return max(min(one.end, two.end) - max(one.start, two.start), dt.timedelta())


def _listed(words: set[str]) -> str:
    return " and ".join(sorted(words))
