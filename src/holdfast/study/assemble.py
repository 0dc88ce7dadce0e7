"""From a scenario and its draws to the chain's inputs, one proposal at a time.

Nothing is decided here that an equation decides: names become places in arrays, groups become their members, and places
are filled up to a few sizes so that proposals of like size share one compiled kernel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from holdfast.chain.honour import deployed_costs
from holdfast.chain.inputs import Attack, Inputs, Pledges, Sanctions
from holdfast.scenario import (
    Body,
    Deployment,
    Draws,
    Monitoring,
    Proposal,
    Quantity,
    Relief,
    Scenario,
    Strength,
    Strengthening,
)
from holdfast.scenario.terms import TermBase
from holdfast.study.places import Promise, Size, promises, size_of, terms
from holdfast.voting import passage_probability

__all__ = ["Assembled", "Reader", "assemble", "peace_terms", "utilities"]

Values = Float[np.ndarray, " draws"]


@dataclass(frozen=True)
class Assembled:
    """The chain's inputs and which promise and body stands in which place.

    `force` and `sanctions` are by attacker; `bodies` by attacker, ids in the places of `Attack.passes`.
    """

    inputs: Inputs
    force: tuple[tuple[Promise, ...], tuple[Promise, ...]]
    sanctions: tuple[tuple[Promise, ...], tuple[Promise, ...]]
    bodies: tuple[tuple[str, ...], tuple[str, ...]]


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


class Reader:
    """Reads quantities from a block of draws."""

    def __init__(self, draws: Draws) -> None:
        self.draws = draws
        self.zero = np.zeros(draws.count)

    def __call__(self, quantity: Quantity | None) -> Values:
        """Return a quantity's values, zeros where there is none."""
        return self.zero if quantity is None else self.draws.values[quantity.path]

    def repeat(self, row: np.ndarray) -> np.ndarray:
        """Return what does not depend on the draw, for each of them."""
        return np.repeat(row[..., None], self.draws.count, axis=-1)

    def flags(self, rows: list[list[bool]], size: int) -> np.ndarray:
        """Return truth values for each draw, filled up to `size` places a row."""
        return self.repeat(np.array([row + [False] * (size - len(row)) for row in rows], dtype=bool))

    def stack(
        self, rows: Iterable[Values | Quantity | None], size: int | None = None, fill: float = 0.0
    ) -> np.ndarray:
        """Return the rows as one array, filled up to `size` rows."""
        read = [row if isinstance(row, np.ndarray) else self(row) for row in rows]
        if size is not None:
            read += [np.full(self.draws.count, fill)] * (size - len(read))
        return np.stack(read) if read else np.zeros((0, self.draws.count))


def _losses(
    scenario: Scenario, principal: str, outcome: Mapping[str, Quantity], values: Reader
) -> dict[str, Values]:
    """Return w_k |z_k − y_k| by issue: what an outcome z takes from a principal whose ideal is y."""
    party = scenario.parties[principal]
    weights = {k: values(party.salience[k]) for k in sorted(scenario.issues)}
    total = sum(weights.values())
    return {
        k: weight / total * np.abs(values(outcome[k]) - values(party.positions[k]))
        for k, weight in weights.items()
    }


def utilities(scenario: Scenario, proposal: Proposal, principal: str, values: Reader) -> dict[str, Values]:
    """Return what each issue's outcome takes from a principal's utility, −w_k |z_k − y_k|; u is 1 plus their sum."""
    return {k: -loss for k, loss in _losses(scenario, principal, proposal.outcome, values).items()}


def _defeat(scenario: Scenario, principal: str, other: str, values: Reader) -> Values:
    """Return d_i = u_i(y_j), the value of the other's ideal."""
    losses = _losses(scenario, principal, scenario.parties[other].positions, values)
    return 1 - sum(losses.values(), start=values.zero)


def _crossed(scenario: Scenario, proposal: Proposal, principal: str, values: Reader) -> list[Values]:
    """Return the firmness of each red line where the proposal crosses it, 0 elsewhere."""
    rows: list[Values] = []
    for line in scenario.parties[principal].red_lines:
        crossed = np.ones(values.draws.count, bool)
        for issue, where in line.crosses.items():
            outcome = values(proposal.outcome[issue])
            crossed &= outcome > where.above if where.above is not None else outcome < where.below
        rows.append(np.where(crossed, values(line.firmness), 0.0))
    return rows


