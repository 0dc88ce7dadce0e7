"""Lists of minimal coalitions: the first ones, in order, also of large games."""

from __future__ import annotations

from math import comb

import pytest

from holdfast import voting
from holdfast.voting import all_of, any_of, at_least, simple_game, weighted


def names(count):
    return [f"m{k}" for k in range(count)]


def test_the_first_of_one_size_are_by_the_members_order():
    """Two of m0, m3, m4 and one of m1, m2: who comes first among the members comes first in the list."""
    game = simple_game(all_of([at_least(2, ["m0", "m3", "m4"]), any_of(["m1", "m2"])]), names(5))
    assert voting.minimal_winning_coalitions(game, 3) == [
        ("m0", "m1", "m3"),
        ("m0", "m1", "m4"),
        ("m0", "m2", "m3"),
    ]
    assert len(voting.minimal_winning_coalitions(game, 100)) == voting.minimal_winning(game) == 6


def test_smaller_ones_come_first():
    game = simple_game(weighted(4, {"a": 1, "b": 1, "c": 3, "d": 2, "e": 4}))
    assert voting.minimal_winning_coalitions(game, 4) == [("e",), ("a", "c"), ("b", "c"), ("c", "d")]


@pytest.mark.parametrize("most", [0, 1, 7])
def test_no_more_than_asked_for(most):
    game = simple_game(at_least(3, names(10)))
    assert len(voting.minimal_winning_coalitions(game, most)) == most


def test_a_large_body_lists_the_first_at_once():
    game = simple_game(at_least(501, names(1000)))
    first, second = voting.minimal_winning_coalitions(game, 2)
    assert first == tuple(names(501))
    assert second == (*names(500), "m501")
    assert voting.minimal_winning(game) == comb(1000, 501)


def test_many_unlike_members_by_descending_weight():
    """Thirty unlike weights: the heaviest together are the smallest group that reaches the quota."""
    weights = {f"m{k}": 100 + k for k in range(30)}
    game = simple_game(weighted(129 + 128, weights))
    assert voting.minimal_winning_coalitions(game, 1) == [("m28", "m29")]
    assert voting.minimal_winning(game) == 1 + comb(30, 3) - 28


def test_who_blocks_the_eu_councils_first_form():
    """[12; 4, 4, 4, 2, 2, 1]: two of the large, or a large and a middle one; Luxembourg in none."""
    game = simple_game(weighted(12, {"F": 4, "G": 4, "I": 4, "B": 2, "N": 2, "L": 1}))
    blocking = voting.minimal_blocking_coalitions(game)
    assert blocking == [
        ("F", "G"), ("F", "I"), ("F", "B"), ("F", "N"), ("G", "I"),
        ("G", "B"), ("G", "N"), ("I", "B"), ("I", "N"),
    ]  # fmt: skip
