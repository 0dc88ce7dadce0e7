"""The report: what an observer, a data set or a satellite says, kept as received.

A `Report` is one row of a file with a meaning given to its columns; many reports are columns of a pyarrow table (`REPORT_SCHEMA`).
Nothing is judged here: whether two reports are of the same event, where an event lies, and what an agreement says
of it are for others to find.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import pyarrow as pa

from holdfast.monitoring.words import EVENT_KINDS, EVIDENCE, UNITS

arrow: Any = pa  # it has no types of its own
Table = Any
"""A `pyarrow.Table`."""

__all__ = [
    "EVENT_KINDS",
    "EVIDENCE",
    "FORMATS",
    "REPORT_SCHEMA",
    "SHAPES",
    "UNITS",
    "Aside",
    "Batch",
    "Report",
    "Table",
    "report_id",
    "reports_of",
    "table_of",
]

FORMATS = ("ucdp", "acled", "firms", "gdelt", "tally", "table")
"""What a file of reports can be."""

SHAPES = ("normal", "box")
"""How the error of a position is distributed."""

_TIME: Any = arrow.timestamp("us", tz="UTC")

REPORT_SCHEMA: Any = arrow.schema(
    [
        arrow.field("id", arrow.string(), nullable=False),
        arrow.field("format", arrow.string(), nullable=False),
        arrow.field("observer", arrow.string(), nullable=False),
        arrow.field("native_id", arrow.string()),
        arrow.field("kind", arrow.string(), nullable=False),
        arrow.field("start", _TIME, nullable=False),
        arrow.field("end", _TIME, nullable=False),
        arrow.field("offset_minutes", arrow.int32(), nullable=False),
        arrow.field("lat", arrow.float64()),
        arrow.field("lon", arrow.float64()),
        arrow.field("sd_along_km", arrow.float64()),
        arrow.field("sd_across_km", arrow.float64()),
        arrow.field("azimuth_deg", arrow.float64()),
        arrow.field("shape", arrow.string()),
        arrow.field("sector", arrow.string()),
        arrow.field("unit", arrow.string(), nullable=False),
        arrow.field("count", arrow.int64(), nullable=False),
        arrow.field("weapon", arrow.string()),
        arrow.field("calibre_mm", arrow.float64()),
        arrow.field("by", arrow.string()),
        arrow.field("evidence", arrow.string(), nullable=False),
        arrow.field("text", arrow.string(), nullable=False),
        arrow.field("sources", arrow.list_(arrow.string()), nullable=False),
        arrow.field("figures", arrow.map_(arrow.string(), arrow.float64()), nullable=False),
        arrow.field("exempt", arrow.string()),
        arrow.field("raw", arrow.string(), nullable=False),
    ]
)
"""The columns of many reports; their names and meanings are those of `Report`."""


@dataclass(frozen=True, slots=True)
class Report:
    """What one observer says of one event, or of one period.

    Parameters
    ----------
    id
        ``r`` and 16 hexadecimal digits, from what was received (`report_id`).
    format
        One of FORMATS.
    observer
        Who says so: an id or a name.
    kind
        One of EVENT_KINDS.
    start, end
        The interval, in UTC, within which it happened; ``end`` is excluded.
    raw
        The row exactly as received, as text.
    native_id
        The data set's own id. A later row with the same format and native_id, but other content, is a revision.
    offset_minutes
        Of local time as reported, at ``start``: local time is UTC plus this.
    lat, lon
        Degrees on WGS 84; both None where only a sector is given.
    sd_along_km, sd_across_km, azimuth_deg, shape
        Error of the position. ``normal``: standard deviations along the azimuth (degrees clockwise from north) and
        across it. ``box``: half-lengths of a rectangle within which it lies, each place in it as likely as another.
        All None without a position.
    sector
        A sector or region that the report names, instead of a position or beside it.
    unit, count
        What is counted (one of UNITS), and how many.
    weapon, calibre_mm
        As the report gives them.
    by
        The party to which the report attributes it: a claim, nothing more.
    evidence
        How the observer knows: one of EVIDENCE.
    text
        The description as received: never markup, never a formula.
    sources
        Names of the sources that the report rests on.
    figures
        Further numbers by name, such as ``killed_best`` or ``frp_mw``.
    exempt
        What the report itself says that may exempt it.

    Examples
    --------
    >>> import datetime as dt
    >>> at = dt.datetime(2026, 6, 24, 0, 5, tzinfo=dt.UTC)
    >>> raw = "48.06,37.96,2026-06-24,5"
    >>> report = Report(report_id("table", raw), "table", "team 4", "fire", at, at + dt.timedelta(minutes=1), raw)
    >>> report.id, report.unit, report.count
    ('r92f57ab483ac05fb', 'incident', 1)
    >>> list(reports_of(table_of([report]))) == [report]
    True
    """

    id: str
    format: str
    observer: str
    kind: str
    start: dt.datetime
    end: dt.datetime
    raw: str
    native_id: str | None = None
    offset_minutes: int = 0
    lat: float | None = None
    lon: float | None = None
    sd_along_km: float | None = None
    sd_across_km: float | None = None
    azimuth_deg: float | None = None
    shape: str | None = None
    sector: str | None = None
    unit: str = "incident"
    count: int = 1
    weapon: str | None = None
    calibre_mm: float | None = None
    by: str | None = None
    evidence: str = "reported"
    text: str = ""
    sources: tuple[str, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict[str, float])
    exempt: str | None = None


@dataclass(frozen=True, slots=True)
class Aside:
    """A row that is set aside: kept, counted and named, so that it can be mended and added again.

    Parameters
    ----------
    file
        The file as the user named it.
    line
        The line on which the row begins, counted from 1, the header included; in Parquet, the row.
    reason
        What is wrong, what is allowed and what to do.
    raw
        The row as received.

    Examples
    --------
    >>> print(Aside("fires.csv", 7, "latitude = 148.1; must be from -90 to 90.", "148.1,37.9"))
    fires.csv:7: latitude = 148.1; must be from -90 to 90.
    """

    file: str
    line: int
    reason: str
    raw: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Batch:
    """So many rows of a file: those that became reports, and those that are set aside.

    Parameters
    ----------
    reports
        Columns by REPORT_SCHEMA, in the file's order.
    aside
        Rows set aside, in the file's order.
    lines
        For each report, the line on which its row begins.
    """

    reports: Table
    aside: tuple[Aside, ...]
    lines: tuple[int, ...]

    @property
    def rows(self) -> int:
        """Rows of the file that this batch accounts for."""
        return self.reports.num_rows + len(self.aside)


def report_id(format: str, raw: str, k: int = 0) -> str:  # noqa: A002 - the field's own name
    """Return the id of a row: the same for the same bytes, whichever file they come in.

    Parameters
    ----------
    format
        One of FORMATS.
    raw
        The row as received.
    k
        How many rows just like it stand before it in the same file.

    Examples
    --------
    >>> report_id("table", "a,b") == report_id("table", "a,b"), report_id("table", "a,b") == report_id("table", "a,b", 1)
    (True, False)
    """
    # the row comes last, so that nothing in it can pass for the format or the number
    said = f"{format}\0{k}\0{raw}".encode("utf-8", "surrogatepass")
    return "r" + hashlib.sha256(said).hexdigest()[:16]


_NAMES = tuple(part.name for part in fields(Report))


def reports_of(table: Table) -> Iterator[Report]:
    """Iterate over a table's rows as reports."""
    columns: dict[str, list[Any]] = {name: table.column(name).to_pylist() for name in _NAMES}
    columns["sources"] = [tuple(names) for names in columns["sources"]]
    columns["figures"] = [dict(pairs) for pairs in columns["figures"]]
    for values in zip(*(columns[name] for name in _NAMES), strict=True):
        yield Report(*values)


def table_of(reports: Iterable[Report]) -> Table:
    """Return reports as columns by REPORT_SCHEMA."""
    kept = list(reports)
    columns: dict[str, list[Any]] = {name: [getattr(one, name) for one in kept] for name in _NAMES}
    columns["figures"] = [list(figures.items()) for figures in columns["figures"]]
    return arrow.Table.from_arrays(
        [arrow.array(columns[part.name], part.type) for part in REPORT_SCHEMA], schema=REPORT_SCHEMA
    )
