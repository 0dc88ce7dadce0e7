"""The most that tallies of one observer may count together where they overlap: what one repeats of others is not added to them.

An observer may tally a day and, later, the three days around it. What is in the shorter one is in the longer one, too. So of a tally and
those that lie within it, of the same sector, kind and unit, as many may count as

    those within it, each in its own time     where they cover all of its time, and count no less together
    it alone, in its time                     otherwise: as many as it counts, and no fewer than those of them that do not overlap

Tallies that overlap only in part may speak of different events, so that what they count may add up.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from holdfast.monitoring._columns import Codes, Floats
from holdfast.monitoring._groups import fullest

__all__ = ["folded", "overlap"]


def folded(
    threads: Codes, begin: Floats, end: Floats, p: Floats, weights: Sequence[Codes]
) -> tuple[Floats, list[Codes]]:
    """Return with what probability each tally may count, and how much, so that their sum is no less than what may have happened.

    Parameters
    ----------
    threads
        Who counted what where, as a number; -1 for what is no tally, which stays as it is.
    begin, end
        The time of each, in seconds.
    p
        How probable it is that each counts.
    weights
        How much each counts, a row for each way of counting.

    Returns
    -------
    tuple
        The same, 0 where a tally is told by others.

    Examples
    --------
    30 in three days, 10 of them on the second: no more than 30. With 5 and 15 on the other days, each day has its own.

    >>> start = np.array([0.0, 1.0, 0.0, 2.0])
    >>> thread, end, p = np.zeros(4, int), np.array([3.0, 2.0, 1.0, 3.0]), np.ones(4)
    >>> folded(thread[:2], start[:2], end[:2], p[:2], [np.array([30, 10])])[0].tolist()
    [1.0, 0.0]
    >>> folded(thread, start, end, p, [np.array([30, 10, 5, 15])])[0].tolist()
    [0.0, 1.0, 1.0, 1.0]
    """
    place = np.flatnonzero(threads >= 0)
    # one that holds others comes before them
    order = place[np.lexsort((-end[place], begin[place], threads[place]))]
    if not overlap(threads[order], begin[order], end[order]):
        return p, list(weights)
    p, counts = p.copy(), [row.copy() for row in weights]
    within: dict[int, list[int]] = {}
    open_: list[int] = []
    for n in order.tolist():
        while open_ and not (threads[open_[-1]] == threads[n] and end[open_[-1]] >= end[n]):
            open_.pop()
        if open_:
            within.setdefault(open_[-1], []).append(n)
        open_.append(n)
    told_by: dict[int, list[int]] = {}
    for n in reversed(order.tolist()):
        own = within.get(n, [])
        kept = [one for child in own for one in told_by[child]]
        enough = all(row[kept].sum() >= row[n] for row in counts)
        if own and enough and _cover(begin[own], end[own], float(begin[n]), float(end[n])):
            p[kept] = np.maximum(p[kept], p[n])
            p[n] = 0.0
            told_by[n] = kept
            continue
        if kept:
            p[n] = max(p[n], p[kept].max())
            p[kept] = 0.0
            ends = np.array(kept)[np.argsort(end[kept], kind="stable")]
            for row in counts:
                row[n] = max(row[n], row[ends[fullest(begin[ends], end[ends], row[ends])]].sum())
        told_by[n] = [n]
    return p, counts


def overlap(threads: Codes, begin: Floats, end: Floats) -> bool:
    """Say whether any two of one thread do; in order of thread and begin."""
    return bool(np.any((threads[1:] == threads[:-1]) & (begin[1:] < end[:-1])))


def _cover(begin: Floats, end: Floats, first: float, last: float) -> bool:
    """Say whether times, in order of their begins, cover all between two moments."""
    reached = np.maximum.accumulate(np.concatenate([[first], end]))
    return bool(np.all(begin <= reached[:-1]) and reached[-1] >= last)
