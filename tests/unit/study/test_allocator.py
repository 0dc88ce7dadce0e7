"""Memory is given back to the system, and by a study after every block and every stage."""

from __future__ import annotations

import ctypes
from pathlib import Path

import pytest

import holdfast.study.run
from holdfast.study.allocator import give_back

STATUS = Path("/proc/self/statm")
PAGE = 4096


def resident_pages() -> int:
    return int(STATUS.read_text(encoding="ascii").split()[1])


@pytest.mark.skipif(
    not STATUS.exists() or not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="needs Linux with glibc"
)
def test_free_memory_between_pieces_in_use_is_given_back() -> None:
    pieces = [bytearray(1000) for _ in range(100_000)]
    kept = pieces[::100]  # one in every 25 pages or so: what lies between cannot be cut off at the end
    del pieces
    before = resident_pages()
    give_back()
    assert before - resident_pages() > 50_000_000 / PAGE
    assert len(kept) == 1000


def test_a_study_gives_back_after_every_block_and_stage(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[int] = []
    monkeypatch.setattr(holdfast.study.run, "BLOCK_DRAWS", 16)
    parts = tmp_path / "study" / "parts"
    monkeypatch.setattr(
        holdfast.study.run, "give_back", lambda: given.append(len([*parts.glob("*.parquet")]))
    )
    file = root / "catalog" / "three-guarantors" / "scenario.yaml"
    holdfast.study.run.run_study(file, draws=64, out=tmp_path / "study")
    assert given == [1, 2, 3, 4, 4, 4]  # and once the parts are joined and the table is read
