"""Detect: is an attack attributed in time?"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

__all__ = ["accident_rate", "attribution"]


def attribution(
    unaided: Float[Array, "2 draws"],
    coverage: Float[Array, "monitors draws"],
    access: Float[Array, "monitors draws"],
    watches: Bool[Array, "2 monitors draws"],
) -> Float[Array, "2 draws"]:
    """Return the probability that an attack by each principal is attributed in time.

    δ_a = 1 − (1 − δ0_a) Π (1 − coverage × access), over the monitoring terms that watch a.

    Parameters
    ----------
    unaided
        δ0, without monitors.
    coverage, access
        Of each monitoring term, shares between 0 and 1.
    watches
        Whether the term watches the principal.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> one = lambda x: jnp.full((1, 1), x)
    >>> seen = attribution(jnp.full((2, 1), 0.5), one(0.8), one(0.5), jnp.array([[[True]], [[False]]]))
    >>> [round(float(x), 3) for x in seen[:, 0]]
    [0.7, 0.5]
    """
    missed = jnp.where(watches, 1 - coverage * access, 1.0)
    return 1 - (1 - unaided) * jnp.prod(missed, axis=1)


def accident_rate(
    unmonitored: Float[Array, " draws"], containment: Float[Array, "monitors draws"]
) -> Float[Array, " draws"]:
    """Return η = η0 Π (1 − containment), incidents a year that escalate by accident once the ceasefire has settled."""
    return unmonitored * jnp.prod(1 - containment, axis=0)