def _passes(scenario: Scenario, body: Body, attacker: str, values: Reader) -> Values:
    """Return q of a body after an attack: the attacker votes no unless recused; the recused do not vote."""
    rule = body.rule
    recused: set[str] = set()
    if rule.recuse == "attacker":
        recused = {attacker}
    elif rule.recuse == "principals":
        recused = set(scenario.principals)
    elif rule.recuse is not None:
        recused = set(scenario.members(rule.recuse))
    voting = [m for m in scenario.members(body.members) if m not in recused]
    holders = set(voting if rule.veto == "all" else scenario.members(rule.veto) if rule.veto else ())
    support = values.stack(values.zero if m == attacker else values(body.support[m]) for m in voting)
    return passage_probability(
        support,
        [rule.weights.get(m, 1.0) for m in voting],
        None if rule.quota == "all" else rule.quota,
        [m in holders for m in voting],
    )


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


def _attack(
    scenario: Scenario, proposal: Proposal, attacker: str, places: tuple[int, int, int], values: Reader
) -> tuple[Attack, tuple[Promise, ...], tuple[Promise, ...], tuple[str, ...]]:
    against = [p for p in promises(scenario, proposal) if p.pledge.against == attacker]
    force = tuple(p for p in against if p.pledge.kind != "sanctions")
    sanctions = tuple(p for p in against if p.pledge.kind == "sanctions")
    bodies = tuple(sorted({b for p in against if (b := p.pledge.body_of(p.member)) is not None}))
    place = {b: n for n, b in enumerate(bodies)}

    n, s, b = places

    def rows(
        chosen: Sequence[Promise], size: int
    ) -> tuple[list[Values], list[tuple[Values, Values]], np.ndarray]:
        parts: dict[str, dict[str, Values]] = {}
        for p in chosen:
            if p.pledge.id not in parts:
                own = {m: o.strength for m, o in p.pledge.overrides.items() if o.strength is not None}
                members = scenario.members(p.pledge.by)
                parts[p.pledge.id] = _strengths(scenario, members, p.pledge.strength, own, values)
        body = [place.get(p.pledge.body_of(p.member) or "", -1) for p in chosen]
        filled = values.repeat(np.array(body + [-1] * (size - len(chosen)), dtype=int))
        strength = [parts[p.pledge.id][p.member] for p in chosen]
        return strength, [_deployed(scenario, proposal, p, values) for p in chosen], filled

    def field(chosen: Sequence[Promise], name: str, size: int, fill: float = 0.0) -> np.ndarray:
        return values.stack((p.pledge.field(p.member, name) for p in chosen), size, fill)  # pyright: ignore[reportArgumentType]

    strength, costs, body = rows(force, n)
    size, costs_s, body_s = rows(sanctions, s)
    forward = values.zero
    for term in terms(proposal, Deployment):
        if term.place == "in-country" and term.against == attacker and term.strength:
            members = scenario.members(term.by)
            forward = forward + sum(_strengths(scenario, members, term.strength, {}, values).values())
    attack = Attack(
        Pledges(
            values.stack(strength, n),
            field(force, "stake", n),
            values.stack((c for c, _ in costs), n),
            values.stack((r for _, r in costs), n),
            field(force, "noise", n, 1.0),
            body,
        ),
        Sanctions(
            values.stack(size, s),
            values.stack((c for c, _ in costs_s), s),
            values.stack((r for _, r in costs_s), s),
            field(sanctions, "noise", s, 1.0),
            body_s,
        ),
        values.stack((_passes(scenario, scenario.bodies[name], attacker, values) for name in bodies), b),
        forward,
    )
    return attack, force, sanctions, bodies


def peace_terms(proposal: Proposal, principal: str, values: Reader) -> tuple[Values, Values]:
    """Return what relief terms grant a principal, and what all terms cost it, while peace lasts."""
    relief = [t.worth for t in terms(proposal, Relief) if t.to == principal]
    upkeep = [t.upkeep[principal] for t in terms(proposal, TermBase) if principal in t.upkeep]
    return (
        sum((values(q) for q in relief), start=values.zero),
        sum((values(q) for q in upkeep), start=values.zero),
    )


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
    lines = [_crossed(scenario, proposal, p, values) for p in pair]
    attacks = [
        _attack(scenario, proposal, a, (room.force[i], room.sanctions[i], room.bodies[i]), values)
        for i, a in enumerate(pair)
    ]
    utility = [utilities(scenario, proposal, p, values) for p in pair]
    war = scenario.war
    inputs = Inputs(
        outcome_utility=both(lambda i: 1 + sum(utility[i].values(), start=values.zero)),
        relief=both(lambda i: granted[i][0]),
        upkeep=both(lambda i: granted[i][1]),
        defeat=both(lambda i: _defeat(scenario, pair[i], pair[1 - i], values)),
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
        attacks=(attacks[0][0], attacks[1][0]),
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
        (attacks[0][1], attacks[1][1]),
        (attacks[0][2], attacks[1][2]),
        (attacks[0][3], attacks[1][3]),
    )
