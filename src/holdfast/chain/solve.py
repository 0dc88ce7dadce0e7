"""The links strung together: from inputs to outcomes, for a block of draws."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from holdfast.chain import accept, decide, detect, hold
from holdfast.chain.deter import Occasions, Payoffs, attack_probability, peace_value
from holdfast.chain.inputs import Data, Inputs
from holdfast.chain.nodes import (
    Given,
    Meeting,
    Nodes,
    at_nodes,
    meeting,
    node_years,
    values,
    yielding_adds,
)
from holdfast.chain.outcomes import CURVE_YEARS, VARIANTS, Method, Outcomes
from holdfast.chain.stationary import Stationary, stationary
from holdfast.chain.times import ramp_ends

__all__ = [
    "CURVE_YEARS",
    "VARIANTS",
    "Method",
    "Outcomes",
    "begin",
    "finish",
    "solve",
    "yielding",
]

_USUAL = Method()


def _funnel(met: Meeting, kept: Array) -> tuple[Array, Array]:
    """Return the mean honour of each pledge given its own body's yes, and the share of the help pledged that comes."""
    passes, pledges = met.attack.passes, met.attack.pledges
    favour = jnp.asarray(decide.decisions(passes.shape[0]))
    bodies = jnp.arange(passes.shape[0])[:, None]
    chance = jnp.where(favour[..., None], passes, 1 - passes)  # [decisions, bodies, draws]
    # the own body's share is left out: the mean is given its yes
    own = bodies[None] == pledges.body[:, None]  # [pledges, bodies, draws]
    weight = jnp.prod(jnp.where(own[:, None], 1.0, chance[None]), axis=2)
    weight = jnp.where(met.active, weight, 0.0)
    mean = jnp.sum(weight * kept, axis=1)
    due = jnp.where(met.active, kept, 0.0)
    coming = jnp.sum(met.decided * jnp.sum(due * pledges.strength[:, None], axis=0), axis=0)
    pledged = jnp.sum(pledges.strength, axis=0)
    share = met.detected * coming / jnp.where(pledged > 0, pledged, 1.0)
    return mean, jnp.where(pledged > 0, share, jnp.nan)


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


def _variants(inputs: Inputs) -> int:
    pledged = any(a.pledges.strength.shape[0] or a.sanctions.size.shape[0] for a in inputs.attacks)
    return len(VARIANTS) if pledged else 1


def _ends(inputs: Inputs) -> Float[Array, "ends draws"]:
    return ramp_ends(inputs.over_years, inputs.horizon_years)


def begin(
    inputs: Inputs,
    method: Method = _USUAL,
    ends: Float[Data, "ends draws"] | None = None,
    given: Given | None = None,
) -> tuple[Nodes, Nodes]:
    """Return what either attack is worth at the nodes of time: the first part of `solve`."""
    years = node_years(_ends(inputs) if ends is None else ends, method.panels)
    return at_nodes(inputs, years, given, method, _variants(inputs))


def yielding(
    inputs: Inputs, helped: tuple[Data, Data], given: Given, method: Method = _USUAL
) -> tuple[Data, Data]:
    """Return `Nodes.helped` of both attacks with what yielding adds, where `begin` has left it out."""
    years = node_years(_ends(inputs), method.panels)
    adds = yielding_adds(inputs, years, given, _variants(inputs))
    return helped[0] + adds[0], helped[1] + adds[1]


def finish(
    inputs: Inputs,
    nodes: tuple[Nodes, Nodes],
    method: Method = _USUAL,
    ends: Float[Data, "ends draws"] | None = None,
) -> Outcomes:
    """Return what follows from the values at the nodes: the second part of `solve`. Of `Nodes.honour` only the first is used."""
    cuts = _ends(inputs) if ends is None else ends
    meetings = (meeting(inputs, 0), meeting(inputs, 1))
    wars = (meetings[0].war, meetings[1].war)
    attacks, attacked, rough = values(inputs, wars, nodes, cuts, method)
    path, still = _course(inputs, attacks, attacked, cuts, method)
    at = [
        tuple(v[:, 0] for v in pair) for pair in ((path.attack[0], path.standing[0]), hold.at_year(path, 5.0))
    ]

    def holds(year: Array) -> Array:
        return hold.survival(path, year)[0]

    net, fighting, refuses, agrees = _signing(inputs, path)
    funnels = [_funnel(m, n.honour[0]) for m, n in zip(meetings, nodes, strict=True)]
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
        detect=jnp.stack([m.detected for m in meetings]),
        honour=(funnels[0][0], funnels[1][0]),
        honour_alone=(nodes[0].alone, nodes[1].alone),
        sanctions=(meetings[0].sanction_honour, meetings[1].sanction_honour),
        delivered=jnp.stack([f[1] for f in funnels]),
        variants_10=hold.survival(path, 10.0),
        deter_without_help=attack_probability(path.attack[0][:, -1], path.standing[0][:, -1], inputs.noise),
        fragile_standing=jnp.abs(still.hazard[-1] - still.hazard[0]) > 1e-3,
        unique=nodes[0].unique & nodes[1].unique,
        exact=nodes[0].exact & nodes[1].exact,
        fit_error=jnp.maximum(nodes[0].fit_error, nodes[1].fit_error),
        roughness=rough / method.panels / jnp.min(inputs.noise, axis=0),
        worst_step=path.worst_step,
        residual=jnp.max(still.residual, axis=0),
    )


@partial(jax.jit, static_argnames="method")
def solve(
    inputs: Inputs,
    method: Method = _USUAL,
    ends: Float[Data, "ends draws"] | None = None,
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
    return finish(inputs, begin(inputs, method, ends, given), method, ends)
