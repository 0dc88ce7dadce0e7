"""What the main report says of bargaining: on the study's own draws, and the same from run to run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from holdfast.study.bargain.brief import MODELS
from holdfast.study.run import Study, run_study
from holdfast.study.store import json_text
from tests.unit.scenario.test_positions import WITH_STANCE


@pytest.fixture(scope="module")
def study(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Study:
    file = root / "catalog" / "three-guarantors" / "scenario.yaml"
    out = tmp_path_factory.mktemp("brief") / "out"
    return run_study(file, draws=16, proposals=["no-guarantees", "three-pledges"], out=out)


@pytest.fixture(scope="module")
def found(study: Study) -> dict[str, Any]:
    return study.bargained()


def test_the_zone_names_no_probability_that_the_summary_does_not(study: Study, found: dict[str, Any]) -> None:
    zone = found["zone"]
    assert zone["draws"] == 16
    assert sorted(zone["proposals"]) == ["no-guarantees", "three-pledges"]
    for name, row in zone["proposals"].items():
        for party, spread in row["accepts"].items():
            assert spread == pytest.approx(study.summary["proposals"][name]["accept"][party])


def test_two_who_are_at_war_do_not_bargain_over_positions(found: dict[str, Any]) -> None:
    assert found["positions"] is None


def test_the_same_again(study: Study, found: dict[str, Any]) -> None:
    assert json_text(study.bargained()) == json_text(found)


def test_three_who_stand_on_an_issue_bargain(tmp_path: Path) -> None:
    small = Path(__file__).parent.parent / "scenario" / "small.yaml"
    text = small.read_text(encoding="utf-8")
    assert WITH_STANCE[0] in text
    file = tmp_path / "small.yaml"
    file.write_text(text.replace(*WITH_STANCE), encoding="utf-8")
    study = run_study(file, draws=4, proposals=["ceasefire-alone"], out=tmp_path / "out")
    told = study.bargained()["positions"]
    assert told["parties"] == ["A", "B", "C"]
    assert tuple(told["gains"]) == MODELS
