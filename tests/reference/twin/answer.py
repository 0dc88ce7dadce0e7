"""The answers of one proposal, named as the columns of a study."""

from dataclasses import dataclass, field

import numpy as np
from scipy.special import expit

from tests.reference.twin.front import VARIANTS, Front
from tests.reference.twin.hold import Ceasefire
from tests.reference.twin.honour import alone
from tests.reference.twin.situation import Situation, resolve
from tests.reference.twin.war import war_value, win

YEARS = (1.0, 5.0, 10.0)
APART = 1e-4  # fixed points further apart than this are two
LONG = 3000  # steps of damped iteration


@dataclass
class Report:
    """The answers, and how delicate they are."""

    answers: dict[str, float]
    must_be_fragile: bool  # by every reading of the definition
    may_be_fragile: (
        bool  # by some reading: at a later time, after a decision that never happens, or just apart
    )
    margin: float  # small where the principal branch now is about to be another
    jumps: list[float] = field(default_factory=list)  # times at which the principal branch jumps
    stands_apart: float = 0.0  # by how much the hazards at the horizon differ if V starts from below
    folds: bool = False  # whether a path to an answer now goes through a fold
    fixed_points: int = 1  # the most found now after one decision


def evaluate(file: dict, proposal: str) -> dict[str, float]:
    """Outcome columns of one proposal of the file."""
    return report(file, proposal).answers


def report(file: dict, proposal: str) -> Report:
    """Outcome columns of one proposal of the file, with whether they are fragile."""
    situation = resolve(file, proposal)
    peace = Ceasefire(situation)
    terminal, each_gap, sum_gap = peace.settled()
    states = peace.solve(terminal)
    answers = _accept(situation, states[0.0][0, 2:4])
    _hold(situation, states, answers)
    _deter(peace, states, answers)
    _funnel(peace, answers)
    honour = _multiple(peace, len(sum((front.pledges for front in peace.fronts), ())))
    answers["fragile"] = float(honour["literal"] or each_gap > 1e-3)
    return Report(
        answers=answers,
        must_be_fragile=honour["must"] or min(each_gap, sum_gap) > 1.2e-3,
        may_be_fragile=honour["may"] or max(each_gap, sum_gap) > 0.8e-3,
        margin=honour["margin"],
        jumps=sorted(
            {
                t
                for front in peace.fronts
                for decision in front.decisions
                if decision.probability
                for t in front.curve(front.players(decision)).jumps
            }
        ),
        stands_apart=each_gap,
        folds=honour["folds"],
        fixed_points=honour["count"],
    )


def _accept(s: Situation, net_value) -> dict[str, float]:
    answers: dict[str, float] = {}
    signed = 1.0
    for me, other, value in zip(s.sides, s.sides[::-1], net_value, strict=True):
        p = float(win(me.strength_now, other.strength_now, s.decisiveness))
        fighting = float(war_value(p, me.defeat, me.war_cost, s.war_end_rate, s.discount))
        answers[f"value.{me.id}"] = float(value)
        answers[f"fighting.{me.id}"] = fighting
        answers[f"red_line.{me.id}"] = me.red_lines
        if me.id in s.signatories:
            answers[f"accept.{me.id}"] = (1.0 - me.red_lines) * float(expit((value - fighting) / me.noise))
    for signatory in s.signatories:
        answers.setdefault(f"accept.{signatory}", s.accepts.get(signatory, np.nan))
        signed *= answers[f"accept.{signatory}"]
    answers["signed"] = signed
    return answers


def _hold(s: Situation, states, answers: dict[str, float]) -> None:
    def holds(row: int, years: float) -> float:
        return float(np.exp(states[years][row, 4] - states[0.0][row, 4]))

    for years in YEARS:
        answers[f"holds.{years:g}"] = holds(0, years)
    for k, cause in enumerate([s.sides[0].id, s.sides[1].id, "accident"]):
        answers[f"causes.10.{cause}"] = float(states[0.0][0, 5 + k])
    answers["signed_and_holds_10"] = answers["signed"] * answers["holds.10"]
    pledged = any(attack.pledges for attack in s.attacks)
    for row, name in enumerate(VARIANTS[1:4], start=1):
        answers[f"gain.{name}"] = holds(row, 10.0) - holds(0, 10.0) if pledged else np.nan
    answers["without_help.holds.10"] = holds(4, 10.0)


