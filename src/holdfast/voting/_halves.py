"""Meeting in the middle: exact counts for about thirty members whose rule asks for a weight that depends on the number of yes votes.

A double majority is of that kind: at least 15 of 27 members with 65 % of the population, or any 24. The members are cut into two
halves; all votes of a half are listed by number of yes votes and sorted by weight, so that one look-up for each vote of the
other half and each number tells with how many it passes. Time and memory grow with 2^(n/2).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from jaxtyping import Float, Int

from holdfast.voting.game import Game

__all__ = [
    "MOST_MEMBERS",
    "Sized",
    "halves_passage",
    "minimal_with",
    "sized",
    "swings_by_size",
    "winning_by_size",
]

MOST_MEMBERS = 34


@dataclass(frozen=True)
class Sized:
    """A rule that a coalition of k members passes where its weight is at least `quotas[k]`."""

    weights: tuple[int, ...]
    quotas: tuple[int, ...]


def sized(game: Game) -> Sized | None:
    """Return the rule as a quota by number of yes votes; None where it is no such rule. Votes are yes or no.

    Every gate must count members, or add up one and the same weights (or only contain other gates).
    """
    count = len(game.members)
    weights: tuple[int, ...] | None = None
    counts: list[int | None] = []  # by gate: what one member counts, None where it adds up the weights
    for gate in game.gates:
        own = tuple(gate.yes.get(m, 0) + gate.unopposed.get(m, 0) for m in range(count))
        if len(set(own)) == 1:
            counts.append(own[0])
        elif weights in (None, own):
            weights = own
            counts.append(None)
        else:
            return None
    if weights is None or count > MOST_MEMBERS or sum(weights) >= 1 << 62:
        return None
    nothing, everything = 0, sum(weights) + 1

    def passes(size: int, weight: int) -> bool:
        opens: list[bool] = []
        for gate, each in zip(game.gates, counts, strict=True):
            own = weight if each is None else size * each
            opens.append(own + sum(w for g, w in gate.gates.items() if opens[g]) >= gate.quota)
        return opens[-1]

    def needed(size: int) -> int:
        # more weight never hurts: the least that is enough
        low, high = nothing, everything
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if passes(size, middle) else (middle + 1, high)
        return low

    return Sized(weights, tuple(needed(size) for size in range(count + 1)))


@dataclass(frozen=True)
class _Half:
    """All votes of some members: `sizes` and `weights` by bit pattern; `classes[k]` those with k yes votes, in order of weight."""

    sizes: Int[np.ndarray, " votes"]
    weights: Int[np.ndarray, " votes"]
    classes: tuple[Int[np.ndarray, " _"], ...]


def _half(weights: tuple[int, ...]) -> _Half:
    sums, sizes = np.zeros(1, np.int64), np.zeros(1, np.int64)
    for weight in weights:
        sums, sizes = np.concatenate([sums, sums + weight]), np.concatenate([sizes, sizes + 1])
    by_weight = np.argsort(sums, kind="stable")
    classes = tuple(by_weight[sizes[by_weight] == k] for k in range(len(weights) + 1))
    return _Half(sizes, sums, classes)


def _cut(rule: Sized) -> tuple[_Half, _Half]:
    middle = len(rule.weights) // 2
    return _half(rule.weights[:middle]), _half(rule.weights[middle:])


def _places(own: _Half, other: _Half, rule: Sized, size: int) -> Int[np.ndarray, " votes"]:
    """Return for each vote of a half how many of the other half's votes with so many yes are too light for it to pass."""
    needed = np.asarray(rule.quotas)[own.sizes + size] - own.weights
    by_weight = np.argsort(needed, kind="stable")
    found = np.empty(needed.size, np.int64)
    found[by_weight] = np.searchsorted(other.weights[other.classes[size]], needed[by_weight])
    return found


