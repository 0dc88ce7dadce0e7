"""Solve every draw as finely as it needs, and no finer.

Most draws are solved quickly and come with the proof that this was enough: one answer to the honour equations, no
side that may yield, values smooth between the nodes, steps short enough. The rest are solved again with a finer method,
and those whose honour equations may have several answers by following the principal branch (`follow`). Which method a
draw gets depends on that draw alone, and kernels always see batches of one size, so that an answer does not depend on
which draws are solved together.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import numpy as np
from jaxtyping import Bool, Float

from holdfast.chain.batches import in_batches, replaced, taken
from holdfast.chain.follow import followed
from holdfast.chain.inputs import Inputs
from holdfast.chain.solve import Method, Outcomes, compiled

__all__ = ["Solved", "solve_draws"]


class Tier(NamedTuple):
    """A method, and the draws in a batch of it."""

    method: Method
    batch: int


# batches of a power of two were measured to be twice as slow, their rows falling on the same lines of the cache
QUICK = Tier(Method(panels=1, steps=32), 104)
YIELDING = QUICK._replace(method=QUICK.method._replace(yielding=True))
SHARP = Tier(Method(panels=4, steps=96, yielding=True), 40)
FINE = Tier(Method(panels=16, steps=384, rest_steps=4000, brackets=8, yielding=True), 8)

_TOLERATED_FIT, _TOLERATED_ROUGHNESS, _TOLERATED_STEP, _TOLERATED_RESIDUAL = 1e-6, 3e-3, 1.4, 1e-10


class Solved(NamedTuple):
    """Outcomes, and how sure they are: `fragile` where other answers exist, `converged` where the equations were solved.

    `delivered_low` and `delivered_high` ["2 draws"] span the help delivered over all answers found.
    """

    outcomes: Outcomes
    fragile: Bool[np.ndarray, " draws"]
    converged: Bool[np.ndarray, " draws"]
    delivered_low: Float[np.ndarray, "2 draws"]
    delivered_high: Float[np.ndarray, "2 draws"]


def solve_draws(inputs: Inputs) -> Solved:
    """Return the outcomes of any number of draws.

    Parameters
    ----------
    inputs
        See `inputs.Inputs`; the last axis is that of the draws.
    """
    inputs = jax.tree.map(np.asarray, inputs)
    count = inputs.discount.size
    found = _solved(inputs, QUICK)
    for tier in (YIELDING, SHARP, FINE):
        left = np.flatnonzero(~found.exact if tier is YIELDING else ~_settled(found))
        if left.size:
            found = replaced(found, left, _solved(taken(inputs, left), tier))
    low, high = found.delivered.copy(), found.delivered.copy()
    several, arrived = np.zeros(count, bool), np.ones(count, bool)
    left = np.flatnonzero(~found.unique)
    if left.size:
        answer = followed(taken(inputs, left))
        found = replaced(found, left, answer.outcomes)
        low[:, left], high[:, left] = answer.delivered_low, answer.delivered_high
        several[left], arrived[left] = answer.several, answer.arrived
    fragile = several | found.fragile_standing
    sound = np.isfinite(found.signed) & np.isfinite(found.variants_10[0])
    converged = (
        arrived & sound & (found.residual < 1e-8) & (found.worst_step < 2.0) & (found.fit_error < 1e-4)
    )
    return Solved(found, fragile, converged, low, high)


def _solved(inputs: Inputs, tier: Tier) -> Outcomes:
    def kernel(part: Inputs) -> Outcomes:
        return compiled(part, tier.method)

    return in_batches(kernel, inputs, inputs.discount.size, tier.batch)


def _settled(found: Outcomes) -> Bool[np.ndarray, " draws"]:
    return (
        found.unique
        & found.exact
        & (found.fit_error <= _TOLERATED_FIT)
        & (found.roughness <= _TOLERATED_ROUGHNESS)
        & (found.worst_step <= _TOLERATED_STEP)
        & (found.residual <= _TOLERATED_RESIDUAL)
    )
