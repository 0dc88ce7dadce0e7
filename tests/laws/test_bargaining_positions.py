"""Laws of models of positions: what must not matter to where a bargain ends, with the ties that coarse grids make."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.bargaining.challenge import Choice, Contest, Rounds, run
from holdfast.bargaining.mean import weighted_mean, weighted_median

DRAWS = 256
ROUNDS = 6
CLOSE = 1e-7
FEW = settings(max_examples=8)
READINGS = [(contest, choice) for contest in Contest for choice in Choice]


SIZES = st.sampled_from([2, 3, 6])


@st.composite
def cases(draw, parties=SIZES):
    """Positions, salience and strength of many draws: fine or on a grid, alike or not; some parties without weight."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = (draw(parties), DRAWS)
    levels = draw(st.sampled_from([0, 2, 4, 10]))
    x, s, c = (rng.integers(0, levels + 1, shape) / levels if levels else rng.random(shape) for _ in range(3))
    if draw(st.booleans()):
        s, c = np.ones(shape), np.ones(shape)
    s[0, ~(s * c > 0).any(0)] = 1
    c[0, ~(s * c > 0).any(0)] = 1
    return x, s, c


def mean(x, s, c):
    return np.asarray(weighted_mean(jnp.asarray(x), jnp.asarray(s * c)))


def median(x, s, c):
    return np.asarray(weighted_median(jnp.asarray(x), jnp.asarray(s * c)))


def challenge(contest, choice):
    return lambda x, s, c: run(x, s, c, rounds=ROUNDS, contest=contest, choice=choice)


def outcomes(model, case):
    """Return what a model makes of a case as arrays with parties and draws, or draws, on the last axes."""
    found = model(*case)
    return (found.median, found.mean) if isinstance(found, Rounds) else (found,)


MODELS = [mean, median, *(challenge(*reading) for reading in READINGS)]
NAMES = ["mean", "median", *(f"{a.name}-{b.name}".lower() for a, b in READINGS)]
all_models = pytest.mark.parametrize("model", MODELS, ids=NAMES)
all_readings = pytest.mark.parametrize("model", MODELS[2:], ids=NAMES[2:])


def alike(one, other):
    for a, b in zip(one, other, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=CLOSE)


@all_models
@given(cases(), st.integers(0, 2**32 - 1))
@FEW
def test_the_order_of_parties_does_not_matter(model, case, seed):
    order = np.random.default_rng(seed).permutation(len(case[0]))
    alike(outcomes(model, case), outcomes(model, [a[order] for a in case]))


@all_readings
@given(cases(), st.integers(0, 2**32 - 1))
@FEW
def test_nor_does_it_to_where_each_party_goes(model, case, seed):
    order = np.random.default_rng(seed).permutation(len(case[0]))
    alike([model(*case).positions[:, order]], [model(*[a[order] for a in case]).positions])
    alike([model(*case).kind[:, order]], [model(*[a[order] for a in case]).kind])


@all_models
@given(cases())
@FEW
def test_turning_the_scale_round_turns_the_outcome_round(model, case):
    x, s, c = case
    alike(outcomes(model, case), [1 - a for a in outcomes(model, (1 - x, s, c))])


@all_models
@given(cases(), st.floats(1e-6, 1e6))
@FEW
def test_the_unit_of_strength_does_not_matter(model, case, unit):
    x, s, c = case
    alike(outcomes(model, case), outcomes(model, (x, s, c * unit)))


@all_models
@pytest.mark.parametrize("lacks", ["salience", "strength"])
@given(cases(), st.integers(0, 2**32 - 1))
@FEW
def test_whoever_has_no_weight_changes_nothing(model, lacks, case, seed):
    """Added at any place in the list and at any position, also beyond all others."""
    rng = np.random.default_rng(seed)
    at = int(rng.integers(len(case[0]) + 1))
    ghost = {
        "positions": rng.choice([0, 1, rng.random()], DRAWS),
        "salience": rng.random(DRAWS),
        "strength": rng.random(DRAWS),
    }
    ghost[lacks] = np.zeros(DRAWS)
    more = [np.insert(a, at, g, axis=0) for a, g in zip(case, ghost.values(), strict=True)]
    alike(outcomes(model, case), outcomes(model, more))


@all_models
@given(cases(), st.floats(0, 1))
@FEW
def test_where_all_agree_it_ends_there(model, case, place):
    x, s, c = case
    x = np.where(s * c > 0, place, x)
    for found in outcomes(model, (x, s, c)):
        np.testing.assert_allclose(found, place, rtol=0, atol=1e-12)


@all_models
@given(cases())
@FEW
def test_it_ends_within_the_range_of_positions(model, case):
    x, s, c = case
    low = np.where(s * c > 0, x, np.inf).min(0)
    high = np.where(s * c > 0, x, -np.inf).max(0)
    for found in outcomes(model, case):
        assert (found >= low - 1e-12).all()
        assert (found <= high + 1e-12).all()


@pytest.mark.parametrize(("contest", "choice"), READINGS, ids=NAMES[2:])
@given(cases(parties=st.sampled_from([2, 3])))
@FEW
def test_what_has_settled_stays(contest, choice, case):
    short = run(*case, rounds=6, contest=contest, choice=choice)
    long = run(*case, rounds=12, contest=contest, choice=choice)
    still = short.settled
    assert (long.positions[7:][..., still] == short.positions[-1][..., still]).all()
    assert long.settled[still].all()
    assert (long.kind[6:][..., still] == 0).all()
    assert ((short.kind == 0) == (short.by < 0)).all()
    np.testing.assert_array_equal(still, (short.positions[-1] == short.positions[-2]).all(0))
