"""The principal branch of the honour equations, where iteration has not shown that there is only one answer.

Multiply all noises ν by a common factor and let it fall from infinity, where every h is ½, to 1. With λ one over the factor, solutions of

    h_g = σ( λ (b_g E[Δ_g] − k_g + r_g) / ν_g )

form a curve from (½, λ = 0). It is followed by pseudo-arclength continuation, through folds, to where it first arrives at λ = 1: that answer is
the principal branch. Damped iteration from every guarantor refusing, every one helping and (few pledges) every corner then looks for other answers.
One problem at a time here, to be batched by vmap; the only axis is that of the pledges.

References
----------
McKelvey & Palfrey (1995), theorem 3; Turocy (2005), Games and Economic Behavior 51:243; Allgower & Georg (1990).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from holdfast.chain import help as aid
from holdfast.chain.honour import honour_probability
from holdfast.chain.war import win_probability

__all__ = ["Branch", "Equations", "follow"]

CORNERS = 6
"""Up to this many pledges every corner is tried."""

_LONGEST_STEP, _SHORTEST_STEP, _MOST_STEPS = 0.15, 1e-9, 3000


class Equations(NamedTuple):
    """The honour equations of one draw, time and joint decision; `due` where the pledge is active."""

    strength: Float[Array, " pledges"]
    stake: Float[Array, " pledges"]
    cost: Float[Array, " pledges"]
    break_cost: Float[Array, " pledges"]
    noise: Float[Array, " pledges"]
    due: Bool[Array, " pledges"]
    attacker: Float[Array, ""]
    defender: Float[Array, ""]
    decisiveness: Float[Array, ""]


class Branch(NamedTuple):
    """The principal branch's `honour`, whether it was found, and the least and most help, in expectation, over all answers found."""

    honour: Float[Array, " pledges"]
    converged: Bool[Array, ""]
    least: Float[Array, ""]
    most: Float[Array, ""]
    several: Bool[Array, ""]


Response = Callable[[Float[Array, " pledges"], Float[Array, ""]], Float[Array, " pledges"]]


def _response(problem: Equations) -> Response:
    def win(amount: Array) -> Array:
        return win_probability(problem.attacker, problem.defender + amount, problem.decisiveness)

    if problem.strength.shape[0] <= aid.ENUMERATED:
        table = win(aid.outcomes(problem.strength))
        benefit = lambda h: aid.enumerated_benefits(table, h)
    else:
        weights, _ = aid.fit_exponentials(win(aid.sample_points(jnp.sum(problem.strength))))
        curve = aid.ExponentialSum(weights, aid.factors(problem.strength))
        benefit = lambda h: aid.benefits(curve, h)

    def respond(h: Array, scale: Array) -> Array:
        # λ times the gain at the noise itself: at λ = 0 the noise over λ would be infinite
        gain, cost, kept = scale * benefit(h), scale * problem.cost, scale * problem.break_cost
        answer = honour_probability(gain, problem.stake, cost, kept, problem.noise)
        return jnp.where(problem.due, answer, 0.0)

    return respond


class _Trace(NamedTuple):
    """Where the curve has come to: the last two points (h, λ), the tangent, the next step's length, and how it goes."""

    point: Float[Array, " pledges+1"]
    before: Float[Array, " pledges+1"]
    tangent: Float[Array, " pledges+1"]
    length: Float[Array, ""]
    steps: Array


