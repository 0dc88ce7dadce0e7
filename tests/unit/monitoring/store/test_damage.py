"""Nothing is added to a record of which any byte has changed, wherever it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from holdfast.cli import app
from holdfast.errors import HoldfastError
from holdfast.monitoring.record import Digest, adding, create, entries, prove, verify
from holdfast.monitoring.store.adding import add
from holdfast.monitoring.store.exporting import export_for
from holdfast.monitoring.store.folder import INDEX, entry_known, index_read
from holdfast.monitoring.store.index import rebuilt
from holdfast.monitoring.store.saying import claim
from tests.unit.monitoring.store.small import added, begun, held, how, rows_of, written


def flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def test_every_byte_is_in_the_digest_and_in_what_is_read_without_one(tmp_path: Path) -> None:
    log = create(tmp_path, {"agreement.yaml": b"holdfast: 1\n"})
    for text in ("one", "two"):
        with adding(tmp_path) as writer:
            writer.append("report", {"text": text}, {"received": {"id": text}})
    whole = log.read_bytes()
    end, digest = Digest(tmp_path).to_commit()
    assert (end, len(list(entries(tmp_path)))) == (len(whole), 6)
    for place in range(len(whole)):
        log.write_bytes(flipped(whole, place))
        assert Digest(tmp_path).to(end) != digest, place
        try:
            # a last commit that is none any more ends nothing, so that nothing after the one before it counts
            assert len(list(entries(tmp_path))) == 4
            assert place >= whole.rindex(b"\n", 0, -1)
        except HoldfastError:
            continue
        with pytest.raises(HoldfastError), adding(tmp_path):
            pass
        assert log.read_bytes() == flipped(whole, place)
    log.write_bytes(whole)
    assert Digest(tmp_path).to(end) == digest


def test_a_digest_goes_on_from_where_it_is(tmp_path: Path) -> None:
    log = tmp_path / "record.log"
    log.write_bytes(b"abcdef")
    going, anew = Digest(tmp_path), Digest(tmp_path)
    assert [going.to(end) for end in (2, 2, 6, 3)] == [Digest(tmp_path).to(end) for end in (2, 2, 6, 3)]
    assert anew.to(7) == ""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = begun(tmp_path_factory.mktemp("damage") / "record")
    added(folder, {"no": "1"}, name="one.csv")
    added(folder, {"no": "2", "who": "press"}, name="two.csv")
    return folder


def refused(folder: Path, file: Path) -> str:
    """What an add says that must be refused; it changes neither file."""
    before = (folder / "record.log").read_bytes(), (folder / INDEX).read_bytes()
    with pytest.raises(HoldfastError) as error:
        add(folder, [file], how())
    assert ((folder / "record.log").read_bytes(), (folder / INDEX).read_bytes()) == before
    return str(error.value)


def test_an_add_is_refused_wherever_a_byte_has_changed(folder: Path, tmp_path: Path) -> None:
    log = folder / "record.log"
    whole, file = log.read_bytes(), written(tmp_path / "three.csv", {"no": "3"})
    try:
        for place in range(0, len(whole), 127):
            log.write_bytes(flipped(whole, place))
            refused(folder, file)
    finally:
        log.write_bytes(whole)


def test_the_refusal_says_what_verify_says(folder: Path, tmp_path: Path) -> None:
    log = folder / "record.log"
    whole, file = log.read_bytes(), written(tmp_path / "three.csv", {"no": "3"})
    lines = whole.splitlines(keepends=True)
    harms = {
        "changed": whole.replace(b'"weapon', b'"weap0n', 1)
        if b'"weapon' in whole
        else flipped(whole, len(lines[0]) + 90),
        "removed": b"".join(lines[:2] + lines[3:]),
        "swapped": b"".join([*lines[:2], lines[3], lines[2], *lines[4:]]),
    }
    [(report,)] = rows_of(folder, "select id from reports where native_id = '1'")
    before = held(folder)
    try:
        for name, harm in harms.items():
            log.write_bytes(harm)
            [fault, *_] = verify(folder).faults
            assert str(fault) in refused(folder, file), name
            with pytest.raises(HoldfastError, match="Nothing was added"):
                claim(folder, report, "occurrence", "ruled", "me", "why")
            with pytest.raises(HoldfastError):
                rebuilt(folder)
    finally:
        log.write_bytes(whole)
    rebuilt(folder)
    assert held(folder) == before


@pytest.mark.parametrize(
    ("cut", "told"),
    [
        (-1, ""),
        (-10, "entry 5 (byte {}) is cut short at the end; entries 3 and 4 before it are there: the index"),
        (4, "entry 5 (byte {}) is missing at the end; entries 3 and 4 before it are there: the index"),
        (
            3.5,
            "entry 4 (byte {}) is cut short, and all up to entry 5 are missing at the end; entry 3 before it is there:",
        ),
        (
            3,
            "entry 4 (byte {}) and all up to entry 5 are missing at the end; entry 3 before it is there: the index",
        ),
        (
            2.5,
            "entry 3 (byte {}) is cut short, and all up to entry 5 are missing at the end: the index beside",
        ),
        (
            2,
            "entry 3 (byte {}) and all up to entry 5 are missing at the end: the index beside the record knows",
        ),
    ],
    ids=["line feed", "in the commit", "commit", "in the report", "report", "in the file", "whole add"],
)
def test_what_the_index_knows_is_not_removed_when_the_end_of_the_record_is_cut(
    tmp_path: Path, cut: float, told: str
) -> None:
    """It is cut after so many entries, and half of one, or by so many bytes."""
    folder = begun(tmp_path / "record")
    added(folder, {"no": "1"}, name="one.csv")
    log = folder / "record.log"
    whole, file = log.read_bytes(), written(tmp_path / "two.csv", {"no": "2"})
    known = entry_known(folder)
    lines = whole.splitlines(keepends=True)
    assert known == len(lines) == 5
    begun_at = len(b"".join(lines[: int(cut) if cut > 0 else 4]))
    half = len(lines[int(cut)]) // 2 if cut % 1 else 0
    log.write_bytes(whole[: int(cut)] if cut < 0 else whole[: begun_at + half])
    if cut == -1:  # nothing but the line feed is lost, and it is put back
        add(folder, [file], how())
        assert verify(folder, known=entry_known(folder)).ok
        return
    told = told.format(begun_at)
    assert told in refused(folder, file)
    verdict = verify(folder, known=known)
    assert not verdict.ok
    assert verdict.unfinished is None
    assert len(verdict.faults) == 1
    assert str(verdict.faults[0]).startswith(told)
    for act in (rebuilt, lambda folder: index_read(folder).__enter__()):
        with pytest.raises(HoldfastError, match=re.escape(told)):
            act(folder)
    (folder / INDEX).unlink()  # without it, the end looks like an add that was cut off
    assert rebuilt(folder) == 2
    log.write_bytes(whole)
    assert rebuilt(folder) == known


@pytest.mark.parametrize("harm", ["cut at a commit", "garbage", "a whole entry"])
def test_nothing_is_handed_on_of_a_record_that_does_not_end_as_it_should(tmp_path: Path, harm: str) -> None:
    folder = begun(tmp_path / "record")
    log = folder / "record.log"
    added(folder, {"no": "1"}, name="one.csv")
    shorter = log.read_bytes()
    added(folder, {"no": "2"}, name="two.csv")
    whole, known = log.read_bytes(), entry_known(folder)
    export_for(folder, "A", tmp_path / "good")
    prove(folder, 3, known=known)
    left = whole + whole.splitlines(keepends=True)[3]
    log.write_bytes({"cut at a commit": shorter, "garbage": whole + b"x" * 50, "a whole entry": left}[harm])
    says = "the index beside the record knows" if harm == "cut at a commit" else ""
    for command in (
        ["export", folder, "--for", "A", "--out", tmp_path / "out"],
        ["prove", folder, "3"],
        ["sign", folder, "--key", tmp_path / "key.pem", "--new-key", "--out", tmp_path / "c.json"],
        ["verify", folder],
    ):
        done = CliRunner().invoke(app, ["monitor", *map(str, command)])
        assert done.exit_code == 1, command
        assert says in done.stderr
        if command[0] in {"export", "prove"}:
            assert "is not as it was written, so that nothing " in done.stderr
    assert not (tmp_path / "out").exists()


def test_what_another_process_is_adding_hinders_no_export(tmp_path: Path) -> None:
    folder = begun(tmp_path / "record")
    added(folder, {"no": "1"})
    with adding(folder) as writer:
        committed = (folder / "record.log").stat().st_size
        for _ in range(20):  # more than is held back
            writer.append("report", {"text": "x" * 200_000}, {"received": {"id": "r1"}})
        assert (folder / "record.log").stat().st_size > committed
        found = export_for(folder, "A", tmp_path / "out")
        assert prove(folder, 3, known=entry_known(folder)).entries == found.entries
