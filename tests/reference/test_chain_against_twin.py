"""The chain against the exact twin, on every stored case; and the stored answers against the twin, live."""

import json
import math
from functools import cache
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.reference.together import evaluate_together
from tests.reference.twin import report
from tests.reference.twin.make import CASES

TOLERANCE = 1e-3
EXACT = 1e-7  # stored against live: what another processor's last digits may change
PROBABILITIES = (
    "signed",
    "accept.",
    "holds.",
    "causes.",
    "deter.",
    "detect.",
    "decide.",
    "honour.",
    "honour_alone.",
    "delivered.",
    "signed_and_holds_10",
    "gain.",
    "red_line.",
    "without_help.",
)
VALUES = ("value.", "fighting.", "attack_value.", "standing_value.")
LIVE = ("bodies 1", "several fixed points 1", "ramps 1")


@cache
def stored() -> dict[str, dict]:
    """Cases by name."""
    return {case["name"]: case for case in json.loads(CASES.read_text(encoding="utf-8"))}


NAMES = list(stored())


def missing(value: float | None) -> bool:
    """Whether an answer is not applicable."""
    return value is None or math.isnan(value)


def misses(found: dict, expected: dict[str, float | None], tolerance: float) -> list[str]:
    """A line for each answer that is off. Without pledges there may be no answer to what help does."""
    lines = []
    pledged = any(key.startswith("honour.") for key in expected)
    for key, exact in expected.items():
        if not key.startswith(PROBABILITIES + VALUES) or (key.startswith("without_help.") and not pledged):
            continue
        value = found.get(key)
        if value is None or exact is None or math.isnan(value) or math.isnan(exact):
            if not (missing(value) and missing(exact)):
                lines.append(f"{key}: {value}, exactly {exact}")
        elif abs(value - exact) > tolerance:
            lines.append(f"{key}: {value:.6f}, exactly {exact:.6f}")
    return lines


@cache
def solved() -> dict[tuple[str, str], dict[str, float]]:
    """The chain's answers to all cases."""
    return evaluate_together([stored()[name] for name in NAMES])


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_answer_is_within_a_thousandth(name: str) -> None:
    case = stored()[name]
    lines = []
    for proposal, exact in case["proposals"].items():
        found = solved()[name, proposal]
        lines += [f"{proposal}: {line}" for line in misses(found, exact["answers"], TOLERANCE)]
        flagged = bool(found["fragile"])
        if not exact["must_be_fragile"] <= flagged <= exact["may_be_fragile"]:
            lines.append(f"{proposal}: fragile is {flagged}")
        if not found["converged"]:
            lines.append(f"{proposal}: not converged")
    assert not lines, "\n".join(lines)


def test_one_by_one_is_as_together(tmp_path: Path) -> None:
    from holdfast.scenario import load_scenario
    from holdfast.study import evaluate

    case = stored()["one pledge 1"]
    path = tmp_path / "scenario.yaml"
    YAML(typ="safe").dump(case["file"], path)
    [(proposal, found)] = evaluate(load_scenario(path)).items()
    assert not misses(found, case["proposals"][proposal]["answers"], TOLERANCE)


@pytest.mark.parametrize("name", LIVE)
def test_stored_answers_are_the_twins(name: str) -> None:
    case = stored()[name]
    for proposal, exact in case["proposals"].items():
        live = report(case["file"], proposal)
        assert not misses(live.answers, exact["answers"], EXACT)
        assert live.answers.keys() == exact["answers"].keys()
        assert (live.must_be_fragile, live.may_be_fragile) == (
            exact["must_be_fragile"],
            exact["may_be_fragile"],
        )


def test_the_cases_cover_what_they_are_meant_to() -> None:
    cases = list(stored().values())
    proposals = [p for case in cases for p in case["proposals"].values()]
    answers = [p["answers"] for p in proposals]
    assert len(cases) >= 200
    assert sum(p["must_be_fragile"] for p in proposals) >= 15
    assert sum(len(p["jumps"]) > 0 for p in proposals) >= 8
    assert sum(p["folds"] for p in proposals) >= 10
    assert {sum(key.startswith("honour.") for key in a) for a in answers} == set(range(9))
    middle = [a for a in answers if 0.05 < a["holds.10"] < 0.95]
    assert len(middle) >= 150
