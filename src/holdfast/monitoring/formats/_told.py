"""The cells of a table that tell a position by bearing and distance from a place, as that position."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from holdfast.monitoring.formats._batches import Values
from holdfast.monitoring.formats._cells import Floats, Rows
from holdfast.monitoring.formats.bearing import (
    KNOWN_KM,
    MOST_KM,
    Told,
    direction,
    distance_error,
    end_points,
)
from holdfast.monitoring.formats.doubts import MOST_ERROR_KM, misplaced
from holdfast.monitoring.formats.mapping import TableMapping

Texts = Callable[[str], list[str]]

_ERRORS = (
    ("distance_error_km", MOST_ERROR_KM),
    ("bearing_error_deg", 180.0),
    ("from_error_km", MOST_ERROR_KM),
)


def told_position(rows: Rows, mapping: TableMapping, numbers: dict[str, Floats], texts: Texts) -> Values:
    """Return the positions of rows, with their errors; none where neither place, bearing nor distance is given.

    Parameters
    ----------
    rows
        Where faults are noted.
    mapping
        With its places.
    numbers
        Fields of a mapping that are numbers.
    texts
        Gives a field's cells.
    """
    bearings = texts("bearing")
    names = texts("from_place") if mapping.fields.from_place is not None else [""] * len(rows)
    degrees, off = _bearings(rows, bearings)
    lat, lon, error = _from(rows, mapping, numbers, names)
    km = numbers["distance_km"]
    for row, bearing in enumerate(bearings):
        given = bool(bearing), bool(np.isfinite(km[row])), bool(names[row]) or bool(np.isfinite(lat[row]))
        if row in rows.faults or given[:2] == (False, False):  # a place by itself is where an observer stands
            continue
        if not all(given):
            rows.fault(
                row,
                "tells a position in part. Give a bearing, distance_km, and from_place or from_lat and from_lon.",
            )
        elif not 0.0 <= km[row] <= MOST_KM:
            rows.fault(row, f"distance_km = {km[row]:g}; must be from 0 to {MOST_KM:g}. Check the unit.")
    said = numbers["distance_error_km"], numbers["bearing_error_deg"], numbers["from_error_km"]
    for (name, most), values in zip(_ERRORS, said, strict=True):
        for row in np.flatnonzero((values < 0) | (values > most)):
            if int(row) not in rows.faults:
                rows.fault(int(row), f"{name} = {values[row]:g}; must be from 0 to {most:g}.")
    told = Told(
        lat,
        lon,
        degrees,
        km,
        np.where(np.isfinite(said[2]), said[2], error),
        np.where(np.isfinite(said[1]), said[1], off),
        np.where(np.isfinite(said[0]), said[0], distance_error(km)),
    )
    good = np.array([row not in rows.faults for row in range(len(rows))], dtype=np.bool_)
    found = end_points(told)
    return {name: np.where(good, values, np.nan) for name, values in found.items()}


def _bearings(rows: Rows, texts: Sequence[str]) -> tuple[Floats, Floats]:
    degrees, off = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    for row, text in enumerate(texts):
        found = direction(text) if text else None
        if found is not None:
            degrees[row], off[row] = found
        elif text and row not in rows.faults:
            rows.fault(
                row,
                f"bearing = {text[:80]}; must be degrees from 0 to 360, or a point of the compass such as N, NNE or north-east.",
            )
    return degrees, off


def _from(
    rows: Rows, mapping: TableMapping, numbers: dict[str, Floats], names: Sequence[str]
) -> tuple[Floats, Floats, Floats]:
    """Return the places that positions are told from, and how far off these are."""
    lat, lon = numbers["from_lat"].copy(), numbers["from_lon"].copy()
    error = np.full(len(rows), KNOWN_KM)
    known = {name.casefold(): place for name, place in mapping.places.items()}
    for row, name in enumerate(names):
        if not name:
            continue
        place = known.get(name.casefold())
        if place is not None:
            lat[row], lon[row], error[row] = place.lat, place.lon, place.error_km
        elif row not in rows.faults:
            rows.fault(row, f"from_place = {name[:80]}; is no place of the mapping. Add it to places.")
    for row in np.flatnonzero(np.isfinite(lat) | np.isfinite(lon)):
        fault = (
            "from_lat and from_lon must both be given, or neither."
            if not (np.isfinite(lat[row]) and np.isfinite(lon[row]))
            else misplaced(float(lat[row]), float(lon[row]), ("from_lat", "from_lon"), rows.area)
        )
        if fault and int(row) not in rows.faults:
            rows.fault(int(row), fault)
    return lat, lon, error
