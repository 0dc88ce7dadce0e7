"""Does a record end where it should? What is handed to others is made only of one that does."""

from __future__ import annotations

import os
from pathlib import Path

from holdfast.errors import HoldfastError
from holdfast.monitoring.record._log import committed, log_path, opened
from holdfast.monitoring.record._verify import verify

__all__ = ["refuse_other_end"]


def refuse_other_end(place: Path | str, known: int, what: str) -> None:
    """Refuse a record that ends before what is known of it, or after its last commit.

    That costs next to nothing where it ends as it should; otherwise all of it is verified, to say what is wrong. What another process
    is writing meanwhile is nothing wrong.

    Parameters
    ----------
    place
        The folder of a record or an export, or a log itself.
    known
        The number of an entry that was committed, by what stands elsewhere, such as an index.
    what
        What is not done for that reason, such as "nothing was exported".

    Raises
    ------
    HoldfastError
        If it does, with what is wrong.
    """
    path = log_path(place, known)
    with opened(path) as handle:
        end, commit = committed(handle, path)
        if commit.n >= known and os.fstat(handle).st_size == end:
            return
    verdict = verify(path, known=known)
    if not verdict.ok:
        wrong = verdict.faults[0] if verdict.faults else verdict.unfinished
        raise HoldfastError(
            f"{path} is not as it was written, so that {what}: {wrong} `holdfast monitor verify` says more."
        )
