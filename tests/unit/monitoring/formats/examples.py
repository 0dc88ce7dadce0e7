"""Made-up rows of every format, and what reading them gives."""

import csv
import io

from holdfast.monitoring.formats import read
from holdfast.monitoring.formats.gdelt import COLUMNS as GDELT_COLUMNS
from holdfast.monitoring.reports import REPORT_SCHEMA, Aside, Report, reports_of

UCDP_HEADER = (
    "id, relid, year, active_year, code_status, type_of_violence, conflict_dset_id, conflict_new_id, "
    "conflict_name, dyad_dset_id, dyad_new_id, dyad_name, side_a_dset_id, side_a_new_id, side_a, "
    "side_b_dset_id, side_b_new_id, side_b, number_of_sources, source_article, source_office, "
    "source_date, source_headline, source_original, where_prec, where_coordinates, where_description, "
    "adm_1, adm_2, latitude, longitude, geom_wkt, priogrid_gid, country, country_id, region, "
    "event_clarity, date_prec, date_start, date_end, deaths_a, deaths_b, deaths_civilians, "
    "deaths_unknown, best, high, low, gwnoa, gwnob"
)
UCDP_COLUMNS = UCDP_HEADER.split(", ")
UCDP_ROW = {
    "id": "1001",
    "type_of_violence": "1",
    "side_a": "Government of A",
    "side_b": "Group B",
    "source_office": "Agency One;Agency Two",
    "source_headline": "Shelling near the bridge, two dead",
    "where_prec": "2",
    "where_description": "near the bridge",
    "adm_1": "North oblast",
    "latitude": "48.14",
    "longitude": "37.74",
    "geom_wkt": "POINT (37.74 48.14)",
    "event_clarity": "1",
    "date_prec": "1",
    "date_start": "2014-08-29",
    "date_end": "2014-08-29",
    "deaths_a": "1",
    "deaths_b": "1",
    "deaths_civilians": "0",
    "deaths_unknown": "0",
    "best": "2",
    "high": "4",
    "low": "2",
}
ACLED_HEADER = (
    "event_id_cnty, event_date, year, time_precision, disorder_type, event_type, sub_event_type, actor1, "
    "assoc_actor_1, inter1, actor2, assoc_actor_2, inter2, interaction, civilian_targeting, iso, region, "
    "country, admin1, admin2, admin3, location, latitude, longitude, geo_precision, source, source_scale, "
    "notes, fatalities, tags, timestamp"
)
ACLED_COLUMNS = ACLED_HEADER.split(", ")
ACLED_ROW = {
    "event_id_cnty": "XXX1",
    "event_date": "2023-01-31",
    "time_precision": "1",
    "event_type": "Explosions/Remote violence",
    "sub_event_type": "Shelling/artillery/missile attack",
    "actor1": "Forces of A",
    "actor2": "",
    "admin1": "North",
    "latitude": "48.14",
    "longitude": "37.74",
    "geo_precision": "1",
    "source": "Paper One; Paper Two",
    "notes": 'On 31 January, shells fell on a field, "three of them".',
    "fatalities": "0",
    "timestamp": "1675900800",
}
FIRMS_HEADER = (
    "latitude, longitude, bright_ti4, scan, track, acq_date, acq_time, satellite, instrument, confidence, "
    "version, bright_ti5, frp, daynight"
)
FIRMS_COLUMNS = FIRMS_HEADER.split(", ")
FIRMS_ROW = {
    "latitude": "48.05962",
    "longitude": "37.95852",
    "bright_ti4": "299.06",
    "scan": "0.39",
    "track": "0.44",
    "acq_date": "2026-06-24",
    "acq_time": "5",
    "satellite": "N20",
    "instrument": "VIIRS",
    "confidence": "n",
    "version": "2.0NRT",
    "bright_ti5": "287.93",
    "frp": "0.55",
    "daynight": "N",
}
MODIS_COLUMNS = [
    {"bright_ti4": "brightness", "bright_ti5": "bright_t31"}.get(name, name) for name in FIRMS_COLUMNS
]
GDELT_ROW = {
    "GlobalEventID": "900000001",
    "Day": "20230131",
    "Actor1Code": "AAAMIL",
    "Actor1Name": "ARMY A",
    "Actor2Code": "BBB",
    "Actor2Name": "B",
    "IsRootEvent": "1",
    "EventCode": "194",
    "EventBaseCode": "194",
    "EventRootCode": "19",
    "GoldsteinScale": "-10.0",
    "NumMentions": "4",
    "NumSources": "2",
    "NumArticles": "4",
    "AvgTone": "-5.2",
    "ActionGeo_Type": "4",
    "ActionGeo_FullName": "Northtown, North Oblast, A",
    "ActionGeo_Lat": "48.3",
    "ActionGeo_Long": "38.05",
    "DATEADDED": "20230131151500",
    "SOURCEURL": "https://news.example/1",
}
TALLY_HEADER = (
    "report_no, issued, region, period_start_local, period_end_local, days, ceasefire_violations, "
    "explosions, previous_period_violations, note"
)
TALLY_COLUMNS = TALLY_HEADER.split(", ")
TALLY_ROW = {
    "report_no": "77/2021",
    "issued": "2021-04-03",
    "region": "Donetsk",
    "period_start_local": "2021-04-01T19:30",
    "period_end_local": "2021-04-02T19:30",
    "days": "1",
    "ceasefire_violations": "594",
    "explosions": "453",
    "previous_period_violations": "225",
}
COLUMNS = {
    "ucdp": UCDP_COLUMNS,
    "acled": ACLED_COLUMNS,
    "firms": FIRMS_COLUMNS,
    "gdelt": list(GDELT_COLUMNS),
    "tally": TALLY_COLUMNS,
}
ROWS = {"ucdp": UCDP_ROW, "acled": ACLED_ROW, "firms": FIRMS_ROW, "gdelt": GDELT_ROW, "tally": TALLY_ROW}


