"""Which proposals could be signed: the map, who blocks, the cheapest concessions, and the axiomatic solutions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from holdfast.report.bargain.conceding import brought_in, concessions
from holdfast.report.bargain.signing_words import (
    SOLUTION_NAMES,
    below,
    blockers,
    counted,
    limit,
    solution,
)
from holdfast.report.bargain.talk import spread_of
from holdfast.report.blocks import Figure, Panel, Points, Table
from holdfast.report.figures.zone_map import Spot, zone_map
from holdfast.report.words import chance, listing, percent, quoted, signed_number
from holdfast.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from holdfast.report.bargain.talk import Talk
    from holdfast.report.blocks import Cell

__all__ = ["concession_points", "loss_table", "map_figure", "proposal_table", "solution_points"]


def map_figure(talk: Talk) -> Figure | None:
    """Draw the proposals by how likely the two principals accept; None where not both are asked to sign any."""
    zone = talk.zone
    assert zone is not None
    assert isinstance(talk.file, Scenario)
    first, second = talk.file.principals
    shown = [p for p in talk.ordered() if {first, second} <= set(zone["proposals"][p]["accepts"])]
    if not shown:
        return None
    spots = [_spot(talk, p, first, second) for p in shown]
    told = "; ".join(
        f"{talk.proposal(p)}: {talk.party(first)} {chance(spread_of(accepts[first]))}, {talk.party(second)} "
        f"{chance(spread_of(accepts[second]))}{f', {also} blocks it' if (also := _others(talk, p)) else ''}"
        for p in shown
        for accepts in [zone["proposals"][p]["accepts"]]
    )
    picture = zone_map(
        spots,
        zone["threshold"],
        (talk.party(first), talk.party(second)),
        label=f"Map of the proposals. {told}.",
        key="zone",
    )
    key = "; ".join(talk.proposal(p) for p in shown)
    panel = Panel("The proposals by how likely each principal accepts", f"{key}.", picture)
    return Figure(
        counted(talk.file, zone),
        (panel,),
        (proposal_table(talk),),
        legend=_legend(talk, shown),
        size="large",
    )


def _legend(talk: Talk, shown: Sequence[str]) -> str:
    """Say how to read the map: what a dot is, which are hollow, which proposals have none, and why."""
    assert talk.zone is not None
    rest = [p for p in talk.ordered() if p not in shown]
    which = "a proposal" if not rest else "a proposal that both principals sign"
    told = [
        f"Each dot is {which}, the cross its 5–95% intervals. Shaded: both principals accept with at least {limit(talk.zone)}."
    ]
    if hollow := [p for p in shown if _others(talk, p)]:
        each = "; ".join(f"{talk.number(p)} by {_others(talk, p)}" for p in hollow)
        told.append(f"Hollow: blocked by a signatory that is no principal ({each}).")
    if led := [talk.number(p) for p in shown if _there(talk, p)]:
        told.append(
            f"Orange arrows lead where the cheapest concession found would bring a blocked proposal: {led[0]}′ for {led[0]}."
        )
    if rest:
        why = "as a principal does not sign it" if len(rest) == 1 else "as not both principals sign them"
        told.append(f"Not on the map, {why}: {'; '.join(talk.proposal(p) for p in rest)}.")
    return " ".join(told)


def _others(talk: Talk, proposal: str) -> str:
    """Name the signatories that block a proposal and are no principals."""
    assert talk.zone is not None
    assert isinstance(talk.file, Scenario)
    blocks: list[str] = talk.zone["proposals"][proposal]["blocks"]
    return listing([talk.party(b) for b in blocks if b not in talk.file.principals])


def _spot(talk: Talk, proposal: str, first: str, second: str) -> Spot:
    assert talk.zone is not None
    row = talk.zone["proposals"][proposal]
    a, b = (spread_of(row["accepts"][p]) for p in (first, second))
    then = _there(talk, proposal)
    there = None if then is None else (then.get(first, a.mean), then.get(second, b.mean))
    return Spot(talk.number(proposal), a, b, there, blocked_by_another=bool(_others(talk, proposal)))


def _there(talk: Talk, proposal: str) -> Mapping[str, float] | None:
    """Return with what each accepts once the cheapest concession has brought in the only blocker; None where none was found."""
    assert talk.zone is not None
    found = brought_in(talk.zone, proposal)
    return None if found is None else found[1]["accepts"]


def proposal_table(talk: Talk) -> Table:
    """Return who accepts which proposal, who blocks it, and in what share of the draws it is in the zone."""
    zone = talk.zone
    assert zone is not None
    signatories = sorted({s for row in zone["proposals"].values() for s in row["accepts"]})
    rows: list[tuple[Cell, ...]] = []
    for p in talk.ordered():
        row = zone["proposals"][p]
        cells = [_accepts(row["accepts"].get(s), zone["threshold"]) for s in signatories]
        rows.append((talk.proposal(p), *cells, percent(row["inside_share"]), blockers(talk.file, p, row)))
    head = (
        "Proposal",
        *(f"{talk.party(s)} accepts" for s in signatories),
        "draws in which all accept",
        "who blocks it",
    )
    caption = (
        f"Who accepts what (mean over draws; 5–95% interval); a signatory whose mean is below {limit(zone)} blocks. The "
        f"draws counted are those in which every signatory accepts with at least {limit(zone)}"
    )
    return Table(caption, head, tuple(rows), words=(len(head) - 1,))


def _accepts(entry: Mapping[str, float] | None, threshold: float) -> str:
    """Return how likely a signatory accepts, never as if it reached a threshold that it misses."""
    if entry is None:
        return "not asked"
    spread = spread_of(entry)
    text = chance(spread)
    return text.replace(percent(spread.mean), below(spread.mean, threshold), 1)


def concession_points(talk: Talk) -> Points | None:
    """Return for each blocked proposal and blocker the cheapest concession that was found; None where nothing is blocked."""
    zone = talk.zone
    assert zone is not None
    told = [f"{_named(talk, p)}: {said}" for p in talk.ordered() for said in concessions(talk.file, p, zone)]
    return Points(tuple(told)) if told else None


def _named(talk: Talk, proposal: str) -> str:
    assert isinstance(talk.file, Scenario)
    return f"{talk.number(proposal)} {quoted(talk.names.proposal(proposal))}"


def loss_table(talk: Talk) -> Table | None:
    """Return what the cheapest concessions take from whom; None where there are none."""
    zone = talk.zone
    assert zone is not None
    works: list[tuple[str, str, Mapping[str, Any]]] = [
        (p, blocker, found["cheapest"])
        for p in talk.ordered()
        for blocker, found in zone["proposals"][p]["concessions"].items()
        if found["cheapest"] is not None
    ]
    if not works:
        return None
    parties = sorted({party for _, _, best in works for party in best["loss"]}, key=talk.party)
    rows = tuple(
        (
            talk.party(party),
            *(signed_number(-best["loss"][party]) if party in best["loss"] else "–" for _, _, best in works),
        )
        for party in parties
    )
    head = ("Party", *(f"{talk.proposal(p)}: concession to {talk.party(b)}" for p, b, _ in works))
    return Table(
        "What each other party gains (+) or loses (−) by the concession, in its own unit: a share of what its "
        "positions are worth to it",
        head,
        rows,
    )


def solution_points(talk: Talk) -> Points:
    """Return what each axiomatic solution would choose among the proposals, fighting on being what each side has instead."""
    zone = talk.zone
    assert zone is not None
    return Points(tuple(solution(talk.file, zone, rule) for rule in SOLUTION_NAMES))
