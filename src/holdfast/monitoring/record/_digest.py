"""One hash over the file of a record from its first byte on: read once more, it tells at once whether any of these bytes has changed."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

from holdfast.monitoring.record._disk import disk_errors
from holdfast.monitoring.record._log import committed, log_path, opened

__all__ = ["Digest"]

_BLOCK = 1 << 20


class Digest:
    """SHA-256 over the bytes of a record's file up to a place, which can go on from there as the record grows.

    It says that something has changed and not what: that is for `verify`, which takes thirty times as long.

    Parameters
    ----------
    place
        The folder of a record or an export, or a log itself.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     log = Path(folder) / "record.log"
    ...     _ = log.write_bytes(b"abcdef")
    ...     digest = Digest(folder)
    ...     digest.to(3) == sha256(b"abc").hexdigest(), digest.to(6) == sha256(b"abcdef").hexdigest()
    (True, True)
    """

    def __init__(self, place: Path | str) -> None:
        self._path = log_path(place)
        self._hash, self._end = sha256(), 0

    def to(self, end: int) -> str:
        """Return the digest of the first `end` bytes, in hexadecimal; an empty text where the file is shorter.

        Raises
        ------
        HoldfastError
            If the disk refuses.
        """
        if end < self._end:
            self._hash, self._end = sha256(), 0
        with opened(self._path) as handle, disk_errors(self._path):
            while self._end < end:
                block = os.pread(handle, min(_BLOCK, end - self._end), self._end)
                if not block:
                    return ""
                self._hash.update(block)
                self._end += len(block)
        return self._hash.hexdigest()

    def to_commit(self) -> tuple[int, str]:
        """Return where the committed part ends, and the digest up to there.

        Raises
        ------
        HoldfastError
            If the record's end is damaged, or the disk refuses.
        """
        with opened(self._path) as handle:
            end, _ = committed(handle, self._path)
        return end, self.to(end)
