"""ACLED: political violence and demonstrations, as CSV with 31 columns."""

from __future__ import annotations

import datetime as dt
import re

import numpy as np

from holdfast.monitoring.formats._batches import Values, distinct, optional
from holdfast.monitoring.formats._cells import Floats, Ints, Rows
from holdfast.monitoring.formats._layout import Layout
from holdfast.monitoring.formats._times import microseconds, moment_of

POSITION_SD_KM = {"1": 2.0, "2": 12.5, "3": 48.0}
"""Standard deviation of a position by geo_precision, by the same judgement as for UCDP's classes."""

KINDS = {
    "battles": "clash",
    "explosions/remote violence": "explosion",
    "violence against civilians": "violence",
    "headquarters or base established": "works",
    "disrupted weapons use": "weapon",
    "non-violent transfer of territory": "movement",
}
"""By event_type, or by sub_event_type where that says more."""

_NOBODY = re.compile(r"unidentified (armed groups?|military forces|forces|actors?)( \(.*\))?")
"""How ACLED names an actor of whom nothing more is known, with the country in brackets: whoever it was, it may be a party."""

_EXPLOSIONS = "explosions/remote violence"


def convert(rows: Rows) -> Values:
    """Say what events mean."""
    lat, lon = rows.positions("latitude", "longitude")
    sd = np.array(rows.words("geo_precision", POSITION_SD_KM, "1, 2 or 3"), dtype=float)
    start, end, offset = _intervals(rows)
    types = [text.lower() for text in rows.column("event_type")]
    subtypes = rows.column("sub_event_type")
    sources = [distinct(text) for text in rows.column("source")]
    return {
        "observer": "ACLED",
        "native_id": optional(rows.column("event_id_cnty")),
        "kind": [_kind(one, two.lower()) for one, two in zip(types, subtypes, strict=True)],
        "start": start,
        "end": end,
        "offset_minutes": offset,
        "lat": lat,
        "lon": lon,
        "sd_along_km": sd,
        "sd_across_km": sd,
        "azimuth_deg": 0.0,
        "shape": "normal",
        "sector": optional(rows.column("admin1")),
        "weapon": [
            two or None if one == _EXPLOSIONS else None for one, two in zip(types, subtypes, strict=True)
        ],
        "by": _by(rows),
        "evidence": ["corroborated" if len(names) > 1 else "reported" for names in sources],
        "text": rows.column("notes"),
        "sources": sources,
        "figures": {
            "killed_best": rows.numbers("fatalities", 0, blank=True),
            "geo_precision": _step(rows, "geo_precision"),
            "time_precision": _step(rows, "time_precision"),
        },
    }


def _step(rows: Rows, name: str) -> Floats:
    """Return a precision as a figure; what is wrong with it was said where its meaning was looked up."""
    return np.array([float(text) if text in POSITION_SD_KM else np.nan for text in rows.column(name)])


def _kind(event: str, sub_event: str) -> str:
    return KINDS.get(sub_event) or KINDS.get(event, "other")


def _by(rows: Rows) -> list[str | None]:
    """Return to whom an event is attributed: which of two actors acted is not coded, save against civilians.

    To nobody where ACLED does not know it. A militia or a gang that is not identified is no party as far as that goes, and stays named.
    """
    found: list[str | None] = []
    for first, second in zip(rows.column("actor1"), rows.column("actor2"), strict=True):
        alone = not second or second.lower().startswith("civilians")
        known = first and not _NOBODY.fullmatch(first.lower())
        found.append(first if alone and known else None)
    return found


def _intervals(rows: Rows) -> tuple[Ints, Ints, Ints]:
    """Return the intervals that event_date and time_precision mean: a day, the week about it, its month."""
    first, last, offset = rows.spans("event_date", days=True)
    starts, ends = first.copy(), last.copy()
    precisions = rows.words("time_precision", {"1": 1, "2": 2, "3": 3}, "1, 2 or 3")
    stamps = rows.column("timestamp")
    cache: dict[tuple[int, int], tuple[int, int]] = {}
    for row, precision in enumerate(precisions):
        if row in rows.faults:
            continue
        if precision != 1:
            key = (int(first[row]), precision)
            if key not in cache:
                cache[key] = _about(rows, *key)
            starts[row], ends[row] = cache[key]
        stamp = stamps[row]
        if stamp.isascii() and stamp.isdigit() and len(stamp) <= 12 and int(stamp) * 1_000_000 < starts[row]:
            rows.fault(row, "is later than the row's own timestamp. Check the date.", "event_date")
    return starts, ends, offset


def _about(rows: Rows, day: int, precision: int) -> tuple[int, int]:
    """Return the week about a day, three days to either side, or the month that it lies in."""
    local = moment_of(day).astimezone(rows.clock.zone).replace(tzinfo=None)
    if precision == 2:
        first, last = local - dt.timedelta(days=3), local + dt.timedelta(days=4)
    else:
        first = local.replace(day=1)
        last = (first + dt.timedelta(days=32)).replace(day=1)
    zone = rows.clock.zone
    return microseconds(first.replace(tzinfo=zone)), microseconds(last.replace(tzinfo=zone))


LAYOUT = Layout(
    "acled",
    required=(
        "event_id_cnty",
        "event_date",
        "time_precision",
        "event_type",
        "sub_event_type",
        "actor1",
        "actor2",
        "latitude",
        "longitude",
        "geo_precision",
        "source",
        "notes",
        "fatalities",
    ),
    optional=("admin1", "timestamp"),
    convert=convert,
    dates=("event_date",),
)
