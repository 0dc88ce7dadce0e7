"""Counts by day, drawn: a bar a day or a tally, hatching where there is no figure, the agreement's dates as lines."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from itertools import pairwise

from markupsafe import Markup

from holdfast.report.figures.svg import BLUE, GRID, INK, MUTED
from holdfast.report.monitoring.counts import Series
from holdfast.report.monitoring.drawing import Element, add, finished, hatching, note, rule, sheet, write
from holdfast.report.monitoring.watch import ONE_DAY, Watch

__all__ = ["dates", "draw", "runs", "top"]

WIDTH, HEIGHT = 320.0, 130.0
LEFT, RIGHT, TOP, BOTTOM = 34.0, 6.0, 16.0, 22.0
MARK = "#7b2d8b"


def dates(watch: Watch) -> dict[dt.date, list[str]]:
    """Return what changes under the agreement in the period, by day."""
    agreement = watch.agreement
    found: dict[dt.date, list[str]] = {}

    def tell(since: dt.date | None, until: dt.date | None, what: str) -> None:
        after = None if until is None or until == dt.date.max else until + ONE_DAY
        for day, verb in ((since, "begins"), (after, "has ended")):
            if day is not None and watch.since <= day <= watch.until:
                found.setdefault(day, []).append(f"{what} {verb}")

    tell(agreement.in_force.since, agreement.in_force.until, "The agreement")
    for entries in (agreement.articles, agreement.exemptions, agreement.triggers):
        for entry in entries.values():
            tell(entry.since, entry.until, f"“{entry.title}”")
    for places in (agreement.zones, agreement.lines):
        for place in places.values():
            for drawing in place.drawn:
                tell(drawing.since, drawing.until, f"A course of {place.name}")
    return dict(sorted(found.items()))


def top(highest: float) -> float:
    """Return a round number not below the highest, whose half is whole.

    Examples
    --------
    >>> top(113.0), top(0.0), top(3.0), top(1.0)
    (200.0, 2.0, 4.0, 2.0)
    """
    if highest <= 2:
        return 2.0
    power = 10.0 ** math.floor(math.log10(highest))
    return next(step * power for step in (1, 2, 4, 6, 8, 10) if step * power >= highest)


def draw(series: Series, highest: float, marks: Mapping[dt.date, int], label: str, key: str) -> Markup:
    """Draw a series.

    Parameters
    ----------
    highest
        The end of the scale of counts a day.
    marks
        Numbers of the agreement's dates.
    label
        The text alternative.
    key
        Prefix of the ids inside.
    """
    since, until = series.period
    days = (until - since).days + 1
    step = (WIDTH - LEFT - RIGHT) / days
    base = HEIGHT - BOTTOM
    root = sheet(WIDTH, HEIGHT)
    root.set("font-size", "11")
    gap = hatching(root, f"{key}-gap")

    def x(day: dt.date) -> float:
        return LEFT + step * min(max((day - since).days, 0), days)

    for value in (highest / 2, highest):
        y = base - (base - TOP) * value / highest
        rule(root, LEFT, y, WIDTH - RIGHT, y, stroke=GRID)
        write(root, f"{value:,.4g}", LEFT - 4, y + 4, text_anchor="end", fill=MUTED)
    write(root, "0", LEFT - 4, base + 4, text_anchor="end", fill=MUTED)
    for first, last in runs(series.gaps):
        add(root, "rect", x=x(first), y=TOP, width=x(last + ONE_DAY) - x(first), height=base - TOP, fill=gap)
    thin = 0.6 if step > 3 else 0.0
    bars = ""
    for bar in series.bars:
        left, right = x(bar.first), x(bar.last + ONE_DAY)
        height = (base - TOP) * bar.count / bar.days / highest
        if right > left and height > 0:
            bars += f"M{left + thin / 2:.1f} {base:g}v{-height:.1f}h{right - left - thin:.1f}v{height:.1f}z"
    add(root, "path", d=bars, fill=BLUE) if bars else None
    observed = [
        since + number * ONE_DAY for number in range(days) if since + number * ONE_DAY not in series.gaps
    ]
    for first, last in runs(observed):
        rule(root, x(first), base, x(last + ONE_DAY), base, stroke=INK, stroke_width="1.5")
    _axis(root, since, until, base, step)
    for day, number in marks.items():
        rule(root, x(day), TOP - 3, x(day), base, stroke=MARK, stroke_width="1.2", stroke_dasharray="3 2")
        write(root, str(number), x(day), TOP - 5, text_anchor="middle", fill=MARK, font_weight="bold")
    return finished(root, label)


def runs(days: Iterable[dt.date]) -> list[tuple[dt.date, dt.date]]:
    """Return the first and the last of each run of days that follow each other."""
    ordered = sorted(days)
    if not ordered:
        return []
    cuts = [(one, two) for one, two in pairwise(ordered) if two - one > ONE_DAY]
    return list(
        zip([ordered[0], *(two for _, two in cuts)], [*(one for one, _ in cuts), ordered[-1]], strict=True)
    )


def _axis(root: Element, since: dt.date, until: dt.date, base: float, step: float) -> None:
    """Write a few days below: the first, the last, and first days of months where they fit between."""
    places = {since: LEFT, until: WIDTH - RIGHT}
    months = [
        since + number * ONE_DAY
        for number in range((until - since).days)
        if (since + number * ONE_DAY).day == 1
    ]
    for day in months[:: max(1, math.ceil(len(months) / 3))]:
        x = LEFT + step * (day - since).days
        if all(abs(x - other) > 74 for other in places.values()):
            places[day] = x
    for day, x in places.items():
        anchor = "start" if day == since else "end" if day == until else "middle"
        rule(root, x, base, x, base + 4, stroke=MUTED)
        if day != until or since != until:
            note(root, day.isoformat(), x if day != since else x - 4, base + 16, text_anchor=anchor)
