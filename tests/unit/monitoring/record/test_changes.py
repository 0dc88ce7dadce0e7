"""Whatever is done to a record's bytes is found, and the entry named. All positions of a small record, not a sample."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import HoldfastError
from holdfast.monitoring.record import Verdict, _form, adding, create, entries, verify
from holdfast.monitoring.record._order import Lines
from tests.unit.monitoring.record.small import AT, FILES, named, record


@pytest.fixture(scope="module")
def log(memory: Path) -> Path:
    return record(memory)


@pytest.fixture(scope="module")
def whole(log: Path) -> bytes:
    return log.read_bytes()


@pytest.fixture
def judge(log: Path, whole: bytes) -> Iterator:
    def judged(data: bytes) -> Verdict:
        log.write_bytes(data)
        return verify(log.parent)

    yield judged
    log.write_bytes(whole)


def line_of(whole: bytes, position: int) -> int:
    return whole.count(b"\n", 0, position) + 1


VALUES = (b"\n", b"\t", b"\0", b'"', b"0")


@pytest.mark.slow
def test_every_changed_byte(whole: bytes, judge) -> None:
    for position, byte in enumerate(whole):
        i = line_of(whole, position)
        for value in {*VALUES, bytes([byte ^ 1]), bytes([byte ^ 0xA0])} - {bytes([byte])}:
            verdict = judge(whole[:position] + value + whole[position + 1 :])
            assert not verdict.ok, (position, value)
            # where two lines became one, both are named, if the record says that there were two
            expected = {i, i + 1} if byte == 10 and i < 7 else {i}
            assert named(verdict) == expected, (position, value, verdict)


def test_every_removed_byte(whole: bytes, judge) -> None:
    for position, byte in enumerate(whole):
        i = line_of(whole, position)
        verdict = judge(whole[:position] + whole[position + 1 :])
        assert not verdict.ok, position
        assert named(verdict) == ({i, i + 1} if byte == 10 and i < 7 else {i}), (position, verdict)


@pytest.mark.slow
def test_every_inserted_byte(whole: bytes, judge) -> None:
    for position in range(len(whole) + 1):
        i = line_of(whole, position)
        for value in (*VALUES, whole[position : position + 1] or b"x"):
            verdict = judge(whole[:position] + value + whole[position:])
            assert not verdict.ok, (position, value)
            # an empty line stands before the next one; behind the last there is no entry yet, and the one that would come is named
            empty = value == b"\n" == whole[position : position + 1]
            assert named(verdict) == {i + empty}, (position, value, verdict)


def test_every_swap_of_neighbours(whole: bytes, judge) -> None:
    for position in range(len(whole) - 1):
        a, b = whole[position : position + 1], whole[position + 1 : position + 2]
        if a == b:
            continue
        verdict = judge(whole[:position] + b + a + whole[position + 2 :])
        assert not verdict.ok, position
        i = line_of(whole, position)
        assert i in named(verdict), (position, verdict)
        assert named(verdict) <= ({i, i + 1} if b"\n" in a + b else {i}), (position, verdict)


def test_every_removed_line_and_run_of_lines(whole: bytes, judge) -> None:
    lines = whole.splitlines(keepends=True)
    for first, last in combinations(range(len(lines) + 1), 2):
        verdict = judge(b"".join(lines[:first] + lines[last:]))
        if last == len(lines) and first in {2, 6}:
            assert verdict.ok  # cut at a commit: found against a checkpoint only (test_checkpoints.py)
            continue
        assert not verdict.ok, (first, last)
        if last < len(lines) and first > 0:
            assert first + 1 in named(verdict), (first, last)
            assert str(verdict.faults[0]).endswith("before this.")
            if last - first > 1:
                assert f"up to entry {last} are missing" in verdict.faults[0].message
        elif first == 0:
            assert named(verdict) == {1}
        else:
            assert verdict.unfinished is not None
            assert verdict.unfinished.first <= first + 1


def test_every_swap_of_lines(whole: bytes, judge) -> None:
    lines = whole.splitlines(keepends=True)
    for a, b in combinations(range(len(lines)), 2):
        swapped = list(lines)
        swapped[a], swapped[b] = swapped[b], swapped[a]
        verdict = judge(b"".join(swapped))
        assert not verdict.ok, (a, b)
        assert named(verdict) == {a + 1, b + 1}, (a, b, verdict)


def test_every_line_repeated_anywhere(whole: bytes, judge) -> None:
    lines = whole.splitlines(keepends=True)
    for i in range(len(lines)):
        for place in range(len(lines) + 1):
            verdict = judge(b"".join([*lines[:place], lines[i], *lines[place:]]))
            assert not verdict.ok, (i, place)
            assert named(verdict) == {i + 1}, (i, place, verdict)


def test_every_line_moved_anywhere(whole: bytes, judge) -> None:
    lines = whole.splitlines(keepends=True)
    for i in range(1, len(lines)):
        for place in range(1, len(lines)):
            if place == i:
                continue
            moved = lines[:i] + lines[i + 1 :]
            moved.insert(place, lines[i])
            verdict = judge(b"".join(moved))
            assert not verdict.ok, (i, place)
            # of two neighbours that changed places nobody can say which one moved
            neighbours = {i + 1, place + 1} if abs(i - place) == 1 else {i + 1}
            assert named(verdict) == neighbours, (i, place, verdict)


@given(data=st.data())
def test_any_other_bytes_in_place_of_some(data, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("any")
    log = record(folder)
    whole = log.read_bytes()
    ends = {whole.find(b"\n", whole.find(f'{{"n":{n},'.encode())) + 1 for n in (2, 6, 8)}
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))
    pieces = st.one_of(
        st.binary(max_size=40),
        st.builds(lambda a, b: whole[min(a, b) : max(a, b)], *[st.integers(0, len(whole))] * 2),
    )
    changed = whole[:start] + data.draw(pieces) + whole[end:]
    log.write_bytes(changed)
    is_cut_at_a_commit = whole.startswith(changed) and len(changed) in ends
    assert verify(folder).ok == is_cut_at_a_commit


def test_many_changes_at_once_are_all_named(whole: bytes, judge) -> None:
    lines = whole.splitlines(keepends=True)
    for k in (2, 4, 6):
        lines[k] = lines[k].replace(b'"at":"2026', b'"at":"2025')
    assert named(judge(b"".join(lines))) == {3, 5, 7}


def test_of_a_million_wrong_lines_the_first_are_named(tmp_path: Path) -> None:
    log = record(tmp_path)
    log.write_bytes(log.read_bytes() + b"x\n" * 50_000)
    verdict = verify(tmp_path)
    assert len(verdict.faults) == 1000
    assert verdict.more == 49_000


def test_numbers_without_end_take_no_memory(tmp_path: Path) -> None:
    log = record(tmp_path)
    lines = log.read_bytes().splitlines(keepends=True)
    head = _form.head_of(10**17, "report", "2026-11-22T22:00:00Z")
    line, _, _ = _form.written(head, {"open": b"1"}, bytes(16), bytes(32))
    log.write_bytes(b"".join([*lines[:4], line, *lines[4:]]))
    told = [str(fault) for fault in verify(tmp_path).faults]
    assert len(told) == 2
    assert "and all up to entry 99999999999999999 are missing" in told[0]
    assert told[1].startswith(f"entry {10**17} ")


def test_a_line_without_end_is_read_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = record(tmp_path)
    monkeypatch.setattr("holdfast.monitoring.record._log.LONGEST_LINE", 4096)
    log.write_bytes(log.read_bytes() + b"x" * 100_000)
    verdict = verify(tmp_path)
    assert named(verdict) == {9}


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"open": b"1", "raw": b"nonsense"}, "no JSON"),
        ({"open": b'{"a":NaN}'}, "no JSON"),
        ({"open": b'1,"raw":2'}, "more than one value"),
        ({"open": b" 1"}, "no JSON"),
        ({"raw": b"1"}, 'has no "open"'),
        ({"open": b'"\xff"'}, "no JSON"),
        ({"open": b"[" * 100_000}, "no JSON"),
    ],
)
def test_a_line_that_fits_its_hash_and_is_no_entry(
    tmp_path: Path, cells: dict[str, bytes], told: str
) -> None:
    """Nobody but a writer of its own can make such a line; other readers would read something else in it."""
    log = record(tmp_path)
    last = _form.stored(log.read_bytes())
    assert last is not None
    head = _form.head_of(9, "report", "2026-11-22T22:00:00Z")
    line, _, _ = _form.written(head, cells, bytes(16), last[1])
    log.write_bytes(log.read_bytes() + line)
    verdict = verify(tmp_path)
    assert named(verdict) == {9}
    assert told in verdict.faults[0].message


def rewritten(folder: Path, change) -> None:
    """Write a record anew as its owner could: all hashes fit, but a cell of some entry is another."""
    log = folder / "record.log"
    before, lines = _form.BEFORE_ALL, []
    for line in log.read_bytes().splitlines(keepends=True):
        read = _form.read(line)
        cells = change(read.n, {k: v or b"" for k, v in read.cells.items()})
        anew, _, before = _form.written(_form.head_of(read.n, read.kind, read.at), cells, bytes(16), before)
        lines.append(anew)
    log.write_bytes(b"".join(lines))


def test_a_commit_that_says_another_root_is_found_though_its_hashes_fit(tmp_path: Path) -> None:
    record(tmp_path)
    rewritten(
        tmp_path, lambda n, cells: cells
    )  # new salts: the roots in the commits are not those of the new leaves
    assert named(verify(tmp_path)) == {2, 6, 8}


def test_a_second_beginning_is_found_though_its_hashes_fit(tmp_path: Path) -> None:
    log = record(tmp_path)
    last = _form.stored(log.read_bytes())
    assert last is not None
    line, _, _ = _form.written(
        _form.head_of(9, "begin", "2026-11-22T22:00:00Z"), {"open": b'{"version":1}'}, bytes(16), last[1]
    )
    log.write_bytes(log.read_bytes() + line)
    assert "first entry's" in verify(tmp_path).faults[0].message


def test_reading_a_damaged_entry_says_which(tmp_path: Path) -> None:
    log = record(tmp_path)
    whole = log.read_bytes()
    log.write_bytes(whole.replace(b'"lat":48.1', b'"lat":48.2'))
    found = entries(tmp_path)
    assert [next(found).n, next(found).n] == [1, 2]
    with pytest.raises(
        HoldfastError, match=r"entry 3 \(byte \d+\) is not what its hash was made of\. .*verify"
    ):
        next(found)
    lines = whole.splitlines(keepends=True)
    log.write_bytes(b"".join(lines[:3] + lines[4:]))
    with pytest.raises(HoldfastError, match=r"entry 5 \(byte \d+\) stands where entry 4 should"):
        list(entries(tmp_path))


def test_order_of_many_lines_at_random() -> None:
    """Whatever the order, something is found in it unless it is the right one; the twin only compares the numbers."""
    rng = random.Random(4)
    for _ in range(3000):
        numbers = [rng.choice([0, *range(1, 9)]) for _ in range(rng.randrange(1, 9))]
        lines = Lines(0)
        for byte, n in enumerate(numbers):
            if n:
                lines.intact(n, byte)
            else:
                lines.damaged(byte, "x", fragment=rng.random() < 0.5)
        faults = list(lines.faults(99))
        assert bool(faults) == (numbers != list(range(1, len(numbers) + 1))), (numbers, faults)
        assert sum("changed" in fault.message for fault in faults) == numbers.count(0)
        repeated = len([n for n in numbers if n]) - len({n for n in numbers if n})
        assert sum("once more" in fault.message for fault in faults) == repeated
        gone = {
            n for fault in faults for n in range(fault.entry, _upto(fault) + 1) if "missing" in fault.message
        }
        assert not gone & set(numbers)
        in_damage = {fault.entry for fault in faults if "changed" in fault.message}
        absent = set(range(1, max(numbers) + 1)) - set(numbers)
        assert absent <= gone | in_damage, (numbers, faults)


def _upto(fault) -> int:
    words = fault.message.split()
    return int(words[5]) if "up to entry" in fault.message else fault.entry


def test_a_changed_record_is_not_added_to(tmp_path: Path) -> None:
    """An add removes only what an add that was cut off leaves; anything else could be something that was acknowledged."""
    create(tmp_path, FILES, AT)
    with adding(tmp_path) as writer:
        writer.append("report", {"id": "r1"})
    log = tmp_path / "record.log"
    whole = log.read_bytes()
    last = whole[: len(whole) - 1].rfind(b"\n") + 1
    for position in range(last, len(whole) - 1):
        log.write_bytes(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])
        damaged = log.read_bytes()
        with pytest.raises(HoldfastError, match="verify"):
            adding(tmp_path).__enter__()
        assert log.read_bytes() == damaged
