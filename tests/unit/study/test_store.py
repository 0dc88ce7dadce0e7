"""A study's folder: what it holds, what survives, and what is refused."""

from __future__ import annotations

import errno
import io
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from holdfast.errors import HoldfastError, InputError
from holdfast.study.store import (
    RunKey,
    State,
    _files,
    _parts,
    default_folder,
    json_text,
    open_store,
    read_summary,
)
from holdfast.study.store._table import csv_text
from tests.unit.study.producer import ABOUT, KEY, PARTS, SPREAD, SUMMARY, contents, part, study

OTHER = RunKey(
    KEY.file_sha256, KEY.version, seed=2, draws=48, proposals=KEY.proposals, settings=("war.years=3",)
)
OUTPUTS = {"draws.parquet", "summary.json", "summary.csv", "manifest.json"}


def producer(*args: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.unit.study.producer", *args]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3])


@pytest.fixture
def partial(tmp_path: Path) -> Path:
    """A study of which parts 0 and 1 are done."""
    folder = tmp_path / "study"
    with open_store(folder, KEY) as store:
        store.write_part(0, part(0))
        store.write_part(1, part(1))
    return folder


def test_a_complete_study_has_four_files_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    assert study(folder) is State.NEW
    assert set(contents(folder)) == OUTPUTS
    assert json.loads((folder / "summary.json").read_text()) == SUMMARY
    assert study(folder) is State.COMPLETE


def test_the_draws_are_the_parts_in_order(tmp_path: Path) -> None:
    study(tmp_path / "s")
    joined = pq.read_table(tmp_path / "s" / "draws.parquet")
    assert joined.equals(pa.concat_tables([part(index) for index in range(PARTS)]))


def test_row_groups_do_not_depend_on_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_parts, "group_rows", lambda _: 20)
    table = pa.concat_tables([part(index) for index in range(PARTS)])
    found = []
    for size in (7, 32, 96):
        folder = tmp_path / str(size)
        with open_store(folder, KEY) as store:
            cuts = list(range(0, table.num_rows, size))
            for index, start in enumerate(cuts):
                store.write_part(index, table.slice(start, size))
            found.append(store.join(len(cuts)).read_bytes())
    assert found[0] == found[1] == found[2]
    groups = pq.ParquetFile(io.BytesIO(found[0])).metadata
    assert [groups.row_group(i).num_rows for i in range(groups.num_row_groups)] == [20, 20, 20, 20, 16]


def test_the_manifest_says_what_ran_and_what_came_out(tmp_path: Path) -> None:
    study(tmp_path / "s")
    manifest = json.loads((tmp_path / "s" / "manifest.json").read_text())
    assert manifest["run"]["seed"] == 1
    assert manifest["versions"] == ABOUT["versions"]
    assert set(manifest["files"]) == OUTPUTS - {"manifest.json"}
    assert manifest["files"]["summary.json"]["sha256"] == _files.sha256_of(tmp_path / "s" / "summary.json")


# --- interruptions ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_killed_before_any_step_the_next_run_ends_with_the_same_bytes(tmp_path: Path) -> None:
    process = producer("every-moment", str(tmp_path))
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 0, out
    assert int(out.split()[1].rstrip(",")) > 40


@pytest.mark.slow
def test_killed_at_random_times_it_still_ends_with_the_same_bytes(tmp_path: Path) -> None:
    study(tmp_path / "whole")
    rng = random.Random(1)
    for _ in range(4):
        process = producer("run", str(tmp_path / "broken"), "0.1")
        time.sleep(rng.uniform(0.2, 1.5))
        process.send_signal(signal.SIGKILL)
        process.communicate()
    study(tmp_path / "broken")
    assert contents(tmp_path / "broken") == contents(tmp_path / "whole")


def test_what_is_done_is_not_done_again(partial: Path) -> None:
    with open_store(partial, KEY) as store:
        assert store.state is State.PARTIAL
        assert store.missing(PARTS) == [2]
        assert [t.num_rows for t in store.read_parts(2, ["draw"])] == [32, 32]


