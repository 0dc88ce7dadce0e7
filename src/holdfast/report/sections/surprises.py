"""Findings that run against intuition, said where they occur and said not to occur where they do not.

Preventive windows: a principal likelier to attack now than later, because attacking loses worth with time.
Free-riding: a guarantor that would honour alone stays away because others come. Boldness: a protected
side likelier to attack because it is protected.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from holdfast.report.blocks import Heading, Note, Points, Prose, Section, Table
from holdfast.report.study import named
from holdfast.report.words import MATERIAL, OCCURS, capital, count, listing, number, percent
from holdfast.scenario import Strengthening

if TYPE_CHECKING:
    from collections.abc import Sequence

    from holdfast.report.answers import Proposal
    from holdfast.report.blocks import Block
    from holdfast.report.draws import Occurrence
    from holdfast.report.study import Study

_MOST_PLEDGES = 3


@dataclass(frozen=True)
class Found:
    """One effect in one proposal: to whom, how often, and the numbers of the draws where it occurs."""

    proposal: Proposal
    who: str
    occurrence: Occurrence


def surprises(study: Study) -> Section:
    """Return the section on preventive windows, free-riding and boldness."""
    threshold = (
        f"Each is said to occur in a proposal when it is larger than {100 * MATERIAL:.0f} percentage point in at least "
        f"{percent(OCCURS)} of its draws."
    )
    blocks: list[Block] = [
        Prose(
            "More help, or surer help, does not always make a ceasefire last longer. Three ways in which it can do the opposite "
            f"were looked for in every draw. {threshold}"
        )
    ]
    for look in (_windows, _riding, _bolder):
        blocks += look(study)
    return Section("surprises", "Where more help may mean less peace", tuple(blocks))


def _windows(study: Study) -> list[Block]:
    """Look for principals that are likelier to attack now than in five years because attacking loses worth."""
    found: list[Found] = []
    for who in study.scenario.principals:
        now, later = f"deter.{who}.0", f"deter.{who}.5"
        worth_now, worth_later = f"attack_value.{who}.0", f"attack_value.{who}.5"
        occurrences = study.draws.occurrence(
            [(now, later), (worth_now, worth_later)], [now, later, worth_now, worth_later], MATERIAL
        )
        found += _those(study, who, occurrences)
    heading = Heading("Preventive windows")
    if not found:
        return [
            heading,
            Prose(
                "None occurs: under no proposal is a principal likelier to attack at an occasion now than in five years because "
                "attacking loses worth with time."
            ),
        ]
    return [heading, Points(tuple(_window(study, f) for f in found))]


def _window(study: Study, f: Found) -> str:
    name, means = study.names.party(f.who), f.occurrence.means
    first, last = means[f"deter.{f.who}.0"], means[f"deter.{f.who}.5"]
    before, after = means[f"attack_value.{f.who}.0"], means[f"attack_value.{f.who}.5"]
    return (
        f"{named(f.proposal)}, {name}: in {percent(f.occurrence.share)} of draws. There it attacks at an occasion with "
        f"{percent(first)} at signature and {percent(last)} five years on, because attacking is worth {number(before)} of its "
        f"stake to it at first and {number(after)} later{_why_later(study, f)}."
    )


def _why_later(study: Study, f: Found) -> str:
    """Name what grows on the other side over the years."""
    proposal = study.scenario.proposals[f.proposal.id]
    growing = [
        study.names.party(term.party)
        for term in proposal.terms
        if isinstance(term, Strengthening) and term.party != f.who
    ]
    if not growing:
        return ""
    return f": the forces of {listing(sorted(set(growing)))} grow under this proposal"


def _riding(study: Study) -> list[Block]:
    """Look for pledges likelier to be honoured if no other were."""
    rows: list[tuple[str, str, Occurrence]] = []
    told: list[str] = []
    for p in study.answers.proposals:
        own: list[tuple[str, Occurrence]] = []
        for pledge in p.honour:
            alone, among = f"honour_alone.{pledge}", f"honour.{pledge}"
            occurrence = study.draws.occurrence([(alone, among)], [alone, among], MATERIAL).get(p.id)
            if occurrence and occurrence.share >= OCCURS:
                own.append((pledge, occurrence))
        own.sort(key=lambda pair: (-_loss(*pair), pair[0]))
        rows += [(named(p), pledge, occurrence) for pledge, occurrence in own]
        if own:
            told.append(_ride(study, p, own))
    heading = Heading("Free-riding")
    if not told:
        return [
            heading,
            Prose(
                "None occurs: no guarantor is likelier to honour a pledge if it were the only one to do so."
            ),
        ]
    table = Table(
        "Pledges less likely to be honoured because others are: means over the draws where this occurs",
        ("Proposal and pledge", "share of draws", "if alone", "among the others"),
        tuple(
            (
                f"{proposal}: {study.names.pledge(pledge)}",
                percent(o.share),
                percent(o.means[f"honour_alone.{pledge}"]),
                percent(o.means[f"honour.{pledge}"]),
            )
            for proposal, pledge, o in rows[:60]
        ),
    )
    return [heading, Points(tuple(told)), table]


def _loss(pledge: str, occurrence: Occurrence) -> float:
    """Return how much of its probability of honouring a pledge loses to the others, over all draws."""
    return occurrence.share * (
        occurrence.means[f"honour_alone.{pledge}"] - occurrence.means[f"honour.{pledge}"]
    )


def _ride(study: Study, p: Proposal, own: Sequence[tuple[str, Occurrence]]) -> str:
    told = [
        (
            f"{study.names.pledge(pledge)} (honoured with {percent(o.means[f'honour_alone.{pledge}'])} if alone, "
            f"{percent(o.means[f'honour.{pledge}'])} among the others, in {percent(o.share)} of draws)"
        )
        for pledge, o in own[:_MOST_PLEDGES]
    ]
    most = "most of all " if len(own) > 1 else ""
    return (
        f"{named(p)}: {count(len(own), 'pledge')} of {len(p.honour)}, {most}{listing(told)}. The help of others leaves less for "
        "its own help to change."
    )


def _bolder(study: Study) -> list[Block]:
    """Look for principals likelier to attack because of the pledges to them."""
    found: list[Found] = []
    for who in study.scenario.principals:
        protected, alone = f"deter.{who}.0", f"without_help.deter.{who}.0"
        occurrences = study.draws.occurrence([(protected, alone)], [protected, alone], MATERIAL)
        found += [f for f in _those(study, who, occurrences) if _protected(study, f)]
    heading = Heading("A protected side grown bolder")
    if not found:
        return [
            heading,
            Prose("None occurs: no principal is likelier to attack because others have pledged to help it."),
        ]
    told = [
        (
            f"{named(f.proposal)}, {study.names.party(f.who)}: in {percent(f.occurrence.share)} of draws. There it attacks at an "
            f"occasion with {percent(f.occurrence.means[f'deter.{f.who}.0'])}, and would with "
            f"{percent(f.occurrence.means[f'without_help.deter.{f.who}.0'])} if no pledge ever fell due: help makes being attacked "
            "in return, and a war by accident, cost it less."
        )
        for f in found
    ]
    return [
        heading,
        Points(tuple(told)),
        Note(capital("an attack here means restarting the war at scale, not a violation.")),
    ]


def _protected(study: Study, f: Found) -> bool:
    """Return whether anyone has promised this principal help under the proposal."""
    return any(pledge.to == f.who for pledge in study.scenario.proposals[f.proposal.id].pledges)


def _those(study: Study, who: str, occurrences: dict[str, Occurrence]) -> list[Found]:
    """Keep what occurs often enough, in the order of the ranking."""
    return [
        Found(p, who, occurrences[p.id])
        for p in study.answers.proposals
        if p.id in occurrences and occurrences[p.id].share >= OCCURS
    ]
