"""Tallies held against each other: consecutive ones of one observer, and those of rival observers side by side."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from holdfast.monitoring.reports import REPORT_SCHEMA, reports_of
from holdfast.monitoring.tallies import Ratio, Rival, Tally, rivals, tallies_of
from holdfast.report.blocks import Block, Cell, Fold, Heading, Points, Prose, Section, Table
from holdfast.report.monitoring.watch import UNITS, Watch, few, said, span
from holdfast.report.words import capital, count

__all__ = ["tallied"]

arrow: Any = pa
compute: Any = pc

_MOST = 40


def tallied(watch: Watch) -> Section:
    """Return the section about tallies."""
    blocks: list[Block] = [*_consecutive(watch.status["tallies"]), Heading("Rival tallies side by side")]
    found = _rivals(watch)
    if not found:
        blocks.append(
            Prose("No two observers tallied the same sector and the same kind of thing at the same time.")
        )
        return Section("tallies", "Tallies held against each other", tuple(blocks))
    zone = zoneinfo.ZoneInfo(watch.agreement.time_zone)
    rows: list[tuple[Cell, ...]] = [
        (
            said(
                watch.sector(watch.agreement.id_of("sectors", one.first[0].sector))
                if watch.agreement.id_of("sectors", one.first[0].sector)
                else one.first[0].sector,
                80,
            ),
            span(
                f"{_first(one).astimezone(zone):%Y-%m-%d %H:%M}",
                f"{_last(one).astimezone(zone):%Y-%m-%d %H:%M}",
            ),
            _told(watch, one.first),
            _told(watch, one.second),
            f"{one.difference:+,}".replace("-", "−"),
            one.verdict
            if one.left is None
            else f"{one.verdict}; {one.left:,.0f} unexplained"
            if one.left
            else one.verdict,
            said(" ".join(one.why), 600) if one.why else "they count the same",
        )
        for one in found[:_MOST]
    ]
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
                f"{capital(count(len(found) - _MOST, 'more pair'))} are left out here; reports.csv has "
                "every tally."
            )
        )
    return Section("tallies", "Tallies held against each other", tuple(blocks))


def _consecutive(told: Mapping[str, Any]) -> list[Block]:
    agree, differ, unlike = told["agree"], told["differ"], told["not_comparable"]
    if not agree + differ + unlike:
        return [
            Prose(
                "No tally repeats the figure of the period before it, so that none can be checked against "
                "another."
            )
        ]
    text = (
        f"Where a tally repeats the figure of the period before, the two were compared: {agree} agree, "
        f"{differ} differ, {unlike} are not of the same window "
        "and cannot be compared."
    )
    pairs = tuple(said(pair, 400) for pair in told["pairs"])
    if not pairs:
        return [Prose(text)]
    points = Points(pairs)
    return [
        Prose(text),
        points if len(pairs) <= 6 else Fold(f"{capital(count(len(pairs), 'pair'))} that differ", (points,)),
    ]


def _rivals(watch: Watch) -> list[Rival]:
    table = watch.table("reports")
    if table.num_rows == 0:
        return []
    table = table.filter(compute.equal(table["format"].cast(arrow.string()), "tally"))
    if "superseded" in table.column_names:
        table = table.filter(compute.invert(compute.fill_null(table["superseded"], False)))
    rate = watch.agreement.counting.effects_per_incident
    ratio = None
    if rate is not None and 1 <= rate.low <= rate.high:
        ratio = Ratio(
            rate.low,
            rate.high,
            "judgement" if "judgement" in (rate.source or ()) else ", ".join(rate.source or ("judgement",)),
        )
    tallies = tallies_of(reports_of(table.select([part.name for part in REPORT_SCHEMA])))
    same = {one.sector: id_ for one in tallies if (id_ := watch.agreement.id_of("sectors", one.sector))}
    return rivals(tallies, ratio, same)


def _told(watch: Watch, tallies: tuple[Tally, ...]) -> Cell:
    units = few([UNITS.get(unit, (unit, unit))[1] for unit in dict.fromkeys(one.unit for one in tallies)])
    return said(f"{watch.observer(tallies[0].observer)}: {sum(one.count for one in tallies):,} {units}", 120)


def _first(one: Rival) -> Any:
    return min(tally.start for tally in (*one.first, *one.second))


def _last(one: Rival) -> Any:
    return max(tally.end for tally in (*one.first, *one.second))
