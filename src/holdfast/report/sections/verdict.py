"""The sentences of the first screen and of the terminal: what would be signed, what would hold, how sure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.report.study import named, some
from holdfast.report.words import (
    EVEN,
    FEW_DRAWS,
    LIKELY,
    SLIGHT,
    VERY_LIKELY,
    capital,
    count,
    likelihood,
    listing,
    numeral,
    percent,
    quoted,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from holdfast.report.answers import Answers, Hinge, Proposal
    from holdfast.report.words import Spread

#: The outcomes that the conclusion may rest on, as `answers.outcome_name` spells them.
BEST = "best"
BOTH = "signed_and_holds_10"


def probable(spread: Spread | None) -> bool:
    """Return whether something is more likely than not, by its mean."""
    return spread is not None and spread.mean >= EVEN


def either_way(spread: Spread | None) -> bool:
    """Return whether the 5-95 % interval has one half inside."""
    return spread is not None and spread.p05 < EVEN <= spread.p95


def headline(answers: Answers) -> str:
    """Return the answer in a sentence or two: whether any proposal would be signed and would hold."""
    proposals = answers.proposals
    if not proposals:
        return "There is no proposal to compare."
    both = [p for p in proposals if probable(p.both)]
    signed = [p for p in proposals if probable(p.signed)]
    holding = [p for p in proposals if probable(p.holds_ten)]
    if both:
        return _headline_both(both, len(proposals))
    first = (
        _headline_one(bool(signed), bool(holding)) if len(proposals) == 1 else _headline_none(signed, holding)
    )
    doubt = [p for p in proposals if either_way(p.both)]
    if not doubt:
        return first
    names = listing(some([quoted(p.title) for p in doubt]))
    which, each = ("It", "it") if len(proposals) == 1 else (names, "it" if len(doubt) == 1 else "each")
    return (
        f"{first} That is by the mean. {which} could still do both: in the more favourable draws, one in 20 or more, {each} is more "
        "likely than not to be signed and to hold ten years."
    )


def _headline_both(both: Sequence[Proposal], total: int) -> str:
    doubt = ", though that could go either way" if any(either_way(p.both) for p in both) else ""
    what = f"more likely than not to be signed and then to hold ten years{doubt}"
    if total == 1:
        return f"The proposal is {what}."
    if len(both) == 1:
        return f"Only {quoted(both[0].title)} is {what}."
    return f"{capital(numeral(len(both)))} of {numeral(total)} proposals are {what}; {quoted(both[0].title)} is ahead."


def _headline_one(signed: bool, holding: bool) -> str:
    """Answer for a scenario with one proposal that does not do both."""
    if signed and holding:
        return "Signing and, once signed, holding ten years are each more likely than not; both together are not."
    if signed:
        return "The proposal is more likely to be signed than refused, but more likely to fail within ten years than to hold."
    if holding:
        return "The proposal would be more likely to hold ten years than to fail, but it is more likely to be refused than signed."
    return "The proposal is more likely to be refused than signed, and more likely to fail within ten years than to hold."


def _headline_none(signed: Sequence[Proposal], holding: Sequence[Proposal]) -> str:
    """Answer for several proposals of which none does both."""
    overlap = [p for p in signed if p in holding]
    if overlap:
        return (
            f"No proposal is more likely than not to do both; {quoted(overlap[0].title)} comes nearest: signing and, once "
            "signed, holding ten years are each more likely than not."
        )
    if signed and holding:
        return "What is more likely than not to be signed is not likely to hold ten years; what would hold is not likely to be signed."
    if signed:
        which = f"{_these(signed, 'is', 'are')} {_firmly(p.signed for p in signed)} to be signed"
        return f"{which}, but none is more likely than not to hold ten years."
    if holding:
        would = f"{quoted(holding[0].title) if len(holding) == 1 else numeral(len(holding))} would"
        force = "on balance" if all(either_way(p.holds_ten) for p in holding) else "more likely than not"
        return f"No proposal is more likely than not to be signed; {would} {force} hold if signed."
    return "No proposal is more likely than not to be signed, and none is more likely than not to hold ten years."


def _firmly(spreads: Iterable[Spread | None]) -> str:
    """Return "more likely than not", said with less force where that could go either way for all."""
    return "on balance more likely than not" if all(map(either_way, spreads)) else "more likely than not"


def _these(proposals: Sequence[Proposal], one: str, many: str) -> str:
    if len(proposals) == 1:
        return f"{quoted(proposals[0].title)} {one}"
    return f"{capital(count(len(proposals), 'proposal'))} {many}"


def sentences(answers: Answers, label: Callable[[str], str]) -> list[tuple[str, str]]:
    """Return the questions of the first screen, each with its answer.

    Parameters
    ----------
    answers
        The summary.
    label
        Gives an input's name from its key.
    """
    if not answers.proposals:
        return []
    return [
        ("Which would be signed?", _which(answers, lambda p: p.signed, "be refused than signed")),
        (
            "Which would hold ten years, once signed?",
            _which(answers, lambda p: p.holds_ten, "fail than to hold"),
        ),
        ("Does any do both?", _both(answers)),
        ("How sure is that?", sureness(answers)),
        ("What does it hinge on?", hinging(answers, label)),
    ]


def _which(answers: Answers, outcome: Callable[[Proposal], Spread | None], against: str) -> str:
    """Name the proposals for which an outcome is more likely than not, likeliest first."""
    known = [(p, s) for p in answers.proposals if (s := outcome(p)) is not None]
    if not known:
        return "Not known: no draw gives a number."
    known.sort(key=lambda pair: (-pair[1].mean, pair[0].rank))
    yes = [(p, s) for p, s in known if probable(s)]
    top, spread = known[0]
    if len(known) == 1:
        return f"{capital(likelihood(spread))}: {named(top, spread)}."
    if not yes:
        return (
            f"None is more likely than not to. The likeliest is {named(top, spread)}: {likelihood(spread)}."
        )
    parts = [f"More likely than not: {listing(some([named(p, s) for p, s in yes]))}."]
    rest = len(known) - len(yes)
    if rest:
        parts.append(
            f"The other {'one is' if rest == 1 else f'{numeral(rest)} are'} more likely to {against}."
        )
    doubt = [p for p, s in known if either_way(s)]
    if doubt:
        which = "all of them" if len(doubt) == len(known) else listing(some([named(p) for p in doubt]))
        parts.append(f"It could go either way for {which}.")
    return " ".join(parts)


def _both(answers: Answers) -> str:
    """Say which proposal is likeliest to do both, and how likely that is."""
    leader = answers.proposals[0]
    if leader.both is None:
        return "Not known: no draw gives a number."
    word = likelihood(leader.both)
    if len(answers.proposals) == 1:
        return f"{capital(word)}: signed and holding ten years, {named(leader, leader.both)}."
    yes = sum(probable(p.both) for p in answers.proposals)
    start = f"Yes, {numeral(yes)}." if yes else "None is more likely than not to."
    return f"{start} The best chance has {named(leader, leader.both)}: {word}."


def sureness(answers: Answers) -> str:
    """Say how firmly the best proposal leads, and what clouds the answers."""
    ranked = sorted(answers.proposals, key=lambda p: (-p.best, p.rank))
    parts: list[str] = []
    if len(ranked) > 1:
        first, second = ranked[0], ranked[1]
        lead = f"{named(first)} is the best in {percent(first.best)} of draws, {named(second)} in {percent(second.best)}"
        firmness = (
            "firm" if first.best >= VERY_LIKELY else "fair, not firm" if first.best >= LIKELY else "open"
        )
        parts.append(f"The lead is {firmness}: {lead}.")
    known = [p.both for p in answers.proposals if p.both is not None]
    doubt = [named(p) for p in answers.proposals if either_way(p.both)]
    if doubt:
        subject = "it" if len(ranked) == 1 else listing(some(doubt))
        parts.append(f"Signed and holding ten years could go either way for {subject}.")
    elif known:
        side = "below" if all(spread.p95 < EVEN for spread in known) else "above"
        one = "The 5–95% interval" if len(known) == 1 else "Every 5–95% interval"
        sides = "on one side of" if {probable(spread) for spread in known} == {True, False} else side
        parts.append(f"{one} of signed and holding ten years lies {sides} one half.")
    return " ".join([*parts, *warnings(answers)])


def warnings(answers: Answers) -> list[str]:
    """Return what casts doubt on the draws themselves: few, fragile, or not converged."""
    found: list[str] = []
    if answers.draws < FEW_DRAWS:
        beyond = round(answers.draws * 0.05)
        where = f"about {count(beyond, 'draw')}" if beyond else "not one draw"
        found.append(
            f"With {count(answers.draws, 'draw')} the 5–95% intervals are rough: {where} in each tail. Take {FEW_DRAWS} or more."
        )
    if answers.fragile > 0:
        found.append(
            f"{percent(answers.fragile)} of draws are fragile: the guarantors’ decisions, or the hazard, have more than one "
            "consistent answer there."
        )
    if answers.not_converged > 0:
        found.append(
            f"{percent(answers.not_converged)} of draws did not converge; read their numbers with care."
        )
    return found


def hinges_of(answers: Answers, outcome: str, proposal: str | None) -> list[Hinge]:
    """Return the hinges of an outcome, largest first."""
    found = [
        hinge for hinge in answers.hinges if hinge.outcome == outcome and hinge.proposal in {proposal, None}
    ]
    return sorted(found, key=lambda hinge: (-hinge.share, hinge.input))


def conclusion(answers: Answers) -> tuple[str, str, str | None]:
    """Return what the conclusion is, in words, and the outcome and proposal it rests on."""
    if len(answers.proposals) > 1 and hinges_of(answers, BEST, None):
        return "which proposal is best", BEST, None
    leader = next(iter(answers.proposals))
    return f"signed and holding ten years of {named(leader)}", BOTH, leader.id


def told_apart(hinges: Sequence[Hinge]) -> list[Hinge]:
    """Return the hinges whose share is more than twice its error, and so no chance of so many draws."""
    return [hinge for hinge in hinges if hinge.share > 2 * (hinge.error or 0.0)]


def explained(answers: Answers, outcome: str, proposal: str | None) -> tuple[float, float] | None:
    """Return the variance that inputs explain, each on its own, and the share of that without a source.

    From the manifest, which counts every input; without it, from the listed hinges told apart from chance.
    """
    known = answers.explained.get((outcome, proposal))
    firm = told_apart(hinges_of(answers, outcome, proposal))
    if known is not None:
        # At few draws the estimate of the sum may be below that of one of its parts.
        total = max([known.share, *(hinge.share for hinge in firm)])
        return (total, known.unsourced / known.share) if known.share > 0 else None
    total = sum(hinge.share for hinge in firm)
    return (total, sum(hinge.share for hinge in firm if not hinge.sourced) / total) if total > 0 else None


def hinging(answers: Answers, label: Callable[[str], str]) -> str:
    """Say what the conclusion hinges on, and how much of that is unsourced."""
    if not answers.proposals:
        return "There is nothing that could hinge on anything."
    what, outcome, proposal = conclusion(answers)
    hinges = told_apart(hinges_of(answers, outcome, proposal))
    if not hinges:
        return "On no single input: none explains a share of the variance that could be told from chance."
    parts = [f"{quoted(label(hinge.input))} ({percent(hinge.share)} of its variance)" for hinge in hinges[:3]]
    if hinges[0].share < SLIGHT:
        largest = "The largest is" if len(parts) == 1 else "The largest are"
        told = [f"{capital(what)} hinges on no single input. {largest} {listing(parts)}."]
    else:
        told = [f"{capital(what)} hinges most on {listing(parts)}."]
    found = explained(answers, outcome, proposal)
    if found is not None:
        total, bare = found
        if total < EVEN:
            told.append(
                f"Each on its own, inputs explain {percent(total)}; the rest is their interplay, or too small to tell at "
                f"{count(answers.draws, 'draw')}."
            )
        told.append(
            f"{percent(bare)} of what inputs explain has no source, but a judgement or nothing named (inputs too slight to be told "
            "from chance are not counted)."
        )
    return " ".join(told)
