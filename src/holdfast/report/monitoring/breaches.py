"""Findings added up by article, verdict and grade, and drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from holdfast.report.figures.svg import INK, MUTED
from holdfast.report.monitoring.drawing import add, finished, note, sheet, write
from holdfast.report.monitoring.watch import GRADES_UP, Watch
from holdfast.report.words import shortened

__all__ = ["GRADE_COLOURS", "Kept", "kept", "picture"]

GRADE_COLOURS = dict(zip(GRADES_UP, ("#fbe3d2", "#f3b98f", "#e58a4b", "#d55e00", "#8f3f00"), strict=True))
WIDTH, STEP = 320.0, 34.0


@dataclass
class Kept:
    """What was found under one article.

    Parameters
    ----------
    breach, undetermined, allowed
        Findings of each verdict; a tally is one, however many it counts.
    low, high
        Expected breaches, from and to.
    grades
        Breaches by the grade of the claim that it was one.
    counts
        What the findings of breach count, by unit, without what reports themselves say was or may be exempt.
    exempt
        How many that is.
    """

    article: str
    breach: int = 0
    undetermined: int = 0
    allowed: int = 0
    low: float = 0.0
    high: float = 0.0
    grades: dict[str, int] = field(default_factory=dict[str, int])
    counts: dict[str, float] = field(default_factory=dict[str, float])
    exempt: int = 0
    sectors: set[str | None] = field(default_factory=set[str | None])


def kept(watch: Watch) -> list[Kept]:
    """Return what was found under each article that anything was held against, in the agreement's order."""
    found: dict[str, Kept] = {}
    for row in watch.status["findings"]:
        one = found.setdefault(row["article"], Kept(row["article"]))
        for verdict in ("breach", "undetermined", "allowed"):
            setattr(one, verdict, getattr(one, verdict) + row[verdict])
        one.low, one.high = one.low + row["low"], one.high + row["high"]
        for grade, number in row["grades"].items():
            one.grades[grade] = one.grades.get(grade, 0) + number
        if row["breach"]:
            one.sectors.add(row["sector"])
    counts = {row[0]: row[1:] for row in watch.rows("incidents", ("incident", "unit", "count"))}
    names = ("incident", "article", "verdict", "exempt_most")
    for incident, article, verdict, exempt in watch.rows("findings", names):
        if verdict == "breach" and incident in counts and article in found:
            unit, number = counts[incident]
            left = (number or 0) - (exempt or 0)
            found[article].counts[unit] = found[article].counts.get(unit, 0.0) + left
            found[article].exempt += exempt or 0
    order = {name: number for number, name in enumerate(watch.agreement.articles)}
    return sorted(found.values(), key=lambda one: (order.get(one.article, len(order)), one.article))


def picture(watch: Watch, rows: Sequence[Kept]) -> Markup:
    """Draw the findings of breach of each article, by grade."""
    most = max((one.breach for one in rows), default=0) or 1
    root = sheet(WIDTH, STEP * len(rows) + 4)
    root.set("font-size", "11")
    for number, one in enumerate(rows):
        y = STEP * number + 12
        write(root, shortened(watch.article(one.article), 46), 0, y, fill=INK)
        note(root, f"{one.breach:,}", WIDTH, y, text_anchor="end", fill=INK, font_weight="bold")
        x = 0.0
        for grade, colour in GRADE_COLOURS.items():
            width = WIDTH * one.grades.get(grade, 0) / most
            if width:
                add(
                    root,
                    "rect",
                    x=x,
                    y=y + 4,
                    width=max(width, 0.8),
                    height=12,
                    fill=colour,
                    stroke=MUTED,
                    stroke_width="0.4",
                )
            x += width
    told = [f"{watch.article(one.article)}: {one.breach} ({grades(one)})" for one in rows]
    return finished(root, f"Findings of breach by article and grade. {'; '.join(told)}.")


def grades(one: Kept) -> str:
    """Return how many findings of breach have each grade."""
    return (
        ", ".join(f"{number} {grade}" for grade in GRADES_UP if (number := one.grades.get(grade))) or "none"
    )
