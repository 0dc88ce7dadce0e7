"""A part of the Earth on a sheet, in a stereographic projection about its middle, so that shapes and angles hold locally.

Its scale is 1 in the middle and grows by 1 / cos²(c / 2) at an angle c from it: by 0.04 % at 250 km, by 0.6 % at 1,000 km.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyproj as _pyproj
import shapely as _shapely

from holdfast.report.monitoring.outlines import Box

shapely: Any = _shapely
pyproj: Any = _pyproj

__all__ = ["Frame"]

_LEAST_KM = 20.0
_MARGIN = 0.05
_SHAPES = (0.62, 0.95)
"""Least and greatest height of a sheet, for its width."""
_STEP_DEGREES = 0.1


class Frame:
    """A sheet.

    Parameters
    ----------
    area
        What must be on it, in degrees; at least one point.
    width
        Of the sheet, in its own unit.
    """

    def __init__(self, area: Sequence[Any], width: float) -> None:
        points = np.radians(shapely.get_coordinates(list(area)))
        lon, lat = points[:, 0], points[:, 1]
        # the middle of directions, not of degrees: it is right on both sides of the 180th meridian
        corners = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
        x, y, z = (corners.min(axis=1) + corners.max(axis=1)) / 2
        self.lat, self.lon = math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x))
        self._mapping = pyproj.Transformer.from_crs(
            "EPSG:4326",
            f"+proj=stere +lat_0={self.lat:.6f} +lon_0={self.lon:.6f} +ellps=WGS84 +units=km",
            always_xy=True,
        )
        flat = np.stack(self._mapping.transform(np.degrees(lon), np.degrees(lat)), axis=1)
        low, high = flat.min(axis=0), flat.max(axis=0)
        middle, size = (low + high) / 2, np.maximum((high - low) * (1 + 2 * _MARGIN), _LEAST_KM)
        size[0] = max(size[0], size[1] / _SHAPES[1])
        size[1] = max(size[1], size[0] * _SHAPES[0])
        self.width, self.height = width, width * float(size[1] / size[0])
        self.unit_km = float(size[0]) / width
        """Kilometres to a unit of the sheet."""
        self._left, self._top = float(middle[0] - size[0] / 2), float(middle[1] + size[1] / 2)
        self._sheet = shapely.box(-2.0, -2.0, self.width + 2.0, self.height + 2.0)

    def points(self, lon: Any, lat: Any) -> Any:
        """Return positions as columns x and y of the sheet; they may lie beyond its edges."""
        x, y = self._mapping.transform(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float))
        return np.stack([(x - self._left) / self.unit_km, (self._top - y) / self.unit_km], axis=-1)

    def shape(self, geometry: Any) -> Any:
        """Return what of a geometry is on the sheet; an edge runs straight in degrees, as GeoJSON has it."""
        fine = shapely.segmentize(geometry, _STEP_DEGREES)
        drawn = shapely.transform(fine, self._moved)
        return shapely.intersection(shapely.make_valid(drawn), self._sheet)

    def _moved(self, points: Any) -> Any:
        return self.points(points[:, 0], points[:, 1])

    @property
    def box(self) -> Box:
        """The degrees that the sheet covers."""
        along, down = np.linspace(0, self.width, 25), np.linspace(0, self.height, 25)
        x, y = np.meshgrid(self._left + along * self.unit_km, self._top - down * self.unit_km)
        lon, lat = self._mapping.transform(x, y, direction="INVERSE")
        around = (lon - self.lon + 180) % 360 - 180
        west, east = self.lon + float(around.min()), self.lon + float(around.max())
        return (_turned(west), float(lat.min()), _turned(east), float(lat.max()))

    def bar(self) -> tuple[int, float]:
        """Return a round number of kilometres for a scale bar, and how long it is on the sheet."""
        most = self.width * self.unit_km / 4
        power = 10 ** math.floor(math.log10(most))
        km = max(step * power for step in (1, 2, 5) if step * power <= most)
        return int(km), km / self.unit_km


def _turned(lon: float) -> float:
    return (lon + 180) % 360 - 180
