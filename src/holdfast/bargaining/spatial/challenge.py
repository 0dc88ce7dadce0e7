"""Challenges: if one party pressed another to adopt its position, who would win, what would it gain, and whom had it best press?

Every number is some party's estimate: h judges with its own idea of how all others take risks, u_k = (1 − d_k) (1 + d_k R_hk).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Bool, Float, Int

from holdfast.bargaining.spatial.commitments import third_party_vote
from holdfast.bargaining.spatial.options import SpatialModel
from holdfast.bargaining.spatial.utility import utility
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

lax: Any = jax.lax  # JAX's types of its loops are incomplete

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
    initiator: Int[Data, ""],
    target: Int[Data, " targets"],
    to_initiator: Float[Data, " parties"],
    to_target: Float[Data, "parties targets"],
    to_own: Float[Data, " parties"],
) -> Float[Data, " targets"]:
    """Return the probability that one party's challenge of each of some others succeeds.

    The two throw in their votes between their positions, v_k = vote(w_k, u_k(i) − u_k(j)), each on the side that it prefers;
    each third party k weighs what these two and its own vote alone would make of it, q_k, and backs the side that is better for it
    then (`commitments`). P = C_i / (C_i + C_j), whatever the victory model.

    Parameters
    ----------
    weight
        Strength times total salience, of each party.
    initiator, target
        The numbers of the parties.
    to_initiator, to_target, to_own
        Utility to each party of the initiator's position, each target's and its own.

    References
    ----------
    KAPSARC (2019), SMPState::probEduChlg and Actor::vProbLittle.

    Examples
    --------
    Two parties alone, of weights 3 and 1, each of whom holds the other's position worth 0.5:

    >>> weight, ours, theirs = jnp.asarray([3.0, 1.0]), jnp.asarray([1.0, 0.5]), jnp.asarray([[0.5], [1.0]])
    >>> at = jnp.asarray(0), jnp.asarray([1])
    >>> found = success_probability(SpatialModel(), weight, *at, ours, theirs, jnp.ones(2))
    >>> found.round(6).tolist()
    [0.75]
    """
    place = jnp.arange(weight.shape[0])[:, None]
    first = vote(model.voting, weight[initiator], to_own[initiator] - to_target[initiator])
    second = vote(model.voting, weight[target], to_initiator[target] - to_own[target])
    ours = _FLOOR + jnp.maximum(first, 0.0) + jnp.maximum(second, 0.0)
    theirs = _FLOOR + jnp.maximum(-first, 0.0) + jnp.maximum(-second, 0.0)
    weight, to_initiator, to_own = weight[:, None], to_initiator[:, None], to_own[:, None]
    between = vote(model.voting, weight, to_initiator - to_target)
    chance = (ours + jnp.maximum(between, 0.0)) / (ours + theirs + jnp.abs(between))
    third = third_party_vote(model.voting, model.commitment, weight, chance, to_initiator, to_target, to_own)
    third = jnp.where((place == initiator) | (place == target), 0.0, third)
    ours = ours + jnp.sum(jnp.maximum(third, 0.0), axis=0)
    theirs = theirs + jnp.sum(jnp.maximum(-third, 0.0), axis=0)
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
    KAPSARC (2019), SMPState::probEduChlg.

    Examples
    --------
    (½) 2 + ½ (¾ · 2 + ¼ · 1) − 1.5:

    >>> float(expected_gain(*(jnp.asarray(x) for x in (0.75, 0.5, 1.0, 0.5))))
    0.375
    """
    contest = 2 * chance * to_initiator + 2 * (1 - chance) * to_target
    return (1 - resistance) * 2 * to_initiator + resistance * contest - (to_initiator + to_target)


def all_challenges(
    model: SpatialModel,
    away: Float[Data, "parties parties"],
    guessed: Float[Data, "parties parties"],
    strength: Float[Data, " parties"],
    resistance: Float[Data, " parties"],
) -> Challenges:
    """Return each party's own estimates of challenging each other; on the diagonal, of itself, which means nothing.

    Parameters
    ----------
    away
        Distance of each party (row) to each one's position.
    guessed
        What each party (row) takes each one's attitude to risk to be.
    strength
        Of which the largest is 100.
    resistance
        Total salience of each party, above 0, at most 1.
    """
    party, weight = jnp.arange(strength.shape[0]), strength * resistance
    own = away[party, party]

    def by(initiator: Data) -> Data:
        attitude = guessed[initiator]
        ours, theirs = utility(away[:, initiator], attitude), utility(away, attitude[:, None])
        return success_probability(model, weight, initiator, party, ours, theirs, utility(own, attitude))

    # one initiator at a time: what it takes is small enough to stay in the processor's cache
    chance = lax.map(by, party)
    itself = guessed[party, party]
    gain = expected_gain(chance, resistance, utility(own, itself)[:, None], utility(away, itself[:, None]))
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
    away: Float[Data, "parties parties"],
    guessed: Float[Data, "parties parties"],
    strength: Float[Data, " parties"],
    resistance: Float[Data, " parties"],
    target: Int[Data, " initiators"],
) -> tuple[Float[Data, "initiators 2"], Float[Data, "initiators 2 2"]]:
    """Return how initiator and target see the challenges that are made: the chance of winning, and what each of the two gains.

    Parameters
    ----------
    away, guessed, strength, resistance
        As in `all_challenges`.
    target
        Whom each party challenges; for −1, who challenges nobody, the answer means nothing.

    Returns
    -------
    chance
        By initiator and who estimates: the initiator, the target.
    gain
        By initiator, who estimates, and who gains.
    """
    party, rival = jnp.arange(strength.shape[0]), jnp.maximum(target, 0)
    own = away[party, party]

    def seen(judge: Data, initiator: Data, rival: Data) -> tuple[Data, Data]:
        attitude = guessed[judge]
        ours, theirs = utility(away[:, initiator], attitude), utility(away[:, rival], attitude)
        chance = success_probability(
            model,
            strength * resistance,
            initiator,
            rival[None],
            ours,
            theirs[:, None],
            utility(own, attitude),
        )[0]
        two = jnp.stack([initiator, rival])
        return chance, expected_gain(chance, resistance[rival], ours[two], theirs[two])

    judges = jax.vmap(seen, in_axes=(0, None, None))
    return jax.vmap(judges)(jnp.stack([party, rival], axis=1), party, rival)
