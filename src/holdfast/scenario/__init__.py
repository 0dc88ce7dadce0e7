"""The scenario file: its form, loading it with errors that name the line, its quantities, and draws of them."""

from holdfast.errors import Problem, ScenarioError
from holdfast.scenario._load import load_bodies, load_positions, load_scenario, read_scenario
from holdfast.scenario.bodies import Bloc, Body, Rule, SomeOf
from holdfast.scenario.draws import Draws, sample
from holdfast.scenario.model import BodyFile, Party, PositionFile, Proposal, Scenario
from holdfast.scenario.quantities import Quantity
from holdfast.scenario.terms import (
    Deployment,
    Monitoring,
    Override,
    Pledge,
    Relief,
    Strength,
    Strengthening,
    Term,
)

__all__ = [
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
]
