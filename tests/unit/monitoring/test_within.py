"""What reaches beyond the days asked for: neither left out, so that they look quiet, nor taken whole."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from holdfast.monitoring.status import period_tables, status
from holdfast.monitoring.store.adding import How, add
from tests.unit.monitoring.store import small

HEAD = "region,period_start_local,period_end_local,ceasefire_violations,observer\n"
TALLY = "West,2020-05-01 19:30,2020-05-05 19:30,400,mission\n"
"""The days called 2, 3, 4 and 5 May."""
WATCHED = small.AGREEMENT.replace("{at_least: 10, unit: effect}", "{at_least: 150, unit: effect}").replace(
    "within_days: 7", "within_days: 1"
)
assert WATCHED != small.AGREEMENT


def may(day: int) -> dt.date:
    return dt.date(2020, 5, day)


@pytest.fixture(scope="module")
def tallied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record of one tally of 400 over four days."""
    folder = small.begun(tmp_path_factory.mktemp("within") / "record", WATCHED)
    (folder.parent / "tally.csv").write_text(HEAD + TALLY, encoding="utf-8")
    add(folder, [folder.parent / "tally.csv"], How())
    return folder


def told(folder: Path, first: int, last: int) -> dict[str, Any]:
    return status(folder, may(last), may(first))


@pytest.mark.parametrize(
    ("first", "last", "count"), [(2, 2, 100), (1, 3, 200), (5, 9, 100), (3, 4, 200), (4, 6, 200), (1, 4, 300)]
)
def test_of_a_tally_that_reaches_beyond_the_period_the_share_of_its_days_counts(
    tallied: Path, first: int, last: int, count: int
) -> None:
    found = told(tallied, first, last)
    [counted] = found["counts"]
    assert (counted["count"], counted["least"], counted["most"]) == (count, 0, 400)
    # it may all lie outside
    [tested] = found["findings"]
    assert (tested["breach"], tested["undetermined"], tested["low"], tested["high"]) == (0, 1, 0.0, 1.0)
    assert tested["grades"] == {}
    tables = period_tables(tallied, may(first), may(last))
    [incident], [finding] = tables["incidents"].to_pylist(), tables["findings"].to_pylist()
    assert incident["share"] == count / 400
    assert (finding["verdict"], finding["p_low"], finding["p_high"], finding["breach"]) == (
        "undetermined", 0.0, 1.0, None
    )  # fmt: skip


def test_a_tally_that_lies_within_counts_whole(tallied: Path) -> None:
    found = told(tallied, 2, 5)
    [counted], [tested] = found["counts"], found["findings"]
    assert (counted["count"], counted["least"], counted["most"]) == (400, 400, 400)
    assert (tested["breach"], tested["low"], tested["grades"]) == (1, 1.0, {"observed": 1})
    assert period_tables(tallied, may(2), may(5))["incidents"]["share"].to_pylist() == [1.0]


def test_a_tally_outside_does_not_count(tallied: Path) -> None:
    for first, last in ((1, 1), (6, 9)):
        assert told(tallied, first, last)["counts"] == told(tallied, first, last)["findings"] == []
        assert period_tables(tallied, may(first), may(last))["incidents"].num_rows == 0


def test_a_tally_that_ends_after_the_day_asked_for_may_meet_a_trigger_by_then(tallied: Path) -> None:
    [before], [due], [after] = (
        status(tallied, may(day), may(1))["triggers"] for day in (1, 2, 5)
    )  # fmt: skip
    # 400 may all have been counted on 2 May, or none of them
    assert (due["state"], due["probability"], due["probability_reported"]) == (
        "cannot be told",
        [0.0, 1.0],
        1.0,
    )
    assert due["count"] == [0.0, 400.0]
    assert before["probability_reported"] == 0.0
    assert after["count"][1] == 400.0


def test_as_of_today_the_status_knows_that_the_day_is_not_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (
        WATCHED.replace("  tallied_by: mission\n", "")
        .replace(
            "  not_observed:\n    - {sectors: west, since: 2020-03-01, until: 2020-03-05, source: text}\n",
            "  not_observed: []\n",
        )
        .replace(", until: 2021-12-31}", "}")
    )
    folder = small.begun(tmp_path / "record", text)
    monkeypatch.setattr("holdfast.monitoring.status._now", lambda: dt.datetime(2020, 5, 3, 12, tzinfo=dt.UTC))
    [yesterday], [today] = (status(folder, may(day))["triggers"] for day in (2, 3))
    assert (yesterday["state"], yesterday["not_observed"]) == ("not met", [])
    assert today["state"] == "cannot be told"
    assert {(gap["sector"], gap["since"]) for gap in today["not_observed"]} == {
        ("west", "2020-05-03"), ("east", "2020-05-03")
    }  # fmt: skip
    unseen = period_tables(folder, may(1), may(3))["not_observed"].to_pylist()
    assert {(row["since"], row["why"]) for row in unseen} == {(may(3), "The day is not over.")}


