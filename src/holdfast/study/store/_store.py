"""A study's folder, from the first part to the manifest."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from holdfast.errors import HoldfastError
from holdfast.study.store._files import disk_errors, json_text, read_json, sha256_of, sync_folder, write_bytes
from holdfast.study.store._key import RunKey
from holdfast.study.store._parts import Progress, Table, is_good, merge, read_parts, write_part
from holdfast.study.store._state import (
    DRAWS,
    HASHED,
    LOCK,
    MANIFEST,
    MARKER,
    OUTPUTS,
    PAGE,
    PARTS,
    SUMMARY,
    TABLE,
    State,
    damaged,
    is_part_file,
    judge,
    look,
)
from holdfast.study.store._table import csv_text

UNLOCKABLE = frozenset({errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})


class Store:
    """A study's folder, locked by this process; made by `open_store`.

    Attributes
    ----------
    folder
        Where it is.
    key
        Of the study.
    state
        What the folder held when it was opened.
    damage
        Outputs that were changed or missing, where `state` is DAMAGED.
    """

    def __init__(self, folder: Path, key: RunKey, state: State, damage: Sequence[str] = ()) -> None:
        self.folder = folder
        self.key = key
        self.state = state
        self.damage = tuple(damage)
        self._parts = folder / PARTS
        self._good: set[int] = set()

    @property
    def draws_path(self) -> Path:
        """Where `draws.parquet` is once the study is complete."""
        return self.folder / DRAWS

    @property
    def page_path(self) -> Path:
        """Where the report goes."""
        return self.folder / PAGE

    def missing(self, count: int) -> list[int]:
        """Return which of parts 0 to `count` - 1 are still to be made."""
        unknown = (index for index in range(count) if index not in self._good)
        self._good |= {index for index in unknown if is_good(self._parts, index, self.key.digest)}
        return [index for index in range(count) if index not in self._good]

    def write_part(self, index: int, table: Table) -> None:
        """Write a part: after this, it survives whatever happens."""
        write_part(self._parts, index, table, self.key.digest)
        self._good.add(index)

    def read_parts(self, count: int, columns: Sequence[str] | None = None) -> Iterator[Table]:
        """Yield the tables of parts 0 to `count` - 1 in order, or only some of their columns."""
        return read_parts(self._parts, count, columns)

    def join(self, count: int, progress: Progress | None = None) -> Path:
        """Join parts 0 to `count` - 1 into `draws.parquet`, and return its path.

        Parameters
        ----------
        count
            How many parts there are.
        progress
            Called with the parts joined so far and `count`.

        Raises
        ------
        ValueError
            If a part is missing.
        """
        if missing := self.missing(count):
            raise ValueError(f"part {missing[0]} of {count} is not there yet.")
        merge(self._parts, count, self.draws_path, progress)
        return self.draws_path

    def finish(self, summary: Mapping[str, Any], about: Mapping[str, Any]) -> None:
        """Write the summary and the manifest beside the joined draws, and remove the parts, in this order.

        Interrupted at any moment, the folder stays PARTIAL until the manifest stands, and is COMPLETE from then on.

        Parameters
        ----------
        summary
            What `summary.json` holds.
        about
            What the manifest says beside the key and the hashes: versions, device, time, inputs.
        """
        write_bytes(self.folder / SUMMARY, json_text(summary).encode())
        write_bytes(self.folder / TABLE, csv_text(summary).encode())
        files = {
            name: {"sha256": sha256_of(self.folder / name), "bytes": (self.folder / name).stat().st_size}
            for name in HASHED
        }
        manifest = {
            "manifest": 1,
            "digest": self.key.digest,
            "run": self.key.as_json(),
            "files": files,
            **about,
        }
        write_bytes(self.folder / MANIFEST, json_text(manifest).encode())
        self.remove_parts()

    def summary(self) -> dict[str, Any]:
        """Return what `summary.json` of a complete study holds."""
        return read_summary(self.folder)

    def manifest(self) -> dict[str, Any]:
        """Return what `manifest.json` of a complete study holds."""
        return read_manifest(self.folder)

    def begin(self) -> None:
        """Make the folder ready for parts: mark it as this study's and remove what is left of another."""
        with disk_errors(self.folder):
            self._parts.mkdir(exist_ok=True)
            # First the mark, so that the folder is known as this study's if all ends here; parts of another study
            # do not count, as their notes name it.
            write_bytes(self._parts / MARKER, json_text({"run": self.key.as_json()}).encode())
            for name in OUTPUTS[::-1]:
                (self.folder / name).unlink(missing_ok=True)
                (self.folder / f".{name}.tmp").unlink(missing_ok=True)
            for path in filter(is_part_file, sorted(self._parts.iterdir())):
                note = read_json(path.with_suffix(".json")) or {}
                stale = self.state is State.NEW or note.get("run") != self.key.digest
                if path.name.endswith(".tmp") or (stale and path.name != MARKER):
                    path.unlink()
            sync_folder(self.folder)

    def remove_parts(self) -> None:
        """Remove the parts of a study that is complete."""
        with disk_errors(self._parts):
            if not self._parts.is_dir():
                return
            for path in filter(is_part_file, sorted(self._parts.iterdir())):
                if path.name != MARKER:  # the last to go: without it, parts are nobody's
                    path.unlink()
            (self._parts / MARKER).unlink(missing_ok=True)
            if not any(self._parts.iterdir()):
                self._parts.rmdir()


