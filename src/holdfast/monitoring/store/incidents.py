"""From reports and which of them belong together to incidents, in the index.

An incident says what its reports say, one thing after the other: the position of the report that is surest of it, the shortest
interval, and the rest of the report that knows best (the highest on the ladder of evidence, then the surest of its place; heat seen from
above comes last, since it does not say what burns). A report that says no more than that it is one knows as its observer does in
general, by the agreement. Who did it is taken over only where all reports that name anyone name the same party.
"""

from __future__ import annotations

from typing import Any

from holdfast.monitoring.agreement import Agreement

__all__ = ["rebuild_incidents"]

_LADDER = "list_position(['reported', 'corroborated', 'observed', 'verified on site'], r.evidence_counted)"
_VAGUE = "('fire', 'other')"
_UNSURE = "coalesce(greatest(sd_along_km, sd_across_km), 1e9)"
_SIGNATURE = "bit_xor(hash({} || ' ' || probability)::hugeint)"
"""Of an incident's reports. As one text each: hashes of several columns are put together so that what two
reports share would cancel out."""

_BY_REPORT = f"""
create or replace temp table told as
select m.incident, m.probability, r.*,
    row_number() over best as rank, first_value(r.unit) over best as first_unit
from members m join reports r on r.id = m.report
where m.incident in (select incident from changed)
window best as (partition by m.incident order by r.kind in {_VAGUE}, {_LADDER} desc, {_UNSURE}, r."end" - r.start, r.id)
"""  # noqa: S608

_INCIDENTS = f"""
insert into incidents
with grouped as (
    select incident,
        count(*) as reports,
        list_sort(list_distinct(list(coalesce(observer_id, observer)))) as observers,
        min(probability) as probability,
        arg_min(kind, rank) as kind,
        arg_min({{'start': start, 'end': "end"}}, ("end" - start, rank)) as times,
        arg_min({{'lat': lat, 'lon': lon, 'along': sd_along_km, 'across': sd_across_km, 'azimuth': azimuth_deg, 'shape': shape}},
            ({_UNSURE}, rank)) as place,
        arg_min(sector, rank) filter (sector is not null) as sector,
        arg_min({{'id': sector_id, 'doubt': sectors}}, (sector_id is null, case when sector_id is null then {_UNSURE} else 0 end, rank))
            filter (sector_id is not null or sectors is not null) as placed,
        arg_min(unit, rank) as unit,
        max(count) filter (unit = first_unit) as count,
        max(figures['exempt_count']) filter (format = 'tally') as exempt_count,
        bool_or(format = 'tally' and exempt = text) as remarked,
        arg_min(weapon, rank) filter (weapon is not null) as weapon,
        arg_min(calibre_mm, rank) filter (calibre_mm is not null) as calibre_mm,
        arg_min("by", rank) filter ("by" is not null) as "by",
        count(distinct coalesce(by_id, "by")) as named,
        arg_min(by_id, rank) filter (by_id is not null) as by_id,
        string_agg(distinct exempt, '; ' order by exempt) as exempt,
        bool_or(format = 'tally') as tally,
        {_SIGNATURE.format("id")} as signature
    from told group by incident
)
select incident, reports, observers, probability, kind, times.start, times."end",
    place.lat, place.lon, place.along, place.across, place.azimuth, place.shape,
    coalesce(placed.id, sector), placed.id, unit, count,
    -- a remark that may be about an exemption does not say about how many of the count
    case when exempt_count is not null then least(exempt_count, count)::bigint when remarked then 0 end,
    case when exempt_count is not null then least(exempt_count, count)::bigint when remarked then count end,
    weapon, calibre_mm,
    case when named = 1 then "by" end, case when named = 1 then by_id end, named > 1, exempt, tally,
    -- a window is called after the day on which it ends
    (case when tally then times."end" - interval 1 second else times.start end at time zone $zone)::date,
    null, null, true, null, null, placed.doubt, signature
from grouped
"""  # noqa: S608


def rebuild_incidents(con: Any, agreement: Agreement) -> list[str]:
    """Make anew the incidents whose reports have changed, and return their ids.

    Parameters
    ----------
    con
        The index, with the tables reports and members as they are now.
    agreement
        Whose days count, and which says how its observers know.
    """
    con.execute(
        f"""
        create or replace temp table changed as
        with now as (select incident, {_SIGNATURE.format("report")} as signature from members group by incident)
        select coalesce(now.incident, i.incident) as incident, now.incident is null as gone
        from now full join incidents i using (incident)
        where now.signature is distinct from i.signature
        """  # noqa: S608
    )
    con.execute("delete from incidents where incident in (select incident from changed)")
    con.execute("delete from changed where gone")
    con.execute(_BY_REPORT)
    con.execute(_INCIDENTS, {"zone": agreement.time_zone})
    con.execute("drop table told")
    return [row[0] for row in con.execute("select incident from changed order by incident").fetchall()]
