"""What a page is made of: plain records that the templates turn into HTML.

Text is `str`, which the templates escape; only what this package drew itself is `Markup`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from markupsafe import Markup

Cell = str | Markup


@dataclass(frozen=True)
class Prose:
    """A paragraph."""

    kind: ClassVar[str] = "prose"
    text: Cell


@dataclass(frozen=True)
class Note:
    """A caution, set apart."""

    kind: ClassVar[str] = "note"
    text: Cell


@dataclass(frozen=True)
class Points:
    """A list of sentences."""

    kind: ClassVar[str] = "points"
    items: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A table whose first column names the rows.

    Parameters
    ----------
    caption
        What it shows.
    head
        Column headings, the first above the row names.
    rows
        Cells, as many in each row as in the head.
    numeric
        Whether the cells after the first are numbers, set flush right.
    words
        Columns of a numeric table that hold words all the same.
    """

    kind: ClassVar[str] = "table"
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numeric: bool = True
    words: tuple[int, ...] = ()


@dataclass(frozen=True)
class Panel:
    """One picture of a figure, with its own finding above it."""

    title: str
    finding: str
    picture: Markup


@dataclass(frozen=True)
class Figure:
    """A chart, perhaps of several panels, titled with what it shows, its data below as a table.

    Parameters
    ----------
    size
        "small", "middle" or "large": how wide a panel wants to be.
    legend
        How to read it.
    """

    kind: ClassVar[str] = "figure"
    title: str
    panels: tuple[Panel, ...]
    data: tuple[Table, ...]
    legend: Cell = ""
    size: str = "middle"


@dataclass(frozen=True)
class Fold:
    """Blocks that stay closed until asked for."""

    kind: ClassVar[str] = "fold"
    summary: str
    blocks: tuple[Prose | Note | Points | Table, ...]


@dataclass(frozen=True)
class Heading:
    """A heading inside a section."""

    kind: ClassVar[str] = "heading"
    text: str


Block = Prose | Note | Points | Table | Figure | Fold | Heading


@dataclass(frozen=True)
class Section:
    """A section of the page."""

    id: str
    heading: str
    blocks: tuple[Block, ...] = field(default=())
