"""How an agreement is being kept, as far as the record tells: counts, findings, what falls due, what was not observed.

Counted is what lies in the days up to the one asked for; of what reaches beyond them, the share that lies within (`_within`). What
the record learnt later of those days counts too, as it would for whoever writes their history.
"""

from __future__ import annotations

import datetime as dt
import json
import zoneinfo
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from holdfast.errors import InputError
from holdfast.monitoring._status_counts import counted
from holdfast.monitoring._status_tallies import checked, side_by_side
from holdfast.monitoring._watched import unseen_days, unseen_for
from holdfast.monitoring._within import (
    FINDING_NOW,
    FINDING_WITHIN,
    INCIDENT_WITHIN,
    TALLY_DAYS,
    partly,
    within,
)
from holdfast.monitoring.agreement import Agreement
from holdfast.monitoring.observed import watched_with
from holdfast.monitoring.positions import DOUBTED
from holdfast.monitoring.reports import REPORT_SCHEMA, reports_of
from holdfast.monitoring.store.folder import agreement_of, asked, index_read
from holdfast.monitoring.tallies import Tally, tallies_of
from holdfast.monitoring.triggers import fall_due

arrow: Any = pa
compute: Any = pc

__all__ = ["checked", "period_tables", "side_by_side", "status"]

ONE_DAY = dt.timedelta(days=1)

_FINDINGS = f"""
with within as (
    select incident_sector as sector, article, {FINDING_NOW}
    from findings left join partly using (incident) where {FINDING_WITHIN} and incident_occurred
)
select sector, article, verdict, breach as grade, count(*) as number, -- sums of decimals do not depend on their order
    sum(p_low::decimal(18, 15))::double as low, sum(p_high::decimal(18, 15))::double as high from within group by all order by all
"""  # noqa: S608
_UNTOLD = f"""
from incidents left join partly using (incident)
where {INCIDENT_WITHIN} and occurred and sector_id is null and (sectors is not null or lat is null and not tally)
"""
"""Whose position leaves several sectors possible, or who have none; other incidents without a sector lie outside of all."""
_EXPECTED = f"""
select sector, sum(p::decimal(18, 15))::double as expected, count(*) filter (p is null) as unknown
from (select unnest(map_keys(sectors)) as sector, unnest(map_values(sectors)) as p {_UNTOLD}) group by sector order by sector
"""  # noqa: S608
_ELSEWHERE = f"""
select sum(greatest(1 - list_sum(map_values(sectors))::decimal(18, 15), 0))::double {_UNTOLD}
    and sectors is not null and list_count(map_values(sectors)) = len(map_values(sectors)) -- none is unknown
"""
_CONTRADICTED = f"""
select count(*) from incidents left join partly using (incident)
where {INCIDENT_WITHIN} and occurred and sectors is not null and sector_id is not null
    and coalesce(list_extract(map_extract(sectors, sector_id), 1), 0) < {DOUBTED}
"""  # noqa: S608
_CONCERNED = f"""
create or replace temp table concerned as
select (row_number() over (order by incident) - 1)::bigint as row, incident from incidents
where (day <= $day or tally and day - {TALLY_DAYS} + 1 <= $day) and ("end" is null or "end" >= $first) and occurred
    and incident in (select incident from findings where p_high > 0 and article in (select unnest($articles::varchar[])))
"""  # noqa: S608
"""Of tallies that end later and have begun, what they count may lie in the days that are looked at."""
_TESTED = """
select incident, kind, start, "end", lat, sector_id, sectors, unit, count, "by", by_id, by_disputed, observers, tally, occurrence,
    first_occurrence, attribution, occurred, not_by
from incidents join concerned using (incident) order by row
"""
_FOUND = """
select row as incident, article, p_low, p_high, unknown, exempt_least, exempt_most, breach, claimed
from findings join concerned using (incident) where article in (select unnest($articles::varchar[])) order by row
"""

_OF_PERIOD = {
    "incidents": "select i.* exclude (signature), w.share from incidents i join within w using (incident) order by i.start, i.incident",
    "findings": "select f.* exclude (verdict, p_low, p_high, breach, incident_day, incident_sector, incident_occurred), "
    "n.verdict, n.p_low, n.p_high, n.breach from findings f join found n using (incident, article) order by f.incident, f.article",
    "members": "select m.* from members m semi join within using (incident) order by m.incident, m.report",
    "reports": "select r.* from reports r join members m on m.report = r.id semi join within using (incident) order by r.entry",
    "claims": "select c.* from claims c join members m on m.report = c.report semi join within using (incident) order by c.entry",
    "aside": "select a.*, f.name from aside a join files f on f.entry = a.file where not mended order by a.entry",
}


