"""Quotas and vetoes against every coalition counted one by one."""

from decimal import Decimal
from itertools import product
from math import comb

import numpy as np
import pytest

from holdfast.voting import can_pass, passage_probability

GAMES = 2500


def counted(support, weights, quota, veto):
    """The probability of passing, coalition by coalition; weights and quota as decimal strings."""
    weights = [Decimal(w) for w in weights]
    needed = sum(weights) if quota is None else Decimal(quota)
    passes = 0.0
    for votes in product([False, True], repeat=len(weights)):
        reached = sum(w for w, yes in zip(weights, votes, strict=True) if yes) >= needed
        if reached and all(yes for yes, must in zip(votes, veto, strict=True) if must):
            passes += float(np.prod([s if yes else 1 - s for s, yes in zip(support, votes, strict=True)]))
    return passes


def random_game(rng, number):
    """A body of up to seven: whole, decimal or equal weights in turn, a quota that often meets a sum exactly."""
    members = int(rng.integers(1, 8))
    match number % 3:
        case 0:
            weights = [str(w) for w in rng.integers(1, 6, members)]
        case 1:
            weights = [f"{w / 10:.1f}" for w in rng.integers(1, 10, members)]
        case _:
            weights = ["0.1"] * members
    chosen = rng.random(members) < 0.5
    some = sum((Decimal(w) for w, c in zip(weights, chosen, strict=True) if c), start=Decimal(0))
    quota = None if rng.random() < 0.2 else str(some or Decimal(weights[0]))
    veto = [bool(v) for v in rng.random(members) < rng.choice([0.0, 0.3, 1.0])]
    support = np.where(rng.random(members) < 0.15, rng.integers(0, 2, members), rng.random(members))
    return support, weights, quota, veto


def test_random_games_match_a_count_of_every_coalition():
    rng = np.random.default_rng(11)
    exactly_met = with_veto = 0
    for number in range(GAMES):
        support, weights, quota, veto = random_game(rng, number)
        found = passage_probability(
            support[:, None], [float(w) for w in weights], None if quota is None else float(quota), veto
        )
        assert float(found[0]) == pytest.approx(counted(support, weights, quota, veto), abs=1e-12), number
        exactly_met += quota is not None
        with_veto += any(veto)
    assert exactly_met > GAMES / 2
    assert with_veto > GAMES / 3


def test_security_council_has_848_winning_coalitions():
    """Nine of fifteen with the five permanent members: 848 of 32,768 (the ten others in fours or more)."""
    veto = [True] * 5 + [False] * 10
    passes = passage_probability(np.full((15, 1), 0.5), [1] * 15, 9, veto)
    assert float(passes[0]) * 2**15 == 848


def test_security_council_as_a_weighted_body_without_vetoes():
    """Weights 7 and 1 with quota 39 make the same coalitions win: four permanent members and all ten others weigh 38."""
    passes = passage_probability(np.full((15, 1), 0.5), [7] * 5 + [1] * 10, 39, [False] * 15)
    assert float(passes[0]) * 2**15 == 848


def test_draws_are_worked_out_each_by_itself():
    rng = np.random.default_rng(3)
    support = rng.random((6, 40))
    rule = ([3, 1, 2, 2, 1, 4], 7, [False, True, False, False, False, False])
    together = passage_probability(support, *rule)
    alone = [float(passage_probability(support[:, [k]], *rule)[0]) for k in range(40)]
    assert together.tolist() == alone


def test_the_callers_arrays_stay_as_they_are():
    support = np.full((3, 2), 0.25)
    passage_probability(support, [1, 1, 1], 2, [True, False, False])
    assert (support == 0.25).all()


def test_order_of_members_does_not_matter():
    rng = np.random.default_rng(5)
    support, weights = rng.random((7, 30)), [0.1, 0.2, 0.7, 0.3, 0.3, 0.4, 1.0]
    veto = [True, False, False, False, True, False, False]
    order = rng.permutation(7)
    found = passage_probability(support, weights, 1.7, veto)
    other = passage_probability(support[order], [weights[k] for k in order], 1.7, [veto[k] for k in order])
    np.testing.assert_allclose(found, other, rtol=0, atol=1e-14)
    assert found.std() > 0.01


def test_unit_of_weights_does_not_matter_where_both_are_exact():
    support = np.random.default_rng(6).random((4, 20))
    small = passage_probability(support, [0.1, 0.2, 0.3, 0.4], 0.6, [False] * 4)
    large = passage_probability(support, [1, 2, 3, 4], 6, [False] * 4)
    np.testing.assert_array_equal(small, large)


def test_quota_all_needs_everybody():
    support = np.array([[0.5], [0.25], [0.5]])
    assert passage_probability(support, [1, 2, 3], None, [False] * 3).tolist() == [0.0625]


def test_a_veto_holder_that_never_agrees_blocks():
    support = np.array([[0.0, 0.1], [1.0, 1.0], [1.0, 1.0]])
    assert passage_probability(support, [1, 1, 1], 2, [True, False, False]).tolist() == [0.0, 0.1]


def test_a_member_heavier_than_the_quota_decides_alone():
    support = np.array([[0.3], [0.0]])
    assert passage_probability(support, [5, 1], 2, [False, False]).tolist() == [0.3]


def test_a_large_body_is_exact():
    """200 members, a simple majority of 101: the upper half of a binomial distribution."""
    passes = passage_probability(np.full((200, 1), 0.5), [1] * 200, 101, [False] * 200)
    winning = sum(comb(200, yes) for yes in range(101, 201))
    assert float(passes[0]) == pytest.approx(winning / 2**200, abs=1e-13)


def test_nobody_may_vote():
    assert passage_probability(np.zeros((0, 3)), [], None, []).tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("weights", "quota", "can"),
    [([1, 1], 2, True), ([1, 1], 2.5, False), ([0.1] * 3, 0.3, True), ([0.1] * 3, 0.31, False)],
)
def test_whether_a_quota_can_be_reached(weights, quota, can):
    assert can_pass(weights, quota) is can
