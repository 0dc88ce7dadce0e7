"""One principal's attack: who decides, who honours, and what the war is worth, at every moment.

Five variants go side by side: as it is; with detection certain; with every decision passed; with every active
pledge honoured; with no pledge ever falling due.
"""

from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
from scipy.special import expit

from tests.reference.twin import curve as curves
from tests.reference.twin.honour import Branch, HonourGame
from tests.reference.twin.situation import Attack, Pledge, Situation
from tests.reference.twin.war import Array, subsets, war_value, weights, win, yielding_point

VARIANTS = ("base", "detect", "decide", "honour", "without_help")


@dataclass(frozen=True)
class Decision:
    """One outcome of the bodies' decisions on an attack."""

    probability: float
    passed: frozenset[str]
    active: tuple[bool, ...]


class Front:
    """One principal's attack at every moment: who helps the victim, and what it is worth to both."""

    def __init__(self, situation: Situation, attack: Attack) -> None:
        self.situation, self.attack = situation, attack
        self.pledges = attack.pledges
        n = len(self.pledges)
        self.chosen = subsets(n)
        helps = np.array([p.strength if p.helps else 0.0 for p in self.pledges])
        extra = np.array([0.0 if p.helps else p.strength for p in self.pledges])
        self.help = self.chosen @ helps
        self.war_cost = attack.attacker.war_cost + self.chosen @ extra
        self.decisions = self._decide()
        self.everything = max(self.decisions, key=lambda decision: len(decision.passed))
        self._now: dict[tuple[float, tuple[int, ...]], Branch] = {}
        self._curves: dict[tuple[int, ...], curves.Curve] = {}

    def _decide(self) -> tuple[Decision, ...]:
        found = []
        for votes in product((False, True), repeat=len(self.attack.bodies)):
            probability, passed = 1.0, set()
            for (body, q), vote in zip(self.attack.bodies, votes, strict=True):
                probability *= q if vote else 1.0 - q
                passed |= {body} if vote else set()
            active = tuple(p.body is None or p.body in passed for p in self.pledges)
            found.append(Decision(probability, frozenset(passed), active))
        return tuple(found)

    # --- honour -------------------------------------------------------------------------------------

    def players(self, decision: Decision) -> tuple[int, ...]:
        """Indices of the pledges of force and arms that are active."""
        return tuple(g for g, p in enumerate(self.pledges) if decision.active[g] and p.helps)

    def game(self, players: tuple[int, ...], t: float) -> HonourGame:
        """The active pledges at the strengths of time t."""
        return HonourGame(
            tuple(self.pledges[g] for g in players),
            self.attack.attacker.strength(t),
            self.attack.victim.strength(t) + self.attack.forward,
            self.situation.decisiveness,
        )

    def branch(self, players: tuple[int, ...], t: float) -> Branch:
        """The principal branch at time t, followed afresh."""
        t = min(t, self.situation.last_change)
        if (t, players) not in self._now:
            self._now[t, players] = self.game(players, t).principal()
        return self._now[t, players]

    def curve(self, players: tuple[int, ...]) -> curves.Curve:
        """The principal branch as a function of time."""
        if players not in self._curves:
            last = self.situation.last_change
            if not players or last == 0:
                self._curves[players] = curves.constant(self.branch(players, 0.0).logits)
            else:
                breaks = sorted({0.0, last, *self.situation.ramp_ends})
                self._curves[players] = curves.follow(lambda t: self.branch(players, t).logits, breaks)
        return self._curves[players]

    def honour(self, decision: Decision, t: float, *, exact: bool = False) -> Array:
        """Probability that each pledge is honoured given the decision; 0 where it is not active."""
        players = self.players(decision)
        now = min(t, self.situation.last_change)
        logits = self.branch(players, now).logits if exact else self.curve(players)(now)
        h = np.zeros(len(self.pledges))
        for g, z in zip(players, logits, strict=True):
            h[g] = expit(z)
        for g, p in enumerate(self.pledges):
            if decision.active[g] and not p.helps:
                h[g] = sanction_honour(p)
        return h

    # --- values ---------------------------------------------------------------------------------------

    def mixtures(self, t: float, *, exact: bool = False) -> Array:
        """Probability of every subset of honoured pledges, a row a variant."""
        none = np.zeros(2 ** len(self.pledges))
        none[0] = 1.0
        base, all_honoured = np.zeros_like(none), np.zeros_like(none)
        for decision in self.decisions:
            if decision.probability:
                h = self.honour(decision, t, exact=exact)
                base += decision.probability * weights(h, self.chosen)
                active = np.array(decision.active, dtype=float)
                all_honoured += decision.probability * weights(active, self.chosen)
        all_passed = weights(self.honour(self.everything, t, exact=exact), self.chosen)
        d = self.attack.detect
        seen = np.array([base, base, all_passed, all_honoured, none])
        share = np.array([d, 1.0, d, d, 0.0])[:, None]
        return share * seen + (1.0 - share) * none

    def values(self, t: float, *, exact: bool = False) -> tuple[Array, Array]:
        """Expected value of the war, a number a variant: to the attacker and to the victim."""
        s, a, v = self.situation, self.attack.attacker, self.attack.victim
        p = win(a.strength(t), v.strength(t) + self.attack.forward + self.help, s.decisiveness)
        mix = self.mixtures(t, exact=exact)
        mine = war_value(p, a.defeat, self.war_cost, s.war_end_rate, s.discount)
        theirs = war_value(1.0 - p, v.defeat, v.war_cost, s.war_end_rate, s.discount)
        return mix @ mine, mix @ theirs

    def kinks(self) -> list[float]:
        """Times at which a side begins, or ceases, to yield after some subset that may well be honoured."""
        s, a, v = self.situation, self.attack.attacker, self.attack.victim
        give_up = np.array([yielding_point(a.defeat, k, s.war_end_rate, s.discount) for k in self.war_cost])
        hold_out = 1.0 - yielding_point(v.defeat, v.war_cost, s.war_end_rate, s.discount)
        found = []
        for low, high in pairwise(sorted({0.0, s.last_change, *s.ramp_ends})):
            for row in range(len(self.help)):
                for p in (give_up[row], hold_out):
                    if not 0.0 < p < 1.0:
                        continue
                    ratio = (p / (1.0 - p)) ** (1.0 / s.decisiveness)
                    ends = [
                        a.strength(t) - ratio * (v.strength(t) + self.attack.forward + self.help[row])
                        for t in (low, high)
                    ]
                    if ends[0] * ends[1] < 0:
                        t = low + (high - low) * ends[0] / (ends[0] - ends[1])
                        if np.max(self.mixtures(t)[:, row]) > 1e-6:
                            found.append(t)
        return found


def sanction_honour(pledge: Pledge) -> float:
    """Probability that a sanctions pledge is honoured: no help, so no gain."""
    return float(expit((pledge.break_cost - pledge.cost) / pledge.noise))
