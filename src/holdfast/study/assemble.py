"""From a scenario and its draws to the chain's inputs, one proposal at a time.

Nothing is decided here that an equation decides: names become places in arrays, groups become their members, and places
are filled up to a few sizes so that proposals of like size share one compiled kernel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from holdfast.chain.inputs import Inputs
from holdfast.scenario import Draws, Monitoring, Proposal, Quantity, Scenario, Strengthening
from holdfast.study.attacks import attacked
from holdfast.study.peace import crossed_lines, defeat, peace_terms, utilities
from holdfast.study.places import Promise, Size, size_of, terms
from holdfast.study.reader import Reader, Values

__all__ = ["Assembled", "assemble"]


@dataclass(frozen=True)
class Assembled:
    """The chain's inputs and which promise and body stands in which place.

    `force` and `sanctions` are by attacker; `bodies` by attacker, ids in the places of `Attack.passes`.
    """

    inputs: Inputs
    force: tuple[tuple[Promise, ...], tuple[Promise, ...]]
    sanctions: tuple[tuple[Promise, ...], tuple[Promise, ...]]
    bodies: tuple[tuple[str, ...], tuple[str, ...]]


def assemble(scenario: Scenario, proposal: Proposal, draws: Draws, size: Size | None = None) -> Assembled:
    """Return the chain's inputs for one proposal and a block of draws, with at least the places of `size`."""
    room = size_of(scenario, proposal).joined(size or Size())
    values = Reader(draws)

    def both(read: Callable[[int], Values | Quantity | None]) -> np.ndarray:
        return values.stack(read(i) for i in (0, 1))

    pair = scenario.principals
    parties = [scenario.parties[p] for p in pair]
    support = [scenario.no_agreement.support.get(p) for p in pair]
    granted = [peace_terms(proposal, p, values) for p in pair]
    growing = terms(proposal, Strengthening)
    monitors = terms(proposal, Monitoring)
    lines = [crossed_lines(scenario, proposal, p, values) for p in pair]
    first, second = (
        attacked(scenario, proposal, a, (room.force[i], room.sanctions[i], room.bodies[i]), values)
        for i, a in enumerate(pair)
    )
    utility = [utilities(scenario, proposal, p, values) for p in pair]
    war = scenario.war
    inputs = Inputs(
        outcome_utility=both(lambda i: 1 + sum(utility[i].values(), start=values.zero)),
        relief=both(lambda i: granted[i][0]),
        upkeep=both(lambda i: granted[i][1]),
        defeat=both(lambda i: defeat(scenario, pair[i], pair[1 - i], values)),
        war_cost=both(lambda i: parties[i].war_cost),
        war_years=values(war.years),
        discount=values(war.discount),
        decisiveness=values(war.decisiveness),
        horizon_years=values.zero + war.horizon_years,
        fighting_strength=both(
            lambda i: values(parties[i].strength) + values(s.strength if (s := support[i]) else None)
        ),
        strength=both(
            lambda i: (
                values(parties[i].strength)
                + (values(s.strength) * values(s.continues) if (s := support[i]) else values.zero)
            )
        ),
        added=values.stack((t.add for t in growing), room.ramps),
        over_years=values.stack((t.over_years for t in growing), room.ramps, 1e-9),
        strengthens=values.flags([[t.party == p for t in growing] for p in pair], room.ramps),
        crises_per_year=both(lambda i: parties[i].crises_per_year),
        noise=both(lambda i: parties[i].noise),
        word_cost=both(lambda i: parties[i].word_cost),
        accidents_per_year=values(war.accidents_per_year),
        settling_excess=values(war.settling.excess),
        settling_years=values(war.settling.years),
        detection=both(lambda i: scenario.detection[pair[i]]),
        coverage=values.stack((t.coverage for t in monitors), room.monitors),
        access=values.stack((t.access for t in monitors), room.monitors),
        containment=values.stack((t.containment for t in monitors), room.monitors),
        watches=values.flags([[p in t.watches for t in monitors] for p in pair], room.monitors),
        attacks=(first.attack, second.attack),
        crossed_firmness=np.stack([values.stack(rows, room.red_lines) for rows in lines]),
        signs=values.repeat(np.array([p in scenario.members(proposal.signatories) for p in pair])),
        accepts=values.stack(
            (proposal.accepts[p] for p in scenario.members(proposal.signatories) if p not in pair),
            room.others,
            1.0,
        ),
    )
    return Assembled(
        inputs,
        (first.force, second.force),
        (first.sanctions, second.sanctions),
        (first.bodies, second.bodies),
    )
