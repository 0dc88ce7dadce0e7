"""Reports, files and rows set aside as entries of the record, and back.

What an agreement may keep confidential is sealed in cells of its own, so that an export can leave it out. The row as received holds
everything, and its id is made from it, so that the two share one cell.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from holdfast.monitoring.agreement import Agreement
from holdfast.monitoring.formats.swapped import Watched
from holdfast.monitoring.record import Entry
from holdfast.monitoring.reports import REPORT_SCHEMA, Table

arrow: Any = pa

__all__ = [
    "RECEIVED",
    "STAGED_SCHEMA",
    "Staged",
    "area_of",
    "report_rows",
    "sealed_fields",
    "staged",
    "watched_of",
]

RECEIVED = "received"
"""The cell that holds a report's id, its data set's own id, and the row as received."""
_RECEIVED = ("id", "native_id", "raw")
_TIMES = ("start", "end")

STAGED_SCHEMA: Any = arrow.schema(
    [
        *(part for part in REPORT_SCHEMA if part.name != "raw"),
        arrow.field("entry", arrow.int64(), nullable=False),
        arrow.field("file", arrow.int64(), nullable=False),
        arrow.field("line", arrow.int64(), nullable=False),
    ]
)
"""A report as the index takes it: without the row as received, which the record has; with the numbers of its entry, of its file's, and
of its line."""
_EMPTY = frozenset({"text", "sources", "figures"})
"""Fields that are empty where a report says nothing of them; any other is absent."""
_OPEN = tuple(part.name for part in STAGED_SCHEMA if part.name not in (*_RECEIVED, "entry"))


_MARGIN_DEGREES = 5.0
"""Positions outside the agreement's maps by more than this, and inside this the other way round, are swapped wherever they lie."""


@dataclass(slots=True)
class Staged:
    """Entries as the index takes them: reports in columns, all others one by one."""

    reports: list[Table] = field(default_factory=list[Table])
    others: list[Entry] = field(default_factory=list[Entry])


def sealed_fields(agreement: Agreement) -> frozenset[str]:
    """Return the fields of a report that the agreement may keep confidential by themselves."""
    named = {name for rule in agreement.confidential for name in rule.fields}
    return frozenset(named & set(_OPEN))


def report_rows(reports: Table, sealed: frozenset[str]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield what stands open in each report's entry, and its sealed cells; nothing stands for what a report does not say.

    Parameters
    ----------
    reports
        By REPORT_SCHEMA, with the columns file and line.
    sealed
        As from `sealed_fields`.
    """
    columns: dict[str, list[Any]] = {}
    for name in (*_OPEN, *_RECEIVED):
        values = reports.column(name)
        columns[name] = _texts(values) if name in _TIMES else values.to_pylist()
    columns["figures"] = [dict(pairs) for pairs in columns["figures"]]
    shown = [name for name in _OPEN if name not in sealed]
    for row in zip(*(columns[name] for name in (*shown, *sorted(sealed), *_RECEIVED)), strict=True):
        said = {
            name: value
            for name, value in zip(shown, row, strict=False)
            if value is not None and (value or name not in _EMPTY)
        }
        cells = {
            name: value
            for name, value in zip(sorted(sealed), row[len(shown) :], strict=False)
            if value is not None
        }
        own, native, raw = row[-3:]
        received = {"id": own, "raw": raw} if native is None else {"id": own, "native_id": native, "raw": raw}
        yield said, {**cells, RECEIVED: received}


def _texts(times: Any) -> list[str]:
    """Return times in UTC as texts, to the second where they are whole."""
    return [_time_text(at) for at in times.to_pylist()]


def _time_text(at: dt.datetime) -> str:
    return at.replace(tzinfo=None).isoformat() + "Z"


def staged(entries: Iterable[Entry], batch: int = 50_000) -> Staged:
    """Return entries of the record as the index takes them."""
    found = Staged()
    rows: list[dict[str, Any]] = []
    for entry in entries:
        if entry.kind == "report":
            rows.append(_row(entry))
            if len(rows) == batch:
                found.reports.append(_table(rows))
                rows = []
        else:
            found.others.append(entry)
    if rows:
        found.reports.append(_table(rows))
    return found


def _row(entry: Entry) -> dict[str, Any]:
    said: Mapping[str, Any] = entry.open
    received: Mapping[str, Any] = entry.sealed[RECEIVED]
    cells = {name: value for name, value in entry.sealed.items() if name != RECEIVED}
    row: dict[str, Any] = {"sources": [], "text": "", **said, **cells, **received, "entry": entry.n}
    row["figures"] = list(row.get("figures", {}).items())
    for name in _TIMES:
        row[name] = dt.datetime.fromisoformat(row[name])
    return row


def _table(rows: list[dict[str, Any]]) -> Table:
    return arrow.Table.from_arrays(
        [arrow.array([row.get(part.name) for row in rows], part.type) for part in STAGED_SCHEMA],
        schema=STAGED_SCHEMA,
    )


def watched_of(agreement: Agreement) -> Watched | None:
    """Return what the agreement draws, on any day; None without maps."""
    shapes = agreement.atlas.drawings
    return Watched(shapes.values()) if shapes else None


def area_of(agreement: Agreement) -> tuple[float, float, float, float] | None:
    """Return the part of the world that the agreement's maps show, widened; None without maps."""
    bounds = agreement.atlas.bounds
    if bounds is None:
        return None
    west, south, east, north = bounds
    return (
        max(west - _MARGIN_DEGREES, -180.0),
        max(south - _MARGIN_DEGREES, -90.0),
        min(east + _MARGIN_DEGREES, 180.0),
        min(north + _MARGIN_DEGREES, 90.0),
    )
