"""NASA FIRMS: thermal detections by VIIRS and MODIS, as CSV."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from holdfast.monitoring.formats._batches import Values
from holdfast.monitoring.formats._cells import Floats, Ints, Rows
from holdfast.monitoring.formats._layout import Layout
from holdfast.monitoring.formats._times import MINUTE

SATELLITES = {"n": "SNPP", "npp": "SNPP", "1": "N20", "2": "N21", "a": "Aqua", "t": "Terra"}
"""Codes of satellites that a reader would not recognise; others are kept as received."""

CONFIDENCE = {"l": 0.15, "low": 0.15, "n": 0.55, "nominal": 0.55, "h": 0.9, "high": 0.9}
"""Words for confidence as the middle of the classes that MODIS gives in percent: to 30, to 80, to 100."""

GRANULE_MINUTES = {"viirs": 6, "modis": 5}
"""How long the scene lasts that begins at the time given."""

INCLINATION_DEG = {"viirs": 98.7, "modis": 98.2}

TYPES = {"1": "active volcano", "2": "other static source on land", "3": "offshore"}
"""What the archive's column `type` says that a detection is, other than a fire in vegetation (0)."""

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?\Z", re.ASCII)


def convert(rows: Rows) -> Values:
    """Say what detections mean."""
    lat, lon = rows.positions("latitude", "longitude")
    scan, track = rows.numbers("scan", 0.01, 20.0), rows.numbers("track", 0.01, 20.0)
    instruments = [text.upper() or "VIIRS" for text in rows.column("instrument")]
    satellites = [SATELLITES.get(text.lower(), text) for text in rows.column("satellite")]
    modis = np.array([text == "MODIS" for text in instruments])
    start = _starts(rows)
    length = np.where(modis, GRANULE_MINUTES["modis"], GRANULE_MINUTES["viirs"]) * MINUTE
    return {
        "observer": [f"{a} {b}".strip() for a, b in zip(instruments, satellites, strict=True)],
        "kind": "fire",
        "unit": "effect",
        "evidence": "observed",
        "start": start,
        "end": start + length,
        "lat": lat,
        "lon": lon,
        "sd_along_km": scan / 2,
        "sd_across_km": track / 2,
        "azimuth_deg": scan_azimuth(lat, modis, rows.column("daynight"), satellites),
        "shape": "box",
        "sources": [[f"NASA FIRMS {text}".strip()] for text in rows.column("version")],
        "figures": {
            "confidence": _confidence(rows),
            "frp_mw": rows.numbers("frp", blank=True),
            "brightness_k": rows.numbers("bright_ti4", blank=True),
            "background_k": rows.numbers("bright_ti5", blank=True),
        },
        "exempt": [TYPES.get(text) for text in rows.column("type")],
    }


def _starts(rows: Rows) -> Ints:
    """Return the minute at which each scene began, in microseconds: acq_time is HHMM without leading zeros."""
    days, _, _ = rows.spans("acq_date", days=True)
    cache: dict[str, int | None] = {}
    minutes: list[int] = []
    for row, text in enumerate(rows.column("acq_time")):
        if text not in cache:
            cache[text] = minute_of(text)
        minute = cache[text]
        if minute is None:
            rows.fault(row, "must be a time of the day as HHMM, from 0 to 2359.", "acq_time", text)
        minutes.append(minute or 0)
    return days + np.array(minutes, dtype=np.int64) * MINUTE


def minute_of(text: str) -> int | None:
    """Return the minute of the day; None if it is none.

    Examples
    --------
    >>> minute_of("5"), minute_of("1038"), minute_of("10:38"), minute_of("1061")
    (5, 638, 638, None)
    """
    if (match := _CLOCK.match(text)) is not None:
        hour, minute = int(match[1]), int(match[2])
    elif text.isascii() and text.isdigit() and len(text) <= 4:
        hour, minute = divmod(int(text), 100)
    else:
        return None
    return hour * 60 + minute if hour < 24 and minute < 60 else None


def _confidence(rows: Rows) -> Floats:
    texts = rows.column("confidence")
    known: dict[str, float | None] = {}
    found: list[float] = []
    for row, text in enumerate(texts):
        if text not in known:
            known[text] = _confidence_of(text)
        value = known[text]
        if value is None:
            rows.fault(row, "must be l, n, h, a word for them, or from 0 to 100.", "confidence", text)
        found.append(np.nan if value is None else value)
    return np.array(found)


def _confidence_of(text: str) -> float | None:
    if (word := CONFIDENCE.get(text.lower())) is not None:
        return word
    try:
        value = float(text)
    except ValueError:
        return None
    return value / 100 if 0 <= value <= 100 else None


def scan_azimuth(lat: Floats, modis: Any, daynight: list[str], satellites: list[str]) -> Floats:
    """Return the direction in which the sensor scans, in degrees clockwise from north, to about five degrees.

    A satellite at inclination i crosses latitude φ on a heading β with sin β = cos i / cos φ when it goes north, and 180° − β when
    it goes south (the Earth's turning left out); it scans across that. VIIRS and Aqua go north by day, Terra by night.
    """
    inclination = np.where(modis, INCLINATION_DEG["modis"], INCLINATION_DEG["viirs"])
    ratio = np.cos(np.radians(inclination)) / np.maximum(np.cos(np.radians(lat)), 1e-6)
    heading = np.degrees(np.arcsin(np.clip(ratio, -1.0, 1.0)))
    day = np.array([text.upper() != "N" for text in daynight])
    terra = np.array([text == "Terra" for text in satellites])
    north = day != terra
    return np.mod(np.where(north, heading, 180.0 - heading) + 90.0, 180.0)


LAYOUT = Layout(
    "firms",
    required=("latitude", "longitude", "scan", "track", "acq_date", "acq_time", "satellite", "confidence"),
    optional=("instrument", "version", "frp", "bright_ti4", "bright_ti5", "daynight", "type"),
    convert=convert,
    dates=("acq_date",),
    utc=True,
    aliases={"bright_ti4": ("brightness",), "bright_ti5": ("bright_t31",)},
)
