"""Agreements over lotteries and the issue space: Nash's own example, hand-worked cases, twins that know no solver, bad input."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from holdfast.bargaining.axiomatic import (
    IssueSpace,
    Lotteries,
    Outcome,
    egalitarian_agreement,
    kalai_smorodinsky_agreement,
    nash_agreement,
    same_for_all,
)
from holdfast.errors import InputError
from tests.unit.bargaining.barter import JACK_GETS, barter

RULES = [nash_agreement, kalai_smorodinsky_agreement, egalitarian_agreement]


def test_nashs_own_example_with_lotteries() -> None:
    """Nash (1950), p. 161: the solution is a corner of the polygon, so that lotteries add nothing."""
    held, worth, before = barter()
    found = nash_agreement(Lotteries(worth), before)
    assert (found.utilities - before).round(9).tolist() == [12, 5]
    assert held[int(found.point.argmax())] == JACK_GETS
    assert found.residual < 1e-9


def test_splitting_a_pie_by_lot() -> None:
    """Winner takes all, by lot: u_1 + u_2 = 1. Nash with weights (3, 1) gives ¾; no agreement worth 0.2 moves the even split to 0.6."""
    pie = Lotteries(np.eye(2))
    for rule in RULES:
        assert rule(pie, np.zeros(2)).utilities == pytest.approx([0.5, 0.5], abs=1e-9)
        assert rule(pie, np.array([0.2, 0.0])).utilities == pytest.approx([0.6, 0.4], abs=1e-9)
        assert rule(pie, np.zeros(2), np.array([3.0, 1.0])).utilities == pytest.approx([0.75, 0.25], abs=1e-9)


def test_the_three_rules_differ_where_the_frontier_is_bent() -> None:
    """Packages (0, 1), (1, 1) and (2, 0): the frontier falls from (1, 1) to (2, 0).

    The product u (2 − u) is largest at the corner (1, 1); equal shares of the ideal (2, 1) are u / 2 = 2 − u, so (4/3, 2/3); equal gains
    are at the corner again.
    """
    region = Lotteries(np.array([[0.0, 1.0], [1.0, 1.0], [2.0, 0.0]]))
    assert nash_agreement(region, np.zeros(2)).utilities == pytest.approx([1, 1], abs=1e-8)
    assert kalai_smorodinsky_agreement(region, np.zeros(2)).utilities == pytest.approx([4 / 3, 2 / 3])
    assert egalitarian_agreement(region, np.zeros(2)).utilities == pytest.approx([1, 1])


def test_maximin_goes_on_where_the_least_is_settled() -> None:
    """The first two share by lot, a half each; the third could be held at a half too, and gets 1."""
    region = Lotteries(np.array([[1.0, 0, 0], [0, 1, 0], [1, 0, 1], [0, 1, 1]]))
    for rule in (kalai_smorodinsky_agreement, egalitarian_agreement):
        assert rule(region, np.zeros(3)).utilities == pytest.approx([0.5, 0.5, 1.0])


def test_two_issues_are_traded() -> None:
    """Opposed on both issues, the first party cares for the first three times as much: each has its way where it cares more."""
    space = IssueSpace(np.array([[1.0, 1.0], [0.0, 0.0]]), np.array([[0.75, 0.25], [0.25, 0.75]]))
    for rule in RULES:
        found = rule(space, np.zeros(2))
        assert found.point == pytest.approx([1, 0], abs=1e-7)
        assert found.utilities == pytest.approx([0.75, 0.75], abs=1e-7)


@pytest.mark.parametrize("rule", RULES)
def test_two_parties_against_all_pairs_of_packages(rule) -> None:
    """A frontier of two parties is made of lotteries over two packages, of which the best has a closed form."""
    rng = np.random.default_rng(11)
    for _ in range(40):
        gains = rng.integers(-3, 9, (7, 2)).astype(float)
        gains[0] = [1, 1]
        found = rule(Lotteries(gains + 5), np.full(2, 5.0))
        assert found.outcome is Outcome.AGREED
        ends = [(p, q) for p, q in itertools.product(gains, gains)]
        corners = [
            p + t * (q - p)
            for p, q in ends
            for t in np.clip([0, 1, *(p / np.where(p == q, np.inf, p - q))], 0, 1)
        ]
        ideal = np.max([c for c in corners if (c >= -1e-12).all()], axis=0)
        assert found.ideal - 5 == pytest.approx(ideal)
        part = ideal if rule is kalai_smorodinsky_agreement else np.ones(2)

        def score(g: np.ndarray, part: np.ndarray = part, ideal: np.ndarray = ideal) -> float:
            if (g < -1e-9).any():
                return -1.0
            return (
                float(np.sqrt(max(np.prod(g / ideal), 0)))
                if rule is nash_agreement
                else float((g / part).min())
            )

        best = -1.0
        for p, q in ends:
            step = q - p
            if rule is nash_agreement:  # the product is a parabola along the lottery
                curve = 2 * step[0] * step[1]
                top = -(p[0] * step[1] + p[1] * step[0]) / curve if curve else 0.0
            else:  # the least of two straight lines is largest where they cross
                slope = step[0] / part[0] - step[1] / part[1]
                top = (p[1] / part[1] - p[0] / part[0]) / slope if slope else 0.0
            best = max(best, *(score(p + t * step) for t in (0.0, 1.0, min(max(top, 0.0), 1.0))))
        assert found.value == pytest.approx(best, abs=1e-8)
        assert score(found.utilities - 5) == pytest.approx(best, abs=1e-8)


@pytest.mark.parametrize("rule", RULES)
def test_nothing_in_the_region_is_better(rule) -> None:
    """Random lotteries, and a fine grid of the issue space, score no more than the answer and its residual."""
    rng = np.random.default_rng(12)
    grid = np.array(list(itertools.product(np.arange(51) / 50, repeat=2)))
    for _ in range(6):
        packages = rng.random((12, 4))
        lots = Lotteries(packages)
        space = IssueSpace(rng.random((4, 2)), rng.dirichlet(np.ones(2), 4))
        mixed = np.concatenate([rng.dirichlet(np.full(12, a), 3000) for a in (0.05, 0.3, 1)])
        for region, points in ((lots, mixed), (space, grid)):
            d = region.utilities(points[7]) - 0.05
            found = rule(region, d)
            assert found.residual < 1e-9
            gains = np.array([region.utilities(point) for point in points]) - d
            gains = gains[(gains >= 0).all(1)]
            assert len(gains) > 0
            own = found.utilities - d
            assert (own >= -1e-9).all()
            part = found.ideal - d if rule is not egalitarian_agreement else np.ones(4)
            if rule is nash_agreement:
                assert np.log(gains / part).mean(1).max() <= np.log(own / part).mean() + 1e-9
            else:
                assert (gains / part).min(1).max() <= (own / part).min() + 1e-9


def test_nash_is_proved_without_the_solver() -> None:
    """At the solution no package has more of the product's gradient than the solution itself: Σ g_i / g*_i ≤ parties."""
    rng = np.random.default_rng(13)
    for parties in (2, 5, 12):
        packages = rng.random((200, parties))
        d = np.quantile(packages, 0.2, axis=0)
        found = nash_agreement(Lotteries(packages), d)
        ratio = ((packages - d) / (found.utilities - d)).mean(1)
        assert ratio.max() <= 1 + 1e-9
        assert found.outcome is Outcome.AGREED


