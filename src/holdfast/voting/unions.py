r"""Power where members have formed unions that first agree among themselves: the Owen and Banzhaf–Owen values.

Of a partition of the members into unions, the union K of member i has some of its members in favour, T, and the other unions are
for or against as one, H of them for. With h = |H| and t = |T| the numbers for, of m unions and k = |K| members,

    Owen            Σ_H Σ_T h! (m − 1 − h)! / m! × t! (k − 1 − t)! / k!   over (H, T) to which i is critical
    Banzhaf–Owen    their number / 2^(m−1) / 2^(k−1)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from math import factorial

from holdfast.errors import InputError
from holdfast.voting._diagram import diagram, unpacked
from holdfast.voting.game import Game, Gate
from holdfast.voting.power import Measure, as_measure

__all__ = ["banzhaf_owen", "owen"]

Partition = Sequence[Sequence[str]]


def owen(game: Game, partition: Partition, *, exact: bool = False) -> Measure:
    """Return the Owen value: the Shapley–Shubik index when the members of a union always follow one another.

    Parameters
    ----------
    partition
        Unions of members; who is in none stands alone.

    Notes
    -----
    Exact. Time grows with unions × states of a decision diagram in which the other unions vote as one.

    Raises
    ------
    InputError
        For a name that is no member, a member of two unions, a game too large.

    References
    ----------
    Owen (1977), in Henn & Moeschlin (eds.), Mathematical Economics and Game Theory.

    Examples
    --------
    >>> from holdfast.voting import simple_game, weighted
    >>> game = simple_game(weighted(3, {"a": 2, "b": 1, "c": 1}))
    >>> [str(v) for v in owen(game, [["b", "c"]], exact=True).values]
    ['1/2', '1/4', '1/4']
    """

    def chance(number: int, of: int) -> Fraction:
        return Fraction(factorial(number) * factorial(of - 1 - number), factorial(of))

    return _measure(game, partition, chance, exact)


def banzhaf_owen(game: Game, partition: Partition, *, exact: bool = False) -> Measure:
    """Return the Banzhaf–Owen value: the Banzhaf measure when other unions vote as one. Parameters and limits as for `owen`.

    References
    ----------
    Alonso-Meijide & Fiestras-Janeiro (2002), Annals of Operations Research 109.

    Examples
    --------
    >>> from holdfast.voting import simple_game, weighted
    >>> game = simple_game(weighted(3, {"a": 2, "b": 1, "c": 1}))
    >>> [str(v) for v in banzhaf_owen(game, [["b", "c"]], exact=True).values]
    ['1/2', '1/4', '1/4']
    """
    return _measure(game, partition, lambda _, of: Fraction(1, 1 << (of - 1)), exact)


def _unions(game: Game, partition: Partition) -> list[list[int]]:
    place = {member: number for number, member in enumerate(game.members)}
    seen: dict[str, int] = {}
    for number, union in enumerate(partition):
        for member in union:
            if member not in place:
                raise InputError(f"{member} is in a union and no member. Write a member's name.")
            if member in seen:
                raise InputError(f"{member} is in two unions, or twice in one. Name it once.")
            seen[member] = number
    unions = [[place[member] for member in union] for union in partition if union]
    return unions + [[place[member]] for member in game.members if member not in seen]


def _measure(
    game: Game, partition: Partition, chance: Callable[[int, int], Fraction], exact: bool
) -> Measure:
    unions = _unions(game, partition)
    values = [Fraction(0)] * len(game.members)
    for union in unions:
        others = [other for other in unions if other is not union]
        merged = _merged(game, [[member] for member in union] + others)
        size, rest = len(union), len(others)
        bits = len(merged.members) + 1
        shifts = [bits] * size + [bits * (size + 1)] * rest  # two kinds of yes, counted apart
        swings = diagram(merged).swings(shifts)
        for member, packed in zip(union, swings, strict=False):
            ways = unpacked(packed, bits, (size + 1) * (rest + 1))
            for number, way in enumerate(ways):
                if way:
                    unions_for, members_for = divmod(number, size + 1)
                    values[member] += way * chance(unions_for, rest + 1) * chance(members_for, size)
    return as_measure(values, "decision diagrams, one a union", exact=exact)


def _merged(game: Game, groups: list[list[int]]) -> Game:
    """Return the game in which each group votes as one member."""
    number = {member: group for group, members in enumerate(groups) for member in members}

    def gathered(weights: dict[int, int]) -> dict[int, int]:
        found: dict[int, int] = {}
        for member, weight in weights.items():
            found[number[member]] = found.get(number[member], 0) + weight
        return found

    gates = (replace(gate, yes=gathered(gate.yes), unopposed=gathered(gate.unopposed)) for gate in game.gates)
    names = tuple("+".join(game.members[m] for m in group) for group in groups)
    return Game(names, tuple[Gate, ...](gates), game.rule)
