"""The outside view is what the evidence says, each figure with its source and what it is about."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from holdfast.report.base_rates import ABOUT, CEASEFIRES, PROMISES, SURVIVAL, SURVIVAL_ALL, Figure


def test_survival_falls_and_starts_below_one() -> None:
    for curve in (*SURVIVAL, SURVIVAL_ALL):
        shares = [share for _, share in curve.points]
        assert shares == sorted(shares, reverse=True)
        assert all(0 < share < 1 for share in shares)
    assert sum(curve.ceasefires for curve in SURVIVAL) == SURVIVAL_ALL.ceasefires == 96


def test_the_whole_lies_between_its_parts() -> None:
    for years, share in SURVIVAL_ALL.points:
        parts = [part for curve in SURVIVAL if (part := curve.at(years)) is not None]
        assert min(parts) <= share <= max(parts)


def test_a_year_without_a_published_figure_has_none() -> None:
    assert SURVIVAL_ALL.at(3) is None


@pytest.mark.parametrize("figure", [*CEASEFIRES, *PROMISES])
def test_every_figure_names_a_source_and_what_it_is_about(figure: Figure) -> None:
    assert figure.about in ABOUT
    assert re.search(r"\d{4}|research page", figure.source)


@pytest.mark.needs_shared
def test_figures_are_those_of_the_evidence(shared: Path) -> None:
    evidence = (shared / "evidence" / "base_rates.md").read_text(encoding="utf-8").replace(" %", "%")
    for curve in (SURVIVAL_ALL, *SURVIVAL):
        assert " ".join(f"{share:.2f}".lstrip("0") for _, share in curve.points) in evidence
    numbers = [
        number
        for figure in (*CEASEFIRES, *PROMISES)
        for number in re.findall(r"[\d.]+%|\d\.\d\d", figure.value)
    ]
    assert len(numbers) > 20
    assert [number for number in numbers if number not in evidence] == []
