"""The enforcement chain of each proposal: how much of the strength pledged would come, and where it is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.report.base_rates import CAUTIONS, PROMISES
from holdfast.report.blocks import Figure, Fold, Heading, Panel, Points, Prose, Section, Table
from holdfast.report.draws import quoted_column
from holdfast.report.figures.bars import Bar, bars
from holdfast.report.figures.svg import BLUE, FAINT, ORANGE
from holdfast.report.pledged import pledged
from holdfast.report.sections.holding import published
from holdfast.report.study import named, some
from holdfast.report.words import MATERIAL, capital, chance, count, interval, listing, percent, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from holdfast.report.answers import Proposal
    from holdfast.report.blocks import Block, Cell
    from holdfast.report.pledged import Pledged
    from holdfast.report.study import Study
    from holdfast.report.words import Spread

#: What each link is called in a sentence.
_LINKS = {
    "detect": "detecting the attack in time",
    "decide": "the bodies’ decisions",
    "honour": "the guarantors’ honouring of their pledges",
}
_STEPS = {"detect": "detected in time", "decide": "and decided", "honour": "and honoured: delivered"}


def enforcement(study: Study) -> Section:
    """Return the section on the enforcement chain."""
    chains = {p.id: pledged(study.scenario, p.id) for p in study.answers.proposals}
    if not any(chains.values()):
        text = "No proposal has a pledge of force or arms, so there is no chain from detection to help."
        return Section("enforcement", "Would help come?", (Prose(text),))
    panels = tuple(
        _panel(study, p, principal, members)
        for p in study.answers.proposals
        for principal, members in chains[p.id].items()
    )
    without = [named(p) for p in study.answers.proposals if not chains[p.id]]
    blocks: list[Block] = [
        Prose(
            "If the ceasefire is broken, help comes only if the attack is detected in time, the bodies that must decide do, "
            "and the guarantors honour what they promised. Each bar shows what is left, of all force and arms pledged, "
            "after that link."
        ),
        Figure(
            _finding(study, chains),
            panels,
            (_funnel_table(study, chains),),
            legend="Bars: means over draws at the time of signature; black lines: 5–95% intervals. Orange, and named: the "
            "weakest link, the one whose perfection would raise holding ten years most. Decided averages over pledges by "
            "their strength at the file’s medians; a pledge without a body needs no decision.",
        ),
        Heading("The weakest link of each proposal"),
        Points(tuple(_weakest(p) for p in study.answers.proposals if chains[p.id])),
    ]
    if without:
        blocks.append(Prose(f"Without any pledge of force or arms: {listing(some(without, 6))}."))
    blocks += [
        Prose(_help(study)),
        *_tables(study),
        Fold("The outside view: are promises to fight kept?", (published(PROMISES), Points(CAUTIONS))),
    ]
    return Section("enforcement", "Would help come?", tuple(blocks))


def _finding(study: Study, chains: dict[str, dict[str, list[Pledged]]]) -> str:
    """Title the figure: the most that any proposal delivers."""
    known = [
        (s, p, principal)
        for p in study.answers.proposals
        for principal in chains[p.id]
        if (s := p.delivered.get(principal)) is not None
    ]
    if not known:
        return "No draw says how much of the pledged help would come"
    spread, proposal, principal = max(known, key=lambda entry: (entry[0].mean, -entry[1].rank))
    where = f"of the strength pledged against an attack by {study.names.party(principal)}, {chance(spread)} would come"
    if len(known) == 1:
        return capital(where)
    least = min(s.mean for s, _, _ in known)
    return f"At best, under {quoted(proposal.title)}, {where}; at worst, {percent(least)}"


def _panel(study: Study, proposal: Proposal, principal: str, members: Sequence[Pledged]) -> Panel:
    """Draw one proposal's funnel against an attack by one principal."""
    steps = _steps(study, proposal, principal, members)
    rows = [Bar("pledged: force and arms", "100%", 0, 1, colour=FAINT)]
    for link, spread in steps.items():
        weakest = link == proposal.weakest
        rows.append(
            Bar(
                f"{_STEPS[link]}{'  ◀ weakest link' if weakest else ''}",
                chance(spread),
                0,
                spread.mean if spread else 0,
                spread.p05 if spread else None,
                spread.p95 if spread else None,
                ORANGE if weakest else BLUE,
            )
        )
    who = study.names.party(principal)
    told = "; ".join(f"{_STEPS[link]} {chance(spread)}" for link, spread in steps.items())
    weakest = f" Weakest link: {proposal.weakest}." if proposal.weakest else ""
    picture = bars(
        rows,
        domain=(0, 1),
        axis="share of the strength pledged",
        label=f"Proposal {proposal.rank}, {proposal.title}, against an attack by {who}: {told}.{weakest}",
        key=f"funnel{proposal.rank}{list(study.scenario.principals).index(principal)}",
    )
    return Panel(
        f"{proposal.rank} {proposal.title}",
        f"against an attack by {who}; {count(len(members), 'pledge')}; weakest link: {proposal.weakest or 'none'}",
        picture,
    )


