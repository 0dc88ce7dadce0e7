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
from holdfast.chain.war import win_probability

__all__ = ["Given", "Meeting", "Nodes", "at_nodes", "meeting", "node_years", "values", "yielding_adds"]

Given = tuple[
    Float[Data, "nodes pledges decisions draws"],
    Float[Data, "nodes other_pledges other_decisions draws"],
]
"""Honour probabilities by attacker at the nodes of every stretch of time, found elsewhere."""


class Meeting(NamedTuple):
    """What does not change with time about one principal's attack."""

    attack: Attack
    detected: Float[Array, " draws"]
    war: attack.War
    active: Bool[Array, "pledges decisions draws"]
    decided: Float[Array, "decisions draws"]
    sanction_honour: Float[Array, "sanctions draws"]
    sanctions: attack.SanctionLoss
    many: tuple[Float[Array, "exponentials pledges draws"], aid.Shifts] | None


def meeting(inputs: Inputs, principal: int) -> Meeting:
    """Return what does not change with time about an attack by principal number 0 or 1."""
    own = inputs.attacks[principal]
    bodies = own.passes.shape[0]
    war = attack.war_of(inputs, principal)
    due = decide.active_pledges(own.sanctions.body, bodies)
    kept = honour.sanction_probability(own.sanctions.cost, own.sanctions.break_cost, own.sanctions.noise)
    loss = attack.sanction_loss(own.sanctions, due, jnp.where(due, kept[:, None], 0.0), war)
    many = own.pledges.strength.shape[0] > aid.ENUMERATED
    detected = detect.attribution(inputs.detection, inputs.coverage, inputs.access, inputs.watches)
    return Meeting(
        own,
        detected[principal],
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
    bend: Float[Array, "decisions draws"]
    alone: Float[Array, "pledges draws"]
    unique: Bool[Array, " draws"]
    exact: Bool[Array, " draws"]
    fit_error: Float[Array, " draws"]


class Nodes(NamedTuple):
    """One attack at all nodes in order of time: what `_Node` says, `alone` at the first, and how sure it is over all of them."""

    helped: Float[Data, "nodes 2 variants draws"]
    idle: Float[Data, "nodes 2 variants draws"]
    honour: Float[Data, "nodes pledges decisions draws"]
    alone: Float[Data, "pledges draws"]
    unique: Bool[Data, " draws"]
    exact: Bool[Data, " draws"]
    fit_error: Float[Data, " draws"]


def _over_variants(
    met: Meeting, each: Array, each_all: Array, without: Array, variants: int
) -> Float[Array, "2 variants draws"]:
    """Return a value over the variants from those by joint decision, as honoured and if all were, and from that without help."""
    detected, as_decided = met.detected, jnp.sum(met.decided * each, axis=1)
    if variants == 1:
        return ((1 - detected) * without + detected * as_decided)[:, None]
    cases = (
        (1 - detected) * without + detected * as_decided,
        as_decided,
        (1 - detected) * without + detected * each[:, -1],
        (1 - detected) * without + detected * jnp.sum(met.decided * each_all, axis=1),
        without,
    )
    return jnp.stack(cases, axis=1)


def _node(
    met: Meeting,
    attacker: Float[Array, " draws"],
    victim: Float[Array, " draws"],
    decisiveness: Float[Array, " draws"],
    start: tuple[Float[Array, "pledges decisions draws"], Float[Array, "decisions draws"]],
    given: Float[Array, "pledges decisions draws"] | None,
    method: Method,
    variants: int,
) -> _Node:
    own, pledges = met.attack, met.attack.pledges
    state = attack.situation(attacker, victim + own.forward, decisiveness, pledges, met.many)
    kept, bend = start
    unique = jnp.ones(attacker.shape, bool)
    alone = jnp.zeros_like(pledges.strength)
    if given is not None:
        kept = given
    elif pledges.strength.shape[0]:
        answer = honour.solve_contraction(
            state.benefit,
            pledges,
            met.active,
            state.steepest,
            state.curvature,
            state.bends,
            kept,
            method.brackets,
            bend,
        )
        kept, bend, unique = answer.honour, answer.bend, jnp.all(answer.unique, axis=0)
    if pledges.strength.shape[0]:
        gain = state.win(jnp.zeros_like(attacker)) - state.win(pledges.strength)
        alone = honour.honour_probability(gain, *pledges[1:5])
    values = attack.brought(state, met.war, own, met.active, kept, met.sanctions, yielding=method.yielding)
    exact = ~values.may_yield | method.yielding
    alone_value = attack.unhelped(met.war, attacker, victim + own.forward, decisiveness)

    idle = _over_variants(met, values.idle, values.idle_all, jnp.ones_like(alone_value), variants)
    total = _over_variants(met, values.values, values.values_all, alone_value, variants)
    return _Node(total - idle * alone_value[:, None], idle, kept, bend, alone, unique, exact, state.fit_error)


class _Past(NamedTuple):
    """The last three times, latest first, and the honour found at each, by attacker; and the last `bend` (`honour.Contraction`)."""

    years: Float[Array, "3 draws"]
    honour: tuple[Float[Array, "3 pledges decisions draws"], ...]
    bend: tuple[Float[Array, "decisions draws"], ...]

    def pointed(
        self, honour: Float[Array, "3 pledges decisions draws"], year: Float[Array, " draws"]
    ) -> Float[Array, "pledges decisions draws"]:
        """Return where a parabola through the last three answers is at a later time."""
        a, b, c = self.years
        weights = (
            (year - b) * (year - c) / ((a - b) * (a - c)),
            (year - a) * (year - c) / ((b - a) * (b - c)),
            (year - a) * (year - b) / ((c - a) * (c - b)),
        )
        return jnp.clip(sum(w * h for w, h in zip(weights, honour, strict=True)), 0.0, 1.0)

    def then(self, nodes: tuple[_Node, ...], year: Float[Array, " draws"]) -> _Past:
        """Return the past as it is one node later; a time that is no later than the last takes its place."""
        later = year > self.years[0]

        def after(new: Array, old: Array) -> Array:
            return jnp.concatenate([new[None], jnp.where(later, old[:2], old[1:])])

        honour = tuple(after(n.honour, old) for n, old in zip(nodes, self.honour, strict=True))
        return _Past(after(year, self.years), honour, tuple(n.bend for n in nodes))


def at_nodes(
    inputs: Inputs, years: Float[Array, "nodes draws"], given: Given | None, method: Method, variants: int
) -> tuple[Nodes, Nodes]:
    """Return both principals' attacks at the nodes, worked out one after the other in time.

    Iteration begins at each node where the answers at the last three point.
    """
    meetings = (meeting(inputs, 0), meeting(inputs, 1))

    def at(carry: _Past, now: tuple[Array, tuple[Array, Array] | None]) -> tuple[_Past, tuple[_Node, ...]]:
        year, known = now
        starts = [(carry.pointed(h, year), b) for h, b in zip(carry.honour, carry.bend, strict=True)]
        force = strengths(inputs.strength, inputs.added, inputs.over_years, inputs.strengthens, year)
        nodes = tuple(
            _node(
                m, force[i], force[1 - i], inputs.decisiveness, starts[i],
                known[i] if known else None, method, variants,
            )
            for i, m in enumerate(meetings)
        )  # fmt: skip
        return carry.then(nodes, year), nodes

    half = [jnp.where(m.active, 0.5, 0.0) for m in meetings]
    straight = tuple(jnp.zeros(h.shape[1:]) for h in half)
    long_ago = years[0] - 1e9 * jnp.asarray([1.0, 2.0, 3.0])[:, None]
    begin = _Past(long_ago, tuple(jnp.broadcast_to(h, (3, *h.shape)) for h in half), straight)
    _, found = jax.lax.scan(at, begin, (years, given))
    first, second = (
        Nodes(
            n.helped, n.idle, n.honour, n.alone[0],
            jnp.all(n.unique, axis=0), jnp.all(n.exact, axis=0), jnp.max(n.fit_error, axis=0),
        )
        for n in found
    )  # fmt: skip
    return first, second


def yielding_adds(
    inputs: Inputs, years: Float[Array, "nodes draws"], given: Given, variants: int
) -> tuple[Float[Array, "nodes 2 variants draws"], Float[Array, "nodes 2 variants draws"]]:
    """Return what yielding adds to the values of both attacks at the nodes where it was left out, given the honour there."""

    def adds_of(attacker: int) -> Float[Array, "nodes 2 variants draws"]:
        met, honour = meeting(inputs, attacker), given[attacker]
        strength = met.attack.pledges.strength
        if met.many is None:
            return jnp.zeros((years.shape[0], 2, variants, years.shape[1]))
        moves = aid.Shifts(*(m[:, :, None] for m in met.many[1]))

        def at(_: None, now: tuple[Array, Array]) -> tuple[None, Array]:
            year, kept = now
            force = strengths(inputs.strength, inputs.added, inputs.over_years, inputs.strengthens, year)

            def win(amount: Array) -> Array:
                defender = force[1 - attacker] + met.attack.forward + amount
                return win_probability(force[attacker], defender, inputs.decisiveness)

            added = attack.yielded(met.war, win, strength, moves, kept, met.sanctions)
            nothing = jnp.zeros_like(added)
            return None, _over_variants(met, added, nothing, nothing[:, 0], variants)

        return jax.lax.scan(at, None, (years, honour))[1]

    return adds_of(0), adds_of(1)


def node_years(ends: Float[Array, "ends draws"], panels: int) -> Float[Array, "nodes draws"]:
    """Return the times of all nodes, stretch by stretch; only the start where nothing changes."""
    starts, lengths = ends[:-2, None], (ends[1:-1] - ends[:-2])[:, None]
    if not ends.shape[0] > 2:
        return ends[:1]
    return (starts + jnp.asarray(node_positions(panels))[:, None] * lengths).reshape(-1, ends.shape[1])


def values(
    inputs: Inputs,
    wars: tuple[attack.War, attack.War],
    nodes: tuple[Nodes, Nodes],
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
