"""The picture of the first screen: a proposal's cloud on signed × holds ten years."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import altair as alt

from holdfast.report.figures.svg import BLUE, BLUE_LIGHT, BLUE_MID, FAINT, INK, described, render, rows
from holdfast.report.regions import rings
from holdfast.report.words import chance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from holdfast.report.answers import Proposal
    from holdfast.report.draws import Grid, Points
    from holdfast.report.figures.svg import Row, Spec
    from holdfast.report.regions import Ring

#: Points drawn in the whole picture; the regions are computed from all draws.
MOST_POINTS = 300
_SIDE = 150


def cloud(proposal: Proposal, others: Sequence[Proposal], grid: Grid | None, points: Points | None) -> Markup:
    """Return one proposal's panel: regions with 50 % and 90 % of its draws, some draws, and every mean.

    Parameters
    ----------
    proposal, others
        The proposal of the panel, and all whose means are marked by their number.
    grid
        Counts of all draws on a grid of signed (x) × holds ten years (y).
    points
        A few draws, (points, 2).
    """
    regions: list[Row] = []
    if grid is not None and grid.sum() > 0:
        for share, colour in ((0.9, BLUE_LIGHT), (0.5, BLUE_MID)):
            regions.append({"x": 0.5, "y": 0.5, "path": _path(rings(grid, share)), "colour": colour})
    means = [
        {"x": round(other.signed.mean, 4), "y": round(other.holds_ten.mean, 4), "n": str(other.rank)}
        for other in sorted(others, key=lambda other: other is proposal)
        if other.signed and other.holds_ten
    ]
    own = bool(means and proposal.signed and proposal.holds_ten)
    data: dict[str, list[Row]] = {
        "halves": [{"x": 0.5, "y": 0, "x2": 0.5, "y2": 1}, {"x": 0, "y": 0.5, "x2": 1, "y2": 0.5}],
        "regions": regions,
        "points": []
        if points is None
        else [{"x": round(float(x), 4), "y": round(float(y), 4)} for x, y in points],
        "others": apart(means[:-1] if own else means),
        "own": means[-1:] if own else [],
    }
    return render(_spec(), data, label=_label(proposal), key=f"cloud{proposal.rank}")


#: How wide and high a grey number is, in the unit of the axes, and where it may go if its place is taken, the nearest first.
_WIDE, _HIGH = 0.055, 0.075
_SHIFTS = sorted(
    ((i * _WIDE, j * _HIGH) for i in range(-3, 4) for j in range(-3, 4)),
    key=lambda shift: (abs(shift[0]) + abs(shift[1]), shift),
)


def apart(means: Sequence[Row]) -> list[Row]:
    """Return numbered places moved as little as needed for no number to stand on another.

    Examples
    --------
    >>> apart([{"x": 0.5, "y": 0.5, "n": "1"}, {"x": 0.5, "y": 0.5, "n": "2"}])[1]
    {'x': 0.445, 'y': 0.5, 'n': '2'}
    """
    placed: list[tuple[float, float]] = []
    found: list[Row] = []
    for mean in means:
        here = float(mean["x"]), float(mean["y"])
        tried = [(round(here[0] + i, 4), round(here[1] + j, 4)) for i, j in _SHIFTS]
        inside = [(x, y) for x, y in tried if 0 <= x <= 1 and 0 <= y <= 1]
        free = (
            (x, y)
            for x, y in inside
            if all(abs(x - a) > 0.99 * _WIDE or abs(y - b) > 0.99 * _HIGH for a, b in placed)
        )
        place = next(free, here)
        placed.append(place)
        found.append({**mean, "x": place[0], "y": place[1]})
    return found


@cache
def _spec() -> Spec:
    """Return the chart that all panels share."""
    x, y = (
        alt.X("x:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=_axis("signed")),
        alt.Y("y:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=_axis("holds ten years")),
    )
    number = alt.Text("n:N")
    chart = alt.layer(
        alt.Chart(rows("halves"))
        .mark_rule(color=FAINT, strokeDash=[3, 3])
        .encode(x, y, alt.X2("x2:Q"), alt.Y2("y2:Q")),
        # A point's shape is a path in [−1, 1]² scaled by half the root of its size: with the size of the
        # panel it fills the panel.
        alt.Chart(rows("regions"))
        .mark_point(size=_SIDE * _SIDE, filled=True, opacity=1, strokeWidth=0)
        .encode(
            x, y, alt.Shape("path:N", scale=None, legend=None), alt.Color("colour:N", scale=None, legend=None)
        ),
        alt.Chart(rows("points"))
        .mark_point(shape="circle", filled=True, size=5, color=BLUE, opacity=0.55)
        .encode(x, y),
        alt.Chart(rows("others")).mark_text(color=INK, opacity=0.75, fontSize=10).encode(x, y, number),
        alt.Chart(rows("own"))
        .mark_point(shape="circle", filled=True, size=190, color=INK, opacity=1)
        .encode(x, y),
        alt.Chart(rows("own")).mark_text(color="white", fontSize=11, fontWeight="bold").encode(x, y, number),
    )
    return described(chart.properties(width=_SIDE, height=_SIDE))


def _label(proposal: Proposal) -> str:
    return (
        f"Proposal {proposal.rank}, {proposal.title}: signed {chance(proposal.signed)}, holds ten years "
        f"{chance(proposal.holds_ten)}, both {chance(proposal.both)}. Cloud of its draws; the darker region holds 50% "
        "of them, the lighter 90%."
    )


def _axis(title: str) -> alt.Axis:
    return alt.Axis(
        title=title,
        values=[0, 0.5, 1],
        format="%",
        grid=False,
        titlePadding=1,
        labelFontSize=12,
        titleFontSize=12,
    )


def _path(borders: list[Ring]) -> str:
    """Return all rings of a region as one shape; holes run the other way round and stay open."""
    return "".join(
        "M" + "L".join(f"{2 * x - 1:.3f},{1 - 2 * y:.3f}" for x, y in border[:-1]) + "Z" for border in borders
    )