def line(cells, delimiter=","):
    """One row, quoted where needed."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerow(cells)
    return out.getvalue().removesuffix("\r\n")


def text_of(format_, *changes, columns=None, delimiter=","):
    """A file of the format with one row for each set of changes to the example."""
    columns = columns or COLUMNS[format_]
    if format_ == "gdelt":
        rows = [[{**GDELT_ROW, **change}.get(name, "") for name in columns] for change in changes]
        return "".join("\t".join(row) + "\n" for row in rows)
    rows = [[{**ROWS[format_], **change}.get(name, "") for name in columns] for change in changes]
    return "".join(line(row, delimiter) + "\n" for row in [columns, *rows])


def everything(data, format=None, **kwargs) -> tuple[list[Report], list[Aside]]:  # noqa: A002
    """All reports and all rows set aside; the batches must keep to the schema and account for their lines."""
    reports: list[Report] = []
    aside: list[Aside] = []
    for batch in read(data if isinstance(data, bytes) else data.encode(), format, **kwargs):
        assert batch.reports.schema.equals(REPORT_SCHEMA)
        batch.reports.validate(full=True)
        assert batch.rows == batch.reports.num_rows + len(batch.aside)
        assert len(batch.lines) == batch.reports.num_rows
        reports += reports_of(batch.reports)
        aside += batch.aside
    return reports, aside


def one(format_, time_zone="UTC", **change):
    """The report of the format's example with these changes, which must be good."""
    reports, aside = everything(text_of(format_, change), format_, time_zone=time_zone, observer="mission")
    assert aside == []
    assert len(reports) == 1
    return reports[0]


def reason(format_, time_zone="UTC", **change):
    """Why the format's example with these changes is set aside."""
    reports, aside = everything(text_of(format_, change), format_, time_zone=time_zone, observer="mission")
    assert reports == []
    assert len(aside) == 1
    assert aside[0].line == (1 if format_ == "gdelt" else 2)
    return aside[0].reason
