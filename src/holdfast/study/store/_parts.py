"""Parts: the draws of a study, block by block, each a Parquet file that is whole or not there.

A part `00000.parquet` counts once `00000.json` stands beside it, which holds its SHA-256, its rows and the digest of
the study's key. So a part that was cut off, changed, or left by another study does not count, and is made again.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from holdfast.study.store._files import disk_errors, json_text, read_json, replacing, sha256_of, write_bytes

arrow: Any = pa  # it has no types of its own
parquet: Any = pq
Table = Any
"""A `pyarrow.Table`."""

Progress = Callable[[int, int], None]

GROUP_BYTES = 2**27
"""Row groups of `draws.parquet` hold about this many bytes of numbers."""


def part_path(folder: Path, index: int) -> Path:
    """Return the path of a part.

    Examples
    --------
    >>> part_path(Path("parts"), 7).as_posix()
    'parts/00007.parquet'
    """
    return folder / f"{index:05d}.parquet"


def write_part(folder: Path, index: int, table: Table, digest: str) -> None:
    """Write a part and, once it is on disk, the note that makes it count."""
    sink = arrow.BufferOutputStream()
    parquet.write_table(table, sink, **_options(table.schema), row_group_size=max(1, table.num_rows))
    data = sink.getvalue()
    path = part_path(folder, index)
    with replacing(path) as file:
        file.write(data)
    note = {"run": digest, "sha256": hashlib.sha256(data).hexdigest(), "rows": table.num_rows}
    write_bytes(path.with_suffix(".json"), json_text(note).encode())


def is_good(folder: Path, index: int, digest: str) -> bool:
    """Whether a part is whole, unchanged and of this study."""
    path = part_path(folder, index)
    note = read_json(path.with_suffix(".json"))
    return (
        note is not None
        and note.get("run") == digest
        and path.is_file()
        and sha256_of(path) == note.get("sha256")
    )


def read_parts(folder: Path, count: int, columns: Sequence[str] | None = None) -> Iterator[Table]:
    """Yield the tables of parts 0 to `count` - 1 in order, or only some of their columns."""
    for index in range(count):
        path = part_path(folder, index)
        # A handle and not a name: pyarrow takes folders with names such as "year=3" for columns.
        with disk_errors(path), path.open("rb") as file:
            table = parquet.ParquetFile(file).read(columns=None if columns is None else list(columns))
        yield table


def merge(folder: Path, count: int, path: Path, progress: Progress | None = None) -> None:
    """Stream the parts into one file, in row groups whose size depends on the columns alone.

    Raises
    ------
    ValueError
        If parts differ in their columns.
    """
    with replacing(path) as file:
        sink = _Sink(file)
        joiner: _Joiner | None = None
        try:
            for index, table in enumerate(read_parts(folder, count)):
                joiner = joiner or _Joiner(sink, table.schema)
                joiner.add(index, table)
                if progress is not None:
                    progress(index + 1, count)
        except BaseException:
            sink.broken = True
            raise
        finally:
            if joiner is not None:
                joiner.close()


class _Sink(io.RawIOBase):
    """A file to write on from front to back; once `broken`, it swallows what is still written."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._position = 0
        self.broken = False

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def write(self, data: Any, /) -> int:
        size = memoryview(data).nbytes
        if not self.broken:
            self._file.write(data)
        self._position += size
        return size


class _Joiner:
    """Cuts tables that come one after the other into row groups of one size."""

    def __init__(self, sink: _Sink, schema: Any) -> None:
        self._sink = sink
        self._writer = parquet.ParquetWriter(sink, schema, **_options(schema))
        self._size = group_rows(schema)
        self._waiting: list[Table] = []
        self._rows = 0

    def add(self, index: int, table: Table) -> None:
        if table.schema != self._writer.schema:
            raise ValueError(f"part {index} has other columns than part 0.")
        self._waiting.append(table)
        self._rows += table.num_rows
        while self._rows >= self._size:
            joined = arrow.concat_tables(self._waiting)
            self._writer.write_table(joined.slice(0, self._size), row_group_size=self._size)
            self._waiting, self._rows = [joined.slice(self._size)], self._rows - self._size

    def close(self) -> None:
        if self._rows and not self._sink.broken:
            self._writer.write_table(arrow.concat_tables(self._waiting), row_group_size=self._rows)
        self._writer.close()


def group_rows(schema: Any) -> int:
    """Return the rows of a row group: a power of two, about `GROUP_BYTES` of numbers.

    Examples
    --------
    >>> group_rows(arrow.schema([(str(i), arrow.float64()) for i in range(600)]))
    16384
    """
    rows = GROUP_BYTES // (8 * max(1, len(schema)))
    return 2 ** max(10, min(17, rows.bit_length() - 1))


def _options(schema: Any) -> dict[str, Any]:
    """Return how tables are written: dictionaries for text only, statistics for what rows are looked up by."""
    text = [field.name for field in schema if arrow.types.is_string(field.type)]
    return {
        "compression": "zstd",
        "use_dictionary": text or False,
        "write_statistics": [name for name in ("draw", "proposal") if name in schema.names] or False,
    }
