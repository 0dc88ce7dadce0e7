"""Honour: the equation by hand; the fixed points of random guarantors by brute force, and the promise that there is only one."""

from functools import cache
from itertools import product
from math import exp

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from holdfast.chain.attack import situation
from holdfast.chain.decide import active_pledges
from holdfast.chain.honour import (
    deployed_costs,
    honour_probability,
    sanction_probability,
    solve_contraction,
)
from holdfast.chain.inputs import Pledges

PLEDGES, DRAWS = 3, 600


def column(*rows):
    return jnp.array(rows, dtype=float)[:, None]


def test_honour_by_hand():
    """b = 1, E[Δ] = .2, k = .15, r = .05, ν = .1: (.2 − .15 + .05) / .1 = 1."""
    found = honour_probability(*(column(x) for x in (0.2, 1.0, 0.15, 0.05, 0.1)))
    assert float(found[0, 0]) == pytest.approx(1 / (1 + exp(-1)), rel=1e-14)


def test_sanctions_do_not_change_who_wins():
    found = sanction_probability(column(0.1), column(0.2), column(0.05))
    assert float(found[0, 0]) == pytest.approx(1 / (1 + exp(-2)), rel=1e-14)


def test_deployments_add_tripwires_and_take_a_share_of_costs():
    cost, kept = deployed_costs(column(0.4), column(0.1), column(0.3), jnp.array([[[0.5]], [[0.2]]]))
    assert float(cost[0, 0]) == pytest.approx(0.4 * 0.5 * 0.8, rel=1e-14)
    assert float(kept[0, 0]) == pytest.approx(0.4, rel=1e-14)


def guarantors(seed):
    """Many situations of up to three guarantors, from noisy to nearly sure, some in which help counts only if all help."""
    rng = np.random.default_rng(seed)
    shape = (PLEDGES, DRAWS)
    strength = rng.uniform(0.1, 1.0, shape) * (rng.random(shape) < 0.9)
    attacker = np.exp(rng.uniform(-0.3, 1.3, DRAWS))
    m = rng.uniform(0.5, 4.0, DRAWS)
    stake = rng.uniform(0.3, 2.0, shape)
    # around what each would be indifferent at if the others helped by half
    help_ = strength.sum(axis=0) / 2
    gain = chance(attacker, 1 + help_ - strength / 2, m) - chance(attacker, 1 + help_ + strength / 2, m)
    cost = np.maximum(stake * gain * rng.uniform(0.8, 1.2, shape), 0.0)
    noise = np.exp(rng.uniform(np.log(0.005), np.log(0.3), DRAWS)) * np.ones(shape)
    pledges = Pledges(strength, stake, cost, np.zeros(shape), noise, np.full(shape, -1))
    return pledges, attacker, m


def chance(attacker, defender, m):
    return attacker**m / (attacker**m + defender**m)


def responses(pledges, attacker, m, honour):
    """Every guarantor's answer to the others', combination by combination."""
    benefit = np.zeros(honour.shape)
    for kept in product([0, 1], repeat=PLEDGES):
        flags = np.array(kept)[:, None]
        each = np.where(flags, honour, 1 - honour)
        win = chance(attacker, 1 + (flags * pledges.strength).sum(axis=0), m)
        for g in range(PLEDGES):
            benefit[g] += np.delete(each, g, axis=0).prod(axis=0) * win * (1 - 2 * kept[g])
    lift = (pledges.stake * benefit - pledges.cost + pledges.break_cost) / pledges.noise
    return 1 / (1 + np.exp(-lift))


def fixed_points(pledges, attacker, m, rounds=4000):
    """Where damped iteration comes to rest from every corner and the middle: [starts, pledges, draws]."""
    starts = [*product([0.0, 1.0], repeat=PLEDGES), (0.5,) * PLEDGES]
    wide = Pledges(*(np.tile(a, len(starts)) for a in pledges))
    many = (np.tile(attacker, len(starts)), np.tile(m, len(starts)))
    honour = np.repeat(np.array(starts).T, DRAWS, axis=1)
    change = np.ones_like(honour)
    for _ in range(rounds):
        new = responses(wide, *many, honour)
        change = np.abs(new - honour)
        if change.max() < 1e-12:
            break
        honour = (honour + new) / 2
    rested = (change < 1e-9).all(axis=0).reshape(len(starts), DRAWS)
    return honour.reshape(PLEDGES, len(starts), DRAWS).transpose(1, 0, 2), rested


@pytest.fixture(scope="module")
def brute():
    pledges, attacker, m = guarantors(12)
    return pledges, attacker, m, *fixed_points(pledges, attacker, m, 400)


@cache
def solved(brackets):
    pledges, attacker, m = jax.tree.map(jnp.asarray, guarantors(12))

    @jax.jit
    def solve(pledges, attacker, m):
        state = situation(attacker, jnp.ones_like(attacker), m, pledges, None)
        active = active_pledges(pledges.body, 0)
        start = jnp.where(active, 0.5, 0.0)
        return solve_contraction(
            state.benefit, pledges, active, state.steepest, state.curvature, state.bends, start, brackets
        )

    found = solve(pledges, attacker, m)
    return np.asarray(found.honour)[:, 0], np.asarray(found.unique)[0]


@pytest.mark.parametrize("brackets", [0, 8])
def test_what_is_said_to_be_the_only_answer_is(brute, brackets):
    pledges, attacker, m, points, rested = brute
    honour, unique = solved(brackets)
    used = pledges.strength > 0  # an unused place is honoured or not to no effect
    apart = np.where(used & rested[:, None], np.abs(points - honour), 0.0).max(axis=(0, 1))
    several = (
        np.where(used & rested[:, None] & rested[0], np.abs(points - points[0]), 0.0).max(axis=(0, 1)) > 1e-3
    )
    assert several.sum() > 20
    assert not (unique & several).any()
    assert apart[unique].max() < 1e-7
    gap = np.abs(np.where(used, responses(pledges, attacker, m, honour) - honour, 0.0)).max(axis=0)
    assert gap[unique].max() < 1e-9
    # not so cautious as to be of no use
    assert unique.mean() > (0.3 if brackets == 0 else 0.45)


def test_narrowing_the_box_only_adds_proofs():
    (_, few), (_, many) = solved(0), solved(8)
    assert (many >= few).all()
    assert many.sum() > few.sum()


def test_pledges_that_are_not_due_are_not_honoured():
    pledges, attacker, m = guarantors(13)
    pledges = jax.tree.map(
        jnp.asarray, pledges._replace(body=np.where(np.arange(PLEDGES)[:, None] == 1, 0, pledges.body))
    )
    attacker, m = jnp.asarray(attacker), jnp.asarray(m)
    state = situation(attacker, jnp.ones(DRAWS), m, pledges, None)
    active = active_pledges(pledges.body, 1)
    found = jax.jit(
        lambda start: solve_contraction(
            state.benefit, pledges, active, state.steepest, state.curvature, state.bends, start, 8
        )
    )(jnp.where(active, 0.5, 0.0))
    honour = np.asarray(found.honour)
    assert (honour[1, 0] == 0).all()
    unique = np.asarray(found.unique)
    # with the second pledge out, the first answers as if it were not there
    alone = guarantors(13)[0]
    alone = alone._replace(strength=alone.strength * np.array([[1.0], [0.0], [1.0]]))
    answer = responses(alone, np.asarray(attacker), np.asarray(m), honour[:, 0])
    gap = np.abs(answer - honour[:, 0])[[0, 2]].max(axis=0)
    assert unique[0].sum() > 100
    assert gap[unique[0]].max() < 1e-9
