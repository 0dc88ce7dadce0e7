"""`holdfast import` and `holdfast export`, as a user meets them."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from holdfast.cli import app
from tests.unit.scenario.test_ktab import CSV

RUNNER = CliRunner()


@pytest.fixture
def actors(tmp_path):
    path = tmp_path / "actors.csv"
    path.write_text(CSV, encoding="utf-8")
    return path


def call(*words):
    return RUNNER.invoke(app, [str(word) for word in words])


def test_there_and_back_gives_the_same_numbers(actors, tmp_path):
    yaml, xml, again, back = (tmp_path / n for n in ("a.yaml", "a.xml", "b.yaml", "b.csv"))
    done = call("import", actors, "-o", yaml, "--as-of", "2016-01-01")
    assert done.exit_code == 0, done.output
    assert "3 parties, 2 issues. Next: holdfast bargain" in done.stdout
    assert call("export", yaml, "-o", xml).exit_code == 0
    assert call("import", xml, "-o", again, "--as-of", "2016-01-01").exit_code == 0
    assert again.read_text("utf-8") == yaml.read_text("utf-8").replace("actors.csv", "a.xml")
    assert call("export", again, "-o", back).exit_code == 0
    numbers = [line.split(",")[-7:] for line in back.read_text("utf-8").splitlines()[2:]]
    assert numbers[0] == ["First", "100", "30", "24", "20", "48", ""]


def test_the_imported_file_bargains(actors, tmp_path):
    call("import", actors, "-o", tmp_path / "a.yaml")
    done = call("bargain", tmp_path / "a.yaml", "--model", "mean", "--draws", 2, "--json")
    assert done.exit_code == 0, done.output
    assert '"Trade"' in done.stdout


def test_without_a_date_it_says_which_it_took(actors, tmp_path):
    done = call("import", actors, "-o", tmp_path / "a.yaml")
    assert "as_of is today" in done.stderr


def test_an_output_that_is_there_stays_unless_forced(actors, tmp_path):
    out = tmp_path / "a.yaml"
    out.write_text("mine", encoding="utf-8")
    done = call("import", actors, "-o", out)
    assert done.exit_code == 2
    assert "exists already; it is left as it is" in done.stderr
    assert out.read_text("utf-8") == "mine"
    assert call("import", actors, "-o", out, "--force").exit_code == 0
    assert out.read_text("utf-8").startswith("holdfast: 1")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--as-of", "2016-13-01"), "--as-of 2016-13-01: is no day of the calendar"),
        (("-o", "nowhere/a.yaml"), "is no folder. Make it first"),
        (("-o", "."), "is a folder. Name a file in it"),
    ],
)
def test_arguments_that_cannot_be_used(actors, tmp_path, monkeypatch, words, says):
    monkeypatch.chdir(tmp_path)
    done = call("import", actors, "-o", "a.yaml", *words)
    assert done.exit_code == 2
    assert says in done.stderr
    assert not (tmp_path / "a.yaml").exists()


def test_a_bad_file_leaves_nothing_behind(actors, tmp_path):
    actors.write_text(CSV.replace("30,24.0", ",24.0"), encoding="utf-8")
    done = call("import", actors, "-o", tmp_path / "a.yaml")
    assert done.exit_code == 2
    assert "actors.csv:3:44: XJ: position on Policy: is empty" in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["actors.csv"]


def test_export_says_what_is_left_out_and_refuses_other_forms(actors, tmp_path):
    call("import", actors, "-o", tmp_path / "a.yaml")
    done = call(
        "export",
        tmp_path / "a.yaml",
        "-o",
        tmp_path / "a.csv",
        "--set",
        "parties.XJ.influence={uniform: [1, 3]}",
    )
    assert done.exit_code == 0
    assert "1 numbers with a range are written as their medians" in done.stderr
    assert "KTAB has no place for" in done.stderr
    assert "XJ,First,2,30," in (tmp_path / "a.csv").read_text("utf-8")
    done = call("export", tmp_path / "a.yaml", "-o", tmp_path / "a.xlsx")
    assert done.exit_code == 2
    assert "must end in .csv or .xml" in done.stderr
