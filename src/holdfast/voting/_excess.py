"""The Johnston index of a single quota: coalitions by how far they are above it, and how many of their members can break them.

A coalition with the weight q + e is broken by its members with more weight than e. So for the e from one weight up to the next those
who count are known, the members at least as heavy as the next: coalitions whose weight lies there are counted, exactly, by
how many of these they hold. Ways are packed as in `_diagram`, by that number.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from holdfast.voting._diagram import unpacked

__all__ = ["MOST_STEPS", "johnston_raw", "steps_needed"]

MOST_STEPS = 200_000_000


def steps_needed(weights: tuple[int, ...], quota: int) -> int:
    """Return about how much is gone through: members × different weights × sums, each a number of as many bits as there are members."""
    return len(weights) ** 2 * len(set(weights)) * (quota + max(weights, default=0))


def johnston_raw(weights: tuple[int, ...], quota: int) -> list[Fraction]:
    """Return by member Σ over coalitions in which it is critical of 1 / the number of critical members.

    Time grows with members × different weights × (quota + largest weight).
    """
    found = [Fraction(0)] * len(weights)
    if quota <= 0:
        return found
    steps = sorted(set(weights) - {0})
    light = np.array([1 << weights.count(0)] + [0] * (quota + max(weights) - 1), dtype=object)
    for below, weight in zip([0, *steps], steps, strict=False):
        heavy = [m for m, w in enumerate(weights) if w >= weight]
        for member, ways in _ways(weights, heavy, light, quota + below, quota + weight).items():
            found[member] = found[member] + ways
        for _ in range(weights.count(weight)):
            light = light + _moved(light, weight)
    return found


def _moved(ways: np.ndarray, by: int) -> np.ndarray:
    """Return the ways with every sum larger by a weight; sums beyond the last are left out."""
    later = np.zeros_like(ways)
    later[by:] = ways[: ways.size - by]
    return later


def _ways(
    weights: tuple[int, ...], heavy: list[int], light: np.ndarray, low: int, high: int
) -> dict[int, Fraction]:
    """Return by heavy member Σ 1 / c over coalitions with a sum from `low` to below `high` that hold it and c − 1 others that are heavy."""
    bits = len(weights) + 1
    after: list[np.ndarray] = [
        np.array([1 if low <= s < high else 0 for s in range(light.size)], dtype=object)
    ]
    for member in reversed(heavy):
        joined = np.zeros_like(light)
        joined[: light.size - weights[member]] = after[-1][weights[member] :]
        after.append(after[-1] + (joined << bits))
    after.reverse()
    found: dict[int, Fraction] = {}
    before = light
    for place, member in enumerate(heavy):
        rest = after[place + 1][weights[member] :]
        packed = int(np.dot(before[: rest.size], rest))
        others = unpacked(packed, bits, len(heavy))
        found[member] = sum((Fraction(n, c + 1) for c, n in enumerate(others) if n), start=Fraction(0))
        before = before + (_moved(before, weights[member]) << bits)
    return found
