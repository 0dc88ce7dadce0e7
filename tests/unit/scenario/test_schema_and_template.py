"""The printed JSON Schema, and the scenario that `holdfast new` writes."""

import copy

import jsonschema
import pytest

from holdfast.errors import HoldfastError, InputError
from holdfast.scenario import load_scenario, read_scenario
from holdfast.scenario._nodes import parse
from holdfast.scenario.checks import review
from holdfast.scenario.schema import json_schema
from holdfast.scenario.template import template, write_template

SCHEMA = json_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def data():
    return parse(template(), "template")[0].data()


def properties(node):
    """Every property of the schema with its name, nested ones included."""
    if isinstance(node, dict):
        yield from (node.get("properties") or {}).items()
        for value in node.values():
            yield from properties(value)
    elif isinstance(node, list):
        for value in node:
            yield from properties(value)


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_template_fits_the_schema():
    assert list(VALIDATOR.iter_errors(data())) == []


def test_every_key_is_described():
    found = list(properties(SCHEMA))
    assert len(found) > 120
    for name, schema in found:
        target = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
        assert (schema.get("description") or target.get("description", "")).endswith("."), name


def put(target, path, value):
    *above, last = path
    for step in above:
        target = target[step]
    if value is None:
        del target[last]
    else:
        target[last] = value
    return target


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("parties", "A", "noise"), 0),
        (("parties", "A", "positions", "border"), 1.5),
        (("parties", "A", "positions", "border"), {"uniform": [0, 1], "beta": [1, 1]}),
        (("parties", "A", "positions", "border"), {"source": "judgement"}),
        (("parties", "A", "strength"), {"beta": [1, 1]}),
        (("war", "settling", "excess"), 0.5),
        (("war", "years"), None),
        (("wra",), {}),
        (("proposals", "guaranteed", "terms", 0, "pledge", "kind"), "farce"),
        (("proposals", "guaranteed", "terms", 0, "relief"), {"to": "A", "worth": 1}),
        (("bodies", "council", "rule", "quota"), "most"),
        (("title",), 3),
    ],
)
def test_the_schema_refuses(path, value):
    bad = copy.deepcopy(data())
    put(bad, path, value)
    assert list(VALIDATOR.iter_errors(bad))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (
            ("parties", "A", "positions", "border"),
            {"beta": [1, 1], "source": ["a", "judgement"], "because": "so"},
        ),
        (
            ("parties", "A", "strength"),
            {"alternatives": [{"weight": 1, "value": 1}, {"weight": 2, "pert": [1, 2, 3]}]},
        ),
        (("proposals", "guaranteed", "terms", 0, "pledge", "body"), "council"),
        (("bodies", "council", "rule", "recuse"), ["A"]),
        (("bodies", "council", "rule", "recuse"), "attacker"),
        (("correlations",), [{"between": ["a", "b"], "rank": 0.5}]),
    ],
)
def test_the_schema_allows(path, value):
    good = copy.deepcopy(data())
    put(good, path, value)
    assert list(VALIDATOR.iter_errors(good)) == []


def test_the_template_says_what_each_number_rests_on():
    found = review(read_scenario(template().encode(), "template"))
    assert found.unsourced == ()
    assert found.unexplained == ()
    assert found.warnings == ()


def test_writing_the_template(tmp_path):
    file = write_template(tmp_path / "new" / "folder")
    assert file.read_text(encoding="utf-8") == template()
    assert load_scenario(file).principals == ("A", "B")
    with pytest.raises(InputError, match="exists already; it is left as it is"):
        write_template(tmp_path / "new" / "folder")
    with pytest.raises(InputError, match="Name another folder"):
        write_template(file)
    with pytest.raises(InputError, match="part of it is a file"):
        write_template(file / "below")


def test_a_folder_that_may_not_be_written_is_a_failure_as_it_is_for_a_run(tmp_path, monkeypatch):
    def refused(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("holdfast.scenario.template.Path.open", refused)
    with pytest.raises(
        HoldfastError, match=r"cannot be written: Permission denied\. Name a folder"
    ) as caught:
        write_template(tmp_path)
    assert caught.value.exit_status == 1


def test_a_full_disk_leaves_nothing_half_written(tmp_path, monkeypatch):
    def full():
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("holdfast.scenario.template.template", full)
    with pytest.raises(HoldfastError, match="cannot be written: No space left on device"):
        write_template(tmp_path)
    assert list(tmp_path.iterdir()) == []
