"""Solve every draw as finely as it needs, and no finer.

Most draws are solved quickly and come with the proof that this was enough: one answer to the honour equations, no side that may yield, steps short enough.
The rest are solved again with a finer method, and those whose honour equations may have several answers by following the principal branch
(`branch`) at every node in time, with breaks where it jumps. Which method a draw gets depends on that draw alone, and kernels always
see blocks of `BLOCK` draws, so that an answer does not depend on which draws are solved together.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from holdfast.chain import decide
from holdfast.chain.branch import Branch, Equations, follow
from holdfast.chain.inputs import Inputs
from holdfast.chain.solve import Method, Outcomes, node_years, solve
from holdfast.chain.times import ramp_ends, strengths

__all__ = ["BLOCK", "Solved", "solve_draws"]

BLOCK = 64
"""Draws in a kernel's block."""

QUICK = Method(panels=2, steps=96)
FINE = Method(panels=4, steps=192, brackets=6, yielding=True)
FINEST = Method(panels=8, steps=1536, yielding=True)

_TOLERATED_FIT, _TOLERATED_STEP = 1e-6, 0.7
_FOLLOWED_TOGETHER = 16
_ROUGH, _BREAKS, _BISECTIONS = 0.1, 4, 30


class Solved(NamedTuple):
    """Outcomes, and how sure they are: `fragile` where other answers exist, `converged` where the equations were solved.

    `delivered_low` and `delivered_high` ["2 draws"] span the help delivered over all answers found.
    """

    outcomes: Outcomes
    fragile: Bool[np.ndarray, " draws"]
    converged: Bool[np.ndarray, " draws"]
    delivered_low: Float[np.ndarray, "2 draws"]
    delivered_high: Float[np.ndarray, "2 draws"]


def solve_draws(inputs: Inputs, horizon_years: float = 20.0) -> Solved:
    """Return the outcomes of any number of draws.

    Parameters
    ----------
    inputs
        See `inputs.Inputs`; the last axis is that of the draws.
    horizon_years
        From here on everything is constant.
    """
    inputs = jax.tree.map(np.asarray, inputs)
    count = inputs.discount.size
    found = _in_blocks(inputs, QUICK, horizon_years)
    hard = np.flatnonzero(~_settled(found))
    if hard.size:
        found = _replaced(found, hard, _in_blocks(_taken(inputs, hard), FINE, horizon_years))
    coarse = np.flatnonzero((found.worst_step > _TOLERATED_STEP) & found.unique)
    if coarse.size:
        found = _replaced(found, coarse, _in_blocks(_taken(inputs, coarse), FINEST._replace(brackets=6), horizon_years))
    low, high = found.delivered.copy(), found.delivered.copy()
    several, followed = np.zeros(count, bool), np.ones(count, bool)
    doubtful = np.flatnonzero(~found.unique)
    for start in range(0, doubtful.size, _FOLLOWED_TOGETHER):
        chosen = doubtful[start : start + _FOLLOWED_TOGETHER]
        answers, spans, others, arrived = _followed(_taken(inputs, chosen), horizon_years)
        found = _replaced(found, chosen, answers)
        low[:, chosen], high[:, chosen] = spans
        several[chosen], followed[chosen] = others, arrived
    fragile = several | found.fragile_standing
    sound = np.isfinite(found.signed) & np.isfinite(found.survival).all(axis=0)
    converged = followed & sound & (found.residual < 1e-8) & (found.worst_step < 2.0) & (found.fit_error < 1e-4)
    return Solved(found, fragile, converged, low, high)


def _settled(found: Outcomes) -> Bool[np.ndarray, " draws"]:
    return (
        found.unique
        & found.exact
        & (found.fit_error <= _TOLERATED_FIT)
        & (found.worst_step <= _TOLERATED_STEP)
    )


def _taken(tree: Any, index: np.ndarray) -> Any:
    """Return the chosen draws of every array."""
    return jax.tree.map(lambda a: a[..., index], tree)


def _replaced(found: Outcomes, index: np.ndarray, by: Outcomes) -> Outcomes:
    def put(old: np.ndarray, new: np.ndarray) -> np.ndarray:
        old = old.copy()
        old[..., index] = new
        return old

    return jax.tree.map(put, found, by)


def _in_blocks(inputs: Inputs, method: Method, horizon_years: float) -> Outcomes:
    count = inputs.discount.size
    pieces: list[Outcomes] = []
    for start in range(0, count, BLOCK):
        index = np.minimum(np.arange(start, start + BLOCK), count - 1)
        pieces.append(solve(_taken(inputs, index), method, horizon_years))
    joined = jax.tree.map(lambda *parts: np.concatenate([np.asarray(p) for p in parts], axis=-1), *pieces)
    return jax.tree.map(lambda a: a[..., :count], joined)


@partial(jax.jit, static_argnames="attacker")
def _branches(inputs: Inputs, years: Float[Array, "nodes draws"], attacker: int) -> Branch:
    """Return the principal branch ["nodes pledges decisions draws"] of one principal's attack at each time."""
    own = inputs.attacks[attacker]
    active = decide.active_pledges(own.pledges.body, own.passes.shape[0])
    if not active.shape[0]:
        shape = (years.shape[0], active.shape[1], years.shape[1])
        nothing, certain = jnp.zeros(shape), jnp.ones(shape, bool)
        return Branch(jnp.zeros((shape[0], 0, *shape[1:])), certain, nothing, nothing, ~certain)

    def at(year: Float[Array, " draws"]) -> Branch:
        force = strengths(inputs.strength, inputs.added, inputs.over_years, inputs.strengthens, year)

        def one(due: Bool[Array, " pledges"], draw: Any) -> Branch:
            pledges, attacking, defending, decisiveness = draw
            return follow(Equations(*pledges, due, attacking, defending, decisiveness))

        draw = (own.pledges[:5], force[attacker], force[1 - attacker] + own.forward, inputs.decisiveness)
        by_draw = jax.vmap(one, in_axes=(-1, -1), out_axes=-1)
        return jax.vmap(by_draw, in_axes=(1, None), out_axes=-2)(active, draw)

    return jax.vmap(at)(years)


