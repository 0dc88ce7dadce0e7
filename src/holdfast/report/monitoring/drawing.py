"""Pictures drawn by hand: elements of SVG with their text escaped, paths of geometries, hatching."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from xml.etree import ElementTree as ET

import shapely as _shapely
from markupsafe import Markup

from holdfast.report.figures.svg import FONT, GRID, MUTED

shapely: Any = _shapely

__all__ = ["Element", "add", "circle", "finished", "hatching", "path", "sheet", "write"]

Element = ET.Element
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML cannot hold."""


def sheet(width: float, height: float) -> Element:
    """Return an empty picture."""
    return Element("svg", {"viewBox": f"0 0 {short(width)} {short(height)}", "font-family": FONT})


def add(parent: Element, tag: str, **attributes: object) -> Element:
    """Add an element; underscores in names of attributes stand for hyphens, and None leaves one out."""
    told = {
        name.rstrip("_").replace("_", "-"): short(value) if isinstance(value, float) else str(value)
        for name, value in attributes.items()
        if value is not None
    }
    return ET.SubElement(parent, tag, told)


def write(parent: Element, text: str, x: float, y: float, **attributes: object) -> Element:
    """Add a line of text."""
    element = add(parent, "text", x=float(x), y=float(y), **attributes)
    element.text = _UNFIT.sub("\ufffd", text)
    return element


def circle(parent: Element, x: float, y: float, radius: float, **attributes: object) -> Element:
    """Add a disc."""
    return add(parent, "circle", cx=float(x), cy=float(y), r=float(radius), **attributes)


def hatching(root: Element, name: str) -> str:
    """Add hatching to a picture and return what fills with it."""
    pattern = add(
        root,
        "pattern",
        id=name,
        width=5,
        height=5,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )
    add(pattern, "rect", width=5, height=5, fill="#ffffff")
    add(pattern, "rect", width=2, height=5, fill="#c3c9d1")
    return f"url(#{name})"


def finished(root: Element, label: str) -> Markup:
    """Return a picture as inline SVG that a screen reader meets as one image."""
    root.set("role", "img")
    root.set("aria-label", _UNFIT.sub("\ufffd", label))
    root.set("focusable", "false")
    return Markup(ET.tostring(root, encoding="unicode", short_empty_elements=True))  # noqa: S704 - escaped there


def short(value: float) -> str:
    """Return a coordinate with one digit after the point, if it is not 0.

    Examples
    --------
    >>> short(12.34), short(5.0), short(-0.01)
    ('12.3', '5', '0')
    """
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def path(geometry: Any) -> str:
    """Return lines and areas as the data of a path; rings are to be filled by the even-odd rule."""
    parts: list[str] = []
    for part in shapely.get_parts(shapely.get_parts(geometry)):
        area = shapely.get_dimensions(part) == 2
        lines = shapely.get_rings([part]) if area else [part]
        lines = [line for line in lines if shapely.get_dimensions(line) == 1]
        parts += [_run(shapely.get_coordinates(line).tolist(), closed=area) for line in lines]
    return "".join(parts)


def _run(points: Iterable[tuple[float, float]], *, closed: bool) -> str:
    """Return a run of points as steps, each from the one before, in tenths."""
    text, last = "", (0, 0)
    for x, y in points:
        here = (round(10 * x), round(10 * y))
        if not text:
            text = f"M{here[0] / 10:g} {here[1] / 10:g}l"
        elif here != last:
            text += f"{_tenths(here[0] - last[0])} {_tenths(here[1] - last[1])} "
        last = here
    if text.endswith("l"):
        return ""
    return text.rstrip() + ("z" if closed else "")


def _tenths(value: int) -> str:
    return f"{value / 10:g}"


def rule(root: Element, x1: float, y1: float, x2: float, y2: float, **attributes: object) -> Element:
    """Add a straight line; a faint one if nothing else is said."""
    told: dict[str, object] = {"stroke": GRID, "stroke_width": 1, **attributes}
    return add(root, "line", x1=float(x1), y1=float(y1), x2=float(x2), y2=float(y2), **told)


def note(root: Element, text: str, x: float, y: float, **attributes: object) -> Element:
    """Add a small text in a muted colour."""
    told: dict[str, object] = {"fill": MUTED, **attributes}
    return write(root, text, x, y, **told)
