"""The most that overlapping tallies of one observer may count: never less than what happened, in any window."""

from __future__ import annotations

import numpy as np
import pytest

from holdfast.monitoring._repeated import folded


def told(*tallies: tuple[float, float, int], p: list[float] | None = None) -> tuple[list[float], list[int]]:
    """Fold tallies (begin, end, count) of one thread."""
    begin, end, count = (np.array(part) for part in zip(*tallies, strict=True))
    chance = np.ones(len(tallies)) if p is None else np.array(p)
    found, [weights] = folded(
        np.zeros(len(tallies), dtype=np.int64), begin.astype(float), end.astype(float), chance, [count]
    )
    return found.tolist(), weights.tolist()


def test_what_lies_within_another_is_not_added_to_it() -> None:
    assert told((0, 3, 30), (1, 2, 10)) == ([1.0, 0.0], [30, 10])
    assert told((0, 3, 30), (0, 3, 30)) in (([1.0, 0.0], [30, 30]), ([0.0, 1.0], [30, 30]))
    # what the shorter ones count together stands where it is more
    assert told((0, 3, 8), (0, 1, 10), (2, 3, 5)) == ([1.0, 0.0, 0.0], [15, 10, 5])
    # days that cover all of it tell it better
    assert told((0, 2, 30), (0, 1, 10), (1, 2, 20)) == ([0.0, 1.0, 1.0], [30, 10, 20])
    # unless it counts more than they do together
    assert told((0, 2, 31), (0, 1, 10), (1, 2, 20)) == ([1.0, 0.0, 0.0], [31, 10, 20])
    # what overlaps in part may be different events
    assert told((0, 2, 30), (1, 3, 10)) == ([1.0, 1.0], [30, 10])


def test_the_surer_of_two_that_tell_the_same_counts() -> None:
    assert told((0, 3, 30), (1, 2, 10), p=[0.3, 1.0])[0] == [1.0, 0.0]
    assert told((0, 2, 30), (0, 1, 10), (1, 2, 20), p=[1.0, 0.3, 0.0])[0] == [0.0, 1.0, 1.0]


def test_tallies_of_others_and_incidents_stay_as_they_are() -> None:
    begin, end = np.array([0.0, 1.0, 1.0]), np.array([3.0, 2.0, 2.0])
    p, weights = folded(np.array([0, 1, -1]), begin, end, np.full(3, 0.5), [np.array([30, 10, 10])])
    assert (p.tolist(), weights[0].tolist()) == ([0.5] * 3, [30, 10, 10])


@pytest.mark.parametrize("seed", range(200))
def test_no_window_may_hold_less_than_what_happened_in_it(seed: int) -> None:
    """Events on 8 days, told in full by tallies over random days; and no window more than before."""
    rng = np.random.default_rng(seed)
    days = rng.integers(0, 6, 8)
    number = int(rng.integers(1, 9))
    begin = rng.integers(0, 8, number)
    end = np.array([rng.integers(b + 1, 9) for b in begin])
    count = np.array([days[b:e].sum() for b, e in zip(begin, end, strict=True)])
    seen = np.zeros(8, dtype=bool)
    for b, e in zip(begin, end, strict=True):
        seen[b:e] = True
    p, [weights] = folded(np.zeros(number, dtype=np.int64), begin * 1.0, end * 1.0, np.ones(number), [count])
    for first in range(8):
        for last in range(first + 1, 9):
            touched = (begin < last) & (end > first)
            most = int((weights * p)[touched].sum())
            assert most >= days[first:last][seen[first:last]].sum()
            assert most <= count[touched].sum()
