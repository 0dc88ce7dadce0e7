"""What of the incidents lies in some days: which lie there only in part, and with what share.

An incident lies between its start and its end, any moment being as likely; a tally counts over all of its days. So one that reaches
beyond the days asked for is neither left out nor taken whole:

    a count     counts with the share of its days, or of its time, that lies within; at least nothing, at most all of it
    a finding   is undetermined: from 0, to the probability that it is a breach times the share; of a tally to that probability, since
                all that it counts may lie within
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import Any

__all__ = ["FINDING_NOW", "FINDING_WITHIN", "INCIDENT_WITHIN", "TALLY_DAYS", "partly", "within"]

ONE_DAY = dt.timedelta(days=1)

TALLY_DAYS = """greatest(ceil((epoch("end") - epoch(start) - 3600) / 86400), 1)::integer"""
"""How many days a tally has: the last is that on which it ends; where clocks change, a day has 25 hours."""

_PARTLY = f"""
create or replace temp table partly as
with lengths as (select incident, tally, day, epoch(start) as began, epoch("end") as ended, {TALLY_DAYS} as days from incidents),
shares as (
    select incident, tally, case
        when tally then (least(day, $until) - greatest(day - days + 1, $since) + 1) / days
        when ended > began then (least(ended, $after) - greatest(began, $begin)) / (ended - began)
    end as share
    from lengths
)
select incident, share, case when tally then 1.0 else share end as most from shares where share > 0 and share < 1
"""  # noqa: S608

INCIDENT_WITHIN = "(day between $since and $until or share is not null)"
"""Which incidents, joined to `partly`, lie in the days at least in part."""
FINDING_WITHIN = "(incident_day between $since and $until or share is not null)"
"""The same of findings."""
FINDING_NOW = """
case when share is not null and verdict = 'breach' then 'undetermined' else verdict end as verdict,
case when share is null or verdict <> 'breach' then breach end as breach,
case when share is null then p_low else 0.0 end as p_low, p_high * coalesce(most, 1.0) as p_high
"""
"""A finding, joined to `partly`, as it holds in the days."""
_PERIOD = (
    f"""
    create or replace temp table within as
    select incident, coalesce(share, 1.0) as share from incidents left join partly using (incident) where {INCIDENT_WITHIN}
    """,  # noqa: S608
    f"""
    create or replace temp table found as
    select incident, article, {FINDING_NOW} from findings left join partly using (incident) where {FINDING_WITHIN}
    """,  # noqa: S608
)


def partly(con: Any, time_zone: str, since: dt.date, until: dt.date) -> dict[str, dt.date]:
    """Make the table `partly`, of the incidents that lie in some days only in part, and return the days as a query's parameters.

    Parameters
    ----------
    con
        The index.
    time_zone
        The agreement's.
    since, until
        The first and the last of the days.
    """
    zone = zoneinfo.ZoneInfo(time_zone)
    begin, after = (dt.datetime.combine(day, dt.time(), zone).timestamp() for day in (since, until + ONE_DAY))
    days = {"since": since, "until": until}
    con.execute(_PARTLY, days | {"begin": begin, "after": after})
    return days


def within(con: Any, time_zone: str, since: dt.date, until: dt.date) -> None:
    """Make the tables `within`, of all incidents that lie in some days, with their shares, and `found`, of their findings there.

    Parameters
    ----------
    con, time_zone, since, until
        As for `partly`.
    """
    days = partly(con, time_zone, since, until)
    for query in _PERIOD:
        con.execute(query, days)
