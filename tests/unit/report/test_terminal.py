"""The terminal's table: fits 80 columns, plain when piped, titles taken literally."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from holdfast.report import table
from tests.unit.report.synthetic import Study, build
from tests.unit.report.synthetic_file import Shape

TITLE = "Coalition [red]troops[/red] in the country, and a longer title {}"


def printed(study: Study, width: int = 80) -> str:
    out = io.StringIO()
    Console(file=out, width=width).print(table(study.summary, study.scenario))
    return out.getvalue()


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    shape = Shape(
        proposals=8, guarantors=2, draws=64, proposal_title=TITLE, fragile=0.25, not_converged=0.002
    )
    return build(tmp_path_factory.mktemp("terminal"), shape)


def test_it_fits_eighty_columns_and_is_plain_when_piped(study: Study) -> None:
    text = printed(study)
    assert max(map(len, text.splitlines())) <= 80
    assert "\x1b" not in text


def test_nothing_is_cut_at_eighty_columns_however_wide_the_intervals(study: Study) -> None:
    wide = {"mean": 0.16, "p05": 0.001, "p95": 0.999}
    proposals = {
        name: {**entry, "signed_and_holds_10": wide} for name, entry in study.summary["proposals"].items()
    }
    out = io.StringIO()
    Console(file=out, width=80).print(table({**study.summary, "proposals": proposals}))
    assert "weakest" in out.getvalue().splitlines()[0]
    assert out.getvalue().count("16% (<1–>99%)") == len(proposals)
    assert "decide" in out.getvalue()


def test_every_proposal_has_its_numbers(study: Study) -> None:
    text = printed(study, 200)
    for entry in study.summary["proposals"].values():
        line = next(line for line in text.splitlines() if entry["title"] in line)
        for number in (
            entry["signed"],
            entry["holds"]["1"],
            entry["holds"]["10"],
            entry["signed_and_holds_10"],
        ):
            assert f"{100 * number['mean']:.0f}%" in line
        assert (entry["weakest_link"]["weakest"] or "–") in line


def test_it_says_what_it_hinges_on_and_what_casts_doubt(study: Study) -> None:
    text = " ".join(printed(study).split())
    assert "hinges most on “Ardel: cost of war”" in text
    assert "25% of draws are fragile" in text
    assert "<1% of draws did not converge" in text


def test_without_the_file_inputs_are_named_by_their_path(study: Study) -> None:
    out = io.StringIO()
    Console(file=out, width=200).print(table(study.summary))
    assert "“parties.ARD.war_cost”" in out.getvalue()


def test_one_proposal_without_pledges(tmp_path: Path) -> None:
    text = printed(build(tmp_path, Shape(proposals=1, pledges=False, hinges=False, draws=8)))
    assert "The proposal" in text
    assert "On no single input" in text
    assert "100%" not in text.splitlines()[3]
    assert "intervals are rough" in " ".join(text.split())
