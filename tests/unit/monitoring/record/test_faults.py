"""Kills, two at once, and full disks: nothing half-added, nothing lost that was acknowledged."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from holdfast.errors import HoldfastError, InputError
from holdfast.monitoring.record import _disk, _lock, adding, create, entries, tip, verify
from tests.unit.monitoring.record.adder import add, whole_adds
from tests.unit.monitoring.record.small import AT, FILES, record

ROOT = Path(__file__).resolve().parents[4]


def adder(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.unit.monitoring.record.adder", *map(str, arguments)]
    path = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
    )


# --- kills --------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_killed_at_random_times_hundreds_of_times(memory: Path) -> None:
    process = adder("kills", memory / "kills", 300, 7)
    out, _ = process.communicate(timeout=200)
    assert process.returncode == 0, out
    found = re.search(r"kills 300 left (\d+) acknowledged (\d+)", out)
    assert found, out
    # the kills hit what they are meant to hit
    assert int(found[1]) > 10
    assert int(found[2]) > 30


def test_killed_before_every_step_and_within_every_write(tmp_path: Path) -> None:
    process = adder("every-step", tmp_path)
    out, _ = process.communicate(timeout=100)
    assert process.returncode == 0, out
    assert int(out.split()[1]) > 50


def test_cut_off_after_any_byte_the_next_add_goes_on(memory: Path) -> None:
    """What a kill or a power cut leaves of an add: any part of it, from the front."""
    folder = memory / "any byte"
    create(folder, FILES, AT)
    log = folder / "record.log"
    before = log.stat().st_size
    add(folder, "last", 2, 5)
    whole = log.read_bytes()
    for end in range(before, len(whole) + 1):
        log.write_bytes(whole[:end])
        kept = {"last"} if end >= len(whole) - 1 else set()  # all but the line feed says all there is to say
        verdict = verify(folder)
        assert verdict.ok == (end in {before, len(whole)})
        if not verdict.ok:
            assert verdict.unfinished is not None
            assert not verdict.faults
            assert (verdict.unfinished.first, verdict.unfinished.byte) == (3, before)
            assert verdict.unfinished.bytes == end - before
            assert verdict.unfinished.cut == (whole[end - 1 : end] != b"\n")
        with adding(folder, at=AT) as writer:
            assert writer.removed == (0 if kept else end - before)
            writer.append("report", {"add": "next", "k": 0, "of": 1})
        assert verify(folder).ok, end
        assert whole_adds(folder) == {*kept, "next"}


@pytest.mark.parametrize("junk", [b"\0" * 5000, b"x", b'{"n":9,"kind":"commit","at":"'])
def test_what_a_power_cut_leaves_in_place_of_data_is_removed(tmp_path: Path, junk: bytes) -> None:
    log = record(tmp_path)
    whole = log.read_bytes()
    log.write_bytes(whole + junk)
    assert [e.n for e in entries(tmp_path)] == list(range(1, 9))
    with adding(tmp_path) as writer:
        assert writer.removed == len(junk)
    assert log.read_bytes() == whole


def test_what_no_cut_off_add_leaves_is_not_removed(tmp_path: Path) -> None:
    log = record(tmp_path)
    whole = log.read_bytes()
    lines = whole.splitlines(keepends=True)
    for junk in (b"x\n", b"\n", lines[4], lines[4] + b"x"):
        log.write_bytes(whole + junk)
        with pytest.raises(HoldfastError, match=r"nothing was removed|does not follow"):
            adding(tmp_path).__enter__()
        assert log.read_bytes() == whole + junk


# --- two at once --------------------------------------------------------------------------------------


def test_the_second_waits_then_says_who_and_since_when(tmp_path: Path) -> None:
    record(tmp_path)
    before = tip(tmp_path)
    process = adder("hold", tmp_path, 3.0)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "holding\n"
        began = time.monotonic()
        told = rf"process {process.pid} on \S+, since 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ, is adding .*waited 0\.3 s"
        with pytest.raises(HoldfastError, match=told) as error, adding(tmp_path, wait_seconds=0.3):
            pass
        assert error.value.exit_status == 1
        assert 0.3 <= time.monotonic() - began < 2
        # reading goes on: of what is being added nothing is seen, and nothing is called damaged
        assert tip(tmp_path) == before
        assert len(list(entries(tmp_path))) == 8
        verdict = verify(tmp_path)
        assert verdict.ok
        assert verdict.adding
        assert (tmp_path / "record.log").stat().st_size > 1_000_000
        # the second comes to its turn when the first has ended
        with adding(tmp_path, wait_seconds=30) as writer:
            assert writer.append("report", "mine") == 310
        assert verify(tmp_path).ok
    finally:
        process.communicate(timeout=60)
    assert process.returncode == 0


def test_a_record_is_not_begun_while_another_begins_it(tmp_path: Path) -> None:
    with _lock.locked(tmp_path, 0), pytest.raises(HoldfastError, match="is adding to the record"):
        create(tmp_path, FILES)
    assert not (tmp_path / "record.log").exists()


def test_a_disk_without_locks_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = record(tmp_path)
    before = log.read_bytes()

    def refuse(*_) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(_lock.fcntl, "flock", refuse)
    with pytest.raises(HoldfastError, match="no locks"), adding(tmp_path):
        pass
    assert log.read_bytes() == before


def test_verifying_while_an_add_ends_does_not_call_it_unfinished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading the end and looking at the lock, the other may have committed, or given up."""
    log = record(tmp_path)
    whole = log.read_bytes()
    add(tmp_path, "a", 3, 10)
    after = log.read_bytes()
    for then in (after, whole):
        log.write_bytes(after[:-100])

        def ended(_: Path, then: bytes = then) -> bool:
            log.write_bytes(then)
            return False

        monkeypatch.setattr("holdfast.monitoring.record._verify.is_locked", ended)
        verdict = verify(tmp_path)
        assert verdict.ok
        assert verdict.entries == 8


