"""Bargains on the table: what each initiator proposes, what that is worth to everybody, and which one each party goes along with.

Options are numbered: 0 is that nothing changes; then the bargains, those of initiator 0 first.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Bool, Float, Int

from holdfast.bargaining.spatial.condorcet import elect
from holdfast.bargaining.spatial.interpolate import interpolate, weighted_by_power
from holdfast.bargaining.spatial.options import BargainForm, SpatialModel, Transition
from holdfast.bargaining.spatial.utility import distance, utility
from holdfast.bargaining.spatial.victory import victory_probability
from holdfast.bargaining.spatial.votes import Data, coalitions

__all__ = ["Choices", "Proposals", "choose", "on_the_table", "option_utility", "propose"]

_TIED, _SAME_PLACE = 1e-12, 1e-9


class Proposals(NamedTuple):
    """Where bargains would put the initiator and its target, by initiator, the two, and issue.

    One `by_initiator`, from its own view of the odds; one `by_target`, from the target's; their `compromise`.
    """

    by_initiator: Float[Data, "initiators 2 issues"]
    by_target: Float[Data, "initiators 2 issues"]
    compromise: Float[Data, "initiators 2 issues"]


class Choices(NamedTuple):
    """The elections that each party holds among the options that concern it.

    `probability` of each option, 0 where it does not concern the party; `chosen` its number; `position` where that puts the
    party; `by_order`, whether several were equally likely, put it in different places, and it took the first.
    """

    coalition: Float[Data, "options options"]
    victory: Float[Data, "options options"]
    probability: Float[Data, "parties options"]
    chosen: Int[Data, " parties"]
    position: Float[Data, "parties issues"]
    by_order: Bool[Data, " parties"]


def propose(
    model: SpatialModel,
    positions: Float[Data, "parties issues"],
    salience: Float[Data, "parties issues"],
    strength: Float[Data, " parties"],
    target: Int[Data, " initiators"],
    odds: Float[Data, "initiators 2"],
) -> Proposals:
    """Return the bargains of each initiator with its target; where there is none (−1) they mean nothing.

    Parameters
    ----------
    odds
        That the initiator wins, as it sees it and as its target does (or what stands for that, see `SpatialModel.as_ktab`).
    """
    rival = jnp.maximum(target, 0)
    other, other_salience = positions[rival], salience[rival]

    def seen_by(judge: int) -> Data:
        ends = interpolate(
            model.interpolation, positions, salience, other, other_salience, odds[:, judge, None]
        )
        return jnp.stack(ends, axis=1)

    ours, theirs, attention = seen_by(0), seen_by(1), jnp.sum(salience, axis=1)
    other_strength = strength if model.as_ktab else strength[rival]
    both = weighted_by_power(
        ours,
        theirs,
        (strength * attention)[:, None, None],
        (other_strength * attention[rival])[:, None, None],
    )
    return Proposals(ours, theirs, both)


def on_the_table(form: BargainForm, proposals: Proposals) -> Float[Data, "initiators forms 2 issues"]:
    """Return the bargains that are put up: one of each initiator, or one from each side's view."""
    if form is BargainForm.INITIATOR:
        return proposals.by_initiator[:, None]
    if form is BargainForm.POWER_WEIGHTED:
        return proposals.compromise[:, None]
    return jnp.stack([proposals.by_initiator, proposals.by_target], axis=1)


def option_utility(
    ideals: Float[Data, "parties issues"],
    salience: Float[Data, "parties issues"],
    attitude: Float[Data, " parties"],
    worth: Float[Data, "parties parties"],
    target: Int[Data, " initiators"],
    bargains: Float[Data, "initiators forms 2 issues"],
) -> Float[Data, "parties options"]:
    """Return what each option is worth to each party: the mean utility of all parties' positions once it is carried out.

    Parameters
    ----------
    worth
        Utility to each party (row) of each party's present position.
    """
    count, forms = bargains.shape[:2]
    rival = jnp.maximum(target, 0)
    new = utility(
        jnp.moveaxis(distance(ideals, bargains[:, :, :, None, :], salience), -1, 0),
        attitude[:, None, None, None],
    )  # [party, initiator, form, which of the two]
    total = jnp.sum(worth, axis=1)
    kept = total[:, None] - worth - worth[:, rival]
    changed = kept[:, :, None] + jnp.sum(new, axis=-1)
    return jnp.concatenate([total[:, None], changed.reshape(count, count * forms)], axis=1) / count


def choose(
    model: SpatialModel,
    strength: Float[Data, " parties"],
    positions: Float[Data, "parties issues"],
    target: Int[Data, " initiators"],
    bargains: Float[Data, "initiators forms 2 issues"],
    worth: Float[Data, "parties options"],
    uniform: Float[Data, " parties"],
) -> Choices:
    """Return which option each party goes along with, by an election among those that concern it: no change, its own, those made to it.

    Parameters
    ----------
    worth
        Utility of each option to each party.
    uniform
        Numbers from 0 to 1, one a party, by which it draws an option where the model is stochastic; else not read.
    """
    count, forms = bargains.shape[:2]
    party = jnp.arange(count)
    initiator, rival = jnp.repeat(party, forms), jnp.repeat(target, forms)
    concerns = (party[:, None] == initiator) | (party[:, None] == rival)
    among = jnp.concatenate([jnp.ones((count, 1), bool), concerns & (rival >= 0)], axis=1)
    coalition = coalitions(model.voting, strength, worth, from_first=True)
    victory = victory_probability(model.victory, coalition, coalition.T)

    def elected(own: Data) -> Data:
        return elect(model.election, victory, coalition, own)

    probability = jax.vmap(elected)(among)

    # where each option puts each party that it concerns
    ends = bargains.reshape(count * forms, 2, -1)
    moved = jnp.where((party[:, None] == initiator)[..., None], ends[None, :, 0], ends[None, :, 1])
    places = jnp.concatenate([positions[:, None], moved], axis=1)
    if model.transition is Transition.STOCHASTIC:
        total = jnp.cumsum(probability, axis=1)
        passed = jnp.sum(total <= uniform[:, None] * total[:, -1:], axis=1)
        last = jnp.max(jnp.where(probability > 0, jnp.arange(among.shape[1]), 0), axis=1)
        chosen = jnp.minimum(passed, last)
        by_order = jnp.zeros(count, bool)
    else:
        best = among & (probability >= jnp.max(probability, axis=1, keepdims=True) - _TIED)
        chosen = jnp.argmax(best, axis=1)
        low = jnp.min(jnp.where(best[..., None], places, jnp.inf), axis=1)
        high = jnp.max(jnp.where(best[..., None], places, -jnp.inf), axis=1)
        by_order = jnp.any(high - low > _SAME_PLACE, axis=-1)
    return Choices(coalition, victory, probability, chosen, places[party, chosen], by_order)