def status(folder: Path, as_of: dt.date | None = None, since: dt.date | None = None) -> dict[str, Any]:
    """Return how the agreement is being kept as of a day; its keys are described in docs/reference/monitoring.md.

    Parameters
    ----------
    folder
        Of the record.
    as_of
        The last day that counts; that of the last incident where not given.
    since
        The first day of counts and findings; the agreement's first where not given. Triggers look at all days.

    Raises
    ------
    InputError
        Where there is no record, or the day lies before the agreement, after its last day, or after tomorrow.
    """
    with index_read(folder) as con:
        agreement = agreement_of(con)
        day = _day(con, agreement, as_of)
        first = since or agreement.in_force.since
        days = partly(con, agreement.time_zone, first, day)
        begins = agreement.in_force.since if agreement.in_force.since > _latest() else None
        unseen: list[dict[str, Any]] = []  # of days yet to come nobody can have seen anything
        if begins is None:
            unseen = unseen_days(con, agreement, (day, _now())).to_pylist()
        tallies = _tallies(con, agreement, day)
        return {
            "agreement": agreement.title,
            "as_of": day.isoformat(),
            "since": first.isoformat(),
            "time_zone": agreement.time_zone,
            "begins": None if begins is None else begins.isoformat(),
            "record": _record(con, folder, agreement),
            "linking": _linking(con),
            "counts": counted(con, agreement, days),
            "sectors_in_doubt": _in_doubt(con, days),
            "findings": _findings(con, agreement, days),
            "triggers": [] if begins else _triggers(con, agreement, day),
            "not_observed": [_run(row) for row in unseen],
            "tallies": checked(tallies, agreement.time_zone),
            "rivals": side_by_side(agreement, tallies),
        }


def _day(con: Any, agreement: Agreement, as_of: dt.date | None) -> dt.date:
    force = agreement.in_force
    if as_of is None:
        [(last,)] = con.execute(
            "select max(day) from incidents where day between ? and ?",
            [force.since, force.until or dt.date.max],
        ).fetchall()
        return last or force.since
    if force.since > _latest():
        raise InputError(
            f"{as_of} is not a day that can be told of: the agreement comes into force on {force.since}, and nothing is known of days "
            "yet to come."
        )
    until = min(force.until or dt.date.max, _latest())
    if not force.since <= as_of <= until:
        raise InputError(
            f"{as_of} is not a day that can be told of: must be from {force.since}, when the agreement came into force, to {until}"
            f"{', its last day' if until == force.until else ', since nothing is known of later days'}."
        )
    return as_of


def _latest() -> dt.date:
    """Return the last day of which anything can be known: tomorrow, as it is that already somewhere on earth."""
    return _now().date() + ONE_DAY


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _record(con: Any, folder: Path, agreement: Agreement) -> dict[str, Any]:
    from holdfast.monitoring.record import tip  # noqa: PLC0415 - read last, as others may be adding

    [(known, hash_)] = con.execute("select entry, hash from about").fetchall()
    [(reports, superseded)] = con.execute(
        "select count(*), count(*) filter (superseded) from reports"
    ).fetchall()
    [(files,)] = con.execute("select count(*) from files").fetchall()
    [(aside,)] = con.execute("select count(*) from aside where not mended").fetchall()
    [(outside,)] = con.execute(
        "select coalesce(sum(reports), 0)::bigint from incidents where day not between ? and ?",
        [agreement.in_force.since, agreement.in_force.until or dt.date.max],
    ).fetchall()
    return {
        "entries": known,
        "hash": hash_,
        "reports": reports,
        "files": files,
        "set_aside": aside,
        "superseded": superseded,
        "outside": outside,
        "not_indexed": tip(folder).n - known,
        "unused_claims": asked(
            con, 'select entry, "by", unused as why from claims where unused is not null order by entry'
        ).to_pylist(),
        "amendments": [
            {**row, "recorded": row["recorded"].isoformat()}
            for row in asked(con, "select * from amendments order by entry").to_pylist()
        ],
    }


def _in_doubt(con: Any, days: dict[str, dt.date]) -> dict[str, Any]:
    """Say of how many incidents the position does not tell the sector, or contradicts the one that is named."""
    [(untold, named, unplaced)] = con.execute(
        f"select count(*), count(*) filter (sector is not null), count(*) filter (sectors is null) {_UNTOLD}",
        days,
    ).fetchall()
    [(elsewhere,)] = con.execute(_ELSEWHERE, days).fetchall()
    [(contradicted,)] = con.execute(_CONTRADICTED, days).fetchall()
    return {
        "untold": untold,
        "under_names": named,
        "unplaced": unplaced,
        "expected": asked(con, _EXPECTED, days).to_pylist() if untold else [],
        "elsewhere": elsewhere or 0.0,
        "contradicted": contradicted,
    }


