"""How much honouring a pledge can change anything, given only between what bounds each guarantor's probability lies.

E[Δ_g], how much honouring g lowers the attacker's probability of winning p, falls in every other h_j where p is convex in the
help, and rises where it is concave: then its extremes over a box of probabilities are at two corners. Where p is neither, c
times a falling exponential r = exp(−β H / Σ s) is added that makes it convex, or taken away so that it is concave; of r itself
E[Δ_g] = (1 − e_g) Π_{j≠g} (1 − h_j (1 − e_j)), e_g = exp(−β s_g / Σ s), which falls in every h_j. So

    E_p[Δ](low) + c (E_r[Δ](low) − E_r[Δ](high))   is at least,   and   E_p[Δ](high) − c (E_r[Δ](low) − E_r[Δ](high))   at most

what E_p[Δ] can be, with c = 0 where p is convex; and the same with low and high of E_p exchanged where it is concave.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

__all__ = ["Bends", "Reference", "bends", "benefit_range"]

_RATES = np.geomspace(2.0, 150.0, 12)


class Reference(NamedTuple):
    """c r: an `amount` c of the exponential whose rate β is `rate`, per total strength."""

    amount: Float[Array, " draws"]
    rate: Float[Array, " draws"]


class Bends(NamedTuple):
    """What makes p convex in the help when added, and concave when taken away."""

    convex: Reference
    concave: Reference


def bends(
    points: Float[np.ndarray, " points"],
    second: Float[Array, "points draws"],
    total: Float[Array, " draws"],
) -> Bends:
    """Return the least of each reference that outweighs p'' with the wrong sign.

    Parameters
    ----------
    points
        Where p'' is known, as shares of the total help, close enough that a tenth more covers what lies between them.
    second
        p'' there.
    total
        Σ s, the help if all is honoured.

    Examples
    --------
    What is convex as it is needs nothing to become so:

    >>> found = bends(np.array([0.0, 1.0]), jnp.array([[2.0], [1.0]]), jnp.array([1.0]))
    >>> float(found.convex.amount[0]), float(found.concave.amount[0]) > 0
    (0.0, True)
    """
    # 1 / r'' of every rate at every point, for a total of 1
    inverse = jnp.asarray(np.exp(np.outer(_RATES, points)) / _RATES[:, None] ** 2)

    def outweighing(wrong: Float[Array, "points draws"]) -> Reference:
        amounts = 1.1 * jnp.max(inverse[:, :, None] * jnp.maximum(wrong, 0.0), axis=1) * total**2
        best = jnp.argmin(amounts, axis=0)
        return Reference(jnp.min(amounts, axis=0), jnp.asarray(_RATES)[best])

    return Bends(outweighing(-second), outweighing(second))


def benefit_range(
    lowest: Float[Array, "pledges decisions draws"],
    highest: Float[Array, "pledges decisions draws"],
    bent: Bends,
    strength: Float[Array, "pledges draws"],
    low: Float[Array, "pledges decisions draws"],
    high: Float[Array, "pledges decisions draws"],
) -> tuple[Float[Array, "pledges decisions draws"], Float[Array, "pledges decisions draws"]]:
    """Return the least and the most that E[Δ_g] can be.

    Parameters
    ----------
    lowest, highest
        E[Δ_g] with everyone at `low`, and at `high`.
    bent
        From `bends`.
    strength
        Of each pledge.
    low, high
        Between what each probability of honouring lies.
    """

    def swing(reference: Reference) -> Float[Array, "pledges decisions draws"]:
        kept = jnp.exp(-reference.rate * strength / jnp.maximum(jnp.sum(strength, axis=0), 1e-300))[:, None]

        def own(honour: Array) -> Array:
            factors = (1 - honour) + honour * kept  # never rounds to 0, however sure a pledge is
            return (1 - kept) * jnp.prod(factors, axis=0) / factors

        return reference.amount * (own(low) - own(high))

    convex, concave = swing(bent.convex), swing(bent.concave)
    least = jnp.maximum(highest - convex, lowest - concave)
    most = jnp.minimum(lowest + convex, highest + concave)
    return least, most
