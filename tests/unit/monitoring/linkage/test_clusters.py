"""Incidents do not chain, and decisions hold."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.monitoring.linkage.clusters import LINKED, cut


def cut_pairs(number: int, pairs: dict[tuple[int, int], float], data_set=None, **decided) -> list[int]:
    left, right = (np.array([p[k] for p in pairs], dtype=np.int64) for k in (0, 1))
    probability = np.array(list(pairs.values()), dtype=float)
    sets = np.zeros(number, dtype=int) if data_set is None else np.array(data_set)
    return cut(number, left, right, probability, np.zeros(len(pairs)), sets, **decided).tolist()


def test_a_chain_breaks_at_its_weakest_link() -> None:
    assert cut_pairs(3, {(0, 1): 0.9, (1, 2): 0.8}) == [0, 0, 2]
    assert cut_pairs(3, {(0, 1): 0.8, (1, 2): 0.9}) == [0, 1, 1]
    assert cut_pairs(4, {(0, 1): 0.9, (1, 2): 0.99, (2, 3): 0.9}) == [0, 1, 1, 3]


def test_a_hundred_in_a_row_stay_pairs() -> None:
    found = cut_pairs(100, {(k, k + 1): 0.95 for k in range(99)})
    assert max(np.bincount(found)) <= 2


def test_a_missing_pair_is_outweighed() -> None:
    """The mean between {0, 1, 2} and 3 is (0.9 + 0.9 + 0) / 3 = 0.6."""
    assert cut_pairs(4, {(0, 1): 0.9, (0, 2): 0.9, (1, 2): 0.9, (0, 3): 0.9, (1, 3): 0.9}) == [0, 0, 0, 0]


def test_one_data_set_has_an_event_once() -> None:
    pairs = {(0, 1): 0.9, (0, 2): 0.95, (1, 2): 0.9}
    assert cut_pairs(3, pairs, [1, 2, 2]) == [0, 1, 0]
    assert cut_pairs(3, pairs | {(0, 1): 0.96}, [1, 2, 2]) == [0, 0, 2]


def test_decisions_hold_against_probability_and_data_set() -> None:
    assert cut_pairs(2, {(0, 1): 0.99}, different=[(1, 0)]) == [0, 1]
    assert cut_pairs(2, {}, [1, 1], same=[(0, 1)]) == [0, 0]
    assert cut_pairs(3, {(0, 1): 0.9, (1, 2): 0.9, (0, 2): 0.9}, different=[(0, 2)]) in ([0, 0, 2], [0, 1, 1])


def test_what_is_the_same_counts_as_one() -> None:
    """0 and 1 are said to be the same; the mean to 2 is (0.9 + 0) / 2."""
    assert cut_pairs(3, {(1, 2): 0.9}, same=[(0, 1)]) == [0, 0, 2]


@st.composite
def pieces(draw) -> tuple[int, dict[tuple[int, int], float]]:
    number = draw(st.integers(2, 7))
    every = list(itertools.combinations(range(number), 2))
    chosen = draw(st.lists(st.sampled_from(every), unique=True, max_size=len(every)))
    values = draw(st.lists(st.integers(5, 99), min_size=len(chosen), max_size=len(chosen), unique=True))
    return number, {pair: value / 100 for pair, value in zip(chosen, values, strict=True)}


def by_definition(number: int, pairs: dict[tuple[int, int], float]) -> list[int]:
    """Average linkage, every mean worked out anew."""
    homes = [{k} for k in range(number)]
    while len(homes) > 1:
        means = {
            (x, y): sum(pairs.get((min(a, b), max(a, b)), 0.0) for a in homes[x] for b in homes[y])
            / (len(homes[x]) * len(homes[y]))
            for x, y in itertools.combinations(range(len(homes)), 2)
        }
        best = max(means, key=lambda key: (round(means[key], 12), [-min(homes[k]) for k in key]))
        if round(means[best], 12) < LINKED:
            break
        homes[best[0]] |= homes.pop(best[1])
    return [min(home) for k in range(number) for home in homes if k in home]


@given(pieces())
def test_as_by_definition(piece) -> None:
    number, pairs = piece
    assert cut_pairs(number, pairs) == by_definition(number, pairs)


@given(pieces(), st.randoms(use_true_random=False))
def test_order_of_pairs_changes_nothing(piece, random) -> None:
    number, pairs = piece
    mixed = list(pairs.items())
    random.shuffle(mixed)
    assert cut_pairs(number, dict(mixed)) == cut_pairs(number, pairs)


@pytest.mark.parametrize("number", [0, 1, 3])
def test_no_pairs(number: int) -> None:
    assert cut_pairs(number, {}) == list(range(number))
