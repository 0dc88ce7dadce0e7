"""A folder of monitoring: `record.log`, which counts, and `index.duckdb`, which is made from it and can be made again at will.

The index is replaced as a whole, so that whoever reads goes on reading the one before while the next is written. It holds the
number of the last entry that it knows, and is brought up to date by whoever adds next.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from holdfast.errors import HoldfastError, InputError
from holdfast.monitoring.agreement import Agreement, read_agreement

__all__ = ["INDEX", "agreement_of", "asked", "index_changed", "index_read", "known_to"]

INDEX = "index.duckdb"
_MEMORY = "1GB"


@contextmanager
def index_read(folder: Path) -> Generator[Any]:
    """Open the index for reading, as it stands now, whatever is written meanwhile.

    Raises
    ------
    InputError
        Where there is none.
    HoldfastError
        Where it is damaged, or made by another version.
    """
    path = folder / INDEX
    if not path.is_file():
        raise InputError(
            f"{folder} holds no {INDEX}. Begin with `holdfast monitor init`, or make it again with `holdfast monitor rebuild {folder}`."
        )
    with _connected(path, read_only=True) as con:
        yield con


@contextmanager
def index_changed(folder: Path, *, anew: bool = False) -> Generator[Any]:
    """Open a copy of the index for changes (an empty one if `anew`), which takes the index's place if the block ends well."""
    path, draft = folder / INDEX, folder / f".{INDEX}.new"
    _removed(draft)
    try:
        if path.is_file() and not anew:
            shutil.copyfile(path, draft)
        with _connected(draft, read_only=False) as con:
            yield con
        os.replace(draft, path)
    except OSError as error:
        raise HoldfastError(f"{path}: cannot be written: {error.strerror}. {_AGAIN.format(folder)}") from None
    finally:
        _removed(draft)


_AGAIN = "What was added is in the record; make the index with `holdfast monitor rebuild {}` once there is room."


@contextmanager
def _connected(path: Path, *, read_only: bool) -> Generator[Any]:
    settings = {
        "memory_limit": _MEMORY,
        "threads": str(min(os.cpu_count() or 1, 4)),
        "temp_directory": str(path.parent / ".index.tmp"),
        "autoinstall_known_extensions": "false",  # nothing is fetched
        "autoload_known_extensions": "false",
    }
    try:
        con: Any = duckdb.connect(str(path), read_only=read_only, config=settings)
    except duckdb.Error as error:
        raise HoldfastError(
            f"{path}: cannot be read ({str(error).splitlines()[0]}). Make it again with `holdfast monitor rebuild {path.parent}`."
        ) from None
    try:
        con.execute("set TimeZone = 'UTC'; set enable_progress_bar = false")
        yield con
    except (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.SerializationException) as error:
        raise HoldfastError(f"{path}: {str(error).splitlines()[0]}. {_AGAIN.format(path.parent)}") from error
    finally:
        con.close()


def _removed(draft: Path) -> None:
    for path in (draft, draft.with_name(draft.name + ".wal")):
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def asked(con: Any, query: str, values: Sequence[Any] = ()) -> Any:
    """Return a query's answer as a pyarrow table."""
    return con.sql(query, params=list(values)).to_arrow_table()


def known_to(con: Any) -> int:
    """Return the number of the last entry that an index knows; 0 where it is empty."""
    tables = con.execute("select count(*) from duckdb_tables() where table_name = 'about'").fetchall()
    if not tables[0][0]:
        return 0
    [(entry,)] = con.execute("select entry from about").fetchall()
    return int(entry)


def agreement_of(con: Any) -> Agreement:
    """Return the agreement that holds now, from the bytes that the record keeps of it."""
    files = {name: bytes(data) for name, data in con.execute("select name, data from agreement_files order by place").fetchall()}
    name, raw = next(iter(files.items()))
    return read_agreement(raw, name, files)
