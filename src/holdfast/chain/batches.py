"""Draws picked, put back, and worked on in batches of one size, so that one compiled kernel serves any number of them.

Threads may ask for the same kernel at a time. The first of them compiles it, or fetches it from the cache, and the others wait,
so that this is done once; different kernels are compiled side by side.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
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


_guard = threading.Lock()
_compiling: dict[Hashable, threading.Lock] = {}
_compiled: set[Hashable] = set()


def _once(kernel: Callable[[Any], Any], part: Any) -> Any:
    """Return a kernel's answer, after any other thread that calls it for the first time with arrays of these shapes."""
    shapes = tuple((a.shape, a.dtype.char) for a in jax.tree.leaves(part))
    key = (getattr(kernel, "__module__", ""), getattr(kernel, "__qualname__", ""), shapes)
    if key in _compiled:
        return kernel(part)
    with _guard:
        lock = _compiling.setdefault(key, threading.Lock())
    with lock:
        found = kernel(part)
    _compiled.add(key)
    return found


def in_batches(kernel: Callable[[Any], Any], tree: Any, count: int, size: int) -> Any:
    """Return a kernel's answers for all draws, given to it `size` at a time; the last batch is filled up with its last draw."""
    pieces: list[Any] = []
    for start in range(0, count, size):
        index = np.minimum(np.arange(start, start + size), count - 1)
        pieces.append(_once(kernel, taken(tree, index)))

    def joined(*parts: Any) -> np.ndarray:
        return np.concatenate([np.asarray(p) for p in parts], axis=-1)[..., :count]

    return jax.tree.map(joined, *pieces)
