"""Days that were not observed: what the agreement says, what no tally covers, days that begin in the evening, clocks that change."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from holdfast.errors import InputError
from holdfast.monitoring.agreement import load_agreement
from holdfast.monitoring.observed import day_starts, not_observed, watched_with

from .agreement.example import TEXT, read

KYIV = zoneinfo.ZoneInfo("Europe/Kyiv")
DAY = dt.timedelta(days=1)
PLAIN = TEXT[: TEXT.index("  not_observed:")] + TEXT[TEXT.index("triggers:") :]
TALLIED = read(PLAIN)


def tallies(*rows: tuple[str, str, dt.datetime, dt.datetime], **more: list[Any]) -> Any:
    names = ("observer_id", "sector_id", "start", "end")
    kinds = (pa.string(), pa.string(), pa.timestamp("us", "UTC"), pa.timestamp("us", "UTC"))
    columns = {
        name: pa.array([row[n] for row in rows], kind)
        for n, (name, kind) in enumerate(zip(names, kinds, strict=True))
    }
    return pa.table({**columns, **more})


def evening(month: int, day: int, year: int = 2020) -> dt.datetime:
    return dt.datetime(year, month, day, 19, 30, tzinfo=KYIV)


def day(
    number: int, days: int = 1, sector: str = "west", month: int = 2
) -> tuple[str, str, dt.datetime, dt.datetime]:
    """A tally that ends on the evening of a day."""
    end = evening(month, number)
    return "mission", sector, (end.replace(tzinfo=None) - days * DAY).replace(tzinfo=KYIV), end


def found(agreement: Any, table: Any, as_of: dt.date) -> list[tuple[str, str, str]]:
    rows = not_observed(agreement, table, as_of).to_pylist()
    return [(row["sector_id"], str(row["since"]), str(row["until"])) for row in rows]


FEBRUARY = dt.date(2020, 2, 10)


BEFORE = ("west", "2020-01-01", "2020-01-31")
"""Days before the tallies of these tests begin: nobody has said that they were watched."""


def test_days_before_the_first_tally_between_tallies_and_after_the_last() -> None:
    table = tallies(day(2), day(3), day(6, 2), day(8))
    rows = not_observed(TALLIED, table, FEBRUARY).to_pylist()
    assert [(str(row["since"]), str(row["until"]), row["why"]) for row in rows] == [
        ("2020-01-01", "2020-02-01", "No tally of The mission."),
        ("2020-02-04", "2020-02-04", "No tally of The mission."),
        ("2020-02-07", "2020-02-07", "No tally of The mission."),
        ("2020-02-09", "2020-02-10", "No tally of The mission."),
    ]


def test_from_the_agreements_first_day_on() -> None:
    table = tallies(day(9))
    assert found(TALLIED, table, FEBRUARY) == [
        ("west", "2020-01-01", "2020-02-08"), ("west", "2020-02-10", "2020-02-10")
    ]  # fmt: skip
    assert found(TALLIED, tallies(), FEBRUARY) == [("west", "2020-01-01", "2020-02-10")]
    before = tallies(("mission", "west", evening(12, 1, 2019), evening(12, 2, 2019)))
    assert found(TALLIED, before, dt.date(2020, 1, 3)) == [("west", "2020-01-01", "2020-01-03")]
    assert found(TALLIED, table, dt.date(2020, 1, 20)) == [("west", "2020-01-01", "2020-01-20")]


@pytest.mark.parametrize(("hours", "covered"), [(19.5, True), (19.0, False)])
def test_the_first_day_is_watched_from_when_the_agreement_comes_into_force(
    hours: float, covered: bool
) -> None:
    """The mission's day of 1 January begins at 19:30 on the evening before, when there was nothing to watch yet."""
    end = evening(1, 1)
    table = tallies(("mission", "west", end - dt.timedelta(hours=hours), end))
    assert (found(TALLIED, table, dt.date(2020, 1, 1)) == []) is covered
    # the next day counts whole
    table = tallies(("mission", "west", evening(1, 2) - dt.timedelta(hours=hours), evening(1, 2)))
    assert found(TALLIED, table, dt.date(2020, 1, 2))[-1][2] == "2020-01-02"


