"""Laws of the chain: what must not matter, what must only help, and what happens in the limit."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from holdfast.chain import Inputs
from holdfast.chain.escalate import Solved
from holdfast.chain.solve import CURVE_YEARS, Outcomes
from tests.laws.chain_inputs import (
    BODIES,
    PLEDGES,
    RAMPS,
    TEN,
    against_0,
    base,
    joined,
    one_attacker,
    same,
    solved,
    solved_alike,
    usual,
)

ROUNDING = 1e-11
LAST_BITS = 1e-15


def swapped(inputs: Inputs) -> Inputs:
    """The same situation with principals 0 and 1 the other way round."""
    pairs = {
        name: getattr(inputs, name)[::-1]
        for name in [
            "outcome_utility",
            "relief",
            "upkeep",
            "defeat",
            "war_cost",
            "fighting_strength",
            "strength",
            "strengthens",
            "crises_per_year",
            "noise",
            "word_cost",
            "detection",
            "watches",
            "crossed_firmness",
            "signs",
        ]
    }
    return inputs._replace(**pairs, attacks=inputs.attacks[::-1])


def swapped_back(answer: Solved) -> Solved:
    """An answer to `swapped` inputs, in the order of the inputs."""
    found = answer.outcomes
    by_party = {
        name: getattr(found, name)[::-1]
        for name in [
            "accept",
            "net_value",
            "fighting_value",
            "refuses",
            "detect",
            "honour",
            "honour_alone",
            "sanctions",
            "delivered",
            "deter_without_help",
        ]
    }
    by_time = {name: getattr(found, name)[:, ::-1] for name in ("deter", "attack_value", "standing_value")}
    outcomes = found._replace(**by_party, **by_time, causes_10=found.causes_10[[1, 0, 2]])
    return answer._replace(
        outcomes=outcomes,
        delivered_low=answer.delivered_low[::-1],
        delivered_high=answer.delivered_high[::-1],
    )


def reordered(inputs: Inputs, pledges: list[int], bodies: list[int], ramps: list[int]) -> Inputs:
    """The same situation with pledges, bodies and ramps in another order."""
    place = np.array([*np.argsort(bodies), -1])  # where each body stands now; the last is none
    attacks = []
    for a in inputs.attacks:
        own = jax.tree.map(lambda x: x[pledges], a.pledges)
        sanctions = a.sanctions._replace(body=place[a.sanctions.body])
        attacks.append(
            a._replace(
                pledges=own._replace(body=place[own.body]), sanctions=sanctions, passes=a.passes[bodies]
            )
        )
    return inputs._replace(
        attacks=tuple(attacks),
        added=inputs.added[ramps],
        over_years=inputs.over_years[ramps],
        strengthens=inputs.strengthens[:, ramps],
    )


def test_order_of_parties_does_not_matter():
    inputs, expected = base()
    [found] = solved(swapped(inputs))
    same(swapped_back(found), expected, ROUNDING)


def test_order_of_pledges_bodies_and_ramps_does_not_matter():
    inputs, expected = base()
    pledges, bodies, ramps = [2, 0, 1], [1, 0], [1, 0]
    [found] = solved(reordered(inputs, pledges, bodies, ramps))
    back = np.argsort(pledges)
    outcomes = found.outcomes._replace(
        **{n: tuple(h[back] for h in getattr(found.outcomes, n)) for n in ("honour", "honour_alone")}
    )
    same(found._replace(outcomes=outcomes), expected, ROUNDING)


def test_order_of_draws_and_their_company_do_not_matter():
    """A draw alone, among 199 others, or in another place: the same answer, to a bit of rounding."""
    inputs, expected = base()
    others = usual(136, seed=21)
    order = np.random.default_rng(0).permutation(200)
    [shuffled] = solved(jax.tree.map(lambda a: a[..., order], joined(inputs, others)))
    for draw in range(64):
        at = int(np.flatnonzero(order == draw)[0])
        same(
            jax.tree.map(lambda a, at=at: a[..., at], shuffled),
            jax.tree.map(lambda a, d=draw: a[..., d], expected),
            LAST_BITS,
        )
    for draw in (0, 17, 63):
        [alone] = solved(jax.tree.map(lambda a, d=draw: a[..., [d]], inputs))
        same(alone, jax.tree.map(lambda a, d=draw: a[..., [d]], expected), LAST_BITS)


def test_unit_of_strength_does_not_matter():
    inputs, expected = base()
    factor = 1234.5
    scaled = inputs._replace(
        fighting_strength=factor * inputs.fighting_strength,
        strength=factor * inputs.strength,
        added=factor * inputs.added,
        attacks=tuple(
            a._replace(
                forward=factor * a.forward, pledges=a.pledges._replace(strength=factor * a.pledges.strength)
            )
            for a in inputs.attacks
        ),
    )
    [found] = solved(scaled)
    same(found, expected, ROUNDING)


def test_unit_of_time_does_not_matter_before_the_horizon():
    """Half as long a year, and all rates half as high: what holds after two old years holds after one new one.

    The horizon is a plain number of years, so that the situation must be the same from the first: nothing ramps or settles.
    """
    inputs, _ = base()
    still = inputs._replace(added=0 * inputs.added, settling_excess=np.ones(64))
    slower = still._replace(
        war_cost=still.war_cost / 2,
        war_years=still.war_years * 2,
        discount=still.discount / 2,
        crises_per_year=still.crises_per_year / 2,
        accidents_per_year=still.accidents_per_year / 2,
        attacks=tuple(
            a._replace(sanctions=a.sanctions._replace(size=a.sanctions.size / 2)) for a in still.attacks
        ),
    )
    fast, slow = (answer.outcomes for answer in solved(still, slower))
    at = {year: n for n, year in enumerate(CURVE_YEARS)}
    for year in (1.0, 2.0, 5.0):
        np.testing.assert_allclose(slow.survival[at[2 * year]], fast.survival[at[year]], rtol=0, atol=1e-9)
    np.testing.assert_allclose(slow.net_value, fast.net_value, rtol=0, atol=1e-9)


def test_a_body_that_cannot_pass_is_as_good_as_no_pledges_of_its_own():
    inputs, _ = base()
    body = 0

    def blocked(a):
        return a._replace(passes=np.concatenate([0 * a.passes[:1], a.passes[1:]]))

    def without(a):
        pledges = a.pledges._replace(strength=np.where(a.pledges.body == body, 0.0, a.pledges.strength))
        sanctions = a.sanctions._replace(size=np.where(a.sanctions.body == body, 0.0, a.sanctions.size))
        return a._replace(pledges=pledges, sanctions=sanctions)

    cases = (
        inputs._replace(attacks=tuple(blocked(a) for a in inputs.attacks)),
        inputs._replace(attacks=tuple(without(a) for a in inputs.attacks)),
        inputs,
    )
    never, gone, asis = solved_alike(*cases)
    as_users_get_it = [answer.outcomes for answer in solved(*cases)]
    for name in ("survival", "causes_10", "deter", "net_value", "signed"):
        np.testing.assert_allclose(getattr(never, name), getattr(gone, name), rtol=0, atol=1e-9, err_msg=name)
        pair = (getattr(answer, name) for answer in as_users_get_it[:2])  # perhaps by different methods
        np.testing.assert_allclose(*pair, rtol=0, atol=1e-6, err_msg=name)
    assert np.abs(never.survival[TEN] - asis.survival[TEN]).max() > 0.05


def never_lower(more: Outcomes, fewer: Outcomes) -> None:
    """Assert that holds is at least as high at all times, and higher somewhere."""
    gain = more.survival - fewer.survival
    assert gain.min() > -1e-9
    assert gain.max() > 0.02
    assert (gain[TEN] > 1e-6).mean() > 0.2


def honour_fixed(draws: int, seed: int) -> Inputs:
    """One attacker, and guarantors without a stake: what they honour, they honour whatever the others do."""
    inputs = one_attacker(draws, seed)
    return against_0(inputs, stake=0 * inputs.attacks[0].pledges.stake)


@pytest.mark.parametrize("seed", [30, 31])
def test_with_honour_fixed_more_detection_never_lowers_holds(seed):
    inputs = honour_fixed(96, seed)
    rise = np.random.default_rng(seed).random((2, 96))
    better = inputs._replace(detection=inputs.detection + rise * (1 - inputs.detection))
    fewer, more = solved(inputs, better)
    never_lower(more.outcomes, fewer.outcomes)


@pytest.mark.parametrize("seed", [32, 33])
def test_with_honour_fixed_more_pledged_strength_never_lowers_holds(seed):
    inputs = honour_fixed(96, seed)
    strength = inputs.attacks[0].pledges.strength
    extra = np.random.default_rng(seed).choice([0.0, 0.5, 2.0], strength.shape)
    fewer, more = solved(inputs, against_0(inputs, strength=strength * (1 + extra)))
    same(more.outcomes.honour[0], fewer.outcomes.honour[0], ROUNDING)
    never_lower(more.outcomes, fewer.outcomes)


@pytest.mark.parametrize("seed", [34, 35])
def test_with_one_pledge_a_higher_break_cost_never_lowers_holds(seed):
    inputs = one_attacker(96, seed)
    own = inputs.attacks[0].pledges
    inputs = against_0(inputs, strength=own.strength * np.array([[1.0], [0.0], [0.0]]))
    rise = np.random.default_rng(seed).uniform(0.0, 0.5, own.break_cost.shape)
    fewer, more = solved(inputs, against_0(inputs, break_cost=own.break_cost + rise))
    assert (more.outcomes.honour[0][0] >= fewer.outcomes.honour[0][0]).all()
    never_lower(more.outcomes, fewer.outcomes)


def test_more_help_can_lower_holds_while_it_is_on_its_way():
    """A preventive window, the design's own counterexample: the attacker goes before its victim has grown strong."""
    inputs = one_attacker(64, 36)._replace(
        strength=np.full((2, 64), 1.0),
        over_years=np.full((RAMPS, 64), 4.0),
        strengthens=np.broadcast_to(np.array([[[False]], [[True]]]), (2, RAMPS, 64)),
        discount=np.full(64, 0.03),
        accidents_per_year=np.zeros(64),
    )
    fewer, more = solved(inputs, inputs._replace(added=np.full((RAMPS, 64), 1.0)))
    assert (more.outcomes.deter[0, 0] > fewer.outcomes.deter[0, 0] + 0.02).any()


