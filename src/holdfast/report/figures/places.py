"""Places on an issue's scale from 0 to 1, each with its interval: one row a model, its label above."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import altair as alt

from holdfast.report.figures.svg import BLUE, FAINT, GRID, STEEL, described, render, rows
from holdfast.report.words import shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from holdfast.report.figures.svg import Spec

_WIDTH = 320
_STEP = 31
_MOST_LETTERS = 36


@dataclass(frozen=True)
class Place:
    """One row.

    Parameters
    ----------
    label, value
        Text above it, left and right.
    mean, low, high
        Mean and 5-95 % interval, on the scale from 0 to 1.
    baseline
        Whether it is what the others are compared with: drawn in blue, the others grey.
    """

    label: str
    value: str
    mean: float
    low: float
    high: float
    baseline: bool = False


def places(drawn: Sequence[Place], *, axis: str, label: str, key: str) -> Markup:
    """Return dots with their intervals, in the given order from the top.

    Parameters
    ----------
    drawn
        The rows.
    axis
        Title of the axis.
    label
        The text alternative of the whole picture.
    key
        Prefix of the ids inside, unique in the page.
    """
    data = [
        {
            "mean": round(row.mean, 5),
            "low": round(row.low, 5),
            "high": round(row.high, 5),
            "label": shortened(row.label, _MOST_LETTERS),
            "value": row.value,
            "label_at": place + 0.5,
            "middle": place + 0.74,
            "left": 0.0,
            "right": 1.0,
            "colour": BLUE if row.baseline else STEEL,
        }
        for place, row in enumerate(drawn)
    ]
    return render(_spec(len(drawn), axis), {"rows": data}, label=label, key=key)


@cache
def _spec(count: int, title: str) -> Spec:
    scale = alt.Scale(domain=[0, count], reverse=True, nice=False)
    label_at, middle = (alt.Y(f"{name}:Q", scale=scale, axis=None) for name in ("label_at", "middle"))
    axis = alt.Axis(title=title, format=".1f", gridColor=GRID, domainColor=FAINT, tickCount=5, titlePadding=3)
    base = alt.Chart(rows("rows"))
    colour = alt.Color("colour:N", scale=None, legend=None)
    chart = alt.layer(
        base.mark_rule(strokeWidth=4, opacity=0.45).encode(
            alt.X("low:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=axis),
            alt.X2("high:Q"),
            middle,
            colour,
        ),
        base.mark_point(shape="circle", filled=True, size=70, opacity=1).encode(
            alt.X("mean:Q"), middle, colour
        ),
        base.mark_text(align="left", baseline="bottom", dx=1).encode(
            alt.X("left:Q"), label_at, alt.Text("label:N")
        ),
        base.mark_text(align="right", baseline="bottom", dx=-1).encode(
            alt.X("right:Q"), label_at, alt.Text("value:N")
        ),
    )
    return described(chart.properties(width=_WIDTH, height=_STEP * count))
