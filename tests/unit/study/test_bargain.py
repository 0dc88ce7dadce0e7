"""Bargaining on a file's stances, against cases worked by hand; the zone, against values made up for it and the chain itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from holdfast.errors import InputError
from holdfast.scenario import load_positions, load_scenario, sample
from holdfast.study.bargain import bargain
from holdfast.study.bargain.answers import BINS
from holdfast.study.bargain.concessions import Search
from holdfast.study.bargain.stances import bargainers, stances
from holdfast.study.bargain.zone import agreement_zone
from holdfast.study.evaluate import outcomes

TWO = """
holdfast: 1
title: "Two towns"
as_of: 2025-01-01
issues:
  berths: {low: "none is shared", high: "all are shared"}
parties:
  A: {name: "Alba", influence: 3, positions: {berths: 0}, salience: {berths: 0.5}}
  B: {name: "Bryn", influence: 1, positions: {berths: 1}, salience: {berths: 0.5}}
no_agreement:
  outcome: {berths: 1}
"""


def written(folder: Path, *edits: tuple[str, str], text: str = TWO) -> Any:
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / "towns.yaml"
    path.write_text(text, encoding="utf-8")
    return load_positions(path)


def only(spread: dict[str, float]) -> float:
    """Return a number that is the same in all draws."""
    assert spread["mean"] == pytest.approx(spread["p05"], abs=1e-12)
    assert spread["mean"] == pytest.approx(spread["p95"], abs=1e-12)
    return spread["mean"]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return bargain(written(tmp_path_factory.mktemp("two")), (), ("mean",), draws=4)


class TestTwoPartiesOneIssue:
    """A has three quarters of the power at 0, B one quarter at 1: the mean is ¼, the median 0."""

    def test_outcomes(self, found: dict[str, Any]) -> None:
        ends = found["issues"]["berths"]["outcome"]
        assert list(ends) == ["mean", "median"]
        assert only(ends["mean"]) == pytest.approx(0.25)
        assert only(ends["median"]) == 0

    def test_power_and_where_it_lies(self, found: dict[str, Any]) -> None:
        about = found["issues"]["berths"]
        assert only(about["stances"]["A"]["power"]) == pytest.approx(0.75)
        assert about["along"]["A"] == [pytest.approx(0.75)] + [0.0] * (BINS - 1)
        assert about["along"]["B"] == [0.0] * (BINS - 1) + [pytest.approx(0.25)]

    def test_gains_against_ideals_and_no_agreement(self, found: dict[str, Any]) -> None:
        """At ¼ A has ¾ and B ¼; no agreement, at 1, gives A nothing and B everything."""
        gains = found["gains"]["mean"]
        assert [only(gains[p]["ideal"]) for p in "AB"] == pytest.approx([-0.25, -0.75])
        assert [only(gains[p]["no_agreement"]) for p in "AB"] == pytest.approx([0.75, -0.75])
        assert found["no_agreement"] == {"A": "no_agreement.outcome", "B": "no_agreement.outcome"}

    def test_who_is_for_and_against(self, found: dict[str, Any]) -> None:
        a, b = found["issues"]["berths"]["for_and_against"]["mean"]
        assert (only(a["for"]), only(a["against"]), a["prevails"]) == pytest.approx((0.75, 0.25, 1.0))
        assert (b["parties_for"], b["parties_against"], b["prevails"]) == (["B"], ["A"], 0.0)

    def test_what_was_asked_for_is_said(self, found: dict[str, Any]) -> None:
        assert (found["draws"], found["seed"], found["parties"]) == (4, 1, ["A", "B"])
        assert (found["influence_is_strength"], found["left_out"], found["models_left_out"]) == (
            False,
            {},
            {},
        )


def test_without_no_agreement_the_axiomatic_models_are_left_out_with_a_reason(tmp_path: Path) -> None:
    file = written(tmp_path, ("no_agreement:\n  outcome: {berths: 1}\n", ""))
    found = bargain(file, (), ("nash",), draws=4)
    told = "no_agreement.outcome does not say where berths would stand"
    assert (
        found["models_left_out"]["nash"]
        == f"what no agreement is worth is not known to everybody: {told} (2 of 2 parties)"
    )
    assert found["no_agreement_why"] == {"A": told, "B": told}
    assert found["gains"]["mean"]["A"]["no_agreement"] is None


def test_who_cares_for_nothing_has_no_value_of_no_agreement(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        ("no_agreement:", '  C: {name: "Cove", influence: 1, positions: {berths: 0}, salience: {berths: 0}}\nno_agreement:'),
    )  # fmt: skip
    found = bargain(file, (), ("mean",), draws=2)
    assert found["no_agreement"]["C"] is None
    assert "it spends nothing on any of the issues" in found["no_agreement_why"]["C"]


def test_of_a_principal_the_files_outcome_is_said_not_to_be_used(tmp_path: Path) -> None:
    text = Path("catalog/three-guarantors/scenario.yaml").read_text(encoding="utf-8")
    path = tmp_path / "s.yaml"
    path.write_text(
        text.replace("no_agreement:\n", "no_agreement:\n  outcome: {border: 0.5}\n", 1), encoding="utf-8"
    )
    assert "outcome: {border: 0.5}" in path.read_text(encoding="utf-8")
    found = bargain(load_scenario(path), (), ("mean",), draws=2)
    assert found["no_agreement"] == {"ALD": "war", "BIR": "war"}
    assert "no_agreement.outcome is not used" in found["no_agreement_why"]["ALD"]


def test_models_are_compared_draw_by_draw(tmp_path: Path) -> None:
    """A third party is at 0 or at 1: the median is there, the mean a fifth from the middle; their means over draws are both a half."""
    either = "{choice: [{value: 0, probability: 0.5}, {value: 1, probability: 0.5}]}"
    third = f'  C: {{name: "Cove", influence: 2, positions: {{berths: {either}}}, salience: {{berths: 0.5}}}}'
    swing = ("no_agreement:", f"{third}\nno_agreement:")
    file = written(tmp_path, ("influence: 3", "influence: 1"), swing)
    about = bargain(file, (), ("mean",), draws=64)["issues"]["berths"]
    assert about["outcome"]["mean"]["mean"] == pytest.approx(about["outcome"]["median"]["mean"], abs=0.02)
    assert only(about["apart"]) == pytest.approx(0.25)


def test_power_moves_with_uncertain_positions_and_sums_to_one(tmp_path: Path) -> None:
    found = bargain(
        written(tmp_path, ("positions: {berths: 0}", "positions: {berths: {uniform: [0, 0.5]}}")),
        (),
        ("mean",),
        draws=64,
    )
    along = found["issues"]["berths"]["along"]
    assert sum(map(sum, along.values())) == pytest.approx(1)
    assert min(along["A"][:10]) > 0
    assert max(along["A"][10:]) == 0


def test_where_nobody_has_weight_the_entries_are_named(tmp_path: Path) -> None:
    """Of A and B one has no influence, the other no salience; with a range, in half of the draws."""
    cove = '  C: {name: "Cove", influence: 1, positions: {berths: 0}, salience: {berths: 1}}\nno_agreement:'
    edits = (("no_agreement:", cove), ("influence: 3", "influence: 0"))
    none = (
        "influence: 1, positions: {berths: 1}, salience: {berths: 0.5}",
        "influence: 1, positions: {berths: 1}, salience: {berths: 0}",
    )
    with pytest.raises(InputError) as raised:
        bargain(written(tmp_path, *edits, none), (), ("mean",), ("A", "B"), draws=4)
    assert str(raised.value) == (
        f"{tmp_path / 'towns.yaml'}:8: parties.A.influence and parties.B.salience.berths are 0, so that nobody who bargains has both "
        "salience and influence on berths, and no position counts. Give one of the parties both above 0."
    )
    half = (
        none[0],
        none[1].replace(
            "berths: 0}", "berths: {choice: [{value: 0, probability: 0.5}, {value: 1, probability: 0.5}]}}"
        ),
    )
    with pytest.raises(InputError) as raised:
        bargain(written(tmp_path, *edits, half), (), ("mean",), ("A", "B"), draws=64)
    assert (
        "towns.yaml:8: parties.A.influence and parties.B.salience.berths can be 0: in 32 of 64 draws nobody has both salience and "
        "influence on berths, and no position counts. Give one of the parties ranges that stay above 0."
    ) in str(raised.value)


def test_saliences_that_sum_to_more_than_one_in_some_draws_are_told(tmp_path: Path) -> None:
    """A spends 0.75 or 1.25; B exactly 1, written in tenths that do not add up to it in binary."""
    more = '  tolls: {low: "none", high: "all"}\n  quay: {low: "old", high: "new"}\n'
    half = "{choice: [{value: 0.25, probability: 0.5}, {value: 0.75, probability: 0.5}]}"
    a = (
        "{berths: 0}, salience: {berths: 0.5}",
        f"{{berths: 0, tolls: 1}}, salience: {{berths: 0.5, tolls: {half}}}",
    )
    b = (
        "{berths: 1}, salience: {berths: 0.5}",
        "{berths: 1, tolls: 0, quay: 1}, salience: {berths: 0.1, tolls: 0.2, quay: 0.7}",
    )
    cove = '  C: {name: "Cove", influence: 1, positions: {quay: 0}, salience: {quay: 1}}\n'
    file = written(tmp_path, ("parties:", f"{more}parties:"), a, b, ("no_agreement:", f"{cove}no_agreement:"))
    assert bargain(file, (), ("mean",), draws=64)["scaled_down"] == {"A": 0.5}


def test_saliences_that_sum_to_more_than_one_are_scaled_down(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        ("parties:", '  tolls: {low: "none", high: "all"}\nparties:'),
        ("berths: 0}, salience: {berths: 0.5}", "berths: 0, tolls: 1}, salience: {berths: 3, tolls: 1}"),
        ("no_agreement:", '  C: {name: "Cove", influence: 1, positions: {tolls: 0}, salience: {tolls: 1}}\nno_agreement:'),
    )  # fmt: skip
    stand = stances(file, sample(file, start=0, count=2, seed=1, bargaining=True), ("berths",))
    assert stand.parties == ("A", "B", "C")
    assert stand.salience[:, 0, 0].tolist() == [0.75, 0.5, 0.0]
    assert stand.weight[:, 0, 0].tolist() == [2.25, 0.5, 0.0]
    assert stand.stands[:, 0].tolist() == [True, True, False]
    found = bargain(file, (), ("mean",), ("A", "B"), draws=2)
    assert found["scaled_down"] == {"A": 1.0}
    assert found["left_out"] == {"tolls": "only one of those who bargain has a position on it"}
    assert bargain(file, ("berths",), ("mean",), draws=2)["left_out"] == {"tolls": "not asked for"}


@pytest.mark.parametrize(
    ("issues", "models", "among", "said"),
    [
        (("piers",), (), (), "--issue piers: is no issue of"),
        ((), ("poker",), (), "--model poker: is none. Write one of: mean, median"),
        ((), (), ("Z",), "--among Z: is no party or group of"),
        (("berths",), (), ("A",), "--issue berths: only A has a position on it; a bargain takes two."),
        ((), (), ("A",), "no issue has the positions of two parties that bargain."),
    ],
)
def test_what_cannot_be_bargained_over(
    tmp_path: Path, issues: tuple[str, ...], models: tuple[str, ...], among: tuple[str, ...], said: str
) -> None:
    with pytest.raises(InputError) as raised:
        bargain(written(tmp_path), issues, models, among, draws=2)
    assert said in str(raised.value)


def test_who_bargains_is_sorted_and_has_a_position(tmp_path: Path) -> None:
    file = written(tmp_path, ("parties:\n", 'parties:\n  Z: {name: "Zell", influence: 1}\n'))
    assert bargainers(file) == ("A", "B")
    assert bargainers(file, ("B",)) == ("B",)


@pytest.fixture(scope="module")
def three(root: Path) -> Any:
    return load_scenario(root / "catalog" / "three-guarantors" / "scenario.yaml")


def made_up(accept: dict[str, tuple[float, float]]) -> dict[str, dict[str, np.ndarray]]:
    """Return values of two draws that say how likely ALD and BIR accept; signing is worth as much as fighting."""
    return {
        p: {
            "accept.ALD": np.full(2, a),
            "accept.BIR": np.full(2, b),
            **{f"{what}.{s}": np.zeros(2) for what in ("value", "fighting") for s in ("ALD", "BIR")},
        }
        for p, (a, b) in accept.items()
    }


def test_the_zone_of_given_values(three: Any) -> None:
    values = made_up({"no-guarantees": (0.6, 0.7), "three-pledges": (0.5, 0.5)})
    found = agreement_zone(three, proposals=["no-guarantees", "three-pledges"], values=values)
    assert [row["inside"] for row in found["proposals"].values()] == [True, True]
    assert found["open_share"] == 1
    assert found["draws"] == 2
    assert found["proposals"]["no-guarantees"]["blocks"] == []
    stricter = agreement_zone(
        three,
        threshold=1.0,
        proposals=["no-guarantees"],
        values=values,
        search=Search(4, (), (1.0,), confirmed=4),
    )
    assert stricter["proposals"]["no-guarantees"]["blocks"] == ["ALD", "BIR"]


def test_the_share_of_draws_is_told_for_proposals_that_both_principals_sign(three: Any) -> None:
    """One that ALD alone signs is open in both draws, and tells nothing of an agreement; the other is in one of two."""
    proposals, values = (
        ["no-guarantees", "three-pledges"],
        made_up({"no-guarantees": (0.9, 0.9), "three-pledges": (0.9, 0.9)}),
    )
    values["three-pledges"]["accept.BIR"] = np.array([0.8, 0.4])
    whole = agreement_zone(three, proposals=proposals, values=values)
    assert (whole["open_share"], whole["open_share_both"]) == (1, 1)
    alone = {p: three.proposals[p].model_copy(update={"signatories": ("ALD",)}) for p in proposals}
    one = three.model_copy(update={"proposals": {**three.proposals, proposals[0]: alone[proposals[0]]}})
    del values["no-guarantees"]["accept.BIR"]
    found = agreement_zone(one, proposals=proposals, values=values)
    assert (found["open_share"], found["open_share_both"]) == (1, 0.5)
    none = three.model_copy(update={"proposals": {**three.proposals, **alone}})
    del values["three-pledges"]["accept.BIR"]
    assert agreement_zone(none, proposals=proposals, values=values)["open_share_both"] is None


@pytest.mark.parametrize("threshold", [0.0, -0.1, 1.01])
def test_a_threshold_that_asks_for_nothing(three: Any, threshold: float) -> None:
    with pytest.raises(InputError, match="must be above 0 and at most 1"):
        agreement_zone(three, threshold=threshold)


def test_who_blocks_too_narrowly_for_the_search_is_told_so(three: Any) -> None:
    """On made-up values ALD blocks; the chain's own, which the search uses, are far above a threshold of 1e-6."""
    values = made_up({"no-guarantees": (1e-9, 1.0)})
    found = agreement_zone(
        three,
        threshold=1e-6,
        proposals=["no-guarantees"],
        values=values,
        search=Search(4, (), (1.0,), confirmed=4),
    )
    row = found["proposals"]["no-guarantees"]
    assert row["blocks"] == ["ALD"]
    assert row["concessions"]["ALD"]["narrow"]
    assert row["concessions"]["ALD"]["cheapest"] is None


