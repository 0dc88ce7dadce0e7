"""Linear algebra that gives the same bits whatever the thread count.

A matrix product sums in an order that depends on how many threads the linear algebra library uses, so its
last bits do too. Here every product is *exact*: its factors lie on a binary grid coarse enough that every
partial sum is a float64, so that the order of summing cannot matter. The rest (elimination) is written with
element-wise operations only, which have one order.

With factors on grids of 2^-a and 2^-b, bounded by A and B, a sum over n rows is exact while
n A B 2^(a+b) < 2^53. Basis functions (a = 16, A <= 32), outcomes scaled to [-1, 1] and their residuals
(b = 20, B <= 4) and sums over 1,024 rows reach 2^53 at most by 2^10 2^5 2^2 2^36 = 2^53.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BASIS_BITS = 16
"""Basis functions are rounded to multiples of 2^-16: the functions regressed on, not an error of them."""

OUTCOME_BITS = 20
"""Outcomes, scaled to [-1, 1], are rounded to multiples of 2^-20 (1e-6 of their range)."""

CHUNK_ROWS = 1024
"""Rows in one exact product; the products are added up in the order of the draws."""


def on_grid(values: Floats, bits: int) -> Floats:
    """`values` rounded to the nearest multiple of 2^-bits.

    Examples
    --------
    >>> on_grid(np.array([0.3, -0.3]), 2)
    array([ 0.25, -0.25])
    """
    scale = float(2**bits)
    return np.rint(values * scale) / scale


def solve(matrix: Floats, right: Floats, smallest_pivot: float) -> tuple[Floats, NDArray[np.bool_]]:
    """Solution x of `matrix` x = `right` by elimination in the given order, leaving out collinear columns.

    Parameters
    ----------
    matrix
        Symmetric and positive semi-definite [m, m], with ones (about) on the diagonal: a Gram matrix.
    right
        Right-hand sides [m, r].
    smallest_pivot
        A column of which less than this share is left, once the columns before it are accounted for, is
        left out: its solution is 0.

    Returns
    -------
    tuple of array
        The solution [m, r], and which columns were kept [m].

    Examples
    --------
    >>> x, kept = solve(np.array([[1.0, 0.5], [0.5, 1.0]]), np.array([[1.0], [0.5]]), 0.1)
    >>> x.ravel().tolist(), kept.tolist()
    ([1.0, 0.0], [True, True])
    """
    size = matrix.shape[0]
    work = np.concatenate([matrix, right], axis=1)
    kept = np.ones(size, dtype=np.bool_)
    for j in range(size):
        if work[j, j] < smallest_pivot:
            kept[j] = False
            continue
        work[j + 1 :, j:] -= (work[j + 1 :, j] / work[j, j])[:, None] * work[j, j:]
    solution = np.zeros_like(right)
    for j in range(size - 1, -1, -1):
        if kept[j]:
            known = np.sum(work[j, j + 1 : size, None] * solution[j + 1 :], axis=0)
            solution[j] = (work[j, size:] - known) / work[j, j]
    return solution, kept


def orthonormalise(matrix: Floats, right: Floats, smallest_pivot: float) -> Floats:
    """L^-1 `right`, with `matrix` = L L' its Cholesky factorisation; rows of collinear columns become 0.

    With `matrix` the Gram matrix of some functions and `right` their moments with an outcome, the result holds
    the outcome's coefficients on the same functions made orthonormal one after the other.
    """
    size = matrix.shape[0]
    work = np.concatenate([matrix, right], axis=1)
    for j in range(size):
        if work[j, j] < smallest_pivot:
            work[j, size:] = 0.0
            continue
        work[j + 1 :, j:] -= (work[j + 1 :, j] / work[j, j])[:, None] * work[j, j:]
        work[j, size:] /= np.sqrt(work[j, j])
    return work[:, size:]
