"""What follows an attack by a principal: pledges and sanctions against it, the bodies that decide, troops beside the victim."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from holdfast.chain.honour import deployed_costs
from holdfast.chain.inputs import Attack, Pledges, Sanctions
from holdfast.scenario import Body, Deployment, Proposal, Quantity, Scenario, Strength
from holdfast.study.places import Promise, promises, terms
from holdfast.study.reader import Reader, Values
from holdfast.study.rules import game_of, votes
from holdfast.voting import passage_probability

__all__ = ["Attacked", "attacked"]


class Attacked(NamedTuple):
    """The chain's arrays for attacks by one principal, and which promise and body stands in which place."""

    attack: Attack
    force: tuple[Promise, ...]
    sanctions: tuple[Promise, ...]
    bodies: tuple[str, ...]


def attacked(
    scenario: Scenario, proposal: Proposal, attacker: str, places: tuple[int, int, int], values: Reader
) -> Attacked:
    """Return what an attack meets, filled up to numbers of `places`: pledges of force or arms, sanctions, bodies."""
    against = [p for p in promises(scenario, proposal) if p.pledge.against == attacker]
    force = tuple(p for p in against if p.pledge.kind != "sanctions")
    sanctions = tuple(p for p in against if p.pledge.kind == "sanctions")
    bodies = tuple(sorted({b for p in against if (b := p.pledge.body_of(p.member)) is not None}))
    n, s, b = places

    def field(chosen: Sequence[Promise], name: str, size: int, fill: float = 0.0) -> np.ndarray:
        return values.stack((p.pledge.field(p.member, name) for p in chosen), size, fill)  # pyright: ignore[reportArgumentType]

    def body(chosen: Sequence[Promise], size: int) -> np.ndarray:
        place = {b: n for n, b in enumerate(bodies)}
        own = [place.get(p.pledge.body_of(p.member) or "", -1) for p in chosen]
        return values.repeat(np.array(own + [-1] * (size - len(chosen)), dtype=int))

    costs = [_deployed(scenario, proposal, p, values) for p in force]
    costs_s = [_deployed(scenario, proposal, p, values) for p in sanctions]
    attack = Attack(
        Pledges(
            values.stack(_promised(scenario, force, values), n),
            field(force, "stake", n),
            values.stack((c for c, _ in costs), n),
            values.stack((r for _, r in costs), n),
            field(force, "noise", n, 1.0),
            body(force, n),
        ),
        Sanctions(
            values.stack(_promised(scenario, sanctions, values), s),
            values.stack((c for c, _ in costs_s), s),
            values.stack((r for _, r in costs_s), s),
            field(sanctions, "noise", s, 1.0),
            body(sanctions, s),
        ),
        values.stack((_passes(scenario, scenario.bodies[name], attacker, values) for name in bodies), b),
        _forward(scenario, proposal, attacker, values),
    )
    return Attacked(attack, force, sanctions, bodies)


def _strengths(
    scenario: Scenario, members: Sequence[str], strength: Strength, own: dict[str, Quantity], values: Reader
) -> dict[str, Values]:
    """Return each member's part of a strength; those with one of their own keep it and take no part in a split."""
    amount = values(strength.quantity)
    parts = {m: values(own[m]) for m in members if m in own}
    sharing = [m for m in members if m not in own]
    if strength.kind in ("each", "plain"):
        parts |= dict.fromkeys(sharing, amount)
    elif sharing:
        forces = {m: values(scenario.parties[m].strength) for m in sharing}
        whole = amount if strength.kind == "share" else amount / sum(forces.values())
        parts |= {m: force * whole for m, force in forces.items()}
    return parts


def _promised(scenario: Scenario, chosen: Sequence[Promise], values: Reader) -> list[Values]:
    """Return the strength of each promise: its member's part of the pledge."""
    parts: dict[str, dict[str, Values]] = {}
    for p in chosen:
        if p.pledge.id not in parts:
            own = {m: o.strength for m, o in p.pledge.overrides.items() if o.strength is not None}
            members = scenario.members(p.pledge.by)
            parts[p.pledge.id] = _strengths(scenario, members, p.pledge.strength, own, values)
    return [parts[p.pledge.id][p.member] for p in chosen]


def _deployed(
    scenario: Scenario, proposal: Proposal, promise: Promise, values: Reader
) -> tuple[Values, Values]:
    """Return a promise's cost and break cost, its guarantor's deployments for the same purpose taken into account."""
    own = [
        term
        for term in terms(proposal, Deployment)
        if (term.to, term.against) == (promise.pledge.to, promise.pledge.against)
        and promise.member in scenario.members(term.by)
    ]
    tripwire = sum((values(t.tripwire) for t in own), start=values.zero)
    ready = values.stack(values(t.readiness) for t in own)[:, None]
    cost, break_cost = (
        values(promise.pledge.field(promise.member, name))[None] for name in ("cost", "break_cost")
    )
    cost, break_cost = deployed_costs(cost, break_cost, tripwire[None], ready)
    return np.asarray(cost[0]), np.asarray(break_cost[0])


def _forward(scenario: Scenario, proposal: Proposal, attacker: str, values: Reader) -> Values:
    """Return the strength of the troops in the victim's country."""
    forward = values.zero
    for term in terms(proposal, Deployment):
        if term.place == "in-country" and term.against == attacker and term.strength:
            members = scenario.members(term.by)
            forward = forward + sum(_strengths(scenario, members, term.strength, {}, values).values())
    return forward


def _passes(scenario: Scenario, body: Body, attacker: str, values: Reader) -> Values:
    """Return q of a body after an attack: the attacker votes no unless recused; the recused do not vote."""
    game = game_of(scenario, body, attacker)
    return passage_probability(game, *votes(body, game, attacker, values))
