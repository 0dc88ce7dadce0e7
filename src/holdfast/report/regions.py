"""The regions of a cloud: where a given share of all draws lies, as rings to draw.

A histogram on a square grid is smoothed (Gaussian kernel, reflected at the borders, so that no
probability leaks out of [0, 1]²) and cut at the density above which the asked share of the draws
themselves lies, so that smoothing cannot make a region hold more than it says: a highest-density
region (Hyndman 1996, The American Statistician 50:120). Its border is traced by marching squares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from jaxtyping import Float, Num

    Density = Float[np.ndarray, " y x"]

Point = tuple[float, float]
Ring = list[Point]

#: Narrowest kernel, in bins: keeps a border smooth where all draws fall into one bin.
_LEAST_BANDWIDTH_BINS = 0.8


def smooth(counts: Num[np.ndarray, " y x"]) -> Density:
    """Return the density of a histogram, summing to 1, smoothed by Scott's rule along each axis.

    Parameters
    ----------
    counts
        Draws in each bin, rows along y.
    """
    total = float(counts.sum())
    weights: Density = np.asarray(counts / total, dtype=np.float64)
    widths: list[float] = []
    for axis in (0, 1):
        marginal = np.asarray(weights.sum(axis=1 - axis))
        centres = np.arange(marginal.size, dtype=np.float64)
        mean = float(marginal @ centres)
        deviation = float(np.sqrt(marginal @ (centres - mean) ** 2))
        widths.append(max(_LEAST_BANDWIDTH_BINS, deviation * total ** (-1 / 6)))
    return np.asarray(ndimage.gaussian_filter(weights, sigma=widths, mode="reflect"), dtype=np.float64)


def threshold(density: Density, counts: Num[np.ndarray, " y x"], share: float) -> float:
    """Return the density above which the asked share of the draws lies.

    Parameters
    ----------
    density
        The smoothed density of the counts.
    counts
        Draws in each bin.
    share
        Share of the draws wanted inside, in (0, 1).
    """
    order = np.argsort(-density, axis=None, kind="stable")
    held: Density = np.cumsum(np.asarray(counts, dtype=np.float64).ravel()[order])
    last = int(np.searchsorted(held, share * float(held[-1])))
    # Half-way to the next bin, so that draws all in one bin have a region of about that bin.
    ordered: Density = density.ravel()[order]
    return (float(ordered[last]) + float(ordered[min(last + 1, ordered.size - 1)])) / 2


def rings(counts: Num[np.ndarray, " y x"], share: float) -> list[Ring]:
    """Return the closed borders, in [0, 1]², of the smallest region that holds a share of the draws.

    Parameters
    ----------
    counts
        Draws in each bin of a square grid of [0, 1]², rows along y.
    share
        Share of the draws inside, in (0, 1).

    Returns
    -------
    list of rings
        Each a list of (x, y), first point repeated at the end.
    """
    density = smooth(counts)
    size = density.shape[0]
    # Values at bin centres, carried out to the borders of the unit square, and a rim of nothing around
    # it, so that every border closes.
    field = np.pad(np.pad(density, 1, mode="edge"), 1, constant_values=0.0)
    inner = (np.arange(size, dtype=np.float64) + 0.5) / size
    along = np.concatenate(([0.0, 0.0], inner, [1.0, 1.0]))
    return _trace(field, along, threshold(density, counts, share))


def _trace(field: Density, along: Float[np.ndarray, " grid"], level: float) -> list[Ring]:
    """Follow the border of field >= level, the inside always on the left."""
    above = field >= level
    nexts: dict[tuple[int, int, str], tuple[int, int, str]] = {}
    for row in range(field.shape[0] - 1):
        for column in range(field.shape[1] - 1):
            corners = (
                bool(above[row, column]),
                bool(above[row, column + 1]),
                bool(above[row + 1, column + 1]),
                bool(above[row + 1, column]),
            )
            # Each side of a cell is one edge of the grid, named by its lower left end and direction.
            sides = ((row, column, "h"), (row, column + 1, "v"), (row + 1, column, "h"), (row, column, "v"))
            # Walking round the cell counter-clockwise, a side where we leave the inside starts a piece of
            # border that ends on the next side where we enter it.
            leaving = [k for k in range(4) if corners[k] and not corners[(k + 1) % 4]]
            for k in leaving:
                entering = next(
                    j % 4 for j in range(k + 1, k + 4) if not corners[j % 4] and corners[(j + 1) % 4]
                )
                nexts[sides[k]] = sides[entering]
    found: list[Ring] = []
    while nexts:
        start, here = nexts.popitem()
        ring = [_crossing(field, along, level, start), _crossing(field, along, level, here)]
        while here != start:
            here = nexts.pop(here)
            ring.append(_crossing(field, along, level, here))
        found.append(ring)
    return found


def _crossing(
    field: Density, along: Float[np.ndarray, " grid"], level: float, edge: tuple[int, int, str]
) -> Point:
    """Return where the level is crossed on an edge of the grid, by linear interpolation."""
    row, column, direction = edge
    down, right = (0, 1) if direction == "h" else (1, 0)
    first, last = float(field[row, column]), float(field[row + down, column + right])
    part = 0.5 if first == last else min(max((level - first) / (last - first), 0.0), 1.0)
    x = float(along[column] + part * (along[column + right] - along[column]))
    y = float(along[row] + part * (along[row + down] - along[row]))
    return (x, y)
