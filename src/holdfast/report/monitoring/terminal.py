"""What `holdfast monitor status` prints: how it stands, then triggers, counts, findings, gaps, at 80 columns and plain when piped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from holdfast.monitoring.agreement import Agreement
from holdfast.monitoring.observed import EVERYWHERE
from holdfast.report.monitoring.head import head
from holdfast.report.monitoring.watch import (
    GRADES_UP,
    NOT_NAMED,
    amended,
    amounts,
    between,
    few,
    figure,
    span,
    units_of,
    unused,
)
from holdfast.report.words import capital, count

__all__ = ["status_table"]

_MOST = 12
_PAIRS = 2
_WORTH_SAYING = 0.05  # what is expected in no sector, if it rounds to a tenth
_AMENDED = 3  # the latest; the record has all


def status_table(status: Mapping[str, Any], agreement: Agreement | None = None) -> Group:
    """Return what the terminal shows of a status.

    Parameters
    ----------
    status
        What `holdfast monitor status --json` prints.
    agreement
        For the names of sectors; their ids are shown without it.
    """
    # Text, not markup: titles and reasons come from files and may hold square brackets.
    title = Text(str(status["agreement"]), style="bold")
    if begins := status.get("begins"):
        told = f"Not in force yet: it comes into force on {begins}. Until then nothing of it can be kept or breached."
        return Group(title, Text(told), Text(""), *(Text(line) for line in _record(status)))
    shown: list[RenderableType] = [
        title,
        Text(f"{span(status['since'], status['as_of'])}, days of {status['time_zone']}"),
        head(status, agreement),
    ]
    for name, part in (
        ("What falls due", _triggers(status)),
        ("Counts", _counts(status, agreement)),
        ("Findings", _findings(status, agreement)),
        ("Not observed", _gaps(status, agreement)),
    ):
        shown += [Text(""), Text(name, style="bold"), *part]
    return Group(*shown, Text(""), *(Text(line) for line in _record(status)))


def _grid(*headings: str, left: int = 1) -> Table:
    grid = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False, pad_edge=False)
    for number, heading in enumerate(headings):
        grid.add_column(
            heading, justify="left" if number < left else "right", overflow="fold", no_wrap=number >= left
        )
    return grid


def _sector(name: str | None, agreement: Agreement | None) -> str:
    if name is None:
        return "no sector that can be told"
    if agreement is None or name == EVERYWHERE:
        return name
    return (
        agreement.sectors[name].name if name in agreement.sectors else f"{name} (no sector of the agreement)"
    )


def _triggers(status: Mapping[str, Any]) -> list[RenderableType]:
    told = status["triggers"]
    if not told:
        return [Text("The agreement names no trigger.")]
    grid = _grid("trigger", "state", "probability", "counted", "needed", left=1)
    for one in told:
        grid.add_row(
            Text(one["title"]),
            one["state"],
            between(*one["probability"]),
            amounts(*one["count"]),
            f"{one['threshold']:,g} in {one['within_days']:g} d",
        )
    lines: list[RenderableType] = [grid]
    for one in told:
        first = f"; first met on {one['first_met']}" if one["first_met"] else ""
        window = span(*one["window"]) if one["window"] else "nothing counts towards it"
        lines.append(Text(f"{one['title']}: {window}{first}."))
        lines += [Text(f"  Would change it: {sentence}") for sentence in one["would_change"][:2]]
    return lines


def _counts(status: Mapping[str, Any], agreement: Agreement | None) -> list[RenderableType]:
    if not status["counts"]:
        return [Text("Nothing was counted.")]
    grid = _grid("sector", "what", "counted by", "grade", "count", "in", left=4)
    grades = {grade: number for number, grade in enumerate(GRADES_UP)}
    rows = sorted(
        status["counts"],
        key=lambda one: (
            one["sector"] is None,
            one["sector"] or "",
            one["unit"],
            one["tallied_by"] is None,
            one["tallied_by"] or "",
            grades.get(one["grade"], -1),
        ),
    )
    told = {(one["unit"], tuple(one.get("kinds", ()))) for one in rows}
    # which kinds of events these are is said where it is not the same for all that is counted so
    several = {unit for unit, kinds in told if any(unit == other and kinds != own for other, own in told)}
    for one in rows:
        unit = units_of(one["unit"], one.get("kinds", ()) if one["unit"] in several else ())
        by, tallies = one["tallied_by"], one["tallies"]
        grid.add_row(
            Text(_sector(one["sector"], agreement)),
            unit,
            Text("one by one" if by is None else f"tallies of {_observer(by, agreement)}"),
            one["grade"] or "–",
            figure(one["count"]),
            _how_many(tallies, "tally", "tallies") if tallies else _how_many(one["incidents"], "incident"),
        )
    return [grid, *(Text(line) for line in _in_doubt(status, agreement))]


def _in_doubt(status: Mapping[str, Any], agreement: Agreement | None) -> list[str]:
    """Say of which incidents the position does not tell the sector, or says another than the one that is named."""
    told: Mapping[str, Any] = status.get("sectors_in_doubt", {})
    lines: list[str] = []
    if untold := told.get("untold", 0):
        expected = [
            f"{_sector(one['sector'], agreement)} {'unknown' if one['unknown'] else format(one['expected'], '.1f')}"
            for one in told["expected"]
        ]
        if (elsewhere := told.get("elsewhere", 0.0)) >= _WORTH_SAYING:
            expected.append(f"and in none of them {elsewhere:.1f}")
        unplaced = told.get("unplaced", 0)
        where = [f"expected in {', '.join(expected)}"] if expected else []
        if unplaced:
            where.append(
                f"nothing is known of where {'it' if unplaced == untold == 1 else f'{unplaced:,} of them'} lay"
            )
        lines.append(f"In which sector {count(untold, 'incident')} lay cannot be told: {'; '.join(where)}.")
        if named := told.get("under_names", 0):
            lines.append(
                f"Of these {untold - named:,} stand above as of no sector that can be told, and {named:,} under the name "
                "that a report gives of a place that is no sector."
            )
    if contradicted := told.get("contradicted", 0):
        lines.append(
            f"{capital(count(contradicted, 'incident'))} counted in the sector that a report names, though the position lies elsewhere."
        )
    return lines


def _how_many(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def _observer(name: str, agreement: Agreement | None) -> str:
    if agreement is None or name not in agreement.observers:
        return name or NOT_NAMED
    return agreement.observers[name].name


def _findings(status: Mapping[str, Any], agreement: Agreement | None) -> list[RenderableType]:
    if not status["findings"]:
        return [Text("Nothing that was reported concerns an article.")]
    grid = _grid("sector", "article", "breach", "undet.", "allowed", "expected", left=2)
    told = [one for one in status["findings"] if one["breach"] or one["undetermined"]]
    for one in told:
        grid.add_row(
            Text(_sector(one["sector"], agreement)),
            Text(one["title"]),
            *(f"{one[name]:,}" for name in ("breach", "undetermined", "allowed")),
            amounts(one["low"], one["high"]),
        )
    lines: list[RenderableType] = [grid] if told else []
    if left := len(status["findings"]) - len(told):
        lines.append(Text(f"{capital(count(left, 'row'))} left out, with nothing but what is allowed."))
    grades: dict[str, int] = {}
    for one in status["findings"]:
        for grade, number in one["grades"].items():
            grades[grade] = grades.get(grade, 0) + number
    if graded := ", ".join(f"{grades[grade]:,} {grade}" for grade in GRADES_UP if grades.get(grade)):
        lines.append(Text(f"Breaches by grade of the claim: {graded}."))
    return lines


def _gaps(status: Mapping[str, Any], agreement: Agreement | None) -> list[RenderableType]:
    gaps = status["not_observed"]
    if not gaps:
        return [Text("No gap in observation is recorded.")]
    lines: list[RenderableType] = [
        Text(
            f"{_sector(one['sector'], agreement)}, {span(one['since'], one['until'])}: {one['why'] or 'not said why'}"
        )
        for one in gaps[:_MOST]
    ]
    if len(gaps) > _MOST:
        lines.append(Text(f"{capital(count(len(gaps) - _MOST, 'more gap'))}."))
    return lines


def _record(status: Mapping[str, Any]) -> list[str]:
    record, tallies = status["record"], status["tallies"]
    lines = [
        (
            f"{_how_many(record['reports'], 'report')} from {count(record['files'], 'file')}; "
            f"{_how_many(record['set_aside'], 'row')} set aside, {_how_many(record['superseded'], 'report')} replaced by later ones."
        )
    ]
    if record["outside"]:
        lines.append(
            f"{_how_many(record['outside'], 'report')} of days on which the agreement was not in force: in the record, and not counted."
        )
    if any(tallies[name] for name in ("agree", "differ", "not_comparable")):
        lines.append(
            f"Tallies against the next one's figure for them: {tallies['agree']} agree, {tallies['differ']} differ, "
            f"{tallies['not_comparable']} cannot be compared."
        )
    lines += [f"{str(pair).rstrip('.')}." for pair in tallies["pairs"][:_PAIRS]]
    if (more := len(tallies["pairs"]) - _PAIRS) > 0:
        lines.append(
            f"{capital(count(more, 'more pair'))} of tallies {'differs' if more == 1 else 'differ'}."
        )
    lines += [amended(one) for one in record["amendments"][-_AMENDED:]]
    if record["unused_claims"]:
        lines.append(few([unused(one) for one in record["unused_claims"]], 2) + ".")
    lines.append(f"{record['entries']:,} entries, last hash {str(record['hash'])[:16]}…")
    lines.append("Single violations, as far as they were seen; not whether war has restarted.")
    return lines
