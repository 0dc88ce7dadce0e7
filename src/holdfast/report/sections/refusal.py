"""Who would refuse which proposal, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.report.blocks import Heading, Points, Prose, Section, Table
from holdfast.report.sections.verdict import either_way, probable
from holdfast.report.sections.worth import worth_figure, worths_of
from holdfast.report.study import named
from holdfast.report.words import (
    EVEN,
    MATERIAL,
    chance,
    count,
    inner,
    listing,
    number,
    percent,
    signed_number,
)

if TYPE_CHECKING:
    from holdfast.report.answers import Proposal
    from holdfast.report.blocks import Block, Cell
    from holdfast.report.sections.worth import Worth
    from holdfast.report.study import Study
    from holdfast.report.words import Spread
    from holdfast.scenario import Party


def refusal(study: Study) -> Section:
    """Return the section on who refuses and why."""
    worths = worths_of(study)
    blocks: list[Block] = [
        Prose(
            "A principal weighs what signing is worth to it, the risk of war again included, against fighting on. Values are "
            "shares of its own stake: 1 is its ideal on every issue for ever. Values of different parties cannot be compared."
        ),
        _acceptance(study),
        Heading("Who refuses, and why"),
        Points(tuple(_story(study, worths, p) for p in study.answers.proposals)),
    ]
    if worths:
        blocks.append(worth_figure(study, worths))
    blocks.append(_red_lines(study))
    return Section("refusal", "Who would sign, who would refuse, and why?", tuple(blocks))


def _acceptance(study: Study) -> Table:
    """Return the probability that each signatory accepts each proposal."""
    proposals = study.answers.proposals
    signatories = sorted({who for p in proposals for who in p.accept})
    return Table(
        "Probability that each signatory accepts; signed means that all do",
        ("Proposal", *(study.names.party(who) for who in signatories), "signed"),
        tuple(
            (f"{p.rank} {p.title}", *(chance(p.accept.get(who)) for who in signatories), chance(p.signed))
            for p in proposals
        ),
    )


def _story(study: Study, worths: list[Worth], proposal: Proposal) -> str:
    """Say who would sign and who would refuse one proposal, and why those who would not."""
    known = sorted(
        ((who, s) for who, s in proposal.accept.items() if s is not None),
        key=lambda pair: (pair[1].mean, pair[0]),
    )
    if not known:
        return f"{named(proposal)}: no draw says who would accept."
    told = [
        f"{named(proposal)}: {listing([f'{study.names.party(who)} {_stance(s)} ({inner(s)})' for who, s in known])}."
    ]
    for who, spread in known:
        if not probable(spread) or spread.p05 < EVEN:
            told += _reasons(study, worths, proposal, who)
    return " ".join(told)


def _stance(accept: Spread) -> str:
    """Return what a signatory would do, never surer than the interval."""
    if either_way(accept):
        return "could go either way"
    return "would sign" if probable(accept) else "would refuse"


def _reasons(study: Study, worths: list[Worth], proposal: Proposal, who: str) -> list[str]:
    """Say what signing is worth to one principal, what costs it most, and which red lines are crossed."""
    name = study.names.party(who)
    own = next((w for w in worths if w.proposal is proposal and w.party == who), None)
    if own is None:
        return [] if who in study.scenario.principals else [f"{name}’s acceptance is given in the file."]
    told: list[str] = []
    if own.margin is not None:
        more = "more" if own.margin.mean >= 0 else "less"
        size = number(abs(own.margin.mean))
        reach = f"{signed_number(own.margin.p05)} to {signed_number(own.margin.p95)}"
        told.append(f"To {name} signing is worth {size} {more} than fighting on ({reach}).")
    costs = sorted(((what, v) for what, v in own.parts if v <= -MATERIAL), key=lambda part: part[1])[:2]
    if costs:
        told.append(f"What costs it most: {listing([f'{what} ({number(v)})' for what, v in costs])}.")
    crossed = [_line(line) for line in crossed_lines(study, proposal, who)]
    if crossed:
        told.append(f"It crosses {count(len(crossed), 'red line')} of {name}: {listing(crossed)}.")
    return told


def crossed_lines(study: Study, proposal: Proposal, who: str) -> list[tuple[str, float]]:
    """Return the red lines of a principal that a proposal crosses at the medians of the file, with their firmness."""
    party: Party | None = study.scenario.parties.get(who)
    outcome = study.scenario.proposals[proposal.id].outcome
    found: list[tuple[str, float]] = []
    for place, line in enumerate(party.red_lines if party else ()):
        crossed = True
        for issue, crossing in line.crosses.items():
            value = outcome[issue].median
            over = crossing.above is not None and value > crossing.above
            under = crossing.below is not None and value < crossing.below
            crossed = crossed and (over or under)
        if crossed:
            name = line.description or (line.id or str(place)).replace("_", " ").replace("-", " ")
            found.append((name.strip().rstrip("."), line.firmness.median))
    return found


def _line(line: tuple[str, float]) -> str:
    name, firmness = line
    return f"“{name}” (firmness {percent(firmness)})"


def _red_lines(study: Study) -> Table:
    """Return the probability that a crossed red line is meant, by proposal and principal."""
    proposals, principals = study.answers.proposals, study.scenario.principals
    firmness = {who: study.draws.spread(f"red_line.{who}") for who in principals}
    rows: list[tuple[Cell, ...]] = []
    for p in proposals:
        lines = [
            f"{study.names.party(who)}: {listing([name for name, _ in crossed])}"
            for who in principals
            if (crossed := crossed_lines(study, p, who))
        ]
        rows.append(
            (
                f"{p.rank} {p.title}",
                *(chance(firmness[who].get(p.id)) for who in principals),
                "; ".join(lines) or "none",
            )
        )
    return Table(
        "Red lines crossed: probability that a principal means at least one of them, and which they are at the file’s medians",
        ("Proposal", *(study.names.party(who) for who in principals), "crossed"),
        tuple(rows),
    )