@pytest.mark.parametrize("how", ["cut off", "changed", "no note", "note of another study", "no part"])
def test_a_part_that_is_not_as_it_was_written_is_made_again(partial: Path, how: str) -> None:
    path = partial / "parts" / "00000.parquet"
    note = path.with_suffix(".json")
    data = path.read_bytes()
    if how == "cut off":
        path.write_bytes(data[:-20])
    elif how == "changed":
        path.write_bytes(data[:100] + bytes([data[100] ^ 1]) + data[101:])
    elif how == "no note":
        note.unlink()
    elif how == "note of another study":
        note.write_text(note.read_text().replace(KEY.digest, OTHER.digest))
    else:
        path.unlink()
    with open_store(partial, KEY) as store:
        assert store.missing(PARTS) == [0, 2]


def test_files_of_an_interrupted_write_are_removed(partial: Path) -> None:
    (partial / "parts" / ".00002.parquet.tmp").write_bytes(b"half")
    (partial / ".draws.parquet.tmp").write_bytes(b"half")
    (partial / "summary.json").write_text("{}")
    with open_store(partial, KEY):
        assert set(contents(partial)) == {
            ".lock",
            "parts/run.json",
            "parts/00000.parquet",
            "parts/00000.json",
            "parts/00001.parquet",
            "parts/00001.json",
        }