def test_a_party_that_gains_nowhere_keeps_its_veto() -> None:
    """The third is at its best without agreement; what the others would gain more from, it refuses."""
    region = Lotteries(np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [5.0, 5.0, -0.1]]))
    for rule in RULES:
        found = rule(region, np.zeros(3))
        assert found.utilities == pytest.approx([0.5, 0.5, 0.0], abs=1e-7)
        assert found.point[2] == pytest.approx(0, abs=1e-8)
        assert found.outcome is Outcome.AGREED


def test_nobody_gains_and_nobody_loses() -> None:
    region = Lotteries(np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]]))
    for rule in RULES:
        found = rule(region, np.array([0.5, 0.5]))
        assert found.utilities == pytest.approx([0.5, 0.5], abs=1e-8)
        assert found.value == pytest.approx(0, abs=1e-8)


@pytest.mark.parametrize("rule", RULES)
def test_no_agreement_is_said_with_how_far_it_is(rule) -> None:
    """By lot both could have ½ and want 0.6: a tenth short, of a range of 0.6."""
    found = rule(Lotteries(np.eye(2)), np.array([0.6, 0.6]))
    assert found.outcome is Outcome.EMPTY
    assert np.isnan(found.point).all()
    assert np.isnan(found.utilities).all()
    assert found.value == pytest.approx(-0.1 / 0.6)


def test_what_is_open_is_said() -> None:
    """Packages 1 and 2 are worth the same to both, so that only their sum is settled."""
    region = Lotteries(np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]))
    ends = same_for_all(region, np.zeros(2), nash_agreement(region, np.zeros(2)))
    assert ends.round(6).tolist() == [[0, 0.5], [0, 0.5], [0.5, 0.5]]
    empty = nash_agreement(region, np.full(2, 9.0))
    assert np.isnan(same_for_all(region, np.full(2, 9.0), empty)).all()


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: Lotteries(np.zeros((0, 2))), r"packages has shape \(0, 2\)"),
        (lambda: Lotteries(np.array([[np.nan]])), r"packages\[0, 0\] = nan"),
        (
            lambda: IssueSpace(np.array([[1.5]]), np.ones((1, 1))),
            r"positions\[0, 0\] = 1.5; must be a number from 0 to 1",
        ),
        (
            lambda: IssueSpace(np.array([[0.5]]), -np.ones((1, 1))),
            r"salience\[0, 0\] = -1; must be a number 0 or more",
        ),
        (
            lambda: egalitarian_agreement(Lotteries(np.eye(2)), np.zeros(2), np.array([1.0, -1.0])),
            r"weights\[1\] = -1",
        ),
    ],
)
def test_bad_input_is_named(make, told) -> None:
    with pytest.raises(InputError, match=told):
        make()
