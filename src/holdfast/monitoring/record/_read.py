"""Entries of the record, one after the other or by their number."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from holdfast.errors import HoldfastError
from holdfast.monitoring.record import _form
from holdfast.monitoring.record._form import BEFORE_ALL, OPEN, DamageError
from holdfast.monitoring.record._log import (
    ENDS,
    LONGEST_START,
    SEE,
    committed,
    lines,
    log_path,
    missing_end,
    opened,
    tree_after,
)


class Entry(NamedTuple):
    """An entry of the record.

    Attributes
    ----------
    n
        Its number, from 1; it is on this line of record.log.
    kind
        What it is: report, file, aside, correction ... In an export, empty where the entry is withheld.
    at
        When it was recorded; None where it is withheld.
    open
        What stands open in it; None where it is withheld.
    sealed
        Its other cells by name.
    withheld
        The names of the cells that an export leaves out; of an entry left out as a whole not even these are known.
    """

    n: int
    kind: str
    at: datetime | None
    open: Any
    sealed: dict[str, Any]
    withheld: tuple[str, ...] = ()


class Tip(NamedTuple):
    """The last committed entry: its number, its hash, the root over all entries up to it, and when it was recorded."""

    n: int
    hash: str
    root: str
    at: datetime


@lru_cache(maxsize=64)
def moment(text: str) -> datetime:
    """Return the time that an entry says, in UTC."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def told(line: _form.Line) -> Entry:
    """Return what a line says.

    Raises
    ------
    DamageError
        If a cell is no JSON, or the time none.
    """
    if not line.cells:
        return Entry(line.n, "", None, None, {})
    values: dict[str, Any] = {}
    withheld: tuple[str, ...] = ()
    for name, text in line.cells.items():
        if text is None:
            withheld = (*withheld, name)
        else:
            values[name] = _form.json_value(text)
    try:
        at = moment(line.at)
    except ValueError:
        raise DamageError(f"has no time ({line.at})") from None
    return Entry(line.n, line.kind, at, values.pop(OPEN, None), values, withheld)


def entries(place: Path | str, after: int = 0) -> Iterator[Entry]:
    """Yield the committed entries of a record or an export, in order.

    What was committed when the first is asked for is what comes, whoever adds in the meantime. Each entry is compared with its
    hashes and with the entry before it; roots and checkpoints are for `verify`.

    Parameters
    ----------
    place
        The folder of a record or an export, or a log itself.
    after
        Begin with the entry after this one; 0 for all.

    Raises
    ------
    HoldfastError
        If there is no record, it cannot be read, or an entry on the way is damaged.
    """
    path = log_path(place)
    with opened(path) as handle:
        end, commit = committed(handle, path)
        expected = after + 1
        start = line_start(handle, expected, end) if expected <= commit.n else end
        before = _hash_before(handle, start)
        for begin, line in lines(handle, start, end):
            try:
                read = _form.read(line)
                if read.n != expected:
                    raise DamageError(f"stands where entry {expected} should")  # noqa: TRY301
                if read.hash != _form.hash_after(before, read.leaf):
                    raise DamageError("has a hash that does not follow from the entry before it")  # noqa: TRY301
                entry = told(read)
            except DamageError as damage:
                n = _form.number_at_start(line) or expected
                raise HoldfastError(f"{path}: entry {n} (byte {begin}) {damage}. {SEE}") from None
            yield entry
            expected, before = expected + 1, read.hash


def _hash_before(handle: int, start: int) -> bytes:
    """Return the hash that ends the entry before a place, as it stands there; nothing where none does."""
    if start == 0:
        return BEFORE_ALL
    line = os.pread(handle, min(ENDS, start), max(0, start - ENDS))
    found = _form.stored(line)
    return found[1] if found else b""


def tip(place: Path | str) -> Tip:
    """Return the last committed entry's number, hash and root; this takes as long for a large record as for a small one.

    Parameters
    ----------
    place
        The folder of a record or an export, or a log itself.

    Raises
    ------
    HoldfastError
        If there is no record, or it cannot be read.
    """
    path = log_path(place)
    with opened(path) as handle:
        _, commit = committed(handle, path)
    return Tip(commit.n, commit.hash.hex(), tree_after(commit).root().hex(), moment(commit.at))


def lost_end(place: Path | str, known: int) -> str | None:
    """Say what is gone of a record that ends before an entry that is known; None where it does not.

    Parameters
    ----------
    place
        The folder of a record or an export, or a log itself.
    known
        The number of an entry that was committed, by what stands elsewhere, such as an index.

    Raises
    ------
    HoldfastError
        If there is no record, or it cannot be read.
    """
    path = log_path(place, known)
    with opened(path) as handle:
        end, commit = committed(handle, path)
        if commit.n >= known:
            return None
        n, begin, gone = missing_end(handle, end, commit.n, known)
    return f"{path}: entry {n} (byte {begin}) {gone}"


def line_start(handle: int, n: int, end: int) -> int:
    """Return where the entry `n` begins, found by halves; in a damaged record, a place near it."""
    low, high = 0, end  # the line that begins at `low` has a number of at most n
    while low < high:
        middle = (low + high) // 2
        begin, number = _next_line(handle, middle, high)
        if number is None or number > n:
            high = middle
        elif begin == low:
            break
        else:
            low = begin
    for begin, line in lines(handle, low, end):
        if (_form.number_at_start(line) or 0) >= n:
            return begin
    return end


def _next_line(handle: int, start: int, end: int) -> tuple[int, int | None]:
    """Return where the first line from `start` on begins, and its number; None where no line begins before `end`."""
    begin = start
    if start:
        _, rest = next(lines(handle, start - 1, end), (0, b""))
        begin = start - 1 + len(rest)
    if begin >= end:
        return begin, None
    return begin, _form.number_at_start(os.pread(handle, LONGEST_START, begin))


def hash_at(place: Path | str, n: int) -> str | None:
    """Return the hash of the entry `n`, None where none of that number is committed; found by halves, so at once.

    Parameters
    ----------
    place
        The folder of a record or an export, or a log itself.
    n
        The entry's number.
    """
    path = log_path(place)
    with opened(path) as handle:
        end, commit = committed(handle, path)
        if not 1 <= n <= commit.n:
            return None
        _, line = next(lines(handle, line_start(handle, n, end), end), (0, b""))
    found = _form.stored(line)
    return found[1].hex() if found and _form.number_at_start(line) == n else None
