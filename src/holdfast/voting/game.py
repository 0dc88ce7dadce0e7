"""A decision rule over its members, with weights as whole numbers: the simple game that measures and probabilities are of.

The rules inside a rule become gates, those inside before those around them. A gate opens when the weights of its members and of the
gates inside that say yes reach its quota; the last gate is the decision. Weights are divided by what they have in common
and capped at the quota, which changes no outcome.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from math import gcd, lcm
from operator import index
from typing import Any

from holdfast.errors import InputError
from holdfast.voting.rules import MOST_MEMBERS, Part, Quota, Unopposed

__all__ = ["Game", "Gate", "simple_game", "weighted_game"]


@dataclass(frozen=True)
class Gate:
    """A quota in whole numbers: weights by number of the member that votes yes, that does not vote no, or by number of the gate."""

    quota: int
    yes: dict[int, int]
    unopposed: dict[int, int]
    gates: dict[int, int]


@dataclass(frozen=True, eq=False)
class Game:
    """Members, their rule and its gates, of which the last is the decision. Make one with `simple_game`."""

    members: tuple[str, ...]
    gates: tuple[Gate, ...]
    given: Quota | None = None

    @cached_property
    def rule(self) -> Quota:
        """The rule that the game is of."""
        if self.given is not None:
            return self.given
        (gate,) = self.gates
        weights = tuple((self.members[m], Fraction(weight)) for m, weight in gate.yes.items())
        return Quota(weights, Fraction(gate.quota))

    @cached_property
    def columns(self) -> tuple[tuple[tuple[int, int, int], ...], ...]:
        """What each member's vote adds where: gate, weight of a yes, weight of not voting no; members with equal columns are alike."""
        found: list[list[tuple[int, int, int]]] = [[] for _ in self.members]
        for number, gate in enumerate(self.gates):
            for member in sorted(gate.yes.keys() | gate.unopposed.keys()):
                found[member].append((number, gate.yes.get(member, 0), gate.unopposed.get(member, 0)))
        return tuple(tuple(column) for column in found)

    @cached_property
    def abstention(self) -> bool:
        """Whether it can make a difference that a member abstains rather than votes no."""
        return any(gate.unopposed for gate in self.gates)

    @cached_property
    def types(self) -> tuple[tuple[int, ...], ...]:
        """Members that the rule treats alike, together."""
        found: dict[object, list[int]] = {}
        for member, column in enumerate(self.columns):
            found.setdefault(column, []).append(member)
        return tuple(tuple(alike) for alike in found.values())

    @cached_property
    def weights(self) -> tuple[int, ...] | None:
        """Each member's weight where the rule is a single quota, and votes are yes or no; None where it is not."""
        if len(self.gates) != 1:
            return None
        gate = self.gates[0]
        if not gate.unopposed and tuple(gate.yes) == tuple(range(len(self.members))):
            return tuple(gate.yes.values())
        return tuple(gate.yes.get(m, 0) + gate.unopposed.get(m, 0) for m in range(len(self.members)))

    @property
    def quota(self) -> int:
        """The last gate's quota, in the unit of `weights`."""
        return self.gates[-1].quota

    def dual(self) -> Game:
        """Return the game of blocking: a group wins it if the others cannot pass a decision without it. Votes are yes or no.

        `rule` stays the rule that is blocked.

        Examples
        --------
        >>> from holdfast.voting.rules import at_least
        >>> simple_game(at_least(3, ["a", "b", "c", "d"])).dual().quota
        2
        """
        return self._dual

    @cached_property
    def _dual(self) -> Game:
        gates: list[Gate] = []
        for gate in self.gates:
            yes = {
                m: gate.yes.get(m, 0) + gate.unopposed.get(m, 0)
                for m in gate.yes.keys() | gate.unopposed.keys()
            }
            total = sum(yes.values()) + sum(gate.gates.values())
            gates.append(Gate(total - gate.quota + 1, yes, {}, gate.gates))
        return Game(self.members, tuple(gates), self.rule)


