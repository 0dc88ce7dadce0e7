"""Random scenarios, seeded, as dicts in the file's format with plain numbers, by regime.

Costs of honouring are drawn around the point of indifference, so that the guarantors' answers are
neither all 0 nor all 1.
"""

import numpy as np

from tests.reference.dice import Dice
from tests.reference.regimes import REGIMES, Regime

PRINCIPALS = ("NORTH", "SOUTH")
THIRD = "BROKER"
AS_OF = "2025-01-01"


def scenario(regime: Regime, rng: np.random.Generator) -> dict:
    """One scenario file of the regime."""
    dice = Dice(rng)
    issues = [f"issue{k}" for k in range(dice.integer((1, 3)))]
    strengths = _strengths(regime, dice)
    parties = {name: _principal(regime, dice, name, issues, strengths) for name in PRINCIPALS}
    if dice.chance(0.3):
        _red_lines(dice, parties, issues)
    file: dict = {
        "holdfast": 1,
        "title": "A random scenario",
        "as_of": AS_OF,
        "sources": {},
        "issues": {issue: {"low": "none", "high": "all"} for issue in issues},
        "parties": parties,
        "groups": {},
        "bodies": {},
        "war": _war(regime, dice),
        "detection": {name: dice.uniform((0.3, 1.0)) for name in PRINCIPALS},
        "no_agreement": {"support": {}},
        "proposals": {},
    }
    guarantors = [f"G{k}" for k in range(8)]
    weaker = min(strengths.values())
    for name in guarantors:
        strength = float(f"{weaker * dice.log_uniform(regime.guarantor):.4g}")
        parties[name] = {"name": f"Guarantor {name[1:]}", "strength": strength}
    parties[THIRD] = {"name": "Broker"}
    if dice.chance(regime.support):
        for name in dice.some(list(PRINCIPALS), dice.integer((1, 2))):
            kept = dice.pick([0.0, 1.0, dice.uniform((0.0, 1.0))])
            strength = float(f"{strengths[name] * dice.uniform((0.05, 0.6)):.4g}")
            file["no_agreement"]["support"][name] = {"strength": strength, "continues": kept}
    _bodies(regime, dice, file, guarantors)
    for k in range(2 if dice.chance(regime.proposals) else 1):
        file["proposals"][f"proposal{k}"] = _proposal(regime, dice, file, guarantors, issues)
    return file


def _strengths(regime: Regime, dice: Dice) -> dict[str, float]:
    ratio = dice.log_uniform(regime.ratio)
    base = dice.log_uniform((0.3, 3.0))
    pair = [base, float(f"{base * ratio:.4g}")]
    return dict(zip(PRINCIPALS, pair if dice.chance(0.5) else pair[::-1], strict=True))


def _war(regime: Regime, dice: Dice) -> dict:
    war: dict = {
        "years": dice.uniform((1.5, 5.0)),
        "discount": dice.uniform((0.03, 0.08)),
        "decisiveness": dice.uniform(regime.decisiveness),
        "settling": {"excess": dice.uniform(regime.excess), "years": dice.uniform((0.5, 2.0))},
        "accidents_per_year": dice.uniform(regime.accidents),
    }
    if dice.chance(0.2):
        war["horizon_years"] = dice.pick([10, 12, 30])
    return war


def _principal(regime: Regime, dice: Dice, name: str, issues: list[str], strengths: dict[str, float]) -> dict:
    ideal = (0.0, 0.3) if name == PRINCIPALS[0] else (0.7, 1.0)
    return {
        "name": name.title(),
        "principal": True,
        "strength": strengths[name],
        "war_cost": dice.uniform((0.03, 0.15)),
        "crises_per_year": dice.uniform(regime.crises),
        "noise": dice.log_uniform(regime.noise),
        "word_cost": dice.uniform(regime.word),
        "positions": {issue: dice.uniform(ideal) for issue in issues},
        "salience": {issue: dice.uniform((0.1, 1.0)) for issue in issues},
    }


