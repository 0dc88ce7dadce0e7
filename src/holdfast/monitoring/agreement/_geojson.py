"""From the bytes of a GeoJSON file to its features, each with its outline, or to every mistake with line and column.

What is read is RFC 7946: longitude before latitude, degrees of WGS 84, rings closed. Rings wound the other way are
taken as they are meant; a third coordinate is left out.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import shapely as _shapely

from holdfast.errors import Problem, ScenarioError
from holdfast.monitoring.places import WIDEST_DEGREES
from holdfast.scenario.reading import Form, decode, listed

shapely: Any = _shapely

MAX_BYTES = 20_000_000
MAX_PROBLEMS = 50  # of one file
NEAR_DEGREES = 10.0  # how far from all others in a file a position may lie that is taken for a swapped one
MAP = Form(
    "map",
    "a map",
    absent="Put the GeoJSON file where the agreement says that it is.",
    empty="Write a GeoJSON FeatureCollection.",
    example="catalog/donbas-2015/ has one.",
)
AREAS, LINES = ("Polygon", "MultiPolygon"), ("LineString", "MultiLineString")
DEPTHS = {"LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature: what it may be called, and its outline."""

    names: tuple[str, ...]
    kind: str
    shape: Any


@dataclass(slots=True)
class _Reader:
    """Reads one file; what is wrong is noted with the path of where it stands."""

    faults: list[tuple[Path, str]] = field(default_factory=list[tuple[Path, str]])
    points: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    off: dict[int, tuple[float, float]] = field(default_factory=dict[int, tuple[float, float]])
    """Positions that are on the earth; those that are not but would be if swapped, swapped, by the number of their fault."""

    def fault(self, path: Path, message: str) -> None:
        if len(self.faults) < MAX_PROBLEMS:
            self.faults.append((path, message))

    def features(self, data: Any) -> Iterator[Feature]:
        top = _mapping(data)
        kind = top.get("type")
        if kind == "FeatureCollection":
            entries = top.get("features")
            if not isinstance(entries, list) or not entries:
                self.fault(("features",), "must be a list of at least one feature.")
                return
            for index, entry in enumerate(cast("list[Any]", entries)):
                yield from self.feature(entry, ("features", index))
        elif kind == "Feature":
            yield from self.feature(data, ())
        elif isinstance(kind, str) and kind in DEPTHS:
            yield from self.outline(data, (), ())
        else:
            self.fault((), "is no GeoJSON: its type must be FeatureCollection, Feature, or a geometry's.")

    def feature(self, entry: Any, path: Path) -> Iterator[Feature]:
        feature = _mapping(entry)
        if feature.get("type") != "Feature":
            self.fault(path, 'must be a feature: {"type": "Feature", …}.')
            return
        properties = _mapping(feature.get("properties"))
        given = (feature.get("id"), properties.get("id"), properties.get("name"))
        names = tuple(dict.fromkeys(_printable(str(name)) for name in given if isinstance(name, str | int)))
        yield from self.outline(feature.get("geometry"), (*path, "geometry"), names)

    def outline(self, geometry: Any, path: Path, names: tuple[str, ...]) -> Iterator[Feature]:
        outline = _mapping(geometry)
        if not outline:
            self.fault(path, "is empty: a feature needs a geometry here.")
            return
        kind = outline.get("type")
        if kind not in DEPTHS:
            found = json.dumps(kind)[:40]
            self.fault((*path, "type"), f"must be {listed([*AREAS, *LINES])}; {found} is none of them.")
            return
        before = len(self.faults)
        place = (*path, "coordinates")
        parts = self.nested(outline.get("coordinates"), place, DEPTHS[kind] - 1, kind)
        if len(self.faults) > before:
            return
        if not parts:
            self.fault(place, "is empty: there is no outline here.")
            return
        shape = shapely.from_geojson(json.dumps({"type": kind, "coordinates": parts}))
        if kind in AREAS and not shapely.is_valid(shape):
            self.fault(
                place, f"is no area: {shapely.is_valid_reason(shape)}. Draw outlines that do not cross."
            )
        elif shape.bounds[2] - shape.bounds[0] > WIDEST_DEGREES:
            self.fault(
                place,
                f"spans more than {WIDEST_DEGREES} degrees. Cut it where it crosses ±180, and keep one part.",
            )
        elif (shape.area if kind in AREAS else shape.length) <= 0:
            self.fault(
                place,
                "is empty: the outline encloses nothing." if kind in AREAS else "is a line of no length.",
            )
        else:
            yield Feature(names, kind, shape)

    def nested(self, raw: Any, path: Path, depth: int, kind: str) -> list[Any]:
        if not isinstance(raw, list):
            self.fault(path, "must be a list of coordinates.")
            return []
        items = cast("list[Any]", raw)
        if depth:
            return [self.nested(item, (*path, n), depth - 1, kind) for n, item in enumerate(items)]
        points = [self.point(item, (*path, n)) for n, item in enumerate(items)]
        if None in points:
            return []
        if kind in AREAS and points and points[0] != points[-1]:
            self.fault(
                (*path, len(points) - 1),
                f"does not close the ring. Repeat its first position: {list(points[0] or ())}.",
            )
        elif points and len(points) < (least := 4 if kind in AREAS else 2):
            self.fault(path, f"has {len(points)} positions; needs {least} or more.")
        elif not points:
            self.fault(path, "is empty: there are no positions here.")
        return [list(point) for point in points if point is not None]

    def point(self, raw: Any, path: Path) -> tuple[float, float] | None:
        numbers = cast("list[Any]", raw) if isinstance(raw, list) else []
        if not 2 <= len(numbers) <= 3 or not all(type(n) in (int, float) for n in numbers):
            self.fault(path, "must be a position: [longitude, latitude].")
            return None
        lon, lat = numbers[:2]
        if not (math.isfinite(lon) if isinstance(lon, float) else True) or not (
            math.isfinite(lat) if isinstance(lat, float) else True
        ):
            self.fault(path, "must be two finite numbers: [longitude, latitude].")
            return None
        if abs(lat) > 90 or abs(lon) > 180:
            if abs(lat) <= 180 and abs(lon) <= 90:
                self.off[len(self.faults)] = lat, lon
            self.fault(path, "is not on the earth: longitude from -180 to 180, latitude from -90 to 90.")
            return None
        self.points.append((float(lon), float(lat)))
        return self.points[-1]

    def told(self) -> Iterator[tuple[Path, str]]:
        """Return what is wrong; where a position would lie beside the others if swapped, with what to write."""
        edges = [(min(part), max(part)) for part in zip(*self.points, strict=True)]
        for number, (path, message) in enumerate(self.faults):
            turned = self.off.get(number)
            near = turned is not None and all(
                low - NEAR_DEGREES <= at <= high + NEAR_DEGREES
                for at, (low, high) in zip(turned, edges, strict=bool(edges))
            )
            hint = f" Longitude comes first: write [{turned[0]}, {turned[1]}]." if turned and near else ""
            yield path, message + hint


