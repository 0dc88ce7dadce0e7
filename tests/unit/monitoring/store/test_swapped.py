"""What is near an agreement's maps only the other way round: reports, corrections, and drawings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from holdfast.cli import app
from holdfast.errors import InputError
from holdfast.monitoring.agreement import Agreement, read_agreement
from holdfast.monitoring.store.adding import How, add
from holdfast.monitoring.store.beginning import begin
from holdfast.monitoring.store.drawn import swapped_drawings
from holdfast.monitoring.store.mending import mend, set_aside
from holdfast.monitoring.store.saying import correct
from tests.unit.monitoring.agreement.example import TEXT, maps, ring
from tests.unit.monitoring.store.small import how, rows_of, written

SHIFTED = {"line": [[35.75, 33.0], [35.75, 33.6]], "quiet": ring(35.0, 33.0, 35.5, 33.6)}


def near_the_diagonal(swapped: str | None = None) -> Agreement:
    """The agreement of the tests, with its maps where latitudes are nearly longitudes."""
    drawn = maps()
    for feature in drawn["features"]:
        found: Any = SHIFTED.get(feature["id"], ring(35.0, 33.0, 35.7, 33.6))
        if feature["id"] == swapped:
            found = [point[::-1] for point in found]
        feature["geometry"]["coordinates"] = found if feature["id"] == "line" else [found]
    return read_agreement(TEXT.encode(), "a.yaml", {"maps.geojson": json.dumps(drawn).encode()})


HOWITZER = {"no": "s1", "what": "weapon", "weapon": "howitzer", "mm": "122", "unit": "presence", "km": "0.4"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    begin(tmp_path / "record", near_the_diagonal())
    return tmp_path / "record"


def test_a_row_is_set_aside_and_added_once_it_is_right(folder: Path, tmp_path: Path) -> None:
    file = written(tmp_path / "r.csv", {**HOWITZER, "lat": "35.6", "lon": "33.2"})
    [found] = add(folder, [file], how())
    assert (found.reports, found.aside) == (0, 1)
    [row] = set_aside(folder)
    assert "lat = 35.6 and lon = 33.2 seem to be swapped: the place lies far from all that" in row["reason"]
    assert row["reason"].endswith("if it is right, give it again with --as-given.")
    right = written(tmp_path / "mended" / "r.csv", {**HOWITZER, "lat": "33.2", "lon": "35.6"})
    assert [mended for _, mended in mend(folder, [right], how())] == [1]
    verdict = "select verdict from findings where article = 'heavy-weapons'"
    assert rows_of(folder, verdict) == [("breach",)]
    [(own,)] = rows_of(folder, "select id from reports")
    with pytest.raises(InputError, match="seem to be swapped"):
        correct(folder, own, {"lat": "35.6", "lon": "33.2"}, "me", "why")


def test_one_that_is_right_all_the_same_is_kept_as_given(folder: Path, tmp_path: Path) -> None:
    file = written(tmp_path / "r.csv", {**HOWITZER, "lat": "35.6", "lon": "33.2"})
    add(folder, [file], how())
    given = How(mapping=how().mapping, as_given=True)
    assert [mended for _, mended in mend(folder, [file], given)] == [1]
    assert set_aside(folder) == []
    assert b'"as_given":true' in (folder / "record.log").read_bytes()
    [(own,)] = rows_of(folder, "select id from reports")
    correct(folder, own, {"lat": "35.61"}, "me", "why", as_given=True)
    assert rows_of(folder, "select lat, lon from reports") == [(35.61, 33.2)]
    done = CliRunner().invoke(
        app,
        [
            "monitor",
            "correct",
            str(folder),
            own,
            "--as-given",
            "--set",
            "lat=35.6",
            "--by",
            "a",
            "--why",
            "b",
        ],
    )
    assert done.exit_code == 0
    done = CliRunner().invoke(
        app,
        ["monitor", "correct", str(folder), own, "--as-given", "--same-as", "r1", "--by", "a", "--why", "b"],
    )
    assert (done.exit_code, "--as-given: is about a position" in done.stderr) == (2, True)


def test_a_drawing_that_is_swapped_among_others_is_told(tmp_path: Path) -> None:
    assert swapped_drawings(near_the_diagonal()) == []
    [said] = swapped_drawings(near_the_diagonal("quiet"))
    assert "Quiet zone (quiet, drawing 1) seems to have latitude and longitude swapped" in said
    both = swapped_drawings(near_the_diagonal("line"))  # of two things that are drawn, either may be wrong
    assert [said.partition(" (")[0] for said in both] == ["Line of contact", "Quiet zone"]
    assert "latitudes 35.75 to 35.75 and longitudes 33 to 33.6" in both[0]
    files = near_the_diagonal("line").files
    for name, raw in files.items():
        (tmp_path / name).write_bytes(raw)
    done = CliRunner().invoke(
        app, ["monitor", "init", str(tmp_path / "w"), "--agreement", str(tmp_path / "a.yaml")]
    )
    assert (done.exit_code, "seems to have latitude and longitude swapped" in done.stderr) == (0, True)