def read_summary(folder: Path) -> dict[str, Any]:
    """Return what `summary.json` in a folder holds.

    Raises
    ------
    HoldfastError
        If it is missing or no JSON.
    """
    return _read(folder / SUMMARY)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return what `manifest.json` in a folder holds.

    Raises
    ------
    HoldfastError
        If it is missing or no JSON.
    """
    return _read(folder / MANIFEST)


def _read(path: Path) -> dict[str, Any]:
    data = read_json(path)
    if data is None:
        raise HoldfastError(f"{path} is missing or damaged. Run the study again.")
    return data


@contextmanager
def open_store(folder: Path, key: RunKey, *, force: bool = False) -> Generator[Store]:
    """Open a study's folder, made if need be, for this process alone.

    What it holds is in `state` of what comes back. NEW, PARTIAL and DAMAGED: write the parts that are `missing`, then
    `join` and `finish`. COMPLETE: all outputs are there and intact.

    Parameters
    ----------
    folder
        Made, with the folders above it, if it does not exist.
    key
        Of the study.
    force
        Replace another study, or start this one over. Files that Holdfast has not made are never removed.

    Raises
    ------
    InputError
        If the folder holds another study and `force` is not given, or anything that Holdfast has not made.
    HoldfastError
        If another process works in it, or the disk refuses.
    """
    judge(folder, look(folder), key, force)  # before anything is written
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder):
        state = judge(folder, look(folder), key, force)
        damage = damaged(folder) if state is State.COMPLETE else []
        store = Store(folder, key, State.DAMAGED if damage else state, damage)
        if store.state is State.COMPLETE:
            store.remove_parts()
        else:
            store.begin()
        yield store


@contextmanager
def _locked(folder: Path) -> Generator[None]:
    """Hold the folder's lock, which a process loses with its life."""
    path = folder / LOCK
    while True:
        with disk_errors(path):
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.pread(handle, 20, 0).decode(errors="replace").strip()
            os.close(handle)
            who = f"process {owner}" if owner else "another process"
            raise HoldfastError(
                f"{folder}: {who} is running a study there. Wait for it, or name another folder with --out."
            ) from None
        except OSError as error:
            if (
                error.errno not in UNLOCKABLE
            ):  # some network disks have no locks: better unlocked than not at all
                os.close(handle)
                raise
        if _is_open_file(path, handle):
            break
        os.close(handle)  # its owner removed it in between
    try:
        with disk_errors(path):
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(handle)


def _is_open_file(path: Path, handle: int) -> bool:
    """Whether the file at `path` is the one that is open."""
    try:
        return path.stat().st_ino == os.fstat(handle).st_ino
    except FileNotFoundError:
        return False
