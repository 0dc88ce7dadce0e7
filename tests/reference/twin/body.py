"""Decide: the probability that a body decides to act, every vote of its members enumerated."""

from collections.abc import Callable
from itertools import product


def passes(voters: list[str], yes: set[str], rule: dict) -> bool:
    """Whether this vote passes under the rule."""
    weight = rule.get("weights", {})
    all_weight = sum(weight.get(v, 1.0) for v in voters)
    yes_weight = sum(weight.get(v, 1.0) for v in voters if v in yes)
    quota = all_weight if rule["quota"] == "all" else rule["quota"]
    veto = rule.get("veto", [])
    holders = set(voters) if veto == "all" else set(voters) & set(veto)
    return yes_weight >= quota - 1e-9 and holders <= yes


def yes_probability(
    file: dict,
    body_id: str,
    attacker: str,
    principals: list[str],
    members: Callable[[dict, str | list[str]], list[str]],
) -> float:
    """The body's probability of deciding to act against an attack by `attacker`."""
    body = file["bodies"][body_id]
    rule = body["rule"]
    recuse = rule.get("recuse", [])
    recused = {"attacker": [attacker], "principals": principals}.get(
        recuse if isinstance(recuse, str) else "", recuse
    )
    voters = [m for m in members(file, body["members"]) if m not in recused]
    total = 0.0
    for votes in product((False, True), repeat=len(voters)):
        probability = 1.0
        for voter, vote in zip(voters, votes, strict=True):
            p = 0.0 if voter == attacker else body["support"][voter]
            probability *= p if vote else 1.0 - p
        if probability and passes(voters, {v for v, yes in zip(voters, votes, strict=True) if yes}, rule):
            total += probability
    return total
