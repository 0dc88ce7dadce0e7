"""The page of `holdfast bargain` and its section in the main report: whole, escaped, the same again, fit for many parties."""

from __future__ import annotations

import io
import itertools
import re
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from holdfast.report import page
from holdfast.report.bargain.page import bargain_page, write_bargain_page
from holdfast.report.bargain_table import bargain_table
from holdfast.report.figures.courses import Path as Course
from holdfast.report.figures.courses import courses
from holdfast.report.figures.places import Place, places
from holdfast.report.figures.stack import stack
from holdfast.report.figures.zone_map import Spot, zone_map
from holdfast.report.rendering import MOST_BYTES
from holdfast.report.terminal import table
from holdfast.report.words import Spread
from tests.unit.report.made_up_bargaining import found_of, positions, zone_of
from tests.unit.report.markup import Element, parse
from tests.unit.report.synthetic import Study, build

NASTY = "<b onclick='x'>A & \"B\" {{ 7*7 }}</b> {}"


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return build(tmp_path_factory.mktemp("study"))


def with_zone(study: Study) -> dict[str, Any]:
    first, second, third, fourth = sorted(study.scenario.proposals)
    zone = zone_of({first: (0.6, 0.6), second: (0.2, 0.9), third: (0.1, 0.2), fourth: (0.61, 0.59)})
    return {**found_of(study.scenario), "zone": zone}


def section(html: str, name: str) -> Element:
    (found,) = [e for e in parse(html).walk() if e.attributes.get("id") == name]
    return found


def test_the_first_screen_answers(study: Study) -> None:
    first = section(bargain_page(study.scenario, with_zone(study)), "answer")
    assert (
        "“Proposal number 1” and “Proposal number 4” lie in the zone of possible agreement"
        in first.find("h2")[0].text()
    )
    told = dict(zip((d.text() for d in first.find("dt")), (d.text() for d in first.find("dd")), strict=True))
    assert told["Who blocks the other proposals?"].startswith("Ardel blocks “Proposal number 2”")
    assert told["Land: what to expect?"].replace("\u2060", "") == (
        "0.50 (0.40–0.60), about half-way between “all to Benn” (0) and “all to Ardel” (1). The models disagree: in a draw "
        "they are 0.30 (0.20–0.40) apart, on average from 0.50 (weighted mean) to 0.80 (spatial model)."
    )


def test_sections_and_caveats_are_there(study: Study) -> None:
    html = bargain_page(study.scenario, with_zone(study))
    ids = [e.attributes["id"] for e in parse(html).find("section")]
    assert ids == ["answer", "expect", "rounds", "signing", "gains", "sides", "reading"]
    assert "it is no coherent proposal" in section(html, "signing").text()
    assert "none was tested on wars" in section(html, "reading").text()
    assert "does not always settle" in section(html, "reading").text()
    assert "no advice" in section(html, "signing").text()


def test_two_blockers_have_no_arrow_but_both_concessions_are_told(study: Study) -> None:
    html = bargain_page(study.scenario, with_zone(study))
    told = [e.text() for e in section(html, "signing").find("li")]
    third = [t for t in told if "“Proposal number 3”" in t and "cheapest" in t]
    assert len(third) == 2
    pictures = [e for e in parse(html).find("svg") if e.attributes["aria-label"].startswith("Map of the")]
    assert len(pictures) == 1


def test_a_file_without_proposals_shows_outcomes_first(tmp_path: Path) -> None:
    file = positions(tmp_path, parties=4, issues=1)
    html = bargain_page(file, found_of(file, issues=1))
    assert "The models disagree by more than 0.15 on “Issue 0”" in section(html, "answer").text()
    assert "signing" not in [e.attributes["id"] for e in parse(html).find("section")]


def test_many_parties_fit_a_legend_and_a_page(tmp_path: Path) -> None:
    file = positions(tmp_path, parties=33)
    html = bargain_page(file, found_of(file))
    assert len(html.encode()) < MOST_BYTES
    stacks = [e for e in parse(html).find("svg") if "power stacked" in e.attributes["aria-label"]]
    assert len(stacks) == 2
    for picture in stacks:
        names = [t.text() for t in picture.find("text") if t.text().startswith("Party")]
        assert len(names) == 6
        assert "27 others" in picture.text()


def test_names_are_escaped_and_left_as_written(tmp_path: Path) -> None:
    file = positions(tmp_path, parties=3, issues=1, name=NASTY)
    html = bargain_page(file, found_of(file, issues=1))
    assert "<b onclick" not in html
    assert "{{ 7*7 }}" in html
    assert not [e for e in parse(html).walk() if "onclick" in e.attributes]


def test_every_number_in_the_text_is_finite(study: Study) -> None:
    text = section(bargain_page(study.scenario, with_zone(study)), "answer").text()
    assert not re.search(r"\bnan\b|None|Undefined|\binf\b", text)


def test_the_same_bytes_again_and_ids_once(study: Study, tmp_path: Path) -> None:
    found = with_zone(study)
    for name in ("a.html", "b.html"):
        write_bargain_page(study.scenario, found, tmp_path / name)
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()
    ids = [
        e.attributes["id"]
        for e in parse((tmp_path / "a.html").read_text("utf-8")).walk()
        if "id" in e.attributes
    ]
    assert len(ids) == len(set(ids))


