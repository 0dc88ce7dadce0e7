"""Minimal winning coalitions of a single quota: members join by descending weight, and the one that reaches the quota closes the list.

All who joined before weigh no less than the last, so that without any of them the quota is missed: the coalition is minimal.
Ways are counted over the sums below the quota, by size, packed as in `_diagram`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate

from holdfast.errors import InputError
from holdfast.voting._diagram import unpacked

__all__ = ["minimal_by_size", "minimal_with", "smallest"]

MOST_SUMS = 10_000_000
"""Sums times members: as many numbers of as many bits as there are members."""

MOST_STEPS = 200_000
MOST_LISTED = 400

Sums = dict[int, int]


def _order(weights: tuple[int, ...]) -> list[int]:
    return sorted((m for m, w in enumerate(weights) if w > 0), key=lambda m: (-weights[m], m))


def _before(weights: tuple[int, ...], quota: int, order: list[int], bits: int) -> list[Sums]:
    """Return by place in the order the ways to have each sum below the quota from the members before, by size."""
    found: list[Sums] = [{0: 1} if quota > 0 else {}]
    # what members from each place on can still add
    rest, size = sum(weights), 1
    for member in order:
        weight, rest = weights[member], rest - weights[member]
        after: Sums = {}
        for total, ways in found[-1].items():
            if total + rest >= quota:
                after[total] = after.get(total, 0) + ways
            if total + weight < quota and total + weight + rest >= quota:
                after[total + weight] = after.get(total + weight, 0) + (ways << bits)
        found.append(after)
        size += len(after)
        if size * len(weights) > MOST_SUMS:
            raise InputError(
                "minimal coalitions of so many members and sums are out of reach. Use fewer members, or weights with fewer digits."
            )
    return found


def minimal_by_size(weights: tuple[int, ...], quota: int) -> list[int]:
    """Return the number of minimal winning coalitions by size; a quota of 0 is met by the empty one."""
    count, order = len(weights), _order(weights)
    bits = count + 1
    if quota <= 0:
        return [1] + [0] * count
    packed = 0
    for before, member in zip(_before(weights, quota, order, bits), order, strict=False):
        packed += sum(ways << bits for total, ways in before.items() if total + weights[member] >= quota)
    return unpacked(packed, bits, count + 1)


@lru_cache(maxsize=8)
def minimal_with(weights: tuple[int, ...], quota: int) -> list[list[int]]:
    """Return by member the number of minimal winning coalitions that hold it, by size."""
    count, order = len(weights), _order(weights)
    bits = count + 1
    found = [[0] * (count + 1) for _ in weights]
    if quota <= 0:
        return found
    before = _before(weights, quota, order, bits)
    after: Sums = {}
    for place in range(len(order) - 1, -1, -1):
        weight, now, packed = weights[order[place]], dict[int, int](), 0
        for total, ways in before[place].items():
            joined = 1 if total + weight >= quota else after.get(total + weight, 0)
            packed += (ways * joined) << bits
            now[total] = after.get(total, 0) + (joined << bits)
        found[order[place]] = unpacked(packed, bits, count + 1)
        after = now
    return found


def smallest(weights: tuple[int, ...], quotas: Sequence[int], most: int) -> list[tuple[int, ...]]:
    """Return smallest minimal winning coalitions, at most so many, in order of size and of the members' numbers.

    If there are more of the last size, heavy members come before light ones in what is returned of them.

    Parameters
    ----------
    quotas
        The weight that a coalition of k members needs, for k from 0 on: all the same where the rule is a single quota.
    """
    order = sorted(range(len(weights)), key=lambda m: (-weights[m], m))
    if quotas[0] <= 0:
        return [()]
    sums = list(accumulate((weights[m] for m in order), initial=0))
    found: list[tuple[int, ...]] = []
    for size in range(1, len(order) + 1):
        if sums[size] >= quotas[size]:
            search = _Search(weights, quotas[size], quotas[size - 1], order, sums, most - len(found))
            if size > MOST_LISTED:
                raise InputError(f"the smallest coalitions have {size:,} members, too many to list.")
            search.extend(size, 0, (), 0)
            if search.steps > MOST_STEPS:
                raise InputError("the smallest coalitions are too many to search. Use fewer members.")
            found += sorted(search.found)
        if len(found) >= most:
            break
    return found


@dataclass
class _Search:
    """Minimal coalitions of one size: those that reach the quota, and without their lightest member miss that for one member less."""

    weights: tuple[int, ...]
    quota: int
    without: int
    order: list[int]
    sums: list[int]
    most: int
    found: list[tuple[int, ...]] = field(default_factory=list[tuple[int, ...]])
    steps: int = 0

    def extend(self, left: int, place: int, chosen: tuple[int, ...], total: int) -> None:
        """Append the coalitions that add exactly so many members from a place in the order on."""
        for k in range(place, len(self.order) - left + 1):
            self.steps += 1
            # the heaviest that may still come do not reach the quota: nor does anything further on
            short = total + self.sums[k + left] - self.sums[k] < self.quota
            if short or len(self.found) >= self.most or self.steps > MOST_STEPS:
                return
            now = total + self.weights[self.order[k]]
            if left > 1:
                self.extend(left - 1, k + 1, (*chosen, self.order[k]), now)
            elif total < self.without:
                self.found.append(tuple(sorted((*chosen, self.order[k]))))