def test_no_occasions_and_no_accidents_hold_for_ever():
    inputs, _ = base()
    quiet = inputs._replace(crises_per_year=0 * inputs.crises_per_year, accidents_per_year=np.zeros(64))
    [found] = solved(quiet)
    outcomes = found.outcomes
    np.testing.assert_array_equal(outcomes.survival, 1.0)
    np.testing.assert_array_equal(outcomes.causes_10, 0.0)
    peace = quiet.outcome_utility + quiet.relief - quiet.upkeep
    np.testing.assert_allclose(outcomes.net_value, peace, rtol=0, atol=1e-12)


def test_accidents_alone_follow_their_own_rate():
    inputs, _ = base()
    calm = inputs._replace(crises_per_year=0 * inputs.crises_per_year)
    [found] = solved(calm)
    e, tau = calm.settling_excess, calm.settling_years
    rate = calm.accidents_per_year * np.prod(1 - calm.containment, axis=0)
    for n, year in enumerate(CURVE_YEARS):
        expected = np.exp(-rate * (year + (e - 1) * tau * (1 - np.exp(-year / tau))))
        np.testing.assert_allclose(found.outcomes.survival[n], expected, rtol=0, atol=1e-6)
    np.testing.assert_array_equal(found.outcomes.causes_10[:2], 0.0)


