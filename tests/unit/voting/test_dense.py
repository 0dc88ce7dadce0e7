"""Power over the dense array of sums, against every coalition, exact counts in whole numbers, and published values."""

import math
import random
from fractions import Fraction

import numpy as np
import pytest

from holdfast.voting import _dense, _owen
from holdfast.voting._dense import banzhaf, collectivity, log2_winning, shapley_shubik

BRUTE = {"floats": 700, "whole numbers": 1500}


def by_coalition(weights, quota):
    """How many coalitions of each size each member turns, and how many win, all of them listed."""
    n = len(weights)
    inside = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
    reached = inside @ np.array(weights)
    turned = np.zeros((n, n), dtype=int)
    for i, weight in enumerate(weights):
        turns = (inside[:, i] == 0) & (reached < quota) & (reached + weight >= quota)
        turned[i] = np.bincount(inside[turns].sum(axis=1), minlength=n)[:n]
    return turned.tolist(), int((reached >= quota).sum())


def by_counting(weights, quota):
    """The same in whole numbers of any size: coalitions by size and weight, each member divided out again."""
    n = len(weights)
    count = np.zeros((n + 1, quota), dtype=object)
    count[0, 0] = 1
    for weight in weights:
        if weight < quota:
            count[1:, weight:] = count[1:, weight:] + count[:-1, : quota - weight]
    turned = {}
    for weight in set(weights):
        others = count.copy()
        if weight < quota:
            for size in range(1, n + 1):
                others[size, weight:] = count[size, weight:] - others[size - 1, : quota - weight]
        turned[weight] = [
            int(others[size, max(0, quota - weight) :].sum()) if weight else 0 for size in range(n)
        ]
    return [turned[weight] for weight in weights], 2**n - int(count.sum())


def exact(turned):
    """Banzhaf and Shapley–Shubik as fractions, from how many coalitions of each size are turned."""
    n = len(turned)
    orders = [Fraction(1, n * math.comb(n - 1, size)) for size in range(n)]
    return (
        [Fraction(sum(counts), 2 ** (n - 1)) for counts in turned],
        [sum(c * share for c, share in zip(counts, orders, strict=True)) for counts in turned],
    )


def assert_right(found, expected):
    """To 10⁻¹², to 10⁻⁹ of itself, and no further off than the error says; 0 exactly."""
    values, error = found
    assert len(values) == len(expected)
    for value, right in zip(values.tolist(), expected, strict=True):
        off = abs(Fraction(value) - right)
        assert off <= min(Fraction(1, 10**12), right / 10**9, Fraction(error))


def assert_all_right(weights, quota, counted):
    turned, winning = counted(weights, quota)
    of_banzhaf, of_shapley = exact(turned)
    assert_right(banzhaf(weights, quota), of_banzhaf)
    assert_right(shapley_shubik(weights, quota), of_shapley)
    assert collectivity(weights, quota) == pytest.approx(winning / 2 ** len(weights), rel=1e-14)
    assert log2_winning(weights, quota) == pytest.approx(math.log2(winning), rel=1e-14, abs=1e-13)


