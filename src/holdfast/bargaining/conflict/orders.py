"""Orders of states from what is said of pairs: this one above that one, or as good."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Int, Num

from holdfast.bargaining.conflict.graph import Array
from holdfast.errors import InputError

__all__ = ["Above", "contradiction", "dense", "ranks_of_pairs", "unsaid"]


class Above(NamedTuple):
    """What is said of two states."""

    first: int
    second: int
    strictly: bool
    """Whether the first is better; else they are as good as each other."""


def dense(values: Num[Array, " states"]) -> Int[Array, " states"]:
    """Return ranks 0, 1, 2 … in the order of the values, equal where they are equal.

    Examples
    --------
    >>> dense(np.array([40, 7, 40, 9])).tolist()
    [2, 0, 2, 1]
    """
    return np.unique(values, return_inverse=True)[1].reshape(-1)


def contradiction(said: Sequence[Above], states: int) -> tuple[int, list[int]] | None:
    """Return the first statement that closes a cycle, and the cycle; None where the statements agree.

    Returns
    -------
    tuple of int and list of int
        The statement's place, and the states of the cycle, each above or as good as the next, one at least above it, and the last
        the same as the first.

    Examples
    --------
    >>> contradiction([Above(0, 1, True), Above(1, 2, False), Above(2, 0, True)], 3)
    (2, [2, 0, 1, 2])
    """
    for place, (first, second, strictly) in enumerate(said):
        # from second on, which states are said to be no better, and over a strict step or not?
        way = _descent(said[:place], second, first, states, needs_strict=not strictly)
        if way is None and not strictly:  # said to be as good: no way down from first to second either
            other = _descent(said[:place], first, second, states, needs_strict=True)
            if other is not None:
                return place, [second, *other]
        if way is not None:
            return place, [first, *way]
    return None


def _descent(
    said: Sequence[Above], start: int, goal: int, states: int, *, needs_strict: bool
) -> list[int] | None:
    """Return a way from start down to goal, over at least one strict step if that is needed; None where there is none."""
    steps: list[list[tuple[int, bool]]] = [[] for _ in range(states)]
    for first, second, strictly in said:
        steps[first].append((second, strictly))
        if not strictly:
            steps[second].append((first, False))
    origin: dict[tuple[int, bool], tuple[int, bool] | None] = {(start, False): None}
    front = [(start, False)]
    while front:
        here = front.pop(0)
        if here[0] == goal and (here[1] or not needs_strict):
            way: list[int] = []
            back: tuple[int, bool] | None = here
            while back is not None:
                way.append(back[0])
                back = origin[back]
            return way[::-1]
        for state, strictly in steps[here[0]]:
            there = (state, here[1] or strictly)
            if there not in origin:
                origin[there] = here
                front.append(there)
    return None


def unsaid(said: Sequence[Above], states: int) -> tuple[int, int] | None:
    """Return the first two states of which the statements leave open which is better; None where they say all.

    Examples
    --------
    >>> unsaid([Above(0, 1, True), Above(0, 2, True)], 3)
    (1, 2)
    """
    below = _no_better(said, states)
    gaps = np.argwhere(~(below | below.T))
    return (int(gaps[0, 0]), int(gaps[0, 1])) if len(gaps) else None


def ranks_of_pairs(said: Sequence[Above], states: int) -> Int[Array, " states"]:
    """Return the ranks that the statements amount to, from 0 for the worst.

    Parameters
    ----------
    said
        What is said of pairs of states; chains of them count, so that n − 1 well chosen ones are enough.
    states
        How many states there are.

    Raises
    ------
    InputError
        Where the statements contradict each other, or leave open which of two states is better. Neither is settled by a guess.

    Examples
    --------
    >>> ranks_of_pairs([Above(2, 0, True), Above(0, 1, False)], 3).tolist()
    [0, 0, 1]
    """
    if (found := contradiction(said, states)) is not None:
        place, cycle = found
        raise InputError(
            f"said[{place}]: closes a cycle of states, {' over '.join(map(str, cycle))}. Take one of these statements away."
        )
    if (gap := unsaid(said, states)) is not None:
        raise InputError(
            f"said: leaves open whether state {gap[0]} is better than state {gap[1]}. Say so, or that they are as good."
        )
    return dense(_no_better(said, states).sum(axis=1))


def _no_better(said: Sequence[Above], states: int) -> Bool[Array, "states states"]:
    """Return for states s and t whether t is said, through any number of statements, to be no better than s."""
    below = np.eye(states, dtype=bool)
    for first, second, strictly in said:
        below[first, second] = True
        if not strictly:
            below[second, first] = True
    for middle in range(states):  # Warshall's closure
        below |= below[:, middle, None] & below[None, middle]
    return below
