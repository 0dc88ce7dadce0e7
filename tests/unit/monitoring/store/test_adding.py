"""Files in: nothing twice, nothing half, no good row lost, bad rows set aside until they are mended."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from holdfast.errors import HoldfastError, InputError
from holdfast.monitoring.record import entries, verify
from holdfast.monitoring.status import status
from holdfast.monitoring.store.adding import How, add
from holdfast.monitoring.store.mending import mend, set_aside
from tests.unit.monitoring.formats.examples import text_of
from tests.unit.monitoring.store.small import (
    AGREEMENT,
    TALLIES,
    added,
    begun,
    crowd,
    held,
    how,
    rows_of,
    written,
)


def log(folder: Path) -> bytes:
    return (folder / "record.log").read_bytes()


def test_several_formats_and_each_a_second_time_changes_not_one_byte(tmp_path: Path) -> None:
    folder = begun(tmp_path / "record")
    files = {format_: tmp_path / f"{format_}.csv" for format_ in ("ucdp", "acled", "firms", "gdelt")}
    for format_, path in files.items():
        path.write_text(text_of(format_, {}, delimiter="\t" if format_ == "gdelt" else ","))
    tallies = tmp_path / "tallies.csv"
    tallies.write_text(TALLIES)
    own = written(tmp_path / "own.csv", {"no": "1"}, {"no": "2", "lat": "x"})
    every = [*files.values(), tallies]
    first = add(folder, every, How(observer="mission")) + add(folder, [own], how())
    assert [one.reports for one in first] == [1, 1, 1, 1, 2, 1]
    assert [one.new_aside for one in first] == [0, 0, 0, 0, 1, 1]
    before = log(folder)
    again = add(folder, every, How(observer="mission")) + add(folder, [own], how())
    assert [(one.reports, one.known) for one in again] == [(0, 1)] * 4 + [(0, 2), (0, 1)]
    assert [(one.aside, one.new_aside) for one in again] == [(0, 0)] * 4 + [(1, 0)] * 2
    assert log(folder) == before
    assert {row["format"] for row in held(folder)["reports"]} == {*files, "tally", "table"}
    assert verify(folder).ok


def test_a_file_given_twice_at_once_is_one(tmp_path: Path) -> None:
    folder = begun(tmp_path / "record")
    path = written(tmp_path / "a.csv", {"no": "1"}, {"no": "2"}, {"no": "3", "lat": "x"})
    one, two = add(folder, [path, path], how())
    assert (one.reports, one.known, one.new_aside) == (2, 0, 1)
    assert (two.reports, two.known, two.aside, two.new_aside) == (0, 2, 1, 0)
    assert [entry.kind for entry in entries(folder)] == [
        *("begin", "commit"),
        *("file", "report", "report", "aside", "commit"),
    ]


def test_the_same_row_in_two_files_is_one_and_twice_in_one_file_is_two(tmp_path: Path) -> None:
    folder = begun(tmp_path / "record")
    a = written(tmp_path / "a.csv", {"no": "1"}, {"no": "2"})
    b = written(tmp_path / "b.csv", {"no": "2"}, {"no": "3"})
    twice = written(tmp_path / "c.csv", {"no": "3"}, {"no": "3"})
    found = add(folder, [a, b], how()) + add(folder, [twice], how())
    assert [(one.reports, one.known) for one in found] == [(2, 0), (1, 1), (1, 1)]
    files = rows_of(
        folder, "select native_id, f.name from reports join files f on f.entry = file order by reports.entry"
    )
    assert files == [("1", "a.csv"), ("2", "a.csv"), ("3", "b.csv"), ("3", "c.csv")]


def test_what_is_recorded_is_what_was_received(tmp_path: Path) -> None:
    folder = begun(tmp_path / "record")
    path = written(tmp_path / "a.csv", {"no": "1", "text": 'said "no", =1+1 <b>'}, {"no": "2", "lat": "91"})
    add(folder, [path], how())
    report, aside = [entry for entry in entries(folder) if entry.kind in ("report", "aside")]
    lines = path.read_text().splitlines()
    assert report.sealed["received"]["raw"] == lines[1]
    assert report.open["line"] == 2
    assert (aside.open["line"], aside.sealed["received"]["raw"]) == (3, lines[2])
    # the agreement keeps texts of the mission from a party, so that an export can leave them out
    assert report.sealed["text"] == 'said "no", =1+1 <b>'
    assert "text" not in report.open


def test_a_file_that_cannot_be_read_leaves_nothing_of_the_others(tmp_path: Path) -> None:
    folder = begun(tmp_path / "record")
    good = written(tmp_path / "good.csv", {"no": "1"})
    packed = tmp_path / "book.xlsx"
    packed.write_bytes(b"PK\x03\x04 a spreadsheet")
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    before, index = log(folder), held(folder)
    for bad, told in (
        (packed, "ZIP archive or a spreadsheet"),
        (empty, "empty"),
        (tmp_path / "nowhere.csv", "does not exist"),
        (tmp_path, "a directory"),
        (Path("/dev/null"), "no file"),
    ):
        with pytest.raises(InputError, match=told):
            add(folder, [good, bad], how())
        assert log(folder) == before
        assert held(folder) == index
    assert add(folder, [good], how())[0].reports == 1


def test_bad_rows_are_set_aside_mended_and_ticked_off(tmp_path: Path) -> None:
    folder = begun(tmp_path / "record")
    path = tmp_path / "log.csv"
    good, bad, worse = {"no": "1"}, {"no": "2", "lat": "147.7"}, {"no": "3", "what": "bang"}
    written(path, good, bad, worse)
    [one] = add(folder, [path], how())
    assert (one.reports, one.aside) == (1, 2)
    assert [(row["name"], row["line"]) for row in set_aside(folder)] == [("log.csv", 3), ("log.csv", 4)]
    assert "147.7" in set_aside(folder)[0]["reason"]
    # one is mended, the other is another mistake now
    written(path, good, {"no": "2"}, {"no": "3", "what": "boom"})
    [(one, mended)] = mend(folder, [path], how())
    assert (one.reports, one.known, one.new_aside, mended) == (1, 1, 1, 1)
    assert [row["line"] for row in set_aside(folder)] == [4, 4]
    before = log(folder)
    [(one, mended)] = mend(folder, [path], how())
    assert (one.reports, mended) == (0, 0)
    assert log(folder) == before
    written(path, good, {"no": "2"}, {"no": "3"})
    [(one, mended)] = mend(folder, [path], how())
    assert (one.reports, mended, one.aside) == (1, 2, 0)
    assert set_aside(folder) == []
    assert verify(folder).ok
    with pytest.raises(InputError, match="no row of a file of this name is set aside"):
        mend(folder, [path], how())


def test_mending_one_days_file_ticks_nothing_off_of_another_days_of_the_same_name(tmp_path: Path) -> None:
    folder = begun(tmp_path / "record")
    monday = written(tmp_path / "mon" / "log.csv", {"no": "1"}, {"no": "2", "lat": "x"})
    add(folder, [monday], how())
    tuesday = written(tmp_path / "tue" / "log.csv", {"no": "11"}, {"no": "12"}, {"no": "13", "lat": "x"})
    add(folder, [tuesday], how())
    written(tuesday, {"no": "11"}, {"no": "12"}, {"no": "13"})
    [(_, mended)] = mend(folder, [tuesday], how())
    assert mended == 1
    assert [(row["line"], row["raw"].split(",")[0]) for row in set_aside(folder)] == [(3, "2")]
    written(monday, {"no": "1"}, {"no": "2"})
    [(_, mended)] = mend(folder, [monday], how())
    assert mended == 1
    assert set_aside(folder) == []


def test_a_row_in_the_future_is_good_once_its_day_has_come(tmp_path: Path) -> None:
    folder = begun(tmp_path / "record")
    path = written(tmp_path / "a.csv", {"no": "1"})
    early = How(mapping=how().mapping, as_of=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    [one] = add(folder, [path], early)
    assert (one.reports, one.aside) == (0, 1)
    [(one, mended)] = mend(folder, [path], how())
    assert (one.reports, mended) == (1, 1)


def test_thousands_of_bad_rows_are_kept_one_by_one(tmp_path: Path) -> None:
    folder = begun(tmp_path / "record")
    one = added(folder, *({"no": str(n), "lat": "x"} for n in range(3000)), {"no": "good"})
    assert (one.reports, one.aside, one.new_aside, len(one.reasons)) == (1, 3000, 3000, 20)
    assert len(set_aside(folder)) == 3000
    assert rows_of(folder, "select count(*) from aside") == [(3000,)]


def test_waiting_is_for_a_time(tmp_path: Path) -> None:
    folder = begun(tmp_path / "record")
    for seconds in (-1.0, float("nan")):
        with pytest.raises(InputError, match="must be 0 or more"):
            add(folder, [], how(), wait_seconds=seconds)


def test_names_that_are_no_text(tmp_path: Path) -> None:
    folder = begun(tmp_path / "record")
    path = Path(str(tmp_path / "r\udce9ports.csv"))
    written(path, {"no": "1"}, {"no": "2", "lat": "x"})
    add(folder, [path], how())
    assert [row["name"] for row in set_aside(folder)] == ["r\\udce9ports.csv"]
    written(path, {"no": "1"}, {"no": "2"})
    [(_, mended)] = mend(folder, [path], how())
    assert mended == 1
    assert verify(folder).ok


def test_a_record_begins_once(tmp_path: Path) -> None:
    folder = begun(tmp_path / "record")
    with pytest.raises(InputError, match="holds a record already"):
        begun(folder)
    with pytest.raises(HoldfastError, match=r"record\.log"):
        add(tmp_path, [], how())


def test_an_agreement_without_confidence_seals_the_received_row_only(tmp_path: Path) -> None:
    open_text = AGREEMENT[: AGREEMENT.index("confidential:")]
    folder = begun(tmp_path / "record", open_text)
    added(folder, *crowd(2, seed=1))
    report = next(entry for entry in entries(folder) if entry.kind == "report")
    assert set(report.sealed) == {"received"}
    assert report.open["text"]


def test_reports_of_days_on_which_the_agreement_is_not_in_force_are_told(tmp_path: Path) -> None:
    """They stay in the record; one that begins at the first midnight lies within, one an hour before it does not."""
    text = AGREEMENT.replace(
        "in_force: {since: 2020-01-01, until: 2021-12-31", "in_force: {since: 2020-05-01, until: 2020-05-31"
    )
    assert text != AGREEMENT
    folder = begun(tmp_path / "record", text)
    found = added(
        folder,
        {"no": "1", "since": "2020-04-30T20:00:00", "until": "2020-04-30T20:30:00"},
        {"no": "2", "since": "2020-04-30T21:00:00", "until": "2020-04-30T21:30:00"},
        {"no": "3"},
        {"no": "4", "since": "2020-06-02T10:00:00", "until": "2020-06-02T11:00:00"},
    )
    assert (found.reports, found.outside) == (4, 2)
    told = status(folder)
    assert told["record"]["outside"] == 2
    assert sum(one["reports"] for one in told["counts"]) == 2
    tally = tmp_path / "tally.csv"
    head = "region,period_start_local,period_end_local,ceasefire_violations,observer\n"
    tally.write_text(
        head
        + "East,2020-04-30T00:00,2020-05-01T00:00,5,mission\nEast,2020-04-30T19:30,2020-05-01T19:30,5,mission\n"
    )
    [found] = add(folder, [tally], How(format="tally"))
    assert (found.reports, found.outside) == (2, 1)
    assert status(folder)["record"]["outside"] == 3


def test_reports_of_days_out_of_force_are_said_to_count_for_nothing(tmp_path: Path) -> None:
    """In force from 2020-01-01 to 2021-12-31, in Kyiv's days: the first hours of 2020 there are of 2019 in UTC."""
    folder = begun(tmp_path / "record")
    times = {
        "before": ("2019-12-31T23:00:00", "2020-01-01T03:00:00"),
        "first": ("2020-01-01T00:30:00", "2020-01-01T01:00:00"),
        "last": ("2021-12-31T23:30:00", "2022-01-01T01:00:00"),
        "after": ("2022-01-01T00:10:00", "2022-01-01T01:00:00"),
    }
    rows = [{"no": name, "since": since, "until": until} for name, (since, until) in times.items()]
    found = added(folder, *rows)
    assert (found.reports, found.outside) == (4, 2)
    told = status(folder)
    assert told["record"]["outside"] == 2
    assert sum(one["reports"] for one in told["counts"]) == 2
    assert added(folder, *rows).outside == 0  # none of them is new


def test_two_equal_bad_rows_of_one_file_are_two(tmp_path: Path) -> None:
    folder = begun(tmp_path / "record")
    bad = {"no": "1", "lat": "mandolin"}
    found = added(folder, bad, {"no": "2"}, bad)
    assert (found.reports, found.aside, found.new_aside) == (1, 2, 2)
    rows = rows_of(folder, "select id, line from aside order by line")
    assert [line for _, line in rows] == [2, 4]
    assert len({id_ for id_, _ in rows}) == 2
    again = added(folder, bad, {"no": "2"}, bad)
    assert (again.aside, again.new_aside) == (2, 0)
