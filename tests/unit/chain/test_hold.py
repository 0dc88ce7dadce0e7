"""Deter and hold: slopes by hand, the course of a ceasefire against SciPy's integrator, and the stationary value."""

from math import exp, log1p

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import solve_ivp

from holdfast.chain import hold
from holdfast.chain.deter import Occasions, Payoffs, attack_probability, net_slope, settling, standing_slope
from holdfast.chain.stationary import stationary
from holdfast.chain.times import step_positions

DRAWS, STEPS, RAMP, HORIZON = 4, 96, 3.0, 20.0
YEARS = (0.25, 1.0, 2.9, 3.0, 5.0, 10.0, 20.0)


def column(*rows):
    return jnp.array(rows, dtype=float)[:, None]


def test_slopes_by_hand():
    """x .5 and .6, U .4 and .3, D .1 and .2, word .1 each, ν .1 and .05, V .45 and .5; ω 1 and .5, η .02, ρ .05."""
    payoffs = Payoffs(
        column(0.5, 0.6), column(0.4, 0.3), column(0.1, 0.2), column(0.1, 0.1), column(0.1, 0.05)
    )
    V, crises, eta, rho = (0.45, 0.5), (1.0, 0.5), 0.02, 0.05
    alpha = [1 / (1 + exp(0.5)), 1 / (1 + exp(4))]
    slope, attacks = standing_slope(column(*V), payoffs, column(*crises), jnp.array([eta]), jnp.array([rho]))
    np.testing.assert_allclose(attacks[:, 0], alpha, rtol=1e-13)
    np.testing.assert_allclose(
        attack_probability(column(0.4, 0.3), column(*V), payoffs.noise)[:, 0], alpha, rtol=1e-13
    )
    C = [(0.4 + 0.1 + 0.1) / 2, (0.3 + 0.1 + 0.2) / 2]
    np.testing.assert_allclose(payoffs.accident()[:, 0], C, rtol=1e-14)
    expected = [
        rho * 0.05 + 1.0 * 0.1 * log1p(exp(-0.5)) + 0.5 * alpha[1] * (0.1 - 0.45) + eta * (C[0] - 0.45),
        rho * 0.10 + 0.5 * 0.05 * log1p(exp(-4)) + 1.0 * alpha[0] * (0.2 - 0.5) + eta * (C[1] - 0.5),
    ]
    np.testing.assert_allclose(slope[:, 0], expected, rtol=1e-12)
    net = net_slope(column(*V), attacks, payoffs, column(*crises), jnp.array([eta]), jnp.array([rho]))
    expected = [
        rho * 0.05 + 1.0 * alpha[0] * (0.4 - 0.45) + 0.5 * alpha[1] * (0.1 - 0.45) + eta * (C[0] - 0.45),
        rho * 0.10 + 0.5 * alpha[1] * (0.3 - 0.5) + 1.0 * alpha[0] * (0.2 - 0.5) + eta * (C[1] - 0.5),
    ]
    np.testing.assert_allclose(net[:, 0], expected, rtol=1e-12)


def test_settling_by_hand():
    found = settling(jnp.array([0.0, 2.0, 1e9]), jnp.full(3, 6.0), jnp.full(3, 2.0))
    np.testing.assert_allclose(found, [6.0, 1 + 5 * exp(-1), 1.0], rtol=1e-14)


def situation(draws, seed, noise):
    """Payoffs that change linearly until the ramp's end and are constant after it, and occasions."""
    rng = np.random.default_rng(seed)
    some = lambda low, high, *rows: rng.uniform(low, high, (*rows, draws))
    at_start, at_end = some(0.2, 0.6, 2, 2), some(0.2, 0.6, 2, 2)  # [U and D, principal]
    peace, word, noise = some(0.4, 0.7, 2), some(0.01, 0.1, 2), some(*noise, 2)
    occasions = Occasions(
        some(0.03, 0.08), some(0.1, 2.0, 2), some(0.005, 0.05), some(1.0, 12.0), some(0.5, 2.0)
    )
    return at_start, at_end, peace, word, noise, occasions


