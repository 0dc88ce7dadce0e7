"""Time: strengths that ramp, the nodes at which attack values are worked out, and the steps of integration.

Strengthening adds linearly over its years, so that between the ends of ramps strengths are linear in time and
everything that follows from them is smooth, but for the kinks where a side begins to yield. Each stretch between ends
has the same relative nodes, in panels of quartic interpolation; after the last end everything is constant.
"""

from __future__ import annotations

from functools import lru_cache

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

__all__ = ["interpolation", "node_positions", "ramp_ends", "step_positions", "strengths"]

_DEGREE = 4


def ramp_ends(
    over_years: Float[Array, "ramps draws"], horizon_years: Float[Array, " draws"]
) -> Float[Array, "ends draws"]:
    """Return 0, the ends of all ramps in order (those beyond the horizon at the horizon), and the horizon."""
    inside = jnp.sort(jnp.minimum(over_years, horizon_years), axis=0)
    return jnp.concatenate([jnp.zeros_like(horizon_years)[None], inside, horizon_years[None]])


def strengths(
    strength: Float[Array, "2 draws"],
    added: Float[Array, "ramps draws"],
    over_years: Float[Array, "ramps draws"],
    strengthens: Bool[Array, "2 ramps draws"],
    years: Float[Array, " draws"],
) -> Float[Array, "2 draws"]:
    """Return each principal's strength so many years after signature: S + Σ added × min(t / Y, 1)."""
    arrived = added * jnp.minimum(years / over_years, 1.0)
    return strength + jnp.sum(jnp.where(strengthens, arrived, 0.0), axis=1)


@lru_cache
def node_positions(panels: int) -> Float[np.ndarray, " nodes"]:
    """Return the relative positions of a stretch's nodes, panels × 4 + 1 of them, Chebyshev–Lobatto within each panel."""
    within = (1 - np.cos(np.pi * np.arange(_DEGREE + 1) / _DEGREE)) / 2
    return np.append((np.arange(panels)[:, None] + within[:-1]).ravel(), panels) / panels


@lru_cache
def step_positions(steps: int) -> Float[np.ndarray, " stages"]:
    """Return the relative positions of the ends and middles of a stretch's steps, 2 × steps + 1; steps grow from its start."""
    ends = (np.arange(steps + 1) / steps) ** 2
    return np.append(np.stack([ends[:-1], (ends[:-1] + ends[1:]) / 2], axis=1).ravel(), 1.0)


@lru_cache
def interpolation(panels: int, steps: int) -> Float[np.ndarray, "stages nodes"]:
    """Return the matrix that takes values at `node_positions` to values at `step_positions`, quartic in each panel."""
    nodes, points = node_positions(panels), step_positions(steps)
    panel = np.minimum((points * panels).astype(int), panels - 1)
    matrix = np.zeros((points.size, nodes.size))
    for row, (x, first) in enumerate(zip(points, panel * _DEGREE, strict=True)):
        own = nodes[first : first + _DEGREE + 1]
        for j in range(_DEGREE + 1):
            others = np.delete(own, j)
            matrix[row, first + j] = np.prod((x - others) / (own[j] - others))
    return matrix
