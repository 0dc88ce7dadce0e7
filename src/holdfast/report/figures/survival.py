"""How long each proposal's ceasefire holds, with the published survival of past ceasefires beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from holdfast.report.base_rates import SURVIVAL
from holdfast.report.figures.svg import BLUE, BLUE_LIGHT, FAINT, INK, ORANGE, render
from holdfast.report.words import chance, percent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markupsafe import Markup

    from holdfast.report.answers import Proposal
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
    layers = [_ghosts(ghosts, years)] if ghosts else []
    rows = [{"t": 0.0, "mean": 1.0, "low": 1.0, "high": 1.0}]
    rows += [{"t": t, "mean": s.mean, "low": s.p05, "high": s.p95} for t, s in sorted(curve.items())]
    own = alt.Chart(alt.Data(values=rows))
    layers += [
        own.mark_area(color=BLUE_LIGHT, opacity=0.8).encode(x=_x(years), y=_y("low"), y2="high:Q"),
        *_outside(years),
        own.mark_line(color=BLUE, strokeWidth=2.5).encode(x=_x(years), y=_y("mean")),
    ]
    return render(
        alt.layer(*layers).properties(width=_WIDTH, height=_HEIGHT),
        label=_label(proposal),
        key=f"survival{proposal.rank}",
    )


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


def _x(years: float) -> alt.X:
    axis = alt.Axis(title="years after the signature", values=_ticks(years), format="d", titlePadding=2)
    return alt.X("t:Q", scale=alt.Scale(domain=[0, years], nice=False), axis=axis)


def _ticks(years: float) -> list[float]:
    return [tick for tick in (0, 1, 5, 10, 15, 20, 30) if tick <= years]


def _y(field: str) -> alt.Y:
    axis = alt.Axis(title="still holds", values=[0, 0.5, 1], format="%", titlePadding=2)
    return alt.Y(f"{field}:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=axis)


def _ghosts(ghosts: Sequence[Mapping[float, Spread]], years: float) -> alt.Chart:
    rows = [
        {"t": t, "mean": mean, "k": str(k)}
        for k, ghost in enumerate(ghosts)
        for t, mean in [(0.0, 1.0), *((t, s.mean) for t, s in sorted(ghost.items()))]
    ]
    return (
        alt.Chart(alt.Data(values=rows))
        .mark_line(color=FAINT, strokeWidth=1)
        .encode(x=_x(years), y=_y("mean"), detail="k:N")
    )


def _outside(years: float) -> list[alt.Chart]:
    """Draw the published curves: a mark at each published year, a line only to lead the eye."""
    layers: list[alt.Chart] = []
    for curve in SURVIVAL:
        shape, dash = _OUTSIDE[curve.id]
        points = alt.Chart(alt.Data(values=[{"t": t, "mean": s} for t, s in curve.points if t <= years]))
        last = alt.Chart(
            alt.Data(
                values=[
                    {"t": t, "mean": s, "n": curve.id} for t, s in curve.points if t == curve.points[-1][0]
                ]
            )
        )
        layers += [
            points.mark_line(color=ORANGE, strokeWidth=1, strokeDash=dash).encode(x=_x(years), y=_y("mean")),
            points.mark_point(shape=shape, filled=True, size=36, color=ORANGE, opacity=1).encode(
                x=_x(years), y=_y("mean")
            ),
            last.mark_text(align="left", dx=6, color=INK, fontSize=10).encode(
                x=_x(years), y=_y("mean"), text="n:N"
            ),
        ]
    return layers
