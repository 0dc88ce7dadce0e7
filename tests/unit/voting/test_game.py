"""Games: whole numbers that mean the same, and members that are alike."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest

from holdfast.errors import InputError
from holdfast.voting import (
    all_of,
    any_of,
    at_least,
    consensus,
    simple_game,
    weighted,
    winning_coalitions,
    with_vetoes,
)


def test_weights_have_no_common_part_and_none_above_the_quota():
    game = simple_game(weighted(20, {"a": 1000, "b": 10, "c": 20, "d": 0}))
    assert (game.weights, game.quota) == ((2, 1, 2, 0), 2)


def test_a_quota_between_two_sums_is_the_next_sum():
    game = simple_game(weighted(2.5, {"a": 1, "b": 1, "c": 1}))
    assert game.quota == 3


def test_a_quota_to_be_passed_is_the_next_sum():
    game = simple_game(weighted(2, {"a": 1, "b": 1, "c": 1}, above=True))
    assert game.quota == 3


def test_unlike_denominators():
    game = simple_game(
        weighted(Fraction(1, 2), {"a": Fraction(1, 3), "b": Fraction(1, 5), "c": Fraction(1, 7)})
    )
    assert game.quota == -(-105 // 2)
    assert game.weights == (35, 21, 15)


def test_members_are_as_given_or_as_named():
    rule = all_of(["c", any_of(["b", "a"])])
    assert simple_game(rule).members == ("c", "b", "a")
    assert simple_game(rule, ["a", "b", "c", "d"]).members == ("a", "b", "c", "d")


def test_members_that_the_rule_treats_alike_are_one_type():
    permanent, elected = ["P1", "P2"], ["E1", "E2", "E3"]
    game = simple_game(with_vetoes(at_least(3, permanent + elected), permanent))
    assert game.types == ((0, 1), (2, 3, 4))


def test_a_rule_that_stands_twice_is_one_gate():
    majority = at_least(2, ["a", "b", "c"])
    game = simple_game(any_of([all_of([majority, "d"]), all_of([majority, "e"])]))
    assert len(game.gates) == 4
    # of a, b, c four majorities, and d or e three ways
    assert winning_coalitions(game) == 12


def test_weights_are_none_where_the_rule_is_more_than_a_quota():
    game = simple_game(with_vetoes(at_least(1, ["a", "b"]), ["a"]))
    assert game.weights is None


def test_abstention_matters_where_a_rule_asks_who_is_against():
    assert simple_game(consensus(["a", "b"])).abstention
    assert not simple_game(at_least(1, ["a", "b"])).abstention


def test_the_dual_of_a_quota_is_what_blocks_it():
    assert simple_game(weighted(12, {"a": 4, "b": 4, "c": 4, "d": 2, "e": 2, "f": 1})).dual().quota == 6
    # met by nobody, it cannot be blocked
    assert winning_coalitions(simple_game(weighted(0, {"a": 1})).dual()) == 0


BAD = [
    (
        lambda: simple_game(with_vetoes(at_least(1, ["a", "b"]), ["z"]), ["a", "b"]),
        "z is in the rule and no member. Add it to the members, or take it out of the rule.",
    ),
    (
        lambda: simple_game(all_of(["a", any_of(["b", "x"])]), ["a", "b"]),
        "x is in the rule and no member. Add it to the members, or take it out of the rule.",
    ),
    (lambda: simple_game(at_least(1, ["a"]), ["a", "b", "a"]), "a is a member twice. Name each member once."),
    (lambda: simple_game(weighted(0, {})), "the rule has no members. Name at least one."),
    (lambda: simple_game(weighted(0, {}), []), "the rule has no members. Name at least one."),
]


@pytest.mark.parametrize(("make", "message"), BAD, ids=[message[:30] for _, message in BAD])
def test_bad_input_is_refused_with_what_to_write(make, message):
    with pytest.raises(InputError) as caught:
        make()
    assert str(caught.value) == message


def test_one_name_twice_among_very_many_is_found_at_once():
    members = [f"m{k}" for k in range(99_999)] + ["m99998"]
    start = time.process_time()
    with pytest.raises(InputError, match="m99998 is a member twice"):
        simple_game(at_least(1, ["m1"]), members)
    assert time.process_time() - start < 2
