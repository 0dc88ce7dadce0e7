"""Agreements over the issue space for all draws at once: against the solutions one by one, a check that knows no solver, laws, bad input.

Every problem has five parties and three issues, or fits in there beside parties that care for nothing: compiling takes longer than solving.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

from holdfast.bargaining.axiomatic import (
    Agreements,
    IssueSpace,
    Outcome,
    Rule,
    agreements,
    egalitarian_agreement,
    kalai_smorodinsky_agreement,
    nash_agreement,
)
from holdfast.errors import InputError

PARTIES, ISSUES = 5, 3
ALONE = {
    Rule.NASH: nash_agreement,
    Rule.KALAI_SMORODINSKY: kalai_smorodinsky_agreement,
    Rule.EGALITARIAN: egalitarian_agreement,
}


class Case(NamedTuple):
    positions: np.ndarray
    salience: np.ndarray
    disagreement: np.ndarray


def utilities(case: Case, point: np.ndarray) -> np.ndarray:
    return 1 - (case.salience * np.abs(point - case.positions)).sum(1)


def spread_out(draws: int, seed: int) -> Case:
    """Ideals anywhere; no agreement is worth a little less than some outcome."""
    rng = np.random.default_rng(seed)
    salience = rng.dirichlet(np.ones(ISSUES), (PARTIES, draws)).transpose(0, 2, 1)
    case = Case(rng.random((PARTIES, ISSUES, draws)), salience, np.zeros((PARTIES, draws)))
    here = utilities(case, rng.random((ISSUES, draws)))
    return case._replace(disagreement=here - 0.1 * rng.random((PARTIES, draws)))


def tied(draws: int, seed: int) -> Case:
    """Ideals and saliences on a coarse grid, zeros and ends of the scale among them; many lose nothing and gain nothing by some outcome."""
    rng = np.random.default_rng(seed)
    positions = rng.integers(0, 5, (PARTIES, ISSUES, draws)) / 4
    salience = rng.integers(0, 4, (PARTIES, ISSUES, draws)).astype(float)
    case = Case(positions, salience, np.zeros((PARTIES, draws)))
    here = utilities(case, rng.integers(0, 5, (ISSUES, draws)) / 4)
    return case._replace(disagreement=here - rng.integers(0, 2, (PARTIES, draws)) / 4)


def at_an_ideal(draws: int, seed: int) -> Case:
    """No agreement is the first party's ideal, so that it can gain nothing and vetoes what it cares for."""
    case = spread_out(draws, seed)
    salience = case.salience.copy()
    salience[0, -1] = 0.0
    salience[1] = salience[2]
    positions = case.positions.copy()
    positions[1] = positions[2]
    case = Case(positions, salience, case.disagreement)
    return case._replace(disagreement=utilities(case, positions[0]))


def refused(draws: int, seed: int) -> Case:
    """What no agreement is worth to all parties is near the most that all can have: in about half of the draws nothing suits all."""
    rng = np.random.default_rng(seed)
    case = spread_out(draws, seed)
    return case._replace(disagreement=case.disagreement + 0.3 * rng.random((PARTIES, draws)) - 0.1)


def few(draws: int, seed: int, parties: int, issues: int) -> Case:
    """Fewer parties and issues: the others care for nothing, and nobody for the other issues."""
    case = spread_out(draws, seed)
    salience = case.salience.copy()
    salience[parties:] = 0.0
    salience[:, issues:] = 0.0
    return case._replace(salience=salience, disagreement=np.full((PARTIES, draws), -0.1))


CASES = {
    "spread out": spread_out(30, 1),
    "tied": tied(40, 2),
    "at an ideal": at_an_ideal(20, 3),
    "refused": refused(20, 4),
    "one party": few(4, 5, 1, 3),
    "two parties, one issue": few(10, 6, 2, 1),
    "nobody who cares": few(2, 7, 0, 3),
}


@pytest.fixture(scope="module", params=CASES)
def solved(request: pytest.FixtureRequest) -> tuple[Case, dict[Rule, Agreements]]:
    return CASES[request.param], agreements(*CASES[request.param])