def _steps(
    study: Study, proposal: Proposal, principal: str, members: Sequence[Pledged]
) -> dict[str, Spread | None]:
    """Return what is left of the pledged strength after each link."""
    return {
        "detect": proposal.detect.get(principal),
        "decide": _decided(study, proposal, principal, members),
        "honour": proposal.delivered.get(principal),
    }


def _decided(study: Study, proposal: Proposal, principal: str, members: Sequence[Pledged]) -> Spread | None:
    """Return the share of the pledged strength that is detected and decided, averaged by weight."""
    weights: dict[str | None, float] = {}
    for member in members:
        weights[member.body] = weights.get(member.body, 0.0) + member.weight
    needed = {f"detect.{principal}", *(f"decide.{body}" for body in weights if body is not None)}
    if not study.draws.columns.issuperset(needed):
        return None
    parts = [
        repr(weight) if body is None else f"{weight!r} * {quoted_column(f'decide.{body}')}"
        for body, weight in weights.items()
    ]
    expression = f"{quoted_column(f'detect.{principal}')} * ({' + '.join(parts)})"
    return study.draws.spread_of(expression, proposal.id)


def _funnel_table(study: Study, chains: dict[str, dict[str, list[Pledged]]]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for p in study.answers.proposals:
        for principal, members in chains[p.id].items():
            steps = _steps(study, p, principal, members)
            rows.append(
                (f"{p.rank} {p.title}", study.names.party(principal), *(chance(s) for s in steps.values()))
            )
    head = ("Proposal", "attack by", *_STEPS.values())
    return Table("What is left of the pledged strength after each link", head, tuple(rows))


def _weakest(proposal: Proposal) -> str:
    """Say which link loses most, and what perfecting each would change."""
    if proposal.weakest is None or not proposal.gains:
        return f"{named(proposal)}: no link is weaker than another."
    gains = ", ".join(f"{_LINKS[link]} {_points(gain)}" for link, gain in proposal.gains.items())
    best = proposal.gains.get(proposal.weakest, 0.0)
    verdict = (
        f"the weakest link is {_LINKS.get(proposal.weakest, proposal.weakest)}"
        if best >= MATERIAL
        else "no link matters much: perfecting any of them would change holding ten years by less than a point"
    )
    worse = [_LINKS[link] for link, gain in proposal.gains.items() if gain <= -MATERIAL]
    tail = (
        f" Perfecting {listing(worse)} would lower it: surer help later is a reason to attack now, or a reason for others "
        "to stay away."
        if worse
        else ""
    )
    return (
        f"{named(proposal)}: {verdict}. Holding ten years would change, were it perfect, by: {gains}.{tail}"
    )


def _points(gain: float) -> str:
    """Return a change of a probability in percentage points.

    Examples
    --------
    >>> _points(0.081), _points(-0.02), _points(0.004)
    ('+8 points', '−2 points', 'less than a point')
    """
    if abs(gain) < 0.005:
        return "less than a point"
    size = round(100 * gain)
    return f"{'+' if size > 0 else '−'}{abs(size)} {'point' if abs(size) == 1 else 'points'}"


def _help(study: Study) -> str:
    """Say what all pledges together add to holding ten years."""
    means = study.draws.means(["holds.10", "without_help.holds.10"])
    held, bare = means["holds.10"], means["without_help.holds.10"]
    changes = [(p, held[p.id] - bare[p.id]) for p in study.answers.proposals if p.id in held and p.id in bare]
    if not changes:
        return "What the pledges add to holding is not in these draws."
    told = [f"{named(p)} {_points(change)}" for p, change in changes]
    return (
        "All pledges together, compared with the same proposal if none ever fell due, change holding ten years by: "
        f"{listing(told)}. Troops in the country act on their own and are not in this difference."
    )


def _tables(study: Study) -> list[Block]:
    """Return the tables of bodies and of every pledge."""
    proposals = study.answers.proposals
    bodies = sorted({body for p in proposals for body in p.decide})
    pledges = sorted({pledge for p in proposals for pledge in p.honour})
    found: list[Block] = []
    head = ("", *(f"{p.rank} {p.title}" for p in proposals))
    if bodies:
        rows = tuple(
            (study.names.body(body), *(chance(p.decide.get(body)) for p in proposals)) for body in bodies
        )
        found.append(Table("Probability that each body decides to help", ("Body", *head[1:]), rows))
    if pledges:
        rows = tuple(
            (study.names.pledge(pledge), *(chance(p.honour.get(pledge)) for p in proposals))
            for pledge in pledges
        )
        table = Table(
            "Probability that each pledge is honoured, once detected and decided", ("Pledge", *head[1:]), rows
        )
        found.append(
            Fold(f"{capital(count(len(pledges), 'pledge'))}, one by one: {_range(proposals)}", (table,))
        )
    return found


def _range(proposals: Sequence[Proposal]) -> str:
    """Summarise how willing guarantors are, over all pledges of all proposals."""
    known = [s for p in proposals for s in p.honour.values() if s is not None]
    if not known:
        return "no numbers"
    low, high = min(known, key=lambda s: s.mean), max(known, key=lambda s: s.mean)
    return (
        f"honoured between {percent(low.mean)} ({interval(low)}) and {percent(high.mean)} ({interval(high)})"
    )
