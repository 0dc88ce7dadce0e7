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
from holdfast.report.words import MATERIAL, capital, chance, count, listing, percent, points, quoted

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
_PERFECT = {"detect": "detection perfect", "decide": "decisions certain", "honour": "pledges all honoured"}
_STEPS = {"detect": "detected in time", "decide": "and decided", "honour": "and honoured: delivered"}


def enforcement(study: Study) -> Section:
    """Return the section on the enforcement chain."""
    chains = {p.id: pledged(study.scenario, p.id) for p in study.answers.proposals}
    # Sanctions are decided and honoured as force and arms are, but have no strength that a funnel could show.
    linked = [p for p in study.answers.proposals if chains[p.id] or p.weakest is not None]
    without = [named(p) for p in study.answers.proposals if p not in linked]
    if not linked:
        text = "No proposal has a pledge, so there is no chain from detection to help."
        return Section("enforcement", "Would help come?", (Prose(text),))
    told = "Each bar shows what is left, of all force and arms pledged, after that link."
    bare = [named(p) for p in linked if not chains[p.id]]
    if bare:
        none = f"Sanctions only are pledged under {listing(some(bare, 6))}: nothing that could be drawn as a share of strength."
        told = f"{told} {none}" if len(bare) < len(linked) else none
    blocks: list[Block] = [
        Prose(
            "If the ceasefire is broken, help comes only if the attack is detected in time, the bodies that must decide do, "
            f"and the guarantors honour what they promised. {told}"
        )
    ]
    if len(bare) < len(linked):
        blocks.append(_funnels(study, chains))
    blocks += [
        Heading("The weakest link of each proposal"),
        Prose(_weakest(linked)),
        _gains(study, linked),
    ]
    if without:
        blocks.append(Prose(f"Without any pledge: {listing(some(without, 6))}."))
    blocks += [
        *_fragile(study, chains),
        *_tables(study),
        Fold("The outside view: are promises to fight kept?", (published(PROMISES), Points(CAUTIONS))),
    ]
    return Section("enforcement", "Would help come?", tuple(blocks))


def _funnels(study: Study, chains: dict[str, dict[str, list[Pledged]]]) -> Figure:
    """Draw the funnel of every proposal with force or arms pledged."""
    panels = tuple(
        _panel(study, p, principal, members)
        for p in study.answers.proposals
        for principal, members in chains[p.id].items()
    )
    return Figure(
        _finding(study, chains),
        panels,
        (_funnel_table(study, chains),),
        legend="Bars: means over draws at the time of signature; black lines: 5–95% intervals. Orange, and named: the "
        "weakest link, the one whose perfection would raise holding ten years most. Decided averages over pledges by "
        "their strength at the file’s medians; a pledge without a body needs no decision.",
    )


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
    least, worst, _ = min(known, key=lambda entry: (entry[0].mean, -entry[1].rank))
    return f"At best, under {quoted(proposal.title)}, {where}; at worst, under {quoted(worst.title)}, {chance(least)}"


