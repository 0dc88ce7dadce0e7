"""Where the parties of the Paris scenario stand: as its README prints it, and no surer than it was read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from holdfast.scenario import Party, Quantity, Scenario, load_scenario

FOLDER = Path(__file__).parents[2] / "catalog" / "paris-2025"
ISSUES = ("foreign_troops", "ukrainian_forces", "who_decides")
MIDDLES = (np.arange(2000) + 0.5) / 2000


@pytest.fixture(scope="module")
def paris() -> Scenario:
    return load_scenario(FOLDER / "scenario.yaml")


@pytest.fixture(scope="module")
def others(paris: Scenario) -> dict[str, Party]:
    """The parties that are no principals."""
    return {id_: party for id_, party in paris.parties.items() if id_ not in paris.principals}


def mean(quantity: Quantity) -> float:
    return float(np.mean(quantity.ppf(MIDDLES)))


def test_every_member_has_a_position_and_a_salience_on_the_three_issues(paris: Scenario) -> None:
    for id_ in paris.members("coalition"):
        party = paris.parties[id_]
        assert set(ISSUES) <= set(party.positions)
        assert set(party.positions) == set(party.salience)


def test_shares_of_influence_never_exceed_the_whole(others: dict[str, Party]) -> None:
    most = {id_: sum(float(q.ppf(1.0)) for q in party.salience.values()) for id_, party in others.items()}
    assert {id_ for id_, total in most.items() if total > 1.0 + 1e-9} == set()


def test_readings_are_marked_as_judgement_and_are_wide(others: dict[str, Party]) -> None:
    for party in others.values():
        for quantity in (*party.positions.values(), *party.salience.values()):
            assert quantity.standing == "judgement"
        for quantity in party.positions.values():
            low, high = quantity.interval90
            assert high - low > 0.2


def test_the_readme_prints_the_means_of_the_file(others: dict[str, Party]) -> None:
    lines = (FOLDER / "README.md").read_text(encoding="utf-8").splitlines()
    for party in others.values():
        (row,) = [line for line in lines if line.startswith(f"| {party.name} | ")]
        printed = [cell.strip() for cell in row.strip("|").split("|")][-3:]
        for issue, cell in zip(ISSUES, printed, strict=True):
            if issue in party.positions:
                assert float(cell) == pytest.approx(mean(party.positions[issue]), abs=0.0055)
            else:
                assert cell == "-"


def test_positions_that_rest_on_one_reading_are_high_or_low_together(paris: Scenario) -> None:
    """Were they independent, their mean would be surer than any of the readings it is made of."""
    for issue in ISSUES[1:]:
        paths = {f"parties.{id_}.positions.{issue}" for id_ in paris.members("coalition")}
        (rank,) = [c.rank for c in paris.correlations if paths == set(c.between)]
        assert rank > 0
    together = [c for c in paris.correlations if c.between[0].endswith(ISSUES[0])]
    named = [path.split(".")[1] for c in together for path in c.between]
    assert len(together) == 2
    # of these two nothing was read, so nothing ties them to the others
    assert sorted([*named, "CYP", "JPN"]) == sorted(paris.members("coalition"))
