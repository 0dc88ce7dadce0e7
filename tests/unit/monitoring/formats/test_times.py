"""Local days of 23 and 25 hours, the times about them, and offsets as written."""

from __future__ import annotations

import datetime as dt

import pytest

from holdfast.monitoring.formats._times import MINUTE, Clock, Span, moment_of, zone_of
from tests.unit.monitoring.formats.examples import everything, text_of

BEIRUT = "Asia/Beirut"


def span(text: str, zone: str = BEIRUT) -> Span | str:
    return Clock(zone_of(zone), str).span(text)


@pytest.mark.parametrize(
    ("day", "zone", "start", "hours", "offset"),
    [
        # clocks go from 00:00 to 01:00, so that the day begins at 01:00
        ("2025-03-30", BEIRUT, "2025-03-29T22:00", 23, 120),
        ("2025-03-29", BEIRUT, "2025-03-28T22:00", 24, 120),
        ("2025-03-31", BEIRUT, "2025-03-30T21:00", 24, 180),
        # and from 24:00 back to 23:00
        ("2025-10-25", BEIRUT, "2025-10-24T21:00", 25, 180),
        ("2025-10-26", BEIRUT, "2025-10-25T22:00", 24, 120),
        ("2021-03-28", "Europe/Kyiv", "2021-03-27T22:00", 23, 120),
        ("2021-10-31", "Europe/Kyiv", "2021-10-30T21:00", 25, 180),
    ],
)
def test_a_local_day_lasts_as_long_as_it_does(
    day: str, zone: str, start: str, hours: int, offset: int
) -> None:
    found = span(day, zone)
    assert not isinstance(found, str)
    begin, end, minutes = found
    assert moment_of(begin) == dt.datetime.fromisoformat(start).replace(tzinfo=dt.UTC)
    assert (end - begin, minutes) == (hours * 60 * MINUTE, offset)


@pytest.mark.parametrize(
    ("written", "utc", "offset"),
    [
        ("2025-03-29T10:00+02:00", 8, 120),
        ("2025-03-29 10:00 +0330", 6.5, 210),
        ("2025-03-29T10:00-05:00", 15, -300),
        ("2025-03-29T10:00Z", 10, 0),
        ("2025-03-29T10:00", 8, 120),
        ("2025-06-29T10:00", 7, 180),
    ],
)
def test_an_offset_is_kept_as_written(written: str, utc: float, offset: int) -> None:
    found = span(written)
    assert not isinstance(found, str)
    begin, _, minutes = found
    day = dt.datetime.fromisoformat(written[:10]).replace(tzinfo=dt.UTC)
    assert moment_of(begin) == day + dt.timedelta(hours=utc)
    assert minutes == offset


def test_the_offset_of_a_report() -> None:
    [report], _ = everything(
        text_of(
            "tally",
            {"period_start_local": "2021-04-01T19:30+05:00", "period_end_local": "2021-04-02T19:30+05:00"},
        ),
        time_zone="Europe/Kyiv",
        observer="mission",
    )
    assert (report.offset_minutes, report.start.hour) == (300, 14)


def test_a_time_that_is_skipped_is_told_with_what_to_write() -> None:
    said = span("2025-03-30T00:00")
    assert isinstance(said, str)
    assert said.endswith("Write the time in UTC, with a Z after it, such as 2025-03-29T22:00Z.")


@pytest.mark.parametrize(
    ("start", "end", "days", "found"),
    [
        ("2025-03-29T22:00Z", "2025-03-30T21:00Z", 1, None),  # the day of 23 hours
        ("2025-03-29T22:00Z", "2025-03-31T00:00", 1, None),
        ("2025-03-29T00:00", "2025-03-29T22:00Z", 1, None),  # 24 hours, to the midnight that is skipped
        ("2025-03-28T00:00", "2025-03-31T00:00", 3, None),
        ("2025-10-25T00:00", "2025-10-26T00:00", 1, None),  # of 25 hours
        ("2025-10-24T21:00Z", "2025-10-25T22:00Z", 1, None),
        ("2025-03-29T00:00Z", "2025-03-30T00:00Z", 1, None),  # 24 hours, as UTC has it
        ("2025-03-29T22:00Z", "2025-03-30T20:00Z", 1, "0.916667"),
        ("2025-03-29T00:00", "2025-03-31T00:00", 1, "2"),
        ("2025-10-25T00:00", "2025-10-26T01:00", 1, "1.04167"),
        ("2025-05-01T00:00", "2025-05-01T23:00", 1, "0.958333"),  # no day of 23 hours
        ("2025-05-01T00:00", "2025-05-02T01:00", 1, "1.04167"),
    ],
)
def test_the_days_of_a_tally(start: str, end: str, days: int, found: str | None) -> None:
    row = {"period_start_local": start, "period_end_local": end, "days": str(days), "issued": ""}
    reports, aside = everything(text_of("tally", row), time_zone=BEIRUT, observer="mission")
    if found is None:
        assert (len(reports), aside) == (1, [])
    else:
        assert f"days = {days}; the period has {found}." in aside[0].reason
