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
    assert "1 number with a range is written as its median" in done.stderr
    assert "KTAB has no place for" in done.stderr
    assert "XJ,First,2,30," in (tmp_path / "a.csv").read_text("utf-8")
    done = call("export", tmp_path / "a.yaml", "-o", tmp_path / "a.xlsx")
    assert done.exit_code == 2
    assert "must end in .csv or .xml" in done.stderr


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("First", "\x1b[31mFirst", "actors.csv:3:4: field: holds control characters"),
        ("100.0,", "0,", "actors.csv:3:1: influence: is 0 for every actor"),
        ("24.0", "0", "actors.csv:3:1: salience of Policy: is 0 for every actor"),
    ],
)
def test_what_bargaining_would_refuse_is_refused_before_anything_is_written(actors, tmp_path, old, new, says):
    text = CSV.replace(old, new)
    if new == "0,":
        text = text.replace(",60.2,", ",0,").replace(",35,", ",0,")
    if new == "0":
        text = text.replace("44.7", "0")
    actors.write_text(text, encoding="utf-8")
    done = call("import", actors, "-o", tmp_path / "a.yaml")
    assert done.exit_code == 2
    assert says in done.stderr
    assert "\x1b" not in done.output
    assert [p.name for p in tmp_path.iterdir()] == ["actors.csv"]


def test_what_an_import_changes_and_what_will_not_go_back_is_told(actors, tmp_path):
    lines = CSV.replace(",3,2,", ",2,1,").splitlines()[:4]
    actors.write_text(
        "\n".join(
            ",".join(line.split(",")[:5])
            for line in (lines[0].replace('"Two, of a kind"', "Two"), *lines[1:3], "xj,,1,2,3,")
        ),
        "utf-8",
    )
    done = call("import", actors, "-o", tmp_path / "a.yaml")
    assert done.exit_code == 0, done.output
    assert "Ids that differ from the name, which stays: parties.xj_2 for xj." in done.stderr
    assert (
        "KTAB takes 3 to 250 actors, and here are 2: holdfast export will not take them back." in done.stderr
    )
    assert "2 parties, 1 issue. Next" in done.stdout
    done = call("export", tmp_path / "a.yaml", "-o", tmp_path / "b.csv")
    assert done.exit_code == 2
    assert "2 parties have positions; KTAB takes 3 to 250 actors. Write positions for 1 more" in done.stderr


def test_what_the_xml_needs_and_nobody_gave_is_told(actors, tmp_path):
    call("import", actors, "-o", tmp_path / "a.yaml")
    done = call("export", tmp_path / "a.yaml", "-o", tmp_path / "a.xml", "--issue", "Trade")
    assert "KTAB wants a seed in XML: 1 is written." in done.stderr
    assert "the name stands for it at ZG." in done.stderr
    assert "3 actors, 1 dimension." in done.stdout
