"""First-order shares of variance, with jackknife errors.

The share of the variance of an outcome y that input j explains is its first-order Sobol index,

  S_j = Var(E[y | u_j]) / Var(y) = sum_k c_jk^2 / Var(y),   c_jk = E[phi_jk(u_j) y],

estimated with the unbiased square of each coefficient,

  S_j = sum_k (c_jk^2 - v_jk) / Var(y),

v_jk its sampling variance, so that an input without effect gets 0 on average. Each c_jk is taken from y less the
additive part of all other inputs (see `_additive`), which removes the others' share of the noise and their chance
correlations with j. Sampling variances and errors come from a jackknife that leaves out one of up to 32 groups of
consecutive draws. What it counts as noise is what the fit leaves of y: functions of single inputs (and of two) are
summed almost exactly by Sobol points. In what is left, consecutive points even each other out, so that these errors,
which are those of independent draws, are rather too large.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.study.hinges._additive import COLLINEAR, Additive, Sample
from holdfast.study.hinges._exact import Floats, orthonormalise, solve


@dataclass(frozen=True)
class Estimates:
    """Coefficients and variances of every outcome, whole and with each group left out.

    `coefficients` [columns, outcomes], `without` [groups, columns, outcomes]; `variance` [outcomes],
    `variance_without` [groups, outcomes]; `mean_without` [groups, outcomes]: means of the residual, which is 0
    over all draws.
    """

    coefficients: Floats
    without: Floats
    variance: Floats
    variance_without: Floats
    mean_without: Floats


@dataclass(frozen=True)
class Cluster:
    """The joint additive part of correlated inputs.

    `inputs`: their indices; `joint` [functions, outcomes]: coefficients on functions of all of them, made orthonormal
    together; `joint_without` [groups, functions, outcomes].
    """

    inputs: tuple[int, ...]
    joint: Floats
    joint_without: Floats


def jackknife_variance(without: Floats) -> Floats:
    """Return the sampling variance from the estimates with each group left out, along the first axis.

    Examples
    --------
    >>> float(jackknife_variance(np.array([1.0, 2.0, 3.0])))   # (2 / 3) (1 + 0 + 1)
    1.3333333333333333
    """
    groups = without.shape[0]
    spread: Floats = np.sum((without - np.mean(without, axis=0)) ** 2, axis=0)
    return spread * ((groups - 1) / groups)


class _GroupSums:
    """Sums over each group of functions, residuals, their products and the residuals' squares."""

    def __init__(self, sample: Sample, outcomes: int) -> None:
        self._products = np.zeros((sample.groups, sample.size, outcomes))
        self._functions = np.zeros((sample.groups, sample.size, 1))
        self._values = np.zeros((sample.groups, 1, outcomes))
        self._squares = np.zeros((sample.groups, outcomes))
        self._sizes = np.diff(sample.bounds).astype(np.float64)

    def add(self, group: int, functions: Floats, values: Floats) -> None:
        """Take in one chunk: functions [rows, columns], values [rows, outcomes]."""
        self._products[group] += functions.T @ values
        self._functions[group, :, 0] += np.sum(functions, axis=0)
        self._values[group, 0] += np.sum(values, axis=0)
        self._squares[group] += np.sum(values**2, axis=0)

    def covariances(self) -> tuple[Floats, Floats]:
        """Of functions and values: over all draws [columns, outcomes], without each group [groups, ...]."""
        products, functions, values = (
            _means(t, self._sizes) for t in (self._products, self._functions, self._values)
        )
        return products[0] - functions[0] * values[0], products[1] - functions[1] * values[1]

    def variances(self) -> tuple[Floats, Floats]:
        """Of the values: over all draws [outcomes], without each group [groups, outcomes]."""
        squares, values = _means(self._squares, self._sizes), _means(self._values[:, 0], self._sizes)
        return squares[0] - values[0] ** 2, squares[1] - values[1] ** 2

    def means_without(self) -> Floats:
        """Of the values, without each group [groups, outcomes]."""
        return _means(self._values[:, 0], self._sizes)[1]


