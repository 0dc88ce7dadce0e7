"""The links strung together: from inputs to outcomes, for a block of draws."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from holdfast.chain import accept, attack, decide, detect, hold, honour
from holdfast.chain import help as aid
from holdfast.chain.deter import Occasions, Payoffs, attack_probability, peace_value
from holdfast.chain.inputs import Attack, Inputs
from holdfast.chain.outcomes import CURVE_YEARS, VARIANTS, Method, Outcomes
from holdfast.chain.times import interpolation, node_positions, ramp_ends, strengths

__all__ = ["CURVE_YEARS", "VARIANTS", "Given", "Method", "Outcomes", "node_years", "solve"]

_USUAL = Method()

Given = tuple[
    Float[Array, "nodes pledges decisions draws"],
    Float[Array, "nodes other_pledges other_decisions draws"],
]
"""Honour probabilities by attacker at the nodes of every stretch of time, found elsewhere."""


class _Meeting(NamedTuple):
    """What does not change with time about one principal's attack."""

    attack: Attack
    war: attack.War
    active: Bool[Array, "pledges decisions draws"]
    decided: Float[Array, "decisions draws"]
    sanction_honour: Float[Array, "sanctions draws"]
    sanctions: attack.SanctionLoss
    factors: Float[Array, "exponentials pledges draws"] | None


def _meeting(inputs: Inputs, principal: int) -> _Meeting:
    own = inputs.attacks[principal]
    bodies = own.passes.shape[0]
    war = attack.war_of(inputs, principal)
    due = decide.active_pledges(own.sanctions.body, bodies)
    kept = honour.sanction_probability(own.sanctions.cost, own.sanctions.break_cost, own.sanctions.noise)
    loss = attack.sanction_loss(own.sanctions, due, jnp.where(due, kept[:, None], 0.0), war)
    many = own.pledges.strength.shape[0] > aid.ENUMERATED
    return _Meeting(
        own,
        war,
        decide.active_pledges(own.pledges.body, bodies),
        decide.decision_probabilities(own.passes),
        kept,
        loss,
        aid.factors(own.pledges.strength) if many else None,
    )


class _Node(NamedTuple):
    """One attack at one time, over the variants: its value to attacker and victim, and how it was found."""

    attack: Float[Array, "variants draws"]
    attacked: Float[Array, "variants draws"]
    honour: Float[Array, "pledges decisions draws"]
    alone: Float[Array, "pledges draws"]
    unique: Bool[Array, " draws"]
    exact: Bool[Array, " draws"]
    fit_error: Float[Array, " draws"]


def _node(
    meeting: _Meeting,
    attacker: Float[Array, " draws"],
    victim: Float[Array, " draws"],
    decisiveness: Float[Array, " draws"],
    detected: Float[Array, " draws"],
    start: Float[Array, "pledges decisions draws"],
    given: Float[Array, "pledges decisions draws"] | None,
    method: Method,
    variants: int,
) -> _Node:
    own, pledges = meeting.attack, meeting.attack.pledges
    state = attack.situation(attacker, victim + own.forward, decisiveness, pledges, meeting.factors)
    kept = start
    unique = jnp.ones(attacker.shape, bool)
    alone = jnp.zeros_like(pledges.strength)
    if given is not None:
        kept = given
    elif pledges.strength.shape[0]:
        answer = honour.solve_contraction(
            state.benefit, pledges, meeting.active, state.steepest, state.curvature, start, method.brackets
        )
        kept, unique = answer.honour, jnp.all(answer.unique, axis=0)
    if pledges.strength.shape[0]:
        gain = state.win(jnp.zeros_like(attacker)) - state.win(pledges.strength)
        alone = honour.honour_probability(gain, *pledges[1:5])
    values = attack.brought(
        state, meeting.war, own, meeting.active, kept, meeting.sanctions, yielding=method.yielding
    )
    exact = ~values.may_yield | method.yielding
    both = jnp.stack([values.attacker, values.victim])
    full = jnp.stack([values.attacker_all, values.victim_all])
    none = jnp.stack([values.attacker_none, values.victim_none])
    helped = jnp.sum(meeting.decided * both, axis=1)
    cases = [(1 - detected) * none + detected * helped]
    if variants > 1:
        cases += [
            helped,
            (1 - detected) * none + detected * both[:, -1],
            (1 - detected) * none + detected * jnp.sum(meeting.decided * full, axis=1),
            none,
        ]
    table = jnp.stack(cases, axis=1)
    return _Node(table[0], table[1], kept, alone, unique, exact, state.fit_error)


