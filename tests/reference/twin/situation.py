"""From the file's dict, every quantity a plain number, to the numbers of one proposal."""

from dataclasses import dataclass

import numpy as np

from tests.reference.twin.body import yes_probability


@dataclass(frozen=True)
class Pledge:
    """One guarantor's pledge, its deployments already counted in `cost` and `break_cost`."""

    id: str
    kind: str
    strength: float
    stake: float
    cost: float
    break_cost: float
    noise: float
    body: str | None

    @property
    def helps(self) -> bool:
        """Whether it adds strength (force and arms), rather than cost to the attacker (sanctions)."""
        return self.kind != "sanctions"


@dataclass(frozen=True)
class Side:
    """A principal: what it is worth to it to keep the peace, to lose, to fight on."""

    id: str
    strength_now: float  # with today's full support
    strength_kept: float  # with the support that continues
    ramps: tuple[tuple[float, float], ...]  # (added strength, years)
    war_cost: float
    crises_per_year: float
    noise: float
    word_cost: float
    peace: float
    defeat: float
    red_lines: float  # probability that it means one of the red lines crossed

    def strength(self, t: float) -> float:
        """Strength t years after signature."""
        return self.strength_kept + sum(add * min(t / years, 1.0) for add, years in self.ramps)


@dataclass(frozen=True)
class Attack:
    """An attack by one principal on the other: who has promised what against it."""

    attacker: Side
    victim: Side
    detect: float
    forward: float
    pledges: tuple[Pledge, ...]
    bodies: tuple[tuple[str, float], ...]  # those that the pledges hang on, and how surely each decides


@dataclass(frozen=True)
class Situation:
    """One proposal, its numbers resolved."""

    sides: tuple[Side, Side]
    attacks: tuple[Attack, Attack]
    war_end_rate: float
    discount: float
    decisiveness: float
    excess: float
    settling_years: float
    accidents_per_year: float
    horizon: float
    signatories: tuple[str, ...]
    accepts: dict[str, float]

    @property
    def ramp_ends(self) -> tuple[float, ...]:
        """Times before the horizon at which a strengthening is complete."""
        ends = {years for side in self.sides for add, years in side.ramps if add}
        return tuple(sorted(end for end in ends if end < self.horizon))

    @property
    def last_change(self) -> float:
        """From here on strengths are constant."""
        ends = [years for side in self.sides for add, years in side.ramps if add]
        return min(self.horizon, max(ends, default=0.0))


def members(file: dict, by: str | list[str]) -> list[str]:
    """Party ids that a party, a group or a list of them names, sorted, each once."""
    found: set[str] = set()
    for name in [by] if isinstance(by, str) else by:
        group = file.get("groups", {}).get(name)
        found |= {name} if group is None else set(members(file, group))
    return sorted(found)


def utility(weights: dict[str, float], ideal: dict[str, float], outcome: dict[str, float]) -> float:
    """1 less the weighted distance of the outcome from the ideal."""
    total = sum(weights.values())
    return 1.0 - sum(weights[k] / total * abs(outcome[k] - ideal[k]) for k in weights)


def split(file: dict, by: list[str], strength, overridden: dict[str, float]) -> dict[str, float]:
    """Each member's strength."""
    own = {m: file["parties"][m].get("strength") for m in by}
    if not isinstance(strength, dict):
        strength = {"each": strength}
    if "each" in strength:
        given = dict.fromkeys(by, strength["each"])
    elif "share" in strength:
        given = {m: strength["share"] * own[m] for m in by if m not in overridden}
    else:
        rest = [m for m in by if m not in overridden]
        given = {m: strength["total"] * own[m] / sum(own[r] for r in rest) for m in rest}
    return {m: float(overridden.get(m, given.get(m, 0.0))) for m in by}


def _terms(proposal: dict, kind: str) -> list[dict]:
    return [term[kind] for term in proposal.get("terms", []) if kind in term]


def _pledges(file: dict, proposal: dict, attacker: str) -> list[Pledge]:
    found = []
    for pledge in _terms(proposal, "pledge"):
        if pledge["against"] != attacker:
            continue
        by, overrides = members(file, pledge["by"]), pledge.get("overrides", {})
        own_strength = {m: o["strength"] for m, o in overrides.items() if "strength" in o}
        strengths = split(file, by, pledge["strength"], own_strength)
        single = isinstance(pledge["by"], str) and pledge["by"] in file["parties"]
        for member in by:
            given = pledge | overrides.get(member, {})
            tripwire, readiness = _deployed(file, proposal, member, pledge)
            found.append(
                Pledge(
                    id=pledge["id"] if single else f"{pledge['id']}/{member}",
                    kind=pledge["kind"],
                    strength=strengths[member],
                    stake=given["stake"],
                    cost=given["cost"] * readiness,
                    break_cost=given["break_cost"] + tripwire,
                    noise=given["noise"],
                    body=given.get("body"),
                )
            )
    return found