def test_a_tally_of_fire_does_not_watch_for_weapons(tmp_path: Path) -> None:
    def asking(name: str, articles: str, at_least: int) -> str:
        return (
            f'  {name}:\n    title: "{name}"\n    articles: [{articles}]\n    sectors: west\n    since: 2020-05-02\n'
            f"    count: {{at_least: {at_least}, unit: incident}}\n    within_days: 1\n    source: judgement\n"
            '    because: "An example."\n'
        )

    begin, end = small.AGREEMENT.index("  many:"), small.AGREEMENT.index("confidential:")
    triggers = asking("fire", "ceasefire", 500) + asking("weapons", "heavy-weapons", 2)
    triggers += asking("both", "ceasefire, heavy-weapons", 500)
    text = small.AGREEMENT[:begin] + triggers + small.AGREEMENT[end:]
    folder = small.begun(tmp_path / "record", text)
    (tmp_path / "tally.csv").write_text(HEAD + TALLY, encoding="utf-8")
    add(folder, [tmp_path / "tally.csv"], How())
    small.added(
        folder,
        {
            "what": "weapon",
            "unit": "presence",
            "since": "2020-05-03T10:00:00",
            "until": "2020-05-03T11:00:00",
        },
    )
    fire, weapons, both = status(folder, may(5))["triggers"]
    assert (fire["state"], fire["not_observed"]) == ("not met", [])
    gap = [{"sector": "west", "since": "2020-05-02", "until": "2020-05-05"}]
    for due in (weapons, both):
        assert (due["state"], due["not_observed"]) == ("cannot be told", gap)
    rows = period_tables(folder, may(2), may(5))["not_watched"].to_pylist()
    assert {(row["kind"], row["sector_id"], row["since"], row["until"]) for row in rows} == {
        ("weapon", "west", may(2), may(5)), ("weapon", "east", may(2), may(5))
    }  # fmt: skip


def test_what_began_long_before_a_trigger_and_goes_on_counts_in_it(tmp_path: Path) -> None:
    """Fire reported as going on from May 2020 to 10 October 2021; one trigger looks from 1 October on, one from the 12th on."""

    def asking(name: str, since: str) -> str:
        return (
            f'  {name}:\n    title: "{name}"\n    articles: [ceasefire]\n    since: {since}\n'
            "    count: {at_least: 1, unit: effect}\n    within_days: 1\n    source: judgement\n"
            '    because: "An example."\n'
        )

    begin, end = small.AGREEMENT.index("  many:"), small.AGREEMENT.index("confidential:")
    triggers = asking("during", "2021-10-01") + asking("after", "2021-10-12")
    folder = small.begun(tmp_path / "record", small.AGREEMENT[:begin] + triggers + small.AGREEMENT[end:])
    small.added(
        folder,
        {
            "since": "2020-05-03T10:00:00",
            "until": "2021-10-10T11:00:00",
        },
    )
    during, after = status(folder, dt.date(2021, 10, 20))["triggers"]
    share = (9 + 14 / 24) / (525 + 1 / 24)  # of its time, after midnight of 1 October in Kyiv
    assert (during["count"][1], during["probability_reported"]) == pytest.approx((share, share))
    assert (after["count"], after["probability_reported"]) == ([0.0, 0.0], 0.0)


def test_an_event_of_some_day_is_undetermined_in_a_part_of_its_days(tmp_path: Path) -> None:
    """Ten days in Kyiv, 1 to 10 May, of which three are asked for."""
    folder = small.begun(tmp_path / "record")
    small.added(folder, {"since": "2020-04-30T21:00:00", "until": "2020-05-10T21:00:00"})
    for first, last in ((1, 3), (5, 7), (8, 30)):
        found = told(folder, first, last)
        [counted], [tested] = found["counts"], found["findings"]
        assert (counted["count"], counted["least"], counted["most"]) == (pytest.approx(0.3), 0, 1)
        assert (tested["breach"], tested["undetermined"], tested["low"]) == (0, 1, 0.0)
        assert tested["high"] == pytest.approx(0.3)
        [incident] = period_tables(folder, may(first), may(last))["incidents"].to_pylist()
        assert incident["share"] == pytest.approx(0.3)
    assert told(folder, 11, 30)["counts"] == []
    assert told(folder, 1, 10)["findings"][0]["breach"] == 1
