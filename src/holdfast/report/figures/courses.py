"""Positions over rounds: the parties' mean paths on one issue, and the middle of them with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import altair as alt

from holdfast.report.figures.svg import BLUE_LIGHT, GRID, INK, described, render, rows
from holdfast.report.words import shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from holdfast.report.figures.svg import Row, Spec
    from holdfast.report.words import Spread

_WIDTH, _HEIGHT = 250, 190
#: Room right of the last round, for names, as a share of the rounds.
_ROOM = 0.55
#: How far apart two names must be, on the scale from 0 to 1.
_APART = 0.075
_MOST_LETTERS = 14
_TICKS = 5


@dataclass(frozen=True)
class Path:
    """One party's mean path.

    Parameters
    ----------
    name
        At the end of the line; empty for none.
    places
        One a round, the start first, on the scale from 0 to 1.
    colour, width
        Of the line.
    """

    name: str
    places: tuple[float, ...]
    colour: str
    width: float


def courses(paths: Sequence[Path], middle: Sequence[Spread], *, label: str, key: str) -> Markup:
    """Return one issue's paths in one model.

    Parameters
    ----------
    paths
        In the order of drawing, the last above the others.
    middle
        The middle of the parties, one a round.
    label
        The text alternative of the whole picture.
    key
        Prefix of the ids inside, unique in the page.
    """
    last = len(middle) - 1
    lines: list[Row] = [
        {"t": t, "y": round(y, 4), "k": f"{k:03d}", "colour": path.colour, "width": path.width}
        for k, path in enumerate(paths)
        for t, y in enumerate(path.places)
    ]
    named = [(p.places[-1], shortened(p.name, _MOST_LETTERS), p.colour) for p in paths if p.name]
    named = sorted([*named, (middle[-1].mean, "middle", INK)])
    data: dict[str, list[Row]] = {
        "middle": [
            {"t": t, "mean": round(s.mean, 4), "low": round(s.p05, 4), "high": round(s.p95, 4)}
            for t, s in enumerate(middle)
        ],
        "lines": lines,
        "names": [
            {
                "t": last * 1.05,
                "y": round(y, 4),
                "name": name,
                "colour": colour,
                "weight": "bold" if colour == INK else "normal",
            }
            for (_, name, colour), y in zip(named, _spaced([y for y, *_ in named]), strict=True)
        ],
    }
    return render(_spec(max(last, 1)), data, label=label, key=key)


def _spaced(places: Sequence[float]) -> list[float]:
    """Return rising places moved as little as a pass up and a pass down need for names not to overlap.

    Examples
    --------
    >>> [round(y, 3) for y in _spaced([0.5, 0.5, 0.99])]
    [0.5, 0.575, 0.99]
    >>> [round(y, 3) for y in _spaced([0.98, 0.98])]
    [0.905, 0.98]
    """
    found: list[float] = []
    for y in places:
        found.append(max(y, found[-1] + _APART) if found else max(y, 0.02))
    ceiling = 0.98 + _APART if not places or places[-1] <= 0.98 else places[-1] + _APART
    for n in range(len(found) - 1, -1, -1):
        found[n] = min(found[n], ceiling - _APART)
        ceiling = found[n]
    return found


@cache
def _spec(last: int) -> Spec:
    """Return the chart that all panels of as many rounds share."""
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, last) if last / s <= _TICKS)
    x = alt.X(
        "t:Q",
        scale=alt.Scale(domain=[0, last * (1 + _ROOM)], nice=False),
        axis=alt.Axis(
            title="round",
            titleAnchor="start",
            values=list(range(0, last + 1, step)),
            format="d",
            titlePadding=2,
            grid=False,
        ),
    )
    y, mean, low = (
        alt.Y(
            f"{name}:Q",
            scale=alt.Scale(domain=[0, 1], nice=False),
            axis=alt.Axis(title="position", values=[0, 0.5, 1], format=".1f", titlePadding=6, gridColor=GRID),
        )
        for name in ("y", "mean", "low")
    )
    middle, names = alt.Chart(rows("middle")), alt.Chart(rows("names"))
    chart = alt.layer(
        middle.mark_area(color=BLUE_LIGHT, opacity=0.8).encode(x, low, alt.Y2("high:Q")),
        alt.Chart(rows("lines"))
        .mark_line()
        .encode(
            x,
            y,
            alt.Detail("k:N"),
            alt.Color("colour:N", scale=None, legend=None),
            alt.StrokeWidth("width:Q", scale=None, legend=None),
        ),
        middle.mark_line(color=INK, strokeWidth=3, strokeDash=[6, 3]).encode(x, mean),
        names.mark_point(shape="square", filled=True, size=60, opacity=1).encode(
            x, y, alt.Color("colour:N", scale=None, legend=None)
        ),
        *(
            names.transform_filter(f"datum.weight == '{weight}'")
            .mark_text(align="left", dx=7, fontSize=11, fontWeight=weight)
            .encode(x, y, alt.Text("name:N"))
            for weight in ("normal", "bold")
        ),
    )
    return described(chart.properties(width=_WIDTH, height=_HEIGHT))