def integrated(draw, at_start, at_end, peace, word, noise, occasions):
    """V, V° and survival of one draw by an integrator of high order, backward from the stationary value."""
    rho, omega, eta0, e, tau = (np.asarray(a)[..., draw] for a in occasions)
    x, word, nu = peace[:, draw], word[:, draw], noise[:, draw]

    def slopes(t, V, net):
        part = min(t / RAMP, 1.0)
        U, D = ((1 - part) * at_start[k, :, draw] + part * at_end[k, :, draw] for k in (0, 1))
        rate = 1 + (e - 1) * np.exp(-t / tau)
        lift = (U - V) / nu
        alpha, C = 1 / (1 + np.exp(-lift)), (U + word + D) / 2
        met, eta = (omega * rate * alpha)[::-1], eta0 * rate
        dV = rho * (x - V) + omega * rate * nu * np.logaddexp(0, lift) + met * (D - V) + eta * (C - V)
        dnet = rho * (x - net) + omega * rate * alpha * (U - net) + met * (D - net) + eta * (C - net)
        return dV, dnet, omega * rate * alpha, eta

    tight = {"method": "DOP853", "rtol": 1e-11, "atol": 1e-13}
    frozen = lambda s, y: np.concatenate(slopes(HORIZON, y[:2], y[2:])[:2])
    still = solve_ivp(frozen, (0, 2000), np.concatenate([x, x]), **{**tight, "method": "LSODA"}).y[:, -1]
    back = []

    def down(s, y):
        dV, dnet, causes, eta = slopes(HORIZON - s, y[:2], y[2:4])
        return np.concatenate([dV, dnet, causes, [eta]])

    state = np.concatenate([still, np.zeros(3)])
    for a, b in ((0.0, HORIZON - RAMP), (HORIZON - RAMP, HORIZON)):
        piece = solve_ivp(down, (a, b), state, dense_output=True, **tight)
        back.append(piece)
        state = piece.y[:, -1]

    def at(year):
        s = HORIZON - year
        return back[0 if s <= HORIZON - RAMP else 1].sol(s)

    holds = [np.exp(np.sum(at(t)[4:] - state[4:])) for t in YEARS]

    def forward(t, y):
        _, _, causes, eta = slopes(t, at(t)[:2], at(t)[2:4])
        return np.exp(np.sum(at(t)[4:] - state[4:])) * np.append(causes, eta)

    causes = np.zeros(3)
    for a, b in ((0.0, RAMP), (RAMP, 10.0)):
        causes = solve_ivp(forward, (a, b), causes, rtol=1e-8, atol=1e-10).y[:, -1]
    return state[:2], state[2:4], holds, causes, at(5.0)[:2]


@pytest.fixture(scope="module")
def course():
    case = situation(DRAWS, 8, (0.02, 0.08))
    at_start, at_end, peace, word, noise, occasions = case
    occasions = Occasions(*(jnp.asarray(a) for a in occasions))
    part = step_positions(STEPS)[:, None, None]
    stretch = lambda k: np.stack(
        [(1 - part) * at_start[k] + part * at_end[k], np.broadcast_to(at_end[k], (part.size, 2, DRAWS))]
    )
    fixed = Payoffs(*(jnp.asarray(a)[:, None] for a in (peace, at_end[0], at_end[1], word, noise)))

    @jax.jit
    def solve(attack, attacked):
        ends = jnp.array([0.0, RAMP, HORIZON])[:, None] * jnp.ones(DRAWS)
        still = stationary(fixed, occasions, jnp.full(DRAWS, HORIZON), fixed.peace, 60)
        return hold.integrate(attack, attacked, ends, fixed, occasions, still.standing)

    path = solve(*(jnp.asarray(stretch(k))[:, :, :, None] for k in (0, 1)))
    return case, path, [integrated(draw, *case) for draw in range(DRAWS)]


