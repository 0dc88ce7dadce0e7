"""Makes the outlines under the report's maps, src/holdfast/report/outlines/outlines.parquet, from Natural Earth's files.

Run `python docs/outlines.py FOLDER` where FOLDER holds ne_10m_admin_1_states_provinces.json (GeoJSON),
ne_10m_admin_0_boundary_lines_land.shp and ne_10m_lakes.shp with their .dbf. The README beside the outlines says where these are had.

Administrative regions are simplified together, so that neighbours still meet. Borders are where regions of two countries meet: dashed where
Natural Earth's own line there is anything but an international boundary.
"""

from __future__ import annotations

import json
import struct
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

OUT = Path(__file__).parents[1] / "src" / "holdfast" / "report" / "outlines" / "outlines.parquet"
TOLERANCE = 0.008
"""Degrees; Visvalingam's: triangles smaller than its square go."""
NEAR = 0.02
"""Degrees within which two lines are taken to be the same one."""
STEPS = 1000
"""Coordinates are kept as whole thousandths of a degree."""
LEAST_LAKE = 0.01
"""Square degrees."""
LANGUAGES = ("name", "name_en", "name_local", "gn_name", "woe_name")
PLAIN = "International boundary (verify)"


def records(path: Path) -> list[dict[str, str]]:
    """Read a dBASE file."""
    data = path.read_bytes()
    number, header, length = struct.unpack("<IHH", data[4:12])
    fields, at = [], 32
    while data[at] != 0x0D:
        fields.append((data[at : at + 11].split(b"\0")[0].decode(), data[at + 16]))
        at += 32
    found = []
    for row in range(number):
        at, values = header + row * length + 1, {}
        for name, width in fields:
            values[name] = data[at : at + width].decode("utf-8", "replace").strip("\0 ")
            at += width
        found.append(values)
    return found


def shapes(path: Path) -> Iterator[list[np.ndarray]]:
    """Read the parts of each line or polygon of a shapefile."""
    data, at = path.read_bytes(), 100
    while at < len(data):
        length = 2 * struct.unpack(">i", data[at + 4 : at + 8])[0]
        body, at = data[at + 8 : at + 8 + length], at + 8 + length
        if struct.unpack("<i", body[:4])[0] == 0:
            yield []
            continue
        parts, points = struct.unpack("<2i", body[36:44])
        starts = [*struct.unpack(f"<{parts}i", body[44 : 44 + 4 * parts]), points]
        first = 44 + 4 * parts
        xy = np.frombuffer(body, "<f8", 2 * points, first).reshape(-1, 2)
        yield [xy[a:b] for a, b in pairwise(starts)]


def regions(path: Path) -> tuple[list[dict[str, Any]], Any]:
    """Return the regions' properties and their outlines, simplified together."""
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    outlines = shapely.make_valid([shapely.geometry.shape(one["geometry"]) for one in features])
    outlines = shapely.coverage_simplify(outlines, TOLERANCE)
    return [one["properties"] for one in features], outlines


def borders(properties: list[dict[str, Any]], outlines: Any, folder: Path) -> tuple[Any, Any]:
    """Return where countries meet: as nobody disputes, and otherwise."""
    countries: dict[str, list[Any]] = {}
    for one, outline in zip(properties, outlines, strict=True):
        countries.setdefault(one["adm0_a3"], []).append(outline)
    edges = [shapely.boundary(shapely.union_all(parts, grid_size=1e-6)) for parts in countries.values()]
    tree = shapely.STRtree(edges)
    meet = []
    for here, there in tree.query(edges, predicate="intersects").T:
        if here < there:
            common = shapely.intersection(edges[here], edges[there], grid_size=1e-6)
            meet += [part for part in shapely.get_parts(common) if shapely.get_dimensions(part) == 1]
    lines = shapely.line_merge(shapely.union_all(meet))
    base = folder / "ne_10m_admin_0_boundary_lines_land"
    kinds = [one["FEATURECLA"] for one in records(base.with_suffix(".dbf"))]
    drawn = [
        shapely.multilinestrings([shapely.linestrings(part) for part in parts])
        for parts in shapes(base.with_suffix(".shp"))
    ]
    other = [line for kind, line in zip(kinds, drawn, strict=True) if kind != PLAIN]
    other = shapely.simplify(shapely.union_all(other), TOLERANCE)
    near = shapely.buffer(other, NEAR)
    dashed = shapely.intersection(lines, near)
    alone = shapely.difference(other, shapely.buffer(dashed, NEAR))
    return shapely.difference(lines, near), shapely.union_all([dashed, alone])


