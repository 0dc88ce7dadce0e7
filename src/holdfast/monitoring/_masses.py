"""How much of a position's error lies in a polygon: the normal distribution and the uniform rectangle, both exactly.

All lengths are kilometres in the plane of a conformal projection, in which a position's neighbourhood is a map to scale.

**Normal.** In coordinates divided by the standard deviations the error is a standard bivariate normal around the origin.
The mass of the triangle between the origin and an edge is angle / 2π − [T(h, b₂/h) − T(h, b₁/h)], T being Owen's function, h
the distance to the edge's line and b₁, b₂ where the edge begins and ends along it. Summed around a polygon the angles
give 1 inside and 0 outside, and T is next to nothing for edges beyond `REACH` standard deviations.

**Box.** The share of a uniform rectangle that the polygon covers.

References
----------
Owen (1956), Tables for computing bivariate normal probabilities, Annals of Mathematical Statistics 27:1075.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely as _shapely
from numpy.typing import NDArray

shapely: Any = _shapely
Floats = NDArray[np.float64]

REACH = 5.0
"""Standard deviations beyond which nothing is counted: 3e-7 of the mass an edge at most."""
PAIRS = 2_000_000
"""Positions times edges that are worked on at once, which bounds memory to some 300 MB."""


class Edges:
    """The edges of a polygon, each with its inside to the left, and an index of where they are.

    Parameters
    ----------
    polygon
        A polygon or several, in kilometres of a plane, with rings wound as RFC 7946 has them.
    """

    def __init__(self, polygon: Any) -> None:
        polygon = shapely.orient_polygons(polygon)
        rings = shapely.get_rings(shapely.get_parts(polygon))
        parts = [shapely.get_coordinates(ring) for ring in rings]
        self.polygon = polygon
        self.start: Floats = np.concatenate([part[:-1] for part in parts])
        self.end: Floats = np.concatenate([part[1:] for part in parts])
        long = np.any(self.start != self.end, axis=1)
        self.start, self.end = self.start[long], self.end[long]
        shapely.prepare(polygon)
        self.tree = shapely.STRtree(shapely.linestrings(np.stack([self.start, self.end], axis=1)))


def normal_mass(edges: Edges, centre: Floats, along: Floats, across: Floats, reach: Floats) -> Floats:
    """Return the mass inside the polygon of normal errors.

    Parameters
    ----------
    edges
        The polygon.
    centre
        Where each position is, shape (n, 2).
    along, across
        For each, the vectors of one standard deviation, at right angles, the second to the left of the first, shape (n, 2).
    reach
        How far each error reaches: REACH times the longer of the two.
    """
    found = shapely.contains_xy(edges.polygon, centre[:, 0], centre[:, 1]).astype(np.float64)
    step = max(1, PAIRS // len(edges.start))
    for begin in range(0, len(centre), step):
        some = slice(begin, begin + step)
        found[some] -= _owen(edges, centre[some], along[some], across[some], reach[some])
    return np.clip(found, 0.0, 1.0)


def _owen(edges: Edges, centre: Floats, along: Floats, across: Floats, reach: Floats) -> Floats:
    """Sum T(h, b₂/h) − T(h, b₁/h) over the edges near each position, with the sign of the side it is on."""
    from scipy import special  # noqa: PLC0415 - takes a tenth of a second to import, and a status needs no position

    low, high = centre - reach[:, None], centre + reach[:, None]
    boxes = shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1])
    i, j = edges.tree.query(boxes)
    begin, end = edges.start[j] - centre[i], edges.end[j] - centre[i]
    near = (
        _distance(begin, end) <= reach[i]
    )  # a circle, so that what a coarser look calls far is far here too
    i, begin, end = i[near], begin[near], end[near]
    u, v = along / _square(along), across / _square(across)
    ax, ay = np.sum(begin * u[i], axis=1), np.sum(begin * v[i], axis=1)
    bx, by = np.sum(end * u[i], axis=1), np.sum(end * v[i], axis=1)
    dx, dy = bx - ax, by - ay
    length = np.hypot(dx, dy)
    cross = ax * by - ay * bx
    h = np.maximum(np.abs(cross) / length, 1e-15)
    first, last = (ax * dx + ay * dy) / length, (bx * dx + by * dy) / length
    part = special.owens_t(h, last / h) - special.owens_t(h, first / h)
    total: Any = np.bincount(i, weights=np.sign(cross) * part, minlength=len(centre))
    return total


def _distance(begin: Floats, end: Floats) -> Floats:
    """Return how far segments are from the origin."""
    way = end - begin
    share = np.clip(-np.sum(begin * way, axis=1) / np.sum(way * way, axis=1), 0.0, 1.0)
    nearest = begin + share[:, None] * way
    return np.hypot(nearest[:, 0], nearest[:, 1])


def _square(vectors: Floats) -> Floats:
    return np.sum(vectors * vectors, axis=1, keepdims=True)


def box_mass(edges: Edges, centre: Floats, along: Floats, across: Floats) -> Floats:
    """Return the share inside the polygon of rectangles, ``along`` and ``across`` being their half-lengths as vectors."""
    corners = [centre + a * along + b * across for a, b in ((1, 1), (-1, 1), (-1, -1), (1, -1), (1, 1))]
    boxes = shapely.polygons(np.stack(corners, axis=1))
    found = shapely.contains_properly(edges.polygon, boxes).astype(np.float64)
    cut = np.flatnonzero((found == 0.0) & shapely.intersects(edges.polygon, boxes))
    found[cut] = shapely.area(shapely.intersection(edges.polygon, boxes[cut])) / shapely.area(boxes[cut])
    return np.clip(found, 0.0, 1.0)
