"""Rules: numbers as they are written, what rules mean, and what is refused."""

from __future__ import annotations

import time
from decimal import Decimal
from fractions import Fraction

import jaxtyping
import numpy as np
import pytest

from holdfast.errors import InputError
from holdfast.voting import (
    Quota,
    Unopposed,
    all_of,
    any_of,
    at_least,
    consensus,
    most_against,
    passes,
    simple_game,
    unanimity,
    weighted,
    with_vetoes,
)

THIRDS = {"a": Fraction(1, 3), "b": Fraction(1, 3), "c": Fraction(1, 3)}


@pytest.mark.parametrize(
    "weight",
    [0.3, "0.3", "3/10", Fraction(3, 10), Decimal("0.3"), np.float64(0.3)],
    ids=lambda w: type(w).__name__,
)
def test_a_number_is_what_was_written(weight):
    """Ten times 0.3 reaches 3, which binary fractions do not."""
    rule = weighted(3, {f"m{k}": weight for k in range(10)})
    assert {w for _, w in rule.parts} == {Fraction(3, 10)}
    assert passes(rule, yes=[f"m{k}" for k in range(10)])


def test_numpy_whole_numbers_do_not_overflow(monkeypatch):
    """They are none of the declared types, but callers have them."""
    monkeypatch.setattr(jaxtyping.config, "jaxtyping_disable", True)
    large = np.int64(2**62)
    rule = weighted(3 * 2**62, {"a": large, "b": large, "c": large})
    assert sum(w for _, w in rule.parts) == rule.quota == 3 * 2**62


def test_a_quota_may_have_to_be_passed():
    rule = weighted("1/2", {"a": 0.5, "b": 0.25, "c": 0.25}, above=True)
    assert not passes(rule, yes=["a"])
    assert not passes(rule, yes=["b", "c"])
    assert passes(rule, yes=["a", "c"])


def test_three_thirds_reach_one():
    assert passes(weighted(1, THIRDS), yes=["a", "b", "c"])


@pytest.mark.parametrize(
    ("yes", "against", "decided"),
    [
        (9, 0, True),  # the others abstain
        (9, 6, True),
        (8, 0, False),
    ],
)
def test_nine_of_fifteen(yes, against, decided):
    members = [f"m{k}" for k in range(15)]
    rule = at_least(9, members)
    assert passes(rule, yes=members[:yes], against=members[15 - against :]) is decided


def test_an_abstention_is_no_veto_and_a_no_is_one():
    """UN Charter art. 27(3): nine yes votes, and no permanent member against."""
    permanent = ["P1", "P2"]
    elected = [f"E{k}" for k in range(9)]
    rule = with_vetoes(at_least(9, permanent + elected), permanent, abstentions=True)
    assert passes(rule, yes=elected, against=[])
    assert not passes(rule, yes=[*elected, "P1"], against=["P2"])
    strict = with_vetoes(at_least(9, permanent + elected), permanent)
    assert not passes(strict, yes=elected, against=[])


def test_no_vetoes_leave_the_rule_as_it_is():
    rule = at_least(1, ["a"])
    assert with_vetoes(rule, []) is rule


def test_consensus_needs_silence_and_unanimity_a_yes():
    assert passes(consensus(["a", "b"]), yes=[], against=[])
    assert not passes(consensus(["a", "b"]), yes=["a"], against=["b"])
    assert not passes(unanimity(["a", "b"]), yes=["a"], against=[])


def test_consensus_minus_one():
    rule = most_against(1, {"a": 1, "b": 1, "c": 1})
    assert passes(rule, yes=[], against=["a"])
    assert not passes(rule, yes=["c"], against=["a", "b"])


def test_either_of_two_majorities():
    """The EU Council's form: 55 % of members with 65 % of population, or fewer than four against."""
    people = {"a": 70, "b": 10, "c": 10, "d": 10}
    both = all_of([at_least(3, people), weighted(65, people)])
    rule = any_of([both, at_least(3, people)])
    assert passes(both, yes=["a", "b", "c"])
    assert not passes(both, yes=["b", "c", "d"])
    assert passes(rule, yes=["b", "c", "d"])