def _red_lines(dice: Dice, parties: dict, issues: list[str]) -> None:
    for name in PRINCIPALS:
        side = "above" if name == PRINCIPALS[0] else "below"
        limit = dice.uniform((0.4, 0.8)) if side == "above" else dice.uniform((0.2, 0.6))
        lines = [{"crosses": {issues[0]: {side: limit}}, "firmness": dice.uniform((0.1, 0.9))}]
        if len(issues) > 1 and dice.chance(0.5):
            both = {issue: {side: limit} for issue in issues[:2]}
            lines.append({"id": "both", "crosses": both, "firmness": dice.uniform((0.1, 0.9))})
        parties[name]["red_lines"] = lines


def _bodies(regime: Regime, dice: Dice, file: dict, guarantors: list[str]) -> None:
    for k in range(dice.integer(regime.bodies)):
        members = dice.some(guarantors, dice.integer((2, 5)))
        if dice.chance(0.5):
            members = [*members, *dice.some(list(PRINCIPALS), dice.integer((1, 2)))]
        if dice.chance(0.3):
            members = [*members, THIRD]
        rule: dict = {"quota": "all"}
        recuse = dice.pick([None, "attacker", "principals", members[:1]])
        if recuse is not None:
            rule["recuse"] = recuse
        gone = {"attacker": 1, "principals": 2}.get(str(recuse), 1 if recuse else 0)
        weights = {m: dice.integer((1, 4)) for m in members} if dice.chance(0.4) else {}
        least = sum(sorted(weights.get(m, 1) for m in members)[: max(1, len(members) - gone)])
        if dice.chance(0.8):
            rule["quota"] = dice.integer((1, least))
        if weights:
            rule["weights"] = weights
        if dice.chance(0.4):
            rule["veto"] = dice.pick(["all", dice.some(members, dice.integer((1, 2)))])
        support = {m: dice.pick([dice.uniform((0.3, 1.0)), 1.0, dice.uniform((0.7, 1.0))]) for m in members}
        if dice.chance(0.1):
            support[members[0]] = 0.0
        file["bodies"][f"body{k}"] = {"members": members, "rule": rule, "support": support}


def _proposal(regime: Regime, dice: Dice, file: dict, guarantors: list[str], issues: list[str]) -> dict:
    terms = _pledges(regime, dice, file, guarantors)
    terms += _deployments(regime, dice, file, terms)
    for name in PRINCIPALS:
        if dice.chance(regime.strengthening * 0.75):
            for step in range(dice.pick([1, 1, 2])):
                add = float(f"{file['parties'][name]['strength'] * dice.uniform((0.1, 0.9)):.4g}")
                years = dice.pick([dice.uniform((0.5, 10.0)), 5, dice.uniform((5.0, 25.0))])
                terms.append(
                    {"strengthening": {"id": f"{name}{step}", "party": name, "add": add, "over_years": years}}
                )
    if dice.chance(0.4):
        terms.append(
            {
                "monitoring": {
                    "by": THIRD,
                    "watches": dice.some(list(PRINCIPALS), dice.integer((1, 2))),
                    "coverage": dice.uniform((0.2, 0.9)),
                    "access": dice.uniform((0.3, 1.0)),
                    "containment": dice.uniform((0.0, 0.6)),
                    "upkeep": {dice.pick(PRINCIPALS): dice.uniform((0.0, 0.03))},
                }
            }
        )
    if dice.chance(0.3):
        terms.append({"relief": {"to": dice.pick(PRINCIPALS), "worth": dice.uniform((0.0, 0.15))}})
    proposal: dict = {
        "title": "A random proposal",
        "outcome": {issue: dice.uniform((0.2, 0.8)) for issue in issues},
        "signatories": list(PRINCIPALS),
        "terms": terms,
    }
    if regime.premium is not None:
        noises = dice.uniform(regime.premium)
        terms += [_premium(file, proposal, name, noises) for name in PRINCIPALS]
    if dice.chance(0.2):
        proposal["signatories"].append(THIRD)
        proposal["accepts"] = {THIRD: dice.uniform((0.3, 1.0))}
    return proposal


