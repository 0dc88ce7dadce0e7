"""The public names, written out: one that comes, goes or is renamed by accident shows here."""

from __future__ import annotations

import importlib

import pytest

PUBLIC = {
    "holdfast": ["__version__"],
    "holdfast.chain": ["Attack", "Inputs", "Method", "Outcomes", "Pledges", "Sanctions", "solve"],
    "holdfast.errors": ["HoldfastError", "InputError", "Problem", "ScenarioError"],
    "holdfast.report": ["page", "table", "write_page"],
    "holdfast.scenario": [
        "Body",
        "Deployment",
        "Draws",
        "Monitoring",
        "Override",
        "Party",
        "Pledge",
        "Problem",
        "Proposal",
        "Quantity",
        "Relief",
        "Rule",
        "Scenario",
        "ScenarioError",
        "Strength",
        "Strengthening",
        "Term",
        "load_scenario",
        "read_scenario",
        "sample",
    ],
    "holdfast.study": ["evaluate", "outcomes"],
    "holdfast.voting": ["can_pass", "passage_probability"],
}


@pytest.mark.parametrize("module", PUBLIC)
def test_public_names_are_these_and_there(module):
    found = importlib.import_module(module)
    assert sorted(found.__all__) == sorted(PUBLIC[module])
    for name in PUBLIC[module]:
        assert not isinstance(getattr(found, name), type(importlib)), f"{name} is a module"
