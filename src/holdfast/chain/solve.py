"""The links strung together: from inputs to outcomes, for a block of draws."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from holdfast.chain import accept, decide, detect, hold
from holdfast.chain.deter import Occasions, Payoffs, attack_probability, peace_value
from holdfast.chain.inputs import Data, Inputs
from holdfast.chain.nodes import Given, Meeting, at_nodes, node_years, values
from holdfast.chain.outcomes import CURVE_YEARS, VARIANTS, Method, Outcomes
from holdfast.chain.stationary import Stationary, stationary
from holdfast.chain.times import ramp_ends

__all__ = ["CURVE_YEARS", "VARIANTS", "Method", "Outcomes", "compiled", "solve"]

_USUAL = Method()


def _funnel(meeting: Meeting, detected: Array, kept: Array) -> tuple[Array, Array]:
    """Return the mean honour of each pledge given its own body's yes, and the share of the help pledged that comes."""
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
    meetings, detected, nodes = at_nodes(inputs, years, given, method, variants)
    wars = (meetings[0].war, meetings[1].war)
    attacks, attacked, rough = values(inputs, wars, nodes, ends, method)
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
        sanctions=(meetings[0].sanction_honour, meetings[1].sanction_honour),
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


@cache
def _kernel() -> Callable[..., Outcomes]:
    # Batches are small and worked on side by side by threads of the caller's: XLA's own would mostly wait for each other. Where
    # the processor has them, its widest vectors are asked for.
    options = {"xla_cpu_multi_thread_eigen": False, "xla_cpu_prefer_vector_width": 512}
    on_processor = jax.default_backend() == "cpu"
    return jax.jit(solve, static_argnames="method", compiler_options=options if on_processor else None)


def compiled(
    inputs: Inputs,
    method: Method = _USUAL,
    ends: Float[Data, "ends draws"] | None = None,
    given: Given | None = None,
) -> Outcomes:
    """Return what `solve` does, by a kernel compiled for batches: see `escalate`."""
    return _kernel()(inputs, method, ends, given)
