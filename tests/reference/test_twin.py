"""The twin against what is known in closed form, or by another road."""

import copy
from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq
from scipy.special import expit

from tests.reference.random_scenarios import cases, scenario
from tests.reference.regimes import REGIMES
from tests.reference.twin import evaluate, report
from tests.reference.twin.body import yes_probability
from tests.reference.twin.front import Front
from tests.reference.twin.honour import HonourGame
from tests.reference.twin.situation import Pledge, members, resolve

SALIENCE = {"land": 1.0}


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    return float(np.asarray(brentq(function, low, high, xtol=1e-14)))


def plain(**changes) -> dict:
    """A small file: two like principals, one proposal `p` without terms."""
    side: dict = {
        "principal": True,
        "strength": 1.0,
        "war_cost": 0.06,
        "crises_per_year": 0.7,
        "noise": 0.05,
        "word_cost": 0.03,
        "salience": SALIENCE,
    }
    file: dict = {
        "parties": {
            "A": side | {"positions": {"land": 0.0}},
            "B": side | {"positions": {"land": 1.0}},
            "G": {"strength": 0.6},
            "H": {"strength": 0.5},
        },
        "war": {
            "years": 3.0,
            "discount": 0.05,
            "decisiveness": 1.0,
            "settling": {"excess": 4.0, "years": 1.5},
            "accidents_per_year": 0.02,
        },
        "detection": {"A": 0.8, "B": 0.7},
        "proposals": {"p": {"outcome": {"land": 0.45}, "signatories": ["A", "B"], "terms": []}},
    }
    for path, value in changes.items():
        *way, last = path.split("__")
        place: dict = file
        for step in way:
            place = place[step]
        place[last] = value
    return file


def pledge(**changes) -> dict:
    """A pledge by G to B against A."""
    given = {
        "id": "g",
        "by": "G",
        "to": "B",
        "against": "A",
        "kind": "force",
        "strength": {"each": 0.5},
        "stake": 0.6,
        "cost": 0.1,
        "break_cost": 0.02,
        "noise": 0.05,
    }
    return {"pledge": given | changes}


def game(pledges: list[Pledge], attacker=1.0, victim=0.5, m=2.0) -> HonourGame:
    return HonourGame(tuple(pledges), attacker, victim, m)


def promise(strength=0.3, stake=1.0, cost=0.1, break_cost=0.0, noise=0.02) -> Pledge:
    return Pledge("x", "force", strength, stake, cost, break_cost, noise, None)


# --- hold ---------------------------------------------------------------------------------------------


def test_no_occasions_and_no_accidents_means_it_holds() -> None:
    file = plain(
        parties__A__crises_per_year=0.0, parties__B__crises_per_year=0.0, war__accidents_per_year=0.0
    )
    answers = evaluate(file, "p")
    assert [answers[f"holds.{t}"] for t in (1, 5, 10)] == [1.0, 1.0, 1.0]
    assert answers["value.A"] == pytest.approx(0.55, abs=1e-12)
    assert answers["standing_value.B.5"] == pytest.approx(0.45, abs=1e-12)


def test_only_accidents() -> None:
    file = plain(parties__A__crises_per_year=0.0, parties__B__crises_per_year=0.0)
    answers = evaluate(file, "p")
    for t in (1, 5, 10):
        integral = 0.02 * (t + 3.0 * 1.5 * (1.0 - np.exp(-t / 1.5)))
        assert answers[f"holds.{t}"] == pytest.approx(np.exp(-integral), abs=1e-10)
    assert answers["causes.10.accident"] == pytest.approx(1.0 - answers["holds.10"], abs=1e-10)
    assert answers["causes.10.A"] == 0.0


