"""War as a costly lottery: who wins it and what it is worth.

In the equations: S the attacker's strength, T the defender's with all who fight beside it, m decisiveness, p the
probability that the attacker wins, d the value of defeat, κ the cost of war a year, μ one over the length of a war, ρ discount.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

__all__ = ["linear_war_value", "war_value", "win_probability"]


def win_probability(
    attacker: Float[Array, "*#batch"],
    defender: Float[Array, "*#batch"],
    decisiveness: Float[Array, "*#batch"],
) -> Float[Array, "*#batch"]:
    """Return the probability that the attacker wins a war.

    p = S^m / (S^m + T^m) = σ(m log(S / T)), Tullock's contest success function.

    Parameters
    ----------
    attacker, defender
        Strengths S and T in one unit, above 0; T holds whoever fights beside the defender.
    decisiveness
        m, above 0: how much a given ratio of strengths settles.

    Returns
    -------
    array
        Probabilities, in the broadcast shape of the arguments.

    References
    ----------
    Tullock (1980); Hirshleifer (1989), Public Choice 63:101.

    Examples
    --------
    >>> float(win_probability(jnp.asarray(3.0), jnp.asarray(1.0), jnp.asarray(1.0))).__round__(3)
    0.75
    """
    return jax.nn.sigmoid(decisiveness * jnp.log(attacker / defender))


def linear_war_value(
    win: Float[Array, "*#batch"],
    defeat: Float[Array, "*#batch"],
    cost: Float[Array, "*#batch"],
    end_rate: Float[Array, "*#batch"],
    discount: Float[Array, "*#batch"],
) -> Float[Array, "*#batch"]:
    """Return the value of fighting a war to its end: [μ (p + (1 − p) d) − κ] / (ρ + μ).

    Victory is worth 1; arguments are as in `war_value`.
    """
    return (end_rate * (win + (1 - win) * defeat) - cost) / (discount + end_rate)


def war_value(
    win: Float[Array, "*#batch"],
    defeat: Float[Array, "*#batch"],
    cost: Float[Array, "*#batch"],
    end_rate: Float[Array, "*#batch"],
    discount: Float[Array, "*#batch"],
) -> Float[Array, "*#batch"]:
    """Return the value of a war to a side that yields when it would lose more by fighting.

    w(p) = max(d, [μ (p + (1 − p) d) − κ] / (ρ + μ)).

    Parameters
    ----------
    win
        p, this side's probability of winning.
    defeat
        d, the value of defeat, a share of the side's own stake.
    cost
        κ, what the war costs it, whole stakes a year.
    end_rate
        μ, one over the mean length of a war, per year.
    discount
        ρ, per year.

    References
    ----------
    Fearon (1995), International Organization 49:379.

    Examples
    --------
    A side that cannot win and pays for trying yields:

    >>> args = [jnp.asarray(x) for x in (0.0, 0.2, 0.1, 0.5, 0.05)]
    >>> float(war_value(*args))
    0.2
    """
    return jnp.maximum(defeat, linear_war_value(win, defeat, cost, end_rate, discount))
