"""The page of `holdfast bargain`: what to expect on each issue, what could be signed, who blocks, who gains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from holdfast.report.bargain.conceding import first_concession
from holdfast.report.bargain.expected import (
    agreement,
    bargainers,
    expectation,
    fair_blocks,
    outcome_figure,
    power_figure,
    rounds_figure,
)
from holdfast.report.bargain.sides import gain_blocks, move_folds, side_folds
from holdfast.report.bargain.signing import (
    concession_points,
    loss_table,
    map_figure,
    proposal_table,
    solution_points,
)
from holdfast.report.bargain.signing_words import basis, blocked, headline, leading, open_share, unasked
from holdfast.report.bargain.talk import Talk
from holdfast.report.bargain.tested import how_sure
from holdfast.report.bargain.words import caveats
from holdfast.report.blocks import Fold, Heading, Note, Points, Prose, Section
from holdfast.report.rendering import css, environment
from holdfast.report.words import count
from holdfast.study.store import write_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from holdfast.report.blocks import Block
    from holdfast.scenario import PositionFile

__all__ = ["bargain_page", "write_bargain_page"]


def write_bargain_page(file: PositionFile, found: Mapping[str, Any], out: Path) -> None:
    """Write the page as one HTML file, the same bytes for the same file and findings.

    Parameters
    ----------
    file, found
        See `bargain_page`.
    out
        Where the page goes; written whole or not at all.

    Raises
    ------
    HoldfastError
        If the disk is full or refuses to be written to.
    """
    write_bytes(out, bargain_page(file, found).encode())


def bargain_page(file: PositionFile, found: Mapping[str, Any]) -> str:
    """Return the page as HTML.

    Parameters
    ----------
    file
        A scenario, or a file of positions.
    found
        What `holdfast bargain --json` prints.
    """
    talk = Talk(file, found, found.get("zone"))
    picture = map_figure(talk) if talk.zone else outcome_figure(talk, "first")
    sections = [*_positions(talk, alone=talk.zone is None), *_signing(talk), *_parties(talk), _reading(talk)]
    return (
        environment()
        .get_template("bargain.html.j2")
        .render(
            title=file.title,
            as_of=file.as_of.isoformat(),
            subtitle=f"{count(len(found['parties']), 'party', 'parties')} bargain over {count(len(found['issues']), 'issue')}",
            headline=headline(file, talk.zone) if talk.zone else f"{agreement(talk)}.",
            answers=_answers(talk),
            picture=picture,
            sections=sections,
            css=css(),
        )
    )


def _answers(talk: Talk) -> list[tuple[str, str]]:
    """Answer on the first screen: what could be signed, who blocks, what to expect on each issue."""
    told: list[tuple[str, str]] = []
    if talk.zone:
        told.append((_asked(talk, talk.zone), blocked(talk.file, talk.zone)))
        cheapest = first_concession(talk.file, talk.zone)
        if cheapest is not None:
            told.append(("What is the cheapest concession?", cheapest))
        told.append(("In how many draws is something in the zone?", open_share(talk.file, talk.zone)))
        told.append(("Who bargains over the issues?", bargainers(talk)))
    told += [(f"{talk.names.issue(k)}: what to expect?", expectation(talk, k)) for k in talk.issues]
    told.append(("How far may that be off?", how_sure()))
    if talk.zone and (without := unasked(talk.file, talk.zone)):
        told.append(("Which proposals does a principal not sign?", without))
    return told


def _asked(talk: Talk, zone: Mapping[str, Any]) -> str:
    """Ask who blocks: of the other proposals where the headline names one that is free and another is not."""
    rows = zone["proposals"]
    if len(rows) == 1:
        return "Who blocks the proposal?"
    free = any(rows[p]["inside"] for p in leading(talk.file, zone))
    other = free and any(row["blocks"] for row in rows.values())
    return "Who blocks the other proposals?" if other else "Who blocks the proposals?"


def _positions(talk: Talk, *, alone: bool) -> list[Section]:
    """Return the sections on where the issues end and how; without proposals the first screen shows the outcomes."""
    blocks: list[Block] = [] if alone else [outcome_figure(talk)]
    fairness = fair_blocks(talk)
    blocks += [
        power_figure(talk),
        *([Heading("What rules of fairness would choose"), *fairness] if fairness else []),
    ]
    sections = [Section("expect", "What to expect on each issue", tuple(blocks))]
    rounds = rounds_figure(talk)
    if rounds is not None:
        sections.append(
            Section(
                "rounds",
                "How positions move, round by round",
                (rounds, Heading("Who moves whom"), *move_folds(talk)),
            )
        )
    return sections


def _signing(talk: Talk) -> list[Section]:
    """Return the section on the zone; the map stands on the first screen."""
    if talk.zone is None:
        return []
    blocks: list[Block] = [proposal_table(talk)]
    points = concession_points(talk)
    if points is not None:
        blocks += [Heading("The cheapest concession that would bring a blocker in"), points]
        table = loss_table(talk)
        if table is not None:
            blocks.append(Fold("What each party gains or loses by these concessions", (table,)))
    blocks += [
        Note(basis(talk.zone)),
        Heading("What the axiomatic solutions choose among the proposals"),
        Prose(
            "Between the two principals, each having what fighting on is worth to it if they do not agree, among the proposals that both "
            "sign. One that crosses a red line of either is no candidate in as large a share of each draw as that red line is meant. What "
            "other signatories accept is not asked here. A choice by such a rule is no "
            "advice: each rule rests on its own idea of fairness. The egalitarian rule compares gains across the two, each as a share of "
            "its own stake, by its definition; the others do not."
        ),
        solution_points(talk),
    ]
    return [Section("signing", "What could be signed, and who blocks the rest", tuple(blocks))]


def _parties(talk: Talk) -> list[Section]:
    return [
        Section("gains", "What each party gains or loses", tuple(gain_blocks(talk))),
        Section("sides", "Who is for and against which position", tuple(side_folds(talk))),
    ]


def _reading(talk: Talk) -> Section:
    """Return what a reader must know: cautions apart from definitions."""
    ends = tuple(
        f"{talk.names.issue(k)}: 0 is “{talk.file.issues[k].low}”, 1 is “{talk.file.issues[k].high}”."
        for k in talk.issues
    )
    first, *rest = caveats(talk.file, talk.found)
    return Section(
        "reading",
        "What these numbers can and cannot say",
        (*(Note(line) for line in rest), Heading("The scales"), Prose(first), Points(ends)),
    )
