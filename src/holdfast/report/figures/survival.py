"""How long each proposal's ceasefire holds, with the published survival of past ceasefires beside it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import altair as alt

from holdfast.report.base_rates import SURVIVAL
from holdfast.report.figures.svg import BLUE, BLUE_LIGHT, GHOST, INK, ORANGE, described, render, rows
from holdfast.report.words import chance, percent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markupsafe import Markup

    from holdfast.report.answers import Proposal
    from holdfast.report.figures.svg import Row, Spec
    from holdfast.report.words import Spread

_WIDTH, _HEIGHT = 250, 170
#: Shape and dash of each published curve, so that colour is not alone.
_OUTSIDE = {"without": ("triangle-down", [5, 3]), "with": ("triangle-up", [1, 0])}


def survival(
    proposal: Proposal, curve: Mapping[float, Spread], ghosts: Sequence[Mapping[float, Spread]], years: float
) -> Markup:
    """Return one proposal's curve with its 5-95 % band, the other proposals' in grey, the outside view in orange.

    Parameters
    ----------
    proposal
        The proposal of the panel.
    curve, ghosts
        {years: share of draws' mean holding}, of this proposal and of the others.
    years
        The end of the axis.
    """
    data: dict[str, list[Row]] = {
        "own": [{"t": 0.0, "mean": 1.0, "low": 1.0, "high": 1.0}]
        + [{"t": t, "mean": s.mean, "low": s.p05, "high": s.p95} for t, s in sorted(curve.items())],
        "ghosts": [
            {"t": t, "mean": mean, "k": str(k)}
            for k, ghost in enumerate(ghosts)
            for t, mean in [(0.0, 1.0), *((t, s.mean) for t, s in sorted(ghost.items()))]
        ],
    }
    for published in SURVIVAL:
        marks: list[Row] = [{"t": t, "mean": share, "n": ""} for t, share in published.points if t <= years]
        marks[-1]["n"] = published.id
        data[published.id] = marks
    return render(_spec(years), data, label=_label(proposal), key=f"survival{proposal.rank}")


@cache
def _spec(years: float) -> Spec:
    """Return the chart that all panels share."""
    ticks = alt.Axis(title="years after the signature", values=_ticks(years), format="d", titlePadding=2)
    shares = alt.Axis(title="still holds", values=[0, 0.5, 1], format="%", titlePadding=2)
    x = alt.X("t:Q", scale=alt.Scale(domain=[0, years], nice=False), axis=ticks)
    mean, low = (
        alt.Y(f"{field}:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=shares)
        for field in ("mean", "low")
    )
    own = alt.Chart(rows("own"))
    layers: list[alt.Chart] = [
        own.mark_area(color=BLUE_LIGHT, opacity=0.8).encode(x, low, alt.Y2("high:Q")),
        alt.Chart(rows("ghosts")).mark_line(color=GHOST, strokeWidth=1).encode(x, mean, alt.Detail("k:N")),
    ]
    for published in SURVIVAL:
        # A mark at each published year; the line only leads the eye.
        shape, dash = _OUTSIDE[published.id]
        past = alt.Chart(rows(published.id))
        layers += [
            past.mark_line(color=ORANGE, strokeWidth=1, strokeDash=dash).encode(x, mean),
            past.mark_point(shape=shape, filled=True, size=36, color=ORANGE, opacity=1).encode(x, mean),
            past.mark_text(align="left", dx=6, color=INK, fontSize=10).encode(x, mean, alt.Text("n:N")),
        ]
    layers.append(own.mark_line(color=BLUE, strokeWidth=2.5).encode(x, mean))
    return described(alt.layer(*layers).properties(width=_WIDTH, height=_HEIGHT))


def _label(proposal: Proposal) -> str:
    own = ", ".join(f"{chance(proposal.holds.get(year))} after {year} years" for year in ("1", "5", "10"))
    past = "; ".join(
        f"{curve.label} {', '.join(f'{percent(share)} after {years:g}' for years, share in curve.points)}"
        for curve in SURVIVAL
    )
    return (
        f"Proposal {proposal.rank}, {proposal.title}: holds with {own.replace('after 1 years', 'after one year')}. "
        f"Published survival of past ceasefires beside it: {past} years."
    )


def _ticks(years: float) -> list[float]:
    return [tick for tick in (0, 1, 5, 10, 15, 20, 30) if tick <= years]
