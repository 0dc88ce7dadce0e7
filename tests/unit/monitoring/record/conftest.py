"""What the tests of the record share."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in memory, where the machine has one: some tests write a file tens of thousands of times."""
    shared = Path("/dev/shm")
    base = shared if os.access(shared, os.W_OK) else tmp_path_factory.mktemp("record")
    with tempfile.TemporaryDirectory(dir=base) as folder:
        yield Path(folder)
