"""Breaches by article and grade, and the most serious findings with their grounds."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from markupsafe import Markup

from holdfast.monitoring._columns import with_column
from holdfast.monitoring.grounds import grounds
from holdfast.report.blocks import Block, Cell, Figure, Fold, Panel, Points, Prose, Section, Table
from holdfast.report.monitoring.breaches import GRADE_COLOURS, Kept, by_whom, picture
from holdfast.report.monitoring.watch import GRADES_UP, Watch, amounts, counted, few, said
from holdfast.report.words import capital, count, percent

__all__ = ["breaches", "findings"]

arrow: Any = pa
compute: Any = pc

MOST = 36
_OPEN = 12
_TEXTS = 3


def breaches(watch: Watch, found: Sequence[Kept]) -> Section:
    """Return the section about breaches by article and grade."""
    if not found:
        nothing = Prose(
            "Nothing that was reported in this period is of a kind that an article in force forbids."
        )
        return Section("breaches", "Breaches by article and grade", (nothing,))
    shown = [one for one in found if one.breach]
    blocks: list[Block] = []
    rows: list[tuple[Cell, ...]] = [
        (
            watch.article(one.article),
            f"{one.breach:,}",
            f"{one.undetermined:,}",
            f"{one.allowed:,}",
            amounts(one.low, one.high),
            by_whom(one.counts) or "–",
        )
        for one in found
    ]
    head = ("Article", "breach", "undetermined", "allowed", "breaches expected", "breaches count")
    table = Table("Findings by article and verdict", head, tuple(rows), words=(5,))
    graded: list[tuple[Cell, ...]] = [
        (watch.article(one.article), *(f"{one.grades.get(grade, 0):,}" for grade in GRADES_UP))
        for one in found
    ]
    ladder = Table("Findings of breach by article and grade", ("Article", *GRADES_UP), tuple(graded))
    if shown:
        panel = Panel("", "", picture(watch, shown))
        legend = Markup(" ").join(_key(colour, grade) for grade, colour in GRADE_COLOURS.items())
        blocks.append(
            Figure(
                "Findings of breach, by the grade of the claim that it was one",
                (panel,),
                (ladder,),
                legend,
                "bars",
            )
        )
    blocks += [
        table,
        Prose(
            "A finding is one incident, or one tally, held against one article: a tally of 600 explosions "
            "is one finding. Breaches expected are the sum of the "
            "probabilities, from all that is unknown speaking against a breach to all of it speaking for one."
        ),
    ]
    by_sector: list[tuple[Cell, ...]] = [
        (
            watch.sector(row["sector"]),
            watch.article(row["article"]),
            f"{row['breach']:,}",
            f"{row['undetermined']:,}",
            f"{row['allowed']:,}",
            amounts(row["low"], row["high"]),
        )
        for row in watch.status["findings"]
    ]
    head = ("Sector", "article", "breach", "undetermined", "allowed", "breaches expected")
    blocks.append(
        Fold(
            "The same by sector",
            (Table("Findings by sector and article", head, tuple(by_sector), words=(1,)),),
        )
    )
    return Section("breaches", "Breaches by article and grade", tuple(blocks))


def _key(colour: str, grade: str) -> Markup:
    swatch = Markup(
        '<svg viewBox="0 0 18 12" aria-hidden="true" class="swatch">'
        '<rect x="0.5" y="0.5" width="17" height="11" fill="{}" stroke="#5b6470"/></svg>'
    )
    return Markup('<span class="key">{}{}</span>').format(swatch.format(colour), grade)


def findings(watch: Watch) -> Section:
    """Return the section with the most serious findings and their grounds."""
    chosen, total = _chosen(watch)
    if not chosen:
        nothing = Prose("No finding of breach and none that is undetermined in this period.")
        return Section("findings", "Findings with their grounds", (nothing,))
    table = _with_sector_names(watch)
    places = {name: row for row, name in enumerate(watch.column("incidents", "incident"))}
    texts = _texts(watch, {incident for incident, _ in chosen})
    items = [
        _finding(watch, table, places[incident], article, texts.get(incident, []))
        for incident, article in chosen
    ]
    blocks: list[Block] = [
        Prose(
            f"{capital(count(len(items), 'finding'))} of {total:,} that are breaches or undetermined; "
            "findings.csv has all of them. First come breaches, by the grade of "
            "the claim, its probability, and how many it counts. What a report says stands in quotation "
            "marks, as received: it is the observer’s word."
        ),
        Points(tuple(items[:_OPEN])),
    ]
    if items[_OPEN:]:
        blocks.append(
            Fold(f"{capital(count(len(items) - _OPEN, 'more finding'))}", (Points(tuple(items[_OPEN:])),))
        )
    return Section("findings", "Findings with their grounds", tuple(blocks))


def _chosen(watch: Watch) -> tuple[list[tuple[str, str]], int]:
    """Return incident and article of the most serious findings, and how many there are."""
    table = watch.table("findings")
    if table.num_rows == 0:
        return [], 0
    table = table.filter(compute.not_equal(table["verdict"].cast(arrow.string()), "allowed"))
    counts = dict(watch.rows("incidents", ("incident", "count")))
    grades = {grade: number for number, grade in enumerate(GRADES_UP)}
    columns = [
        table[name].to_pylist() for name in ("verdict", "breach", "p_low", "p_high", "incident", "article")
    ]

    def keys() -> Iterable[tuple[Any, ...]]:
        for verdict, grade, low, high, incident, article in zip(*columns, strict=True):
            if incident in counts:
                yield (
                    verdict != "breach",
                    -grades.get(grade, -1),
                    -low,
                    -high,
                    -(counts[incident] or 0),
                    incident,
                    article,
                )

    return [(key[5], key[6]) for key in heapq.nsmallest(MOST, keys())], table.num_rows


def _with_sector_names(watch: Watch) -> Any:
    """Return the incidents as grounds are asked of them: with a sector's name."""
    table, sectors = watch.incidents, watch.agreement.sectors
    names = [
        sectors[name].name if name in sectors else name for name in watch.column("incidents", "sector_id")
    ]
    return with_column(table, "sector", arrow.array(names, arrow.string()))


