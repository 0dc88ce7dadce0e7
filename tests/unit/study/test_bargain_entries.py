"""What each entry of the JSON says, by hand on made-up paths; and that models are asked as their own modules would be."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Any

import numpy as np
import pytest

from holdfast.bargaining import challenge, spatial
from holdfast.scenario import load_positions, load_scenario, sample
from holdfast.study.bargain import answers
from holdfast.study.bargain.gains import Without, for_and_against, gains, utility, without
from holdfast.study.bargain.models import Path, _side_by_side, paths
from holdfast.study.bargain.stances import Stances, is_by_strength, stances
from holdfast.study.bargain.zone import agreement_zone

TOWNS = """
holdfast: 1
title: "Three towns"
as_of: 2025-01-01
issues:
  berths: {low: "none is shared", high: "all are shared"}
  tolls: {low: "none", high: "all"}
parties:
  A: {name: "Alba", influence: 3, positions: {berths: 0, tolls: 1}, salience: {berths: 0.5, tolls: 0.25}}
  B: {name: "Bryn", influence: 1, positions: {berths: 1, tolls: 0}, salience: {berths: 0.5, tolls: 0.5}}
  C: {name: "Cove", influence: 2, positions: {berths: 0.5}, salience: {berths: 0.25}}
no_agreement:
  outcome: {berths: 1}
"""
DRAWS = 40
A, B, C = range(3)


def towns(folder: FilePath, text: str = TOWNS) -> Any:
    path = folder / "towns.yaml"
    path.write_text(text, encoding="utf-8")
    return load_positions(path)


def one_issue(positions: Any, power: Any, draws: int = 1) -> Stances:
    """Return parties that care for one issue alone, with the given power."""
    count = len(power)
    place = np.broadcast_to(np.asarray(positions, float).reshape(count, 1, -1), (count, 1, draws)).copy()
    influence = np.repeat(np.asarray(power, float)[:, None], draws, axis=1)
    return Stances(
        tuple("ABCDEF"[:count]), ("k",), place, np.ones(place.shape), influence, np.ones((count, 1), bool)
    )


def made_up_path() -> Path:
    """Two rounds on berths and tolls, 40 draws: who moves whom is in the tests below."""
    positions = np.zeros((3, 3, 2, DRAWS))
    positions[:, B, 0] = 1.0
    positions[:, C, 0] = 0.5
    by = np.full((2, 3, 2, DRAWS), -1)
    by[0, B, 0, :20] = A
    positions[1:, B, 0, :10] -= 0.2
    positions[1:, B, 0, 10:20] -= 0.4
    by[0, B, 0, 20:22] = C
    positions[1:, B, 0, 20:22] -= 0.5
    by[0, B, 0, 22:24] = B  # its own bargain: it moves, and nobody else moves it
    positions[1:, B, 0, 22:24] -= 0.05
    by[0, A, 0, 0] = B  # in 1 of 40 draws
    positions[1:, A, 0, 0] += 0.3
    by[0, C, 0] = A  # goes along with a bargain that leaves it where it is
    by[1, A, 0] = B
    positions[2, A, 0] += 0.125
    by[1, C, 1] = B  # has no position on tolls
    positions[2, C, 1] += 0.5
    course = np.stack([np.full((2, DRAWS), x) for x in (0.25, 0.375, 0.5)])
    settled = np.zeros((2, DRAWS), bool)
    settled[0, :10] = True
    return Path(course[-1], course, positions, by, settled)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The entries that made-up ends of four models become."""

    def made_up(stand: Any, models: Any, seed: int, nothing: Any) -> dict[str, Path]:
        def ends(where: float) -> Path:
            return Path(np.full((2, DRAWS), where), None, None, None, None)

        return {"mean": ends(0.25), "median": ends(0.3), "challenge": made_up_path(), "nash": ends(0.9)}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answers, "paths", made_up)
        return answers.bargain(towns(tmp_path_factory.mktemp("towns")), draws=DRAWS)


def test_moves_say_who_moved_whom_how_often_and_how_far(told: Any) -> None:
    """Of 40 draws: A moves B in 20, by 0.2 or 0.4; C moves B in 2, a twentieth; B itself in 2; in one draw is not told."""
    moves = told["issues"]["berths"]["moves"]["challenge"]
    assert [(m["round"], m["party"], m["by"], m["share"]) for m in moves] == [
        (1, "B", "A", 0.5),
        (1, "B", "B", 0.05),
        (1, "B", "C", 0.05),
        (2, "A", "B", 1.0),
    ]
    assert [m["step"] for m in moves] == pytest.approx([-0.3, -0.05, -0.5, 0.125])
    assert told["issues"]["tolls"]["moves"]["challenge"] == []
    assert set(told["issues"]["berths"]["moves"]) == {"challenge"}