def test_constant_hazard() -> None:
    answers = evaluate(plain(war__settling={"excess": 1.0, "years": 1.0}), "p")
    a, b = 0.7 * answers["deter.A.0"], 0.7 * answers["deter.B.0"]
    total = a + b + 0.02
    assert answers["deter.A.5"] == pytest.approx(answers["deter.A.0"], abs=1e-9)
    for t in (1, 5, 10):
        assert answers[f"holds.{t}"] == pytest.approx(np.exp(-total * t), abs=1e-9)
    broken = 1.0 - answers["holds.10"]
    assert answers["causes.10.A"] == pytest.approx(a / total * broken, abs=1e-9)
    assert answers["causes.10.accident"] == pytest.approx(0.02 / total * broken, abs=1e-9)
    # The stationary equations, written out with p = 1/2, d = 0.
    war = (0.5 / 3.0 - 0.06) / (0.05 + 1.0 / 3.0)
    U, D, C = war - 0.03, war, war
    for i, j, x in (("A", "B", 0.55), ("B", "A", 0.45)):
        assert answers[f"attack_value.{i}.0"] == pytest.approx(U, abs=1e-12)
        V, alpha, other = answers[f"standing_value.{i}.0"], answers[f"deter.{i}.0"], answers[f"deter.{j}.0"]
        option = 0.7 * 0.05 * np.log1p(np.exp((U - V) / 0.05))
        assert alpha == pytest.approx(expit((U - V) / 0.05), abs=1e-12)
        assert 0.05 * (x - V) + option + 0.7 * other * (D - V) + 0.02 * (C - V) == pytest.approx(0, abs=1e-9)
        net = (0.05 * x + 0.7 * alpha * U + 0.7 * other * D + 0.02 * C) / (0.05 + total)
        assert answers[f"value.{i}"] == pytest.approx(net, abs=1e-9)
        assert answers[f"fighting.{i}"] == pytest.approx(war, abs=1e-12)
        assert answers[f"accept.{i}"] == pytest.approx(expit((net - war) / 0.05), abs=1e-8)


def test_a_ramp_against_small_steps_of_another_method() -> None:
    file = plain()
    file["proposals"]["p"]["terms"] = [{"strengthening": {"party": "B", "add": 0.8, "over_years": 4.0}}]
    answers = evaluate(file, "p")
    steps = 800  # a year

    def slope(t: float, V: np.ndarray) -> np.ndarray:
        p = 1.0 / (2.0 + 0.8 * min(t / 4.0, 1.0))
        war = np.maximum(0.0, (np.array([p, 1.0 - p]) / 3.0 - 0.06) / (0.05 + 1.0 / 3.0))
        brittle = 1.0 + 3.0 * np.exp(-t / 1.5)
        alpha = expit((war - 0.03 - V) / 0.05)
        option = 0.7 * brittle * 0.05 * np.log1p(np.exp((war - 0.03 - V) / 0.05))
        lost = (0.7 * alpha[::-1] + 0.02) * brittle * (war - V)
        hazards[round(t * steps * 2)] = brittle * (0.7 * alpha.sum() + 0.02)
        return 0.05 * (np.array([0.55, 0.45]) - V) + option + lost

    hazards: dict[int, float] = {}
    V = np.array([0.55, 0.45])
    for _ in range(4000):  # the horizon's stationary value
        V = V + 0.1 * slope(20.0, V)
    h = 1.0 / steps
    for k in range(20 * steps, 0, -1):
        t = k * h
        k1 = slope(t, V)
        k2 = slope(t - h / 2, V + h / 2 * k1)
        k3 = slope(t - h / 2, V + h / 2 * k2)
        V = V + h / 6 * (k1 + 2 * k2 + 2 * k3 + slope(t - h, V + h * k3))
    slope(0.0, V)
    mean = sum(hazards[2 * k] * (0.5 if k in (0, 10 * steps) else 1.0) for k in range(10 * steps + 1)) * h
    assert answers["standing_value.A.0"] == pytest.approx(V[0], abs=1e-7)
    assert answers["holds.10"] == pytest.approx(np.exp(-mean), abs=1e-5)


def test_causes_and_holding_sum_to_one() -> None:
    for _, _, make in list(cases(7))[:3]:
        answers = evaluate(make(0), "proposal0")
        assert sum(v for k, v in answers.items() if k.startswith("causes")) + answers["holds.10"] == (
            pytest.approx(1.0, abs=1e-8)
        )


