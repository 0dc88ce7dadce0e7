"""What a body's rule does: each member's power, who can block, how likely a decision is, and how that would change under other rules."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from holdfast import voting
from holdfast.errors import InputError
from holdfast.scenario import Body, BodyFile, Scenario, sample
from holdfast.study.reader import Reader, Values
from holdfast.study.rules import game_of, recused, votes
from holdfast.study.summary import Spread, spread

__all__ = ["DRAWS", "attackers", "body_of", "decide", "passing_under", "without_support"]

DRAWS = 4096
MOST_LISTED = 20

_MEASURES: dict[str, Callable[[voting.Game], voting.Measure]] = {
    "shapley_shubik": voting.shapley_shubik,
    "banzhaf": voting.banzhaf,
    "banzhaf_normalised": voting.banzhaf_normalised,
    "coleman_prevent": voting.coleman_prevent,
    "coleman_initiate": voting.coleman_initiate,
    "johnston": voting.johnston,
    "deegan_packel": voting.deegan_packel,
    "holler": voting.holler,
}


def body_of(file: BodyFile, name: str) -> Body:
    """Return a body by id.

    Raises
    ------
    InputError
        Where the file has no such body.
    """
    if name not in file.bodies:
        known = ", ".join(sorted(file.bodies)) or "none"
        raise InputError(f"--body {name}: no such body in {file.path}. Write one of: {known}.")
    return file.bodies[name]


def attackers(file: BodyFile, body: str) -> list[str]:
    """Return the principals whose attack a body may have to decide on; none in a file without principals."""
    if not isinstance(file, Scenario):
        return []
    pledges = [p for proposal in file.proposals.values() for p in proposal.pledges]
    named = {p.against for p in pledges for m in file.members(p.by) if p.body_of(m) == body}
    return [p for p in file.principals if p in named] or list(file.principals)


def decide(
    file: BodyFile, name: str, attacker: str | None = None, *, draws: int = DRAWS, seed: int = 1
) -> dict[str, Any]:
    """Return what `holdfast decide --json` prints of a body; docs/reference/decide.md says what each entry means.

    Parameters
    ----------
    file
        A scenario or a file of bodies.
    name
        The body's id.
    attacker
        Who has attacked: it votes no, and is who `recuse: attacker` leaves out. None where nobody has.
    draws, seed
        Of the support, where it has ranges.

    Raises
    ------
    InputError
        Where there is no such body, or its rule is too large to work out anything.
    """
    body = body_of(file, name)
    try:
        game = game_of(file, body, attacker)
    except InputError as error:  # the file is in order: an attacker whom nobody foresaw is left out
        raise InputError(
            f"{file.path}: bodies.{name}.rule, with {attacker} as the attacker: {error}"
        ) from None
    found: dict[str, Any] = {"body": name, "attacker": attacker, "recused": _recused(file, body, attacker)}
    measures, left_out, methods, errors = _measures(game)
    decisive = _decisive(file, body, game, attacker, draws, seed)
    blocking = {member: _blocks(game, member) for member in game.members}
    weights = _weights(file, body, game)
    power = measures.get("banzhaf")
    members: dict[str, Any] = {}
    for place, member in enumerate(game.members):
        own = {key: None if m is None else m[place] for key, m in measures.items()}
        members[member] = {
            "weight": weights.get(member),
            "veto": blocking[member],
            "dummy": None if power is None else power[place] == 0,
            "dictator": blocking[member] and voting.passes(game.rule, yes={member}),
            **own,
            "pivotality": None if decisive is None else decisive.pivotality[place],
        }
    found["members"] = members
    found |= _coalitions(game, left_out)
    found["passes"] = None if decisive is None else decisive.passes
    found |= {"method": "; ".join(methods), "error": max(errors, default=0.0), "left_out": left_out}
    return found


def _blocks(game: voting.Game, member: str) -> bool:
    """Return whether a member's no stops every decision."""
    return not voting.passes(game.rule, yes=set(game.members) - {member}, against={member})


def _recused(file: BodyFile, body: Body, attacker: str | None) -> list[str]:
    return sorted(recused(file, body, attacker) & set(file.members(body.members)))


