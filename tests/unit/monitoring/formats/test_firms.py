"""NASA FIRMS: what its columns become."""

import datetime as dt

import pytest

from holdfast.monitoring.formats import read
from holdfast.monitoring.reports import reports_of
from tests.unit.monitoring.formats.examples import MODIS_COLUMNS, everything, one, reason, text_of


def test_a_detection_by_viirs():
    report = one("firms", time_zone="Europe/Kyiv")
    assert (report.observer, report.kind, report.unit, report.evidence) == (
        "VIIRS N20",
        "fire",
        "effect",
        "observed",
    )
    # times of satellites are in UTC, whatever the time zone of the reports
    assert report.start == dt.datetime(2026, 6, 24, 0, 5, tzinfo=dt.UTC)
    assert report.end - report.start == dt.timedelta(minutes=6)
    assert report.offset_minutes == 0
    assert (report.shape, report.sd_along_km, report.sd_across_km) == ("box", 0.195, 0.22)
    assert report.figures == {
        "confidence": 0.55,
        "frp_mw": 0.55,
        "brightness_k": 299.06,
        "background_k": 287.93,
    }


def test_a_detection_by_modis():
    row = {
        "brightness": "310.5",
        "bright_t31": "290.1",
        "instrument": "MODIS",
        "satellite": "T",
        "confidence": "73",
        "acq_time": "0812",
        "scan": "4.8",
        "track": "2.0",
        "daynight": "D",
    }
    reports, aside = everything(text_of("firms", row, columns=MODIS_COLUMNS))
    assert aside == []
    report = reports[0]
    assert report.observer == "MODIS Terra"
    assert report.figures["confidence"] == 0.73
    assert report.figures["brightness_k"] == 310.5
    assert report.end - report.start == dt.timedelta(minutes=5)
    assert (report.sd_along_km, report.sd_across_km) == (2.4, 1.0)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("l", 0.15),
        ("n", 0.55),
        ("h", 0.9),
        ("low", 0.15),
        ("Nominal", 0.55),
        ("HIGH", 0.9),
        ("0", 0),
        ("100", 1),
    ],
)
def test_confidence_in_letters_words_and_numbers(written, value):
    assert one("firms", confidence=written).figures["confidence"] == value


@pytest.mark.parametrize(
    ("written", "hour", "minute"),
    [("5", 0, 5), ("0", 0, 0), ("934", 9, 34), ("2359", 23, 59), ("09:34", 9, 34)],
)
def test_times_without_leading_zeros(written, hour, minute):
    assert one("firms", acq_time=written).start == dt.datetime(2026, 6, 24, hour, minute, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("day", "satellite", "azimuth"),
    [
        ("D", "N20", 77.0),
        ("N", "N20", 103.0),
        ("D", "Aqua", 78.0),
        ("D", "Terra", 102.0),
        ("N", "Terra", 78.0),
    ],
)
def test_the_pixel_lies_along_the_scan(day, satellite, azimuth):
    instrument = "VIIRS" if satellite == "N20" else "MODIS"
    report = one("firms", daynight=day, satellite=satellite, instrument=instrument, latitude="48")
    assert report.azimuth_deg == pytest.approx(azimuth, abs=1)


def test_the_archive_says_what_is_no_fire_in_vegetation():
    columns = [*MODIS_COLUMNS, "type"]
    reports, _ = everything(text_of("firms", {"type": "2"}, {"type": "0"}, columns=columns))
    assert [report.exempt for report in reports] == ["other static source on land", None]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"acq_time": "2460"}, "acq_time = 2460; must be a time of the day as HHMM, from 0 to 2359."),
        ({"acq_time": ""}, "acq_time = ; must be a time of the day"),
        ({"confidence": "sure"}, "confidence = sure; must be l, n, h, a word for them, or from 0 to 100."),
        ({"confidence": "101"}, "confidence = 101;"),
        ({"scan": "0"}, "scan = 0; must be a number from 0.01 to 20."),
        ({"frp": "inf"}, "frp = inf; must be a finite number."),
        ({"latitude": "NaN"}, "latitude = NaN; must be a finite number."),
        ({"latitude": "48_05"}, "latitude = 48_05; must be a plain number."),
        (
            {"latitude": "48,05962"},
            "latitude = 48,05962; must be a number with a decimal point. Write 48.05962.",
        ),
        ({"latitude": ""}, "latitude: has no value."),
        ({"latitude": "137.9", "longitude": "48.0"}, "seem to be swapped: a latitude is from -90 to 90."),
        ({"latitude": "-91", "longitude": "148"}, "latitude = -91; must be from -90 to 90."),
        ({"longitude": "180.5"}, "longitude = 180.5; must be from -180 to 180."),
        ({"latitude": "0", "longitude": "0"}, "are 0, which files write for no position."),
    ],
)
def test_what_is_set_aside(change, says):
    assert says in reason("firms", **change)


def test_swapped_inside_the_area_of_the_agreement():
    text = text_of(
        "firms", {"latitude": "37.9", "longitude": "48.1"}, {}, {"latitude": "10", "longitude": "20"}
    )
    reports, aside = everything(text, area=(22.0, 44.0, 41.0, 53.0))
    # what merely lies elsewhere is no fault
    assert [report.lat for report in reports] == [48.05962, 10.0]
    assert "outside the area of the agreement, and inside it the other way round" in aside[0].reason
    assert everything(text)[1] == []
    # nor is a place that lies inside both ways round
    assert everything(text, area=(30.0, 30.0, 60.0, 60.0))[1] == []


@pytest.mark.needs_shared
def test_the_real_file_is_read_whole(shared):
    path = shared / "data" / "monitoring" / "firms-viirs-ukraine-2026-06.csv"
    batches = list(read(path))
    reports = [report for batch in batches for report in reports_of(batch.reports)]
    assert [str(row) for batch in batches for row in batch.aside] == []
    assert len(reports) == 5731
    assert {report.observer for report in reports} == {"VIIRS SNPP", "VIIRS N20", "VIIRS N21"}
    assert min(report.start for report in reports) >= dt.datetime(2026, 6, 24, tzinfo=dt.UTC)
    assert max(report.sd_along_km or 0 for report in reports) < 0.5
