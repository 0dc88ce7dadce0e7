"""The map: outlines, sectors coloured by count per day observed, zones, lines, incidents with their errors, a scale bar."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely as _shapely
from markupsafe import Markup

from holdfast.report.figures.svg import INK, MUTED
from holdfast.report.monitoring.drawing import (
    Element,
    add,
    circle,
    finished,
    hatching,
    path,
    rule,
    sheet,
    write,
)
from holdfast.report.monitoring.outlines import within
from holdfast.report.monitoring.places import Area, Dots, Scene
from holdfast.report.monitoring.projection import Frame
from holdfast.report.monitoring.watch import daily

shapely: Any = _shapely

__all__ = ["LAND", "LINE", "SHADES", "VERDICT_COLOURS", "Drawn", "breaks", "draw"]

WIDTH = 400.0
LAND, WATER, BORDER, ADMIN = "#f3f1ea", "#dfe8ee", "#77706a", "#d3cdc2"
SHADES = ("#f1f6fa", "#d3e5f2", "#a6cce5", "#75aed6", "#4a8fc2")
"""Of a count per day observed: none, then four classes up."""
VERDICT_COLOURS = ("#d55e00", "#ffffff", "#8a8f98", "#8a8f98")
"""Breach, undetermined, allowed, no article."""
LINE = "#86186b"
_CELL = 7.0
_MOST_DOTS = 1500
_MOST_ERRORS = 250
_BOLD, _PLAIN, _LABEL = 7.7, 7.0, 28.0
"""Width of a letter of a label's name and count where they are largest, on a phone, and height of the two lines."""
_LARGE = 5.0
"""An error is drawn from so many units of the sheet on."""


@dataclass(frozen=True)
class Drawn:
    """A map that was drawn, and what must be said of it.

    Parameters
    ----------
    beyond
        Incidents that lie outside it.
    merged
        Whether a dot may stand for several incidents.
    errors, large
        Errors drawn, and errors large enough to be.
    disputed
        Whether a disputed border is on it.
    """

    picture: Markup
    frame: Frame
    beyond: int
    merged: bool
    errors: int
    large: int
    disputed: bool


def breaks(highest: float) -> tuple[float, ...]:
    """Return where classes of counts end: round numbers, each about a third of the next, up to the highest.

    Examples
    --------
    >>> breaks(113.0), breaks(2.0), breaks(0.0)
    ((5.0, 20.0, 50.0), (0.1, 0.5, 1.0), ())
    """
    if highest <= 0:
        return ()
    return tuple(_round(highest / part) for part in (20, 6, 2))


