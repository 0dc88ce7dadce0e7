"""What help does to the attacker's chances, against every combination of honoured and broken promises."""

from itertools import product

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from holdfast.chain import help as aid
from holdfast.chain.war import win_probability

PLACES, DRAWS = 12, 40


def chance(attacker, defender, m):
    return attacker**m / (attacker**m + defender**m)


def cases(places, seed, alike):
    """Random pledges, from one to all places in use, strong and weak against the principals."""
    rng = np.random.default_rng(seed)
    spread = 0.2 if alike else 1.5
    strength = np.exp(rng.normal(0.0, spread, (places, DRAWS)))
    used = np.arange(places)[:, None] < 1 + np.arange(DRAWS) % places
    strength = np.where(used, strength, 0.0)
    strength *= np.exp(rng.uniform(np.log(0.1), np.log(8.0), DRAWS)) / strength.sum(axis=0)
    honour = np.where(
        rng.random(strength.shape) < 0.15, rng.integers(0, 2, strength.shape), rng.random(strength.shape)
    )
    m = rng.uniform(0.5, 2.5, DRAWS)
    return strength, honour, rng.uniform(0.5, 2.0, DRAWS), m


def enumerated(strength, honour, value):
    """The mean of a function of the help, and of its fall with each pledge, combination by combination."""
    mean = np.zeros(DRAWS)
    falls = np.zeros(strength.shape)
    for kept in product([0, 1], repeat=strength.shape[0]):
        flags = np.array(kept)[:, None]
        each = np.where(flags, honour, 1 - honour)
        here = value((flags * strength).sum(axis=0))
        mean += each.prod(axis=0) * here
        for g in range(strength.shape[0]):
            others = np.delete(each, g, axis=0).prod(axis=0)
            falls[g] += others * here * (1 - 2 * kept[g])
    return mean, falls


@pytest.mark.parametrize("places", [2, 8])
def test_enumeration_is_what_it_says(places):
    strength, honour, attacker, m = cases(places, places, alike=False)

    @jax.jit
    def solve(strength, honour):
        table = win_probability(jnp.asarray(attacker), 1.0 + aid.outcomes(strength), jnp.asarray(m))
        weighted = jnp.sum(aid.outcome_weights(honour) * table, axis=0)
        return weighted, aid.enumerated_mean(table, honour), aid.enumerated_benefits(table, honour)

    mean, falls = enumerated(strength, honour, lambda h: chance(attacker, 1.0 + h, m))
    for found, expected in zip(
        solve(jnp.asarray(strength), jnp.asarray(honour)), (mean, mean, falls), strict=True
    ):
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-14)


@pytest.mark.parametrize("alike", [True, False])
def test_sums_of_exponentials_match_twelve_pledges_enumerated(alike):
    strength, honour, attacker, m = cases(PLACES, 3 + alike, alike)
    honour = np.minimum(honour, 1 - 1e-12)  # the sure ones are below
    mean, falls = enumerated(strength, honour, lambda h: chance(attacker, 1.0 + h, m))

    @jax.jit
    def solve(strength, honour):
        points = aid.sample_points(jnp.sum(strength, axis=0))
        weights, error = aid.fit_exponentials(
            win_probability(jnp.asarray(attacker), 1.0 + points, jnp.asarray(m))
        )
        curve = aid.ExponentialSum(weights, aid.factors(strength))
        return aid.mean_win(curve, honour), aid.benefits(curve, honour), error

    found, fall, error = (np.asarray(a) for a in solve(jnp.asarray(strength), jnp.asarray(honour)))
    assert error.max() < 1e-5
    # what is said of the error holds between the points too, but for a factor
    assert (np.abs(found - mean) <= 3 * error + 1e-12).all()
    assert (np.abs(fall - falls) <= 6 * error + 1e-12).all()
    assert fall.max() > 0.3


@pytest.mark.parametrize("share", [0.3, 1.0])
def test_a_sure_pledge_that_is_much_of_all_there_is(share):
    """One guarantor is sure to help with so much of the total; the other surely does not."""
    strength, honour = jnp.array([[3.0 * share], [3.0 * (1 - share)]]), jnp.array([[1.0], [0.0]])
    weights, _ = aid.fit_exponentials(1 / (2 + aid.sample_points(jnp.array([3.0]))))
    fall = aid.benefits(aid.ExponentialSum(weights, aid.factors(strength)), honour)
    own = 2 + 3 * share
    np.testing.assert_allclose(fall[:, 0], [1 / 2 - 1 / own, 1 / own - 1 / 5], atol=1e-6)


def test_an_unused_place_changes_nothing():
    strength, *_ = cases(6, 9, alike=False)
    wider = lambda a, fill: jnp.concatenate([jnp.asarray(a), jnp.full((2, DRAWS), fill)])
    one = np.asarray(aid.factors(jnp.asarray(strength)))
    more = np.asarray(aid.factors(wider(strength, 0.0)))
    np.testing.assert_array_equal(more[:, :6], one)
    np.testing.assert_array_equal(more[:, 6:], 1.0)


def grid(strength, honour):
    return aid.help_grid(strength, aid.shifts(strength), honour)


@pytest.mark.parametrize("alike", [True, False])
def test_the_grid_of_help_keeps_its_moments_and_means_of_smooth_and_kinked_curves(alike):
    strength, honour, attacker, m = cases(PLACES, 5 + alike, alike)
    amount, weight = (np.asarray(a) for a in jax.jit(grid)(jnp.asarray(strength), jnp.asarray(honour)))
    total = strength.sum(axis=0)
    np.testing.assert_allclose(weight.sum(axis=0), 1.0, rtol=0, atol=2e-7)
    for power in (1, 2, 3):
        mean, _ = enumerated(strength, honour, lambda h, n=power: (h / total) ** n)
        np.testing.assert_allclose((weight * (amount / total) ** power).sum(axis=0), mean, rtol=0, atol=2e-7)
    smooth = lambda h: chance(attacker, 1.0 + np.maximum(h, 0.0), m)
    kinked = lambda h: np.maximum(h / total - 0.37, 0.0)
    for curve, within in ((smooth, 5e-4), (kinked, 2e-3)):
        mean, _ = enumerated(strength, honour, curve)
        np.testing.assert_allclose((weight * curve(amount)).sum(axis=0), mean, rtol=0, atol=within)


def test_the_grid_holds_each_decision_by_itself():
    """More axes than draws: the same answer for each."""
    strength, honour, *_ = cases(5, 7, alike=False)
    both = jnp.stack([jnp.asarray(honour), jnp.asarray(1 - honour)], axis=1)
    amount, weight = grid(jnp.asarray(strength)[:, None], both)
    for k, own in enumerate((honour, 1 - honour)):
        mean, _ = enumerated(strength, own, lambda h: h)
        np.testing.assert_allclose(
            (np.asarray(amount)[:, 0] * np.asarray(weight)[:, k]).sum(axis=0), mean, atol=1e-11
        )
