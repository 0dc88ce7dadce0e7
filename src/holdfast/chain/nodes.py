"""What an attack is worth at each time: at nodes along the years, and from there at every step of the integration.

Honour, and with it what help changes, is worked out at the nodes; what comes without help at every step, since it bends
sharply where a side begins to yield.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from holdfast.chain import attack, decide, detect, honour
from holdfast.chain import help as aid
from holdfast.chain.inputs import Attack, Data, Inputs
from holdfast.chain.outcomes import Method
from holdfast.chain.times import (
    interpolation,
    node_positions,
    step_positions,
    strengths,
    top_coefficients,
)

__all__ = ["Given", "Meeting", "Node", "at_nodes", "node_years", "values"]

Given = tuple[
    Float[Data, "nodes pledges decisions draws"],
    Float[Data, "nodes other_pledges other_decisions draws"],
]
"""Honour probabilities by attacker at the nodes of every stretch of time, found elsewhere."""


class Meeting(NamedTuple):
    """What does not change with time about one principal's attack."""

    attack: Attack
    war: attack.War
    active: Bool[Array, "pledges decisions draws"]
    decided: Float[Array, "decisions draws"]
    sanction_honour: Float[Array, "sanctions draws"]
    sanctions: attack.SanctionLoss
    many: tuple[Float[Array, "exponentials pledges draws"], aid.Shifts] | None


def _meeting(inputs: Inputs, principal: int) -> Meeting:
    own = inputs.attacks[principal]
    bodies = own.passes.shape[0]
    war = attack.war_of(inputs, principal)
    due = decide.active_pledges(own.sanctions.body, bodies)
    kept = honour.sanction_probability(own.sanctions.cost, own.sanctions.break_cost, own.sanctions.noise)
    loss = attack.sanction_loss(own.sanctions, due, jnp.where(due, kept[:, None], 0.0), war)
    many = own.pledges.strength.shape[0] > aid.ENUMERATED
    return Meeting(
        own,
        war,
        decide.active_pledges(own.pledges.body, bodies),
        decide.decision_probabilities(own.passes),
        kept,
        loss,
        (aid.factors(own.pledges.strength), aid.shifts(own.pledges.strength)) if many else None,
    )


class Node(NamedTuple):
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
    meeting: Meeting,
    attacker: Float[Array, " draws"],
    victim: Float[Array, " draws"],
    decisiveness: Float[Array, " draws"],
    detected: Float[Array, " draws"],
    start: Float[Array, "pledges decisions draws"],
    given: Float[Array, "pledges decisions draws"] | None,
    method: Method,
    variants: int,
) -> Node:
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
    return Node(total - idle * alone_value[:, None], idle, kept, alone, unique, exact, state.fit_error)


def at_nodes(
    inputs: Inputs, years: Float[Array, "nodes draws"], given: Given | None, method: Method, variants: int
) -> tuple[tuple[Meeting, Meeting], Float[Array, "2 draws"], tuple[Node, Node]]:
    """Return both principals' meetings, the probabilities of attribution, and both attacks at the nodes, one after the other in time.

    Honour begins at each node from its answer at the last.
    """
    meetings = (_meeting(inputs, 0), _meeting(inputs, 1))
    detected = detect.attribution(inputs.detection, inputs.coverage, inputs.access, inputs.watches)

    def at(
        carry: tuple[Array, ...], now: tuple[Array, tuple[Array, Array] | None]
    ) -> tuple[tuple[Array, ...], tuple[Node, ...]]:
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


def node_years(ends: Float[Array, "ends draws"], panels: int) -> Float[Array, "nodes draws"]:
    """Return the times of all nodes, stretch by stretch; only the start where nothing changes."""
    starts, lengths = ends[:-2, None], (ends[1:-1] - ends[:-2])[:, None]
    if not ends.shape[0] > 2:
        return ends[:1]
    return (starts + jnp.asarray(node_positions(panels))[:, None] * lengths).reshape(-1, ends.shape[1])


def values(
    inputs: Inputs,
    wars: tuple[attack.War, attack.War],
    nodes: tuple[Node, Node],
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
