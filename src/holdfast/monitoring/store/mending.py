"""Rows that were set aside: which, and adding them again once they are mended."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from holdfast.errors import InputError
from holdfast.monitoring.record import adding
from holdfast.monitoring.store.adding import Added, How, Progress, add
from holdfast.monitoring.store.folder import asked, index_read
from holdfast.monitoring.store.index import caught_up

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
    waiting = set_aside(folder)
    for path in files:
        if not any(row["name"] == path.name for row in waiting):
            raise InputError(
                f"{path}: no row of a file of this name is set aside. Correct the file under its own name, or use `holdfast monitor add`."
            )
    found: list[tuple[Added, int]] = []
    for one, path in zip(add(folder, files, how, progress=progress), files, strict=True):
        found.append((one, _ticked(folder, path.name)))
    return found


def _ticked(folder: Path, name: str) -> int:
    """Record which rows of a file are good now: those on whose line of it a report stands."""
    with adding(folder) as writer:
        caught_up(folder)
        with index_read(folder) as con:
            rows = con.execute(
                "select a.entry from aside a join files f on f.entry = a.file where not a.mended and f.name = ? and exists ("
                "select 1 from reports r join files g on g.entry = r.file where g.name = f.name and g.entry > f.entry and r.line = a.line"
                ") order by a.entry",
                [name],
            ).fetchall()
        if rows:
            writer.append("mended", {"aside": [row[0] for row in rows]})
            writer.commit()
            caught_up(folder)
    return len(rows)


def entry_of(folder: Path, report: str) -> int:
    """Return the number of a report's entry, given its id or that number.

    Raises
    ------
    InputError
        For a report that is not there.
    """
    if report.isdigit():
        return int(report)
    with index_read(folder) as con:
        rows = con.execute("select entry from reports where id = ?", [report]).fetchall()
    if not rows:
        raise InputError(f"{report}: no such report. Give its id, as the report's tables have it, or the number of its entry.")
    return int(rows[0][0])
