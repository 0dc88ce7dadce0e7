"""Tallies: what their columns become."""

import datetime as dt

import pytest

from holdfast.errors import InputError
from holdfast.monitoring.formats import read
from holdfast.monitoring.reports import reports_of
from tests.unit.monitoring.formats.examples import TALLY_COLUMNS, everything, reason, text_of
from tests.unit.monitoring.formats.examples import one as example

KYIV = "Europe/Kyiv"


def one(**change):
    return example("tally", time_zone=KYIV, **change)


def test_a_tally():
    report = one(note="no patrols in the north")
    assert (report.sector, report.kind, report.unit, report.count) == ("Donetsk", "firing", "effect", 594)
    assert report.start == dt.datetime(2021, 4, 1, 16, 30, tzinfo=dt.UTC)
    assert report.end == dt.datetime(2021, 4, 2, 16, 30, tzinfo=dt.UTC)
    assert report.native_id == "77/2021 Donetsk"
    assert report.figures == {"explosions": 453, "previous_period": 225}
    assert (report.text, report.exempt) == ("no patrols in the north", None)
    assert (report.lat, report.shape) == (None, None)


@pytest.mark.parametrize(
    "note", ["12 explosions assessed as live fire", "a Training area", "exercises near Donetsk"]
)
def test_a_note_on_an_exercise_is_a_remark(note):
    """It stands for an unknown part, which the index tells by its being the same as the text; it says no number."""
    report = one(note=note)
    assert report.exempt == report.text == note
    assert "exempt_count" not in report.figures


def test_where_there_is_a_column_for_it_a_note_exempts_nothing():
    text = text_of("tally", {"note": "8 of them live-fire training"}, columns=[*TALLY_COLUMNS, "exempt"])
    reports, _ = everything(text, time_zone=KYIV, observer="mission")
    assert [report.exempt for report in reports] == [None]


def test_a_report_whose_number_was_not_seen_has_no_id_of_its_own():
    assert one(report_no="?/2021").native_id is None


def test_a_day_on_which_clocks_change_is_a_day():
    report = one(period_start_local="2021-03-27T19:30", period_end_local="2021-03-28T19:30")
    assert report.end - report.start == dt.timedelta(hours=23)
    assert report.offset_minutes == 120


def test_who_counted():
    text = text_of("tally", {})
    with pytest.raises(
        InputError, match=r"does not say who reports.*--observer NAME or in a column observer"
    ):
        everything(text, time_zone=KYIV)
    assert everything(text, time_zone=KYIV, observer="mission")[0][0].observer == "mission"
    named = text_of("tally", {"observer": "JCCC"}, columns=[*TALLY_COLUMNS, "observer"])
    assert everything(named, time_zone=KYIV, observer="mission")[0][0].observer == "JCCC"
    some = text_of("tally", {"observer": "JCCC"}, {}, columns=[*TALLY_COLUMNS, "observer"])
    reports, [row] = everything(some, time_zone=KYIV)
    assert [report.observer for report in reports] == ["JCCC"]
    assert (row.line, "observer: has no value. Name who counted, or add" in row.reason) == (3, True)
    assert len(everything(some, time_zone=KYIV, observer="mission")[0]) == 2


def test_columns_that_a_tally_may_have():
    columns = [
        *TALLY_COLUMNS,
        "observer",
        "unit",
        "kind",
        "evidence",
        "exempt",
        "exempt_count",
        "observed_share",
    ]
    row = {
        "observer": "JCCC",
        "unit": "incident",
        "kind": "",
        "evidence": "observed",
        "exempt": "training",
        "exempt_count": "8",
    }
    reports, aside = everything(
        text_of(
            "tally", {**row, "observed_share": "0.6"}, {"observer": "JCCC", "unit": "shots"}, columns=columns
        ),
        time_zone=KYIV,
    )
    report = reports[0]
    assert (report.unit, report.kind, report.evidence, report.exempt) == (
        "incident",
        "firing",
        "observed",
        "training",
    )
    assert (report.figures["exempt_count"], report.figures["observed_share"]) == (8, 0.6)
    assert "unit = shots; must be one of effect, incident, presence, refusal." in aside[0].reason


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"ceasefire_violations": ""}, "ceasefire_violations: has no value. Write 0 where none was counted"),
        ({"ceasefire_violations": "5.5"}, "ceasefire_violations = 5.5; must be a whole number"),
        ({"ceasefire_violations": "1 200"}, "must be a plain number"),
        ({"ceasefire_violations": "-3"}, "must be a whole number from 0"),
        ({"days": "2"}, "days = 2; the period has 1. Correct one of them."),
        ({"issued": "2021-04-01"}, "was issued on 2021-04-01, before its period ends (2021-04-02 19:30)."),
        ({"region": ""}, "region: has no value. Name the sector that was counted."),
        (
            {"period_end_local": "2021-03-28T03:30", "days": ""},
            "is no time in Europe/Kyiv: clocks went forward",
        ),
        ({"period_end_local": "2021-03-01T19:30", "days": ""}, "ends before it starts."),
    ],
)
def test_what_is_set_aside(change, says):
    assert says in reason("tally", time_zone=KYIV, **change)


def test_a_tally_needs_a_time_zone():
    with pytest.raises(InputError, match="Say in which time zone, such as Europe/Kyiv"):
        list(read(text_of("tally", {}).encode()))


@pytest.mark.needs_shared
def test_the_real_file(shared):
    path = shared / "data" / "monitoring" / "osce_smm_daily_summary_sample.csv"
    batches = list(read(path, time_zone=KYIV, observer="OSCE SMM"))
    reports = [report for batch in batches for report in reports_of(batch.reports)]
    aside = [row for batch in batches for row in batch.aside]
    assert (len(reports), len(aside)) == (111, 1)
    # the region that was not seen
    assert (aside[0].line, aside[0].raw.split(",")[2]) == (111, "Luhansk")
    assert sum(report.count for report in reports) == 24946
    assert sum(report.exempt is not None for report in reports) == 8


@pytest.mark.parametrize("written", ["1e3", "1.23E+05"])
def test_a_count_with_an_exponent_is_set_aside(written):
    """A spreadsheet that shortens a number so has dropped digits of it."""
    reports, aside = everything(
        text_of("tally", {"ceasefire_violations": written}), time_zone=KYIV, observer="SMM"
    )
    assert not reports
    assert f"ceasefire_violations = {written}; has an exponent" in aside[0].reason
