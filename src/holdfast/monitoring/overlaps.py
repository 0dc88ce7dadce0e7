"""Tallies of one observer that overlap, counted once, and the days on which each part of them lies.

An observer may tally a day and, later, the three days around it. Both speak of the same events, so their sum is no count. The shorter
tally is the finer one and stands as it is; of the longer one only what it counts beyond the shorter ones is left, spread evenly
over the time that these do not cover. Tallies that do not overlap stay as they are. Nothing is ever added across observers.
"""

from __future__ import annotations

import bisect
import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Part", "Stretch", "counted_once", "stretches"]

DAY, HOUR = 86_400.0, 3_600.0
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a tally's window, and what was counted in it.

    Parameters
    ----------
    tally
        Which of the tallies it comes from.
    start, end
        Seconds since 1970.
    count
        What the tally counts in it, without what shorter tallies count.
    """

    tally: int
    start: float
    end: float
    count: float


def counted_once(windows: Sequence[tuple[float, float]], counts: Sequence[float]) -> list[Part]:
    """Return tallies of the same thing by one observer in one sector as parts that do not overlap.

    Parameters
    ----------
    windows
        Start and end of each, in seconds since 1970, the end not included.
    counts
        What each counts, 0 or more; one for each window.

    Returns
    -------
    list of Part
        In order of time. Where a longer tally counts less than the shorter ones within it, these stand; where it counts more, and they
        leave it no time of its own, they stand, too.

    Raises
    ------
    ValueError
        When there are not as many counts as windows.

    Examples
    --------
    A day on which 10 were counted, within three days in which 30 were: 10 on that day, 20 on the other two.

    >>> [(part.tally, part.start, part.end, part.count) for part in counted_once([(0, 1), (0, 3)], [10, 30])]
    [(0, 0, 1, 10), (1, 1, 3, 20.0)]

    Two days and two days that share one: the first stands, and of the second what is left for its other day.

    >>> [(part.start, part.end, part.count) for part in counted_once([(0, 2), (1, 3)], [20, 20])]
    [(0, 2, 20), (2, 3, 10.0)]
    """
    if len(counts) != len(windows):
        raise ValueError(f"{len(counts)} counts for {len(windows)} windows; must be one for each.")
    order = sorted(
        range(len(windows)), key=lambda n: (windows[n][1] - windows[n][0], windows[n][0], -counts[n])
    )
    if not _overlapping(windows):
        parts = [Part(n, *windows[n], counts[n]) for n in order]
        return sorted(parts, key=lambda part: (part.start, part.end))
    taken: list[Part] = []
    for n in order:
        start, end = windows[n]
        first = bisect.bisect_right(taken, start, key=lambda part: part.end)
        last = bisect.bisect_left(taken, end, key=lambda part: part.start)
        within = taken[first:last]
        free = list(_free(start, end, within))
        length = sum(stop - begin for begin, stop in free)
        if not within:
            taken.insert(first, Part(n, start, end, counts[n]))
        elif length > 0:
            rest = max(0.0, counts[n] - sum(_share(part, start, end) for part in within))
            own = [Part(n, begin, stop, rest * (stop - begin) / length) for begin, stop in free]
            taken[first:last] = sorted([*within, *own], key=lambda part: part.start)
    return taken


def _overlapping(windows: Sequence[tuple[float, float]]) -> bool:
    if len(windows) < 2:
        return False
    ordered = np.array(sorted(windows))
    return bool(np.any(ordered[1:, 0] < np.maximum.accumulate(ordered[:-1, 1])))


def _free(start: float, end: float, taken: Sequence[Part]) -> Iterator[tuple[float, float]]:
    """Go through the stretches that no other part covers."""
    at = start
    for part in taken:
        if part.start > at:
            yield at, part.start
        at = max(at, part.end)
    if at < end:
        yield at, end


def _share(part: Part, start: float, end: float) -> float:
    """Return how much of a part's count lies in a window, the part being even over its time."""
    if part.end <= part.start:
        return part.count
    return part.count * (min(part.end, end) - max(part.start, start)) / (part.end - part.start)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days that a tally covers, and what it counts on them beyond its observer's shorter tallies.

    Parameters
    ----------
    row
        Which of the tallies.
    observer
        Its observer's id, or the name as reported; None where nobody is named.
    first, last
        The days, both included, each called by the date on which it ends.
    count
        What was counted on them all.
    """

    row: int
    observer: str | None
    first: dt.date
    last: dt.date
    count: float

    def within(self, since: dt.date, until: dt.date) -> float:
        """Return what falls on some days, both included, if the count is even over its own.

        Examples
        --------
        >>> whole = Stretch(0, "mission", dt.date(2021, 11, 5), dt.date(2021, 11, 7), 90.0)
        >>> whole.within(dt.date(2021, 11, 7), dt.date(2021, 11, 30))
        30.0
        """
        days = (min(self.last, until) - max(self.first, since)).days + 1
        return self.count * max(0, days) / ((self.last - self.first).days + 1)


def stretches(tallies: Sequence[Mapping[str, Any]]) -> list[Stretch]:
    """Return tallies by their days, those of one observer, sector, kind and unit counted once.

    Parameters
    ----------
    tallies
        Each with observers (ids or names, of which a tally has one), sector_id, kind, unit, start and end (times), day (the date on which
        it ends) and count.

    Returns
    -------
    list of Stretch
        One for each tally that overlaps no other; by tally, then by day.
    """
    threads: dict[tuple[Any, ...], list[int]] = {}
    for row, one in enumerate(tallies):
        threads.setdefault((_observer(one), one["sector_id"], one["kind"], one["unit"]), []).append(row)
    found: list[Stretch] = []
    for (who, *_), rows in threads.items():
        windows = [(tallies[row]["start"].timestamp(), tallies[row]["end"].timestamp()) for row in rows]
        for part in counted_once(windows, [float(tallies[row]["count"] or 0) for row in rows]):
            row, stop = rows[part.tally], windows[part.tally][1]
            # counted back from the day on which the tally ends; where clocks change, a day has 23 or 25 hours
            after = math.floor((stop - part.end + HOUR) / DAY)
            before = max(math.ceil((stop - part.start - HOUR) / DAY) - 1, after)
            day: dt.date = tallies[row]["day"]
            found.append(Stretch(row, who, day - before * ONE_DAY, day - after * ONE_DAY, part.count))
    return sorted(found, key=lambda one: (one.row, one.first))


def _observer(tally: Mapping[str, Any]) -> str | None:
    observers = tally.get("observers")
    return str(observers[0]) if observers else None
