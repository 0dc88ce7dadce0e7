"""What a scenario knows of each of its numbers."""

import numpy as np
import pytest

from tests.unit.scenario.examples import load

ACCESS = "access: 0.8 "
PATH = "proposals.guaranteed.terms.monitoring.friends.access"


def access(value):
    return load((ACCESS, f"access: {value} ")).quantities[PATH]


def test_a_plain_number():
    number = access("0.7")
    assert (number.kind, number.constant, number.median, number.interval90) == ("plain", 0.7, 0.7, (0.7, 0.7))
    assert (number.path, number.key, number.line) == (PATH, "terms.monitoring.friends.access", 214)
    assert number.standing == "unsourced"


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("{between: [0.2, 0.6]}", "between"),
        ("{uniform: [0.2, 0.6]}", "uniform"),
        ("{triangular: [0.2, 0.3, 0.6]}", "triangular"),
        ("{pert: [0.2, 0.3, 0.6]}", "pert"),
        ("{normal: [0.5, 0.05]}", "normal"),
        ("{beta: [2, 3]}", "beta"),
        ("{choice: [{value: 0.2, probability: 0.5}, {value: 0.1, probability: 0.5}]}", "choice"),
        ("{alternatives: [{value: 0.2, weight: 1}, {beta: [1, 2], weight: 2}]}", "alternatives"),
    ],
)
def test_each_kind_of_range(value, kind):
    number = access(value)
    assert number.kind == kind
    assert number.constant is None
    low, high = number.interval90
    assert 0 <= low <= number.median <= high <= 1
    assert low < high
    assert np.isfinite(number.ppf([0.0, 1.0])).all()


def test_value_is_a_plain_number_with_a_source():
    number = access("{value: 0.5, source: [example-report, judgement], because: counted}")
    assert (number.kind, number.constant, number.because) == ("plain", 0.5, "counted")
    assert number.source == ("example-report", "judgement")
    assert number.standing == "judgement"


@pytest.mark.parametrize(
    ("value", "standing", "source"),
    [
        ("{value: 0.5, source: judgement}", "judgement", ("judgement",)),
        ("{value: 0.5, source: example-report}", "sourced", ("example-report",)),
        ("{value: 0.5, source: [example-report]}", "sourced", ("example-report",)),
        ("{value: 0.5, source: [judgement, example-report]}", "judgement", ("judgement", "example-report")),
        (
            "{alternatives: [{value: 1, weight: 1, source: judgement}, {value: 0, weight: 1}]}",
            "unsourced",
            ("judgement",),
        ),
        (
            "{source: example-report, alternatives: [{value: 1, weight: 1, source: [judgement]}, {beta: [1, 2], weight: 1}]}",
            "judgement",
            ("example-report", "judgement"),
        ),
        (
            "{source: example-report, alternatives: [{value: 1, weight: 1, source: judgement}, {value: 0, weight: 1}]}",
            "judgement",
            ("example-report", "judgement"),
        ),
        (
            "{source: judgement, alternatives: [{value: 1, weight: 1, source: example-report}, {value: 0, weight: 1}]}",
            "judgement",
            ("judgement", "example-report"),
        ),
        ("{alternatives: [{value: 0.5, weight: 1}, {value: 0.6, weight: 1}]}", "unsourced", ()),
        (
            "{alternatives: [{value: 0.5, weight: 1, source: example-report}, {value: 0.6, weight: 1}]}",
            "unsourced",
            ("example-report",),
        ),
        (
            "{alternatives: [{value: 1, weight: 1, source: example-report}, {value: 0, weight: 1, source: judgement}]}",
            "judgement",
            ("example-report", "judgement"),
        ),
        (
            "{source: example-report, alternatives: [{value: 0.5, weight: 1}, {value: 0.6, weight: 1}]}",
            "sourced",
            ("example-report",),
        ),
    ],
)
def test_what_a_number_rests_on(value, standing, source):
    number = access(value)
    assert number.standing == standing
    assert number.source == source


def test_same_as_takes_over_range_and_source():
    scenario = load()
    first, second = scenario.quantities["parties.A.noise"], scenario.quantities["parties.B.noise"]
    assert second.same_as == "parties.A.noise"
    assert second.interval90 == first.interval90
    assert second.source == first.source
    assert second.describe() == "0.02 to 0.08 (90 %), the same as parties.A.noise"


def test_same_as_a_known_number_is_known():
    scenario = load(("noise: 0.05", "noise: {same_as: war.discount}"))
    assert scenario.quantities["proposals.guaranteed.terms.pledge.help-for-B.noise"].constant == 0.05


def test_quantities_are_sorted_and_know_their_paths():
    quantities = load().quantities
    assert list(quantities) == sorted(quantities)
    assert all(quantity.path == path for path, quantity in quantities.items())
    assert "parties.A.red_lines.no-foreign-troops.firmness" in quantities
    assert "proposals.guaranteed.terms.pledge.help-for-B.overrides.D.cost" in quantities
    assert "proposals.guaranteed.terms.pledge.help-for-B.strength.share" in quantities
    assert "proposals.troops-in-B.terms.deployment.in-country.friends.strength.total" in quantities
    assert quantities["proposals.guaranteed.outcome.border"].key == "outcome.border"


def test_a_strength_of_one_party_is_a_number_alone():
    scenario = load(
        ("by: friends          #", "by: C #"), ("            share: 0.5  ", "            0.5  "), ("            D:\n", "            C:\n")
    )  # fmt: skip
    strength = scenario.proposals["guaranteed"].pledges[0].strength
    assert (strength.kind, strength.quantity.constant) == ("plain", 0.5)
    assert strength.quantity.path == "proposals.guaranteed.terms.pledge.help-for-B.strength"


def test_overrides_of_a_member():
    (pledge,) = load(
        ("              cost: 0.2", "              cost: 0.2\n              body: null")
    ).proposals["guaranteed"].pledges  # fmt: skip
    assert pledge.field("D", "cost").constant == 0.2
    assert pledge.field("C", "cost") is pledge.cost
    assert pledge.field("D", "stake") is pledge.stake
    assert pledge.body_of("D") is None
    assert pledge.body_of("C") == "council"
