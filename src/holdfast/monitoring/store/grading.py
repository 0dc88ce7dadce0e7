"""Incidents graded and tested against the articles, as reports and claims have it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.monitoring.agreement import Agreement
from holdfast.monitoring.claims import first_grades, settle_findings, settle_incidents
from holdfast.monitoring.findings import findings
from holdfast.monitoring.store.folder import asked
from holdfast.monitoring.store.incidents import rebuild_incidents

arrow: Any = pa
compute: Any = pc

__all__ = ["graded"]

_SETTLED = (
    *("occurrence", "first_occurrence", "occurred", "attribution", "not_by"),
    *("by_id", "by_disputed"),
)
"""Columns of an incident that follow from its reports' grades and from claims."""

_REPORTS = """
select r.id, r.observer, r.observer_id, r."by", r.by_id, r.superseded,
    case when r.kind = 'fire' and i.kind <> 'fire' then 'corroborated' else r.evidence end as evidence
from reports r join members m on m.report = r.id semi join to_test using (incident) join incidents i on i.incident = m.incident
order by r.entry
"""
"""The reports of the incidents to test. Who sees heat has observed a fire; of a shelling it is no more than corroboration."""


def graded(con: Any, agreement: Agreement, *, all_of_them: bool) -> None:
    """Make incidents of the reports that changed, grade them, and test them against the articles; those that claims are on, too.

    Parameters
    ----------
    con
        The index, with reports, members and claims as they are now.
    agreement
        That holds now.
    all_of_them
        Make all incidents anew.
    """
    if all_of_them:
        con.execute("delete from incidents")
    changed = rebuild_incidents(con, agreement)
    con.execute("delete from findings where incident not in (select incident from incidents)")
    con.register("ids", arrow.table({"incident": arrow.array(changed, arrow.string())}))
    con.execute(
        "create or replace temp table to_test as select incident from ids "
        "union select incident from members where report in (select report from claims)"
    )
    con.unregister("ids")
    _tested(con, agreement)


def _tested(con: Any, agreement: Agreement) -> None:
    """Grade and test the incidents of the table to_test."""
    inside = "semi join to_test using (incident)"
    incidents = asked(con, f"select i.* from incidents i {inside} order by incident")  # noqa: S608
    if not incidents.num_rows:
        return
    members = asked(con, f"select m.* from members m {inside} order by report")  # noqa: S608
    reports = asked(con, _REPORTS)
    claims = asked(con, "select * from claims order by entry")
    first = first_grades(agreement, incidents.drop_columns(list(_SETTLED)), members, reports)
    settled, unused = settle_incidents(agreement, first, members, claims)
    con.execute("update claims set unused = null where unused is not null")
    for claim in unused:
        con.execute("update claims set unused = ? where entry = ?", [claim.why, claim.entry])
    # who did it is what the claims say in the end; where reports disagree, nobody is named
    named = compute.if_else(settled["by_disputed"], None, compute.coalesce(settled["by_id"], settled["by"]))
    # a tally of none says that nothing was counted: nothing happened that could be a breach
    some = arrow.array(np.flatnonzero(settled["count"].to_numpy() > 0))
    found = findings(agreement, settled.set_column(settled.column_names.index("by"), "by", named).take(some))
    found = found.set_column(0, "incident", some.take(found["incident"]))
    found = settle_findings(agreement, found, settled, members, claims)
    settled = settled.select(incidents.column_names)
    ids = settled["incident"].take(found["incident"])
    found = found.set_column(found.column_names.index("incident"), "incident", ids)
    # a status asks for findings by day and sector, and joining them anew would take most of its time
    of_incident = (
        "select f.*, i.day as incident_day, i.sector as incident_sector, i.occurred as incident_occurred "
        "from made f join incidents i using (incident)"
    )
    for name, table, query in (
        ("incidents", settled, "select * from made"),
        ("findings", found, of_incident),
    ):
        con.register("made", table)
        con.execute(f"delete from {name} where incident in (select incident from to_test)")  # noqa: S608
        con.execute(f"insert into {name} by name {query}")
        con.unregister("made")
