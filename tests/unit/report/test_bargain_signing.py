"""What could be signed, who blocks, and what would bring them in: on the first screen, in the terminal and on the map."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from rich.console import Console, Group

from holdfast.report.bargain import conceding, signing_words
from holdfast.report.figures.zone_map import Spot, zone_map
from holdfast.report.names import Names
from holdfast.report.words import Spread
from holdfast.report.zone_table import zone_table
from tests.unit.report.made_up_bargaining import found_of, paged, spread, terminal, zone_of
from tests.unit.report.markup import parse


def signed_by(scenario: Any, signatories: dict[str, tuple[str, ...]]) -> Any:
    """Return the scenario with other signatories of some proposals."""
    own = {
        p: scenario.proposals[p].model_copy(update={"signatories": s})
        for p, s in signatories.items()
    }  # fmt: skip
    return scenario.model_copy(update={"proposals": {**scenario.proposals, **own}})


class TestWhatCouldBeSigned:
    def test_a_share_of_draws_is_no_probability_of_signing(self, scenario: Any, ids: list[str]) -> None:
        said = signing_words.open_share(scenario, zone_of({ids[0]: (0.6, 0.7)}))
        assert "That is no probability of signing." in said
        assert said.endswith("accepted by all at once: “Proposal number 1” is with 42% (32–52%).")

    def test_what_is_too_close_to_tell_is_said(self, scenario: Any, ids: list[str]) -> None:
        zone = zone_of({ids[0]: (0.51, 0.7), ids[1]: (0.49, 0.7)})
        for p in ids[:2]:
            zone["proposals"][p]["close"] = ["ARD"]
        assert signing_words.headline(scenario, zone).endswith(
            "For Ardel that is too close to tell on so few draws."
        )
        rows = zone["proposals"]
        assert signing_words.blockers(scenario, ids[0], rows[ids[0]]) == "nobody (Ardel narrowly)"
        assert signing_words.blockers(scenario, ids[1], rows[ids[1]]) == "Ardel (narrowly)"

    def test_draws_in_a_zone_that_is_empty_on_average(self, scenario: Any, ids: list[str]) -> None:
        zone = zone_of({ids[0]: (0.2, 0.9)})
        assert "though over all draws none is on average. That is no" in signing_words.open_share(
            scenario, zone
        )
        shut = signing_words.open_share(scenario, zone | {"open_share": 0.0})
        assert shut == "In no draw is a proposal accepted by all its signatories with at least 50% each."

    def test_a_threshold_is_given_as_asked_for(self, scenario: Any, ids: list[str]) -> None:
        zone = zone_of({ids[0]: (0.6, 0.7)}, threshold=0.001)
        assert "with at least 0.1%" in signing_words.headline(scenario, zone)
        assert "at least 0.1% each" in signing_words.open_share(scenario, zone)
        assert signing_words.below(0.9985, 0.999) == "<99.9%"

    def test_the_first_screen_has_the_cheapest_concession(self, scenario: Any, ids: list[str]) -> None:
        zone = zone_of({ids[0]: (0.6, 0.6), ids[1]: (0.2, 0.9), ids[2]: (0.1, 0.2)})
        told = conceding.first_concession(scenario, zone)
        assert told == (
            "For “Proposal number 2”, to Ardel: “Troops” from 1.00 to 0.25 (towards “no foreign troops”); Ardel then accepts with 60%. "
            "One was found for one of two blocked proposals."
        )
        html = paged(scenario, {**found_of(scenario), "zone": zone})
        assert "What is the cheapest concession? " + told in html
        assert conceding.first_concession(scenario, zone_of({ids[0]: (0.6, 0.6)})) is None
        zone["proposals"][ids[1]]["concessions"]["ARD"]["cheapest"] = None
        assert conceding.first_concession(scenario, zone) == (
            "None that would bring two blocked proposals into the zone was found among those tried. Where several block, a concession to "
            "one of them does not bring in the others."
        )

    def test_where_the_file_says_what_a_blocker_accepts_nothing_was_tried(
        self, scenario: Any, ids: list[str]
    ) -> None:
        """Concessions are tried for principals only; "none was found among those tried" would say otherwise."""
        zone = zone_of({ids[0]: (0.6, 0.7)})
        row = zone["proposals"][ids[0]]
        row["accepts"]["G01"] = spread(0.1)
        row |= {"blocks": ["G01"], "inside": False}
        name = Names(scenario).party("G01")
        said = f"o concession to {name} can be tried: what it accepts is given in the file."
        assert conceding.first_concession(scenario, zone) == f"N{said}"
        assert f"“Proposal number 1”: n{said}" in terminal(scenario, {**found_of(scenario), "zone": zone})
        html = paged(scenario, {**found_of(scenario), "zone": zone})
        assert f"What is the cheapest concession? N{said}" in html
        assert f"1 “Proposal number 1”: n{said}" in html
        assert "among those tried" not in html

    def test_to_some_a_concession_can_be_tried_to_others_not(self, scenario: Any, ids: list[str]) -> None:
        zone = zone_of({ids[0]: (0.2, 0.7), ids[1]: (0.1, 0.7)})
        row = zone["proposals"][ids[1]]
        row["accepts"] |= {"G01": spread(0.1), "G02": spread(0.2)}
        row["blocks"] += ["G01", "G02"]
        names = " and ".join(Names(scenario).party(g) for g in ("G01", "G02"))
        end = f"No concession to {names} can be tried: what they accept is given in the file."
        told = conceding.first_concession(scenario, zone)
        assert told is not None
        assert told.endswith(f"One was found for one of two blocked proposals. {end}")
        zone["proposals"][ids[0]]["concessions"]["ARD"]["cheapest"] = None
        told = conceding.first_concession(scenario, zone)
        assert told is not None
        assert told.startswith(
            "None that would bring two blocked proposals into the zone was found among those tried."
        )
        assert told.endswith(end)

    def test_the_end_of_an_arrow_is_numbered(self) -> None:
        here = Spread(0.25, 0.1, 0.4)
        spots = [Spot("1", here, here, (0.6, 0.6)), Spot("2", here, here)]
        picture = parse(zone_map(spots, 0.5, ("Ardel", "Benn"), label="x", key="k")).find("svg")[0]
        texts = [t.text() for t in picture.find("text") if re.fullmatch(r"\d′?", t.text())]
        assert sorted(texts) == ["1", "1′", "2"]

    def test_no_word_on_concessions_where_none_was_tried(self, scenario: Any, ids: list[str]) -> None:
        assert "oncession" not in signing_words.basis(zone_of({ids[0]: (0.6, 0.6)}))
        said = signing_words.basis(zone_of({ids[0]: (0.6, 0.1)}))
        assert "a convention, not a comparison of what it is worth to them" in said

    def test_one_proposal_has_no_others(self, scenario: Any, ids: list[str]) -> None:
        html = paged(scenario, {**found_of(scenario), "zone": zone_of({ids[0]: (0.6, 0.6)})})
        assert "Who blocks the proposal? Nobody blocks it." in html

    def test_the_zone_comes_first(self, scenario: Any, ids: list[str]) -> None:
        said = terminal(scenario, {**found_of(scenario), "zone": zone_of({ids[0]: (0.6, 0.6)})})
        assert said.startswith("Which proposals could be signed")

    def test_proposals_that_a_principal_does_not_sign_are_a_footnote(
        self, scenario: Any, ids: list[str]
    ) -> None:
        """The two that both sign lead, with the share of draws of their own; the others are named in one sentence at the end."""
        file = signed_by(scenario, {ids[0]: ("ARD",), ids[1]: ("BEN", "ARD"), ids[2]: ("G01",)})
        zone = zone_of({ids[0]: (0.9, 0.9), ids[1]: (0.6, 0.7), ids[2]: (0.8, 0.8), ids[3]: (0.2, 0.7)})
        del zone["proposals"][ids[0]]["accepts"]["BEN"]
        zone["proposals"][ids[2]]["accepts"] = {"G01": spread(0.8)}
        assert zone["closest"] == [ids[0], ids[2], ids[1], ids[3]]
        assert signing_words.ordered(file, zone) == [ids[1], ids[3], ids[0], ids[2]]
        assert signing_words.headline(file, zone) == (
            "“Proposal number 2” lies in the zone of possible agreement: every signatory accepts with at least 50%."
        )
        assert signing_words.counted(file, zone) == (
            "Of two proposals that both principals sign, Ardel blocks one and nobody blocks one"
        )
        share = signing_words.open_share(file, zone)
        assert share.startswith("In 63% of draws at least one proposal that both principals sign is accepted")
        assert share.endswith("at once: “Proposal number 2” is with 42% (32–52%).")
        foot = (
            "“Proposal number 1” is not for Benn to sign and “Proposal number 3” is not for Ardel and Benn to sign: what a principal that "
            "does not sign would accept is not asked."
        )
        assert signing_words.unasked(file, zone) == foot
        found = {**found_of(file), "zone": zone}
        assert foot in terminal(file, found)
        html = paged(file, found)
        assert f"Which proposals does a principal not sign? {foot}" in html
        assert html.index("How far may that be off?") < html.index(
            "Which proposals does a principal not sign?"
        )
        assert (
            "Not on the map, as not both principals sign them: 3 Proposal number 1; 4 Proposal number 3."
            in html
        )
        blockers = signing_words.blockers(file, ids[0], zone["proposals"][ids[0]])
        assert blockers == "nobody; Benn does not sign"

    def test_the_zone_is_empty_where_only_others_than_both_principals_agree(
        self, scenario: Any, ids: list[str]
    ) -> None:
        file = signed_by(scenario, {ids[0]: ("ARD",), ids[1]: ("ARD", "BEN")})
        zone = zone_of({ids[0]: (0.9, 0.9), ids[1]: (0.2, 0.7)}, open_share_both=0.0)
        said = signing_words.headline(file, zone)
        assert said.startswith(
            "The zone of possible agreement is empty: no proposal that both principals sign is"
        )
        assert said.endswith("Closest is “Proposal number 2”, which Ardel accepts with 20%.")
        assert signing_words.open_share(file, zone).startswith(
            "In no draw is a proposal that both principals sign accepted"
        )
        assert "Who blocks the proposals? Ardel blocks “Proposal number 2”" in paged(
            file, {**found_of(file), "zone": zone}
        )

    def test_where_both_principals_sign_nothing_together_all_are_told(
        self, scenario: Any, ids: list[str]
    ) -> None:
        file = signed_by(scenario, {ids[0]: ("ARD",), ids[1]: ("ARD",)})
        zone = zone_of({ids[0]: (0.9, 0.9), ids[1]: (0.6, 0.6)}, open_share_both=None)
        assert signing_words.headline(file, zone).startswith(
            "“Proposal number 1” and “Proposal number 2” lie in"
        )
        assert signing_words.open_share(file, zone).startswith("In 75% of draws at least one proposal is")
        assert signing_words.unasked(file, zone) == (
            "“Proposal number 1” and “Proposal number 2” are not for Benn to sign: what a principal that does not sign would accept is "
            "not asked."
        )
        assert signing_words.unasked(scenario, zone) is None

    def test_titles_that_two_share_have_ids_beside_them(self, scenario: Any, ids: list[str]) -> None:
        same = {p: own.model_copy(update={"title": "Same"}) for p, own in scenario.proposals.items()}
        twins = scenario.model_copy(update={"proposals": same})
        said = signing_words.headline(twins, zone_of({ids[0]: (0.6, 0.6), ids[1]: (0.7, 0.7)}))
        assert f"“Same ({ids[1]})” and “Same ({ids[0]})” lie in the zone" in said


@pytest.mark.parametrize("width", [60, 66, 72, 80, 90, 100, 120, 200])
@pytest.mark.parametrize("signatories", [2, 4, 7])
def test_who_blocks_is_whole_at_every_width(
    scenario: Any, ids: list[str], width: int, signatories: int
) -> None:
    """The answer folds, and columns of signatories become lines, before anything of it is cropped."""
    others = [p for p in scenario.parties if p not in scenario.principals][: signatories - 2]
    zone = zone_of({ids[0]: (0.2, 0.6), ids[1]: (0.1, 0.2), ids[2]: (0.7, 0.8)})
    for p in ids[:2]:
        zone["proposals"][p]["accepts"] |= {s: spread(0.33, 0.1) for s in others}
        zone["proposals"][p]["blocks"] += others
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(Group(*zone_table(scenario, zone)))
    lines = console.export_text().splitlines()
    rule = next(n for n, line in enumerate(lines) if line.startswith("──"))
    at = lines[rule - 1].index("who blocks it")
    end = next(n for n, line in enumerate(lines) if line.startswith("“Proposal number 3”"))
    told = " ".join(" ".join(line[at:] for line in lines[rule + 1 : end]).split())
    assert told == " ".join(
        signing_words.blockers(scenario, p, zone["proposals"][p]) for p in zone["closest"]
    )
    asked = " ".join(line[:at] for line in lines[rule + 1 : end])
    assert asked.count("33%") == 2 * len(others)
    assert max(map(len, lines)) <= width
