"""Passage: shapes, kinds of array, what is refused, and the caller's arrays left alone."""

from __future__ import annotations

from math import comb

import jax.numpy as jnp
import numpy as np
import pytest

from holdfast.errors import InputError
from holdfast.voting import all_of, at_least, consensus, simple_game, weighted, with_vetoes
from holdfast.voting.passage import correlated_passage_probability, passage_probability, pivotality

PERMANENT = [f"P{k}" for k in range(5)]
ELECTED = [f"E{k}" for k in range(10)]


def test_the_security_council_by_the_toss_of_a_coin():
    game = simple_game(with_vetoes(at_least(9, PERMANENT + ELECTED), PERMANENT))
    assert float(passage_probability(game, np.full((15, 1), 0.5))[0]) * 2**15 == 848


def test_a_party_to_a_dispute_abstains():
    """Art. 27(3): with P0 abstaining, four permanent members and five of ten others are enough."""
    game = simple_game(
        with_vetoes(at_least(9, PERMANENT + ELECTED), PERMANENT, abstentions=True), PERMANENT + ELECTED
    )
    support = np.array([[0.0]] + [[1.0]] * 4 + [[0.5]] * 10)
    abstain = np.array([[1.0]] + [[0.0]] * 14)
    q = float(passage_probability(game, support, abstain)[0])
    assert q == pytest.approx(sum(comb(10, k) for k in range(5, 11)) / 2**10, rel=1e-14)
    # where it votes no instead, nothing passes
    assert float(passage_probability(game, support, 0 * abstain)[0]) == 0.0


def test_an_abstention_is_silence_where_consensus_is_asked_for():
    game = simple_game(consensus(["a", "b"]))
    support, abstain = np.array([[0.2], [0.5]]), np.array([[0.7], [0.5]])
    assert float(passage_probability(game, support, abstain)[0]) == pytest.approx(0.9)


def test_two_hundred_members_do_not_overflow():
    game = simple_game(at_least(101, [f"m{k}" for k in range(200)]))
    q = float(passage_probability(game, np.full((200, 1), 0.5))[0])
    assert q == pytest.approx(sum(comb(200, k) for k in range(101, 201)) / 2**200, rel=1e-12)


def test_the_callers_arrays_stay_as_they_are():
    game = simple_game(consensus(["a", "b", "c"]))
    support, abstain = np.full((3, 2), 0.25), np.full((3, 2), 0.5)
    for function in (passage_probability, pivotality):
        function(game, support, abstain)
    correlated_passage_probability(game, support, 0.4, abstain)
    assert (support == 0.25).all()
    assert (abstain == 0.5).all()


def test_read_only_arrays_are_taken_also_by_halves():
    """A double majority whose diagram is too large; half of it is a count of members."""
    rng = np.random.default_rng(0)
    weights = {f"m{k}": int(w) for k, w in enumerate(rng.integers(1, 10**6, 24))}
    game = simple_game(all_of([at_least(13, weights), weighted(sum(weights.values()) // 2, weights)]))
    support = rng.random((24, 2))
    support.setflags(write=False)
    q, change = passage_probability(game, support), pivotality(game, support)
    # linear: turning one member to a sure yes raises q by its pivotality
    sure = support.copy()
    sure[3] = 1.0
    np.testing.assert_allclose(
        passage_probability(game, sure) - q, (1 - support[3]) * change[3], rtol=1e-9, atol=1e-13
    )
    assert 0 < q[0] < 1


def test_no_draws_and_one():
    game = simple_game(at_least(2, ["a", "b", "c"]))
    assert passage_probability(game, np.zeros((3, 0))).shape == (0,)
    assert pivotality(game, np.zeros((3, 0))).shape == (3, 0)
    assert passage_probability(game, np.ones((3, 1))).tolist() == [1.0]


def test_jax_arrays_stay_jax_arrays():
    game = simple_game(at_least(2, ["a", "b", "c"]))
    support = jnp.array([[0.9], [0.5], [0.5]])
    np.testing.assert_allclose(passage_probability(game, support), 0.7, rtol=1e-14)
    np.testing.assert_allclose(pivotality(game, support)[:, 0], 0.5, rtol=1e-14)
    np.testing.assert_allclose(correlated_passage_probability(game, support, 0.0), 0.7, rtol=1e-12)


def test_an_outcome_that_is_settled_has_a_value_for_each_draw():
    game = simple_game(weighted(0, {"a": 1, "b": 1}))
    assert passage_probability(game, np.zeros((2, 3))).tolist() == [1.0] * 3
    assert pivotality(game, np.zeros((2, 3))).tolist() == [[0.0] * 3] * 2


@pytest.mark.parametrize("correlation", [-0.1, 0.9999, 1.0, float("nan")])
def test_correlations_out_of_range_are_refused(correlation):
    game = simple_game(at_least(1, ["a", "b"]))
    with pytest.raises(InputError, match=rf"correlation = {correlation}; must be from 0 to 0\.999\."):
        correlated_passage_probability(game, np.full((2, 1), 0.5), correlation)


@pytest.mark.parametrize("support", [0.0, 1.0])
def test_sure_votes_stay_sure_under_correlation(support):
    game = simple_game(at_least(2, ["a", "b", "c"]))
    q = correlated_passage_probability(game, np.full((3, 1), support), 0.5)
    assert float(q[0]) == pytest.approx(support, abs=1e-14)


@pytest.mark.parametrize("function", [passage_probability, pivotality])
def test_support_of_other_members_is_refused(function):
    game = simple_game(at_least(1, ["a", "b"]))
    with pytest.raises(InputError, match=r"must be \[members, draws\], here \(2, draws\)"):
        function(game, np.zeros((3, 1)))
    with pytest.raises(InputError, match=r"must be \[members, draws\], here \(2, draws\)"):
        correlated_passage_probability(game, np.zeros((3, 1)), 0.5)


@pytest.mark.parametrize("function", [passage_probability, pivotality])
@pytest.mark.parametrize(
    ("support", "says"),
    [
        (np.full((2, 1), 2.0), "from 0 to 1"),
        (np.full((2, 1), -0.1), "from 0 to 1"),
        (np.full((2, 1), np.nan), "from 0 to 1"),
    ],
)
def test_what_is_no_probability_is_refused(function, support, says):
    with pytest.raises(InputError, match=says):
        function(simple_game(at_least(1, ["a", "b"])), support)


def test_yes_and_abstention_do_not_sum_to_more_than_1():
    game = simple_game(consensus(["a", "b"]))
    with pytest.raises(InputError, match="not sum to more than 1"):
        passage_probability(game, np.full((2, 1), 0.7), np.full((2, 1), 0.7))
