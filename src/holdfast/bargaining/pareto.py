r"""Which packages are efficient: nobody can be made better off without somebody being made worse off.

  efficient         no package is at least as good for everybody and better for somebody
  weakly efficient  no package is better for everybody

Exact, with ties and duplicates: values are only compared, never added. Most packages fall at once to a few good ones. What is left is
solved by sorting (one and two parties), by dividing and conquering (three parties; Kung, Luccio & Preparata 1975: the packages are
sorted by the first party's value, then halves are compared by a sweep over the second), or block by block against what is efficient so
far (more). One to three parties take time in proportion to n log n whatever the packages are; more take n times the size of the answer.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float, Int

from holdfast.bargaining.inputs import Numbers, numbers
from holdfast.errors import InputError

__all__ = ["efficient", "weakly_efficient"]

Array = np.ndarray

_PIVOTS = 24
"""How many good packages everything is compared with first."""

_LEAF = 16
"""Blocks of so many packages are compared with each other directly."""

_BLOCK = 256
"""How many packages at a time are compared with those known to be efficient."""


def efficient(utilities: Numbers) -> Bool[Array, " packages"]:
    """Return which packages are efficient (Pareto-optimal); equal packages are so together.

    Parameters
    ----------
    utilities
        What each package is worth to each party, packages × parties; more is better. Units need not be the same for two parties.

    Raises
    ------
    InputError
        Where there are not two axes, a value is not finite, or there are no packages or no parties.

    References
    ----------
    kung1975: the order of work for three parties.

    Examples
    --------
    The third package is as good as the second for one party and worse for the other.

    >>> import numpy as np
    >>> efficient(np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.5]])).tolist()
    [True, True, False]
    """
    return _answer(utilities, strict=False)


def weakly_efficient(utilities: Numbers) -> Bool[Array, " packages"]:
    """Return for which packages there is none that everybody would rather have.

    Parameters
    ----------
    utilities
        What each package is worth to each party, packages × parties; more is better.

    Raises
    ------
    InputError
        Where there are not two axes, a value is not finite, or there are no packages or no parties.

    Examples
    --------
    >>> import numpy as np
    >>> weakly_efficient(np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.5]])).tolist()
    [True, True, True]
    """
    return _answer(utilities, strict=True)


def _answer(given: Numbers, *, strict: bool) -> Array:
    """Return which packages no other dominates: in everything where `strict`, else in something and nowhere the other way."""
    utilities = numbers("utilities", given)
    if utilities.ndim != 2 or 0 in utilities.shape:
        raise InputError(
            f"utilities has shape {utilities.shape}; must be packages × parties, with at least one package and one party."
        )
    wrong = np.argwhere(~np.isfinite(utilities))
    if len(wrong):
        package, party = (int(i) for i in wrong[0])
        raise InputError(
            f"utilities[{package}, {party}] = {utilities[package, party]}; must be a finite number. "
            "Leave out packages whose worth is not known."
        )
    left = _unbeaten_by_pivots(utilities, strict=strict)
    values = utilities[left]
    parties = values.shape[1]
    if parties == 1:
        best = values[:, 0] == values[:, 0].max()
    elif parties <= 3:
        third = values[:, 2] if parties == 3 else np.zeros(len(values))
        best = _sorted_out(values[:, 0], values[:, 1], third, strict=strict and parties == 3)
        if strict and parties == 2:
            best = ~_beaten_in_both(values)
    else:
        best = _by_blocks(values, strict=strict)
    answer = np.zeros(len(utilities), bool)
    answer[left[best]] = True
    return answer


def _beats(one: Array, others: Array, *, strict: bool) -> Array:
    """Return which of the others one package dominates; party by party, which is several times faster than row by row."""
    every = np.ones(len(others), bool)
    some = np.full(len(others), strict)
    for party in range(others.shape[1]):
        if strict:
            every &= others[:, party] < one[party]
        else:
            every &= others[:, party] <= one[party]
            some |= others[:, party] < one[party]
    every &= some
    return every


def _unbeaten_by_pivots(utilities: Array, *, strict: bool) -> Int[Array, " left"]:
    """Return the packages that none of a few good ones dominates, those with the best worst rank first among them."""
    left = np.arange(len(utilities))
    if len(left) <= _BLOCK:
        return left
    low, high = utilities.min(0), utilities.max(0)
    with np.errstate(over="ignore", invalid="ignore"):
        width = np.where(high > low, high - low, 1.0)
        even = ((utilities - low) / width).min(1)
    even = np.nan_to_num(even)  # only the choice of pivots rests on it, no answer
    pivots = np.argpartition(-even, _PIVOTS)[:_PIVOTS]
    for pivot in pivots[np.argsort(-even[pivots], kind="stable")]:
        beaten = _beats(utilities[pivot], utilities[left], strict=strict)
        if beaten.any():
            left = left[~beaten]
    return left


def _beaten_in_both(values: Array) -> Array:
    """Return, of two parties, which packages another is better than for both."""
    levels, at = np.unique(values[:, 0], return_inverse=True)
    best = np.full(len(levels) + 1, -np.inf)
    np.maximum.at(best, at, values[:, 1])
    above = np.maximum.accumulate(best[::-1])[
        ::-1
    ]  # the best of the second party at this level of the first or above
    return above[at + 1] > values[:, 1]


def _sorted_out(x: Array, y: Array, z: Array, *, strict: bool) -> Array:
    """Return which of the packages, worth x, y and z to three parties, no other dominates.

    In the order `first`, only an earlier package can dominate a later one; it does if it also comes earlier in the order `second` and
    has at least as much (where strict, more) of z. What a tie means is settled by how ties are ordered.
    """
    if strict:
        first = np.lexsort((y, -x))
        like = np.arange(len(x))
    else:
        first = np.lexsort((-z, -y, -x))
        rows = np.stack([x[first], y[first], z[first]])
        new = np.concatenate([[True], (rows[:, 1:] != rows[:, :-1]).any(0)])
        like = np.cumsum(new) - 1  # equal packages are judged once
    judged = np.flatnonzero(np.diff(like, prepend=-1))
    y, z = y[first[judged]], z[first[judged]]
    second = np.lexsort((-np.arange(len(y)), -y)) if strict else np.argsort(-y, kind="stable")
    best = np.zeros(len(x), bool)
    best[first] = ~_beaten_by_earlier(second, z, strict=strict)[like]
    return best


def _beaten_by_earlier(
    second: Int[Array, " packages"], z: Float[Array, " packages"], *, strict: bool
) -> Bool[Array, " packages"]:
    """Return which packages have an earlier one that is also earlier in `second` and has as much of z (strict: more).

    Level by level from the whole down to blocks of `_LEAF`, all blocks of a level at once: in each block, in the order `second`, the
    most of z in the first half so far is held against each package of the second half.
    """
    count = len(z)
    size = _LEAF
    while size < count:
        size *= 2
    order = np.concatenate([second, np.arange(count, size)])
    height = np.concatenate([z, np.full(size - count, -np.inf)])
    beaten = np.zeros(size, bool)
    while size > _LEAF:
        rows = order.reshape(-1, size)
        later = (rows & (size // 2)) > 0
        tall = height[rows]
        best = np.maximum.accumulate(np.where(later, -np.inf, tall), axis=1)
        hit = later & (best > tall if strict else (best >= tall) & (tall > -np.inf))
        beaten[rows[hit]] = True
        # a stable partition of each row into its halves keeps the order `second` within them
        halves = np.empty((len(rows), 2, size // 2), order.dtype)
        halves[:, 0] = rows[~later].reshape(len(rows), -1)
        halves[:, 1] = rows[later].reshape(len(rows), -1)
        order = halves.reshape(-1)
        size //= 2
    rows = order.reshape(-1, size)
    tall = height[rows]
    for ahead in range(size):
        for behind in range(ahead + 1, size):
            more = tall[:, ahead] > tall[:, behind] if strict else tall[:, ahead] >= tall[:, behind]
            hit = more & (rows[:, ahead] < rows[:, behind])
            beaten[rows[hit, behind]] = True
    return beaten[:count]


def _by_blocks(values: Array, *, strict: bool) -> Array:
    """Return which packages, of any number of parties, no other dominates.

    In lexicographic order only an earlier package can dominate a later one. What is beaten in everything is also beaten so by an
    efficient package, so that where strict the efficient ones are found first.
    """
    order = np.lexsort(-values.T[::-1])
    kept: Array = np.empty((0, values.shape[1]))
    best = np.zeros(len(values), bool)
    for start in range(0, len(order), _BLOCK):
        some = order[start : start + _BLOCK]
        some = some[~_beaten_by_any(values[some], kept, strict=False)]
        some = some[~_beaten_by_any(values[some], values[some], strict=False)]
        best[some] = True
        kept = np.concatenate([kept, values[some]])
    if not strict:
        return best
    beaten = [
        _beaten_by_any(values[start : start + _BLOCK], kept, strict=True)
        for start in range(0, len(values), _BLOCK)
    ]
    return ~np.concatenate(beaten)


def _beaten_by_any(values: Array, by: Array, *, strict: bool) -> Array:
    """Return which packages one of the others dominates."""
    every = np.ones((len(values), len(by)), bool)
    some = np.full((len(values), len(by)), strict)
    for party in range(values.shape[1]):
        mine, theirs = values[:, party, None], by[None, :, party]
        if strict:
            every &= theirs > mine
        else:
            every &= theirs >= mine
            some |= theirs > mine
    return np.any(np.logical_and(every, some, out=every), axis=1)
