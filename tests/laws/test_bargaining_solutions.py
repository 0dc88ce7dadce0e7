"""Laws of bargaining solutions: what must not matter, what must only help, and what nobody would leave on the table."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from holdfast.bargaining.alternating import deal, frequent_offers, patience
from holdfast.bargaining.axiomatic import (
    Chosen,
    IssueSpace,
    Lotteries,
    Outcome,
    egalitarian,
    egalitarian_agreement,
    kalai_smorodinsky,
    kalai_smorodinsky_agreement,
    nash,
    nash_agreement,
)
from holdfast.bargaining.legislative import coalitions, divide, quota
from holdfast.bargaining.pareto import efficient, weakly_efficient
from holdfast.bargaining.zone import zone

FEW = settings(max_examples=40)
VERY_FEW = settings(max_examples=15)
CHOICES = [nash, kalai_smorodinsky, egalitarian]
AGREEMENTS = [nash_agreement, kalai_smorodinsky_agreement, egalitarian_agreement]
NEAR = 1e-6


def sixteenths(low: float = 0.0, high: float = 1.0) -> st.SearchStrategy[float]:
    """Numbers that sums and differences keep exact, with many ties."""
    return st.integers(int(low * 16), int(high * 16)).map(lambda n: n / 16)


@st.composite
def problems(draw, parties=None):
    """Packages worth something to two to four parties, and what no agreement is worth to them."""
    count = parties or draw(st.integers(2, 4))
    packages = draw(arrays(float, (draw(st.integers(1, 7)), count), elements=sixteenths()))
    return packages, draw(arrays(float, count, elements=sixteenths(0, 0.5)))


@st.composite
def spaces(draw):
    """Parties with ideals on issues that all of them care for, and a point that they could all live with."""
    parties, issues = draw(st.integers(2, 4)), draw(st.integers(1, 3))
    positions = draw(arrays(float, (parties, issues), elements=sixteenths()))
    salience = draw(arrays(float, (parties, issues), elements=st.integers(1, 8).map(float)))
    space = IssueSpace(positions, salience / salience.sum(1, keepdims=True))
    return space, space.utilities(draw(arrays(float, issues, elements=sixteenths())))


# --- a choice among packages ----------------------------------------------------------------------


@pytest.mark.parametrize("rule", CHOICES)
@given(problems(), st.randoms(use_true_random=False))
@FEW
def test_names_and_order_do_not_matter(rule, problem, random) -> None:
    packages, d = problem
    rows, columns = list(range(len(packages))), list(range(len(d)))
    random.shuffle(rows)
    random.shuffle(columns)
    there, back = rule(packages, d), rule(packages[rows][:, columns], d[columns])
    np.testing.assert_array_equal(there.best[rows], back.best)
    assert there.outcome == back.outcome
    assert efficient(packages)[rows].tolist() == efficient(packages[rows][:, columns]).tolist()
    assert weakly_efficient(packages)[rows].tolist() == weakly_efficient(packages[rows][:, columns]).tolist()


@pytest.mark.parametrize("rule", [nash, kalai_smorodinsky])
@given(problems(), st.data())
@FEW
def test_each_partys_unit_and_zero_do_not_matter(rule, problem, data) -> None:
    packages, d = problem
    unit = data.draw(arrays(float, len(d), elements=st.sampled_from([0.25, 1.0, 8.0, 1e3])))
    zero = data.draw(arrays(float, len(d), elements=st.sampled_from([-2.0, 0.0, 5.0])))
    there, back = rule(packages, d), rule(packages * unit + zero, d * unit + zero)
    np.testing.assert_array_equal(there.best, back.best)
    np.testing.assert_allclose(there.value, back.value, atol=1e-9)


@given(problems(), st.sampled_from([0.25, 8.0]), st.sampled_from([-2.0, 5.0]))
@FEW
def test_the_common_unit_of_the_egalitarian_does_not_matter(problem, unit, zero) -> None:
    packages, d = problem
    there, back = egalitarian(packages, d), egalitarian(packages * unit + zero, d * unit + zero)
    np.testing.assert_array_equal(there.best, back.best)


@pytest.mark.parametrize("rule", CHOICES)
@given(problems())
@FEW
def test_what_is_chosen_is_efficient_and_nobody_refuses_it(rule, problem) -> None:
    packages, d = problem
    choice = rule(packages, d)
    assert (packages[choice.best] >= d).all()
    if choice.outcome == Chosen.AGREED:
        assert choice.best.any()
        assert (choice.best <= efficient(packages)).all()
    assert (efficient(packages) <= weakly_efficient(packages)).all()


@pytest.mark.parametrize("rule", CHOICES)
@given(problems())
@FEW
def test_what_is_best_for_all_is_chosen(rule, problem) -> None:
    packages, d = problem
    most = np.maximum(packages.max(0), d + 1 / 16)
    choice = rule(np.vstack([packages, most]), d)
    assert choice.best[-1]
    assert (np.vstack([packages, most])[choice.best] == most).all()


@pytest.mark.parametrize("rule", CHOICES)
@given(problems(parties=3), sixteenths(0, 0.5))
@FEW
def test_likes_are_treated_alike(rule, problem, d) -> None:
    """Where the first two parties could change places, so can they in what is chosen."""
    packages, _ = problem
    swapped = packages[:, [1, 0, 2]]
    choice = rule(np.vstack([packages, swapped]), np.full(3, d))
    half = len(packages)
    np.testing.assert_array_equal(choice.best[:half], choice.best[half:])


@given(problems(), st.data())
@FEW
def test_nash_does_not_depend_on_what_was_not_chosen(problem, data) -> None:
    packages, d = problem
    choice = nash(packages, d)
    assume(choice.outcome == Chosen.AGREED)
    dropped = data.draw(arrays(bool, len(packages))) & ~choice.best
    again = nash(packages[~dropped], d)
    np.testing.assert_array_equal(again.best, choice.best[~dropped])


@given(problems(), st.data())
@FEW
def test_more_to_choose_from_never_lowers_the_least_gain(problem, data) -> None:
    """Egalitarian: whatever is added. Kalai–Smorodinsky: where it leaves the ideal point as it was. All parties could gain before: one that
    begins to, where it could not, is then counted too.
    """
    packages, d = problem
    more = np.vstack([packages, data.draw(arrays(float, (2, len(d)), elements=sixteenths()))])
    before, after = egalitarian(packages, d), egalitarian(more, d)
    assume(before.outcome == Chosen.AGREED)
    ideal = packages[before.rational].max(0)
    assume((ideal > d).all())
    assert after.value >= before.value - 1e-12
    inside = np.minimum(more, ideal)
    assert kalai_smorodinsky(inside, d).value >= kalai_smorodinsky(packages, d).value - 1e-9


# --- agreements over convex sets ------------------------------------------------------------------


@pytest.mark.parametrize("rule", AGREEMENTS)
@given(problems(), st.randoms(use_true_random=False))
@VERY_FEW
def test_names_do_not_matter_over_lotteries(rule, problem, random) -> None:
    packages, d = problem
    rows, columns = list(range(len(packages))), list(range(len(d)))
    random.shuffle(rows)
    random.shuffle(columns)
    there, back = rule(Lotteries(packages), d), rule(Lotteries(packages[rows][:, columns]), d[columns])
    assert there.outcome is back.outcome
    assert back.utilities == pytest.approx(there.utilities[columns], abs=NEAR, nan_ok=True)


@pytest.mark.parametrize("rule", [nash_agreement, kalai_smorodinsky_agreement])
@given(problems(), st.data())
@VERY_FEW
def test_units_do_not_matter_over_lotteries(rule, problem, data) -> None:
    packages, d = problem
    unit = data.draw(arrays(float, len(d), elements=st.sampled_from([0.25, 1.0, 64.0])))
    there, back = rule(Lotteries(packages), d), rule(Lotteries(packages * unit + 1), d * unit + 1)
    assert (back.utilities - 1) / unit == pytest.approx(there.utilities, abs=NEAR, nan_ok=True)


@pytest.mark.parametrize("rule", AGREEMENTS)
@given(problems())
@VERY_FEW
def test_lotteries_only_help_and_are_accepted_by_all(rule, problem) -> None:
    """Residuals hold, nobody is worse off, no package beats the agreement for all, and choosing one package is no better."""
    packages, d = problem
    found = rule(Lotteries(packages), d)
    choice = {nash_agreement: nash, kalai_smorodinsky_agreement: kalai_smorodinsky}.get(rule, egalitarian)(
        packages, d
    )
    if found.outcome is Outcome.EMPTY:
        assert choice.outcome == Chosen.EMPTY
        return
    assert found.outcome is Outcome.AGREED
    assert found.residual < 1e-8
    assert (found.utilities >= d - 1e-9).all()
    assert not (packages > found.utilities + NEAR).all(1).any()
    assert found.point.sum() == pytest.approx(1)
    assert packages.T @ found.point == pytest.approx(found.utilities)
    if rule is egalitarian_agreement and choice.outcome == Chosen.AGREED and choice.value > 0:
        assert found.value >= choice.value - 1e-9


@given(problems(parties=2), st.data())
@VERY_FEW
def test_nash_over_lotteries_does_not_depend_on_what_was_not_used(problem, data) -> None:
    packages, d = problem
    found = nash_agreement(Lotteries(packages), d)
    assume(found.outcome is Outcome.AGREED)
    assume(found.value > 0)
    assume((found.ideal - d > 0).all())
    keep = data.draw(arrays(bool, len(packages))) | (found.point > 1e-9)
    again = nash_agreement(Lotteries(packages[keep]), d)
    assert again.utilities == pytest.approx(found.utilities, abs=NEAR)


@pytest.mark.parametrize("rule", AGREEMENTS)
@given(spaces(), st.data())
@VERY_FEW
def test_the_issue_space(rule, problem, data) -> None:
    """Nobody refuses; outcomes lie among the ideals; reflecting an issue reflects the answer; parties of one mind get their way."""
    space, d = problem
    found = rule(space, d)
    assert found.outcome is Outcome.AGREED
    assert found.residual < 1e-8
    assert (found.utilities >= d - 1e-8).all()
    # strictly among them: outside, all would gain by coming nearer
    assert (found.point >= space.positions.min(0) - NEAR).all()
    assert (found.point <= space.positions.max(0) + NEAR).all()
    turned = np.where(data.draw(arrays(bool, len(found.point))), 1 - space.positions, space.positions)
    assert rule(IssueSpace(turned, space.salience), d).utilities == pytest.approx(found.utilities, abs=NEAR)
    same = IssueSpace(np.tile(space.positions[0], (len(d), 1)), space.salience)
    assert rule(same, d - 0.5).point == pytest.approx(space.positions[0], abs=NEAR)


@given(spaces(), st.data())
@VERY_FEW
def test_a_better_fallback_never_hurts_its_owner(problem, data) -> None:
    """Nash and egalitarian: the more no agreement is worth to a party, the more it gets."""
    space, d = problem
    party = data.draw(st.integers(0, len(d) - 1))
    worse = d.copy()
    worse[party] -= data.draw(sixteenths(0.125, 0.5))
    for rule in (nash_agreement, egalitarian_agreement):
        before, after = rule(space, worse), rule(space, d)
        assert after.utilities[party] >= before.utilities[party] - NEAR


# --- the zone -------------------------------------------------------------------------------------


@given(arrays(float, (4, 3, 5), elements=sixteenths()), sixteenths(1 / 16, 1), st.permutations(range(3)))
@FEW
def test_the_zone_shrinks_as_more_is_asked(accept, threshold, order) -> None:
    here = zone(accept, threshold)
    assert (here.inside == ~here.blocks.any(1)).all()
    assert (here.inside == (here.shortfall <= 1e-12)).all()
    np.testing.assert_array_equal(zone(accept[:, list(order)], threshold).inside, here.inside)
    np.testing.assert_array_equal(zone(accept[:, list(order)], threshold).closest, here.closest)
    stricter = zone(accept, min(1.0, threshold + 1 / 16))
    assert (stricter.inside <= here.inside).all()
    assert stricter.open_share <= here.open_share
    assert (zone(accept[:, :2], threshold).inside >= here.inside).all()


# --- sequential bargaining ------------------------------------------------------------------------


@given(
    arrays(float, (2, 6), elements=sixteenths(0, 15 / 16)), arrays(float, (2, 6), elements=sixteenths(0, 0.5))
)
@FEW
def test_outside_options_bound_the_deal_and_no_more(discount, outside) -> None:
    """The outside option principle: an option smaller than what its owner gets anyway changes nothing; no deal gives less."""
    without, found = deal(discount, np.zeros_like(outside)), deal(discount, outside)
    idle = (outside <= np.stack([without.shares[1, 0], without.shares[0, 1]])).all(0)
    np.testing.assert_allclose(found.shares[..., idle], without.shares[..., idle], atol=1e-12)
    assert (found.shares >= outside - 1e-12).all()
    np.testing.assert_allclose(found.shares.sum(1), 1, atol=1e-12)
    # whoever offers first is no worse off for it, and names do not matter
    assert (found.shares[0, 0] >= found.shares[1, 0] - 1e-12).all()
    np.testing.assert_allclose(
        deal(discount[::-1], outside[::-1]).shares, found.shares[::-1, ::-1], atol=1e-12
    )


@given(arrays(float, 2, elements=sixteenths(1 / 16, 1)))
@FEW
def test_frequent_offers_are_nashs_weighted_solution(rate) -> None:
    split = frequent_offers(rate, np.zeros(2))
    found = nash_agreement(Lotteries(np.eye(2)), np.zeros(2), 1 / rate)
    assert found.utilities == pytest.approx(split, abs=NEAR)
    assert deal(patience(rate, 1e-5), np.zeros(2)).shares[0] == pytest.approx(split, abs=1e-4)


@given(st.permutations(range(4)), st.data())
@VERY_FEW
def test_legislative_values_follow_their_parties(order, data) -> None:
    """Names do not matter, nor does a list of coalitions in another order; doubling weights and quota changes nothing."""
    order = list(order)
    weights = data.draw(arrays(int, 4, elements=st.integers(1, 3)))
    p = data.draw(arrays(float, 4, elements=st.integers(1, 8).map(float)))
    delta = data.draw(arrays(float, 4, elements=sixteenths(0.25, 15 / 16)))
    p = p / p.sum()
    needed = int(weights.sum()) // 2 + 1
    there = divide(quota(weights, needed), p, delta)
    back = divide(quota(weights[order], needed), p[order], delta[order])
    twice = divide(quota(2 * weights, 2 * needed), p, delta)
    assert there.residual < 1e-7
    assert back.values == pytest.approx(there.values[order], abs=NEAR)
    assert twice.values == pytest.approx(there.values, abs=NEAR)
    assert there.values.sum() == pytest.approx(1)
    assert (there.keeps >= there.prices - 1e-9).all()


def test_a_veto_never_hurts_its_holder() -> None:
    rng = np.random.default_rng(51)
    for _ in range(8):
        p, delta = rng.dirichlet(np.full(4, 2.0)), rng.uniform(0.3, 0.98, 4)
        plain = divide(quota(np.ones(4, int), 3), p, delta)
        veto = divide(quota(np.ones(4, int), 3, np.arange(4) == 0), p, delta)
        assert veto.values[0] >= plain.values[0] - NEAR
        listed = np.array([[True, True, True, False], [True, True, False, True], [True, False, True, True]])
        assert divide(coalitions(listed), p, delta).values == pytest.approx(veto.values, abs=NEAR)
