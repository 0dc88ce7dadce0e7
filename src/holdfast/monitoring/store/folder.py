"""A folder of monitoring: `record.log`, which counts, and `index.duckdb`, which is made from it and can be made again at will.

The index is replaced as a whole, so that whoever reads goes on reading the one before while the next is written. It holds the
number and the hash of the last entry that it knows, and is brought up to date by whoever adds next. One that is missing, damaged, made by
another version or from another record is not read; whoever adds next makes it anew.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb

from holdfast.errors import HoldfastError, InputError
from holdfast.monitoring.agreement import Agreement, read_agreement
from holdfast.monitoring.interrupts import heeded_interrupts
from holdfast.monitoring.record import EXPORT, LOG, hash_at, lost_end, no_record
from holdfast.monitoring.store.schema import VERSION

__all__ = ["INDEX", "agreement_of", "asked", "entry_known", "index_changed", "index_read", "unindexed"]

INDEX = "index.duckdb"
_MEMORY = "1GB"
_DISK = (
    duckdb.IOException,
    duckdb.OutOfMemoryException,
    duckdb.SerializationException,
    duckdb.FatalException,
    duckdb.InternalException,
    duckdb.TransactionException,
)
"""What DuckDB raises where the disk refuses, or where what is on it was changed."""


@contextmanager
def index_read(folder: Path) -> Generator[Any]:
    """Open the index for reading, as it stands now, whatever is written meanwhile.

    Raises
    ------
    InputError
        Where there is none, or no record.
    HoldfastError
        Where it is damaged, made by another version, or made from another record.
    """
    path = folder / INDEX
    if folder.is_file():
        raise InputError(f"{folder}: is a file. Name the folder of a record.")
    if not path.is_file():
        if (folder / EXPORT).is_file():
            raise no_record(folder)
        begin = "Make it with" if (folder / LOG).is_file() else "Begin with `holdfast monitor init`, or"
        raise InputError(f"{folder} holds no {INDEX}. {begin} `holdfast monitor rebuild {folder}`.")
    with _connected(path, path, read_only=True) as con:
        if fault := _fault(con, folder):
            raise HoldfastError(f"{path}: {fault}. Make it again with `holdfast monitor rebuild {folder}`.")
        yield con


def _fault(con: Any, folder: Path) -> str | None:
    """Say why an index is not to be read; None where it is."""
    try:
        [(version, entry, hash_)] = con.execute("select version, entry, hash from about").fetchall()
    except _DISK:
        raise
    except (duckdb.Error, ValueError):
        return "is no index that Holdfast has made"
    if version != VERSION:
        return f"is an index of form {version}; this Holdfast reads form {VERSION}"
    if gone := lost_end(folder, entry):
        raise HoldfastError(gone)
    if hash_at(folder, entry) != hash_:
        return f"was made from another record than the one beside it, or from more of it: its entry {entry:,} differs"
    return None


def entry_known(folder: Path) -> int:
    """Return the number of the last entry that the index beside a record knows; 0 where there is none that can be read.

    An index is made from what is committed only, so that a record which ends before this entry has lost its end.
    """
    path = folder / INDEX
    if not path.is_file():
        return 0
    try:
        with _connected(path, path, read_only=True) as con:
            [(entry,)] = con.execute("select entry from about").fetchall()
            return int(entry)
    except (duckdb.Error, HoldfastError, ValueError, TypeError):
        return 0


@contextmanager
def index_changed(folder: Path, *, anew: bool = False) -> Generator[Any]:
    """Open a copy of the index for changes (an empty one if `anew`), which takes the index's place if the block ends well.

    Raises
    ------
    HoldfastError
        Where the disk refuses; the index then is as it was.
    """
    path, draft = folder / INDEX, folder / f".{INDEX}.new"
    _removed(draft)
    try:
        if path.is_file() and not anew:
            shutil.copyfile(path, draft)
        with _connected(draft, path, read_only=False) as con:
            yield con
        _log(path).unlink(missing_ok=True)  # whatever another program has left there is not of this index
        draft.replace(path)
    except OSError as error:
        raise HoldfastError(f"{path}: cannot be written ({error.strerror or error}). {_ROOM}") from None
    finally:
        _removed(draft)


_ROOM = (
    "The record is whole: make room, or see to it that the folder may be written in; the next add or "
    "`holdfast monitor rebuild` brings the index up to date."
)


@contextmanager
def unindexed(folder: Path, what: str) -> Generator[None]:
    """Say what is in the record all the same where the index cannot follow, or is interrupted.

    Raises
    ------
    HoldfastError
        Where the block raises one.
    KeyboardInterrupt
        Where the block is interrupted; its text says what is in the record, and what brings the index up to date.
    """
    try:
        yield
    except HoldfastError as error:
        raise HoldfastError(f"{what}, but the index could not follow. {error}") from error
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"{what}, and in the index not yet: the next add or `holdfast monitor rebuild {folder}` brings it up to date."
        ) from None


@contextmanager
def _connected(path: Path, called: Path, *, read_only: bool) -> Generator[Any]:
    settings: dict[str, Any] = {
        "memory_limit": _MEMORY,
        "threads": str(min(os.cpu_count() or 1, 4)),
        "temp_directory": str(path.parent / ".index.tmp"),
        "autoinstall_known_extensions": "false",  # nothing is fetched
        "autoload_known_extensions": "false",
    }
    advice = f"Make it again with `holdfast monitor rebuild {path.parent}`." if read_only else _ROOM
    verb = "read" if read_only else "written"
    try:
        con: Any = duckdb.connect(str(path), read_only=read_only, config=settings)
    except duckdb.Error as error:
        raise HoldfastError(f"{called}: cannot be {verb} ({_first_line(error)}). {advice}") from None
    try:
        con.execute("set TimeZone = 'UTC'; set enable_progress_bar = false")
        with heeded_interrupts():
            yield con
    except duckdb.Error as error:
        # what goes wrong while an answer is fetched is of no kind of its own
        if isinstance(error, _DISK) or type(error) is duckdb.Error:
            raise HoldfastError(f"{called}: cannot be {verb} ({_first_line(error)}). {advice}") from error
        raise
    finally:
        with contextlib.suppress(duckdb.Error):
            con.close()


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].strip().rstrip(".")


def _log(path: Path) -> Path:
    return path.with_name(path.name + ".wal")


def _removed(draft: Path) -> None:
    for path in (draft, _log(draft)):
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def asked(con: Any, query: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> Any:
    """Return a query's answer as a pyarrow table."""
    params = dict(values) if isinstance(values, Mapping) else list(values)
    return con.sql(query, params=params).to_arrow_table()


def agreement_of(con: Any) -> Agreement:
    """Return the agreement that holds now, from the bytes that the record keeps of it."""
    rows = con.execute("select name, data from agreement_files order by place").fetchall()
    return _agreement(tuple((name, bytes(data)) for name, data in rows))


@lru_cache(maxsize=1)
def _agreement(files: tuple[tuple[str, bytes], ...]) -> Agreement:
    """Read an agreement; one command asks for it several times."""
    name, raw = files[0]
    return read_agreement(raw, name, dict(files))
