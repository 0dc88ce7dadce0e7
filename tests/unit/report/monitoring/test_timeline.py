"""Counts by day, drawn: gaps are hatched from day to day, bars have the height of their count, a zero is neither."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from holdfast.report.monitoring.counts import Bar, Series
from holdfast.report.monitoring.timeline import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, draw
from tests.unit.report.markup import Element, parse

PERIOD = (dt.date(2021, 11, 1), dt.date(2021, 11, 30))
STEP = (WIDTH - LEFT - RIGHT) / 30


def day(number: int) -> dt.date:
    return dt.date(2021, 11, number)


def drawn(bars: list[Bar], gaps: set[int], marks: dict[dt.date, int] | None = None) -> Element:
    series = Series("s", "effect", None, tuple(bars), frozenset(map(day, gaps)), PERIOD)
    return parse(str(draw(series, 100.0, marks or {}, "label", "t")))


def hatched(tree: Element) -> list[tuple[float, float]]:
    rects = [e for e in tree.find("rect") if e.attributes.get("fill") == "url(#t-gap)"]
    return [(float(e.attributes["x"]), float(e.attributes["width"])) for e in rects]


def test_each_run_of_days_without_a_figure_is_hatched_from_its_first_to_its_last() -> None:
    tree = drawn([Bar(day(1), day(1), 50)], {3, 4, 5, 9, 30})
    starts = [(3, 3), (9, 1), (30, 1)]
    expected = [(LEFT + (first - 1) * STEP, length * STEP) for first, length in starts]
    assert hatched(tree) == [pytest.approx(one, abs=0.1) for one in expected]


def test_bars_are_as_high_as_their_count_a_day() -> None:
    tree = drawn([Bar(day(1), day(1), 50), Bar(day(2), day(5), 100), Bar(day(6), day(6), 0)], set())
    [path] = [e for e in tree.find("path") if e.attributes.get("d")]
    bars = [tuple(map(float, re.findall(r"-?[\d.]+", part))) for part in path.attributes["d"].split("M")[1:]]
    height = HEIGHT - BOTTOM - TOP
    assert [(-bar[2] / height, bar[3] / STEP) for bar in bars] == [
        pytest.approx((0.5, 0.93), abs=0.02),
        pytest.approx((0.25, 3.93), abs=0.02),
    ]
    assert hatched(tree) == []


def test_a_day_observed_has_a_line_below_and_a_gap_has_none() -> None:
    tree = drawn([], {11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    lines = [e.attributes for e in tree.find("line") if e.attributes.get("stroke-width") == "1.5"]
    spans = [(float(a["x1"]), float(a["x2"])) for a in lines]
    assert spans == [
        pytest.approx((LEFT, LEFT + 10 * STEP), abs=0.1),
        pytest.approx((LEFT + 20 * STEP, WIDTH - RIGHT), abs=0.1),
    ]


def test_a_date_of_the_agreement_is_a_line_with_its_number() -> None:
    tree = drawn([], set(), {day(11): 1})
    [number] = [e for e in tree.find("text") if e.attributes.get("font-weight") == "bold"]
    assert (number.text(), float(number.attributes["x"])) == ("1", pytest.approx(LEFT + 10 * STEP, abs=0.1))