def _round(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    return min((float(step * power) for step in (1, 2, 5, 10)), key=lambda step: abs(math.log(step / value)))


def shade(rate: float, ends: tuple[float, ...]) -> int:
    """Return the number of a count's shade: 0 for none, then by the classes."""
    return 0 if rate == 0 else 1 + sum(rate > end for end in ends)


def draw(scene: Scene, ends: tuple[float, ...], label: str, key: str) -> Drawn | None:
    """Draw a map; None where there is nothing to draw.

    Parameters
    ----------
    ends
        Where the classes of counts end.
    label
        The text alternative.
    key
        Prefix of the ids inside.
    """
    extent = scene.extent
    if not extent:
        return None
    frame = Frame(extent, WIDTH)
    root = sheet(frame.width, frame.height)
    gap = hatching(root, f"{key}-gap")
    clip = add(root, "clipPath", id=f"{key}-sheet")
    add(clip, "rect", width=frame.width, height=frame.height)
    body = add(root, "g", clip_path=f"url(#{key}-sheet)")
    add(body, "rect", width=frame.width, height=frame.height, fill=WATER)
    _world(body, frame)
    _areas(body, frame, scene, ends, gap)
    disputed = _borders(body, frame)
    _zones(body, frame, scene)
    beyond, merged, errors, large = _dots(body, frame, scene.dots)
    _labels(body, frame, scene)
    _bar(body, frame)
    add(root, "rect", width=frame.width, height=frame.height, fill="none", stroke=MUTED, class_="edge")
    return Drawn(finished(root, label), frame, beyond, merged, errors, large, disputed)


def _world(body: Element, frame: Frame) -> None:
    """Draw land with its regions, and lakes."""
    for layer, colour, edge in (("region", LAND, ADMIN), ("lake", WATER, "none")):
        group = add(body, "g", fill=colour, stroke=edge, fill_rule="evenodd", class_="thin")
        for outline in within(frame.box):
            if outline.layer == layer and (data := path(frame.shape(outline.geometry))):
                add(group, "path", d=data)


def _borders(body: Element, frame: Frame) -> bool:
    """Draw borders, and say whether any is disputed."""
    group = body
    for layer, dash in (("border", None), ("disputed", "3 3")):
        group = add(body, "g", fill="none", stroke=BORDER, stroke_dasharray=dash, class_="border")
        for outline in within(frame.box):
            if outline.layer == layer and (data := path(frame.shape(outline.geometry))):
                add(group, "path", d=data)
    return len(group) > 0


def _areas(body: Element, frame: Frame, scene: Scene, ends: tuple[float, ...], gap: str) -> None:
    group = add(body, "g", fill_rule="evenodd", stroke=MUTED, class_="sector")
    for area in scene.areas:
        rate = _rate(area)
        colour = gap if rate is None else SHADES[shade(rate, ends)]
        # the hatching is opaque; a colour lets borders and coasts through
        add(
            group,
            "path",
            d=path(frame.shape(area.geometry)),
            fill=colour,
            fill_opacity=None if rate is None else "0.85",
        )


def _rate(area: Area) -> float | None:
    return None if area.series is None else area.series.rate


def _zones(body: Element, frame: Frame, scene: Scene) -> None:
    group = add(
        body, "g", fill=LINE, fill_opacity="0.06", stroke=LINE, stroke_dasharray="1.5 2.5", class_="zone"
    )
    for outline in scene.zones.values():
        add(group, "path", d=path(frame.shape(outline)), fill_rule="evenodd")
    group = add(body, "g", fill="none", stroke=LINE, stroke_linejoin="round")
    for _, outline, sd_km in scene.lines.values():
        data = path(frame.shape(outline))
        if sd_km:
            add(
                group,
                "path",
                d=data,
                stroke_opacity="0.16",
                stroke_width=2 * sd_km / frame.unit_km,
                class_="band",
            )
        add(group, "path", d=data, class_="line")


def _dots(body: Element, frame: Frame, dots: Dots) -> tuple[int, bool, int, int]:
    """Draw incidents, those that nobody objects to first; say how many lie outside and how errors were drawn."""
    points = frame.points(dots.lon, dots.lat)
    inside = np.all((points >= 0) & (points <= (frame.width, frame.height)), axis=1)
    errors = np.maximum(dots.along, dots.across) / frame.unit_km
    large = np.flatnonzero(inside & (errors >= _LARGE))
    shown = large[np.argsort(-errors[large], kind="stable")]
    kinds: list[Any] = [np.round(points[shown]), dots.along[shown], dots.across[shown], dots.azimuth[shown]]
    shapes = np.column_stack(kinds)
    # of those that would lie on each other one is enough
    shown = shown[np.sort(np.unique(shapes, axis=0, return_index=True)[1])][:_MOST_ERRORS]
    faint = "0.04" if len(shown) <= 40 else "0"
    group = add(body, "g", fill=INK, fill_opacity=faint, stroke=INK, stroke_opacity="0.35", class_="thin")
    for row in shown.tolist():
        x, y = (float(value) for value in points[row])
        across, along = float(dots.across[row]) / frame.unit_km, float(dots.along[row]) / frame.unit_km
        turn = (
            f"rotate({dots.azimuth[row]:.0f} {x:.1f} {y:.1f})" if along != across or dots.box[row] else None
        )
        if dots.box[row]:
            add(group, "rect", x=x - across, y=y - along, width=2 * across, height=2 * along, transform=turn)
        else:
            add(group, "ellipse", cx=x, cy=y, rx=across, ry=along, transform=turn)
    rows = np.flatnonzero(inside)
    merged = len(rows) > _MOST_DOTS
    group = add(body, "g", stroke=INK, class_="dot")
    for x, y, radius, verdict in _discs(points[rows], dots.verdict[rows], merged=merged):
        circle(
            group, x, y, radius, fill=VERDICT_COLOURS[verdict], fill_opacity=None if verdict < 2 else "0.6"
        )
    return int(np.count_nonzero(~inside)), merged, len(shown), len(large)


def _discs(points: Any, verdicts: Any, *, merged: bool) -> list[tuple[float, float, float, int]]:
    """Return a disc for each incident, or for all of a verdict that lie close together: where, how large, and its verdict."""
    if not merged:
        order = np.argsort(-verdicts, kind="stable")
        radii = np.where(verdicts < 2, 2.2, 1.7)
        return [(*points[row].tolist(), float(radii[row]), int(verdicts[row])) for row in order.tolist()]
    cells = np.column_stack([np.floor(points / _CELL), verdicts])
    found, numbers = np.unique(cells, axis=0, return_counts=True)
    radii = np.maximum(0.7 * _CELL * np.sqrt(numbers / numbers.max()), 0.9)
    # the largest first, so that none hides behind another
    order = np.lexsort((-found[:, 2], -radii))
    middles = (found[:, :2] + 0.5) * _CELL
    return [(*middles[row].tolist(), float(radii[row]), int(found[row, 2])) for row in order.tolist()]


def _labels(body: Element, frame: Frame, scene: Scene) -> None:
    """Write each sector's name and count in its middle, or above or below it where another's would be in the way."""
    group = add(body, "g", text_anchor="middle", class_="label")
    taken: list[Any] = [shapely.box(0, frame.height - 30, frame.bar()[1] + 20, frame.height)]
    for area in scene.areas:
        polygons = [
            part
            for part in shapely.get_parts(frame.shape(area.geometry))
            if shapely.get_dimensions(part) == 2
        ]
        if not polygons:
            continue
        largest = max(polygons, key=shapely.area)
        middle = shapely.get_coordinates(shapely.maximum_inscribed_circle(largest, tolerance=1.0))[0]
        rate = _rate(area)
        lines = area.name, "not observed" if rate is None else f"{daily(rate)} a day"
        x, y = _free(frame, middle, max(_BOLD * len(lines[0]), _PLAIN * len(lines[1])), taken)
        write(group, lines[0], x, y - 2, font_weight="bold", fill=INK)
        write(group, lines[1], x, y + 11, fill=INK)


def _free(frame: Frame, middle: Any, width: float, taken: list[Any]) -> tuple[float, float]:
    """Return where a label so wide goes: on the sheet, and on no other label if there is such a place."""
    half = min(width, frame.width) / 2
    x = float(min(max(middle[0], half), frame.width - half))
    steps = [0.0, *(sign * n * _LABEL / 2 for n in range(1, 12) for sign in (1, -1))]
    places = [float(min(max(middle[1] + step, 13.0), frame.height - 14.0)) for step in steps]
    boxes = [shapely.box(x - half, y - 13, x + half, y + 14) for y in places]
    free = next((n for n, box in enumerate(boxes) if not any(shapely.intersects(box, taken))), 0)
    taken.append(boxes[free])
    return x, places[free]


def _bar(body: Element, frame: Frame) -> None:
    km, length = frame.bar()
    x, y = 10.0, frame.height - 10.0
    rule(body, x, y, x + length, y, stroke=INK, stroke_width=2)
    for end in (x, x + length):
        rule(body, end, y - 4, end, y + 1, stroke=INK, stroke_width="1.5")
    write(body, f"{km} km", x, y - 7, fill=INK, class_="label")
