"""Which counts of effects may be of one incident, so that they make one together and not one each.

Effects that were counted are of some incident, however many of them an incident makes. An incident lies in one sector. Tallies of one
observer and sector whose windows overlap (of explosions and of shots, say) may count effects of the same; so may effects that are
reported one by one on the same days. Tallies of windows that do not overlap do not: fire that goes on over the end of a window is
counted in each, and makes an incident in each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from holdfast.monitoring._columns import Codes, Floats, Mask

_KEY = 2**40
"""Seconds; more than any time since 1970 has for thousands of years."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Counts of effects that may be of one incident.

    Parameters
    ----------
    group
        The number of each one's group; -1 for what is no count of effects.
    surest
        Whether it is the one of its group that is surest to count.
    number
        How many groups there are.
    """

    group: Codes
    surest: Mask
    number: int

    @staticmethod
    def of(effects: Mask, key: tuple[Codes, ...], begin: Floats, end: Floats, p: Floats) -> Groups:
        """Put together what shares a key and overlaps in time, in a chain.

        Parameters
        ----------
        effects
            Which of them count effects.
        key
            Numbers that must be the same: who counted, and where.
        begin, end
            The time of each, in any unit; what only touches does not overlap.
        p
            How probable it is that each counts.
        """
        group, surest = np.full(len(effects), -1, dtype=np.int64), np.zeros(len(effects), dtype=bool)
        place = np.flatnonzero(effects)
        if not len(place):
            return Groups(group, surest, 0)
        keys = np.stack([part[place] for part in key])
        thread = np.unique(keys, axis=1, return_inverse=True)[1].reshape(-1)
        # one after the other on one axis, so that the latest end so far is that of the same thread
        first, last = (thread * _KEY + np.round(time[place]).astype(np.int64) for time in (begin, end))
        order = np.argsort(first, kind="stable")
        latest = np.maximum.accumulate(last[order])
        opens = np.r_[True, first[order][1:] >= latest[:-1]] | np.r_[True, np.diff(thread[order]) != 0]
        group[place[order]] = np.cumsum(opens) - 1
        ranked = place[np.lexsort((p[place], group[place]))]
        surest[ranked[np.r_[np.diff(group[ranked]) != 0, True]]] = True
        return Groups(group, surest, int(opens.sum()))

    def at_least_one(self, weights: Floats, one: int) -> Floats:
        """Return counts with one incident for each group that would otherwise make less, given to its surest."""
        inside = self.group >= 0
        if not self.number:
            return weights
        total = np.bincount(self.group[inside], weights[inside], self.number)
        small = np.zeros(len(weights), dtype=bool)
        small[inside] = total[self.group[inside]] < one
        return np.where(small, np.where(self.surest, one, 0), weights)
