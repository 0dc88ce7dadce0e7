"""Files that are either whole or not there, and errors of the disk in words."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from holdfast.errors import HoldfastError

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
REFUSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


@contextmanager
def disk_errors(path: Path) -> Generator[None]:
    """Turn the errors of a disk at `path` into sentences.

    Raises
    ------
    HoldfastError
        Where the system refuses to read or write there, or has no room.
    """
    try:
        yield
    except OSError as error:
        raise HoldfastError(_sentence(path, error)) from error


def _sentence(path: Path, error: OSError) -> str:
    if error.errno in FULL:
        return (
            f"{path}: the disk is full ({error.strerror or error}). What was finished before is kept: make room and "
            "run the same command again, and it goes on from there; or name a folder on another disk with --out."
        )
    if error.errno in REFUSED:
        return f"{path}: the system refuses it ({error.strerror}). Name a folder you may write in with --out."
    return f"{path}: {error.strerror or error}. Check the disk, or name another folder with --out."


def temporary(path: Path) -> Path:
    """Return where a file is written before it gets its name."""
    return path.with_name(f".{path.name}.tmp")


@contextmanager
def replacing(path: Path) -> Generator[BinaryIO]:
    """Open a file that appears at `path`, whole and on disk, when the block ends, and not at all if it fails."""
    waiting = temporary(path)
    with disk_errors(path):
        try:
            with waiting.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            waiting.replace(path)
        except BaseException:
            waiting.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make sure that names made, changed or removed in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file at once: whole, or not at all."""
    with replacing(path) as file:
        file.write(data)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with disk_errors(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def json_text(data: Any) -> str:
    """Return data as JSON text, the same for the same data: keys in their order, floats by `repr`, a line end.

    Raises
    ------
    ValueError
        For NaN and infinity, which JSON does not have.

    Examples
    --------
    >>> print(json_text({"b": 0.1, "a": None}), end="")
    {
      "b": 0.1,
      "a": null
    }
    """
    return json.dumps(data, allow_nan=False, ensure_ascii=False, indent=2) + "\n"


def read_json(path: Path) -> dict[str, Any] | None:
    """Return the JSON object in a file; None if there is no such file or it holds something else."""
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return cast("dict[str, Any]", data) if isinstance(data, dict) else None
