"""Who would refuse which proposal, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.report.blocks import Heading, Points, Prose, Section, Table
from holdfast.report.draws import quoted_column
from holdfast.report.sections.red_lines import crossed_lines, red_line_tables
from holdfast.report.sections.verdict import either_way, probable
from holdfast.report.sections.worth import compared, worth_figure, worths_of
from holdfast.report.study import named
from holdfast.report.words import (
    EVEN,
    LIKELY,
    MATERIAL,
    UNLIKELY,
    chance,
    count,
    inner,
    listing,
    number,
    percent,
    quoted,
    signed_number,
)

if TYPE_CHECKING:
    from holdfast.report.answers import Proposal
    from holdfast.report.blocks import Block
    from holdfast.report.sections.worth import Worth
    from holdfast.report.study import Study
    from holdfast.report.words import Spread


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
    blocks += red_line_tables(study)
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
    if not either_way(accept):
        return "would sign" if probable(accept) else "would refuse"
    if accept.mean >= LIKELY:
        return "leans to signing"
    return "leans to refusing" if accept.mean <= UNLIKELY else "could go either way"


def _reasons(study: Study, worths: list[Worth], proposal: Proposal, who: str) -> list[str]:
    """Say what signing is worth to one principal, what costs it most, and which red lines are crossed."""
    name = study.names.party(who)
    own = next((w for w in worths if w.proposal is proposal and w.party == who), None)
    if own is None:
        return [] if who in study.scenario.principals else [f"{name}’s acceptance is given in the file."]
    told: list[str] = []
    if own.margin is not None:
        reach = f"{signed_number(own.margin.p05)} to {signed_number(own.margin.p95)}"
        told.append(
            f"To {name} signing is worth {compared(own.margin.mean, with_size=True)} fighting on ({reach})."
        )
    costs = sorted(((what, v) for what, v in own.parts if v <= -MATERIAL), key=lambda part: part[1])[:2]
    if costs:
        told.append(f"What costs it most: {listing([f'{quoted(what)} ({number(v)})' for what, v in costs])}.")
    crossed = [
        f"{quoted(line.name)} (firmness {percent(line.firmness)})"
        for line in crossed_lines(study, proposal, who)
    ]
    if crossed:
        without = _without_red_lines(study, proposal, who)
        tail = (
            ""
            if without is None
            else f"; without {'it' if len(crossed) == 1 else 'them'} it would accept with {chance(without)}"
        )
        told.append(f"It crosses {count(len(crossed), 'red line')} of {name}: {listing(crossed)}{tail}.")
    return told


def _without_red_lines(study: Study, proposal: Proposal, who: str) -> Spread | None:
    """Return the probability that a principal would accept if it had no red lines, draw by draw."""
    accepts, refuses = f"accept.{who}", f"red_line.{who}"
    if not study.draws.columns.issuperset((accepts, refuses)):
        return None
    refused = quoted_column(refuses)
    return study.draws.spread_of(
        f"CASE WHEN {refused} < 1 THEN {quoted_column(accepts)} / (1 - {refused}) END", proposal.id
    )
