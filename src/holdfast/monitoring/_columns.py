"""Columns of tables as arrays: text as numbers, times as seconds, and what is missing said in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from holdfast.errors import InputError
from holdfast.monitoring.agreement import GRADES

arrow: Any = pa
compute: Any = pc
Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
EPOCH = dt.date(1970, 1, 1)


class Columns:
    """A table, read column by column.

    Parameters
    ----------
    table
        A pyarrow table, or columns by name.
    what
        What errors call it.
    required
        Columns that must be there.

    Raises
    ------
    InputError
        When a column is absent that must be there, or holds something else than it should.

    Examples
    --------
    >>> table = Columns({"kind": ["firing", None, "firing"]}, "incidents", ["kind"])
    >>> [part.tolist() if hasattr(part, "tolist") else part for part in table.codes("kind")]
    [[0, -1, 0], ['firing']]
    """

    def __init__(self, table: Any, what: str, required: Sequence[str] = ()) -> None:
        self.table = table if isinstance(table, arrow.Table) else arrow.table(dict(table))
        self.what = what
        self.count: int = self.table.num_rows
        self._codes: dict[str, tuple[Codes, list[str]]] = {}
        for name in required:
            if not self.has(name):
                raise InputError(f"{what} have no column {name}. Give {', '.join(required)} at least.")

    def has(self, name: str) -> bool:
        """Whether there is such a column."""
        return name in self.table.column_names

    def _cast(self, name: str, kind: Any) -> Any:
        column = self.table[name].combine_chunks()
        column = column.combine_chunks() if isinstance(column, arrow.ChunkedArray) else column
        try:
            return column.cast(kind)
        except (arrow.ArrowInvalid, arrow.ArrowNotImplementedError) as error:
            what = str(error).partition("\n")[0]
            raise InputError(f"column {name} of the {self.what} cannot be used: {what}.") from None

    def floats(self, name: str, missing: float = np.nan) -> Floats:
        """Return a column of numbers, with ``missing`` where there is none."""
        if not self.has(name):
            return np.full(self.count, missing)
        found = np.asarray(self._cast(name, arrow.float64()).to_numpy(zero_copy_only=False))
        return found if np.isnan(missing) else np.where(np.isnan(found), missing, found)

    def flags(self, name: str, missing: bool) -> Mask:
        """Return a column of yes and no."""
        if not self.has(name):
            return np.full(self.count, missing)
        filled = self._cast(name, arrow.bool_()).fill_null(missing)
        return np.asarray(filled.to_numpy(zero_copy_only=False), dtype=bool)

    def codes(self, name: str) -> tuple[Codes, list[str]]:
        """Return a column of text as numbers and what each stands for; -1 where the text is missing."""
        if name not in self._codes:
            self._codes[name] = self._coded(name)
        return self._codes[name]

    def _coded(self, name: str) -> tuple[Codes, list[str]]:
        if not self.has(name):
            return np.full(self.count, -1, dtype=np.int64), []
        column = self.table[name].combine_chunks()
        column = column.combine_chunks() if isinstance(column, arrow.ChunkedArray) else column
        if not arrow.types.is_dictionary(column.type):
            column = self._cast(name, arrow.string()).dictionary_encode()
        numbers = np.asarray(column.indices.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int64)
        return numbers, [str(word) for word in column.dictionary.to_pylist()]

    def translated(self, name: str, meaning: Mapping[str, int], missing: int = -1) -> Codes:
        """Return what each text of a column stands for, and ``missing`` for none and for what stands for nothing."""
        numbers, words = self.codes(name)
        return np.array([*(meaning.get(word, missing) for word in words), missing], dtype=np.int64)[numbers]

    def grades(self, name: str) -> Codes:
        """Return steps of the ladder as numbers from 0; -1 where there is none.

        Raises
        ------
        InputError
            When something else than a step stands there.
        """
        numbers, words = self.codes(name)
        for word in words:
            if word not in GRADES:
                raise InputError(
                    f"column {name} of the {self.what} holds {word!r}; must be one of {', '.join(GRADES)}."
                )
        return np.array([*(GRADES.index(word) for word in words), -1], dtype=np.int64)[numbers]

    def seconds(self, name: str) -> Floats:
        """Return times as seconds since 1970 in UTC; NaN where one is missing."""
        whole = self._cast(name, arrow.timestamp("us", "UTC")).cast(arrow.int64())
        return np.asarray(whole.cast(arrow.float64(), safe=False).to_numpy(zero_copy_only=False)) / 1e6

    def rows_of(self, name: str, ids: Any) -> Codes:
        """Return for each value of a column its place among ids (an arrow array of text); -1 where it has none."""
        found = compute.index_in(self._cast(name, arrow.string()), value_set=ids)
        return np.asarray(found.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int64)

    def texts(self, name: str) -> Any:
        """Return a column of text as an arrow array."""
        return self._cast(name, arrow.string())


def worded(codes: Codes, words: Sequence[str]) -> Any:
    """Return numbers as a column of text; -1 becomes null.

    Examples
    --------
    >>> worded(np.array([1, -1]), ["a", "b"]).to_pylist()
    ['b', None]
    """
    numbers = arrow.array(codes, arrow.int32(), mask=codes < 0)
    return arrow.DictionaryArray.from_arrays(numbers, arrow.array(list(words), arrow.string())).cast(
        arrow.string()
    )


def with_column(table: Any, name: str, column: Any) -> Any:
    """Return the table with a column added, or put in the place of the one of that name."""
    if name in table.column_names:
        return table.set_column(table.column_names.index(name), name, column)
    return table.append_column(name, column)
