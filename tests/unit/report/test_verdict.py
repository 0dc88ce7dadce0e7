"""The sentences of the first screen: right for one proposal and many, and never surer than the numbers."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.report.answers import Answers, read
from holdfast.report.sections.verdict import explained, headline, hinging, sentences, sureness, warnings


def spread(mean: float, width: float = 0.1) -> dict[str, float]:
    return {"mean": mean, "p05": max(mean - width / 2, 0), "p95": min(mean + width / 2, 1)}


def answers(
    *proposals: tuple[float, float],
    width: float = 0.1,
    both: float | None = None,
    manifest: dict[str, Any] | None = None,
    **more: Any,
) -> Answers:
    """Return answers of proposals given as (signed, holds ten years)."""
    best = [s * h for s, h in proposals]
    return read(
        {
            "scenario": "A war",
            "as_of": "2025-01-01",
            "draws": 4096,
            "seed": 1,
            "fragile": 0.0,
            "not_converged": 0.0,
            "no_agreement": {"value": {}},
            "hinges": [],
            "proposals": {
                f"p{k}": {
                    "title": f"Offer {'ABCDEFGH'[k]}",
                    "signed": spread(s, width),
                    "holds": {"10": spread(h, width)},
                    "signed_and_holds_10": spread(s * h if both is None else both, width),
                    "best": float(k == best.index(max(best))),
                    "weakest_link": None,
                }
                for k, (s, h) in enumerate(proposals)
            },
            **more,
        },
        manifest,
    )


NEAREST = (
    "No proposal is more likely than not to do both; “Offer A” comes nearest: signing and, once signed, "
    "holding ten years are each more likely than not."
)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            answers((0.9, 0.9)),
            "The proposal is more likely than not to be signed and then to hold ten years.",
        ),
        (
            answers((0.9, 0.9), (0.2, 0.2)),
            "Only “Offer A” is more likely than not to be signed and then to hold ten years.",
        ),
        (
            answers((0.9, 0.9), (0.8, 0.8), (0.1, 0.1)),
            "Two of three proposals are more likely than not to be signed and then to hold ten years; “Offer A” is ahead.",
        ),
        (
            answers((0.9, 0.2), (0.1, 0.9)),
            "What is more likely than not to be signed is not likely to hold ten years; what would hold is not likely to be signed.",
        ),
        (
            answers((0.9, 0.2), (0.8, 0.2)),
            "Two proposals are more likely than not to be signed, but none is more likely than not to hold ten years.",
        ),
        (
            answers((0.9, 0.2), (0.1, 0.2)),
            "“Offer A” is more likely than not to be signed, but none is more likely than not to hold ten years.",
        ),
        (
            answers((0.1, 0.9), (0.1, 0.2)),
            "No proposal is more likely than not to be signed; “Offer A” would more likely than not hold if signed.",
        ),
        (
            answers((0.1, 0.1), (0.1, 0.2)),
            "No proposal is more likely than not to be signed, and none is more likely than not to hold ten years.",
        ),
        (answers((0.6, 0.6), (0.1, 0.2)), NEAREST),
        (
            answers((0.1, 0.1)),
            "The proposal is more likely to be refused than signed, and more likely to fail within ten years than to hold.",
        ),
    ],
)
def test_the_headline_says_which_does_both(found: Answers, said: str) -> None:
    assert headline(found) == said


def test_a_headline_is_hedged_where_the_interval_has_one_half_inside() -> None:
    assert headline(answers((0.8, 0.8), width=0.6)).endswith("though that could go either way.")
    could = "in the more favourable draws, one in 20 or more, {} is more likely than not to be signed and to hold ten years."
    assert headline(answers((0.6, 0.6), width=0.6)).endswith(f"It could still do both: {could.format('it')}")
    assert headline(answers((0.6, 0.6), (0.6, 0.65), width=0.6)).endswith(
        f"“Offer B” and “Offer A” could still do both: {could.format('each')}"
    )
    assert "one would" not in headline(answers((0.1, 0.6), (0.1, 0.2), width=0.6))
    assert "“Offer A” would on balance hold if signed" in headline(answers((0.1, 0.6), (0.1, 0.2), width=0.6))
    assert "“Offer A” is on balance more likely than not to be signed" in headline(
        answers((0.6, 0.1), (0.1, 0.2), width=0.6)
    )


def test_no_proposal_at_all() -> None:
    assert headline(answers()) == "There is no proposal to compare."
    assert sentences(answers(), str) == []


def test_every_question_is_answered_with_a_number_and_its_interval() -> None:
    told = dict(sentences(answers((0.9, 0.2), (0.2, 0.6)), str))
    assert told["Which would be signed?"] == (
        "More likely than not: 1 “Offer A” (90%; 85–95%). The other one is more likely to be refused than signed."
    )
    assert "(60%; 55–65%)" in told["Which would hold ten years, once signed?"]
    assert told["Does any do both?"].startswith("None is more likely than not to.")


def test_what_could_go_either_way_is_named() -> None:
    told = dict(sentences(answers((0.6, 0.6), (0.6, 0.65), (0.05, 0.05), width=0.6), str))
    assert "It could go either way for 1 “Offer B” and 2 “Offer A”." in told["Which would be signed?"]
    assert "could go either way for 1 “Offer B” and 2 “Offer A”." in told["How sure is that?"]


def test_the_lead_is_called_firm_only_where_it_is() -> None:
    found = answers((0.9, 0.9), (0.2, 0.2))
    assert sureness(found).startswith("The lead is firm: 1 “Offer A” is the best in 100% of draws")
    assert sureness(found).endswith("lies on one side of one half.")


@pytest.mark.parametrize(
    ("draws", "tail"), [(8, "not one draw"), (64, "about three draws"), (255, "about 13 draws")]
)
def test_few_draws_are_said_to_give_rough_intervals(draws: int, tail: str) -> None:
    (told,) = warnings(answers((0.9, 0.9), draws=draws))
    assert f"the 5–95% intervals are rough: {tail} in each tail" in told
    assert warnings(answers((0.9, 0.9), draws=256)) == []


def test_fragile_and_unconverged_draws_are_said() -> None:
    told = warnings(answers((0.9, 0.9), fragile=0.2, not_converged=0.001))
    assert told[0].startswith("20% of draws are fragile")
    assert told[1].startswith("<1% of draws did not converge")
    assert warnings(answers((0.9, 0.9))) == []


def hinge(name: str, share: float, *, sourced: bool) -> dict[str, Any]:
    return {
        "outcome": "best",
        "proposal": None,
        "input": name,
        "share_of_variance": share,
        "error": 0.01,
        "sourced": sourced,
        "tipping_value": None,
    }


def test_what_it_hinges_on_says_how_much_is_judgement() -> None:
    hinges = [hinge("a", 0.3, sourced=False), hinge("b", 0.1, sourced=True), hinge("c", -0.01, sourced=True)]
    found = answers((0.9, 0.9), (0.2, 0.2), hinges=hinges)
    assert explained(found, "best", None) == pytest.approx((0.4, 0.75))
    told = hinging(found, str.upper)
    assert "“A” (30% of its variance) and “B” (10% of its variance)." in told
    assert "Each on its own, inputs explain 40%" in told
    assert "75% of what inputs explain has no source, but a judgement or nothing named" in told
    assert explained(found, "signed", "p0") is None


def test_what_inputs_explain_is_the_manifests_where_there_is_one() -> None:
    entry = {"outcome": "best", "proposal": None, "share_of_variance": 0.6, "unsourced": 0.15}
    hinges = [hinge("a", 0.3, sourced=False)]
    found = answers((0.9, 0.9), (0.2, 0.2), manifest={"explained": [entry]}, hinges=hinges)
    assert explained(found, "best", None) == pytest.approx((0.6, 0.25))
    assert hinging(found, str).endswith(
        "25% of what inputs explain has no source, but a judgement or nothing named (inputs too slight to be told from chance "
        "are not counted)."
    )


def test_what_inputs_explain_together_is_never_said_to_be_less_than_one_of_them_does() -> None:
    entry = {"outcome": "best", "proposal": None, "share_of_variance": 0.2, "unsourced": 0.1}
    hinges = [hinge("a", 0.3, sourced=False)]
    found = answers((0.9, 0.9), (0.2, 0.2), manifest={"explained": [entry]}, hinges=hinges)
    assert (
        "Each on its own, inputs explain 30%; the rest is their interplay, or too small to tell at 4,096 draws."
        in hinging(found, str)
    )


def test_a_share_that_may_be_chance_is_no_hinge() -> None:
    found = answers((0.9, 0.9), (0.2, 0.2), hinges=[hinge("a", 0.015, sourced=False)])
    assert hinging(found, str).startswith("On no single input")
    slight = answers((0.9, 0.9), (0.2, 0.2), hinges=[hinge("a", 0.05, sourced=False)])
    assert "hinges on no single input. The largest is “a” (5% of its variance)." in hinging(slight, str)


def test_ranking_is_by_the_mean_of_both_and_ties_are_by_id() -> None:
    found = answers((0.2, 0.2), (0.9, 0.9), (0.2, 0.2))
    assert [p.id for p in found.proposals] == ["p1", "p0", "p2"]
    assert [p.rank for p in found.proposals] == [1, 2, 3]