def test_moves_add_up_to_what_mean_positions_move(tmp_path: FilePath) -> None:
    """In 16 draws no move is rarer than one in twenty; in the spatial model some parties go along with their own bargains."""
    text = TOWNS.replace("positions: {berths: 0.5}", "positions: {berths: {uniform: [0.2, 0.8]}}")
    about = answers.bargain(towns(tmp_path, text), draws=16)["issues"]
    own = 0
    for issue in about.values():
        for model, moves in issue["moves"].items():
            own += sum(m["party"] == m["by"] for m in moves)
            for party, places in issue["rounds"][model]["parties"].items():
                for turn in range(1, len(places)):
                    step = sum(
                        m["share"] * m["step"] for m in moves if (m["party"], m["round"]) == (party, turn)
                    )
                    assert step == pytest.approx(places[turn]["mean"] - places[turn - 1]["mean"], abs=1e-8)
    assert own


def test_rounds_and_settling_are_those_of_the_path(told: Any) -> None:
    berths, tolls = told["issues"]["berths"], told["issues"]["tolls"]
    assert [s["mean"] for s in berths["rounds"]["challenge"]["middle"]] == [0.25, 0.375, 0.5]
    parties = berths["rounds"]["challenge"]["parties"]
    assert [s["mean"] for s in parties["C"]] == [0.5, 0.5, 0.5]
    assert [s["mean"] for s in parties["A"]] == pytest.approx([0, 0.3 / 40, 0.125 + 0.3 / 40])
    assert [s["mean"] for s in parties["B"]] == pytest.approx([1, 1 - 7.1 / 40, 1 - 7.1 / 40])
    assert list(tolls["rounds"]["challenge"]["parties"]) == ["A", "B"]
    assert (berths["settled"], tolls["settled"]) == ({"challenge": 0.25}, {"challenge": 0.0})


def test_how_far_apart_models_of_positions_are_leaves_rules_of_fairness_out(told: Any) -> None:
    """They end at 0.25, 0.3 and 0.5; Nash's solution, at 0.9, does not say where parties would end."""
    assert told["issues"]["berths"]["apart"]["mean"] == pytest.approx(0.25)


def test_stances_are_the_files_and_power_is_salience_times_influence(told: Any) -> None:
    """On berths 1.5, 0.5 and 0.5 of 2.5."""
    stand = told["issues"]["berths"]["stances"]
    assert [s["position"]["mean"] for s in stand.values()] == [0, 1, 0.5]
    assert [s["salience"]["mean"] for s in stand.values()] == [0.5, 0.5, 0.25]
    assert [s["power"]["mean"] for s in stand.values()] == pytest.approx([0.6, 0.2, 0.2])
    assert list(told["issues"]["tolls"]["stances"]) == ["A", "B"]
    assert [r["party"] for r in told["issues"]["tolls"]["for_and_against"]["mean"]] == ["A", "B"]


def test_no_agreement_counts_for_those_of_whose_issues_it_says_all(told: Any) -> None:
    """It says where berths would stand and not tolls, which C alone does not bargain over: at 0.25 C gains 0.75 − 0.5."""
    assert told["no_agreement"] == {"A": None, "B": None, "C": "no_agreement.outcome"}
    beside = {p: g["no_agreement"] for p, g in told["gains"]["mean"].items()}
    assert (beside["A"], beside["B"]) == (None, None)
    assert beside["C"]["mean"] == pytest.approx(0.25)
    assert "does not say where tolls would stand" in told["no_agreement_why"]["A"]


def test_losses_are_shares_of_what_a_party_spends_on_the_issues(told: Any) -> None:
    """At 0.25 A is off by 0.25 on two thirds and 0.75 on one third of its salience; C by 0.25 on all of it."""
    ideal = {p: g["ideal"]["mean"] for p, g in told["gains"]["mean"].items()}
    assert ideal == pytest.approx({"A": -(0.5 + 0.75) / 3, "B": -(0.75 + 0.25) / 2, "C": -0.25})