def _premium(file: dict, proposal: dict, name: str, noises: float) -> dict:
    """Relief or upkeep that makes peace worth so many noises more than an unaided war today."""
    me = file["parties"][name]
    other = file["parties"][PRINCIPALS[1 - PRINCIPALS.index(name)]]
    total = sum(me["salience"].values())

    def value(outcome: dict) -> float:
        return 1.0 - sum(w * abs(outcome[k] - me["positions"][k]) for k, w in me["salience"].items()) / total

    war, defeat = file["war"], value(other["positions"])
    p = 1.0 / (1.0 + (other["strength"] / me["strength"]) ** war["decisiveness"])
    fight = (p + (1.0 - p) * defeat) / war["years"] - me["war_cost"]
    fight = max(defeat, fight / (war["discount"] + 1.0 / war["years"]))
    wanted = fight + noises * me["noise"]
    worth = round(wanted - value(proposal["outcome"]), 5)
    term = {"id": f"premium-{name}", "to": name, "worth": max(worth, 0.0)}
    return {"relief": term | ({"upkeep": {name: -worth}} if worth < 0 else {})}


def _pledges(regime: Regime, dice: Dice, file: dict, guarantors: list[str]) -> list[dict]:
    total = dice.integer(regime.pledges)
    directions = list(PRINCIPALS) if dice.chance(regime.both_protected) else [dice.pick(PRINCIPALS)]
    if not regime.favoured:
        weak = min(PRINCIPALS, key=lambda name: file["parties"][name]["strength"])
        directions = [weak] if len(directions) == 1 else directions
    usual = {name: _alike(regime, dice) if dice.chance(regime.alike) else None for name in PRINCIPALS}
    terms, used, left = [], [], list(guarantors)
    while total > 0:
        to = dice.pick(directions)
        against = PRINCIPALS[1 - PRINCIPALS.index(to)]
        fresh = [g for g in left if g not in used]
        if used and (not fresh or dice.chance(regime.several_each)):
            by, size = dice.pick(used), 1
        elif total > 1 and len(fresh) > 1 and dice.chance(regime.groups):
            size = dice.integer((2, min(total, 4, len(fresh))))
            by = f"group{len(file['groups'])}"
            file["groups"][by] = fresh[:size]
        else:
            by, size = fresh[0], 1
        members = file["groups"].get(by, [by])
        used += [m for m in members if m not in used]
        total -= size
        pledge = {"id": f"pledge{len(terms)}", "by": by, "to": to, "against": against}
        pledge["kind"] = "sanctions" if dice.chance(regime.sanctions) else dice.pick(["force", "arms"])
        pledge |= _promise(regime, dice, file, pledge, members, usual[to])
        terms.append({"pledge": pledge})
    return terms


def _alike(regime: Regime, dice: Dice) -> dict:
    return {
        "stake": dice.uniform(regime.stake),
        "break_cost": dice.uniform((0.0, 0.2)),
        "noise": dice.log_uniform(regime.honour_noise),
        "others": dice.uniform(regime.others),
    }


