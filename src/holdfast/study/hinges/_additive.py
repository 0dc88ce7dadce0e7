"""The additive part of each outcome: a sparse regression on functions of one input at a time.

  y = mean + sum_j f_j(u_j) + interactions + residual,   f_j = sum_k c_jk phi_k(u_j).

With hundreds of inputs and a few thousand draws, a regression on one input at a time is misled: dimensions of a
Sobol sequence can be far from independent in so few points (at 4,096 draws of 400 dimensions, functions of one
correlate up to 0.7 with functions of another, and inputs with no effect at all were given 0.15 of the variance).
So all functions that matter are regressed on together: those whose moment with what is left of y stands out from
sampling noise are taken in, strongest first, the regression is done again, and so on until none stands out
(orthogonal matching pursuit; a sparse polynomial chaos expansion). Once no function of a single input stands out,
products of two low-order functions of the strongest inputs stand for election too: they are nobody's share, but
they too look, in so few points, like functions of an input without effect.

References
----------
Pati, Rezaiifar & Krishnaprasad 1993 (orthogonal matching pursuit); Blatman & Sudret 2011 (sparse
polynomial chaos expansions); Joe & Kuo 2008 (two-dimensional projections of Sobol sequences).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from holdfast.study.hinges._basis import Basis
from holdfast.study.hinges._exact import BASIS_BITS, CHUNK_ROWS, OUTCOME_BITS, Floats, on_grid, solve

STANDS_OUT = 4.0
"""Standard errors that a moment must be from 0 to be taken in: 1 in 16,000 does so by chance."""

ROUNDS = 6
"""Rounds of taking functions in, at most, before the products stand for election, and again after."""

PER_ROUND = 32
"""Functions taken in for one outcome in one round, at most."""

DRAWS_PER_FUNCTION = 16
"""Draws there must be for each function taken in."""

COLLINEAR = 0.1
"""A function of which less than this share is left, given the others taken in, is not."""

INTERACTING, INTERACTING_IN_ALL = 8, 24
"""Strongest inputs of one outcome, and of all outcomes together, whose products stand for election."""

MOST_PRODUCTS = 4 * INTERACTING_IN_ALL * (INTERACTING_IN_ALL - 1) // 2
"""Products there can be: of two low-order functions of each of two inputs."""

Columns = NDArray[np.intp]


def _chunks(start: int, end: int) -> list[slice]:
    """Slices of at most `CHUNK_ROWS` rows."""
    return [slice(row, min(row + CHUNK_ROWS, end)) for row in range(start, end, CHUNK_ROWS)]


class Sample:
    """Draws of the basis functions and outcomes, cut into chunks within jackknife groups.

    Parameters
    ----------
    basis
        The functions of each input; the first `basis.size` columns. Products of them may follow.
    uniforms
        [draws, inputs].
    outcomes
        [draws, outcomes], centred, within [-1, 1] and on the grid of exact products.
    groups
        Number of jackknife groups of consecutive draws.
    """

    def __init__(self, basis: Basis, uniforms: NDArray[np.float32], outcomes: Floats, groups: int) -> None:
        self.basis = basis
        self.outcomes = outcomes
        self.draws = outcomes.shape[0]
        self.groups = groups
        self.bounds = np.arange(groups + 1) * self.draws // groups
        self.chunks = _chunks(0, self.draws)
        self.chunks_of_group = [_chunks(int(a), int(b)) for a, b in pairwise(self.bounds)]
        # Multiples of 2^-16 below 32 in size are float32 numbers, so half the memory holds them exactly.
        # There is room for the products from the start, as joining two such matrices would take twice the memory.
        self._functions = np.empty((self.draws, basis.size + MOST_PRODUCTS), dtype=np.float32)
        self.size = basis.size
        """Number of columns."""
        for rows in self.chunks:
            self._functions[rows, : self.size] = basis.evaluate(uniforms[rows].astype(np.float64))

    def functions(self, rows: slice, columns: Columns | None = None) -> Floats:
        """Columns, or all of them, at these draws [rows, columns]."""
        block = self._functions[rows, : self.size] if columns is None else self._functions[rows, columns]
        return block.astype(np.float64)

    def add_products(self, pairs: Sequence[tuple[int, int]]) -> None:
        """Append a column for each pair of columns: their product."""
        first, second = (np.array([pair[k] for pair in pairs], dtype=np.intp) for k in (0, 1))
        end = self.size + len(pairs)
        for rows in self.chunks:
            product = on_grid(self.functions(rows, first) * self.functions(rows, second), BASIS_BITS)
            self._functions[rows, self.size : end] = product
        self.size = end

    def moments(self, values: Floats) -> Floats:
        """Mean over the draws of each column times each of `values` [draws, values]: [columns, values]."""
        total = np.zeros((self.size, values.shape[1]))
        for rows in self.chunks:
            total += self.functions(rows).T @ values[rows]
        return total / self.draws


class Additive:
    """The fit of every outcome, refined round by round.

    Attributes
    ----------
    taken, coefficients
        [columns, outcomes]: whether a function is taken in, and its coefficient, 0 if not.
    residual
        [draws, outcomes]: what is left, mean 0, on the grid of exact products.
    """

    def __init__(self, sample: Sample) -> None:
        self._sample = sample
        self._outcome_mean = np.mean(sample.outcomes, axis=0)
        self._order: list[Columns] = [np.empty(0, dtype=np.intp) for _ in self._outcome_mean]
        self._union = np.empty(0, dtype=np.intp)
        self._gram = np.empty((0, 0))
        self.residual = on_grid(sample.outcomes - self._outcome_mean, OUTCOME_BITS)
        self.widen()

    def widen(self) -> None:
        """Take note of all columns that the sample has now."""
        count = len(self._outcome_mean)
        values = np.concatenate([self._sample.outcomes, np.ones((self._sample.draws, 1))], axis=1)
        found = self._sample.moments(values)
        self.means = found[:, count]
        self._moment = found[:, :count] - self.means[:, None] * self._outcome_mean
        shape = (self._sample.size, count)
        self._refused = np.zeros(shape, dtype=np.bool_)
        self.coefficients = np.zeros(shape)
        self.taken = np.zeros(shape, dtype=np.bool_)
        for o in range(count):
            self._regress(o)

    def gram(self, columns: Columns) -> Floats:
        """Covariance of these columns, which are taken in for some outcome [columns, columns]."""
        place = np.argsort(self._union, kind="stable")
        index = place[np.searchsorted(self._union[place], columns)]
        return self._gram[np.ix_(index, index)]

    def pursue(self) -> None:
        """Take functions in until none that is left out stands out."""
        for _ in range(ROUNDS):
            chosen = self._standing_out()
            if not any(len(columns) for columns in chosen):
                return
            self._extend_gram(np.setdiff1d(np.concatenate(chosen), self._union))
            for o, columns in enumerate(chosen):
                if len(columns):
                    self._order[o] = np.concatenate([self._order[o], columns])
                    self._regress(o)
            self._subtract()

    def _standing_out(self) -> list[Columns]:
        """For each outcome, the columns to take in now, strongest first."""
        sample = self._sample
        left = sample.moments(self.residual) - self.means[:, None] * np.mean(self.residual, axis=0)
        left[self.taken | self._refused] = 0.0
        threshold = STANDS_OUT * np.std(self.residual, axis=0) / np.sqrt(sample.draws)
        chosen: list[Columns] = []
        for o in range(left.shape[1]):
            strength = np.abs(left[:, o])
            room = min(PER_ROUND, sample.draws // DRAWS_PER_FUNCTION - len(self._order[o]))
            strongest = np.argsort(-strength, kind="stable")[: max(room, 0)]
            chosen.append(strongest[strength[strongest] > threshold[o]])
        return chosen

    def _extend_gram(self, new: Columns) -> None:
        """Add the columns `new` to those whose covariances are known."""
        union = np.concatenate([self._union, new])
        cross = np.zeros((len(union), len(new)))
        for rows in self._sample.chunks:
            functions = self._sample.functions(rows, union)
            cross += functions.T @ functions[:, len(self._union) :]
        cross = cross / self._sample.draws - self.means[union][:, None] * self.means[new]
        self._gram = np.block([[self._gram, cross[: len(self._union)]], [cross.T]])
        self._union = union

    def _regress(self, o: int) -> None:
        """Regress outcome `o` on the functions taken in for it, leaving out those that are collinear."""
        columns = self._order[o]
        if not len(columns):
            return
        solution, kept = solve(self.gram(columns), self._moment[columns, o : o + 1], COLLINEAR)
        self._refused[columns[~kept], o] = True
        self._order[o] = columns[kept]
        self.taken[:, o] = False
        self.taken[columns[kept], o] = True
        self.coefficients[columns, o] = on_grid(solution[:, 0], OUTCOME_BITS)

    def _subtract(self) -> None:
        """Work out what the fit leaves of each outcome."""
        inside = self.coefficients[self._union]
        residual = np.empty_like(self.residual)
        for rows in self._sample.chunks:
            residual[rows] = self._sample.outcomes[rows] - self._sample.functions(rows, self._union) @ inside
        self.residual = on_grid(residual - np.mean(residual, axis=0), OUTCOME_BITS)


def strongest_products(basis: Basis, fit: Additive) -> list[tuple[int, int]]:
    """Pairs of low-order columns of the inputs with the largest additive parts."""
    strength = np.zeros((len(basis.columns), fit.coefficients.shape[1]))
    np.add.at(strength, basis.owner, fit.coefficients[: basis.size] ** 2)
    order = np.argsort(-strength, axis=0, kind="stable")[:INTERACTING]
    wanted: list[int] = []
    for rank in order:
        for o, i in enumerate(rank):
            if strength[i, o] > 0.0 and int(i) not in wanted and len(wanted) < INTERACTING_IN_ALL:
                wanted.append(int(i))
    return [
        (int(a), int(b))
        for i, j in combinations(sorted(wanted), 2)
        for a in basis.low_order(i)
        for b in basis.low_order(j)
    ]


def fit_additive(sample: Sample) -> Additive:
    """Fit the additive part of each outcome, and the interactions that could be mistaken for it."""
    fit = Additive(sample)
    fit.pursue()
    if pairs := strongest_products(sample.basis, fit):
        sample.add_products(pairs)
        fit.widen()
        fit.pursue()
    return fit