def _deter(peace: Ceasefire, states, answers: dict[str, float]) -> None:
    for years in (0.0, 5.0):
        U, _, _ = peace.worth(years, exact=True)
        V = states[years][:, 0:2]
        alpha = peace.attacks(U, V)
        for i, side in enumerate(peace.situation.sides):
            answers[f"deter.{side.id}.{years:g}"] = float(alpha[0, i])
            answers[f"attack_value.{side.id}.{years:g}"] = float(U[0, i])
            answers[f"standing_value.{side.id}.{years:g}"] = float(V[0, i])
            if years == 0.0:
                answers[f"without_help.deter.{side.id}.0"] = float(alpha[4, i])


def _funnel(peace: Ceasefire, answers: dict[str, float]) -> None:
    decide: dict[str, list[float]] = {}
    for front in peace.fronts:
        attack = front.attack
        answers[f"detect.{attack.attacker.id}"] = attack.detect
        for body, q in attack.bodies:
            decide.setdefault(body, []).append(q)
        answers.update(_honour_now(front))
        pledged = sum(p.strength for p in front.pledges if p.helps)
        if pledged:
            answers[f"delivered.{attack.attacker.id}"] = attack.detect * _help(front) / pledged
        else:
            answers[f"delivered.{attack.attacker.id}"] = np.nan
    answers.update({f"decide.{body}": float(np.mean(q)) for body, q in decide.items()})


def _help(front: Front) -> float:
    """Expected help once an attack is attributed, now."""
    strengths = np.array([p.strength if p.helps else 0.0 for p in front.pledges])
    return sum(
        decision.probability * float(front.honour(decision, 0.0, exact=True) @ strengths)
        for decision in front.decisions
        if decision.probability
    )


def _honour_now(front: Front) -> dict[str, float]:
    """Honour of each pledge, averaged over the other bodies' decisions given its own body passed."""
    attack, decisiveness = front.attack, front.situation.decisiveness
    strengths = attack.attacker.strength(0.0), attack.victim.strength(0.0) + attack.forward
    found = {}
    for g, pledge in enumerate(front.pledges):
        total = 0.0
        for decision in front.decisions:
            if not decision.active[g]:
                continue
            probability = 1.0
            for body, q in attack.bodies:
                if body != pledge.body:
                    probability *= q if body in decision.passed else 1.0 - q
            if probability:
                total += probability * float(front.honour(decision, 0.0, exact=True)[g])
        found[f"honour.{pledge.id}"] = total
        found[f"honour_alone.{pledge.id}"] = alone(pledge, *strengths, decisiveness)
    return found


def _multiple(peace: Ceasefire, pledges: int) -> dict:
    """Whether honour has other fixed points: by every reading, as the design says it, by some reading."""
    found = {"must": False, "literal": False, "may": False, "margin": np.inf, "count": 1, "folds": False}
    for front in peace.fronts:
        for decision in front.decisions:
            players = front.players(decision)
            _now(front, players, found, likely=decision.probability > 0, few=pledges <= 6)
        for decision in front.decisions:
            if not found["may"]:
                found["may"] = _later(front, front.players(decision))
    return found


def _now(front: Front, players: tuple[int, ...], found: dict, *, likely: bool, few: bool) -> None:
    game, branch = front.game(players, 0.0), front.branch(players, 0.0)
    if likely:
        found["folds"] |= bool(np.isfinite(branch.fold_margin))
        found["margin"] = min(found["margin"], branch.fold_margin, branch.steepness, branch.crossing)
    if len(players) < 2:
        return
    corners = len(players) <= 6
    others = game.others(branch, corners=corners, apart=APART, most=LONG)
    found["may"] |= len(game.others(branch, corners=corners, apart=1e-6, most=LONG)) > 0
    if likely:
        found["literal"] |= len(others) > 0
        found["must"] |= len(game.others(branch, corners=corners and few, apart=1e-2, most=400)) > 0
        found["count"] = max(found["count"], 1 + _distinct(others))


def _distinct(points) -> int:
    kept: list = []
    for point in points:
        if all(np.max(np.abs(point - other)) > APART for other in kept):
            kept.append(point)
    return len(kept)


def _later(front: Front, players: tuple[int, ...]) -> bool:
    """Whether another fixed point exists at one of nine later times, or on either side of a jump."""
    last = front.situation.last_change
    if last == 0 or len(players) < 2:
        return False
    jumps = front.curve(players).jumps
    times = [*np.linspace(0.0, last, 10)[1:], *(t + e for t in jumps for e in (-1e-3, 1e-3))]
    for t in times:
        branch = front.branch(players, float(t))
        others = front.game(players, float(t)).others(
            branch, corners=len(players) <= 6, apart=1e-6, most=LONG
        )
        if len(others):
            return True
    return False
