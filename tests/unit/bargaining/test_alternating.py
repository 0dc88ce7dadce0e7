"""Alternating offers: closed forms, published cases, a long finite game solved backwards, bad input."""

from __future__ import annotations

import numpy as np
import pytest

from holdfast.bargaining.alternating import deal, frequent_offers, patience
from holdfast.errors import InputError


def test_without_outside_options_is_rubinsteins_division() -> None:
    """(1 − δ2) / (1 − δ1 δ2) for who offers first (Rubinstein 1982)."""
    d1, d2 = np.meshgrid(np.arange(10) / 10, np.arange(10) / 10)
    found = deal(np.stack([d1, d2]), np.zeros((2, 10, 10)))
    np.testing.assert_allclose(found.shares[0, 0], (1 - d2) / (1 - d1 * d2), atol=1e-15)
    np.testing.assert_allclose(found.shares[1, 1], (1 - d1) / (1 - d1 * d2), atol=1e-15)
    np.testing.assert_allclose(found.shares.sum(1), 1, atol=1e-15)
    assert found.agreed.all()
    assert not found.binding.any()


@pytest.mark.parametrize("delta", [0.3, 0.7, 0.95])
def test_one_outside_option(delta: float) -> None:
    """Osborne & Rubinstein (1994), on opting out: with b above δ / (1 + δ) the first party gets 1 − b, and the second keeps
    1 − δ (1 − b) when it offers.
    """
    limit = delta / (1 + delta)
    for b in (limit - 0.05, limit + 0.05):
        found = deal(np.array([delta, delta]), np.array([0.0, b]))
        if b < limit:
            assert found.shares[0] == pytest.approx([1 / (1 + delta), limit])
            assert not found.binding.any()
        else:
            assert found.shares[0] == pytest.approx([1 - b, b])
            assert found.shares[1] == pytest.approx([delta * (1 - b), 1 - delta * (1 - b)])
            assert found.binding.tolist() == [False, True]


def test_a_long_finite_game_solved_backwards() -> None:
    """The last to be offered something takes what there is; a thousand offers earlier that no longer matters."""
    rng = np.random.default_rng(31)
    discount = rng.uniform(0, 0.97, (2, 500))
    outside = rng.uniform(0, 0.6, (2, 500))
    both = outside.sum(0) <= 1
    keeps = np.ones((2, 500))
    for _ in range(1500):
        keeps = 1 - np.maximum(outside[::-1], discount[::-1] * keeps[::-1])
    found = deal(discount, outside)
    assert (found.agreed == both).all()
    np.testing.assert_allclose(found.shares[0, 0][both], keeps[0][both], atol=1e-12)
    np.testing.assert_allclose(found.shares[1, 1][both], keeps[1][both], atol=1e-12)
    np.testing.assert_array_equal(found.shares[0][:, ~both], outside[:, ~both])
    assert (~both).sum() > 20


def test_options_that_take_up_the_whole_pie_are_what_is_agreed() -> None:
    """By hand: with ¼ and ¾ outside there is nothing to lose by agreeing on just that; with a sixteenth more there is no agreement."""
    found = deal(np.full((2, 2), 0.9), np.array([[0.25, 0.3125], [0.75, 0.75]]))
    assert found.agreed.tolist() == [True, False]
    assert found.shares[0].tolist() == found.shares[1].tolist() == [[0.25, 0.3125], [0.75, 0.75]]
    assert found.binding.all()


def test_frequent_offers_are_the_limit() -> None:
    """A party three times as impatient gets a quarter; who offers first matters less and less."""
    rate, outside = (
        np.array([[0.06, 0.06, 0.06], [0.02, 0.02, 0.02]]),
        np.array([[0, 0.5, 0.0], [0, 0.0, 0.9]]),
    )
    limit = frequent_offers(rate, outside)
    np.testing.assert_allclose(limit, [[0.25, 0.5, 0.1], [0.75, 0.5, 0.9]], atol=1e-12)
    apart = [np.abs(deal(patience(rate, step), outside).shares - limit).max() for step in (1.0, 0.1, 0.001)]
    assert apart[0] > apart[1] > apart[2]
    assert apart[2] < 1e-4
    assert np.isnan(frequent_offers(np.ones(2), np.array([0.6, 0.6]))).all()


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (
            lambda: deal(np.array([1.0, 0.5]), np.zeros(2)),
            r"discount\[0\] = 1; must be 0 or more and below 1",
        ),
        (lambda: deal(np.array([0.5, 0.5]), np.array([0.0, -0.1])), r"outside\[1\] = -0.1"),
        (lambda: deal(np.array([0.5, np.nan]), np.zeros(2)), r"discount\[1\] = nan"),
        (lambda: frequent_offers(np.array([0.0, 1.0]), np.zeros(2)), r"rate\[0\] = 0; must be above 0"),
        (lambda: patience(np.ones(2), 0.0), "years_between_offers = 0; must be above 0"),
        (lambda: deal(np.zeros(3), np.zeros(3)), "between two parties"),
    ],
)
def test_bad_input_is_named(call, told) -> None:
    with pytest.raises(InputError, match=told):
        call()
