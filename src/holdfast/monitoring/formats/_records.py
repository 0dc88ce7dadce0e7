"""From lines to records: the fields of each row beside the row as received.

The rules are those of RFC 4180, kept strictly. A quote that opens and never closes would swallow every row after it, so a record
that spans lines and does not come out right is taken apart: its first line is set aside, and reading goes on with the next.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from holdfast.monitoring.formats._bytes import Block

MOST_LINES = 200
"""Lines that one record may span."""

Broken = tuple[int, str, str]
"""A row that cannot be read: line, reason, raw."""


@dataclass(slots=True)
class Records:
    """Rows of a file that have the right number of fields, and those that have not.

    Parameters
    ----------
    lines, raws, rows
        For each good row the line on which it begins, the row as received, its fields.
    broken
        The others.
    """

    lines: list[int] = field(default_factory=list[int])
    raws: list[str] = field(default_factory=list[str])
    rows: list[list[str]] = field(default_factory=list[list[str]])
    broken: list[Broken] = field(default_factory=list[Broken])


def split(line: str, delimiter: str) -> list[str] | str:
    r"""Return the fields of one record, or what is wrong with its quotes.

    Examples
    --------
    >>> split('1,"a, b",', ","), split('1,"a', ",")
    (['1', 'a, b', ''], 'a quote opens and does not close. Close it, or double it where it is part of the text.')
    """
    if '"' not in line:
        return line.split(delimiter)
    try:
        found = next(csv.reader([line], delimiter=delimiter, strict=True), [""])
    except csv.Error as error:
        if "end of data" in str(error):
            return _UNCLOSED
        if "expected after" in str(error):
            return "a quote inside a quoted field is not doubled. Double it, or take it away."
        return f"cannot be read: {error}."
    return found


_UNCLOSED = "a quote opens and does not close. Close it, or double it where it is part of the text."
_NUL = "holds a NUL byte; it is not text. Get the row again from where it came."
_CR = "holds a carriage return in the middle. Put the row on one line."


class Reader:
    """Cuts blocks of lines into records.

    Parameters
    ----------
    blocks
        The lines.
    delimiter
        What parts the fields.
    width
        How many fields a row has.
    quotes
        Whether quotes hold fields together.
    """

    def __init__(self, blocks: Iterable[Block], delimiter: str, width: int, *, quotes: bool) -> None:
        self.blocks = iter(blocks)
        self.delimiter = delimiter
        self.width = width
        self.quotes = quotes
        self.after: Block | None = None

    def __iter__(self) -> Iterator[Records]:
        while (block := self.next()) is not None:
            found = Records()
            if block.plain:
                self.plain(block, found)
            elif not (self.quotes and self.tidy(block, found)):
                self.quoted(block, found)
            found.broken += block.broken  # a record may have brought in lines of the next block
            found.broken.sort(key=lambda row: row[0])
            yield found

    def next(self) -> Block | None:
        """Return the next block; one that was looked into ahead comes first."""
        block, self.after = self.after, None
        return block if block is not None else next(self.blocks, None)

    def plain(self, block: Block, found: Records) -> None:
        """Cut lines that hold no quote, no CR and no NUL: each is a record."""
        lines, raws = block.lines, block.lines
        numbers = list(range(block.first, block.first + len(lines)))
        if not all(map(str.strip, lines)):
            kept = [index for index, line in enumerate(lines) if line.strip()]
            numbers, raws = [numbers[index] for index in kept], [lines[index] for index in kept]
        delimiter, width = self.delimiter, self.width
        rows = [line.split(delimiter) for line in raws]
        wrong = [index for index, row in enumerate(rows) if len(row) != width]
        if wrong:
            unended = -1 if block.ended else block.first + len(lines) - 1
            for index in wrong:
                line = numbers[index]
                found.broken.append((line, self.miscounted(len(rows[index]), line == unended), raws[index]))
            bad = set(wrong)
            kept = [index for index in range(len(rows)) if index not in bad]
            rows, raws = [rows[index] for index in kept], [raws[index] for index in kept]
            numbers = [numbers[index] for index in kept]
        found.lines, found.raws, found.rows = numbers, raws, rows

    def miscounted(self, fields: int, cut: bool) -> str:
        """Say that a row has too few fields or too many."""
        many = f"has {fields:,} field{'' if fields == 1 else 's'}; the header has {self.width}."
        if self.width == 61 and fields == 58:
            return f"{many} 58 is GDELT 1.0, whose columns are others."
        return f"{many} The file ends here without a line end; it may be cut off." if cut else many

    def tidy(self, block: Block, found: Records) -> bool:
        """Cut lines with quotes all at once, if each of them is a good record; False, and nothing done, if not."""
        lines = [line.removesuffix("\r") for line in block.lines]
        if not all(lines) or any("\0" in line or "\r" in line for line in lines):
            return False
        try:
            rows = list(csv.reader(lines, delimiter=self.delimiter, strict=True))
        except csv.Error:
            return False
        # as many rows as lines: none of them spans two
        if len(rows) != len(lines) or any(len(row) != self.width for row in rows):
            return False
        found.lines = list(range(block.first, block.first + len(lines)))
        found.raws, found.rows = lines, rows
        return True

    def quoted(self, block: Block, found: Records) -> None:
        """Cut lines some of which hold quotes, CR or NUL."""
        index = 0
        while index < len(block.lines):
            line = block.lines[index].removesuffix("\r")
            number = block.first + index
            index += 1
            if not line.strip():
                continue
            row = split(line, self.delimiter) if self.quotes else line.split(self.delimiter)
            raw = line
            if row is _UNCLOSED:
                spanned = self.spanning(block, index - 1)
                if spanned is not None:
                    raw, row, index = spanned
            if "\0" in raw:
                found.broken.append((number, _NUL, raw))
            elif isinstance(row, str):
                found.broken.append((number, row, raw))
            elif "\r" in raw and not (self.quotes and '"' in raw):
                found.broken.append((number, _CR, raw))
            elif len(row) != self.width:
                cut = not block.ended and index == len(block.lines)
                found.broken.append((number, self.miscounted(len(row), cut), raw))
            else:
                found.lines.append(number)
                found.raws.append(raw)
                found.rows.append(row)

    def spanning(self, block: Block, start: int) -> tuple[str, list[str], int] | None:
        """Return a record that goes on over several lines, and the index after it; None if it does not come out right."""
        quotes, end = 0, start
        while True:
            if end == len(block.lines) and not self.extend(block):
                return None
            quotes += block.lines[end].count('"')
            end += 1
            if quotes % 2 == 0:
                raw = "\n".join(block.lines[start:end]).removesuffix("\r")
                row = split(raw, self.delimiter)
                if isinstance(row, list):
                    swallowed = len(row) != self.width or self.swallows(block.lines[start:end])
                    return None if swallowed else (raw, row, end)
                if row is not _UNCLOSED:
                    return None
            if end - start >= MOST_LINES:
                return None

    def swallows(self, lines: list[str]) -> bool:
        """Whether a record over these lines seems to have taken whole rows into a cell, between two quotes of different rows."""
        opened = split(lines[0] + '"', self.delimiter)
        # a cell in the first column may end in a line that has all the other columns
        first = isinstance(opened, list) and len(opened) == 1
        suspects = lines[1:-1] if first else lines[1:]
        alone = (split(line.removesuffix("\r"), self.delimiter) for line in suspects)
        return any(isinstance(row, list) and len(row) == self.width for row in alone)

    def extend(self, block: Block) -> bool:
        """Append the next block's lines to this one; False at the end of the file."""
        more = self.next()
        if more is None:
            return False
        block.lines += more.lines
        block.broken += more.broken
        block.ended = more.ended
        return bool(more.lines)
