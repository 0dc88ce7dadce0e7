"""A position on the border of two sectors is in each with a probability; one that contradicts the sector that is named says so."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from holdfast.monitoring.agreement import read_agreement
from holdfast.monitoring.formats import table
from holdfast.monitoring.grounds import grounds
from holdfast.monitoring.status import status
from holdfast.monitoring.store.beginning import begin
from holdfast.monitoring.store.folder import agreement_of, asked, index_read
from holdfast.monitoring.store.index import rebuilt
from holdfast.report.monitoring.terminal import status_table
from tests.unit.monitoring.agreement.example import maps
from tests.unit.monitoring.store.small import AGREEMENT, added, held, rows_of

TRIGGER = """  {name}:
    title: "{name}"
    articles: [ceasefire]
    sectors: {sectors}
    count: {{at_least: 1, unit: incident}}
    within_days: 1
    source: text
"""
BORDER = {"unit": "incident", "lon": "37.5", "km": "5"}


def agreement_text() -> str:
    text = AGREEMENT.replace(
        "sectors:\n  west",
        '  eastern:\n    name: "East"\n    drawn: [{file: maps.geojson, feature: eastern}]\nsectors:\n  west',
    )
    text = text.replace('east: {name: "East"}', 'east: {name: "East", zone: eastern}')
    sectors = {"in_west": "west", "in_east": "east", "in_either": "[west, east]"}
    added_ = "".join(TRIGGER.format(name=name, sectors=ids) for name, ids in sectors.items())
    observed = text.index("observation:"), text.index("triggers:")
    text = text[: observed[0]] + "observation: {not_observed: []}\n" + text[observed[1] :]
    return text.replace("confidential:", added_ + "confidential:")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two sectors that meet at 37.5 degrees east until the end of 2020, and overlap from then on."""
    drawn = maps()
    box = [[37.5, 47.5], [38.0, 47.5], [38.0, 48.0], [37.5, 48.0], [37.5, 47.5]]
    drawn["features"].append(
        {
            "type": "Feature",
            "id": "eastern",
            "properties": {},
            "geometry": {"type": "Polygon", "coordinates": [box]},
        }
    )
    files = {"maps.geojson": json.dumps(drawn).encode()}
    begin(tmp_path / "record", read_agreement(agreement_text().encode(), "a.yaml", files))
    return tmp_path / "record"


def due(folder: Path) -> dict[str, tuple[str, list[float]]]:
    return {
        one["id"]: (one["state"], [round(p, 2) for p in one["probability"]])
        for one in status(folder)["triggers"]
        if one["id"].startswith("in_")
    }


def lines(folder: Path) -> str:
    console = Console(width=200, record=True, file=io.StringIO())
    with index_read(folder) as con:
        console.print(status_table(status(folder), agreement_of(con)))
    return console.export_text()


def test_on_the_border_it_is_a_coin_toss_for_both_and_sure_for_the_two_together(folder: Path) -> None:
    added(folder, {"no": "1", **BORDER})
    assert rows_of(folder, "select sector_id from incidents") == [(None,)]
    found = due(folder)
    assert found["in_west"] == found["in_east"] == ("cannot be told", [0.5, 0.5])
    assert found["in_either"] == ("met", [1.0, 1.0])
    [west] = [one for one in status(folder)["triggers"] if one["id"] == "in_west"]
    assert any(one.endswith("on 1 May 2020 that it is a breach in West.") for one in west["would_change"])
    told = status(folder)["sectors_in_doubt"]
    assert (told["untold"], told["under_names"], told["contradicted"]) == (1, 0, 0)
    assert {one["sector"]: round(one["expected"], 2) for one in told["expected"]} == {
        "east": 0.5,
        "west": 0.5,
    }
    assert "one incident lay cannot be told: expected in East 0.5, West 0.5" in lines(folder)
    before = held(folder)
    rebuilt(folder)
    assert held(folder) == before


def test_text_and_table_agree_on_how_many_incidents_are_of_no_sector_that_can_be_told(folder: Path) -> None:
    """A name that is no sector of the agreement has a row of its own, and the text says so."""
    added(
        folder,
        {"no": "1", **BORDER},
        *({"no": f"n{n}", **BORDER, "since": f"2020-05-0{n}T10:00:00", "until": f"2020-05-0{n}T11:00:00", "sector": "Governorate X"}
          for n in (3, 5)),
    )  # fmt: skip
    assert (told := status(folder)["sectors_in_doubt"])["untold"] == 3
    assert told["under_names"] == 2
    rows = {one["sector"]: one["incidents"] for one in status(folder)["counts"]}
    assert rows == {None: 1, "Governorate X": 2}
    text = " ".join(lines(folder).split())
    assert "In which sector three incidents lay cannot be told: expected in East 1.5, West 1.5." in text
    assert (
        "Of these 1 stand above as of no sector that can be told, and 2 under the name that a report gives of a place that is no sector."
        in text
    )


