"""Outlines of the world for maps: regions of countries, borders, disputed borders and lakes, shipped with the package.

They come from Natural Earth; the README beside the data says from where, under which licence, and what was done to them.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from io import BytesIO
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import shapely as _shapely

shapely: Any = _shapely
parquet: Any = pq

__all__ = ["Box", "Outline", "region", "within"]

Box = tuple[float, float, float, float]
"""West, south, east and north, in degrees; west is above east where it holds the 180th meridian."""

_STEPS = 1000
_NEAR_DEGREES = 4.0
_NEEDLESS = {
    "region", "oblast", "province", "governorate", "state", "district", "department", "prefecture", "county", "of", "the",
}  # fmt: skip


@dataclass(frozen=True)
class Outline:
    """An area or a line.

    Parameters
    ----------
    layer
        region, border, disputed or lake.
    names
        What a region is called, its usual name first.
    geometry
        In degrees of longitude and latitude.
    """

    layer: str
    names: tuple[str, ...]
    geometry: Any


@functools.cache
def _table() -> Any:
    folder = resources.files("holdfast.report").joinpath("outlines")
    return parquet.read_table(BytesIO(folder.joinpath("outlines.parquet").read_bytes()))


@functools.cache
def _bounds() -> Any:
    return (
        np.stack([_table()[side].to_numpy() for side in ("west", "south", "east", "north")], axis=1) / _STEPS
    )


@functools.cache
def _named() -> dict[str, tuple[int, ...]]:
    """Rows by what they are called."""
    found: dict[str, dict[int, None]] = {}
    columns = _table().select(["code", "names"]).to_pydict()
    for row, (code, names) in enumerate(zip(columns["code"], columns["names"], strict=True)):
        for name in (code, *names):
            if name:
                found.setdefault(plain(name), {})[row] = None
    return {name: tuple(rows) for name, rows in found.items()}


def plain(name: str) -> str:
    """Return a name of a region as names are compared: without case, accents, apostrophes and words such as region.

    Examples
    --------
    >>> plain("Donets'k Oblast"), plain("The Donetsk region"), plain("Region")
    ('donetsk', 'donetsk', 'region')
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    words = re.sub(r"['’ʹʼ`]", "", bare).replace("-", " ").split()
    return " ".join([word for word in words if word not in _NEEDLESS] or words)


def within(box: Box) -> list[Outline]:
    """Return all outlines that come into a box."""
    return [_outline(int(row)) for row in np.flatnonzero(_touching(box, 0.0))]


def region(names: Iterable[str], box: Box | None = None) -> Outline | None:
    """Return the one region with one of these names in a box or not far from it; None where there is none, or several.

    Examples
    --------
    >>> region(["Donetsk region"]).names[0], region(["Central"])
    ("Donets'k", None)
    """
    wanted = {plain(name) for name in names}
    rows = sorted({row for name in wanted for row in _named().get(name, ())})
    if box is not None:
        near = _touching(box, _NEAR_DEGREES)
        rows = [row for row in rows if near[row]]
    if len(rows) > 1:
        first = _table()["names"]
        rows = [row for row in rows if plain(first[row].as_py()[0]) in wanted]
    return _outline(rows[0]) if len(rows) == 1 else None


def _touching(box: Box, margin: float) -> Any:
    west, south, east, north = box
    bounds = _bounds()
    tall = (bounds[:, 1] <= north + margin) & (bounds[:, 3] >= south - margin)
    if west > east:
        return tall & ((bounds[:, 2] >= west - margin) | (bounds[:, 0] <= east + margin))
    return tall & (bounds[:, 0] <= east + margin) & (bounds[:, 2] >= west - margin)


@functools.lru_cache(maxsize=4096)
def _outline(row: int) -> Outline:
    one = _table().slice(row, 1).to_pylist()[0]
    points = np.stack([np.cumsum(one["x"]), np.cumsum(one["y"])], axis=1) / _STEPS
    rings: Sequence[Any] = np.split(points, np.cumsum(one["points"])[:-1])
    if one["layer"] in {"region", "lake"}:
        # which ring is a hole is not kept: what lies in an odd number of rings belongs to it
        geometry = shapely.build_area(
            shapely.node(shapely.multilinestrings([shapely.linestrings(r) for r in rings]))
        )
    else:
        geometry = shapely.multilinestrings([shapely.linestrings(ring) for ring in rings])
    return Outline(one["layer"], tuple(one["names"]), geometry)
