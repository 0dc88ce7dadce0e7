"""Words for numbers: never surer than the interval, and right for none, one and many."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.report.words import (
    WIDE,
    Spread,
    chance,
    count,
    inner,
    interval,
    likelihood,
    listing,
    percent,
    points,
    scale,
    shortened,
    signed_number,
    worth,
)

shares = st.floats(0, 1)


@st.composite
def spreads(draw: st.DrawFn) -> Spread:
    low, mean, high = sorted((draw(shares), draw(shares), draw(shares)))
    return Spread(mean, low, high)


@given(spreads())
def test_a_wide_interval_never_gets_a_sure_word(spread: Spread) -> None:
    assert likelihood(spread).startswith("uncertain") == (spread.width > WIDE)


@given(shares, shares)
def test_words_do_not_fall_as_the_probability_rises(a: float, b: float) -> None:
    order = ["very unlikely", "unlikely", "about even", "likely", "very likely"]
    low, high = sorted((a, b))
    places = [order.index(likelihood(Spread(p, p, p))) for p in (low, high)]
    assert places[0] <= places[1]


@given(spreads())
def test_every_word_used_is_explained_on_the_page(spread: Spread) -> None:
    assert likelihood(spread).split(",")[0] in dict(scale())


@given(shares)
def test_a_percentage_is_a_bound_only_at_the_bound(p: float) -> None:
    assert (percent(p) == "0%") == (p == 0)
    assert (percent(p) == "100%") == (p == 1)


@pytest.mark.parametrize(
    ("spread", "text"),
    [
        (Spread(0.5, 0.5, 0.5), "50%"),
        (Spread(0.0, 0.0, 0.0), "0%"),
        (Spread(0.6, 0.001, 0.999), "60% (<1% to >99%)"),
        (Spread(0.6, 0.2, 0.8), "60% (20–80%)"),
        (None, "–"),
    ],
)
def test_chance_shows_the_interval_where_there_is_one(spread: Spread | None, text: str) -> None:
    assert chance(spread) == text


def test_intervals_inside_brackets_have_no_brackets_of_their_own() -> None:
    assert "(" not in inner(Spread(0.6, 0.2, 0.8))
    assert interval(Spread(0.6, 0.2, 0.8)) in inner(Spread(0.6, 0.2, 0.8))


@pytest.mark.parametrize(
    ("n", "text"), [(0, "no laws"), (1, "one law"), (9, "nine laws"), (10, "10 laws"), (1200, "1,200 laws")]
)
def test_counts_agree_with_their_noun(n: int, text: str) -> None:
    assert count(n, "law") == text


@pytest.mark.parametrize(
    ("items", "text"), [([], ""), (["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B and C")]
)
def test_listing(items: list[str], text: str) -> None:
    assert listing(items) == text


@given(st.text(max_size=80), st.integers(4, 60))
def test_a_shortened_text_fits_and_shows_the_cut(text: str, length: int) -> None:
    short = shortened(text, length)
    assert len(short) <= length
    assert short == text or short.endswith("…")


def test_signs_are_true_minus_signs_and_zero_has_none() -> None:
    assert [signed_number(v) for v in (0.2, -0.2, -0.001)] == ["+0.20", "−0.20", "0.00"]
    assert worth(Spread(-0.2, -0.3, 0.1)) == "−0.20 (−0.30 to 0.10)"
    assert [points(v) for v in (0.02, -0.01, 0.0)] == ["+2 points", "−1 point", "less than a point"]
