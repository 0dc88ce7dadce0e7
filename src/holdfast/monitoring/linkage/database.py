"""A database in memory for one run, which may spill to a folder that is gone afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import duckdb

from holdfast.monitoring.interrupts import heeded_interrupts

__all__ = ["MEMORY", "database"]

MEMORY = "1.5GiB"


@contextmanager
def database(memory: str, threads: int) -> Generator[Any]:
    """Open a database that may use so much memory and so many threads."""
    with tempfile.TemporaryDirectory(prefix="holdfast-linkage-") as folder:
        con: Any = duckdb.connect(":memory:")
        try:
            con.execute(
                f"set memory_limit = '{memory}'; set threads = {threads}; set temp_directory = '{folder}'"
            )
            con.execute("set preserve_insertion_order = false; set enable_progress_bar = false")
            with heeded_interrupts():
                yield con
        finally:
            con.close()
