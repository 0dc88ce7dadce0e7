"""Rows that were set aside: which, and adding them again once they are mended."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from holdfast.errors import InputError
from holdfast.monitoring.store.adding import Added, How, Progress, add, file_name
from holdfast.monitoring.store.folder import asked, index_read

__all__ = ["entry_of", "mend", "set_aside"]


def set_aside(folder: Path) -> list[dict[str, Any]]:
    """Return the rows that are set aside and not mended: name of the file, line, reason, row as received, in the record's order."""
    with index_read(folder) as con:
        return asked(
            con,
            "select f.name, a.line, a.reason, a.raw, a.entry from aside a join files f on f.entry = a.file "
            "where not a.mended order by a.entry",
        ).to_pylist()


def mend(
    folder: Path,
    files: Sequence[Path],
    how: How,
    *,
    progress: Progress = lambda _stage, _rows: None,
) -> list[tuple[Added, int]]:
    """Add corrected files, and tick off rows set aside from a file of the same name whose line is good now.

    Returns
    -------
    list
        For each file, what came of it, and how many rows are mended.

    Raises
    ------
    InputError
        As for `add`, and for a file of whose name nothing is set aside.
    """
    names = {row["name"] for row in set_aside(folder)}
    for path in files:
        if file_name(path) not in names:
            raise InputError(
                f"{path}: no row of a file of this name is set aside. Correct the file under its own name, or use "
                "`holdfast monitor add`."
            )
    return [(one, one.mended) for one in add(folder, files, how, mending=True, progress=progress)]


def entry_of(folder: Path, report: str) -> int:
    """Return the number of a report's entry, given its id or that number.

    Raises
    ------
    InputError
        For a report that is not there.
    """
    if report.isascii() and report.isdigit() and len(report) < 19:
        if not int(report):
            raise InputError(
                "0: is no entry; the first is 1. Give the report's id, or the number of its entry."
            )
        return int(report)
    with index_read(folder) as con:
        rows = con.execute("select entry from reports where id = ?", [report]).fetchall()
    if not rows:
        raise InputError(
            f"{report}: no such report. Give its id, as the report's tables have it, or the number of its entry."
        )
    return int(rows[0][0])
