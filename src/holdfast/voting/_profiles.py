"""Every way to vote, members that are alike taken together: all measures exactly, for few members or few kinds of them.

A profile says how many of each type (`Game.types`) vote yes; it stands for Π_t C(n_t, c_t) coalitions. Profiles are numbered in
mixed radix, the last type fastest. Numbers of coalitions are whole numbers of any size.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property
from heapq import nsmallest
from itertools import islice
from math import comb, prod
from typing import Any

import numpy as np
from jaxtyping import Bool, Int

from holdfast.voting.game import Game

__all__ = ["MOST_PROFILES", "Profiles", "profile_count"]

MOST_PROFILES = 1 << 20
_EXACT = 46
"""Up to so many members, numbers of coalitions, and these times a number of members, are exact as floats."""

Counts = list[int]


def profile_count(game: Game) -> int:
    """Return how many profiles a game has, Π_t (n_t + 1)."""
    return prod(len(alike) + 1 for alike in game.types)


class Profiles:
    """All profiles of a game.

    Parameters
    ----------
    game
        With at most `MOST_PROFILES` profiles. Time and memory grow with profiles × types.
    """

    def __init__(self, game: Game) -> None:
        self.game = game
        self.types = game.types
        self.sizes = tuple(len(alike) for alike in self.types)

    def _summed(self, worth: list[Any], zero: Any, dtype: Any) -> np.ndarray:
        """Return Σ_t c_t × worth_t of every profile."""
        total = np.array([zero], dtype)
        for size, each in zip(self.sizes, worth, strict=True):
            steps = np.array([count * each for count in range(size + 1)], dtype)
            total = (total[:, None] + steps).ravel()
        return total

    @cached_property
    def wins(self) -> Bool[np.ndarray, " profiles"]:
        """Whether each profile passes."""
        opens: list[np.ndarray] = []
        for gate in self.game.gates:
            worth = [gate.yes.get(alike[0], 0) + gate.unopposed.get(alike[0], 0) for alike in self.types]
            most = sum(size * each for size, each in zip(self.sizes, worth, strict=True)) + sum(
                gate.gates.values()
            )
            dtype = np.int64 if max(most, abs(gate.quota)) < 1 << 62 else object
            total = self._summed(worth, 0, dtype)
            for number, weight in gate.gates.items():
                total = total + opens[number].astype(dtype) * weight
            opens.append(np.asarray(total >= gate.quota, bool))
        return opens[-1]

    @cached_property
    def voters(self) -> Int[np.ndarray, " profiles"]:
        """How many vote yes."""
        return self._summed([1] * len(self.types), 0, np.int64)

    @cached_property
    def coalitions(self) -> np.ndarray:
        """How many coalitions each profile stands for: floats where exact, else Python's whole numbers."""
        exact = sum(self.sizes) <= _EXACT
        total = np.ones(1, float if exact else object)
        for size in self.sizes:
            ways = np.array([comb(size, count) for count in range(size + 1)], total.dtype)
            total = (total[:, None] * ways).ravel()
        return total

    def _counted(self, key: np.ndarray, number: np.ndarray, length: int) -> Counts:
        """Return the sums of whole numbers by key."""
        if number.dtype != object:
            return [int(n) for n in np.bincount(key, number, length)]
        found = np.zeros(length, object)
        np.add.at(found, key, number)
        return [int(n) for n in found]

    def _by_type(self, values: np.ndarray, kind: int) -> np.ndarray:
        """Return values with the type's own count on the middle axis."""
        after = prod(size + 1 for size in self.sizes[kind + 1 :])
        return values.reshape(-1, self.sizes[kind] + 1, after)

    def _own(self, kind: int) -> np.ndarray:
        """Return how many coalitions of each profile hold one given member of the type: c / n of them."""
        number, size = self._by_type(self.coalitions, kind), self.sizes[kind]
        count = np.arange(size + 1).reshape(-1, 1)
        return number * count // size if number.dtype == object else np.round(number * count / size)

    @cached_property
    def critical(self) -> list[Bool[np.ndarray, " profiles"]]:
        """By type, the profiles that pass and would not without one member of it."""
        found: list[np.ndarray] = []
        for kind in range(len(self.types)):
            wins = self._by_type(self.wins, kind)
            swing = np.zeros_like(wins)
            swing[:, 1:] = wins[:, 1:] & ~wins[:, :-1]
            found.append(swing.ravel())
        return found

    def winning_by_size(self) -> Counts:
        """Return the number of winning coalitions by how many vote yes."""
        return self._counted(self.voters[self.wins], self.coalitions[self.wins], sum(self.sizes) + 1)

    def swings_by_size(self) -> list[Counts]:
        """Return by member the number of coalitions, by how many others vote yes, that pass with it and not without."""
        return self._each(self._swings)

    def _each(self, of_type: Any) -> list[Any]:
        """Return a type's answer for each of its members."""
        found: list[Any] = [None] * sum(self.sizes)
        for kind, alike in enumerate(self.types):
            answer = of_type(kind)
            for member in alike:
                found[member] = answer
        return found

    def _swings(self, kind: int) -> Counts:
        at = self.critical[kind]
        return self._counted(self.voters[at] - 1, self._own(kind).ravel()[at], sum(self.sizes))

    @cached_property
    def minimal(self) -> Bool[np.ndarray, " profiles"]:
        """The profiles of minimal winning coalitions: every member is critical."""
        found = self.wins.copy()
        for kind, swing in enumerate(self.critical):
            taken = self._by_type(np.zeros_like(found), kind).copy()
            taken[:, 1:] = True
            found &= swing | ~taken.ravel()
        return found

    def minimal_by_size(self) -> Counts:
        """Return the number of minimal winning coalitions by size."""
        at = self.minimal
        return self._counted(self.voters[at], self.coalitions[at], sum(self.sizes) + 1)

    def minimal_with(self) -> list[Counts]:
        """Return by member the number of minimal winning coalitions that hold it, by size."""

        def of_type(kind: int) -> Counts:
            at = self.minimal
            return self._counted(self.voters[at], self._own(kind).ravel()[at], sum(self.sizes) + 1)

        return self._each(of_type)

    def johnston_raw(self) -> list[Fraction]:
        """Return by member Σ over coalitions in which it is critical of 1 / the number of critical members."""
        members = sum(self.sizes)
        several = np.zeros(self.wins.size, np.int64)
        for kind, swing in enumerate(self.critical):
            count = np.broadcast_to(
                np.arange(self.sizes[kind] + 1).reshape(-1, 1), self._by_type(self.wins, kind).shape
            )
            several += swing * count.ravel()

        def of_type(kind: int) -> Fraction:
            at = self.critical[kind]
            ways = self._counted(several[at], self._own(kind).ravel()[at], members + 1)
            return sum((Fraction(n, c) for c, n in enumerate(ways) if n), start=Fraction(0))

        return self._each(of_type)

    def smallest(self, most: int) -> list[tuple[int, ...]]:
        """Return the smallest minimal winning coalitions, in order of size and of the members' numbers, at most so many."""
        found: list[tuple[int, ...]] = []
        minimal = np.flatnonzero(self.minimal)
        sizes = self.voters[minimal]
        for size in np.unique(sizes):
            if len(found) >= most:
                break
            groups = [
                group
                for counts in self._earliest(minimal[sizes == size], most)
                for group in islice(_in_order(self.types, counts), most)
            ]
            found += nsmallest(most - len(found), groups)
        return found

    def _earliest(self, places: Int[np.ndarray, " some"], most: int) -> list[list[int]]:
        """Return, as numbers by type, the profiles of one size whose first coalition comes earliest, at most so many."""
        counts = np.array(np.unravel_index(places, [size + 1 for size in self.sizes])).T
        ranks = {
            member: (kind, rank) for kind, alike in enumerate(self.types) for rank, member in enumerate(alike)
        }
        # of two groups of a size that one comes first which has the first member that the other lacks
        keys = [counts[:, kind] <= rank for _, (kind, rank) in sorted(ranks.items(), reverse=True)]
        return counts[np.lexsort(keys)[:most]].tolist()


