"""What a disk refuses, in words."""

from __future__ import annotations

import errno
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from holdfast.errors import HoldfastError, InputError

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
REFUSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


@contextmanager
def disk_errors(path: Path) -> Generator[None]:
    """Turn the errors of a disk at `path` into sentences.

    Raises
    ------
    InputError
        Where there is no such file, or something else than a file or a folder stands there.
    HoldfastError
        Where the system refuses to read or write there, or has no room.
    """
    try:
        yield
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, FileExistsError) as error:
        raise InputError(f"{path}: {error.strerror}. Check the path.") from error
    except OSError as error:
        raise HoldfastError(_sentence(path, error)) from error


def _sentence(path: Path, error: OSError) -> str:
    if error.errno in FULL:
        return (
            f"{path}: the disk is full ({error.strerror}). What was recorded before is whole, and of what was being "
            "written nothing is kept: make room and do the same again."
        )
    if error.errno in REFUSED:
        return f"{path}: the system refuses it ({error.strerror}). Check who may read and write there."
    return f"{path}: {error.strerror or error}. Check the disk."


def write_all(handle: int, data: bytes) -> None:
    """Write all of `data`, however many calls the system takes for it."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]


def sync_folder(folder: Path) -> None:
    """Make sure that names made or changed in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_new(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Write a file that must not exist yet: whole and on disk, or not at all.

    Raises
    ------
    InputError
        If something stands at `path`.
    HoldfastError
        If the disk refuses.
    """
    waiting = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with disk_errors(path):
        try:
            handle = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)
            try:
                write_all(handle, data)
                os.fsync(handle)
            finally:
                os.close(handle)
            os.link(waiting, path)  # a rename would replace what stands there
        finally:
            waiting.unlink(missing_ok=True)
        sync_folder(path.parent)