def simple_game(rule: Quota, members: Iterable[str] | None = None) -> Game:
    """Return a rule's game.

    Parameters
    ----------
    rule
        The rule.
    members
        Those who vote, in this order; all whom the rule names where not given. Members whom it does not name are dummies.

    Raises
    ------
    InputError
        For no members, members named twice, a rule about someone who is no member, more than 100,000 members.

    Examples
    --------
    >>> from holdfast.voting.rules import weighted
    >>> game = simple_game(weighted("1/2", {"a": 0.25, "b": 0.25, "c": 0.5}))
    >>> game.members, game.weights, game.quota
    (('a', 'b', 'c'), (1, 1, 2), 2)
    """
    given: Any = rule
    if not isinstance(given, Quota):
        raise InputError(
            f"{rule!r:.60} is no rule. Make one with weighted, at_least or another function of holdfast.voting."
        )
    named = tuple(dict.fromkeys(_members(rule)))
    return _simple_game(rule, named, tuple(members) if members is not None else named)


@lru_cache(maxsize=64)
def _simple_game(rule: Quota, named: tuple[str, ...], order: tuple[str, ...]) -> Game:
    """Return a rule's game: the same one for the same rule, so that what is worked out of it is worked out once."""
    if len(order) > MOST_MEMBERS:
        raise InputError(f"{len(order):,} members; at most {MOST_MEMBERS:,} are supported.")
    places = {member: place for place, member in enumerate(order)}
    if len(places) < len(order):
        twice = next(m for place, m in enumerate(order) if places[m] != place)
        raise InputError(f"{twice} is a member twice. Name each member once.")
    if strangers := [m for m in named if m not in places]:
        raise InputError(
            f"{strangers[0]} is in the rule and no member. Add it to the members, or take it out of the rule."
        )
    if not order:
        raise InputError("the rule has no members. Name at least one.")
    gates: list[Gate] = []
    _compile(rule, places, {}, gates)
    return Game(order, tuple(gates), rule)


def weighted_game(quota: int, weights: Sequence[int]) -> Game:
    """Return the game [quota; weights] of whole numbers, members called 1, 2, …: the short way, for many games or many members.

    Raises
    ------
    InputError
        For a negative weight or quota, and a quota above the total.

    Examples
    --------
    >>> game = weighted_game(51, [50, 49, 1])
    >>> game.members, game.weights
    (('1', '2', '3'), (50, 49, 1))
    """
    try:
        own, needed = [*map(index, weights)], index(quota)
    except TypeError:
        raise InputError(
            "[quota; weights] must be whole numbers. For others there is simple_game(weighted(…))."
        ) from None
    if not own or min(own) < 0 or not 0 <= needed <= sum(own):
        raise InputError(
            f"[{quota}; …]: weights must be 0 or more, and the quota from 0 to their total, {sum(own)}."
        )
    common = gcd(*own)
    if common > 1:
        own, needed = [w // common for w in own], -(-needed // common)
    if max(own) > needed:
        own = [min(needed, w) for w in own]  # twice as quick as min
    game = Game(_numbered(len(own)), (Gate(needed, dict(enumerate(own)), {}, {}),))
    vars(game)["weights"] = tuple(own)  # known here, and not to be put together again
    return game


@lru_cache(maxsize=64)
def _numbered(count: int) -> tuple[str, ...]:
    return tuple(str(number + 1) for number in range(count))


def _members(rule: Quota) -> Iterable[str]:
    for part, _ in rule.parts:
        if isinstance(part, str):
            yield part
        elif isinstance(part, Unopposed):
            yield part.member
        else:
            yield from _members(part)


def _compile(rule: Quota, places: dict[str, int], done: dict[Quota, int], gates: list[Gate]) -> int:
    """Append a rule's gate behind those inside it; return its number."""
    if rule in done:
        return done[rule]
    inside: dict[Part, int] = {
        p: _compile(p, places, done, gates) for p, _ in rule.parts if isinstance(p, Quota)
    }
    unit = lcm(*(w.denominator for _, w in rule.parts), 1)
    weights = [int(w * unit) for _, w in rule.parts]
    # sums are whole numbers: the smallest that passes
    quota = rule.quota * unit
    needed = quota.__floor__() + 1 if rule.above else quota.__ceil__()
    common = gcd(*weights) or 1
    needed = -(-needed // common)
    gate = Gate(needed, {}, {}, {})
    for (part, _), weight in zip(rule.parts, weights, strict=True):
        kind, key = (
            (gate.gates, inside[part])
            if isinstance(part, Quota)
            else (gate.unopposed, places[part.member])
            if isinstance(part, Unopposed)
            else (gate.yes, places[part])
        )
        kind[key] = kind.get(key, 0) + weight // common
    for kind in (gate.yes, gate.unopposed, gate.gates):
        for key in kind:
            kind[key] = min(kind[key], needed)
    gates.append(gate)
    done[rule] = len(gates) - 1
    return done[rule]
