"""Bargains drawn by their probability: the same seed, the same answer, on any number of threads and in any company."""

from __future__ import annotations

import numpy as np
import pytest

from holdfast.bargaining.spatial import SpatialModel, Transition, matrices, run, run_draws
from holdfast.errors import InputError

MODEL = SpatialModel(transition=Transition.STOCHASTIC, max_turns=8)


@pytest.fixture(scope="module")
def given():
    rng = np.random.default_rng(5)
    shape = 5, 2
    return rng.uniform(0, 1, shape), rng.uniform(0.05, 0.5, shape), rng.uniform(1, 50, 5)


@pytest.fixture(scope="module")
def many(given):
    """One situation, five hundred draws of what happens in it."""
    positions, salience, strength = given
    return run_draws(
        np.repeat(positions[..., None], 500, axis=-1), salience, strength, MODEL, seed=3, threads=1
    )


@pytest.mark.parametrize("threads", [2, 5])
def test_threads_do_not_matter(given, many, threads):
    positions, salience, strength = given
    answer = run_draws(
        np.repeat(positions[..., None], 500, axis=-1), salience, strength, MODEL, seed=3, threads=threads
    )
    for one, other in zip(answer, many, strict=True):
        np.testing.assert_array_equal(one, other)


def test_company_does_not_matter(given, many):
    positions, salience, strength = given
    few = run_draws(
        np.repeat(positions[..., None], 4, axis=-1), salience, strength, MODEL, seed=3, first_draw=17
    )
    np.testing.assert_array_equal(few.outcome, many.outcome[:, 17:21])
    np.testing.assert_array_equal(run(*given, model=MODEL, seed=3).outcome, many.outcome[:, 0])


def test_0_is_a_seed(given):
    first, again, other = (run(*given, model=MODEL, seed=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first.positions, again.positions)
    assert first.positions.shape != other.positions.shape or not np.array_equal(
        first.positions, other.positions
    )


@pytest.mark.parametrize("seed", [-1, True])
def test_a_seed_is_a_whole_number(given, seed):
    with pytest.raises(InputError, match=r"seed = .*; must be a whole number, 0 or more"):
        run(*given, model=MODEL, seed=seed)


@pytest.mark.slow
def test_more_turns_begin_as_fewer_do(given):
    longer = run(*given, model=SpatialModel(transition=Transition.STOCHASTIC, max_turns=12), seed=4)
    shorter = run(*given, model=MODEL, seed=4)
    turns = shorter.turns
    np.testing.assert_array_equal(longer.positions[: turns + 1], shorter.positions)


def test_bargains_are_taken_as_often_as_they_are_likely(given, many):
    """In the first turn, against the probabilities of the elections; five standard deviations."""
    first = matrices(*given, model=MODEL)
    compared = 0
    for party in range(5):
        for option in np.flatnonzero(first.option_probability[party]):
            mover = option - 1  # one bargain an initiator
            probability = first.option_probability[party, option]
            share = np.mean(many.mover[0, party] == mover)
            spread = np.sqrt(probability * (1 - probability) / 500)
            assert abs(share - probability) < 5 * spread + 1e-9
            compared += spread > 0.01
    assert compared >= 8


def test_who_takes_no_part_does_not_shift_the_draws_of_others(given):
    positions, salience, strength = given
    more = run(
        np.insert(positions, 1, 0.5, axis=0),
        np.insert(salience, 1, 0.3, axis=0),
        np.insert(strength, 1, 0),
        MODEL,
    )
    np.testing.assert_array_equal(np.delete(more.positions, 1, axis=1), run(*given, model=MODEL).positions)


def test_a_challenge_between_equals_is_counted_where_bargains_are_drawn(given):
    """The middle one of three gains as much by either of two alike, and takes the first; from there the draws decide alone."""
    even = [[0.0], [0.5], [1.0]], [[0.5]] * 3, [30.0, 10.0, 30.0]
    first = matrices(*even, model=MODEL)
    assert first.challenge_gain[1, 0] == pytest.approx(first.challenge_gain[1, 2], abs=1e-12)
    assert first.target[1] == 0
    one = SpatialModel(transition=Transition.STOCHASTIC, min_turns=1, max_turns=1)
    assert run(*even, model=one).by_order == 1
    assert run(*given, model=one).by_order == 0
