"""One turn: how parties see how things stand, whom they challenge, what they propose, and what each goes along with."""

from __future__ import annotations

from typing import NamedTuple

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
from holdfast.bargaining.spatial.places import places
from holdfast.bargaining.spatial.utility import distance, perceived_attitudes, risk_attitudes, utility
from holdfast.bargaining.spatial.victory import victory_probability
from holdfast.bargaining.spatial.votes import Data, coalitions

__all__ = ["Situation", "Turn", "assess", "play"]


class Situation(NamedTuple):
    """How things stand before a turn.

    `away` is the distance of each party (row) to each one's position; `attitude` what is inferred of each; `guessed` what each (row)
    takes each one's to be; `utility` that of each one's position (column) to each party. `probability` is that of
    the place where each party is to win (`places`), `outcome` the mean of the places so weighted.
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
    KAPSARC (2019), SMPState::setAllAUtil and SMPState::pDist.
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
    where = places(positions, by_first=model.as_ktab)
    to_places = utility(distance(ideals, where.position[:, None, :], salience).T, attitude[:, None])
    chance = election(to_places, where.stands)
    return Situation(away, attitude, guessed, worth, chance[where.of], chance @ where.position)


def play(
    model: SpatialModel,
    positions: Float[Data, "parties issues"],
    ideals: Float[Data, "parties issues"],
    salience: Float[Data, "parties issues"],
    strength: Float[Data, " parties"],
    stands: Situation,
    uniform: Float[Data, " parties"],
) -> Turn:
    """Return what happens in a turn: each party challenges whom it gains most by, they bargain, each goes along with a bargain or none.

    Parameters
    ----------
    uniform
        See `bargains.choose`.

    References
    ----------
    KAPSARC (2019), SMPState::doBCN and SMPState::updateBestBrgnPositions.
    """
    resistance = jnp.sum(salience, axis=1)
    challenges = all_challenges(model, stands.away, stands.guessed, strength, resistance)
    target, tied = best_targets(challenges.gain)
    chance, gain = views(model, stands.away, stands.guessed, strength, resistance, target)
    odds = chance.at[:, 1].set(gain[:, 1, 0]) if model.as_ktab else chance
    proposals = propose(model, positions, salience, strength, target, odds)
    bargains = on_the_table(model.form, proposals)
    worth = option_utility(ideals, salience, stands.attitude, stands.utility, target, bargains)
    choices = choose(model, strength, positions, target, bargains, worth, uniform)
    return Turn(challenges, target, tied, chance, gain, proposals, bargains, worth, choices)
