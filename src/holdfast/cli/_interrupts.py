"""Interrupts that Python drops are kept.

Ctrl-C raises KeyboardInterrupt wherever the main thread is. Where that is a callback of the garbage collector, as JAX has
one, or a finaliser, Python reports it as unraisable and goes on.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

__all__ = ["kept_interrupts"]


@contextmanager
def kept_interrupts() -> Generator[Callable[[], None]]:
    """Yield what raises KeyboardInterrupt if one was dropped since; to be called now and then in the main thread."""
    usual, dropped = sys.unraisablehook, False

    def keep(found: UnraisableHookArgs) -> None:
        nonlocal dropped
        if issubclass(found.exc_type, KeyboardInterrupt):
            dropped = True
        else:
            usual(found)

    def raise_dropped() -> None:
        if dropped:
            raise KeyboardInterrupt

    sys.unraisablehook = keep
    try:
        yield raise_dropped
    finally:
        sys.unraisablehook = usual
