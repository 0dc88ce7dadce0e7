"""The sentences on what could be signed: one place for each, so that the terminal, its page and the main report say the same.

Findings come as `study.bargain.zone` returned them (docs/reference/bargain.md).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from holdfast.report.names import Names
from holdfast.report.study import some
from holdfast.report.words import Spread, chance, count, listing, numeral, percent, quoted
from holdfast.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from holdfast.scenario import PositionFile

__all__ = [
    "ROUNDING",
    "SOLUTION_NAMES",
    "absentees",
    "basis",
    "below",
    "blocked",
    "blockers",
    "counted",
    "headline",
    "leading",
    "limit",
    "open_share",
    "ordered",
    "solution",
    "title",
    "unasked",
]

ROUNDING = 1e-12
"""A mean this little below the threshold is at it, as in the zone."""

SOLUTION_NAMES = {
    "nash": "Nash",
    "kalai_smorodinsky": "Kalai–Smorodinsky",
    "egalitarian": "Egalitarian",
}


def title(file: PositionFile, proposal: str) -> str:
    """Return a proposal's title in quotation marks."""
    return quoted(Names(file).proposal(proposal)) if isinstance(file, Scenario) else proposal


def leading(file: PositionFile, zone: Mapping[str, Any]) -> list[str]:
    """Return the proposals that both principals sign, the nearest to the zone first; all proposals where there are none."""
    full = [p for p in zone["closest"] if not absentees(file, p)]
    return full or list(zone["closest"])


def ordered(file: PositionFile, zone: Mapping[str, Any]) -> list[str]:
    """Return all proposals, those first that both principals sign, the nearest to the zone first among each."""
    first = leading(file, zone)
    return [*first, *(p for p in zone["closest"] if p not in first)]


def _of_both(file: PositionFile, zone: Mapping[str, Any]) -> str:
    """Say that only proposals which both principals sign are spoken of, where there are others."""
    return "" if len(leading(file, zone)) == len(zone["closest"]) else " that both principals sign"


def headline(file: PositionFile, zone: Mapping[str, Any]) -> str:
    """Return in a sentence whether there is a zone of possible agreement, of the proposals that both principals sign."""
    leads = leading(file, zone)
    within = [name for name in leads if zone["proposals"][name]["inside"]]
    least = limit(zone)
    if within:
        verb = "lies" if len(within) == 1 else "lie"
        names = listing(some([title(file, name) for name in within]))
        said = f"{names} {verb} in the zone of possible agreement: every signatory accepts with at least {least}."
        return " ".join([said, *near(file, zone, within)])
    worst = min((s["mean"], p) for p, s in zone["proposals"][leads[0]]["accepts"].items())
    return (
        f"The zone of possible agreement is empty: no proposal{_of_both(file, zone)} is accepted by every signatory with at least "
        f"{least}. Closest is {title(file, leads[0])}, which {Names(file).party(worst[1])} accepts with "
        f"{below(worst[0], zone['threshold'])}."
    )


def near(file: PositionFile, zone: Mapping[str, Any], proposals: Sequence[str]) -> list[str]:
    """Return for which of these proposals too few draws were taken to tell on which side of the threshold somebody is."""
    who = {p: zone["proposals"][p]["close"] for p in proposals}
    told = [
        f"{listing([Names(file).party(s) for s in close])}"
        + (f" on {title(file, p)}" if len(proposals) > 1 else "")
        for p, close in who.items()
        if close
    ]
    if not told:
        return []
    return [f"For {listing(told)} that is too close to tell on so few draws."]


def unasked(file: PositionFile, zone: Mapping[str, Any]) -> str | None:
    """Return in a sentence which proposals are not for which principal to sign, so that nobody asks what it accepts; None without any."""
    by: dict[tuple[str, ...], list[str]] = {}
    for name in zone["closest"]:
        if absent := absentees(file, name):
            by.setdefault(tuple(absent), []).append(title(file, name))
    if not by:
        return None
    told = [
        f"{listing(some(names))} {'is' if len(names) == 1 else 'are'} not for {listing(absent)} to sign"
        for absent, names in by.items()
    ]
    return f"{listing(told)}: what a principal that does not sign would accept is not asked."


def absentees(file: PositionFile, proposal: str) -> list[str]:
    """Return the names of the principals that are no signatories of a proposal."""
    if not isinstance(file, Scenario):
        return []
    signs = file.members(file.proposals[proposal].signatories)
    return [Names(file).party(p) for p in file.principals if p not in signs]


def blockers(file: PositionFile, proposal: str, row: Mapping[str, Any]) -> str:
    """Return who blocks a proposal, for a cell of a table, and who does or does not only narrowly; which principal is not asked."""
    names = Names(file)
    if row["blocks"]:
        return listing(
            [f"{names.party(b)}{' (narrowly)' if b in row['close'] else ''}" for b in row["blocks"]]
        )
    absent = absentees(file, proposal)
    said = "nobody"
    if row["close"]:
        said += f" ({listing([names.party(s) for s in row['close']])} narrowly)"
    return f"{said}; {listing(absent)} {'does' if len(absent) == 1 else 'do'} not sign" if absent else said


def limit(zone: Mapping[str, Any]) -> str:
    """Return what each signatory must accept with, exactly as it was asked for.

    Examples
    --------
    >>> limit({"threshold": 0.5}), limit({"threshold": 0.001}), limit({"threshold": 1.0})
    ('50%', '0.1%', '100%')
    """
    return f"{100 * zone['threshold']:.10g}%"


