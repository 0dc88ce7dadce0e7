"""A tally, and how the sentences about tallies write a time."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from dataclasses import dataclass

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)


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


def clock(at: dt.datetime, time_zone: str) -> str:
    """Write a time; where nothing else says of which zone it is, with the zone."""
    told = f"{at.astimezone(zoneinfo.ZoneInfo(time_zone)):%Y-%m-%d %H:%M}"
    return f"{told} UTC" if time_zone == "UTC" else told
