"""Utility: how far a position is from a party's ideal, what it is worth to it, and how it takes risks.

In the equations: d the distance, s salience, R the attitude to risk (1 averse, −1 seeking), u utility, from 0 to 1.
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Float

from holdfast.bargaining.spatial.options import RiskAdjustment, RiskRange
from holdfast.bargaining.spatial.votes import Data

__all__ = ["distance", "perceived_attitudes", "risk_attitudes", "utility"]

_LEAST = {RiskRange.MIN: 0.0, RiskRange.MID: -0.5, RiskRange.MAX: -1.0}
_TOWARDS = {
    RiskAdjustment.NONE: 0.0,
    RiskAdjustment.ONE_THIRD: 1 / 3,
    RiskAdjustment.HALF: 1 / 2,
    RiskAdjustment.TWO_THIRDS: 2 / 3,
    RiskAdjustment.FULL: 1.0,
}
_NO_SPREAD = 1e-10


def distance(
    ideals: Float[Data, "parties issues"],
    places: Float[Data, "*batch #parties issues"],
    salience: Float[Data, "parties issues"],
) -> Float[Data, "*batch parties"]:
    """Return each party's distance to a place: √(Σ_k (s_k δ_k)² / Σ_k s_k²), δ the difference to its ideal on issue k.

    Parameters
    ----------
    ideals, places
        On scales from 0 to 1; places may have further axes in front.
    salience
        At least one of each party's is above 0.

    References
    ----------
    KAPSARC (2019), SMPModel::bvDiff.

    Examples
    --------
    Weights 3 and 4; the place is 1 off on the first issue, right on the second: √(9 / 25).

    >>> float(distance(jnp.asarray([[0.0, 0.5]]), jnp.asarray([[1.0, 0.5]]), jnp.asarray([[0.3, 0.4]]))[0].round(12))
    0.6
    """
    weighted = salience * (ideals - places)
    return jnp.sqrt(jnp.sum(weighted**2, axis=-1) / jnp.sum(salience**2, axis=-1))


def utility(distance: Float[Data, "*#batch"], attitude: Float[Data, "*#batch"]) -> Float[Data, "*#batch"]:
    """Return what a position is worth: u = (1 − d) (1 + d R).

    References
    ----------
    KAPSARC (2019), SMPModel::bsUtil, which goes on as (1 − d) (1 + R) where d passes 1 by rounding.

    Examples
    --------
    Half way off, to the risk-averse, the neutral and the risk-seeking:

    >>> [float(utility(jnp.asarray(0.5), jnp.asarray(R))) for R in (1.0, 0.0, -1.0)]
    [0.75, 0.5, 0.25]
    """
    return (1 - distance) * (1 + jnp.minimum(distance, 1.0) * attitude)


def risk_attitudes(kind: RiskRange, probability: Float[Data, " parties"]) -> Float[Data, " parties"]:
    """Return the attitudes to risk inferred from how likely each party's position is to win.

    R_i = R₀ + (1 − R₀) (p_i − min p) / (max p − min p), R₀ = 0, −½ or −1.

    Where all are equally likely KTAB divides 0 by 0. Here they are neutral, R = 0: with nothing to tell parties apart, none
    is called more averse than another. Equal means within 10⁻¹⁰ of the largest.

    References
    ----------
    KAPSARC (2019), Model::bigRfromProb.

    Examples
    --------
    >>> risk_attitudes(RiskRange.MID, jnp.asarray([0.6, 0.4, 0.0])).round(12).tolist()
    [1.0, 0.5, -0.5]
    >>> risk_attitudes(RiskRange.MID, jnp.asarray([0.5, 0.5])).tolist()
    [0.0, 0.0]
    """
    most, least = jnp.max(probability), jnp.min(probability)
    spread = most - least
    even = spread <= _NO_SPREAD * most
    share = (probability - least) / jnp.where(even, 1.0, spread)
    return jnp.where(even, 0.0, _LEAST[kind] + (1 - _LEAST[kind]) * share)


def perceived_attitudes(
    kind: RiskAdjustment, attitude: Float[Data, " parties"]
) -> Float[Data, "parties parties"]:
    """Return each party's (row's) estimate of each party's attitude: its own, moved towards the other's by 0, ⅓, ½, ⅔ or all the way.

    References
    ----------
    KAPSARC (2019), Model::estNRA.

    Examples
    --------
    >>> perceived_attitudes(RiskAdjustment.HALF, jnp.asarray([1.0, 0.0])).tolist()
    [[1.0, 0.5], [0.5, 0.0]]
    """
    share = _TOWARDS[kind]
    return (1 - share) * attitude[:, None] + share * attitude[None, :]
