"""Checks of bodies: who votes, and whether a decision can ever pass."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.scenario._faults import did_you_mean
from holdfast.scenario.checks._file import File, Finding


def check_bodies(file: File) -> Iterator[Finding]:
    """Check every body."""
    for body in file.bodies:
        place = ("bodies", body)
        yield from file.unknown(file.ids(*place, "members"), file.actors, "party or group")
        members = sorted(file.members(*place, "members"))
        if not members:
            continue
        for mapping in (("rule", "weights"), ("support",)):
            for key in file.keys(*place, *mapping):
                if key not in members:
                    message = f"is no member of {body}. {did_you_mean(key, members)}"
                    yield (*place, *mapping, key), message, "key"
        for name in ("veto", "recuse"):
            for loc, id_ in file.ids(*place, "rule", name):
                if len(loc) > len(place) + 2 and id_ not in members:
                    yield loc, f"is no member of {body}. {did_you_mean(id_, members)}", "value"
        yield from _support(file, body, members)
        yield from _reach(file, body, members)


def attackers(file: File, body: str) -> list[str]:
    """Principals whose attack the body may have to decide on; both where no pledge names the body."""
    found: set[str] = set()
    for _, kind, loc in file.terms():
        if kind != "pledge":
            continue
        named = {file.text(*loc, "body")}
        named |= {file.text(*loc, "overrides", party, "body") for party in file.keys(*loc, "overrides")}
        if body in named:
            found.add(file.text(*loc, "against"))
    return [id_ for id_ in file.principals if id_ in found] or list(file.principals)


def recused(file: File, body: str, attacker: str) -> set[str]:
    """Members who do not vote when this principal has attacked."""
    rule = file.text("bodies", body, "rule", "recuse")
    if rule:
        return {attacker} if rule == "attacker" else set(file.principals) if rule == "principals" else set()
    return {id_ for _, id_ in file.ids("bodies", body, "rule", "recuse")}


def _support(file: File, body: str, members: list[str]) -> Iterator[Finding]:
    given = file.keys("bodies", body, "support")
    for member in members:
        votes = any(
            member not in recused(file, body, attacker) and member != attacker
            for attacker in attackers(file, body)
        )
        if votes and member not in given:
            message = f"is missing: the probability that {member} votes yes. Write {member}: {{between: [0.2, 0.8]}}."
            yield ("bodies", body, "support", member), message, "missing"


def _reach(file: File, body: str, members: list[str]) -> Iterator[Finding]:
    """Find a quota above the weight of all who may vote, which can only be a mistake.

    That an attacker votes no, or holds a veto, is no mistake but politics: `review` mentions it.
    """
    place = ("bodies", body, "rule", "quota")
    quota = file.number(*place)
    for attacker in attackers(file, body):
        voters = [member for member in members if member not in recused(file, body, attacker)]
        if not voters:
            message = (
                f"with {attacker} as the attacker every member is recused, and nobody is left to decide."
            )
            yield ("bodies", body, "rule", "recuse"), f"{message} Recuse fewer.", "value"
            return
        weights = [file.number("bodies", body, "rule", "weights", member) for member in voters]
        total = sum(1.0 if weight is None else weight for weight in weights)
        if quota is not None and quota > total * (1 + 1e-12):
            message = (
                f"can never be reached: with {attacker} as the attacker those who may vote "
                f"({', '.join(voters)}) have the weight {total:g}. Write {total:g} or less, or all."
            )
            yield place, message, "value"
            return
