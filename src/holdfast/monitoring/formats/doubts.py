"""What no report is believed to say: a place that was changed over or that files write for none, a time yet to come, a calibre of none."""

from __future__ import annotations

import datetime as dt

__all__ = ["CALIBRE_MM", "COUNT_FAULT", "MOST_COUNT", "MOST_ERROR_KM", "misplaced", "too_late"]

MOST_ERROR_KM = 500.0
"""Beyond this a position says nothing; the vaguest that a data set gives, that of a country, is half of it."""

CALIBRE_MM = (0.1, 2000.0)
"""Between these are the calibres of all weapons there are: what is beyond them is of another unit, or mistyped."""

MOST_COUNT = 10**12
"""No count is larger."""
COUNT_FAULT = f"must be a whole number from 0 to {MOST_COUNT:,}"
"""What a count must be."""

Area = tuple[float, float, float, float]
"""West, south, east and north, in degrees."""


def misplaced(
    lat: float, lon: float, names: tuple[str, str] = ("lat", "lon"), area: Area | None = None
) -> str | None:
    """Return what is wrong with a position; None where nothing is.

    Parameters
    ----------
    lat, lon
        In degrees.
    names
        What messages call them.
    area
        The part of the world that is watched: a position outside it that lies inside the other way round was changed over.

    Examples
    --------
    >>> misplaced(148, 37.9)
    'lat = 148 and lon = 37.9 seem to be swapped: a latitude is from -90 to 90. Change them over if so.'
    >>> misplaced(37.9, 48.0), misplaced(37.9, 48.0, area=(36, 46, 40, 50)) is None
    (None, False)
    """
    said = f"{names[0]} = {lat:g} and {names[1]} = {lon:g} seem to be swapped"
    if 90 < abs(lat) <= 180 and abs(lon) <= 90:
        return f"{said}: a latitude is from -90 to 90. Change them over if so."
    if abs(lat) > 90:
        return f"{names[0]} = {lat:g}; must be from -90 to 90."
    if abs(lon) > 180:
        return f"{names[1]} = {lon:g}; must be from -180 to 180."
    if lat == lon == 0:
        return f"{names[0]} and {names[1]} are 0, which files write for no position. Write the position, or leave both empty."
    if area is not None and not _within(lat, lon, area) and _within(lon, lat, area):
        return (
            f"{said}: the place lies outside the area of the agreement, and inside it the other way round. "
            "Change them over if so."
        )
    return None


def _within(lat: float, lon: float, area: Area) -> bool:
    west, south, east, north = area
    return south <= lat <= north and west <= lon <= east


def too_late(start: dt.datetime, received: dt.datetime) -> str | None:
    """Return what is wrong with a report of what begins after it was received; None where nothing is.

    Examples
    --------
    >>> day = dt.datetime(2021, 5, 20, tzinfo=dt.UTC)
    >>> too_late(day, day) is None
    True
    >>> too_late(day.replace(year=2031), day)
    'starts at 2031-05-20 00:00 UTC, after the reports were received (2021-05-20 00:00 UTC). Check the date.'
    """
    if start <= received:
        return None
    return (
        f"starts at {start:%Y-%m-%d %H:%M} UTC, after the reports were received ({received:%Y-%m-%d %H:%M} UTC). "
        "Check the date."
    )