@pytest.mark.parametrize("rule", Rule)
def test_as_solved_one_by_one(solved, rule) -> None:
    """Utilities, ideals and values; Nash's utilities to the root of the residual, where the product is flat."""
    case, found = solved[0], solved[1][rule]
    assert found.one_by_one.mean() < 0.1
    for d, outcome in enumerate(found.outcome):
        one = ALONE[rule](IssueSpace(case.positions[..., d], case.salience[..., d]), case.disagreement[:, d])
        assert outcome is one.outcome
        assert found.utilities[:, d] == pytest.approx(one.utilities, abs=2e-6, nan_ok=True)
        assert found.ideal[:, d] == pytest.approx(one.ideal, abs=1e-8, nan_ok=True)
        assert found.value[d] == pytest.approx(one.value, abs=1e-8)


@pytest.mark.parametrize("rule", Rule)
def test_residuals_hold_and_nobody_refuses(solved, rule) -> None:
    case, found = solved[0], solved[1][rule]
    empty = found.outcome == Outcome.EMPTY
    assert np.isnan(found.point[:, empty]).all()
    assert (found.value[empty] < 0).all()
    assert (found.outcome[~empty] == Outcome.AGREED).all()
    assert (found.residual[~empty] <= 1e-7).all()
    own = found.utilities - case.disagreement
    assert (own[:, ~empty] >= -1e-7).all()
    assert found.utilities == pytest.approx(utilities(case, found.point), nan_ok=True)


@pytest.mark.parametrize("rule", Rule)
def test_nothing_else_is_better(solved, rule) -> None:
    """Outcomes near and far score no more than the answer, where the least ratio or the product decides."""
    case, found = solved[0], solved[1][rule]
    rng = np.random.default_rng(8)
    ideal = found.ideal - case.disagreement
    enters = ideal > 1e-8
    part = np.ones_like(ideal) if rule is Rule.EGALITARIAN else np.where(enters, ideal, 1.0)
    scale = 10.0 ** -rng.integers(0, 5, (400, 1, 1))
    points = np.clip(found.point + scale * rng.normal(size=(400, *found.point.shape)), 0, 1)
    for point in points:
        gains = utilities(case, point) - case.disagreement
        ratio = np.where(enters, np.maximum(gains, 1e-300) / part, 1.0 if rule is Rule.NASH else np.inf)
        mean = np.exp(np.log(ratio).sum(0) / np.maximum(enters.sum(0), 1))
        score = mean if rule is Rule.NASH else ratio.min(0)
        allowed = (gains >= 0).all(0) & enters.any(0)
        assert (score[allowed] <= found.value[allowed] + 1e-7).all()


def test_equal_parties_at_the_ends_by_hand() -> None:
    """One stands at 0 and two at 1: Nash goes 2/3 of the way, the others half; with twice the weight for the first, half and a third."""
    y = np.array([0.0, 1.0, 1.0])[:, None, None]
    given = (y, np.ones_like(y), np.zeros((3, 1)))
    found = agreements(*given)
    assert {r: float(f.point[0, 0]) for r, f in found.items()} == pytest.approx(
        {Rule.NASH: 2 / 3, Rule.KALAI_SMORODINSKY: 0.5, Rule.EGALITARIAN: 0.5}
    )
    twice = agreements(*given, np.array([2.0, 1.0, 1.0]))
    assert {r: float(f.point[0, 0]) for r, f in twice.items()} == pytest.approx(
        {Rule.NASH: 0.5, Rule.KALAI_SMORODINSKY: 1 / 3, Rule.EGALITARIAN: 1 / 3}
    )


def test_weights_are_those_of_the_solutions_one_by_one() -> None:
    case, weights = spread_out(12, 9), np.array([1.0, 2.0, 3.0, 0.5, 1.0])
    for rule, found in agreements(*case, weights).items():
        for d in range(12):
            space = IssueSpace(case.positions[..., d], case.salience[..., d])
            one = ALONE[rule](space, case.disagreement[:, d], weights)
            assert found.utilities[:, d] == pytest.approx(one.utilities, abs=2e-6)
            assert found.value[d] == pytest.approx(one.value, abs=1e-8)


def joined(*cases: Case) -> Case:
    return Case(*(np.concatenate(parts, -1) for parts in zip(*cases, strict=True)))


MIXED = joined(spread_out(20, 11), tied(20, 12), at_an_ideal(10, 13))


def same(there: np.ndarray, back: np.ndarray, near: float) -> None:
    np.testing.assert_allclose(back, there, atol=near, rtol=0)


