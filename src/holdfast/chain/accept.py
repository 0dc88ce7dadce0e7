"""Accept: would each signatory rather sign or go on fighting?

A principal accepts with probability (1 − φ_i) σ((V°_i(0) − N_i) / ν_i), φ_i = 1 − Π (1 − firmness) over the red lines that the
proposal crosses; signed is the product over the signatories.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from holdfast.chain.war import war_value, win_probability

__all__ = ["acceptance", "fighting_value", "refusal", "signed"]


def refusal(crossed_firmness: Float[Array, "2 red_lines draws"]) -> Float[Array, "2 draws"]:
    """Return φ = 1 − Π (1 − firmness) over the red lines crossed; those not crossed have firmness 0 here.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> float(refusal(jnp.array([[[0.5], [0.5]], [[0.0], [0.0]]]))[0, 0])
    0.75
    """
    return 1 - jnp.prod(1 - crossed_firmness, axis=1)


def fighting_value(
    strength: Float[Array, "2 draws"],
    decisiveness: Float[Array, " draws"],
    defeat: Float[Array, "2 draws"],
    cost: Float[Array, "2 draws"],
    end_rate: Float[Array, " draws"],
    discount: Float[Array, " draws"],
) -> Float[Array, "2 draws"]:
    """Return N, the value to each principal of going on fighting at today's strengths and with today's support."""
    win = win_probability(strength, strength[::-1], decisiveness)
    return war_value(win, defeat, cost, end_rate, discount)


def acceptance(
    net: Float[Array, "2 draws"],
    fighting: Float[Array, "2 draws"],
    noise: Float[Array, "2 draws"],
    refuses: Float[Array, "2 draws"],
) -> Float[Array, "2 draws"]:
    """Return (1 − φ) σ((V°(0) − N) / ν), the probability that each principal accepts.

    Parameters
    ----------
    net, fighting
        V°(0), the net value of the proposal, and N, that of going on fighting.
    noise, refuses
        ν, and φ from `refusal`.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> pair = lambda x: jnp.full((2, 1), x)
    >>> float(acceptance(pair(0.4), pair(0.4), pair(0.05), pair(0.2))[0, 0])
    0.4
    """
    return (1 - refuses) * jax.nn.sigmoid((net - fighting) / noise)


def signed(
    accept: Float[Array, "2 draws"], signs: Bool[Array, "2 draws"], others: Float[Array, "others draws"]
) -> Float[Array, " draws"]:
    """Return the probability that every signatory accepts, each by itself."""
    return jnp.prod(jnp.where(signs, accept, 1.0), axis=0) * jnp.prod(others, axis=0)
