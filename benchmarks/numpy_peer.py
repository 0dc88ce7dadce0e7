"""The chain of one draw and one proposal in plain NumPy: what a careful analyst would write without JAX.

It takes the scenario as the plain mapping of its file and one draw as numbers by path, shares no code with `holdfast`, and uses the
same algorithm: help by a sum of exponentials, the honour fixed point by Newton's method from the solution at stronger
noise, the value equations by Runge-Kutta on a grid fine where the ceasefire is young. Inside a draw everything that can be one array
operation is one: attackers, the bodies' decisions and time nodes are axes. It follows the honour fixed point by continuation
without arclength, so it is right only where that does not fold; in the benchmark's scenario it does not.

In the equations: S, T strengths, H help, m decisiveness, p the attacker's chance, d the value of defeat, κ war cost, μ one over the length
of a war, ρ discount, δ detection, q a body's yes, h honour, ν noise, ω occasions, η accidents, α the probability of attacking.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

Values = Mapping[str, float]
TIMES = (0.25, 0.5, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20)
HORIZON = 20.0
NODES = 9
GRID = 256
RATES = np.concatenate([[0.0], np.geomspace(0.4, 150.0, 15)])
POINTS = np.expm1(4.0 * (1 - np.cos(np.pi * (np.arange(48) + 0.5) / 48)) / 2) / np.expm1(4.0)
FIT = np.linalg.pinv(np.exp(-np.outer(POINTS, RATES)), rcond=1e-11)


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(0.5 * x))


def softplus(x: np.ndarray) -> np.ndarray:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


# --- from the file and a draw to arrays ---------------------------------------------------------------


class Pledges(NamedTuple):
    """The pledges of force and arms, or of sanctions, against one principal; every array has one entry a pledge."""

    names: list[str]
    strength: np.ndarray
    stake: np.ndarray
    cost: np.ndarray
    break_cost: np.ndarray
    noise: np.ndarray
    body: list[str | None]


class Problem(NamedTuple):
    """Everything the chain needs of one draw and proposal."""

    principals: list[str]
    base: np.ndarray
    ramps: list[tuple[int, float, float]]
    today: np.ndarray
    forward: np.ndarray
    help: list[Pledges]
    sanctions: list[Pledges]
    detect: np.ndarray
    decide: list[dict[str, float]]
    defeat: np.ndarray
    peace: np.ndarray
    war_cost: np.ndarray
    crises: np.ndarray
    noise: np.ndarray
    word: np.ndarray
    red: np.ndarray
    given: float
    end_rate: float
    discount: float
    decisiveness: float
    excess: float
    settling: float
    accidents: float


def members(file: dict[str, Any], by: str | list[str]) -> list[str]:
    names = [by] if isinstance(by, str) else by
    found: set[str] = set()
    for name in names:
        found |= set(members(file, file["groups"][name])) if name in file.get("groups", {}) else {name}
    return sorted(found)


def key(kind: str, term: dict[str, Any]) -> str:
    if "id" in term:
        return term["id"]
    if kind == "strengthening":
        return term["party"]
    if kind == "relief":
        return term["to"]
    by = term["by"]
    joined = by if isinstance(by, str) else "+".join(sorted(by))
    return f"{term['place']}.{joined}" if kind == "deployment" else joined


def strengths(
    file: dict[str, Any],
    values: Values,
    path: str,
    term: dict[str, Any],
    who: list[str],
    own: dict[str, float],
) -> dict[str, float]:
    given = term["strength"]
    power = {name: values.get(f"parties.{name}.strength", 0.0) for name in who}
    rest = [name for name in who if name not in own]
    if isinstance(given, dict) and "each" in given:
        found = dict.fromkeys(rest, values[f"{path}.strength.each"])
    elif isinstance(given, dict) and "share" in given:
        found = {name: values[f"{path}.strength.share"] * power[name] for name in rest}
    elif isinstance(given, dict) and "total" in given:
        whole = sum(power[name] for name in rest)
        found = {name: values[f"{path}.strength.total"] * power[name] / whole for name in rest}
    else:
        found = dict.fromkeys(rest, values[f"{path}.strength"])
    return found | own


def body_yes(file: dict[str, Any], values: Values, name: str, attacker: str) -> float:
    """Return the probability that a body passes, by going through the weights of yes."""
    body = file["bodies"][name]
    rule = body["rule"]
    who = members(file, body["members"])
    recused = {
        "attacker": {attacker},
        "principals": {p for p, x in file["parties"].items() if x.get("principal")},
    }
    out = recused.get(
        rule.get("recuse"), set(rule.get("recuse", []) if isinstance(rule.get("recuse"), list) else [])
    )
    voting = [x for x in who if x not in out]
    weights = {x: rule.get("weights", {}).get(x, 1.0) for x in voting}
    veto = voting if rule.get("veto") == "all" else [x for x in rule.get("veto", []) if x in voting]
    quota = sum(weights.values()) if rule["quota"] == "all" else rule["quota"]
    reached = {0.0: 1.0}
    for x in voting:
        yes = 0.0 if x == attacker else values[f"bodies.{name}.support.{x}"]
        following: dict[float, float] = {}
        for weight, chance in reached.items():
            following[weight + weights[x]] = following.get(weight + weights[x], 0.0) + chance * yes
            if x not in veto:
                following[weight] = following.get(weight, 0.0) + chance * (1 - yes)
        reached = following
    return sum(chance for weight, chance in reached.items() if weight >= quota - 1e-12)


def problem(file: dict[str, Any], proposal: str, values: Values) -> Problem:  # noqa: C901, PLR0912
    """Return the arrays of one draw and proposal."""
    names = sorted(name for name, party in file["parties"].items() if party.get("principal"))
    index = {name: number for number, name in enumerate(names)}
    given = file["proposals"][proposal]
    root = f"proposals.{proposal}"
    get = values.__getitem__

    issues = sorted(file["issues"])
    position = np.array([[get(f"parties.{i}.positions.{k}") for k in issues] for i in names])
    salience = np.array([[get(f"parties.{i}.salience.{k}") for k in issues] for i in names])
    weight = salience / salience.sum(axis=1, keepdims=True)
    outcome = np.array([get(f"{root}.outcome.{k}") for k in issues])
    peace = 1 - (weight * np.abs(outcome - position)).sum(axis=1)
    defeat = 1 - (weight * np.abs(position[::-1] - position)).sum(axis=1)

    own = np.array([get(f"parties.{i}.strength") for i in names])
    support = file.get("no_agreement", {}).get("support", {})
    aid = np.array([get(f"no_agreement.support.{i}.strength") if i in support else 0.0 for i in names])
    keeps = np.array([get(f"no_agreement.support.{i}.continues") if i in support else 0.0 for i in names])

    terms = [(kind, term) for each in given.get("terms", []) for kind, term in each.items()]
    ramps: list[tuple[int, float, float]] = []
    forward, undetected, contained = np.zeros(2), 1 - np.array([get(f"detection.{i}") for i in names]), 1.0
    tripwire: dict[tuple[str, str], float] = {}
    ready: dict[tuple[str, str], float] = {}
    for kind, term in terms:
        path = f"{root}.terms.{kind}.{key(kind, term)}"
        for name in term.get("upkeep", {}):
            peace[index[name]] -= get(f"{path}.upkeep.{name}")
        if kind == "strengthening":
            ramps.append((index[term["party"]], get(f"{path}.add"), get(f"{path}.over_years")))
        elif kind == "relief":
            peace[index[term["to"]]] += get(f"{path}.worth")
        elif kind == "monitoring":
            for name in term["watches"]:
                undetected[index[name]] *= 1 - get(f"{path}.coverage") * get(f"{path}.access")
            contained *= 1 - get(f"{path}.containment")
        elif kind == "deployment":
            who = members(file, term["by"])
            for name in who:
                pair = (name, term["against"])
                tripwire[pair] = tripwire.get(pair, 0.0) + values.get(f"{path}.tripwire", 0.0)
                ready[pair] = ready.get(pair, 1.0) * (1 - values.get(f"{path}.readiness", 0.0))
            if term["place"] == "in-country":
                forward[index[term["to"]]] += sum(strengths(file, values, path, term, who, {}).values())

    rows: dict[tuple[int, bool], list[tuple[Any, ...]]] = {(a, s): [] for a in (0, 1) for s in (False, True)}
    for kind, term in terms:
        if kind != "pledge":
            continue
        path, who, over = (
            f"{root}.terms.pledge.{term['id']}",
            members(file, term["by"]),
            term.get("overrides", {}),
        )
        overridden = {n: get(f"{path}.overrides.{n}.strength") for n in who if "strength" in over.get(n, {})}
        amount = strengths(file, values, path, term, who, overridden)
        for n in who:
            field = {
                f: get(f"{path}.overrides.{n}.{f}" if f in over.get(n, {}) else f"{path}.{f}")
                for f in ("stake", "cost", "break_cost", "noise")
            }
            pair = (n, term["against"])
            rows[index[term["against"]], term["kind"] == "sanctions"].append(
                (
                    term["id"] if who == [term["by"]] else f"{term['id']}/{n}",
                    amount[n],
                    field["stake"],
                    field["cost"] * ready.get(pair, 1.0),
                    field["break_cost"] + tripwire.get(pair, 0.0),
                    field["noise"],
                    over.get(n, {}).get("body", term.get("body")),
                )
            )

    def pledges(a: int, sanctions: bool) -> Pledges:
        names, *numbers, bodies = list(zip(*rows[a, sanctions], strict=True)) or [()] * 7
        strength, stake, cost, break_cost, noise = (np.array(column, float) for column in numbers)
        return Pledges(list(names), strength, stake, cost, break_cost, noise, list(bodies))

    red = np.zeros(2)
    for number, name in enumerate(names):
        for place, line in enumerate(file["parties"][name].get("red_lines", [])):
            crossed = all(
                get(f"{root}.outcome.{k}") > c["above"]
                if "above" in c
                else get(f"{root}.outcome.{k}") < c["below"]
                for k, c in line["crosses"].items()
            )
            firm = get(f"parties.{name}.red_lines.{line.get('id', place)}.firmness")
            red[number] = 1 - (1 - red[number]) * (1 - firm * crossed)

    return Problem(
        principals=names,
        base=own + aid * keeps,
        ramps=ramps,
        today=own + aid,
        forward=forward,
        help=[pledges(a, sanctions=False) for a in (0, 1)],
        sanctions=[pledges(a, sanctions=True) for a in (0, 1)],
        detect=1 - undetected,
        decide=[{b: body_yes(file, values, b, i) for b in sorted(file.get("bodies", {}))} for i in names],
        defeat=defeat,
        peace=peace,
        war_cost=np.array([get(f"parties.{i}.war_cost") for i in names]),
        crises=np.array([get(f"parties.{i}.crises_per_year") for i in names]),
        noise=np.array([get(f"parties.{i}.noise") for i in names]),
        word=np.array([get(f"parties.{i}.word_cost") for i in names]),
        red=red,
        given=float(np.prod([get(f"{root}.accepts.{n}") for n in given["signatories"] if n not in names])),
        end_rate=1 / get("war.years"),
        discount=get("war.discount"),
        decisiveness=get("war.decisiveness"),
        excess=get("war.settling.excess"),
        settling=get("war.settling.years"),
        accidents=get("war.accidents_per_year") * contained,
    )


# --- honour -------------------------------------------------------------------------------------------


def honour(
    attacker: np.ndarray, defender: np.ndarray, m: float, pledges: Pledges, active: np.ndarray
) -> np.ndarray:
    """Return h ["nodes", "decisions", "pledges"] for strengths ["nodes"] and active pledges ["decisions", "pledges"].

    Continuation over the factor that multiplies all noises, Newton's method at each of its values.
    """
    n = len(pledges.names)
    if n == 0:
        return np.zeros((len(attacker), len(active), 0))
    total = pledges.strength.sum()
    curve = sigmoid(m * np.log(attacker[:, None] / (defender[:, None] + POINTS * total)))
    weights = (curve @ FIT.T)[:, None, :, None]  # nodes, 1, exponentials, 1
    loss = (1 - np.exp(-np.outer(RATES, pledges.strength / total))) * active[
        :, None, :
    ]  # decisions, exp., pledges
    eye = np.eye(n)
    h = np.full((len(attacker), len(active), n), 0.5)
    for easing in (16.0, 4.0, 2.0, 1.3, 1.0):
        noise = pledges.noise * easing
        for _ in range(30):
            each = 1 - h[:, :, None, :] * loss
            others = weights * np.prod(each, axis=3, keepdims=True) / each
            benefit = (others * loss).sum(axis=2)
            target = sigmoid((pledges.stake * benefit - pledges.cost + pledges.break_cost) / noise)
            slope = target * (1 - target) * pledges.stake / noise
            # ∂benefit_g/∂h_j = −Σ_k c_k l_kg l_kj Π_{others}, 0 for j = g
            part = loss / each
            cross = -np.matmul((others * loss).transpose(0, 1, 3, 2), part) * (1 - eye)
            step = np.linalg.solve(eye - slope[..., None] * cross, (target - h)[..., None])[..., 0]
            h = np.clip(h + step, 0.0, 1.0)
            if np.abs(step).max() < (1e-10 if easing == 1.0 else 1e-3):
                break
    return h * active


# --- from honour to the values of attacking and of being attacked ------------------------------------


def distribution(strength: np.ndarray, h: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the distribution of a sum on `size` + 1 equal steps, a pledge falling between two steps split between them."""
    total = max(float(strength.sum()), 1e-300)
    weight = np.zeros((*h.shape[:-1], size + len(strength) + 2))  # room for the upper halves of the splits
    weight[..., 0] = 1.0
    for g, s in enumerate(strength):
        steps = s / total * size
        whole, rest = int(steps), steps - int(steps)
        moved = np.zeros_like(weight)
        moved[..., whole:] += (1 - rest) * weight[..., : weight.shape[-1] - whole]
        moved[..., whole + 1 :] += rest * weight[..., : weight.shape[-1] - whole - 1]
        weight = weight + h[..., g : g + 1] * (moved - weight)
    return np.arange(weight.shape[-1]) / size * total, weight