def _trace(respond: Response, start: Array) -> _Trace:
    n = start.shape[0]

    def gap(point: Array) -> Array:
        return point[:n] - respond(point[:n], point[n])

    jacobian = jax.jacfwd(gap)

    def step(trace: _Trace) -> _Trace:
        guess = trace.point + trace.length * trace.tangent
        new = guess
        for _ in range(4):
            matrix = jnp.concatenate([jacobian(new), trace.tangent[None]])
            right = jnp.append(gap(new), trace.tangent @ (new - guess))
            new = new - jnp.linalg.solve(matrix, right)
        matrix = jnp.concatenate([jacobian(new), trace.tangent[None]])
        tangent = jnp.linalg.solve(matrix, jnp.zeros(n + 1).at[n].set(1.0))
        tangent = tangent / jnp.linalg.norm(tangent)
        good = (
            (jnp.max(jnp.abs(gap(new))) < 1e-10)
            & (jnp.linalg.norm(new - guess) < 0.3 * trace.length)
            & (tangent @ trace.tangent > 0.97)
        )
        # a fold close below 1 could hide an arrival: go slowly there
        turned = tangent[n] * trace.tangent[n] < 0
        good = good & ~(turned & (trace.length > 1e-4) & (jnp.maximum(new[n], trace.point[n]) + trace.length > 1))
        pick = lambda a, b: jnp.where(good, a, b)
        return _Trace(
            pick(new, trace.point),
            pick(trace.point, trace.before),
            pick(tangent, trace.tangent),
            pick(jnp.minimum(1.6 * trace.length, _LONGEST_STEP), trace.length / 2),
            trace.steps + 1,
        )

    def going(trace: _Trace) -> Array:
        return (trace.point[n] < 1) & (trace.length > _SHORTEST_STEP) & (trace.steps < _MOST_STEPS)

    point = jnp.append(start, 0.0)
    first = jnp.append(-jacobian(point)[:, n], 1.0)
    first = first / jnp.linalg.norm(first)
    return jax.lax.while_loop(going, step, _Trace(point, point, first, jnp.asarray(0.01), jnp.asarray(0)))


def _others(respond: Response, starts: Float[Array, "starts pledges"]) -> tuple[Array, Array]:
    """Return where damped iteration by ½ comes to rest from each start, and whether it does, to 1e-10."""
    one = jnp.asarray(1.0)
    answer = jax.vmap(lambda h: respond(h, one))

    def going(state: tuple[Array, Array, Array]) -> Array:
        return (jnp.max(state[1]) > 1e-10) & (state[2] < 3000)

    def move(state: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        new = (state[0] + answer(state[0])) / 2
        return new, jnp.max(jnp.abs(new - state[0]), axis=1), state[2] + 1

    h, change, _ = jax.lax.while_loop(going, move, (starts, jnp.full(starts.shape[0], jnp.inf), jnp.asarray(0)))
    return h, change <= 1e-10


def follow(problem: Equations) -> Branch:
    """Return the principal branch of one problem's honour equations, and what other answers there are."""
    respond = _response(problem)
    n = problem.strength.shape[0]
    trace = _trace(respond, jnp.where(problem.due, 0.5, 0.0))
    rise = trace.point[n] - trace.before[n]
    share = jnp.where(rise > 0, (1 - trace.before[n]) / jnp.where(rise > 0, rise, 1.0), 1.0)
    h = (trace.before + share * (trace.point - trace.before))[:n]
    one = jnp.asarray(1.0)
    gap = lambda x: x - respond(x, one)
    for _ in range(8):
        h = h - jnp.linalg.solve(jax.jacfwd(gap)(h), gap(h))
    near = jnp.linalg.norm(h - trace.point[:n]) <= 2 * jnp.linalg.norm(trace.point - trace.before) + 1e-6
    converged = (trace.point[n] >= 1) & (jnp.max(jnp.abs(gap(h))) < 1e-9) & near
    corners = np.array([np.zeros(n), np.ones(n)])
    if n <= aid.ENUMERATED:
        every = (np.arange(2**n)[:, None] >> np.arange(n)) % 2
        corners = np.concatenate([corners, every.astype(float)])
    few = (jnp.arange(corners.shape[0]) < 2) | (jnp.sum(problem.strength > 0) <= CORNERS)
    found, rested = _others(respond, jnp.where(problem.due, jnp.asarray(corners), 0.0))
    other = rested & few & (jnp.max(jnp.abs(found - h), axis=1) > 1e-6)
    amounts = jnp.where(other, found @ problem.strength, h @ problem.strength)
    return Branch(h, converged, jnp.min(amounts), jnp.max(amounts), jnp.any(other))
