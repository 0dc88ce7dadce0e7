"""Reads a file of reports in whichever format it is."""

from __future__ import annotations

import codecs
import datetime as dt
import os
from collections.abc import Iterator

from holdfast.errors import InputError
from holdfast.monitoring.formats import acled, firms, gdelt, table, tally, ucdp
from holdfast.monitoring.formats._bytes import ZIP, Source, decode, encoding_of
from holdfast.monitoring.formats._layout import Layout, Settings, find, read_layout
from holdfast.monitoring.formats._records import split
from holdfast.monitoring.formats._times import microseconds, zone_of
from holdfast.monitoring.formats.mapping import TableMapping
from holdfast.monitoring.formats.swapped import Watched
from holdfast.monitoring.reports import FORMATS, Batch

LAYOUTS: dict[str, Layout] = {part.LAYOUT.format: part.LAYOUT for part in (ucdp, acled, firms, gdelt, tally)}
"""The formats that lay down their own columns."""

_HEAD = 2**16


def read(
    source: str | os.PathLike[str] | bytes,
    format: str | None = None,  # noqa: A002 - what the command line calls it
    mapping: TableMapping | None = None,
    time_zone: str | None = None,
    *,
    observer: str | None = None,
    as_of: dt.datetime | None = None,
    area: tuple[float, float, float, float] | None = None,
    watched: Watched | None = None,
    name: str | None = None,
) -> Iterator[Batch]:
    r"""Read a file of reports, batch by batch; rows of the file = reports + rows set aside.

    Parameters
    ----------
    source
        A path, or the bytes of a file. Gzip is unpacked.
    format
        One of FORMATS; found out by `sniff` where None.
    mapping
        What the columns of a table mean. Needed for the format table, and for no other.
    time_zone
        IANA name of the time zone of days and times that say none of their own; UTC where None. A tally needs one.
    observer
        Who reports, for tallies and tables that do not say.
    as_of
        When the file was received; rows that start later are set aside. Must know its own time zone.
    area
        West, south, east and north, in degrees, of the part of the world that is watched: a position outside it that lies inside
        with latitude and longitude changed over is set aside. It takes no other part.
    watched
        What the agreement draws: a position far from it that lies in it or near it with latitude and longitude changed over is set
        aside.
    name
        What messages call the file; its path where None.

    Raises
    ------
    InputError
        At the first batch: when the file is absent, empty or of no known format, its header lacks columns, or the time zone is none.

    Examples
    --------
    >>> head = "latitude,longitude,scan,track,acq_date,acq_time,satellite,instrument,confidence,frp,daynight"
    >>> rows = [head, "48.06,37.96,0.39,0.44,2026-06-24,5,N20,VIIRS,n,0.55,N", "148,37.9,0.39,0.44,2026-06-24,5,N20,VIIRS,n,,", ""]
    >>> [batch] = read("\n".join(rows).encode(), name="fires.csv")
    >>> batch.reports.num_rows, batch.reports["start"][0].as_py().isoformat()
    (1, '2026-06-24T00:05:00+00:00')
    >>> print(batch.aside[0])
    fires.csv:3: latitude = 148 and longitude = 37.9 seem to be swapped: a latitude is from -90 to 90. Change them over if so.
    """
    file = Source.of(source, name)
    chosen = format or ("table" if mapping is not None else sniff(file.head(), file.name))
    if chosen not in FORMATS:
        if format is None and not file.head().removeprefix(codecs.BOM_UTF8).strip():
            raise InputError(f"{file.name}: is empty. Get it again from where it came.")
        if format is None:
            raise InputError(
                f"{file.name}: is of no format that is known by its columns. Name one of {', '.join(FORMATS)}; "
                "for table, give a mapping file too."
            )
        raise InputError(f"{format!r} is no format. Name one of {', '.join(FORMATS)}.")
    if as_of is not None and as_of.tzinfo is None:
        raise InputError("as_of must know its time zone. Write it in UTC, such as 2026-11-22T00:00:00Z.")
    if area is not None and not (area[0] < area[2] and area[1] < area[3]):
        raise InputError(
            "area must be west, south, east and north, with west below east and south below north."
        )
    zone = zone_of(time_zone or (mapping.time_zone if mapping is not None else None))
    if chosen == "tally" and zone is None:
        raise InputError(
            f"{file.name}: tallies are counted between local times. Say in which time zone, such as Europe/Kyiv."
        )
    settings = Settings(zone, observer, None if as_of is None else microseconds(as_of), area, watched)
    if chosen == "table":
        if mapping is None:
            raise InputError(f"{file.name}: a table needs a mapping file that says what its columns mean.")
        yield from table.read_table(mapping, file, settings)
    else:
        yield from read_layout(LAYOUTS[chosen], file, settings)


def sniff(head: bytes, name: str = "") -> str | None:
    r"""Say which format a file is in by its first bytes; None if none of its own, as a table is.

    Parameters
    ----------
    head
        The first bytes, unpacked or not: some thousand are enough.
    name
        The file's name; it decides nothing that the bytes do not, and is used where they are too few.

    Examples
    --------
    >>> sniff(b"latitude,longitude,brightness,scan,track,acq_date,acq_time,satellite,confidence\n"), sniff(b"a,b\n1,2\n")
    ('firms', None)
    """
    unpacked = Source("", None, head).head(_HEAD) if head[:4] != ZIP else b""
    encoding = encoding_of(unpacked)
    text = unpacked.decode(encoding, "replace") if encoding else decode(unpacked)
    lines = text.lstrip("\ufeff").replace("\r", "\n").split("\n")
    line = next((line for line in lines if line.strip()), "")
    cells = line.split("\t")
    if len(cells) == len(gdelt.COLUMNS) and (cells[0].isdigit() or cells[0].lower() == "globaleventid"):
        return "gdelt"
    for format_, layout in LAYOUTS.items():
        if layout.names:
            continue
        for delimiter in (",", ";", "\t", "|"):
            header = split(line, delimiter)
            if isinstance(header, list) and len(header) < 1000 and not find(layout, header)[1]:
                return format_
    return "gdelt" if name.lower().removesuffix(".gz").endswith(".export.csv") and not line else None
