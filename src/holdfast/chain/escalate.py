"""Solve every draw as finely as it needs, and no finer.

Most draws are solved quickly and come with the proof that this was enough: one answer to the honour equations, values
smooth between the nodes, steps short enough. What yielding adds is worked out only where a side may yield. The rest
are solved again with a finer method, and those whose honour equations may have several answers by following the
principal branch (`follow`). Which method a draw gets depends on that draw alone, and kernels always see batches of one
size, so that an answer does not depend on which draws are solved together.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import numpy as np
from jaxtyping import Bool, Float

from holdfast.chain.batches import in_batches, replaced, taken
from holdfast.chain.follow import followed
from holdfast.chain.inputs import Inputs
from holdfast.chain.kernels import kernel
from holdfast.chain.solve import Method, Outcomes, begin, finish, solve, yielding

__all__ = ["Solved", "solve_draws"]


class Tier(NamedTuple):
    """A method, and the draws in a batch of it."""

    method: Method
    batch: int


# batches of a power of two were measured to be twice as slow, their rows falling on the same lines of the cache
QUICK = Tier(Method(panels=1, steps=32), 104)
SHARP = Tier(Method(panels=4, steps=64, yielding=True), 24)
FINE = Tier(Method(panels=16, steps=384, rest_steps=4000, brackets=100, yielding=True), 8)

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
    found = _quickly(inputs)
    for tier in (SHARP, FINE):
        left = np.flatnonzero(~_settled(found))
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
    return in_batches(kernel(solve, method=tier.method), (inputs,), inputs.discount.size, tier.batch)


def _quickly(inputs: Inputs) -> Outcomes:
    """Return what `QUICK` finds, with what yielding adds in the draws where that matters."""
    method, batch = QUICK
    count = inputs.discount.size

    first, second = in_batches(kernel(begin, method=method), (inputs,), count, batch)
    left = np.flatnonzero(~(first.exact & second.exact))
    if left.size:
        helped, given = (first.helped, second.helped), (first.honour, second.honour)
        some = taken((inputs, helped, given), left)
        added = in_batches(kernel(yielding, method=method), some, left.size, batch)
        helped = replaced(helped, left, added)
        first, second = (
            n._replace(helped=h, exact=np.ones(count, bool))
            for n, h in zip((first, second), helped, strict=True)
        )
    nodes = tuple(n._replace(honour=n.honour[:1]) for n in (first, second))
    return in_batches(kernel(finish, method=method), (inputs, nodes), count, batch)


def _settled(found: Outcomes) -> Bool[np.ndarray, " draws"]:
    return (
        found.unique
        & found.exact
        & (found.fit_error <= _TOLERATED_FIT)
        & (found.roughness <= _TOLERATED_ROUGHNESS)
        & (found.worst_step <= _TOLERATED_STEP)
        & (found.residual <= _TOLERATED_RESIDUAL)
    )
