"""From entries of the record to rows of the index: files, reports, rows set aside, what persons said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pyarrow as pa

from holdfast.monitoring.agreement import Agreement
from holdfast.monitoring.record import Entry, files_in
from holdfast.monitoring.reports import Table
from holdfast.monitoring.store.correctable import CORRECTABLE
from holdfast.monitoring.store.entries import RECEIVED
from holdfast.monitoring.store.folder import asked
from holdfast.monitoring.store.sectors import place_reports

arrow: Any = pa
Row = tuple[Any, ...]

__all__ = [
    "count_evidence",
    "current_reports",
    "follow_revisions",
    "rename_all",
    "take_corrections",
    "take_others",
    "take_reports",
]

_NAMED = (
    ("sectors", "sector", "sector_id"),
    ("observers", "observer", "observer_id"),
    ("parties", "by", "by_id"),
)
"""A section of the agreement, the column that names one of its entries, and the one that has its id."""


def _file(entry: Entry) -> Row:
    said: Any = entry.open
    return entry.n, said["name"], said.get("format"), said.get("observer"), entry.at


def _aside(entry: Entry) -> Row:
    said: Any = entry.open
    kept = entry.sealed[RECEIVED]
    return kept["id"], entry.n, said["file"], said["line"], kept["reason"], kept["raw"], False


def _model(entry: Entry) -> Row:
    said: Any = entry.open
    return entry.n, said["model"]


def _claim(entry: Entry) -> Row:
    kept = entry.sealed["claim"]
    names = ("report", "claim", "grade", "article", "holds", "party", "by", "why")
    return entry.n, entry.at, *(kept.get(name) for name in names), None


def _link(entry: Entry) -> Row:
    kept = entry.sealed["link"]
    return entry.n, entry.at, *(kept[name] for name in ("one", "other", "same", "by", "why"))


_FILES = frozenset({"begin", "amendment"})
_ROW_OF: dict[str, tuple[str, Callable[[Entry], Row]]] = {
    "file": ("files", _file),
    "aside": ("aside", _aside),
    "model": ("models", _model),
    "claim": ("claims", _claim),
    "link": ("decisions", _link),
}
"""By kind of entry, the table that it is a row of, and the row."""


def take_others(con: Any, others: Iterable[Entry]) -> frozenset[str]:
    """Take in all entries but reports and corrections, and return which kinds there were."""
    rows: dict[str, list[Sequence[Any]]] = defaultdict(list)
    kinds: set[str] = set()
    mended: list[int] = []
    for entry in others:
        kinds.add(entry.kind)
        if entry.kind in _FILES:
            if files := files_in(entry):
                rows["agreement_files"] = [(n, *file) for n, file in enumerate(files.items())]
            if entry.kind == "amendment":
                rows["amendments"].append((entry.n, entry.at, entry.open.get("by"), entry.open.get("why")))
        elif entry.kind == "mended":
            mended += entry.open["aside"]
        elif entry.kind in _ROW_OF:
            table, row_of = _ROW_OF[entry.kind]
            rows[table].append(row_of(entry))
    if "agreement_files" in rows:
        con.execute("delete from agreement_files")
    for name, some in rows.items():
        _inserted(con, name, some)
    if mended:
        con.execute("update aside set mended = true where entry in (select unnest(?::bigint[]))", [mended])
    return frozenset(kinds)


def _inserted(con: Any, name: str, rows: Sequence[Sequence[Any]]) -> None:
    columns = [arrow.array(list(values)) for values in zip(*rows, strict=True)]
    con.register("taken", arrow.table(columns, names=[f"c{k}" for k in range(len(columns))]))
    con.execute(f"insert into {name} select * from taken")  # noqa: S608
    con.unregister("taken")


def take_reports(con: Any, agreement: Agreement, tables: list[Table]) -> tuple[int, int]:
    """Insert reports with what the agreement calls their sector, observer and party.

    Returns
    -------
    tuple
        How many there were, and how many that were known before they revise.
    """
    if not tables:
        return 0, 0
    whole = arrow.concat_tables(tables)
    con.register("whole", whole)
    for section, said, _ in _NAMED:
        _register_ids(con, agreement, section, whole[said].unique().to_pylist())
    con.execute(
        """
        insert into reports
        select w.*, s.id, o.id, p.id, false, null, null from whole w
        left join sectors_called s on s.name = w.sector
        left join observers_called o on o.name = w.observer
        left join parties_called p on p.name = w."by"
        order by entry
        """
    )
    con.unregister("whole")
    place_reports(con, agreement, f"entry >= {int(whole['entry'][0].as_py())}")
    revised = con.execute(
        """
        update reports set superseded = true where entry in (
            select entry from (
                select entry, lead(entry) over (partition by format, observer, native_id order by entry) as later
                from reports where native_id is not null and not superseded
            ) where later is not null
        )
        """
    ).fetchall()
    return whole.num_rows, revised[0][0]


def _register_ids(con: Any, agreement: Agreement, section: str, names: Iterable[str | None]) -> None:
    known = [name for name in names if name is not None]
    ids = [agreement.id_of(section, name) for name in known]
    text = arrow.string()
    called = arrow.table({"name": arrow.array(known, text), "id": arrow.array(ids, text)})
    con.register(f"{section}_called", called)


def rename_all(con: Any, agreement: Agreement) -> None:
    """Give all reports the sectors, observers and parties of an agreement that was amended."""
    _renamed(con, agreement, "true")


def _renamed(con: Any, agreement: Agreement, which: str) -> None:
    for section, said, own in _NAMED:
        names = con.execute(f'select distinct "{said}" from reports where {which}').fetchall()  # noqa: S608
        _register_ids(con, agreement, section, [name for (name,) in names])
        con.execute(
            f'update reports set {own} = (select id from {section}_called where name = "{said}") where {which}'  # noqa: S608
        )
    place_reports(con, agreement, which)


def take_corrections(con: Any, agreement: Agreement, others: Iterable[Entry]) -> None:
    """Correct reports, and what follows from their names and places."""
    touched: set[str] = set()
    for entry in others:
        if entry.kind != "correction":
            continue
        kept: Any = entry.sealed["correction"]
        for name, value in kept["set"].items():
            if name not in CORRECTABLE:  # a record that another program wrote
                continue
            query = f'select "{name}"::varchar from reports where id = ?'  # noqa: S608
            for (was,) in con.execute(query, [kept["report"]]).fetchall():
                now = None if value is None else str(value)
                row = [entry.n, entry.at, kept["report"], name, was, now, kept["by"], kept["why"]]
                con.execute("insert into corrections values (?, ?, ?, ?, ?, ?, ?, ?)", row)
            con.execute(f'update reports set "{name}" = ? where id = ?', [value, kept["report"]])  # noqa: S608
        touched.add(kept["report"])
    if touched:
        con.register("touched", arrow.table({"id": arrow.array(sorted(touched), arrow.string())}))
        _renamed(con, agreement, "id in (select id from touched)")
        con.unregister("touched")


def follow_revisions(con: Any) -> None:
    """Let what persons said of a report that was revised hold of its latest revision."""
    con.execute(
        """
        create or replace temp table revised as
        select old.id as old, new.id as new from reports old join reports new using (format, observer, native_id)
        where old.superseded and not new.superseded
            and old.id in (select report from claims union all select one from decisions union all select other from decisions)
        """
    )
    for table, column in (("claims", "report"), ("decisions", "one"), ("decisions", "other")):
        con.execute(f"update {table} set {column} = new from revised where {column} = old")  # noqa: S608
    con.execute("drop table revised")


def count_evidence(con: Any, agreement: Agreement) -> None:
    """Say of each report how it is known: as it says itself, or where it says no more than that it reports, as its observer does."""
    known = [{"observer": id_, "evidence": one.evidence} for id_, one in agreement.observers.items()]
    text = arrow.string()
    names = arrow.schema({"observer": text, "evidence": text})
    con.register("observers_know", arrow.Table.from_pylist(known, names))
    con.execute(
        """
        update reports set evidence_counted = now.counted from (
            select r.entry, case when r.evidence = 'reported' then coalesce(o.evidence, r.evidence) else r.evidence end as counted
            from reports r left join observers_know o on o.observer = r.observer_id
        ) now where reports.entry = now.entry and reports.evidence_counted is distinct from now.counted
        """
    )
    con.unregister("observers_know")


def current_reports(con: Any, condition: str = "true") -> Table:
    """Return the reports that hold now, in the order of the record."""
    return asked(
        con,
        f"select * exclude (superseded) from reports where not superseded and {condition} order by entry",  # noqa: S608
    )
