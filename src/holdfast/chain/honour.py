"""Honour: given an attack, attributed, and the bodies' decisions, which guarantors keep their promises?

h_g = σ( (b_g E[Δ_g] − k_g + r_g) / ν_g ),

Δ_g being how much honouring g lowers the attacker's probability of winning given which others honour, the expectation
over their independent decisions: a fixed point, since E[Δ_g] depends on the others' h. The equation is
`honour_probability`; this module solves it where the answer is certainly unique, and says where it is not sure.
`branch` follows the principal branch there.

In the equations: b stake, k cost, r break cost, ν noise, s strength. The first axis is that of the pledges.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from holdfast.chain.enclosure import Bends, benefit_range
from holdfast.chain.inputs import Pledges

__all__ = ["Contraction", "deployed_costs", "honour_probability", "sanction_probability", "solve_contraction"]

_ARRIVED = 1e-9
"""How far off an answer may be, by the bound on how the map contracts, for the iteration to end, with one more step."""

_CONTRACTS = 0.98
"""A bound on the map's spectral radius below which it is taken to contract; an answer is off by fifty times what it misses at most."""


class _Box(NamedTuple):
    """Between what every fixed point lies, the bound on how strongly the responses move each other there, and how often it was narrowed."""

    low: Float[Array, "pledges decisions draws"]
    high: Float[Array, "pledges decisions draws"]
    bound: Float[Array, "decisions draws"]
    tries: Array


Benefit = Callable[[Float[Array, "pledges *#batch"]], Float[Array, "pledges *batch"]]


def honour_probability(
    benefit: Float[Array, "pledges *#batch"],
    stake: Float[Array, "pledges *#batch"],
    cost: Float[Array, "pledges *#batch"],
    break_cost: Float[Array, "pledges *#batch"],
    noise: Float[Array, "pledges *#batch"],
) -> Float[Array, "pledges *#batch"]:
    """Return h = σ((b E[Δ] − k + r) / ν), the probability that a guarantor honours its pledge.

    Parameters
    ----------
    benefit
        E[Δ], how much honouring lowers the attacker's probability of winning, in expectation.
    stake, cost, break_cost
        b, the guarantor's stake in the beneficiary prevailing; k, the cost of honouring; r, the cost of breaking the promise.
    noise
        ν, the spread of its private costs, above 0.

    References
    ----------
    McKelvey & Palfrey (1995), Games and Economic Behavior 10:6; Signorino (1999), APSR 93:279.

    Examples
    --------
    A guarantor that gains as much as it pays is as likely to help as not:

    >>> import jax.numpy as jnp
    >>> [h] = honour_probability(*(jnp.array([x]) for x in (0.2, 0.5, 0.15, 0.05, 0.1)))
    >>> float(h)
    0.5
    """
    return jax.nn.sigmoid((stake * benefit - cost + break_cost) / noise)


def sanction_probability(
    cost: Float[Array, "sanctions *batch"],
    break_cost: Float[Array, "sanctions *batch"],
    noise: Float[Array, "sanctions *batch"],
) -> Float[Array, "sanctions *batch"]:
    """Return h = σ((r − k) / ν) of a pledge of sanctions, which does not change who wins (Δ = 0)."""
    return jax.nn.sigmoid((break_cost - cost) / noise)


def deployed_costs(
    cost: Float[Array | np.ndarray, "pledges draws"],
    break_cost: Float[Array | np.ndarray, "pledges draws"],
    tripwire: Float[Array | np.ndarray, "pledges draws"],
    readiness: Float[Array | np.ndarray, "deployments pledges draws"],
) -> tuple[Float[Array | np.ndarray, "pledges draws"], Float[Array | np.ndarray, "pledges draws"]]:
    """Return the costs k and r of each pledge once its guarantor's troops are deployed.

    In-country troops add their tripwire to r; each near-border deployment lowers k by the factor (1 − readiness).

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> a = lambda x: jnp.array([[x]])
    >>> [float(x[0, 0]) for x in deployed_costs(a(0.5), a(0.25), a(0.5), a(0.75)[None])]
    [0.125, 0.75]
    """
    return cost * jnp.prod(1 - readiness, axis=0), break_cost + tripwire


class Contraction(NamedTuple):
    """An answer by iteration: `honour`, by how much the last but one missed, whether it is certainly the only one, and `bend`.

    `bend` is the common factor of how the answers move each other, for iteration elsewhere to begin with.
    """

    honour: Float[Array, "pledges decisions draws"]
    residual: Float[Array, "decisions draws"]
    unique: Bool[Array, "decisions draws"]
    bend: Float[Array, "decisions draws"]


class _Iterate(NamedTuple):
    honour: Float[Array, "pledges decisions draws"]
    last: Float[Array, "pledges decisions draws"]
    answer: Float[Array, "pledges decisions draws"]
    step: Float[Array, "decisions draws"]
    bend: Float[Array, "decisions draws"]
    tries: Array


def _next(
    state: _Iterate, answer: Array, gain: Array, response: Array
) -> tuple[Float[Array, "pledges decisions draws"], Float[Array, "decisions draws"]]:
    """Return where to look next, by Newton's method with a Jacobian of rank one without its diagonal, and its `bend`.

    The others' help moves one's own answer by −bend × response × gainᵀ; the last step tells the common factor `bend`.
    """
    by = state.honour - state.last
    expected = response * (jnp.sum(gain * by, axis=0) - gain * by)
    size = jnp.sum(expected**2, axis=0)
    bend = -jnp.sum(expected * (answer - state.answer), axis=0) / jnp.where(size > 0, size, 1.0)
    bend = jnp.where((state.tries > 0) & (size > 1e-30), bend, state.bend)
    # Sherman and Morrison
    own = 1 - bend * response * gain
    own = jnp.where(jnp.abs(own) < 0.1, 0.1, own)
    change, push = (answer - state.honour) / own, bend * response / own
    scale = 1 + jnp.sum(gain * push, axis=0)
    scale = jnp.where(jnp.abs(scale) < 0.1, 0.1, scale)
    change = change - push * jnp.sum(gain * change, axis=0) / scale
    return jnp.clip(state.honour + change, 0.0, 1.0), bend


