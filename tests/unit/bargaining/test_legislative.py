"""Legislative bargaining: published closed forms, hand-derived ones, every coalition counted one by one, bad input."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys

import numpy as np
import pytest
from scipy.optimize import nnls

from holdfast.bargaining.legislative import Bargain, Outcome, coalitions, divide, quota
from holdfast.errors import InputError


def equal(parties: int) -> np.ndarray:
    return np.full(parties, 1 / parties)


@pytest.mark.parametrize(("parties", "delta"), [(3, 0.2), (5, 0.8), (5, 0.99)])
def test_a_majority_of_equals(parties: int, delta: float) -> None:
    """Baron & Ferejohn (1989): each expects 1 / n, and a proposer keeps 1 − δ (n − 1) / 2n."""
    found = divide(quota(np.ones(parties, int), parties // 2 + 1), equal(parties), np.full(parties, delta))
    assert found.values == pytest.approx(equal(parties), abs=1e-10)
    assert found.keeps == pytest.approx(1 - delta * (parties - 1) / (2 * parties), abs=1e-10)
    assert found.includes.sum(1) == pytest.approx(parties // 2)
    assert found.outcome is Outcome.FOUND


def test_the_patient_get_less_under_majority_rule() -> None:
    """Kawamori (2005): with patient parties, like recognition and no unanimity, values are as 1 / δ: prices are equal."""
    delta = np.array([0.96, 0.97, 0.98, 0.985, 0.99])
    found = divide(quota(np.ones(5, int), 3), np.array([0.21, 0.2, 0.19, 0.2, 0.2]), delta)
    assert found.values == pytest.approx((1 / delta) / (1 / delta).sum(), abs=1e-8)
    assert found.residual < 1e-8


@pytest.mark.parametrize("delta", [0.1, 0.9, 0.999])
def test_one_veto_among_three(delta: float) -> None:
    """By hand: v = (1 − δ w) / 3 + 2 δ v / 3 with w = (1 − v) / 2 gives v = (2 − δ) / (6 − 5 δ).

    As δ goes to 1 the others are left with nothing (Winter 1996).
    """
    found = divide(quota(np.ones(3, int), 2, np.array([True, False, False])), equal(3), np.full(3, delta))
    value = (2 - delta) / (6 - 5 * delta)
    assert found.values == pytest.approx([value, (1 - value) / 2, (1 - value) / 2], abs=1e-10)
    if delta > 0.99:
        assert found.values[1] < 0.003


@pytest.mark.parametrize("delta", [0.3, 0.9])
def test_a_veto_is_bought_once_however_cheap_it_is(delta: float) -> None:
    """Votes 3, 1, 1, 1, of which 5 are needed, a veto for the first, for whom nothing later is worth anything: its price is 0.

    By hand: a small proposer has the veto's 3 votes beside its own and must buy one of the two others; the first buys two of three. With r
    the price of a small party, v = (1 − r) / 4 + r (⅔ + 2 · ½) / 4 = ¼ + r / 6, so v = ¼ / (1 − δ / 6).
    """
    veto = np.array([True, False, False, False])
    found = divide(quota(np.array([3, 1, 1, 1]), 5, veto), equal(4), np.array([0, delta, delta, delta]))
    value = 0.25 / (1 - delta / 6)
    assert found.values == pytest.approx([1 - 3 * value, value, value, value], abs=1e-9)
    assert found.keeps == pytest.approx([1 - 2 * delta * value, *[1 - delta * value] * 3], abs=1e-9)
    assert found.outcome is Outcome.FOUND


def test_unanimity() -> None:
    """By hand: everybody is always paid, so v_i (1 − δ_i) is in proportion to p_i."""
    p, delta = np.array([0.5, 0.3, 0.2]), np.array([0.9, 0.8, 0.95])
    found = divide(coalitions(np.ones((1, 3), bool)), p, delta)
    share = p / (1 - delta)
    assert found.values == pytest.approx(share / share.sum(), abs=1e-10)


def test_one_party_decides() -> None:
    """By hand: the others must buy it at δ v, so v = p / (1 − δ (1 − p)); they keep the rest when they propose."""
    p, delta = np.array([0.2, 0.5, 0.3]), np.array([0.9, 0.5, 0.5])
    found = divide(coalitions(np.array([[True, False, False]])), p, delta)
    value = 0.2 / (1 - 0.9 * 0.8)
    assert found.values[0] == pytest.approx(value, abs=1e-10)
    assert found.keeps == pytest.approx([1, 1 - 0.9 * value, 1 - 0.9 * value], abs=1e-10)


@pytest.mark.parametrize("delta", [0.5, 0.95])
def test_one_large_and_four_small(delta: float) -> None:
    """Weights 3, 1, 1, 1, 1, quota 4, recognition as weights. By hand: values are as weights, and a small proposer buys the large
    party one time in four.
    """
    weights = np.array([3, 1, 1, 1, 1])
    found = divide(quota(weights, 4), weights / 7, np.full(5, delta))
    assert found.values == pytest.approx(weights / 7, abs=1e-9)
    assert found.includes[1, 0] == pytest.approx(0.25, abs=1e-6)
    assert found.includes[0, 1] == pytest.approx(0.25, abs=1e-6)


def winning_sets(weights: np.ndarray, needed: int, veto: np.ndarray) -> np.ndarray:
    every = np.array(list(itertools.product([False, True], repeat=len(weights))))
    return every[(every @ weights >= needed) & (every | ~veto).all(1)]


def check_every_deviation(found: Bargain, winning: np.ndarray, p: np.ndarray, delta: np.ndarray) -> None:
    """No proposer has a cheaper winning coalition, each mixes only cheapest ones, and values are what that gives."""
    parties = len(p)
    prices = delta * found.values
    expected = np.zeros(parties)
    for proposer in range(parties):
        others = np.array(
            sorted({tuple(row) for row in winning[:, np.arange(parties) != proposer].tolist()}), float
        )
        # with the proposer's own consent
        with_own = np.array([w for w in winning if w[proposer]])[:, np.arange(parties) != proposer].astype(
            float
        )
        cost = with_own @ np.delete(prices, proposer)
        assert len(others) >= len(with_own)
        assert found.keeps[proposer] == pytest.approx(1 - cost.min(), abs=1e-9)
        assert 1 - cost.min() >= prices[proposer] - 1e-9  # better than to be refused
        cheapest = with_own[cost <= cost.min() + 1e-7]
        paid = np.delete(found.includes[proposer], proposer)
        costly = np.delete(prices, proposer) > 1e-9
        _, off = nnls(np.vstack([cheapest.T[costly], np.ones(len(cheapest))]), np.append(paid[costly], 1.0))
        assert off < 1e-6
        expected[proposer] += p[proposer] * (1 - cost.min())
        expected += p[proposer] * found.includes[proposer] * prices
    assert found.values == pytest.approx(expected, abs=1e-8)
    assert found.values.sum() == pytest.approx(1, abs=1e-9)


def test_no_deviation_pays_in_random_games() -> None:
    """Weighted quotas with vetoes, unequal recognition and patience; the same through a list of winning coalitions."""
    rng = np.random.default_rng(41)
    parties = 5
    for case in range(10):
        weights = rng.integers(1, 6, parties)
        needed = int(weights.sum() // 2 + 1)
        veto = rng.random(parties) < (0.25 if case % 2 else 0.0)
        p, delta = rng.dirichlet(np.ones(parties)), rng.uniform(0.2, 0.99, parties)
        winning = winning_sets(weights, needed, veto)
        listed = np.zeros((32, parties), bool)
        listed[:] = winning[
            0
        ]  # one shape for all cases, so that it is compiled once; repeated coalitions change nothing
        listed[: len(winning)] = winning
        table = quota(weights, needed, veto)
        answers = [divide(rule, p, delta) for rule in (table, coalitions(listed))]
        for found in answers:
            assert found.outcome is Outcome.FOUND
            assert found.residual < 1e-8
            check_every_deviation(found, winning, p, delta)
        assert answers[0].values == pytest.approx(answers[1].values, abs=1e-8)


@pytest.mark.slow
def test_thirty_parties() -> None:
    """No list of coalitions could be made: there are 145 million minimal ones."""
    rng = np.random.default_rng(42)
    found = divide(quota(np.ones(30, int), 16), rng.dirichlet(np.full(30, 3.0)), np.full(30, 0.95))
    assert found.residual < 1e-7
    assert found.includes.sum(1) == pytest.approx(15, abs=1e-5)


def test_is_as_precise_outside_the_tests() -> None:
    """The tests turn double precision on for all of JAX; whoever only imports this module has it too."""
    code = "import numpy as np; from holdfast.bargaining.legislative import divide, quota; print(divide("
    code += "quota(np.array([1, 3, 1, 4, 3]), 7), np.array([0.14, 0.5, 0.06, 0.05, 0.25]), np.full(5, 0.9)).residual)"
    rest = {name: value for name, value in os.environ.items() if name != "JAX_ENABLE_X64"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=rest)
    assert float(done.stdout) < 1e-9


def test_a_party_that_never_proposes_gets_nothing_and_costs_nothing() -> None:
    found = divide(quota(np.ones(3, int), 2), np.array([0.5, 0.5, 0.0]), np.full(3, 0.9))
    assert found.values == pytest.approx([0.5, 0.5, 0], abs=1e-6)
    assert found.keeps == pytest.approx([1, 1, 0.55], abs=1e-6)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: coalitions(np.zeros((0, 3), bool)), "at least one coalition"),
        (lambda: coalitions(np.zeros((1, 3), bool)), r"winning\[0\] has no members"),
        (lambda: quota(np.array([1, -1]), 1), r"weights\[1\] = -1"),
        (lambda: quota(np.array([1, 1]), 3), "needed = 3; must be above 0 and at most all votes, 2"),
        (lambda: quota(np.full(30, 10**6), 16 * 10**6), "Divide all weights"),
        (
            lambda: divide(quota(np.ones(2, int), 1), np.array([0.5, 0.6]), np.zeros(2)),
            "recognition sums to 1.1",
        ),
        (
            lambda: divide(quota(np.ones(2, int), 1), np.array([-0.5, 1.5]), np.zeros(2)),
            r"recognition\[0\] = -0.5",
        ),
        (
            lambda: divide(quota(np.ones(2, int), 1), equal(2), np.array([0.5, 1.0])),
            r"discount\[1\] = 1; must be 0 or more",
        ),
    ],
)
def test_bad_input_is_named(call, told) -> None:
    with pytest.raises(InputError, match=told):
        call()
