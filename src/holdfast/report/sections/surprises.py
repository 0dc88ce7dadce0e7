"""Findings that run against intuition, said where they occur and said not to occur where they do not.

Preventive windows: a principal likelier to attack now than later, because attacking loses worth with time.
Free-riding: a guarantor that would honour alone stays away because others come. Boldness: a protected
side likelier to attack because it is protected.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from holdfast.report.blocks import Fold, Heading, Prose, Section, Table
from holdfast.report.study import named
from holdfast.report.words import MATERIAL, OCCURS, capital, count, listing, number, percent, quoted
from holdfast.scenario import Strengthening

if TYPE_CHECKING:
    from collections.abc import Sequence

    from holdfast.report.answers import Proposal
    from holdfast.report.blocks import Block
    from holdfast.report.draws import Occurrence
    from holdfast.report.study import Study


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
    table = Table(
        "Preventive windows: means over the draws where they occur",
        (
            "Proposal, principal",
            "share of draws",
            "attacks at an occasion: at signature",
            "five years on",
            "worth of attacking: at signature",
            "five years on",
            "what grows meanwhile",
        ),
        tuple(
            (
                f"{named(f.proposal)}, {study.names.party(f.who)}",
                percent(f.occurrence.share),
                *(percent(f.occurrence.means[f"deter.{f.who}.{year}"]) for year in (0, 5)),
                *(number(f.occurrence.means[f"attack_value.{f.who}.{year}"]) for year in (0, 5)),
                _growing(study, f),
            )
            for f in found
        ),
        words=(6,),
    )
    return [heading, Prose(_window(study, found)), table]


def _window(study: Study, found: Sequence[Found]) -> str:
    """Say where the window is widest, and why."""
    f = max(found, key=lambda f: (f.occurrence.share, -f.proposal.rank))
    means = f.occurrence.means
    first, last = means[f"deter.{f.who}.0"], means[f"deter.{f.who}.5"]
    under = _under([g.proposal for g in found], f.proposal, "most often")
    where = f"They occur under {under}: there, in {percent(f.occurrence.share)} of draws"
    what = f"{study.names.party(f.who)} attacks at an occasion with a probability of {percent(first)} at signature"
    why = "Attacking loses worth with time, so what deters later is a reason to go now."
    return f"{where}, {what} and {percent(last)} five years on. {why}"


def _under(proposals: Sequence[Proposal], first: Proposal, how: str) -> str:
    """Say under how many proposals something occurs, and under which most; the name alone where it is one."""
    several = len({proposal.id for proposal in proposals})
    return named(first) if several == 1 else f"{count(several, 'proposal')}, {how} under {named(first)}"


def _growing(study: Study, f: Found) -> str:
    """Name what grows on the other side over the years."""
    terms = study.scenario.proposals[f.proposal.id].terms
    growing = {study.names.party(t.party) for t in terms if isinstance(t, Strengthening) and t.party != f.who}
    return f"forces of {listing(sorted(growing))}" if growing else "–"


def _riding(study: Study) -> list[Block]:
    """Look for pledges likelier to be honoured if no other were."""
    pledges = sorted({pledge for p in study.answers.proposals for pledge in p.honour})
    pairs = {pledge: (f"honour_alone.{pledge}", f"honour.{pledge}") for pledge in pledges}
    occurrences = study.draws.exceeding(list(pairs.values()), MATERIAL)
    found: list[tuple[Proposal, str, Occurrence]] = [
        (p, pledge, occurrence)
        for p in study.answers.proposals
        for pledge in p.honour
        if (occurrence := occurrences[pairs[pledge]].get(p.id)) and occurrence.share >= OCCURS
    ]
    heading = Heading("Free-riding")
    if not found:
        none = "None occurs: no guarantor is likelier to honour a pledge if it were the only one to do so."
        return [heading, Prose(none)]
    found.sort(key=lambda row: (row[0].rank, -_loss(row[1], row[2]), row[1]))
    table = Table(
        "Pledges less likely to be honoured because others are: means over the draws where this occurs",
        ("Proposal", "pledge", "share of draws", "honoured if alone", "among the others"),
        tuple(
            (
                named(p),
                study.names.pledge(pledge),
                percent(o.share),
                percent(o.means[f"honour_alone.{pledge}"]),
                percent(o.means[f"honour.{pledge}"]),
            )
            for p, pledge, o in found
        ),
        words=(1,),
    )
    return [
        heading,
        Prose(_ride(study, found)),
        Fold(f"{capital(count(len(found), 'case'))}, one by one", (table,)),
    ]


def _loss(pledge: str, occurrence: Occurrence) -> float:
    """Return how much of its probability of honouring a pledge loses to the others, over all draws."""
    return occurrence.share * (
        occurrence.means[f"honour_alone.{pledge}"] - occurrence.means[f"honour.{pledge}"]
    )


def _ride(study: Study, found: Sequence[tuple[Proposal, str, Occurrence]]) -> str:
    """Say where free-riding is largest, and why."""
    p, pledge, o = max(found, key=lambda row: (_loss(row[1], row[2]), -row[0].rank))
    under = _under([row[0] for row in found], p, "most of all")
    alone, among = (percent(o.means[f"{prefix}.{pledge}"]) for prefix in ("honour_alone", "honour"))
    where = f"It occurs under {under}: there, in {percent(o.share)} of draws"
    what = f"the pledge {quoted(study.names.pledge(pledge))} would be honoured with a probability of {alone} if it were the only one"
    return f"{where}, {what}, and is with {among} among the others. The help of others leaves less for its own help to change."


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
    f = max(found, key=lambda f: (f.occurrence.share, -f.proposal.rank))
    with_help, without = (f.occurrence.means[f"{prefix}deter.{f.who}.0"] for prefix in ("", "without_help."))
    under = _under([g.proposal for g in found], f.proposal, "most often")
    where = f"It occurs under {under}: there, in {percent(f.occurrence.share)} of draws"
    what = f"{study.names.party(f.who)} attacks at an occasion with a probability of {percent(with_help)}"
    why = "Help makes being attacked in return, and a war by accident, cost it less."
    told = (
        f"{where}, {what}, and would with {percent(without)} if no pledge ever fell due. {why} An attack here restarts the war at "
        "scale; it is not a violation."
    )
    table = Table(
        "Attacks at an occasion, at signature: means over the draws where this occurs",
        ("Proposal, principal", "share of draws", "with the pledges", "if none ever fell due"),
        tuple(
            (
                f"{named(g.proposal)}, {study.names.party(g.who)}",
                percent(g.occurrence.share),
                percent(g.occurrence.means[f"deter.{g.who}.0"]),
                percent(g.occurrence.means[f"without_help.deter.{g.who}.0"]),
            )
            for g in found
        ),
    )
    return [heading, Prose(told), table]


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