BAD = [
    (lambda: weighted(5, {"a": 2, "b": 2}), "quota = 5; can never be reached: all weights together are 4."),
    (
        lambda: weighted(4, {"a": 2, "b": 2}, above=True),
        "quota = 4; can never be passed: all weights together are 4.",
    ),
    (lambda: weighted(-1, {"a": 2}), "quota = -1; must be 0 or more."),
    (lambda: weighted(1, {"a": 2, "b": -1}), "the weight of b = -1; must be 0 or more."),
    (lambda: weighted(1, {"a": float("nan")}), "the weight of a = nan; must be a finite number."),
    (lambda: weighted(1, {"a": float("inf")}), "the weight of a = inf; must be a finite number."),
    (lambda: weighted(float("nan"), {"a": 1}), "quota = nan; must be a finite number."),
    (
        lambda: weighted(1, {"a": Decimal("nan")}),
        'the weight of a = NaN; must be a number. Write 3, 0.5 or "1/3".',
    ),
    (lambda: weighted(1, {"a": "many"}), 'the weight of a = many; must be a number. Write 3, 0.5 or "1/3".'),
    (lambda: weighted(1, {"a": "1/0"}), 'the weight of a = 1/0; must be a number. Write 3, 0.5 or "1/3".'),
    (lambda: weighted("", {"a": 1}), 'quota = ; must be a number. Write 3, 0.5 or "1/3".'),
    (
        lambda: weighted(1, {"a": "1e999999999"}),
        "the weight of a = 1e999999999; must have no more than 300 digits.",
    ),
    (
        lambda: weighted(1, {"a": "1e-999999999"}),
        "the weight of a = 1e-999999999; must have no more than 300 digits.",
    ),
    (
        lambda: weighted(1, {"a": Decimal("1e999999")}),
        "the weight of a = 1E+999999; must have no more than 300 digits.",
    ),
    (lambda: weighted(1, {"a": 10**400}), "the weight of a has more than 300 digits. Write it with fewer."),
    (lambda: weighted(1, {}), "the rule has no members. Name at least one."),
    (lambda: weighted(1, {"a": 0, "b": 0}), "quota = 1; can never be reached: all weights together are 0."),
    (lambda: at_least(4, ["a", "b", "c"]), "quota = 4; can never be reached: all weights together are 3."),
    (lambda: at_least(2, ["a", "b", "a"]), "a stands here twice. Write each once."),
    (lambda: unanimity(["a", "a"]), "a stands here twice. Write each once."),
    (lambda: consensus(["a", "b", "b"]), "b stands here twice. Write each once."),
    (lambda: with_vetoes(at_least(1, ["a"]), ["a", "a"]), "a stands here twice. Write each once."),
    (
        lambda: with_vetoes(at_least(1, ["a"]), ["a", "a"], abstentions=True),
        "a stands here twice. Write each once.",
    ),
    (lambda: any_of([]), "the rule has no members. Name at least one."),
    (lambda: most_against(-1, {"a": 1}), "the weight that may vote no = -1; must be 0 or more."),
    (lambda: most_against(1, {"a": -1}), "the weight of a = -1; must be 0 or more."),
    (lambda: weighted(1, {Unopposed("a"): -1}), "the weight of a = -1; must be 0 or more."),
    (
        lambda: weighted(1, {at_least(1, ["a"]): -1}),
        "the weight of a rule = -1; must be 0 or more.",
    ),
]


@pytest.mark.parametrize(("make", "message"), BAD, ids=[message[:45] for _, message in BAD])
def test_bad_input_is_refused_with_what_to_write(make, message):
    start = time.perf_counter()
    with pytest.raises(InputError) as caught:
        make()
    assert str(caught.value) == message
    assert time.perf_counter() - start < 1


MILLION = [f"m{k}" for k in range(10**6)]


@pytest.mark.parametrize(
    "make",
    [
        lambda: weighted(1, dict.fromkeys(MILLION, 1)),
        lambda: most_against(1, dict.fromkeys(MILLION, 1)),
        lambda: at_least(500_000, MILLION),
        lambda: unanimity(MILLION),
        lambda: simple_game(at_least(1, ["m1"]), MILLION),
    ],
    ids=["weighted", "most_against", "at_least", "unanimity", "members"],
)
def test_a_million_members_are_refused_at_once(make):
    start = time.process_time()
    with pytest.raises(InputError, match=r"1,000,000 members; at most 100,000 are supported\."):
        make()
    assert time.process_time() - start < 2  # well under a second without the tests' type checks


def test_rules_are_equal_where_they_are_written_alike():
    assert at_least(1, ["a", "b"]) == weighted(1, {"a": 1, "b": "1"})
    assert isinstance(hash(at_least(1, ["a", "b"])), int)
    assert at_least(1, ["a"]) == Quota((("a", Fraction(1)),), Fraction(1))
