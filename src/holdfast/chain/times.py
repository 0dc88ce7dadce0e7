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

from holdfast.chain.inputs import Data

__all__ = [
    "DEGREE",
    "interpolation",
    "node_positions",
    "ramp_ends",
    "step_positions",
    "strengths",
    "top_coefficients",
]

DEGREE = 4


def ramp_ends(
    over_years: Float[Array, "ramps draws"], horizon_years: Float[Array, " draws"]
) -> Float[Array, "ends draws"]:
    """Return 0, the ends of all ramps in order (those beyond the horizon at the horizon), and the horizon."""
    inside = jnp.sort(jnp.minimum(over_years, horizon_years), axis=0)
    return jnp.concatenate([jnp.zeros_like(horizon_years)[None], inside, horizon_years[None]])


def strengths(
    strength: Float[Data, "2 draws"],
    added: Float[Data, "ramps draws"],
    over_years: Float[Data, "ramps draws"],
    strengthens: Bool[Data, "2 ramps draws"],
    years: Float[Data, " draws"],
) -> Float[Data, "2 draws"]:
    """Return each principal's strength so many years after signature: S + Σ added × min(t / Y, 1)."""
    arrived = added * (years / over_years).clip(max=1.0)
    return strength + (strengthens * arrived).sum(axis=1)


@lru_cache
def node_positions(panels: int) -> Float[np.ndarray, " nodes"]:
    """Return the relative positions of a stretch's nodes, panels × 4 + 1 of them, Chebyshev–Lobatto within each panel."""
    within = (1 - np.cos(np.pi * np.arange(DEGREE + 1) / DEGREE)) / 2
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
    for row, (x, first) in enumerate(zip(points, panel * DEGREE, strict=True)):
        own = nodes[first : first + DEGREE + 1]
        for j in range(DEGREE + 1):
            others = np.delete(own, j)
            matrix[row, first + j] = np.prod((x - others) / (own[j] - others))
    return matrix


@lru_cache
def top_coefficients(panels: int) -> Float[np.ndarray, "panels nodes"]:
    """Return the matrix that takes values at `node_positions` to the coefficient of degree 4 in each panel, in Chebyshev's polynomials."""
    own = np.array([1.0, -2.0, 2.0, -2.0, 1.0]) / (2 * DEGREE)
    matrix = np.zeros((panels, panels * DEGREE + 1))
    for panel in range(panels):
        matrix[panel, panel * DEGREE : (panel + 1) * DEGREE + 1] = own
    return matrix