def _texts(watch: Watch, wanted: set[str]) -> dict[str, list[tuple[str, str]]]:
    """Return what reports say of some incidents, each with its observer."""
    reports = {
        report: incident
        for report, incident in watch.rows("members", ("report", "incident"))
        if incident in wanted
    }
    found: dict[str, list[tuple[str, str]]] = {}
    for id_, observer, text in watch.rows("reports", ("id", "observer", "text")):
        if (incident := reports.get(id_)) is not None and len(found.setdefault(incident, [])) < _TEXTS:
            found[incident].append((watch.observer(observer), text or ""))
    return found


def _part(one: Mapping[str, Any]) -> str:
    """Say of what lies in the period only in part that the period by itself leaves it open."""
    share = one.get("share")
    if share is None or share >= 1.0:
        return ""
    what = "days that it counts" if one["tally"] else "time in which it was"
    return f" Of the {what}, {percent(share)} lies in this period: that any of it was then is undetermined."


def _finding(watch: Watch, table: Any, row: int, article: str, texts: list[tuple[str, str]]) -> Markup:
    one = table.slice(row, 1).to_pylist()[0]
    parts = [
        watch.when(one),
        watch.sector(one["sector_id"]),
        f"{one['kind']}, {counted(one['count'] or 0, one['unit'])}",
    ]
    seen = few([watch.observer(name) for name in one.get("observers") or ()])
    claims = [f"that it happened: {one.get('occurrence') or 'no grade'}"]
    if one.get("by_disputed"):
        claims.append("its reports disagree on who did it")
    elif one.get("by_id") or one.get("by"):
        name = watch.party(one.get("by_id")) or one.get("by")
        claims.append(f"attributed to {name}: {one.get('attribution') or 'no grade'}")
    else:
        claims.append("attributed to nobody")
    quotes = [
        Markup(" {}: “{}”").format(said(who if len(texts) > 1 else "Its report", 80), said(text))
        for who, text in texts
        if text.strip()
    ]
    return Markup(
        '<strong>{}</strong> <code class="path">{}</code> {}{} <span class="claims">Reported by {}; {}.</span>{}'
    ).format(
        " · ".join(parts),
        one["incident"],
        said(grounds(watch.agreement, table, row, article), 2000),
        _part(one),
        said(seen or "an observer not named", 200),
        said("; ".join(claims), 300),
        Markup("").join(quotes),
    )
