"""The page itself, over studies of every shape: whole, escaped, accessible, offline, the same bytes again."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from holdfast.errors import HoldfastError
from holdfast.report import page, write_page
from holdfast.report.rendering import MOST_BYTES
from holdfast.report.sections.lead import MOST_POINTS
from holdfast.scenario import load_scenario
from tests.unit.report.markup import Element, parse
from tests.unit.report.synthetic import Study, build
from tests.unit.report.synthetic_file import Shape

NASTY = "<script>alert(1)</script> \"&' {{ 7*7 }} [bold]x[/bold]"
LONG = "A very long title of a proposal that goes on and on, with clause upon clause, " * 4
SHAPES = {
    "usual": Shape(),
    "sanctions only": Shape(proposals=3, guarantors=2, draws=64, sanctions=True),
    "no pledges": Shape(proposals=2, pledges=False, hinges=False),
    "one proposal": Shape(proposals=1),
    "many": Shape(proposals=12, guarantors=40, draws=64),
    "long titles": Shape(proposals=2, proposal_title=LONG + "{}", title=LONG),
    "markup in names": Shape(
        proposals=2, proposal_title=NASTY.replace("{", "(").replace("}", ")") + "{}", title=NASTY, name=NASTY
    ),
    "nulls": Shape(
        proposals=2,
        null_columns=("honour.arms", "signed", "signed_and_holds_10", "holds_curve.5", "value.ARD"),
    ),
    "fragile": Shape(proposals=2, fragile=0.3, not_converged=0.01),
    "constant": Shape(proposals=2, constant=True),
    "one draw": Shape(proposals=2, draws=1),
}


def study_page(study: Study) -> str:
    return page(study.scenario, study.summary, study.draws, study.manifest)


@pytest.fixture(scope="module", params=SHAPES)
def made(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Shape, Study, str]:
    shape = SHAPES[request.param]
    study = build(tmp_path_factory.mktemp("study"), shape)
    return shape, study, study_page(study)


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return build(tmp_path_factory.mktemp("usual"), Shape(proposals=2, guarantors=2, draws=64))


def test_it_is_a_whole_page_under_its_limit(made: tuple[Shape, Study, str]) -> None:
    _, _, text = made
    tree = parse(text)
    assert text.startswith("<!doctype html>")
    assert len(text.encode()) < MOST_BYTES
    assert tree.find("html")[0].attributes["lang"] == "en"
    assert [len(tree.find(tag)) for tag in ("header", "main", "footer", "nav", "h1")] == [1] * 5


def test_nothing_is_fetched(made: tuple[Shape, Study, str]) -> None:
    _, _, text = made
    tree = parse(text)
    for element in tree.walk():
        for name in ("src", "href", "srcset", "data", "action", "poster", "xlink:href"):
            value = element.attributes.get(name, "")
            if element.tag == "a" and name == "href":
                assert value.startswith(("#", "https://", "http://"))
            else:
                assert value in {"", "data:,"}
        assert element.tag not in {"script", "iframe", "object", "embed", "img", "image"}
        assert not [name for name in element.attributes if name.startswith("on")]
    assert "@import" not in text
    assert not re.search(r"url\((?!#)", text)


def test_names_from_the_file_are_text(made: tuple[Shape, Study, str]) -> None:
    shape, _, text = made
    assert "<script" not in text
    assert "49" not in parse(text).find("h1")[0].text()
    assert parse(text).find("h1")[0].text() == " ".join(shape.title.split())


def test_headings_go_down_one_level_at_a_time(made: tuple[Shape, Study, str]) -> None:
    levels = [int(heading.tag[1]) for heading in parse(made[2]).find("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert all(heading.text() for heading in parse(made[2]).find("h1", "h2", "h3"))


def test_every_picture_is_one_image_with_a_text_alternative(made: tuple[Shape, Study, str]) -> None:
    pictures = parse(made[2]).find("svg")
    assert pictures
    for picture in pictures:
        assert picture.attributes["role"] == "img"
        assert len(picture.attributes["aria-label"]) > 20
    assert len({picture.attributes["aria-label"] for picture in pictures}) == len(pictures)


def test_every_table_has_a_caption_and_headers_with_scope(made: tuple[Shape, Study, str]) -> None:
    tables = parse(made[2]).find("table")
    assert tables
    for table in tables:
        assert table.find("caption")[0].text()
        head, *rows = table.find("tr")
        assert all(cell.attributes.get("scope") == "col" for cell in head.find("th", "td"))
        for row in rows:
            first, *rest = row.children
            assert (first.tag, first.attributes.get("scope")) == ("th", "row")
            assert len(rest) + 1 == len(head.children)
        assert "scroll" in (table.parent.attributes.get("class", "") if table.parent else "")


def test_what_scrolls_sideways_shows_a_shadow_where_it_is_cut(made: tuple[Shape, Study, str]) -> None:
    (rule,) = re.findall(r"^\.scroll \{([^}]*)\}", made[2], re.MULTILINE)
    assert "overflow-x: auto" in rule
    assert rule.count("no-repeat local") == rule.count("no-repeat scroll") == 2


def test_ids_are_unique_and_links_and_labels_find_them(made: tuple[Shape, Study, str]) -> None:
    tree = parse(made[2])
    ids = [element.attributes["id"] for element in tree.walk() if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    for element in tree.walk():
        if element.attributes.get("href", "").startswith("#") and len(element.attributes["href"]) > 1:
            assert element.attributes["href"][1:] in ids
        for name in element.attributes.get("aria-labelledby", "").split():
            assert name in ids
    for reference in re.findall(r"url\(#([^)]+)\)", made[2]):
        assert reference in ids


def test_it_keeps_to_the_words_of_the_design(made: tuple[Shape, Study, str]) -> None:
    text = parse(made[2]).text().lower()
    assert not re.search(r"\bsimulat|\bmonte carlo|\bscenario run", text)
    assert not re.search(r"\bnan\b|\bnone, none\b|\binf\b", text)


def test_every_figure_has_a_computed_title_and_its_data(made: tuple[Shape, Study, str]) -> None:
    for figure in parse(made[2]).find("figure"):
        assert len(figure.find("h3")[0].text()) > 20
        details = [element for element in figure.find("details") if element.attributes.get("class") == "data"]
        assert details
        assert details[0].find("table")


def test_the_skip_link_comes_first_and_reaches_the_answer(made: tuple[Shape, Study, str]) -> None:
    tree = parse(made[2])
    first = tree.find("a")[0]
    assert first.attributes == {"class": "skip", "href": "#answer"}
    (answer,) = [element for element in tree.walk() if element.attributes.get("id") == "answer"]
    assert answer.attributes["tabindex"] == "-1"


def test_at_most_300_points_are_drawn(made: tuple[Shape, Study, str]) -> None:
    _, study, text = made
    (picture,) = [
        element for element in parse(text).find("figure") if element.attributes.get("id") == "picture"
    ]
    drawn = next(table for table in picture.find("table") if "points" in table.find("caption")[0].text())
    assert len(drawn.find("tr")) - 1 <= MOST_POINTS
    assert len(picture.find("svg")) == len(study.summary["proposals"])


def test_the_outside_view_stands_beside_holding_with_its_cautions(made: tuple[Shape, Study, str]) -> None:
    section = _section(made[2], "holding")
    text = section.text()
    for caution in ("Civil wars are not wars between states", "collapse, not about violations", "Fortna"):
        assert caution in text
    outside = next(
        t for t in section.find("table") if t.find("caption")[0].text().startswith("Published survival")
    )
    assert [cell.text() for cell in outside.find("tr")[-1].children] == ["10", "33%", "56%", "41%"]


def test_every_input_shown_has_its_path_and_what_it_rests_on(made: tuple[Shape, Study, str]) -> None:
    _, study, text = made
    section = _section(text, "inputs")
    paths = {element.text() for element in section.find("code")}
    assert paths == set(study.scenario.quantities)
    assert "yearbook" in section.text()


def test_only_the_ranges_marked_so_are_called_90_percent_intervals(usual: Study) -> None:
    text = _section(study_page(usual), "inputs").text()
    assert "0.2 to 1.5 (uniform)" in text
    assert "Ranges are 90% intervals" not in text
    assert "the ends of uniform, triangular and pert ranges are limits that the number cannot pass" in text


def test_what_does_not_occur_is_said_not_to_occur(tmp_path: Path) -> None:
    study = build(tmp_path, Shape(proposals=2, pledges=False, preventive=False, draws=64))
    text = _section(study_page(study), "surprises").text()
    assert text.count("None occurs") == 3


def test_what_occurs_is_said_with_its_numbers(usual: Study) -> None:
    text = _section(study_page(usual), "surprises").text()
    assert "None occurs" not in text
    assert re.search(
        r"Ardel attacks at an occasion with a probability of \d+% at signature and \d+% five years on", text
    )
    assert "forces of Benn" in text
    assert re.search(
        r"the pledge “force: Guarantor G01” would be honoured with a probability of \d+% if it were the only one",
        text,
    )
    assert re.search(
        r"Benn attacks at an occasion with a probability of \d+%, and would with \d+% if no pledge ever fell due",
        text,
    )


def test_what_occurs_under_one_proposal_is_not_said_to_occur_there_most(usual: Study) -> None:
    text = _section(study_page(usual), "surprises").text()
    assert re.search(r"It occurs under . “Proposal number 2”: there, in 100% of draws, the pledge", text)
    assert "under one proposal" not in text


def test_the_funnel_ends_at_what_is_delivered_and_names_the_weakest_link(usual: Study) -> None:
    section = _section(study_page(usual), "enforcement")
    delivered = usual.summary["proposals"]["offer-2"]["delivered"]["ARD"]["mean"]
    (funnel,) = section.find("svg")
    assert f"delivered {100 * delivered:.0f}%" in funnel.attributes["aria-label"]
    assert funnel.attributes["aria-label"].endswith("Weakest link: decide.")
    assert "The weakest link is the bodies’ decisions" in section.text()


def test_a_proposal_of_sanctions_alone_keeps_its_links_bodies_and_honour(tmp_path: Path) -> None:
    study = build(tmp_path, Shape(proposals=2, guarantors=2, draws=64, sanctions=True))
    section = _section(study_page(study), "enforcement")
    captions = [table.find("caption")[0].text() for table in section.find("table")]
    for start in (
        "Change of holding ten years",
        "Probability that each body",
        "Probability that each pledge",
    ):
        assert any(caption.startswith(start) for caption in captions)
    assert "The weakest link is the bodies’ decisions" in section.text()
    assert "Sanctions only are pledged under" in section.text()
    assert not section.find("svg")


def test_fragile_draws_are_shown_with_the_range_of_their_answers(tmp_path: Path) -> None:
    study = build(tmp_path, Shape(proposals=2, guarantors=2, draws=64, fragile=0.5))
    text = _section(study_page(study), "enforcement").text()
    assert "Fragile draws: the guarantors’ decisions have several consistent answers" in text
    assert "50% of draws are fragile" in _section(study_page(study), "answer").text()


def test_refusal_names_the_red_line_and_what_signing_is_made_of(usual: Study) -> None:
    section = _section(study_page(usual), "refusal")
    assert "one red line of Ardel: “no troops” (firmness 40%)" in section.text()
    labels = " ".join(svg.attributes["aria-label"] for svg in section.find("svg"))
    for part in (
        "Land −0.35",
        "Troops −0.30",
        "Relief granted +0.03",
        "Risk of war again −0.0",
        "fighting on",
    ):
        assert part in labels


def test_what_does_not_differ_is_worth_as_much(usual: Study) -> None:
    columns = {name: usual.draws[name] for name in usual.draws.column_names}
    same = {**columns, "fighting.ARD": columns["value.ARD"], "fighting.BEN": columns["value.BEN"]}
    text = page(usual.scenario, usual.summary, pa.table(same), usual.manifest)
    told = _section(text, "refusal").text()
    assert "signing is worth as much as fighting on" in told
    assert not re.search(r"worth 0\.00 (more|less)", told)


def test_tipping_values_name_the_proposals_on_both_sides(usual: Study) -> None:
    text = _section(study_page(usual), "hinges").text()
    assert re.search(
        r"The lead changes at 0\.070 ± 0\.004 of “Ardel: cost of war”: below it . “Proposal number 1” has the highest mean, above it",
        text,
    )


def test_a_number_without_a_source_is_called_so_among_hinges_and_inputs(tmp_path: Path) -> None:
    study = build(tmp_path, Shape(proposals=2, guarantors=2, draws=64))
    accidents = "accidents_per_year: {between: [0.005, 0.05]"
    path = tmp_path / "unsourced.yaml"
    path.write_text(
        study.text.replace(f"{accidents}, source: judgement}}", f"{accidents}}}"), encoding="utf-8"
    )
    text = page(load_scenario(path), study.summary, study.draws, study.manifest)
    for name, column in (("hinges", 4), ("inputs", 3)):
        rows = [row for row in _section(text, name).find("tr") if "accidental escalations" in row.text()]
        assert rows
        assert {row.children[column].text() for row in rows} == {"no source given"}
    assert "· no source given" in _section(text, "hinges").text()
    assert "too slight to be told from chance" in _section(text, "hinges").text()


def test_the_leaders_hinges_are_not_drawn_twice(usual: Study) -> None:
    without_best = [hinge for hinge in usual.summary["hinges"] if hinge["outcome"] != "best"]
    for summary, figures in ((usual.summary, 2), ({**usual.summary, "hinges": without_best}, 1)):
        text = page(usual.scenario, summary, usual.draws, usual.manifest)
        assert len(_section(text, "hinges").find("figure")) == figures


def test_a_single_proposal_is_not_called_the_best(tmp_path: Path) -> None:
    for proposals in (1, 2):
        study = build(tmp_path, Shape(proposals=proposals, guarantors=1, draws=64))
        text = study_page(study)
        (ranking,) = [t for t in parse(text).find("table") if "ranked by" in t.find("caption")[0].text()]
        assert ("best in" in ranking.text()) == (proposals > 1)
        assert "intervals are rough" in _section(text, "answer").text()


def test_the_same_study_gives_the_same_bytes_from_a_file_too(usual: Study, tmp_path: Path) -> None:
    pq.write_table(usual.draws, tmp_path / "draws.parquet", row_group_size=17)
    first, second = tmp_path / "one.html", tmp_path / "two.html"
    write_page(usual.scenario, usual.summary, usual.draws, usual.manifest, first)
    write_page(usual.scenario, usual.summary, tmp_path / "draws.parquet", usual.manifest, second)
    assert first.read_bytes() == second.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["draws.parquet", "one.html", "two.html"]


def test_a_disk_that_refuses_is_said_in_words(usual: Study, tmp_path: Path) -> None:
    out = tmp_path / "absent" / "report.html"
    with pytest.raises(HoldfastError, match=r"report\.html"):
        write_page(usual.scenario, usual.summary, usual.draws, usual.manifest, out)


def _section(text: str, name: str) -> Element:
    (section,) = [e for e in parse(text).find("section") if e.attributes.get("id") == name]
    return section
