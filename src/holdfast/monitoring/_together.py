"""Windows in which counts that overlap may be of one incident, and make one together.

Counts of effects that overlap no other add up as everything else does. Of those that do (see `_groups`), the number of incidents is
worked out exactly where a window is; before, it is bounded: it is no less than the sum over a set without overlap, and no more than that
over all.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from holdfast.monitoring._columns import Floats, Mask
from holdfast.monitoring._groups import Groups
from holdfast.monitoring._tails import MOST_WORK, SURE, Whole, reaching
from holdfast.monitoring._windows import Items, Windows


class Together(Windows):
    """All windows of some days in which items surely lie, and how probable it is that each reaches the need.

    Parameters
    ----------
    items, starts, width, need, only, spans
        As of `Windows`.
    groups
        Which items may be of one incident. Each counts 1, alone or together.
    """

    def __init__(
        self,
        items: Items,
        starts: Floats,
        width: int,
        need: int,
        groups: Groups,
        *,
        only: Mask,
        spans: list[int],
    ) -> None:
        cells = groups.cells(items.p, only & (items.weight > 0))
        alone = cells.alone
        p = np.where(groups.thread >= 0, 0.0, items.p)

        def windows_of(kept: Mask) -> Items:
            chances = p.copy()
            chances[cells.place[kept]] = cells.p[kept]
            return replace(items, p=chances)

        super().__init__(windows_of(alone), starts, width, need, possibly=False, only=only, spans=spans)
        self.cells = cells.at(~alone)
        if not len(self.cells.p):
            return
        place = self.cells.place
        self._first, self._last = items.span.first[place], items.span.last[place]
        fewer, more = (
            Windows(windows_of(kept), starts, width, need, possibly=False, only=only, spans=spans)
            for kept in (alone | cells.apart(), np.ones(len(alone), dtype=bool))
        )
        self.lower, self.upper, self.expected = fewer.lower, more.upper, fewer.expected
        self.exact = self.lower == self.upper

    def _numbers(self, span: int, last: int, most: int) -> Floats:
        """Return the probability of each number of incidents that overlapping counts make in a window."""
        first = max(last - span * self.width + 1, 0)
        cells = self.cells.at((self._first >= first) & (self._last <= last))
        # a step through one of them takes as long as some twenty items, and longer in long chains
        self.left -= int(20 * len(cells.p) + np.sum(np.bincount(cells.chain) ** 2) // 100)
        return cells.numbers(min(most, len(cells.p)))

    def refine(self, n: int, last: int) -> bool:
        """Work out one window exactly; False where too much has been worked out already."""
        if not len(self.cells.p) or self.exact[n, last] or self.left <= 0:
            return super().refine(n, last)
        weight, p = self._uncertain(n, last)
        self.left -= len(p) + 1_000
        need = self.need_of(self.spans[n])
        rest = need - int(self.sure[n, last])
        if max(rest, 0) * len(np.unique(weight)) > MOST_WORK:
            return False
        chance = _sum(reaching(weight, p, rest), self._numbers(self.spans[n], last, max(rest, 0)), 0)
        self.lower[n, last] = self.upper[n, last] = chance
        self.exact[n, last] = True
        return True

    def reached_with(self, last: int, more: Whole) -> Floats:
        """Return the least probability that a window reaches the need if so much more surely counted in it, for each of several."""
        if not len(self.cells.p):
            return super().reached_with(last, more)
        weight, p = self._uncertain(0, last)
        rest = self.need - int(self.sure[0, last])
        if max(rest, 0) * len(np.unique(weight)) > MOST_WORK:
            return super().reached_with(last, more)
        reached, numbers = reaching(weight, p, rest), self._numbers(1, last, max(rest, 0))
        return np.array([_sum(reached, numbers, int(one)) for one in more])


def _sum(reached: Floats, numbers: Floats, more: int) -> float:
    """Return the probability that the need is reached with so many more, and a number that has these probabilities."""
    rest = np.maximum(len(reached) - 1 - more - np.arange(len(numbers)), 0)
    found = float(numbers @ reached[rest])
    return 1.0 if found >= 1.0 - SURE else found