def test_without_noise_the_attacker_goes_at_once_or_never():
    """One attacker, no accidents, ν → 0: if peace is worth more than attacking it holds for ever, otherwise till the first occasion."""
    inputs = one_attacker(64, 37)._replace(noise=np.full((2, 64), 1e-6), accidents_per_year=np.zeros(64))
    inputs = against_0(inputs, noise=np.full((PLEDGES, 64), 10.0))
    [found] = solved(inputs)
    outcomes = found.outcomes
    peace = (inputs.outcome_utility + inputs.relief - inputs.upkeep)[0]
    gain = outcomes.attack_value[0, 0] - peace
    clear = np.abs(gain) > 0.02
    assert 5 < np.sum(clear & (gain > 0)) < 59
    omega, e, tau = inputs.crises_per_year[0], inputs.settling_excess, inputs.settling_years
    first = np.exp(-omega * (10 + (e - 1) * tau * (1 - np.exp(-10 / tau))))
    expected = np.where(gain > 0, first, 1.0)
    np.testing.assert_allclose(outcomes.survival[TEN][clear], expected[clear], rtol=0, atol=1e-6)


@pytest.mark.parametrize("seed", [38, 39])
def test_without_noise_one_guarantor_does_what_is_best_for_it(seed):
    inputs = one_attacker(96, seed)
    own = inputs.attacks[0].pledges
    inputs = against_0(
        inputs, strength=own.strength * np.array([[1.0], [0.0], [0.0]]), noise=np.full((PLEDGES, 96), 1e-6)
    )
    own = inputs.attacks[0].pledges
    [found] = solved(inputs)
    m, S = inputs.decisiveness, inputs.strength
    T = S[1] + inputs.attacks[0].forward
    p = lambda help_: S[0] ** m / (S[0] ** m + (T + help_) ** m)
    gain = own.stake[0] * (p(0) - p(own.strength[0])) - own.cost[0] + own.break_cost[0]
    best = (gain > 0).astype(float)
    assert 0.1 < best.mean() < 0.9
    np.testing.assert_allclose(found.outcomes.honour[0][0], best, rtol=0, atol=1e-9)


