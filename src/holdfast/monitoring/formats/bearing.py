"""Positions told from somewhere else: so many kilometres, in that direction, from a place that is known.

The end point is that of a geodesic on WGS 84. Its error lies along the bearing by how far off the distance may be, and across it by how far
off the bearing may be; the error of the place that it is told from comes on top, the same both ways. What observers do not say of these is
judgement: KNOWN_KM, BEARING_DEG, COMPASS_DEG and DISTANCE_SHARE.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyproj as _pyproj
from numpy.typing import NDArray

from holdfast.monitoring.formats._cells import is_number

pyproj: Any = _pyproj
Floats = NDArray[np.float64]

__all__ = [
    "BEARING_DEG",
    "COMPASS_DEG",
    "DISTANCE_SHARE",
    "KNOWN_KM",
    "MOST_KM",
    "Told",
    "direction",
    "end_points",
]

KNOWN_KM = 0.2
"""How far off the place is that a position is told from: an observer who knows where it stands."""
BEARING_DEG = 5.0
"""How far off a bearing in degrees is."""
COMPASS_DEG = {1: 13.0, 2: 13.0, 3: 6.5}
"""How far off a point of the compass is, by its letters. One of eight points stands for 45 degrees, one of sixteen for 22.5, and an even
spread over these has so much as standard deviation. N is one of eight: who says N does not say that it is not NNE."""
DISTANCE_SHARE, DISTANCE_LEAST_KM = 0.15, 0.3
"""How far off a distance is: a share of it, and at least so much, since distances are told in round numbers."""
MOST_KM = 100.0
"""Nobody sees or hears farther."""

_POINTS = ["N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"]
_WORDS = {"north": "N", "east": "E", "south": "S", "west": "W"}
_GEOD = pyproj.Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True)
class Told:
    """Positions as they are told, NaN for what is not; one value a row.

    Parameters
    ----------
    lat, lon
        The place that it is told from, in degrees.
    bearing_deg, distance_km
        Clockwise from north, and how far.
    from_error_km, bearing_error_deg, distance_error_km
        Standard deviations.
    """

    lat: Floats
    lon: Floats
    bearing_deg: Floats
    distance_km: Floats
    from_error_km: Floats
    bearing_error_deg: Floats
    distance_error_km: Floats


def direction(text: str) -> tuple[float, float] | None:
    """Return the degrees that a bearing means, and how far off it is; None where it is none.

    Examples
    --------
    >>> direction("NNE"), direction("south-west"), direction("315°"), direction("up")
    ((22.5, 6.5), (225.0, 13.0), (315.0, 5.0), None)
    """
    plain = text.strip().removesuffix("°").strip()
    if is_number(plain):
        degrees = float(plain)
        return (degrees % 360.0, BEARING_DEG) if 0.0 <= degrees <= 360.0 else None
    letters = re.sub(r"[\s_-]+", "", plain).lower()
    for word, letter in _WORDS.items():
        letters = letters.replace(word, letter)
    letters = letters.upper()
    return (_POINTS.index(letters) * 22.5, COMPASS_DEG[len(letters)]) if letters in _POINTS else None


def end_points(told: Told) -> dict[str, Floats]:
    """Return lat, lon, sd_along_km, sd_across_km and azimuth_deg; NaN where something is not told.

    The azimuth is that of the geodesic at its end. Errors across are those of a small angle, which at 13 degrees are right to a fiftieth.

    Examples
    --------
    >>> one = np.ones(1)
    >>> found = end_points(Told(48.0 * one, 38.0 * one, 90.0 * one, 10.0 * one, 0.2 * one, 5.0 * one, 1.5 * one))
    >>> {name: round(float(values[0]), 3) for name, values in found.items()}
    {'lat': 48.0, 'lon': 38.134, 'sd_along_km': 1.513, 'sd_across_km': 0.895, 'azimuth_deg': 90.1}
    """
    every = np.stack([told.lat, told.lon, told.bearing_deg, told.distance_km])
    there: NDArray[np.bool_] = np.all(np.isfinite(every), axis=0)
    found = {name: np.full(len(told.lat), np.nan) for name in ("lat", "lon", "azimuth_deg")}
    lat, lon, bearing, km = every[:, there]
    found["lon"][there], found["lat"][there], back = _GEOD.fwd(lon, lat, bearing, 1000.0 * km)
    found["azimuth_deg"][there] = np.mod(back + 180.0, 360.0)
    across = told.distance_km * np.radians(told.bearing_error_deg)
    along = told.distance_error_km
    return {
        "lat": found["lat"],
        "lon": found["lon"],
        "sd_along_km": np.where(there, np.hypot(along, told.from_error_km), np.nan),
        "sd_across_km": np.where(there, np.hypot(across, told.from_error_km), np.nan),
        "azimuth_deg": found["azimuth_deg"],
    }


def distance_error(distance_km: Floats) -> Floats:
    """Return how far off distances are where nobody says."""
    return np.maximum(DISTANCE_SHARE * distance_km, DISTANCE_LEAST_KM)
