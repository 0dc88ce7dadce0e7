"""Where a position lies, as a probability: in a zone, or nearer to a line than so many kilometres.

A position has an error: a normal distribution with one standard deviation along an azimuth and another across it (a bearing and a
distance, a village), or a uniform rectangle (a pixel of a satellite's image). A zone is any set of polygons on the
ellipsoid, or everywhere else; a corridor is all that is nearer to a line than so far, which is a zone too. Zones are
intersected and subtracted before a probability is taken: the parts of one condition share the position's error, so that
their probabilities may not be multiplied.

Edges of zones and lines are what RFC 7946 says they are, straight in longitude and latitude. Distances are geodesics on WGS 84.
What was measured against brute force stands in docs/reference/agreement.md: outlines are right within 10 m.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

import numpy as np
import shapely as _shapely
from numpy.typing import NDArray

from holdfast.errors import InputError
from holdfast.monitoring._masses import box_mass, normal_mass
from holdfast.monitoring._plane import Plane
from holdfast.monitoring.positions import LEAST_KM, Positions

shapely: Any = _shapely
Floats = NDArray[np.float64]

__all__ = ["EVERYWHERE", "Positions", "Zone", "corridor", "distance_below", "distance_km", "membership"]

WIDEST_DEGREES = 90
"""How wide a zone may be: more is the whole earth, or a zone that crosses ±180."""
_STEP_DEGREES = 0.05


class Zone:
    """An area: polygons, or everything outside of them.

    Parameters
    ----------
    geometry
        A polygon or several in degrees, longitude first; None for nowhere.
    outside
        Whether the zone is what is left of the earth.

    Examples
    --------
    A position on the edge of a zone lies in it with probability one half:

    >>> zone = Zone(shapely.box(37.0, 47.0, 39.0, 49.0))
    >>> membership(zone, Positions.of(48.0, [37.0, 38.0, 40.0], sd_along_km=2.0)).round(3).tolist()
    [0.5, 1.0, 0.0]
    """

    def __init__(self, geometry: Any = None, *, outside: bool = False) -> None:
        geometry = shapely.MultiPolygon() if geometry is None else geometry
        if not geometry.is_empty and geometry.bounds[2] - geometry.bounds[0] > WIDEST_DEGREES:
            raise InputError(
                f"a zone spans more than {WIDEST_DEGREES} degrees of longitude. Cut it into several, each on one side of ±180."
            )
        self.geometry = shapely.segmentize(geometry, _STEP_DEGREES)
        self.outside = outside

    @property
    def everywhere(self) -> bool:
        """Whether it is the whole earth, so that no position needs to be known."""
        return self.outside and bool(self.geometry.is_empty)

    @property
    def nowhere(self) -> bool:
        """Whether nothing lies in it."""
        return not self.outside and bool(self.geometry.is_empty)

    @cached_property
    def _plane(self) -> Plane:
        return Plane(self.geometry)

    def __and__(self, other: Zone) -> Zone:
        """Return what lies in both."""
        if self.outside and other.outside:
            return Zone(_area(shapely.union(self.geometry, other.geometry)), outside=True)
        if other.outside:
            return Zone(_area(shapely.difference(self.geometry, other.geometry)))
        if self.outside:
            return other & self
        return Zone(_area(shapely.intersection(self.geometry, other.geometry)))

    def __invert__(self) -> Zone:
        """Return everything that does not lie in it."""
        found = Zone.__new__(Zone)
        found.__dict__.update(self.__dict__, outside=not self.outside)  # the map, once made, serves both
        return found

    def __sub__(self, other: Zone) -> Zone:
        """Return what lies in this one and not in the other."""
        return self & ~other

    def holds(self, other: Zone) -> bool | None:
        """Whether the other zone lies in this one: wholly (True), not at all (False) or in part (None)."""
        if _tiny(other - self):
            return True
        return False if _tiny(other & self) else None

    def probabilities(self, positions: Positions) -> Floats:
        """Return for each position the probability that it lies in the zone; NaN where it is not known."""
        known = positions.known
        found = np.where(known, 0.0, np.nan)
        if not self.geometry.is_empty:
            far = np.zeros(len(positions), dtype=np.bool_)
            if self._plane.worth_a_look(len(positions)):
                inside, least = self._plane.coarse(positions.lon, positions.lat)
                far = known & (least > positions.reach_km)
                found[far] = inside[far]
            near = np.flatnonzero(known & ~far)
            found[near] = self._near(positions[near])
        return 1.0 - found if self.outside else found

    def _near(self, positions: Positions) -> Floats:
        """Work out the probability of positions whose error may reach across the edge; what is repeated, once."""
        found = np.zeros(len(positions))
        if len(positions) == 0:
            return found
        columns = [getattr(positions, name) for name in positions.__dataclass_fields__]
        order = np.lexsort(columns)
        new = np.ones(len(order), dtype=np.bool_)
        new[1:] = np.any([column[order][1:] != column[order][:-1] for column in columns], axis=0)
        found[order] = self._exact(positions[order[new]])[np.cumsum(new) - 1]
        return found

    def _exact(self, positions: Positions) -> Floats:
        plane = self._plane
        centre = plane.at(positions.lon, positions.lat)
        ahead, left = plane.directions(positions.lon, positions.lat, positions.azimuth_deg)
        along = np.maximum(positions.sd_along_km, LEAST_KM)[:, None] * ahead
        across = np.maximum(positions.sd_across_km, LEAST_KM)[:, None] * left
        found = np.zeros(len(positions))
        box = positions.box
        found[box] = box_mass(plane.edges, centre[box], along[box], across[box])
        scale = np.hypot(ahead[~box, 0], ahead[~box, 1])
        reach = positions.reach_km[~box] * scale
        found[~box] = normal_mass(plane.edges, centre[~box], along[~box], across[~box], reach)
        return found


EVERYWHERE = Zone(outside=True)


def _area(geometry: Any) -> Any:
    """Keep the polygons: two zones that touch have a line in common, which is no area."""
    parts = shapely.get_parts(geometry)
    return shapely.multipolygons(shapely.get_parts(parts[shapely.get_dimensions(parts) == 2]))


def _tiny(zone: Zone) -> bool:
    """Whether a zone is no larger than what rounding leaves: some square metres."""
    return not zone.outside and zone.geometry.area < 1e-9


def membership(zone: Zone, positions: Positions) -> Floats:
    """Return for each position the probability that it lies in the zone; NaN where it is not known."""
    return zone.probabilities(positions)


def distance_below(line: Any, km: float, positions: Positions) -> Floats:
    """Return for each position the probability that it is nearer to the line than so many kilometres.

    Examples
    --------
    >>> line = shapely.LineString([(38.0, 47.0), (38.0, 49.0)])
    >>> distance_below(line, 20.0, Positions.of(48.0, [38.0, 39.0], sd_along_km=1.0)).tolist()
    [1.0, 0.0]
    """
    return membership(corridor(line, km), positions)


def corridor(line: Any, km: float) -> Zone:
    """Return the zone of all that is nearer to a line (or to an area) than so many kilometres.

    Raises
    ------
    InputError
        When the distance is not above 0, beyond 1,000 km, or reaches across ±180 degrees or a pole.
    """
    if fault := corridor_fault(line, km):
        raise InputError(f"a distance of {km:g} km {fault}")
    geometry = shapely.segmentize(line, _STEP_DEGREES)
    areas = [part for part in shapely.get_parts(geometry) if shapely.get_dimensions(part) == 2]
    pieces = [_around(begin, end, km) for begin, end in _segments(geometry)]
    return Zone(_area(shapely.union_all([*pieces, *areas])))


def corridor_fault(line: Any, km: float) -> str | None:
    """Say why there is no zone of all that is so near; None if there is one.

    Examples
    --------
    >>> corridor_fault(shapely.Point(179.9, 10.0), 50.0)
    'reaches across ±180 degrees, which is not supported.'
    """
    if not 0 < km <= 1000:
        return "must be above 0 and at most 1,000."
    west, south, east, north = line.bounds
    highest = max(-south, north) + km / 110.0
    if highest > 89.0:
        return "reaches to a pole, which is not supported."
    away = km / (110.0 * np.cos(np.radians(highest)))
    if west - away < -180.0 or east + away > 180.0:
        return "reaches across ±180 degrees, which is not supported."
    return None


def _segments(geometry: Any) -> Iterable[tuple[Floats, Floats]]:
    """Every segment of a geometry; a point as a segment from itself to itself."""
    for part in shapely.get_parts(geometry):
        for line in shapely.get_rings(part) if part.geom_type == "Polygon" else [part]:
            points = shapely.get_coordinates(line)
            yield from zip(
                points[: max(len(points) - 1, 1)], points[-(max(len(points) - 1, 1)) :], strict=True
            )


def _around(begin: Floats, end: Floats, km: float) -> Any:
    """Return all that is nearer to a short segment than so far: a buffer where distances from its middle are true.

    A distance between two places at 3 and at 140 km from the middle of that projection is off by less than a metre.
    """
    lon, lat = (begin + end) / 2
    import pyproj  # noqa: PLC0415 - slow to import, and a status needs no map

    local = pyproj.Proj(proj="aeqd", lat_0=lat, lon_0=lon, ellps="WGS84", units="km")
    flat = np.column_stack(local(*np.stack([begin, end], axis=1)))
    # corners of the arc lie on it and its sides inside: put the sides as far out as the corners
    round_ = shapely.buffer(shapely.linestrings(flat), km * _ROUNDER, quad_segs=_QUARTER)
    round_ = shapely.segmentize(round_, 5.0)
    return shapely.transform(round_, _mapping(local, inverse=True))


_QUARTER = 64
_ROUNDER = 2.0 / (1.0 + np.cos(np.pi / _QUARTER / 4))


def distance_km(geometry: Any, lat: float, lon: float) -> float:
    """Return the geodesic distance from one place to a line, or to the edge of an area, in kilometres.

    Examples
    --------
    >>> round(distance_km(shapely.Point(38.0, 48.0), 48.0, 39.0), 2)
    74.62
    """
    import pyproj  # noqa: PLC0415 - slow to import, and a status needs no map

    local = pyproj.Proj(proj="aeqd", lat_0=lat, lon_0=lon, ellps="WGS84", units="km")  # true from its centre
    fine = shapely.segmentize(geometry, 0.01)
    lines = shapely.boundary(fine) if shapely.get_dimensions(fine) == 2 else fine
    flat = shapely.transform(lines, _mapping(local))
    return float(shapely.distance(flat, shapely.Point(0.0, 0.0)))


def _mapping(projection: Any, *, inverse: bool = False) -> Callable[[Floats], Floats]:
    """Return a function from points to points, as shapely wants it."""

    def apply(points: Floats) -> Floats:
        return np.column_stack(projection(points[:, 0], points[:, 1], inverse=inverse))

    return apply