@pytest.mark.parametrize(
    ("lon", "sector", "west"),
    [
        ("37.45", None, 0.77),
        ("37.4", "west", 0.93),
        ("37.38", "west", 0.96),
        ("37.3", "west", 1.0),
        ("38.5", None, 0.0),
    ],
)
def test_a_sector_is_taken_from_a_position_only_where_it_is_nearly_sure(
    folder: Path, lon: str, sector: str | None, west: float
) -> None:
    added(folder, {"no": "1", **BORDER, "lon": lon})
    state, probability = due(folder)["in_west"]
    assert rows_of(folder, "select sector_id from incidents") == [(sector if west >= 0.95 else None,)]
    assert probability == [pytest.approx(west, abs=0.01)] * 2
    assert (state == "met") is (west >= 0.95)
    assert (state == "not met") is (west == 0.0)


def test_where_sectors_overlap_their_probabilities_are_not_added(folder: Path) -> None:
    added(folder, {"no": "1", **BORDER, "since": "2021-05-01T10:00:00", "until": "2021-05-01T11:00:00"})
    low, high = due(folder)["in_either"][1]
    assert (low, high) == (1.0, 1.0)  # the wider west holds it surely
    added(
        folder,
        {"no": "2", **BORDER, "lon": "37.7", "since": "2021-06-01T10:00:00", "until": "2021-06-01T11:00:00"},
        name="2.csv",
    )
    assert rows_of(folder, "select sector_id from incidents order by start")[1] == ("east",)


def test_an_error_that_says_nothing_of_the_place_leaves_every_sector_open(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A record of before such rows were set aside may hold one."""
    monkeypatch.setattr(table, "MOST_ERROR_KM", 1_000.0)
    added(folder, {"no": "1", **BORDER, "km": "900"})
    assert due(folder)["in_west"] == ("cannot be told", [0.0, 1.0])
    assert "expected in East unknown, West unknown" in lines(folder)


def test_who_has_neither_position_nor_sector_is_told_of_too(folder: Path) -> None:
    """One on the border between East and West, one whose error reaches beyond both, and one of which no place is known."""
    added(folder, {"no": "1", **BORDER}, {"no": "2", "lat": "", "lon": "", "km": "", "sector": ""})
    told = status(folder)["sectors_in_doubt"]
    assert (told["untold"], told["unplaced"]) == (2, 1)
    assert [(row["sector"], round(row["expected"], 3)) for row in told["expected"]] == [
        ("east", 0.5),
        ("west", 0.5),
    ]
    assert 0.0 < told["elsewhere"] < 1e-4  # the tail of the position's error
    assert (
        "In which sector two incidents lay cannot be told: expected in East 0.5, West 0.5; "
        "nothing is known of where 1 of them lay." in lines(folder)
    )


def test_what_may_lie_in_no_sector_is_expected_there(folder: Path) -> None:
    """On the far edge of West: one half of it lies in no sector."""
    added(folder, {"no": "1", **BORDER, "lon": "37.0", "lat": "47.7"})
    told = status(folder)["sectors_in_doubt"]
    assert told["untold"] == 1
    inside = sum(row["expected"] for row in told["expected"])
    assert told["elsewhere"] == pytest.approx(1.0 - inside)
    assert f"and in none of them {1.0 - inside:.1f}" in lines(folder)


def test_a_name_that_its_position_contradicts_is_told_and_makes_neither_sector_sure(folder: Path) -> None:
    added(folder, {"no": "1", **BORDER, "sector": "East", "lon": "37.2"})
    assert rows_of(folder, "select sector_id from incidents") == [("east",)]
    found = due(folder)
    assert found["in_west"] == found["in_east"] == ("cannot be told", [0.0, 1.0])
    assert found["in_either"] == ("met", [1.0, 1.0])
    assert status(folder)["sectors_in_doubt"] == {
        "untold": 0,
        "under_names": 0,
        "unplaced": 0,
        "expected": [],
        "elsewhere": 0.0,
        "contradicted": 1,
    }
    assert (
        "One incident counted in the sector that a report names, though the position lies elsewhere."
        in lines(folder)
    )
    with index_read(folder) as con:
        table: Any = asked(con, "select * from incidents")
        said = grounds(agreement_of(con), table, 0, "ceasefire")
    assert (
        "the report names the sector East, and its position contradicts that (probability of West 0.999"
        in said
    )


def test_a_name_that_its_position_allows_holds(folder: Path) -> None:
    added(folder, {"no": "1", **BORDER, "sector": "East", "lon": "37.45"})
    found = due(folder)
    assert (found["in_east"], found["in_west"][1]) == (("met", [1.0, 1.0]), [0.0, 0.0])
    assert status(folder)["sectors_in_doubt"]["contradicted"] == 0