def test_where_nobody_says_what_was_watched_nothing_was() -> None:
    silent = read(PLAIN.replace("observation:\n  tallied_by: mission\n", ""))
    (row,) = not_observed(silent, tallies(day(2)), FEBRUARY).to_pylist()
    assert (row["sector_id"], row["since"], row["until"]) == ("west", dt.date(2020, 1, 1), FEBRUARY)
    assert row["why"].startswith("Nobody says that it was watched")
    # an empty list says that every day was watched
    said = read(PLAIN.replace("  tallied_by: mission\n", "  not_observed: []\n"))
    assert found(said, tallies(), FEBRUARY) == []


def test_an_agreement_without_sectors_is_watched_nowhere_by_tallies_of_sectors() -> None:
    begin, end = PLAIN.index("sectors:"), PLAIN.index("weapons:")
    without = read(PLAIN[:begin] + PLAIN[end:])
    assert found(without, tallies(day(2)), FEBRUARY) == [("everywhere", "2020-01-01", "2020-02-10")]


def test_what_others_count_or_elsewhere_covers_nothing() -> None:
    two = read(PLAIN.replace("sectors:\n", 'sectors:\n  east: {name: "East"}\n'))
    table = tallies(
        day(1),
        day(2),
        ("someone", "west", evening(2, 2), evening(2, 3)),
        (None, None, evening(2, 2), evening(2, 3)),
    )
    assert found(two, table, dt.date(2020, 2, 3)) == [
        ("east", "2020-01-01", "2020-02-03"), BEFORE, ("west", "2020-02-03", "2020-02-03")
    ]  # fmt: skip


def test_a_share_of_nothing_covers_nothing() -> None:
    table = tallies(day(1), day(2), day(3), observed_share=[None, 0.0, 0.4])
    assert found(TALLIED, table, dt.date(2020, 2, 3)) == [BEFORE, ("west", "2020-02-02", "2020-02-02")]


def test_part_of_a_day_is_said_to_be_part() -> None:
    table = tallies(day(1), ("mission", "west", evening(2, 1), evening(2, 2) - dt.timedelta(hours=1)), day(3))
    _, row = not_observed(TALLIED, table, dt.date(2020, 2, 3)).to_pylist()
    assert (str(row["since"]), row["why"]) == ("2020-02-02", "Tallies of The mission cover part of it.")
    # two that follow each other cover it together
    halves = tallies(
        day(1),
        ("mission", "west", evening(2, 1), evening(2, 2) - 0.5 * DAY),
        ("mission", "west", evening(2, 2) - 0.5 * DAY, evening(2, 2)),
    )
    assert found(TALLIED, halves, dt.date(2020, 2, 2)) == [BEFORE]


@pytest.mark.parametrize(("month", "number"), [(3, 29), (10, 25)])
def test_a_day_of_23_or_25_hours_is_a_day(month: int, number: int) -> None:
    table = tallies(*(day(number + n, month=month) for n in (-1, 0, 1)))
    assert found(TALLIED, table, dt.date(2020, month, number + 1)) == [
        ("west", "2020-01-01", f"2020-{month:02}-{number - 2:02}")
    ]


def test_days_from_midnight_where_no_window_is_given() -> None:
    text = PLAIN.replace('windows:\n  day: {starts: "19:30", of: mission}\n', "")
    night = dt.datetime(2020, 2, 2, tzinfo=KYIV)
    assert found(read(text), tallies(("mission", "west", night, night + DAY)), dt.date(2020, 2, 3)) == [
        ("west", "2020-01-01", "2020-02-01"), ("west", "2020-02-03", "2020-02-03")
    ]  # fmt: skip
    starts = day_starts(TALLIED, None, dt.date(2020, 3, 29), 1)
    assert starts[1] - starts[0] == 23 * 3600
    assert day_starts(TALLIED, "mission", dt.date(2020, 2, 2), 1)[1] == evening(2, 2).timestamp()


