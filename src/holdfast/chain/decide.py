"""Decide: which bodies decide to help, once an attack is attributed?

Bodies decide independently of each other, so that B bodies make 2^B joint decisions. Decision number c has body b in
favour when bit b of c is set.
"""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

__all__ = ["active_pledges", "decision_probabilities", "decisions"]


def decisions(bodies: int) -> Bool[np.ndarray, "decisions bodies"]:
    """Return every joint decision of so many bodies, a row each.

    Examples
    --------
    >>> decisions(2).astype(int).tolist()
    [[0, 0], [1, 0], [0, 1], [1, 1]]
    """
    number = np.arange(1 << bodies)
    return (number[:, None] >> np.arange(bodies)) % 2 == 1


def active_pledges(body: Int[Array, "pledges draws"], bodies: int) -> Bool[Array, "pledges decisions draws"]:
    """Return in which decisions each pledge falls due: those in favour by its body; all where the body is −1 (none).

    Examples
    --------
    >>> active_pledges(jnp.array([[-1], [0]]), 1)[..., 0].tolist()
    [[True, True], [False, True]]
    """
    number = jnp.arange(2**bodies)[:, None]
    return (body[:, None] < 0) | ((number >> jnp.maximum(body, 0)[:, None]) % 2 == 1)


def decision_probabilities(passes: Float[Array, "bodies draws"]) -> Float[Array, "decisions draws"]:
    """Return the probability of every joint decision, Π_b q_b or (1 − q_b).

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> decision_probabilities(jnp.array([[0.9], [0.5]]))[:, 0].round(3).tolist()
    [0.05, 0.45, 0.05, 0.45]
    """
    favour = jnp.asarray(decisions(passes.shape[0]))[..., None]
    return jnp.prod(jnp.where(favour, passes, 1 - passes), axis=1)
