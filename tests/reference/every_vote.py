"""Random decision rules, and what they mean by going through every vote: a twin of `holdfast.voting` that shares no code with it.

A rule is a tree of `Needs`; it is worked out for all ways to vote at once, in whole numbers. Measures follow their textbook
definitions, coalition by coalition.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache, cached_property
from itertools import permutations, product
from math import factorial, lcm
from typing import Any, NamedTuple

import numpy as np

from holdfast.voting import Quota, Unopposed, weighted

NO, YES, ABSTAINS = 0, 1, 2


class Needs(NamedTuple):
    """Passes where the weights of the parts that hold reach `quota`, or are more where `above`.

    A part is ("yes", member), ("unopposed", member) or another rule; `written` is how its numbers are given to the library.
    """

    parts: tuple[tuple[Any, Fraction], ...]
    quota: Fraction
    above: bool = False
    written: str = "fraction"


# --- random rules ---------------------------------------------------------------------------------

SIZES = [0.05, 0.1, 0.2, 0.2, 0.18, 0.12, 0.07, 0.04, 0.02, 0.02]


def _weights(rng, count):
    """Weights of one kind or another, and how they are written."""
    kind = rng.integers(6)
    if kind == 0:
        return [Fraction(int(w)) for w in rng.integers(1, 10, count)], "whole"
    if kind == 1:
        return [Fraction(int(w)) for w in rng.integers(0, 4, count)], "whole"
    if kind == 2:
        return [Fraction(int(rng.integers(1, 4)))] * count, "whole"
    if kind == 3:
        return [Fraction(int(w), 10) for w in rng.integers(0, 12, count)], "decimal"
    if kind == 4:
        return [
            Fraction(int(w), int(d))
            for w, d in zip(rng.integers(0, 8, count), rng.integers(1, 8, count), strict=True)
        ], "fraction"
    return [Fraction(int(w)) for w in 1 << rng.integers(0, 7, count)], "whole"


def _quota(rng, weights):
    """A quota that can be reached: 0, 1, all, a sum that occurs, half, or less than single weights."""
    total = sum(weights, start=Fraction(0))
    kind = rng.integers(7)
    if kind == 0:
        return Fraction(0), bool(rng.random() < 0.5) and total > 0
    if kind == 1:
        return min(Fraction(1), total), False
    if kind == 2:
        return total, False
    if kind == 3:
        return total / 2, total > 0
    if kind == 4:
        return max(weights) / 2, False
    some = sum((w for w in weights if rng.random() < 0.6), start=Fraction(0))
    return some, bool(rng.random() < 0.3) and some < total


def _single(rng, members):
    weights, written = _weights(rng, len(members))
    parts = tuple((("yes", m), w) for m, w in zip(members, weights, strict=True))
    return Needs(parts, *_quota(rng, weights), written)


def _some(rng, members):
    return [int(m) for m in rng.permutation(members)[: rng.integers(1, len(members) + 1)]]


def _each(parts, number):
    return Needs(tuple((p, Fraction(1)) for p in parts), Fraction(number), False, "whole")


def _vetoes(rng, members):
    holders = [("yes", m) for m in _some(rng, members)[: 1 + rng.integers(2)]]
    return _each([_single(rng, members), _each(holders, len(holders))], 2)


def _nested(rng, members, depth):
    """A quota over members and rules, which may be about the same members."""
    if depth == 0 or rng.random() < 0.25:
        return _single(rng, _some(rng, members))
    inside = [_nested(rng, members, depth - 1) for _ in range(rng.integers(1, 4))]
    parts: list[object] = list(dict.fromkeys(inside))
    if rng.random() < 0.5:
        parts += [("yes", m) for m in _some(rng, members)[:2]]
    weights, written = _weights(rng, len(parts))
    return Needs(tuple(zip(parts, weights, strict=True)), *_quota(rng, weights), written)


def _blocs(rng, members):
    """Members vote in blocs, each by a rule of its own, and the blocs' votes are weighted."""
    where = rng.integers(0, 3, len(members))
    blocs = [[m for m, b in zip(members, where, strict=True) if b == k] for k in range(3)]
    parts = [_single(rng, bloc) for bloc in blocs if bloc]
    weights, written = _weights(rng, len(parts))
    return Needs(tuple(zip(parts, weights, strict=True)), *_quota(rng, weights), written)


