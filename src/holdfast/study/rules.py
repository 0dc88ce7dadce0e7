"""A body's rule in the file becomes a rule of `voting`, over those who may vote."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from jaxtyping import Float

from holdfast.scenario import Bloc, Body, BodyFile, Rule, Scenario
from holdfast.scenario.rule_fields import QuotaShare
from holdfast.study.reader import Reader
from holdfast.voting import (
    Game,
    Quota,
    Unopposed,
    all_of,
    any_of,
    at_least,
    passes,
    simple_game,
    weighted,
    with_vetoes,
)
from holdfast.voting.rules import Part

__all__ = ["blocked", "game_of", "recused", "votes"]


def recused(file: BodyFile, body: Body, attacker: str | None) -> set[str]:
    """Return who neither votes nor is needed when this principal has attacked (None: nobody has)."""
    rule = body.rule.recuse
    if rule == "attacker":
        return {attacker} if attacker else set()
    if rule == "principals":
        return set(file.principals) if isinstance(file, Scenario) else {attacker} if attacker else set()
    return set(file.members(rule)) if rule is not None else set()


def game_of(file: BodyFile, body: Body, attacker: str | None = None) -> Game:
    """Return the game of a body's rule: the members who may vote after an attack by this principal, and when they decide.

    Parameters
    ----------
    file
        Where the body stands, for its groups.
    attacker
        Whom `recuse: attacker` leaves out; nobody where None.
    """
    out = recused(file, body, attacker)
    voters = [member for member in file.members(body.members) if member not in out]
    return simple_game(_rule(file, body.rule, voters, body.rule.abstentions), voters)


def votes(
    body: Body, game: Game, attacker: str | None, values: Reader
) -> tuple[Float[np.ndarray, "members draws"], Float[np.ndarray, "members draws"] | None]:
    """Return the probabilities that those who may vote say yes and that they abstain (None where they may not).

    An attacker votes no.
    """
    support = values.stack(values.zero if m == attacker else values(body.support[m]) for m in game.members)
    if not body.rule.abstentions:
        return support, None
    away = values.stack(values.zero if m == attacker else values(body.abstains.get(m)) for m in game.members)
    return support, (1 - support) * away


def _rule(file: BodyFile, rule: Rule, voters: list[str], abstentions: bool) -> Quota:
    everyone = _parts(file, rule, voters, abstentions)
    named = None if rule.of is None else {*rule.of, *file.members(rule.of)}
    counted = {name: part for name, part in everyone.items() if named is None or name in named}
    found = _kind(file, rule, voters, counted, abstentions)
    if rule.veto is None:
        return found
    # a veto is a member's own, also where it does not count here or votes in a bloc
    able: dict[str, Part] = {**{member: member for member in voters}, **everyone}
    holders = list(counted) if rule.veto == "all" else [n for n in _opened(file, rule.veto) if n in able]
    return with_vetoes(found, [able[name] for name in holders], abstentions=abstentions)


def _opened(file: BodyFile, names: tuple[str, ...]) -> list[str]:
    return sorted({*names, *file.members(names)})


def _parts(file: BodyFile, rule: Rule, voters: list[str], abstentions: bool) -> dict[str, Part]:
    """Return what the rule counts, by name: the members, and blocs in place of theirs."""
    blocs: dict[str, Part] = {}
    inside: set[str] = set()
    for name, bloc in sorted(rule.blocs.items()):
        own = [member for member in voters if member in file.members(bloc.members)]
        inside |= set(own)
        if own:
            blocs[name] = _bloc(file, bloc, own, abstentions)
    return {**{member: member for member in voters if member not in inside}, **blocs}


def _bloc(file: BodyFile, bloc: Bloc, own: list[str], abstentions: bool) -> Quota:
    return _rule(file, bloc.rule, own, abstentions)


def _kind(file: BodyFile, rule: Rule, voters: list[str], parts: dict[str, Part], abstentions: bool) -> Quota:
    def inner(rules: tuple[Rule, ...]) -> list[Part]:
        return [_rule(file, each, voters, abstentions) for each in rules]

    if rule.all_of is not None:
        return all_of(inner(rule.all_of))
    if rule.any_of is not None:
        return any_of(inner(rule.any_of))
    if rule.at_least is not None:
        return at_least(rule.at_least.number, inner(rule.at_least.of))
    weights = {name: _exact(rule.weights.get(name, 1.0)) for name in parts}
    total = sum(weights.values(), start=Fraction(0))
    if rule.most_against is not None:
        limit = min(_exact(rule.most_against), total)
        # a bloc has no abstention of its own: it objects where its rule is not met
        objects: dict[Part, Fraction] = {
            Unopposed(part) if isinstance(part, str) else part: weights[name] for name, part in parts.items()
        }
        return weighted(total - limit, objects)
    by_part = {part: weights[name] for name, part in parts.items()}
    if rule.quota == "all":
        return weighted(total, by_part)
    if isinstance(rule.quota, QuotaShare):
        return weighted(_exact(rule.quota.share) * total, by_part, above=rule.quota.above)
    assert rule.quota is not None
    return weighted(_exact(rule.quota), by_part)


def _exact(number: float | str) -> Fraction:
    return Fraction(number if isinstance(number, str) else repr(number))


def blocked(scenario: BodyFile) -> Iterator[str]:
    """Bodies that an attacker can always stop: no mistake, but decide will be 0."""
    if not isinstance(scenario, Scenario):
        return
    for id_, body in scenario.bodies.items():
        for attacker in scenario.principals:
            out = recused(scenario, body, attacker)
            voters = [member for member in scenario.members(body.members) if member not in out]
            if attacker not in voters:
                continue
            rule = _rule(scenario, body.rule, voters, body.rule.abstentions)
            if not passes(rule, yes=set(voters) - {attacker}, against={attacker}):
                yield f"bodies.{id_}: as the attacker {attacker} votes no, and no decision can pass without it."
