"""Reports made ready: in an order that does not depend on how they came, with their errors as covariances.

What cannot be linked is told apart here and nowhere else: a tally counts over a window and is no event; a report without a
position, or so vague that it could be almost anything around, would be linked by accident.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from holdfast.errors import InputError
from holdfast.monitoring.linkage.kinds import LISTS_EACH_EVENT_ONCE
from holdfast.monitoring.linkage.measures import EARTH_KM
from holdfast.monitoring.reports import Table

__all__ = ["NEEDED", "VAGUEST_HOURS", "VAGUEST_KM", "Prepared", "prepare"]

SURE_KM = 0.2
"""No position is taken to be better known than this."""
SURE_HOURS = 3.0
"""No time is taken to be better known than this: clocks, shifts and a fire that is seen at the next pass."""
VAGUEST_KM = 32.0
"""Standard error of a position above which a report is not linked."""
VAGUEST_HOURS = 50.0
"""Standard error of a time above which a report is not linked: an interval of seven days has 48.5 hours."""

NEEDED = (
    *("id", "format", "observer", "kind", "start", "end", "lat", "lon"),
    *("sd_along_km", "sd_across_km", "azimuth_deg", "shape", "text"),
)
"""The columns of a report that linkage reads."""

_SQL = f"""
create or replace table prepared as
with given as (
    select id, format, observer, kind, text, lat, lon,
        format <> 'tally' as event,
        coalesce(isfinite(lat) and isfinite(lon), false) as placed,
        epoch_us(start) / 3.6e9 as begins, epoch_us("end") / 3.6e9 as ends,
        greatest(coalesce(sd_along_km, 0) / if(shape = 'box', sqrt(3.0), 1.0), {SURE_KM}) as along,
        greatest(coalesce(sd_across_km, sd_along_km, 0) / if(shape = 'box', sqrt(3.0), 1.0), {SURE_KM}) as across,
        radians(coalesce(azimuth_deg, 0)) as turn,
        md5_number_lower(concat_ws(chr(31), format, observer, kind, start::varchar, "end"::varchar, lat, lon, text)) as content
    from reports
)
select
    (row_number() over (order by content, id) - 1)::integer as n,
    id, format, observer, kind, text, lat, lon, content, event, placed,
    (begins + ends) / 2 as hours,
    greatest((ends - begins) / sqrt(12.0), {SURE_HOURS}) as sd_hours,
    greatest(along, across) as sd_km,
    (along * sin(turn)) ** 2 + (across * cos(turn)) ** 2 as cov_ee,
    (along * cos(turn)) ** 2 + (across * sin(turn)) ** 2 as cov_nn,
    (along ** 2 - across ** 2) * sin(turn) * cos(turn) as cov_en,
    dense_rank() over (order by format, observer)::integer as data_set
from given order by n
"""  # noqa: S608


class Prepared(NamedTuple):
    """Reports in an order by content, then id, as arrays; the rest stays in the database's table `prepared`."""

    ids: Any
    """Of every report."""
    xyz: Float[np.ndarray, "reports 3"]
    """On a sphere, in kilometres."""
    hours: Float[np.ndarray, " reports"]
    sd_km: Float[np.ndarray, " reports"]
    sd_hours: Float[np.ndarray, " reports"]
    kind: list[str]
    kind_code: Int[np.ndarray, " reports"]
    data_set: Int[np.ndarray, " reports"]
    """0 where a data set may hold an event several times, otherwise its number."""
    content: Float[np.ndarray, " reports"]
    """From 0 to 1, by what a report says and not by its id: decides between neighbours that are equally near."""
    event: Bool[np.ndarray, " reports"]
    placed: Bool[np.ndarray, " reports"]
    linkable: Bool[np.ndarray, " reports"]


def prepare(con: Any, reports: Table) -> Prepared:
    """Fill the table `prepared` from reports by REPORT_SCHEMA and return what the search for neighbours needs.

    Raises
    ------
    InputError
        For a column that is missing, or an id that occurs twice.
    """
    if missing := [name for name in NEEDED if name not in reports.column_names]:
        raise InputError(f"reports have no column {missing[0]}; linkage reads {', '.join(NEEDED)}.")
    con.register("reports", reports.select(list(NEEDED)))
    con.execute(_SQL)
    con.unregister("reports")
    twice = con.execute(
        "select id from prepared group by id having count(*) > 1 order by id limit 1"
    ).fetchall()
    if twice:
        raise InputError(f"report {twice[0][0]} is given twice. Give each report once.")
    found = con.sql(
        "select id, lat, lon, hours, sd_km, sd_hours, kind, format, data_set, content, event, placed from prepared order by n"
    ).to_arrow_table()
    lat, lon = (np.radians(np.nan_to_num(_numbers(found, name))) for name in ("lat", "lon"))
    kinds = found["kind"].combine_chunks().dictionary_encode()
    formats = found["format"].combine_chunks().dictionary_encode()
    once = np.array(
        [LISTS_EACH_EVENT_ONCE.get(name, True) for name in formats.dictionary.to_pylist()], dtype=bool
    )
    sd_km, sd_hours = _numbers(found, "sd_km"), _numbers(found, "sd_hours")
    event = found["event"].to_numpy()
    vague = (sd_km > VAGUEST_KM) | (sd_hours > VAGUEST_HOURS)
    return Prepared(
        ids=found["id"].combine_chunks(),
        xyz=EARTH_KM * np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1),
        hours=_numbers(found, "hours"),
        sd_km=sd_km,
        sd_hours=sd_hours,
        kind=kinds.dictionary.to_pylist(),
        kind_code=kinds.indices.to_numpy(),
        data_set=np.where(once[formats.indices.to_numpy()], found["data_set"].to_numpy(), 0)
        if once.size
        else np.zeros(0, int),
        content=found["content"].to_numpy().astype(np.float64) / 2.0**64,
        event=event,
        placed=found["placed"].to_numpy(),
        linkable=event & found["placed"].to_numpy() & ~vague,
    )


def _numbers(table: Table, name: str) -> Float[np.ndarray, " reports"]:
    found: np.ndarray = table[name].to_numpy()
    return found.astype(np.float64)
