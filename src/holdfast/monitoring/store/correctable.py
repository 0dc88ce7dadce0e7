"""Fields of a report that a person can correct, and how the new value of each is read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from holdfast.errors import InputError
from holdfast.monitoring.agreement import Agreement
from holdfast.monitoring.formats.doubts import (
    CALIBRE_MM,
    COUNT_FAULT,
    MOST_COUNT,
    MOST_ERROR_KM,
    misplaced,
    too_late,
)
from holdfast.monitoring.formats.swapped import changed_over
from holdfast.monitoring.reports import EVENT_KINDS, EVIDENCE, UNITS
from holdfast.monitoring.store.entries import area_of, watched_of

__all__ = ["CORRECTABLE", "correction_fault", "read_changes"]

_TIME = "must be a time that says how far from UTC it is, such as 2021-05-20T16:30:00+03:00"


def _one_of(*allowed: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return text

    return read


def _number(low: float, high: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        message = f"must be a number from {low:g} to {high:g}"
        try:
            value = float(text)
        except ValueError:
            raise ValueError(message) from None
        if not low <= value <= high:
            raise ValueError(message)
        return value

    return read


def _time(text: str) -> str:
    try:
        at = dt.datetime.fromisoformat(text)
        if at.tzinfo is None:
            raise ValueError(_TIME)  # noqa: TRY301
        return at.astimezone(dt.UTC).replace(tzinfo=None).isoformat() + "Z"
    except (ValueError, OverflowError):
        raise ValueError(_TIME) from None


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text[:20]) > MOST_COUNT:
        raise ValueError(COUNT_FAULT)
    return int(text)


CORRECTABLE: dict[str, Callable[[str], Any]] = {
    "kind": _one_of(*EVENT_KINDS),
    "start": _time,
    "end": _time,
    "lat": _number(-90, 90),
    "lon": _number(-180, 180),
    "sd_along_km": _number(0, MOST_ERROR_KM),
    "sd_across_km": _number(0, MOST_ERROR_KM),
    "azimuth_deg": _number(0, 360),
    "sector": str,
    "unit": _one_of(*UNITS),
    "count": _count,
    "weapon": str,
    "calibre_mm": _number(*CALIBRE_MM),
    "by": str,
    "evidence": _one_of(*EVIDENCE),
    "exempt": str,
}
"""How each field is read; an empty text takes the value away where there need be none."""
_NEEDED = ("kind", "start", "end", "unit", "count", "evidence")
_ERRORS = ("sd_along_km", "sd_across_km", "azimuth_deg")


def read_changes(changes: Mapping[str, str]) -> dict[str, Any]:
    """Return new values by field, as the record keeps them.

    Raises
    ------
    InputError
        For a field that cannot be corrected, a value that is none, or no field at all.

    Examples
    --------
    >>> read_changes({"calibre_mm": "122", "by": "", "start": "2021-05-20T16:30:00+03:00"})
    {'calibre_mm': 122.0, 'by': None, 'start': '2021-05-20T13:30:00Z'}
    """
    if not changes:
        raise InputError(
            "a correction changes something. Give a field and its value, such as --set calibre_mm=122."
        )
    return {name: _read(name, text) for name, text in changes.items()}


def _read(name: str, text: str) -> Any:
    if name not in CORRECTABLE:
        raise InputError(f"{name}: cannot be corrected; must be one of {', '.join(CORRECTABLE)}.")
    if not text and name not in _NEEDED:
        return None
    try:
        return CORRECTABLE[name](text)
    except ValueError as error:
        raise InputError(f"{name} = {text}: {error}.") from None


def correction_fault(
    agreement: Agreement,
    now: Mapping[str, Any],
    changes: Mapping[str, Any],
    at: dt.datetime,
    *,
    as_given: bool = False,
) -> str | None:
    """Say what makes no sense in a report once it is corrected; None where all does.

    Parameters
    ----------
    agreement
        Whose sectors and parties it may name, and whose maps say where it can have been.
    now
        The report's correctable fields as they are, times as texts in UTC.
    changes
        As from `read_changes`.
    at
        When it is corrected: nothing that begins later can have been reported.
    as_given
        Whether its position is right, also where it seems to be swapped.
    """
    then = {**now, **changes}
    start, end = (dt.datetime.fromisoformat(then[name]) for name in ("start", "end"))
    if end <= start:
        return f"end = {then['end']}: must be after start, {then['start']}. Correct both with two --set."
    if "start" in changes and (fault := too_late(start.astimezone(dt.UTC), at)):
        return f"start = {changes['start']}: {fault}"
    if (then["lat"] is None) != (then["lon"] is None):
        return "lat and lon: are given both or not at all. Correct both with two --set."
    if {"lat", "lon"} & changes.keys() and then["lat"] is not None:
        missing = [name for name in _ERRORS if then[name] is None]
        if missing:
            return f"a position has an error: {', '.join(missing)} must be given too, such as --set {missing[0]}=1."
        if fault := misplaced(then["lat"], then["lon"], area=None if as_given else area_of(agreement)):
            return fault
        watched = None if as_given else watched_of(agreement)
        error = max(then["sd_along_km"], then["sd_across_km"])
        if watched is not None and watched.swapped([then["lat"]], [then["lon"]], [error])[0]:
            return changed_over(then["lat"], then["lon"])
    for name, section, known in (
        ("sector", "sectors", agreement.sectors),
        ("by", "parties", agreement.parties),
    ):
        said = changes.get(name)
        if said is not None and known and agreement.id_of(section, said) is None:
            return f"{name} = {said}: is not in the agreement; must be one of {', '.join(known)}."
    return None
