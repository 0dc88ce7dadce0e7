"""check, schema and new as commands."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from holdfast.cli.check import check
from holdfast.cli.new import new
from holdfast.cli.schema import schema
from holdfast.scenario import load_scenario
from tests.unit.scenario.examples import SMALL, edited


@pytest.fixture
def run():
    app = typer.Typer()
    for command in (check, new, schema):
        app.command()(command)
    return lambda *arguments: CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_new_then_check(run, tmp_path):
    made = run("new", tmp_path / "a")
    assert made.exit_code == 0
    assert str(tmp_path / "a" / "scenario.yaml") in made.stdout
    result = run("check", tmp_path / "a" / "scenario.yaml")
    assert result.exit_code == 0
    assert "no mistakes." in result.stdout
    assert " 0 unsourced" in result.stdout
    assert result.stderr == ""
    again = run("new", tmp_path / "a")
    assert (again.exit_code, again.stdout) == (2, "")
    assert "exists already" in again.stderr


def test_check_lists_numbers_without_a_source(run, tmp_path):
    file = tmp_path / "a.yaml"
    text = edited(('      because: "Invented; the usual range is 0.03 to 0.15."\n', ""))
    file.write_text(text, encoding="utf-8")
    result = run("check", file, "--set", "war.years=3", "--set", "parties.A.noise=0.2")
    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert f"{file}:0: war.years = 3; no source" in lines
    assert any(
        "parties.A.war_cost = 0.04 to 0.1 (90 %); a judgement without because" in line for line in lines
    )
    assert f"{file}:42: parties.A.strength = 1; no source" in lines
    assert (
        lines[-1]
        == f"{file}: no mistakes. 50 numbers: 1 sourced, 19 judgement, 28 unsourced, 2 the same as another."
    )
    assert len(lines) == 28 + 1 + 1
    assert (
        "parties.A.noise reaches 0.2, above 0.15: there the equations, not the situation, decide."
        in result.stderr
    )


def test_check_counts_the_numbers_that_a_study_lists(run, tmp_path):
    """All inputs of the manifest, those tied to another among them."""
    file = tmp_path / "a.yaml"
    file.write_text(SMALL, encoding="utf-8")
    assert f" {len(load_scenario(file).quantities)} numbers: " in run("check", file).stdout


def test_check_tells_every_mistake_on_stderr(run, tmp_path):
    file = tmp_path / "a.yaml"
    file.write_text(edited(("discount: 0.05", "discount: 0"), ("body: council", "body: x")), encoding="utf-8")
    result = run("check", file)
    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 2


def test_check_mentions_a_body_that_the_attacker_can_stop(run, tmp_path):
    file = tmp_path / "a.yaml"
    file.write_text(edited(("members: [friends]", "members: [friends, A]")), encoding="utf-8")
    result = run("check", file)
    assert result.exit_code == 0
    assert "bodies.council: as the attacker A votes no, and no decision can pass without it." in result.stderr


def test_check_mentions_a_principal_that_does_not_sign(run, tmp_path):
    file = tmp_path / "a.yaml"
    file.write_text(edited(("signatories: [A, B]", "signatories: [A]")), encoding="utf-8")
    result = run("check", file)
    assert result.exit_code == 0
    assert result.stderr == (
        f"{file}: warning: proposals.ceasefire-alone.signatories: the principal B does not sign, so that signed does "
        "not ask whether it accepts. Add B, unless that is meant.\n"
    )


def test_schema_prints_json(run):
    result = run("schema")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["properties"]["holdfast"]["const"] == 1


CATALOG = Path(__file__).parents[3] / "catalog"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "elmira/stability.yaml",
            "no mistakes. 9 states, 3 parties. Preferences: MOE sourced, UNI sourced, LG sourced.",
        ),
        ("alder-birch/agreement.yaml", "no mistakes. 10 articles, 3 triggers."),
        ("alder-birch/patrols-map.yaml", "no mistakes. It says what the columns of a table mean."),
        ("bodies/osce.yaml", "no mistakes. 0 numbers: 0 sourced, 0 judgement, 0 unsourced."),
    ],
)
def test_check_takes_every_kind_of_file(run, name, said):
    result = run("check", CATALOG / name)
    assert result.exit_code == 0, result.stderr
    assert result.stdout == f"{CATALOG / name}: {said}\n"


def test_check_tells_the_mistakes_and_the_warnings_of_a_conflict(run, tmp_path):
    text = (CATALOG / "elmira" / "stability.yaml").read_text(encoding="utf-8")
    file = tmp_path / "c.yaml"
    file.write_text(text.replace('status_quo: "1"', 'status_quo: "77"'), encoding="utf-8")
    result = run("check", file)
    assert result.exit_code == 2
    assert 'status_quo = "77"; 77 is no state of this conflict.' in result.stderr
    file.write_text(text.replace('status_quo: "1"', 'status_quo: "9"'), encoding="utf-8")
    assert "warning: No party can leave the status quo, 9" in run("check", file).stderr


def test_check_sets_fields_of_scenarios_only(run):
    result = run("check", CATALOG / "elmira" / "stability.yaml", "--set", "title=x")
    assert result.exit_code == 2
    assert "stability.yaml is no scenario. Take --set away, and change the file." in result.stderr
