"""Power of large games: nothing overflows, and what is too large is refused in words."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import numpy as np
import pytest

from holdfast import voting
from holdfast.errors import InputError
from holdfast.voting import _counts, _diagram, at_least, simple_game, weighted
from holdfast.voting._counts import counts
from holdfast.voting._halves import sized
from holdfast.voting._halves import swings_by_size as swings_in_halves
from holdfast.voting._profiles import Profiles


def names(count):
    return [f"m{k}" for k in range(count)]


@pytest.mark.parametrize("count", [62, 63, 64, 65, 68, 100, 200, 1000])
def test_equal_members_have_exact_power_at_any_number(count):
    """Counts pass 2^63 from 68 members on; a binomial coefficient says what they are."""
    quota = count // 2 + 1
    game = simple_game(at_least(quota, names(count)))
    swings = comb(count - 1, quota - 1)
    winning = sum(comb(count, k) for k in range(quota, count + 1))
    assert set(voting.shapley_shubik(game, exact=True).values) == {Fraction(1, count)}
    assert set(voting.banzhaf(game, exact=True).values) == {Fraction(swings, 2 ** (count - 1))}
    assert set(voting.coleman_prevent(game, exact=True).values) == {Fraction(swings, winning)}
    assert voting.winning_coalitions(game) == winning
    assert voting.minimal_winning(game) == comb(count, quota)
    assert voting.banzhaf(game).values[0] == pytest.approx(swings / 2 ** (count - 1), rel=1e-15)
    np.testing.assert_allclose(np.asarray(voting.shapley_shubik(game).values), 1 / count, rtol=1e-15)


@pytest.mark.parametrize("count", [68, 100])
def test_equal_members_in_a_diagram_too(count):
    quota = count // 2 + 1
    game = simple_game(at_least(quota, names(count)))
    swings = _diagram.diagram(game).swings_by_size()
    assert swings == [[comb(count - 1, k) if k == quota - 1 else 0 for k in range(count)]] * count


def test_heavy_and_light_members_of_a_hundred():
    """One with 50 of 150 votes among 100 of one vote each; majority 76: it is pivotal in 50 of 101 places."""
    game = simple_game(weighted(76, {"big": 50} | dict.fromkeys(names(100), 1)))
    values = voting.shapley_shubik(game, exact=True).values
    assert values[0] == Fraction(50, 101)
    assert set(values[1:]) == {Fraction(51, 101) / 100}


def test_meeting_in_the_middle_of_thirty_unlike_members():
    """A majority of members alone: the weights, all unlike, ask for no more than any majority has."""
    weights = {f"m{k}": k + 1 for k in range(24)}
    game = simple_game(voting.all_of([at_least(13, weights), weighted(20, weights)]))
    rule = sized(game)
    assert rule is not None
    assert swings_in_halves(rule) == [[comb(23, k) if k == 12 else 0 for k in range(24)]] * 24
    assert voting.banzhaf(game).method == "meeting in the middle"


def test_power_of_nobody_where_the_outcome_is_settled():
    game = simple_game(weighted(0, {"a": 2, "b": 1}))
    for measure in (
        voting.shapley_shubik,
        voting.banzhaf,
        voting.banzhaf_normalised,
        voting.coleman_prevent,
        voting.coleman_initiate,
        voting.johnston,
        voting.deegan_packel,
        voting.holler,
    ):
        assert measure(game, exact=True).values == (0, 0)
        assert list(measure(game).values) == [0.0, 0.0]
    assert voting.collectivity(game) == 1
    assert voting.minimal_winning_coalitions(game) == [()]
    assert voting.minimal_blocking_coalitions(game) == []


def test_weights_above_any_machine_number():
    """10^30 and two small ones: the large needs one of them."""
    game = simple_game(weighted(10**30 + 1, {"a": 10**30, "b": 3, "c": 5}))
    expected = (Fraction(2, 3), Fraction(1, 6), Fraction(1, 6))
    assert voting.shapley_shubik(game, exact=True).values == expected
    assert voting.owen(game, [], exact=True).values == expected
    assert _diagram.diagram(game).winning_by_size() == Profiles(game).winning_by_size() == [0, 0, 2, 1]
    inside = weighted(10**30 + 1, {at_least(1, ["a"]): 10**30, "b": 3, "c": 5})
    assert voting.shapley_shubik(simple_game(inside), exact=True).values == expected


def test_rational_weights_with_unlike_denominators():
    """Their common denominator passes 2^63, and none of it is lost: all must agree."""
    primes = [101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151]
    weights = {f"m{p}": Fraction(1, p) for p in primes}
    game = simple_game(weighted(sum(weights.values()), weights))
    assert voting.winning_coalitions(game) == 1
    assert _diagram.diagram(game).winning_by_size() == [0] * 11 + [1]


def random_rule(rng, members):
    return weighted(
        int(rng.integers(200, 400)),
        {m: int(w) for m, w in zip(members, rng.integers(1, 60, len(members)), strict=True)},
    )


def test_a_rule_that_needs_too_many_states_is_refused():
    """Three unlike quotas over forty members: no way to count them all, and no memory is filled in trying."""
    rng = np.random.default_rng(0)
    game = simple_game(voting.all_of([random_rule(rng, names(40)) for _ in range(3)]))
    for measure in (voting.banzhaf, voting.shapley_shubik, voting.coleman_prevent):
        with pytest.raises(InputError, match="needs more than 1,000,000 states for its 40 members"):
            measure(game)
    with pytest.raises(InputError, match="too large for both"):
        voting.minimal_winning(game)
    with pytest.raises(InputError, match="too large for both"):
        voting.johnston(game)
    with pytest.raises(InputError, match="needs more than 1,000,000 states"):
        voting.owen(game, [])


def test_exact_power_of_many_heavy_members_is_refused():
    rng = np.random.default_rng(1)
    weights = {m: int(w) for m, w in zip(names(200), rng.integers(1, 10**9, 200), strict=True)}
    game = simple_game(weighted(sum(weights.values()) // 2, weights))
    with pytest.raises(InputError, match="Ask for floats, or scale the weights down"):
        voting.shapley_shubik(game, exact=True)
    with pytest.raises(InputError, match=r"so many members and sums are out of reach\. Use fewer members"):
        voting.minimal_winning(game)


@pytest.mark.parametrize("value", [voting.owen, voting.banzhaf_owen])
@pytest.mark.parametrize(
    ("partition", "message"),
    [
        ([["a", "z"]], "z is in a union and no member. Write a member's name."),
        ([["a", "b"], ["b"]], "b is in two unions, or twice in one. Name it once."),
        ([["a", "a"]], "a is in two unions, or twice in one. Name it once."),
    ],
)
def test_bad_unions_are_refused(value, partition, message):
    with pytest.raises(InputError) as caught:
        value(simple_game(at_least(2, ["a", "b", "c"])), partition)
    assert str(caught.value) == message


@pytest.mark.slow
def test_exact_power_is_exact_where_floats_are_not_counted():
    """170 unlike members: β (P + I) = 2 P I holds without rounding, which it would not if ω were a float."""
    rng = np.random.default_rng(2)
    weights = {m: int(w) for m, w in zip(names(170), rng.integers(1, 60, 170), strict=True)}
    game = simple_game(weighted(sum(weights.values()) // 2 + 1, weights))
    assert counts(game) is None
    measures = (voting.banzhaf, voting.coleman_prevent, voting.coleman_initiate)
    for power, prevent, initiate in zip(*(m(game, exact=True).values for m in measures), strict=True):
        assert power * (prevent + initiate) == 2 * prevent * initiate
    assert sum(voting.shapley_shubik(game, exact=True).values) == 1


def test_a_rule_whose_counts_would_fill_the_memory_is_refused(monkeypatch):
    """Many members make each state's numbers long: it is their room that counts, not the number of states."""
    monkeypatch.setattr(_counts, "_LARGEST", 1000)
    weights = {m: 1 + k % 7 for k, m in enumerate(names(210))}
    game = simple_game(voting.with_vetoes(weighted(400, weights), ["m0"]))
    assert _diagram.diagram(game).states < _diagram.MOST_STATES
    with pytest.raises(InputError, match="states for its 210 members need too much memory"):
        counts.__wrapped__(game, most_states=1000)
