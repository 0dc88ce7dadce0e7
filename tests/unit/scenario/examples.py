"""A small scenario with edits, and what the loader says of it."""

from pathlib import Path

from holdfast.scenario import Problem, Scenario, ScenarioError, read_scenario

NAME = "paris.yaml"
SMALL = (Path(__file__).parent / "small.yaml").read_text(encoding="utf-8")


def edited(*edits):
    """The small scenario's text with each (old, new) replaced once."""
    text = SMALL
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def load(*edits, settings=()) -> Scenario:
    """The scenario that the edited scenario makes."""
    return read_scenario(edited(*edits).encode(), NAME, settings)


def problems_of(raw, settings=()) -> tuple[Problem, ...]:
    """What is wrong with a text or bytes; empty if nothing is."""
    try:
        read_scenario(raw if isinstance(raw, bytes) else raw.encode(), NAME, settings)
    except ScenarioError as error:
        return error.problems
    return ()


def problems(*edits, settings=()) -> list[str]:
    """What is wrong with the edited scenario, as the user reads it."""
    return [str(problem) for problem in problems_of(edited(*edits), settings)]


def only(*edits, settings=()) -> str:
    """The one thing that is wrong with the edited scenario."""
    found = problems(*edits, settings=settings)
    assert len(found) == 1, "\n".join(found)
    return found[0]
