"""ACLED: what its columns become. Every row is made up."""

import datetime as dt

import pytest

from tests.unit.monitoring.formats.examples import ACLED_COLUMNS, everything, one, reason, text_of


def test_the_example_has_the_31_columns():
    assert len(ACLED_COLUMNS) == 31


def test_an_explosion():
    report = one("acled", time_zone="Europe/Kyiv")
    assert (report.observer, report.native_id, report.kind) == ("ACLED", "XXX1", "explosion")
    assert report.weapon == "Shelling/artillery/missile attack"
    assert report.by == "Forces of A"
    assert report.start == dt.datetime(2023, 1, 30, 22, tzinfo=dt.UTC)
    assert report.end - report.start == dt.timedelta(days=1)
    assert report.sector == "North"
    assert report.evidence == "corroborated"
    assert report.text == 'On 31 January, shells fell on a field, "three of them".'
    assert report.figures == {"killed_best": 0, "geo_precision": 1, "time_precision": 1}


@pytest.mark.parametrize(
    ("event", "sub_event", "kind"),
    [
        ("Battles", "Armed clash", "clash"),
        ("Violence against civilians", "Attack", "violence"),
        ("Strategic developments", "Headquarters or base established", "works"),
        ("Strategic developments", "Disrupted weapons use", "weapon"),
        ("Strategic developments", "Non-violent transfer of territory", "movement"),
        ("Strategic developments", "Agreement", "other"),
        ("Protests", "Peaceful protest", "other"),
        ("A type that is new", "", "other"),
    ],
)
def test_kinds(event, sub_event, kind):
    report = one("acled", event_type=event, sub_event_type=sub_event)
    assert report.kind == kind
    assert report.weapon is None


def test_two_actors_are_not_told_apart_save_against_civilians():
    assert one("acled", event_type="Battles", actor2="Forces of B").by is None
    assert one("acled", event_type="Violence against civilians", actor2="Civilians (A)").by == "Forces of A"


@pytest.mark.parametrize(
    ("actor", "by"),
    [
        ("Unidentified Armed Group", None),
        ("Unidentified Armed Group (Northland)", None),
        ("Unidentified Military Forces", None),
        ("Unidentified Gang (Northland)", "Unidentified Gang (Northland)"),
        ("Front of the Unidentified Armed Group", "Front of the Unidentified Armed Group"),
    ],
)
def test_whom_nobody_identified_is_nobody(actor, by):
    assert one("acled", actor1=actor, actor2="").by == by


def test_a_week_and_a_month():
    week = one("acled", time_precision="2", timestamp="")
    assert week.start == dt.datetime(2023, 1, 28, tzinfo=dt.UTC)
    assert week.end == dt.datetime(2023, 2, 4, tzinfo=dt.UTC)
    month = one("acled", time_precision="3", event_date="15 January 2023")
    assert (month.start, month.end) == (
        dt.datetime(2023, 1, 1, tzinfo=dt.UTC),
        dt.datetime(2023, 2, 1, tzinfo=dt.UTC),
    )


def test_a_month_of_local_time_keeps_its_clock():
    month = one("acled", time_zone="Europe/Kyiv", time_precision="3", event_date="2022-10-15", timestamp="")
    assert month.start == dt.datetime(2022, 9, 30, 21, tzinfo=dt.UTC)
    assert month.end == dt.datetime(2022, 10, 31, 22, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "written", ["2023-01-31", "31 January 2023", "31-Jan-2023", "31/01/2023", "01/31/2023"]
)
def test_dates_as_acled_has_written_them(written):
    assert one("acled", event_date=written).start == dt.datetime(2023, 1, 31, tzinfo=dt.UTC)


@pytest.mark.parametrize(("code", "km"), [("1", 2.0), ("2", 12.5), ("3", 48.0)])
def test_geo_precision(code, km):
    assert one("acled", geo_precision=code).sd_along_km == km


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"geo_precision": "4"}, "geo_precision = 4; must be 1, 2 or 3."),
        ({"time_precision": ""}, "time_precision = ; must be 1, 2 or 3."),
        ({"event_date": "2024-01-31"}, "is later than the row's own timestamp."),
        ({"fatalities": "few"}, "fatalities = few; must be a number."),
    ],
)
def test_what_is_set_aside(change, says):
    assert says in reason("acled", **change)


def test_a_header_in_another_order_and_case():
    columns = [name.upper() for name in reversed(ACLED_COLUMNS)]
    text = text_of("acled", {})
    rows = text.splitlines()
    assert len(rows) == 2
    reports, aside = everything(
        text_of("acled", {name.upper(): value for name, value in _row().items()}, columns=columns)
    )
    assert aside == []
    assert reports[0].native_id == "XXX1"


def _row():
    from tests.unit.monitoring.formats.examples import ACLED_ROW

    return ACLED_ROW


@pytest.mark.parametrize("name", ["geo_precision", "time_precision"])
@pytest.mark.parametrize("value", ["4", "x", ""])
def test_a_precision_that_is_none_is_told_once(name, value):
    assert reason("acled", time_zone="Europe/Kyiv", **{name: value}).count(name) == 1
