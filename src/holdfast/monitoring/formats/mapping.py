"""The mapping file: what the columns of any table mean, in YAML."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from holdfast.errors import InputError
from holdfast.monitoring.formats._cells import is_number, number_fault
from holdfast.monitoring.formats._times import zone_of
from holdfast.monitoring.formats.bearing import KNOWN_KM
from holdfast.monitoring.formats.doubts import MOST_ERROR_KM
from holdfast.monitoring.reports import EVENT_KINDS, EVIDENCE, SHAPES, UNITS
from holdfast.scenario.reading import (
    Faults,
    Form,
    Model,
    Name,
    Text,
    did_you_mean,
    listed,
    read_bytes,
    read_tree,
    validated,
)

MAPPING = Form(
    "mapping",
    "a mapping",
    absent="docs/reference/reports.md has an example.",
    empty="docs/reference/reports.md has an example.",
    example="docs/reference/reports.md has an example.",
)

ALLOWED = {"kind": EVENT_KINDS, "unit": UNITS, "evidence": EVIDENCE, "shape": SHAPES}
"""Fields that take words of their own."""

NUMBERS = (
    "lat",
    "lon",
    "error_km",
    "error_along_km",
    "error_across_km",
    "azimuth_deg",
    "from_lat",
    "from_lon",
    "from_error_km",
    "distance_km",
    "distance_error_km",
    "bearing_error_deg",
    "count",
    "calibre_mm",
)
"""Fields that take numbers."""


def _column(raw: Any) -> Any:
    return {"column": raw} if isinstance(raw, str) else raw


def _value(raw: Any) -> Any:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        faults = Faults("value")
        faults.add("must be a word or a number, the same for every row.")
        faults.throw()
    return str(raw)


def _zone(name: str) -> str:
    try:
        zone_of(name)
    except InputError:
        faults = Faults("time zone")
        faults.add("is no time zone. Write one such as Europe/Kyiv or Africa/Khartoum, or UTC.")
        faults.throw()
    return name


def _words(raw: Any) -> Any:
    """Let numbers and switches stand for words: a column may hold 1, or yes."""
    if not isinstance(raw, dict):
        return raw
    return {str(key): value for key, value in cast("dict[Any, Any]", raw).items()}


class Cell(Model):
    """Where a field of a report comes from: exactly one of column, columns and value."""

    column: Text | None = Field(default=None, description="The column that holds it.")
    columns: tuple[Text, ...] | None = Field(default=None, description="Columns whose texts are joined.")
    value: Annotated[str, BeforeValidator(_value)] | None = Field(
        default=None, description="The same for every row."
    )
    words: Annotated[dict[str, Text], BeforeValidator(_words)] | None = Field(
        default=None, description="What each word in the column means."
    )
    otherwise: Text | None = Field(
        default=None, description="What any other word means; such rows are set aside where not given."
    )
    times: float = Field(default=1.0, description="What a number is multiplied by, such as 0.001 for metres.")
    separator: Text = Field(default=";", description="What parts the names of sources.")

    @model_validator(mode="after")
    def _one(self) -> Cell:
        given = [key for key in ("column", "columns", "value") if getattr(self, key) is not None]
        faults = Faults("cell")
        if len(given) != 1:
            found = " and ".join(given) or "nothing"
            faults.add(f"has {found}; must have exactly one of column, columns and value.")
        if self.words is not None and self.column is None:
            faults.add("belongs to a column. Name it.", "words")
        if self.otherwise is not None and self.words is None:
            faults.add(
                "says what other words than those in words mean; there are none. Write words.", "otherwise"
            )
        faults.throw()
        return self


Place = Annotated[Cell, BeforeValidator(_column)]


class Fields(Model):
    """Which column, or which value, each field of a report has."""

    start: Place = Field(description="When it happened, or began: a date, or a date and a time.")
    end: Place | None = Field(
        default=None, description="When it ended; a day lasts to its end, a time as long as it is written to."
    )
    time: Place | None = Field(
        default=None, description="The time of the day, where start has only the date."
    )
    kind: Place = Field(description=f"What it is: one of {', '.join(EVENT_KINDS)}.")
    observer: Place | None = Field(default=None, description="Who says so.")
    native_id: Place | None = Field(default=None, description="The table's own id of the report.")
    lat: Place | None = Field(default=None, description="Latitude in degrees, WGS 84.")
    lon: Place | None = Field(default=None, description="Longitude in degrees, WGS 84.")
    error_km: Place | None = Field(
        default=None, description="Standard deviation of the position, or half the side."
    )
    error_along_km: Place | None = Field(default=None, description="The same along the azimuth.")
    error_across_km: Place | None = Field(default=None, description="The same across it.")
    azimuth_deg: Place | None = Field(default=None, description="The azimuth, clockwise from north.")
    shape: Place | None = Field(
        default=None, description=f"One of {', '.join(SHAPES)}; normal where not given."
    )
    bearing: Place | None = Field(
        default=None,
        description="Instead of lat and lon: in which direction it was, in degrees or as a point of the compass.",
    )
    distance_km: Place | None = Field(default=None, description="And how far.")
    from_place: Place | None = Field(default=None, description="From where: the name of one of places.")
    from_lat: Place | None = Field(default=None, description="Or its latitude in degrees, WGS 84,")
    from_lon: Place | None = Field(default=None, description="and its longitude.")
    from_error_km: Place | None = Field(default=None, description="Standard deviation of that place.")
    distance_error_km: Place | None = Field(default=None, description="Standard deviation of the distance.")
    bearing_error_deg: Place | None = Field(default=None, description="Standard deviation of the bearing.")
    sector: Place | None = Field(default=None, description="The sector or region that it names.")
    unit: Place | None = Field(
        default=None, description=f"One of {', '.join(UNITS)}; incident where not given."
    )
    count: Place | None = Field(default=None, description="How many; 1 where not given.")
    weapon: Place | None = Field(default=None, description="The weapon, as reported.")
    calibre_mm: Place | None = Field(default=None, description="Its calibre.")
    by: Place | None = Field(default=None, description="To whom it is attributed.")
    evidence: Place | None = Field(
        default=None, description=f"One of {', '.join(EVIDENCE)}; reported where not given."
    )
    text: Place | None = Field(default=None, description="The description.")
    sources: Place | None = Field(default=None, description="Names of the sources.")
    exempt: Place | None = Field(default=None, description="What may exempt it.")

    @model_validator(mode="after")
    def _checks(self) -> Fields:
        faults = Faults("fields")
        for name, allowed in ALLOWED.items():
            cell: Cell | None = getattr(self, name)
            if cell is not None:
                _check_words(faults, name, cell, allowed)
        for name in NUMBERS:
            _check_number(faults, getattr(self, name), name)
        if (self.lat is None) != (self.lon is None):
            faults.add("a position needs both lat and lon. Name the other column too.")
        along = self.error_along_km is not None, self.error_across_km is not None
        if self.lat is not None and self.error_km is None and along != (True, True):
            faults.add(
                "a position has an error: write error_km with a column or a value, such as error_km: {value: 1}."
            )
        if self.error_km is not None and any(along):
            faults.add(
                "is given beside error_along_km or error_across_km. Keep either the one or the two.",
                "error_km",
            )
        _check_bearing(faults, self)
        if self.lat is None and self.bearing is None and self.sector is None:
            faults.add(
                "says neither lat and lon, bearing nor sector; a report is somewhere. Name one of them."
            )
        faults.throw()
        return self


_OF_BEARING = (
    "distance_km",
    "from_place",
    "from_lat",
    "from_lon",
    "from_error_km",
    "distance_error_km",
    "bearing_error_deg",
)
_OF_POSITION = ("lat", "lon", "error_km", "error_along_km", "error_across_km", "azimuth_deg", "shape")


def _check_bearing(faults: Faults, fields: Fields) -> None:
    def given(names: tuple[str, ...]) -> list[str]:
        return [name for name in names if getattr(fields, name) is not None]

    if fields.bearing is None:
        for name in given(_OF_BEARING):
            faults.add("goes with a bearing. Name that, too.", name)
        return
    for name in given(_OF_POSITION):
        faults.add(
            "is given beside a bearing, from which it follows. Keep either the one or the other.", name
        )
    if fields.distance_km is None:
        faults.add("has no distance. Name distance_km, too.", "bearing")
    by_place, by_numbers = fields.from_place is not None, given(("from_lat", "from_lon"))
    if by_place == bool(by_numbers) or len(by_numbers) == 1:
        faults.add("is from somewhere: name from_place, or from_lat and from_lon.", "bearing")


def _check_words(faults: Faults, name: str, cell: Cell, allowed: tuple[str, ...]) -> None:
    said = [("value", cell.value), ("otherwise", cell.otherwise)]
    said += [(f"words.{word}", meaning) for word, meaning in (cell.words or {}).items()]
    for where, word in said:
        if word is not None and word not in allowed:
            faults.add(
                f"{word!r} is no {name}; must be one of {listed(allowed)}. {did_you_mean(word, allowed)}",
                name,
                *where.split(".", 1),
            )


def _check_number(faults: Faults, cell: Cell | None, *where: str) -> None:
    if cell is not None and cell.value is not None:
        fault = number_fault(cell.value) if not is_number(cell.value) else None
        if fault is not None:
            faults.add(fault, *where, "value")
    if cell is not None and (cell.columns is not None or cell.words is not None):
        faults.add("is a number; it comes from one column, or is a value.", *where)


class Reference(Model):
    """A place that positions are told from."""

    lat: float = Field(ge=-90, le=90, description="Degrees, WGS 84.")
    lon: float = Field(ge=-180, le=180, description="Degrees.")
    error_km: float = Field(
        default=KNOWN_KM,
        ge=0,
        le=MOST_ERROR_KM,
        description="Standard deviation: how large it is, or how far off.",
    )


class TableMapping(Model):
    """What the columns of a table mean."""

    holdfast: Literal[1] = Field(description="Version of the file's form.")
    title: Name | None = Field(default=None, description="What the table is.")
    source: Text | None = Field(default=None, description="Where it comes from.")
    delimiter: Text | Literal["\t"] | None = Field(
        default=None, description="What parts the fields, where not found."
    )
    decimal: Literal[".", ","] = Field(default=".", description="What parts decimals.")
    thousands: Literal[",", ".", " ", "'", "_"] | None = Field(
        default=None, description="What parts thousands; nothing where not given."
    )
    dates: Literal["dmy", "mdy"] | None = Field(
        default=None,
        description="In which order dates write day and month, where the whole file does not say.",
    )
    time_zone: Annotated[Text, AfterValidator(_zone)] | None = Field(
        default=None, description="IANA name of the time zone of local times."
    )
    fields: Fields = Field(description="Where each field comes from.")
    figures: dict[str, Place] = Field(
        default_factory=dict[str, Cell], description="Further numbers, by name: columns that hold them."
    )

    places: dict[Text, Reference] = Field(
        default_factory=dict[str, Reference], description="Places by name, for from_place."
    )

    @model_validator(mode="after")
    def _checks(self) -> TableMapping:
        faults = Faults("mapping")
        if self.fields.from_place is not None and not self.places:
            faults.add(
                "names places, and there are none. Write places with lat and lon.", "fields", "from_place"
            )
        for name, cell in self.figures.items():
            _check_number(faults, cell, "figures", name)
        if self.thousands == self.decimal:
            faults.add("is the same as decimal. Write what the table has.", "thousands")
        faults.throw()
        return self


def load_mapping(path: str | os.PathLike[str]) -> TableMapping:
    """Read a mapping file.

    Raises
    ------
    ScenarioError
        When anything is wrong with it, with every mistake that was found, each with its line and column.
    """
    name = os.fspath(path).encode("utf-8", "backslashreplace").decode()
    return read_mapping(read_bytes(Path(path), name, MAPPING), name)


def read_mapping(raw: bytes, name: str) -> TableMapping:
    """Make a mapping of a file's bytes; ``name`` is what errors call the file. Otherwise as load_mapping."""
    root, problems = read_tree(raw, name, MAPPING)
    return validated(TableMapping, root, problems, lambda _root, _unknown: ())