def _measures(
    game: voting.Game,
) -> tuple[dict[str, list[float] | None], dict[str, str], list[str], list[float]]:
    measures: dict[str, list[float] | None] = {}
    left_out: dict[str, str] = {}
    methods: dict[str, None] = {}
    errors: list[float] = []
    for key, measure in _MEASURES.items():
        try:
            own = measure(game)
        except InputError as error:
            measures[key], left_out[key] = None, str(error)
            continue
        measures[key] = [float(v) for v in own.values]
        methods.setdefault(own.method)
        errors.append(own.error)
    return measures, left_out, list(methods), errors


def _weights(file: BodyFile, body: Body, game: voting.Game) -> dict[str, float]:
    """Return the weights of the members that count by themselves in the body's quota; none where it has several conditions."""
    rule = body.rule
    if rule.quota is None and rule.most_against is None:
        return {}
    inside = {m for bloc in rule.blocs.values() for m in file.members(bloc.members)}
    named = None if rule.of is None else {*rule.of, *file.members(rule.of)}
    counted = [m for m in game.members if m not in inside and (named is None or m in named)]
    return {m: float(Fraction(str(rule.weights.get(m, 1)))) for m in counted}


def _coalitions(game: voting.Game, left_out: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {"winning": None, "coalitions": 1 << len(game.members)}
    listed: dict[str, Callable[[], Any]] = {
        "winning": lambda: voting.winning_coalitions(game),
        "minimal_winning": lambda: voting.minimal_winning(game),
        "minimal_blocking_number": lambda: voting.minimal_blocking(game),
        "minimal_blocking": lambda: [list(g) for g in voting.minimal_blocking_coalitions(game, MOST_LISTED)],
        "smallest_winning": lambda: [list(g) for g in voting.minimal_winning_coalitions(game, MOST_LISTED)],
        "collectivity": lambda: float(voting.collectivity(game)),
    }
    for key, work in listed.items():
        try:
            found[key] = work()
        except InputError as error:
            found[key], left_out[key] = None, str(error)
    return found


class _Decisive(NamedTuple):
    passes: Spread
    pivotality: list[float]


def _decisive(
    file: BodyFile, body: Body, game: voting.Game, attacker: str | None, draws: int, seed: int
) -> _Decisive | None:
    """Return how likely a decision is and whose vote decides it; None where not everyone's support is given."""
    if without_support(body, game, attacker):
        return None
    values = Reader(sample(file, start=0, count=draws, seed=seed))
    support, abstain = votes(body, game, attacker, values)
    chance = voting.passage_probability(game, support, abstain)
    pivots: list[float] = np.mean(voting.pivotality(game, support, abstain), axis=1).tolist()
    return _Decisive(spread(chance), pivots)


def passing_under(file: BodyFile, name: str, attacker: str, values: Reader) -> dict[str, Spread]:
    """Return how likely the same members are to decide under other rules, after an attack by a principal.

    Parameters
    ----------
    file, name
        The body.
    attacker
        Votes no where it votes.
    values
        The draws of support.

    Notes
    -----
    Support is taken to be the same whatever the rule, which is a simplification: who can be overruled may vote differently.
    """
    body = body_of(file, name)
    everyone = list(file.members(body.members))
    others = [m for m in everyone if m != attacker]

    def chance(game: voting.Game, abstain: bool) -> Spread:
        if without_support(body, game, attacker):
            return None
        support, away = votes(body, game, attacker, values)
        passing: Values = voting.passage_probability(game, support, away if abstain else None)
        return spread(passing)

    def two_thirds(voters: list[str]) -> voting.Quota:
        return voting.weighted(f"{2 * len(voters)}/3", dict.fromkeys(voters, 1))

    found = {"as it is": chance(game_of(file, body, attacker), abstain=True)}
    several = {
        "every member a veto": (voting.unanimity, everyone),
        "every member a veto, the attacker recused": (voting.unanimity, others),
        "two thirds": (two_thirds, everyone),
        "two thirds, the attacker recused": (two_thirds, others),
        "any 1 may act": (voting.any_of, others),
    }
    for label, (rule, voters) in several.items():
        passing = chance(voting.simple_game(rule(voters), voters), abstain=False) if voters else None
        if passing is not None:
            found[label] = passing
    return found


def without_support(body: Body, game: voting.Game, attacker: str | None) -> list[str]:
    """Return who may vote and has no support in the file; an attacker needs none, voting no."""
    return [m for m in game.members if m != attacker and m not in body.support]