def mean_positive(x: np.ndarray, amount: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return E[max(0, x − K)] for K on the equal steps `amount` with `weight`; x ["nodes", "decisions", "grid"]."""
    if len(amount) == 1:
        return np.maximum(x, 0.0)
    step = amount[1] - amount[0]
    below = np.cumsum(weight, axis=-1)
    area = np.concatenate(
        [np.zeros_like(below[..., :1]), np.cumsum(below[..., :-1], axis=-1) * step], axis=-1
    )
    place = np.clip(x / step, 0, len(amount) - 1)
    whole = np.minimum(place.astype(int), len(amount) - 1)
    value = (
        np.take_along_axis(area, whole, axis=-1)
        + np.take_along_axis(below, whole, axis=-1) * (place - whole) * step
    )
    return value + np.maximum(x - amount[-1], 0.0)


class Attack(NamedTuple):
    """An attack by one principal: values ["variants", "nodes"] and what was promised and delivered at the first node."""

    attacker: np.ndarray
    victim: np.ndarray
    honour: dict[str, float]
    delivered: float | None


VARIANTS = ("as it is", "detect", "decide", "honour", "no help")


def attack(problem: Problem, a: int, strength: np.ndarray) -> Attack:
    """Return U (before the cost of its word) and D of an attack by `a`, strengths being ["principals", "nodes"]."""
    v = 1 - a
    m, rho, mu = problem.decisiveness, problem.discount, problem.end_rate
    S, T = strength[a], strength[v] + problem.forward[v]
    pledges, penal = problem.help[a], problem.sanctions[a]
    bodies = sorted({b for b in (*pledges.body, *penal.body) if b is not None})
    combos = list(itertools.product((True, False), repeat=len(bodies)))
    chance = np.array(
        [
            np.prod(
                [
                    problem.decide[a][b] if yes else 1 - problem.decide[a][b]
                    for b, yes in zip(bodies, c, strict=True)
                ]
            )
            for c in combos
        ]
    )

    def active(of: Pledges) -> np.ndarray:
        passed = [dict(zip(bodies, c, strict=True)) | {None: True} for c in combos]
        return np.array([[p[b] for b in of.body] for p in passed], float).reshape(len(combos), len(of.body))

    on = active(pledges)
    h = honour(S, T, m, pledges, on)
    punish = sigmoid((penal.break_cost - penal.cost) / penal.noise) * active(penal)

    def expected(h: np.ndarray, punish: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return what an attributed attack is worth to both ["nodes", "decisions"], the sides yielding where that is better."""
        amount, weight = (
            distribution(pledges.strength, h, GRID)
            if pledges.names
            else (np.zeros(1), np.ones((len(S), len(h[0]), 1)))
        )
        p = sigmoid(m * np.log(S[:, None, None] / (T[:, None, None] + amount)))
        # the attacker: d + max(0, μ (1 − d) p − ρ d − κ − K) / (ρ + μ)
        x = mu * (1 - problem.defeat[a]) * p - rho * problem.defeat[a] - problem.war_cost[a]
        fines, fine_weight = (
            distribution(penal.strength, punish, GRID)
            if penal.names
            else (np.zeros(1), np.ones((len(punish), 1)))
        )
        x = np.broadcast_to(x, (len(S), len(fine_weight), len(amount)))
        gain = mean_positive(x, fines, np.broadcast_to(fine_weight, (len(S), *fine_weight.shape)))
        w_a = problem.defeat[a] + (gain * weight).sum(axis=-1) / (rho + mu)
        y = mu * (1 - problem.defeat[v]) * (1 - p) - rho * problem.defeat[v] - problem.war_cost[v]
        w_v = problem.defeat[v] + (np.maximum(y, 0.0) * weight).sum(axis=-1) / (rho + mu)
        return w_a, np.broadcast_to(w_v, w_a.shape)

    due = np.stack(expected(h, punish))  # sides, nodes, decisions
    sure = np.stack(expected(np.broadcast_to(on, h.shape), active(penal)))
    # A decision in which no pledge is active is worth the same as no help at all; take the latter by itself.
    none = np.stack(expected(np.zeros((len(S), 1, len(pledges.names))), np.zeros((1, len(penal.names)))))[
        ..., 0
    ]
    delta = problem.detect[a]
    everyone = [all(c) for c in combos].index(True)
    base, certain = due @ chance, sure @ chance
    decided = due[..., everyone]
    values = np.stack(
        [
            none + delta * (base - none),
            base,
            none + delta * (decided - none),
            none + delta * (certain - none),
            none,
        ]
    )
    mean_h = (h[0] * chance[:, None]).sum(axis=0)
    falls_due = (on * chance[:, None]).sum(axis=0)
    names = dict(zip(pledges.names, (mean_h / np.maximum(falls_due, 1e-300)).tolist(), strict=True))
    return Attack(
        attacker=values[:, 0],
        victim=values[:, 1],
        honour=names
        | dict(
            zip(penal.names, sigmoid((penal.break_cost - penal.cost) / penal.noise).tolist(), strict=True)
        ),
        delivered=float(delta * (mean_h @ pledges.strength) / pledges.strength.sum())
        if pledges.names
        else None,
    )


# --- hold ---------------------------------------------------------------------------------------------


def time_grid(breaks: list[float]) -> np.ndarray:
    """Return times from 0 to the horizon, fine at first, on which every break and every reported time lies."""
    marks = sorted({0.0, HORIZON, *TIMES, *(b for b in breaks if b < HORIZON)})
    pieces = []
    for left, right in itertools.pairwise(marks):
        count = max(1, int(np.ceil((right - left) / min(0.05 + 0.1 * left, 0.5))))
        pieces.append(np.linspace(left, right, count + 1)[:-1])
    return np.concatenate([*pieces, [HORIZON]])


def interpolate(breaks: list[float], at: np.ndarray, evaluate: Any) -> Any:
    """Evaluate at Chebyshev nodes between the breaks and return the interpolant's matrix and nodes."""
    edges = [0.0, *breaks]
    base = np.cos(np.pi * np.arange(NODES) / (NODES - 1))[::-1]
    signs = (-1.0) ** np.arange(NODES)
    signs[[0, -1]] *= 0.5
    nodes = [left + (right - left) * (base + 1) / 2 for left, right in itertools.pairwise(edges)]
    nodes.append(np.array([edges[-1]]))
    matrix = np.zeros((len(at), sum(map(len, nodes))))
    start = 0
    for piece, (left, right) in enumerate(itertools.pairwise([*edges, np.inf])):
        rows = (at >= left) & (at <= right) if piece < len(edges) - 1 else at >= left
        if piece == len(edges) - 1:
            matrix[rows] = 0.0
            matrix[rows, start] = 1.0
            continue
        difference = at[rows, None] - nodes[piece]
        exact = np.abs(difference) < 1e-12
        terms = signs / np.where(exact, 1.0, difference)
        block = np.where(exact.any(axis=1, keepdims=True), exact, terms / terms.sum(axis=1, keepdims=True))
        matrix[rows] = 0.0
        matrix[rows, start : start + NODES] = block
        start += NODES
    return matrix, evaluate(np.concatenate(nodes))


def solve(problem: Problem) -> dict[str, Any]:
    """Return the answers of one draw and proposal."""
    breaks = sorted({years for _, add, years in problem.ramps if add > 0 and years < HORIZON})
    knots = time_grid(breaks)
    step = np.diff(knots)
    times = np.sort(
        np.concatenate([knots, knots[:-1] + step / 2])
    )  # knots at even places, middles at odd ones

    def strength(t: np.ndarray) -> np.ndarray:
        found = np.repeat(problem.base[:, None], len(t), axis=1)
        for i, add, years in problem.ramps:
            found[i] += add * np.minimum(t / years, 1.0)
        return found

    matrix, attacks = interpolate(
        breaks, times, lambda nodes: [attack(problem, a, strength(nodes)) for a in (0, 1)]
    )
    # ["times", "variants", "principals"]
    U = np.stack([(x.attacker @ matrix.T).T - problem.word[a] for a, x in enumerate(attacks)], axis=-1)
    D = np.stack([(attacks[1 - i].victim @ matrix.T).T for i in (0, 1)], axis=-1)
    C = 0.5 * (U + problem.word + D)
    swing = 1 + (problem.excess - 1) * np.exp(-times / problem.settling)
    omega = problem.crises * swing[:, None, None]
    eta = problem.accidents * swing[:, None, None]
    x, rho, nu = problem.peace, problem.discount, problem.noise

    def rate(k: int, V: np.ndarray) -> np.ndarray:
        """Return −dV/dt."""
        z = (U[k] - V) / nu
        alpha = sigmoid(z)
        other = (omega[k] * alpha)[:, ::-1]
        return rho * (x - V) + omega[k] * nu * softplus(z) + other * (D[k] - V) + eta[k] * (C[k] - V)

    # The stationary value at the horizon: implicit steps from V = x, growing as the change slows.
    V, pace = np.broadcast_to(x, U[-1].shape).copy(), 0.25
    for _ in range(200):
        change = rate(-1, V)
        if np.abs(change).max() < 1e-10:
            break
        alpha = sigmoid((U[-1] - V) / nu)
        own = -rho - omega[-1] * alpha - (omega[-1] * alpha)[:, ::-1] - eta[-1]
        cross = (-omega[-1] * alpha * (1 - alpha) / nu)[:, ::-1] * (D[-1] - V)
        J = np.zeros((len(V), 2, 2))
        J[:, [0, 1], [0, 1]], J[:, [0, 1], [1, 0]] = own, cross
        V = V + np.linalg.solve(np.eye(2) / pace - J, change[..., None])[..., 0]
        pace *= 1.5

    path, slope = np.empty_like(U), np.empty((len(knots), *V.shape))
    path[-1] = V
    slope[-1] = rate(-1, V)
    for k in range(len(step) - 1, -1, -1):
        s, right, middle, left = step[k], 2 * k + 2, 2 * k + 1, 2 * k
        k1 = rate(right, V)
        k2 = rate(middle, V + s / 2 * k1)
        k3 = rate(middle, V + s / 2 * k2)
        k4 = rate(left, V + s * k3)
        V = V + s / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        path[left], slope[k], slope[k + 1] = V, rate(left, V), k1
        # the middle by Hermite's cubic; slopes are those of −t
        path[middle] = 0.5 * (path[left] + path[right]) + s / 8 * (slope[k + 1] - slope[k])

    attack_rate = omega * sigmoid((U - path) / nu)
    hazard = attack_rate.sum(axis=-1) + eta[..., 0]
    at, mid, after = hazard[:-1:2], hazard[1::2], hazard[2::2]
    half = step[:, None] * (5 * at + 8 * mid - after) / 24
    whole = np.cumsum(
        np.concatenate([np.zeros((1, at.shape[1])), step[:, None] * (at + 4 * mid + after) / 6]), axis=0
    )
    survival = np.empty_like(hazard)
    survival[::2] = np.exp(-whole)
    survival[1::2] = survival[:-1:2] * np.exp(-half)

    def until(density: np.ndarray, t: float) -> float:
        last = int(np.searchsorted(knots, t - 1e-9))
        parts = step * (density[:-1:2] + 4 * density[1::2] + density[2::2]) / 6
        return float(parts[:last].sum())

    def holds(t: float, variant: int = 0) -> float:
        return float(survival[2 * int(np.searchsorted(knots, t - 1e-9)), variant])

    net = _net_value(problem, attack_rate[:, 0], eta[:, 0, 0], U[:, 0], D[:, 0], C[:, 0], step)
    fighting = _fighting(problem)
    accept = (1 - problem.red) * sigmoid((net - fighting) / nu)
    signed = float(problem.given * np.prod(accept))
    alpha = sigmoid((U - path) / nu)
    five = 2 * int(np.searchsorted(knots, 5 - 1e-9))
    answers: dict[str, Any] = {"signed": signed, "signed_and_holds_10": signed * holds(10)}
    for t in (1, 5, 10):
        answers[f"holds.{t}"] = holds(t)
    for i, name in enumerate(problem.principals):
        answers |= {
            f"accept.{name}": float(accept[i]),
            f"value.{name}": float(net[i]),
            f"fighting.{name}": float(fighting[i]),
            f"deter.{name}.0": float(alpha[0, 0, i]),
            f"deter.{name}.5": float(alpha[five, 0, i]),
            f"attack_value.{name}.0": float(U[0, 0, i]),
            f"standing_value.{name}.0": float(path[0, 0, i]),
            f"causes.10.{name}": until(survival[:, 0] * attack_rate[:, 0, i], 10),
            f"detect.{name}": float(problem.detect[i]),
            f"delivered.{name}": attacks[i].delivered,
        }
    answers["causes.10.accident"] = until(survival[:, 0] * eta[:, 0, 0], 10)
    for found in attacks:
        answers |= {f"honour.{name}": h for name, h in found.honour.items()}
    for number, link in enumerate(("detect", "decide", "honour"), start=1):
        answers[f"gain.{link}"] = holds(10, number) - holds(10)
    answers["without_help.holds.10"] = holds(10, 4)
    return answers


def _net_value(
    problem: Problem,
    attack_rate: np.ndarray,
    eta: np.ndarray,
    U: np.ndarray,
    D: np.ndarray,
    C: np.ndarray,
    step: np.ndarray,
) -> np.ndarray:
    """Return the net value at 0: linear, so each Runge-Kutta step is a matter of two numbers a principal."""
    other = attack_rate[:, ::-1]
    leave = problem.discount + attack_rate + other + eta[:, None]
    come = problem.discount * problem.peace + attack_rate * U + other * D + eta[:, None] * C
    value = come[-1] / leave[-1]
    for k in range(len(step) - 1, -1, -1):
        s, right, middle, left = step[k], 2 * k + 2, 2 * k + 1, 2 * k
        k1 = come[right] - leave[right] * value
        k2 = come[middle] - leave[middle] * (value + s / 2 * k1)
        k3 = come[middle] - leave[middle] * (value + s / 2 * k2)
        k4 = come[left] - leave[left] * (value + s * k3)
        value = value + s / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return value


def _fighting(problem: Problem) -> np.ndarray:
    """Return N, the value of the present war at today's strengths."""
    p = sigmoid(problem.decisiveness * np.log(problem.today / problem.today[::-1]))
    d, mu, rho = problem.defeat, problem.end_rate, problem.discount
    return np.maximum(d, (mu * (p + (1 - p) * d) - problem.war_cost) / (rho + mu))
