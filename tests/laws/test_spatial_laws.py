"""Laws of the Spatial Model of Politics: what must not matter, and what must stay.

They hold where no choice is between equals; where one is, the party listed first is taken, and the run says so (`by_order`).
"""

from __future__ import annotations

import numpy as np
import pytest

from holdfast.bargaining.spatial import (
    BargainForm,
    Election,
    Interpolation,
    RiskRange,
    SpatialModel,
    VictoryModel,
    VotingRule,
    run,
    run_draws,
)

PARTIES, ISSUES, DRAWS = 6, 2, 40

MODELS = {
    "default": SpatialModel(max_turns=30),
    "other": SpatialModel(
        voting=VotingRule.ASYMMETRIC,
        victory=VictoryModel.SQUARE,
        election=Election.MARKOV_INCENTIVE,
        risk_range=RiskRange.MAX,
        interpolation=Interpolation.S2PMAX,
        form=BargainForm.INITIATOR_AND_RECEIVER,
        max_turns=6,
    ),
}


@pytest.fixture(scope="module", params=MODELS)
def model(request):
    return MODELS[request.param]


@pytest.fixture(scope="module")
def given():
    rng = np.random.default_rng(11)
    positions = rng.uniform(0, 1, (PARTIES, ISSUES, DRAWS))
    salience = rng.uniform(0.02, 0.5, (PARTIES, ISSUES, DRAWS))
    return positions, salience, rng.uniform(1, 60, (PARTIES, DRAWS))


@pytest.fixture(scope="module")
def found(given, model):
    answer = run_draws(*given, model=model)
    assert not answer.by_order.any()
    moved = np.abs(np.diff(answer.positions, axis=0)).sum(axis=(0, 1, 2))
    assert (moved > 0.01).mean() > 0.8, "the laws would hold of parties that never move"
    return answer


def same(one, other, atol=1e-9):
    np.testing.assert_array_equal(one.turns, other.turns)
    np.testing.assert_allclose(one.positions, other.positions, atol=atol)
    np.testing.assert_allclose(one.outcome, other.outcome, atol=atol)
    np.testing.assert_allclose(one.probability, other.probability, atol=atol)


def test_names_do_not_matter(given, found, model):
    order = np.random.default_rng(1).permutation(PARTIES)
    answer = run_draws(*(array[order] for array in given), model=model)
    same(answer, found._replace(positions=found.positions[:, order], probability=found.probability[order]))
    place = np.append(np.argsort(order), -1)
    # later, parties at one place make the same offers, and the first of them is named as the one whose offer was taken
    np.testing.assert_array_equal(answer.mover[0], place[found.mover[0, order]])


def test_the_order_of_issues_does_not_matter(given, found, model):
    positions, salience, strength = given
    answer = run_draws(positions[:, ::-1], salience[:, ::-1], strength, model)
    same(answer, found._replace(positions=found.positions[:, :, ::-1], outcome=found.outcome[::-1]))


def test_which_end_of_an_issue_is_0_does_not_matter(given, found, model):
    positions, salience, strength = given
    turned = positions.copy()
    turned[:, 1] = 1 - turned[:, 1]
    answer = run_draws(turned, salience, strength, model)
    expected, outcome = found.positions.copy(), found.outcome.copy()
    expected[:, :, 1], outcome[1] = 1 - expected[:, :, 1], 1 - outcome[1]
    same(answer, found._replace(positions=expected, outcome=outcome))


@pytest.mark.parametrize("unit", [1e-6, 3.0, 1e6])
def test_the_unit_of_strength_does_not_matter(given, found, model, unit):
    positions, salience, strength = given
    same(run_draws(positions, salience, strength * unit, model), found)


@pytest.mark.parametrize("lacks", ["strength", "salience"])
def test_a_party_without_strength_or_salience_changes_nothing(given, found, model, lacks):
    extra = np.random.default_rng(2).uniform(0.1, 0.4, (1, ISSUES, DRAWS))
    positions, salience, strength = given
    answer = run_draws(
        np.insert(positions, [2], extra, axis=0),
        np.insert(salience, [2], 0.0 if lacks == "salience" else extra, axis=0),
        np.insert(strength, [2], 0.0 if lacks == "strength" else 30.0, axis=0),
        model,
    )
    others = np.delete(np.arange(PARTIES + 1), 2)
    same(
        answer._replace(positions=answer.positions[:, others], probability=answer.probability[others]),
        found,
        atol=0,
    )
    np.testing.assert_array_equal(
        answer.positions[:, 2], np.broadcast_to(extra[0], answer.positions[:, 2].shape)
    )
    assert np.isnan(answer.probability[2]).all()


def test_a_party_that_lacks_a_part_in_some_draws_only(given, found, model):
    positions, salience, strength = given
    strength = strength.copy()
    strength[4, ::2] = 0
    answer = run_draws(positions, salience, strength, model)
    np.testing.assert_array_equal(answer.outcome[:, 1::2], found.outcome[:, 1::2])
    few = np.delete(np.arange(PARTIES), 4)
    alone = run(positions[few, :, 6], salience[few, :, 6], strength[few, 6], model)
    np.testing.assert_array_equal(alone.outcome, answer.outcome[:, 6])


def test_the_unanimous_stay(given, model):
    positions, salience, strength = given
    agreed = np.broadcast_to(positions[:1], positions.shape)
    answer = run_draws(agreed, salience, strength, model)
    assert (answer.turns == model.min_turns).all()
    assert answer.settled.all()
    assert not answer.by_order.any()
    np.testing.assert_array_equal(answer.positions[-1], agreed)
    np.testing.assert_allclose(answer.outcome, positions[0], atol=1e-12)
    np.testing.assert_allclose(answer.probability, 1, atol=1e-12)


def test_a_settled_outcome_stays(given, found, model):
    """Where nobody moved in the last turn, bargaining on from there moves nobody."""
    _, salience, strength = given
    last = found.positions[found.turns, :, :, np.arange(DRAWS)]
    before = found.positions[found.turns - 1, :, :, np.arange(DRAWS)]
    at_rest = np.flatnonzero(np.all(last == before, axis=(1, 2)))
    if model is MODELS["default"]:
        assert at_rest.size >= 3
    for draw in at_rest:
        answer = run(last[draw], salience[..., draw], strength[:, draw], model)
        assert (answer.positions == last[draw]).all()
        np.testing.assert_allclose(answer.outcome, found.outcome[:, draw], atol=1e-12)


def test_nobody_leaves_the_range_of_positions(given, found):
    positions = given[0]
    assert (found.positions >= positions.min(axis=0) - 1e-4).all()
    assert (found.positions <= positions.max(axis=0) + 1e-4).all()
    assert (found.outcome >= found.positions[-1].min(axis=0) - 1e-12).all()
    assert (found.outcome <= found.positions[-1].max(axis=0) + 1e-12).all()
