r"""One interior-point method for every programme that the solutions over the issue space are put together from, many problems at once.

With gains g_i(z) = c_i − Σ_k w_ik |z_k − y_ik|, over z in a box and in a flat through a point of it, it finds either

  the largest t with g_i ≥ t r_i             (r: how a party rises; where r_i = 0 the party only must not lose), or
  the largest Σ_i p_i log g_i                (p: a party's power).

Both are the same equations. With distances d_ik ≥ |z_k − y_ik|, their slacks a = d − (z − y) and b = d + (z − y), and s_i what a party has
to spare, multipliers α, β, m ≥ 0 are sought for which

  α + β = m_i w_ik,    Σ_i (α − β) = λ − κ  (the multipliers of the box),    Σ_i m_i r_i = 1  where t is sought,

a α = b β = μ → 0, and m_i s_i = μ → 0 for the first problem, m_i s_i = p_i for the second. In every step distances are
eliminated party by party, so that what is left to solve is one system of issues (and t): Mehrotra's predictor and corrector. Problems lie
along the last axis, and one that is done stands still, so that its answer does not depend on its neighbours.

References
----------
mehrotra1992: predictor and corrector.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, cast

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

__all__ = ["Found", "Programme", "optimum"]

jax.config.update("jax_enable_x64", True)

_STEPS = 60
_SMALL = 1e-14
"""A mean product of slack and multiplier below this ends the search; what is left of the gap is that times the number of slacks."""

_EXACT = 1e-12
"""By how much equations may be missed, shares of a sum of 1."""

_DEPENDENT = 1e-15
"""A pivot of a matrix with a diagonal of ones below this is rounding."""

_SHORT_OF = 0.995
"""What part of the way to the nearest bound is gone."""


class Programme(NamedTuple):
    """Problems side by side. A party that takes no part has no weights, and neither rise nor power."""

    positions: Float[np.ndarray, "parties issues problems"]
    weights: Float[np.ndarray, "parties issues problems"]
    most: Float[np.ndarray, "parties problems"]
    """What a party would have to spare at its ideal."""
    rise: Float[np.ndarray, "parties problems"]
    """All zeros where the product is sought."""
    power: Float[np.ndarray, "parties problems"]
    """All zeros where t is sought."""
    takes_part: Bool[np.ndarray, "parties problems"]
    start: Float[np.ndarray, "issues problems"]
    """Within the box, where parties that take part and do not rise have something to spare."""
    low: Float[np.ndarray, "issues problems"]
    high: Float[np.ndarray, "issues problems"]
    free: Float[np.ndarray, "issues issues problems"]
    """The projection on the directions in which z may go from the start."""


class Found(NamedTuple):
    """The last iterate of every problem."""

    point: Float[np.ndarray, "issues problems"]
    multipliers: Float[np.ndarray, "parties problems"]
    spare: Float[np.ndarray, "parties problems"]
    pull: Float[np.ndarray, "issues problems"]
    """Σ_i (α − β) − λ + κ: 0 in the directions that are free, elsewhere what holds z where it is."""
    above: Bool[np.ndarray, "parties issues problems"]
    """Whether α is above 0 in every solution: then z_k ≥ y_ik in all of them."""
    below: Bool[np.ndarray, "parties issues problems"]
    """Whether β is: then z_k ≤ y_ik."""
    steps: Float[np.ndarray, " problems"]


class _State(NamedTuple):
    z: Array
    a: Array
    b: Array
    s: Array
    p: Array
    q: Array
    alpha: Array
    beta: Array
    m: Array
    lam: Array
    kap: Array


class _Products(NamedTuple):
    """Products of slacks and multipliers, named after the slacks."""

    a: Array
    b: Array
    p: Array
    q: Array
    s: Array


class _Fixed(NamedTuple):
    """What stays the same from step to step."""

    w: Array
    on: Array
    r: Array
    power: Array
    party: Array
    box: Array
    free: Array
    slacks: Array
    product: Array


def optimum(programme: Programme) -> tuple[Array, ...]:
    """Return what `Found` holds of all problems: of t where somebody rises, of the product where nobody does."""
    fixed, first = _start(programme)

    def going(carry: tuple[_State, Array, Array]) -> Array:
        _, done, step = carry
        return ~done.all() & (step.max() < _STEPS)

    def go(carry: tuple[_State, Array, Array]) -> tuple[_State, Array, Array]:
        state, done, step = carry
        new = _step(fixed, state)
        sound = jnp.isfinite(new.z).all(0) & jnp.isfinite(new.m).all(0)
        done = done | ~sound
        state = _State(*(jnp.where(done, old, n) for old, n in zip(state, new, strict=True)))
        return state, done | _solved(fixed, state), step + ~done

    none = jnp.zeros(programme.start.shape[1], bool)
    state, _, steps = jax.lax.while_loop(going, go, (first, none, jnp.zeros(none.shape)))
    share = jnp.where(fixed.on, state.m[:, None] * fixed.w, 1.0)
    above, below = (
        fixed.on & (mult > slack * share) for mult, slack in ((state.alpha, state.a), (state.beta, state.b))
    )
    return state.z, state.m, state.s, _pull(state), above, below, steps


def _start(programme: Programme) -> tuple[_Fixed, _State]:
    """Return a start at which all constraints hold, and of the multipliers' equations all but those of the issues."""
    given = cast(Any, programme)  # its arrays are JAX's by now
    issues: int = given.start.shape[0]
    w, r, party = cast(tuple[Array, Array, Array], (given.weights, given.rise, given.takes_part))
    rises = r > 0
    product = ~rises.any(0)
    on = party[:, None] & (w > 0)
    ahead = given.start[None] - given.positions
    gains = given.most - (w * jnp.abs(ahead)).sum(1)
    t = jnp.where(rises, gains / jnp.where(rises, r, 1.0), jnp.inf).min(0) - 0.5
    t = jnp.where(product, 0.0, t)
    room = jnp.where(party, jnp.maximum(gains - t * r, 1e-9), 1.0)
    # distances so overstated that 1 / a + 1 / b = w / σ, which takes at most a quarter of what there is to spare
    sigma = room / (8 * issues)
    curve = jnp.where(on, w / sigma[:, None], 1.0)
    x = curve * jnp.abs(ahead)
    small = (1 + 1 / (jnp.sqrt(1 + x**2) + x)) / curve
    large = small + 2 * jnp.abs(ahead)
    s = room - jnp.where(on, w * small, 0.0).sum(1)
    m = jnp.where(party, jnp.where(product, given.power, 1.0) / s, 0.0)
    m = m / jnp.where(product, 1.0, (m * r).sum(0))
    a = jnp.where(on, jnp.where(ahead > 0, small, large), 1.0)
    b = jnp.where(on, jnp.where(ahead > 0, large, small), 1.0)
    level = jnp.where(on, (m * sigma)[:, None], 0.0)
    box = (_diagonal(given.free) > 1e-9) & (given.high > given.low)
    p = jnp.where(box, jnp.maximum(given.start - given.low, 1e-9), 1.0)
    q = jnp.where(box, jnp.maximum(given.high - given.start, 1e-9), 1.0)
    at_box = jnp.where(box, (m * sigma).sum(0) / jnp.maximum(party.sum(0), 1), 0.0)
    slacks = 2 * on.sum((0, 1)) + 2 * box.sum(0) + jnp.where(product, 0, party.sum(0))
    fixed = _Fixed(w, on, r, given.power, party, box, given.free, jnp.maximum(slacks, 1), product)
    state = _State(given.start, a, b, s, p, q, level / a, level / b, m, at_box / p, at_box / q)
    return fixed, state