# --- decide -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "attacker", "expected"),
    [
        ({"quota": 2}, "Z", 0.9 * 0.8 * 0.3 + 0.9 * 0.8 * 0.7 + 0.9 * 0.2 * 0.7 + 0.1 * 0.8 * 0.7),
        ({"quota": "all"}, "Z", 0.9 * 0.8 * 0.7),
        ({"quota": 1, "veto": ["C"]}, "Z", 0.7),
        ({"quota": 1, "veto": "all"}, "Z", 0.9 * 0.8 * 0.7),
        ({"quota": 2, "weights": {"A": 2}}, "Z", 0.9 + 0.1 * 0.8 * 0.7),
        ({"quota": "all"}, "A", 0.0),
        ({"quota": "all", "recuse": "attacker"}, "A", 0.8 * 0.7),
        ({"quota": "all", "recuse": "principals"}, "A", 0.7),
        ({"quota": 1, "veto": "all", "recuse": ["C"]}, "Z", 0.9 * 0.8),
        ({"quota": 2}, "A", 0.8 * 0.7),
    ],
)
def test_votes(rule: dict, attacker: str, expected: float) -> None:
    support = {"A": 0.9, "B": 0.8, "C": 0.7}
    file = {"bodies": {"council": {"members": ["A", "B", "C"], "rule": rule, "support": support}}}
    assert yes_probability(file, "council", attacker, ["A", "B"], members) == pytest.approx(
        expected, abs=1e-14
    )


def test_honour_is_given_that_its_own_body_passed() -> None:
    file = plain(bodies={"u": {"members": ["G"], "rule": {"quota": 1}, "support": {"G": 0.0}}})
    file["proposals"]["p"]["terms"] = [pledge(body="u")]
    answers = evaluate(file, "p")
    assert answers["decide.u"] == 0.0
    assert answers["delivered.A"] == 0.0
    assert answers["honour.g"] == pytest.approx(answers["honour_alone.g"], abs=1e-12)
    assert answers["holds.10"] == pytest.approx(answers["without_help.holds.10"], abs=1e-12)
    assert answers["gain.decide"] > 0.0


# --- honour -------------------------------------------------------------------------------------------


def test_one_pledge_is_the_root_of_its_equation() -> None:
    file = plain()
    file["proposals"]["p"]["terms"] = [pledge()]
    answers = evaluate(file, "p")
    gain = 1.0 / 2.0 - 1.0 / 2.5
    h = _root(lambda q: q - 1.0 / (1.0 + np.exp(-(0.6 * gain - 0.1 + 0.02) / 0.05)), 0.0, 1.0)
    assert answers["honour.g"] == pytest.approx(h, abs=1e-12)
    assert answers["delivered.A"] == pytest.approx(0.8 * h, abs=1e-12)
    assert np.isnan(answers["delivered.B"])
    # U: with probability 0.8 h it meets the help.
    alone, helped = ((p / 3.0 - 0.06) / (0.05 + 1.0 / 3.0) for p in (0.5, 0.4))
    U = 0.8 * h * helped + (1.0 - 0.8 * h) * alone - 0.03
    assert answers["attack_value.A.0"] == pytest.approx(U, abs=1e-12)


def test_deployments_and_sanctions() -> None:
    file = plain()
    here = {"by": "G", "to": "B", "against": "A"}
    file["proposals"]["p"]["terms"] = [
        pledge(kind="sanctions", strength={"each": 0.04}),
        {"deployment": here | {"place": "in-country", "strength": {"share": 0.5}, "tripwire": 0.03}},
        {"deployment": here | {"place": "near-border", "readiness": 0.4}},
    ]
    answers = evaluate(file, "p")
    h = expit((0.02 + 0.03 - 0.1 * 0.6) / 0.05)
    p = 1.0 / 2.3
    values = [(p / 3.0 - cost) / (0.05 + 1.0 / 3.0) for cost in (0.06, 0.1)]
    assert answers["honour.g"] == pytest.approx(h, abs=1e-14)
    expected = 0.8 * h * values[1] + (1.0 - 0.8 * h) * values[0] - 0.03
    assert answers["attack_value.A.0"] == pytest.approx(expected, abs=1e-12)
    assert np.isnan(answers["delivered.A"])


