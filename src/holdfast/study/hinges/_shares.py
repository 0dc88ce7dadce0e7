"""First-order shares of variance, with jackknife errors.

The share of the variance of an outcome y that input j explains is its first-order Sobol index,

  S_j = Var(E[y | u_j]) / Var(y) = sum_k c_jk^2 / Var(y),   c_jk = E[phi_jk(u_j) y],

estimated with the unbiased square of each coefficient,

  S_j = sum_k (c_jk^2 - v_jk) / Var(y),

v_jk its sampling variance, so that an input without effect gets 0 on average. Each c_jk is taken from y less the
additive part of all other inputs (see `_additive`), which removes the others' share of the noise and their chance
correlations with j. Sampling variances and errors come from a jackknife that leaves out one of up to 32 groups of
consecutive draws; as consecutive Sobol points even each other out, these errors are those of independent draws, and
so somewhat too large.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.study.hinges._additive import COLLINEAR, Additive, Sample
from holdfast.study.hinges._exact import OUTCOME_BITS, Floats, on_grid, orthonormalise, solve


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
    """Correlated inputs: what they explain together, and what each explains alone, counted twice.

    `inputs`: their indices; `share`, `error` [outcomes] of their joint additive part.
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
    """Sums over each group of functions, values and their products."""

    def __init__(self, sample: Sample, columns: int, values: int) -> None:
        self.products = np.zeros((sample.groups, columns, values))
        self.functions = np.zeros((sample.groups, columns))
        self.values = np.zeros((sample.groups, values))
        self._sizes = np.diff(sample.bounds).astype(np.float64)

    def add(self, group: int, functions: Floats, values: Floats) -> None:
        """One chunk: functions [rows, columns], values [rows, values]."""
        self.products[group] += functions.T @ values
        self.functions[group] += np.sum(functions, axis=0)
        self.values[group] += np.sum(values, axis=0)

    def covariances(self) -> tuple[Floats, Floats]:
        """Of functions and values: over all draws [columns, values], without each group [groups, ...]."""

        def centred(products: Floats, functions: Floats, values: Floats, size: Floats) -> Floats:
            return products / size - (functions / size) * (values / size)

        size = np.sum(self._sizes)
        products, functions, values = (
            np.sum(total, axis=0) for total in (self.products, self.functions, self.values)
        )
        left = (size - self._sizes)[:, None, None]
        return (
            centred(products, functions[:, None], values[None, :], np.array(size)),
            centred(
                products - self.products,
                (functions - self.functions)[:, :, None],
                (values - self.values)[:, None, :],
                left,
            ),
        )


def estimate(
    sample: Sample, fit: Additive, correlated: Sequence[Sequence[int]]
) -> tuple[Estimates, list[Cluster]]:
    """Coefficients of every function, whole and with each group left out; and the joint part of clusters.

    For an input in a cluster of correlated ones, the others in the cluster are not taken out of y first: its share
    is what it explains alone, including what it carries of them.
    """
    count = sample.outcomes.shape[1]
    members = [sorted(cluster) for cluster in correlated]
    columns: list[NDArray[np.intp]] = [
        np.concatenate([sample.basis.columns[i] for i in cluster]) for cluster in members
    ]
    sums = _GroupSums(sample, sample.size, count)
    squares = _GroupSums(sample, 0, count)
    inside = [_GroupSums(sample, len(own), count) for own in columns]
    grams = [np.zeros((len(own), len(own))) for own in columns]
    energy = np.zeros((sample.groups, count))
    for group, rows in ((g, rows) for g, chunks in enumerate(sample.chunks_of_group) for rows in chunks):
        functions, residual = sample.functions(rows), fit.residual[rows]
        sums.add(group, functions, residual)
        squares.add(group, functions[:, :0], sample.outcomes[rows])
        energy[group] += np.sum(sample.outcomes[rows] ** 2, axis=0)
        for c, own in enumerate(columns):
            mine = functions[:, own]
            grams[c] += mine.T @ mine
            values = on_grid(residual + mine @ fit.coefficients[own], OUTCOME_BITS)
            inside[c].add(group, mine, values)
    coefficients, without = _coefficients(fit, *sums.covariances())
    clusters: list[Cluster] = []
    for cluster, own, total, gram in zip(members, columns, inside, grams, strict=True):
        coefficients[own], without[:, own] = total.covariances()
        clusters.append(_cluster(cluster, gram / sample.draws, fit.means[own], *total.covariances()))
    sizes = np.diff(sample.bounds).astype(np.float64)[:, None]
    variance, variance_without = _variances(energy, squares.values, sizes)
    left = sample.draws - sizes
    mean_without = (np.sum(sums.values, axis=0) - sums.values) / left
    return Estimates(coefficients, without, variance, variance_without, mean_without), clusters


def _coefficients(fit: Additive, left: Floats, left_without: Floats) -> tuple[Floats, Floats]:
    """Coefficients from the covariances of functions with the residual.

    A function that was not taken in has its covariance; one that was has its regression coefficient, and,
    without a group, one Newton step from it: the Gram matrix's inverse times that covariance.
    """
    coefficients = np.where(fit.taken, fit.coefficients, left)
    without = left_without.copy()
    for o in range(left.shape[1]):
        taken = np.flatnonzero(fit.taken[:, o]).astype(np.intp)
        if len(taken):
            step, _ = solve(fit.gram(taken), left_without[:, taken, o].T, 0.0)
            without[:, taken, o] = fit.coefficients[taken, o] + step.T
    return coefficients, without


def _cluster(
    members: Sequence[int], product: Floats, means: Floats, moment: Floats, moment_without: Floats
) -> Cluster:
    """Work out the joint additive part of a cluster, from the moments of its functions."""
    gram = product - means[:, None] * means[None, :]
    groups, size, count = moment_without.shape
    right = np.concatenate([moment, np.moveaxis(moment_without, 0, 1).reshape(size, groups * count)], axis=1)
    turned = orthonormalise(gram, right, COLLINEAR)
    return Cluster(
        tuple(members),
        turned[:, :count],
        np.moveaxis(turned[:, count:].reshape(size, groups, count), 1, 0),
    )


def _variances(energy: Floats, values: Floats, sizes: Floats) -> tuple[Floats, Floats]:
    """Variance of the outcomes over all draws, and without each group, from sums of squares and values."""
    draws = np.sum(sizes)
    whole: Floats = np.sum(energy, axis=0) / draws - (np.sum(values, axis=0) / draws) ** 2
    left = draws - sizes
    without = (np.sum(energy, axis=0) - energy) / left - ((np.sum(values, axis=0) - values) / left) ** 2
    return whole, without


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
        Makowski (2011), equation 9.

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