@pytest.mark.slow
def test_without_noise_guarantors_answer_each_other_best():
    """ν → 0: nobody would rather do otherwise, worked out over all outcomes without the solver."""
    inputs = one_attacker(16, 40)
    own = inputs.attacks[0].pledges
    inputs = against_0(inputs, noise=np.full_like(own.noise, 1e-4), body=np.full_like(own.body, -1))
    own = inputs.attacks[0].pledges
    [found] = solved(inputs)
    assert found.converged.all()
    honour = found.outcomes.honour[0]
    m, S = inputs.decisiveness, inputs.strength
    T = S[1] + inputs.attacks[0].forward
    p = lambda help_: S[0] ** m / (S[0] ** m + (T + help_) ** m)
    pure = 0
    for g in range(PLEDGES):
        others = [j for j in range(PLEDGES) if j != g]
        benefit = np.zeros(16)
        for votes in np.ndindex(*(2,) * len(others)):
            chance = np.prod(
                [honour[j] if v else 1 - honour[j] for j, v in zip(others, votes, strict=True)], axis=0
            )
            help_ = sum(own.strength[j] * v for j, v in zip(others, votes, strict=True))
            benefit += chance * (p(help_) - p(help_ + own.strength[g]))
        gain = own.stake[g] * benefit - own.cost[g] + own.break_cost[g]
        # a pure answer is best; one in between leaves the guarantor all but indifferent
        regret = np.where(gain > 0, (1 - honour[g]) * gain, -honour[g] * gain)
        assert regret.max() < 1e-4
        pure += np.sum((honour[g] < 1e-6) | (honour[g] > 1 - 1e-6))
    assert pure > PLEDGES * 16 / 2


def all_or_none(draws: int, seed: int) -> Inputs:
    """Guarantors of equal weight who are nearly sure of themselves, and whose help counts when much of it comes."""
    rng = np.random.default_rng(seed)
    inputs = usual(draws, seed)
    own = inputs.attacks[0].pledges
    strength = rng.uniform(0.6, 1.2, own.strength.shape)
    m, S, T = rng.uniform(2.5, 4.0, draws), rng.uniform(3.0, 5.0, draws), np.ones(draws)
    p = lambda help_: S**m / (S**m + (T + help_) ** m)
    half = strength.sum(axis=0) / 2
    cost = (
        own.stake * (p(half - strength / 2) - p(half + strength / 2)) * rng.uniform(0.9, 1.1, strength.shape)
    )
    inputs = against_0(
        inputs,
        strength=strength,
        cost=cost,
        break_cost=np.zeros_like(cost),
        noise=np.broadcast_to(rng.uniform(0.003, 0.012, draws), cost.shape),
        body=np.full_like(own.body, -1),
    )
    return inputs._replace(decisiveness=m, strength=np.stack([S, T]), added=0.2 * inputs.added)


@pytest.mark.slow
def test_laws_of_order_and_unit_hold_where_there_are_several_answers():
    inputs = all_or_none(24, seed=41)
    [expected] = solved(inputs)
    assert expected.converged.all()
    assert 3 < expected.fragile.sum() < 24
    [found] = solved(swapped(inputs))
    back = swapped_back(found)
    assert (back.fragile == expected.fragile).all()
    np.testing.assert_allclose(back.outcomes.survival, expected.outcomes.survival, rtol=0, atol=1e-7)
    pledges = [1, 2, 0]
    [found] = solved(reordered(inputs, pledges, list(range(BODIES)), list(range(RAMPS))))
    assert (found.fragile == expected.fragile).all()
    np.testing.assert_allclose(found.outcomes.survival, expected.outcomes.survival, rtol=0, atol=1e-7)
    for draw in (0, 7):
        [alone] = solved(jax.tree.map(lambda a, d=draw: a[..., [d]], inputs))
        same(alone, jax.tree.map(lambda a, d=draw: a[..., [d]], expected), 0)