@pytest.mark.parametrize(("strength", "m", "cost"), [(0.16, 4.0, 0.09), (0.16, 4.0, 0.075), (0.3, 1.0, 0.08)])
def test_pledges_alike_arrive_where_the_curve_first_does(strength: float, m: float, cost: float) -> None:
    """With n pledges alike lambda is z over what is asked at z: an explicit curve, followed from z = 0."""
    n, noise = 5, 0.01
    branch = game([promise(strength, cost=cost, noise=noise)] * n, victim=0.3, m=m).principal()

    def asked(z: float) -> float:
        h, total = expit(z), 0.0
        for others in product((0, 1), repeat=n - 1):
            p = [1.0 / (1.0 + (0.3 + strength * (sum(others) + own)) ** m) for own in (0, 1)]
            total += h ** sum(others) * (1.0 - h) ** (n - 1 - sum(others)) * (p[0] - p[1])
        return (total - cost) / noise

    sign = np.sign(asked(0.0))
    grid = sign * np.linspace(0.0, 120.0, 60_001)
    inside = np.array([asked(z) - z for z in grid])
    first = int(np.argmax(inside * sign < 0))
    z = _root(lambda z: asked(z) - z, grid[first - 1], grid[first])
    assert branch.honour == pytest.approx(np.full(n, expit(z)), abs=1e-11)


def _davidenko(g: HonourGame) -> np.ndarray:
    """The principal branch by integrating the path's direction, with no correction until the end."""
    n = len(g.pledges)

    def wide(y: np.ndarray) -> np.ndarray:
        z, lam = y[:n], y[n] / scale
        asked = _asked(g, expit(z))
        columns = []
        for k in range(n):
            h = expit(z)
            up, down = h.copy(), h.copy()
            up[k], down[k] = 1.0, 0.0
            slope = (_asked(g, up) - _asked(g, down)) * h[k] * (1.0 - h[k])
            columns.append((np.arange(n) == k) - lam * slope)
        return np.column_stack([*columns, -asked / scale])

    def direction(_: float, y: np.ndarray) -> np.ndarray:
        rows = wide(y)
        v = np.linalg.svd(rows)[2][-1]
        orient = np.linalg.det(np.vstack([rows, v]))  # keeps one sign along the path, through folds
        return v * np.sign(orient) * first

    scale = 50.0
    first = 1.0
    first = np.sign(direction(0.0, np.zeros(n + 1))[n])
    y, done, along = np.zeros(n + 1), 0.0, None
    while y[n] < scale:  # in pieces, then back to where lambda is 1
        path = solve_ivp(direction, (done, done + 1.0), y, rtol=1e-8, atol=1e-8, dense_output=True)
        y, done, along = path.y[:, -1], done + 1.0, path.sol
        assert done < 1000.0
    assert along is not None
    s = _root(lambda s: float(along(s)[n]) - scale, done - 1.0, done)
    return expit(along(s)[:n])


def _asked(g: HonourGame, h: np.ndarray) -> np.ndarray:
    n, out = len(g.pledges), []
    for i, mine in enumerate(g.pledges):
        total = 0.0
        for others in product((0, 1), repeat=n - 1):
            chosen = np.insert(np.array(others), i, 0)
            weight = np.prod([h[k] if chosen[k] else 1.0 - h[k] for k in range(n) if k != i])
            help_ = sum(q.strength for q, c in zip(g.pledges, chosen, strict=True) if c)
            p = [
                1.0 / (1.0 + ((g.victim + help_ + own) / g.attacker) ** g.decisiveness)
                for own in (0.0, mine.strength)
            ]
            total += weight * (p[0] - p[1])
        out.append((mine.stake * total - mine.cost + mine.break_cost) / mine.noise)
    return np.array(out)


