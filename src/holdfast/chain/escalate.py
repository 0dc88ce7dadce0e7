"""Solve every draw as finely as it needs, and no finer.

Most draws are solved quickly and come with the proof that this was enough: one answer to the honour equations, no
side that may yield, steps short enough. The rest are solved again with a finer method, and those whose honour
equations may have several answers by following the principal branch (`branch`) at every node in time, with breaks
where it jumps. Which method a draw gets depends on that draw alone, and kernels always see blocks of `BLOCK` draws,
so that an answer does not depend on which draws are solved together.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, cast

import jax
import numpy as np
from jaxtyping import Bool, Float

from holdfast.chain.follow import followed, replaced, taken
from holdfast.chain.inputs import Inputs
from holdfast.chain.solve import Method, Outcomes, solve

__all__ = ["BLOCK", "Solved", "solve_draws"]

BLOCK = 64
"""Draws in a kernel's block."""

QUICK = Method(panels=2, steps=96)
YIELDING = QUICK._replace(yielding=True)
FINE = Method(panels=8, steps=768, brackets=8, yielding=True)

_TOLERATED_FIT, _TOLERATED_STEP = 1e-6, 0.7


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
    found = _in_blocks(inputs, QUICK)
    finer: tuple[tuple[Method, Callable[[Outcomes], np.ndarray]], ...] = (
        (YIELDING, lambda now: ~now.exact),
        (FINE, lambda now: ~_settled(now)),
    )
    for method, falls_short in finer:
        index = np.flatnonzero(falls_short(found))
        if index.size:
            found = replaced(found, index, _in_blocks(taken(inputs, index), method))
    low, high = found.delivered.copy(), found.delivered.copy()
    several, arrived = np.zeros(count, bool), np.ones(count, bool)
    doubtful = np.flatnonzero(~found.unique)
    if doubtful.size:
        answer = followed(taken(inputs, doubtful))
        found = replaced(found, doubtful, answer.outcomes)
        low[:, doubtful], high[:, doubtful] = answer.delivered_low, answer.delivered_high
        several[doubtful], arrived[doubtful] = answer.several, answer.arrived
    fragile = several | found.fragile_standing
    sound = np.isfinite(found.signed) & np.isfinite(found.variants_10[0])
    converged = (
        arrived & sound & (found.residual < 1e-8) & (found.worst_step < 2.0) & (found.fit_error < 1e-4)
    )
    return Solved(found, fragile, converged, low, high)


def _settled(found: Outcomes) -> Bool[np.ndarray, " draws"]:
    return (
        found.unique
        & found.exact
        & (found.fit_error <= _TOLERATED_FIT)
        & (found.worst_step <= _TOLERATED_STEP)
    )


def _in_blocks(inputs: Inputs, method: Method) -> Outcomes:
    count = inputs.discount.size
    pieces: list[Outcomes] = []
    for start in range(0, count, BLOCK):
        index = np.minimum(np.arange(start, start + BLOCK), count - 1)
        pieces.append(cast(Outcomes, solve(taken(inputs, index), method)))
    joined = jax.tree.map(lambda *parts: np.concatenate([np.asarray(p) for p in parts], axis=-1), *pieces)

    def cut(a: np.ndarray) -> np.ndarray:
        return a[..., :count]

    return jax.tree.map(cut, joined)
