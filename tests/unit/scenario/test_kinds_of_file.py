"""A file that is given to the wrong reader is named as what it is, in one line."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from holdfast.errors import ScenarioError
from holdfast.monitoring.agreement import AgreementFile, load_agreement
from holdfast.monitoring.formats.mapping import TableMapping, load_mapping
from holdfast.scenario import load_bodies, load_positions, load_scenario
from holdfast.scenario.forms import KINDS, kind_of
from holdfast.scenario.model import BodyFile, PositionFile, Scenario
from holdfast.study.conflict import ConflictFile, load_conflict

CATALOG = Path(__file__).parents[3] / "catalog"
MODELS = {"conflict": ConflictFile, "agreement": AgreementFile, "mapping": TableMapping, "scenario": Scenario}
READERS = {
    "scenario": (load_scenario, load_bodies, load_positions),
    "conflict": (load_conflict,),
    "agreement": (load_agreement,),
    "mapping": (load_mapping,),
}
FILES = sorted(CATALOG.glob("*/*.yaml"))


def told(keys):
    """The kind that keys tell, which must be one."""
    kind = kind_of(list(keys))
    assert kind is not None
    return kind


def test_a_mark_is_a_key_of_its_kind_and_of_no_other_form():
    for kind in KINDS:
        for mark in kind.marks:
            assert [name for name, model in MODELS.items() if mark in model.model_fields] == [kind.name], mark


def test_every_kind_can_be_told_by_what_it_must_have():
    for model, name in ((Scenario, "scenario"), (PositionFile, "scenario"), (BodyFile, "scenario")):
        assert told(model.model_fields).name == name
    for name, model in MODELS.items():
        required = [key for key, field in model.model_fields.items() if field.is_required()]
        assert told(required).name == name


def test_the_command_named_is_one_that_takes_the_file():
    """A file of positions may say where issues stand without an agreement, and which numbers go together; `run` refuses it all the same."""
    only = [key for key in Scenario.model_fields if key not in PositionFile.model_fields]
    assert told(["issues", "no_agreement", "correlations", "parties"]).command == "holdfast bargain FILE"
    for key in only:
        assert told(["issues", "no_agreement", key]).command == "holdfast run FILE"
    scenario, positions = KINDS[:2]
    assert set(scenario.marks) == set(only)
    assert set(positions.marks) <= set(PositionFile.model_fields) - set(BodyFile.model_fields)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (
            '\ufeff"Water, plan",A test,2,1\nActor,Description,Influence,X Position,X Salience\nA,a,1,0,5\n',
            "CSV",
        ),
        ("Water;A test;2;1\nActor;Description;Influence;X Position;X Salience\nA;a;1;0;5\n", "CSV"),
        ("Water,A test,2,1,\r\nActor,Description,Influence,X Position,X Salience,\r\nA,a,1,0,5,\r\n", "CSV"),
        ('<?xml version="1.0"?>\n<Scenario name="x"><Dimensions/></Scenario>\n', "XML"),
    ],
)
def test_a_file_of_ktab_given_to_another_reader_is_named(tmp_path, text, what):
    file = tmp_path / "actors.csv"
    file.write_text(text, encoding="utf-8", newline="")
    for readers in READERS.values():
        for read in readers:
            with pytest.raises(ScenarioError) as caught:
                read(file)
            (line,) = str(caught.value).splitlines()
            assert line.startswith(f"{file}: seems to be KTAB’s {what}, not a")
            assert "Use `holdfast import FILE --out POSITIONS`" in line


@pytest.mark.parametrize("text", ["a,b\nc,d\n", "- 1\n- 2\n", "<html></html>\n", '"open\n'])
def test_what_is_not_ktabs_is_not_taken_for_it(tmp_path, text):
    file = tmp_path / "file.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_positions(file)
    assert "KTAB" not in str(caught.value)


def test_keys_of_two_forms_are_of_no_kind():
    for one, other in combinations(KINDS, 2):
        assert (kind_of([one.marks[0], other.marks[0]]) is None) == (one.name != other.name)


@pytest.mark.parametrize("file", FILES, ids=lambda f: f"{f.parent.name}/{f.stem}")
def test_a_file_of_the_catalogue_given_to_the_wrong_reader_is_one_line(file):
    own = told(YAML(typ="safe").load(file.read_text(encoding="utf-8")))
    for name, readers in READERS.items():
        if name == own.name:
            continue
        for read in readers:
            with pytest.raises(ScenarioError) as caught:
                read(file)
            (line,) = str(caught.value).splitlines()
            assert line.startswith(f"{file}: seems to be {own.a}, not a")
            assert line.endswith(f" Use `{own.command}`.")


def test_a_misspelt_file_of_its_own_kind_is_told_its_mistakes(tmp_path):
    """A stray key of another form beside keys of its own does not make it another kind."""
    file = tmp_path / "c.yaml"
    text = (CATALOG / "elmira" / "stability.yaml").read_text(encoding="utf-8")
    file.write_text(text + "\nproposals: {}\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="proposals: is not a key here"):
        load_conflict(file)
