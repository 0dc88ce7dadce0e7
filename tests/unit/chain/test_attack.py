"""What an attack brings: sanctions against all their combinations, and the part that comes without help taken apart and put together."""

from itertools import product

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from holdfast.chain import attack
from holdfast.chain import help as aid
from holdfast.chain.inputs import Attack, Pledges, Sanctions

DRAWS = 30


def war(rng):
    some = lambda low, high: jnp.asarray(rng.uniform(low, high, DRAWS))
    return attack.War(
        some(0.0, 0.5), some(0.02, 0.1), some(0.0, 0.5), some(0.02, 0.1), some(0.2, 0.7), some(0.03, 0.08)
    )


@pytest.mark.parametrize(("count", "within"), [(1, 1e-12), (3, 2e-4), (10, 2e-3)])
def test_what_sanctions_take_is_as_all_their_combinations_say(count, within):
    rng = np.random.default_rng(count)
    own = war(rng)
    size, honour = rng.uniform(0.0, 0.05, (count, DRAWS)), rng.uniform(0, 1, (count, 1, DRAWS))
    unused = jnp.zeros(size.shape)
    sanctions = Sanctions(jnp.asarray(size), unused, unused, unused, jnp.full(size.shape, -1))
    found = attack.sanction_loss(sanctions, jnp.ones(honour.shape, bool), jnp.asarray(honour), own)
    taken = size / np.asarray(own.discount + own.end_rate)
    y = np.linspace(-0.1, 1.1, 13)[:, None, None] * taken.sum(axis=0)
    mean, call, nothing = np.zeros(DRAWS), np.zeros((13, DRAWS)), np.zeros(DRAWS)
    for kept in product([0, 1], repeat=count):
        flags = np.array(kept)[:, None]
        chance = np.where(flags, honour[:, 0], 1 - honour[:, 0]).prod(axis=0)
        total = (flags * taken).sum(axis=0)
        mean += chance * total
        call += chance * np.maximum(total - y[:, 0], 0.0)
        nothing += chance * (sum(kept) == 0)
    most = taken.sum(axis=0)
    np.testing.assert_allclose(found.mean[0], mean, rtol=1e-12)
    np.testing.assert_allclose(found.most[0], most, rtol=1e-12)
    np.testing.assert_allclose(found.none[0], nothing, rtol=1e-12)
    assert (np.abs(np.asarray(found.call(jnp.asarray(y)))[:, 0] - call) / most).max() < within


@pytest.mark.parametrize("count", [3, 12])
def test_values_are_those_of_every_combination_of_helpers(count):
    """Few pledges to rounding; many within what a grid of help allows where a side yields."""
    rng = np.random.default_rng(count)
    own = war(rng)
    strength, honour = rng.uniform(0.05, 0.4, (count, DRAWS)), rng.uniform(0, 1, (count, 1, DRAWS))
    attacker, m = rng.uniform(0.5, 2.0, DRAWS), rng.uniform(0.5, 2.0, DRAWS)
    unused = jnp.zeros(strength.shape)
    pledges = Pledges(jnp.asarray(strength), unused, unused, unused, unused, jnp.full(strength.shape, -1))
    none = jnp.zeros((0, DRAWS))
    sanctions = Sanctions(none, none, none, none, none.astype(int))
    meets = Attack(pledges, sanctions, none, jnp.zeros(DRAWS))
    active = jnp.ones(honour.shape, bool)

    @jax.jit
    def solve(honour):
        many = (
            None if count <= aid.ENUMERATED else (aid.factors(pledges.strength), aid.shifts(pledges.strength))
        )
        state = attack.situation(jnp.asarray(attacker), jnp.ones(DRAWS), jnp.asarray(m), pledges, many)
        loss = attack.sanction_loss(sanctions, active[:0], jnp.zeros((0, 1, DRAWS)), own)
        return attack.brought(state, own, meets, active, honour, loss, yielding=True)

    found = solve(jnp.asarray(honour))
    d_a, k_a, d_v, k_v, mu, rho = (np.asarray(x) for x in own)
    expected, nobody = np.zeros((2, DRAWS)), np.zeros(DRAWS)
    for kept in product([0, 1], repeat=count):
        flags = np.array(kept)[:, None]
        chance = np.where(flags, honour[:, 0], 1 - honour[:, 0]).prod(axis=0)
        win = 1 / (1 + ((1 + (flags * strength).sum(axis=0)) / attacker) ** m)
        expected[0] += chance * np.maximum(d_a, (mu * (win + (1 - win) * d_a) - k_a) / (rho + mu))
        expected[1] += chance * np.maximum(d_v, (mu * (1 - win + win * d_v) - k_v) / (rho + mu))
        nobody += chance * (sum(kept) == 0)
    np.testing.assert_allclose(found.values[:, 0], expected, rtol=0, atol=1e-12 if count == 3 else 2e-4)
    np.testing.assert_allclose(found.idle[:, 0], np.stack([nobody, nobody]), rtol=1e-9)
    assert (np.asarray(found.idle_all) == 0).all()
    yields = (expected[0] - d_a < 0.1) & (expected[0] > d_a + 1e-6)
    assert yields.sum() > 3  # some in which the attacker yields to some combinations and not to others


def test_without_help_a_side_yields_where_that_loses_less():
    """S = T, m = 1, p = ½; μ = ½, ρ = 0: the attacker's (½·½ − .1)/½ = .3 is above 0, the victim's (½·½ − .3)/½ is not."""
    one = lambda x: jnp.full(1, x)
    own = attack.War(one(0.0), one(0.1), one(0.0), one(0.3), one(0.5), one(0.0))
    found = attack.unhelped(own, one(1.0), one(1.0), one(1.0))
    np.testing.assert_allclose(found[:, 0], [0.3, 0.0], atol=1e-15)
