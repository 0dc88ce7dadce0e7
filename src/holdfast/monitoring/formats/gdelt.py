"""GDELT 2.0: events that a machine reads out of the news, 61 columns parted by tabs, without a header."""

from __future__ import annotations

import numpy as np

from holdfast.monitoring.formats._batches import Values, optional
from holdfast.monitoring.formats._cells import Floats, Rows
from holdfast.monitoring.formats._layout import Layout
from holdfast.monitoring.formats._times import Clock


def _geo(actor: str) -> tuple[str, ...]:
    parts = ("Type", "FullName", "CountryCode", "ADM1Code", "ADM2Code", "Lat", "Long", "FeatureID")
    return tuple(f"{actor}Geo_{part}" for part in parts)


def _actor(number: int) -> tuple[str, ...]:
    parts = ("Code", "Name", "CountryCode", "KnownGroupCode", "EthnicCode", "Religion1Code", "Religion2Code")
    return tuple(f"Actor{number}{part}" for part in (*parts, "Type1Code", "Type2Code", "Type3Code"))


COLUMNS = (
    *("GlobalEventID", "Day", "MonthYear", "Year", "FractionDate"),
    *_actor(1),
    *_actor(2),
    *("IsRootEvent", "EventCode", "EventBaseCode", "EventRootCode", "QuadClass", "GoldsteinScale"),
    *("NumMentions", "NumSources", "NumArticles", "AvgTone"),
    *_geo("Actor1"),
    *_geo("Actor2"),
    *_geo("Action"),
    *("DATEADDED", "SOURCEURL"),
)

POSITION_SD_KM = {"1": 250.0, "2": 48.0, "3": 5.0, "4": 5.0, "5": 48.0}
"""Standard deviation by ActionGeo_Type: the centre of a country, a state or a city stands for all of it. Judgement."""

KINDS = {
    "152": "movement",
    "154": "movement",
    "175": "violence",
    "183": "explosion",
    "190": "clash",
    "192": "movement",
    "193": "firing",
    "194": "firing",
    "195": "explosion",
    "196": "clash",
    "18": "violence",
    "20": "violence",
}
"""By CAMEO's base code, or by its root; anything else is other."""

WEAPONS = {"193": "small arms", "194": "artillery or tanks", "195": "aerial weapons"}
"""What CAMEO's code itself says of the weapon."""


def convert(rows: Rows) -> Values:
    """Say what events mean."""
    lat, lon = rows.positions("ActionGeo_Lat", "ActionGeo_Long", blank=True)
    places = rows.column("ActionGeo_Type")
    sd = np.array([POSITION_SD_KM.get(text, 250.0) for text in places])
    sd[~np.isfinite(lat)] = np.nan
    start, end, offset = rows.spans("Day", days=True)
    _not_later(rows, start)
    bases = [text[:3] for text in rows.column("EventCode")]
    actors = zip(rows.column("Actor1Name"), rows.column("Actor1Code"), strict=True)
    by = [name or code or None for name, code in actors]
    there = np.isfinite(lat)
    names = rows.column("ActionGeo_FullName")
    return {
        "observer": "GDELT",
        "native_id": optional(rows.column("GlobalEventID")),
        "kind": [KINDS.get(base) or KINDS.get(base[:2], "other") for base in bases],
        "start": start,
        "end": end,
        "offset_minutes": offset,
        "lat": lat,
        "lon": lon,
        "sd_along_km": sd,
        "sd_across_km": sd,
        "azimuth_deg": np.where(there, 0.0, np.nan),
        "shape": ["normal" if here else None for here in there],
        "sector": [sector_of(name, place) for name, place in zip(names, places, strict=True)],
        "weapon": [WEAPONS.get(base) for base in bases],
        "by": by,
        "text": _texts(rows, by, names),
        "sources": [[text] if text else [] for text in rows.column("SOURCEURL")],
        "figures": _figures(rows),
    }


def _figures(rows: Rows) -> dict[str, Floats]:
    return {
        "cameo": rows.numbers("EventCode", 0, blank=True),
        "goldstein": rows.numbers("GoldsteinScale", -10, 10, blank=True),
        "mentions": rows.numbers("NumMentions", 0, blank=True),
        "sources": rows.numbers("NumSources", 0, blank=True),
        "articles": rows.numbers("NumArticles", 0, blank=True),
        "tone": rows.numbers("AvgTone", -100, 100, blank=True),
    }


def _texts(rows: Rows, by: list[str | None], places: list[str]) -> list[str]:
    others = zip(rows.column("Actor2Name"), rows.column("Actor2Code"), strict=True)
    codes = rows.column("EventCode")
    return [
        " ".join(
            part for part in (one, f"CAMEO {code}", name or other, f"at {place}" if place else "") if part
        )
        for one, code, (name, other), place in zip(by, codes, others, places, strict=True)
    ]


def _not_later(rows: Rows, start: object) -> None:
    """Set aside what is dated after the moment at which it was added."""
    starts = np.asarray(start)
    clock = Clock(None, str)
    for row, text in enumerate(rows.column("DATEADDED")):
        if len(text) != 14 or not (text.isascii() and text.isdigit()) or row in rows.faults:
            continue
        written = f"{text[:4]}-{text[4:6]}-{text[6:8]} {text[8:10]}:{text[10:12]}:{text[12:14]}"
        added = clock.span(written)
        if not isinstance(added, str) and starts[row] >= added[1]:
            rows.fault(row, f"is later than the row was added ({text}). Check the date.", "Day")


def sector_of(name: str, kind: str) -> str | None:
    """Return the first-order division that a place's full name says; None if it says none.

    Examples
    --------
    >>> sector_of("Horlivka, Donets'ka Oblast', Ukraine", "4"), sector_of("Ukraine", "1")
    ("Donets'ka Oblast'", None)
    """
    parts = [part.strip() for part in name.split(",")]
    if kind in ("3", "4") and len(parts) >= 3:
        return parts[-2]
    return parts[0] if kind in ("2", "5") and len(parts) >= 2 else None


LAYOUT = Layout(
    "gdelt",
    required=COLUMNS,
    optional=(),
    convert=convert,
    names=COLUMNS,
    quotes=False,
    delimiter="\t",
    dates=("Day",),
)
