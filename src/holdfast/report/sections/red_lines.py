"""Red lines: which proposals cross them, and how likely they stop a principal from signing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from holdfast.report.blocks import Heading, Prose, Table
from holdfast.report.words import chance, listing, percent

if TYPE_CHECKING:
    from holdfast.report.answers import Proposal
    from holdfast.report.blocks import Block, Cell
    from holdfast.report.names import Names
    from holdfast.report.study import Study
    from holdfast.scenario import Party
    from holdfast.scenario.model import Crossing


@dataclass(frozen=True)
class Line:
    """A red line: its name, how firm it is at the median, and what the party says."""

    name: str
    firmness: float
    described: str


def lines_of(names: Names, party: Party) -> list[Line]:
    """Return a party's red lines in the order of the file."""
    return [
        Line(
            names.words(line.id or f"red line {place + 1}"),
            line.firmness.median,
            line.description or "–",
        )
        for place, line in enumerate(party.red_lines)
    ]


def crossed_lines(study: Study, proposal: Proposal, who: str) -> list[Line]:
    """Return the red lines of a principal that a proposal crosses at the medians of the file."""
    party = study.scenario.parties[who]
    outcome = study.scenario.proposals[proposal.id].outcome

    def crosses(issue: str, crossing: Crossing) -> bool:
        value = outcome[issue].median
        over = crossing.above is not None and value > crossing.above
        return over or (crossing.below is not None and value < crossing.below)

    return [
        line
        for line, written in zip(lines_of(study.names, party), party.red_lines, strict=True)
        if all(crosses(issue, crossing) for issue, crossing in written.crosses.items())
    ]


def red_line_tables(study: Study) -> list[Block]:
    """Return which red lines are crossed by which proposals, and how likely they stop a principal."""
    proposals, principals = study.answers.proposals, study.scenario.principals
    rows: list[tuple[Cell, ...]] = []
    for who in principals:
        crossed = {p.rank: crossed_lines(study, p, who) for p in proposals}
        for line in lines_of(study.names, study.scenario.parties[who]):
            by = [str(rank) for rank, lines in crossed.items() if line in lines]
            rows.append(
                (
                    f"{study.names.party(who)}: {line.name}",
                    line.described,
                    percent(line.firmness),
                    listing(by) or "none",
                )
            )
    if not rows:
        return [Prose("No principal has a red line in the file.")]
    refuses = {who: study.draws.spread(f"red_line.{who}") for who in principals}
    return [
        Heading("Red lines"),
        Table(
            "Red lines, how firm they are and which proposals cross them, at the medians of the file",
            ("Red line", "what the party says", "firmness", "crossed by proposals"),
            tuple(rows),
            words=(1, 3),
        ),
        Table(
            "Probability that a principal refuses because it means a red line that the proposal crosses",
            ("Proposal", *(study.names.party(who) for who in principals)),
            tuple(
                (f"{p.rank} {p.title}", *(chance(refuses[who].get(p.id)) for who in principals))
                for p in proposals
            ),
        ),
    ]
