"""check, schema and new as commands."""

import json

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
