"""Cells of many rows as numbers, words and times; whatever is wrong with a row is noted beside it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from holdfast.monitoring.formats._times import Clock, Span
from holdfast.monitoring.formats.doubts import misplaced

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_GROUPED = re.compile(r"[-+]?\d{1,3}(?:([ _'.,\u00a0\u202f])\d{3})(?:\1\d{3})*(?:[.,]\d+)?\Z", re.ASCII)
_COMMA = re.compile(r"[-+]?\d*,\d+\Z", re.ASCII)
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?\Z", re.ASCII)


@dataclass(slots=True)
class Rows:
    """Rows that have all their fields, and what was found wrong with any.

    Parameters
    ----------
    lines, raws, rows
        As in Records.
    index
        Where each column that the format knows stands in a row.
    header
        How the file itself calls each of them.
    clock
        Reads dates.
    area
        West, south, east and north of the part of the world that the reports are about; None if it is not known.
    observer
        Who reports, where the caller says so.
    faults
        What is wrong, by row.
    """

    lines: list[int]
    raws: list[str]
    rows: list[list[str]]
    index: dict[str, int]
    header: dict[str, str]
    clock: Clock
    area: tuple[float, float, float, float] | None = None
    observer: str | None = None
    faults: dict[int, list[str]] = field(default_factory=dict[int, list[str]])

    def __len__(self) -> int:
        return len(self.rows)

    def has(self, name: str) -> bool:
        """Whether the file has this column."""
        return name in self.index

    def column(self, name: str) -> list[str]:
        """Return a column's cells without spaces around them; empty ones where the file has no such column."""
        where = self.index.get(name)
        if where is None:
            return [""] * len(self.rows)
        return [row[where].strip() for row in self.rows]

    def fault(self, row: int, message: str, name: str | None = None, value: str | None = None) -> None:
        """Note what is wrong with a row."""
        if name is not None:
            shown = "" if value is None else f" = {value[:80]};"
            message = f"{self.header.get(name, name)}{shown or ':'} {message}"
        self.faults.setdefault(row, []).append(message)

    def numbers(
        self,
        name: str,
        low: float = -math.inf,
        high: float = math.inf,
        *,
        blank: bool = False,
        whole: bool = False,
    ) -> Floats:
        """Return a column of finite numbers within the bounds.

        Parameters
        ----------
        name
            The column.
        low, high
            What is allowed.
        blank
            Whether a cell may be empty: NaN stands for it then.
        whole
            Whether the numbers must be whole.
        """
        texts = self.column(name)
        if blank and name not in self.index:
            return np.full(len(texts), np.nan)
        values = _quick(texts)
        if values is None:
            values = np.full(len(texts), np.nan)
            for row, text in enumerate(texts):
                if not text:
                    if not blank:
                        self.fault(row, "has no value. Write a number.", name)
                elif is_number(text):
                    values[row] = float(text)
                else:
                    self.fault(row, number_fault(text), name, text)
        wrong = (values < low) | (values > high)
        if whole:
            wrong |= np.isfinite(values) & (values != np.floor(values))
            self.cut_short(name)
        for row in np.flatnonzero(wrong):
            self.fault(int(row), _allowed(low, high, whole=whole), name, texts[row])
        return values

    def cut_short(self, name: str) -> None:
        """Set aside whole numbers with an exponent: a spreadsheet that writes 1.23E+05 has dropped digits of a count."""
        for row, text in enumerate(self.column(name)):
            if row not in self.faults and text[:1].isdigit() and "e" in text.lower():
                self.fault(
                    row,
                    "has an exponent, so that digits may be missing. Write the number in full.",
                    name,
                    text,
                )

    def words(self, name: str, meaning: dict[str, Any], allowed: str) -> list[Any]:
        """Return what each cell of a column means; one that means nothing is a fault."""
        texts = self.column(name)
        found = [meaning.get(text.lower()) for text in texts]
        if None in found:
            for row, value in enumerate(found):
                if value is None:
                    self.fault(row, f"must be {allowed}.", name, texts[row])
        return found

    def spans(self, name: str, *, days: bool = False, blank: bool = False) -> tuple[Ints, Ints, Ints]:
        """Return start, end and offset of the dates in a column.

        Parameters
        ----------
        name
            The column.
        days
            Whether each means a whole day, whatever time stands beside it.
        blank
            Whether a cell may be empty: 0 stands for it then.
        """
        texts = self.column(name)
        read: Callable[[str], Span | str] = self.clock.day if days else self.clock.span
        return self.split(name, texts, [_NONE if blank and not text else read(text) for text in texts])

    def split(self, name: str, texts: Sequence[str], found: Sequence[Span | str]) -> tuple[Ints, Ints, Ints]:
        """Return intervals as three arrays; what is no interval is a fault."""
        clean: list[Span] = []
        for row, value in enumerate(found):
            if isinstance(value, str):
                self.fault(row, value, name, texts[row] or None)
                clean.append(_NONE)
            else:
                clean.append(value)
        table = np.array(clean, dtype=np.int64).reshape(-1, 3)
        return table[:, 0], table[:, 1], table[:, 2]

    def positions(self, lat: str, lon: str, *, blank: bool = False) -> tuple[Floats, Floats]:
        """Return latitudes and longitudes in degrees; NaN where there is none, if that is allowed."""
        return self.placed(lat, lon, self.numbers(lat, blank=blank), self.numbers(lon, blank=blank))

    def placed(self, lat: str, lon: str, lats: Floats, lons: Floats) -> tuple[Floats, Floats]:
        """Check positions that have been read."""
        empty = [
            np.array([not text for text in self.column(name)]) if self.has(name) else ~np.isfinite(values)
            for name, values in ((lat, lats), (lon, lons))
        ]
        for row in np.flatnonzero(empty[0] != empty[1]):
            self.fault(int(row), f"{lat} and {lon} must both be given, or neither.")
        outside = (np.abs(lats) > 90) | (np.abs(lons) > 180)
        zero = (lats == 0) & (lons == 0)
        if self.area is not None:
            west, south, east, north = self.area
            inside = _within(lats, lons, west, south, east, north)
            zero |= ~inside & _within(lons, lats, west, south, east, north)
        for row in np.flatnonzero(outside | zero):
            names = self.header.get(lat, lat), self.header.get(lon, lon)
            if fault := misplaced(float(lats[row]), float(lons[row]), names, self.area):
                self.fault(int(row), fault)
        return lats, lons


