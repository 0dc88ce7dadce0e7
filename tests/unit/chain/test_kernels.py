"""Kernels: compiled once for a shape, kept for the next process, and made anew whenever what was kept is of no use."""

import threading
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from holdfast.chain import kernels
from holdfast.chain.kernels import Kernel, keep, kernel


class Pair(NamedTuple):
    first: Any
    second: Any


traced = []


def fresh():
    """The same function as another process would have it: JAX remembers what it has traced by the function itself."""

    def together(pair, scale, power=1):
        traced.append(pair.first.shape)
        return Pair(pair.first * scale, (pair.second**power, None))

    return together


class Shelf(dict):
    def read(self, name):
        return self.get(name)

    def write(self, name, content):
        self[name] = content


ARGS = (Pair(np.arange(3.0), np.arange(4.0)), np.array([2.0]))


@pytest.fixture
def shelf():
    # a kernel that JAX fetches from its own cache cannot be kept once more
    jax.config.update("jax_enable_compilation_cache", False)
    own = Shelf()
    keep(own)
    traced.clear()
    yield own
    keep(None)
    jax.config.update("jax_enable_compilation_cache", True)


def right(found):
    assert isinstance(found, Pair)
    assert np.array_equal(found.first, [0, 2, 4])
    assert np.array_equal(found.second[0], [0, 1, 4, 9])
    assert found.second[1] is None


def test_compiled_once_for_a_shape(shelf):
    own = Kernel(fresh(), power=2)
    for _ in range(3):
        right(own(*ARGS))
    assert len(traced) == 1
    own(Pair(np.arange(5.0), np.arange(4.0)), np.array([2.0]))
    assert traced == [(3,), (5,)]
    assert len(shelf) == 2


def test_what_was_kept_needs_no_tracing(shelf):
    right(Kernel(fresh(), power=2)(*ARGS))
    right(Kernel(fresh(), power=2)(*ARGS))
    assert len(traced) == 1


def test_other_fixed_arguments_are_another_kernel(shelf):
    Kernel(fresh(), power=2)(*ARGS)
    found = Kernel(fresh(), power=3)(*ARGS)
    assert np.array_equal(found.second[0], [0, 1, 8, 27])
    assert len(shelf) == 2


@pytest.mark.parametrize(
    "damage", [lambda c: b"", lambda c: c[:100], lambda c: b"no pickle", lambda c: c[:-9]]
)
def test_what_cannot_be_loaded_is_made_anew_and_kept(shelf, damage):
    Kernel(fresh(), power=2)(*ARGS)
    [(name, content)] = shelf.items()
    shelf[name] = damage(content)
    right(Kernel(fresh(), power=2)(*ARGS))
    assert len(traced) == 2
    right(Kernel(fresh(), power=2)(*ARGS))
    assert len(traced) == 2


def test_threads_that_ask_at_a_time_share_one(shelf):
    own, found = Kernel(fresh(), power=2), []
    threads = [threading.Thread(target=lambda: found.append(own(*ARGS))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for each in found:
        right(each)
    assert len(found) == 8
    assert len(traced) == 1


def test_the_same_function_and_arguments_are_the_same_kernel():
    together = fresh()
    assert kernel(together, power=2) is kernel(together, power=2)
    together = fresh()
    assert kernel(together, power=2) is not kernel(together, power=3)


def test_without_a_keeper_nothing_is_kept():
    assert kernels._keeper is None
    right(Kernel(fresh(), power=2)(*jax.tree.map(jnp.asarray, ARGS)))