def _in_order(types: tuple[tuple[int, ...], ...], counts: list[int]) -> Iterator[tuple[int, ...]]:
    """Yield the groups with so many of each type, in order of their members' numbers."""
    group = _first(types, counts, -1)
    while group is not None:
        yield tuple(group)
        group = _next(types, group)


def _first(types: tuple[tuple[int, ...], ...], counts: list[int], after: int) -> list[int] | None:
    """Return the first so many of each type that come after a member, together in order; None where they are not so many."""
    chosen: list[int] = []
    for alike, count in zip(types, counts, strict=True):
        start = bisect(alike, after)
        if len(alike) - start < count:
            return None
        chosen += alike[start : start + count]
    return sorted(chosen)


def _next(types: tuple[tuple[int, ...], ...], group: list[int]) -> list[int] | None:
    """Return what follows a group among those with as many of each type, in order of the members' numbers; None after the last."""
    kind_of = {member: kind for kind, alike in enumerate(types) for member in alike}
    left = [0] * len(types)
    for at in range(len(group) - 1, -1, -1):
        left[kind_of[group[at]]] += 1
        followers: list[list[int]] = []
        # of each type only the next can be the one: the further on it is, the fewer come after it
        for kind, alike in enumerate(types):
            start = bisect(alike, group[at])
            if left[kind] and start < len(alike):
                rest = [count - (k == kind) for k, count in enumerate(left)]
                tail = _first(types, rest, alike[start])
                if tail is not None:
                    followers.append([alike[start], *tail])
        if followers:
            return group[:at] + min(followers)
    return None
