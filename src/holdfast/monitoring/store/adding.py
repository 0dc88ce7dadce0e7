"""Adding files of reports: each row is read, known ones are passed over, the rest go into the record, and then into the index."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from holdfast.errors import InputError
from holdfast.monitoring.agreement import Agreement
from holdfast.monitoring.formats.mapping import TableMapping
from holdfast.monitoring.formats.reading import read
from holdfast.monitoring.record import Entry, Writer, adding
from holdfast.monitoring.reports import Aside, Batch, Table
from holdfast.monitoring.store.entries import (
    RECEIVED,
    STAGED_SCHEMA,
    Staged,
    area_of,
    report_rows,
    sealed_fields,
    watched_of,
)
from holdfast.monitoring.store.folder import agreement_of, asked, entry_known, index_read, unindexed
from holdfast.monitoring.store.force import outside_force
from holdfast.monitoring.store.index import caught_up, index_staged

arrow: Any = pa

__all__ = ["Added", "How", "Progress", "add", "file_name"]

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class How:
    """How files are to be read: see `formats.read`."""

    format: str | None = None
    mapping: TableMapping | None = None
    observer: str | None = None
    as_of: dt.datetime | None = None
    as_given: bool = False
    """Whether positions are right as they are given, also where they seem to be swapped."""


@dataclass(slots=True)
class Added:
    """What came of one file.

    Parameters
    ----------
    file
        As the user named it.
    reports, known
        Rows that are reports: new ones, and those that were in the record.
    outside
        How many of the new reports are of days on which the agreement is not in force, and so count for nothing.
    aside, new_aside
        Rows set aside, and of these the ones that had not been set aside before.
    mended
        Rows that had been set aside from a file of this name and are good now; counted by `mend` only.
    reasons
        The first of the new rows set aside, with the reasons.
    outside
        New reports of days on which the agreement is not in force: they stay in the record, and nothing counts them.
    """

    file: str
    reports: int = 0
    outside: int = 0
    known: int = 0
    aside: int = 0
    new_aside: int = 0
    mended: int = 0
    reasons: list[Aside] = field(default_factory=list[Aside])


def add(
    folder: Path,
    files: Sequence[Path],
    how: How,
    *,
    mending: bool = False,
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
    mending
        Also tick off rows that were set aside from a file of the same name, where a good row stands on their line now.
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
    if not wait_seconds >= 0:
        raise InputError(f"wait = {wait_seconds:g}; must be 0 or more seconds.")
    at = dt.datetime.now(dt.UTC).replace(microsecond=0)
    with adding(folder, at=at, wait_seconds=wait_seconds, known=entry_known(folder)) as writer:
        digest = caught_up(folder)
        with index_read(folder) as con:
            agreement = agreement_of(con)
            con.execute("create temp table seen (id varchar)")
            con.execute("create temp table rows_read (name varchar, line bigint, id varchar)")
            found, fresh = list[Added](), Staged()
            for path in files:
                source = _File(writer, con, agreement, fresh, at, mending=mending)
                found.append(source.added(path, how, progress))
            if mending:
                _ticked(writer, con, found, fresh)
            _modelled(writer, con, fresh)
        before = writer.committed
        writer.commit()
        if writer.committed > before:
            reports = sum(one.reports for one in found)
            what = "1 report was" if reports == 1 else f"{reports:,} reports were"
            with unindexed(folder, f"{folder}: {what} added to the record"):
                progress("linking", reports)
                index_staged(folder, fresh, writer.committed, digest)
    return found


def _ticked(writer: Writer, con: Any, found: list[Added], fresh: Staged) -> None:
    """Record which rows that were set aside are good now.

    Files of one name may be of several days: where earlier ones share rows with the one that was read, only these are meant.
    """
    query = """
        with waiting as (
            select a.entry, a.line, a.file, f.name from aside a join files f on f.entry = a.file where not a.mended
        ), shared as (
            select distinct w.file, w.name from waiting w join reports r on r.file = w.file
            join rows_read n on n.name = w.name and n.line = r.line and n.id = r.id
        )
        select distinct w.name, w.entry from waiting w join rows_read n on n.name = w.name and n.line = w.line
        where w.file in (select file from shared) or w.name not in (select name from shared)
        order by w.entry
        """
    rows = con.execute(query).fetchall()
    if rows:
        said = {"aside": [entry for _, entry in rows]}
        fresh.others.append(Entry(writer.append("mended", said), "mended", None, said, {}))
    for one in found:
        one.mended = sum(name == file_name(Path(one.file)) for name, _ in rows)


def _modelled(writer: Writer, con: Any, fresh: Staged) -> None:
    """Keep a model of linkage in the record once there are reports enough to estimate one, so that the index can be made again."""
    from holdfast.monitoring.store.linking import estimated  # noqa: PLC0415 - slow to import, and who only reads links nothing

    model = estimated(con, fresh.reports)
    if model is not None:
        said = {"model": model.to_json()}
        fresh.others.append(Entry(writer.append("model", said), "model", None, said, {}))


class _File:
    """One file on its way into the record; its own entry is written with the first row that is new."""

    def __init__(
        self,
        writer: Writer,
        con: Any,
        agreement: Agreement,
        fresh: Staged,
        at: dt.datetime,
        *,
        mending: bool,
    ) -> None:
        self._writer, self._con, self._agreement, self._fresh = writer, con, agreement, fresh
        self._sealed = sealed_fields(agreement)
        self._entry = 0
        self._at = at
        self._mending = mending

    def added(self, path: Path, how: How, progress: Progress) -> Added:
        """Record what is new in a file."""
        name = file_name(path)
        found = Added(_printable(path))
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
            area=None if how.as_given else area_of(self._agreement),
            watched=None if how.as_given else watched_of(self._agreement),
        )

    def _begun(self, told: dict[str, Any], batch: Batch) -> int:
        if not self._entry:
            how: How = told["how"]
            of = batch.reports["format"][0].as_py() if batch.reports.num_rows else how.format
            said = {"name": told["name"], "format": of, "observer": how.observer}
            if how.as_given:
                said["as_given"] = True
            if how.mapping is not None:
                said["mapping"] = how.mapping.model_dump(mode="json", exclude_none=True)
            open_ = {key: value for key, value in said.items() if value is not None}
            # the digest would let anyone test a guess at what an export leaves out
            self._entry = self._recorded("file", open_, {"sha256": told["sha256"]})
        return self._entry

    def _recorded(self, kind: str, open_: dict[str, Any], sealed: dict[str, Any]) -> int:
        n = self._writer.append(kind, open_, sealed)
        self._fresh.others.append(Entry(n, kind, self._at, open_, sealed))
        return n

    def _reports(self, batch: Batch, found: Added, told: dict[str, Any]) -> None:
        if self._mending and batch.reports.num_rows:
            lines = arrow.array(batch.lines, arrow.int64())
            self._con.register("given", arrow.table({"line": lines, "id": batch.reports["id"]}))
            self._con.execute("insert into rows_read select ?, line, id from given", [told["name"]])
            self._con.unregister("given")
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
        found.outside += outside_force(self._con, self._agreement, table)

    def _unknown(self, table: str, ids: Any) -> Any:
        """Return which rows the index does not know yet, nor this add."""
        given = arrow.table({"id": ids, "row": arrow.array(range(len(ids)), arrow.int64())})
        self._con.register("given", given)
        # identical rows of two files of one add are one, as they would be in two adds
        seen = f"(select id from {table} union all select id from seen)"  # noqa: S608
        query = f"select row, id from given anti join {seen} using (id) order by row"  # noqa: S608
        fresh = asked(self._con, query)
        self._con.unregister("given")
        self._con.register("fresh", fresh)
        self._con.execute("insert into seen select id from fresh")
        self._con.unregister("fresh")
        return fresh["row"].combine_chunks()

    def _aside(self, batch: Batch, found: Added, told: dict[str, Any]) -> None:
        if not batch.aside:
            return
        found.aside += len(batch.aside)
        ids = [aside_id(told["name"], one) for one in batch.aside]
        rows: list[int] = self._unknown("aside", arrow.array(ids)).to_pylist()
        for row in rows:
            one = batch.aside[row]
            entry = self._begun(told, batch)
            received = {"id": ids[row], "raw": one.raw, "reason": one.reason}
            self._recorded("aside", {"file": entry, "line": one.line}, {RECEIVED: received})
            found.new_aside += 1
            if len(found.reasons) < 20:
                found.reasons.append(one)


def aside_id(name: str, one: Aside) -> str:
    """Return the id of a row set aside: the same for the same row on the same line of a file of the same name."""
    said = f"{name}\0{one.line}\0{one.raw}".encode("utf-8", "surrogatepass")
    return "a" + hashlib.sha256(said).hexdigest()[:16]


def _kept(table: Table) -> Table:
    return table.select(STAGED_SCHEMA.names).cast(STAGED_SCHEMA)


def file_name(path: Path) -> str:
    """Return a file's name as the record has it, without its folder."""
    return _printable(Path(path.name))


def _printable(path: Path) -> str:
    return str(path).encode("utf-8", "backslashreplace").decode()


def _digest(path: Path) -> str:
    try:
        if not path.exists():
            raise InputError(f"{_printable(path)}: does not exist. Check the name.")
        if not path.is_file():  # what can be read only once cannot be digested and read
            what = "a directory. Name the files in it" if path.is_dir() else "no file. Save it as one first"
            raise InputError(f"{_printable(path)}: is {what}.")
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{_printable(path)}: cannot be read: {error.strerror}.") from None
