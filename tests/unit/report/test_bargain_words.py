"""The sentences of `holdfast bargain`, on made-up findings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from holdfast.report.bargain import conceding, signing_words, words
from holdfast.report.names import Names
from tests.unit.report.made_up_bargaining import concession, found_of, positions, spread, zone_of


def outcome(apart: float, **means: float) -> dict[str, Any]:
    return {"outcome": {m: spread(x) for m, x in means.items()} | {"nash": None}, "apart": spread(apart, 0.1)}


def test_models_agree_up_to_a_limit_that_is_said() -> None:
    assert words.agree(outcome(0.15, mean=0.4, spatial=0.55))
    assert (
        words.apart(outcome(0.15, mean=0.4, spatial=0.55))
        == "The models agree to within 0.15 (0.05–0.25) in a draw."
    )
    assert not words.agree(outcome(0.16, mean=0.4, spatial=0.56))
    said = "The models disagree: in a draw they are 0.16 (0.06–0.26) apart, on average from 0.40 (weighted mean) to 0.56 (spatial model)."
    assert words.apart(outcome(0.16, mean=0.4, spatial=0.56)) == said


def test_means_that_lie_together_are_no_agreement() -> None:
    assert not words.agree(outcome(0.5, mean=0.4, challenge=0.41))


def test_an_outcome_leans_to_the_end_that_it_is_nearer_to(scenario: Any) -> None:
    assert words.leaning(scenario, "land", 0.61) == "nearer to “all to Ardel” (1)"
    assert words.leaning(scenario, "land", 0.39) == "nearer to “all to Benn” (0)"
    assert (
        words.leaning(scenario, "land", 0.4)
        == "about half-way between “all to Benn” (0) and “all to Ardel” (1)"
    )


def test_one_position_is_printed_in_one_way_however_it_was_added_up(scenario: Any) -> None:
    """0.2 + 0.525 and 0.9 − 0.175 differ in the last bits, and were 0.72 and 0.73 in one output; so 0.155 where models agree."""
    low, high = 0.7249999999999998, 0.7250000000000001
    assert [f"{x:.2f}" for x in (low, high)] == ["0.72", "0.73"]
    for place in (low, high):
        assert words.range_of(spread(place)) == "0.73"
        assert "from 0.73 to 0.20" in conceding.moves(scenario, {"troops": {"from": place, "to": 0.2}})
        said = words.apart(outcome(0.5, mean=place, spatial=0.1))
        assert said.endswith("from 0.10 (spatial model) to 0.73 (weighted mean).")
    assert [words.agree(outcome(0.155 + d, mean=0.1)) for d in (-1e-15, 1e-15)] == [False, False]
    assert words.agree(outcome(0.1549, mean=0.1))


def test_a_place_has_no_negative_zero() -> None:
    assert words.range_of({"mean": -1e-12, "p05": -1e-9, "p95": 0.0}) == "0.00"


def test_headline_names_what_lies_in_the_zone(scenario: Any, ids: list[str]) -> None:
    one = zone_of({ids[0]: (0.6, 0.6), ids[1]: (0.2, 0.9)})
    assert signing_words.headline(scenario, one) == (
        "“Proposal number 1” lies in the zone of possible agreement: every signatory accepts with at least 50%."
    )
    two = zone_of({ids[0]: (0.6, 0.6), ids[1]: (0.7, 0.9)})
    assert "“Proposal number 2” and “Proposal number 1” lie in the zone" in signing_words.headline(
        scenario, two
    )
    none = zone_of({ids[0]: (0.6, 0.1), ids[1]: (0.497, 0.9)})
    said = signing_words.headline(scenario, none)
    assert said.startswith("The zone of possible agreement is empty: no proposal is accepted by every")
    assert said.endswith("Closest is “Proposal number 2”, which Ardel accepts with <50%.")


def test_who_blocks_what(scenario: Any, ids: list[str]) -> None:
    zone = zone_of({ids[0]: (0.6, 0.6), ids[1]: (0.2, 0.9), ids[2]: (0.1, 0.2), ids[3]: (0.3, 0.9)})
    assert signing_words.blocked(scenario, zone) == (
        "Ardel blocks “Proposal number 4” and “Proposal number 2”; Ardel and Benn both block “Proposal number 3”."
    )
    assert (
        signing_words.counted(scenario, zone)
        == "Of four proposals, Ardel blocks three, Benn blocks one and nobody blocks one"
    )
    free = zone_of({ids[0]: (0.6, 0.6)})
    assert signing_words.blocked(scenario, free) == "Nobody blocks it."
    assert signing_words.counted(scenario, free) == "Nobody blocks the proposal"
    shut = zone_of({ids[0]: (0.6, 0.1)})
    assert signing_words.counted(scenario, shut) == "Benn blocks the proposal"


def test_who_blocks_how_many_where_all_or_none_are_blocked(scenario: Any, ids: list[str]) -> None:
    def said(*accepts: tuple[float, float]) -> str:
        return signing_words.counted(scenario, zone_of(dict(zip(ids, accepts, strict=False))))

    assert said((0.6, 0.6), (0.7, 0.7)) == "Nobody blocks any of two proposals"
    assert said((0.1, 0.6), (0.2, 0.7)) == "Ardel blocks both proposals"
    assert said((0.1, 0.1), (0.2, 0.2)) == "Ardel and Benn each block both proposals"
    assert said((0.1, 0.6), (0.7, 0.2)) == (
        "Of two proposals, Ardel blocks one, Benn blocks one and none is free of a block"
    )


def test_a_concession_that_works(scenario: Any) -> None:
    assert conceding.concession(scenario, "ARD", concession(), 0.5) == (
        "the cheapest of 12 concessions to Ardel that works moves “Troops” from 1.00 to 0.25 (towards “no foreign troops”); "
        "accepted then by Ardel with 60% and Benn with 80%."
    )


def test_a_concession_that_leaves_another_blocking_does_not_work(scenario: Any, ids: list[str]) -> None:
    """It brings in the one that it is made to; whoever else blocked before still does, and is named."""
    then = {"ARD": 0.94, "BEN": 0.92, "G01": 0.3, "G02": 0.4996}
    found = concession()
    found["cheapest"]["accepts"] = then
    first, second = (Names(scenario).party(g) for g in ("G01", "G02"))
    said = conceding.concession(scenario, "ARD", found, 0.5)
    assert said == (
        "the cheapest of 12 concessions to Ardel that brings it in moves “Troops” from 1.00 to 0.25 (towards “no foreign troops”); "
        f"accepted then by Ardel with 94% and Benn with 92%, but {first} with 30% and {second} with <50% still block the proposal."
    )
    del then["G02"]
    assert conceding.concession(scenario, "ARD", found, 0.5).endswith(
        f", but {first} with 30% still blocks the proposal."
    )
    zone = zone_of({ids[0]: (0.2, 0.9)})
    zone["proposals"][ids[0]]["concessions"]["ARD"] = found
    assert str(conceding.first_concession(scenario, zone)).startswith("None that would bring")


def test_a_concession_the_other_way_names_the_other_end(scenario: Any) -> None:
    assert conceding.moves(scenario, {"troops": {"from": 0.0, "to": 0.5}}) == (
        "“Troops” from 0.00 to 0.50 (towards “foreign troops in the country”)"
    )


def test_no_concession_works(scenario: Any) -> None:
    lost = conceding.concession(scenario, "ARD", concession(cheapest=False), 0.5)
    assert lost == (
        "none of 12 concessions brings Ardel in and keeps the others; at most it would accept with 70%, but then another signatory refuses."
    )
    short = {"accepts": 0.4, "enough": False, "moves": {"troops": {"from": 1.0, "to": 0.0}}}
    assert conceding.concession(scenario, "ARD", concession(cheapest=False, most=short), 0.5).endswith(
        "keeps the others; at most it would accept with 40%."
    )
    still = {"accepts": 0.2, "enough": False, "moves": {}}
    assert conceding.concession(scenario, "ARD", concession(cheapest=False, most=still), 0.5) == (
        "none of 12 concessions to Ardel raises what it accepts with, 20%."
    )


def test_too_narrow_for_the_search(scenario: Any) -> None:
    narrow = conceding.concession(scenario, "ARD", concession(cheapest=False, narrow=True, now=0.51), 0.5)
    assert "blocks it so narrowly that on the draws of the search it accepts, with 51%" in narrow


def test_terms_that_a_concession_leaves(scenario: Any, ids: list[str], tmp_path: Path) -> None:
    assert conceding.terms_kept(scenario, ids[0]) is None
    kinds = {type(t).__name__ for t in scenario.proposals[ids[1]].terms}
    told = conceding.terms_kept(scenario, ids[1])
    assert told is not None
    assert told.endswith(("stay as they are.", "stays as it is."))
    assert ("pledge" in told) == ("Pledge" in kinds)
    assert conceding.terms_kept(positions(tmp_path, parties=2), "x") is None


def test_a_solution_is_told_with_how_often(scenario: Any, ids: list[str]) -> None:
    zone = zone_of({ids[0]: (0.6, 0.6), ids[1]: (0.2, 0.9)})
    zone["solutions"]["nash"] = {"chosen": {ids[0]: 0.2, ids[1]: 0.7}, "none": 0.1}
    assert (
        signing_words.solution(scenario, zone, "nash")
        == "Nash: “Proposal number 2” in 70% of draws; none in 10%."
    )
    zone["solutions"]["egalitarian"] = {"chosen": dict.fromkeys(ids[:2], 0.0), "none": 1.0}
    assert signing_words.solution(scenario, zone, "egalitarian").startswith("Egalitarian: none in any draw")
    zone["solutions"]["egalitarian"] = {"chosen": {}, "none": 1.0}
    assert signing_words.solution(scenario, zone, "egalitarian").startswith(
        "Egalitarian: nothing to choose among"
    )


def test_the_zone_says_what_it_rests_on(scenario: Any, ids: list[str]) -> None:
    zone = zone_of({ids[0]: (0.6, 0.6), ids[1]: (0.2, 0.9)})
    assert (
        "means of 512 draws, concessions tried on 64, the cheapest that may work again on 512."
        in signing_words.basis(zone)
    )
    assert signing_words.open_share(scenario, zone).startswith("In 75% of draws at least one proposal")


def test_caveats_appear_where_they_hold(tmp_path: Path) -> None:
    file = positions(tmp_path, parties=3)
    found = found_of(file)
    said = " ".join(words.caveats(file, found))
    assert "The challenge model does not always settle (“Issue 0” in 40% of draws" in said
    assert "The spatial model" not in said
    assert "military strength" not in said
    assert "scaled down" not in said
    found |= {
        "influence_is_strength": True,
        "scaled_down": {"P00": 1.0, "P02": 0.25},
        "left_out": {"issue_1": "nobody has a position on it"},
        "models_left_out": {"nash": "it is so", "egalitarian": "it is so"},
    }
    said = " ".join(words.caveats(file, found))
    assert "military strength stands in for it" in said
    assert (
        "Saliences that sum to more than 1 are scaled down to 1: Party 0 and Party 2 (in 25% of draws)."
        in said
    )
    assert "“Issue 1” is left out: nobody has a position on it." in said
    assert "Left out: Nash and egalitarian, as it is so." in said
