"""UCDP GED: georeferenced events of organized violence, as CSV with 49 columns."""

from __future__ import annotations

import re

import numpy as np

from holdfast.monitoring.formats._batches import Values, distinct, optional
from holdfast.monitoring.formats._cells import Floats, Rows
from holdfast.monitoring.formats._layout import Layout

POSITION_SD_KM = {"1": 2.0, "2": 12.5, "3": 22.0, "4": 48.0, "5": 100.0, "6": 250.0, "7": 50.0}
"""Standard deviation of a position by where_prec; where each comes from stands in docs/reference/reports.md."""

KINDS = {"1": "clash", "2": "clash", "3": "violence"}
"""By type_of_violence: state-based and non-state conflict, one-sided violence."""

_POINT = re.compile(r"POINT\s*\(\s*(\S+)\s+(\S+)\s*\)\Z", re.ASCII | re.IGNORECASE)
_FIGURES = {
    "killed_best": "best",
    "killed_high": "high",
    "killed_low": "low",
    "killed_side_a": "deaths_a",
    "killed_side_b": "deaths_b",
    "killed_civilians": "deaths_civilians",
    "killed_unknown": "deaths_unknown",
}


def convert(rows: Rows) -> Values:
    """Say what events mean."""
    lat, lon = rows.positions("latitude", "longitude")
    _same_place(rows, lat, lon)
    sd = np.array(rows.words("where_prec", POSITION_SD_KM, "a whole number from 1 to 7"), dtype=float)
    precision = rows.numbers("date_prec", 1, 5, whole=True)
    start, _, offset = rows.spans("date_start", days=True)
    _, end, _ = rows.spans("date_end", days=True)
    kinds = rows.words("type_of_violence", KINDS, "1, 2 or 3")
    sources = [distinct(text) for text in rows.column("source_office")]
    figures = {name: rows.numbers(column, 0, blank=True) for name, column in _FIGURES.items()}
    figures |= {
        # what is none of them has been told of once
        "where_prec": np.array(
            [float(text) if text in POSITION_SD_KM else np.nan for text in rows.column("where_prec")]
        ),
        "date_prec": precision,
        "event_clarity": rows.numbers("event_clarity", 1, 2, blank=True),
    }
    sides = zip(rows.column("side_a"), kinds, strict=True)
    headlines = zip(rows.column("source_headline"), rows.column("where_description"), strict=True)
    return {
        "observer": "UCDP",
        "native_id": optional(rows.column("id")),
        "kind": kinds,
        "start": start,
        "end": end,
        "offset_minutes": offset,
        "lat": lat,
        "lon": lon,
        "sd_along_km": sd,
        "sd_across_km": sd,
        "azimuth_deg": 0.0,
        "shape": "normal",
        "sector": optional(rows.column("adm_1")),
        # in one-sided violence side A acts; two sides that fight each other are both reported
        "by": [side or None if kind == "violence" else None for side, kind in sides],
        "evidence": ["corroborated" if len(names) > 1 else "reported" for names in sources],
        "text": [headline or place for headline, place in headlines],
        "sources": sources,
        "figures": figures,
    }


def _same_place(rows: Rows, lat: Floats, lon: Floats) -> None:
    """Hold the position against the one in geom_wkt, which writes longitude first."""
    if not rows.has("geom_wkt"):
        return
    for row, text in enumerate(rows.column("geom_wkt")):
        match = _POINT.match(text)
        if match is None or row in rows.faults:
            continue
        try:
            x, y = float(match[1]), float(match[2])
        except ValueError:
            continue
        if abs(y - lat[row]) < 1e-4 and abs(x - lon[row]) < 1e-4:
            continue
        said = f"latitude = {lat[row]:g} and longitude = {lon[row]:g}"
        if abs(x - lat[row]) < 1e-4 and abs(y - lon[row]) < 1e-4:
            rows.fault(
                row,
                f"{said} seem to be swapped: geom_wkt has them the other way round. Change them over if so.",
            )
        else:
            rows.fault(row, f"{said}, but geom_wkt = {text[:60]}. Keep the one that is right.")


LAYOUT = Layout(
    "ucdp",
    required=(
        "id",
        "type_of_violence",
        "side_a",
        "source_office",
        "where_prec",
        "latitude",
        "longitude",
        "date_prec",
        "date_start",
        "date_end",
        "best",
        "high",
        "low",
    ),
    optional=(
        "source_headline",
        "where_description",
        "adm_1",
        "geom_wkt",
        "event_clarity",
        "deaths_a",
        "deaths_b",
        "deaths_civilians",
        "deaths_unknown",
    ),
    convert=convert,
    dates=("date_start", "date_end"),
)
