"""What was counted by sector, unit, kinds and grade: what was reported one by one, and by themselves each observer's tallies.

Kinds of events are added only where they are watched for together (`observed.counted_with`): fires seen by satellite are no explosions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from holdfast.monitoring._within import INCIDENT_WITHIN
from holdfast.monitoring.agreement import EVENT_KINDS, Agreement
from holdfast.monitoring.observed import counted_with
from holdfast.monitoring.overlaps import stretches
from holdfast.monitoring.store.folder import asked

_NUMBERS = ("reports", "incidents", "tallies")
_COUNTED = ("count", "least", "most")
_ONE_BY_ONE = f"""
select sector, unit, kind, null::varchar as tallied_by, occurrence as grade, sum(reports)::bigint as reports, count(*) as incidents,
    0::bigint as tallies, sum((count * coalesce(share, 1.0))::decimal(38, 9))::double as count,
    coalesce(sum(count) filter (share is null), 0)::bigint as least, sum(count)::bigint as most
from incidents left join partly using (incident) where {INCIDENT_WITHIN} and occurred and not tally group by all order by all
"""  # noqa: S608
_TALLIES = """
select incident, sector, sector as sector_id, kind, unit, observers, occurrence, reports, start, "end", day, count
from incidents where tally and occurred and day >= ? and start::date <= ? order by incident
"""


def counted(con: Any, agreement: Agreement, days: dict[str, dt.date]) -> list[dict[str, Any]]:
    """Return what was counted on some days; of what reaches beyond them the share that lies within.

    Parameters
    ----------
    con
        The index, with the table `partly` of these days.
    agreement
        Whose articles say which kinds are watched for together.
    days
        What `partly` returned: `since` and `until`, both included.
    """
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}

    def row_of(one: dict[str, Any], tallied_by: str | None, grade: str | None) -> dict[str, Any]:
        place = one["sector"], one["unit"], tallied_by, grade
        row = rows.setdefault(
            (*place, counted_with(agreement, one["kind"])),
            dict(zip(("sector", "unit", "tallied_by", "grade"), place, strict=True))
            | {"kinds": [], **dict.fromkeys(_NUMBERS, 0), **dict.fromkeys(_COUNTED, 0.0)},
        )
        if one["kind"] not in row["kinds"]:
            row["kinds"] = sorted([*row["kinds"], one["kind"]], key=EVENT_KINDS.index)
        return row

    for one in asked(con, _ONE_BY_ONE, days).to_pylist():
        row = row_of(one, None, one["grade"])
        for name in (*_NUMBERS, *_COUNTED):
            row[name] += one[name]
    _tallied(con, days, row_of)
    return [row | {name: _plain(row[name]) for name in _COUNTED} for row in sorted(rows.values(), key=_order)]


def _tallied(con: Any, days: dict[str, dt.date], row_of: Callable[..., dict[str, Any]]) -> None:
    """Add what tallies count to their rows, those of one observer that overlap once."""
    first, last = days["since"], days["until"]
    tallies = asked(con, _TALLIES, [first, last]).to_pylist()
    told: set[int] = set()
    for one in stretches(tallies):
        if one.last < first or one.first > last:
            continue
        tally = tallies[one.row]
        row = row_of(tally, one.observer or "", tally["occurrence"])
        whole = one.within(one.first, one.last)
        row["count"] += one.within(first, last)
        row["least"] += whole if first <= one.first and one.last <= last else 0
        row["most"] += whole
        if one.row not in told:
            told.add(one.row)
            row["tallies"] += 1
            row["reports"] += tally["reports"]


def _plain(number: float | None) -> float | None:
    """Return a whole number as one, and any other to three digits."""
    return number if number is None else int(number) if round(number, 6) == int(number) else round(number, 3)


def _order(row: dict[str, Any]) -> tuple[Any, ...]:
    names = ("sector", "unit", "tallied_by", "grade")
    placed = tuple(part for name in names for part in (row[name] is None, row[name] or ""))
    return (*placed, EVENT_KINDS.index(row["kinds"][0]))