def _promise(
    regime: Regime, dice: Dice, file: dict, pledge: dict, members: list[str], usual: dict | None
) -> dict:
    """Strength, stake, cost, break cost, noise, body and overrides of a pledge."""
    parties = file["parties"]
    given = dict(usual or _alike(regime, dice))
    others = given.pop("others")
    mean = float(np.mean([parties[m]["strength"] for m in members]))
    if pledge["kind"] == "sanctions":
        strength = {"each": dice.uniform((0.005, 0.08))}
        if len(members) > 1 and dice.chance(0.3):
            strength = {"total": dice.uniform((0.02, 0.1))}
        gain = 0.0
    else:
        share = dice.uniform(regime.share)
        strength = dice.pick(
            [
                {"each": float(f"{mean * share:.4g}")},
                {"share": share},
                {"total": float(f"{mean * share:.4g}")},
            ]
        )
        if strength.keys() == {"total"}:
            strength = {"total": float(f"{mean * share * len(members):.4g}")}
        gain = _gain(file, pledge, mean * share, others)
    if len(members) == 1 and dice.chance(0.5) and "share" not in strength:
        strength = next(iter(strength.values()))
    middle = given["stake"] * gain + given["break_cost"]
    given["cost"] = max(0.0, round(middle + regime.spread * given["noise"] * float(dice.rng.normal()), 4))
    given["strength"] = strength
    bodies = list(file["bodies"])
    given["body"] = dice.pick([None, *bodies, *bodies]) if bodies else None
    if len(members) > 1 and dice.chance(0.4):
        given["overrides"] = _overrides(regime, dice, parties, members, pledge, given)
    return given


def _gain(file: dict, pledge: dict, strength: float, others: float) -> float:
    """About how much the pledge lowers the attacker's chance when others bring `others` times as much."""
    attacker = file["parties"][pledge["against"]]["strength"]
    victim = file["parties"][pledge["to"]]["strength"] + others * strength
    m = file["war"]["decisiveness"]
    without = 1.0 / (1.0 + (victim / attacker) ** m)
    return without - 1.0 / (1.0 + ((victim + strength) / attacker) ** m)


def _overrides(
    regime: Regime, dice: Dice, parties: dict, members: list[str], pledge: dict, given: dict
) -> dict[str, dict]:
    member = dice.pick(members)
    own: dict = {}
    field = dice.pick(["cost", "noise", "stake", "break_cost", "strength", "body"])
    if field == "strength":
        sanctions = pledge["kind"] == "sanctions"
        full = parties[member]["strength"] * dice.uniform((0.3, 1.0))
        own["strength"] = dice.uniform((0.005, 0.08)) if sanctions else float(f"{full:.4g}")
    elif field == "body":
        own["body"] = None
    elif field == "noise":
        own["noise"] = dice.log_uniform(regime.honour_noise)
    else:
        own[field] = round(given[field] * dice.uniform((0.6, 1.4)), 4)
    return {member: own}


def _deployments(regime: Regime, dice: Dice, file: dict, pledges: list[dict]) -> list[dict]:
    terms = []
    if not dice.chance(regime.deployments):
        return terms
    guarantors = [name for name in file["parties"] if name.startswith("G")]
    for place in dice.pick([["in-country"], ["near-border"], ["in-country", "near-border"]]):
        to = dice.pick(PRINCIPALS)
        by = dice.pick(guarantors)
        if pledges:
            pledge = dice.pick(pledges)["pledge"]
            to, by = pledge["to"], pledge["by"]
        against = PRINCIPALS[1 - PRINCIPALS.index(to)]
        term: dict = {"by": by, "to": to, "against": against, "place": place}
        members = file["groups"].get(by, [by])
        if place == "in-country":
            share = dice.uniform((0.02, 0.4))
            mean = float(np.mean([file["parties"][m]["strength"] for m in members]))
            term["strength"] = dice.pick([{"share": share}, {"each": float(f"{mean * share:.4g}")}])
            term["tripwire"] = dice.uniform((0.0, 0.2))
        else:
            term["readiness"] = dice.uniform((0.1, 0.8))
        terms.append({"deployment": term})
    return terms


def cases(seed: int, regimes: dict[str, tuple[int, Regime]] = REGIMES):
    """(name, regime, attempt -> file) of every case, those of the regimes interleaved."""
    order = sorted((k / count, name, k) for name, (count, _) in regimes.items() for k in range(count))
    for _, name, k in order:
        numbers = [seed, list(regimes).index(name), k]

        def make(attempt: int, name: str = name, numbers: list[int] = numbers) -> dict:
            return scenario(regimes[name][1], np.random.default_rng([*numbers, attempt]))

        yield f"{name} {k + 1}", name, make
