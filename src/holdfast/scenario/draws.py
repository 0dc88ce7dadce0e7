"""Draws: joint samples of every uncertain number, from one scrambled Sobol sequence.

Every input key has a dimension of the sequence (alternatives have a second, which picks among them), and
dimensions are given out in sorted order of keys. So the order of the file changes nothing, a number under
two proposals takes the same quantile in both, and any rows of the sequence can be made alone.

Correlated inputs pass through a Gaussian copula: a rank correlation r becomes the Pearson correlation
2 sin(π r / 6) of normals (Kruskal 1958, JASA 53:814), which are then turned back into quantiles.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from holdfast.errors import InputError
from holdfast.scenario.distributions import TAIL, Floats, Mixture
from holdfast.scenario.model import Scenario
from holdfast.scenario.paths import key_of
from holdfast.scenario.quantities import Quantity

MAX_DIMENSIONS = 21_201
MAX_DRAWS = 2**32
BITS = 32
ALTERNATIVE = "#alternative"


@dataclass(frozen=True, slots=True)
class Draws:
    """Rows of the joint sample.

    Parameters
    ----------
    values
        Every quantity by full path, constants included; each of shape (count,).
    uniforms
        The quantile that each input key took, correlations applied; ``key#alternative`` picks among
        alternatives. Each of shape (count,), strictly between 0 and 1.
    count
        Number of draws.
    """

    values: dict[str, Floats]
    uniforms: dict[str, Floats]
    count: int


def dimensions(scenario: Scenario) -> list[str]:
    """Names of the sequence's dimensions, in order: keys of uncertain inputs and of alternatives."""
    names: set[str] = set()
    for quantity in scenario.quantities.values():
        if quantity.constant is None and quantity.same_as is None:
            names.add(quantity.key)
            if isinstance(quantity.distribution, Mixture):
                names.add(quantity.key + ALTERNATIVE)
    return sorted(names)


def sample(scenario: Scenario, *, start: int, count: int, seed: int) -> Draws:
    """Return rows ``start`` to ``start + count`` of the scenario's joint sample.

    Parameters
    ----------
    scenario
        What to sample.
    start, count
        Which rows; the same rows come back however they are divided into calls.
    seed
        Of the scrambling.

    Raises
    ------
    InputError
        When the scenario has more than 21,201 uncertain dimensions, or more than 2**32 draws are asked for.
    """
    if start < 0 or count < 0 or start + count > MAX_DRAWS:
        raise InputError(
            f"draws {start} to {start + count} lie outside 0 to {MAX_DRAWS}. Ask for fewer draws."
        )
    names = dimensions(scenario)
    uniforms = dict(zip(names, _sobol(len(names), start, count, seed), strict=True))
    for keys, factor in correlated(scenario):
        normals = factor @ np.stack([special.ndtri(uniforms[key]) for key in keys])
        for key, row in zip(keys, normals, strict=True):
            uniforms[key] = np.clip(special.ndtr(row), TAIL, 1.0 - TAIL)
    values = {
        path: _values(q, uniforms, count) for path, q in scenario.quantities.items() if q.same_as is None
    }
    for path, quantity in scenario.quantities.items():
        if quantity.same_as is not None:
            target = quantity
            while target.same_as is not None:
                target = scenario.quantities[target.same_as]
            values[path] = values[target.path]
    return Draws({path: values[path] for path in scenario.quantities}, uniforms, count)


def _values(quantity: Quantity, uniforms: Mapping[str, Floats], count: int) -> Floats:
    if quantity.constant is not None:
        return np.full(count, quantity.constant)
    u = uniforms[quantity.key]
    if isinstance(quantity.distribution, Mixture):
        return quantity.distribution.draw(u, uniforms[quantity.key + ALTERNATIVE])
    return quantity.distribution.ppf(u)


def _sobol(width: int, start: int, count: int, seed: int) -> Floats:
    """Rows of a scrambled Sobol sequence as columns: shape (width, count), strictly between 0 and 1."""
    if width > MAX_DIMENSIONS:
        raise InputError(
            f"the scenario has {width:,} uncertain numbers; at most {MAX_DIMENSIONS:,} can be drawn together. "
            "Make some of them plain numbers, or join them with same_as."
        )
    if width == 0 or count == 0:
        return np.zeros((width, count))
    from scipy.stats import qmc  # noqa: PLC0415 - scipy.stats takes seconds to import, and only draws need it

    sampler: Any = qmc.Sobol(width, scramble=True, bits=BITS, rng=np.random.default_rng(seed))
    if start:
        sampler.fast_forward(start)
    with warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", message="The balance properties"
        )  # blocks need not be powers of two
        rows: Floats = sampler.random(count)
    # points are multiples of 2**-32: the middle of each cell is never 0 or 1
    return np.ascontiguousarray(rows.T) + TAIL


def correlated(scenario: Scenario) -> list[tuple[list[str], Floats]]:
    """Find groups of correlated keys, each with the Cholesky factor of its normals' correlation matrix."""
    pairs = correlation_pairs([(c.between, c.rank) for c in scenario.correlations])
    return [(keys, np.asarray(np.linalg.cholesky(matrix), np.float64)) for keys, matrix in matrices(pairs)]


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
