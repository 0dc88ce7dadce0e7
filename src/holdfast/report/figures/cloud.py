"""The picture of the first screen: a proposal's cloud on signed × holds ten years."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from holdfast.report.figures.svg import BLUE, BLUE_LIGHT, BLUE_MID, FAINT, INK, MUTED, render
from holdfast.report.regions import rings, smooth
from holdfast.report.words import chance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from holdfast.report.answers import Proposal
    from holdfast.report.draws import Grid, Points
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
    layers: list[alt.Chart] = [_halves()]
    if grid is not None and grid.sum() > 0:
        density = smooth(grid)
        layers += [_region(rings(density, 0.9), BLUE_LIGHT), _region(rings(density, 0.5), BLUE_MID)]
    if points is not None:
        rows = [{"x": round(float(x), 4), "y": round(float(y), 4)} for x, y in points]
        layers.append(
            alt.Chart(alt.Data(values=rows))
            .mark_point(shape="circle", filled=True, size=5, color=BLUE, opacity=0.55)
            .encode(x=_x(), y=_y())
        )
    layers += _means(proposal, others)
    return render(
        alt.layer(*layers).properties(width=_SIDE, height=_SIDE),
        label=_label(proposal),
        key=f"cloud{proposal.rank}",
    )


def _label(proposal: Proposal) -> str:
    return (
        f"Proposal {proposal.rank}, {proposal.title}: signed {chance(proposal.signed)}, holds ten years "
        f"{chance(proposal.holds_ten)}, both {chance(proposal.both)}. Cloud of its draws; the darker region holds 50% "
        "of them, the lighter 90%."
    )


def _x() -> alt.X:
    return alt.X("x:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=_axis("signed"))


def _y() -> alt.Y:
    return alt.Y("y:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=_axis("holds ten years"))


def _axis(title: str) -> alt.Axis:
    return alt.Axis(title=title, values=[0, 0.5, 1], format="%", grid=False, titlePadding=2, labelFlush=False)


def _halves() -> alt.Chart:
    """Draw the lines at one half: above and right of both, the proposal does both more likely than not."""
    lines = [
        {"x": 0.5, "y": 0, "x2": 0.5, "y2": 1},
        {"x": 0, "y": 0.5, "x2": 1, "y2": 0.5},
    ]
    return (
        alt.Chart(alt.Data(values=lines))
        .mark_rule(color=FAINT, strokeDash=[3, 3])
        .encode(x=_x(), y=_y(), x2="x2:Q", y2="y2:Q")
    )


def _region(borders: list[Ring], colour: str) -> alt.Chart:
    """Draw all rings of a region as one shape; holes run the other way round and stay open.

    A point's shape is a path in [−1, 1]² scaled by half the root of its size: with the size of the
    panel it fills the panel.
    """
    path = "".join(
        "M" + "L".join(f"{2 * x - 1:.3f},{1 - 2 * y:.3f}" for x, y in border[:-1]) + "Z" for border in borders
    )
    return (
        alt.Chart(alt.Data(values=[{"x": 0.5, "y": 0.5}]))
        .mark_point(shape=path, size=_SIDE * _SIDE, filled=True, color=colour, opacity=1, strokeWidth=0)
        .encode(x=_x(), y=_y())
    )


def _means(proposal: Proposal, others: Sequence[Proposal]) -> list[alt.Chart]:
    """Mark every proposal's mean by its number; the panel's own in a disc."""
    rows = [
        {
            "x": round(other.signed.mean, 4),
            "y": round(other.holds_ten.mean, 4),
            "n": str(other.rank),
            "own": other is proposal,
        }
        for other in others
        if other.signed and other.holds_ten
    ]
    rest = alt.Chart(alt.Data(values=[row for row in rows if not row["own"]]))
    own = alt.Chart(alt.Data(values=[row for row in rows if row["own"]]))
    return [
        rest.mark_text(color=MUTED, fontSize=9).encode(x=_x(), y=_y(), text="n:N"),
        own.mark_point(shape="circle", filled=True, size=190, color=INK, opacity=1).encode(x=_x(), y=_y()),
        own.mark_text(color="white", fontSize=11, fontWeight="bold").encode(x=_x(), y=_y(), text="n:N"),
    ]
