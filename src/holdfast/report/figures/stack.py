"""Effective power stacked along an issue: how much of it stands where, by party, with the weighted mean and median."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import altair as alt

from holdfast.report.figures.svg import GRID, INK, described, render, rows
from holdfast.report.words import shortened

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markupsafe import Markup

    from holdfast.report.figures.svg import Row, Spec

_WIDTH, _HEIGHT = 280, 150
_MOST_LETTERS = 22


def stack(
    power: Mapping[str, Sequence[float]],
    colours: Mapping[str, str],
    mean: float,
    median: float,
    *,
    label: str,
    key: str,
) -> Markup:
    """Return one issue's power, stacked in the given order from the bottom.

    Parameters
    ----------
    power
        By name, its share of the power in each of equal parts of the scale from 0 to 1.
    colours
        By name.
    mean, median
        Where they are marked.
    label
        The text alternative of the whole picture.
    key
        Prefix of the ids inside, unique in the page.
    """
    names = {name: shortened(name, _MOST_LETTERS) for name in power}
    count = len(next(iter(power.values())))
    level = [0.0] * count
    bars: list[Row] = []
    for name, shares in power.items():
        for n, share in enumerate(shares):
            if share > 0:
                bars.append(
                    {
                        "x": n / count,
                        "x2": (n + 1) / count,
                        "y": round(level[n], 5),
                        "y2": round(level[n] + share, 5),
                        "name": names[name],
                    }
                )
                level[n] += share
    top = max(level) * 1.2
    left_first = mean <= median
    marks: list[Row] = [
        {"x": round(mean, 4), "y": 0.0, "y2": top, "name": "mean", "side": "right" if left_first else "left"},
        {
            "x": round(median, 4),
            "y": 0.0,
            "y2": top,
            "name": "median",
            "side": "left" if left_first else "right",
        },
    ]
    spec = _spec(tuple(names.values()), tuple(colours[name] for name in power), round(top, 4))
    return render(spec, {"bars": bars, "marks": marks}, label=label, key=key)


@cache
def _spec(names: tuple[str, ...], colours: tuple[str, ...], top: float) -> Spec:
    x = alt.X(
        "x:Q",
        scale=alt.Scale(domain=[0, 1], nice=False),
        axis=alt.Axis(
            title="position", values=[0, 0.25, 0.5, 0.75, 1], format=".2~f", grid=False, titlePadding=2
        ),
    )
    y = alt.Y(
        "y:Q",
        scale=alt.Scale(domain=[0, top], nice=False),
        axis=alt.Axis(title="share of the power", format="%", tickCount=3, gridColor=GRID, titlePadding=2),
    )
    legend = alt.Legend(
        title=None, orient="top", columns=3, labelFontSize=11, symbolType="square", labelLimit=130
    )
    marks = alt.Chart(rows("marks"))
    chart = alt.layer(
        alt.Chart(rows("bars"))
        .mark_rect(stroke="white", strokeWidth=0.3)
        .encode(
            x,
            alt.X2("x2:Q"),
            y,
            alt.Y2("y2:Q"),
            alt.Color("name:N", scale=alt.Scale(domain=list(names), range=list(colours)), legend=legend),
        ),
        *(
            marks.transform_filter(f"datum.name == '{name}'")
            .mark_rule(color=INK, strokeWidth=1.6, strokeDash=dash)
            .encode(x, y, alt.Y2("y2:Q"))
            for name, dash in (("mean", [1, 0]), ("median", [4, 3]))
        ),
        *(
            marks.transform_filter(f"datum.side == '{side}'")
            .mark_text(align=side, baseline="top", dx=-4 if side == "right" else 4, fontSize=11)
            .encode(x, alt.Y("y2:Q"), alt.Text("name:N"))
            for side in ("left", "right")
        ),
    )
    return described(chart.properties(width=_WIDTH, height=_HEIGHT))