def _means(totals: Floats, sizes: Floats) -> tuple[Floats, Floats]:
    """Return the mean over all draws, and without each group, from the groups' sums [groups, ...]."""
    total: Floats = np.sum(totals, axis=0)
    left = (np.sum(sizes) - sizes).reshape(-1, *([1] * total.ndim))
    return total / np.sum(sizes), (total - totals) / left


def estimate(
    sample: Sample, fit: Additive, correlated: Sequence[Sequence[int]]
) -> tuple[Estimates, list[Cluster]]:
    """Coefficients of every function, whole and with each group left out; and the joint part of clusters.

    For an input in a cluster of correlated ones, the others in the cluster are not taken out of y first: its share
    is what it explains alone, including what it carries of them.
    """
    sums = _GroupSums(sample, fit.residual.shape[1])
    members = [sorted(cluster) for cluster in correlated]
    columns: list[NDArray[np.intp]] = [
        np.concatenate([sample.basis.columns[i] for i in cluster]) for cluster in members
    ]
    grams = [np.zeros((len(own), len(own))) for own in columns]
    for group, rows in ((g, rows) for g, chunks in enumerate(sample.chunks_of_group) for rows in chunks):
        functions = sample.functions(rows)
        sums.add(group, functions, fit.residual[rows])
        for c, own in enumerate(columns):
            grams[c] += functions[:, own].T @ functions[:, own]
    left, left_without = sums.covariances()
    variance, variance_without = sums.variances()
    coefficients = np.where(fit.taken, fit.coefficients, left)
    without = left_without.copy()
    for o in range(left.shape[1]):
        taken = np.flatnonzero(fit.taken[:, o]).astype(np.intp)
        gram, own = fit.gram(taken), fit.coefficients[taken, o]
        # Without a group, a regression coefficient moves by a Newton step.
        without[:, taken, o] = own + solve(gram, left_without[:, taken, o].T, 0.0)[0].T
        variance[o] += np.sum(own[:, None] * gram * own)
        variance_without[:, o] += np.einsum("gi,ij,gj->g", without[:, taken, o], gram, without[:, taken, o])
    clusters: list[Cluster] = []
    for cluster, own, total in zip(members, columns, grams, strict=True):
        gram = total / sample.draws - fit.means[own, None] * fit.means[own]
        inside = np.einsum("ij,jo->io", gram, fit.coefficients[own])
        coefficients[own], without[:, own] = inside + left[own], inside + left_without[:, own]
        clusters.append(_cluster(cluster, gram, coefficients[own], without[:, own]))
    return Estimates(coefficients, without, variance, variance_without, sums.means_without()), clusters


def _cluster(members: Sequence[int], gram: Floats, moment: Floats, moment_without: Floats) -> Cluster:
    """Work out the joint additive part of a cluster, from the moments of its functions."""
    groups, size, count = moment_without.shape
    right = np.concatenate([moment, np.moveaxis(moment_without, 0, 1).reshape(size, groups * count)], axis=1)
    turned = orthonormalise(gram, right, COLLINEAR)
    return Cluster(
        tuple(members),
        turned[:, :count],
        np.moveaxis(turned[:, count:].reshape(size, groups, count), 1, 0),
    )


def shares(
    coefficients: Floats,
    without: Floats,
    variance: Floats,
    variance_without: Floats,
) -> tuple[float, float]:
    """Share of variance, and its standard error, that some functions explain of one or more outcomes.

    Parameters
    ----------
    coefficients, without
        [functions, outcomes] and [groups, functions, outcomes].
    variance, variance_without
        [outcomes] and [groups, outcomes]. Of several outcomes (the indicators of which proposal is best), the
        explained variances and the variances are summed first: the generalised index of Lamboni, Monod &
        Makowski (2011).

    Examples
    --------
    >>> whole, each = np.array([[0.5]]), np.full((4, 1, 1), 0.5)
    >>> shares(whole, each, np.array([1.0]), np.ones((4, 1)))
    (0.25, 0.0)
    """
    noise = float(np.sum(jackknife_variance(without)))
    share = (float(np.sum(coefficients**2)) - noise) / float(np.sum(variance))
    each = (np.sum(without**2, axis=(1, 2)) - noise) / np.sum(variance_without, axis=1)
    return share, float(np.sqrt(jackknife_variance(each)))
