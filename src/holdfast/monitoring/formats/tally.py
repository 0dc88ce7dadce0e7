"""Tallies: how many were counted in a sector between two local times, such as a mission's daily figures."""

from __future__ import annotations

import re

import numpy as np

from holdfast.monitoring.formats._batches import Values, optional
from holdfast.monitoring.formats._cells import Floats, Ints, Rows
from holdfast.monitoring.formats._layout import Layout
from holdfast.monitoring.formats._times import DAY, moment_of
from holdfast.monitoring.reports import EVENT_KINDS, EVIDENCE, UNITS

_EXEMPT = re.compile(r"live[- ]fire|exercise|training", re.IGNORECASE)


def convert(rows: Rows) -> Values:
    """Say what tallies mean."""
    sectors = rows.column("region")
    for row, sector in enumerate(sectors):
        if not sector:
            rows.fault(row, "has no value. Name the sector that was counted.", "region")
    start, _, offset = rows.spans("period_start_local")
    end, _, _ = rows.spans("period_end_local")
    _days(rows, start, end)
    _issued(rows, end)
    numbers = rows.column("report_no")
    notes = rows.column("note")
    return {
        "observer": _observers(rows),
        # a number that was not seen, ?/2021, names no report
        "native_id": [
            f"{number} {sector}" if number and "?" not in number else None
            for number, sector in zip(numbers, sectors, strict=True)
        ],
        "kind": _word(rows, "kind", EVENT_KINDS, "firing"),
        "start": start,
        "end": end,
        "offset_minutes": offset,
        "sector": optional(sectors),
        "unit": _word(rows, "unit", UNITS, "effect"),
        "count": _counts(rows),
        "evidence": _word(rows, "evidence", EVIDENCE, "reported"),
        "text": notes,
        "sources": [[f"report {number}"] if number else [] for number in numbers],
        "figures": {
            "explosions": rows.numbers("explosions", 0, blank=True, whole=True),
            "previous_period": rows.numbers("previous_period_violations", 0, blank=True, whole=True),
            "exempt_count": rows.numbers("exempt_count", 0, blank=True, whole=True),
            "observed_share": rows.numbers("observed_share", 0, 1, blank=True),
        },
        "exempt": _exempt(rows, notes),
    }


def _observers(rows: Rows) -> list[str]:
    """Return who counted; a figure of nobody covers no day, and could not be held against another."""
    found = [name or rows.observer or "" for name in rows.column("observer")]
    for row, name in enumerate(found):
        if not name:
            rows.fault(
                row, "has no value. Name who counted, or add the file with --observer NAME.", "observer"
            )
    return found


def _word(rows: Rows, name: str, allowed: tuple[str, ...], default: str) -> list[str]:
    if not rows.has(name):
        return [default] * len(rows)
    known = {word: word for word in allowed} | {"": default}
    return rows.words(name, known, f"one of {', '.join(allowed)}")


def _counts(rows: Rows) -> Floats:
    """Return the figures; a tally without one says nothing, which is not the same as nothing having been counted."""
    counts = rows.numbers("ceasefire_violations", 0, 1e12, blank=True, whole=True)
    for row, text in enumerate(rows.column("ceasefire_violations")):
        if not text:
            message = (
                "has no value. Write 0 where none was counted; leave the row out where nothing was observed."
            )
            rows.fault(row, message, "ceasefire_violations")
    return np.nan_to_num(counts)


def _days(rows: Rows, start: Ints, end: Ints) -> None:
    """Hold the column of days against the period: days of local time, of which one may have 23 or 25 hours, or of 24 hours."""
    days = rows.numbers("days", 0, blank=True)
    for row in np.flatnonzero(np.isfinite(days)):
        if int(row) not in rows.faults:
            begun, ended = (rows.clock.readings(int(moment[row])) for moment in (start, end))
            found = (ended[-1] - begun[-1]) / DAY
            possible = [(last - first) / DAY for first in begun for last in ended]
            if all(abs(one - days[row]) > 1e-6 for one in (*possible, (end[row] - start[row]) / DAY)):
                rows.fault(int(row), f"days = {days[row]:g}; the period has {found:g}. Correct one of them.")


def _issued(rows: Rows, end: Ints) -> None:
    """Set aside what counts beyond the day on which it was issued."""
    zone = rows.clock.zone
    for row, text in enumerate(rows.column("issued")):
        if not text or row in rows.faults:
            continue
        span = rows.clock.day(text)
        if isinstance(span, str):
            rows.fault(row, span, "issued", text)
        elif end[row] > span[1]:
            until = moment_of(int(end[row])).astimezone(zone)
            rows.fault(
                row, f"was issued on {text}, before its period ends ({until:%Y-%m-%d %H:%M}). Check both."
            )


def _exempt(rows: Rows, notes: list[str]) -> list[str | None]:
    """Return what may exempt some of a count: what a column says, or else a note on it, which does not say of how many it is.

    Where this is the same as the note, no more than an unknown part is exempt (store/incidents.py).
    """
    if rows.has("exempt"):
        return optional(rows.column("exempt"))
    return [note if _EXEMPT.search(note) else None for note in notes]


LAYOUT = Layout(
    "tally",
    observed=True,
    required=("region", "period_start_local", "period_end_local", "ceasefire_violations"),
    optional=(
        "report_no",
        "issued",
        "days",
        "explosions",
        "previous_period_violations",
        "note",
        "observer",
        "evidence",
        "kind",
        "unit",
        "exempt",
        "exempt_count",
        "observed_share",
    ),
    convert=convert,
    dates=("period_start_local", "period_end_local", "issued"),
    aliases={
        "region": ("sector",),
        "period_start_local": ("period_start", "start"),
        "period_end_local": ("period_end", "end"),
        "ceasefire_violations": ("count", "violations"),
        "previous_period_violations": ("previous_period", "previous"),
        "report_no": ("report", "report_number"),
    },
)
