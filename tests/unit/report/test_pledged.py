"""Weights of pledges in the funnel: by strength at the medians, whatever way the strength is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.report.pledged import pledged
from holdfast.scenario import load_scenario
from tests.unit.report.synthetic_file import Shape, scenario_text


def weights(folder: Path, strength: str, more: str = "") -> dict[str, float]:
    """Return each member's share of one pledge by two guarantors of strengths 1 and 3."""
    text = scenario_text(Shape(proposals=2, guarantors=2))
    for member, own in (("G01", 1), ("G02", 3)):
        text = text.replace(
            f"    name: 'Guarantor {member}'\n    strength: {{between: [0.1, 0.4], source: yearbook}}",
            f"    name: 'Guarantor {member}'\n    strength: {own}",
        )
    start, end = (
        text.index("          strength:\n            share:"),
        text.index("          stake: {between"),
    )
    text = text[:start] + f"          strength: {strength}\n{more}" + text[end:]
    start, end = text.index("      - pledge:\n          id: arms"), text.index("      - strengthening")
    path = folder / "file.yaml"
    path.write_text(text[:start] + text[end:], encoding="utf-8")
    found = pledged(load_scenario(path), "offer-2")
    assert list(found) == ["ARD"]
    return {member.member: member.weight for member in found["ARD"]}


@pytest.mark.parametrize(
    ("strength", "second"), [("{each: 0.5}", 0.5), ("{share: 0.2}", 0.75), ("{total: 2}", 0.75)]
)
def test_weights_follow_the_strengths(tmp_path: Path, strength: str, second: float) -> None:
    assert weights(tmp_path, strength) == pytest.approx({"G01": 1 - second, "G02": second})


def test_a_member_of_its_own_strength_takes_no_part_in_the_split(tmp_path: Path) -> None:
    own = "          overrides: {G02: {strength: 1}}\n"
    assert weights(tmp_path, "{total: 4}", own) == pytest.approx({"G01": 0.8, "G02": 0.2})


def test_sanctions_are_no_help_and_a_proposal_without_pledges_has_none(tmp_path: Path) -> None:
    text = scenario_text(Shape(proposals=2, guarantors=2)).replace("kind: arms", "kind: sanctions")
    path = tmp_path / "file.yaml"
    path.write_text(text, encoding="utf-8")
    scenario = load_scenario(path)
    assert pledged(scenario, "offer-1") == {}
    found = pledged(scenario, "offer-2")["ARD"]
    assert [member.body for member in found] == ["council", "council"]
    assert sum(member.weight for member in found) == pytest.approx(1)
