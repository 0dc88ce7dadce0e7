"""Findings added up by article, verdict and grade, and drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from holdfast.monitoring.overlaps import stretches
from holdfast.report.figures.svg import INK, MUTED
from holdfast.report.monitoring.drawing import add, finished, note, sheet, write
from holdfast.report.monitoring.watch import GRADES_UP, NOT_NAMED, Watch, counted
from holdfast.report.words import listing, shortened

__all__ = ["GRADE_COLOURS", "Kept", "by_whom", "grades", "kept", "picture"]

GRADE_COLOURS = dict(zip(GRADES_UP, ("#fbe3d2", "#f3b98f", "#e58a4b", "#d55e00", "#8f3f00"), strict=True))
WIDTH, STEP = 320.0, 34.0
Key = tuple[str, str | None]
"""A unit, and the observer who tallied in it; None for what was reported one by one."""


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
        What the findings of breach count in the period, by unit and by the observer who tallied it (None where it was reported one by
        one), without what reports themselves say was or may be exempt. Of these none may be added to another.
    exempt
        How many that is, by the same.
    sectors
        Where there was any breach.
    """

    article: str
    breach: int = 0
    undetermined: int = 0
    allowed: int = 0
    low: float = 0.0
    high: float = 0.0
    grades: dict[str, int] = field(default_factory=dict[str, int])
    counts: dict[Key, float] = field(default_factory=dict["Key", float])
    exempt: dict[Key, float] = field(default_factory=dict["Key", float])
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
    known = {row["incident"]: row for row in _counted(watch)}
    breached: dict[str, list[tuple[Mapping[str, Any], int]]] = {}
    for incident, article, verdict, exempt in watch.rows(
        "findings", ("incident", "article", "verdict", "exempt_most")
    ):
        if verdict == "breach" and incident in known and article in found:
            breached.setdefault(article, []).append((known[incident], exempt or 0))
    for article, rows in breached.items():
        left = [{**row, "count": (row["count"] or 0) - exempt} for row, exempt in rows]
        found[article].counts = _summed(watch, left)
        exempted = [{**row, "count": exempt} for row, exempt in rows if exempt]
        found[article].exempt = _summed(watch, exempted)
    order = {name: number for number, name in enumerate(watch.agreement.articles)}
    return sorted(found.values(), key=lambda one: (order.get(one.article, len(order)), one.article))


def _counted(watch: Watch) -> list[dict[str, Any]]:
    names = ("incident", "sector_id", "kind", "unit", "count", "tally", "observers", "start", "end", "day")
    return [dict(zip(names, row, strict=True)) for row in watch.rows("incidents", names)]


def _summed(watch: Watch, rows: Sequence[Mapping[str, Any]]) -> dict[Key, float]:
    """Sum what lies in the period: what is reported one by one by itself, each observer's tallies by themselves and once."""
    found: dict[Key, float] = {}
    for row in rows:
        if not row["tally"]:
            found[row["unit"], None] = found.get((row["unit"], None), 0.0) + (row["count"] or 0)
    tallies = [row for row in rows if row["tally"]]
    for one in stretches(tallies):
        who = NOT_NAMED if one.observer is None else watch.observer(one.observer)
        key = tallies[one.row]["unit"], who
        found[key] = found.get(key, 0.0) + one.within(watch.since, watch.until)
    return dict(
        sorted(found.items(), key=lambda entry: (entry[0][0], entry[0][1] is None, entry[0][1] or ""))
    )


def by_whom(counts: Mapping[Key, float]) -> str:
    """Return counts as a sentence says them, each with who counted.

    Examples
    --------
    >>> by_whom({("effect", "the mission"): 419.5, ("effect", None): 3.0})
    '420 effects (tallied by the mission) and 3 effects (reported one by one)'
    """
    return listing(
        [
            f"{counted(number, unit)} ({f'tallied by {by}' if by else 'reported one by one'})"
            for (unit, by), number in counts.items()
        ]
    )


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