def read_map(raw: bytes, name: str) -> list[Feature]:
    """Return the features of a GeoJSON file.

    Raises
    ------
    ScenarioError
        With every mistake that was found, each with line and column.

    Examples
    --------
    >>> text = '{"type": "LineString", "coordinates": [[37, 47], [38, 48]]}'
    >>> [feature.kind for feature in read_map(text.encode(), "line.geojson")]
    ['LineString']
    """
    text = decode(raw, name, MAP)
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        problem = Problem(error.lineno, error.colno, "", None, f"is no JSON: {error.msg}.", name)
        raise ScenarioError([problem]) from None
    except (RecursionError, ValueError):  # nested a thousand deep; a number of thousands of digits
        raise ScenarioError([Problem(0, 0, "", None, "is no GeoJSON that can be read.", name)]) from None
    reader = _Reader()
    found = list(reader.features(data))
    if "CRS84" not in str(_mapping(data).get("crs", "CRS84")):
        reader.fault(
            ("crs",),
            "is not used: GeoJSON is in longitude and latitude of WGS 84. Convert it, and take crs out.",
        )
    if reader.faults:
        raise ScenarioError(_problem(text, path, message, name) for path, message in reader.told())
    return found


def _printable(name: str) -> str:
    return "".join(c if c.isprintable() else " " for c in name[:200])


def _mapping(data: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", data) if isinstance(data, dict) else {}


def _problem(text: str, path: Path, message: str, name: str) -> Problem:
    at = _find(text, path)
    line = text.count("\n", 0, at) + 1
    return Problem(line, at - text.rfind("\n", 0, at), ".".join(map(str, path)), None, message, name)


_DECODER = json.JSONDecoder()


def _find(text: str, path: Path) -> int:
    """Find where in a JSON text the value at a path begins; where it is missing, what would hold it."""
    at = _skip(text, 0)
    for step in path:
        if text[at] not in "{[":
            break
        inside = _entry(text, at, step)
        if inside is None:
            break
        at = inside
    return at


def _entry(text: str, at: int, step: str | int) -> int | None:
    mapping = text[at] == "{"
    at = _skip(text, at + 1)
    index = 0
    while text[at] not in "}]":
        key: str | int = index
        if mapping:
            key, at = cast("tuple[str, int]", _DECODER.raw_decode(text, at))
            at = _skip(text, _skip(text, at) + 1)
        if key == step:
            return at
        _, at = _DECODER.raw_decode(text, at)
        at = _skip(text, at)
        if text[at] == ",":
            at = _skip(text, at + 1)
        index += 1
    return None


def _skip(text: str, at: int) -> int:
    while text[at] in " \t\r\n":
        at += 1
    return at
