"""The standing value at the horizon, from where on nothing changes any more.

The equation of `deter`, everything else frozen, is followed from a start until it stands still: dV/ds = −dV/dt as a function
of V. There may be several places of rest (fear of each other can sustain itself), so that the path matters, not only where
equations have a solution. Steps are those of a stiffly stable Rosenbrock method of order 2 (Verwer et al. 1999, ROS2), as
long as its embedded error allows: short along the path, through narrow places, ever longer towards rest, where each is
Newton's.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from holdfast.chain.deter import Occasions, Payoffs, settling, standing_slope

__all__ = ["Stationary", "stationary"]

_GAMMA = 1 + 0.5**0.5
_TOLERANCE = 0.3
"""How far a step may be off, in multiples of the noise: over less than the noise, probabilities of attack hardly change."""
_AT_REST = 1e-11


class Stationary(NamedTuple):
    """The standing value at the horizon: `standing` V, the largest |dV/dt|, and the hazard Σ ω_i α_i + η there, per year."""

    standing: Float[Array, "2 *batch"]
    residual: Float[Array, "*batch"]
    hazard: Float[Array, "*batch"]


class _Walk(NamedTuple):
    standing: Float[Array, "2 starts draws"]
    step: Float[Array, "starts draws"]
    pace: Float[Array, "starts draws"]
    taken: Array


def stationary(
    payoffs: Payoffs,
    occasions: Occasions,
    years: Float[Array, " draws"],
    start: Float[Array, "2 starts draws"],
    most_steps: int,
) -> Stationary:
    """Follow dV/ds = −dV/dt from each start until it stands still, everything else frozen as it is at `years`.

    After `most_steps` a path is left where it is, with its residual. The payoffs' second axis is that of the starts, or 1.
    """
    factor = settling(years, occasions.excess, occasions.settling_years)
    crises, accidents = (occasions.crises * factor)[:, None], occasions.accidents * factor
    discount = occasions.discount
    begin = jnp.broadcast_to(start, jnp.broadcast_shapes(start.shape, payoffs.attack.shape))

    def slope(v: Array) -> tuple[Array, Array]:
        return standing_slope(v, payoffs, crises, accidents, discount)

    def jacobian(v: Array, attacks: Array) -> tuple[Array, Array]:
        """Return the Jacobian of the slope: what V_i does to its own, and what V_j does to that of V_i."""
        own = -(discount + accidents + crises * attacks + (crises * attacks)[::-1])
        return own, -(crises * attacks * (1 - attacks) / payoffs.noise)[::-1] * (payoffs.attacked - v)

    def solve(own: Array, cross: Array, scale: Array, right: Array) -> Array:
        """Return y with (I − scale J) y = right."""
        a, d, b, c = 1 - scale * own[0], 1 - scale * own[1], -scale * cross[0], -scale * cross[1]
        return jnp.stack([d * right[0] - b * right[1], a * right[1] - c * right[0]]) / (a * d - b * c)

    def going(walk: _Walk) -> Array:
        return (walk.taken < most_steps) & (jnp.max(walk.pace) > _AT_REST)

    def go(walk: _Walk) -> _Walk:
        v, h = walk.standing, walk.step
        f, attacks = slope(v)
        own, cross = jacobian(v, attacks)
        # where the flow speeds up (an eigenvalue above 0), steps must be short beside it, or I − hγJ is singular
        half, turn = (own[0] - own[1]) / 2, cross[0] * cross[1]
        growth = (own[0] + own[1]) / 2 + jnp.sqrt(jnp.maximum(half**2 + turn, 0.0))
        h = jnp.minimum(h, 0.5 / (_GAMMA * jnp.maximum(growth, 1e-12)))
        k1 = solve(own, cross, _GAMMA * h, f)
        f2, _ = slope(v + h * k1)
        k2 = solve(own, cross, _GAMMA * h, f2 - 2 * k1)
        off = jnp.max(jnp.abs(h / 2 * (k1 + k2)) / (_TOLERANCE * payoffs.noise), axis=0)
        pace = jnp.max(jnp.abs(f), axis=0)
        at_rest = pace <= _AT_REST
        good = (off <= 1) & ~at_rest
        new = jnp.where(good, v + h * (1.5 * k1 + 0.5 * k2), v)
        longer = h * jnp.clip(0.9 / jnp.sqrt(jnp.maximum(off, 1e-12)), 0.2, 6.0)
        return _Walk(new, jnp.minimum(longer, 1e6 / discount), pace, walk.taken + 1)

    fastest = discount + accidents + jnp.sum(crises[:, 0], axis=0) / jnp.min(payoffs.noise[:, 0], axis=0)
    first = jnp.broadcast_to(1 / fastest, begin.shape[1:])
    walk = _Walk(begin, first, jnp.full(begin.shape[1:], jnp.inf), jnp.asarray(0))
    v = jax.lax.while_loop(going, go, walk).standing
    f, attacks = slope(v)
    return Stationary(v, jnp.max(jnp.abs(f), axis=0), jnp.sum(crises * attacks, axis=0) + accidents)
