"""Orthonormal functions of each input's uniform, on which outcomes are regressed.

With u the uniform of an input (its quantile, in [0, 1)), an input with a continuous range has the shifted
Legendre polynomials of degree k = 1 to 8,

  phi_k(u) = sqrt(2 k + 1) P_k(2 u - 1),   (k + 1) P_{k+1}(x) = (2 k + 1) x P_k(x) - k P_{k-1}(x),

and an input with L levels has L - 1 weighted Helmert contrasts of them. Both have mean 0 and variance 1 and are
orthogonal under the uniform, so that the variance of sum_k c_k phi_k(u) is sum_k c_k^2. Eight degrees catch at
least 0.98 of the variance of what smooth outcomes do along one input (0.999 of sin^2 over two periods, 0.997 of a
normal quantile, 0.993 of a logistic step from 0.05 to 0.95 within a fifth of the range); of a sheer step they catch 0.93.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.study.hinges._exact import BASIS_BITS, Floats, on_grid

DEGREE = 8
"""Highest degree of the polynomials, and the most contrasts an input with levels may have."""

RAREST_LEVEL = 1e-3
"""Levels with a smaller probability are counted with the level before them: too few draws see them."""

BOUNDED = 4.0
"""Largest absolute value of a contrast that may be multiplied with another function."""


@dataclass(frozen=True, slots=True)
class InputInfo:
    """What hinges need to know of one uncertain input.

    Parameters
    ----------
    key
        The input's key, shared by the proposals (`terms.pledge.force.cost`), or `key#alternative`.
    sourced
        Whether a source, rather than a judgement or nothing, stands behind it.
    levels
        For an input with a few values only: the uniforms in (0, 1) at which it steps from one to the next, in
        ascending order (the cumulative probabilities but the last). Empty for a continuous range.
    proposals
        The proposals that have this input; None: all of them.
    """

    key: str
    sourced: bool
    levels: tuple[float, ...] = ()
    proposals: frozenset[str] | None = None


def usable_levels(levels: Sequence[float]) -> tuple[float, ...]:
    """Return the steps that stand apart by at least `RAREST_LEVEL`; empty if more than `DEGREE` of them remain.

    Examples
    --------
    >>> usable_levels((0.2, 0.2001, 0.7))
    (0.2, 0.7)
    """
    kept: list[float] = []
    for step in sorted(levels):
        if step - (kept[-1] if kept else 0.0) >= RAREST_LEVEL and 1.0 - step >= RAREST_LEVEL:
            kept.append(float(step))
    return tuple(kept) if len(kept) <= DEGREE else ()


def legendre(uniforms: Floats) -> list[Floats]:
    """phi_1 to phi_8 at `uniforms`, each of the same shape.

    Examples
    --------
    >>> [float(phi[0].round(4)) for phi in legendre(np.array([1.0]))[:2]]
    [1.7321, 2.2361]
    """
    x = 2.0 * uniforms - 1.0
    before, now = np.ones_like(x), x
    functions: list[Floats] = []
    for k in range(1, DEGREE + 1):
        functions.append(on_grid(now * np.sqrt(2.0 * k + 1.0), BASIS_BITS))
        before, now = now, ((2 * k + 1) * x * now - k * before) / (k + 1)
    return functions


def contrasts(levels: Sequence[float]) -> Floats:
    """Weighted Helmert contrasts of the levels between the steps `levels`: [levels, contrasts].

    Contrast l compares level l with all levels before it; means 0, variances 1 and orthogonal under the levels'
    probabilities.

    Examples
    --------
    >>> contrasts((0.5,)).ravel().tolist()
    [-1.0, 1.0]
    """
    probability = np.diff(np.array([0.0, *levels, 1.0]))
    table = np.zeros((len(probability), len(probability) - 1))
    for level in range(1, len(probability)):
        before, here = float(np.sum(probability[:level])), float(probability[level])
        table[:level, level - 1] = -here / before
        table[level, level - 1] = 1.0
        table[:, level - 1] /= np.sqrt(here + here * here / before)
    return on_grid(table, BASIS_BITS)


class Basis:
    """The functions of all inputs, side by side as the columns of one matrix.

    Parameters
    ----------
    inputs
        The inputs, in the order of the columns of the matrix of uniforms.
    """

    def __init__(self, inputs: Sequence[InputInfo]) -> None:
        self.levels = [usable_levels(info.levels) for info in inputs]
        self._smooth = np.array([i for i, steps in enumerate(self.levels) if not steps], dtype=np.intp)
        self._stepped = [i for i, steps in enumerate(self.levels) if steps]
        self._tables = {i: contrasts(self.levels[i]) for i in self._stepped}
        smooth = len(self._smooth)
        self.columns: list[NDArray[np.intp]] = [np.empty(0, dtype=np.intp)] * len(inputs)
        for position, i in enumerate(self._smooth):
            self.columns[i] = np.arange(DEGREE, dtype=np.intp) * smooth + position
        start = DEGREE * smooth
        for i in self._stepped:
            self.columns[i] = np.arange(start, start + len(self.levels[i]), dtype=np.intp)
            start += len(self.levels[i])
        self.size = start
        """Number of columns."""
        self.owner = np.zeros(start, dtype=np.intp)
        """The input that each column belongs to."""
        for i, columns in enumerate(self.columns):
            self.owner[columns] = i

    def evaluate(self, uniforms: Floats) -> Floats:
        """Evaluate the functions at `uniforms` [rows, inputs]: [rows, columns], on the grid of exact products."""
        out = np.empty((uniforms.shape[0], self.size))
        smooth = len(self._smooth)
        for degree, values in enumerate(legendre(uniforms[:, self._smooth])):
            out[:, degree * smooth : (degree + 1) * smooth] = values
        for i in self._stepped:
            out[:, self.columns[i]] = self.at(i, uniforms[:, i])
        return out

    def points(self, index: int) -> Floats:
        """Return uniforms to look at along input `index`: 0.01 to 0.99, or the middle of each level."""
        steps = np.array([0.0, *self.levels[index], 1.0])
        return (steps[1:] + steps[:-1]) / 2.0 if self.levels[index] else np.arange(1, 100) / 100.0

    def at(self, index: int, uniforms: Floats) -> Floats:
        """Evaluate the functions of input `index` alone at `uniforms` [points]: [points, its columns]."""
        if self.levels[index]:
            level = np.searchsorted(np.array(self.levels[index]), uniforms, side="right")
            return self._tables[index][level]
        return np.stack(legendre(uniforms), axis=1)

    def low_order(self, index: int) -> NDArray[np.intp]:
        """Return the columns of input `index` whose products with others may be formed: two, of bounded size."""
        columns = self.columns[index][:2]
        if self.levels[index]:
            bounded = np.max(np.abs(self._tables[index][:, : len(columns)]), axis=0) <= BOUNDED
            return columns[bounded]
        return columns