def _products(x: _State) -> _Products:
    return _Products(x.a * x.alpha, x.b * x.beta, x.p * x.lam, x.q * x.kap, x.s * x.m)


def _mean(fixed: _Fixed, x: _State) -> Array:
    """Return the mean product of slack and multiplier; of the parties' only where t is sought."""
    each = _products(x)
    total = (each.a + each.b).sum((0, 1)) + (each.p + each.q).sum(0)
    return (total + jnp.where(fixed.product, 0.0, each.s.sum(0))) / fixed.slacks


def _pull(x: _State) -> Array:
    return (x.alpha - x.beta).sum(0) - x.lam + x.kap


def _solved(fixed: _Fixed, x: _State) -> Array:
    """Return whether all equations hold, up to rounding."""
    off = jnp.abs((fixed.free * _pull(x)[None]).sum(1)).sum(0)
    shares = jnp.where(fixed.product, jnp.abs(x.s * x.m - fixed.power).sum(0), 0.0)
    return (_mean(fixed, x) < _SMALL) & (off < _EXACT) & (shares < _EXACT)


def _step(fixed: _Fixed, x: _State) -> _State:
    """Return where a predictor, which aims at a mean product of 0, and a corrector lead.

    The less far the predictor gets, the more the corrector keeps to the middle, and the less it makes of the predictor's second-order
    terms: with all of them it gets stuck where hardly anything can be gained.
    """
    solve = _factored(fixed, x)
    now, mean = _products(x), _mean(fixed, x)

    def aim(_: Any, carry: tuple[_State, Array, Array]) -> tuple[_State, Array, Array]:
        guess, level, damp = carry
        second = _products(guess)
        pairs, box = jnp.where(fixed.on, level, 0.0), jnp.where(fixed.box, level, 0.0)
        parties = jnp.where(fixed.product, fixed.power, jnp.where(fixed.party, level, 0.0))
        levels = _Products(pairs, pairs, box, box, parties)
        way = solve(_Products(*(l - n - damp * c for l, n, c in zip(levels, now, second, strict=True))))
        short = jnp.minimum(*_lengths(x, way, 1.0))
        return way, jnp.maximum(mean * (1 - short) ** 2, _SMALL / 2), short**2

    none = jnp.zeros_like(mean)
    first = (_State(*(jnp.zeros_like(part) for part in x)), none, none)
    way, _, _ = cast("tuple[_State, Array, Array]", jax.lax.fori_loop(0, 2, aim, first))
    slacks, multipliers = _lengths(x, way, _SHORT_OF)
    lengths = (*[slacks] * 6, *[multipliers] * 5)
    return _State(*(old + length * step for old, length, step in zip(x, lengths, way, strict=True)))


