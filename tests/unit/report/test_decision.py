"""The page of `holdfast decide`: what it finds in published rules, and that it is whole, escaped and the same again."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import pytest

from holdfast.report.coalitions import Decision
from holdfast.report.decision import decision_page, write_decision_page
from holdfast.report.measures import EXPLAINED, measure
from holdfast.report.rendering import MOST_BYTES
from holdfast.scenario import BodyFile, load_bodies
from holdfast.study.decide import decide
from tests.unit.report.markup import Element, parse
from tests.unit.report.synthetic_file import quote

NASTY = "<b onclick='x'>A & \"B\" {{ 7*7 }}</b>"
HEAD = ["holdfast: 1", "title: Made up", "as_of: 2025-09-04"]


def bodies_of(folder: Path, rule: str, names: dict[str, str], more: str = "") -> BodyFile:
    """Return a file of one body with these members."""
    lines = [*HEAD, "parties:", *(f"  {m}: {{name: {quote(name)}}}" for m, name in names.items())]
    lines += ["bodies:", "  board:", f"    members: [{', '.join(names)}]", f"    rule: {rule}", more]
    path = folder / "bodies.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return load_bodies(path)


def catalogue(root: Path, name: str) -> BodyFile:
    return load_bodies(root / "catalog" / "bodies" / f"{name}.yaml")


def section(page: str, name: str) -> Element:
    (found,) = [e for e in parse(page).walk() if e.attributes.get("id") == name]
    return found


def answers(page: str) -> dict[str, str]:
    first = section(page, "answer")
    pairs = zip(first.find("dt"), first.find("dd"), strict=True)
    return {question.text(): answer.text().replace("\u2060", "") for question, answer in pairs}


def measures(page: str) -> dict[str, dict[str, str]]:
    """Return the table of measures: cells by member and heading."""
    table = next(
        t for t in parse(page).find("table") if "Each member that votes" in t.find("caption")[0].text()
    )
    head, *rows = table.find("tr")
    names = [cell.text() for cell in head.children]
    return {
        row.children[0].text(): dict(zip(names, (c.text() for c in row.children), strict=True))
        for row in rows
    }


@pytest.fixture(scope="module")
def council(root: Path) -> tuple[BodyFile, dict[str, Any]]:
    file = catalogue(root, "un-security-council")
    return file, decide(file, "council")


@pytest.fixture(scope="module")
def pages(root: Path, council: tuple[BodyFile, dict[str, Any]]) -> dict[str, str]:
    osce, paris = catalogue(root, "osce"), load_bodies(root / "catalog" / "paris-2025" / "scenario.yaml")
    return {
        "one": decision_page(council[0], [council[1]]),
        "several": decision_page(osce, [decide(osce, body) for body in sorted(osce.bodies)]),
        "support": decision_page(paris, [decide(paris, "p5-attacker-recused", "RUS", draws=64)]),
        "attacker": decision_page(paris, [decide(paris, "p5", "RUS", draws=64)]),
    }


def test_the_security_council_in_words(pages: dict[str, str]) -> None:
    found = answers(pages["one"])
    assert section(pages["one"], "answer-heading").text() == (
        "China, France, Britain, Russia and United States can each block alone"
    )
    assert found["What are the smallest groups that can block?"].startswith(
        "Without those: any seven of the 10 members"
    )
    decides = found["What are the smallest groups that can decide, whatever the others vote?"]
    assert decides.startswith(
        "Nine members, namely China, France, Britain, Russia and United States with any four of the 10 members"
    )
    assert found["How many of all coalitions win?"] == "848 of 32,768 (2.6%)."
    assert "a veto is a vote against" in found["What else matters here?"]
    assert "How likely is a decision?" not in found


def test_the_picture_says_who_has_more_power_than_votes_members_alike_together(pages: dict[str, str]) -> None:
    (figure,) = parse(pages["one"]).find("figure")
    # 5 x 421/2145 = 98.1% and 10 x 4/2145 = 1.9%
    assert figure.find("h3")[0].text() == (
        "China, France, Britain, Russia and United States together have 98.1% of the power with 33.3% of the votes; "
        "Denmark, Algeria, Greece and 7 more together, 1.9% with 66.7%"
    )
    (picture,) = figure.find("svg")
    assert (
        "Denmark and 9 more, each: 0.2% of the power, 6.7% of the votes" in picture.attributes["aria-label"]
    )
    assert [row.children[0].text() for row in figure.find("table")[0].find("tr")[1:]] == [
        "China and 4 more, each",
        "Denmark and 9 more, each",
    ]


def test_57_equal_members_are_one_row(root: Path) -> None:
    osce = catalogue(root, "osce")
    page = decision_page(osce, [decide(osce, "consensus")])
    (figure,) = parse(page).find("figure")
    assert figure.find("h3")[0].text() == "All 57 members have the same power: 1.8% each"
    assert len(figure.find("table")[0].find("tr")) == 2
    assert len(measures(page)) == 57


def test_the_table_has_the_numbers_that_were_found(council: tuple[BodyFile, dict[str, Any]]) -> None:
    file, found = council
    table = measures(decision_page(file, [found]))
    assert len(table) == 15
    for member, own in found["members"].items():
        row = table[f"{file.parties[member].name} ({member})"]
        for key, (heading, _) in EXPLAINED.items():
            if own[key] is None:
                assert heading not in row
            else:
                assert row[heading] == measure(own[key])
        assert row["alone"] == ("can block" if own["veto"] else "needs others")
    assert table["China (CHN)"]["Shapley–Shubik"] == "0.19627"
    assert table["China (CHN)"]["Coleman, to prevent"] == "1"


def test_changed_numbers_change_the_page(council: tuple[BodyFile, dict[str, Any]]) -> None:
    file, found = council
    members = {m: dict(own) for m, own in found["members"].items()}
    members["CHN"]["holler"] = 0.54321
    page = decision_page(file, [{**found, "members": members, "winning": 847}])
    assert measures(page)["China (CHN)"]["Holler"] == "0.54321"
    assert answers(page)["How many of all coalitions win?"].startswith("847 of")


def test_support_gives_how_likely_a_decision_is_and_who_could_raise_it(
    root: Path, pages: dict[str, str]
) -> None:
    found = answers(pages["support"])
    assert re.fullmatch(r"Very unlikely: \d+% \(.+%\)\.", found["How likely is a decision?"])
    assert found["Whose change of mind would raise that most?"].startswith(
        "China: a sure yes in place of a sure no would raise the probability by"
    )
    assert (
        found["What else matters here?"]
        == "Russia has attacked and is recused: it neither votes nor is needed."
    )
    assert "Russia (RUS)" not in measures(pages["support"])


def test_an_attacker_that_can_block_is_named_first(pages: dict[str, str]) -> None:
    heading = section(pages["attacker"], "answer-heading").text()
    assert heading == "No decision can pass after an attack by Russia: it votes no and can block alone"
    assert answers(pages["attacker"])["How likely is a decision?"] == "It never passes."
    assert answers(pages["attacker"])["Whose change of mind would raise that most?"].startswith(
        "Nobody’s: as long as Russia"
    )


def test_sources_of_the_body_are_listed_and_linked(pages: dict[str, str]) -> None:
    sources = section(pages["one"], "sources")
    cited = {a.attributes["href"] for a in sources.find("a") if a.attributes["href"].startswith("#")}
    assert cited == {
        "#source-un-charter-27",
        "#source-brill-rosenne-voting",
        "#source-wikipedia-veto-abstention",
        "#source-ukrinform-2025-01-01-members",
    }
    assert len(sources.find("tr")) == 5
    assert "the five permanent members" not in sources.text()
    assert "a judgement" in section(pages["support"], "sources").text()


def test_what_was_left_out_is_said_with_its_reason(root: Path) -> None:
    eu = catalogue(root, "eu-council")
    found = decide(eu, "qualified-majority")
    assert set(found["left_out"]) == {"johnston"}
    page = decision_page(eu, [found])
    assert f"Johnston: {found['left_out']['johnston']}" in parse(page).text()
    assert "Johnston" not in measures(page)["Germany (DEU)"]
    assert answers(page)["What are the smallest groups that can block?"].startswith(
        "Four members, such as Germany"
    )
    assert "Only a part of the rule weighs its members" in parse(page).text()
    germany = next(
        row for row in parse(page).find("figure")[0].find("tr") if row.text().startswith("Germany")
    )
    assert [cell.text() for cell in germany.children][2:4] == ["17.6%", "18.5%"]


@pytest.mark.parametrize(
    ("rule", "heading", "standing"),
    [
        ("{quota: 5, weights: {A: 5, B: 2}}", "Alder decides alone", ["decides", "changes nothing", "changes nothing"]),
        ("{quota: 1}", "Nobody can block alone: it takes three members to block and one member to decide", ["can decide"] * 3),
        ("{quota: 2}", "Nobody can block alone: it takes two members to block and two members to decide", ["needs others"] * 3),
        ("{quota: 1, veto: [B]}", "Birch decides alone", ["changes nothing", "decides", "changes nothing"]),
        ("{quota: 2, veto: [B]}", "Birch can block alone", ["needs others", "can block", "needs others"]),
    ],
)  # fmt: skip
def test_rules_small_enough_to_work_out_by_hand(
    tmp_path: Path, rule: str, heading: str, standing: list[str]
) -> None:
    file = bodies_of(tmp_path, rule, {"A": "Alder", "B": "Birch", "C": "Cedar"})
    page = decision_page(file, [decide(file, "board")])
    assert section(page, "answer-heading").text() == heading
    table = measures(page)
    assert [table[name]["alone"] for name in ("Alder (A)", "Birch (B)", "Cedar (C)")] == standing


def test_recusal_and_rules_that_nothing_meets_are_said(tmp_path: Path) -> None:
    file = bodies_of(tmp_path, "{quota: 2, recuse: attacker}", {"A": "Alder", "B": "Birch", "C": "Cedar"})
    free, after = (decision_page(file, [decide(file, "board", attacker)]) for attacker in (None, "A"))
    assert answers(free)["What else matters here?"] == (
        "The rule recuses the attacker, and nobody is named here: all members vote."
    )
    assert section(free, "answer-heading").text().startswith("Nobody can block alone")
    assert section(after, "answer-heading").text() == "Birch and Cedar can each block alone"
    nothing = {**decide(file, "board"), "winning": 0, "smallest_winning": [], "minimal_blocking": [[]]}
    heading = section(decision_page(file, [nothing]), "answer-heading").text()
    assert heading == "No decision can pass, even if all who may vote say yes"


def test_markup_in_names_is_text(tmp_path: Path) -> None:
    more = f"    name: {quote(NASTY)}\n    description: {quote(NASTY)}\n    support: {{A: 0.5, B: 0.5}}"
    file = bodies_of(tmp_path, "{quota: 2}", {"A": NASTY, "B": "<script>alert(1)</script>"}, more)
    page = decision_page(file, [decide(file, "board", draws=16)])
    tree = parse(page)
    assert not tree.find("b", "script")
    assert not [name for element in tree.walk() for name in element.attributes if name.startswith("on")]
    assert tree.find("h1")[0].text() == NASTY
    assert f"{NASTY} (A)" in measures(page)


def test_members_with_one_name_are_told_apart(tmp_path: Path) -> None:
    file = bodies_of(tmp_path, "{quota: 2}", {"A": "Same", "B": "Same"})
    assert set(measures(decision_page(file, [decide(file, "board")]))) == {"Same (A)", "Same (B)"}


def test_kinds_count_the_coalitions_alike(council: tuple[BodyFile, dict[str, Any]]) -> None:
    decision = Decision(*council)
    blocking, deciding = decision.kinds("minimal_blocking"), decision.kinds("smallest_winning")
    assert [(kind.size, kind.number) for kind in blocking] == [(1, 5), (7, 120)]
    assert [(kind.size, kind.number) for kind in deciding] == [(9, 210)]
    assert decision.complete(blocking, "minimal_blocking_number")
    assert not decision.complete(blocking[:1], "minimal_blocking_number")


def test_several_bodies_stand_side_by_side(pages: dict[str, str]) -> None:
    tree = parse(pages["several"])
    assert section(pages["several"], "answer-heading").text() == (
        "Under three of four decision rules some member can block alone, under one nobody can block alone"
    )
    table = section(pages["several"], "answer").find("table")[0]
    rows = {row.children[0].text(): [c.text() for c in row.children[1:]] for row in table.find("tr")[1:]}
    assert rows["OSCE, consensus"] == ["57", "57", "1", "57", "<0.1%"]
    assert rows["OSCE, one objection is not enough"] == ["57", "0", "2", "56", "<0.1%"]
    assert len(tree.find("figure")) == 4


def test_it_is_a_whole_page_that_opens_offline(pages: dict[str, str]) -> None:
    for text in pages.values():
        tree = parse(text)
        assert len(text.encode()) < MOST_BYTES
        assert "default-src 'none'" in text
        assert not tree.find("script", "iframe", "object", "embed", "img")
        assert not re.search(r"url\((?!#)|@import", text)
        ids = [e.attributes["id"] for e in tree.walk() if "id" in e.attributes]
        assert len(ids) == len(set(ids))
        for link in tree.find("a"):
            assert link.attributes["href"].startswith(("#", "https://", "http://"))
            if link.attributes["href"].startswith("#"):
                assert link.attributes["href"][1:] in ids
        for reference in re.findall(r"url\(#([^)]+)\)", text):
            assert reference in ids


def test_it_keeps_the_conventions_of_the_report(pages: dict[str, str]) -> None:
    for text in pages.values():
        tree = parse(text)
        assert tree.find("a")[0].attributes == {"class": "skip", "href": "#answer"}
        levels = [int(heading.tag[1]) for heading in tree.find("h1", "h2", "h3", "h4")]
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
        for table in tree.find("table"):
            assert table.find("caption")[0].text()
            assert all(cell.attributes.get("scope") == "col" for cell in table.find("tr")[0].children)
        for picture in tree.find("svg"):
            assert picture.attributes["role"] == "img"
            assert len(picture.attributes["aria-label"]) > 20
        labels = [picture.attributes["aria-label"] for picture in tree.find("svg")]
        assert len(labels) == len(set(labels))
        assert not re.search(r"\bnan\b|\bnone\b:", tree.text().lower())


def test_the_same_findings_give_the_same_bytes(root: Path, tmp_path: Path) -> None:
    written: list[bytes] = []
    for name in ("one.html", "two.html"):
        file = catalogue(root, "un-security-council")
        write_decision_page(file, [decide(file, body) for body in file.bodies], tmp_path / name)
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]
