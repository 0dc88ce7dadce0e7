"""What was set aside, how to read the page, and what it does not say."""

from __future__ import annotations

from markupsafe import Markup

from holdfast.report.blocks import Block, Cell, Fold, Heading, Points, Prose, Section, Table
from holdfast.report.monitoring.map import Drawn
from holdfast.report.monitoring.places import Scene
from holdfast.report.monitoring.watch import Watch, amended, amounts, few, said, unused
from holdfast.report.words import capital, count

__all__ = ["aside", "reading"]

_MOST = 40
_LADDER = (
    ("reported", "somebody says so"),
    ("corroborated", "several independent sources say so"),
    ("observed", "the observer saw, heard or measured it"),
    ("verified on site", "the observer went there and looked"),
    ("ruled", "a body that the parties gave this task to has decided it"),
)


def aside(watch: Watch) -> Section:
    """Return the section about what was received and not counted."""
    record, linking = watch.status["record"], watch.status["linking"]
    points: list[Cell] = [
        f"{capital(count(record['set_aside'], 'row'))} could not be read as a report and {_were(record['set_aside'])} "
        "set aside with file, line and reason, to be mended and added again."
        if record["set_aside"]
        else "Every row that was received could be read as a report; none is set aside.",
        f"{capital(count(record['superseded'], 'report'))} {_were(record['superseded'])} replaced by a later version; the record keeps "
        "the earlier one."
        if record["superseded"]
        else "No report was replaced by a later version.",
        f"{capital(count(record['reports'], 'report'))} from {count(record['files'], 'file')} make "
        f"{count(linking['incidents'], 'incident')} besides the tallies; "
        f"{count(linking['of_several'], 'incident rests', 'incidents rest')} on several reports. "
        f"{capital(count(linking['pairs'], 'pair'))} of reports may be of one event"
        + (
            f"; {linking['left_out']:,} at most were not compared, being too many, so that some events may count twice."
            if linking["left_out"]
            else "."
        ),
    ]
    if record["outside"]:
        points.append(
            f"{capital(count(record['outside'], 'report is', 'reports are'))} of days on which the agreement was "
            "not in force, and not counted."
        )
    points += [said(amended(one), 600) for one in record["amendments"]]
    points += [said(unused(one), 600) for one in record["unused_claims"]]
    if record["not_indexed"]:
        points.append(
            f"{count(record['not_indexed'], 'entry', 'entries')} of the record came while this was written, and are not counted."
        )
    blocks: list[Block] = [Points(tuple(points))]
    rows: list[tuple[Cell, ...]] = [
        (str(entry), str(line), said(reason, 300), said(raw, 160), "yes" if mended else "no")
        for entry, line, reason, raw, mended in watch.rows(
            "aside", ("entry", "line", "reason", "raw", "mended")
        )
    ]
    if rows:
        more = f", the first {_MOST} of {len(rows):,}; aside.csv has all" if len(rows) > _MOST else ""
        head = ("Entry", "line", "why", "the row as received", "mended")
        table = Table(f"Rows set aside{more}", head, tuple(rows[:_MOST]), numeric=False)
        blocks.append(Fold(f"{capital(count(len(rows), 'row'))} set aside", (table,)))
    rows = [
        (
            str(entry),
            said(by, 80),
            f"{claim}: {grade}" + ("" if holds else ", that it is not so"),
            said(why, 300),
        )
        for entry, by, claim, grade, holds, why in watch.rows(
            "claims", ("entry", "by", "claim", "grade", "holds", "why")
        )
    ]
    if rows:
        more = f", the first {_MOST} of {len(rows):,}; claims.csv has all" if len(rows) > _MOST else ""
        table = Table(
            f"Claims that persons entered{more}",
            ("Entry", "by", "claim", "why"),
            tuple(rows[:_MOST]),
            numeric=False,
        )
        blocks.append(Fold(f"{capital(count(len(rows), 'claim'))} entered by persons", (table,)))
    return Section("aside", "What was received, and what was set aside", tuple(blocks))


def _were(number: int) -> str:
    return "was" if number == 1 else "were"


