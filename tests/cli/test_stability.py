"""`holdfast stability`: exit status, JSON as documented, the same bytes again."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from holdfast.cli import app

ROOT = Path(__file__).parents[2]
ELMIRA = str(ROOT / "catalog" / "elmira" / "stability.yaml")


def invoke(*words):
    return CliRunner().invoke(app, list(words))


def test_json_has_the_keys_that_are_documented():
    first, again = invoke("stability", ELMIRA, "--json"), invoke("stability", ELMIRA, "--json")
    assert first.exit_code == 0
    assert first.output == again.output
    found = json.loads(first.output)
    page = (ROOT / "docs" / "reference" / "stability.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `(\w+)` \|", page.split("## The answer")[1], re.MULTILINE))
    inner = [*found["states"].values(), *found["coalition_moves"], *found["sensitivity"]["changes"]]
    inner += [
        found["sensitivity"],
        *(s for c in found["sensitivity"]["survives"].values() for s in c.values()),
    ]
    assert {*found, *(key for entry in inner for key in entry)} <= told


def test_the_table_is_plain_when_piped():
    done = invoke("stability", ELMIRA)
    assert done.exit_code == 0
    assert "\x1b" not in done.output
    assert "Equilibria by Nash, GMR, SMR, SEQ and SIM: 5, 8, 9." in done.output


def test_work_that_takes_long_says_how_far_it_is_on_stderr(monkeypatch):
    monkeypatch.setattr(sys.modules["holdfast.cli.stability"], "_QUIET_SECONDS", 0.0)
    done = invoke("stability", ELMIRA, "--json")
    lines = done.stderr.splitlines()
    assert lines[0] == "working it out: 1 of 7 coalitions"
    assert lines[-1] == "working it out: 48 of 48 changed orders"
    json.loads(done.stdout)


def test_nothing_is_said_on_stderr_of_what_is_quick():
    assert invoke("stability", ELMIRA).stderr == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty. catalog/elmira/stability.yaml is an example."),
        ("- a\n", "must be a mapping that begins with holdfast: 1."),
        ("holdfast: 1\n", "title: is missing. Write title: with a value here (what the conflict is)."),
    ],
)
def test_a_file_that_cannot_be_used_is_status_2(tmp_path, text, told):
    path = tmp_path / "c.yaml"
    path.write_text(text, encoding="utf-8")
    done = invoke("stability", str(path))
    assert done.exit_code == 2
    assert told in done.output


def test_a_file_that_does_not_exist_is_status_2(tmp_path):
    done = invoke("stability", str(tmp_path / "none.yaml"))
    assert done.exit_code == 2
    assert "does not exist. catalog/elmira/stability.yaml is one to begin with." in done.output


@pytest.mark.parametrize(
    ("kind", "last"), [("scenario", "proposals"), ("agreement", "articles"), ("conflict", "preferences")]
)
def test_schema_prints_the_schema_of_each_kind_of_file(kind, last):
    done = invoke("schema", kind)
    assert done.exit_code == 0
    assert last in json.loads(done.output)["properties"]


def test_schema_without_a_kind_is_that_of_the_scenario():
    assert invoke("schema").output == invoke("schema", "scenario").output


def test_schema_of_no_kind_is_status_2():
    assert invoke("schema", "novel").exit_code == 2
