"""Sentences on who moves, who is nearer, how far off models were, and what rules of fairness find."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from holdfast.report.bargain import fairness, movement, nearer, tested, words
from holdfast.report.names import Names
from tests.unit.report.made_up_bargaining import found_of, paged, positions, spread, terminal


def course(*ends: tuple[float, float]) -> dict[str, Any]:
    return {
        "parties": {f"P{n:02d}": [spread(start), spread(end)] for n, (start, end) in enumerate(ends)},
        "middle": [spread(0.5), spread(0.5)],
    }


class TestWhoMoves:
    @pytest.fixture
    def names(self, tmp_path: Path) -> Names:
        return Names(positions(tmp_path, parties=12))

    def test_terminal_and_page_say_the_same_where_no_pair_is_frequent(self, tmp_path: Path) -> None:
        file = positions(tmp_path, parties=4, issues=1)
        found = found_of(file, issues=1)
        told = movement.moving(Names(file), found["issues"]["issue_0"]["rounds"]["spatial"])
        assert re.fullmatch(r"Two of four move on average, Party \d furthest: by 0\.\d\d, to 0\.\d\d\.", told)
        said, html = terminal(file, found), paged(file, found)
        assert told in said
        assert told in html
        assert "nobody moves" not in said
        assert (
            "no party goes along with the same party, or with itself, in at least one draw in twenty"
            in said.replace("No party", "no party")
        )
        assert (
            "no party goes along with the same party, or with itself, in at least one draw in twenty" in html
        )

    def test_one_moves_all_move_nobody_moves(self, names: Names) -> None:
        still = (0.2, 0.2)
        assert movement.moving(names, course(still, (0.2, 0.5), still)) == (
            "One of three moves on average, Party 1: by 0.30, to 0.50."
        )
        three = movement.moving(names, course((0.2, 0.3), (0.2, 0.5), (0.2, 0.3)))
        assert three == "All three move on average, Party 1 furthest: by 0.30, to 0.50."
        assert movement.moving(names, course((0.2, 0.3), (0.2, 0.5))).startswith("Both move on average")
        assert movement.moving(names, course(still, still)) == "On average nobody moves."
        assert movement.moving(names, course(*[(0.2, 0.5)] * 9, *[still] * 3)).startswith("9 of 12 move")

    def test_the_moves_left_out_are_those_that_weigh_less(self, names: Names) -> None:
        moves = [
            {"round": n, "party": "P00", "by": "P01", "share": 0.1 * n, "step": 0.7 / n**2}
            for n in range(1, 8)
        ]
        said = movement.moves_told(names, moves)
        assert said.startswith(
            "The five moves that weigh most, how far × share of draws (in brackets): round 1,"
        )
        assert said.endswith(". 2 more weigh less.")
        assert "smaller" not in said
        assert movement.moves_told(names, moves[:6]).endswith(". 1 more weighs less.")
        assert (
            movement.moves_told(names, moves[:1])
            == "Moves (share of draws): round 1, Party 0 to Party 1 by 0.70 (10%)."
        )
        own = movement.moves_told(names, [moves[0] | {"by": "P00"}])
        assert own == "Moves (share of draws): round 1, Party 0 by itself, by 0.70 (10%)."


class TestWhoIsNearer:
    def row(self, for_: float, against: float, **named: Any) -> dict[str, Any]:
        return {
            "party": "P00",
            "position": spread(0.49),
            "for": spread(for_),
            "against": spread(against),
            "parties_for": ["P00"],
            "parties_against": ["P01", "P02"],
        } | named

    def about(self) -> dict[str, Any]:
        power = {"P00": 0.0014, "P01": 0.5, "P02": 0.4}
        return {"stances": {p: {"power": spread(x)} for p, x in power.items()}}

    def test_the_power_of_a_mean_is_not_put_down_to_those_named(self, tmp_path: Path) -> None:
        names = Names(positions(tmp_path, parties=3))
        assert nearer.nearer(names, self.about(), self.row(0.23, 0.77)) == (
            "Party 0’s position 0.49 beside the weighted mean: over the draws 23% of the power is nearer to it, 77% farther. In most draws "
            "nearer: Party 0 (<1% of the power); farther: Party 1 and Party 2 (90% of the power)."
        )

    def test_shares_add_up_or_say_what_is_left(self) -> None:
        assert nearer.shares(self.row(0.374, 0.624)) == ("37%", "63%", None)
        assert nearer.shares(self.row(0.3, 0.6)) == ("30%", "60%", "10%")

    def test_a_position_at_the_mean(self, tmp_path: Path) -> None:
        names = Names(positions(tmp_path, parties=3))
        same = self.row(0.0, 0.0, parties_for=[], parties_against=[])
        assert nearer.nearer(names, self.about(), same) == (
            "Party 0’s position 0.49 is where the weighted mean is: nobody is nearer to either."
        )


class TestHowFarOff:
    def test_the_figures_are_those_of_the_evidence(self, root: Path) -> None:
        text = (root / "docs" / "explanation" / "bargaining.md").read_text("utf-8")
        rows = dict(re.findall(r"^\| ([^|]+?) \| ([\d.]+) \|", text, re.MULTILINE))
        held = {
            "mean": "mean by salience",
            "median": "median by salience",
            "challenge": "challenge, all pairs, most enforced",
            "spatial": "Spatial Model of Politics",
        }
        assert {m: round(100 * x, 1) for m, x in tested.OFF.items()} == {
            m: float(rows[r]) for m, r in held.items()
        }
        assert round(100 * tested.ALWAYS_HALF, 1) == float(rows["always 50"])

    def test_whatever_is_expected_says_how_far_off_such_were(self, tmp_path: Path) -> None:
        file = positions(tmp_path, parties=4, issues=2)
        found = found_of(file)
        said, html = terminal(file, found), paged(file, found)
        assert (
            said.count("Expect ")
            == said.count("the weighted mean (on known decisions such means were off by 0.24")
            == 2
        )
        assert "On known decisions such means were off by 0.24 on average, always saying 0.50 by 0.28" in html
        warned = "no better on them than always saying 0.50 (off by 0.31 on average, 0.50 by 0.28), and it can end at the position of"
        assert warned in said
        assert warned in html

    def test_no_warning_of_a_model_that_is_not_shown(self, tmp_path: Path) -> None:
        file = positions(tmp_path, parties=4, issues=1)
        found = found_of(file, issues=1, models=("mean", "median"))
        assert "hallenge" not in terminal(file, found)
        assert "hallenge" not in paged(file, found)

    def test_only_issues_that_do_not_settle_are_listed(self, tmp_path: Path) -> None:
        file = positions(tmp_path, parties=4, issues=2)
        found = found_of(file)
        found["issues"]["issue_1"]["settled"]["challenge"] = 1.0
        (line,) = words.settling(file, found)
        assert "“Issue 0” in 40% of draws)" in line
        assert "Issue 1" not in line


def fair_found(file: Any, gain: float) -> dict[str, Any]:
    """Findings with the three rules of fairness, everybody gaining so much beside no agreement by them."""
    found = found_of(file, issues=1, models=("mean", "median", "nash", "kalai-smorodinsky", "egalitarian"))
    for model, gains in found["gains"].items():
        for own in gains.values():
            own["no_agreement"] = spread(gain if model in fairness.FAIR else 0.2)
    return found


class TestFairness:
    def test_rules_of_fairness_are_no_models_that_disagree(self) -> None:
        about = {
            "outcome": {"nash": spread(0.1), "mean": spread(0.5), "median": spread(0.7)},
            "apart": spread(0.2),
        }
        assert "from 0.50 (weighted mean) to 0.70 (weighted median)" in words.apart(about)

    def test_they_stand_in_a_table_of_their_own(self, tmp_path: Path) -> None:
        file = positions(tmp_path, parties=4, issues=1)
        found = fair_found(file, 0.1)
        said, html = terminal(file, found), paged(file, found)
        for text in (said, html):
            assert "they do not say what to expect" in text
            assert "compares gains across parties" in text
        assert "Kalai–Smorodinsky" in said.split("Beside no agreement")[1]
        assert "Nash" not in said.split("What each party gains")[0]

    def test_no_deal_that_all_prefer(self, tmp_path: Path) -> None:
        file = positions(tmp_path, parties=4, issues=1)
        found = fair_found(file, 0.0)
        for text in (terminal(file, found), paged(file, found)):
            assert (
                "By the rules of fairness (Nash, Kalai–Smorodinsky and egalitarian) no deal that all prefer to no agreement was found."
                in text
            )

    def test_one_rule_of_three_finds_none(self, tmp_path: Path) -> None:
        file = positions(tmp_path, parties=4, issues=1)
        found = fair_found(file, 0.1)
        for own in found["gains"]["nash"].values():
            own["no_agreement"] = spread(0.0)
        assert fairness.fair_told(found)[1] == "By Nash no deal that all prefer to no agreement was found."


def test_values_of_parties_are_not_ranked_against_each_other(tmp_path: Path) -> None:
    file = positions(tmp_path, parties=33, issues=1)
    found = found_of(file, issues=1)
    for text in (terminal(file, found), paged(file, found)):
        assert "does not say who gains or loses more than whom" in text
        assert not re.search(r"lose[s]? (most|less|least)", text)


def test_names_that_two_share_have_ids_beside_them(tmp_path: Path) -> None:
    file = positions(tmp_path, parties=3, issues=1, name="Alba")
    names = Names(file)
    assert [names.party(p) for p in ("P00", "P01")] == ["Alba (P00)", "Alba (P01)"]
    said, html = terminal(file, found_of(file, issues=1)), paged(file, found_of(file, issues=1))
    for text in (said, html):
        assert "Alba (P01)" in text
        assert not re.search(r"Alba(?! \(P)", text)


def test_one_draw_is_no_mean(tmp_path: Path) -> None:
    file = positions(tmp_path, parties=3, issues=1)
    assert words.caveats(file, found_of(file, issues=1) | {"draws": 1})[0].startswith("From one draw, in")


def test_why_no_agreement_is_not_known_is_said_by_both(tmp_path: Path) -> None:
    file = positions(tmp_path, parties=3, issues=1)
    found = found_of(file, issues=1) | {"no_agreement_why": dict.fromkeys(("P00", "P02"), "nothing says it")}
    for text in (terminal(file, found), paged(file, found)):
        assert "No agreement, Party 0 and Party 2: nothing says it." in text
