"""The range of what honouring changes, over a box of probabilities, against every corner and many points inside it."""

from itertools import product

import jax.numpy as jnp
import numpy as np
import pytest

from holdfast.chain.attack import situation
from holdfast.chain.enclosure import benefit_range
from holdfast.chain.help import factors, shifts
from holdfast.chain.inputs import Pledges

PLEDGES, DRAWS = 4, 200


def chance(attacker, defender, m):
    return attacker**m / (attacker**m + defender**m)


def benefits(strength, attacker, m, honour):
    """E[Δ_g] combination by combination."""
    found = np.zeros(honour.shape)
    for kept in product([0, 1], repeat=PLEDGES):
        flags = np.array(kept)[:, None]
        each = np.where(flags, honour, 1 - honour)
        win = chance(attacker, 1 + (flags * strength).sum(axis=0), m)
        for g in range(PLEDGES):
            found[g] += np.delete(each, g, axis=0).prod(axis=0) * win * (1 - 2 * kept[g])
    return found


@pytest.mark.parametrize("many", [False, True])
def test_no_point_of_the_box_lies_outside_and_where_p_bends_one_way_the_corners_are_met(many):
    rng = np.random.default_rng(5)
    strength = rng.uniform(0.05, 1.0, (PLEDGES, DRAWS))
    attacker, m = np.exp(rng.uniform(-0.5, 1.5, DRAWS)), rng.uniform(0.5, 4.0, DRAWS)
    low = rng.uniform(0.0, 1.0, (PLEDGES, DRAWS))
    high = low + rng.uniform(0.0, 1.0, (PLEDGES, DRAWS)) * (1 - low) * rng.choice([0.05, 1.0], DRAWS)
    nothing = jnp.zeros(strength.shape)
    pledges = Pledges(jnp.asarray(strength), nothing, nothing, nothing, nothing + 1, nothing)
    extra = (factors(jnp.asarray(strength)), shifts(jnp.asarray(strength))) if many else None
    state = situation(jnp.asarray(attacker), jnp.ones(DRAWS), jnp.asarray(m), pledges, extra)
    ends = [jnp.asarray(e)[:, None] for e in (low, high)]
    low_, high_ = ends
    found = benefit_range(
        state.benefit(low_), state.benefit(high_), state.bends, jnp.asarray(strength), low_, high_
    )
    least, most = (np.asarray(f)[:, 0] for f in found)

    corners = [np.where(np.array(c)[:, None], high, low) for c in product([0, 1], repeat=PLEDGES)]
    # E[Δ] is linear in each probability, so that its extremes are at corners
    values = np.stack([benefits(strength, attacker, m, c) for c in corners])
    slack = 3e-6 if many else 1e-13  # of the fit
    assert (least <= values.min(axis=0) + slack).all()
    assert (most >= values.max(axis=0) - slack).all()

    first, last = (1 + m * (1 - 2 * chance(attacker, 1 + h, m)) for h in (0.0, strength.sum(axis=0)))
    one_way = (first >= 0) | (last <= 0)
    assert 60 < one_way.sum() < DRAWS - 40
    assert np.abs(least - values.min(axis=0))[:, one_way].max() <= slack
    assert np.abs(most - values.max(axis=0))[:, one_way].max() <= slack
    # and elsewhere it is not much wider than it must be
    width, needed = most - least, values.max(axis=0) - values.min(axis=0)
    assert np.median((width / np.maximum(needed, 1e-3))[:, ~one_way]) < 1.3


def test_a_box_of_one_point_has_one_value():
    strength = np.full((PLEDGES, 1), 0.5)
    nothing = jnp.zeros(strength.shape)
    pledges = Pledges(jnp.asarray(strength), nothing, nothing, nothing, nothing + 1, nothing)
    state = situation(jnp.array([3.0]), jnp.ones(1), jnp.array([3.0]), pledges, None)
    honour = jnp.full((PLEDGES, 1, 1), 0.3)
    value = state.benefit(honour)
    least, most = benefit_range(value, value, state.bends, jnp.asarray(strength), honour, honour)
    assert np.array_equal(least, value)
    assert np.array_equal(most, value)
    assert float(value[0, 0, 0]) == pytest.approx(
        benefits(strength, np.array([3.0]), np.array([3.0]), np.full((PLEDGES, 1), 0.3))[0, 0], rel=1e-12
    )
