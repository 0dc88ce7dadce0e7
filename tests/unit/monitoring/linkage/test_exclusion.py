"""Pairs compete: against every matching weighed by itself, and laws of what others can say of a pair."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.monitoring.linkage import DEFAULT, Decision, link
from holdfast.monitoring.linkage.exclusion import HAS_IT, SUREST, exclusive
from holdfast.monitoring.reports import table_of
from tests.unit.monitoring.linkage.test_model import report

Pairs = dict[tuple[int, int], float]


def weighed(pairs: Pairs, sets: list[int]) -> list[float]:
    left, right = (np.array([p[k] for p in pairs], dtype=np.int64) for k in (0, 1))
    return exclusive(left, right, np.array(list(pairs.values()), dtype=float), np.array(sets)).tolist()


def every_matching(pairs: Pairs, sets: list[int]) -> list[float]:
    """Weigh every choice of pairs in which no report has two partners in one data set that has each event once."""
    names = list(pairs)
    factor = [1 / (1 - HAS_IT) ** ((sets[a] > 0) + (sets[b] > 0)) for a, b in names]
    odds = [p / (1 - p) * f for p, f in zip(pairs.values(), factor, strict=True)]
    total, by = 0.0, [0.0] * len(names)
    for chosen in itertools.product([False, True], repeat=len(names)):
        ends = [end for (a, b), on in zip(names, chosen, strict=True) if on for end in ((a, b), (b, a))]
        taken = [(a, sets[b]) for a, b in ends if sets[b]]
        if len(taken) > len(set(taken)):
            continue
        weight = math.prod(o for o, on in zip(odds, chosen, strict=True) if on)
        total += weight
        for k, on in enumerate(chosen):
            by[k] += weight * on
    return [min(p, b / total) for p, b in zip(pairs.values(), by, strict=True)]


@pytest.mark.parametrize(
    ("pairs", "sets"),
    [
        ({(0, 1): 0.9, (0, 2): 0.6}, [1, 2, 2]),
        ({(0, 2): 0.9, (1, 2): 0.8, (1, 3): 0.7, (0, 4): 0.5}, [1, 1, 2, 2, 2]),
        ({(0, 2): 0.9, (1, 2): 0.8, (1, 3): 0.7}, [0, 0, 2, 2]),
        ({(0, 1): 0.9, (0, 2): 0.6, (0, 3): 0.7, (0, 4): 0.2}, [1, 2, 2, 3, 3]),
    ],
    ids=["two for one", "a path", "one side may repeat", "two data sets"],
)
def test_without_rings_it_is_exact(pairs: Pairs, sets: list[int]) -> None:
    assert weighed(pairs, sets) == pytest.approx(every_matching(pairs, sets), abs=1e-8)


@st.composite
def crowds(draw) -> tuple[Pairs, list[int]]:
    sets = [0, 1, 1, 1, 2, 2, 2, 3]
    every = [(a, b) for a, b in itertools.combinations(range(8), 2) if sets[a] != sets[b]]
    chosen = draw(st.lists(st.sampled_from(every), unique=True, min_size=1, max_size=9))
    values = draw(st.lists(st.integers(2, 98), min_size=len(chosen), max_size=len(chosen)))
    return {pair: value / 100 for pair, value in zip(sorted(chosen), values, strict=True)}, sets


@given(crowds())
def test_with_rings_it_is_near_and_nearer_than_each_alone(crowd) -> None:
    found, exact = np.array(weighed(*crowd)), np.array(every_matching(*crowd))
    alone = np.array(list(crowd[0].values()))
    assert np.abs(found - exact).max() < 0.15
    assert np.abs(found - exact).sum() <= np.abs(alone - exact).sum() + 1e-8


@given(crowds())
def test_others_only_speak_against_and_alternatives_add_up_to_one_at_most(crowd) -> None:
    pairs, sets = crowd
    found = dict(zip(pairs, weighed(pairs, sets), strict=True))
    assert all(0 < found[pair] <= alone for pair, alone in pairs.items())
    total: dict[tuple[int, int], float] = {}
    for (a, b), p in found.items():
        for one, other in ((a, b), (b, a)):
            if sets[other]:
                total[one, sets[other]] = total.get((one, sets[other]), 0.0) + p
    competing = {key for key in total if sum(a == key[0] or b == key[0] for a, b in pairs) > 1}
    assert all(total[key] <= 1 for key in competing)


def test_the_surest_that_contradict_each_other_are_at_most_as_likely_as_not() -> None:
    """All four of two by two at 1: two matchings are as good as each other, and messages settle slowly."""
    pairs = {(0, 2): 1.0, (0, 3): 1.0, (1, 2): 1.0, (1, 3): 1.0}
    found = weighed(pairs, [1, 1, 2, 2])
    assert found == pytest.approx([0.5] * 4, abs=0.01)
    assert max(found) <= 0.5 + SUREST


def test_what_competes_with_nothing_stays_to_the_last_bit() -> None:
    pairs = {(0, 1): 0.123456789, (2, 3): 0.9, (2, 4): 0.8}
    assert weighed(pairs, [1, 2, 0, 0, 0]) == list(pairs.values())
    assert weighed({}, []) == []


@given(crowds(), crowds())
def test_pairs_elsewhere_change_nothing(crowd, other) -> None:
    (pairs, sets), (more, _) = crowd, other
    moved = {(a + 8, b + 8): p for (a, b), p in more.items()}
    both = weighed({**pairs, **moved}, sets * 2)
    assert both[: len(pairs)] == weighed(pairs, sets)


def test_what_a_person_said_is_the_same_rules_out_its_rivals() -> None:
    """r1 by one observer; r2 and r3 by another that has each event once: of r1's two candidates one was decided on."""
    rows = table_of([report("r1", "a"), report("r2", "b"), report("r3", "b")])
    before = {(p["one"], p["other"]): p for p in link(rows, DEFAULT).pairs.to_pylist()}
    assert before["r1", "r2"]["probability"] == pytest.approx(before["r1", "r3"]["probability"])
    assert before["r1", "r2"]["probability"] < 0.5 < before["r1", "r2"]["alone"]
    after = link(rows, DEFAULT, decisions=[Decision("r1", "r2", same=True)]).pairs.to_pylist()
    assert [p["probability"] for p in after] == pytest.approx([1.0, 0.0], abs=1e-6)
    apart = link(rows, DEFAULT, decisions=[Decision("r1", "r2", same=False)]).pairs.to_pylist()
    assert [(p["other"], p["probability"]) for p in apart] == [("r3", before["r1", "r3"]["alone"])]
