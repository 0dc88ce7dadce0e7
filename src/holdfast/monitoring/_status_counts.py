"""What was counted by sector, unit and grade: what was reported one by one, and by themselves each observer's tallies."""

from __future__ import annotations

import datetime as dt
from typing import Any

from holdfast.monitoring.overlaps import stretches
from holdfast.monitoring.store.folder import asked

_ONE_BY_ONE = """
select sector, unit, null::varchar as tallied_by, occurrence as grade, sum(reports)::bigint as reports, count(*) as incidents,
    0::bigint as tallies, sum(count)::bigint as count
from incidents where day between ? and ? and occurred and not tally group by all order by all
"""
_TALLIES = """
select incident, sector, sector as sector_id, kind, unit, observers, occurrence, reports, start, "end", day, count
from incidents where tally and occurred and day >= ? and start::date <= ? order by incident
"""


def counted(con: Any, first: dt.date, last: dt.date) -> list[dict[str, Any]]:
    """Return what was counted on some days, both included; of a tally that reaches beyond them the share that lies within."""
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
            | {"reports": 0, "incidents": 0, "tallies": 0, "count": 0.0},
        )
        row["count"] += one.within(first, last)
        if one.row not in told:
            told.add(one.row)
            row["tallies"] += 1
            row["reports"] += tally["reports"]
    for row in rows.values():
        share = round(row["count"], 6)
        row["count"] = int(share) if share == int(share) else share
    found = [*asked(con, _ONE_BY_ONE, [first, last]).to_pylist(), *rows.values()]
    return sorted(found, key=_order)


def _order(row: dict[str, Any]) -> tuple[Any, ...]:
    names = ("sector", "unit", "tallied_by", "grade")
    return tuple(part for name in names for part in (row[name] is None, row[name] or ""))
