"""War values against the equations, worked in plain Python."""

import jax.numpy as jnp
import numpy as np
import pytest

from holdfast.chain.war import linear_war_value, war_value, win_probability


def test_win_probability_is_the_contest_success_function():
    rng = np.random.default_rng(1)
    S, T, m = rng.uniform(0.1, 5.0, (3, 500))
    found = win_probability(jnp.asarray(S), jnp.asarray(T), jnp.asarray(m))
    np.testing.assert_allclose(found, S**m / (S**m + T**m), rtol=1e-13)


def test_chances_of_both_sides_sum_to_one():
    rng = np.random.default_rng(2)
    S, T, m = (jnp.asarray(a) for a in rng.uniform(0.1, 5.0, (3, 500)))
    np.testing.assert_allclose(win_probability(S, T, m) + win_probability(T, S, m), 1.0, rtol=1e-15)


def test_extreme_ratios_stay_finite():
    strong, weak, m = jnp.asarray([1e200, 1e-200]), jnp.asarray([1e-200, 1e200]), jnp.asarray([4.0, 4.0])
    assert np.asarray(win_probability(strong, weak, m)).tolist() == [1.0, 0.0]


@pytest.mark.parametrize(
    ("win", "expected"),
    [
        # μ = 0.5, ρ = 0.05, d = 0.2, κ = 0.1: (0.5 (p + (1 − p) 0.2) − 0.1) / 0.55
        (1.0, 0.4 / 0.55),
        (0.5, 0.2 / 0.55),
        (0.1, 0.2),  # 0.04 / 0.55 is less than defeat: it yields
    ],
)
def test_war_value_by_hand(win, expected):
    args = [jnp.asarray(x) for x in (win, 0.2, 0.1, 0.5, 0.05)]
    assert float(war_value(*args)) == pytest.approx(expected, rel=1e-14)


def test_a_side_yields_exactly_where_fighting_is_worth_less():
    win = jnp.linspace(0.0, 1.0, 1001)
    rest = [jnp.asarray(x) for x in (0.2, 0.1, 0.5, 0.05)]
    fighting = np.asarray(linear_war_value(win, *rest))
    assert (fighting < 0.2).any()
    assert (fighting > 0.2).any()
    np.testing.assert_array_equal(war_value(win, *rest), np.where(fighting < 0.2, 0.2, fighting))
