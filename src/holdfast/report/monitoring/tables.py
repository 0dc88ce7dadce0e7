"""The tables of a period as files: Parquet as they are, CSV in which nothing can reach a spreadsheet as a formula.

A spreadsheet takes a cell for a formula if it begins with =, +, - or @, perhaps after blanks, quotation marks or control
characters; one that splits at semicolons or tabs sees beginnings of cells inside ours. Before each such place
in a text the CSV has an apostrophe. Numbers stay numbers, and so do texts, and cells in them, that are nothing but a number. What
stood there exactly is in the Parquet file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from holdfast.errors import HoldfastError, InputError
from holdfast.study.store import write_bytes

arrow: Any = pa
compute: Any = pc
csv: Any = pa_csv
parquet: Any = pq

__all__ = ["harmless", "write_tables"]

_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
_BLANK = r"[\x00-\x20\x7f\x{a0}\x{ad}\x{200b}-\x{200f}\x{feff}\"']*"
_FORMULA = rf"(^|[;,|\t\r\n])({_BLANK})([=+\-@\x{{ff1d}}\x{{ff0b}}\x{{ff0d}}\x{{ff20}}\x{{2212}}])"
_CONTROL = r"^[\t\r\n\x00]"
_DIGITS = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
_NUMBER = rf"^{_DIGITS}$"
_MARK = "\ufdd0"  # no character of any text: stands for our apostrophe until it is known which of them stay
_GUARDED_NUMBER = rf"(^|[;,|\t\r\n])({_BLANK}){_MARK}({_DIGITS}[ \"]*)([;,|\t\r\n]|$)"


def write_tables(folder: Path, tables: Mapping[str, Any]) -> list[Path]:
    """Write each table as CSV and Parquet, and return where.

    Parameters
    ----------
    folder
        Where the files go; made if it is absent.
    tables
        `pyarrow.Table` by name; the names become those of the files.

    Raises
    ------
    InputError
        If a name is anything but small letters, digits and underscores: it could lead out of the folder.
    HoldfastError
        If the folder cannot be made, or the disk is full or refuses to be written to.
    """
    for name in tables:
        if not _NAME.fullmatch(name):
            raise InputError(
                f"table {name!r}: cannot be the name of a file. Use small letters, digits and _."
            )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise HoldfastError(f"{folder}: cannot be made: {error.strerror}. Name another folder.") from None
    written: list[Path] = []
    for name, table in tables.items():
        for ending, made in ((".csv", _csv(table)), (".parquet", _parquet(table))):
            written.append(folder / f"{name}{ending}")
            write_bytes(written[-1], made)
    return written


def harmless(texts: Any) -> Any:
    r"""Return texts as the CSV has them.

    Parameters
    ----------
    texts
        A pyarrow array of strings.

    Examples
    --------
    >>> harmless(arrow.array(["=1+1", "-5", "a;=b", "fire - heavy", None])).to_pylist()
    ["'=1+1", '-5', "a;'=b", 'fire - heavy', None]
    >>> harmless(arrow.array(["7,-5,-6.25,-x,-8", '"-1"; "-2+3"', "'-5"])).to_pylist()
    ["7,-5,-6.25,'-x,-8", '"-1"; "\'-2+3"', "'-5"]
    """
    safe = compute.replace_substring_regex(texts, pattern=_FORMULA, replacement=rf"\1\2{_MARK}\3")
    for _ in range(2):  # a match takes the separator that the next cell begins with
        safe = compute.replace_substring_regex(safe, pattern=_GUARDED_NUMBER, replacement=r"\1\2\3\4")
    safe = compute.replace_substring(safe, pattern=_MARK, replacement="'")
    begins = compute.match_substring_regex(safe, pattern=_CONTROL)
    safe = compute.if_else(begins, compute.binary_join_element_wise("'", safe, ""), safe)
    return compute.if_else(compute.match_substring_regex(texts, pattern=_NUMBER), texts, safe)


def _csv(table: Any) -> bytes:
    columns = [_shown(table[name], table.schema.field(name).type) for name in table.column_names]
    names = harmless(arrow.array(table.column_names, arrow.string())).to_pylist()
    out = BytesIO()
    if names:
        csv.write_csv(arrow.table(columns, names=names), out)
    return out.getvalue()


def _shown(column: Any, kind: Any) -> Any:
    """Return a column as the CSV has it: numbers as they are, all else as harmless text."""
    types = arrow.types
    if types.is_dictionary(kind):
        return _shown(column.cast(kind.value_type), kind.value_type)
    if types.is_integer(kind) or types.is_floating(kind) or types.is_boolean(kind) or types.is_null(kind):
        return column
    if types.is_timestamp(kind):
        ending = "Z" if kind.tz else ""
        # microseconds would be a column of zeros; where a time has any, they are kept
        moments = (
            column.cast(arrow.timestamp("us"))
            if kind.tz is None
            else column.cast(arrow.timestamp("us", "UTC"))
        )
        text = compute.strftime(moments, format=f"%Y-%m-%dT%H:%M:%S{ending}")
        return compute.replace_substring_regex(text, pattern=r"\.0+", replacement="")
    if types.is_date(kind):
        return column.cast(arrow.string())
    if types.is_list(kind) and types.is_string(kind.value_type):
        return harmless(compute.binary_join(column, "; "))
    if types.is_map(kind):
        texts = [
            None if pairs is None else "; ".join(f"{name}={value}" for name, value in pairs)
            for pairs in column.to_pylist()
        ]
        return harmless(arrow.array(texts, arrow.string()))
    if types.is_string(kind) or types.is_large_string(kind):
        return harmless(column.cast(arrow.string()))
    texts = [
        None if one is None else json.dumps(one, ensure_ascii=False, default=str)
        for one in column.to_pylist()
    ]
    return harmless(arrow.array(texts, arrow.string()))


def _parquet(table: Any) -> bytes:
    out = BytesIO()
    parquet.write_table(table, out, compression="zstd")
    return out.getvalue()