# --- disks --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("most", [5_000, 1_500_000, 2_900_000])
def test_a_disk_that_takes_no_more_is_said_and_nothing_is_kept_of_the_add(tmp_path: Path, most: int) -> None:
    record(tmp_path)
    before = (tmp_path / "record.log").read_bytes()
    out, _ = adder("limited", tmp_path, most).communicate(timeout=60)
    assert "the disk is full" in out
    assert "make room and do the same again" in out
    assert "status 1" in out
    assert "Traceback" not in out
    assert (tmp_path / "record.log").read_bytes() == before
    add(tmp_path, "again", 50, 60_000)
    assert verify(tmp_path).ok


@pytest.mark.slow
def test_a_disk_that_really_fills(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    command = f"{sys.executable} -m tests.unit.monitoring.record.adder fill {disk}/record"
    script = f"""
        mount -t tmpfs -o size=400k tmpfs {disk} || exit 77
        cd {ROOT}
        {command}
        mount -o remount,size=800k {disk}
        {command}
        ls -A {disk}/record
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    try:
        done = subprocess.run(
            ["unshare", "-rm", "sh", "-c", script], capture_output=True, text=True, env=environment
        )
    except FileNotFoundError:
        pytest.skip("this machine has no unshare")
    if done.returncode in (1, 77) and "status" not in done.stdout:
        pytest.skip(f"no disk may be mounted here: {done.stderr}")
    assert done.stdout.count("the disk is full") == 2, done.stdout + done.stderr
    assert done.stdout.count("status 1") == 2
    assert "Traceback" not in done.stderr
    first, second = map(int, re.findall(r"whole (\d+)", done.stdout))
    assert second > first > 3
    assert set(done.stdout.split("\n")[-3:]) == {"record.lock", "record.log", ""}


def test_a_record_that_may_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record(tmp_path)
    real = os.open

    def refuse(path, flags, *args, **kwargs) -> int:
        if flags & os.O_RDWR:
            raise PermissionError(13, "Permission denied")
        return real(path, flags, *args, **kwargs)

    monkeypatch.setattr(_disk.os, "open", refuse)
    with pytest.raises(HoldfastError, match="the system refuses it"), adding(tmp_path):
        pass
    assert verify(tmp_path).ok  # reading needs no more than reading


def test_a_disk_that_fails_while_the_commit_is_made_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = record(tmp_path)
    before = log.read_bytes()
    for fails_at in (1, 2, 3):
        calls = 0
        real = os.fsync

        def sync(handle: int, fails_at: int = fails_at, real=real) -> None:
            nonlocal calls
            calls += 1
            if calls == fails_at:
                raise OSError(5, "Input/output error")
            real(handle)

        monkeypatch.setattr(_disk.os, "fsync", sync)
        with pytest.raises(HoldfastError, match="Input/output error"), adding(tmp_path) as writer:
            writer.append("report", 1)
        monkeypatch.undo()
        assert log.read_bytes() == before


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="Check the path"):
        create(tmp_path / "file" / "record", FILES)
