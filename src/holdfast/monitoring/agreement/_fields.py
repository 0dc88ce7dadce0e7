"""The types of an agreement's fields that other files do not have: distances, calibres, times of day, names of maps."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from holdfast.monitoring.words import EventKind
from holdfast.scenario.reading import Bounds, Faults, NumberField, Text

Kilometres = Annotated[float, NumberField(Bounds(0.0, 1000.0, low_open=True, example=5.0))]
Error = Annotated[float, NumberField(Bounds(0.0, 500.0))]
Calibre = Annotated[float, NumberField(Bounds(0.0, 2000.0, low_open=True, example=100.0))]
Count = Annotated[float, NumberField(Bounds(1.0))]
Days = Annotated[float, NumberField(Bounds(0.0, 36_600.0, low_open=True, example=7.0))]
Kinds = Annotated[tuple[EventKind, ...], Field(min_length=1)]
Texts = tuple[Text, ...]


def _clock(raw: Any) -> Any:
    if not (isinstance(raw, str) and re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", raw)):
        faults = Faults("clock")
        faults.add('must be a time of day in "quotes", such as "19:30".')
        faults.throw()
    return raw


def file_fault(name: str) -> str | None:
    """Say why this may not be the name of a map; None if it may.

    Examples
    --------
    >>> file_fault("maps/zones.geojson"), file_fault("../zones.geojson") is None
    (None, False)
    """
    parts = re.split(r"[/\\]", name)
    if len(name) > 200 or any(part in ("", ".", "..") for part in parts) or ":" in name:
        return "must be a file beside the agreement or in a folder below it. Write a name: zones.geojson."
    return None


def _file(raw: str) -> str:
    if fault := file_fault(raw):
        faults = Faults("file")
        faults.add(fault)
        faults.throw()
    return raw


Clock = Annotated[str, BeforeValidator(_clock), WithJsonSchema({"type": "string"})]
FileName = Annotated[Text, AfterValidator(_file)]
