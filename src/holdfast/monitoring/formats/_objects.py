"""Tables whose rows name their own columns: JSON lines and Parquet."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from typing import Any, cast

import pyarrow.parquet as pq

from holdfast.errors import InputError
from holdfast.monitoring.formats._bytes import Bytes, Lines, Source
from holdfast.monitoring.formats._layout import plain_name
from holdfast.monitoring.formats._records import Broken, Records

parquet: Any = pq
MOST_ROWS = 20_000  # of one batch


def json_records(source: Source, columns: list[str]) -> Iterator[Records]:
    """Rows of JSON lines."""
    for block in Lines(source):
        found = Records(broken=list(block.broken))
        for at, line in enumerate(block.lines):
            raw = line.removesuffix("\r")
            if raw.strip():
                _json_row(found, block.first + at, raw, columns)
        yield found


def no_lines(start: bytes, columns: list[str]) -> str | None:
    """Say why a file that begins like JSON holds no rows of one object a line; None where it may.

    Examples
    --------
    >>> no_lines(b'{"type": "FeatureCollection", "features": [', ["day"])
    'is GeoJSON: one object for a whole map. Write one object in braces on each line, or a CSV file.'
    >>> no_lines(b'{"day": "2021-05-20"}', ["day"]), no_lines(b"day,place", ["day"])
    (None, None)
    """
    if _MAP.search(start[:2000]) and start[:1] == b"{":
        return f"is GeoJSON: one object for a whole map. {_WANTED}"
    if _LIST.match(start):
        return f"is one JSON list. {_WANTED}"
    if start[:1] != b"{":
        return None
    line, _, rest = start.partition(b"\n")
    if line.strip() == b"{":
        return f"is one JSON object over several lines. {_WANTED}"
    try:
        row: Any = json.loads(line)
    except (ValueError, RecursionError):
        return None  # a row that is broken is set aside by itself
    keys = cast("dict[str, Any]", row)
    known = {plain_name(key) for key in keys}
    if rest.strip() or known & {plain_name(name) for name in columns}:
        return None
    return f"is one JSON object with {', '.join(list(keys)[:10]) or 'nothing in it'}, and no column of the mapping. {_WANTED}"


_WANTED = "Write one object in braces on each line, or a CSV file."
_MAP = re.compile(rb'"type"\s*:\s*"(FeatureCollection|Topology)"')
_LIST = re.compile(rb"\[\s*[\[{\]]")


def _json_row(found: Records, line: int, raw: str, columns: list[str]) -> None:
    reason = _NO_OBJECT
    try:
        row: Any = json.loads(raw)
        if isinstance(row, dict):
            cells = _cells(cast("dict[str, Any]", row), columns)
            if any("\0" in cell for cell in cells):
                reason = "holds a NUL character. Take it out."
            else:
                "".join(cells).encode()  # half a character, which JSON can write, cannot be kept
                found.lines.append(line)
                found.raws.append(raw)
                found.rows.append(cells)
                return
    except UnicodeEncodeError:
        reason = "holds half a character. Write the character itself, without \\u."
    except (ValueError, RecursionError) as error:
        reason = f"is no JSON ({str(error)[:80]}). Write one object in braces on each line."
    found.broken.append((line, reason, raw))


_NO_OBJECT = "is no JSON object. Write one object in braces on each line."


def _cells(row: dict[str, Any], columns: list[str]) -> list[str]:
    """Return a row's cells as they would stand in a CSV file."""
    found = [row.get(name) for name in columns]
    if None in found:  # a name may differ in case or spacing
        plain = {plain_name(str(key)): value for key, value in row.items()}
        found = [
            plain.get(plain_name(name)) if cell is None else cell
            for name, cell in zip(columns, found, strict=True)
        ]
    return [_text(cell) for cell in found]


def _text(cell: Any) -> str:
    if isinstance(cell, str):
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return repr(cell)
    if isinstance(cell, list):
        items = cast("list[Any]", cell)
        return "; ".join(_text(item) for item in items)
    return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)


def parquet_records(source: Source, columns: list[str]) -> Iterator[Records]:
    """Rows of a Parquet file; the line of each is its number, from 1, and its raw text is JSON."""
    opened: Any = source.path if source.path is not None else io.BytesIO(b"".join(Bytes(source)))
    line = 1
    try:
        file = parquet.ParquetFile(opened)
        _all_there(source.name, [str(name) for name in file.schema_arrow.names], columns)
        for batch in file.iter_batches(MOST_ROWS):
            found = Records()
            for row in batch.to_pylist():
                raw = json.dumps(row, ensure_ascii=False, default=str)
                _parquet_row(found, line, raw, _cells(row, columns))
                line += 1
            yield found
    except InputError:
        raise
    except Exception as error:  # noqa: BLE001 - a broken file trips pyarrow in more ways than it declares
        raise InputError(
            f"{source.name}: cannot be read as Parquet ({str(error)[:120]}). Get it again."
        ) from None


def _all_there(name: str, names: list[str], columns: list[str]) -> None:
    known = {plain_name(one) for one in names}
    if absent := [one for one in columns if plain_name(one) not in known]:
        raise InputError(
            f"{name}: has no column {', '.join(absent)}. It has {', '.join(sorted(known)[:50])}."
        )


def _parquet_row(found: Records, line: int, raw: str, cells: list[str]) -> None:
    if any("\0" in cell for cell in cells):
        broken: Broken = (line, "holds a NUL character. Take it out.", raw)
        found.broken.append(broken)
        return
    found.lines.append(line)
    found.raws.append(raw)
    found.rows.append(cells)