def test_parts_left_behind_by_a_complete_study_are_removed(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    study(folder)
    (folder / "parts").mkdir()
    (folder / "parts" / "00000.parquet").write_bytes(b"left")
    assert study(folder) is State.COMPLETE
    assert set(contents(folder)) == OUTPUTS


def test_joining_needs_every_part(partial: Path) -> None:
    with open_store(partial, KEY) as store, pytest.raises(ValueError, match="part 2 of 3"):
        store.join(PARTS)


def test_parts_with_other_columns_are_not_joined(partial: Path) -> None:
    with open_store(partial, KEY) as store:
        store.write_part(2, part(2, columns=1))
        with pytest.raises(ValueError, match="part 2 has other columns"):
            store.join(PARTS)
        assert not (partial / "draws.parquet").exists()


# --- damage, other studies, other files ---------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(OUTPUTS - {"manifest.json"}))
@pytest.mark.parametrize("how", ["changed", "removed"])
def test_a_damaged_study_is_done_again(tmp_path: Path, name: str, how: str) -> None:
    folder = tmp_path / "s"
    study(folder)
    before = contents(folder)
    if how == "removed":
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(before[name] + b"x")
    with open_store(folder, KEY) as store:
        assert store.state is State.DAMAGED
        assert store.damage == (name,)
    assert study(folder) is State.PARTIAL
    assert contents(folder) == before


def test_another_study_is_not_touched_without_force(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    study(folder)
    before = contents(folder)
    with pytest.raises(InputError, match=r"seed 1 rather than 2.*settings none.*--force") as caught:
        study(folder, key=OTHER)
    assert caught.value.exit_status == 2
    assert contents(folder) == before


@pytest.mark.parametrize("complete", [True, False])
def test_force_replaces_another_study(tmp_path: Path, partial: Path, complete: bool) -> None:
    folder = tmp_path / "s" if complete else partial
    if complete:
        study(folder)
        (folder / "report.html").write_text("old")
    with open_store(folder, OTHER, force=True) as store:
        assert store.state is State.NEW
        assert store.missing(PARTS) == [0, 1, 2]
        assert set(contents(folder)) == {".lock", "parts/run.json"}
    assert study(folder, key=OTHER) is State.PARTIAL


def test_force_starts_this_study_over(tmp_path: Path) -> None:
    study(tmp_path / "s")
    with open_store(tmp_path / "s", KEY, force=True) as store:
        assert store.missing(PARTS) == [0, 1, 2]


def test_force_does_not_replace_a_study_with_other_files(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    study(folder)
    (folder / "notes.txt").write_text("mine")
    before = contents(folder)
    with pytest.raises(InputError, match=r"notes\.txt"), open_store(folder, OTHER, force=True):
        pass
    assert contents(folder) == before
    assert study(folder) is State.COMPLETE  # nor do they stand in the way of the same study
    assert (folder / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("force", [True, False])
@pytest.mark.parametrize(
    "names",
    [
        ["thesis.docx"],
        ["summary.json"],
        ["manifest.json"],
        ["parts/00000.parquet"],
        ["parts/run.json", "parts/00000.json"],
        ["manifest.json", "draws.parquet", "summary.json", "summary.csv", "report.html"],
    ],
)
def test_a_folder_that_is_no_study_is_never_touched(tmp_path: Path, names: list[str], force: bool) -> None:
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    before = contents(tmp_path)
    with pytest.raises(InputError, match="--out"), open_store(tmp_path, KEY, force=force):
        pass
    assert contents(tmp_path) == before


DAMAGE = {
    "cut off": lambda data: data[: len(data) * 2 // 3],
    "empty": lambda _: b"",
    "no text": lambda _: b"\xff\x00",
    "without its key": lambda _: b'{"run": {"seed": 1}}',
    "with a wrong key": lambda data: data.replace(b'"settings": []', b'"settings": null'),
}


@pytest.mark.parametrize("how", DAMAGE)
@pytest.mark.parametrize("name", ["manifest.json", "parts/run.json"])
def test_a_study_whose_key_is_damaged_is_one_and_force_replaces_it(
    tmp_path: Path, partial: Path, name: str, how: str
) -> None:
    folder = partial if name.startswith("parts") else tmp_path / "s"
    if folder != partial:
        study(folder)
    whole = (folder / name).read_bytes()
    (folder / name).write_bytes(DAMAGE[how](whole))
    assert (folder / name).read_bytes() != whole
    before = contents(folder)
    with pytest.raises(InputError, match=rf"holds a study, but its {name} is damaged.*--force") as caught:
        study(folder)
    assert caught.value.exit_status == 2
    assert contents(folder) == before
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match=r"notes\.txt"), open_store(folder, KEY, force=True):
        pass
    (folder / "notes.txt").unlink()
    assert contents(folder) == before
    with open_store(folder, KEY, force=True) as store:
        assert store.state is State.NEW
        assert store.missing(PARTS) == [0, 1, 2]
    assert study(folder) is State.PARTIAL


def test_a_study_cut_off_at_its_first_mark_is_one(tmp_path: Path) -> None:
    with open_store(tmp_path / "s", KEY):
        pass
    mark = tmp_path / "s" / "parts" / "run.json"
    mark.write_bytes(mark.read_bytes()[:80])
    with pytest.raises(InputError, match="holds a study"):
        study(tmp_path / "s")
    with open_store(tmp_path / "s", KEY, force=True) as store:
        assert store.state is State.NEW


def test_a_folder_named_parts_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "00000.parquet").write_text("mine")
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "parts").symlink_to(precious)
    with pytest.raises(InputError, match="--out"), open_store(tmp_path / "s", KEY, force=True):
        pass
    assert contents(precious) == {"00000.parquet": b"mine"}


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("")
    with pytest.raises(InputError, match="is a file"):
        study(tmp_path / "s")


def test_two_runs_at_once(tmp_path: Path) -> None:
    with open_store(tmp_path / "s", KEY):
        with pytest.raises(HoldfastError, match=rf"process {os.getpid()} is running a study there") as caught:
            study(tmp_path / "s")
        assert caught.value.exit_status == 1
    assert study(tmp_path / "s") is State.PARTIAL


# --- the disk -----------------------------------------------------------------------------------------


class FullDisk(io.BytesIO):
    """A file on a disk with no room."""

    def write(self, data, /) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def fileno(self) -> int:
        return os.open(os.devnull, os.O_RDONLY)


@pytest.mark.parametrize("when", ["part", "join", "summary"])
def test_a_full_disk_is_said_and_keeps_what_was_done(
    partial: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    with open_store(partial, KEY) as store:
        if when != "part":
            store.write_part(2, part(2))
        if when == "summary":
            store.join(PARTS)
        with monkeypatch.context() as patched:
            really = Path.open
            patched.setattr(
                Path,
                "open",
                lambda path, mode="r", *a, **k: FullDisk() if mode == "wb" else really(path, mode, *a, **k),
            )
            steps = {
                "part": lambda: store.write_part(2, part(2)),
                "join": lambda: store.join(PARTS),
                "summary": lambda: store.finish(SUMMARY, ABOUT),
            }
            with pytest.raises(HoldfastError, match=r"the disk is full.*--out"):
                steps[when]()
    with open_store(partial, KEY) as store:
        assert store.missing(PARTS) == ([2] if when == "part" else [])


@pytest.mark.slow
def test_a_disk_that_really_fills(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    script = f"""
        mount -t tmpfs -o size=700k tmpfs {disk} || exit 77
        cd {Path(__file__).parents[3]}
        {sys.executable} -m tests.unit.study.producer full {disk}/study; echo status $?
        ls -A {disk}/study/parts {disk}/study
        mount -o remount,size=50m {disk}
        {sys.executable} -m tests.unit.study.producer full {disk}/study; echo status $?
        ls -A {disk}/study
    """
    try:
        done = subprocess.run(["unshare", "-rm", "sh", "-c", script], capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip("this machine has no unshare")
    if done.returncode in (1, 77) and "status" not in done.stdout:
        pytest.skip(f"no disk may be mounted here: {done.stderr}")
    first, second = done.stdout.split("status 1\n")
    assert "the disk is full" in first
    assert "Traceback" not in done.stderr
    assert "00000.json" in second.split("status 0")[0]
    assert ".tmp" not in second
    assert "manifest.json" in second.split("status 0")[1]


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(HoldfastError, match="--out"):
        study(tmp_path / "file" / "s")


# --- texts --------------------------------------------------------------------------------------------


def test_json_has_no_nan() -> None:
    with pytest.raises(ValueError, match="JSON"):
        json_text({"a": float("nan")})


def test_floats_come_back_as_they_were(tmp_path: Path) -> None:
    value = 0.1 + 0.2
    _files.write_bytes(tmp_path / "summary.json", json_text({"é": value}).encode())
    assert read_summary(tmp_path) == {"é": value}


def test_a_missing_summary_is_said(tmp_path: Path) -> None:
    with pytest.raises(HoldfastError, match="missing or damaged"):
        read_summary(tmp_path)


def test_csv_names_outcomes_by_their_keys() -> None:
    summary = {
        "no_agreement": {"value": {"UKR": SPREAD}},
        "proposals": {"calm": {"title": "1", "deter": {"UKR": {"0": SPREAD, "5": None}}, "fragile": 0.0}},
    }
    assert csv_text(summary).splitlines()[1:] == [
        "calm,deter.UKR.0,0.25,0.0,0.5",
        "calm,fragile,0.0,,",
        "no_agreement,value.UKR,0.25,0.0,0.5",
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"file_sha256": "cd" * 32},
        {"version": "0.2.0"},
        {"seed": 2},
        {"draws": 64},
        {"proposals": ("calm",)},
        {"settings": ("war.years=3",)},
    ],
)
def test_everything_in_the_key_changes_the_folder(change: dict) -> None:
    values = {name: getattr(KEY, name) for name in KEY.__slots__}
    other = RunKey(**{**values, **change})
    assert default_folder(Path("x.yaml"), other) != default_folder(Path("x.yaml"), KEY)
    assert len(KEY.differences(other)) == 1