def _nodes(
    inputs: Inputs, years: Float[Array, "nodes draws"], given: Given | None, method: Method, variants: int
) -> tuple[tuple[_Meeting, _Meeting], Float[Array, "2 draws"], tuple[_Node, _Node]]:
    meetings = (_meeting(inputs, 0), _meeting(inputs, 1))
    detected = detect.attribution(inputs.detection, inputs.coverage, inputs.access, inputs.watches)

    def at(
        carry: tuple[Array, ...], now: tuple[Array, tuple[Array, Array] | None]
    ) -> tuple[tuple[Array, ...], tuple[_Node, ...]]:
        year, known = now
        force = strengths(inputs.strength, inputs.added, inputs.over_years, inputs.strengthens, year)
        nodes = tuple(
            _node(
                m, force[i], force[1 - i], inputs.decisiveness, detected[i],
                carry[i], known[i] if known else None, method, variants,
            )
            for i, m in enumerate(meetings)
        )  # fmt: skip
        return tuple(n.honour for n in nodes), nodes

    begin = tuple(jnp.where(m.active, 0.5, 0.0) for m in meetings)
    _, nodes = jax.lax.scan(at, begin, (years, given))
    return meetings, detected, (nodes[0], nodes[1])


def _funnel(meeting: _Meeting, detected: Array, kept: Array) -> tuple[Array, Array, Array]:
    """Return the mean honour of each pledge and sanction given its own body's yes, and the share of the help pledged that comes."""
    passes, pledges = meeting.attack.passes, meeting.attack.pledges
    favour = jnp.asarray(decide.decisions(passes.shape[0]))
    bodies = jnp.arange(passes.shape[0])[:, None]
    chance = jnp.where(favour[..., None], passes, 1 - passes)  # [decisions, bodies, draws]
    # the own body's share is left out: the mean is given its yes
    own = bodies[None] == pledges.body[:, None]  # [pledges, bodies, draws]
    weight = jnp.prod(jnp.where(own[:, None], 1.0, chance[None]), axis=2)
    weight = jnp.where(meeting.active, weight, 0.0)
    mean = jnp.sum(weight * kept, axis=1)
    due = jnp.where(meeting.active, kept, 0.0)
    coming = jnp.sum(meeting.decided * jnp.sum(due * pledges.strength[:, None], axis=0), axis=0)
    pledged = jnp.sum(pledges.strength, axis=0)
    share = detected * coming / jnp.where(pledged > 0, pledged, 1.0)
    return mean, jnp.where(pledged > 0, share, jnp.nan), meeting.sanction_honour


def node_years(ends: Float[Array, "ends draws"], panels: int) -> Float[Array, "nodes draws"]:
    """Return the times of all nodes, stretch by stretch; only the start where nothing changes."""
    starts, lengths = ends[:-2, None], (ends[1:-1] - ends[:-2])[:, None]
    if not ends.shape[0] > 2:
        return ends[:1]
    return (starts + jnp.asarray(node_positions(panels))[:, None] * lengths).reshape(-1, ends.shape[1])


def _values(
    nodes: tuple[_Node, _Node], word: Float[Array, "2 1 draws"], stretches: int, method: Method
) -> tuple[
    Float[Array, "stretches stages 2 variants draws"], Float[Array, "stretches stages 2 variants draws"]
]:
    """Return U and D over each stretch of time, at the stages of its steps; over the last they are constant."""
    attacks = jnp.stack([n.attack for n in nodes], axis=1) - word  # [nodes, 2, variants, draws]
    attacked = jnp.stack([n.attacked for n in nodes[::-1]], axis=1)
    matrix = jnp.asarray(interpolation(method.panels, method.steps))
    found: list[Array] = []
    for values in (attacks, attacked):
        last = jnp.broadcast_to(values[-1], (1, matrix.shape[0], *values.shape[1:]))
        if stretches > 1:
            by_stretch = values.reshape(stretches - 1, matrix.shape[1], *values.shape[1:])
            last = jnp.concatenate([jnp.einsum("sn,rn...->rs...", matrix, by_stretch), last])
        found.append(last)
    return found[0], found[1]


