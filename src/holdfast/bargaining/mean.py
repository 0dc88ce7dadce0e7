"""Weighted mean and median of positions: the baseline that no other model here has been shown to beat.

With w_i = s_i c_i (salience × strength) and positions x_i:

  mean    Σ w_i x_i / Σ w_i: the outcome of which the weighted sum of squared distances is least
  median  the position that beats every other in pairwise votes of weight w_i (Black 1948)

On the 353 outcomes of DEU III (Thomson et al.) means were off by 23 to 24 points of 100 and medians by 28, the constant 50 by 28;
`benchmarks/bargaining_outcomes.py` prints every model on those data.
"""

from __future__ import annotations

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp  # noqa: E402
from jaxtyping import Array, Float  # noqa: E402

__all__ = ["weighted_mean", "weighted_median"]

_TIE = 1e-12
"""Weights closer to one half than this, as a share, are a half: sums of the same weights in another order differ by as much."""


def weighted_mean(
    positions: Float[Array, "parties draws"], weight: Float[Array, "parties draws"]
) -> Float[Array, " draws"]:
    """Return Σ w x / Σ w, a value a draw.

    Parameters
    ----------
    positions
        Each party's position, 0 to 1.
    weight
        Salience × strength, 0 or more; not all 0 in a draw (else the answer is not a number).

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> float(weighted_mean(jnp.array([[0.0], [1.0]]), jnp.array([[3.0], [1.0]]))[0])
    0.25
    """
    return (weight * positions).sum(0) / weight.sum(0)


def weighted_median(
    positions: Float[Array, "parties draws"], weight: Float[Array, "parties draws"]
) -> Float[Array, " draws"]:
    """Return the position with at most half of the weight on either side; of an interval of such positions, its middle.

    Parameters
    ----------
    positions
        Each party's position, 0 to 1.
    weight
        Salience × strength, 0 or more; not all 0 in a draw (else the answer is not a number).

    Examples
    --------
    Of weights 2, 1 and 1 the first is half: every position from 0 to 0.5 beats or ties with all others.

    >>> import jax.numpy as jnp
    >>> float(weighted_median(jnp.array([[0.0], [0.5], [1.0]]), jnp.array([[2.0], [1.0], [1.0]]))[0])
    0.25
    """
    total = weight.sum(0)
    upto = jnp.where(positions[:, None] <= positions, weight[:, None], 0.0).sum(0) / total
    low = jnp.where(upto >= 0.5 - _TIE, positions, jnp.inf).min(0)
    high = jnp.where(upto > 0.5 + _TIE, positions, jnp.inf).min(0)
    return jnp.where(total > 0, (low + high) / 2, jnp.nan)
