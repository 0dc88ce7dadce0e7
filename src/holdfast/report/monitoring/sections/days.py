"""When: counts by day and sector, with the agreement's dates, gaps drawn as gaps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from holdfast.report.blocks import Block, Cell, Figure, Fold, Panel, Points, Prose, Section, Table
from holdfast.report.monitoring.counts import Bar, Counted, Series
from holdfast.report.monitoring.timeline import dates, draw, top
from holdfast.report.monitoring.watch import Watch, daily, figure, span, units_of
from holdfast.report.words import capital, count

__all__ = ["days"]

_MOST_PANELS = 12
_MOST_ROWS = 400


def days(watch: Watch, series: Sequence[Series], shown: Counted) -> Section:
    """Return the section about days."""
    marked = dates(watch)
    numbers = {day: number for number, day in enumerate(marked, 1)}
    blocks: list[Block] = []
    keys = sorted(dict.fromkeys(one.key for one in series), key=lambda key: key != shown)
    panels = 0
    for number, key in enumerate(keys):
        group = [one for one in series if one.key == key and (one.bars or one.sector is not None)]
        group = sorted(group, key=lambda one: -one.total)[: max(0, _MOST_PANELS - panels)]
        if group:
            panels += len(group)
            blocks.append(_figure(watch, group, key, numbers, number))
    left = len(series) - panels
    if left > 0:
        blocks.append(
            Prose(
                f"{capital(count(left, 'more series', 'more series'))} would be too much for a page; counts_by_day.csv "
                "beside it has them."
            )
        )
    if marked:
        blocks.append(Prose("Dates of the agreement, numbered in the pictures:"))
        blocks.append(
            Points(tuple(f"{numbers[day]} – {day}: {'; '.join(what)}." for day, what in marked.items()))
        )
    else:
        blocks.append(
            Prose(
                "No date of the agreement – of an article, an exemption, a trigger or a line – falls into "
                "this period."
            )
        )
    return Section("days", "Day by day", tuple(blocks))


def _figure(
    watch: Watch,
    group: Sequence[Series],
    key: Counted,
    numbers: Mapping[dt.date, int],
    place: int,
) -> Figure:
    highest = top(max(one.highest for one in group))
    panels = [
        Panel(
            watch.sector(one.sector),
            _finding(watch, one),
            draw(one, highest, numbers, _label(watch, one), f"days{place}-{number}"),
        )
        for number, one in enumerate(group)
    ]
    rows: list[tuple[Cell, ...]] = []
    for one in group:
        rows += [
            (
                watch.sector(one.sector),
                span(bar.first, bar.last),
                figure(bar.count),
                daily(bar.count / bar.days),
            )
            for bar in one.bars
        ]
    caption = (
        "Counts"
        if len(rows) <= _MOST_ROWS
        else f"Counts, the first {_MOST_ROWS}; counts_by_day.csv beside the page has all"
    )
    table = Table(caption, ("Sector", "days", "counted", "a day"), tuple(rows[:_MOST_ROWS]), words=(1,))
    title = f"{capital(units_of(key.unit, key.kinds))} by day, {f'as tallied by {key.by}' if key.by else 'as reported one by one'}"
    legend = (
        ""
        if place
        else (
            "A bar is a day, or a tally of several days at its average; what happened on one of several days, "
            "and it is not known on which, counts on each with the share of its time. Hatched days have no figure: "
            "nothing was counted because nobody could count, "
            "or no count is at hand. A line along the bottom without a bar is a day observed on which none "
            "was counted. All panels share one scale."
        )
    )
    return Figure(title, tuple(panels), (table,), legend, "middle")


def _finding(watch: Watch, one: Series) -> str:
    if one.rate is None:
        told = f"; {figure(one.total)} reported all the same" if one.total else ""
        return f"no day observed{told}"
    peak = max(one.bars, key=lambda bar: bar.count / bar.days, default=None)
    high = f"; most on {_days(peak)}" if peak is not None and peak.count else ""
    blind = f"; {figure(one.unseen)} more reported of days not observed" if one.unseen else ""
    return f"{daily(one.rate)} a day observed, {one.observed} of {watch.days} days{high}{blind}"


def _days(bar: Bar) -> str:
    return f"{span(bar.first, bar.last)}: {figure(bar.count / bar.days)}" + (" a day" if bar.days > 1 else "")


def _label(watch: Watch, one: Series) -> str:
    gaps = f"{len(one.gaps)} of {watch.days} days without a figure"
    what = f"{watch.sector(one.sector)}, {units_of(one.unit, one.kinds)} by day"
    return f"{what} from {watch.since} to {watch.until}: {_finding(watch, one)}; {gaps}."


def gaps(watch: Watch) -> Section:
    """Return the section about what was not observed."""
    rows: list[tuple[Cell, ...]] = []
    for sector, since, until, why in watch.rows("not_observed", ("sector_id", "since", "until", "why")):
        rows.append(
            (watch.sector(sector) if sector else "All sectors", span(since, until), why or "not said")
        )
    shares: list[tuple[Cell, ...]] = [
        (
            watch.sector(name),
            f"{watch.observed(name)} of {watch.days}",
            f"{100 * watch.observed(name) / watch.days:.0f}%",
        )
        for name in watch.agreement.sectors
    ]
    blocks: list[Block] = [
        Prose(
            "Days and sectors that nobody observed. They are left out of every count per day observed; "
            "that nothing is reported of them says "
            "nothing about whether the agreement was kept."
        )
    ]
    if shares:
        blocks.append(Table("Days observed", ("Sector", "days", "share"), tuple(shares)))
    if rows:
        more = (
            f", the first {_MOST_ROWS}; not_observed.csv beside the page has all"
            if len(rows) > _MOST_ROWS
            else ""
        )
        table = Table(
            f"Not observed{more}", ("Sector", "days", "why"), tuple(rows[:_MOST_ROWS]), numeric=False
        )
        blocks.append(table if len(rows) <= 12 else Fold(f"{capital(count(len(rows), 'gap'))}", (table,)))
    else:
        blocks.append(Prose("No gap is recorded in this period."))
    return Section("gaps", "What was not observed", tuple(blocks))
