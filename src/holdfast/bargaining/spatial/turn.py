"""One turn: how parties see how things stand, whom they challenge, what they propose, and what each goes along with."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Bool, Float, Int

from holdfast.bargaining.spatial.bargains import (
    Choices,
    Proposals,
    choose,
    on_the_table,
    option_utility,
    propose,
)
from holdfast.bargaining.spatial.challenge import Challenges, all_challenges, best_targets, views
from holdfast.bargaining.spatial.condorcet import elect
from holdfast.bargaining.spatial.options import SpatialModel
from holdfast.bargaining.spatial.utility import distance, perceived_attitudes, risk_attitudes, utility
from holdfast.bargaining.spatial.victory import victory_probability
from holdfast.bargaining.spatial.votes import Data, coalitions

__all__ = ["Situation", "Turn", "assess", "play", "same_places"]

SAME_PLACE = 1e-3
"""Positions less than this far apart count as one when it is asked which position wins."""


class Situation(NamedTuple):
    """How things stand before a turn.

    `away` is the distance of each party (row) to each one's position; `attitude` what is inferred of each; `guessed` what each (row)
    takes each one's to be; `utility` that of each one's position (column) to each party. `probability` is that of
    each party's position to win, `outcome` the mean of the positions so weighted, each counted once.
    """

    away: Float[Data, "parties parties"]
    attitude: Float[Data, " parties"]
    guessed: Float[Data, "parties parties"]
    utility: Float[Data, "parties parties"]
    probability: Float[Data, " parties"]
    outcome: Float[Data, " issues"]


class Turn(NamedTuple):
    """What happens in a turn. `chance` and `gain` are of the challenges made: see `challenge.views`.

    `bargains` are those on the table; `worth` the utility of each option to each party; options are numbered as in `bargains`.
    """

    challenges: Challenges
    target: Int[Data, " initiators"]
    tied: Bool[Data, " initiators"]
    chance: Float[Data, "initiators 2"]
    gain: Float[Data, "initiators 2 2"]
    proposals: Proposals
    bargains: Float[Data, "initiators forms 2 issues"]
    worth: Float[Data, "parties options"]
    choices: Choices


def same_places(positions: Float[Data, "parties issues"]) -> tuple[Bool[Data, " parties"], Int[Data, " parties"]]:
    """Return which parties are the first at their place, and at which of these each party is.

    A place is what lies less than 10⁻³ from its first party; a party that lies so near to two is at the later one.

    References
    ----------
    ktab2019, SMPState::equivNdx, State::setUENdx and State::posProb.

    Examples
    --------
    >>> first, place = same_places(jnp.asarray([[0.2], [0.7], [0.2005]]))
    >>> first.tolist(), place.tolist()
    ([True, True, False], [0, 1, 0])
    """
    count = positions.shape[0]
    party = jnp.arange(count)
    apart = jnp.sqrt(jnp.sum((positions[:, None] - positions[None, :]) ** 2, axis=-1))
    near = apart < SAME_PLACE

    def scan(at: Data, first: Data) -> Data:
        return first.at[at].set(~jnp.any(near[at] & first & (party < at)))

    first = jax.lax.fori_loop(0, count, scan, jnp.zeros(count, bool))
    return first, jnp.max(jnp.where(near & first[None, :], party[None, :], -1), axis=1)


def assess(
    model: SpatialModel,
    positions: Float[Data, "parties issues"],
    ideals: Float[Data, "parties issues"],
    salience: Float[Data, "parties issues"],
    strength: Float[Data, " parties"],
) -> Situation:
    """Return how things stand.

    Attitudes to risk are inferred from an election among all parties' positions in which all are neutral and each weighs its strength; who
    is likelier to win is more averse to risk.

    Parameters
    ----------
    strength
        Above 0, the largest 100.

    References
    ----------
    ktab2019, SMPState::setAllAUtil and SMPState::pDist.
    """

    def election(worth: Data, among: Data) -> Data:
        coalition = coalitions(model.voting, strength, worth)
        victory = victory_probability(model.victory, coalition, coalition.T)
        return elect(model.election, victory, coalition, among)

    away = distance(ideals, positions[:, None, :], salience).T
    neutral = election(1 - away, jnp.ones(strength.shape, bool))
    attitude = risk_attitudes(model.risk_range, neutral)
    worth = utility(away, attitude[:, None])
    guessed = perceived_attitudes(model.risk_adjustment, attitude)
    first, place = same_places(positions)
    chance = election(worth, first)
    return Situation(away, attitude, guessed, worth, chance[place], chance @ positions)


def play(
    model: SpatialModel,
    positions: Float[Data, "parties issues"],
    ideals: Float[Data, "parties issues"],
    salience: Float[Data, "parties issues"],
    strength: Float[Data, " parties"],
    stands: Situation,
    uniform: Float[Data, " parties"],
) -> Turn:
    """Return what happens in a turn: every party challenges whom it gains most by, they bargain, and each goes along with one bargain at most.

    Parameters
    ----------
    uniform
        See `bargains.choose`.

    References
    ----------
    ktab2019, SMPState::doBCN and SMPState::updateBestBrgnPositions.
    """
    resistance = jnp.sum(salience, axis=1)
    challenges = all_challenges(model, stands.away, stands.guessed, strength, resistance)
    target, tied = best_targets(challenges.gain)
    chance, gain = views(model, stands.away, stands.guessed, strength, resistance, target)
    odds = chance.at[:, 1].set(gain[:, 1, 0]) if model.ktab_slips else chance
    proposals = propose(model, positions, salience, strength, target, odds)
    bargains = on_the_table(model.form, proposals)
    worth = option_utility(ideals, salience, stands.attitude, stands.utility, target, bargains)
    choices = choose(model, strength, positions, target, bargains, worth, uniform)
    return Turn(challenges, target, tied, chance, gain, proposals, bargains, worth, choices)