def test_a_concession_is_what_the_chain_says_of_the_moved_proposal(three: Any) -> None:
    """Found by the search; then the file itself is given that outcome and asked again."""
    search = Search(draws=8, issues=(), parts=(0.5, 1.0), confirmed=8)
    first = agreement_zone(three, search=search, draws=8, proposals=["no-guarantees"])
    accepts = first["proposals"]["no-guarantees"]["accepts"]
    blocker = min(accepts, key=lambda p: accepts[p]["mean"])
    found = agreement_zone(
        three,
        threshold=accepts[blocker]["mean"] + 1e-3,
        search=search,
        draws=8,
        proposals=["no-guarantees"],
    )
    told = found["proposals"]["no-guarantees"]["concessions"][blocker]
    assert told["tried"] == 2
    best = told["most"]
    (issue,) = best["moves"]
    assert issue == "border"
    ideal = three.parties[blocker].positions[issue].median
    assert abs(best["moves"][issue]["to"] - ideal) < abs(best["moves"][issue]["from"] - ideal)
    moved = load_scenario(
        three.path, [f"proposals.no-guarantees.outcome.{issue}={best['moves'][issue]['to']!r}"]
    )
    drawn = sample(moved, start=0, count=8, seed=1)
    again = outcomes(moved, moved.proposals["no-guarantees"], drawn, ["no-guarantees"])
    assert again[f"accept.{blocker}"].mean() == pytest.approx(best["accepts"], abs=1e-6)