def _linking(con: Any) -> dict[str, Any]:
    [(told,)] = con.execute("select linking from about").fetchall()
    [(incidents, several)] = con.execute(
        "select count(*), count(*) filter (reports > 1) from incidents where not tally"
    ).fetchall()
    [(pairs,)] = con.execute("select count(*) from pairs").fetchall()
    counts: dict[str, Any] = json.loads(told)
    return {
        "incidents": incidents,
        "of_several": several,
        "pairs": pairs,
        "left_out": counts.get("not_looked_at", 0),
        "without_position": counts.get("without_position", 0),
        "vague": counts.get("vague", 0),
    }


def _findings(con: Any, agreement: Agreement, days: dict[str, dt.date]) -> list[dict[str, Any]]:
    rows: dict[tuple[str | None, str], dict[str, Any]] = {}
    for row in asked(con, _FINDINGS, days).to_pylist():
        own = rows.setdefault(
            (row["sector"], row["article"]),
            {
                "sector": row["sector"],
                "article": row["article"],
                "title": agreement.articles[row["article"]].title,
                **dict.fromkeys(("breach", "allowed", "undetermined"), 0),
                "low": 0.0,
                "high": 0.0,
                "grades": {},
            },
        )
        own[row["verdict"]] += row["number"]
        own["low"] += row["low"]
        own["high"] += row["high"]
        if row["grade"] is not None:
            own["grades"][row["grade"]] = own["grades"].get(row["grade"], 0) + row["number"]
    return list(rows.values())


def _run(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "sector": row["sector_id"],
        "since": row["since"].isoformat(),
        "until": row["until"].isoformat(),
        "why": row["why"],
    }


def _triggers(con: Any, agreement: Agreement, day: dt.date) -> list[dict[str, Any]]:
    triggers = agreement.triggers.values()
    articles = sorted({article for trigger in triggers for article in trigger.articles})
    if not articles:
        return []
    # what ended before the first day of every trigger lies in none of its windows, wherever on earth that day began
    first = min(trigger.since or agreement.in_force.since for trigger in triggers) - 2 * ONE_DAY
    con.execute(
        _CONCERNED,
        {"first": dt.datetime.combine(first, dt.time(), dt.UTC), "day": day, "articles": articles},
    )
    incidents, found = asked(con, _TESTED), asked(con, _FOUND, {"articles": articles})
    kinds: dict[str, Sequence[str]] = {article: agreement.articles[article].forbids for article in articles}
    unseen = unseen_for(con, agreement, (day, _now()), kinds, "article")
    return [due.to_json() for due in fall_due(agreement, incidents, found, unseen, day)]


def _tallies(con: Any, agreement: Agreement, day: dt.date) -> list[Tally]:
    """Return the tallies that reach into the days on which the agreement is in force, up to a day."""
    table = asked(con, "select * from reports where format = 'tally' and not superseded order by entry")
    named = {part.name for part in REPORT_SCHEMA}
    table = table.select([name for name in table.column_names if name in named])
    table = table.append_column("raw", [[""] * table.num_rows])
    force, zone = agreement.in_force, zoneinfo.ZoneInfo(agreement.time_zone)
    first = dt.datetime.combine(force.since, dt.time(), zone)
    after = dt.datetime.combine(min(day, force.until or day) + ONE_DAY, dt.time(), zone)
    last = dt.datetime.combine(day + 2 * ONE_DAY, dt.time(), dt.UTC)
    return [
        one
        for one in tallies_of(reports_of(table))
        if one.end <= last and one.end > first and one.start < after
    ]


def period_tables(folder: Path, since: dt.date, until: dt.date) -> dict[str, Any]:
    """Return the tables of a period's report: those of _OF_PERIOD, and the days not observed and not watched for a kind of event.

    Incidents, and what belongs to them, are restricted to what lies in the period.

    Raises
    ------
    InputError
        Where there is no record, the period ends before it begins, or a day of it lies before the agreement, after its last day, or
        after tomorrow.
    """
    if until < since:
        raise InputError(f"--period {since}/{until}: ends before it begins. Write the earlier day first.")
    with index_read(folder) as con:
        agreement = agreement_of(con)
        for day in (since, until):
            _day(con, agreement, day)
        within(con, agreement.time_zone, since, until)
        tables = {name: asked(con, query) for name, query in _OF_PERIOD.items()}
        unseen = unseen_days(con, agreement, (until, _now()))
        told = (
            tables["incidents"]
            .filter(compute.invert(tables["incidents"]["tally"]))["kind"]
            .unique()
            .to_pylist()
        )
        kinds: dict[str, Sequence[str]] = {
            kind: sorted(watched_with(agreement, kind)) for kind in sorted(told)
        }
        unwatched = unseen_for(con, agreement, (until, _now()), kinds, "kind")
    return {**tables, "not_observed": _cut(unseen, since), "not_watched": _cut(unwatched, since)}


def _cut(unseen: Any, since: dt.date) -> Any:
    """Return the days of such a table from one day on."""
    rows = [row | {"since": max(row["since"], since)} for row in unseen.to_pylist() if row["until"] >= since]
    return arrow.Table.from_pylist(rows, schema=unseen.schema)