class TestSides:
    """Who is for and against a party's position beside an outcome."""

    def test_nearer_is_for_farther_is_against(self) -> None:
        """The outcome is 0.5, where C stands: C's position is as good as the outcome, for itself and for all."""
        a, b, c = for_and_against(one_issue([0, 1, 0.5], [0.6, 0.2, 0.2]), np.full((1, 1), 0.5), 0)
        assert (a["for"]["mean"], a["against"]["mean"], a["prevails"]) == pytest.approx((0.6, 0.4, 1.0))
        assert (a["parties_for"], a["parties_against"]) == (["A"], ["B", "C"])
        assert (b["for"]["mean"], b["against"]["mean"], b["prevails"]) == pytest.approx((0.2, 0.8, 0.0))
        assert (c["for"]["mean"], c["against"]["mean"], c["prevails"]) == (0, 0, 0)
        assert (c["parties_for"], c["parties_against"]) == ([], [])

    def test_as_near_is_neither(self) -> None:
        """B at 0.25 is as far from A's position, 0, as from the outcome, 0.5."""
        a, *_ = for_and_against(one_issue([0, 0.25, 1], [1, 1, 1]), np.full((1, 1), 0.5), 0)
        assert (a["parties_for"], a["parties_against"]) == (["A"], ["C"])
        assert a["for"]["mean"] == pytest.approx(1 / 3)

    def test_equal_power_does_not_prevail(self) -> None:
        a, b = for_and_against(one_issue([0, 1], [0.5, 0.5]), np.full((1, 1), 0.5), 0)
        assert (a["for"], a["against"]) == (b["for"], b["against"])
        assert (a["prevails"], b["prevails"]) == (0.0, 0.0)

    def test_a_side_is_that_of_most_draws_that_have_an_outcome(self) -> None:
        """B, at 0.5, is as near to A's position, 0, as to 1, and nearer to 0.5 and 0.75. A draw without an outcome is left out."""
        outcome = np.array([[0.75, 0.5, 1.0, 1.0, np.nan]])
        a, _ = for_and_against(one_issue([0, 0.5], [3, 1], draws=5), outcome, 0)
        assert (a["parties_for"], a["parties_against"]) == (["A"], [])  # B is against in half of them
        assert a["against"]["mean"] == pytest.approx(0.125)
        assert a["prevails"] == 1.0
        assert for_and_against(one_issue([0, 0.5], [3, 1]), np.full((1, 1), np.nan), 0) == []


def test_gains_are_beside_the_ideal_and_beside_no_agreement() -> None:
    stand = one_issue([0, 1], [1, 1])
    nothing = Without(np.array([[0.25], [np.nan]]), ("no_agreement.outcome", None), (None, "said"))
    found = gains(stand, np.full((1, 1), 0.25), nothing)
    assert found["A"]["ideal"]["mean"] == pytest.approx(-0.25)  # type: ignore[index]
    assert found["A"]["no_agreement"]["mean"] == pytest.approx(0.5)  # type: ignore[index]
    assert found["B"]["no_agreement"] is None
    assert utility(stand, np.full((1, 1), 0.25)).ravel().tolist() == [0.75, 0.25]


SMALL = FilePath(__file__).parent.parent / "scenario" / "small.yaml"


def test_a_principal_that_bargains_over_some_of_its_issues_does_not_have_the_war_instead() -> None:
    """Fighting on is worth what it is over all issues; beside an outcome on one of them it says nothing."""
    file = load_scenario(SMALL)
    drawn = sample(file, start=0, count=2, seed=1, bargaining=True)
    for issues, by in [((), "war"), (("border",), None)]:
        found = without(file, drawn, stances(file, drawn, issues, ("A", "B")))
        assert found.by == (by, by)
        assert np.isnan(found.value).all() == (by is None)


def test_influence_is_what_is_said_and_else_strength(tmp_path: FilePath) -> None:
    file = load_scenario(SMALL)
    drawn = sample(file, start=0, count=2, seed=1, bargaining=True)
    assert is_by_strength(file)
    found = stances(file, drawn, (), ("A", "B"))
    assert found.influence.tolist() == [drawn.values[f"parties.{p}.strength"].tolist() for p in "AB"]
    text = SMALL.read_text(encoding="utf-8")
    for party, own in (("A", 5), ("B", 7)):
        old = f'    name: "Party {party}"\n'
        assert old in text
        text = text.replace(old, f"{old}    influence: {own}\n")
    path = tmp_path / "small.yaml"
    path.write_text(text, encoding="utf-8")
    file = load_scenario(path)
    drawn = sample(file, start=0, count=2, seed=1, bargaining=True)
    assert not is_by_strength(file)
    assert stances(file, drawn, (), ("A", "B")).influence.tolist() == [[5, 5], [7, 7]]


