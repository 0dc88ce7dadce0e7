"""What was counted by sector, unit and grade: what was reported one by one, and by themselves each observer's tallies."""

from __future__ import annotations

import datetime as dt
from typing import Any

from holdfast.monitoring._within import INCIDENT_WITHIN
from holdfast.monitoring.overlaps import stretches
from holdfast.monitoring.store.folder import asked

_COUNTED = ("count", "least", "most")
_ONE_BY_ONE = f"""
select sector, unit, null::varchar as tallied_by, occurrence as grade, sum(reports)::bigint as reports, count(*) as incidents,
    0::bigint as tallies, sum((count * coalesce(share, 1.0))::decimal(38, 9))::double as count,
    coalesce(sum(count) filter (share is null), 0)::bigint as least, sum(count)::bigint as most
from incidents left join partly using (incident) where {INCIDENT_WITHIN} and occurred and not tally group by all order by all
"""  # noqa: S608
_TALLIES = """
select incident, sector, sector as sector_id, kind, unit, observers, occurrence, reports, start, "end", day, count
from incidents where tally and occurred and day >= ? and start::date <= ? order by incident
"""


def counted(con: Any, days: dict[str, dt.date]) -> list[dict[str, Any]]:
    """Return what was counted on some days; of what reaches beyond them the share that lies within.

    Parameters
    ----------
    con
        The index, with the table `partly` of these days.
    days
        What `partly` returned: `since` and `until`, both included.
    """
    first, last = days["since"], days["until"]
    tallies = asked(con, _TALLIES, [first, last]).to_pylist()
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    told: set[int] = set()
    for one in stretches(tallies):
        if one.last < first or one.first > last:
            continue
        tally = tallies[one.row]
        key = tally["sector"], tally["unit"], one.observer or "", tally["occurrence"]
        row = rows.setdefault(
            key,
            dict(zip(("sector", "unit", "tallied_by", "grade"), key, strict=True))
            | {"reports": 0, "incidents": 0, "tallies": 0, "count": 0.0, "least": 0.0, "most": 0.0},
        )
        whole = one.within(one.first, one.last)
        row["count"] += one.within(first, last)
        row["least"] += whole if first <= one.first and one.last <= last else 0
        row["most"] += whole
        if one.row not in told:
            told.add(one.row)
            row["tallies"] += 1
            row["reports"] += tally["reports"]
    found = [*asked(con, _ONE_BY_ONE, days).to_pylist(), *rows.values()]
    return [row | {name: _plain(row[name]) for name in _COUNTED} for row in sorted(found, key=_order)]


def _plain(number: float | None) -> float | None:
    """Return a whole number as one, and any other to three digits."""
    return number if number is None else int(number) if round(number, 6) == int(number) else round(number, 3)


def _order(row: dict[str, Any]) -> tuple[Any, ...]:
    names = ("sector", "unit", "tallied_by", "grade")
    return tuple(part for name in names for part in (row[name] is None, row[name] or ""))