@pytest.mark.parametrize("seed", range(4))
def test_the_branch_against_integrating_along_it(seed: int) -> None:
    rng = np.random.default_rng([3, seed])
    together = seed % 2 == 0  # help that counts only together, or that makes itself superfluous
    pledges = [
        promise(
            rng.uniform(0.14, 0.2) if together else rng.uniform(0.3, 0.8),
            stake=rng.uniform(0.8, 1.2),
            cost=rng.uniform(0.08, 0.1) if together else rng.uniform(0.1, 0.2),
            noise=rng.uniform(0.015, 0.03),
        )
        for _ in range(3)
    ]
    g = game(pledges, victim=0.4 if together else 0.7, m=4.0 if together else 1.5)
    assert g.principal().honour == pytest.approx(_davidenko(g), abs=1e-5)


def test_the_branch_through_folds_against_integrating_along_it() -> None:
    regime = REGIMES["through folds"][1]
    situation = resolve(scenario(regime, np.random.default_rng([77, 4])), "proposal0")
    front = next(front for front in (Front(situation, a) for a in situation.attacks) if front.pledges)
    players = front.players(front.everything)
    branch = front.branch(players, 0.0)
    assert np.isfinite(branch.fold_margin)
    assert branch.honour == pytest.approx(_davidenko(front.game(players, 0.0)), abs=1e-5)


def test_every_branch_is_a_fixed_point_by_enumeration() -> None:
    for _, _, make in [c for c in cases(11) if c[1] in ("several fixed points", "all or none")][:6]:
        situation = resolve(make(0), "proposal0")
        for attack in situation.attacks:
            front = Front(situation, attack)
            for decision in front.decisions:
                g = front.game(front.players(decision), 0.0)
                h = g.principal().honour
                if len(h):
                    assert h == pytest.approx(expit(_asked(g, h)), abs=1e-11)


@pytest.mark.parametrize("difference", [1e-3, 1e-6, 1e-9])
def test_where_two_paths_nearly_cross_the_branch_turns(difference: float) -> None:
    """Comparable guarantors whose help makes the other's superfluous: the cheaper one's is the one that comes."""
    dear, cheap = promise(0.8, cost=0.16 + difference, noise=0.01), promise(0.8, cost=0.16, noise=0.01)
    h = game([dear, cheap], victim=0.8, m=1.5).principal().honour
    assert h[1] - h[0] > 0.9
    assert game([cheap, dear], victim=0.8, m=1.5).principal().honour == pytest.approx(h[::-1], abs=1e-12)
    alike = game([cheap, cheap], victim=0.8, m=1.5).principal().honour
    assert alike[0] == alike[1]
    assert 0.05 < alike[0] < 0.95


def test_other_fixed_points_are_found() -> None:
    comparable = [promise(0.8, cost=c, noise=0.01) for c in (0.16, 0.165)]
    g = game(comparable, victim=0.8, m=1.5)
    others = g.others(g.principal(), corners=True, apart=1e-4, most=3000)
    assert len(others) > 0
    alone = game(comparable[:1])
    assert len(alone.others(alone.principal(), corners=True, apart=1e-4, most=3000)) == 0


def test_a_jump_in_time_is_found_and_the_curve_is_the_branch() -> None:
    file = plain(parties__A__strength=1.25, parties__B__strength=0.3, war__decisiveness=4.0)
    file["groups"] = {"coalition": [f"C{k}" for k in range(5)]}
    file["parties"] |= {f"C{k}": {"strength": 1.0} for k in range(5)}
    file["proposals"]["p"]["terms"] = [
        pledge(by="coalition", strength={"each": 0.16}, stake=1.0, cost=0.09, break_cost=0.0, noise=0.01),
        {"strengthening": {"party": "B", "add": 0.7, "over_years": 8.0}},
    ]
    situation = resolve(file, "p")
    front = Front(situation, situation.attacks[0])
    players = front.players(front.decisions[0])
    curve = front.curve(players)
    assert len(curve.jumps) >= 1
    for t in np.random.default_rng(5).uniform(0.0, 8.0, 10):
        branch = front.branch(players, float(t)).honour
        assert expit(curve(float(t))) == pytest.approx(branch, abs=1e-8)
    for t in curve.jumps:
        before, after = (front.branch(players, t + e).honour for e in (-1e-9, 1e-9))
        assert np.max(np.abs(before - after)) > 0.01