def solve_contraction(
    benefit: Benefit,
    pledges: Pledges,
    active: Bool[Array, "pledges decisions draws"],
    steepest: Float[Array, " draws"],
    curvature: Float[Array, " draws"],
    bent: Bends,
    start: Float[Array, "pledges decisions draws"],
    brackets: int,
    bend: Float[Array, "decisions draws"] | None = None,
) -> Contraction:
    """Solve the honour equations by iteration, with a proof of uniqueness where there is one.

    A bound on how strongly the responses move each other: |∂h_g/∂h_j| ≤ h_g (1 − h_g) b_g s_g s_j max|p''| / ν_g.
    That matrix is similar to a symmetric one of rank one without its diagonal, so its spectral radius is at most the
    smaller of max|p''| Σ_g w_g and max|p''| √((Σ w_g)² − Σ w_g²), with w_g = b_g s_g² max h_g (1 − h_g) / ν_g. Below
    1 the map is a contraction: the fixed point is unique, hence also where the principal branch first arrives. It is found by
    iteration, each step lengthened or shortened by what the last one taught about that rank-one Jacobian (a secant). Where the box
    that must hold every fixed point shrinks to nothing, there is no more than one either.

    Parameters
    ----------
    benefit
        E[Δ] as a function of h.
    active
        In which decisions each pledge falls due.
    steepest, curvature
        The largest |p'| and |p''| over the range of help, per unit of strength.
    start
        Where to begin; 0 in places that are not active.
    bent
        What makes p convex or concave in the help, for `enclosure`.
    brackets
        How many times at most to narrow the box that must hold every fixed point before bounding h (1 − h) over it.
    bend
        That of an answer close by, where there is one.
    """
    strength, stake, cost, break_cost, noise = (a[:, None] for a in pledges[:5])

    def respond(gain: Float[Array, "pledges decisions draws"]) -> Float[Array, "pledges decisions draws"]:
        return jnp.where(active, honour_probability(gain, stake, cost, break_cost, noise), 0.0)

    def moved(state: _Iterate) -> Bool[Array, ""]:
        return (state.tries < 100) & jnp.any(state.step > enough)

    def iterate(state: _Iterate) -> _Iterate:
        gain = benefit(state.honour)
        answer = respond(gain)
        new, bend = _next(state, answer, gain, answer * (1 - answer) * stake / noise * gain)
        step = jnp.max(jnp.abs(answer - state.honour), axis=0, initial=0.0)
        # a draw that has arrived stays where it is, so that its answer does not depend on its neighbours in the block
        settled = state.step <= enough
        return _Iterate(
            jnp.where(settled, state.honour, new),
            state.honour,
            answer,
            jnp.where(settled, state.step, step),
            jnp.where(settled, state.bend, bend),
            state.tries + 1,
        )

    def bounded(low: Array, high: Array) -> Array:
        nearest = jnp.clip(0.5, low, high)
        weight = jnp.where(active, stake * strength**2 * nearest * (1 - nearest) / noise, 0.0)
        total, squares = jnp.sum(weight, axis=0), jnp.sum(weight**2, axis=0)
        return curvature * jnp.minimum(total, jnp.sqrt(jnp.maximum(total**2 - squares, 0.0)))

    def unsure(box: _Box) -> Bool[Array, "decisions draws"]:
        return (box.bound >= _CONTRACTS) & (jnp.max(box.high - box.low, axis=0, initial=0.0) > _ARRIVED)

    def narrow(box: _Box) -> _Box:
        ends = benefit(box.low), benefit(box.high)
        least, most = benefit_range(*ends, bent, pledges.strength, box.low, box.high)
        # a draw that is sure keeps its box, so that its answer does not depend on its neighbours in the block
        open_ = unsure(box)
        low = jnp.where(open_, jnp.clip(respond(least), box.low, box.high), box.low)
        high = jnp.where(open_, jnp.clip(respond(most), low, box.high), box.high)
        return _Box(low, high, jnp.where(open_, bounded(low, high), box.bound), box.tries + 1)

    low = respond(jnp.zeros_like(start))
    high = respond(strength * steepest + jnp.zeros_like(start))
    box = _Box(low, high, bounded(low, high), jnp.asarray(0))
    if brackets:
        box = jax.lax.while_loop(lambda b: (b.tries < brackets) & jnp.any(unsure(b)), narrow, box)
    low, high, bound = box[:3]
    first = (low + high) / 2 if brackets else start
    far = jnp.full(start.shape[1:], jnp.inf)
    bend = jnp.zeros_like(far) if bend is None else bend
    enough = _ARRIVED * jnp.clip(1 - bound, 1 - _CONTRACTS, 1.0)
    found = jax.lax.while_loop(moved, iterate, _Iterate(first, first, first, far, bend, jnp.asarray(0)))
    held = jnp.clip(found.honour, low, high) if brackets else found.honour
    return Contraction(held, found.step, ~unsure(box) & (found.step <= enough), found.bend)
