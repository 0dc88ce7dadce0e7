"""Draws: joint samples of every uncertain number, from one scrambled Sobol sequence.

Every input key has a dimension of the sequence, plain numbers included, in sorted order of keys; after all of
these every key has a second one, in the same order, which picks among alternatives where there are any. So the
order of the file changes nothing, a number under two proposals takes the same quantile in both, writing a number
in place of a range leaves the quantiles of all other inputs as they were, and any rows of the sequence can be made
alone. The second dimensions are kept for all keys because the scrambling depends on how many dimensions there are.

Correlated inputs pass through a Gaussian copula: a rank correlation r becomes the Pearson correlation
2 sin(π r / 6) of normals (Kruskal 1958, JASA 53:814), which are then turned back into quantiles. Its sums are
taken in a fixed order, so that their bits depend neither on the machine's threads nor on the block.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

import numpy as np

from holdfast.errors import InputError
from holdfast.scenario.distributions import TAIL, Floats, Mixture, special
from holdfast.scenario.model import BodyFile, PositionFile, Scenario
from holdfast.scenario.paths import key_of
from holdfast.scenario.quantities import Quantity

MAX_DIMENSIONS = 21_201
MAX_DRAWS = 2**32
BITS = 32
ALTERNATIVE = "#alternative"
STANCES = ("positions", "salience", "influence")


@dataclass(frozen=True, slots=True)
class Draws:
    """Rows of the joint sample.

    Parameters
    ----------
    values
        Every quantity that was asked for by full path, constants included; each of shape (count,).
    uniforms
        The quantile that each uncertain input key took, correlations applied; ``key#alternative`` picks among
        alternatives. Each of shape (count,), strictly between 0 and 1.
    count
        Number of draws.
    """

    values: dict[str, Floats]
    uniforms: dict[str, Floats]
    count: int


def stances(scenario: BodyFile) -> frozenset[str]:
    """Return the keys that only bargaining reads: stances of others than principals, influence, `no_agreement.outcome`.

    They have a sequence of their own, so that the chain's draws do not depend on them. One that a number of the chain points to
    or is correlated with belongs to the chain's.
    """
    if not isinstance(scenario, Scenario):
        return frozenset()

    def bargains(key: str) -> bool:
        kind, _, rest = key.partition(".")
        id_, _, field = rest.partition(".")
        name = field.partition(".")[0]
        if kind == "no_agreement":
            return rest.startswith("outcome.")
        own = name == "influence" or (name in STANCES and id_ not in scenario.principals)
        return kind == "parties" and own

    found = {q.key for q in scenario.quantities.values() if bargains(q.key)}
    for quantity in scenario.quantities.values():
        target = quantity
        while target.same_as is not None:
            target = scenario.quantities[target.same_as]
        if quantity.key not in found:
            found.discard(target.key)
    for keys, _ in correlated(scenario):
        if not found.issuperset(keys):
            found.difference_update(keys)
    return frozenset(found)


def dimensions(scenario: BodyFile, stance: bool = False) -> list[str]:
    """Names of a sequence's dimensions, in order: all keys but those that only point to another, then alternatives."""
    apart = stances(scenario)
    keys = sorted(
        {q.key for q in scenario.quantities.values() if q.same_as is None and (q.key in apart) == stance}
    )
    return [*keys, *(key + ALTERNATIVE for key in keys)]


def uncertain(scenario: BodyFile, stance: bool = False) -> list[str]:
    """Names of those dimensions that draws depend on, sorted: keys of ranges, and of alternatives."""
    names: set[str] = set()
    apart = stances(scenario)
    for quantity in scenario.quantities.values():
        if quantity.constant is None and quantity.same_as is None and (quantity.key in apart) == stance:
            names.add(quantity.key)
            if isinstance(quantity.distribution, Mixture):
                names.add(quantity.key + ALTERNATIVE)
    return sorted(names)


def sample(scenario: BodyFile, *, start: int, count: int, seed: int, bargaining: bool = False) -> Draws:
    """Return rows ``start`` to ``start + count`` of the scenario's joint sample.

    Parameters
    ----------
    scenario
        What to sample.
    start, count
        Which rows; the same rows come back however they are divided into calls.
    seed
        Of the scrambling.
    bargaining
        Whether to sample what only bargaining reads too, see `stances`; all else is the same with it and without.

    Raises
    ------
    InputError
        When the scenario has more than 10,600 numbers, or more than 2**32 draws are asked for.
    """
    if start < 0 or count < 0 or start + count > MAX_DRAWS:
        raise InputError(
            f"draws {start} to {start + count} lie outside 0 to {MAX_DRAWS}. Ask for fewer draws."
        )
    uniforms: dict[str, Floats] = {}
    for stance in (False, True) if bargaining else (False,):
        names, wanted = dimensions(scenario, stance), uncertain(scenario, stance)
        place = {name: index for index, name in enumerate(names)}
        columns = _sobol(len(names), [place[name] for name in wanted], start, count, seed, stance)
        uniforms |= dict(zip(wanted, columns, strict=True))
    apart: frozenset[str] = frozenset() if bargaining else stances(scenario)
    for keys, factor in correlated(scenario):
        if not apart.isdisjoint(keys):
            continue
        normals = combined(factor, np.stack([special().ndtri(uniforms[key]) for key in keys]))
        for key, row in zip(keys, normals, strict=True):
            uniforms[key] = np.clip(special().ndtr(row), TAIL, 1.0 - TAIL)
    read = {path: q for path, q in scenario.quantities.items() if q.key not in apart}
    values = {path: _values(q, uniforms, count) for path, q in read.items() if q.same_as is None}
    for path, quantity in read.items():
        if quantity.same_as is not None:
            target = quantity
            while target.same_as is not None:
                target = scenario.quantities[target.same_as]
            values[path] = values[target.path]
    return Draws({path: values[path] for path in read}, uniforms, count)


