"""Interrupts that DuckDB swallows are raised again.

Whoever presses Ctrl-C while DuckDB works on a query gets an error of its own in place of KeyboardInterrupt, which no longer comes.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import duckdb

__all__ = ["heeded_interrupts"]

_SAID = "Query interrupted"
"""What DuckDB says in a plain RuntimeError where Python's own signal handler raised."""


@contextmanager
def heeded_interrupts() -> Generator[None]:
    """Turn what DuckDB raises when it is interrupted into KeyboardInterrupt.

    Raises
    ------
    KeyboardInterrupt
        Where a query was interrupted.
    """
    try:
        yield
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except RuntimeError as error:
        if str(error) != _SAID:
            raise
        raise KeyboardInterrupt from None
