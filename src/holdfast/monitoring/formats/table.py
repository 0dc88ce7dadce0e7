"""Any table: CSV, TSV, JSON lines or Parquet, with a mapping that says what its columns mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import numpy.typing as npt

from holdfast.errors import InputError
from holdfast.monitoring.formats._batches import Ids, Values, batch_of, distinct, optional
from holdfast.monitoring.formats._bytes import Source
from holdfast.monitoring.formats._cells import Floats, Ints, Rows
from holdfast.monitoring.formats._layout import Layout, Settings, read_layout
from holdfast.monitoring.formats._objects import json_records, no_lines, parquet_records
from holdfast.monitoring.formats._records import Records
from holdfast.monitoring.formats._times import MINUTE, Clock, order_of
from holdfast.monitoring.formats._told import told_position
from holdfast.monitoring.formats.doubts import CALIBRE_MM, COUNT_FAULT, MOST_COUNT, MOST_ERROR_KM
from holdfast.monitoring.formats.mapping import ALLOWED, NUMBERS, Cell, TableMapping
from holdfast.monitoring.reports import Batch

Reading = Callable[[Source, list[str]], Iterator[Records]]

_PARQUET = b"PAR1"
_UNNAMED = "unnamed observer"
_WHERE_EMPTY = {"evidence": "reported", "shape": "normal"}
"""What an empty cell means where it means something: evidence as of the observer, see the index."""


def read_table(mapping: TableMapping, source: Source, settings: Settings) -> Iterator[Batch]:
    """Read a table, batch by batch."""
    head = source.head(2**16)
    if head[:4] == _PARQUET:
        return _read_records(mapping, source, settings, parquet_records)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if fault := no_lines(start, columns_of(mapping)):
        raise InputError(f"{source.name}: {fault}")
    if start[:1] == b"{":
        return _read_records(mapping, source, settings, json_records)
    return read_layout(layout_of(mapping), source, settings)


def layout_of(mapping: TableMapping) -> Layout:
    """Return a mapping as a layout: the columns that it names, and what they mean."""
    columns = columns_of(mapping)
    dates = [cell for cell in (mapping.fields.start, mapping.fields.end) if cell is not None]
    return Layout(
        "table",
        required=tuple(columns),
        optional=(),
        convert=partial(convert, mapping),
        dates=tuple(cell.column for cell in dates if cell.column is not None),
        delimiter=mapping.delimiter,
        order=mapping.dates,
    )


def columns_of(mapping: TableMapping) -> list[str]:
    """Return every column that a mapping names, each once."""
    cells = [getattr(mapping.fields, name) for name in type(mapping.fields).model_fields]
    cells += list(mapping.figures.values())
    found: list[str] = []
    for cell in cells:
        if cell is not None:
            found += [cell.column] if cell.column is not None else list(cell.columns or ())
    return list(dict.fromkeys(found))


def convert(mapping: TableMapping, rows: Rows) -> Values:
    """Say what the rows of a table mean."""
    fields = mapping.fields
    start, end, offset = _times(mapping, rows)
    values: Values = {"start": start, "end": end, "offset_minutes": offset}
    for name in ("native_id", "sector", "weapon", "by", "exempt"):
        cell: Cell | None = getattr(fields, name)
        if cell is not None:
            values[name] = optional(texts(rows, name, cell, empty=""))
    for name, allowed in ALLOWED.items():
        cell = getattr(fields, name)
        if cell is not None:
            values[name] = _known(rows, name, cell, allowed)
    numbers = {name: _number(mapping, rows, name) for name in NUMBERS}
    if fields.observer is not None:
        names = texts(rows, "observer", fields.observer)
        values["observer"] = [name or rows.observer or _UNNAMED for name in names]
    else:
        values["observer"] = rows.observer or _UNNAMED
    if fields.text is not None:
        values["text"] = texts(rows, "text", fields.text)
    if fields.sources is not None:
        parted = fields.sources.separator
        values["sources"] = [distinct(text, parted) for text in texts(rows, "sources", fields.sources)]
    if fields.count is not None:
        values["count"] = _counted(rows, fields.count, numbers["count"])
    if fields.calibre_mm is not None:
        values["calibre_mm"] = _calibre(rows, fields.calibre_mm, numbers["calibre_mm"])
    if fields.bearing is not None:
        values |= _by_bearing(rows, mapping, numbers)
    elif fields.lat is not None:
        values |= _position(rows, mapping, numbers)
    figures = {name: _figure(mapping, rows, cell) for name, cell in mapping.figures.items()}
    return {**values, "figures": figures}


def texts(
    rows: Rows, name: str, cell: Cell, allowed: tuple[str, ...] = (), empty: str | None = None
) -> list[str]:
    """Return what a field's cells say, put into the report's words; what is one already stays as it is.

    Parameters
    ----------
    rows, name, cell
        The rows, the field and its place in them.
    allowed
        The report's words.
    empty
        What a cell that says nothing means, where the mapping has no word for it; None where it means nothing.
    """
    if cell.value is not None:
        return [cell.value] * len(rows)
    if cell.columns is not None:
        columns = [rows.column(column) for column in cell.columns]
        return [" ".join(part for part in parts if part) for parts in zip(*columns, strict=True)]
    found = rows.column(cell.column or "")
    if cell.words is None:
        return found if empty is None else [text or empty for text in found]
    meaning = {word: word for word in allowed}
    meaning |= {word.strip().lower(): said for word, said in cell.words.items()}
    if empty is not None and cell.otherwise is None:
        meaning.setdefault("", empty)
    said = [meaning.get(text.lower(), cell.otherwise) for text in found]
    for row, word in enumerate(said):
        if word is None:
            if found[row]:
                message = f"is no word for {name} in the mapping. Add it to words."
                rows.fault(row, message, cell.column, found[row])
            else:
                rows.fault(row, _empty_fault(allowed), cell.column)
    return [word or "" for word in said]


def _known(rows: Rows, name: str, cell: Cell, allowed: tuple[str, ...]) -> list[str]:
    found = [text.lower() for text in texts(rows, name, cell, allowed, _WHERE_EMPTY.get(name))]
    column = cell.column or name
    for row, text in enumerate(found):
        if text in allowed or row in rows.faults:
            continue
        if text:
            message = f"is no {name}: must be one of {', '.join(allowed)}. Map it with words."
            rows.fault(row, message, column, text)
        else:
            rows.fault(row, _empty_fault(allowed), column)
    return found


def _empty_fault(allowed: tuple[str, ...]) -> str:
    what = f"one of {', '.join(allowed)}, or " if allowed else ""
    return f"is empty. Write {what}a word that the mapping has."


def _number(mapping: TableMapping, rows: Rows, name: str) -> Floats:
    cell: Cell | None = getattr(mapping.fields, name)
    if cell is None:
        return np.full(len(rows), np.nan)
    return _figure(mapping, rows, cell)


def _figure(mapping: TableMapping, rows: Rows, cell: Cell) -> Floats:
    """Return the numbers of a cell, read as the mapping says decimals and thousands are written."""
    if cell.value is not None:
        return np.full(len(rows), float(cell.value)) * cell.times
    name = cell.column or ""
    if mapping.decimal == "." and mapping.thousands is None:
        return rows.numbers(name, blank=True) * cell.times
    other = Rows(rows.lines, rows.raws, [], {name: 0}, {name: rows.header.get(name, name)}, rows.clock)
    other.faults = rows.faults
    other.rows = [[_point(mapping, text)] for text in rows.column(name)]
    return other.numbers(name, blank=True) * cell.times


def _point(mapping: TableMapping, text: str) -> str:
    plain = text.replace(mapping.thousands, "") if mapping.thousands else text
    if mapping.decimal == ",":
        # a point is no decimal here; what is left of one is a fault
        return plain.replace(".", "\N{MIDDLE DOT}").replace(",", ".")
    return plain


def _counted(rows: Rows, cell: Cell, counts: Floats) -> Floats:
    wrong = ~((counts >= 0) & (counts <= MOST_COUNT) & (counts == np.floor(counts)))
    said = rows.column(cell.column) if cell.column is not None else [cell.value or ""] * len(rows)
    for row in map(int, np.flatnonzero(wrong)):
        if row in rows.faults:
            continue
        if said[row]:
            rows.fault(row, f"{COUNT_FAULT}.", cell.column or "count", said[row])
        else:
            rows.fault(
                row, "is empty. Write how many there were: 1 if one, 0 if none.", cell.column or "count"
            )
    if cell.column is not None:
        rows.cut_short(cell.column)
    return np.where(wrong, 0.0, counts)


def _calibre(rows: Rows, cell: Cell, calibres: Floats) -> Floats:
    low, high = CALIBRE_MM
    for row in np.flatnonzero((calibres < low) | (calibres > high)):
        if int(row) not in rows.faults:
            message = f"must be from {low:g} to {high:g} mm. Check the unit, or leave it empty."
            rows.fault(int(row), message, cell.column or "calibre_mm", f"{calibres[row]:g}")
    return calibres


def _position(rows: Rows, mapping: TableMapping, numbers: dict[str, Floats]) -> Values:
    fields = mapping.fields
    lat_name, lon_name = _name(fields.lat, "lat"), _name(fields.lon, "lon")
    lat, lon = rows.placed(lat_name, lon_name, numbers["lat"], numbers["lon"])
    along = numbers["error_km"] if fields.error_km is not None else numbers["error_along_km"]
    across = numbers["error_km"] if fields.error_km is not None else numbers["error_across_km"]
    there = np.isfinite(lat)
    for row in np.flatnonzero(there & ~((along >= 0) & (across >= 0))):
        if int(row) not in rows.faults:
            rows.fault(
                int(row), "has a position without an error of 0 km or more. Write how far off it may be."
            )
    for row in np.flatnonzero(there & ((along > MOST_ERROR_KM) | (across > MOST_ERROR_KM))):
        if int(row) not in rows.faults:
            error = max(along[row], across[row])
            rows.fault(
                int(row),
                f"has an error of {error:,.0f} km; must be at most {MOST_ERROR_KM:g} km. Check the unit; where the "
                "place is not known better, leave the position empty and name a sector.",
            )
    azimuth = np.nan_to_num(numbers["azimuth_deg"])
    if fields.shape is None:
        shape: list[str | None] = ["normal" if here else None for here in there]
    else:
        words = _known(rows, "shape", fields.shape, ALLOWED["shape"])
        shape = [word if here else None for word, here in zip(words, there, strict=True)]
    if fields.sector is None:
        _nowhere(rows, there)
    return {
        "lat": lat,
        "lon": lon,
        "sd_along_km": np.where(there, along, np.nan),
        "sd_across_km": np.where(there, across, np.nan),
        "azimuth_deg": np.where(there, np.mod(azimuth, 360.0), np.nan),
        "shape": shape,
    }


def _by_bearing(rows: Rows, mapping: TableMapping, numbers: dict[str, Floats]) -> Values:
    def cells(name: str) -> list[str]:
        cell: Cell = getattr(mapping.fields, name)
        found = texts(rows, name, cell)
        return [_point(mapping, text) for text in found] if name == "bearing" else found

    found = told_position(rows, mapping, numbers, cells)
    there = np.isfinite(found["lat"])
    if mapping.fields.sector is None:
        _nowhere(rows, there)
    return {**found, "shape": ["normal" if here else None for here in there]}


def _nowhere(rows: Rows, there: npt.NDArray[np.bool_]) -> None:
    for row in np.flatnonzero(~there):
        if int(row) not in rows.faults:
            rows.fault(int(row), "has neither a position nor a sector.")


def _name(cell: Cell | None, otherwise: str) -> str:
    return cell.column if cell is not None and cell.column is not None else otherwise


def _times(mapping: TableMapping, rows: Rows) -> tuple[Ints, Ints, Ints]:
    fields = mapping.fields
    dates = texts(rows, "start", fields.start)
    if fields.time is not None:
        times = texts(rows, "time", fields.time)
        dates = [f"{date} {time}".strip() for date, time in zip(dates, times, strict=True)]
    start, until, offset = rows.split(
        _name(fields.start, "start"), dates, [rows.clock.span(text) for text in dates]
    )
    if fields.end is None:
        return start, until, offset
    ends = texts(rows, "end", fields.end)
    name = _name(fields.end, "end")
    found = [rows.clock.span(text) if text else (0, 0, 0) for text in ends]
    last, after, _ = rows.split(name, ends, found)
    given = np.array([bool(text) for text in ends])
    # a day lasts to its end; a time is when it ended, and one that is the start too says no more than the start
    whole = after - last > 61 * MINUTE
    ended = np.where(whole, after, np.where(last == start, until, last))
    return start, np.where(given, ended, until), offset


def _read_records(
    mapping: TableMapping, source: Source, settings: Settings, records: Reading
) -> Iterator[Batch]:
    """Read a file whose rows name their own columns."""
    columns = columns_of(mapping)
    dates = layout_of(mapping).dates

    def order() -> str:
        if mapping.dates is not None:
            return mapping.dates
        places = [columns.index(name) for name in dates]
        return order_of(
            row[place] for found in records(source, columns) for row in found.rows for place in places
        )

    clock = Clock(settings.time_zone, order)
    ids = Ids("table")
    index = {name: place for place, name in enumerate(columns)}
    names = {name: name for name in columns}
    for found in records(source, columns):
        rows = Rows(
            found.lines, found.raws, found.rows, index, names, clock, settings.area, settings.observer
        )
        yield batch_of(
            source.name, rows, convert(mapping, rows), ids, found.broken, settings.as_of, settings.watched
        )
