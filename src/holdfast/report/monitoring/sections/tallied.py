"""Tallies held against each other: consecutive ones of one observer, and those of rival observers side by side."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Mapping, Sequence
from typing import Any

from holdfast.report.blocks import Block, Cell, Fold, Heading, Points, Prose, Section, Table
from holdfast.report.monitoring.figures import checks, side_by_side
from holdfast.report.monitoring.watch import UNITS, Watch, said, span
from holdfast.report.words import capital, count

__all__ = ["tallied"]

_MOST = 40


def tallied(watch: Watch) -> Section:
    """Return the section about tallies."""
    blocks: list[Block] = [*_consecutive(checks(watch)), Heading("Rival tallies side by side")]
    found = side_by_side(watch)
    if not found:
        blocks.append(
            Prose("No two observers tallied the same sector and the same kind of thing at the same time.")
        )
        return Section("tallies", "Tallies held against each other", tuple(blocks))
    rows = [_row(watch, one) for one in found[:_MOST]]
    head = (
        "Sector",
        "window",
        "one observer",
        "another",
        "difference",
        "verdict",
        "what they count differently",
    )
    table = Table("Counts of the same sector at the same time", head, tuple(rows), numeric=False)
    told = Prose(
        "Neither is added to the other, and none is taken to be the right one: what can be laid to "
        "different units, windows and coverage is said."
    )
    blocks += [told, table]
    if len(found) > _MOST:
        blocks.append(
            Prose(
                f"{capital(count(len(found) - _MOST, 'more pair'))} are left out here; rivals.csv beside this page has all."
            )
        )
    return Section("tallies", "Tallies held against each other", tuple(blocks))


def _consecutive(found: Sequence[Mapping[str, Any]]) -> list[Block]:
    if not found:
        return [
            Prose(
                "No tally repeats the figure of the period before it, so that none can be checked against "
                "another."
            )
        ]
    verdicts = [one["verdict"] for one in found]
    agree, differ, unlike = (verdicts.count(name) for name in ("agrees", "differs", "not comparable"))
    text = (
        f"Where a tally repeats the figure of the period before, the two were compared: {agree} agree, "
        f"{differ} differ, {unlike} are not of the same window "
        "and cannot be compared."
    )
    pairs = tuple(said(one["why"], 400) for one in found if one["verdict"] == "differs")
    if not pairs:
        return [Prose(text)]
    points = Points(pairs)
    return [
        Prose(text),
        points if len(pairs) <= 6 else Fold(f"{capital(count(len(pairs), 'pair'))} that differ", (points,)),
    ]


def _row(watch: Watch, one: Mapping[str, Any]) -> tuple[Cell, ...]:
    zone = zoneinfo.ZoneInfo(watch.agreement.time_zone)
    both = one["first"], one["second"]
    first, last = min(side["since"] for side in both), max(side["until"] for side in both)
    times = [f"{dt.datetime.fromisoformat(at).astimezone(zone):%Y-%m-%d %H:%M}" for at in (first, last)]
    named = both[0]["sector"]
    sector = watch.agreement.id_of("sectors", named)
    left = f"; {one['left']:,.0f} unexplained" if one["left"] else ""
    return (
        said(watch.sector(sector) if sector else named, 80),
        span(*times),
        *(_told(watch, side) for side in both),
        "–" if one["difference"] is None else f"{one['difference']:+,}".replace("-", "−"),
        f"{one['verdict']}{left}",
        said(" ".join(one["why"]), 600) if one["why"] else "they count the same",
    )


def _told(watch: Watch, side: Mapping[str, Any]) -> Cell:
    unit = UNITS.get(side["unit"], (side["unit"], side["unit"]))[1]
    return said(f"{watch.observer(side['observer'])}: {side['count']:,} {unit}", 120)
