"""Which proposal rules of fairness choose where principals have red lines: by hand, and against the chain's own refusals."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from holdfast.scenario import load_scenario, sample
from holdfast.study.bargain import solutions as module
from holdfast.study.bargain.solutions import solutions
from holdfast.study.bargain.zone import agreement_zone
from holdfast.study.evaluate import outcomes

if TYPE_CHECKING:
    from holdfast.scenario import Scenario

SMALL = Path(__file__).parent.parent / "scenario" / "small.yaml"
RULES = ("nash", "kalai_smorodinsky", "egalitarian")
ALONE, GUARANTEED, TROOPS = "ceasefire-alone", "guaranteed", "troops-in-B"
B_LINE = "      border: 0.6\n      foreign_troops: 0.4\n"


def small(folder: Path, *edits: tuple[str, str], firmness: str = "0.25") -> Scenario:
    """Return the small scenario with one plain firmness, in which `guaranteed` and `troops-in-B` cross A's red line."""
    text = SMALL.read_text(encoding="utf-8")
    before, line = text.split("        firmness: ", 1)
    text = f"{before}        firmness: {firmness}\n  B:{line.split('  B:', 1)[1]}"
    head, tail = text.split("  guaranteed:\n")
    tail = tail.replace("foreign_troops: 0\n", "foreign_troops: 0.5\n", 1)
    text = f"{head}  guaranteed:\n{tail}"
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / "small.yaml"
    path.write_text(text, encoding="utf-8")
    return load_scenario(path)


def values(worth: dict[str, float], draws: int = 4) -> dict[str, dict[str, np.ndarray]]:
    """Return what each proposal gains both sides over fighting on, which is worth nothing."""
    return {
        p: {f"value.{s}": np.full(draws, w) for s in "AB"} | {f"fighting.{s}": np.zeros(draws) for s in "AB"}
        for p, w in worth.items()
    }


GAINS = {ALONE: 0.1, GUARANTEED: 0.2, TROOPS: 0.3}


def chosen(file: Scenario, gains: dict[str, float] = GAINS, **more: Any) -> dict[str, Any]:
    """Return the answer, which is the same by every rule, as both sides gain the same."""
    told = solutions(file, sorted(gains), values(gains), **{"seed": 1, **more})
    assert tuple(told) == RULES
    assert told["nash"] == told["kalai_smorodinsky"] == told["egalitarian"]
    return told["nash"]


def test_a_red_line_that_is_meant_rules_out_all_that_cross_it(tmp_path: Path) -> None:
    """Firmness ¼: the best in ¾. Else it is the third, never the second, which the same line rules out."""
    told = chosen(small(tmp_path))
    assert told["chosen"] == pytest.approx({TROOPS: 0.75, GUARANTEED: 0.0, ALONE: 0.25})
    assert told["none"] == 0


def test_red_lines_of_both_are_meant_each_by_itself(tmp_path: Path) -> None:
    """B's, of firmness ½, rules out the best alone: ¾ × ½ is left for it, and as much for the second."""
    line = "    red_lines: [{crosses: {foreign_troops: {above: 0.75}}, firmness: 0.5}]\n"
    told = chosen(small(tmp_path, (B_LINE, B_LINE + line)))
    assert told["chosen"] == pytest.approx({TROOPS: 0.375, GUARANTEED: 0.375, ALONE: 0.25})


@pytest.mark.parametrize(("firmness", "best"), [("0", TROOPS), ("1", ALONE)])
def test_firmness_0_and_1_are_certain(tmp_path: Path, firmness: str, best: str) -> None:
    assert chosen(small(tmp_path, firmness=firmness))["chosen"][best] == 1


def test_none_where_all_are_ruled_out_or_worse_than_fighting_on(tmp_path: Path) -> None:
    told = chosen(small(tmp_path), {GUARANTEED: 0.2, TROOPS: 0.3})
    assert told["chosen"] == pytest.approx({GUARANTEED: 0, TROOPS: 0.75})
    assert told["none"] == pytest.approx(0.25)
    told = chosen(small(tmp_path), {ALONE: -0.1, TROOPS: 0.3})
    assert told["none"] == pytest.approx(0.25)


