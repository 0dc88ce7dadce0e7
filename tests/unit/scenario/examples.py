"""The template with edits, and what the loader says of it."""

from holdfast.scenario import Problem, Scenario, ScenarioError, read_scenario
from holdfast.scenario.template import template

NAME = "paris.yaml"


def edited(*edits):
    """The template's text with each (old, new) replaced once."""
    text = template()
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def load(*edits, settings=()) -> Scenario:
    """The scenario that the edited template makes."""
    return read_scenario(edited(*edits).encode(), NAME, settings)


def problems_of(raw, settings=()) -> tuple[Problem, ...]:
    """What is wrong with a text or bytes; empty if nothing is."""
    try:
        read_scenario(raw if isinstance(raw, bytes) else raw.encode(), NAME, settings)
    except ScenarioError as error:
        return error.problems
    return ()


def problems(*edits, settings=()) -> list[str]:
    """What is wrong with the edited template, as the user reads it."""
    return [str(problem) for problem in problems_of(edited(*edits), settings)]


def only(*edits, settings=()) -> str:
    """The one thing that is wrong with the edited template."""
    found = problems(*edits, settings=settings)
    assert len(found) == 1, "\n".join(found)
    return found[0]
