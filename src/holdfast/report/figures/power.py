"""Power beside weight: two bars a row, its label above them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import altair as alt

from holdfast.report.coalitions import tenths
from holdfast.report.figures.svg import BLUE, FAINT, GHOST, GRID, described, render, rows
from holdfast.report.words import shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from holdfast.report.figures.svg import Spec

_WIDTH = 320
_STEP = 36
_MOST_LETTERS = 58


@dataclass(frozen=True)
class PowerRow:
    """One member, or one of several alike.

    Parameters
    ----------
    label
        Text above the bars.
    power, weight
        Shares, in [0, 1].
    """

    label: str
    power: float
    weight: float


def power_bars(
    drawn: Sequence[PowerRow], *, end: float, noun: str, axis: str, label: str, key: str
) -> Markup:
    """Return for each row a blue bar of power above a grey one of weight, in the given order from the top.

    Parameters
    ----------
    drawn
        The rows.
    end
        Where the axis ends; panels of one figure share it.
    noun
        What the grey bar is a share of, in a word.
    axis
        Title of the axis.
    label
        The text alternative of the whole picture.
    key
        Prefix of the ids inside, unique in the page.
    """
    data = [_record(place, row, end, noun) for place, row in enumerate(drawn)]
    return render(_spec(len(drawn), end, axis), {"rows": data}, label=label, key=key)


@cache
def _spec(count: int, end: float, title: str) -> Spec:
    scale = alt.Scale(domain=[0, count], reverse=True, nice=False)
    label_at, top, middle = (
        alt.Y(f"{name}:Q", scale=scale, axis=None) for name in ("label_at", "top", "middle")
    )
    axis = alt.Axis(title=title, format="%", gridColor=GRID, domainColor=FAINT, tickCount=5, titlePadding=3)
    base = alt.Chart(rows("rows"))
    start = alt.X("left:Q", scale=alt.Scale(domain=[0, end], nice=False), axis=axis)
    chart = alt.layer(
        base.mark_rect(color=BLUE).encode(start, alt.X2("power:Q"), top, alt.Y2("middle:Q")),
        base.mark_rect(color=GHOST).encode(alt.X("left:Q"), alt.X2("weight:Q"), middle, alt.Y2("bottom:Q")),
        base.mark_text(align="left", baseline="bottom", dx=1).encode(
            alt.X("left:Q"), label_at, alt.Text("label:N")
        ),
        base.mark_text(align="right", baseline="bottom", dx=-1).encode(
            alt.X("right:Q"), label_at, alt.Text("value:N")
        ),
    )
    return described(chart.properties(width=_WIDTH, height=_STEP * count))


def _record(place: int, row: PowerRow, end: float, noun: str) -> dict[str, str | float]:
    value = f"{tenths(row.power)} power, {tenths(row.weight)} {noun}"
    return {
        "left": 0.0,
        "right": end,
        "power": round(row.power, 6),
        "weight": round(row.weight, 6),
        "label_at": place + 0.5,
        "top": place + 0.55,
        "middle": place + 0.77,
        "bottom": place + 0.94,
        "label": shortened(row.label, max(_MOST_LETTERS - len(value), 12)),
        "value": value,
    }
