"""Who may add: one process at a time."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from holdfast.errors import HoldfastError
from holdfast.monitoring.record._disk import disk_errors
from holdfast.monitoring.record._log import LOCK

WAIT_SECONDS = 10.0
_PAUSE_SECONDS = 0.05
_UNLOCKABLE = frozenset({errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})


@contextmanager
def locked(folder: Path, wait_seconds: float) -> Generator[None]:
    """Hold a record's lock for the block; a process loses it with its life. The file stays, so that nobody locks a name that is gone.

    Raises
    ------
    HoldfastError
        If another process holds it all the time that we wait, or the disk has no locks.
    """
    path = folder / LOCK
    with disk_errors(path):
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        _wait(handle, folder, wait_seconds)
        with disk_errors(path):
            os.ftruncate(handle, 0)
            since = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            os.pwrite(handle, f"{os.getpid()} {since} {socket.gethostname()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def _wait(handle: int, folder: Path, wait_seconds: float) -> None:
    end = time.monotonic() + wait_seconds
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end:
                raise HoldfastError(
                    f"{folder}: {_owner(handle)} is adding to the record. Nothing of yours was added: "
                    f"waited {wait_seconds:g} s; try again when it has ended. Reading is possible meanwhile."
                ) from None
            time.sleep(min(_PAUSE_SECONDS, wait_seconds))
        except OSError as error:
            if error.errno not in _UNLOCKABLE:
                with disk_errors(folder / LOCK):
                    raise
            raise HoldfastError(
                f"{folder}: this disk has no locks ({error.strerror}), so that two could write into one record at once. "
                "Keep the record on a disk of this machine."
            ) from error
        else:
            return


def _owner(handle: int) -> str:
    """Say who holds the lock and since when, as far as its file tells."""
    found = os.pread(handle, 400, 0).decode(errors="replace").split()
    if len(found) != 3:
        return "another process"
    number, since, host = found
    return f"process {number} on {host}, since {since},"


def is_locked(folder: Path) -> bool:
    """Whether a process is adding right now, as far as can be seen."""
    try:
        handle = os.open(folder / LOCK, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    else:
        return False
    finally:
        os.close(handle)
