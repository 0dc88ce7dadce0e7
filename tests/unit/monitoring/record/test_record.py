"""Beginning a record, adding to it and reading it."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from holdfast.errors import HoldfastError, InputError
from holdfast.monitoring.record import (
    _form,
    adding,
    agreement,
    create,
    entries,
    files_in,
    hash_at,
    packed,
    tip,
    unpack,
    verify,
)
from tests.unit.monitoring.record.small import AT, FILES, TEXT, record


def test_what_was_added_comes_back_as_it_was(tmp_path: Path) -> None:
    record(tmp_path)
    found = list(entries(tmp_path))
    assert [e.n for e in found] == list(range(1, 9))
    kinds = ["begin", "commit", "report", "aside", "report", "commit", "claim", "commit"]
    assert [e.kind for e in found] == kinds
    assert found[2].open == {"id": "r1", "lat": 48.1}
    assert found[2].sealed == {"raw": "a;b", "text": TEXT}
    assert found[4].open == {"id": "r2", "lat": None}
    assert {e.at for e in found} == {AT}
    assert verify(tmp_path).ok


def test_every_line_is_json_and_stands_on_the_line_of_its_number(tmp_path: Path) -> None:
    lines = record(tmp_path).read_bytes().split(b"\n")
    assert lines.pop() == b""
    assert [json.loads(line)["n"] for line in lines] == list(range(1, 9))
    assert json.loads(lines[2])["text"] == TEXT


@pytest.mark.parametrize("after", range(10))
def test_reading_begins_anywhere(tmp_path: Path, after: int) -> None:
    record(tmp_path)
    assert [e.n for e in entries(tmp_path, after)] == list(range(after + 1, 9))


def test_entries_of_any_length_are_found_by_their_number(tmp_path: Path) -> None:
    create(tmp_path, FILES, AT)
    with adding(tmp_path) as writer:
        for k in range(60):
            writer.append("report", {"k": k}, {"raw": "x" * (k * k * 97 % 50_000)})
    hashes = [json.loads(line)["hash"] for line in (tmp_path / "record.log").read_bytes().splitlines()]
    for n in range(1, 64):
        assert next(entries(tmp_path, n - 1)).n == n
        assert hash_at(tmp_path, n) == hashes[n - 1]
    assert hash_at(tmp_path, 64) is None
    assert hash_at(tmp_path, 0) is None


def test_the_last_commit_is_found_behind_a_tail_longer_than_a_block(tmp_path: Path) -> None:
    log = record(tmp_path)
    before = tip(tmp_path)
    told = '{"n":9,"kind":"commit","at":"' * 3
    for junk in (b"x" * 3_000_000, (told * 40_000).encode(), b'\n{"n":9,"kind":"commit",' * 50_000):
        whole = log.read_bytes()
        log.write_bytes(whole + junk)
        if junk.startswith(b"\n"):  # lines that say they are commits are not passed over
            with pytest.raises(HoldfastError, match=r"the last commit, does not end as an entry does"):
                tip(tmp_path)
        else:
            assert tip(tmp_path) == before
        log.write_bytes(whole)


def test_the_tip_says_what_the_last_line_says(tmp_path: Path) -> None:
    log = record(tmp_path)
    found, verdict = tip(tmp_path), verify(tmp_path)
    assert (found.n, found.hash, found.at) == (8, json.loads(log.read_bytes().splitlines()[-1])["hash"], AT)
    assert (verdict.entries, verdict.hash, verdict.root, verdict.at) == tuple(found)


def test_a_long_add_is_written_in_pieces_and_committed_once(tmp_path: Path) -> None:
    create(tmp_path, FILES, AT)
    rows = (({"k": k}, {"raw": "y" * 700}) for k in range(5000))  # several times what is held back
    with adding(tmp_path) as writer:
        assert writer.extend("report", rows) == 5000
        assert (tmp_path / "record.log").stat().st_size > 2_000_000
        assert tip(tmp_path).n == 2  # nobody sees it before it is committed
        assert writer.committed == 2
        assert writer.commit() == 5003
    assert tip(tmp_path).n == 5003
    assert verify(tmp_path).ok


def test_an_add_of_nothing_leaves_nothing(tmp_path: Path) -> None:
    log = record(tmp_path)
    before = log.read_bytes()
    with adding(tmp_path) as writer:
        assert writer.commit() == 8
    assert log.read_bytes() == before


def test_an_add_that_fails_leaves_nothing_but_what_was_committed(tmp_path: Path) -> None:
    log = record(tmp_path)

    def fail() -> None:
        with adding(tmp_path) as writer:
            writer.append("report", 1)
            writer.commit()
            writer.extend("report", ((k, {"raw": "z" * 1000}) for k in range(3000)))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert verify(tmp_path).ok
    assert tip(tmp_path).n == 10
    assert log.stat().st_size < 10_000


def test_times_are_kept_in_utc(tmp_path: Path) -> None:
    create(tmp_path, FILES, datetime(2021, 11, 1, 1, 30, tzinfo=timezone(timedelta(hours=2))))
    assert next(entries(tmp_path)).at == datetime(2021, 10, 31, 23, 30, tzinfo=UTC)
    with pytest.raises(InputError, match="offset from UTC"), adding(tmp_path, at=datetime(2021, 11, 1)):  # noqa: DTZ001
        pass


@pytest.mark.parametrize(
    ("kind", "shown", "sealed", "told"),
    [
        ("report", float("nan"), {}, "open cannot be recorded"),
        ("report", {"a": float("inf")}, {}, "cannot be recorded"),
        ("report", {}, {"raw": b"bytes"}, "entry 10: raw cannot be recorded"),
        ("report", {}, {"Raw": "x"}, "cell = 'Raw'"),
        ("report", {}, {"hash": "x"}, "cell = 'hash'"),
        ("report", {}, {"open": "x"}, '"open"'),
        ("report", {}, {"a\tb": "x"}, "cell = 'a"),
        ("report", {}, {f"c{k}": 1 for k in range(1000)}, "1001 cells"),
        ("commit", {}, {}, "the record's own"),
        ("begin", {}, {}, "the record's own"),
        ('a","n":1', {}, {}, "kind = "),
        ("report", {}, {"raw": "x" * (1 << 26)}, "at most 67,108,864"),
        ("report", {(1, 2): 3}, {}, "keys"),
    ],
)
def test_what_cannot_be_recorded_is_said_and_nothing_is_added(
    tmp_path: Path, kind: str, shown: object, sealed: dict[str, object], told: str
) -> None:
    log = record(tmp_path)
    before = log.read_bytes()
    rows = [({"fine": True}, {}), (shown, sealed)]
    with pytest.raises(InputError, match=told), adding(tmp_path) as writer:
        writer.extend(kind, rows)
    assert log.read_bytes() == before


def test_nesting_without_end_is_said(tmp_path: Path) -> None:
    record(tmp_path)
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(InputError, match="cannot be recorded"), adding(tmp_path) as writer:
        writer.append("report", deep)


def test_a_record_is_begun_once(tmp_path: Path) -> None:
    log = record(tmp_path)
    before = log.read_bytes()
    with pytest.raises(InputError, match="holds a record already"):
        create(tmp_path, FILES)
    assert log.read_bytes() == before


def test_a_folder_without_a_record_is_said(tmp_path: Path) -> None:
    for ask in (verify, tip, lambda place: next(entries(place)), agreement):
        with pytest.raises(InputError, match=r"holds no record\.log"):
            ask(tmp_path)
    with pytest.raises(InputError, match="monitor init"), adding(tmp_path):
        pass
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError):
        create(tmp_path / "file", FILES)


@pytest.mark.parametrize("version", [0, 2, 99])
def test_a_record_of_another_version_is_refused_and_left_alone(tmp_path: Path, version: int) -> None:
    shown = _form.json_bytes({"version": version})
    line, _, _ = _form.written(
        _form.head_of(1, "begin", "2026-11-22T22:00:00Z"), {"open": shown}, bytes(16), _form.BEFORE_ALL
    )
    log = tmp_path / "record.log"
    log.write_bytes(line + b"whatever such a version writes\n")
    age = "newer" if version > 1 else "older"
    told = rf"record of version {version}, made by an? {age} Holdfast; this one reads and writes version 1"
    for ask in (tip, lambda place: next(entries(place)), lambda place: adding(place).__enter__()):
        with pytest.raises(HoldfastError, match=told) as error:
            ask(tmp_path)
        assert error.value.exit_status == 1
    verdict = verify(tmp_path)
    assert not verdict.ok
    assert age in verdict.faults[0].message
    assert log.read_bytes() == line + b"whatever such a version writes\n"


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"\x1f\x8b\x08" * 99, b"\xef\xbb\xbf{}", b"[" * 99_999, b"\0" * 9999, b"7\n"]
)
def test_what_is_no_record_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "record.log").write_bytes(data)
    for ask in (tip, lambda place: next(entries(place)), lambda place: adding(place).__enter__()):
        with pytest.raises(HoldfastError, match="is no record"):
            ask(tmp_path)
    assert verify(tmp_path).faults[0].entry == 1
    assert (tmp_path / "record.log").read_bytes() == data


# --- the agreement's files ----------------------------------------------------------------------------


def test_the_agreement_comes_back_byte_for_byte(tmp_path: Path) -> None:
    record(tmp_path / "d")
    assert agreement(tmp_path / "d") == FILES
    paths = unpack(agreement(tmp_path / "d"), tmp_path / "out")
    assert {str(p.relative_to(tmp_path / "out")): p.read_bytes() for p in paths} == FILES


def test_an_amendment_replaces_it(tmp_path: Path) -> None:
    record(tmp_path)
    with adding(tmp_path) as writer:
        writer.append("amendment", *packed({"agreement.yaml": b"new"}))
        writer.append("amendment", {"because": "a word on it, no file"})
    assert agreement(tmp_path) == {"agreement.yaml": b"new"}


BAD_NAMES = [
    *("../a", "a/../../b", "/etc/passwd", "a//b", "", ".", "..", "a/.", "~/..", "a" * 401),
    *("C:\\a", "C:a", "a\\..\\b", "a\0b", "a\nb", " ", "a/ ", "a.", "a ", "nul", "con.txt", "x/AUX.geojson"),
]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_name_that_could_leave_its_folder_is_refused_when_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="no name for a file"):
        create(tmp_path / "d", {name: b""})
    assert not (tmp_path / "d" / "record.log").exists()
    with pytest.raises(InputError, match="no name for a file"):
        unpack({name: b""}, tmp_path / "out")


@pytest.mark.parametrize("name", [*BAD_NAMES, 7, None])
def test_and_when_read_from_a_record_that_others_wrote(tmp_path: Path, name: object) -> None:
    record(tmp_path)
    with adding(tmp_path) as writer:
        writer.append("amendment", {"files": [name]}, {"file_1": {"text": "x"}})
    assert verify(tmp_path).ok
    with pytest.raises(HoldfastError, match=r"entry 9: .*no name for a file"):
        agreement(tmp_path)


def test_files_that_differ_by_case_only_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="upper and lower case"):
        create(tmp_path, {"a.yaml": b"", "A.yaml": b""})


def test_files_are_written_into_a_new_folder_only(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "zones").symlink_to(tmp_path)
    with pytest.raises(InputError, match="not empty"):
        unpack(FILES, tmp_path / "out")
    assert not (tmp_path / "a.geojson").exists()


@pytest.mark.parametrize("cell", [None, {}, "x", {"base64": "%"}, {"base64": 1}, {"text": 1}])
def test_a_file_that_is_none_is_said(tmp_path: Path, cell: object) -> None:
    record(tmp_path)
    with adding(tmp_path) as writer:
        writer.append("amendment", {"files": ["a"]}, {"file_1": cell})
    with pytest.raises(HoldfastError, match="entry 9: file_1 is no file"):
        agreement(tmp_path)
    assert files_in(next(entries(tmp_path, 6))) == {}


def test_it_starts_fast_enough_to_be_killed_often() -> None:
    code = "import sys, holdfast.monitoring.record; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"numpy", "pyarrow", "duckdb", "pydantic", "jax", "splink", "shapely", "rich"}
    assert not heavy & set(done.stdout.split())
