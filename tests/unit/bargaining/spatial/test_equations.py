"""Hand-worked cases of what KTAB's log does not show, beside those in the docstrings."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from holdfast.bargaining.spatial import SpatialModel, matrices
from holdfast.bargaining.spatial.challenge import success_probability
from holdfast.bargaining.spatial.condorcet import conditional, markov_incentive, markov_uniform, stationary
from holdfast.bargaining.spatial.options import (
    BargainForm,
    Commitment,
    RiskAdjustment,
    RiskRange,
    VictoryModel,
    VotingRule,
)
from holdfast.bargaining.spatial.utility import perceived_attitudes, risk_attitudes, utility
from holdfast.bargaining.spatial.victory import victory_probability
from holdfast.bargaining.spatial.votes import coalitions, vote

ALL = jnp.asarray([True, True, True])
VICTORY = jnp.asarray([[0.5, 0.75, 0.6], [0.25, 0.5, 0.5], [0.4, 0.5, 0.5]])
COALITION = jnp.asarray([[0.0, 3.0, 3.0], [1.0, 0.0, 2.0], [2.0, 2.0, 0.0]])


def test_conditional_election_of_three():
    """0.75 · 0.6 : 0.25 · 0.5 : 0.4 · 0.5 = 0.45 : 0.125 : 0.2, of 0.775."""
    np.testing.assert_allclose(conditional(VICTORY, ALL), np.array([0.45, 0.125, 0.2]) / 0.775, rtol=1e-12)


def test_uniform_markov_election_of_three():
    """0.65 a = 0.75 b + 0.6 c and 1.25 b = 0.25 a + 0.5 c give 45 : 19 : 25."""
    np.testing.assert_allclose(markov_uniform(VICTORY, ALL), np.array([45, 19, 25]) / 89, rtol=1e-12)


def test_incentive_markov_election_of_three():
    """Who challenges 0: 1 with 0.25 and 2 with 0.8, of 1.05; who 1: 2.25 and 1, of 3.25; who 2: 1.8 and 1, of 2.8."""
    rate = {
        (0, 1): 0.25 * 0.25 / 1.05,
        (0, 2): 0.4 * 0.8 / 1.05,
        (1, 0): 0.75 * 2.25 / 3.25,
        (1, 2): 0.5 * 1 / 3.25,
        (2, 0): 0.6 * 1.8 / 2.8,
        (2, 1): 0.5 * 1 / 2.8,
    }
    p = np.asarray(markov_incentive(VICTORY, COALITION, ALL))
    for option in range(3):
        out = sum(p[a] * r for (a, _), r in rate.items() if a == option)
        into = sum(p[a] * r for (a, b), r in rate.items() if b == option)
        assert out == pytest.approx(into, rel=1e-9)
    assert p.sum() == pytest.approx(1, abs=1e-14)


@pytest.mark.parametrize(
    "elect", [conditional, markov_uniform, lambda v, a: markov_incentive(v, COALITION, a)]
)
def test_options_that_do_not_stand_change_nothing(elect):
    two = jnp.asarray([True, False, True])
    found = np.asarray(elect(VICTORY, two))
    assert found[1] == 0
    np.testing.assert_allclose(found, [0.6, 0, 0.4], rtol=1e-9)


def test_many_options_do_not_underflow():
    """601 options, each of which loses to three hundred at a thousand to one: all alike."""
    count = 601
    ahead = (np.arange(count)[None, :] - np.arange(count)[:, None]) % count
    victory = np.where(ahead == 0, 0.5, np.where(ahead <= 300, 0.999, 0.001))
    assert np.prod(victory, axis=1).max() == 0
    found = conditional(jnp.asarray(victory), jnp.ones(count, bool))
    np.testing.assert_allclose(found, 1 / count, rtol=1e-9)


def test_rare_states_are_as_exact_as_common_ones():
    """Birth and death: p₁ / p₀ = 10⁻¹², p₂ / p₁ = 10⁻⁹."""
    rate = jnp.asarray([[0.0, 1e-12, 0.0], [1.0, 0.0, 1e-9], [0.0, 1.0, 0.0]])
    found = np.asarray(stationary(rate, ALL))
    np.testing.assert_allclose(found[1:] / found[:-1], [1e-12, 1e-9], rtol=1e-14)


@pytest.mark.parametrize(
    ("kind", "least"), [(RiskRange.MIN, 0.0), (RiskRange.MID, -0.5), (RiskRange.MAX, -1.0)]
)
def test_the_least_likely_to_win_sets_the_range(kind, least):
    found = risk_attitudes(kind, jnp.asarray([0.5, 0.2, 0.3]))
    np.testing.assert_allclose(found, [1, least, least + (1 - least) / 3], atol=1e-12)


@pytest.mark.parametrize(
    ("kind", "share"),
    list(zip(RiskAdjustment, [0, 1 / 3, 1 / 2, 2 / 3, 1], strict=True)),
)
def test_how_far_others_are_seen_as_they_are(kind, share):
    found = perceived_attitudes(kind, jnp.asarray([1.0, -0.5]))
    np.testing.assert_allclose(found, [[1, 1 - 1.5 * share], [-0.5 + 1.5 * share, -0.5]], atol=1e-12)


def test_utility_beyond_the_scale_is_as_ktab_has_it():
    np.testing.assert_allclose(utility(jnp.asarray(1.25), jnp.asarray(0.5)), -0.25 * 1.5)


def test_the_binary_model_is_a_line_between_its_thresholds():
    ratios = jnp.asarray([1 / 1.2, 1 / 1.1, 1.0, 1.05, 1.1, 1.2])
    found = victory_probability(VictoryModel.BINARY, ratios, jnp.ones(6))
    # 2.1 · 1.05 / 2.05 = 1.07561, less 1, of 0.1
    np.testing.assert_allclose(found, [1e-6, 1e-6, 0.5, 0.756098, 1, 1], atol=2e-6)
    steps = jnp.linspace(0.8, 1.3, 999)
    rising = np.asarray(victory_probability(VictoryModel.BINARY, steps, jnp.ones(999)), float).tolist()
    assert rising == sorted(rising)


@pytest.mark.parametrize("rule", VotingRule)
def test_a_vote_against_mirrors_a_vote_for_but_under_the_asymmetric_rule(rule):
    gains = jnp.asarray([3e-9, 0.2, 1.0])
    for_, against = vote(rule, jnp.full(3, 2.0), gains), vote(rule, jnp.full(3, 2.0), -gains)
    factor = 2 / 3 if rule is VotingRule.ASYMMETRIC else 1
    np.testing.assert_allclose(for_, -factor * np.asarray(against), rtol=1e-12)


def test_rounding_is_no_gain():
    assert float(vote(VotingRule.BINARY, jnp.asarray(100.0), jnp.asarray(1e-13))) == 0
    assert float(vote(VotingRule.BINARY, jnp.asarray(100.0), jnp.asarray(5e-9))) == pytest.approx(50)


def test_asymmetric_coalitions_know_how_things_stand():
    """Weight 3 prefers option 0 by ½, weight 1 option 1: leaving option 0 loses 1.5 and gains ⅔ of 0.5."""
    worth = jnp.asarray([[1.0, 0.5], [0.5, 1.0]])
    at = VotingRule.ASYMMETRIC, jnp.asarray([3.0, 1.0]), worth
    np.testing.assert_allclose(coalitions(*at, from_first=True), [[0, 1.5], [1 / 3, 0]], atol=1e-7)
    np.testing.assert_allclose(coalitions(*at), [[0, 1.25], [1.25 / 3, 0]], atol=1e-7)


@pytest.mark.parametrize(
    ("commitment", "expected"),
    [
        # i: 1 · (1 − 0.5), j: 1 · (1 − 0.5); k prefers i's position by 0.2, so q = 0.7 / 1.2
        (Commitment.NONE, 0.5),
        (Commitment.FULL, 0.5),
        # k: q (1 − 0.8) + (1 − q) (0.6 − 1) = 0.116667 − 0.166667 = −0.05 for j: 0.5 / 1.05
        (Commitment.SEMI, 0.5 / 1.05),
    ],
)
def test_a_third_party_by_its_commitment(commitment, expected):
    weight, own = jnp.ones(3), jnp.ones(3)
    ours, theirs = jnp.asarray([1.0, 0.5, 0.8]), jnp.asarray([[0.5], [1.0], [0.6]])
    found = success_probability(
        SpatialModel(commitment=commitment), weight, jnp.asarray(0), jnp.asarray([1]), ours, theirs, own
    )
    assert float(found[0]) == pytest.approx(expected, rel=1e-8)


def test_slips_change_what_targets_see_and_nothing_else():
    given = [[0.1], [0.5], [0.9]], [[0.5], [0.4], [0.6]], [50.0, 30.0, 40.0]
    form = BargainForm.POWER_WEIGHTED
    right, slip = (matrices(*given, model=SpatialModel(form=form, as_ktab=flag)) for flag in (False, True))
    np.testing.assert_array_equal(right.by_initiator, slip.by_initiator)
    np.testing.assert_array_equal(right.chance, slip.chance)
    made = right.target >= 0
    assert made.any()
    for i in np.flatnonzero(made):
        j = right.target[i]
        s, t = given[1][i][0] ** 2, given[1][j][0] ** 2
        x, y = given[0][i][0], given[0][j][0]
        for found, odds, strength in [
            (right, right.chance[i, 1], given[2][j]),
            (slip, right.gain[i, 1, 0], given[2][i]),
        ]:
            a, b = s * odds**2, t * (1 - odds) ** 2
            assert found.by_target[i, 0, 0] == pytest.approx((a * x + b * y) / (a + b), abs=1e-4)
            mine, other = given[2][i] * given[1][i][0], strength * given[1][j][0]
            expected = (mine * found.by_initiator[i, 0, 0] + other * found.by_target[i, 0, 0]) / (
                mine + other
            )
            assert found.compromise[i, 0, 0] == pytest.approx(expected, abs=1e-12)
