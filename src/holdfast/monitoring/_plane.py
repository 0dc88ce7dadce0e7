"""A map of one zone: a plane in which its neighbourhood is to scale, and a grid that says what is far from its edge.

The plane is the oblique stereographic projection of the WGS 84 ellipsoid around the zone. It is conformal: at each place all
directions have one scale. A position's error is laid out with the scale and the north of the place where the position is, so
that what is left of the projection's distortion is its change within the error's reach: 1e-4 of that reach 200 km
from the centre.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely as _shapely
from numpy.typing import NDArray

from holdfast.monitoring._masses import Edges

shapely: Any = _shapely
Floats = NDArray[np.float64]

CELLS = 300
"""Cells of the grid along each side."""
FEW = 5_000
"""Positions for which no grid is made."""
MARGIN_DEGREES = 0.5
"""How far the grid goes beyond the zone."""
COARSE_KM = 0.002
"""How far the outline may be moved to leave out corners that say nothing."""
NUDGE_KM = (6e-7, 8e-7)
"""A millimetre, so that what stands on the very edge or corner of a zone has a side."""

_A_KM, _E2 = 6378.137, 0.00669437999014  # WGS 84


class Plane:
    """One zone as a map.

    Parameters
    ----------
    geometry
        Polygons in degrees, longitude first, their edges short enough to be straight in any projection.
    """

    def __init__(self, geometry: Any) -> None:
        west, south, east, north = geometry.bounds
        import pyproj  # noqa: PLC0415 - slow to import, and a status needs no map

        self._project = pyproj.Proj(
            proj="sterea", lat_0=(south + north) / 2, lon_0=(west + east) / 2, ellps="WGS84", units="km"
        )
        flat = shapely.transform(geometry, self._points)
        coarse = shapely.make_valid(shapely.simplify(flat, COARSE_KM))
        self.edges = Edges(_polygons(coarse))
        self._bounds: tuple[float, float, float, float] = geometry.bounds
        self._ready = False

    def worth_a_look(self, count: int) -> bool:
        """Whether the grid pays for so many positions; making it takes as long as some thousand of them do."""
        return self._ready or count > FEW

    def _points(self, lonlat: Floats) -> Floats:
        return np.column_stack(self._project(lonlat[:, 0], lonlat[:, 1]))

    def at(self, lon: Floats, lat: Floats) -> Floats:
        """Return where positions are on the map, shape (n, 2)."""
        return self._points(np.column_stack([lon, lat])) + NUDGE_KM

    def directions(self, lon: Floats, lat: Floats, azimuth_deg: Floats) -> tuple[Floats, Floats]:
        """Return for each place a kilometre along the azimuth and one to the left of it, as vectors on the map."""
        degrees = np.degrees(0.1 / _meridian_km(lat)) * np.where(lat > 89, -1.0, 1.0)
        shift = self._points(np.column_stack([lon, lat + degrees])) - self._points(
            np.column_stack([lon, lat])
        )
        north = shift * (np.sign(degrees) / 0.1)[:, None]
        east = np.column_stack([north[:, 1], -north[:, 0]])
        angle = np.radians(azimuth_deg)[:, None]
        return np.cos(angle) * north + np.sin(angle) * east, np.sin(angle) * north - np.cos(angle) * east

    def _grid(self) -> None:
        """Note for each cell whether it lies inside, and how far its points are from the edge at least."""
        self._ready = True
        west, south, east, north = self._bounds
        high = min(north + MARGIN_DEGREES, 90.0)
        low = max(south - MARGIN_DEGREES, -90.0)
        wide = MARGIN_DEGREES / max(np.cos(np.radians(max(abs(low), abs(high)))), 0.05)
        self._origin = np.array([west - wide, low])
        self._cell = np.array([east - west + 2 * wide, high - low]) / CELLS
        corners = self._points(self._lonlat(np.arange(CELLS + 1.0))).reshape(CELLS + 1, CELLS + 1, 2)
        centres = self._points(self._lonlat(np.arange(CELLS) + 0.5))
        half = max(
            float(np.max(np.hypot(*np.moveaxis(corners[a, b] - centres.reshape(CELLS, CELLS, 2), -1, 0))))
            for a, b in _CORNERS
        )
        outline = shapely.boundary(self.edges.polygon)
        distance = shapely.distance(outline, shapely.points(centres))
        # a way on the map is longer than on the ground by the scale, which grows outwards
        scale = 1.0 + (float(np.max(np.abs(corners))) / 6300.0) ** 2
        self._least = ((distance - 1.01 * half) / scale).reshape(CELLS, CELLS)
        self._inside = shapely.contains_xy(self.edges.polygon, centres).reshape(CELLS, CELLS)
        rim = np.concatenate([self._least[0], self._least[-1], self._least[:, 0], self._least[:, -1]])
        self._beyond = float(np.min(rim))

    def _lonlat(self, steps: NDArray[Any]) -> Floats:
        count = len(steps)
        x, y = self._origin[0] + steps * self._cell[0], self._origin[1] + steps * self._cell[1]
        return np.column_stack([np.tile(x, count), np.repeat(y, count)])

    def coarse(self, lon: Floats, lat: Floats) -> tuple[NDArray[np.bool_], Floats]:
        """Say of each position whether it is inside, and how many kilometres it is from the edge at least.

        Where that is 0 or less the first answer means nothing.
        """
        if not self._ready:
            self._grid()
        with np.errstate(invalid="ignore"):
            column = np.floor((lon - self._origin[0]) / self._cell[0])
            row = np.floor((lat - self._origin[1]) / self._cell[1])
        on = (column >= 0) & (column < CELLS) & (row >= 0) & (row < CELLS)
        row, column = np.where(on, row, 0).astype(np.intp), np.where(on, column, 0).astype(np.intp)
        return self._inside[row, column] & on, np.where(on, self._least[row, column], self._beyond)


_CORNERS = [(rows, columns) for rows in (np.s_[:-1], np.s_[1:]) for columns in (np.s_[:-1], np.s_[1:])]


def _meridian_km(lat: Floats) -> Floats:
    """Return the meridian's radius of curvature, in kilometres."""
    return _A_KM * (1 - _E2) / (1 - _E2 * np.sin(np.radians(lat)) ** 2) ** 1.5


def _polygons(geometry: Any) -> Any:
    """Keep the areas of what making a geometry valid may have turned into areas, lines and points."""
    parts = shapely.get_parts(geometry)
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2]) if len(parts) != 1 else geometry