def reading(watch: Watch, scene: Scene, drawn: Drawn | None) -> Section:
    """Return how to read the page and what it does not say."""
    points: list[Cell] = [
        (
            "An incident is one or more reports taken to be of the same event. A finding is an incident held "
            "against an article: breach from a probability of 0.95, allowed up to 0.05, "
            "undetermined between, or where something that is needed is not known."
        ),
        (
            "That it happened, that it was a breach, and who did it are three claims. Each has a grade of its "
            "own, and an attribution is the word of whoever reports it."
        ),
        (
            "A count is per day observed, never per day of the calendar. Effects (what is seen or heard) and "
            "incidents are different units and are not added."
        ),
        (
            f"Days are those of {watch.agreement.time_zone}; a tally that runs from evening to evening belongs "
            "to the day on which it ends."
        ),
    ]
    not_said: list[Cell] = [
        (
            "It is about single violations. It does not say whether the war has restarted, nor how likely that "
            "is. Where Holdfast says that a ceasefire holds, it means that no war has restarted at scale: that "
            "may stay true under many daily violations, and may fail without any. No figure here is a "
            "probability of collapse."
        ),
        (
            "It does not say how much really happened. What is seen depends on who can look, where and when; a "
            "lower count may mean less fire or less sight."
        ),
        "It does not say who is right. It takes no side between the parties and suggests no military response.",
    ]
    blocks: list[Block] = [
        Points(tuple(points)),
        Fold(
            "Grades of a claim",
            (Table("The ladder, from the lowest step", ("Grade", "meaning"), _LADDER, numeric=False),),
        ),
        Heading("What it does not say"),
        Points(tuple(not_said)),
        Heading("The map"),
        Points(tuple(_map(scene, drawn, watch))),
        Heading("The record"),
        Prose(_record(watch)),
    ]
    return Section("reading", "How to read this page, and what it does not say", tuple(blocks))


def _map(scene: Scene, drawn: Drawn | None, watch: Watch) -> list[Cell]:
    if drawn is None:
        return [
            (
                "No sector, zone or line of the agreement has an outline, and no incident a position: there is "
                "nothing to draw."
            )
        ]
    frame = drawn.frame
    lat = f"{abs(frame.lat):.1f}° {'N' if frame.lat >= 0 else 'S'}"
    lon = f"{abs(frame.lon):.1f}° {'E' if frame.lon >= 0 else 'W'}"
    told: list[Cell] = [
        (
            f"Stereographic projection about {lat}, {lon}, which keeps shapes; north is up in the middle. "
            f"Zones and lines as they ran on {watch.until}; the band along a line is how "
            "far it may have run to either side (a standard deviation)."
        ),
        (
            "Outlines of land, regions and borders: Natural Earth, scale 1:10 million, in the public domain, "
            "simplified; for orientation only, right within about a kilometre. No "
            "finding rests on them. Borders that are disputed, unsettled or lines of control are dashed. No "
            "position is taken on whose any place is."
        ),
    ]
    borrowed = [area for area in scene.areas if area.borrowed is not None]
    if borrowed:
        names = few([f"{area.name} ({area.borrowed})" for area in borrowed])
        told.append(
            "The agreement draws no zone for these sectors, so that administrative regions of the same "
            f"name stand for them: {names}. What an observer could reach may be a part of it."
        )
    if scene.absent:
        told.append(f"Without an outline, and so only in the table: {few(scene.absent, 12)}.")
    if scene.undrawn:
        told.append(f"Not drawn on the last day: {few(scene.undrawn, 8)}.")
    if drawn.beyond:
        told.append(f"{capital(count(drawn.beyond, 'incident'))} lie outside the map.")
    if scene.unplaced:
        told.append(f"{capital(count(scene.unplaced, 'incident'))} have no position and are not on the map.")
    if drawn.merged:
        told.append(
            "Incidents are so many that a dot stands for all of a verdict that lie close together; its "
            "area grows with their number."
        )
    if drawn.large:
        shown = (
            ""
            if drawn.errors == drawn.large
            else f"; {amounts(drawn.errors, drawn.errors)} of {drawn.large:,} are drawn, the largest first"
        )
        told.append(
            "A ring is one standard deviation of a position, a rectangle all of a pixel, where they are "
            f"large enough to be seen{shown}."
        )
    return told


def _record(watch: Watch) -> Markup:
    record = watch.status["record"]
    return Markup(
        "This page was made from {} entries of the record, whose last hash is <code>{}</code>, as of {}. Whoever has "
        "the same record gets the same hash; <code>holdfast monitor verify</code> checks every byte of it. The tables "
        "beside the page hold the same figures, also where the page has room for the first of them only."
    ).format(f"{record['entries']:,}", record["hash"], watch.status["as_of"])
