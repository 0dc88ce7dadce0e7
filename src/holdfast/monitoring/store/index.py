"""The index: what the record says, linked, tested and counted, in tables. The same record gives the same index."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.errors import HoldfastError
from holdfast.monitoring.agreement import Agreement
from holdfast.monitoring.claims import first_grades, settle_findings, settle_incidents
from holdfast.monitoring.findings import findings
from holdfast.monitoring.linkage import DEFAULT, Decision, Known, Linked, Model, link
from holdfast.monitoring.places import Positions, membership
from holdfast.monitoring.record import Entry, entries, files_in, tip
from holdfast.monitoring.reports import Table
from holdfast.monitoring.store.entries import Staged, staged
from holdfast.monitoring.store.folder import agreement_of, asked, index_changed, index_read, known_to
from holdfast.monitoring.store.incidents import rebuild_incidents
from holdfast.monitoring.store.schema import TABLES, VERSION

arrow: Any = pa
compute: Any = pc

__all__ = ["caught_up", "current_reports", "index_staged", "rebuilt"]

_FEW = 0.2
"""Up to this share of new reports only their neighbourhood is linked anew."""


def rebuilt(folder: Path) -> int:
    """Make the index anew from the record, and return the number of the last entry."""
    last = tip(folder).n
    _update(folder, staged(entries(folder)), last, anew=True)
    return last


def caught_up(folder: Path) -> None:
    """Bring the index up to the record's last entry, where an add was cut off between the two; the lock must be held."""
    last = tip(folder).n
    try:
        with index_read(folder) as con:
            known = known_to(con)
    except HoldfastError:
        known = 0
    if known < last:
        _update(folder, staged(entries(folder, known)), last, anew=known == 0)


def index_staged(folder: Path, fresh: Staged, last: int) -> None:
    """Bring the index up to the entry `last`, given the entries after those that it knows."""
    _update(folder, fresh, last, anew=False)


def _update(folder: Path, fresh: Staged, last: int, *, anew: bool) -> None:
    with index_changed(folder, anew=anew) as con:
        con.execute("begin")
        if anew:
            for name, columns in TABLES.items():
                con.execute(f"create table {name} ({columns})")
        changed = _others(con, fresh.others)
        agreement = agreement_of(con)
        count = _reports(con, agreement, fresh.reports)
        changed |= _corrected(con, agreement, fresh.others)
        claimed = any(entry.kind == "claim" for entry in fresh.others)
        if count or changed or anew:
            told = _linked(con, count if not changed else None)
        else:
            [(told,)] = con.execute("select linking from about").fetchall()
        if count or changed or anew or claimed:
            _tested(con, agreement, all_of_them=changed or anew)
        con.execute("delete from about")
        con.execute("insert into about values (?, ?, ?, ?)", [VERSION, last, tip(folder).hash, told])
        con.execute("commit")
        con.execute("checkpoint")