def test_the_report_has_the_section_where_it_was_worked_out(study: Study) -> None:
    found = with_zone(study)
    bargained = {"positions": found, "zone": found["zone"]}
    plain = page(study.scenario, study.summary, study.draws, study.manifest)
    assert 'id="bargaining"' not in plain
    whole = page(study.scenario, study.summary, study.draws, study.manifest, bargained)
    told = section(whole, "bargaining").text()
    assert "Of four proposals, Ardel blocks two, Benn blocks one and nobody blocks two" in told
    assert "tries more of them" in told
    assert "Where bargaining would end" in told
    ids = [e.attributes["id"] for e in parse(whole).walk() if "id" in e.attributes]
    assert len(ids) == len(set(ids))


def test_the_report_numbers_proposals_as_its_ranking_does(study: Study) -> None:
    found = with_zone(study)
    whole = page(
        study.scenario,
        study.summary,
        study.draws,
        study.manifest,
        {"positions": None, "zone": found["zone"]},
    )
    ranked = [e.text() for e in section(whole, "proposals").find("strong")]
    key = section(whole, "bargaining").text()
    for n, title in enumerate(ranked, start=1):
        assert f"{n} {title}" in key
    assert "Where bargaining would end" not in key


def test_the_terminal_says_the_same_as_the_page(study: Study) -> None:
    console = Console(width=80, record=True, file=io.StringIO())
    found = with_zone(study)
    console.print(bargain_table(study.scenario, found))
    said = " ".join(console.export_text().split())
    html = section(bargain_page(study.scenario, found), "signing").text()
    sentence = "the cheapest of 12 concessions to Ardel that works moves “Troops” from 1.00 to 0.25"
    assert sentence in said
    assert sentence in html
    assert "“Proposal number 1” and “Proposal number 4” lie in the zone" in said


def test_the_terminal_of_a_run_gets_one_line(study: Study) -> None:
    found = with_zone(study)
    shown = []
    for bargained in (None, {"positions": None, "zone": found["zone"]}):
        console = Console(width=400, record=True, file=io.StringIO())
        console.print(table(study.summary, study.scenario, study.manifest, bargained))
        shown.append(console.export_text().splitlines())
    more = [line.strip() for line in shown[1] if line not in shown[0]]
    assert more == ["Of four proposals, Ardel blocks two, Benn blocks one and nobody blocks two."]


class TestFigures:
    """Each draws what it is given, with its numbers in the text alternative or as text."""

    def test_places(self) -> None:
        drawn = [
            Place("Weighted mean", "0.40", 0.4, 0.3, 0.5, baseline=True),
            Place("Other", "0.90", 0.9, 0.9, 0.9),
        ]
        picture = parse(places(drawn, axis="outcome", label="two", key="k")).find("svg")[0]
        assert {"Weighted mean", "0.40", "Other", "0.90", "outcome"} <= {
            t.text() for t in picture.find("text")
        }

    def test_courses_name_the_named_and_the_middle(self) -> None:
        paths = [Course("", (0.1, 0.1), "#a3acb8", 1.0), Course("Alba", (0.2, 0.4), "#0072b2", 2.0)]
        middle = [Spread(0.3, 0.2, 0.4), Spread(0.35, 0.2, 0.4)]
        picture = parse(courses(paths, middle, label="x", key="k")).find("svg")[0]
        assert {"Alba", "middle", "round", "position"} <= {t.text() for t in picture.find("text")}
        colours = {e.attributes.get("stroke") for e in picture.find("path", "line")}
        assert {"#a3acb8", "#0072b2"} <= colours

    def test_names_at_one_place_do_not_overlap(self) -> None:
        paths = [Course(f"N{n}", (0.5, 0.5), "#0072b2", 2.0) for n in range(6)]
        picture = parse(
            courses(paths, [Spread(0.5, 0.5, 0.5)] * 2, label="x", key="k")
        ).find("svg")[0]  # fmt: skip
        heights = sorted(
            float(re.search(r"translate\([^,]+,([-\d.]+)\)", t.attributes["transform"])[1])  # type: ignore[index]
            for t in picture.find("text")
            if re.fullmatch(r"N\d|middle", t.text())
        )
        assert len(heights) == 7
        assert min(b - a for a, b in itertools.pairwise(heights)) >= 13

    def test_stack_marks_mean_and_median(self) -> None:
        power = {"2 others": [0.1, 0.2], "Alba": [0.3, 0.4]}
        colours = {"2 others": "#a3acb8", "Alba": "#0072b2"}
        picture = parse(stack(power, colours, 0.4, 0.6, label="x", key="k")).find("svg")[0]
        assert {"mean", "median", "Alba", "2 others"} <= {t.text() for t in picture.find("text")}

    def test_the_map_numbers_its_dots_apart(self) -> None:
        here = Spread(0.25, 0.1, 0.4)
        spots = [Spot(str(n), here, here, (0.6, 0.6) if n == 1 else None) for n in range(1, 7)]
        picture = parse(zone_map(spots, 0.5, ("Ardel", "Benn"), label="x", key="k")).find("svg")[0]
        texts = [t for t in picture.find("text") if re.fullmatch(r"\d", t.text())]
        assert sorted(t.text() for t in texts) == ["1", "2", "3", "4", "5", "6"]
        assert len({t.attributes["transform"] for t in texts}) == 6
        assert "how likely Ardel accepts" in picture.text()
        assert "how likely Benn accepts" in picture.text()
        assert "both principals accept" in picture.text()
        arrows = [e for e in picture.find("line") if e.attributes.get("stroke") == "#d55e00"]
        assert len(arrows) == 3
