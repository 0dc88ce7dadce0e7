"""The catalogue: every file loads, says where its numbers come from, and keeps what its README promises."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from holdfast.scenario import Pledge, Quantity, Scenario, load_scenario

CATALOG = Path(__file__).parents[2] / "catalog"
FILES = sorted(CATALOG.glob("*/scenario.yaml"))
REAL = ["korea-1953", "paris-2025"]
PARIS_PROPOSALS = {
    "ceasefire-without-guarantees",
    "stronger-forces",
    "commitments",
    "coalition-troops",
    "near-border",
    "nato-monitors",
    "p5-guarantors",
    "combined",
}
EVIDENCE_SHARE = 0.6


@pytest.fixture(scope="module")
def scenarios() -> dict[str, Scenario]:
    """All scenarios of the catalogue by folder, each loaded once."""
    return {file.parent.name: load_scenario(file) for file in FILES}


def spread(quantity: Quantity) -> Iterator[Quantity]:
    """A quantity as it stands in the file: for alternatives each of them, and nothing for a pointer to another."""
    if quantity.alternatives:
        for alternative in quantity.alternatives:
            yield from spread(alternative)
    elif quantity.same_as is None:
        yield quantity


def cited(quantity: Quantity) -> set[str]:
    """Ids of the published sources that a quantity or one of its alternatives cites."""
    return {id_ for part in spread(quantity) for id_ in part.source} - {"judgement"}


def pledges(scenario: Scenario) -> list[Pledge]:
    return [pledge for proposal in scenario.proposals.values() for pledge in proposal.pledges]


def guarantors(scenario: Scenario) -> list[str]:
    """Everyone who pledges something in some proposal."""
    return sorted({member for pledge in pledges(scenario) for member in scenario.members(pledge.by)})


def strengths(scenario: Scenario) -> dict[str, Quantity]:
    """Strengths of the principals and of all guarantors."""
    parties = {id_: scenario.parties[id_].strength for id_ in [*scenario.principals, *guarantors(scenario)]}
    return {id_: strength for id_, strength in parties.items() if strength is not None}


def stances(scenario: Scenario) -> dict[str, list[Quantity]]:
    """For every guarantor the numbers that are its own: overrides, and the cost in a pledge that it gives alone."""
    own: dict[str, list[Quantity]] = {id_: [] for id_ in guarantors(scenario)}
    for pledge in pledges(scenario):
        members = scenario.members(pledge.by)
        if len(members) == 1:
            own[members[0]].append(pledge.cost)
        for member, override in pledge.overrides.items():
            fields = (override.strength, override.stake, override.cost, override.break_cost, override.noise)
            own[member] += [field for field in fields if field is not None]
    return own


def test_the_catalogue_has_its_folders() -> None:
    assert [file.parent.name for file in FILES] == ["korea-1953", "paris-2025", "three-guarantors"]
    assert all((file.parent / "README.md").is_file() for file in FILES)


@pytest.mark.parametrize("name", [file.parent.name for file in FILES])
def test_every_judgement_has_a_reason(scenarios: dict[str, Scenario], name: str) -> None:
    missing = [
        quantity.path
        for quantity in scenarios[name].quantities.values()
        for part in spread(quantity)
        if "judgement" in part.source and not part.because
    ]
    assert missing == []


@pytest.mark.parametrize("name", REAL)
def test_every_number_of_a_real_situation_says_where_it_comes_from(
    scenarios: dict[str, Scenario], name: str
) -> None:
    bare = [
        path
        for path, quantity in scenarios[name].quantities.items()
        if quantity.same_as is None and quantity.standing == "unsourced"
    ]
    assert bare == []


@pytest.mark.parametrize("name", REAL)
def test_every_source_is_used_and_can_be_found(scenarios: dict[str, Scenario], name: str) -> None:
    scenario = scenarios[name]
    used = {id_ for quantity in scenario.quantities.values() for id_ in cited(quantity)}
    assert set(scenario.sources) - used == set()
    assert [id_ for id_, source in scenario.sources.items() if not (source.link or source.note)] == []


@pytest.mark.parametrize("name", REAL)
def test_sources_later_than_the_situation_carry_a_note(scenarios: dict[str, Scenario], name: str) -> None:
    scenario = scenarios[name]
    month = str(scenario.as_of)[:7]
    later = [
        id_
        for id_, source in scenario.sources.items()
        if source.date[:1].isdigit() and source.date[:7] > month
    ]
    assert later
    assert [id_ for id_ in later if not scenario.sources[id_].note] == []


def test_paris_has_its_eight_proposals_and_thirty_members(scenarios: dict[str, Scenario]) -> None:
    paris = scenarios["paris-2025"]
    assert set(paris.proposals) == PARIS_PROPOSALS
    assert len(paris.members("coalition")) == 30
    classes = ("ready", "leaning", "open", "outside", "support", "undeclared", "mandate")
    assert sorted(member for id_ in classes for member in paris.groups[id_]) == list(
        paris.members("coalition")
    )


def test_strengths_and_stances_of_paris_cite_evidence(scenarios: dict[str, Scenario]) -> None:
    paris = scenarios["paris-2025"]
    sourced_strengths = [bool(cited(strength)) for strength in strengths(paris).values()]
    sourced_stances = [any(cited(number) for number in own) for own in stances(paris).values()]
    assert len(sourced_strengths) == 34
    assert len(sourced_stances) == 32
    for sourced in (sourced_strengths, sourced_stances):
        assert sum(sourced) / len(sourced) >= EVIDENCE_SHARE


def test_conflicting_sources_stand_side_by_side(scenarios: dict[str, Scenario]) -> None:
    quantities = scenarios["paris-2025"].quantities
    revised = {"GBR", "POL", "GRC", "LUX", "FIN", "CAN", "NOR"}
    assert {id_ for id_ in revised if quantities[f"parties.{id_}.strength"].kind == "alternatives"} == revised
    costs = "proposals.commitments.terms.pledge.coalition-force.overrides"
    assert all(quantities[f"{costs}.{id_}.cost"].kind == "alternatives" for id_ in ("DEU", "ESP", "TUR"))


@pytest.mark.parametrize("name", [file.parent.name for file in FILES])
def test_a_term_has_the_same_numbers_in_every_proposal(scenarios: dict[str, Scenario], name: str) -> None:
    """So that proposals differ by what they contain, and by nothing else; only the deciding body may differ."""
    by_key: defaultdict[str, set[tuple[str, str, tuple[str, ...]]]] = defaultdict(set)
    for quantity in scenarios[name].quantities.values():
        if quantity.key.startswith("terms."):
            by_key[quantity.key].add((quantity.kind, quantity.describe(), quantity.source))
    assert {key for key, written in by_key.items() if len(written) > 1} == set()


def test_both_principals_share_the_ranges_that_no_source_tells_apart(scenarios: dict[str, Scenario]) -> None:
    for name in REAL:
        scenario = scenarios[name]
        first, second = (scenario.parties[id_] for id_ in scenario.principals)
        for field in ("war_cost", "crises_per_year", "noise", "word_cost"):
            assert getattr(first, field).describe() == getattr(second, field).describe()


def test_the_readme_of_three_guarantors_works_its_example(scenarios: dict[str, Scenario]) -> None:
    """The honour equations, solved by enumerating subsets, give the numbers printed there."""
    scenario = scenarios["three-guarantors"]
    (pledge,) = scenario.proposals["three-pledges"].pledges
    attacker, victim = (scenario.parties[id_].strength for id_ in ("ALD", "BIR"))
    assert attacker is not None
    assert victim is not None

    def wins(help_: float) -> float:
        return attacker.median / (attacker.median + victim.median + help_)

    own = {id_: strengths(scenario)[id_].median for id_ in scenario.members("friends")}
    honour = dict.fromkeys(own, 0.5)
    for _ in range(500):
        updated: dict[str, float] = {}
        for member, strength in own.items():
            others = [id_ for id_ in own if id_ != member]
            effect = 0.0
            for come in product((False, True), repeat=len(others)):
                chance = math.prod(
                    honour[o] if c else 1 - honour[o] for o, c in zip(others, come, strict=True)
                )
                there = sum(own[o] for o, c in zip(others, come, strict=True) if c)
                effect += chance * (wins(there) - wins(there + strength))
            stake, cost, broken, noise = (
                pledge.field(member, name).median for name in ("stake", "cost", "break_cost", "noise")
            )
            updated[member] = 1 / (1 + math.exp(-(stake * effect - cost + broken) / noise))
        honour = updated
    readme = (CATALOG / "three-guarantors" / "README.md").read_text(encoding="utf-8")
    assert {member: round(chance, 3) for member, chance in honour.items()} == {
        "CED": 0.586,
        "ELM": 0.446,
        "FIR": 0.628,
    }
    delivered = 0.9 * sum(honour[id_] * own[id_] for id_ in own) / sum(own.values())
    for printed in ("0.586", "0.446", "0.628", f"{delivered:.3f}", f"{0.485 * delivered:.3f}"):
        assert printed in readme
