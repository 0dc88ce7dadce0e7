"""UCDP GED: what its columns become."""

import datetime as dt

import pytest

from holdfast.monitoring.formats import read
from holdfast.monitoring.formats.ucdp import POSITION_SD_KM
from holdfast.monitoring.reports import reports_of
from tests.unit.monitoring.formats.examples import (
    UCDP_COLUMNS,
    everything,
    one,
    reason,
    text_of,
)


def test_the_example_has_the_49_columns():
    assert len(UCDP_COLUMNS) == 49


def test_a_state_based_event():
    report = one("ucdp", time_zone="Europe/Kyiv")
    assert report.observer == "UCDP"
    assert report.native_id == "1001"
    assert report.kind == "clash"
    assert report.by is None
    assert report.start == dt.datetime(2014, 8, 28, 21, tzinfo=dt.UTC)
    assert report.end == dt.datetime(2014, 8, 29, 21, tzinfo=dt.UTC)
    assert report.offset_minutes == 180
    assert (report.lat, report.lon, report.shape, report.sd_along_km) == (48.14, 37.74, "normal", 12.5)
    assert report.sector == "North oblast"
    assert report.sources == ("Agency One", "Agency Two")
    assert report.evidence == "corroborated"
    assert report.text == "Shelling near the bridge, two dead"
    assert report.figures["killed_best"] == 2
    assert (report.figures["killed_low"], report.figures["killed_high"]) == (2, 4)


def test_one_source_named_twice_corroborates_nothing():
    assert one("ucdp", source_office="MemoryBook;MemoryBook").evidence == "reported"


def test_one_sided_violence_is_attributed_to_side_a():
    report = one("ucdp", type_of_violence="3", side_b="Civilians")
    assert (report.kind, report.by) == ("violence", "Government of A")


@pytest.mark.parametrize("precision", list("1234567"))
def test_where_prec_becomes_an_error_of_position(precision):
    report = one("ucdp", where_prec=precision)
    assert report.sd_along_km == report.sd_across_km == POSITION_SD_KM[precision]


def test_a_period_lasts_from_its_first_day_to_its_last():
    report = one("ucdp", date_prec="4", date_start="2014-09-01", date_end="2014-09-30")
    assert report.end - report.start == dt.timedelta(days=30)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"where_prec": "8"}, "where_prec = 8; must be a whole number from 1 to 7."),
        ({"date_prec": "0"}, "date_prec = 0; must be a whole number from 1 to 5."),
        ({"type_of_violence": ""}, "type_of_violence = ; must be 1, 2 or 3."),
        ({"best": "-1"}, "best = -1; must be a number, 0 or more."),
        ({"best": "1,234"}, "best = 1,234; must be a plain number. Write 1234, or 1.234"),
        ({"date_start": "2014-02-30"}, "date_start = 2014-02-30; is no day of the calendar."),
        ({"date_end": "2014-08-01"}, "ends before it starts."),
        ({"latitude": "37.74", "longitude": "48.14"}, "seem to be swapped: geom_wkt has them the other way"),
        ({"latitude": "48.2"}, "latitude = 48.2 and longitude = 37.74, but geom_wkt = POINT (37.74 48.14)."),
    ],
)
def test_what_is_set_aside(change, says):
    assert says in reason("ucdp", **change)


def test_every_fault_of_a_row_is_told_at_once():
    found = reason("ucdp", where_prec="9", best="many", date_start="soon")
    assert "where_prec" in found
    assert "best" in found
    assert "date_start" in found


def test_a_date_that_the_whole_file_decides():
    text = text_of(
        "ucdp",
        {"date_start": "09/05/2014 00:00", "date_end": "09/05/2014 00:00"},
        {"date_start": "8/29/2014 12:00:00 AM", "date_end": "8/29/2014 12:00:00 AM"},
    )
    reports, aside = everything(text)
    assert aside == []
    assert [report.start.date().isoformat() for report in reports] == ["2014-09-05", "2014-08-29"]


def test_a_date_that_the_file_leaves_open_is_set_aside():
    text = text_of("ucdp", {"date_start": "09/05/2014", "date_end": "09/05/2014"}, {"id": "2"})
    reports, aside = everything(text)
    assert [report.native_id for report in reports] == ["2"]
    assert "may be 9 May or 5 September 2014, and the file does not decide it" in aside[0].reason


def test_windows_1252_is_read():
    text = text_of("ucdp", {"source_headline": "Debal’tseve – çà"})
    reports, _ = everything(text.encode("cp1252"))
    assert reports[0].text == "Debal’tseve – çà"


@pytest.mark.needs_shared
def test_the_real_file_is_read_whole(shared):
    path = shared / "data" / "monitoring" / "ucdp-ged-ukraine.csv"
    batches = list(read(path, time_zone="Europe/Kyiv"))
    reports = [report for batch in batches for report in reports_of(batch.reports)]
    assert [str(row) for batch in batches for row in batch.aside] == []
    assert len(reports) == 3883
    assert len({report.id for report in reports}) == 3883
    assert sum(report.evidence == "corroborated" for report in reports) == 462
    # 10 May 2014 and 5 October 2014 are the same digits; all dates that decide the order write the month first
    first = reports[0]
    assert first.start == dt.datetime(2014, 1, 21, 22, tzinfo=dt.UTC)
    years = {report.start.year for report in reports}
    assert years <= set(range(2013, 2024))
    assert max((report.end - report.start).days for report in reports) == 365


def test_a_where_prec_that_is_none_is_told_once():
    _, aside = everything(text_of("ucdp", {"where_prec": "9"}))
    assert [one.reason for one in aside] == ["where_prec = 9; must be a whole number from 1 to 7."]


@pytest.mark.parametrize(
    ("office", "sources", "evidence"),
    [
        ("Agency One, Limited", ("Agency One, Limited",), "reported"),
        ("Agency One, Limited;Agency Two", ("Agency One, Limited", "Agency Two"), "corroborated"),
        ("Agency One;Agency One", ("Agency One",), "reported"),
    ],
)
def test_sources_are_parted_at_semicolons_only(office, sources, evidence):
    """A comma is part of a name; taken for two sources it would make of one that reports two that corroborate each other."""
    report = one("ucdp", source_office=office)
    assert (report.sources, report.evidence) == (sources, evidence)
