"""Counts of effects that may be of one incident: how many incidents they make at least, however many effects an incident makes.

Effects that were counted are of some incident. An incident lies in one sector. Tallies of one observer and sector whose windows overlap
(of explosions and of shots, say) may count effects of the same; so may effects that are reported one by one on the same days. Those that
do not overlap are not: fire that goes on over the end of a window is counted in each, and makes an incident in each. So

    N = the most of them that happened, no two of which overlap

are that many incidents at least. Whoever takes, of what happened, the one that ends first of those that begin after the last one taken
has ended, takes the most. What begins later was not looked at before, so that the number taken so far and the end of the last one are
all that the rest depends on: `most_apart` follows them. More that happened, or surer, never makes N smaller.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from holdfast.monitoring._columns import Codes, Floats, Mask
from holdfast.monitoring._tails import SURE

_KEY = 2**40
"""Seconds; more than any time since 1970 has for thousands of years."""


@dataclass(frozen=True, slots=True)
class Cells:
    """What has one time and may be of one incident, taken together; in order of time, thread by thread.

    Parameters
    ----------
    place
        One of those it consists of.
    p
        The probability that one of them at least counts.
    begin, end
        Its time, in seconds.
    chain
        The number of its chain: what overlaps is in one.
    """

    place: NDArray[np.intp]
    p: Floats
    begin: Codes
    end: Codes
    chain: Codes

    @property
    def alone(self) -> Mask:
        """Which overlap no other, so that each is one incident by itself."""
        return (np.bincount(self.chain) == 1)[self.chain]

    def at(self, kept: Mask) -> Cells:
        """Return some of them; what overlaps stays in one chain."""
        return Cells(self.place[kept], self.p[kept], self.begin[kept], self.end[kept], self.chain[kept])

    def apart(self) -> Mask:
        """Return a set without overlap: the one of each chain of which most are expected to count."""
        order = np.lexsort((-self.begin, self.end, self.chain))
        found = np.zeros(len(order), dtype=bool)
        for own in _chains(self.chain[order]):
            place = order[own]
            found[place[fullest(self.begin[place], self.end[place], self.p[place])]] = True
        return found

    def numbers(self, most: int) -> Floats:
        """Return the probability of each number of incidents that they make at least, from 0 to ``most`` or more."""
        total = np.ones(1)
        for own in _chains(self.chain):
            reach = min(most, own.stop - own.start)
            total = np.convolve(total, most_apart(self.begin[own], self.end[own], self.p[own], reach))
            total = np.append(total[:most], total[most:].sum()) if len(total) > most else total
        return total


def _chains(chain: Codes) -> list[slice]:
    """Return where each chain lies, whose numbers follow each other."""
    bounds = np.flatnonzero(np.r_[True, chain[1:] != chain[:-1], True]).tolist() if len(chain) else []
    return [slice(first, after) for first, after in itertools.pairwise(bounds)]


def fullest(begin: NDArray[Any], end: NDArray[Any], worth: NDArray[Any]) -> list[int]:
    """Return which of these, in order of their ends, do not overlap and have the largest sum of what they are worth."""
    # one whose time has no length does not come before itself
    before: list[int] = np.minimum(np.searchsorted(end, begin, side="right"), np.arange(len(end))).tolist()
    best: list[float] = [0.0]
    for n, value in enumerate(worth.tolist()):
        best.append(max(best[n], value + best[before[n]]))
    found: list[int] = []
    n = len(before)
    while n > 0:
        if best[n] > best[n - 1]:
            found.append(n - 1)
            n = before[n - 1]
        else:
            n -= 1
    return found


def most_apart(begin: Codes, end: Codes, p: Floats, most: int) -> Floats:
    """Return the probability of each greatest number of independent events that happen and do not overlap.

    Parameters
    ----------
    begin, end
        Of each event, in any unit; what only touches does not overlap.
    p
        The probability that it happens.
    most
        Numbers above it are not told apart from it; 0 or more.

    Examples
    --------
    Two that overlap make one, unless neither happens:

    >>> most_apart(np.array([0, 1]), np.array([2, 3]), np.array([0.5, 0.5]), 2).tolist()
    [0.25, 0.75, 0.0]
    """
    ends = np.unique(end)
    # by the end of the last one taken, none first, and by how many were taken
    state = np.zeros((len(ends) + 1, most + 1))
    state[0, 0] = 1.0
    for n in np.lexsort((begin, end)):
        free = state[: int(np.searchsorted(ends, begin[n], side="right")) + 1]
        taken = p[n] * free.sum(axis=0)
        free *= 1.0 - p[n]
        own = state[int(np.searchsorted(ends, end[n])) + 1]
        own[1:] += taken[:-1]
        own[-1] += taken[-1]
    return np.asarray(state.sum(axis=0), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Groups:
    """Counts of effects that may be of one incident where they overlap; what lies apart is of several.

    Parameters
    ----------
    thread
        Who counted, and where, as a number; -1 for what is no count of effects.
    begin, end
        The time of each, in seconds.
    """

    thread: Codes
    begin: Codes
    end: Codes

    @staticmethod
    def of(effects: Mask, key: tuple[Codes, ...], begin: Floats, end: Floats) -> Groups:
        """Put together what shares a key.

        Parameters
        ----------
        effects
            Which of them count effects.
        key
            Numbers that must be the same: who counted, and where.
        begin, end
            The time of each, in seconds; what only touches does not overlap.
        """
        thread = np.full(len(effects), -1, dtype=np.int64)
        place = np.flatnonzero(effects)
        if len(place):
            keys = np.stack([part[place] for part in key])
            thread[place] = np.unique(keys, axis=1, return_inverse=True)[1].reshape(-1)
        first, last = (np.round(np.where(effects, time, 0.0)).astype(np.int64) for time in (begin, end))
        return Groups(thread, first, last)

    def at(self, place: NDArray[np.intp]) -> Groups:
        """Return some of them."""
        return Groups(self.thread[place], self.begin[place], self.end[place])

    def cells(self, p: Floats, counted: Mask) -> Cells:
        """Take together what has the same time.

        Parameters
        ----------
        p
            How probable it is that each counts.
        counted
            Which of them are meant.
        """
        place = np.flatnonzero(counted & (self.thread >= 0) & (p > SURE))
        # in the order of their probabilities, so that the product does not depend on that of the table, even by rounding
        place = place[np.lexsort((p[place], self.end[place], self.begin[place], self.thread[place]))]
        if not len(place):
            none = np.zeros(0, dtype=np.int64)
            return Cells(place, np.zeros(0), none, none, none)
        one = np.stack([self.thread[place], self.begin[place], self.end[place]])
        opens = np.flatnonzero(np.r_[True, np.any(one[:, 1:] != one[:, :-1], axis=0)])
        several = np.diff(np.r_[opens, len(place)]) > 1
        any_ = 1.0 - np.multiply.reduceat(1.0 - p[place], opens)
        thread, begin, end = one[:, opens]
        # one after the other on one axis, so that the latest end so far is that of the same thread
        latest = np.maximum.accumulate(thread * _KEY + end)
        first = np.r_[True, (thread * _KEY + begin)[1:] >= latest[:-1]] | np.r_[True, np.diff(thread) != 0]
        return Cells(place[opens], np.where(several, any_, p[place[opens]]), begin, end, np.cumsum(first) - 1)

    def together(self, p: Floats, counted: Mask, most: int) -> tuple[Floats, Floats]:
        """Return what counts by itself, and the probability of each number of incidents that the rest makes at least.

        Parameters
        ----------
        p
            How probable it is that each counts.
        counted
            Which of them are meant.
        most
            Numbers above it are not told apart from it.

        Returns
        -------
        tuple
            How probable it is that each counts by itself, or with others of the same time; and of each number from 0.
        """
        cells = self.cells(p, counted)
        alone, own = cells.alone, np.where(self.thread >= 0, 0.0, p)
        own[cells.place[alone]] = cells.p[alone]
        return own, cells.at(~alone).numbers(most)
