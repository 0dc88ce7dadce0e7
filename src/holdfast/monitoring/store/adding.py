"""Adding files of reports: each row is read, known ones are passed over, the rest go into the record, and then into the index."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from holdfast.errors import HoldfastError
from holdfast.monitoring.agreement import Agreement
from holdfast.monitoring.formats.mapping import TableMapping
from holdfast.monitoring.formats.reading import read
from holdfast.monitoring.record import Writer, adding
from holdfast.monitoring.reports import Aside, Batch, Table
from holdfast.monitoring.store.entries import STAGED_SCHEMA, Staged, report_rows, sealed_fields
from holdfast.monitoring.store.folder import agreement_of, index_read
from holdfast.monitoring.store.index import caught_up, index_staged

arrow: Any = pa

__all__ = ["Added", "How", "add"]

Progress = Callable[[str, int], None]
_MARGIN_DEGREES = 5.0
"""Positions outside the agreement's maps by less than this are not looked at for swapped coordinates."""


@dataclass(frozen=True, slots=True)
class How:
    """How files are to be read: see `formats.read`."""

    format: str | None = None
    mapping: TableMapping | None = None
    observer: str | None = None
    as_of: dt.datetime | None = None


@dataclass(slots=True)
class Added:
    """What came of one file: reports that are new, rows that were known, rows set aside, and of these the ones that are new."""

    file: str
    reports: int = 0
    known: int = 0
    aside: int = 0
    new_aside: int = 0
    revised: int = 0
    reasons: list[Aside] = field(default_factory=list[Aside])


def add(
    folder: Path,
    files: Sequence[Path],
    how: How,
    *,
    wait_seconds: float = 10.0,
    progress: Progress = lambda _stage, _rows: None,
) -> list[Added]:
    """Add files of reports; once this returns, they are in the record, whatever happens.

    Parameters
    ----------
    folder
        Begun by `begin`.
    files
        In any format of `formats`.
    how
        How they are to be read.
    wait_seconds
        How long to wait for another process that is adding.
    progress
        Told the stage and how many rows it has seen.

    Raises
    ------
    InputError
        For a file that cannot be read at all, before anything of it or of a later file is recorded.
    HoldfastError
        When the disk refuses, or another process is adding all that time.
    """
    with adding(folder, wait_seconds=wait_seconds) as writer:
        caught_up(folder)
        with index_read(folder) as con:
            agreement = agreement_of(con)
            found, fresh = [], Staged()
            for path in files:
                source = _File(writer, con, agreement, fresh)
                found.append(source.added(path, how, progress))
        before = writer.committed
        writer.commit()
        if writer.committed > before:
            progress("linking", sum(one.reports for one in found))
            index_staged(folder, fresh, writer.committed)
    return found


class _File:
    """One file on its way into the record; its own entry is written with the first row that is new."""

    def __init__(self, writer: Writer, con: Any, agreement: Agreement, fresh: Staged) -> None:
        self._writer, self._con, self._agreement, self._fresh = writer, con, agreement, fresh
        self._sealed = sealed_fields(agreement)
        self._entry = 0

    def added(self, path: Path, how: How, progress: Progress) -> Added:
        """Record what is new in a file."""
        name = path.name.encode("utf-8", "backslashreplace").decode()
        found = Added(os.fspath(path).encode("utf-8", "backslashreplace").decode())
        told = {"name": name, "sha256": _digest(path), "how": how}
        for batch in self._batches(path, how):
            self._reports(batch, found, told)
            self._aside(batch, found, told)
            progress(f"reading {name}", found.reports + found.known + found.aside)
        return found

    def _batches(self, path: Path, how: How) -> Iterator[Batch]:
        zone = None if how.mapping is not None and how.mapping.time_zone else self._agreement.time_zone
        return read(
            path,
            how.format,
            how.mapping,
            zone,
            observer=how.observer,
            as_of=how.as_of or dt.datetime.now(dt.UTC),
            area=_area(self._agreement),
        )

    def _begun(self, told: dict[str, Any], batch: Batch) -> int:
        if not self._entry:
            how: How = told["how"]
            of = batch.reports["format"][0].as_py() if batch.reports.num_rows else how.format
            said = {"name": told["name"], "format": of, "observer": how.observer}
            if how.mapping is not None:
                said["mapping"] = how.mapping.model_dump(mode="json", exclude_none=True)
            open_ = {key: value for key, value in said.items() if value is not None}
            # the digest would let anyone test a guess at what an export leaves out
            self._entry = self._writer.append("file", open_, {"sha256": told["sha256"]})
        return self._entry

    def _reports(self, batch: Batch, found: Added, told: dict[str, Any]) -> None:
        fresh = self._unknown("reports", batch.reports["id"])
        found.known += batch.reports.num_rows - len(fresh)
        if not len(fresh):
            return
        entry = self._begun(told, batch)
        lines = arrow.array(batch.lines, arrow.int64()).take(fresh)
        table = batch.reports.take(fresh)
        table = table.append_column("file", arrow.array([entry] * len(fresh), arrow.int64()))
        table = table.append_column("line", lines)
        first = self._writer.n + 1
        self._writer.extend("report", report_rows(table, self._sealed))
        table = table.append_column("entry", arrow.array(range(first, self._writer.n + 1), arrow.int64()))
        self._fresh.reports.append(_kept(table))
        found.reports += len(fresh)

    def _unknown(self, table: str, ids: Any) -> Any:
        """Return which rows the index does not know yet, nor this add."""
        given = arrow.table({"id": ids, "row": arrow.array(range(len(ids)), arrow.int64())})
        self._con.register("given", given)
        rows = self._con.execute(
            f"select row from given anti join {table} using (id) order by row"  # noqa: S608 - our own table's name
        ).to_arrow_table()["row"]
        self._con.unregister("given")
        return rows.combine_chunks()

    def _aside(self, batch: Batch, found: Added, told: dict[str, Any]) -> None:
        if not batch.aside:
            return
        found.aside += len(batch.aside)
        ids = [aside_id(told["name"], one) for one in batch.aside]
        for row in self._unknown("aside", arrow.array(ids)).to_pylist():
            one = batch.aside[row]
            entry = self._begun(told, batch)
            self._writer.append(
                "aside",
                {"file": entry, "line": one.line},
                {RECEIVED_ASIDE: {"id": ids[row], "raw": one.raw, "reason": one.reason}},
            )
            found.new_aside += 1
            if len(found.reasons) < 20:
                found.reasons.append(one)


RECEIVED_ASIDE = "received"


def aside_id(name: str, one: Aside) -> str:
    """Return the id of a row set aside: the same for the same row on the same line of a file of the same name."""
    said = f"{name}\0{one.line}\0{one.raw}".encode("utf-8", "surrogatepass")
    return "a" + hashlib.sha256(said).hexdigest()[:16]


def _kept(table: Table) -> Table:
    return table.select(STAGED_SCHEMA.names).cast(STAGED_SCHEMA)


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise HoldfastError(f"{path}: cannot be read: {error.strerror}.") from None


def _area(agreement: Agreement) -> tuple[float, float, float, float] | None:
    """Return the part of the world that the agreement's maps show, widened; None without maps."""
    bounds = agreement.atlas.bounds
    if bounds is None:
        return None
    west, south, east, north = bounds
    wide = (
        max(west - _MARGIN_DEGREES, -180.0),
        max(south - _MARGIN_DEGREES, -90.0),
        min(east + _MARGIN_DEGREES, 180.0),
        min(north + _MARGIN_DEGREES, 90.0),
    )
    return wide
