"""Draws picked, put back, and worked on in batches of one size, so that one compiled kernel serves any number of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import numpy as np

__all__ = ["in_batches", "replaced", "taken"]


def taken(tree: Any, index: np.ndarray) -> Any:
    """Return the chosen draws of every array; the last axis is that of the draws."""

    def take(a: Any) -> np.ndarray:
        return np.asarray(a)[..., index]

    return jax.tree.map(take, tree)


def replaced(found: Any, index: np.ndarray, by: Any) -> Any:
    """Return arrays of which the chosen draws are taken from others."""

    def put(old: np.ndarray, new: np.ndarray) -> np.ndarray:
        old = np.array(old)
        old[..., index] = new
        return old

    return jax.tree.map(put, found, by)


def in_batches(kernel: Callable[..., Any], args: tuple[Any, ...], count: int, size: int) -> Any:
    """Return a kernel's answers for all draws, given to it `size` at a time; the last batch is filled up with its last draw."""
    pieces: list[Any] = []
    for start in range(0, count, size):
        index = np.minimum(np.arange(start, start + size), count - 1)
        pieces.append(kernel(*taken(args, index)))

    def joined(*parts: Any) -> np.ndarray:
        return np.concatenate([np.asarray(p) for p in parts], axis=-1)[..., :count]

    return jax.tree.map(joined, *pieces)
