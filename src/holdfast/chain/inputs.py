"""What the chain is given: arrays with the draws on the last axis, of one proposal or of several.

Principals are numbered 0 and 1. Values are shares of a party's own stake, times years, rates per year.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

from jaxtyping import Bool, Float, Int

__all__ = ["Attack", "Data", "Inputs", "Pledges", "Sanctions"]

Data: TypeAlias = Any
"""An array that is NumPy's outside of compiled kernels and JAX's inside."""


class Pledges(NamedTuple):
    """Pledges of force and arms against one principal; unused places have strength 0.

    `stake` b, `cost` k and `break_cost` r (after deployments), `noise` ν, `strength` s; `body` is the number of the body that
    must decide first, −1 where there is none.
    """

    strength: Float[Data, "pledges draws"]
    stake: Float[Data, "pledges draws"]
    cost: Float[Data, "pledges draws"]
    break_cost: Float[Data, "pledges draws"]
    noise: Float[Data, "pledges draws"]
    body: Int[Data, "pledges draws"]


class Sanctions(NamedTuple):
    """Pledges of sanctions against one principal: `size` is what each adds to its war cost, stakes a year."""

    size: Float[Data, "sanctions draws"]
    cost: Float[Data, "sanctions draws"]
    break_cost: Float[Data, "sanctions draws"]
    noise: Float[Data, "sanctions draws"]
    body: Int[Data, "sanctions draws"]


class Attack(NamedTuple):
    """What meets an attack by one principal: who helps the other, and which bodies must have decided.

    `passes` is q, each body's probability of deciding to help; `forward` the strength of in-country troops beside the victim.
    """

    pledges: Pledges
    sanctions: Sanctions
    passes: Float[Data, "bodies draws"]
    forward: Float[Data, " draws"]


class Inputs(NamedTuple):
    """All that the chain needs, for a block of draws."""

    # peace, war and its end
    outcome_utility: Float[Data, "2 draws"]  # u, between 0 and 1
    relief: Float[Data, "2 draws"]
    upkeep: Float[Data, "2 draws"]
    defeat: Float[Data, "2 draws"]  # d
    war_cost: Float[Data, "2 draws"]  # κ, stakes a year
    war_years: Float[Data, " draws"]  # 1/μ
    discount: Float[Data, " draws"]  # ρ, per year
    decisiveness: Float[Data, " draws"]  # m
    horizon_years: Float[Data, " draws"]  # from here on everything is constant
    # strengths: fighting on, after signature, and what is added over the years
    fighting_strength: Float[Data, "2 draws"]
    strength: Float[Data, "2 draws"]
    added: Float[Data, "ramps draws"]
    over_years: Float[Data, "ramps draws"]
    strengthens: Bool[Data, "2 ramps draws"]  # whose strength each ramp adds to
    # occasions
    crises_per_year: Float[Data, "2 draws"]  # ω
    noise: Float[Data, "2 draws"]  # ν
    word_cost: Float[Data, "2 draws"]
    accidents_per_year: Float[Data, " draws"]  # η0
    settling_excess: Float[Data, " draws"]  # e
    settling_years: Float[Data, " draws"]  # τ
    # monitoring
    detection: Float[Data, "2 draws"]  # δ0
    coverage: Float[Data, "monitors draws"]
    access: Float[Data, "monitors draws"]
    containment: Float[Data, "monitors draws"]
    watches: Bool[Data, "2 monitors draws"]
    # help
    attacks: tuple[Attack, Attack]  # by principal 0, by principal 1
    # signatures
    crossed_firmness: Float[Data, "2 red_lines draws"]  # firmness of each red line crossed, 0 of the others
    signs: Bool[Data, "2 draws"]  # which principals are signatories
    accepts: Float[Data, "others draws"]  # signatories that are no principals