def _double(rng, members):
    """So many members with so much weight, or any of a larger number."""
    weights = [Fraction(int(w)) for w in rng.integers(1, 30, len(members))]
    people = Needs(
        tuple((("yes", m), w) for m, w in zip(members, weights, strict=True)), *_quota(rng, weights), "whole"
    )
    number = _each([("yes", m) for m in members], rng.integers(1, len(members) + 1))
    both = _each([number, people], 2)
    if rng.random() < 0.5:
        return both
    return _each([both, _each([("yes", m) for m in members], rng.integers(1, len(members) + 1))], 1)


def _abstentions(rng, members):
    """Some yes votes, and nobody of some against; or a nested rule of which parts ask only that nobody objects."""
    if rng.random() < 0.5:
        holders = [("unopposed", m) for m in _some(rng, members)]
        return _each([_single(rng, members), _each(holders, len(holders))], 2)
    return _without_yes(rng, _nested(rng, members, 2))


def _without_yes(rng, rule):
    parts: dict[object, Fraction] = {}
    for part, weight in rule.parts:
        now = (
            _without_yes(rng, part)
            if isinstance(part, Needs)
            else ("unopposed", part[1])
            if rng.random() < 0.5
            else part
        )
        parts[now] = parts.get(now, Fraction(0)) + weight
    return rule._replace(parts=tuple(parts.items()))


KINDS = {
    "a quota": _single,
    "vetoes": _vetoes,
    "nested": lambda rng, members: _nested(rng, members, 3),
    "blocs": _blocs,
    "double majority": _double,
    "abstention": _abstentions,
}


def random_rule(rng, kind, most=10):
    """Return a rule of a kind, and how many members vote; some may be in no part of the rule."""
    chances = np.array(SIZES[:most])
    count = 1 + int(rng.choice(most, p=chances / chances.sum()))
    members = [int(m) for m in rng.permutation(count)]
    if count > 1 and rng.random() < 0.1:
        members = members[:-1]
    return KINDS[kind](rng, members), count


# --- as the library has them ----------------------------------------------------------------------


def names(count):
    return [f"m{k}" for k in range(count)]


def _written(number, how):
    if how == "whole" and number.denominator == 1:
        return int(number)
    if how == "decimal":
        return float(number) if number.denominator in (1, 2, 5, 10) else f"{number}"
    return number if number.numerator % 2 else f"{number}"


def as_rule(rule: Needs) -> Quota:
    """Return the library's form of a rule."""
    weights: dict[object, Fraction] = {}
    for part, weight in rule.parts:
        key = (
            as_rule(part)
            if isinstance(part, Needs)
            else f"m{part[1]}"
            if part[0] == "yes"
            else Unopposed(f"m{part[1]}")
        )
        weights[key] = weights.get(key, Fraction(0)) + weight
    return weighted(
        _written(rule.quota, rule.written),
        {p: _written(w, rule.written) for p, w in weights.items()},
        above=rule.above,
    )


# --- every vote -----------------------------------------------------------------------------------


@cache
def all_votes(count, ways=2):
    """Every way to vote: ["votes members"], the first member fastest, so that a row's number has the members' yes as its bits."""
    rows = np.array(list(product(range(ways), repeat=count)), np.int8).reshape(-1, count)[:, ::-1]
    rows.setflags(write=False)
    return rows


def outcomes(rule, votes):
    """Return whether each row of votes passes."""
    unit = lcm(rule.quota.denominator, *(w.denominator for _, w in rule.parts))
    total = np.zeros(len(votes), np.int64)
    for part, weight in rule.parts:
        if isinstance(part, Needs):
            holds = outcomes(part, votes)
        elif part[0] == "yes":
            holds = votes[:, part[1]] == YES
        else:
            holds = votes[:, part[1]] != NO
        total += int(weight * unit) * holds
    needed = int(rule.quota * unit)
    return total > needed if rule.above else total >= needed


@cache
def _lattice(count):
    """By coalition: who is in it, how many they are, and its number without each member."""
    holds = all_votes(count) == YES
    without = np.arange(1 << count)[:, None] & ~(1 << np.arange(count))
    return holds, holds.sum(1), without


