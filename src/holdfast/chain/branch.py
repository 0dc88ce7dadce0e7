"""The principal branch of the honour equations, where iteration has not shown that there is only one answer.

Multiply all noises ν by a common factor and let it fall from infinity, where every h is ½, to 1. With λ one over the factor, solutions of

    h_g = σ( λ (b_g E[Δ_g] − k_g + r_g) / ν_g )

form a curve from (½, λ = 0). It is followed by pseudo-arclength continuation, through folds, to where it first
arrives at λ = 1: that answer is the principal branch. Damped iteration from every guarantor refusing, every one
helping and (few pledges) every corner then looks for other answers. One problem at a time here, to be batched by
vmap; the only axis is that of the pledges.

References
----------
McKelvey & Palfrey (1995); Turocy (2005), Games and Economic Behavior 51:243; Allgower & Georg (1990).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, cast

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from holdfast.chain import help as aid
from holdfast.chain.honour import honour_probability
from holdfast.chain.inputs import Data
from holdfast.chain.war import win_probability

__all__ = ["Branch", "Equations", "Others", "follow", "near", "others"]

CORNERS = 6
"""Up to this many pledges every corner is tried."""

_norm: Callable[[Array], Array] = jnp.linalg.norm  # without types in JAX

_LONGEST_STEP, _SHORTEST_STEP, _CROSSING, _MOST_STEPS = 0.15, 1e-9, 1e-5, 3000


def _solve(matrix: Float[Array, "n n"], right: Float[Array, " n"]) -> tuple[Float[Array, " n"], Array]:
    """Return x with matrix · x = right, and the sign of the determinant, by Gauss–Jordan elimination with partial pivoting.

    Not LAPACK's: called from two threads at a time, as blocks of draws are, jaxlib 0.10's batched LU waits for itself for ever.
    """
    n = right.shape[0]
    rows = jnp.arange(n)

    def eliminate(k: Array, state: tuple[Array, Array]) -> tuple[Array, Array]:
        table, sign = state
        column = table[:, k]
        pivot = jnp.argmax(jnp.where(rows >= k, jnp.abs(column), -1.0))
        chosen, here = rows == pivot, rows == k
        top, displaced = chosen @ table, table[k]
        table = jnp.where(chosen[:, None], displaced, table)
        sign = sign * jnp.sign(top[k]) * jnp.where(pivot == k, 1.0, -1.0)
        top = top / top[k]
        table = table - table[:, k, None] * top
        return jnp.where(here[:, None], top, table), sign

    table = jnp.concatenate([matrix, right[:, None]], axis=1)
    begin = (table, jnp.asarray(1.0))
    table, sign = cast(tuple[Array, Array], jax.lax.fori_loop(0, n, eliminate, begin))
    return table[:, n], sign


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
    """The principal branch's `honour`, and whether it was found."""

    honour: Float[Data, " pledges"]
    converged: Bool[Data, ""]


class Others(NamedTuple):
    """Whether there are other answers, and the least and most help, in expectation, over all answers found."""

    several: Bool[Data, ""]
    least: Float[Data, ""]
    most: Float[Data, ""]


Response = Callable[[Float[Array, " pledges"], Float[Array, ""]], Float[Array, " pledges"]]


def _response(problem: Equations) -> Response:
    def win(amount: Array) -> Array:
        return win_probability(problem.attacker, problem.defender + amount, problem.decisiveness)

    if problem.strength.shape[0] <= aid.ENUMERATED:
        table = win(aid.outcomes(problem.strength))

        def benefit(h: Array) -> Array:
            return aid.enumerated_benefits(table, h)
    else:
        weights, _ = aid.fit_exponentials(win(aid.sample_points(jnp.sum(problem.strength))))
        curve = aid.ExponentialSum(weights, aid.factors(problem.strength))

        def benefit(h: Array) -> Array:
            return aid.benefits(curve, h)

    def respond(h: Array, scale: Array) -> Array:
        # λ times the gain at the noise itself: at λ = 0 the noise over λ would be infinite
        gain, cost, kept = scale * benefit(h), scale * problem.cost, scale * problem.break_cost
        answer = honour_probability(gain, problem.stake, cost, kept, problem.noise)
        return jnp.where(problem.due, answer, 0.0)

    return respond


class _Trace(NamedTuple):
    """Where the curve has come to: the last two points (h, λ), the tangent, its orientation, the next step's length, and how it goes."""

    point: Float[Array, " pledges+1"]
    before: Float[Array, " pledges+1"]
    tangent: Float[Array, " pledges+1"]
    side: Float[Array, ""]
    length: Float[Array, ""]
    steps: Array


