"""Interrupts that Python drops are kept.

Ctrl-C raises KeyboardInterrupt wherever the main thread is. Where that is a callback of the garbage collector, as JAX has
one, or a finaliser, Python reports it as unraisable and goes on.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

__all__ = ["interruptible", "kept_interrupts"]


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


@contextmanager
def interruptible() -> Generator[Callable[[], None]]:
    """Turn an interrupt, dropped ones too, into a message and exit status 130; yield what raises a dropped one, as `kept_interrupts`."""
    from holdfast.cli.run import INTERRUPTED

    try:
        with kept_interrupts() as raise_dropped:
            yield raise_dropped
            raise_dropped()
    except KeyboardInterrupt:
        typer.echo("Interrupted. No file is half-written; the same command begins again.", err=True)
        raise typer.Exit(INTERRUPTED) from None