def _factored(fixed: _Fixed, x: _State) -> Callable[[_Products], _State]:
    """Return what solves Newton's equations for given right-hand sides: what each product is to change by, to first order."""
    w, r = fixed.w, fixed.r
    A, B = x.alpha / x.a, x.beta / x.b
    total = jnp.where(fixed.on, A + B, 1.0)
    lean = (A - B) / total
    u = w * lean
    v = (w**2 / total).sum(1)
    n = x.m / (x.s + x.m * v)
    diagonal = (4 * A * B / total).sum(0) + x.lam / x.p + x.kap / x.q
    inverse = _inverse(_bordered(fixed, n, u, diagonal))
    off = _pull(x)
    gap = jnp.where(fixed.on, x.alpha + x.beta - x.m[:, None] * w, 0.0)

    def solve(change: _Products) -> _State:
        ra, rb = change.a / x.a, change.b / x.b
        e = ra + rb + gap
        own = change.s / (x.s + x.m * v) + n * (w * e / total).sum(1)
        right = (
            -off - (ra - rb - lean * e).sum(0) + change.p / x.p - change.q / x.q - (u * own[:, None]).sum(0)
        )
        right = (fixed.free * right[None]).sum(1)
        last = jnp.where(fixed.product, 0.0, 1 - (x.m * r).sum(0) - (r * own).sum(0))
        both = (inverse * jnp.concatenate([right, last[None]], 0)[None]).sum(1)
        dz, dt = (fixed.free * both[:-1][None]).sum(1), both[-1]
        dm = own + n * (r * dt + (u * dz[None]).sum(1))
        dd = jnp.where(fixed.on, ((A - B) * dz[None] - w * dm[:, None] + e) / total, 0.0)
        da, db = jnp.where(fixed.on, dd - dz[None], 0.0), jnp.where(fixed.on, dd + dz[None], 0.0)
        dp, dq = jnp.where(fixed.box, dz, 0.0), jnp.where(fixed.box, -dz, 0.0)
        ds = -r * dt - (w * dd).sum(1)
        dlam, dkap = (change.p - x.lam * dp) / x.p, (change.q - x.kap * dq) / x.q
        return _State(dz, da, db, ds, dp, dq, ra - A * da, rb - B * db, dm, dlam, dkap)

    return solve


def _diagonal(H: Array) -> Array:
    return cast(Array, jnp.diagonal(H, axis1=0, axis2=1)).T


def _bordered(fixed: _Fixed, n: Array, u: Array, diagonal: Array) -> Array:
    """Return the matrix of the system of issues and t; closed directions, and t where it is not sought, stand by themselves."""
    issues = len(diagonal)
    eye = jnp.eye(issues)[:, :, None]
    H = (n[:, None, None] * u[:, :, None] * u[:, None, :]).sum(0) + diagonal[:, None] * eye
    half = (fixed.free[:, :, None] * H[None]).sum(1)
    H = (half[:, :, None] * fixed.free[None]).sum(1) + (eye - fixed.free) * jnp.trace(H)
    h = (fixed.free * (n[:, None] * u * fixed.r[:, None]).sum(0)[None]).sum(1)
    corner = jnp.where(fixed.product, 1.0, (n * fixed.r**2).sum(0))
    return jnp.concatenate(
        [jnp.concatenate([H, h[:, None]], 1), jnp.concatenate([h, corner[None]], 0)[None]], 0
    )


def _inverse(H: Array) -> Array:
    """Return the inverses of symmetric positive definite matrices, by Gauss–Jordan elimination of all of them at once."""
    size = H.shape[0]
    root = jnp.sqrt(_diagonal(H))
    both = root[:, None] * root[None]
    full = jnp.concatenate([H / both, jnp.broadcast_to(jnp.eye(size)[:, :, None], H.shape)], 1)

    def eliminate(k: Any, full: Array) -> Array:
        # a direction that is left with nothing but rounding stands still for this step
        row = full[k] / jnp.where(full[k, k] > _DEPENDENT, full[k, k], jnp.inf)
        return (full - full[:, k, None] * row[None]).at[k].set(row)

    return cast(Array, jax.lax.fori_loop(0, size, eliminate, full))[:, size:] / both


def _lengths(x: _State, way: _State, part: float) -> tuple[Array, Array]:
    """Return how much of a step slacks and multipliers can go, all staying above 0."""
    far = [
        jnp.where(step < 0, -part * value / jnp.where(step < 0, step, 1.0), 1.0)
        for value, step in zip(x[1:], way[1:], strict=True)
    ]
    least = [jnp.minimum(f.reshape(-1, f.shape[-1]).min(0), 1.0) for f in far]
    return jnp.stack(least[:5]).min(0), jnp.stack(least[5:]).min(0)
