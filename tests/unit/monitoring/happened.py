"""Incidents with their findings, for tests of triggers; and a twin that goes through every outcome of a few of them."""

from __future__ import annotations

import datetime as dt
import itertools
import zoneinfo
from typing import Any

import pyarrow as pa

from holdfast.monitoring.observed import NOT_OBSERVED_SCHEMA
from holdfast.monitoring.triggers import Due, fall_due

from .agreement.example import TEXT, read

KYIV = zoneinfo.ZoneInfo("Europe/Kyiv")
FIRST = dt.date(2020, 1, 1)
NOTHING = NOT_OBSERVED_SCHEMA.empty_table()
INCIDENTS = {
    "incident": pa.string(),
    "start": pa.timestamp("us", "UTC"),
    "end": pa.timestamp("us", "UTC"),
    "kind": pa.string(),
    "unit": pa.string(),
    "count": pa.int64(),
    "sector_id": pa.string(),
    "lat": pa.float64(),
    "by": pa.string(),
    "by_id": pa.string(),
    "occurrence": pa.string(),
    "occurred": pa.bool_(),
    "attribution": pa.string(),
    "not_by": pa.list_(pa.string()),
    "tally": pa.bool_(),
    "observers": pa.list_(pa.string()),
}
FINDINGS = {
    "incident": pa.string(),
    "article": pa.string(),
    "p_low": pa.float64(),
    "p_high": pa.float64(),
    "unknown": pa.uint8(),
    "breach": pa.string(),
}


def agreement(*triggers: str, counting: str | None = None) -> Any:
    """The example with other triggers, each given as what stands between its braces."""
    text = TEXT[: TEXT.index("triggers:")].replace(
        "  west:", "  east: {name: East, reported_as: []}\n  west:"
    )
    if counting is not None:
        begin, end = text.index("counting:"), text.index("observation:")
        text = text[:begin] + counting + text[end:]
    lines = [
        f"  t{n}: {{title: T{n}, {one}, source: judgement, because: x}}" for n, one in enumerate(triggers)
    ]
    return read(text + "triggers:\n" + "\n".join(lines) + "\n")


def midnight(day: int) -> dt.datetime:
    return dt.datetime.combine(FIRST + dt.timedelta(days=day), dt.time(), KYIV)


def happened(day: int = 0, until: int | None = None, p: Any = 1.0, **more: Any) -> dict[str, Any]:
    """An incident at noon of a day, or at some moment from a day's midnight to another's, with its probability of a breach."""
    low, high = p if isinstance(p, tuple) else (p, p)
    noon = midnight(day) + dt.timedelta(hours=12)
    start, end = (noon, noon) if until is None else (midnight(day), midnight(until))
    return {
        "start": start,
        "end": end,
        "unit": "incident",
        "count": 1,
        "kind": "firing",
        "sector_id": "west",
        "occurrence": "observed",
        "occurred": True,
        "tally": False,
        "article": "ceasefire",
        "p_low": low,
        "p_high": high,
        "unknown": 0,
        **more,
    }


def tally(day: int, count: int, days: int = 1, **more: Any) -> dict[str, Any]:
    """A tally of effects over days that end at 19:30, the last of them on this day."""
    end = midnight(day) + dt.timedelta(hours=19, minutes=30)
    return happened(
        unit="effect",
        count=count,
        tally=True,
        **{"observers": ["mission"], "start": end - dt.timedelta(days=days), "end": end, **more},
    )


def tables(rows: list[dict[str, Any]]) -> tuple[Any, Any]:
    named = [{"incident": f"r{n:03d}", **row} for n, row in enumerate(rows)]
    return tuple(
        pa.table({name: pa.array([row.get(name) for row in named], kind) for name, kind in columns.items()})
        for columns in (INCIDENTS, FINDINGS)
    )


def due(one: Any, rows: list[dict[str, Any]], last: int = 30, gaps: Any = NOTHING) -> Due:
    """What becomes of the first trigger."""
    found = fall_due(one, *tables(rows), gaps, FIRST + dt.timedelta(days=last))
    return found[0]


def gap(since: int, until: int, sector: str = "west") -> Any:
    days = [FIRST + dt.timedelta(days=day) for day in (since, until)]
    return pa.Table.from_pylist(
        [{"sector_id": sector, "since": days[0], "until": days[1], "why": "x"}], schema=NOT_OBSERVED_SCHEMA
    )


def every_outcome(events: list[tuple[float, int]], need: int) -> float:
    """The probability that independent events, each of which counts so much, reach the need: by all outcomes."""
    total = 0.0
    for outcome in itertools.product((False, True), repeat=len(events)):
        chance, found = 1.0, 0
        for (p, weight), yes in zip(events, outcome, strict=True):
            chance *= p if yes else 1 - p
            found += weight * yes
        total += chance * (found >= need)
    return total
