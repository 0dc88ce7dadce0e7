"""Adding to the record: all of an add or nothing, and what was acknowledged stays."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from holdfast import __version__
from holdfast.errors import HoldfastError, InputError
from holdfast.monitoring.record import _form
from holdfast.monitoring.record._disk import disk_errors, sync_folder, write_all, write_new
from holdfast.monitoring.record._files import packed
from holdfast.monitoring.record._form import (
    BEFORE_ALL,
    BEGIN,
    COMMIT,
    LONGEST_LINE,
    MOST_CELLS,
    OPEN,
    VERSION,
)
from holdfast.monitoring.record._lock import WAIT_SECONDS, locked
from holdfast.monitoring.record._log import (
    LOG,
    commit_text,
    committed,
    lines,
    missing_end,
    no_record,
    opened,
    tree_after,
)
from holdfast.monitoring.record._merkle import Tree

__all__ = ["Writer", "adding", "create"]

Cells = Mapping[str, Any]

_BATCH_BYTES = 1 << 20
_SEEDS = 1024


def utc_text(at: datetime | None) -> str:
    """Return a time as the record writes it, in UTC and whole seconds; now where none is given.

    Raises
    ------
    InputError
        If it does not say how far from UTC it is.

    Examples
    --------
    >>> utc_text(datetime.fromisoformat("2026-11-23T00:00:00+02:00"))
    '2026-11-22T22:00:00Z'
    """
    at = at or datetime.now(UTC)
    if at.utcoffset() is None:
        raise InputError(f"{at} does not say in which time zone; must have an offset from UTC.")
    return at.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


class Writer:
    """Appends entries to a record that this process holds the lock of; made by `adding`.

    Attributes
    ----------
    n
        The number of the last entry, committed or not.
    committed
        That of the last one that is committed: it and all before it survive whatever happens.
    removed
        How many bytes an earlier add that was cut off had left behind; they were never acknowledged, and are gone.
    """

    def __init__(self, handle: int, path: Path, end: int, commit: _form.Line, at: str, removed: int) -> None:
        self.n = self.committed = commit.n
        self.removed = removed
        self._handle, self._path, self._at = handle, path, at
        self._end = end
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._chain = _Chain(commit.n, commit.hash, tree_after(commit))

    def append(self, kind: str, open: object, sealed: Cells | None = None) -> int:  # noqa: A002
        """Append an entry, and return its number. It is recorded once `commit` has returned.

        Parameters
        ----------
        kind
            What it is: report, file, aside, correction ...
        open
            What an export shows unless the whole entry, or this cell, is withheld: anything that JSON has.
        sealed
            Cells by name, each of which an export can leave out by itself.

        Raises
        ------
        InputError
            If JSON has no such value, a name is none, or the entry is longer than 64 MB.
        HoldfastError
            If the disk refuses.
        """
        self.extend(kind, [(open, sealed or {})])
        return self.n

    def extend(self, kind: str, rows: Iterable[tuple[object, Cells]]) -> int:
        """Append an entry for each row, what is open in it and its sealed cells, and return how many there were.

        Parameters, Raises: as for `append`. Memory does not grow with the number of rows.
        """
        if kind in {BEGIN, COMMIT}:
            raise InputError(f"kind = {kind}; must be another, this one is the record's own.")
        _form.checked_name(kind, "kind")
        names: dict[str, str] = {}  # checked once, not once a row
        first, line_of = self.n, self._chain.line
        for shown, sealed in rows:
            what = f"entry {self.n + 1}"
            cells = {OPEN: _form.json_bytes(shown, f"{what}: {OPEN}")}
            for name, value in sealed.items():
                if name not in names:
                    names[name] = _sealed_name(name)
                cells[name] = _form.json_bytes(value, f"{what}: {name}")
            self._wait(line_of(kind, self._at, cells))
        return self.n - first

    def _wait(self, line: bytes) -> None:
        self._waiting.append(line)
        self._waiting_bytes += len(line)
        self.n += 1
        if self._waiting_bytes >= _BATCH_BYTES:
            self._flush()

    def _flush(self) -> None:
        data = b"".join(self._waiting)
        self._waiting.clear()
        self._waiting_bytes = 0
        with disk_errors(self._path):
            write_all(self._handle, data)

    def commit(self) -> int:
        """Make all that was appended last, and return the number of the last entry: the commit itself.

        First the entries are on disk, then the commit is written, so that a commit never stands after entries that a power cut took.

        Raises
        ------
        HoldfastError
            If the disk refuses; what was appended since the last commit is not recorded then.
        """
        if self.n == self.committed:
            return self.n
        self._flush()
        with disk_errors(self._path):
            os.fsync(self._handle)
            said = _form.json_bytes(commit_text(self._chain.tree))
            self._wait(self._chain.line(COMMIT, self._at, {OPEN: said}))
            self._flush()
            os.fsync(self._handle)
            self._end = os.fstat(self._handle).st_size
        self.committed = self.n
        return self.n

    def cut(self) -> None:
        """Remove from the file what was appended since the last commit."""
        with disk_errors(self._path):
            os.ftruncate(self._handle, self._end)
            os.fsync(self._handle)


class _Chain:
    """What the next entry hangs on: number, hash and tree of those before it."""

    def __init__(self, n: int, last: bytes, tree: Tree) -> None:
        self.n, self.last, self.tree = n, last, tree
        self._random = b""
        self._used = 0

    def line(self, kind: str, at: str, cells: dict[str, bytes]) -> bytes:
        """Return the line of the next entry, and go on to the one after."""
        if self._used == len(self._random):
            self._random, self._used = os.urandom(16 * _SEEDS), 0
        seed = self._random[self._used : self._used + 16]
        if len(cells) > MOST_CELLS:
            raise InputError(f"entry {self.n + 1} has {len(cells)} cells; must be at most {MOST_CELLS}.")
        head = _form.head_of(self.n + 1, kind, at)
        line, leaf, here = _form.written(head, cells, seed, self.last)
        if len(line) > LONGEST_LINE:
            raise InputError(
                f"entry {self.n + 1} takes {len(line):,} bytes; must be at most {LONGEST_LINE:,}."
            )
        self._used += 16
        self.n, self.last = self.n + 1, here
        self.tree.add(leaf)
        return line


def _sealed_name(name: object) -> str:
    if name == OPEN:
        raise InputError(f'a sealed cell is named "{OPEN}"; must have another name.')
    return _form.checked_name(name, "cell")


def create(folder: Path | str, files: Mapping[str, bytes], at: datetime | None = None) -> Path:
    """Begin a record in a folder, with the files of the agreement that it is about, and return the path of its log.

    Parameters
    ----------
    folder
        Made, with the folders above it, if it does not exist.
    files
        The bytes of the agreement and of its zones, by name relative to the agreement's folder, the agreement first.
    at
        The time that the entry says; now if none is given.

    Raises
    ------
    InputError
        If the folder holds a record, or a name leads out of the folder.
    HoldfastError
        If another process holds the lock, or the disk refuses.
    """
    base = Path(folder)
    shown, sealed = packed(files)
    open_bytes = _form.json_bytes({"version": VERSION, "made_by": f"holdfast {__version__}", **shown})
    cells = {OPEN: open_bytes, **{name: _form.json_bytes(value) for name, value in sealed.items()}}
    chain = _Chain(0, BEFORE_ALL, Tree())
    begin = chain.line(BEGIN, utc_text(at), cells)
    commit = chain.line(COMMIT, utc_text(at), {OPEN: _form.json_bytes(commit_text(chain.tree))})
    with disk_errors(base):
        base.mkdir(parents=True, exist_ok=True)
    with locked(base, 0):
        if (base / LOG).exists():
            raise InputError(f"{base} holds a record already. Add to it, or name another folder.")
        for left in base.glob(f".{LOG}.*.tmp"):  # by one that was killed while it began
            left.unlink()
        write_new(base / LOG, begin + commit)
        with disk_errors(base):
            sync_folder(base.absolute().parent)
    return base / LOG


@contextmanager
def adding(
    folder: Path | str, *, at: datetime | None = None, wait_seconds: float = WAIT_SECONDS, known: int = 0
) -> Generator[Writer]:
    """Hold a record for adding: what the block appends is committed when it ends, and removed again if it fails.

    What an earlier add that was killed has left unfinished is removed first.

    Parameters
    ----------
    folder
        Of the record.
    at
        The time that the entries say; now if none is given.
    wait_seconds
        How long to wait for another process that is adding.
    known
        The number of an entry that was committed, by what stands elsewhere, such as an index: what then stands after an earlier
        commit is no add that was cut off.

    Raises
    ------
    InputError
        If there is no record in the folder.
    HoldfastError
        If by `known` there was one; if another process holds the lock all that time, the record is damaged, ends before `known` or is
        of another version, or the disk refuses.
    """
    path = Path(folder) / LOG
    if not path.is_file():
        raise no_record(folder, known)
    text = utc_text(at)
    with locked(Path(folder), wait_seconds), opened(path, os.O_RDWR | os.O_APPEND) as handle:
        writer = _recovered(handle, path, text, known)
        try:
            yield writer
            writer.commit()
        except BaseException:
            writer.cut()
            raise


def _recovered(handle: int, path: Path, at: str, known: int) -> Writer:
    """Return a writer that goes on after the last commit, with what was left unfinished after it removed.

    Only what a writer that was cut off leaves is removed: whole entries in order, then at most one that is cut short.

    Raises
    ------
    HoldfastError
        If anything else stands there, or the commit is not the last there was: then something has changed the record, and
        nothing is touched.
    """
    end, commit = committed(handle, path)
    n, last = commit.n, commit.hash
    size = os.fstat(handle).st_size
    with disk_errors(path):
        for begin, line in lines(handle, end, size):
            whole = line.endswith(b"\n")
            try:
                found = _form.read(line if whole else line + b"\n")
                if found.n != n + 1 or found.hash != _form.hash_after(last, found.leaf):
                    raise _form.DamageError("does not follow the one before it")  # noqa: TRY301
            except _form.DamageError as damage:
                if not whole and begin + len(line) == size and not _ends_changed(line):
                    break
                raise HoldfastError(
                    f"{path}: after the last commit, entry {n}, line {n + 1} (byte {begin}) {damage}. No add that was cut off "
                    "leaves this, so nothing was removed or added. `holdfast monitor verify` says what is wrong; put "
                    "back a copy that is whole."
                ) from None
            n, last = found.n, found.hash
            if found.kind == COMMIT:  # all of it but its line feed was written
                write_all(handle, b"\n")
                end, commit, size = begin + len(line) + 1, found, begin + len(line) + 1
                break
        if commit.n < known:
            n, begin, gone = missing_end(handle, end, commit.n, known)
            raise HoldfastError(f"{path}: entry {n} (byte {begin}) {gone} Nothing was removed or added.")
        if size > end:
            os.ftruncate(handle, end)
        os.fsync(handle)
    return Writer(handle, path, end, commit, at, size - end)


def _ends_changed(line: bytes) -> bool:
    """Whether a line without a line feed is whole but for its last byte: no add that was cut off writes another byte there."""
    try:
        _form.read(line[:-1] + b"\n")
    except _form.DamageError:
        return False
    return True
