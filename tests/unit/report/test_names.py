"""Names of inputs: every path of a file has one, and it is words."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.report.names import Names
from holdfast.scenario import load_scenario
from tests.unit.report.synthetic import build
from tests.unit.report.synthetic_file import Shape


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Names:
    return Names(build(tmp_path_factory.mktemp("names"), Shape(draws=2)).scenario)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("parties.ARD.war_cost", "Ardel: cost of war"),
        ("parties.ARD.positions.foreign_troops", "Ardel: position – Foreign troops"),
        ("parties.ARD.red_lines.no-troops.firmness", "Ardel: firmness of red line – no troops"),
        ("bodies.council.support.G01", "Council of friends: yes of Guarantor G01"),
        ("war.settling.excess", "war: excess of crises just after signature"),
        ("detection.BEN", "detection of an attack by Benn"),
        ("no_agreement.support.BEN.continues", "support of Benn today: share that continues after signature"),
        ("proposals.offer-2.outcome.land", "outcome: Land"),
        ("terms.pledge.force.strength.share", "pledge force: share of own strength"),
        ("terms.pledge.force.strength", "pledge force: strength"),
        ("terms.pledge.force.overrides.G01.cost", "pledge force, Guarantor G01: cost of honouring"),
        ("terms.strengthening.BEN.add", "strengthening Benn: strength added"),
        (
            "terms.deployment.near-border.G01+G02.readiness",
            "deployment near-border, Guarantor G01, Guarantor G02: readiness",
        ),
        ("terms.deployment.brigade.tripwire", "deployment brigade: tripwire"),
        ("terms.relief.ARD.upkeep.BEN", "relief Ardel: upkeep for Benn"),
        (
            "parties.BEN.red_lines.nothing-without-benn.firmness",
            "Benn: firmness of red line – nothing without Benn",
        ),
        ("accepts.G01", "acceptance by Guarantor G01"),
        ("something.else", "something.else"),
    ],
)
def test_inputs_have_names(names: Names, path: str, name: str) -> None:
    assert names.input(path) == name


def test_a_number_that_others_share_is_named_after_all_of_them(tmp_path: Path) -> None:
    text = build(tmp_path, Shape(draws=2)).text
    head, _, tail = text.partition("    noise: 0.05")
    noise = "    noise: {between: [0.02, 0.1], source: judgement}"
    tied = tail.replace("    noise: 0.05", "    noise: {same_as: parties.ARD.noise}")
    shared = tied.replace("stake: 0.2", "stake: {same_as: war.accidents_per_year}")
    path = tmp_path / "tied.yaml"
    path.write_text(head + noise + shared, encoding="utf-8")
    names = Names(load_scenario(path))
    assert names.input("parties.ARD.noise") == "noise of decisions (Ardel and Benn alike)"
    assert names.place("parties.ARD.noise") == "Ardel: noise of decisions"
    assert (
        names.input("war.accidents_per_year")
        == "war: accidental escalations a year and pledge arms: stake alike"
    )


def test_every_number_of_a_file_has_a_name_of_its_own(tmp_path: Path) -> None:
    scenario = build(tmp_path, Shape(draws=2)).scenario
    keys = {quantity.key for quantity in scenario.quantities.values()}
    found = {Names(scenario).input(key) for key in keys}
    assert len(found) == len(keys)
    assert not any("." in name for name in found)