@pytest.mark.parametrize("threshold", [0.2, 0.3, 0.4, 0.5, 0.6])
def test_what_is_said_to_work_works_on_all_draws(three: Any, threshold: float) -> None:
    """Searched on two draws, on which luck decides; told on 64, as the file itself is answered with that outcome."""
    parts = tuple(np.linspace(0.05, 1, 20))
    search = Search(draws=2, issues=(), parts=parts, confirmed=64, rounds=20, at_once=4)
    found = agreement_zone(three, threshold=threshold, search=search, draws=64, proposals=["no-guarantees"])
    row = found["proposals"]["no-guarantees"]
    for blocker, told in row["concessions"].items():
        assert told["now"] == pytest.approx(row["accepts"][blocker]["mean"], abs=1e-9)
        if told["cheapest"] is None:
            continue
        [(issue, move)] = told["cheapest"]["moves"].items()
        moved = load_scenario(three.path, [f"proposals.no-guarantees.outcome.{issue}={move['to']!r}"])
        drawn = sample(moved, start=0, count=64, seed=1)
        again = outcomes(moved, moved.proposals["no-guarantees"], drawn, ["no-guarantees"])
        for party, accepts in told["cheapest"]["accepts"].items():
            assert again[f"accept.{party}"].mean() == pytest.approx(accepts, abs=1e-6)
            assert accepts >= threshold - 1e-9 or party != blocker


