"""The report: its columns, its id, and what comes back from a table."""

import datetime as dt
from dataclasses import fields

import pytest

from holdfast.monitoring.reports import (
    EVENT_KINDS,
    EVIDENCE,
    REPORT_SCHEMA,
    Aside,
    Report,
    report_id,
    reports_of,
    table_of,
)

AT = dt.datetime(2021, 4, 1, 16, 30, tzinfo=dt.UTC)


def test_the_schema_has_the_fields_of_a_report():
    assert set(REPORT_SCHEMA.names) == {part.name for part in fields(Report)}


def test_reports_survive_a_table():
    first = Report(
        id="r0000000000000001",
        format="table",
        observer="team",
        kind="explosion",
        start=AT,
        end=AT + dt.timedelta(microseconds=1),
        raw="a,b",
        native_id="7",
        offset_minutes=180,
        lat=48.1,
        lon=37.9,
        sd_along_km=1.0,
        sd_across_km=0.5,
        azimuth_deg=70.0,
        shape="box",
        sector="North",
        unit="effect",
        count=3,
        weapon="mortar",
        calibre_mm=120.0,
        by="A",
        evidence="observed",
        text="three explosions <b>",
        sources=("one", "two"),
        figures={"killed_best": 0.0, "frp_mw": 2.5},
        exempt="training",
    )
    second = Report("r0000000000000002", "tally", "mission", "firing", AT, AT + dt.timedelta(days=1), "x")
    table = table_of([first, second])
    assert table.schema.equals(REPORT_SCHEMA)
    assert list(reports_of(table)) == [first, second]
    assert list(reports_of(table_of([]))) == []


def test_an_id_is_of_what_was_received():
    ids = {
        report_id("firms", "a,b"),
        report_id("firms", "a,b", 1),
        report_id("acled", "a,b"),
        report_id("firms", "a,b "),
        report_id("firms", "0\0a,b"),
        report_id("firms", "1\0a,b"),
    }
    assert len(ids) == 6
    assert all(len(one) == 17 and one[0] == "r" and int(one[1:], 16) >= 0 for one in ids)


def test_an_id_does_not_change_between_versions():
    # an id that moved would double every report of a file that is added again; printf 'firms\\0000\\0...' | sha256sum
    assert report_id("firms", "48.05962,37.95852") == "reaf69e8d60850e33"


def test_words_are_few_and_distinct():
    assert len(set(EVENT_KINDS)) == 13
    assert EVIDENCE.index("reported") < EVIDENCE.index("corroborated") < EVIDENCE.index("observed")


def test_a_report_cannot_be_changed():
    report = Report("r", "tally", "mission", "firing", AT, AT, "x")
    with pytest.raises(AttributeError):
        report.count = 2  # type: ignore[misc]


def test_a_row_set_aside_says_where_it_stands():
    assert str(Aside("f.csv", 3, "has no date.", "x")) == "f.csv:3: has no date."
