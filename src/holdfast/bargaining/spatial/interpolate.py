"""Bargains between two positions: where a challenge would take both sides, if they settled by how much each cares and can press.

In the equations, for one issue: t the positions, s the saliences, P the probabilities of winning, of the initiator i and the target j.
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Float

from holdfast.bargaining.spatial.options import Interpolation
from holdfast.bargaining.spatial.votes import Data

__all__ = ["interpolate", "weighted_by_power"]

_LEAST = 1e-6
_GRID = 10_000.0


def interpolate(
    kind: Interpolation,
    position: Float[Data, "*#batch"],
    salience: Float[Data, "*#batch"],
    other: Float[Data, "*#batch"],
    other_salience: Float[Data, "*#batch"],
    chance: Float[Data, "*#batch"],
) -> tuple[Float[Data, "*#batch"], Float[Data, "*#batch"]]:
    """Return where a bargain puts the initiator and where it puts the target.

    SnPm: with w_i = s_i^n P_i^m and w_j = s_j^n P_j^m, both go to (w_i t_i + w_j t_j) / (w_i + w_j), where each adds 10⁻⁶ to its
    own weight, so that both stay where they are if neither cares; rounded to 10⁻⁴.

    S2PMax: whoever is likelier to lose goes a part of the way, D_i = max(0, P_j − P_i) and b_i = t_i + (t_j − t_i) D_i s_j² / (D_i s_j² +
    10⁻⁶ + (1 − D_i) s_i²), and likewise the other; not rounded.

    Parameters
    ----------
    position, salience
        t_i and s_i, from 0 to 1.
    other, other_salience
        t_j and s_j.
    chance
        P_i; P_j is 1 − P_i.

    References
    ----------
    KAPSARC (2019), SMPActor::interpBrgnSnPm and interpBrgnS2PMax.

    Examples
    --------
    Equal salience ½, P = ¾: weights 3 to 1, 9 to 1, and half the way for the likely loser.

    >>> at = [jnp.asarray(x) for x in (0.0, 0.5, 1.0, 0.5, 0.75)]
    >>> [tuple(round(float(x), 4) for x in interpolate(kind, *at)) for kind in Interpolation]
    [(0.25, 0.25), (0.1, 0.1), (0.0, 0.5)]
    """
    if kind is Interpolation.S2PMAX:
        rival = 1 - chance
        ours, theirs = salience**2, other_salience**2
        far, near = jnp.maximum(rival - chance, 0.0), jnp.maximum(chance - rival, 0.0)
        far = far * theirs / (far * theirs + _LEAST + (1 - far) * ours)
        near = near * ours / (near * ours + _LEAST + (1 - near) * theirs)
        return position + far * (other - position), other + near * (position - other)
    power = 1 if kind is Interpolation.S1P1 else 2
    ours, theirs = salience**power * chance**power, other_salience**power * (1 - chance) ** power
    total = ours + theirs + _LEAST
    return (
        _rounded(((ours + _LEAST) * position + theirs * other) / total),
        _rounded((ours * position + (theirs + _LEAST) * other) / total),
    )


def _rounded(place: Data) -> Data:
    return jnp.floor(0.5 + place * _GRID) / _GRID


def weighted_by_power(
    ours: Float[Data, "*#batch"],
    theirs: Float[Data, "*#batch"],
    weight: Float[Data, "*#batch"],
    other_weight: Float[Data, "*#batch"],
) -> Float[Data, "*#batch"]:
    """Return the compromise between the bargains that two sides would make: their mean, weighted by strength times total salience.

    References
    ----------
    KAPSARC (2019), SMPState::doBCN.

    Examples
    --------
    >>> float(weighted_by_power(*(jnp.asarray(x) for x in (0.2, 0.6, 3.0, 1.0))).round(12))
    0.3
    """
    return (weight * ours + other_weight * theirs) / (weight + other_weight)
