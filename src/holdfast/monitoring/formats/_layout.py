"""What every format with columns shares: finding its columns in a header, and reading a file row by row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import chain
from zoneinfo import ZoneInfo

from holdfast.errors import InputError
from holdfast.monitoring.formats._batches import Ids, Values, batch_of
from holdfast.monitoring.formats._bytes import Block, Lines, Source
from holdfast.monitoring.formats._cells import Rows
from holdfast.monitoring.formats._records import Reader, split
from holdfast.monitoring.formats._times import Clock, order_of
from holdfast.monitoring.formats.swapped import Watched
from holdfast.monitoring.reports import Batch

MOST_COLUMNS = 10_000
DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the caller says of a file, beyond its format.

    Parameters
    ----------
    time_zone
        Of local times that say none of their own; None: UTC.
    observer
        Who reports, where the file does not say.
    as_of
        When the file was received, in microseconds since 1970 in UTC; what starts later is set aside.
    area
        West, south, east and north, in degrees, of the part of the world that the reports are about.
    watched
        What the agreement draws there, against which both readings of a position are held.
    """

    time_zone: ZoneInfo | None = None
    observer: str | None = None
    as_of: int | None = None
    area: tuple[float, float, float, float] | None = None
    watched: Watched | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """A format: its columns, and what they mean.

    Parameters
    ----------
    format
        Its name.
    required, optional
        Its columns, as it names them.
    convert
        Says what rows mean.
    dates
        Columns with dates, which together may decide the order of day and month.
    aliases
        Other names for columns.
    names
        All columns in their order, for a file without a header.
    quotes
        Whether quotes hold fields together.
    delimiter, order
        What parts the fields, and the order of day and month, where it is laid down; None where the file decides it.
    utc
        Whether its times are in UTC, whatever the time zone of the reports.
    observed
        Whether each row must say who reports, in a column `observer`, where the caller does not.
    """

    format: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    convert: Callable[[Rows], Values]
    dates: tuple[str, ...] = ()
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    names: tuple[str, ...] = ()
    quotes: bool = True
    delimiter: str | None = None
    order: str | None = None
    utc: bool = False
    observed: bool = False


@dataclass(frozen=True, slots=True)
class Header:
    """How a file's rows are laid out.

    Parameters
    ----------
    delimiter, width
        What parts the fields, and how many there are.
    index, names
        Where each column that is known stands, and what the file calls it.
    """

    delimiter: str
    width: int
    index: dict[str, int]
    names: dict[str, str]


def plain_name(name: str) -> str:
    """Return a column's name without what differs from file to file.

    Examples
    --------
    >>> plain_name(" Event-Date "), plain_name("acq_time")
    ('event_date', 'acq_time')
    """
    return re.sub(r"[\s_-]+", "_", name.strip().strip('"').lower())


def find(layout: Layout, cells: Sequence[str]) -> tuple[dict[str, int], list[str], list[str]]:
    """Return where a layout's columns stand, those that are missing, and those that stand twice."""
    places: dict[str, list[int]] = {}
    for place, cell in enumerate(cells):
        places.setdefault(plain_name(cell), []).append(place)
    index: dict[str, int] = {}
    missing: list[str] = []
    twice: list[str] = []
    for name in (*layout.required, *layout.optional):
        called = [alias for alias in (name, *layout.aliases.get(name, ())) if plain_name(alias) in places]
        found = list(chain.from_iterable(places[plain_name(alias)] for alias in called[:1]))
        if len(found) > 1:
            twice.append(f"{name} ({', '.join(str(place + 1) for place in found)})")
        elif found:
            index[name] = found[0]
        elif name in layout.required:
            missing.append(name)
    return index, missing, twice


