"""Challenges: if one party pressed another to adopt its position, who would win, what would it gain, and whom had it best press?

Every number is some party's estimate: h judges with its own idea of how all others take risks. The arrays are of one state of the
bargaining; perceived[h, k, j] is h's estimate of the utility of j's position to k.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Bool, Float, Int

from holdfast.bargaining.spatial.commitments import third_party_vote
from holdfast.bargaining.spatial.options import SpatialModel
from holdfast.bargaining.spatial.votes import Data, vote

__all__ = [
    "WORTHWHILE",
    "Challenges",
    "all_challenges",
    "best_targets",
    "expected_gain",
    "success_probability",
    "views",
]

WORTHWHILE = 1e-5
"""A challenge is made for an expected gain above this."""

TIED = 1e-12
"""Gains this close are equal; the party listed first is taken."""

_FLOOR = 1e-10


class Challenges(NamedTuple):
    """Every party's own estimate of challenging each other: its `chance` of winning and its expected `gain`."""

    chance: Float[Data, "initiators targets"]
    gain: Float[Data, "initiators targets"]


def success_probability(
    model: SpatialModel,
    weight: Float[Data, " parties"],
    initiator: Bool[Data, "*#batch parties"],
    target: Bool[Data, "*#batch parties"],
    to_initiator: Float[Data, "*#batch parties"],
    to_target: Float[Data, "*#batch parties"],
    to_own: Float[Data, "*#batch parties"],
) -> Float[Data, "*#batch"]:
    """Return the probability that the initiator of a challenge wins it.

    The two throw in their votes between their positions, v_k = vote(w_k, u_k(i) − u_k(j)), each on the side that it prefers;
    each third party k weighs what these two and its own vote alone would make of it, q_k, and backs the side that is better for it
    then (`commitments`). P = C_i / (C_i + C_j), whatever the victory model.

    Parameters
    ----------
    weight
        Strength times total salience, of each party.
    initiator, target
        Which party each is.
    to_initiator, to_target, to_own
        Utility to each party of the initiator's position, the target's and its own.

    References
    ----------
    ktab2019, SMPState::probEduChlg and Actor::vProbLittle.

    Examples
    --------
    Two parties alone, of weights 3 and 1, each of whom holds the other's position worth 0.5:

    >>> at = jnp.eye(2, dtype=bool)
    >>> ours, theirs, own = jnp.asarray([1.0, 0.5]), jnp.asarray([0.5, 1.0]), jnp.ones(2)
    >>> found = success_probability(SpatialModel(), jnp.asarray([3.0, 1.0]), at[0], at[1], ours, theirs, own)
    >>> round(float(found), 6)
    0.75
    """
    principal = initiator | target
    between = vote(model.voting, weight, to_initiator - to_target)
    behind_initiator, behind_target = jnp.maximum(between, 0.0), jnp.maximum(-between, 0.0)
    ours = _FLOOR + jnp.sum(jnp.where(principal, behind_initiator, 0.0), axis=-1)
    theirs = _FLOOR + jnp.sum(jnp.where(principal, behind_target, 0.0), axis=-1)
    with_third = ours[..., None] + behind_initiator
    chance = with_third / (with_third + theirs[..., None] + behind_target)
    third = third_party_vote(model.voting, model.commitment, weight, chance, to_initiator, to_target, to_own)
    ours = ours + jnp.sum(jnp.where(principal, 0.0, jnp.maximum(third, 0.0)), axis=-1)
    theirs = theirs + jnp.sum(jnp.where(principal, 0.0, jnp.maximum(-third, 0.0)), axis=-1)
    return ours / (ours + theirs)


def expected_gain(
    chance: Float[Data, "*#batch"],
    resistance: Float[Data, "*#batch"],
    to_initiator: Float[Data, "*#batch"],
    to_target: Float[Data, "*#batch"],
) -> Float[Data, "*#batch"]:
    """Return what somebody gains by a challenge over how things stand: (1 − s) 2 u_i + s (P 2 u_i + (1 − P) 2 u_j) − u_i − u_j.

    Parameters
    ----------
    chance
        P that the initiator wins if the target resists.
    resistance
        s that it does: the target's total salience; else it gives in.
    to_initiator, to_target
        u_i and u_j: what the two positions are worth to whoever gains.

    References
    ----------
    ktab2019, SMPState::probEduChlg.

    Examples
    --------
    (½) 2 + ½ (¾ · 2 + ¼ · 1) − 1.5:

    >>> float(expected_gain(0.75, 0.5, 1.0, 0.5))
    0.375
    """
    contest = 2 * chance * to_initiator + 2 * (1 - chance) * to_target
    return (1 - resistance) * 2 * to_initiator + resistance * contest - (to_initiator + to_target)


