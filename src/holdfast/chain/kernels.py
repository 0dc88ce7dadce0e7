"""Kernels: functions of arrays compiled once for arrays of given shapes, and kept between runs by whoever says how.

Tracing and compiling a kernel takes seconds, loading one that was kept a fraction of that. Threads may ask for the same kernel at
a time: the first of them makes it and the others wait; different kernels are made side by side.
"""

from __future__ import annotations

import hashlib
import pickle
import threading
from collections.abc import Callable, Hashable
from functools import cache
from typing import Any, Protocol, cast, runtime_checkable

import jax
from jax.experimental import serialize_executable

__all__ = ["Keeper", "Kernel", "keep", "kernel"]

# JAX's types of these are incomplete
structure, blocked = cast(Any, jax.tree.structure), cast(Any, jax.block_until_ready)
stored = cast(Any, serialize_executable)


@runtime_checkable
class Keeper(Protocol):
    """Where kernels are kept between runs; it answers for their being made by this code for this machine."""

    def read(self, name: str) -> bytes | None:
        """Return what was written under a name, or None."""
        ...

    def write(self, name: str, content: bytes) -> None:
        """Keep a kernel under a name; failing to is no error."""
        ...


_keeper: Keeper | None = None


def keep(keeper: Keeper | None) -> None:
    """Keep the kernels that are made from now on, or not."""
    global _keeper  # noqa: PLW0603 - one place for the whole process, as compiled code is the whole process's
    _keeper = keeper


class Kernel:
    """A function of arrays, compiled for batches.

    Parameters
    ----------
    function
        It takes trees of arrays and returns one.
    fixed
        Further arguments by name, which are no arrays.
    """

    def __init__(self, function: Callable[..., Any], **fixed: Any) -> None:
        # Batches are small and worked on side by side by threads of the caller's: XLA's own would mostly wait for each other.
        # Where the processor has them, its widest vectors are asked for.
        options = {"xla_cpu_multi_thread_eigen": False, "xla_cpu_prefer_vector_width": 512}
        on_processor = jax.default_backend() == "cpu"
        self._name = f"{function.__module__}.{function.__qualname__} {sorted(fixed.items())}"
        self._jitted = jax.jit(
            function, static_argnames=tuple(fixed), compiler_options=options if on_processor else None
        )
        self._fixed = fixed
        self._ready: dict[Hashable, Callable[..., Any]] = {}
        self._making: dict[Hashable, threading.Lock] = {}
        self._guard = threading.Lock()

    def __call__(self, *args: Any) -> Any:
        """Return the function's answer, its arrays those of JAX."""
        leaves: list[Any] = jax.tree.leaves(args)
        tree: Hashable = structure(args)
        key = (tree, tuple((a.shape, a.dtype.char) for a in leaves))
        ready = self._ready.get(key)
        if ready is not None:
            return ready(*args)
        with self._guard:
            lock = self._making.setdefault(key, threading.Lock())
        with lock:
            if key in self._ready:
                return self._ready[key](*args)
            self._ready[key], found = self._made(args, f"{self._name} {key}")
            return found

    def _made(self, args: tuple[Any, ...], described: str) -> tuple[Callable[..., Any], Any]:
        """Return the compiled kernel, and what it answers."""
        name = hashlib.sha256(described.encode()).hexdigest()
        content = _keeper.read(name) if _keeper is not None else None
        if content is not None:
            try:
                ready = _loaded(content)
                found: Any = ready(*args)
                return ready, blocked(found)
            except Exception:  # noqa: BLE001, S110 - whatever is wrong with what was kept, it can be made anew
                pass
        ready: Any = self._jitted.lower(*args, **self._fixed).compile()
        found = ready(*args)
        if _keeper is not None:
            _keeper.write(name, _stored(ready))
        return ready, found


def _stored(ready: Any) -> bytes:
    code, *structures = stored.serialize(ready)
    # trees of our own named tuples can be pickled, their structures can not
    shapes: list[Any] = [jax.tree.unflatten(tree, range(tree.num_leaves)) for tree in structures]
    return pickle.dumps((code, *shapes))


def _loaded(content: bytes) -> Callable[..., Any]:
    code, takes, returns = pickle.loads(content)  # noqa: S301 - from the keeper, who answers for it, as for the code
    return stored.deserialize_and_load(code, structure(takes), structure(returns))


@cache
def kernel(function: Callable[..., Any], **fixed: Any) -> Kernel:
    """Return the kernel of a function and fixed arguments, the same one each time."""
    return Kernel(function, **fixed)