def _panel(study: Study, proposal: Proposal, principal: str, members: Sequence[Pledged]) -> Panel:
    """Draw one proposal's funnel against an attack by one principal."""
    steps = _steps(study, proposal, principal, members)
    rows = [Bar("pledged: force and arms", "100%", 0, 1, colour=FAINT)]
    for link, spread in steps.items():
        weakest = link == proposal.weakest
        rows.append(
            Bar(
                _STEPS[link],
                chance(spread),
                0,
                spread.mean if spread else 0,
                spread.p05 if spread else None,
                spread.p95 if spread else None,
                ORANGE if weakest else BLUE,
                "  ◀ weakest link" if weakest else "",
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
    return Table("What is left of the pledged strength after each link", head, tuple(rows), words=(1,))


def _weakest(proposals: Sequence[Proposal]) -> str:
    """Say which link is weakest under how many proposals, and where a perfect link would make things worse."""
    matter = [p for p in proposals if p.weakest is not None and p.gains.get(p.weakest, 0.0) >= MATERIAL]
    parts: list[str] = []
    for link, what in _LINKS.items():
        own = [p for p in matter if p.weakest == link]
        if own:
            all_of_them = len(own) == len(proposals) > 1
            parts.append(
                f"{what} under {'every proposal' if all_of_them else listing(some([named(p) for p in own]))}"
            )
    told = [f"The weakest link is {'; '.join(parts)}."] if parts else []
    rest = [p for p in proposals if p not in matter]
    if rest:
        where = listing(some([named(p) for p in rest])) if matter or len(rest) == 1 else "any proposal"
        told.append(f"No single perfect link would raise holding ten years by a point under {where}.")
    worse = [p for p in proposals if any(gain <= -MATERIAL for gain in p.gains.values())]
    if worse:
        told.append(
            f"A perfect link would lower holding ten years under {listing(some([named(p) for p in worse]))}: surer help later is "
            "a reason to attack now, and a reason for other guarantors to stay away."
        )
    return " ".join(told)


def _gains(study: Study, proposals: Sequence[Proposal]) -> Table:
    """Return what holding ten years would gain from each link made perfect, and gains from all pledges."""
    means = study.draws.means(["holds.10", "without_help.holds.10"])
    held, bare = means["holds.10"], means["without_help.holds.10"]
    return Table(
        "Change of holding ten years if one link were perfect; and from all pledges together, compared with none ever falling due "
        "(troops in the country act on their own and are not in that difference)",
        ("Proposal", *_PERFECT.values(), "weakest link", "all pledges"),
        tuple(
            (
                f"{p.rank} {p.title}",
                *(points(p.gains[link]) if link in p.gains else "–" for link in _PERFECT),
                p.weakest or "–",
                points(held[p.id] - bare[p.id]) if p.id in held and p.id in bare else "–",
            )
            for p in proposals
        ),
        words=(4,),
    )


def _fragile(study: Study, chains: dict[str, dict[str, list[Pledged]]]) -> list[Block]:
    """Return the range of what is delivered over the consistent answers of fragile draws."""
    rows: list[tuple[Cell, ...]] = []
    for p in study.answers.proposals:
        for principal in chains[p.id]:
            ends = [f"delivered_{end}.{principal}" for end in ("low", "high")]
            if p.fragile > 0 and study.draws.columns.issuperset((*ends, "fragile")):
                low, high = (
                    study.draws.spread_of(f"CASE WHEN fragile THEN {quoted_column(end)} END", p.id)
                    for end in ends
                )
                if low is not None and high is not None and high.mean - low.mean > MATERIAL:
                    who = study.names.party(principal)
                    rows.append((f"{p.rank} {p.title}", who, percent(p.fragile), chance(low), chance(high)))
    if not rows:
        return []
    head = ("Proposal", "attack by", "fragile draws", "delivered at least", "delivered at most")
    caption = (
        "Fragile draws: the guarantors’ decisions have several consistent answers; what is delivered in each"
    )
    return [Table(caption, head, tuple(rows), words=(1,))]


def _tables(study: Study) -> list[Block]:
    """Return the tables of bodies and of every pledge."""
    deciding = [p for p in study.answers.proposals if p.decide]
    promising = [p for p in study.answers.proposals if p.honour]
    bodies = sorted({body for p in deciding for body in p.decide})
    pledges = sorted({pledge for p in promising for pledge in p.honour})
    found: list[Block] = []
    if bodies:
        rows = tuple(
            (f"{p.rank} {p.title}", *(chance(p.decide.get(body)) for body in bodies)) for p in deciding
        )
        head = ("Proposal", *(capital(study.names.body(body)) for body in bodies))
        found.append(Table("Probability that each body decides to help", head, rows))
    if pledges:
        rows = tuple(
            (study.names.pledge(pledge), *(chance(p.honour.get(pledge)) for p in promising))
            for pledge in pledges
        )
        head = ("Pledge", *(f"{p.rank} {p.title}" for p in promising))
        table = Table(
            "Probability that each pledge is honoured, averaged over the bodies’ decisions", head, rows
        )
        found.append(
            Fold(f"{capital(count(len(pledges), 'pledge'))}, one by one: {_range(promising)}", (table,))
        )
    return found


def _range(proposals: Sequence[Proposal]) -> str:
    """Summarise how willing guarantors are, over all pledges of all proposals."""
    known = [s for p in proposals for s in p.honour.values() if s is not None]
    if not known:
        return "no numbers"
    low, high = min(known, key=lambda s: s.mean), max(known, key=lambda s: s.mean)
    return f"honoured between {chance(low)} and {chance(high)}"
