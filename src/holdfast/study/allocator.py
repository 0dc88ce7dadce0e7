"""Memory that is free, given back to the system.

Compiling a kernel takes up to 300 MB for a moment, in many small pieces. glibc keeps them once they are free, between
pieces still in use, and a study would hold them to its end; kernels that few draws need are compiled late, so that it
would hold ever more. Arrow's pool keeps what it needed to join the parts and to read whole columns.
"""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

import pyarrow as pa

__all__ = ["give_back"]

arrow: Any = pa  # it has no types of its own


@cache
def _trim() -> Any:
    """Return glibc's `malloc_trim`; None where the C library is another, as on macOS."""
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError):
        return None
    trim.argtypes = [ctypes.c_size_t]
    return trim


def give_back() -> None:
    """Give the system what allocators hold unused, which takes milliseconds."""
    arrow.default_memory_pool().release_unused()
    if trim := _trim():
        trim(0)