def small_game(rng, number):
    """Up to ten members: few or many values, zeros, weights above the quota; a quota of 1, of the total, or any."""
    weights = [0]
    while not any(weights):
        highest = rng.choice([1, 3, 20, 500])
        weights = [rng.randint(0, highest) for _ in range(rng.randint(1, 10))]
    if number % 5 == 0:
        weights[rng.randrange(len(weights))] *= rng.choice([0, 10, 1000])
    total = sum(weights) or (weights := [1]).count(1)
    return weights, rng.choice([1, total, rng.randint(1, total), rng.randint(1, total), -(-total * 7 // 10)])


@pytest.fixture(params=["floats", "whole numbers"])
def either(request, monkeypatch):
    """Have games solved in floats even where whole numbers would be faster, and the other way round."""
    monkeypatch.setattr(_dense, "_FEW", 0 if request.param == "floats" else 50_000)
    return request.param


def test_every_coalition_of_small_games(either) -> None:
    rng = random.Random(0)
    for number in range(BRUTE[either]):
        assert_all_right(*small_game(rng, number), by_coalition)


@pytest.mark.parametrize("share", [50, 70, 85, 100])
@pytest.mark.parametrize(
    "weights",
    [
        [max(1, int(400 / (k + 1) ** 1.2)) for k in range(45)],
        [1] * 20 + [137, 151, 163, 179, 191],
        [1] * 12 + [100] * 4 + [200] * 3,
        [1, 2, 3] * 10 + [1000, 1001],
        [7] * 30 + [0] * 5,
        list(range(1, 41)),
        [1 + 7 * k % 20 for k in range(70)],
    ],
    ids=[
        "skewed",
        "tiny among giants",
        "gaps between the sums",
        "two giants",
        "equal",
        "all different",
        "seventy, past 64 bits",
    ],
)
def test_exact_counts_in_larger_games(either, weights, share) -> None:
    assert_all_right(weights, max(1, sum(weights) * share // 100), by_counting)


@pytest.mark.parametrize("quota", [1, 2, 300, 501, 850, 1000])
def test_a_thousand_equal_members(either, quota) -> None:
    found, error = shapley_shubik([1] * 1000, quota)
    assert np.all(found == found[0])
    assert_right((found[:1], error), [Fraction(1, 1000)])
    values, _ = banzhaf([1] * 1000, quota)
    assert values[0] == pytest.approx(
        math.exp(math.log(math.comb(999, quota - 1)) - 999 * math.log(2)), rel=1e-9
    )
    assert np.all(values == values[0])
    winning = sum(math.comb(1000, k) for k in range(quota, 1001))
    assert log2_winning([1] * 1000, quota) == pytest.approx(math.log2(winning), rel=1e-14, abs=1e-12)


@pytest.mark.parametrize("share", [50, 60])
def test_three_giants_among_many_equal_members(share) -> None:
    """Where power turns sharply with p at several places, so that a short rule must notice that it is too short."""
    giants, ones = [80, 60, 50], 300
    weights = giants + [1] * ones
    quota, n = sum(weights) * share // 100, len(weights)
    of_giants = []
    for i in range(3):
        a, b = (w for j, w in enumerate(giants) if j != i)
        of_giants.append(Fraction(0))
        for friends, helped in [(0, 0), (1, a), (1, b), (2, a + b)]:
            for k in range(max(0, quota - giants[i] - helped), min(ones, quota - 1 - helped) + 1):
                of_giants[i] += Fraction(math.comb(ones, k), n * math.comb(n - 1, k + friends))
    of_one = (1 - sum(of_giants)) / ones
    assert_right(shapley_shubik(weights, quota), [*of_giants, *[of_one] * ones])


def test_security_council_with_vetoes_as_weights(either) -> None:
    """Nine votes of fifteen and no veto: 421/2145 and 4/2145, 848 of 32,768 (Straffin 1994)."""
    weights, quota = [7] * 5 + [1] * 10, 39
    assert_right(shapley_shubik(weights, quota), [Fraction(421, 2145)] * 5 + [Fraction(4, 2145)] * 10)
    assert_right(banzhaf(weights, quota), [Fraction(848, 2**14)] * 5 + [Fraction(84, 2**14)] * 10)
    assert log2_winning(weights, quota) == pytest.approx(math.log2(848), rel=1e-15)


def test_a_veto_of_any_weight_costs_nothing() -> None:
    heavy = 10**30
    values, _ = shapley_shubik([heavy, heavy, 3, 2, 1], 2 * heavy + 4)
    assert values.tolist() == pytest.approx(shapley_shubik([7, 7, 3, 2, 1], 18)[0].tolist(), rel=1e-12)


def large_game():
    rng = random.Random(3)
    return [rng.randrange(20, 60) + int(40_000 / (k + 3) ** 1.3) for k in range(190)]


@pytest.mark.parametrize("share", [30, 50, 70, 85])
def test_large_game_without_subtraction(share) -> None:
    """Taking members out of the whole agrees with leaving each out, at every p, within the error it states."""
    weights = large_game()
    game = _dense._game(weights, sum(weights) * share // 100)
    every = list(range(len(game.kinds)))
    for p in (0.05, 0.3, 0.5, 0.6, 0.9):
        taken, error = _dense._taken_out(game, p)
        left = _dense._left_out(game, p, every)
        assert np.all(np.abs(taken - left) <= error + 1e-12 * left)
        assert np.all(left[1:] >= left[:-1] * (1 - 1e-12))


@pytest.mark.parametrize("share", [50, 70, 85])
def test_large_game_laws(share) -> None:
    weights = large_game()
    quota = sum(weights) * share // 100
    (found, error), mixed = shapley_shubik(weights, quota), random.Random(1).sample(range(190), 190)
    assert abs(found.sum() - 1) <= error < 1e-12
    again, _ = shapley_shubik([weights[m] for m in mixed], quota)
    dual, _ = shapley_shubik(weights, sum(weights) - quota + 1)
    assert again == pytest.approx(found[mixed], rel=1e-12)
    assert dual == pytest.approx(found, rel=1e-9)
    assert banzhaf(weights, sum(weights) - quota + 1)[0] == pytest.approx(
        banzhaf(weights, quota)[0], rel=1e-9
    )
    order = np.argsort(weights)
    assert np.all(np.diff(found[order]) >= -1e-15)


def test_the_sure_rule_integrates_any_power() -> None:
    """Of every Bernstein polynomial of a body of 300, half of it in the bounds or more, what the rule makes is 1/300."""
    size, missed = _owen.sure_size(300, 0.0, 1.0)
    assert size < 100
    assert missed < 1e-12
    nodes, shares = _owen.gauss(size, 0.0, 1.0)
    for k in (0, 1, 40, 150, 299):
        found = sum(
            Fraction(float(s)) * Fraction(float(p)) ** k * (1 - Fraction(float(p))) ** (299 - k)
            for p, s in zip(nodes, shares, strict=True)
        )
        assert abs(float(math.comb(299, k) * found * 300 - 1)) < 2e-12


@pytest.mark.parametrize("size", [16, 20, 26, 36, 50, 70, 100])
@pytest.mark.parametrize("members", [30, 100, 400])
def test_a_rule_that_is_too_short_is_noticed(size, members) -> None:
    nodes, shares = _owen.gauss(size, 0.0, 1.0)
    k = np.array([0, 3, members // 5, members // 2])
    value = np.exp(
        _owen._log_binomials(members - 1)[k]
        + k * np.log(nodes[:, None])
        + (members - 1 - k) * np.log1p(-nodes[:, None])
    ).T
    found, told = value @ shares, _owen.fading(value, shares)
    off = np.abs(found - 1 / members)
    noticed = told > 1e-6 * np.maximum(found, 1 / members)
    assert np.all(noticed | (off <= told + 1e-13))
    assert np.any(noticed) or size >= members / 4


@pytest.mark.parametrize("quota", [1, 30, 60, 99, 100])
def test_what_is_cut_off_is_rare(quota) -> None:
    p = _owen.rarely(np.ones(100), quota, 1e-15)
    tail = sum(
        math.comb(100, k) * Fraction(p) ** k * (1 - Fraction(p)) ** (100 - k) for k in range(quota, 101)
    )
    assert tail <= 1e-15
    assert quota < 30 or p > quota / 1000


def test_dictator_takes_no_array() -> None:
    weights = [10**20, 5, 7, 0]
    assert banzhaf(weights, 10**15)[0].tolist() == [1.0, 0.0, 0.0, 0.0]
    assert shapley_shubik(weights, 10**15)[0].tolist() == [1.0, 0.0, 0.0, 0.0]
    assert collectivity(weights, 10**15) == 0.5


def test_scales_that_floats_cannot_hold(either) -> None:
    """Two to the power of five thousand coalitions, and members who turn one of them."""
    assert log2_winning([1] * 5000, 5000) == 0.0
    assert log2_winning([1] * 5000, 1) == pytest.approx(5000.0, rel=1e-15)
    assert collectivity([1] * 5000, 2500) == pytest.approx(0.5 + math.comb(5000, 2500) / 2**5001, rel=1e-12)
    assert banzhaf([1] * 1000, 1000)[0][0] == 2.0**-999
    assert banzhaf([1] * 5000, 5000)[0][0] == 0.0


def test_a_quota_too_large_for_an_array() -> None:
    with pytest.raises(_dense.TooManySumsError):
        banzhaf([10**12 + 1, 10**12 + 2, 10**12 + 3], 2 * 10**12)


def test_arguments_stay_as_they_are() -> None:
    weights = [5, 0, 9, 3]
    shapley_shubik(weights, 6)
    assert weights == [5, 0, 9, 3]
