"""Regions of clouds: they hold the share they claim, and their borders close."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from holdfast.report.draws import BINS
from holdfast.report.regions import Ring, rings, smooth, threshold


def grid(points: np.ndarray) -> np.ndarray:
    return np.histogram2d(points[:, 1], points[:, 0], bins=BINS, range=[[0, 1], [0, 1]])[0]


def area(ring: Ring) -> float:
    x, y = np.asarray(ring).T
    return 0.5 * float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))


def inside(borders: list[Ring], point: np.ndarray) -> bool:
    """Winding number by crossings, over all rings: holes run the other way."""
    winding = 0
    px, py = point
    for ring in borders:
        for (x0, y0), (x1, y1) in itertools.pairwise(ring):
            if (y0 <= py) != (y1 <= py) and px < x0 + (py - y0) / (y1 - y0) * (x1 - x0):
                winding += 1 if y1 > y0 else -1
    return winding != 0


CLOUDS = {
    "a round cloud": lambda rng: rng.normal(0.5, 0.1, (4000, 2)),
    "in a corner": lambda rng: np.column_stack([rng.beta(0.5, 5, 4000), rng.beta(5, 0.5, 4000)]),
    "two clouds": lambda rng: rng.normal(0.25, 0.05, (4000, 2)) + 0.5 * rng.integers(0, 2, (4000, 1)),
    "everywhere": lambda rng: rng.random((4000, 2)),
    "a ring": lambda rng: (
        0.5
        + rng.normal(0.3, 0.03, (4000, 1)) * np.column_stack([np.cos(a := rng.random(4000) * 6.3), np.sin(a)])
    ),
}


@pytest.mark.parametrize("name", CLOUDS)
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_a_region_holds_its_share_of_the_draws(name: str, share: float) -> None:
    points = np.clip(CLOUDS[name](np.random.default_rng(3)), 0, 1 - 1e-9)
    borders = rings(grid(points), share)
    held = np.mean([inside(borders, point) for point in points[:600]])
    # 600 points have an error of .02 themselves; a border cuts through bins.
    assert held == pytest.approx(share, abs=0.07)


def test_the_area_of_a_round_cloud_is_that_of_the_normal_distribution() -> None:
    points = np.random.default_rng(5).normal(0.5, 0.1, (200_000, 2))
    borders = rings(grid(points), 0.5)
    assert sum(map(area, borders)) == pytest.approx(-2 * np.log(0.5) * np.pi * 0.1**2, rel=0.1)


def test_a_ring_keeps_its_hole() -> None:
    points = CLOUDS["a ring"](np.random.default_rng(3))
    borders = rings(grid(points), 0.9)
    assert not inside(borders, np.array([0.5, 0.5]))
    assert min(map(area, borders)) < 0 < max(map(area, borders))


def test_draws_that_are_all_alike_make_a_small_region_around_them() -> None:
    (border,) = rings(grid(np.full((100, 2), 0.3)), 0.9)
    assert inside([border], np.array([0.3, 0.3]))
    assert area(border) < 0.01


@pytest.mark.parametrize("name", CLOUDS)
def test_borders_close_and_stay_in_the_square(name: str) -> None:
    points = np.clip(CLOUDS[name](np.random.default_rng(3)), 0, 1 - 1e-9)
    for border in rings(grid(points), 0.9):
        assert border[0] == border[-1]
        assert all(0 <= value <= 1 for point in border for value in point)


def test_no_probability_leaks_out_of_the_square() -> None:
    counts = grid(np.random.default_rng(1).beta(0.5, 5, (500, 2)))
    density = smooth(counts)
    assert density.sum() == pytest.approx(1)
    assert threshold(density, counts, 0.5) > threshold(density, counts, 0.9)