def lakes(folder: Path) -> list[Any]:
    """Return lakes that are large enough to be seen."""
    found = []
    for parts in shapes(folder / "ne_10m_lakes.shp"):
        rings = shapely.multilinestrings([shapely.linestrings(part) for part in parts])
        lake = shapely.make_valid(shapely.simplify(shapely.build_area(shapely.node(rings)), TOLERANCE))
        if shapely.area(lake) >= LEAST_LAKE:
            found.append(lake)
    return found


def row(layer: str, outline: Any, code: str = "", names: tuple[str, ...] = ()) -> dict[str, Any] | None:
    """Return an outline as rings or lines of whole steps, each point as the way from the one before."""
    rings = []
    polygon = shapely.get_dimensions(outline) == 2
    for part in shapely.get_parts(outline):
        if shapely.get_dimensions(part) != (2 if polygon else 1):
            continue
        for ring in shapely.get_rings([part]) if polygon else [part]:
            points = np.rint(shapely.get_coordinates(ring) * STEPS).astype(np.int64)
            keep = np.append(True, np.any(np.diff(points, axis=0) != 0, axis=1))
            if np.count_nonzero(keep) >= (4 if polygon else 2):
                rings.append(points[keep])
    if not rings:
        return None
    points = np.concatenate(rings)
    low, high = points.min(axis=0), points.max(axis=0)
    steps = np.diff(points, axis=0, prepend=0)
    return {
        "layer": layer,
        "code": code,
        "names": list(names),
        "west": int(low[0]),
        "south": int(low[1]),
        "east": int(high[0]),
        "north": int(high[1]),
        "points": [len(ring) for ring in rings],
        "x": steps[:, 0].tolist(),
        "y": steps[:, 1].tolist(),
    }


def called(one: dict[str, Any]) -> tuple[str, ...]:
    """Return what a region is called."""
    names = [one.get(key) or "" for key in LANGUAGES] + (one.get("name_alt") or "").split("|")
    return tuple(dict.fromkeys(name.strip() for name in names if name.strip()))


def main(folder: Path) -> None:
    """Write the outlines."""
    properties, outlines = regions(folder / "ne_10m_admin_1_states_provinces.json")
    plain, dashed = borders(properties, outlines, folder)
    rows = [
        row("region", outline, one.get("iso_3166_2") or "", called(one))
        for one, outline in zip(properties, outlines, strict=True)
    ]
    rows += [row("border", part) for part in shapely.get_parts(plain)]
    rows += [row("disputed", part) for part in shapely.get_parts(dashed)]
    rows += [row("lake", lake) for lake in lakes(folder)]
    steps, texts = pa.list_(pa.int32()), pa.list_(pa.string())
    schema = pa.schema(
        {"layer": pa.string(), "code": pa.string(), "names": texts}
        | dict.fromkeys(("west", "south", "east", "north"), pa.int32())
        | dict.fromkeys(("points", "x", "y"), steps)
    )
    kept = sorted((one for one in rows if one is not None), key=lambda one: (one["layer"], one["code"]))
    pq.write_table(
        pa.Table.from_pylist(kept, schema),
        OUT,
        compression="zstd",
        compression_level=19,
        use_dictionary=["layer"],
        column_encoding={f"{name}.list.element": "BYTE_STREAM_SPLIT" for name in ("points", "x", "y")},
        write_statistics=False,
        store_schema=False,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
