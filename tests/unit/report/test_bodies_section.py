"""The section on the bodies that decide: who can block, and what other rules would change."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from holdfast.report import page
from holdfast.scenario import Scenario, load_scenario, sample
from holdfast.study.decide import decide, passing_under
from holdfast.study.reader import Reader
from tests.unit.report.markup import Element, parse
from tests.unit.report.synthetic import Study, build
from tests.unit.report.synthetic_file import Shape

DRAWS = 64
P5 = "the five permanent members, each with a veto"


def sections(text: str) -> dict[str, Element]:
    return {e.attributes["id"]: e for e in parse(text).find("section")}


def study_page(study: Study) -> str:
    return page(study.scenario, study.summary, study.draws, study.manifest)


def paris_page(scenario: Scenario, proposals: list[str], folder: Path) -> str:
    """Return a page of these proposals; all that is made up is what the section does not read."""
    made = build(folder, Shape(proposals=len(proposals), pledges=False, hinges=False, draws=DRAWS))
    entries = zip(proposals, made.summary["proposals"].values(), strict=True)
    summary = {**made.summary, "proposals": dict(entries)}
    column = made.draws.column_names.index("proposal")
    ids = dict(zip(made.summary["proposals"], proposals, strict=True))
    renamed = [ids[name] for name in made.draws["proposal"].to_pylist()]
    draws = made.draws.set_column(column, "proposal", [renamed])
    return page(scenario, summary, draws, made.manifest)


@pytest.fixture(scope="module")
def paris(root: Path) -> Scenario:
    return load_scenario(root / "catalog" / "paris-2025" / "scenario.yaml")


@pytest.fixture(scope="module")
def naming(paris: Scenario) -> list[str]:
    """Proposals of the Paris scenario in which some pledge names the five."""
    return [
        id_
        for id_, proposal in paris.proposals.items()
        if any(pledge.body_of(m) == "p5" for pledge in proposal.pledges for m in paris.members(pledge.by))
    ]


@pytest.fixture(scope="module")
def section(paris: Scenario, naming: list[str], tmp_path_factory: pytest.TempPathFactory) -> Element:
    return sections(paris_page(paris, naming, tmp_path_factory.mktemp("paris")))["bodies"]


def plain(element: Element) -> str:
    return element.text().replace("\u2060", "")


def test_it_stands_after_the_enforcement_chain(tmp_path: Path) -> None:
    order = list(sections(study_page(build(tmp_path, Shape(proposals=2, draws=DRAWS)))))
    assert order.index("bodies") == order.index("enforcement") + 1


def test_no_section_where_no_pledge_names_a_body(tmp_path: Path) -> None:
    assert "bodies" not in sections(
        study_page(build(tmp_path, Shape(proposals=2, pledges=False, draws=DRAWS)))
    )


def test_no_section_where_the_proposals_compared_name_none(
    paris: Scenario, naming: list[str], tmp_path: Path
) -> None:
    others = [id_ for id_ in paris.proposals if id_ not in naming]
    assert others
    assert "bodies" not in sections(paris_page(paris, others[:2], tmp_path))


def test_the_five_cannot_decide_after_an_attack_by_one_of_them(section: Element) -> None:
    text = plain(section)
    assert "Russia has attacked and votes no, which blocks every decision." in text
    assert "It never decides to help." in text
    assert "Nobody’s: as long as Russia votes no, nothing passes" in text
    assert "after an attack by Ukraine" not in text


def test_a_body_that_no_proposal_uses_is_left_out(section: Element) -> None:
    assert "the five permanent members, the attacker recused" not in plain(section).replace(
        "The five", "the five"
    )


def test_the_title_names_what_recusal_would_change(section: Element, paris: Scenario) -> None:
    reader = Reader(sample(paris, start=0, count=DRAWS, seed=1))
    under = passing_under(paris, "p5", "RUS", reader)
    found = under["every member a veto, the attacker recused"], under["two thirds, the attacker recused"]
    assert found[0] is not None
    assert found[1] is not None
    title = plain(section.find("figure")[0].find("h3")[0])
    assert title == (
        f"After an attack by Russia, “{P5}” would never decide; with the attacker recused it would with probability "
        f"{100 * found[0]['mean']:.0f}% and by two thirds of the others with {100 * found[1]['mean']:.0f}%"
    )


def test_the_table_has_every_rule_with_its_probability(section: Element, paris: Scenario) -> None:
    reader = Reader(sample(paris, start=0, count=DRAWS, seed=1))
    under = passing_under(paris, "p5", "RUS", reader)
    head, row = section.find("figure")[0].find("table")[0].find("tr")
    labels = [cell.text() for cell in head.children][1:]
    assert labels == [label.replace("any 1 may act", "any one member may act") for label in under]
    means = [int(re.match(r"\d+", cell.text())[0]) for cell in row.children[1:]]  # type: ignore[index]
    assert means == [round(100 * spread["mean"]) for spread in under.values() if spread is not None]


def test_it_says_whose_vote_would_matter_once_the_attacker_is_recused(
    section: Element, paris: Scenario
) -> None:
    found = decide(paris, "p5-attacker-recused", "RUS", draws=DRAWS, seed=1)
    pivots = {m: own["pivotality"] for m, own in found["members"].items()}
    most = max(pivots, key=lambda m: pivots[m])
    told = f"{paris.parties[most].name}: a sure yes in place of a sure no would raise the probability by {100 * pivots[most]:.0f} points"
    assert (
        f"Were Russia recused under the same rule, it would decide with a probability of {100 * found['passes']['mean']:.0f}%"
        in plain(section)
    )
    assert told in plain(section)


def test_the_simplification_is_said_in_words(section: Element) -> None:
    assert "Each member’s support is taken to be the same whatever the rule" in plain(section)


def test_the_study_says_how_likely_the_body_is_to_decide(tmp_path: Path) -> None:
    study = build(tmp_path, Shape(proposals=2, guarantors=2, draws=DRAWS))
    decided = study.summary["proposals"]["offer-2"]["decide"]["council"]["mean"]
    text = plain(sections(study_page(study))["bodies"])
    assert f"It decides to help with a probability of {100 * decided:.0f}% (" in text
    assert "any one of Guarantor G01 and Guarantor G02: a sure yes" in text.replace("Any one", "any one")


def test_names_from_the_file_are_text(tmp_path: Path) -> None:
    nasty = "<script>alert(1)</script> {}"
    text = study_page(build(tmp_path, Shape(proposals=2, guarantors=2, draws=DRAWS, name=nasty)))
    assert "<script" not in text
    assert "<script>alert(1)</script> G01" in plain(sections(text)["bodies"])
