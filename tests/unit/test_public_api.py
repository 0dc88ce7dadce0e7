"""The public names, written out: one that comes, goes or is renamed by accident shows here."""

from __future__ import annotations

import importlib

import pytest

PUBLIC = {
    "holdfast": ["__version__"],
    "holdfast.bargaining.alternating": ["Deal", "deal", "frequent_offers", "patience"],
    "holdfast.bargaining.axiomatic": [
        "Agreement",
        "Choice",
        "Chosen",
        "IssueSpace",
        "Lotteries",
        "Outcome",
        "Region",
        "egalitarian",
        "egalitarian_agreement",
        "kalai_smorodinsky",
        "kalai_smorodinsky_agreement",
        "nash",
        "nash_agreement",
        "same_for_all",
    ],
    "holdfast.bargaining.legislative": ["Bargain", "Outcome", "coalitions", "divide", "quota"],
    "holdfast.bargaining.pareto": ["efficient", "weakly_efficient"],
    "holdfast.bargaining.zone": ["Concession", "Zone", "cheapest_concession", "zone"],
    "holdfast.chain": ["Attack", "Inputs", "Method", "Outcomes", "Pledges", "Sanctions", "solve"],
    "holdfast.errors": ["HoldfastError", "InputError", "Problem", "ScenarioError"],
    "holdfast.report": ["page", "table", "write_page"],
    "holdfast.scenario": [
        "Bloc",
        "Body",
        "BodyFile",
        "Deployment",
        "Draws",
        "Monitoring",
        "Override",
        "Party",
        "Pledge",
        "PositionFile",
        "Problem",
        "Proposal",
        "Quantity",
        "Relief",
        "Rule",
        "Scenario",
        "ScenarioError",
        "SomeOf",
        "Strength",
        "Strengthening",
        "Term",
        "load_bodies",
        "load_positions",
        "load_scenario",
        "read_scenario",
        "sample",
    ],
    "holdfast.study": ["evaluate", "outcomes"],
    "holdfast.voting": [
        "Game",
        "Measure",
        "Quota",
        "Unopposed",
        "all_of",
        "any_of",
        "at_least",
        "banzhaf",
        "banzhaf_normalised",
        "banzhaf_owen",
        "coleman_initiate",
        "coleman_prevent",
        "collectivity",
        "consensus",
        "correlated_passage_probability",
        "deegan_packel",
        "holler",
        "johnston",
        "minimal_blocking",
        "minimal_blocking_coalitions",
        "minimal_winning",
        "minimal_winning_coalitions",
        "most_against",
        "owen",
        "passage_probability",
        "passes",
        "pivotality",
        "shapley_shubik",
        "simple_game",
        "unanimity",
        "weighted",
        "weighted_game",
        "winning_coalitions",
        "with_vetoes",
    ],
}


@pytest.mark.parametrize("module", PUBLIC)
def test_public_names_are_these_and_there(module):
    found = importlib.import_module(module)
    assert sorted(found.__all__) == sorted(PUBLIC[module])
    for name in PUBLIC[module]:
        assert not isinstance(getattr(found, name), type(importlib)), f"{name} is a module"