def test_how_sure_a_verdict_near_the_threshold_is(three: Any) -> None:
    """Two draws of 0.4 and 0.62: a mean of 0.51, and a standard error of 0.078."""
    values = made_up({"no-guarantees": (0.9, 0.8)})
    values["no-guarantees"]["accept.ALD"] = np.array([0.4, 0.62])
    row = agreement_zone(three, proposals=["no-guarantees"], values=values)["proposals"]["no-guarantees"]
    assert row["inside"]
    assert row["close"] == ["ALD"]
    assert row["signed"]["mean"] == pytest.approx(0.51 * 0.8)
    one = {"no-guarantees": {name: column[:1] for name, column in values["no-guarantees"].items()}}
    row = agreement_zone(three, proposals=["no-guarantees"], values=one)["proposals"]["no-guarantees"]
    assert row["close"] == ["ALD", "BIR"]  # one draw says nothing of others


def test_the_cheapest_concession_costs_the_other_side_what_it_moves(three: Any) -> None:
    """BIR wants the border at 0 and nothing else: what ALD is given, 0.15 of the way from 0.4 to 1, BIR loses."""
    found = agreement_zone(three, search=Search(draws=8, confirmed=8), draws=8, proposals=["no-guarantees"])
    told = found["proposals"]["no-guarantees"]["concessions"]["ALD"]
    assert told["tried"] == 4
    best = told["cheapest"]
    assert best["moves"]["border"] == {"from": pytest.approx(0.4), "to": pytest.approx(0.55)}
    assert best["loss"] == {"BIR": pytest.approx(0.15)}
    assert best["total"] == pytest.approx(0.15)
    assert min(best["accepts"].values()) >= 0.5


def test_the_search_tries_sets_of_issues_and_parts_of_the_way() -> None:
    """Of three issues: 3 single ones and all together, each half the way and the whole."""
    tried = Search(issues=(1,), parts=(0.5, 1.0)).candidates(3)
    assert len(tried) == 8
    assert ((0, 1, 2), 1.0) in tried
    assert len(Search(issues=(1, 2), parts=(1.0,)).candidates(2)) == 3