def all_challenges(
    model: SpatialModel,
    perceived: Float[Data, "parties parties parties"],
    strength: Float[Data, " parties"],
    resistance: Float[Data, " parties"],
) -> Challenges:
    """Return each party's own estimates of challenging each other; on the diagonal, of itself, which means nothing.

    Parameters
    ----------
    perceived
        See the module.
    strength
        Of which the largest is 100.
    resistance
        Total salience of each party, above 0, at most 1.
    """
    count = strength.shape[0]
    own_place = jnp.arange(count)
    at = jnp.eye(count, dtype=bool)
    # [i, j, k]: i's estimate of what its own position, j's position and k's own are worth to k
    ours = perceived[own_place, :, own_place][:, None, :]
    theirs = jnp.swapaxes(perceived, 1, 2)
    own = jnp.diagonal(perceived, axis1=1, axis2=2)[:, None, :]
    chance = success_probability(
        model, strength * resistance, at[:, None, :], at[None, :, :], ours, theirs, own
    )
    mine = perceived[own_place, own_place]
    gain = expected_gain(chance, resistance[None, :], mine[own_place, own_place][:, None], mine)
    return Challenges(chance, gain)


def best_targets(
    gain: Float[Data, "initiators targets"],
) -> tuple[Int[Data, " initiators"], Bool[Data, " initiators"]]:
    """Return whom each party challenges, −1 for nobody, and whether it took the first of several that are equally good.

    Examples
    --------
    >>> target, tied = best_targets(jnp.asarray([[9.0, 0.2, 0.2], [0.3, 9.0, 0.1], [0.0, -1.0, 9.0]]))
    >>> target.tolist(), tied.tolist()
    ([1, 0, -1], [True, False, False])
    """
    gain = jnp.where(jnp.eye(gain.shape[0], dtype=bool), -jnp.inf, gain)
    best = jnp.max(gain, axis=1)
    equal = gain >= best[:, None] - TIED
    found = best > WORTHWHILE
    return jnp.where(found, jnp.argmax(equal, axis=1), -1), found & (jnp.sum(equal, axis=1) > 1)


def views(
    model: SpatialModel,
    perceived: Float[Data, "parties parties parties"],
    strength: Float[Data, " parties"],
    resistance: Float[Data, " parties"],
    target: Int[Data, " initiators"],
) -> tuple[Float[Data, "initiators 2"], Float[Data, "initiators 2 2"]]:
    """Return how initiator and target see the challenges that are made: the chance of winning, and what each of the two gains.

    Parameters
    ----------
    target
        Whom each party challenges; for −1, who challenges nobody, the answer means nothing.

    Returns
    -------
    chance
        By initiator and who estimates: the initiator, the target.
    gain
        By initiator, who estimates, and who gains.
    """
    count = strength.shape[0]
    party = jnp.arange(count)
    rival = jnp.maximum(target, 0)
    judge = jnp.stack([party, rival], axis=1)
    seen = perceived[judge]  # [initiator, judge, k, position]
    to_initiator = jnp.take_along_axis(seen, party[:, None, None, None], axis=3)[..., 0]
    to_target = jnp.take_along_axis(seen, rival[:, None, None, None], axis=3)[..., 0]
    to_own = jnp.diagonal(seen, axis1=2, axis2=3)
    at = jnp.eye(count, dtype=bool)
    chance = success_probability(
        model, strength * resistance, at[:, None, :], at[rival][:, None, :], to_initiator, to_target, to_own
    )
    gainers = judge[:, None, :]
    gain = expected_gain(
        chance[..., None],
        resistance[rival][:, None, None],
        jnp.take_along_axis(to_initiator, gainers, axis=2),
        jnp.take_along_axis(to_target, gainers, axis=2),
    )
    return chance, gain