@pytest.fixture(scope="module")
def table() -> Stances:
    """Four parties on two issues, two draws; the first has no position on the second issue."""
    rng = np.random.default_rng(61)
    positions, salience = rng.random((4, 2, 2)), rng.uniform(0.1, 0.5, (4, 2, 2))
    stands = np.ones((4, 2), bool)
    stands[0, 1] = False
    positions[0, 1], salience[0, 1] = np.nan, 0.0
    return Stances(tuple("ABCD"), ("k", "l"), positions, salience, rng.uniform(1, 9, (4, 2)), stands)


NOTHING = Without(np.full((4, 2), np.nan), (None,) * 4, (None,) * 4)


def test_the_challenge_model_is_asked_issue_by_issue(table: Stances) -> None:
    found = paths(table, ("challenge",), 1, NOTHING)
    assert list(found) == ["mean", "median", "challenge"]
    path = found["challenge"]
    for k, who in ((0, [0, 1, 2, 3]), (1, [1, 2, 3])):
        own = challenge.run(table.positions[who, k], table.salience[who, k], table.influence[who])
        np.testing.assert_allclose(path.outcome[k], own.median[-1], atol=1e-12)
        np.testing.assert_allclose(path.course[:, k], own.median, atol=1e-12)  # type: ignore[index]
        np.testing.assert_allclose(path.positions[:, who, k], own.positions, atol=1e-12)  # type: ignore[index]
        named = np.where(own.by >= 0, np.array(who)[own.by], -1)
        np.testing.assert_array_equal(path.moved_by[:, who, k], named)  # type: ignore[index]
        np.testing.assert_array_equal(path.settled[k], own.settled)  # type: ignore[index]
    weight = table.weight
    mean = (weight * np.nan_to_num(table.positions)).sum(0) / weight.sum(0)
    np.testing.assert_allclose(found["mean"].outcome, mean, atol=1e-12)


def check_spatial(path: Path, stand: Stances, who: list[int], issues: list[int]) -> None:
    """Hold some issues of a path against the model's own answer; a shorter run stays as it ended."""
    at = np.ix_(who, issues)
    own = spatial.run_draws(stand.positions[at], stand.salience[at], stand.influence[who], seed=1)
    turns = len(own.positions)
    np.testing.assert_array_equal(path.outcome[issues], own.outcome)
    assert path.positions is not None
    assert path.course is not None
    assert path.moved_by is not None
    assert path.settled is not None
    places = path.positions[:, who][:, :, issues]
    np.testing.assert_array_equal(places[:turns], own.positions)
    np.testing.assert_array_equal(places[turns:], np.repeat(own.positions[-1:], len(places) - turns, axis=0))
    weight = stand.weight[at]
    np.testing.assert_allclose(
        path.course[:, issues], (places * weight).sum(1) / weight.sum(0), rtol=0, atol=1e-12
    )
    named = np.where(own.mover >= 0, np.array(who)[own.mover], -1)
    for k in issues:
        np.testing.assert_array_equal(path.moved_by[: turns - 1, who, k], named)
        np.testing.assert_array_equal(path.settled[k], own.settled)
    assert (path.moved_by[turns - 1 :][:, who][:, :, issues] == -1).all()


def test_the_spatial_model_is_asked_issue_by_issue_where_somebody_has_no_position(table: Stances) -> None:
    path = paths(table, ("spatial",), 1, NOTHING)["spatial"]
    check_spatial(path, table, [0, 1, 2, 3], [0])
    check_spatial(path, table, [1, 2, 3], [1])
    assert path.positions is not None
    assert np.isnan(path.positions[:, 0, 1]).all()


def test_the_spatial_model_is_asked_of_all_issues_at_once_where_everybody_has_a_position(
    table: Stances,
) -> None:
    rest = table._replace(
        parties=table.parties[1:],
        positions=table.positions[1:],
        salience=table.salience[1:],
        influence=table.influence[1:],
        stands=table.stands[1:],
    )
    nothing = Without(np.full((3, 2), np.nan), (None,) * 3, (None,) * 3)
    check_spatial(paths(rest, ("spatial",), 1, nothing)["spatial"], rest, [0, 1, 2], [0, 1])