def test_values_and_survival_match_an_integrator_of_high_order(course):
    _, path, expected = course
    for draw, (standing, net, holds, _, at_5) in enumerate(expected):
        np.testing.assert_allclose(path.standing[0, :, 0, draw], standing, rtol=0, atol=1e-7)
        np.testing.assert_allclose(path.net[:, 0, draw], net, rtol=0, atol=1e-7)
        found = [float(hold.survival(path, year)[0, draw]) for year in YEARS]
        np.testing.assert_allclose(found, holds, rtol=0, atol=1e-6)
        np.testing.assert_allclose(hold.at_year(path, 5.0)[1][:, 0, draw], at_5, rtol=0, atol=1e-6)


def test_causes_match_it_and_sum_to_what_is_lost(course):
    _, path, expected = course
    found = np.asarray(hold.incidence(path, 10.0))[:, 0]
    np.testing.assert_allclose(
        found.sum(axis=0), 1 - np.asarray(hold.survival(path, 10.0))[0], rtol=0, atol=1e-12
    )
    for draw, (_, _, _, causes, _) in enumerate(expected):
        np.testing.assert_allclose(found[:, draw], causes, rtol=0, atol=1e-4)
    assert found.min() > 0.001


def test_attack_values_are_read_off_at_their_time(course):
    (_, at_end, *_), path, _ = course
    np.testing.assert_allclose(hold.at_year(path, 5.0)[0][:, 0], at_end[0], rtol=0, atol=1e-12)


@pytest.fixture(scope="module")
def fearful():
    """Many draws in which fear of each other can sustain attacks: attacking first is hardly worse than peace, being attacked much."""
    draws = 200
    *_, peace, word, noise, occasions = situation(draws, 9, (0.01, 0.04))
    rng = np.random.default_rng(1)
    crises = rng.uniform(2.0, 4.0, peace.shape)
    occasions = occasions._replace(crises=crises, accidents=occasions.accidents / 10)
    attack, attacked = peace - noise * rng.uniform(3.0, 9.0, peace.shape), peace - 0.4
    fixed = Payoffs(*(jnp.asarray(a)[:, None] for a in (peace, attack, attacked, word, noise)))
    rates = Occasions(*(jnp.asarray(a) for a in occasions))
    solve = jax.jit(lambda start: stationary(fixed, rates, jnp.full(draws, 1e3), start, 4000))
    rho, omega, eta = (np.asarray(a) for a in occasions[:3])

    def slope(V):
        lift = (attack - V) / noise
        attacks = omega / (1 + np.exp(-lift))
        C = (attack + word + attacked) / 2
        value = (
            rho * (peace - V)
            + omega * noise * np.logaddexp(0, lift)
            + attacks[::-1] * (attacked - V)
            + eta * (C - V)
        )
        return value, attacks.sum(axis=0) + eta

    return solve(fixed.peace), solve(fixed.attacked - 0.5), peace, slope


def test_stationary_values_stand_still_and_lie_where_the_path_from_peace_leads(fearful):
    found, other, peace, slope = fearful
    good = np.asarray(found.residual)[0] < 1e-10
    V = np.asarray(found.standing)[:, 0]
    value, hazard = slope(V)
    assert np.abs(value[:, good]).max() < 1e-10
    np.testing.assert_allclose(np.asarray(found.hazard)[0], hazard, rtol=1e-9)
    step, slow = 2e-3, peace.copy()
    for _ in range(100_000):  # two hundred years in steps of Euler's method, short beside ν / ω
        slow = slow + step * slope(slow)[0]
    arrived = good & (np.abs(slope(slow)[0]).max(axis=0) < 1e-6)
    assert arrived.mean() > 0.9
    np.testing.assert_allclose(slow[:, arrived], V[:, arrived], rtol=0, atol=1e-4)
    two = np.abs(np.asarray(other.hazard - found.hazard)[0]) > 1e-3
    assert 5 < (two & good).sum() < 195


def test_stationary_values_are_found_in_every_draw(fearful):
    found, other, *_ = fearful
    assert float(jnp.max(found.residual)) < 1e-10
    assert float(jnp.max(other.residual)) < 1e-10
