"""When bargaining ends: positions have all but stopped moving, or there are no more turns."""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Bool, Float, Int

from holdfast.bargaining.spatial.options import SpatialModel
from holdfast.bargaining.spatial.votes import Data

__all__ = ["is_quiet", "movement"]

_LEAST = 1e-4


def movement(before: Float[Data, "parties issues"], after: Float[Data, "parties issues"]) -> Float[Data, ""]:
    """Return how far all parties moved in a turn: the sum of the lengths of their moves, over all issues alike.

    References
    ----------
    KAPSARC (2019), SMPModel::stateDist.

    Examples
    --------
    >>> round(float(movement(jnp.asarray([[0.0, 0.0], [1.0, 1.0]]), jnp.asarray([[0.3, 0.4], [1.0, 1.0]]))), 12)
    0.5
    """
    return jnp.sum(jnp.sqrt(jnp.sum((after - before) ** 2, axis=1)))


def is_quiet(
    model: SpatialModel, turns: Int[Data, ""], first: Float[Data, ""], latest: Float[Data, ""]
) -> Bool[Data, ""]:
    """Return whether the bargaining has settled: Δ_t / (Δ_1 + 10⁻⁴) < `quiet_ratio`, and `min_turns` have passed.

    Parameters
    ----------
    turns
        t, how many turns there have been.
    first, latest
        Δ_1 and Δ_t, see `movement`.

    References
    ----------
    KAPSARC (2019), smpStopFn.

    Examples
    --------
    >>> first, latest = jnp.asarray(1.0), jnp.asarray(0.02)
    >>> [bool(is_quiet(SpatialModel(), jnp.asarray(turns), first, latest)) for turns in (1, 2)]
    [False, True]
    """
    return (turns >= model.min_turns) & (latest / (first + _LEAST) < model.quiet_ratio)