def _values(quantity: Quantity, uniforms: Mapping[str, Floats], count: int) -> Floats:
    if quantity.constant is not None:
        return np.full(count, quantity.constant)
    u = uniforms[quantity.key]
    if isinstance(quantity.distribution, Mixture):
        return quantity.distribution.draw(u, uniforms[quantity.key + ALTERNATIVE])
    return quantity.distribution.ppf(u)


def _sobol(width: int, wanted: Sequence[int], start: int, count: int, seed: int, stance: bool) -> Floats:
    """Rows of a scrambled Sobol sequence, the wanted columns of it: shape (wanted, count), strictly between 0 and 1."""
    if width > MAX_DIMENSIONS:
        raise InputError(
            f"the scenario has {width // 2:,} numbers; at most {MAX_DIMENSIONS // 2:,} can be drawn together. "
            "Join some of them with same_as."
        )
    if not wanted or count == 0:
        return np.zeros((len(wanted), count))
    rows = _sequence(width, seed, stance).rows(start, count)
    # points are multiples of 2**-32: the middle of each cell is never 0 or 1
    return np.ascontiguousarray(rows.T[list(wanted)]) + TAIL


class _Sequence:
    """A scrambled Sobol sequence that stays where it was read last: the next rows follow at once."""

    def __init__(self, width: int, seed: int | list[int]) -> None:
        from scipy.stats import qmc  # noqa: PLC0415 - scipy.stats takes seconds to import, and only draws need it

        self._lock = Lock()
        self._sampler: Any = qmc.Sobol(width, scramble=True, bits=BITS, rng=np.random.default_rng(seed))

    def rows(self, start: int, count: int) -> Floats:
        """Return rows ``start`` to ``start + count``: shape (count, width); from any thread."""
        with self._lock:
            if start < self._sampler.num_generated:
                self._sampler.reset()
            if ahead := start - self._sampler.num_generated:
                self._sampler.fast_forward(ahead)
            # the very first row is read alone: scipy warns when it comes with a number that is no power of two
            first = 1 if start == 0 else 0
            parts = [self._sampler.random(size) for size in (first, count - first) if size]
            return np.concatenate(parts)


@lru_cache(maxsize=4)
def _sequence(width: int, seed: int, stance: bool = False) -> _Sequence:
    return _Sequence(width, [seed, 1] if stance else seed)


def combined(factor: Floats, normals: Floats) -> Floats:
    """Return the product of a matrix and columns of draws, summed draw by draw in the order of the keys.

    Examples
    --------
    >>> combined(np.array([[1.0, 0.0], [0.6, 0.8]]), np.array([[1.0, 2.0], [0.0, 1.0]])).tolist()
    [[1.0, 2.0], [0.6, 2.0]]
    """
    total = np.zeros_like(normals)
    for column, normal in zip(factor.T, normals, strict=True):
        total += column[:, np.newaxis] * normal
    return total


def cholesky(matrix: Floats) -> Floats:
    """Return the lower triangular factor of a correlation matrix, column by column.

    Examples
    --------
    >>> cholesky(np.array([[1.0, 0.6], [0.6, 1.0]])).round(12).tolist()
    [[1.0, 0.0], [0.6, 0.8]]
    """
    left, factor = matrix.copy(), np.zeros_like(matrix)
    for j in range(len(matrix)):
        column = left[j:, j] / np.sqrt(left[j, j])
        factor[j:, j] = column
        left[j:, j:] -= column[:, np.newaxis] * column
    return factor


def correlated(scenario: BodyFile) -> list[tuple[list[str], Floats]]:
    """Find groups of correlated keys, each with the Cholesky factor of its normals' correlation matrix."""
    given = scenario.correlations if isinstance(scenario, PositionFile) else ()
    pairs = correlation_pairs([(c.between, c.rank) for c in given])
    return [(keys, cholesky(matrix)) for keys, matrix in matrices(pairs)]


def correlation_pairs(correlations: Sequence[tuple[Sequence[str], float]]) -> dict[tuple[str, str], float]:
    """Rank correlation of every two keys that are named together."""
    pairs: dict[tuple[str, str], float] = {}
    for paths, rank in correlations:
        keys = sorted({key_of(path) for path in paths})
        for i, first in enumerate(keys):
            for second in keys[i + 1 :]:
                pairs[first, second] = rank
    return pairs


def matrices(pairs: Mapping[tuple[str, str], float]) -> list[tuple[list[str], Floats]]:
    """Correlation matrices of normals, one for each set of keys that hang together, keys sorted.

    Examples
    --------
    >>> [(keys, matrix)] = matrices({("a", "b"): 1 / 2})
    >>> keys, round(float(matrix[0, 1]), 6)  # 2 sin(π / 12)
    (['a', 'b'], 0.517638)
    """
    group = {key: {key} for pair in pairs for key in pair}
    for first, second in pairs:
        if group[first] is not group[second]:
            group[first] |= group[second]
            for key in group[second]:
                group[key] = group[first]
    found: list[tuple[list[str], Floats]] = []
    for keys in sorted({tuple(sorted(keys)) for keys in group.values()}):
        matrix = np.eye(len(keys))
        for i, first in enumerate(keys):
            for j, second in enumerate(keys[i + 1 :], start=i + 1):
                rank = pairs.get((first, second), 0.0)
                matrix[i, j] = matrix[j, i] = 2.0 * np.sin(np.pi * rank / 6.0)
        found.append((list(keys), matrix))
    return found