def test_a_window_that_names_its_observer_goes_first() -> None:
    text = PLAIN.replace("windows:\n", 'windows:\n  all: {starts: "06:00"}\n')
    assert found(read(text), tallies(day(2)), dt.date(2020, 2, 2)) == [("west", "2020-01-01", "2020-02-01")]


def test_days_that_the_agreement_names() -> None:
    one = read(TEXT.replace("  tallied_by: mission\n", ""))
    assert found(one, tallies(), dt.date(2020, 3, 3)) == [("west", "2020-03-01", "2020-03-03")]
    assert found(one, tallies(), dt.date(2020, 2, 3)) == []
    said = TEXT.replace("source: text}\ntriggers", 'source: judgement, because: "Snow."}\ntriggers')
    rows = not_observed(read(said), tallies(day(28), day(9, 10, month=3)), dt.date(2020, 3, 9)).to_pylist()
    # tallies of these days do not undo what the agreement says
    assert [(str(row["since"]), str(row["until"]), row["why"]) for row in rows] == [
        ("2020-01-01", "2020-02-27", "No tally of The mission."),
        ("2020-03-01", "2020-03-05", "Snow."),
    ]


@pytest.mark.parametrize(
    ("observers", "tallied", "closed"),
    [("mission", "  tallied_by: mission\n", True), ("press", "  tallied_by: mission\n", False), ("mission", "", True),
     ("press", "", False), ("mission", "  tallied_by: [mission, press]\n", False),
     ("[mission, press]", "  tallied_by: [mission, press]\n", True)],
)  # fmt: skip
def test_days_on_which_some_could_not_see(observers: str, tallied: str, closed: bool) -> None:
    text = TEXT.replace("  tallied_by: mission\n", tallied).replace(
        "observers:\n", "observers:\n  press: {name: Press, kind: press}\n"
    )
    text = text.replace("source: text}\ntriggers", f"observers: {observers}, source: text}}\ntriggers")
    table = tallies(day(29, 60), day(9, 9, month=3))
    assert bool(found(read(text), table, dt.date(2020, 3, 9))) is closed


def test_after_the_end_nothing_is_missed() -> None:
    table = tallies(("mission", "west", evening(12, 30, 2021), evening(12, 31, 2021)))
    assert found(TALLIED, table, dt.date(2022, 5, 1)) == [("west", "2020-01-01", "2021-12-30")]


def test_columns_that_are_absent_are_named() -> None:
    with pytest.raises(InputError, match="no column sector_id"):
        not_observed(TALLIED, tallies().drop_columns(["sector_id"]), FEBRUARY)