def _deployed(file: dict, proposal: dict, member: str, pledge: dict) -> tuple[float, float]:
    """What the member's deployments for the same beneficiary add to r, and by what they multiply k."""
    tripwire, factor = 0.0, 1.0
    for term in _terms(proposal, "deployment"):
        same = term["to"] == pledge["to"] and term["against"] == pledge["against"]
        if same and member in members(file, term["by"]):
            tripwire += term.get("tripwire", 0.0)
            factor *= 1.0 - term.get("readiness", 0.0)
    return tripwire, factor


def _forward(file: dict, proposal: dict, attacker: str) -> float:
    total = 0.0
    for term in _terms(proposal, "deployment"):
        if term["against"] == attacker and term["place"] == "in-country":
            total += sum(split(file, members(file, term["by"]), term["strength"], {}).values())
    return total


def _crossed(line: dict, outcome: dict[str, float]) -> bool:
    def beyond(issue: str, limit: dict[str, float]) -> bool:
        if "above" in limit:
            return outcome[issue] > limit["above"]
        return outcome[issue] < limit["below"]

    return all(beyond(issue, limit) for issue, limit in line["crosses"].items())


def _side(file: dict, proposal: dict, me: str, opponent: str) -> Side:
    party, other = file["parties"][me], file["parties"][opponent]
    salience, position = party["salience"], party["positions"]
    support = (file.get("no_agreement") or {}).get("support", {}).get(me, {"strength": 0.0, "continues": 0.0})
    relief = sum(term["worth"] for term in _terms(proposal, "relief") if term["to"] == me)
    upkeep = sum(
        body.get("upkeep", {}).get(me, 0.0) for term in proposal.get("terms", []) for body in term.values()
    )
    firm = [line["firmness"] for line in party.get("red_lines", []) if _crossed(line, proposal["outcome"])]
    return Side(
        id=me,
        strength_now=party["strength"] + support["strength"],
        strength_kept=party["strength"] + support["strength"] * support["continues"],
        ramps=tuple(
            (term["add"], term["over_years"])
            for term in _terms(proposal, "strengthening")
            if term["party"] == me
        ),
        war_cost=party["war_cost"],
        crises_per_year=party["crises_per_year"],
        noise=party["noise"],
        word_cost=party["word_cost"],
        peace=utility(salience, position, proposal["outcome"]) + relief - upkeep,
        defeat=utility(salience, position, other["positions"]),
        red_lines=1.0 - float(np.prod([1.0 - f for f in firm])),
    )


def resolve(file: dict, proposal_id: str) -> Situation:
    """The numbers of one proposal of the file."""
    proposal, war = file["proposals"][proposal_id], file["war"]
    ids = sorted(name for name, party in file["parties"].items() if party.get("principal"))
    first, second = (_side(file, proposal, a, b) for a, b in (ids, ids[::-1]))
    monitors = _terms(proposal, "monitoring")

    def attack(attacker: Side, victim: Side) -> Attack:
        missed = 1.0 - file["detection"][attacker.id]
        for term in monitors:
            if attacker.id in term["watches"]:
                missed *= 1.0 - term["coverage"] * term["access"]
        pledges = tuple(_pledges(file, proposal, attacker.id))
        used = sorted({pledge.body for pledge in pledges if pledge.body is not None})
        return Attack(
            attacker=attacker,
            victim=victim,
            detect=1.0 - missed,
            forward=_forward(file, proposal, attacker.id),
            pledges=pledges,
            bodies=tuple((body, yes_probability(file, body, attacker.id, ids, members)) for body in used),
        )

    return Situation(
        sides=(first, second),
        attacks=(attack(first, second), attack(second, first)),
        war_end_rate=1.0 / war["years"],
        discount=war["discount"],
        decisiveness=war["decisiveness"],
        excess=war["settling"]["excess"],
        settling_years=war["settling"]["years"],
        accidents_per_year=war["accidents_per_year"]
        * float(np.prod([1.0 - term["containment"] for term in monitors])),
        horizon=war.get("horizon_years", 20.0),
        signatories=tuple(proposal["signatories"]),
        accepts=proposal.get("accepts", {}),
    )
