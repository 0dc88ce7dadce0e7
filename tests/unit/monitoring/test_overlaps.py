"""Tallies of one observer that overlap are counted once; those of different observers, sectors, kinds or units are left alone."""

from __future__ import annotations

import datetime as dt
import itertools

import numpy as np
import pytest

from holdfast.monitoring.overlaps import Stretch, counted_once, stretches

DAY = dt.timedelta(days=1)
MIDNIGHT = dt.datetime(2020, 11, 1, tzinfo=dt.UTC)


def tally(first: int, days: float, count: int, **values) -> dict:
    start = MIDNIGHT + (first - 1) * DAY
    end = start + days * DAY
    known = {"observers": ["mission"], "sector_id": "west", "kind": "firing", "unit": "effect"}
    day = (end - dt.timedelta(seconds=1)).date()
    return known | {"start": start, "end": end, "day": day, "count": count} | values


def days(found: list[Stretch]) -> list[tuple[int, int, int, float]]:
    return [(one.row, one.first.day, one.last.day, one.count) for one in found]


def test_a_day_within_three_days_is_counted_once() -> None:
    assert days(stretches([tally(1, 1, 10), tally(1, 3, 30)])) == [(0, 1, 1, 10.0), (1, 2, 3, 20.0)]
    assert days(stretches([tally(2, 1, 12), tally(1, 3, 30)])) == [
        (0, 2, 2, 12.0),
        (1, 1, 1, 9.0),
        (1, 3, 3, 9.0),
    ]


def test_a_tally_given_twice_counts_once_and_the_larger_one_stands() -> None:
    assert days(stretches([tally(1, 1, 8), tally(1, 1, 10)])) == [(1, 1, 1, 10.0)]


def test_parts_that_count_more_than_the_whole_stand() -> None:
    assert days(stretches([tally(1, 1, 40), tally(1, 2, 30)])) == [(0, 1, 1, 40.0), (1, 2, 2, 0.0)]


@pytest.mark.parametrize(
    "other", [{"observers": ["desk"]}, {"sector_id": "east"}, {"kind": "explosion"}, {"unit": "incident"}]
)
def test_only_tallies_of_the_same_are_one(other: dict) -> None:
    found = stretches([tally(1, 1, 10), tally(1, 3, 30, **other)])
    assert days(found) == [(0, 1, 1, 10.0), (1, 1, 3, 30.0)]


def test_tallies_that_follow_each_other_stay_as_they_are() -> None:
    halves = [tally(1, 0.5, 4), tally(1.5, 0.5, 6), tally(2, 2, 5)]
    assert days(stretches(halves)) == [(0, 1, 1, 4.0), (1, 1, 1, 6.0), (2, 2, 3, 5.0)]


def test_a_day_of_25_hours_is_a_day() -> None:
    end = dt.datetime(2020, 10, 25, 22, tzinfo=dt.UTC)
    longer = tally(1, 1, 9, start=end - dt.timedelta(hours=25), end=end, day=dt.date(2020, 10, 25))
    [found] = stretches([longer])
    assert (found.first, found.last) == (dt.date(2020, 10, 25), dt.date(2020, 10, 25))


def test_parts_never_overlap_and_cover_what_the_tallies_cover() -> None:
    """Against hours marked one by one."""
    rng = np.random.default_rng(5)
    for _ in range(200):
        start = rng.integers(0, 30, 8)
        end = start + rng.integers(1, 12, 8)
        counts = rng.integers(0, 50, 8)
        windows = [(float(a), float(b)) for a, b in zip(start, end, strict=True)]
        parts = counted_once(windows, [float(n) for n in counts])
        covered = np.zeros(50, dtype=int)
        for a, b in zip(start, end, strict=True):
            covered[a:b] = 1
        marked = np.zeros(50, dtype=int)
        for part in parts:
            marked[int(part.start) : int(part.end)] += 1
        assert np.array_equal(covered, marked)
        assert all(one.end <= two.start for one, two in itertools.pairwise(parts))
        total = sum(part.count for part in parts)
        assert total <= sum(counts) + 1e-9


def test_the_order_of_tallies_makes_no_difference() -> None:
    windows, counts = [(0.0, 1.0), (0.0, 3.0), (2.0, 5.0)], [10.0, 30.0, 9.0]
    found = [(p.start, p.end, p.count) for p in counted_once(windows, counts)]
    for order in itertools.permutations(range(3)):
        parts = counted_once([windows[n] for n in order], [counts[n] for n in order])
        assert [(p.start, p.end, p.count) for p in parts] == found


def test_counts_that_lack_a_window_are_refused() -> None:
    with pytest.raises(ValueError, match="2 counts for 1 windows"):
        counted_once([(0.0, 1.0)], [1.0, 2.0])