# --- the whole ----------------------------------------------------------------------------------------


def test_red_lines_and_signatories() -> None:
    file = plain(parties__A__red_lines=[{"crosses": {"land": {"above": 0.45}}, "firmness": 0.5}])
    free = evaluate(file, "p")
    assert free["red_line.A"] == 0.0  # strictly above
    file["proposals"]["p"]["outcome"] = {"land": 0.46}
    file["proposals"]["p"] |= {"signatories": ["A", "G"], "accepts": {"G": 0.4}}
    answers = evaluate(file, "p")
    assert answers["red_line.A"] == 0.5
    assert answers["signed"] == pytest.approx(answers["accept.A"] * 0.4, abs=1e-15)
    assert "accept.B" not in answers


def test_units_of_strength_do_not_matter() -> None:
    for _, _, make in [case for case in cases(7) if case[0] in ("bodies 1", "deployments 1")]:
        file = make(0)
        scaled = copy.deepcopy(file)
        for party in scaled["parties"].values():
            if "strength" in party:
                party["strength"] *= 37.0
        for support in scaled["no_agreement"]["support"].values():
            support["strength"] *= 37.0
        for proposal in scaled["proposals"].values():
            for term in proposal["terms"]:
                _scale(term)
        first, second = evaluate(file, "proposal0"), evaluate(scaled, "proposal0")
        assert first == pytest.approx(second, abs=1e-8, nan_ok=True)


def _scale(term: dict) -> None:
    if "strengthening" in term:
        term["strengthening"]["add"] *= 37.0
    body = term.get("deployment", term.get("pledge", {}))
    strength = body.get("strength")
    if strength is None or body.get("kind") == "sanctions":
        return
    if isinstance(strength, dict):
        body["strength"] = {k: v if k == "share" else v * 37.0 for k, v in strength.items()}
    else:
        body["strength"] *= 37.0
    for own in body.get("overrides", {}).values():
        if "strength" in own:
            own["strength"] *= 37.0


def test_a_second_way_of_standing_is_flagged() -> None:
    file = plain(
        war__discount=0.05,
        war__accidents_per_year=0.0,
        war__settling={"excess": 1.0, "years": 1.0},
    )
    war = (0.5 / 3.0 - 0.06) / (0.05 + 1.0 / 3.0)
    for side in ("A", "B"):
        file["parties"][side] |= {"word_cost": 0.0, "crises_per_year": 3.0, "noise": 0.02}
        x = 0.55 if side == "A" else 0.45
        worth = war + 8.0 * 0.02 - x
        relief = {"id": side, "to": side, "worth": max(worth, 0.0), "upkeep": {side: max(-worth, 0.0)}}
        file["proposals"]["p"]["terms"].append({"relief": relief})
    r = report(file, "p")
    assert r.stands_apart > 0.1
    assert r.must_be_fragile
    assert r.answers["fragile"] == 1.0


def test_one_attacker_and_constant_rates_leave_one_scalar_equation() -> None:
    file = plain(parties__B__crises_per_year=0.0, war__settling={"excess": 1.0, "years": 1.0})
    answers = evaluate(file, "p")
    war = (0.5 / 3.0 - 0.06) / (0.05 + 1.0 / 3.0)
    U = war - 0.03

    def standing(v: float) -> float:
        return 0.05 * (0.55 - v) + 0.035 * np.logaddexp(0.0, (U - v) / 0.05) + 0.02 * (war - v)

    V = _root(standing, 0.0, 1.0)
    hazard = 0.7 * expit((U - V) / 0.05) + 0.02
    assert answers["holds.10"] == pytest.approx(np.exp(-10.0 * hazard), abs=1e-9)
