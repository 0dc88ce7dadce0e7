"""The efficient packages: against all pairs compared one by one, with ties and duplicates, and bad input."""

from __future__ import annotations

import numpy as np
import pytest

from holdfast.bargaining.pareto import efficient, weakly_efficient
from holdfast.errors import InputError


def one_by_one(values: np.ndarray) -> tuple[list[bool], list[bool]]:
    """Return which rows are efficient, and weakly, from the definitions."""
    rows = values.tolist()
    strong = [not any(all(a >= b for a, b in zip(p, q, strict=True)) and p != q for p in rows) for q in rows]
    weak = [not any(all(a > b for a, b in zip(p, q, strict=True)) for p in rows) for q in rows]
    return strong, weak


@pytest.mark.parametrize("parties", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("levels", [2, 4, 30, None])
def test_is_what_the_definition_says(parties: int, levels: int | None) -> None:
    rng = np.random.default_rng([parties, levels or 0])
    for packages in (1, 2, 3, 15, 16, 17, 33, 100):
        for _ in range(6):
            values = (
                rng.integers(0, levels, (packages, parties)).astype(float)
                if levels
                else rng.normal(size=(packages, parties))
            )
            strong, weak = one_by_one(values)
            assert efficient(values).tolist() == strong
            assert weakly_efficient(values).tolist() == weak


@pytest.mark.parametrize("parties", [2, 3, 4])
def test_large_sets_are_filtered_without_loss(parties: int) -> None:
    """Beyond 256 packages a few good ones clear the way; coarse values make many ties and duplicates."""
    rng = np.random.default_rng(parties)
    for step in (0.5, 0.05, 1e-3):
        values = np.round(rng.beta(2, 2, (700, parties)) / step) * step
        values[:300] *= 1 / np.maximum(values[:300].sum(1, keepdims=True), 0.1)  # many near one frontier
        strong, weak = one_by_one(values)
        assert efficient(values).tolist() == strong
        assert weakly_efficient(values).tolist() == weak


def test_a_frontier_of_many_is_kept_whole() -> None:
    """On the simplex nobody gains without another losing; sums are kept exact by whole numbers."""
    grid = np.array([(a, b, 60 - a - b) for a in range(61) for b in range(61 - a)], float)
    inside = grid - np.array([0.0, 0.0, 1.0])
    both = efficient(np.concatenate([inside, grid]))
    assert both[len(grid) :].all()
    assert not both[: len(grid)].any()


def test_huge_and_tiny_values_are_compared_as_they_are() -> None:
    values = np.array([[1e308, -1e308, 0.0], [-1e308, 1e308, 0.0], [-1e308, -1e308, 5e-324]])
    assert efficient(np.tile(values, (200, 1))).all()
    assert efficient(np.array([[0.0, 0.0, 5e-324], [0.0, 0.0, 0.0]])).tolist() == [True, False]


def test_the_callers_array_is_left_alone() -> None:
    values = np.random.default_rng(1).normal(size=(500, 3))
    before = values.copy()
    efficient(values)
    weakly_efficient(values)
    assert (values == before).all()


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (np.array([[0.0, np.nan]]), r"utilities\[0, 1\] = nan"),
        (np.empty((0, 2)), r"shape \(0, 2\)"),
        (np.empty((2, 0)), r"shape \(2, 0\)"),
    ],
)
def test_bad_input_is_named(values: np.ndarray, told: str) -> None:
    with pytest.raises(InputError, match=told):
        efficient(values)