def header_of(layout: Layout, line: str, name: str) -> Header:
    """Read a header, with whichever delimiter gives most of the columns.

    Raises
    ------
    InputError
        When a column is missing or stands twice.
    """
    best: tuple[int, str, list[str]] | None = None
    for delimiter in (layout.delimiter,) if layout.delimiter else DELIMITERS:
        cells = split(line, delimiter)
        if isinstance(cells, list) and (best is None or len(find(layout, cells)[0]) > best[0]):
            best = len(find(layout, cells)[0]), delimiter, cells
    if best is None:
        raise InputError(
            f"{name}:1: a quote in the header does not close. Is this a file of {layout.format}?"
        )
    _, delimiter, cells = best
    if len(cells) > MOST_COLUMNS:
        raise InputError(
            f"{name}:1: has {len(cells):,} columns; at most {MOST_COLUMNS:,} are read. Is a line end missing?"
        )
    index, missing, twice = find(layout, cells)
    if missing:
        known = [plain_name(cell) for cell in cells]
        hints = [(one, get_close_matches(one, known, n=1, cutoff=0.75)) for one in missing]
        said = ", ".join(f"{one} (is {near[0]!r} meant?)" if near else one for one, near in hints)
        some = ", ".join(f"{cell[:40]!r}" for cell in cells[:6])
        raise InputError(
            f"{name}:1: is no {layout.format} file: the header has no {said}. It begins with {some}. Name another "
            "format, or use table with a mapping file."
        )
    if twice:
        raise InputError(
            f"{name}:1: has columns twice: {'; '.join(twice)}. Which is meant cannot be told. Rename one."
        )
    return Header(delimiter, len(cells), index, {key: cells[place].strip() for key, place in index.items()})


@dataclass(slots=True)
class Opened:
    """A file whose header has been read; iterate for the blocks after it."""

    header: Header
    blocks: Iterator[Block]


def opened(layout: Layout, source: Source) -> Opened:
    """Open a file and read its header.

    Raises
    ------
    InputError
        When the file is empty, or its header is not that of the format.
    """
    blocks = iter(Lines(source))
    for block in blocks:
        if block.broken and not any(line.strip() for line in block.lines):
            raise InputError(f"{source.name}:{block.broken[0][0]}: {block.broken[0][1]}")
        for at, line in enumerate(block.lines):
            if not line.strip():
                continue
            if "\0" in line:
                raise InputError(f"{source.name}:{block.first + at}: is not text but a binary file.")
            return _opened(layout, source, block, at, blocks)
    raise InputError(f"{source.name}: is empty. Get it again from where it came.")


def _opened(layout: Layout, source: Source, block: Block, at: int, blocks: Iterator[Block]) -> Opened:
    line = block.lines[at].removesuffix("\r")
    if layout.names:
        known = {plain_name(name): place for place, name in enumerate(layout.names)}
        columns = (*layout.required, *layout.optional)
        index = {name: known[plain_name(name)] for name in columns}
        header = Header(layout.delimiter or "\t", len(layout.names), index, {name: name for name in columns})
        first = plain_name(line.split(header.delimiter)[0])
        skipped = at + 1 if first == plain_name(layout.names[0]) else at  # someone gave it a header after all
    else:
        header, skipped = header_of(layout, line, source.name), at + 1
    rest = Block(block.first + skipped, block.lines[skipped:], block.plain, block.ended, block.broken)
    return Opened(header, chain([rest], blocks))


def read_layout(layout: Layout, source: Source, settings: Settings) -> Iterator[Batch]:
    """Read a file of this layout, batch by batch."""
    file = opened(layout, source)
    clock = Clock(None if layout.utc else settings.time_zone, lambda: layout.order or decided(layout, source))
    ids = Ids(layout.format)
    header = file.header
    if layout.observed and settings.observer is None and "observer" not in header.index:
        raise InputError(
            f"{source.name}: does not say who reports, so that no day would count as watched. Name the observer, as the agreement "
            "calls it, with --observer NAME or in a column observer."
        )
    for found in Reader(file.blocks, header.delimiter, header.width, quotes=layout.quotes):
        if not found.rows and not found.broken:
            continue
        rows = Rows(
            found.lines,
            found.raws,
            found.rows,
            header.index,
            header.names,
            clock,
            settings.area,
            settings.observer,
        )
        values = layout.convert(rows)
        yield batch_of(source.name, rows, values, ids, found.broken, settings.as_of, settings.watched)


def decided(layout: Layout, source: Source) -> str:
    """Read a whole file for the order in which its dates write day and month."""
    file = opened(layout, source)
    places = [file.header.index[name] for name in layout.dates if name in file.header.index]
    reader = Reader(file.blocks, file.header.delimiter, file.header.width, quotes=layout.quotes)
    return order_of(row[place] for found in reader for row in found.rows for place in places)
