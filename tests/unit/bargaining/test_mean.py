"""Weighted mean and median: by hand, and against what defines them."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from holdfast.bargaining.mean import weighted_mean, weighted_median
from tests.reference.challenge_twin import CAR, middle


def column(*values):
    return jnp.array(values, float)[:, None]


def test_the_car_emission_case_before_any_round():
    strength, place, salience = (np.array(v, float) for v in zip(*CAR.values(), strict=True))
    weight, x = column(*(salience * strength)), column(*((place - 4) / 6))
    # weights .064 .032 .006 .128 .096 .096 .144 .005 .05 .056: .248 at 4, .093 at 7, .336 at 10, of .677
    assert 4 + 6 * float(weighted_mean(x, weight)[0]) == pytest.approx(
        (0.248 * 4 + 0.093 * 7 + 0.336 * 10) / 0.677
    )
    assert 4 + 6 * float(weighted_median(x, weight)[0]) == pytest.approx(7)


@pytest.mark.parametrize(
    ("positions", "weights", "median"),
    [
        ((0.0, 0.4, 1.0), (1, 1, 1), 0.4),
        ((0.0, 0.4, 1.0), (3, 1, 1), 0.0),
        ((0.0, 0.4, 1.0), (2, 1, 1), 0.2),
        ((0.0, 0.4, 1.0), (1, 0, 1), 0.5),
        ((0.3, 0.3), (1, 1), 0.3),
        ((0.0, 0.2, 0.6, 1.0), (0.1, 0.2, 0.2, 0.1), 0.4),  # sums of tenths miss a half by rounding
    ],
)
def test_medians_by_hand(positions, weights, median):
    assert float(weighted_median(column(*positions), column(*weights))[0]) == pytest.approx(median)


def test_without_any_weight_there_is_no_answer():
    assert np.isnan(weighted_mean(column(0.0, 1.0), column(0.0, 0.0))[0])
    assert np.isnan(weighted_median(column(0.0, 1.0), column(0.0, 0.0))[0])


def test_the_mean_is_best_by_squares_and_the_median_by_distances():
    rng = np.random.default_rng(11)
    x, w = rng.random((2, 7, 200))
    mean, median = (np.asarray(f(jnp.asarray(x), jnp.asarray(w))) for f in (weighted_mean, weighted_median))
    for shift in (-0.2, -0.01, 0.01, 0.2):
        assert ((w * (x - mean) ** 2).sum(0) < (w * (x - mean - shift) ** 2).sum(0)).all()
        assert ((w * abs(x - median)).sum(0) <= (w * abs(x - median - shift)).sum(0) + 1e-12).all()


def test_the_median_is_that_of_a_walk_along_the_sorted_positions():
    rng = np.random.default_rng(12)
    x, w = rng.integers(0, 5, (6, 200)) / 4, rng.integers(0, 4, (6, 200)).astype(float)
    w[0] += (w.sum(0) == 0).astype(float)
    found = np.asarray(weighted_median(jnp.asarray(x), jnp.asarray(w)))
    expected = [middle(x[:, d].tolist(), w[:, d].tolist()) for d in range(200)]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)


def test_a_half_that_rounding_keeps_below_a_half_is_one() -> None:
    """1 + 5 and 2 + 4 tenths: the sums of the first two and of all come to 0.4999999999999999."""
    weights = np.array([0.1, 0.5, 0.2, 0.4])
    assert weights[:2].sum() / weights.sum() < 0.5
    assert float(weighted_median(column(0.0, 0.2, 0.6, 1.0), column(*weights))[0]) == pytest.approx(0.4)
