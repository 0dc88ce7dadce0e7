"""The first screen: the answer in words, one picture, and the ranking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from holdfast.report.blocks import Figure, Panel, Table
from holdfast.report.figures.cloud import MOST_POINTS, cloud
from holdfast.report.sections.verdict import headline, probable, sentences
from holdfast.report.words import capital, chance, count, number, percent, quoted

if TYPE_CHECKING:
    from holdfast.report.answers import Answers, Proposal
    from holdfast.report.study import Study


@dataclass(frozen=True)
class Lead:
    """What the first screen shows."""

    headline: str
    answers: tuple[tuple[str, str], ...]
    figure: Figure
    ranking: Table


def lead(study: Study) -> Lead:
    """Return the first screen of a study."""
    answers = study.answers
    return Lead(
        headline(answers),
        tuple(sentences(answers, study.names.input)),
        _figure(study),
        ranking(answers),
    )


def _figure(study: Study) -> Figure:
    """Return the clouds: one small panel a proposal, in the order of the ranking."""
    proposals = study.answers.proposals
    columns = ("signed", "holds.10")
    grids = study.draws.histogram(*columns)
    points = study.draws.points(columns, MOST_POINTS // max(len(proposals), 1))
    panels = tuple(
        Panel(
            f"{p.rank} {p.title}",
            f"both: {chance(p.both)}",
            cloud(p, proposals, grids.get(p.id), points.get(p.id)),
        )
        for p in proposals
    )
    data = Table(
        "Draws shown as points in the picture",
        ("Proposal", "signed", "holds ten years"),
        tuple(
            (f"{p.rank} {p.title}", number(float(x), 3), number(float(y), 3))
            for p in proposals
            for x, y in points.get(p.id, ())
        ),
    )
    return Figure(
        _finding(proposals),
        panels,
        (_cloud_table(proposals), data),
        legend="Dark blue: half of all draws lie here; light blue: nine in ten; dots: some of the draws. "
        "The black number marks the proposal’s mean, grey numbers the means of the others, set "
        "beside one another where they would overlap. "
        "Above and right of the dashed lines, signing and holding are each more likely than not.",
        size="small",
    )


def _finding(proposals: tuple[Proposal, ...]) -> str:
    """Title the picture by where the means lie."""
    corner = [p for p in proposals if probable(p.signed) and probable(p.holds_ten)]
    if len(proposals) == 1:
        where = "in" if corner else "outside"
        return f"The proposal’s mean lies {where} the corner where signing and holding are each more likely than not"
    if not corner:
        return "No proposal’s mean lies in the corner where signing and holding are each more likely than not"
    which = quoted(corner[0].title) if len(corner) == 1 else count(len(corner), "proposal")
    verb = "lies" if len(corner) == 1 else "lie"
    return capital(
        f"{which} {verb}, by the mean, in the corner where signing and holding are each more likely than not"
    )


def _cloud_table(proposals: tuple[Proposal, ...]) -> Table:
    return Table(
        "Means and 5–95% intervals over all draws",
        ("Proposal", "signed", "holds ten years", "signed and holds ten years"),
        tuple(
            (f"{p.rank} {p.title}", chance(p.signed), chance(p.holds_ten), chance(p.both)) for p in proposals
        ),
    )


def ranking(answers: Answers) -> Table:
    """Return the ranking, what matters most on the left, where a phone shows it."""
    several = len(answers.proposals) > 1  # A single proposal is the best in every draw, which says nothing.
    rows = tuple(
        (
            f"{p.rank} {p.title}",
            chance(p.signed),
            chance(p.holds_ten),
            chance(p.both),
            *([percent(p.best)] if several else []),
            p.weakest or "–",
            chance(p.holds.get("1")),
            chance(p.holds.get("5")),
        )
        for p in answers.proposals
    )
    head = (
        "Proposal",
        "signed",
        "holds 10 years",
        "signed and holds 10",
        *(["best in"] if several else []),
        "weakest link",
        "holds 1 year",
        "holds 5 years",
    )
    return Table(
        "The proposals, ranked by the mean of signed × holds ten years. In brackets: the 5–95% interval over draws.",
        head,
        rows,
        words=(4 + several,),
    )
