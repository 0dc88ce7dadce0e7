"""Quantities of a block of draws as arrays: filled up to the places that there are, the draws on the last axis."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from jaxtyping import Float

from holdfast.scenario import Draws, Quantity

__all__ = ["Reader", "Values"]

Values = Float[np.ndarray, " draws"]


class Reader:
    """Reads quantities from a block of draws."""

    def __init__(self, draws: Draws) -> None:
        self.draws = draws
        self.zero = np.zeros(draws.count)

    def __call__(self, quantity: Quantity | None) -> Values:
        """Return a quantity's values, zeros where there is none."""
        return self.zero if quantity is None else self.draws.values[quantity.path]

    def repeat(self, row: np.ndarray) -> np.ndarray:
        """Return what does not depend on the draw, for each of them."""
        return np.repeat(row[..., None], self.draws.count, axis=-1)

    def flags(self, rows: list[list[bool]], size: int) -> np.ndarray:
        """Return truth values for each draw, filled up to `size` places a row."""
        return self.repeat(np.array([row + [False] * (size - len(row)) for row in rows], dtype=bool))

    def stack(
        self, rows: Iterable[Values | Quantity | None], size: int | None = None, fill: float = 0.0
    ) -> np.ndarray:
        """Return the rows as one array, filled up to `size` rows."""
        read = [row if isinstance(row, np.ndarray) else self(row) for row in rows]
        if size is not None:
            read += [np.full(self.draws.count, fill)] * (size - len(read))
        return np.stack(read) if read else np.zeros((0, self.draws.count))