def _course(
    inputs: Inputs, attacks: Array, attacked: Array, ends: Array
) -> tuple[hold.Path, hold.Stationary, hold.Stationary]:
    """Return the ceasefire's course, and its standing value at the horizon from the value of peace and from the bottom."""
    occasions = Occasions(
        inputs.discount,
        inputs.crises_per_year,
        detect.accident_rate(inputs.accidents_per_year, inputs.containment),
        inputs.settling_excess,
        inputs.settling_years,
    )
    peace = peace_value(inputs.outcome_utility, inputs.relief, inputs.upkeep)
    fixed = Payoffs(
        peace[:, None], attacks[-1, -1], attacked[-1, -1], inputs.word_cost[:, None], inputs.noise[:, None]
    )
    still = hold.stationary(fixed, occasions, inputs.horizon_years, peace[:, None])
    base = Payoffs(*(a[:, :1] for a in fixed))
    bottom = jnp.min(jnp.stack([base.attack, base.attacked, base.accident()]), axis=0) - 0.5
    other = hold.stationary(base, occasions, inputs.horizon_years, bottom)
    path = hold.integrate(attacks, attacked, ends, fixed, occasions, still.standing)
    return path, still, other


def _signing(inputs: Inputs, path: hold.Path) -> tuple[Array, Array, Array, Array]:
    """Return V°(0), the value of fighting on, φ, and the probability that each principal accepts."""
    fighting = accept.fighting_value(
        inputs.fighting_strength,
        inputs.decisiveness,
        inputs.defeat,
        inputs.war_cost,
        1 / inputs.war_years,
        inputs.discount,
    )
    refuses = accept.refusal(inputs.crossed_firmness)
    net = path.net[:, 0]
    agrees = accept.acceptance(net, fighting, inputs.noise, refuses)
    return net, fighting, refuses, agrees


@partial(jax.jit, static_argnames="method")
def solve(
    inputs: Inputs,
    method: Method = _USUAL,
    ends: Float[Array, "ends draws"] | None = None,
    given: Given | None = None,
) -> Outcomes:
    """Return the outcomes of a block of draws.

    Where `unique` or `exact` is False, `fit_error` above 1e-6 or `worst_step` above 0.7, the draw needs a finer method: see `escalate`.

    Parameters
    ----------
    inputs
        See `inputs.Inputs`; the last axis is that of the draws.
    method
        How finely to solve.
    ends, given
        Ends of the stretches of time and honour probabilities at their nodes, where `branch` has found them.
    """
    pledged = any(a.pledges.strength.shape[0] or a.sanctions.size.shape[0] for a in inputs.attacks)
    variants = len(VARIANTS) if pledged else 1
    if ends is None:
        ends = ramp_ends(inputs.over_years, inputs.horizon_years)
    years = node_years(ends, method.panels)
    meetings, detected, nodes = _nodes(inputs, years, given, method, variants)
    attacks, attacked = _values(nodes, inputs.word_cost[:, None], ends.shape[0] - 1, method)
    path, still, other = _course(inputs, attacks, attacked, ends)
    at = [
        tuple(v[:, 0] for v in pair) for pair in ((path.attack[0], path.standing[0]), hold.at_year(path, 5.0))
    ]

    def holds(year: Array) -> Array:
        return hold.survival(path, year)[0]

    net, fighting, refuses, agrees = _signing(inputs, path)
    funnels = [_funnel(m, detected[i], nodes[i].honour[0]) for i, m in enumerate(meetings)]
    return Outcomes(
        signed=accept.signed(agrees, inputs.signs, inputs.accepts),
        accept=agrees,
        net_value=net,
        fighting_value=fighting,
        refuses=refuses,
        survival=jax.vmap(holds)(jnp.asarray(CURVE_YEARS)),
        causes_10=hold.incidence(path, 10.0)[:, 0],
        deter=jnp.stack([attack_probability(u, v, inputs.noise) for u, v in at]),
        attack_value=jnp.stack([u for u, _ in at]),
        standing_value=jnp.stack([v for _, v in at]),
        detect=detected,
        honour=(funnels[0][0], funnels[1][0]),
        honour_alone=(nodes[0].alone[0], nodes[1].alone[0]),
        sanctions=(funnels[0][2], funnels[1][2]),
        delivered=jnp.stack([f[1] for f in funnels]),
        variants_10=hold.survival(path, 10.0),
        deter_without_help=attack_probability(path.attack[0][:, -1], path.standing[0][:, -1], inputs.noise),
        fragile_standing=jnp.abs(other.hazard[0] - still.hazard[0]) > 1e-3,
        unique=jnp.all(nodes[0].unique & nodes[1].unique, axis=0),
        exact=jnp.all(nodes[0].exact & nodes[1].exact, axis=0),
        fit_error=jnp.max(jnp.stack([n.fit_error for n in nodes]), axis=(0, 1)),
        worst_step=path.worst_step,
        residual=jnp.max(jnp.stack([still.residual[0], other.residual[0]]), axis=0),
    )
