"""What persons add to the record: corrections of how a report was read, claims, and whether two reports are of the same event.

Nothing is changed by it that stands in the record already: each is an entry of its own, with who says so and why.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from holdfast.errors import InputError
from holdfast.monitoring.agreement import GRADES, Agreement
from holdfast.monitoring.record import Writer, adding
from holdfast.monitoring.reports import EVENT_KINDS, EVIDENCE, UNITS
from holdfast.monitoring.store.folder import agreement_of, index_read
from holdfast.monitoring.store.index import caught_up

__all__ = ["CLAIMS", "CORRECTABLE", "claim", "correct", "decide"]

CLAIMS = ("occurrence", "breach", "attribution")
"""What can be claimed of the incident that a report belongs to."""


def _one_of(*allowed: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return text

    return read


def _number(low: float, high: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        value = float(text)
        if not low <= value <= high:
            raise ValueError(f"must be a number from {low:g} to {high:g}")
        return value

    return read


def _time(text: str) -> str:
    at = dt.datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("must say how far from UTC it is, such as 2021-05-20T16:30:00+03:00")
    return at.astimezone(dt.UTC).replace(tzinfo=None).isoformat() + "Z"


def _count(text: str) -> int:
    value = int(text)
    if value < 0:
        raise ValueError("must be a whole number, 0 or more")
    return value


CORRECTABLE: dict[str, Callable[[str], Any]] = {
    "kind": _one_of(*EVENT_KINDS),
    "start": _time,
    "end": _time,
    "lat": _number(-90, 90),
    "lon": _number(-180, 180),
    "sd_along_km": _number(0, 20_000),
    "sd_across_km": _number(0, 20_000),
    "azimuth_deg": _number(0, 360),
    "sector": str,
    "unit": _one_of(*UNITS),
    "count": _count,
    "weapon": str,
    "calibre_mm": _number(0.1, 2000),
    "by": str,
    "evidence": _one_of(*EVIDENCE),
    "exempt": str,
}
"""Fields of a report that can be corrected, and how each is read; an empty text takes the value away where there need be none."""
_NEEDED = ("kind", "start", "end", "unit", "count", "evidence")


def correct(folder: Path, report: str, changes: Mapping[str, str], by: str, why: str) -> int:
    """Correct how a report was read, and return the number of the entry; the report stays as it was received.

    Raises
    ------
    InputError
        For a report that is not there, a field that cannot be corrected, or a value that is none.
    """
    read = {name: _read(name, text) for name, text in changes.items()}
    if not read:
        raise InputError("a correction changes something. Give a field and its value, such as --set calibre_mm=122.")
    said = {"report": report, "set": read, **_signed(by, why)}
    return _say(folder, "correction", said, [report], lambda _agreement: None)


def _read(name: str, text: str) -> Any:
    if name not in CORRECTABLE:
        raise InputError(f"{name}: cannot be corrected; must be one of {', '.join(CORRECTABLE)}.")
    if not text and name not in _NEEDED:
        return None
    try:
        return CORRECTABLE[name](text)
    except ValueError as error:
        raise InputError(f"{name} = {text}: {error}.") from None


def claim(
    folder: Path,
    report: str,
    what: str,
    grade: str,
    by: str,
    why: str,
    *,
    holds: bool = True,
    article: str | None = None,
    party: str | None = None,
) -> int:
    """Claim something of the incident that a report belongs to, and return the number of the entry.

    Parameters
    ----------
    folder, report
        Where, and of which report.
    what
        One of CLAIMS.
    grade
        How it is known: a step of the ladder.
    by, why
        Who says so, and on what grounds.
    holds
        False to claim that it is not so.
    article, party
        The article breached, for a breach; who did it, for an attribution.

    Raises
    ------
    InputError
        For a report, article or party that is not there, or a claim or grade that is none.
    """
    if what not in CLAIMS:
        raise InputError(f"claim = {what}: must be one of {', '.join(CLAIMS)}.")
    if grade not in GRADES:
        raise InputError(f"grade = {grade}: must be one of {', '.join(GRADES)}.")
    if (what == "breach") != (article is not None):
        raise InputError("a claim of a breach names its article, and no other claim does. Use --article ID.")
    if (what == "attribution") != (party is not None):
        raise InputError("a claim of who did it names the party, and no other claim does. Use --party ID.")

    def check(agreement: Agreement) -> None:
        for name, known in ((article, agreement.articles), (party, agreement.parties)):
            if name is not None and name not in known:
                raise InputError(f"{name}: is not in the agreement; must be one of {', '.join(known)}.")

    said = {"report": report, "claim": what, "grade": grade, "holds": holds, "article": article, "party": party}
    return _say(folder, "claim", {**said, **_signed(by, why)}, [report], check)


def decide(folder: Path, one: str, other: str, *, same: bool, by: str, why: str) -> int:
    """Say that two reports are of the same event, or that they are not, and return the number of the entry."""
    if one == other:
        raise InputError(f"{one}: is one report; name two.")
    said = {"one": one, "other": other, "same": same, **_signed(by, why)}
    return _say(folder, "link", said, [one, other], lambda _agreement: None)


def _signed(by: str, why: str) -> dict[str, str]:
    for name, text in (("by", by), ("why", why)):
        if not text.strip():
            raise InputError(f"{name}: must not be empty. Say {'who says so' if name == 'by' else 'why, in a sentence'}.")
    return {"by": by, "why": why}


def _say(
    folder: Path, kind: str, said: dict[str, Any], reports: list[str], check: Callable[[Agreement], None]
) -> int:
    with adding(folder) as writer:
        caught_up(folder)
        with index_read(folder) as con:
            check(agreement_of(con))
            for report in reports:
                rows = con.execute("select format from reports where id = ?", [report]).fetchall()
                if not rows:
                    raise InputError(f"{report}: no such report. `holdfast monitor status` and the report's tables name them.")
                if kind == "link" and rows[0][0] == "tally":
                    raise InputError(f"{report}: is a tally, which is no event. Decide on reports of events only.")
        n = _recorded(writer, kind, said)
        writer.commit()
        caught_up(folder)
    return n


def _recorded(writer: Writer, kind: str, said: dict[str, Any]) -> int:
    # sealed: it names a report that an export may leave out
    return writer.append(kind, {}, {kind: said})