class EveryVote:
    """A rule's game from the list of all its coalitions, numbered by the bits of their members."""

    def __init__(self, wins):
        self.wins = wins
        self.count = int(wins.size).bit_length() - 1
        self.holds, self.size, self.without = _lattice(self.count)
        self.critical = wins[:, None] & self.holds & ~wins[self.without]
        self.minimal = wins & (self.critical == self.holds).all(1)

    def _by_size(self, chosen):
        """Counts of coalitions by size; for columns of choices, one row a column."""
        sizes = self.size[:, None] == np.arange(self.count + 1)
        return chosen.T.astype(np.int64) @ sizes

    @cached_property
    def winning_by_size(self):
        return self._by_size(self.wins).tolist()

    @cached_property
    def swings_by_size(self):
        """By member and how many others vote yes."""
        return self._by_size(self.critical)[:, 1:].tolist()

    @cached_property
    def minimal_by_size(self):
        return self._by_size(self.minimal).tolist()

    @cached_property
    def minimal_with(self):
        return self._by_size(self.minimal[:, None] & self.holds).tolist()

    @cached_property
    def winning(self):
        return int(self.wins.sum())

    @cached_property
    def swings(self):
        return [int(n) for n in self.critical.sum(0)]

    def shapley_shubik(self):
        n = self.count
        orders = [factorial(k) * factorial(n - 1 - k) for k in range(n)]
        return [
            Fraction(sum(o * s for o, s in zip(orders, own, strict=True)), factorial(n))
            for own in self.swings_by_size
        ]

    def banzhaf(self):
        return [Fraction(s, 1 << (self.count - 1)) for s in self.swings]

    def banzhaf_normalised(self):
        return _shares([Fraction(s) for s in self.swings])

    def coleman_prevent(self):
        return [Fraction(s, self.winning or 1) for s in self.swings]

    def coleman_initiate(self):
        return [Fraction(s, ((1 << self.count) - self.winning) or 1) for s in self.swings]

    @cached_property
    def johnston_raw(self):
        several = self.critical.sum(1)
        return [
            sum(
                (Fraction(n, c) for c, n in enumerate(np.bincount(several[of]).tolist()) if n),
                start=Fraction(0),
            )
            for of in self.critical.T
        ]

    def johnston(self):
        return _shares(self.johnston_raw)

    def deegan_packel(self):
        number = int(self.minimal.sum())
        return [
            sum((Fraction(m, k) for k, m in enumerate(own) if m), start=Fraction(0)) / (number or 1)
            for own in self.minimal_with
        ]

    def holler(self):
        return _shares([Fraction(sum(own)) for own in self.minimal_with])

    def smallest(self, most):
        """The smallest minimal winning coalitions, by size and then by the members' order."""
        groups = [tuple(np.flatnonzero(self.holds[s]).tolist()) for s in np.flatnonzero(self.minimal)]
        return sorted(groups, key=lambda group: (len(group), group))[:most]

    def blocking(self):
        """The game of those without whom nothing passes."""
        return EveryVote(~self.wins[::-1])

    def owen(self, unions):
        """Over every order in which the members of a union follow one another: how often is a member the pivot?"""
        pivots, orders = [0] * self.count, 0
        for order in permutations(unions):
            for rows in product(*(permutations(union) for union in order)):
                orders += 1
                coalition = 0
                for member in (m for union in rows for m in union):
                    before = coalition
                    coalition |= 1 << member
                    pivots[member] += int(self.wins[coalition]) - int(self.wins[before])
        return [Fraction(p, orders) for p in pivots]

    def banzhaf_owen(self, unions):
        """Over every choice of other unions, and of the other members of one's own."""
        found = [Fraction(0)] * self.count
        for own in unions:
            others = [sum(1 << m for m in union) for union in unions if union != own]
            for member in own:
                rest = [1 << m for m in own if m != member]
                swings = 0
                for chosen in product([0, 1], repeat=len(others) + len(rest)):
                    coalition = sum(c * bits for c, bits in zip(chosen, [*others, *rest], strict=True))
                    swings += int(self.wins[coalition | 1 << member]) - int(self.wins[coalition])
                found[member] = Fraction(swings, 1 << (len(others) + len(rest)))
        return found


def _shares(values):
    total = sum(values, start=Fraction(0))
    return [v / total if total else Fraction(0) for v in values]


def vote_chances(votes, support, abstain):
    """Return each row's probability when members vote independently: ["votes draws"]."""
    chances = np.stack([1 - support - abstain, support, abstain])  # ["way members draws"]
    found = np.ones((len(votes), support.shape[1]))
    for member in range(support.shape[0]):
        found *= chances[votes[:, member], member]
    return found


def passage(rule, support, abstain):
    """Return the probability of passing over all ways to vote, a value a draw."""
    votes = all_votes(support.shape[0], 3)
    return outcomes(rule, votes) @ vote_chances(votes, support, abstain)


def pivotality(rule, support, abstain):
    """Return by member the probability of passing with its yes less that with its no."""
    found = np.empty(support.shape)
    for member in range(support.shape[0]):
        sides: list[np.ndarray] = []
        for yes in (1.0, 0.0):
            moved, away = support.copy(), abstain.copy()
            moved[member], away[member] = yes, 0.0
            sides.append(passage(rule, moved, away))
        found[member] = sides[0] - sides[1]
    return found