def _trace(respond: Response, start: Array) -> _Trace:
    n = start.shape[0]

    def gap(point: Array) -> Array:
        return point[:n] - respond(point[:n], point[n])

    jacobian = cast(Callable[[Array], Array], jax.jacfwd(gap))

    def step(trace: _Trace) -> _Trace:
        guess = trace.point + trace.length * trace.tangent

        def newton(_: Array, new: Array) -> Array:
            matrix = jnp.concatenate([jacobian(new), trace.tangent[None]])
            right = jnp.append(gap(new), trace.tangent @ (new - guess))
            return new - _solve(matrix, right)[0]

        new = cast(Array, jax.lax.fori_loop(0, 3, newton, guess))
        matrix = jnp.concatenate([jacobian(new), trace.tangent[None]])
        tangent, side = _solve(matrix, jnp.zeros(n + 1).at[n].set(1.0))
        tangent = tangent / _norm(tangent)
        good = (
            (jnp.max(jnp.abs(gap(new))) < 1e-10)
            & (_norm(new - guess) < 0.3 * trace.length)
            & (tangent @ trace.tangent > 0.97)
        )
        # along one curve the determinant of the equations' Jacobian above the tangent keeps its sign, through folds too: where it
        # changes, the step has come upon another curve that passes close by, or upon a crossing, which is passed straight on
        good = good & ((side == trace.side) | (trace.length < _CROSSING))
        # a fold close below 1 could hide an arrival: go slowly there
        turned = tangent[n] * trace.tangent[n] < 0
        good = good & ~(
            turned & (trace.length > 1e-4) & (jnp.maximum(new[n], trace.point[n]) + trace.length > 1)
        )

        def pick(a: Array, b: Array) -> Array:
            return jnp.where(good, a, b)

        return _Trace(
            pick(new, trace.point),
            pick(trace.point, trace.before),
            pick(tangent, trace.tangent),
            pick(side, trace.side),
            pick(jnp.minimum(1.6 * trace.length, _LONGEST_STEP), trace.length / 2),
            trace.steps + 1,
        )

    def going(trace: _Trace) -> Array:
        return (trace.point[n] < 1) & (trace.length > _SHORTEST_STEP) & (trace.steps < _MOST_STEPS)

    point = jnp.append(start, 0.0)
    first = jnp.append(-jacobian(point)[:, n], 1.0)
    first = first / _norm(first)
    _, side = _solve(jnp.concatenate([jacobian(point), first[None]]), first)
    begin = _Trace(point, point, first, side, jnp.asarray(0.01), jnp.asarray(0))
    return jax.lax.while_loop(going, step, begin)


def _others(respond: Response, starts: Float[Array, "starts pledges"]) -> tuple[Array, Array]:
    """Return where damped iteration by ½ comes to rest from each start, and whether it does, to 1e-10."""
    one = jnp.asarray(1.0)

    def at_one(h: Array) -> Array:
        return respond(h, one)

    answer: Callable[[Array], Array] = jax.vmap(at_one)

    def going(state: tuple[Array, Array, Array]) -> Array:
        return (jnp.max(state[1]) > 1e-10) & (state[2] < 3000)

    def move(state: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        new = (state[0] + answer(state[0])) / 2
        return new, jnp.max(jnp.abs(new - state[0]), axis=1), state[2] + 1

    h, change, _ = jax.lax.while_loop(
        going, move, (starts, jnp.full(starts.shape[0], jnp.inf), jnp.asarray(0))
    )
    return h, change <= 1e-10


def _polished(
    respond: Response, h: Float[Array, " pledges"], rounds: int
) -> tuple[Float[Array, " pledges"], Array]:
    """Return the answer that Newton's method finds from h, and by how much it misses the equations."""

    def gap(x: Array) -> Array:
        return x - respond(x, jnp.asarray(1.0))

    jacobian = cast(Callable[[Array], Array], jax.jacfwd(gap))

    def newton(_: Array, x: Array) -> Array:
        return x - _solve(jacobian(x), gap(x))[0]

    answer = cast(Array, jax.lax.fori_loop(0, rounds, newton, h))
    return answer, jnp.max(jnp.abs(gap(answer)))


def follow(problem: Equations) -> Branch:
    """Return the principal branch of one problem's honour equations."""
    respond = _response(problem)
    n = problem.strength.shape[0]
    trace = _trace(respond, jnp.where(problem.due, 0.5, 0.0))
    rise = trace.point[n] - trace.before[n]
    share = jnp.where(rise > 0, (1 - trace.before[n]) / jnp.where(rise > 0, rise, 1.0), 1.0)
    h, miss = _polished(respond, (trace.before + share * (trace.point - trace.before))[:n], 8)
    near = _norm(h - trace.point[:n]) <= 2 * _norm(trace.point - trace.before) + 1e-6
    return Branch(h, (trace.point[n] >= 1) & (miss < 1e-9) & near)


def near(problem: Equations, start: Float[Array, " pledges"]) -> Branch:
    """Return the answer next to `start`, for times between two at which the branch was followed and is close by."""
    h, miss = _polished(_response(problem), start, 6)
    return Branch(h, (miss < 1e-9) & (jnp.max(jnp.abs(h - start)) < 0.1))


def others(problem: Equations, honour: Float[Array, " pledges"]) -> Others:
    """Look for answers besides `honour`: from all refusing, all helping and, with few pledges, every corner.

    Pledges stand in the first places, so that the corners are those of the first `CORNERS`.
    """
    n = problem.strength.shape[0]
    few = min(n, CORNERS) if n <= aid.ENUMERATED else 0  # with more places than that, more pledges are due
    corners = np.zeros((2**few, n))
    corners[:, :few] = (np.arange(2**few)[:, None] >> np.arange(few)) % 2
    starts = np.concatenate([np.zeros((1, n)), np.ones((1, n)), corners])
    tried = (jnp.arange(starts.shape[0]) < 2) | (jnp.sum(problem.strength > 0) <= CORNERS)
    found, rested = _others(_response(problem), jnp.where(problem.due, jnp.asarray(starts), 0.0))
    other = rested & tried & (jnp.max(jnp.abs(found - honour), axis=1) > 1e-6)
    amounts = jnp.where(other, found @ problem.strength, honour @ problem.strength)
    return Others(jnp.any(other), jnp.min(amounts), jnp.max(amounts))