def test_an_issue_that_is_settled_sooner_stays_as_it_ended() -> None:
    """One turn beside three: two parties, one draw; the first issue is at rest from its end on, and nobody moves anybody there."""

    def run_of(places: list[float], end: float) -> Path:
        turns = len(places) - 1
        place = np.array(places)[:, None, None]
        return Path(
            np.array([[end]]),
            place,
            np.repeat(place[:, None], 2, axis=1),
            np.ones((turns, 2, 1, 1), int),
            np.array([[turns > 1]]),
        )

    found = _side_by_side([run_of([0.1, 0.2], 0.3), run_of([0.5, 0.6, 0.7, 0.8], 0.9)])
    assert found.course is not None
    assert found.course[:, :, 0].T.tolist() == [[0.1, 0.2, 0.2, 0.2], [0.5, 0.6, 0.7, 0.8]]
    assert found.positions is not None
    assert found.positions[:, 1, :, 0].T.tolist() == [[0.1, 0.2, 0.2, 0.2], [0.5, 0.6, 0.7, 0.8]]
    assert found.moved_by is not None
    assert found.moved_by[:, 0, :, 0].T.tolist() == [[1, -1, -1], [1, 1, 1]]
    assert found.outcome.ravel().tolist() == [0.3, 0.9]
    assert found.settled is not None
    assert found.settled.ravel().tolist() == [False, True]


@pytest.fixture(scope="module")
def three(root: FilePath) -> Any:
    return load_scenario(root / "catalog" / "three-guarantors" / "scenario.yaml")


class TestZone:
    """What the zone says of made-up values of the principals ALD and BIR, four draws."""

    PROPOSALS = ("no-guarantees", "three-pledges")

    def values(self, worth: Any, fighting: Any, accept: Any = 0.9) -> dict[str, dict[str, np.ndarray]]:
        """Return what each proposal is worth to the two, by draw, and how likely they accept."""
        worth = np.array(worth, float)
        found: dict[str, dict[str, np.ndarray]] = {}
        for n, p in enumerate(self.PROPOSALS):
            found[p] = {}
            for m, s in enumerate(("ALD", "BIR")):
                found[p][f"value.{s}"] = worth[n, m]
                found[p][f"fighting.{s}"] = np.broadcast_to(np.array(fighting, float)[m], worth[n, m].shape)
                found[p][f"accept.{s}"] = np.broadcast_to(np.array(accept, float), worth[n, m].shape)
        return found

    def told(self, three: Any, values: Any) -> Any:
        return agreement_zone(three, threshold=0.5, proposals=self.PROPOSALS, values=values)

    def test_each_rule_chooses_by_its_own_measure_over_fighting_on(self, three: Any) -> None:
        """Gains over fighting on: (9, 2) or (3, 3): products 18 and 9; least gains 2 and 3; least shares of ideals ⅔ and ⅓."""
        worth = [[[10.0], [7.0]], [[4.0], [8.0]]]
        told = self.told(three, self.values(worth, [[1.0], [5.0]]))["solutions"]
        first, second = self.PROPOSALS
        assert told["nash"] == {"chosen": {first: 1.0, second: 0.0}, "none": 0.0}
        assert told["kalai_smorodinsky"] == {"chosen": {first: 1.0, second: 0.0}, "none": 0.0}
        assert told["egalitarian"] == {"chosen": {first: 0.0, second: 1.0}, "none": 0.0}

    def test_ties_share_a_draw_and_draws_without_an_agreement_are_told(self, three: Any) -> None:
        """One draw is tied; in one only the first is worth it; in two somebody would rather fight on than have either."""
        worth = [[[1, 1, 1, -1], [2, 1, 2, 1]], [[2, -1, 1, -1], [1, 1, -1, 1]]]
        worth[0][1][2] = -1
        told = self.told(three, self.values(worth, [[0.0] * 4, [0.0] * 4]))["solutions"]
        for rule in ("nash", "kalai_smorodinsky", "egalitarian"):
            assert list(told[rule]["chosen"].values()) == [0.375, 0.125]
            assert told[rule]["none"] == 0.5

    def test_shares_and_order_are_each_proposals_own(self, three: Any) -> None:
        """The first is accepted by both in one draw of four, the second in three; the second is nearer."""
        values = self.values(np.ones((2, 2, 4)), [[0.0] * 4, [0.0] * 4])
        first, second = self.PROPOSALS
        values[first]["accept.ALD"] = np.array([0.5, 0.49, 1.0, 1.0])
        values[first]["accept.BIR"] = np.array([0.6, 1.0, 0.4, 0.4])
        values[second]["accept.BIR"] = np.array([1.0, 0.8, 0.9, 0.3])
        told = self.told(three, values)
        assert [told["proposals"][p]["inside_share"] for p in (first, second)] == [0.25, 0.75]
        assert told["closest"] == [second, first]
        assert told["open_share"] == 0.75
        assert told["proposals"][first]["accepts"]["BIR"]["mean"] == pytest.approx(0.6)
        assert told["proposals"][first]["signed"]["mean"] == pytest.approx((0.3 + 0.49 + 0.4 + 0.4) / 4)
