"""Whatever the file: a scenario, or a ScenarioError. Nothing else reaches the user."""

import json
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.scenario import Scenario, ScenarioError, read_scenario, sample
from holdfast.scenario._nodes import parse
from tests.unit.scenario.examples import NAME, SMALL

RAW = SMALL.encode()
TOKENS = re.findall(r"\s+|[\w.-]+|.", SMALL)
DATA = parse(SMALL, NAME)[0].data()
SIGNS = ["", "~", "*x", "&x", "!t", "[", "{", "- ", "\t", "\0", "<<", "é", "\u2028", "\ufeff", "'", '"', "#"]
WORDS = [
    "0",
    "-1",
    "1e400",
    ".nan",
    "yes",
    "50%",
    "a, b",
    "a: b",
    "same_as",
    "A",
    "B",
    "C",
    "friends",
    "council",
    "all",
]
NASTY = st.sampled_from([*SIGNS, *WORDS, "parties.A.noise"])
LEAF = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(["A", "friends", "parties.B.strength", "judgement", "attacker", "all"]),
)
TREE = st.recursive(
    LEAF,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.one_of(
                st.text(max_size=3),
                st.sampled_from(
                    ["between", "same_as", "choice", "alternatives", "source", "each", "id", "by", "value"]
                ),
            ),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=6,
)


def loaded(raw: bytes) -> Scenario | ScenarioError:
    """The scenario, or what is wrong with it."""
    try:
        return read_scenario(raw, NAME)
    except ScenarioError as error:
        return error


def survive(raw: bytes) -> None:
    """Load, and say every problem; nothing but a ScenarioError may be raised."""
    found = loaded(raw)
    if isinstance(found, ScenarioError):
        assert found.problems
        assert str(found).startswith(NAME)
        assert all(problem.message for problem in found.problems)
        return
    values = sample(found, start=0, count=4, seed=1).values
    for path, quantity in found.quantities.items():
        assert all(quantity.bounds.holds(value) for value in values[path]), path


@settings(max_examples=150)
@given(st.binary(max_size=200))
def test_any_bytes(raw):
    survive(raw)


@settings(max_examples=150)
@given(st.text(max_size=200))
def test_any_text(text):
    survive(text.encode("utf-8", "surrogatepass"))


@settings(max_examples=100)
@given(
    st.lists(
        st.tuples(st.integers(0, len(RAW) - 1), st.binary(max_size=3), st.integers(0, 20)),
        min_size=1,
        max_size=4,
    )
)
def test_bytes_replaced(edits):
    raw = RAW
    for place, new, gone in edits:
        raw = raw[:place] + new + raw[place + gone :]
    survive(raw)


@settings(max_examples=150)
@given(
    st.lists(
        st.tuples(st.integers(0, len(TOKENS) - 1), NASTY | st.sampled_from(TOKENS)), min_size=1, max_size=4
    )
)
def test_words_replaced(edits):
    tokens = list(TOKENS)
    for place, new in edits:
        tokens[place] = new
    survive("".join(tokens).encode())


def places(node, path=()):
    """Every place in the data."""
    yield path
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in items:
        yield from places(child, (*path, key))


PLACES = list(places(DATA))[1:]


def changed(node, path, new):
    """A copy of the data with one place replaced, or removed where new is None."""
    if not path:
        return new
    copy = dict(enumerate(node)) if isinstance(node, list) else dict(node) if isinstance(node, dict) else {}
    if path[0] in copy:
        if len(path) == 1 and new is None:
            del copy[path[0]]
        else:
            copy[path[0]] = changed(copy[path[0]], path[1:], new)
    return list(copy.values()) if isinstance(node, list) else copy if isinstance(node, dict) else node


@settings(max_examples=200)
@given(st.lists(st.tuples(st.sampled_from(PLACES), TREE), min_size=1, max_size=3))
def test_structure_replaced(edits):
    data = DATA
    for path, new in edits:
        data = changed(data, path, new)
    survive(json.dumps(data, indent=1).encode())  # JSON is YAML


@settings(max_examples=100)
@given(st.sampled_from(PLACES), st.sampled_from(PLACES))
def test_one_part_moved_to_another_place(source, target):
    moved = DATA
    for step in source:
        moved = moved[step]
    survive(json.dumps(changed(DATA, target, moved), indent=1).encode())