def _others(con: Any, others: Iterable[Entry]) -> bool:
    """Take in all entries but reports, and say whether they change what reports known before mean."""
    changed = False
    for entry in others:
        said: Any = entry.open
        match entry.kind:
            case "begin" | "amendment":
                con.execute("delete from agreement_files")
                rows = [(n, name, data) for n, (name, data) in enumerate(files_in(entry).items())]
                con.executemany("insert into agreement_files values (?, ?, ?)", rows)
                changed = True
            case "file":
                row = [entry.n, said["name"], said.get("format"), said.get("observer"), entry.at]
                con.execute("insert into files values (?, ?, ?, ?, ?)", row)
            case "aside":
                kept = entry.sealed["received"]
                row = [kept["id"], entry.n, said["file"], said["line"], kept["reason"], kept["raw"]]
                con.execute("insert into aside values (?, ?, ?, ?, ?, ?, false)", row)
            case "mended":
                con.execute("update aside set mended = true where entry in (select unnest(?::bigint[]))", [said["aside"]])
            case "model":
                con.execute("insert into models values (?, ?)", [entry.n, said["model"]])
                changed = True
            case "claim":
                kept = entry.sealed["claim"]
                names = ("report", "claim", "grade", "article", "holds", "party", "by", "why")
                row = [entry.n, entry.at, *(kept.get(name) for name in names)]
                con.execute("insert into claims values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            case "link":
                kept = entry.sealed["link"]
                row = [entry.n, entry.at, *(kept[name] for name in ("one", "other", "same", "by", "why"))]
                con.execute("insert into decisions values (?, ?, ?, ?, ?, ?, ?)", row)
                changed = True
            case _:
                pass
    return changed


def _reports(con: Any, agreement: Agreement, tables: list[Table]) -> int:
    """Insert reports with what the agreement calls their sector, observer and party, and return how many there were."""
    if not tables:
        return 0
    whole = arrow.concat_tables(tables)
    for section, field in (("sectors", "sector"), ("observers", "observer"), ("parties", "by")):
        names = whole[field].unique().to_pylist()
        rows = [(name, agreement.id_of(section, name)) for name in names if name is not None]
        called = arrow.table({"name": [r[0] for r in rows], "id": arrow.array([r[1] for r in rows], arrow.string())})
        con.register(f"{section}_called", called)
    con.register("whole", whole)
    con.execute(
        """
        insert into reports
        select w.*, s.id, o.id, p.id, false from whole w
        left join sectors_called s on s.name = w.sector
        left join observers_called o on o.name = w.observer
        left join parties_called p on p.name = w."by"
        order by entry
        """
    )
    con.unregister("whole")
    _placed(con, agreement, int(whole["entry"][0].as_py()))
    con.execute(
        """
        update reports set superseded = true where entry in (
            select entry from (
                select entry, lead(entry) over (partition by format, observer, native_id order by entry) as later
                from reports where native_id is not null and not superseded
            ) where later is not null
        )
        """
    )
    return whole.num_rows


def _placed(con: Any, agreement: Agreement, since: int) -> None:
    """Give reports that name no sector the one whose zone they most probably lie in, if that is more likely than not."""
    zoned = {id_: sector.zone for id_, sector in agreement.sectors.items() if sector.zone is not None}
    if not zoned:
        return
    table = asked(
        con,
        'select entry, (start at time zone ?)::date as day, lat, lon, sd_along_km, sd_across_km, azimuth_deg, shape from reports '
        "where sector_id is null and lat is not null and entry >= ?",
        [agreement.time_zone, since],
    )
    if not table.num_rows:
        return
    columns = {name: table[name].to_numpy(zero_copy_only=False) for name in table.column_names}
    days = columns["day"].astype("datetime64[D]")
    best, which = np.full(table.num_rows, 0.5), np.full(table.num_rows, -1)
    for number, zone in enumerate(zoned.values()):
        cuts = [np.datetime64(day) for day in sorted(_changes(agreement, zone))]
        part = np.searchsorted(np.array(cuts, "datetime64[D]"), days, side="right")
        for version in np.unique(part):
            rows = np.flatnonzero(part == version)
            place = agreement.atlas.zone(zone, days[rows[0]].astype(dt.date))
            if place is None:
                continue
            chosen = {name: values[rows] for name, values in columns.items() if name not in ("entry", "day")}
            inside = membership(place.zone, Positions.from_columns(chosen).blurred(place.sd_km))
            better = inside > best[rows]
            best[rows[better]], which[rows[better]] = inside[better], number
    found = np.flatnonzero(which >= 0)
    ids = np.array(list(zoned))[which[found]]
    con.register("found", arrow.table({"entry": columns["entry"][found], "sector": ids}))
    con.execute("update reports set sector_id = found.sector from found where reports.entry = found.entry")
    con.unregister("found")


def _changes(agreement: Agreement, zone: str) -> list[dt.date]:
    from holdfast.monitoring.agreement import Where  # noqa: PLC0415

    return agreement.atlas.changes(Where(inside=(zone,)))


def current_reports(con: Any, condition: str = "true") -> Table:
    """Return the reports that hold now, in the order of the record."""
    return asked(
        con,
        f"select * exclude (superseded) from reports where not superseded and {condition} order by entry",  # noqa: S608
    )


def _corrected(con: Any, agreement: Agreement, others: Iterable[Entry]) -> bool:
    changed = False
    for entry in others:
        if entry.kind != "correction":
            continue
        changed = True
        kept: Any = entry.sealed["correction"]
        for name, value in kept["set"].items():
            [(was,)] = con.execute(f'select "{name}"::varchar from reports where id = ?', [kept["report"]]).fetchall()
            row = [entry.n, entry.at, kept["report"], name, was, None if value is None else str(value), kept["by"], kept["why"]]
            con.execute("insert into corrections values (?, ?, ?, ?, ?, ?, ?, ?)", row)
            con.execute(f'update reports set "{name}" = ? where id = ?', [value, kept["report"]])
            section = {"sector": "sectors", "observer": "observers", "by": "parties"}.get(name)
            if section is not None:
                own = agreement.id_of(section, value)
                con.execute(f"update reports set {name}_id = ? where id = ?", [own, kept["report"]])
    return changed


def model_of(con: Any) -> Model:
    """Return the model of linkage that the record keeps, or the one by judgement where it keeps none."""
    rows = con.execute("select model from models order by entry desc limit 1").fetchall()
    return Model.from_json(rows[0][0]) if rows else DEFAULT


def _linked(con: Any, added: int | None) -> str:
    """Link reports and keep pairs and members; `added`, if only so many were added since and nothing else has changed."""
    model = model_of(con)
    [(total,)] = con.execute("select count(*) from reports where not superseded").fetchall()
    [(superseded,)] = con.execute("select count(*) from reports where superseded").fetchall()
    decided = [Decision(*row) for row in con.execute("select one, other, same from decisions order by entry").fetchall()]
    if total == 0:
        return "{}"
    if added is not None and not superseded and added <= _FEW * total:
        [(since,)] = con.execute("select entry from about").fetchall()
        before, fresh = current_reports(con, f"entry <= {since}"), current_reports(con, f"entry > {since}")
        pairs = asked(con, "select * from pairs")
        found = link(fresh, model, known=Known(before, pairs), decisions=decided)
    else:
        found = link(current_reports(con), model, decisions=decided)
    _kept(con, found)
    return _told(found)


def _kept(con: Any, found: Linked) -> None:
    for name, table in (("pairs", found.pairs), ("members", found.incidents)):
        con.execute(f"delete from {name}")
        con.register("found", table)
        con.execute(f"insert into {name} select * from found")
        con.unregister("found")


def _told(found: Linked) -> str:
    from holdfast.study.store import json_text  # noqa: PLC0415

    return json_text(asdict(found.counts))


def _tested(con: Any, agreement: Agreement, *, all_of_them: bool) -> None:
    """Make incidents of the reports that changed, grade them, and test them against the articles; those that claims are on, too."""
    changed = rebuild_incidents(con, agreement.time_zone)
    con.execute("delete from findings where incident not in (select incident from incidents)")
    if all_of_them:
        con.execute("create or replace temp table to_test as select incident from incidents")
    else:
        con.register("ids", arrow.table({"incident": arrow.array(changed, arrow.string())}))
        con.execute(
            "create or replace temp table to_test as select incident from ids "
            "union select incident from members where report in (select report from claims)"
        )
        con.unregister("ids")
    _graded(con, agreement)


def _graded(con: Any, agreement: Agreement) -> None:
    """Grade and test the incidents of the table to_test."""
    inside = "semi join to_test using (incident)"
    incidents = asked(con, f"select i.* from incidents i {inside} order by incident")
    if not incidents.num_rows:
        return
    members = asked(con, f"select m.* from members m {inside} order by report")
    columns = "r.id, r.observer, r.observer_id, r.evidence, r.\"by\", r.by_id, r.superseded"
    reports = asked(
        con, f"select {columns} from reports r join members m on m.report = r.id {inside} order by r.entry"
    )
    claims = asked(con, "select * from claims where report in (select report from members) order by entry")
    plain = incidents.drop_columns(["occurrence", "first_occurrence", "occurred", "attribution", "not_by", "by_id", "by_disputed"])
    graded = first_grades(agreement, plain, members, reports)
    settled, _ = settle_incidents(agreement, graded, members, claims)
    # who did it is what the claims say in the end; where reports disagree, nobody is named
    named = compute.if_else(settled["by_disputed"], None, compute.coalesce(settled["by_id"], settled["by"]))
    found = findings(agreement, settled.set_column(settled.column_names.index("by"), "by", named))
    found = settle_findings(agreement, found, settled, members, claims)
    settled = settled.select(incidents.column_names)
    found = found.set_column(
        found.column_names.index("incident"), "incident", settled["incident"].take(found["incident"])
    )
    for name, table in (("incidents", settled), ("findings", found)):
        con.register("made", table)
        con.execute(f"delete from {name} where incident in (select incident from to_test)")
        con.execute(f"insert into {name} by name select * from made")
        con.unregister("made")
