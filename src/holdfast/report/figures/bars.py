"""Horizontal bars with their labels above them: the funnel, the worth of signing and the hinges.

Labels above rather than beside leave a phone's whole width to the bars.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import altair as alt

from holdfast.report.figures.svg import BLUE, FAINT, GRID, INK, MUTED, described, render, rows
from holdfast.report.words import capital, shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from holdfast.report.figures.svg import Row, Spec

_WIDTH = 320
_STEP = 31
_MOST_LETTERS = 58
#: A place cut to fewer letters than this is given by its initials.
_FEWEST_LETTERS = 8


@dataclass(frozen=True)
class Bar:
    """One bar.

    Parameters
    ----------
    label, value
        Text above the bar, left and right; of a long label "place: quantity" the place is cut.
    mark
        What follows the label and is never cut.
    start, end
        Where it begins and ends, in the unit of the axis.
    low, high
        Ends of the 5-95 % interval drawn across its end; None for none.
    colour
        Fill; the label must say in words whatever the colour says.
    """

    label: str
    value: str
    start: float
    end: float
    low: float | None = None
    high: float | None = None
    colour: str = BLUE
    mark: str = ""


def bars(
    drawn: Sequence[Bar],
    *,
    domain: tuple[float, float],
    axis: str,
    label: str,
    key: str,
    form: str = "%",
    reference: float | None = None,
) -> Markup:
    """Return horizontal bars, in the given order from the top.

    Parameters
    ----------
    drawn
        The bars.
    domain
        Ends of the axis.
    axis
        Title of the axis.
    label
        The text alternative of the whole picture.
    key
        Prefix of the ids inside, unique in the page.
    form
        d3 format of the axis labels.
    reference
        Where a vertical line is drawn, if anywhere.
    """
    labels = _labels(drawn)
    data: dict[str, list[Row]] = {
        "bars": [
            _record(place, bar, text, domain)
            for place, (bar, text) in enumerate(zip(drawn, labels, strict=True))
        ]
    }
    data["reference"] = [] if reference is None else [{"at": reference}]
    return render(_spec(len(drawn), domain, axis, form), data, label=label, key=key)


@cache
def _spec(count: int, domain: tuple[float, float], title: str, form: str) -> Spec:
    """Return the chart of so many bars on an axis."""
    scale = alt.Scale(domain=[0, count], reverse=True, nice=False)
    top, middle, label_at = (
        alt.Y(f"{field}:Q", scale=scale, axis=None) for field in ("top", "middle", "label_at")
    )
    axis = alt.Axis(title=title, format=form, gridColor=GRID, domainColor=FAINT, tickCount=5, titlePadding=3)
    x = alt.X("start:Q", scale=alt.Scale(domain=list(domain), nice=False), axis=axis)
    base = alt.Chart(rows("bars"))
    chart = alt.layer(
        base.mark_rect().encode(
            x, alt.X2("end:Q"), top, alt.Y2("bottom:Q"), alt.Color("colour:N", scale=None, legend=None)
        ),
        alt.Chart(rows("reference")).mark_rule(color=MUTED, strokeDash=[4, 3]).encode(alt.X("at:Q")),
        base.mark_rule(color=INK, strokeWidth=1.2).encode(alt.X("low:Q"), alt.X2("high:Q"), middle),
        base.mark_text(align="left", baseline="bottom", dx=1).encode(
            alt.X("left:Q"), label_at, alt.Text("label:N")
        ),
        base.mark_text(align="right", baseline="bottom", dx=-1).encode(
            alt.X("right:Q"), label_at, alt.Text("value:N")
        ),
    )
    return described(chart.properties(width=_WIDTH, height=_STEP * count))


def _labels(drawn: Sequence[Bar]) -> list[str]:
    """Return labels that fit beside their values; no two of different bars read alike."""
    rooms = [max(_MOST_LETTERS - len(bar.value) - len(bar.mark), 10) for bar in drawn]
    found = [fitted(capital(bar.label), room) for bar, room in zip(drawn, rooms, strict=True)]
    for k, (bar, room) in enumerate(zip(drawn, rooms, strict=True)):
        if _alike(drawn, found, k):
            found[k] = _initials(capital(bar.label), room)
    for k, room in enumerate(rooms):
        if _alike(drawn, found, k):
            found[k] = f"{k + 1}. {shortened(found[k], room - 4)}"
    return found


def _alike(drawn: Sequence[Bar], labels: Sequence[str], k: int) -> bool:
    """Return whether another bar that means something else has the same label as this one."""
    return any(
        label == labels[k] and bar.label != drawn[k].label for bar, label in zip(drawn, labels, strict=True)
    )


def fitted(label: str, room: int) -> str:
    """Return a label in so many letters: the place before the colon is cut rather than the quantity after it.

    Examples
    --------
    >>> fitted("Sudanese Armed Forces: noise of decisions", 33), fitted("Sudanese Armed Forces: noise of decisions", 24)
    ('Sudanese…: noise of decisions', 'SAF: noise of decisions')
    """
    place, colon, quantity = label.rpartition(": ")
    left = room - len(quantity) - len(colon)
    if len(label) <= room or not colon:
        return shortened(label, room)
    return f"{shortened(place, left)}{colon}{quantity}" if left >= _FEWEST_LETTERS else _initials(label, room)


def _initials(label: str, room: int) -> str:
    """Return a label with its place as initials."""
    place, colon, quantity = label.rpartition(": ")
    letters = "".join(word[0] for word in place.split() if word[0].isalnum())
    return shortened(f"{letters}{colon}{quantity}", room)


def _record(place: int, bar: Bar, text: str, domain: tuple[float, float]) -> dict[str, str | float | None]:
    low, high = domain
    return {
        "start": round(min(max(bar.start, low), high), 5),
        "end": round(min(max(bar.end, low), high), 5),
        "low": None if bar.low is None else round(min(max(bar.low, low), high), 5),
        "high": None if bar.high is None else round(min(max(bar.high, low), high), 5),
        "left": low,
        "right": high,
        "label_at": place + 0.5,
        "top": place + 0.54,
        "middle": place + 0.74,
        "bottom": place + 0.94,
        "label": f"{text}{bar.mark}",
        "value": bar.value,
        "colour": bar.colour,
    }
