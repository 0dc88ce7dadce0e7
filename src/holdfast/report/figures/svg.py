"""Charts into inline SVG: static, small, the same bytes every time, and one image to a screen reader."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import altair as alt

Spec = dict[str, Any]
Row = dict[str, Any]

#: Colours that stay apart for the colour-blind (Okabe & Ito 2008); none carries a meaning alone.
BLUE = "#0072b2"
ORANGE = "#d55e00"
INK = "#1b1f24"
PAGE = "#ffffff"
MUTED = "#5b6470"
FAINT = "#c9ced6"
GHOST = "#a3acb8"
GRID = "#e4e7eb"
STEEL = "#7d8fa3"
BLUE_LIGHT = "#cfe3f1"
BLUE_MID = "#93c1e0"

FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif"

_CONFIG: dict[str, Any] = {
    "background": "transparent",
    "font": FONT,
    "aria": False,
    "view": {"stroke": FAINT},
    "axis": {
        "labelColor": INK,
        "titleColor": INK,
        "labelFontSize": 11,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "gridColor": GRID,
        "domainColor": FAINT,
        "tickColor": FAINT,
        "labelLimit": 400,
    },
    "text": {"color": INK, "font": FONT, "fontSize": 11},
}
_NEEDLESS = {
    "font-family",
    "class",
    "role",
    "pointer-events",
    "aria-hidden",
    "aria-roledescription",
    "aria-label",
    "version",
}
_DEFAULTS = (("opacity", "1"), ("font-weight", "normal"), ("stroke-width", "1"))
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")


def described(chart: alt.Chart | alt.LayerChart | alt.FacetChart) -> Spec:
    """Return a chart as a Vega-Lite specification; its data are named, and given to `render`."""
    return {**chart.to_dict(validate=False), "config": _CONFIG}


def rows(name: str) -> alt.NamedData:
    """Return a named table for a chart to draw, whose rows `render` will be given."""
    import altair as alt  # noqa: PLC0415 - takes long to import, and who needs only a colour of ours does not wait

    return alt.NamedData(name=name)


def render(spec: Spec, data: Mapping[str, Sequence[Row]], *, label: str, key: str) -> Markup:
    """Return a chart as inline SVG that a screen reader meets as one image.

    Parameters
    ----------
    spec
        The chart, from `described`; panels of one figure share it.
    data
        The rows of its named tables.
    label
        The text alternative: what the picture shows, with its numbers.
    key
        Prefix of the ids inside, unique in the page.
    """
    import vl_convert as vlc  # noqa: PLC0415

    whole = {**spec, "datasets": {name: list(table) for name, table in data.items()}}
    # The SVG is our own converter's, not a stranger's file.
    root = ET.fromstring(vlc.vegalite_to_svg(whole, allowed_base_urls=[]))  # noqa: S314
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        for name in [name for name in element.attrib if name in _NEEDLESS]:
            del element.attrib[name]
        for name, default in _DEFAULTS:
            if element.get(name) == default:
                del element.attrib[name]
        for name, value in element.attrib.items():
            element.set(name, _LONG_NUMBER.sub(_two_digits, _own(name, value, key)))
    _drop_empty(root)
    root.set("font-family", FONT)
    root.set("role", "img")
    root.set("aria-label", label)
    root.set("focusable", "false")
    return Markup(ET.tostring(root, encoding="unicode", short_empty_elements=True))  # noqa: S704


def _own(name: str, value: str, key: str) -> str:
    """Make an id, or a reference to one, this chart's own."""
    if name == "id":
        return f"{key}-{value}"
    return value.replace("url(#", f"url(#{key}-")


def _two_digits(match: re.Match[str]) -> str:
    return f"{float(match.group()):.2f}".rstrip("0").rstrip(".")


def _drop_empty(element: ET.Element) -> None:
    """Remove what draws nothing: empty groups and paths."""
    for child in list(element):
        _drop_empty(child)
        if (child.tag == "g" and not len(child)) or (child.tag == "path" and not child.get("d")):
            element.remove(child)
