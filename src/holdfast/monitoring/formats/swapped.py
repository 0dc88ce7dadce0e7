"""Positions that make sense only with latitude and longitude changed over: far from all that an agreement draws, and near it then.

Both readings are compared. A position is taken to be swapped where the other reading lies in what is drawn or within NEAR_KM of it, and
the one that was given farther from all of it than FAR_KM and ERRORS times its own error. These are judgements: a position that is right
may look so, and whoever knows can say that it is (`--as-given`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import shapely as _shapely
from numpy.typing import ArrayLike, NDArray

from holdfast.monitoring.formats._cells import Rows

shapely: Any = _shapely

__all__ = ["ERRORS", "FAR_KM", "NEAR_KM", "Watched", "changed_over", "check_places"]

NEAR_KM, FAR_KM, ERRORS = 25.0, 50.0, 5.0
_KM_A_DEGREE = 111.2

Mask = NDArray[np.bool_]


class Watched:
    """All that an agreement draws, against which both readings of a position are held.

    Parameters
    ----------
    shapes
        Outlines and lines, in degrees, longitude first; at least one.

    Examples
    --------
    >>> watched = Watched([shapely.box(35.0, 33.0, 35.8, 33.6)])
    >>> watched.swapped([33.2, 35.4, 35.4], [35.4, 33.2, 33.2], [0.4, 0.4, 100.0]).tolist()
    [False, True, False]
    """

    def __init__(self, shapes: Iterable[Any]) -> None:
        every = list(shapes)
        _, south, _, north = shapely.total_bounds(every)
        # distances decide nothing that kilometres would change, so that a plain map with degrees of one size will do
        self._scale = np.array([np.cos(np.radians((south + north) / 2.0)), 1.0]) * _KM_A_DEGREE
        self._drawn = shapely.union_all([self._flat(shape) for shape in every])
        shapely.prepare(self._drawn)
        west, south, east, north = shapely.bounds(self._drawn)
        self._box = west - NEAR_KM, south - NEAR_KM, east + NEAR_KM, north + NEAR_KM

    def _flat(self, shape: Any) -> Any:
        def scaled(points: NDArray[np.float64]) -> NDArray[np.float64]:
            return points * self._scale

        return shapely.transform(shape, scaled)

    def swapped(self, lat: ArrayLike, lon: ArrayLike, error_km: ArrayLike) -> Mask:
        """Return which positions seem to have been changed over."""
        lats, lons, errors = (np.asarray(part, dtype=np.float64) for part in (lat, lon, error_km))
        across, up = lats * self._scale[0], lons * self._scale[1]
        west, south, east, north = self._box
        with np.errstate(invalid="ignore"):
            found = np.asarray((across >= west) & (across <= east) & (up >= south) & (up <= north))
            rows = np.flatnonzero(found)
            away = self._distance(lons[rows] * self._scale[0], lats[rows] * self._scale[1])
            far = away > FAR_KM + ERRORS * np.nan_to_num(errors[rows])
            found[rows] = far & (self._distance(across[rows], up[rows]) <= NEAR_KM)
        return found

    def distance_km(self, shape: Any) -> float:
        """Return how far something drawn lies from all of it, in kilometres."""
        return float(shapely.distance(self._flat(shape), self._drawn))

    def _distance(self, x: Any, y: Any) -> Any:
        return shapely.distance(shapely.points(x, y), self._drawn)


def changed_over(lat: float, lon: float) -> str:
    """Say that a position seems to be swapped, and what to do.

    Examples
    --------
    >>> changed_over(35.4, 33.2).partition(":")[0]
    'lat = 35.4 and lon = 33.2 seem to be swapped'
    """
    return (
        f"lat = {lat:g} and lon = {lon:g} seem to be swapped: the place lies far from all that the agreement draws, and near it the "
        "other way round. Change them over if so; if it is right, give it again with --as-given."
    )


def check_places(rows: Rows, values: dict[str, Any], watched: Watched) -> None:
    """Note which positions seem to have been changed over."""
    lat, lon = values.get("lat"), values.get("lon")
    if lat is None or lon is None:
        return
    errors = [np.asarray(values.get(name, 0.0), dtype=np.float64) for name in ("sd_along_km", "sd_across_km")]
    error = np.broadcast_to(np.maximum(*errors), len(rows))
    for row in np.flatnonzero(watched.swapped(lat, lon, error)):
        if int(row) not in rows.faults:
            rows.fault(int(row), changed_over(float(lat[row]), float(lon[row])))
