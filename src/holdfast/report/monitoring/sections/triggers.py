"""What falls due: each trigger with its state, what it rests on, what was not observed, what would change it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast.report.blocks import Block, Cell, Fold, Heading, Points, Prose, Section, Table
from holdfast.report.monitoring.watch import Watch, amounts, between, counted, few, span
from holdfast.report.words import capital, count, quoted

__all__ = ["due", "triggers"]

_MOST = 20


def due(watch: Watch) -> str:
    """Answer in a few sentences what falls due."""
    told = watch.status["triggers"]
    if not told:
        return "The agreement names no trigger: nothing falls due by it."
    order = {"met": 0, "cannot be told": 1, "not met": 2}
    parts = [_short(one) for one in sorted(told, key=lambda one: order.get(one["state"], 3))]
    rest = f" {capital(count(len(parts) - 4, 'more trigger'))} below." if len(parts) > 4 else ""
    return " ".join(parts[:4]) + rest


def _short(one: Mapping[str, Any]) -> str:
    low, high = one["probability"]
    since = f", first on {one['first_met']}" if one["first_met"] else ""
    commitment = one["commitment"]
    falls = f" {capital(_commitment(commitment))} falls due." if commitment and one["state"] == "met" else ""
    return f"{quoted(one['title'])}: {one['state']} (probability {between(low, high)}{since}).{falls}"


def _commitment(commitment: Mapping[str, Any]) -> str:
    return f"pledge {commitment['pledge']} of proposal {commitment['proposal']} ({commitment['scenario']})"


def triggers(watch: Watch) -> Section:
    """Return the section about what falls due."""
    told = watch.status["triggers"]
    if not told:
        nothing = Prose(
            "The agreement names no trigger: no number of breaches makes a commitment fall due by itself."
        )
        return Section("triggers", "What falls due", (nothing,))
    head = ("Trigger", "state", "probability", "counted in the window", "needed", "window", "falls due")
    rows: list[tuple[Cell, ...]] = [
        (
            one["title"],
            one["state"],
            between(*one["probability"]),
            amounts(*one["count"]),
            (
                f"{counted(one['threshold'], one['unit'])} in {one['within_days']:g} "
                f"{'day' if one['within_days'] == 1 else 'days'}"
            ),
            span(*one["window"]) if one["window"] else "–",
            _commitment(one["commitment"]) if one["commitment"] else "nothing is named",
        )
        for one in told
    ]
    blocks: list[Block] = [
        Table("Triggers, and the days that come nearest to each", head, tuple(rows), numeric=False)
    ]
    for one in told:
        blocks += _one(watch, one)
    blocks.append(
        Prose(
            "Probabilities take incidents to be independent of each other. Where they share an error, such as how far "
            "a line really ran from where it is drawn, or come in bursts, a probability near 0 or 1 is less sure "
            "than it looks."
        )
    )
    return Section("triggers", "What falls due", tuple(blocks))


def _one(watch: Watch, one: Mapping[str, Any]) -> list[Block]:
    entry = watch.agreement.triggers.get(one["id"])
    blocks: list[Block] = [Heading(one["title"])]
    if entry is not None and entry.text:
        blocks.append(Prose(entry.text))
    first = f" It was first met on {one['first_met']}." if one["first_met"] else ""
    low, high = one["probability"]
    points: list[Cell] = [
        f"{capital(one['state'])}: the threshold is reached with probability {between(low, high)}.{first}"
    ]
    if entry is not None:
        grade = entry.grade
        who = f", by whom at least {grade.attribution}" if grade.attribution else "; by whom does not matter"
        points.append(
            f"Counts {few([f'“{watch.article(name)}”' for name in entry.articles])}: that it happened at "
            f"least {grade.occurrence}, "
            f"that it was a breach at least {grade.breach}{who}. Met from a probability of "
            f"{between(entry.probability, entry.probability)}."
        )
        if entry.because:
            points.append(f"The threshold is a judgement: {entry.because}")
    if one["not_observed"]:
        gaps = [
            f"{watch.sector(gap['sector'])}, {span(gap['since'], gap['until'])}"
            for gap in one["not_observed"]
        ]
        points.append(f"Not observed in its window: {few(gaps, 6)}.")
    else:
        points.append("No gap in observation lies in its window.")
    points += [f"What would change it: {sentence}" for sentence in one["would_change"]]
    blocks.append(Points(tuple(points)))
    if one["rests_on"]:
        blocks.append(_rests(watch, one))
    return blocks


def _rests(watch: Watch, one: Mapping[str, Any]) -> Fold:
    names = ("incident", "day", "sector_id", "kind", "unit", "count", "occurrence", "observers")
    wanted = {name: number for number, name in enumerate(one["rests_on"][:_MOST])}
    known = {row[0]: row for row in watch.rows("incidents", names) if row[0] in wanted}
    rows: list[tuple[Cell, ...]] = []
    for name in wanted:
        if (row := known.get(name)) is None:
            rows.append((name, "outside this period", "–", "–", "–", "–"))
        else:
            _, day, sector, kind, unit, number, grade, observers = row
            seen = few([watch.observer(who) for who in observers or ()])
            rows.append(
                (name, str(day), watch.sector(sector), f"{kind}: {counted(number, unit)}", grade or "–", seen)
            )
    total = one["rests_on_all"]
    more = f", {len(rows)} of them here" if total > len(rows) else ""
    head = ("Incident", "day", "sector", "what", "grade", "reported by")
    table = Table("What the trigger rests on", head, tuple(rows), numeric=False)
    return Fold(f"What it rests on: {count(total, 'incident')}{more}", (table,))