@pytest.mark.needs_shared
def test_the_days_of_the_missions_sample(shared: Path, root: Path) -> None:
    """Every day is either in a period of the sample or not observed, by a count that goes day by day."""
    import csv

    agreement = load_agreement(root / "catalog" / "donbas-2015" / "agreement.yaml")
    covered: dict[str, set[dt.date]] = {"donetsk": set(), "luhansk": set()}
    rows: list[tuple[str, str, dt.datetime, dt.datetime]] = []
    with (shared / "data/monitoring/osce_smm_daily_summary_sample.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            begin, end = (dt.datetime.fromisoformat(row[f"period_{name}_local"]) for name in ("start", "end"))
            assert (begin.hour, begin.minute, end.hour, end.minute) == (19, 30, 19, 30)
            covered[row["region"].lower()] |= {end.date() - n * DAY for n in range((end - begin).days)}
            rows.append(("SMM", row["region"].lower(), begin.replace(tzinfo=KYIV), end.replace(tzinfo=KYIV)))
    last = dt.date(2021, 12, 31)
    first = dt.date(2015, 2, 15)
    missing = {
        (sector, first + n * DAY)
        for sector, days in covered.items()
        for n in range((last - first).days + 1)
        if first + n * DAY not in days
    }
    listed: set[tuple[str, dt.date]] = set()
    for row in not_observed(agreement, tallies(*rows), last).to_pylist():
        listed |= {
            (row["sector_id"], row["since"] + n * DAY) for n in range((row["until"] - row["since"]).days + 1)
        }
    assert listed == missing
    assert len(missing) > 4_500


def test_a_day_that_is_not_over_was_not_watched() -> None:
    said = read(PLAIN.replace("  tallied_by: mission\n", "  not_observed: []\n"))
    # in Kyiv it is 10 February since 22:00 UTC
    for now, first in (
        (dt.datetime(2020, 2, 9, 22, 0, tzinfo=dt.UTC), 10),
        (dt.datetime(2020, 2, 9, 21, 59, tzinfo=dt.UTC), 9),
    ):
        [row] = not_observed(said, tallies(), dt.date(2020, 2, 11), now).to_pylist()
        assert (row["since"], row["until"], row["why"]) == (
            dt.date(2020, 2, first), dt.date(2020, 2, 11), "The day is not over."
        )  # fmt: skip
    assert not_observed(said, tallies(), FEBRUARY, dt.datetime(2020, 2, 12, tzinfo=dt.UTC)).num_rows == 0


def test_what_a_tally_covers_was_watched_though_the_day_goes_on() -> None:
    now = evening(2, 2)
    table = tallies(*(day(number, month=month) for month, number in ((2, 1), (2, 2))))
    assert found(TALLIED, table, dt.date(2020, 2, 2)) == [("west", "2020-01-01", "2020-01-31")]
    assert not_observed(TALLIED, table, dt.date(2020, 2, 2), now).num_rows == 1


def test_a_tally_watches_only_for_what_it_counts() -> None:
    table = tallies(day(1), day(2), kind=["firing", "weapon"])

    def blind(*kinds: str) -> list[tuple[str, str]]:
        rows = not_observed(TALLIED, table, dt.date(2020, 2, 2), kinds=kinds).to_pylist()
        return [(str(row["since"]), str(row["until"])) for row in rows]

    assert blind("firing", "explosion") == [("2020-01-01", "2020-01-31"), ("2020-02-02", "2020-02-02")]
    assert blind("weapon") == [("2020-01-01", "2020-02-01")]
    assert blind("flight") == [("2020-01-01", "2020-02-02")]
    [row] = not_observed(TALLIED, table, dt.date(2020, 2, 2), kinds=["flight"]).to_pylist()
    assert row["why"] == "No tally of The mission that counts flight."
    with pytest.raises(InputError, match="kind"):
        not_observed(TALLIED, tallies(day(1)), FEBRUARY, kinds=["firing"])


def test_what_one_article_forbids_together_is_watched_for_together() -> None:
    assert watched_with(TALLIED, "explosion") == {"explosion", "firing"}
    assert watched_with(TALLIED, "weapon") == {"weapon"}
    assert watched_with(TALLIED, "other") == {"other"}


def test_those_who_tally_may_watch_for_more_than_they_count() -> None:
    one = read(PLAIN.replace("  tallied_by: mission\n", "  tallied_by: mission\n  also_watched: [access]\n"))
    table = tallies(day(1), kind=["firing"])
    last = dt.date(2020, 2, 1)
    assert [str(row["until"]) for row in not_observed(one, table, last, kinds=["access"]).to_pylist()] == [
        "2020-01-31"
    ]
    assert [str(row["until"]) for row in not_observed(one, table, last, kinds=["weapon"]).to_pylist()] == [
        "2020-02-01"
    ]
