"""The map of proposals: how likely each of two principals accepts, where both do, who else blocks, and concessions as arrows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import altair as alt

from holdfast.report.figures.svg import (
    BLUE_LIGHT,
    FAINT,
    INK,
    MUTED,
    ORANGE,
    PAGE,
    STEEL,
    described,
    render,
    rows,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from holdfast.report.figures.svg import Row, Spec
    from holdfast.report.words import Spread

_SIDE = 380
_HEAD, _OPEN = 0.03, 0.45
#: Where a number may stand beside its dot, nearest first: angles in eighths of a turn, distances in shares of the axis.
_AROUND = [
    (r * math.cos(k * math.pi / 4), r * math.sin(k * math.pi / 4))
    for r in (0.038, 0.062, 0.09, 0.12, 0.16)
    for k in (1, 3, 7, 5, 0, 4, 2, 6)
]
_CLEAR = 0.034


@dataclass(frozen=True)
class Spot:
    """One proposal.

    Parameters
    ----------
    number
        What the page calls it.
    first, second
        How likely the two principals accept it.
    there
        Where a concession would bring it, as means; None where there is none.
    blocked_by_another
        Whether a signatory that has no axis here blocks it: drawn hollow, as it may lie where both accept and is blocked all the same.
    """

    number: str
    first: Spread
    second: Spread
    there: tuple[float, float] | None = None
    blocked_by_another: bool = False


def zone_map(
    spots: Sequence[Spot], threshold: float, names: tuple[str, str], *, label: str, key: str
) -> Markup:
    """Return the map.

    Parameters
    ----------
    spots
        The proposals.
    threshold
        How likely each signatory must accept; above 0.6 the area where both principals do is too low for its words.
    names
        Of the two principals: that of the axis across, then that of the axis upwards.
    label
        The text alternative of the whole picture.
    key
        Prefix of the ids inside, unique in the page.
    """
    dots = [
        {
            "x": round(s.first.mean, 4),
            "y": round(s.second.mean, 4),
            "x1": round(s.first.p05, 4),
            "x2": round(s.first.p95, 4),
            "y1": round(s.second.p05, 4),
            "y2": round(s.second.p95, 4),
            "fill": PAGE if s.blocked_by_another else INK,
        }
        for s in spots
    ]
    numbers = _numbers(spots)
    data: dict[str, list[Row]] = {
        "zone": [{"x": threshold, "y": threshold, "x2": 1.0, "y2": 1.0}],
        "limits": [
            {"x": threshold, "y": 0.0, "x2": threshold, "y2": 1.0},
            {"x": 0.0, "y": threshold, "x2": 1.0, "y2": threshold},
        ],
        "dots": dots,
        "arrows": [
            line
            for s in spots
            if s.there is not None
            for line in _arrow((s.first.mean, s.second.mean), s.there)
        ],
        "numbers": [row for row in numbers if not row["to"]],
        "ends": [row for row in numbers if row["to"]],
        "word": [{"x": 0.985, "y": threshold + 0.03, "text": "both principals accept"}]
        if threshold <= 0.6
        else [],
    }
    return render(_spec(*names), data, label=label, key=key)


def _arrow(start: tuple[float, float], end: tuple[float, float]) -> list[Row]:
    """Return a line and the two of its head."""
    angle = math.atan2(end[1] - start[1], end[0] - start[0])
    lines = [(start, end)]
    for side in (-_OPEN, _OPEN):
        back = (end[0] - _HEAD * math.cos(angle + side), end[1] - _HEAD * math.sin(angle + side))
        lines.append((back, end))
    return [
        {"x": round(a[0], 4), "y": round(a[1], 4), "x2": round(b[0], 4), "y2": round(b[1], 4)}
        for a, b in lines
    ]


def _numbers(spots: Sequence[Spot]) -> list[Row]:
    """Return each number beside its dot, and with a prime beside the head of its arrow, clear of all of them where there is room."""
    taken = [(s.first.mean, s.second.mean) for s in spots] + [s.there for s in spots if s.there is not None]
    wanted = [((s.first.mean, s.second.mean), s.number, False) for s in spots]
    wanted += [(s.there, f"{s.number}′", True) for s in spots if s.there is not None]
    shafts = [((s.first.mean, s.second.mean), s.there) for s in spots if s.there is not None]
    found: list[Row] = []
    for here, text, end in wanted:
        around = [(here[0] + dx, here[1] + dy) for dx, dy in _AROUND]
        inside = [p for p in around if 0.02 <= p[0] <= 0.98 and 0.02 <= p[1] <= 0.98]
        free = [p for p in inside if all(math.dist(p, t) >= _CLEAR for t in taken)]
        off_lines = (p for p in free if all(_away(p, a, b) >= _CLEAR / 2 for a, b in shafts))
        place = next(off_lines, (free or inside)[0])
        taken.append(place)
        found.append({"x": round(place[0], 4), "y": round(place[1], 4), "n": text, "to": end})
    return found


def _away(point: tuple[float, float], start: tuple[float, float], end: tuple[float, float]) -> float:
    """Return how far a point is from a line between two."""
    across, up = end[0] - start[0], end[1] - start[1]
    along = ((point[0] - start[0]) * across + (point[1] - start[1]) * up) / max(across**2 + up**2, 1e-12)
    part = min(max(along, 0.0), 1.0)
    return math.dist(point, (start[0] + part * across, start[1] + part * up))


@cache
def _spec(first: str, second: str) -> Spec:
    def axis(name: str) -> alt.Axis:
        return alt.Axis(
            title=f"how likely {name} accepts",
            values=[0, 0.25, 0.5, 0.75, 1],
            format="%",
            grid=False,
            titlePadding=3,
            labelFontSize=13,
            titleFontSize=13,
        )

    unit = alt.Scale(domain=[0, 1], nice=False)
    x, y = alt.X("x:Q", scale=unit, axis=axis(first)), alt.Y("y:Q", scale=unit, axis=axis(second))
    x1, y1 = alt.X("x1:Q", scale=unit), alt.Y("y1:Q", scale=unit)
    dots = alt.Chart(rows("dots"))
    chart = alt.layer(
        alt.Chart(rows("zone"))
        .mark_rect(color=BLUE_LIGHT, opacity=0.8)
        .encode(x, y, alt.X2("x2:Q"), alt.Y2("y2:Q")),
        alt.Chart(rows("word"))
        .mark_text(align="right", color=MUTED, fontSize=13)
        .encode(x, y, alt.Text("text:N")),
        alt.Chart(rows("limits"))
        .mark_rule(color=STEEL, strokeDash=[4, 3])
        .encode(x, y, alt.X2("x2:Q"), alt.Y2("y2:Q")),
        dots.mark_rule(color=FAINT, strokeWidth=1.4).encode(x1, alt.X2("x2:Q"), y),
        dots.mark_rule(color=FAINT, strokeWidth=1.4).encode(x, y1, alt.Y2("y2:Q")),
        alt.Chart(rows("arrows"))
        .mark_rule(color=ORANGE, strokeWidth=2)
        .encode(x, y, alt.X2("x2:Q"), alt.Y2("y2:Q")),
        dots.mark_point(shape="circle", size=75, stroke=INK, strokeWidth=2, opacity=1, fillOpacity=1).encode(
            x, y, alt.Fill("fill:N", scale=None, legend=None)
        ),
        alt.Chart(rows("numbers")).mark_text(fontSize=14, fontWeight="bold").encode(x, y, alt.Text("n:N")),
        alt.Chart(rows("ends"))
        .mark_text(fontSize=13, fontWeight="bold", color=ORANGE)
        .encode(x, y, alt.Text("n:N")),
    )
    return described(chart.properties(width=_SIDE, height=_SIDE))