def test_draws_and_threads_do_not_matter() -> None:
    """By themselves, in another order, among many more: the same to 1e-9; on one thread, to the bit."""
    whole, threads = agreements(*MIXED), agreements(*MIXED, threads=1)
    order = np.random.default_rng(14).permutation(50)[:17]
    some = agreements(*(a[..., order] for a in MIXED))
    many = agreements(*joined(*[MIXED] * 6))
    for rule, found in whole.items():
        same(found.point[:, order], some[rule].point, 1e-9)
        same(found.point, many[rule].point[:, -50:], 1e-9)
        np.testing.assert_array_equal(found.point, threads[rule].point)


def test_names_and_directions_do_not_matter() -> None:
    order = [3, 1, 4, 0, 2]
    whole = agreements(*MIXED)
    renamed = agreements(*(a[order] for a in MIXED))
    turned = agreements(
        MIXED.positions[:, ::-1] * [[[1], [-1], [1]]] + [[[0], [1], [0]]],
        MIXED.salience[:, ::-1],
        MIXED.disagreement,
    )
    for rule, found in whole.items():
        same(found.utilities[order], renamed[rule].utilities, 1e-6)
        same(found.utilities, turned[rule].utilities, 1e-6)


def test_units_do_not_matter_to_nash_and_kalai_smorodinsky() -> None:
    """Gains of a party times a factor: its salience and what it lacks at no agreement, both times that."""
    factor = np.array([0.5, 1.0, 3.0, 8.0, 0.1])[:, None]
    case = spread_out(20, 15)
    other = Case(case.positions, case.salience * factor[:, None], 1 - (1 - case.disagreement) * factor)
    there, back = agreements(*case), agreements(*other)
    for rule in (Rule.NASH, Rule.KALAI_SMORODINSKY):
        same((there[rule].utilities - 1) * factor, back[rule].utilities - 1, 1e-6)


def test_what_is_given_is_left_as_it_was() -> None:
    case = Case(*(a.copy() for a in MIXED))
    agreements(*case, rules=(Rule.NASH,))
    for before, after in zip(MIXED, case, strict=True):
        np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"positions": np.full((2, 1, 3), 1.5)}, r"positions\[0, 0, 0\] = 1.5; must be a number from 0 to 1"),
        ({"positions": np.full((2, 1, 3), np.nan)}, r"positions\[0, 0, 0\] = nan; must be a finite"),
        ({"salience": -np.ones((2, 1, 3))}, r"salience\[0, 0, 0\] = -1; must be a number 0 or more"),
        ({"salience": np.ones((2, 1, 4))}, r"salience \(2, 1, 4\); both must be parties × issues × draws"),
        ({"positions": np.ones((2, 1, 0)), "salience": np.ones((2, 1, 0))}, r"with at least one of each"),
        ({"disagreement": np.zeros((3, 3))}, r"disagreement has shape \(3, 3\); must hold one value"),
        ({"disagreement": np.full((2, 3), np.inf)}, r"disagreement\[0, 0\] = inf"),
        ({"salience": "much"}, r"salience: holds something that is no number"),
        ({"weights": np.ones((2, 3))}, r"weights has 2 axes"),
        ({"weights": np.array([1.0, 0.0])}, r"weights\[1\] = 0; must be above 0"),
    ],
)
def test_bad_input_is_named(change, told) -> None:
    given = {
        "positions": np.zeros((2, 1, 3)),
        "salience": np.ones((2, 1, 3)),
        "disagreement": np.zeros((2, 3)),
    }
    with pytest.raises(InputError, match=told):
        agreements(**(given | change))


def test_many_parties_settled_one_after_another_are_proved_without_solving_a_draw_again() -> None:
    """Twenty parties near each other, all but four silent on an issue: in one of the draws no multiple of the earlier proof is enough."""
    rng = np.random.default_rng(2)
    shape = (20, 4, 16)
    salience = rng.random(shape) + 0.05
    salience[4:, 1] = 0.0
    salience /= salience.sum(1, keepdims=True)
    case = Case(np.clip(rng.normal(0.6, 0.2, shape), 0, 1), salience, np.zeros((20, 16)))
    without = np.array([0.0, 0.45, 0.8, 0.35])[:, None] * np.ones(16)
    case = case._replace(disagreement=utilities(case, without))
    found = agreements(*case, rules=(Rule.KALAI_SMORODINSKY,))[Rule.KALAI_SMORODINSKY]
    assert not found.one_by_one.any()
    assert (found.residual <= 1e-7).all()
    for d in range(16):
        space = IssueSpace(case.positions[..., d], case.salience[..., d])
        alone = kalai_smorodinsky_agreement(space, case.disagreement[:, d])
        assert found.utilities[:, d] == pytest.approx(alone.utilities, abs=1e-9)
