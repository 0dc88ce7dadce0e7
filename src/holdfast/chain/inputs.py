"""What the chain is given: arrays with the draws on the last axis, of one proposal or of several.

Principals are numbered 0 and 1. Values are shares of a party's own stake, times years, rates per year.
"""

from __future__ import annotations

from typing import NamedTuple

from jaxtyping import Array, Bool, Float, Int

__all__ = ["Attack", "Inputs", "Pledges", "Sanctions"]


class Pledges(NamedTuple):
    """Pledges of force and arms against one principal; unused places have strength 0.

    `stake` b, `cost` k and `break_cost` r (after deployments), `noise` ν, `strength` s; `body` is the number of the body that
    must decide first, −1 where there is none.
    """

    strength: Float[Array, "pledges draws"]
    stake: Float[Array, "pledges draws"]
    cost: Float[Array, "pledges draws"]
    break_cost: Float[Array, "pledges draws"]
    noise: Float[Array, "pledges draws"]
    body: Int[Array, "pledges draws"]


class Sanctions(NamedTuple):
    """Pledges of sanctions against one principal: `size` is what each adds to its war cost, stakes a year."""

    size: Float[Array, "sanctions draws"]
    cost: Float[Array, "sanctions draws"]
    break_cost: Float[Array, "sanctions draws"]
    noise: Float[Array, "sanctions draws"]
    body: Int[Array, "sanctions draws"]


class Attack(NamedTuple):
    """What meets an attack by one principal: who helps the other, and which bodies must have decided.

    `passes` is q, each body's probability of deciding to help; `forward` the strength of in-country troops beside the victim.
    """

    pledges: Pledges
    sanctions: Sanctions
    passes: Float[Array, "bodies draws"]
    forward: Float[Array, " draws"]


class Inputs(NamedTuple):
    """All that the chain needs, for a block of draws."""

    # peace, war and its end
    outcome_utility: Float[Array, "2 draws"]  # u, between 0 and 1
    relief: Float[Array, "2 draws"]
    upkeep: Float[Array, "2 draws"]
    defeat: Float[Array, "2 draws"]  # d
    war_cost: Float[Array, "2 draws"]  # κ, stakes a year
    war_years: Float[Array, " draws"]  # 1/μ
    discount: Float[Array, " draws"]  # ρ, per year
    decisiveness: Float[Array, " draws"]  # m
    horizon_years: Float[Array, " draws"]  # from here on everything is constant
    # strengths: fighting on, after signature, and what is added over the years
    fighting_strength: Float[Array, "2 draws"]
    strength: Float[Array, "2 draws"]
    added: Float[Array, "ramps draws"]
    over_years: Float[Array, "ramps draws"]
    strengthens: Bool[Array, "2 ramps draws"]  # whose strength each ramp adds to
    # occasions
    crises_per_year: Float[Array, "2 draws"]  # ω
    noise: Float[Array, "2 draws"]  # ν
    word_cost: Float[Array, "2 draws"]
    accidents_per_year: Float[Array, " draws"]  # η0
    settling_excess: Float[Array, " draws"]  # e
    settling_years: Float[Array, " draws"]  # τ
    # monitoring
    detection: Float[Array, "2 draws"]  # δ0
    coverage: Float[Array, "monitors draws"]
    access: Float[Array, "monitors draws"]
    containment: Float[Array, "monitors draws"]
    watches: Bool[Array, "2 monitors draws"]
    # help
    attacks: tuple[Attack, Attack]  # by principal 0, by principal 1
    # signatures
    crossed_firmness: Float[Array, "2 red_lines draws"]  # firmness of each red line crossed, 0 of the others
    signs: Bool[Array, "2 draws"]  # which principals are signatories
    accepts: Float[Array, "others draws"]  # signatories that are no principals
