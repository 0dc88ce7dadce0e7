"""Reports of days on which the agreement is not in force: they are kept, and count for nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

from holdfast.monitoring.agreement import Agreement
from holdfast.monitoring.reports import Table

__all__ = ["outside_force"]

_DAY = "(case when format = 'tally' then \"end\" - interval 1 second else start end at time zone ?)::date"


def outside_force(con: Any, agreement: Agreement, reports: Table) -> int:
    """Return how many reports are of days before the agreement came into force or after its last.

    The day is that by which incidents are counted: of the start in the agreement's time zone, and of a tally that of its end.

    Parameters
    ----------
    con
        The index.
    agreement
        Whose days in force are meant.
    reports
        Which reports.
    """
    force = agreement.in_force
    values = [agreement.time_zone, force.since, force.until or dt.date.max]
    con.register("dated", reports.select(["format", "start", "end"]))
    found = con.execute(f"select count(*) from dated where {_DAY} not between ? and ?", values).fetchall()  # noqa: S608
    con.unregister("dated")
    return int(found[0][0])
