"""Deter: does a principal attack when an occasion comes, and what is the standing ceasefire worth to it?

With U_i the value of attacking, D_i of being attacked, C_i = ½ (U_i + word_i + D_i) of an accidental war, V_i of the standing
ceasefire with the option of attacking later, x_i of peace; ω, η rates of occasions and accidents, ρ discount, ν noise:

    α_i = σ((U_i − V_i) / ν_i)
    −dV_i/dt  = ρ (x_i − V_i)  + ω_i ν_i softplus((U_i − V_i) / ν_i) + ω_j α_j (D_i − V_i) + η (C_i − V_i)
    −dV°_i/dt = ρ (x_i − V°_i) + ω_i α_i (U_i − V°_i)                + ω_j α_j (D_i − V°_i) + η (C_i − V°_i)

V carries the option value of the private shocks, which is right for choosing; V° leaves it out and is what is reported.
The first axis is that of the two principals; j is the other one.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

__all__ = [
    "Occasions",
    "Payoffs",
    "attack_probability",
    "net_slope",
    "peace_value",
    "settling",
    "standing_slope",
]

Pair = Float[Array, "2 *#batch"]


class Occasions(NamedTuple):
    """Discount ρ, rates ω ["2 draws"] and η of the settled ceasefire per year, and how it settles: excess e, years τ."""

    discount: Float[Array, " draws"]
    crises: Float[Array, "2 draws"]
    accidents: Float[Array, " draws"]
    excess: Float[Array, " draws"]
    settling_years: Float[Array, " draws"]


class Payoffs(NamedTuple):
    """Values to each principal: of peace x, of attacking U, of being attacked D, the cost of breaking its word, and its noise ν."""

    peace: Pair
    attack: Pair
    attacked: Pair
    word: Pair
    noise: Pair

    def accident(self) -> Pair:
        """Return C = ½ (U + word + D): in an accidental war either side may pass for the attacker."""
        return (self.attack + self.word + self.attacked) / 2


def peace_value(outcome_utility: Pair, relief: Pair, upkeep: Pair) -> Pair:
    """Return x = u(z) + relief − upkeep, the value of a peace that lasts."""
    return outcome_utility + relief - upkeep


def settling(
    years: Float[Array, "*#batch"], excess: Float[Array, "*#batch"], settling_years: Float[Array, "*#batch"]
) -> Float[Array, "*#batch"]:
    """Return 1 + (e − 1) exp(−t/τ), by how much occasions and accidents are more frequent while the ceasefire is young.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> float(settling(jnp.asarray(0.0), jnp.asarray(6.0), jnp.asarray(1.0)))
    6.0
    """
    return 1 + (excess - 1) * jnp.exp(-years / settling_years)


def attack_probability(attack: Pair, standing: Pair, noise: Pair) -> Pair:
    """Return α = σ((U − V) / ν), the probability of attacking when an occasion comes.

    References
    ----------
    McKelvey & Palfrey (1998), Experimental Economics 1:9; Arcidiacono et al. (2016), Review of Economic Studies 83:889.
    """
    return jax.nn.sigmoid((attack - standing) / noise)


def standing_slope(
    standing: Pair, payoffs: Payoffs, crises: Pair, accidents: Array, discount: Array
) -> tuple[Pair, Pair]:
    """Return −dV/dt and α, given V and the rates at one time."""
    lift = (payoffs.attack - standing) / payoffs.noise
    # σ and softplus from one exponential
    tail = jnp.exp(-jnp.abs(lift))
    attacks = jnp.where(lift > 0, 1.0, tail) / (1 + tail)
    option = payoffs.noise * (jnp.maximum(lift, 0.0) + jnp.log(1 + tail))
    slope = (
        discount * (payoffs.peace - standing)
        + crises * option
        + (crises * attacks)[::-1] * (payoffs.attacked - standing)
        + accidents * (payoffs.accident() - standing)
    )
    return slope, attacks


def net_slope(
    net: Pair, attacks: Pair, payoffs: Payoffs, crises: Pair, accidents: Array, discount: Array
) -> Pair:
    """Return −dV°/dt, linear given the probabilities α of attacking."""
    return (
        discount * (payoffs.peace - net)
        + crises * attacks * (payoffs.attack - net)
        + (crises * attacks)[::-1] * (payoffs.attacked - net)
        + accidents * (payoffs.accident() - net)
    )


def stiffness(
    standing: Pair, attacks: Pair, payoffs: Payoffs, crises: Pair, accidents: Array, discount: Array
) -> Float[Array, "*#batch"]:
    """Return a bound on the rate at which −dV/dt reacts to V, the larger row sum of its Jacobian, per year."""
    diagonal = discount + crises * attacks + (crises * attacks)[::-1] + accidents
    slope = (crises * attacks * (1 - attacks) / payoffs.noise)[::-1]
    return jnp.max(diagonal + slope * jnp.abs(payoffs.attacked - standing), axis=0)