def _followed(
    inputs: Inputs, horizon_years: float
) -> tuple[Outcomes, tuple[np.ndarray, np.ndarray], np.ndarray, np.ndarray]:
    """Solve draws along the principal branch: outcomes, the span of help delivered, whether other answers exist, whether it was found."""
    count = inputs.discount.size
    inputs = _taken(inputs, np.minimum(np.arange(_FOLLOWED_TOGETHER), count - 1))
    ends = np.asarray(ramp_ends(inputs.over_years, horizon_years))
    years = node_years(jnp.asarray(ends), FINEST.panels)
    branches = [_branches(inputs, years, a) for a in (0, 1)]
    given = tuple(np.asarray(b.honour) for b in branches)
    found = jax.tree.map(np.asarray, solve(inputs, FINEST, horizon_years, ends, given))
    arrived = np.ones(_FOLLOWED_TOGETHER, bool)
    several = np.zeros(_FOLLOWED_TOGETHER, bool)
    span = (found.delivered.copy(), found.delivered.copy())
    for a, branch in enumerate(branches):
        own = inputs.attacks[a]
        if not own.pledges.strength.shape[0]:
            continue
        arrived &= np.asarray(branch.converged).all(axis=(0, 1))
        several |= np.asarray(branch.several).any(axis=(0, 1))
        decided = np.asarray(decide.decision_probabilities(jnp.asarray(own.passes)))
        pledged = np.maximum(own.pledges.strength.sum(axis=0), 1e-300)
        for bound, amount in zip(span, (branch.least, branch.most), strict=True):
            bound[a] = found.detect[a] * np.sum(decided * np.asarray(amount[0]), axis=0) / pledged
    if ends.shape[0] > 2:
        for draw in range(count):
            rough = _rough_places(np.asarray(years)[:, draw], [h[..., draw] for h in given])
            if rough:
                one = _taken(inputs, np.array([draw]))
                better = _with_breaks(one, ends[:, draw], rough, horizon_years)
                found = _replaced(found, np.array([draw]), better)
    span = (np.minimum(span[0], found.delivered), np.maximum(span[1], found.delivered))
    return (
        _taken_all(found, count),
        (span[0][:, :count], span[1][:, :count]),
        several[:count],
        arrived[:count],
    )


def _taken_all(found: Outcomes, count: int) -> Outcomes:
    return jax.tree.map(lambda a: a[..., :count], found)


def _rough_places(years: np.ndarray, given: list[np.ndarray]) -> list[tuple[float, float]]:
    """Return the intervals between nodes over which some honour probability changes by more than `_ROUGH`, the roughest first."""
    change = np.zeros(years.size - 1)
    for honour in given:
        if honour.shape[1]:
            change = np.maximum(change, np.abs(np.diff(honour, axis=0)).max(axis=(1, 2)))
    places = [k for k in np.argsort(-change, kind="stable")[:_BREAKS] if change[k] > _ROUGH and years[k + 1] > years[k]]
    return sorted((float(years[k]), float(years[k + 1])) for k in places)


def _with_breaks(
    inputs: Inputs, ends: np.ndarray, rough: list[tuple[float, float]], horizon_years: float
) -> Outcomes:
    """Solve one draw with a stretch of its own for every rough place, cut in two where the branch jumps."""

    def at(year: float) -> list[np.ndarray]:
        years = jnp.full((1, 1), year)
        return [np.asarray(_branches(inputs, years, a).honour)[0] for a in (0, 1)]

    def apart(a: list[np.ndarray], b: list[np.ndarray]) -> float:
        return max((float(np.abs(x - y).max()) for x, y in zip(a, b, strict=True) if x.size), default=0.0)

    cuts: list[tuple[float, float]] = []  # just before and just after
    for first, last in rough:
        low, high, at_low, at_high = first, last, at(first), at(last)
        for _ in range(_BISECTIONS):
            middle = (low + high) / 2
            here = at(middle)
            if apart(at_low, here) >= apart(here, at_high):
                high, at_high = middle, here
            else:
                low, at_low = middle, here
        jump = apart(at_low, at_high) > _ROUGH / 4
        cuts += [(first, first), (low, high), (last, last)] if jump else [(first, first), (last, last)]
    inner = [(float(e), float(e)) for e in ends[1:-1]]
    edges = sorted({*inner, *(c for c in cuts if 0 < c[0])})
    # one shape for every draw: filled up with empty stretches where nothing changes any more
    edges += [edges[-1]] * (len(inner) + 3 * _BREAKS - len(edges))
    starts = np.array([0.0, *(e[1] for e in edges[:-1])])
    stops = np.array([e[0] for e in edges])
    new_ends = np.array([0.0, *((e[0] + e[1]) / 2 for e in edges), horizon_years])[:, None]
    positions = np.asarray(node_years(jnp.asarray([[0.0], [1.0], [2.0]]), FINEST.panels))[:, 0]
    years = (starts[:, None] + positions * (stops - starts)[:, None]).reshape(-1, 1)
    given = tuple(np.asarray(_branches(inputs, jnp.asarray(years), a).honour) for a in (0, 1))
    return jax.tree.map(np.asarray, solve(inputs, FINEST, horizon_years, jnp.asarray(new_ends), given))