def _winning(own: _Half, other: _Half, rule: Sized) -> Int[np.ndarray, "members_and_all sizes"]:
    """Return numbers of winning coalitions by size: those that hold each member of a half, and in the last row all."""
    members = own.sizes[-1]
    found = np.zeros((members + 1, len(rule.weights) + 1), np.int64)
    pattern = np.arange(own.sizes.size)
    holds = [(pattern >> m) % 2 == 1 for m in range(members)] + [np.ones(pattern.size, bool)]
    for size, alike in enumerate(other.classes):
        partners = alike.size - _places(own, other, rule, size)
        for row, chosen in enumerate(holds):
            # no count passes 2^34, so that floats are exact
            ways = np.bincount(own.sizes[chosen], partners[chosen], members + 1)
            found[row, size : size + members + 1] += ways.astype(np.int64)
    return found


def winning_by_size(rule: Sized) -> list[int]:
    """Return the number of winning coalitions by how many vote yes."""
    return _winning(*_cut(rule), rule)[-1].tolist()


def swings_by_size(rule: Sized) -> list[list[int]]:
    """Return by member the number of coalitions, by how many others vote yes, that pass with it and not without."""
    first, second = _cut(rule)
    one, two = _winning(first, second, rule), _winning(second, first, rule)
    whole, with_it = one[-1], np.concatenate([one[:-1], two[:-1]])
    return (with_it[:, 1:] - (whole - with_it)[:, :-1]).tolist()


@lru_cache(maxsize=8)
def minimal_with(rule: Sized) -> tuple[list[int], list[list[int]]]:
    """Return the number of minimal winning coalitions by size, and by member of those that hold it.

    A coalition is minimal when it fails without its lightest member: joined by descending weight, the others are then short
    of the quota for one member less, and the lightest brings the whole to its own.
    """
    count = len(rule.weights)
    order = sorted(range(count), key=lambda m: (-rule.weights[m], m))
    quotas = np.asarray(rule.quotas)
    holding = np.zeros((count + 1, count + 1), np.int64)
    if quotas[0] <= 0:
        holding[-1, 0] = 1
        return holding[-1].tolist(), holding[:-1].tolist()
    for place, last in enumerate(order):
        before = order[:place]
        enough = quotas[1 : place + 2] - rule.weights[last]
        short = np.maximum(enough, quotas[: place + 1])
        ways = _holding(rule, before, enough) - _holding(rule, before, short)
        for row, member in enumerate([*before, last, count]):
            # the last one, and the whole, hold for all
            holding[member, 1 : place + 2] += ways[min(row, place)]
    return holding[-1].tolist(), holding[:-1].tolist()


def _holding(rule: Sized, members: list[int], quotas: np.ndarray) -> Int[np.ndarray, "members_and_all sizes"]:
    """Return the numbers of winning coalitions of some members by size: those that hold each, and in the last row all."""
    part = Sized(tuple(rule.weights[m] for m in members), tuple(int(q) for q in quotas))
    first, second = _cut(part)
    one, two = _winning(first, second, part), _winning(second, first, part)
    return np.concatenate([one[:-1], two])


def halves_passage(rule: Sized, support: Float[np.ndarray, "members draws"]) -> Float[np.ndarray, " draws"]:
    """Return the probability that independent members pass a decision, a value a draw."""
    middle = len(rule.weights) // 2
    first, second = _cut(rule)
    places = [_places(first, second, rule, size) for size in range(len(second.classes))]
    found = np.empty(support.shape[1])
    for draw, chances in enumerate(support.T):
        one, two = _chances(chances[:middle]), _chances(chances[middle:])
        total = 0.0
        for alike, place in zip(second.classes, places, strict=True):
            heavier = np.append(np.cumsum(two[alike][::-1])[::-1], 0.0)
            total += float(one @ heavier[place])
        found[draw] = min(total, 1.0)
    return found


def _chances(support: Float[np.ndarray, " members"]) -> Float[np.ndarray, " votes"]:
    chance = np.ones(1)
    for yes in support:
        chance = np.concatenate([chance * (1 - yes), chance * yes])
    return chance
