"""Deter and hold: the equations in time, integrated backward from the horizon, a row a variant."""

from itertools import pairwise

import numpy as np
from scipy.integrate import solve_ivp
from scipy.special import expit

from tests.reference.twin.front import VARIANTS, Front
from tests.reference.twin.situation import Situation
from tests.reference.twin.war import Array


class Ceasefire:
    """The equations in time. Arrays are (variants, principals)."""

    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        self.fronts = tuple(Front(situation, attack) for attack in situation.attacks)
        sides = situation.sides
        self.noise = np.array([side.noise for side in sides])
        self.peace = np.array([side.peace for side in sides])
        self.crises = np.array([side.crises_per_year for side in sides])
        self.word = np.array([side.word_cost for side in sides])
        self._last: tuple[Array, Array, Array] | None = None

    def worth(self, t: float, *, exact: bool = False) -> tuple[Array, Array, Array]:
        """U, D and C at time t."""
        if t >= self.situation.last_change and self._last is not None and not exact:
            return self._last
        (own0, other1), (own1, other0) = (front.values(t, exact=exact) for front in self.fronts)
        attack = np.stack([own0, own1], axis=1)
        D = np.stack([other0, other1], axis=1)
        answer = attack - self.word, D, 0.5 * (attack + D)
        if t >= self.situation.last_change and not exact:
            self._last = answer
        return answer

    def rates(self, t: float) -> tuple[Array, float]:
        """Occasions to attack and accidents, a year."""
        s = self.situation
        brittle = 1.0 + (s.excess - 1.0) * np.exp(-t / s.settling_years)
        return self.crises * brittle, s.accidents_per_year * brittle

    def attacks(self, U: Array, V: Array) -> Array:
        """Probability of attacking at an occasion."""
        return expit((U - V) / self.noise)

    def standing(self, V: Array, worth: tuple[Array, Array, Array], rates: tuple[Array, float]) -> Array:
        """-dV/dt."""
        (U, D, C), (omega, eta) = worth, rates
        gain = (U - V) / self.noise
        other = (omega * expit(gain))[:, ::-1]
        return (
            self.situation.discount * (self.peace - V)
            + omega * self.noise * np.logaddexp(0.0, gain)
            + other * (D - V)
            + eta * (C - V)
        )

    def net(
        self, V0: Array, alpha: Array, worth: tuple[Array, Array, Array], rates: tuple[Array, float]
    ) -> Array:
        """-dV°/dt."""
        (U, D, C), (omega, eta) = worth, rates
        own = omega * alpha
        return (
            self.situation.discount * (self.peace - V0)
            + own * (U - V0)
            + own[:, ::-1] * (D - V0)
            + eta * (C - V0)
        )

    # --- the horizon ----------------------------------------------------------------------------------

    def stationary(self, start: Array) -> Array:
        """Where V settles from `start` with everything constant as at the horizon."""
        horizon = self.situation.horizon
        worth, rates = self.worth(horizon), self.rates(horizon)
        return np.array([self._settle(start, worth, rates, row) for row in range(len(VARIANTS))])

    def _settle(self, start: Array, worth, rates, row: int) -> Array:
        worth = tuple(w[row : row + 1] for w in worth)
        V, length = start[row].copy(), 20.0

        def slope(_: float, v: Array) -> Array:
            return self.standing(v[None, :], worth, rates)[0]

        for _ in range(200):
            path = solve_ivp(slope, (0.0, length), V, method="Radau", rtol=1e-9, atol=1e-12)
            V = path.y[:, -1]
            if np.max(np.abs(slope(0.0, V))) < 1e-5:
                root = self._newton(V, slope)
                if root is not None:
                    return root
            length = min(2.0 * length, 2000.0)
        raise ArithmeticError("no stationary value reached")

    def _newton(self, V: Array, slope) -> Array | None:
        """The stationary value close by towards which the equation moves, if there is one."""
        v = V.copy()
        jacobian = np.zeros((2, 2))
        for _ in range(20):
            for k in range(2):
                step = np.zeros(2)
                step[k] = 1e-7 * min(1.0, self.noise.min())
                jacobian[:, k] = (slope(0.0, v + step) - slope(0.0, v - step)) / (2 * step[k])
            v = v - np.linalg.solve(jacobian, slope(0.0, v))
            if np.max(np.abs(slope(0.0, v))) < 1e-13 * (1.0 + self.crises.max()):
                break
        stable = np.all(np.linalg.eigvals(jacobian).real < 0)
        near = np.max(np.abs(v - V)) < 0.01 * self.noise.min()
        return v if stable and near and np.max(np.abs(slope(0.0, v))) < 1e-11 else None

    def settled(self) -> tuple[Array, float, float]:
        """The stationary value, and how far apart the hazards are if started from below: each, and in all."""
        U, D, C = self.worth(self.situation.horizon)
        high = self.stationary(np.tile(self.peace, (len(VARIANTS), 1)))
        low = self.stationary(np.minimum(np.minimum(U, D), C) - 0.5)
        omega = self.rates(self.situation.horizon)[0]
        gap = (omega * (self.attacks(U, high) - self.attacks(U, low)))[0]
        return high, float(np.max(np.abs(gap))), float(abs(gap.sum()))

    # --- backward in time -----------------------------------------------------------------------------

    def marks(self) -> list[float]:
        """Times at which the equations are not smooth, and those asked about."""
        s = self.situation
        times = {0.0, 1.0, 5.0, 10.0, s.horizon, s.last_change, *s.ramp_ends}
        for front in self.fronts:
            for decision in front.decisions:
                if decision.probability or decision is front.everything:
                    times |= set(front.curve(front.players(decision)).jumps)
            times |= set(front.kinks())
        return sorted(times, reverse=True)

    def solve(self, terminal: Array) -> dict[float, Array]:
        """State (variants, 8) at 0, 1, 5, 10 and the horizon: V, V°, integral of hazards, causes by year 10."""
        horizon = self.situation.horizon
        worth, rates = self.worth(horizon), self.rates(horizon)
        state = np.zeros((len(VARIANTS), 8))
        state[:, 0:2] = terminal
        state[:, 2:4] = self._net_terminal(terminal, worth, rates)
        kept = {horizon: state}
        for high, low in pairwise(self.marks()):
            state = self._back(state, high, low)
            if low in (0.0, 1.0, 5.0, 10.0):
                kept[low] = state
        return kept

    def _net_terminal(self, V: Array, worth, rates) -> Array:
        (U, D, C), (omega, eta) = worth, rates
        own = omega * self.attacks(U, V)
        rho = self.situation.discount
        total = rho + own + own[:, ::-1] + eta
        return (rho * self.peace + own * U + own[:, ::-1] * D + eta * C) / total

    def _back(self, state: Array, high: float, low: float) -> Array:
        if high - low < 1e-10:
            return state

        def slope(s: float, flat: Array) -> Array:
            t = min(max(high - s, low + 4e-12), high - 4e-12)
            y = flat.reshape(state.shape)
            worth, rates = self.worth(t), self.rates(t)
            alpha = self.attacks(worth[0], y[:, 0:2])
            hazard = np.concatenate([rates[0] * alpha, np.full((len(y), 1), rates[1])], axis=1)
            total = hazard.sum(axis=1, keepdims=True)
            causes = hazard - total * y[:, 5:8] if high <= 10.0 else np.zeros_like(hazard)
            change = [self.standing(y[:, 0:2], worth, rates), self.net(y[:, 2:4], alpha, worth, rates)]
            return np.concatenate([*change, total, causes], axis=1).ravel()

        path = solve_ivp(slope, (0.0, high - low), state.ravel(), method="DOP853", rtol=1e-10, atol=1e-11)
        if not path.success:
            raise ArithmeticError(path.message)
        return path.y[:, -1].reshape(state.shape)
