"""Nash, Kalai–Smorodinsky and egalitarian choices among packages: Nash's own example, hand-worked cases, the definitions, bad input."""

from __future__ import annotations

import numpy as np
import pytest

from holdfast.bargaining.axiomatic import Choice, Chosen, egalitarian, kalai_smorodinsky, nash
from holdfast.errors import InputError
from tests.unit.bargaining.barter import JACK_GETS, barter

RULES = [nash, kalai_smorodinsky, egalitarian]


def test_nashs_own_example() -> None:
    """Nash (1950), p. 161: of 512 divisions the product of gains is largest at (12, 5), in one way only."""
    held, worth, before = barter()
    choice = nash(worth, before)
    (best,) = np.flatnonzero(choice.best)
    assert held[best] == JACK_GETS
    assert (worth[best] - before).tolist() == [12, 5]


@pytest.mark.parametrize("aversion", [0.3, 0.5, 1.0, 2.0])
def test_divide_the_dollar_with_risk_aversion(aversion: float) -> None:
    """With u_1 = x^a and u_2 = 1 − x Nash's product is largest at x = a / (1 + a): who is more averse to risk gets less."""
    x = np.arange(100_001) / 100_000
    found = x[nash(np.stack([x**aversion, 1 - x], axis=1), np.zeros(2)).best]
    assert np.abs(found - aversion / (1 + aversion)).max() < 1e-4
    # Kalai–Smorodinsky: x^a = 1 − x, since both ideals are 1
    (fair,) = x[kalai_smorodinsky(np.stack([x**aversion, 1 - x], axis=1), np.zeros(2)).best]
    assert fair**aversion == pytest.approx(1 - fair, abs=2e-4)


def by_definition(rule: object, worth: np.ndarray, d: np.ndarray, w: np.ndarray) -> tuple[set[int], bool]:
    """Return the best packages in plain Python, from whole numbers, and whether Nash's rule chooses at all."""
    rational = [p for p in range(len(worth)) if all(worth[p, i] >= d[i] for i in range(len(d)))]
    ideal = [max((worth[p, i] - d[i] for p in rational), default=0) for i in range(len(d))]
    able = [i for i in range(len(d)) if ideal[i] > 0]

    def key(p: int) -> list[float]:
        gains = [worth[p, i] - d[i] for i in able]
        if rule is nash:
            return [float(np.prod([g ** float(w[i]) for g, i in zip(gains, able, strict=True)]))]
        parts = [w[i] * (ideal[i] if rule is kalai_smorodinsky else 1) for i in able]
        return sorted(g / part for g, part in zip(gains, parts, strict=True))

    keys = {p: key(p) for p in rational}
    most = max(keys.values(), default=[])
    best = {p for p in rational if all(abs(a - b) < 1e-9 for a, b in zip(keys[p], most, strict=True))}
    return best, not (rule is nash and able and rational and most[0] == 0)


@pytest.mark.parametrize("rule", RULES)
def test_is_what_the_definition_says(rule) -> None:
    """On whole numbers, with many ties, packages that somebody refuses and parties that cannot gain; all draws at once."""
    rng = np.random.default_rng(3)
    seen = set()
    for packages, parties in ((1, 1), (4, 2), (6, 3), (9, 4)):
        worth = rng.integers(0, 5, (packages, parties, 60)).astype(float)
        d = rng.integers(0, 3, (parties, 60)).astype(float)
        w = rng.choice([0.5, 1.0, 2.0], parties)
        choice = rule(worth, d, w)
        for draw in range(60):
            best, chooses = by_definition(rule, worth[..., draw], d[:, draw], w)
            outcome = Chosen(int(choice.outcome[draw]))
            seen.add(outcome)
            assert set(np.flatnonzero(choice.best[:, draw])) == best
            expected = Chosen.AGREED if chooses else Chosen.NO_COMMON_GAIN
            assert outcome == (expected if best else Chosen.EMPTY)
    assert {Chosen.AGREED, Chosen.EMPTY} <= seen
    assert (Chosen.NO_COMMON_GAIN in seen) == (rule is nash)


@pytest.mark.parametrize("rule", RULES)
def test_draws_do_not_meet(rule) -> None:
    rng = np.random.default_rng(4)
    worth, d = rng.normal(size=(8, 3, 20)), rng.normal(size=(3, 20)) - 1
    together = rule(worth, d)
    for draw in range(20):
        alone: Choice = rule(worth[..., draw], d[:, draw])
        assert alone.best.shape == (8,)
        for one, all_ in zip(alone, together, strict=True):
            np.testing.assert_array_equal(one, all_[..., draw])


def test_an_empty_set_is_said_to_be_empty() -> None:
    choice = nash(np.array([[1.0, -1.0], [-1.0, 1.0]]), np.zeros(2))
    assert choice.outcome == Chosen.EMPTY
    assert not choice.best.any()
    assert not choice.rational.any()
    assert np.isnan(choice.value)


def test_a_party_that_gains_nowhere_holds_up_nobody() -> None:
    """It refuses the third package; of the others Nash takes the larger product of those who do gain."""
    worth = np.array([[1.0, 4.0, 0.0], [2.0, 3.0, 0.0], [9.0, 9.0, -1.0]])
    for rule in RULES:
        assert rule(worth, np.zeros(3)).best.tolist() == [False, True, False]


def test_ties_are_all_reported() -> None:
    worth = np.array([[2.0, 1.0], [1.0, 2.0], [1.0, 2.0]])
    for rule in RULES:
        assert rule(worth, np.zeros(2)).best.all()


def test_weights_turn_the_choice() -> None:
    worth = np.array([[3.0, 1.0], [2.0, 2.0], [1.0, 3.0]])
    for rule in RULES:
        assert rule(worth, np.zeros(2)).best.tolist() == [False, True, False]
        assert rule(worth, np.zeros(2), np.array([3.0, 1.0])).best.tolist() == [True, False, False]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    ("worth", "d", "w", "told"),
    [
        (np.zeros((0, 2)), np.zeros(2), None, "at least one package"),
        (np.array([[0.0, np.inf]]), np.zeros(2), None, r"utilities\[0, 1\] = inf"),
        (np.zeros((2, 2)), np.array([0.0, np.nan]), None, r"disagreement\[1\] = nan"),
        (np.zeros((2, 2)), np.zeros(2), np.array([1.0, 0.0]), r"weights\[1\] = 0; must be above 0"),
    ],
)
def test_bad_input_is_named(rule, worth, d, w, told) -> None:
    with pytest.raises(InputError, match=told):
        rule(worth, d, w)


def test_products_that_differ_by_rounding_are_tied() -> None:
    """Five pairs of gains whose product is 0.3, and one below: the sums of logarithms of the five differ in their last digits."""
    share = np.array([0.1, 0.2, 0.3, 0.5, 0.7, 0.6])
    worth = np.stack([share, np.array([*0.3 / share[:5], 0.4])], axis=1)
    logs = np.log(worth / worth.max(0)).sum(1)[:5]
    assert 0 < logs.max() - logs.min() < 1e-12
    choice = nash(worth, np.zeros(2))
    assert choice.best.tolist() == [True] * 5 + [False]
    assert choice.value == pytest.approx((0.3 / (0.7 * 3)) ** 0.5)
