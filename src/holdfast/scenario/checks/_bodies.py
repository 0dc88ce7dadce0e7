"""Checks of bodies: who votes, and whether a decision can ever pass."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from fractions import Fraction
from math import isfinite

from holdfast.scenario._faults import Loc, did_you_mean
from holdfast.scenario._parse import JUDGEMENT
from holdfast.scenario.checks._file import File, Finding
from holdfast.scenario.rule_fields import ratio


def check_bodies(file: File) -> Iterator[Finding]:
    """Check every body."""
    known = [*file.keys("sources"), JUDGEMENT]
    for body in file.bodies:
        place = ("bodies", body)
        yield from file.unknown(file.ids(*place, "source"), known, "source")
        yield from file.unknown(file.ids(*place, "members"), file.actors, "party or group")
        members = sorted(file.members(*place, "members"))
        if not members:
            continue
        for mapping in ("support", "abstains"):
            yield from _strangers(file, (*place, mapping), members, body)
        if not file.is_true(*place, "rule", "abstentions") and file.keys(*place, "abstains"):
            message = "needs a rule under which members may abstain. Write abstentions: true in the rule."
            yield (*place, "abstains"), message, "key"
        for loc, id_ in file.ids(*place, "rule", "recuse"):
            if len(loc) > len(place) + 2:
                yield from _stranger(file, loc, id_, members, body)
        yield from _support(file, body, members)
        cases = attackers(file, body) or [""]
        for attacker in cases:
            voters = [m for m in members if m not in recused(file, body, attacker)]
            if not voters:
                when = f"with {attacker} as the attacker " if attacker else ""
                message = f"{when}every member is recused, and nobody is left to decide. Recuse fewer."
                yield (*place, "rule", "recuse"), message, "value"
                break
            found = list(_rule(file, (*place, "rule"), voters, members, body, attacker))
            yield from found
            if found:
                break


def _strangers(file: File, loc: Loc, known: Collection[str], body: str) -> Iterator[Finding]:
    for key in file.keys(*loc):
        if key not in known:
            yield (*loc, key), f"is no member of {body}. {did_you_mean(key, known)}", "key"


def _stranger(file: File, loc: Loc, id_: str, known: Collection[str], body: str) -> Iterator[Finding]:
    if id_ in file.groups and id_ not in file.parties:
        outside = sorted(_opened(file, id_) - set(known))
        if outside:
            yield loc, f"is a group with {outside[0]}, which is no member of {body}.", "value"
    elif id_ not in known:
        yield loc, f"is no member of {body}. {did_you_mean(id_, known)}", "value"


def _opened(file: File, group: str) -> set[str]:
    waiting, seen = [group], set[str]()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            if name in file.groups and name not in file.parties:
                waiting += [inner for _, inner in file.ids("groups", name)]
    return seen & set(file.parties)


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
    return file.members("bodies", body, "rule", "recuse")


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


def _rule(
    file: File, loc: Loc, voters: list[str], members: list[str], body: str, attacker: str
) -> Iterator[Finding]:
    """Check a rule and those inside it: whom they name, that what they say counts, and that those who may vote can meet them.

    That an attacker votes no, or holds a veto, is no mistake but politics: `study.rules.blocked` mentions it.
    """
    blocs = {bloc: file.members(*loc, "blocs", bloc, "members") for bloc in file.keys(*loc, "blocs")}
    yield from _blocs(file, loc, blocs, voters, members, body, attacker)
    inside = set[str]().union(*blocs.values())
    parts = [*(m for m in voters if m not in inside), *(b for b, own in blocs.items() if own & set(voters))]
    known = [*members, *blocs]
    yield from _strangers(file, (*loc, "weights"), known, body)
    for name in ("veto", "of"):
        for where, id_ in file.ids(*loc, name):
            if len(where) > len(loc) + 1:  # a list, and not the word all
                yield from _stranger(file, where, id_, known, body)
    named: set[str] | None = None
    if file.has(*loc, "of"):
        named = {id_ for _, id_ in file.ids(*loc, "of")} | file.members(*loc, "of")
        parts = [part for part in parts if part in named]
    stray = list(_strays(file, loc, blocs, named, known))
    yield from stray
    understood = all(id_ in known or id_ in file.groups for _, id_ in file.ids(*loc, "of"))
    if not stray and understood and (parts or named is None):
        yield from _reach(file, loc, parts, attacker)
    number = file.number(*loc, "at_least", "number")
    for place in (("all_of",), ("any_of",), ("at_least", "of")):
        node = file.node(*loc, *place)
        count = len(node.items) if node is not None else 0
        if len(place) == 2 and number is not None and number > count > 0:
            message = f"can never be met: there are {count} rules. Write {count} or less."
            yield (*loc, "at_least", "number"), message, "value"
        for index in range(count):
            yield from _rule(file, (*loc, *place, index), voters, members, body, attacker)


def _strays(
    file: File, loc: Loc, blocs: dict[str, set[str]], named: set[str] | None, known: list[str]
) -> Iterator[Finding]:
    """Find weights of those who do not count in a rule, and members named in `of` who vote in a bloc."""
    for key in file.keys(*loc, "weights"):
        bloc = next((b for b, inside in blocs.items() if key in inside), None)
        if bloc is not None:
            message = f"votes in the bloc {bloc}, so that its weight would not count. Give {bloc} a weight."
            yield (*loc, "weights", key), message, "key"
        elif named is not None and key not in named and key in known:
            message = (
                "does not count in this part, which is of others only. Remove its weight, or add it to of."
            )
            yield (*loc, "weights", key), message, "key"
    for where, id_ in file.ids(*loc, "of"):
        bloc = next((b for b, inside in blocs.items() if id_ in inside), None)
        if bloc is not None:
            yield where, f"votes in the bloc {bloc}. Name {bloc} in its place.", "value"


def _blocs(
    file: File,
    loc: Loc,
    blocs: dict[str, set[str]],
    voters: list[str],
    members: list[str],
    body: str,
    attacker: str,
) -> Iterator[Finding]:
    seen: set[str] = set()
    for bloc, inside in blocs.items():
        place = (*loc, "blocs", bloc)
        for where, id_ in file.ids(*place, "members"):
            yield from _stranger(file, where, id_, members, body)
        if bloc in members:
            yield place, "is also the id of a member. Give the bloc another id.", "key"
        if twice := sorted(inside & seen):
            message = f"has {twice[0]}, which is in another bloc of this rule. Name each member once."
            yield (*place, "members"), message, "value"
        seen |= inside
        own = [m for m in voters if m in inside]
        if own:
            yield from _rule(file, (*place, "rule"), own, sorted(inside), body, attacker)


def _reach(file: File, loc: Loc, parts: list[str], attacker: str) -> Iterator[Finding]:
    """Find a quota above the weight of all who may vote, which can only be a mistake."""
    quota = _written(file, (*loc, "quota"))
    if quota is None:
        if not parts and file.has(*loc, "quota"):
            yield (*loc, "quota"), "can never be reached: nobody is left to vote in this part.", "value"
        return
    total = sum((_weight(file, (*loc, "weights", part)) for part in parts), start=Fraction(0))
    if quota > total:
        when = f"with {attacker} as the attacker " if attacker else ""
        most = f"{float(total):.12g}"
        named = ", ".join(parts[:12]) + (" and others" if len(parts) > 12 else "")
        message = f"can never be reached: {when}those who may vote ({named}) have the weight {most}. Write {most} or less, or all."
        yield (*loc, "quota"), message, "value"


def _weight(file: File, loc: Loc) -> Fraction:
    written = _written(file, loc)
    return Fraction(1) if written is None else written  # what is no number is told of already


def _written(file: File, loc: Loc) -> Fraction | None:
    """Return the number at a place, which may be a ratio; None where there is none."""
    number, text = file.number(*loc), ratio(file.text(*loc))
    if text is not None:
        return Fraction(text)
    return Fraction(repr(number)) if number is not None and isfinite(number) else None
