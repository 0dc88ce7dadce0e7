"""GDELT 2.0 events: what its columns become."""

import datetime as dt

import pytest

from holdfast.monitoring.formats.gdelt import COLUMNS
from tests.unit.monitoring.formats.examples import everything, one, reason, text_of


def test_there_are_61_columns():
    assert len(COLUMNS) == len(set(COLUMNS)) == 61
    assert COLUMNS.index("EventCode") == 26
    assert COLUMNS.index("ActionGeo_Lat") == 56
    assert COLUMNS.index("SOURCEURL") == 60


def test_an_event():
    report = one("gdelt")
    assert (report.native_id, report.kind, report.weapon, report.by) == (
        "900000001",
        "firing",
        "artillery or tanks",
        "ARMY A",
    )
    assert report.start == dt.datetime(2023, 1, 31, tzinfo=dt.UTC)
    assert (report.lat, report.lon, report.sd_along_km, report.sector) == (48.3, 38.05, 5.0, "North Oblast")
    assert report.text == "ARMY A CAMEO 194 B at Northtown, North Oblast, A"
    assert report.sources == ("https://news.example/1",)
    assert report.evidence == "reported"
    assert report.figures["goldstein"] == -10
    assert report.figures["cameo"] == 194


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("010", "other"),
        ("0251", "other"),
        ("154", "movement"),
        ("1831", "explosion"),
        ("182", "violence"),
        ("190", "clash"),
        ("193", "firing"),
        ("1951", "explosion"),
        ("196", "clash"),
        ("204", "violence"),
    ],
)
def test_kinds_by_cameo(code, kind):
    assert one("gdelt", EventCode=code).kind == kind


def test_an_event_without_a_place():
    report = one("gdelt", ActionGeo_Lat="", ActionGeo_Long="", ActionGeo_Type="0", ActionGeo_FullName="")
    assert (report.lat, report.lon, report.sd_along_km, report.shape, report.sector) == (None,) * 5


@pytest.mark.parametrize(("kind", "km"), [("1", 250.0), ("5", 48.0), ("4", 5.0)])
def test_the_error_is_that_of_what_was_matched(kind, km):
    assert one("gdelt", ActionGeo_Type=kind).sd_across_km == km


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"Day": "20230230"}, "Day = 20230230; is no day of the calendar."),
        ({"Day": "20230202"}, "is later than the row was added (20230131151500)."),
        ({"ActionGeo_Long": ""}, "must both be given, or neither."),
        ({"ActionGeo_Lat": "x"}, "ActionGeo_Lat = x; must be a number."),
    ],
)
def test_what_is_set_aside(change, says):
    assert says in reason("gdelt", **change)


def test_a_row_of_gdelt_1_is_named_as_such():
    text = text_of("gdelt", {}) + "\t".join(["1"] * 58) + "\n"
    reports, aside = everything(text)
    assert len(reports) == 1
    assert aside[0].reason == "has 58 fields; the header has 61. 58 is GDELT 1.0, whose columns are others."


def test_a_header_that_someone_added_is_no_row():
    text = "\t".join(COLUMNS) + "\n" + text_of("gdelt", {})
    reports, aside = everything(text)
    assert (len(reports), aside) == (1, [])


def test_quotes_are_text():
    reports, aside = everything(text_of("gdelt", {"Actor1Name": '"A'}, {"Actor1Name": "B"}))
    assert aside == []
    assert [report.by for report in reports] == ['"A', "B"]
