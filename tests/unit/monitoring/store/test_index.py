"""An index that was brought up to date step by step is the one that is made anew from the record."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from holdfast.monitoring.linkage import near
from holdfast.monitoring.record import adding, entries, packed
from holdfast.monitoring.status import status
from holdfast.monitoring.store import linking as linking_module
from holdfast.monitoring.store.adding import How, add
from holdfast.monitoring.store.folder import index_changed
from holdfast.monitoring.store.index import caught_up, rebuilt
from holdfast.monitoring.store.mending import mend
from holdfast.monitoring.store.saying import claim, correct, decide
from tests.unit.monitoring.agreement.example import maps
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


def same_if_rebuilt(folder: Path) -> dict[str, list[Any]]:
    """Hold each table against the one that is made anew, and return them."""
    before = held(folder)
    rebuilt(folder)
    after = held(folder)
    for name, rows in before.items():
        assert rows == after[name], name
    return before


def amended(folder: Path, text: str) -> None:
    """Add an amendment as another program might: with no word on who and why."""
    files = {"a.yaml": text.encode(), "maps.geojson": json.dumps(maps(), indent=1).encode()}
    with adding(folder) as writer:
        writer.append("amendment", *packed(files))
        writer.commit()
        caught_up(folder)


@pytest.mark.slow
def test_step_by_step_is_the_same_as_anew(tmp_path: Path) -> None:
    folder = begun(tmp_path / "record")
    tallies = tmp_path / "tallies.csv"
    tallies.write_text(TALLIES)
    add(folder, [tallies], How(observer="mission"))
    rows = crowd(30, seed=1)
    added(folder, *rows[:40], name="one.csv")
    added(folder, *rows[40:], name="two.csv")
    after = same_if_rebuilt(folder)
    assert any(row["reports"] > 1 for row in after["incidents"])
    assert {row["sector_id"] for row in after["reports"]} == {"west", None}

    # revisions of rows that are known, a few new ones, a row that cannot be read, and one that is there
    revised = [{**row, "text": "as told later", "lat": "47.75"} for row in rows[:3]]
    added(folder, *revised, *crowd(3, seed=2), {"no": "bad", "lat": "148"}, rows[10], name="three.csv")
    after = same_if_rebuilt(folder)
    assert sum(row["superseded"] for row in after["reports"]) == 3
    assert [row["mended"] for row in after["aside"]] == [False, False]

    ids = [row["report"] for row in after["members"]]
    correct(folder, ids[0], {"lat": "47.8", "lon": "37.9", "by": "A", "weapon": ""}, "me", "a slip")
    claim(folder, ids[1], "occurrence", "verified on site", "me", "was there")
    claim(folder, ids[2], "attribution", "ruled", "a court", "ruling 7", party="A")
    decide(folder, ids[3], ids[30], same=True, by="me", why="the same crater")
    after = same_if_rebuilt(folder)
    assert len(after["claims"]) == 2
    assert len(after["corrections"]) == 4

    # a small add on top, of which only the neighbourhood is linked anew
    added(folder, *crowd(4, seed=3), name="small.csv")
    same_if_rebuilt(folder)

    written(
        tmp_path / "files" / "three.csv", *revised, *crowd(3, seed=2), {"no": "bad", "lat": "47.8"}, rows[10]
    )
    [(_, mended)] = mend(folder, [tmp_path / "files" / "three.csv"], how())
    assert mended == 1
    after = same_if_rebuilt(folder)
    assert sorted(row["mended"] for row in after["aside"]) == [False, True]

    amended(folder, AGREEMENT.replace('east: {name: "East"}', 'east: {name: "East", zone: security}'))
    after = same_if_rebuilt(folder)
    assert "east" in {row["sector_id"] for row in after["reports"]}


def test_the_order_of_adding_changes_nothing_that_is_counted(tmp_path: Path) -> None:
    rows = crowd(20, seed=5)
    one, other = begun(tmp_path / "one" / "record"), begun(tmp_path / "other" / "record")
    added(one, *rows[:20], name="a.csv")
    added(one, *rows[20:], name="b.csv")
    added(other, *rows[::-1][:12], name="c.csv")
    added(other, *rows[::-1][12:], name="d.csv")
    first, second = held(one), held(other)
    for name in ("pairs", "members", "incidents", "findings"):
        assert first[name] == second[name], name


def test_what_a_status_tells_of_linking_is_of_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(near, "NEAREST", 2)
    folder = begun(tmp_path / "record")
    added(folder, *crowd(40, seed=9, days=2, width=0.2), name="many.csv")
    first = status(folder)["linking"]
    added(folder, *crowd(3, seed=10, days=2, width=0.2), name="few.csv")
    second = status(folder)["linking"]
    assert second["left_out"] > first["left_out"] > 0
    assert second["pairs"] > 0
    rebuilt(folder)
    assert status(folder)["linking"] == second


@pytest.mark.slow
def test_the_model_is_recorded_once_and_used_ever_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = begun(tmp_path / "record")
    added(folder, *crowd(20, seed=6), name="few.csv")
    assert not held(folder)["models"]  # too few to learn from
    added(folder, *crowd(500, seed=7, width=0.3), name="many.csv")
    [model] = held(folder)["models"]
    assert model["model"] != linking_module.DEFAULT.to_json()
    before = same_if_rebuilt(folder)
    added(folder, *crowd(80, seed=8, width=0.3), name="more.csv")
    assert held(folder)["models"] == before["models"]
    assert [entry.kind for entry in entries(folder)].count("model") == 1
    same_if_rebuilt(folder)
    before = held(folder)
    # and it makes a difference which model it is
    monkeypatch.setattr(linking_module, "_model", lambda _con: linking_module.DEFAULT)
    rebuilt(folder)
    assert held(folder)["pairs"] != before["pairs"]


def test_a_correction_reaches_the_incident_its_sector_and_its_findings(tmp_path: Path) -> None:
    folder = begun(tmp_path / "record")
    added(folder, {"no": "1", "what": "flight", "side": "A"})
    [(report, sector)] = rows_of(folder, "select id, sector_id from reports")
    verdict = "select sector_id, kind, article, verdict from incidents join findings using (incident)"
    assert sector == "west"
    assert rows_of(folder, verdict) == [("west", "flight", "quiet", "breach")]
    # moved out of the zone, it is in no sector, and the flight was allowed there
    correct(folder, report, {"lat": "47.0"}, "me", "two digits were changed over")
    assert rows_of(folder, verdict) == [(None, "flight", "quiet", "allowed")]
    correct(folder, report, {"sector": "East"}, "me", "so says the log")
    assert rows_of(folder, verdict) == [("east", "flight", "quiet", "allowed")]
    # the zone is wider from 2021 on
    correct(folder, report, {"sector": "", "lat": "47.7", "lon": "37.6"}, "me", "the map")
    assert rows_of(folder, verdict) == [(None, "flight", "quiet", "allowed")]
    times = {"start": "2021-05-01T10:00:00Z", "end": "2021-05-01T11:00:00Z"}
    correct(folder, report, times, "me", "the year")
    assert rows_of(folder, verdict) == [("west", "flight", "quiet", "breach")]
    was = rows_of(folder, "select field, was, now from corrections order by entry, field")
    assert was[0] == ("lat", "47.7", "47.0")
    assert was[1] == ("sector", None, "East")
    same_if_rebuilt(folder)


def test_what_was_said_of_a_report_holds_of_its_revision(tmp_path: Path) -> None:
    folder = begun(tmp_path / "record")
    other = {"no": "2", "lat": "47.9", "since": "2020-05-09T10:00:00", "until": "2020-05-09T11:00:00"}
    added(folder, {"no": "1"}, other)
    (one,), (two,) = rows_of(folder, "select id from reports order by entry")
    claim(folder, one, "occurrence", "verified on site", "me", "was there")
    decide(folder, one, two, same=True, by="me", why="one shell")
    added(folder, {"no": "1", "text": "heard and seen"}, name="later.csv")
    [(now,)] = rows_of(folder, "select id from reports where text = 'heard and seen'")
    assert rows_of(folder, "select reports, occurrence from incidents") == [(2, "verified on site")]
    assert rows_of(folder, "select report from claims") == [(now,)]
    assert sorted(rows_of(folder, "select report from members")) == sorted([(now,), (two,)])
    same_if_rebuilt(folder)


def test_sectors_by_zone_and_by_name(tmp_path: Path) -> None:
    folder = begun(tmp_path / "record")
    added(
        folder,
        {"no": "1"},  # in the zone of the sector
        {"no": "2", "sector": "west REGION", "lat": "", "lon": "", "km": ""},
        {"no": "3", "sector": "East"},  # what the report says counts
        {"no": "4", "sector": "Elsewhere"},  # no sector of the agreement: where it lies counts
        {"no": "5", "lon": "37.6"},  # in the zone from 2021 on
        {"no": "6", "lon": "37.6", "since": "2021-05-01T10:00:00", "until": "2021-05-01T11:00:00"},
        {"no": "7", "lon": "37.501", "km": "5"},  # on its edge, a little more likely outside
        {"no": "8", "lon": "37.4985", "km": "0.05"},
        {"no": "9", "sector": "Elsewhere", "lat": "", "lon": "", "km": ""},
    )
    found = rows_of(folder, "select native_id, sector_id from reports order by entry")
    expected = ["west", "west", "east", "west", None, "west", None, "west", None]
    assert found == [(str(n), sector) for n, sector in enumerate(expected, 1)]


def test_names_are_taken_from_the_agreement(tmp_path: Path) -> None:
    folder = begun(tmp_path / "record")
    added(
        folder, {"side": "government of northland", "who": "The mission"}, {"side": "someone", "who": "press"}
    )
    found = rows_of(folder, "select observer_id, by_id from reports order by entry")
    assert found == [("mission", "A"), (None, None)]


def test_sums_do_not_depend_on_the_order_of_rows(tmp_path: Path) -> None:
    """Two indexes of one record hold the same rows, not always in the same order; doubles added in another order differ."""
    folder = begun(tmp_path / "record")
    added(folder, *crowd(60, 3, width=2.0))
    with index_changed(folder) as con:  # as sectors that overlap, and places of which nobody is sure
        con.execute("update findings set p_low = hash(incident)::double / 1.9e19, p_high = p_low + 0.01")
        con.execute(
            "update incidents set sector_id = null, sectors = map {'west': hash(incident)::double / 1.9e19}"
        )
    told = set[str]()
    for order in ("incident", "incident desc", "hash(incident)", "hash(incident || 'x')"):
        with index_changed(folder) as con:
            for table in ("findings", "incidents"):
                con.execute(f"create table sorted as select * from {table} order by {order}")
                con.execute(f"delete from {table}")
                con.execute(f"insert into {table} select * from sorted order by {order}")
                con.execute("drop table sorted")
        found = status(folder)
        told.add(json.dumps([found["findings"], found["sectors_in_doubt"], found["counts"]]))
    assert len(told) == 1