_NONE: Span = (0, 0, 0)


def _within(lats: Floats, lons: Floats, west: float, south: float, east: float, north: float) -> Any:
    return (lats >= south) & (lats <= north) & (lons >= west) & (lons <= east)


def _quick(texts: list[str]) -> Floats | None:
    """Return the numbers if every cell is a plain one."""
    try:
        values = np.array(list(map(float, texts)))
    except ValueError:
        return None
    if not np.isfinite(values).all() or any("_" in text for text in texts):
        return None
    return values


def is_number(text: str) -> bool:
    """Whether a text is a plain, finite number."""
    return _NUMBER.match(text) is not None and math.isfinite(float(text))


def number_fault(text: str) -> str:
    """Say why this is no number.

    Examples
    --------
    >>> number_fault("1,234"), number_fault("inf")
    ('must be a plain number. Write 1234, or 1.234 if the comma parts decimals.', 'must be a finite number.')
    """
    if _GROUPED.match(text):
        plain = re.sub(r"[^\d+-]", "", text)
        if text.count(",") == 1 and text.count(".") == 0:
            return f"must be a plain number. Write {plain}, or {text.replace(',', '.')} if the comma parts decimals."
        return "must be a plain number, without anything that parts thousands."
    if _COMMA.match(text):
        return f"must be a number with a decimal point. Write {text.replace(',', '.')}."
    try:
        return "must be a finite number." if not math.isfinite(float(text)) else "must be a plain number."
    except ValueError:
        return "must be a number."


def _allowed(low: float, high: float, *, whole: bool) -> str:
    number = "a whole number" if whole else "a number"
    if math.isinf(high):
        return f"must be {number}." if math.isinf(low) else f"must be {number}, {low:g} or more."
    return f"must be {number} from {low:g} to {high:g}."
