"""The links strung together: from inputs to outcomes, for a block of draws."""

from __future__ import annotations

from collections.abc import Callable
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
from holdfast.chain.stationary import Stationary, stationary
from holdfast.chain.times import (
    interpolation,
    node_positions,
    ramp_ends,
    step_positions,
    strengths,
    top_coefficients,
)

__all__ = ["CURVE_YEARS", "VARIANTS", "Given", "Method", "Outcomes", "compiled", "node_years", "solve"]

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
    many: tuple[Float[Array, "exponentials pledges draws"], aid.Shifts] | None


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
        (aid.factors(own.pledges.strength), aid.shifts(own.pledges.strength)) if many else None,
    )


class _Node(NamedTuple):
    """One attack at one time, over the variants: its value to attacker and victim, and how it was found.

    Of the values, what comes without help (`attack.unhelped`) is left out: with the probability `idle` that part is added at
    every step in time, since it bends sharply where a side begins to yield.
    """

    helped: Float[Array, "2 variants draws"]
    idle: Float[Array, "2 variants draws"]
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
    state = attack.situation(attacker, victim + own.forward, decisiveness, pledges, meeting.many)
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
    alone_value = attack.unhelped(meeting.war, attacker, victim + own.forward, decisiveness)

    def over_variants(each: Array, each_all: Array, without: Array) -> Array:
        as_decided = jnp.sum(meeting.decided * each, axis=1)
        if variants == 1:
            return ((1 - detected) * without + detected * as_decided)[:, None]
        cases = (
            (1 - detected) * without + detected * as_decided,
            as_decided,
            (1 - detected) * without + detected * each[:, -1],
            (1 - detected) * without + detected * jnp.sum(meeting.decided * each_all, axis=1),
            without,
        )
        return jnp.stack(cases, axis=1)

    idle = over_variants(values.idle, values.idle_all, jnp.ones_like(alone_value))
    total = over_variants(values.values, values.values_all, alone_value)
    return _Node(total - idle * alone_value[:, None], idle, kept, alone, unique, exact, state.fit_error)


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
    inputs: Inputs,
    wars: tuple[attack.War, attack.War],
    nodes: tuple[_Node, _Node],
    ends: Array,
    method: Method,
) -> tuple[
    Float[Array, "stretches stages 2 variants draws"],
    Float[Array, "stretches stages 2 variants draws"],
    Float[Array, " draws"],
]:
    """Return U and D over each stretch of time, at the stages of its steps, and how rough they are between the nodes.

    Over the last stretch they are constant. Roughness is the largest coefficient of degree 4 in any panel.
    """
    places = jnp.asarray(step_positions(method.steps))[:, None]
    years = ends[:-1, None] + places * (ends[1:] - ends[:-1])[:, None]

    def strengths_at(year: Array) -> Array:
        return strengths(inputs.strength, inputs.added, inputs.over_years, inputs.strengthens, year)

    force = jax.vmap(strengths_at, out_axes=1)(years.reshape(-1, years.shape[-1])).reshape(2, *years.shape)
    matrix, tops = (
        jnp.asarray(interpolation(method.panels, method.steps)),
        jnp.asarray(top_coefficients(method.panels)),
    )
    rough = jnp.zeros_like(ends[0])

    def spread(values: Array) -> Array:
        """Return values at the stages from values at the nodes."""
        last = jnp.broadcast_to(values[-1], (1, matrix.shape[0], *values.shape[1:]))
        if values.shape[0] == 1:
            return last
        by_stretch = values.reshape(-1, matrix.shape[1], *values.shape[1:])
        return jnp.concatenate([jnp.einsum("sn,rn...->rs...", matrix, by_stretch), last])

    found: list[Array] = []
    for a, (node, war) in enumerate(zip(nodes, wars, strict=True)):
        forward = inputs.attacks[a].forward
        alone = attack.unhelped(war, force[a], force[1 - a] + forward, inputs.decisiveness)
        alone = jnp.moveaxis(alone, 0, 2)[:, :, :, None]  # [stretches, stages, 2, 1, draws]
        found.append(spread(node.helped) + spread(node.idle) * alone)
        if node.helped.shape[0] > 1:
            by_stretch = node.helped.reshape(-1, matrix.shape[1], *node.helped.shape[1:])
            bends = jnp.abs(jnp.einsum("pn,rn...->rp...", tops, by_stretch))
            rough = jnp.maximum(rough, jnp.max(bends, axis=(0, 1, 2, 3)))
    first, second = found
    attacks = jnp.stack([first[:, :, 0], second[:, :, 0]], axis=2) - inputs.word_cost[:, None]
    attacked = jnp.stack([second[:, :, 1], first[:, :, 1]], axis=2)
    return attacks, attacked, rough


def _course(
    inputs: Inputs, attacks: Array, attacked: Array, ends: Array, method: Method
) -> tuple[hold.Path, Stationary]:
    """Return the ceasefire's course, and its standing value at the horizon: from the value of peace, and last from the bottom."""
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
    base = Payoffs(*(a[:, :1] for a in fixed))
    bottom = jnp.min(jnp.stack([base.attack, base.attacked, base.accident()]), axis=0) - 0.5
    variants = fixed.attack.shape[1]
    both = fixed._replace(
        attack=jnp.concatenate([fixed.attack, base.attack], axis=1),
        attacked=jnp.concatenate([fixed.attacked, base.attacked], axis=1),
    )
    starts = jnp.concatenate([jnp.broadcast_to(peace[:, None], fixed.attack.shape), bottom], axis=1)
    still = stationary(both, occasions, inputs.horizon_years, starts, method.rest_steps)
    return hold.integrate(attacks, attacked, ends, fixed, occasions, still.standing[:, :variants]), still


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

    Where `unique` or `exact` is False, or `fit_error`, `roughness`, `worst_step` or `residual` is large, the draw needs a
    finer method: see `escalate`.

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
    wars = (meetings[0].war, meetings[1].war)
    attacks, attacked, rough = _values(inputs, wars, nodes, ends, method)
    path, still = _course(inputs, attacks, attacked, ends, method)
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
        fragile_standing=jnp.abs(still.hazard[-1] - still.hazard[0]) > 1e-3,
        unique=jnp.all(nodes[0].unique & nodes[1].unique, axis=0),
        exact=jnp.all(nodes[0].exact & nodes[1].exact, axis=0),
        fit_error=jnp.max(jnp.stack([n.fit_error for n in nodes]), axis=(0, 1)),
        roughness=rough / method.panels / jnp.min(inputs.noise, axis=0),
        worst_step=path.worst_step,
        residual=jnp.max(still.residual, axis=0),
    )


# Batches are small and worked on side by side by threads of the caller's: XLA's own would mostly wait for each other. Where the
# processor has them, its widest vectors are asked for.
compiled: Callable[..., Outcomes] = jax.jit(
    solve,
    static_argnames="method",
    compiler_options={"xla_cpu_multi_thread_eigen": False, "xla_cpu_prefer_vector_width": 512},
)