def below(share: float, threshold: float) -> str:
    """Return a probability as a percentage that never reads as having reached a threshold that it misses.

    Examples
    --------
    >>> below(0.497, 0.5), below(0.5, 0.5), below(0.2, 0.5), below(0.9985, 0.999)
    ('<50%', '50%', '20%', '<99.9%')
    >>> below(0.5 - 1e-16, 0.5)
    '50%'
    """
    text = percent(share)
    short = share < threshold - ROUNDING and text == percent(threshold)
    return f"<{limit({'threshold': threshold})}" if short else text


def blocked(file: PositionFile, zone: Mapping[str, Any]) -> str:
    """Return in a sentence who blocks how many of the proposals, and which where they are few."""
    by: dict[tuple[str, ...], list[str]] = {}
    for name in ordered(file, zone):
        if blockers := zone["proposals"][name]["blocks"]:
            by.setdefault(tuple(blockers), []).append(name)
    if not by:
        return "Nobody blocks it." if len(zone["closest"]) == 1 else "Nobody blocks any of them."
    told: list[str] = []
    for blockers, names in sorted(by.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        who = listing([Names(file).party(b) for b in blockers])
        verb = "blocks" if len(blockers) == 1 else "both block" if len(blockers) == 2 else "block"
        told.append(f"{who} {verb} {listing(some([title(file, n) for n in names], 2))}")
    return f"{'; '.join(told)}."


def counted(file: PositionFile, zone: Mapping[str, Any]) -> str:
    """Return as a title how many proposals each blocks, and how many nobody does, of those that both principals sign."""
    rows, which = [zone["proposals"][p] for p in leading(file, zone)], _of_both(file, zone)
    by = Counter(b for row in rows for b in row["blocks"])
    free, total = sum(row["inside"] for row in rows), len(rows)
    all_ = {1: "the proposal", 2: "both proposals"}.get(total, f"all {numeral(total)} proposals") + which
    if free == total:
        any_ = "the proposal" if total == 1 else f"any of {numeral(total)} proposals"
        return f"Nobody blocks {any_}{which}"
    if set(by.values()) == {total}:
        who = listing([Names(file).party(b) for b in sorted(by)])
        return f"{who} {'blocks' if len(by) == 1 else 'each block'} {all_}"
    told = sorted(by.items(), key=lambda pair: (-pair[1], pair[0]))
    parts = [f"{Names(file).party(b)} blocks {numeral(n)}" for b, n in told]
    parts.append(f"nobody blocks {numeral(free)}" if free else "none is free of a block")
    return f"Of {count(total, 'proposal')}{which}, {listing(parts)}"


def open_share(file: PositionFile, zone: Mapping[str, Any]) -> str:
    """Return in how many draws some proposal that both principals sign is in the zone, and that this is no probability of signing."""
    which, leads = _of_both(file, zone), leading(file, zone)
    each = f"accepted by all its signatories with at least {limit(zone)} each"
    empty = not any(zone["proposals"][p]["inside"] for p in leads)
    open_ = zone["open_share_both"] if which else zone["open_share"]
    if open_ == 0:
        return f"In no draw is a proposal{which} {each}."
    share = f"In {percent(open_)} of draws at least one proposal{which} is {each}"
    if empty:
        share = f"{share}, though over all draws none is on average"
    said = f"{share}. That is no probability of signing."
    several = [p for p in leads if len(zone["proposals"][p]["accepts"]) > 1]
    if not several:
        return said
    told = "; ".join(
        f"{title(file, p)} is with {chance(Spread(**zone['proposals'][p]['signed']))}"
        for p in _told_of(zone, several)
    )
    return f"{said} To be signed a proposal must be accepted by all at once: {told}."


def _told_of(zone: Mapping[str, Any], several: Sequence[str]) -> list[str]:
    """Return the proposals whose probability of being signed is told: those in the zone, else the nearest to it."""
    return [p for p in several if zone["proposals"][p]["inside"]][:3] or list(several[:1])


def basis(zone: Mapping[str, Any]) -> str:
    """Return what the zone rests on."""
    said = (
        "Each signatory accepts with the probability that the chain gives it, war being what it has instead; means of "
        f"{count(zone['draws'], 'draw')}"
    )
    if not any(found["tried"] for row in zone["proposals"].values() for found in row["concessions"].values()):
        return f"{said}."
    return (
        f"{said}, concessions tried on {zone['search']['draws']}, the cheapest that may work again on {zone['search']['confirmed']}. "
        "Concessions are searched among a few, not optimised. Cheapest is what "
        "moves the outcome least away from the other signatories’ ideals, on the scales of the issues, each weighing them in its own way; "
        "to add that up over several signatories is a convention, not a comparison of what it is worth to them. Concessions change "
        "outcomes and leave terms (troops, pledges) as they are: where a concession takes away what the terms provide, it is no coherent "
        "proposal, and the terms would have to change with it."
    )


def solution(file: PositionFile, zone: Mapping[str, Any], rule: str) -> str:
    """Return which proposal one axiomatic solution chooses most often, fighting on being what each side has instead."""
    told = zone["solutions"][rule]
    name = SOLUTION_NAMES[rule]
    if not told["chosen"]:
        return f"{name}: nothing to choose among, as no proposal is one that both principals sign."
    best = max(sorted(told["chosen"]), key=lambda p: told["chosen"][p])
    if told["chosen"][best] <= 0:
        return f"{name}: none in any draw, as to each proposal some principal would rather fight on, or refuses over a red line."
    none = "" if told["none"] == 0 else f"; none in {percent(told['none'])}"
    return f"{name}: {title(file, best)} in {percent(told['chosen'][best])} of draws{none}."
