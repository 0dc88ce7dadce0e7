"""Which reports lie near which: the nearest few of each, however many there are.

Two reports are candidates where their separation in space and time is at most REACH combined standard errors. On a crowded day
in one sector that is thousands for every report, of which all but one or two are chance; so each report looks at its nearest few
only, and how many it did not look at is counted.

Reports differ in how well they know place and time, so the search goes by classes: a report looks, with the errors of its class,
among those that know both as well or better; what is better in one and worse in the other is searched for with the worse of both.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from holdfast.monitoring.linkage.kinds import CAN_BE
from holdfast.monitoring.linkage.model import REACH
from holdfast.monitoring.linkage.prepare import VAGUEST_HOURS, VAGUEST_KM, Prepared
from holdfast.monitoring.linkage.untyped import spatial

__all__ = ["NEAREST", "Neighbours", "all_within", "nearest", "reached"]

NEAREST = 24
"""How many of its nearest a report looks at."""

_KM = np.array([0.5, 1.0, 2.0, 4.0, 8.0, 16.0, VAGUEST_KM])
_HOURS = np.array([4.0, 8.0, 16.0, VAGUEST_HOURS])
_CHUNK = 50_000  # queries at a time, so that memory does not grow with the reports
_JITTER = 1e-3  # of a standard error: decides between neighbours that are equally near


class Neighbours(NamedTuple):
    """Pairs of row numbers, left before right, each once; and how crowded it is around each report."""

    left: Int[np.ndarray, " pairs"]
    right: Int[np.ndarray, " pairs"]
    near: Int[np.ndarray, " reports"]
    """How many others lie within reach, with the errors of the report's class; 0 where it was not asked."""
    size: Float[np.ndarray, " reports"]
    """Σ's area and hours of that class: what `near` counts in, in the unit of `measures.chance`."""
    beyond: Int[np.ndarray, " reports"]
    """How many of those it did not look at, at most: some of these were found from the other side."""


class _Search(NamedTuple):
    asking: Int[np.ndarray, " asking"]
    among: Int[np.ndarray, " among"]
    km: float
    hours: float
    own: bool


def _class_of(reports: Prepared) -> tuple[Int[np.ndarray, " reports"], Int[np.ndarray, " reports"]]:
    return np.searchsorted(_KM, reports.sd_km), np.searchsorted(_HOURS, reports.sd_hours)


def _searches(
    reports: Prepared, asking: Bool[np.ndarray, " r"], among: Bool[np.ndarray, " r"]
) -> Iterator[_Search]:
    """Yield what is to be searched for among what, so that every pair within reach is found from one side or both."""
    km, hours = _class_of(reports)
    for group in CAN_BE:
        kinds = np.array([kind in group for kind in reports.kind], dtype=bool)
        member = reports.linkable & kinds[reports.kind_code]
        for i in range(len(_KM)):
            for j in range(len(_HOURS)):
                own = _Search(
                    np.flatnonzero(member & asking & (km == i) & (hours == j)),
                    np.flatnonzero(member & among & (km <= i) & (hours <= j)),
                    _KM[i], _HOURS[j], own=True,
                )  # fmt: skip
                mixed = _Search(
                    np.flatnonzero(member & asking & (km == i) & (hours < j)),
                    np.flatnonzero(member & among & (km < i) & (hours == j)),
                    _KM[i], _HOURS[j], own=False,
                )  # fmt: skip
                yield from (search for search in (own, mixed) if search.asking.size and search.among.size)


def _points(
    reports: Prepared, rows: Int[np.ndarray, " rows"], search: _Search
) -> Float[np.ndarray, "rows 5"]:
    """Return places in a space in which a distance of 1 is one combined standard error of the class."""
    return np.column_stack([
        reports.xyz[rows] / (search.km * np.sqrt(2)),
        reports.hours[rows] / (search.hours * np.sqrt(2)),
        reports.content[rows] * _JITTER,
    ])  # fmt: skip


def nearest(reports: Prepared, asking: Bool[np.ndarray, " reports"], threads: int) -> Neighbours:
    """Return, for each report that asks, its nearest few among all."""
    number = len(reports.hours)
    near, size = np.zeros(number, dtype=np.int64), np.ones(number)
    keys: list[np.ndarray] = []
    for search in _searches(reports, asking, reports.linkable):
        tree = spatial.cKDTree(_points(reports, search.among, search), balanced_tree=False)
        for rows in np.array_split(search.asking, -(-search.asking.size // _CHUNK)):
            points = _points(reports, rows, search)
            few = min(NEAREST + search.own, search.among.size)
            apart, found = tree.query(
                points, k=[*range(1, few + 1)], distance_upper_bound=REACH, workers=threads
            )
            who, what = np.nonzero(np.isfinite(apart))
            keys.append(_keys(rows[who], search.among[found[who, what]], number))
            if search.own:
                # only who found as many as it looked for can have more
                count = np.isfinite(apart).sum(axis=1) - 1
                full = np.flatnonzero(count >= NEAREST)
                if full.size:
                    count[full] = (
                        tree.query_ball_point(points[full], REACH, workers=threads, return_length=True) - 1
                    )
                larger = count >= near[rows]
                near[rows[larger]] = count[larger]
                size[rows] = 2 * search.km**2 * np.sqrt(2) * search.hours
    key = np.unique(np.concatenate(keys)) if keys else np.zeros(0, dtype=np.int64)
    return Neighbours(key // number, key % number, near, size, np.maximum(near - NEAREST, 0))


def _keys(
    left: Int[np.ndarray, " pairs"], right: Int[np.ndarray, " pairs"], number: int
) -> Int[np.ndarray, " kept"]:
    """Return one whole number for each pair, whichever way round it was found."""
    low, high = np.minimum(left, right).astype(np.int64), np.maximum(left, right).astype(np.int64)
    return np.unique((low * number + high)[low != high])


def all_within(
    reports: Prepared, asking: Bool[np.ndarray, " reports"], later_hours: float, threads: int
) -> tuple[Int[np.ndarray, " pairs"], Int[np.ndarray, " pairs"]]:
    """Return who asks and whom it finds within reach with its own class's errors, without a bound, had it been so much later."""
    number = len(reports.hours)
    moved = reports._replace(hours=reports.hours + later_hours)
    keys = [np.zeros(0, dtype=np.int64)]
    for search in _searches(reports, asking, reports.linkable):
        if not search.own:
            continue
        tree = spatial.cKDTree(_points(reports, search.among, search), balanced_tree=False)
        found = tree.query_ball_point(_points(moved, search.asking, search), REACH, workers=threads)
        who = np.repeat(search.asking, [len(rows) for rows in found])
        whom = search.among[np.fromiter(chain.from_iterable(found), dtype=np.int64)]
        keys.append((who * number + whom)[who != whom])
    key = np.unique(np.concatenate(keys))
    return key // max(number, 1), key % max(number, 1)


def reached(
    reports: Prepared, asking: Bool[np.ndarray, " reports"], among: Bool[np.ndarray, " reports"], threads: int
) -> Bool[np.ndarray, " reports"]:
    """Return which of those that ask have any of the others within reach, and would be weighed anew if these changed."""
    found = np.zeros(len(reports.hours), dtype=bool)
    for search in _searches(reports, asking, among):
        tree = spatial.cKDTree(_points(reports, search.among, search), balanced_tree=False)
        apart, _ = tree.query(
            _points(reports, search.asking, search), k=1, distance_upper_bound=REACH, workers=threads
        )
        found[search.asking[np.isfinite(apart)]] = True
    return found