def test_what_one_principal_does_not_sign_is_no_candidate(tmp_path: Path) -> None:
    told = chosen(small(tmp_path), {ALONE: 0.1, TROOPS: 0.3})
    assert set(told["chosen"]) == {ALONE, TROOPS}
    one = small(
        tmp_path, ("foreign_troops: 1\n    signatories: [A, B]", "foreign_troops: 1\n    signatories: [A]")
    )
    told = chosen(one, {ALONE: 0.1, TROOPS: 0.3})
    assert told == {"chosen": {ALONE: 1.0}, "none": 0.0}
    assert chosen(one, {TROOPS: 0.3}) == {"chosen": {}, "none": 1.0}


def uncertain(folder: Path) -> Scenario:
    """Two red lines of A, one of B, on outcomes and with firmness that are uncertain."""
    a = "      - {crosses: {border: {below: 0.5}, foreign_troops: {above: 0.1}}, firmness: {uniform: [0.2, 0.6]}}\n"
    b = "    red_lines: [{crosses: {border: {above: 0.5}}, firmness: {uniform: [0, 1]}}]\n"
    return small(
        folder,
        ("  B:\n    name: \"Party B\"", f"{a}  B:\n    name: \"Party B\""),
        (B_LINE, B_LINE + b),
        ("      border: 0.5\n      foreign_troops: 1", "      border: {uniform: [0, 1]}\n      foreign_troops: {uniform: [0, 1]}"),
        firmness="{uniform: [0.1, 0.5]}",
    )  # fmt: skip


def test_a_proposal_by_itself_is_chosen_as_often_as_the_chain_has_nobody_refuse(tmp_path: Path) -> None:
    """1 − φ of the chain, of both sides, on each draw; also of some of the draws, in which values are known."""
    file = uncertain(tmp_path)
    drawn = sample(file, start=0, count=16, seed=3)
    own = outcomes(file, file.proposals[TROOPS], drawn, [TROOPS])
    wanted = (1 - own["red_line.A"]) * (1 - own["red_line.B"])
    assert 0.2 < wanted.mean() < 0.9
    for rows in (None, [0, 3, 4, 11]):
        got = solutions(file, [TROOPS], values({TROOPS: 0.3}, len(rows or wanted)), seed=3, rows=rows)["nash"]
        assert got["chosen"][TROOPS] == pytest.approx(wanted[rows or slice(None)].mean(), abs=1e-7)
        assert got["chosen"][TROOPS] + got["none"] == pytest.approx(1)


@pytest.mark.parametrize("all_sets", [10, 0])
def test_how_draws_are_divided_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, all_sets: int
) -> None:
    """Draws of two blocks by themselves and together, with all sets of red lines, and with sampled ones."""
    monkeypatch.setattr(module, "_ALL_SETS", all_sets)
    monkeypatch.setattr(module, "_BLOCK", 8)
    file = uncertain(tmp_path)

    def told(rows: list[int]) -> list[float]:
        found = solutions(file, sorted(GAINS), values(GAINS, len(rows)), seed=3, rows=rows)["nash"]
        return [*found["chosen"].values(), found["none"]]

    parts = [told([n]) for n in range(12)]
    np.testing.assert_allclose(told(list(range(12))), np.mean(parts, axis=0), atol=1e-12)
    assert told([1, 4, 9]) == told([1, 4, 9])


def test_sampled_sets_of_red_lines_say_what_all_of_them_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """64 draws × 256 sets: a standard error of at most 0.004."""
    file = uncertain(tmp_path)
    exact = solutions(file, sorted(GAINS), values(GAINS, 64), seed=3)["nash"]["chosen"]
    monkeypatch.setattr(module, "_ALL_SETS", 0)
    sampled = solutions(file, sorted(GAINS), values(GAINS, 64), seed=3)["nash"]["chosen"]
    assert exact != sampled
    assert sampled == pytest.approx(exact, abs=0.016)


def test_the_zone_of_a_file_never_names_what_a_principal_surely_refuses(tmp_path: Path) -> None:
    """By the chain's own values: with firmness 1 A accepts troops in no draw, and no rule chooses them in any."""
    ideal = "      border: 1\n      foreign_troops: 0\n"
    for firmness in ("0", "1"):
        file = small(tmp_path, (ideal, "      border: 1\n      foreign_troops: 1\n"), firmness=firmness)
        zone = agreement_zone(file, draws=4, threshold=1e-9, proposals=[ALONE, TROOPS])
        refused = zone["proposals"][TROOPS]["accepts"]["A"]["p95"] == 0
        assert refused == (firmness == "1")
        for rule in RULES:
            assert (zone["solutions"][rule]["chosen"][TROOPS] == 0) == refused
