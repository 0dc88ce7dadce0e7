"""Who can block and who can decide, in words: members that a rule treats alike are taken together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import comb, log10, prod
from typing import TYPE_CHECKING, Any

from holdfast.report.study import some
from holdfast.report.words import listing, numeral
from holdfast.study.rules import game_of
from holdfast.voting import passes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from holdfast.scenario import Body, BodyFile
    from holdfast.voting import Game

__all__ = ["Decision", "Kind", "amount", "power_of", "raise_digits", "tenths"]

#: A list of names up to this long is given whole; of a longer one the first few.
_MOST_NAMES = 6
_FIRST_NAMES = 4
_EXACT_UP_TO = 10**15
_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


@dataclass(frozen=True)
class Kind:
    """Coalitions that are the same but for which of several members alike they hold.

    Parameters
    ----------
    parts
        Pairs of members that the rule treats alike and how many of them it takes.
    """

    parts: tuple[tuple[tuple[str, ...], int], ...]

    @property
    def size(self) -> int:
        """How many members such a coalition has."""
        return sum(taken for _, taken in self.parts)

    @property
    def number(self) -> int:
        """How many such coalitions there are."""
        return prod(comb(len(alike), taken) for alike, taken in self.parts)


@dataclass(frozen=True)
class Decision:
    """A body after what `study.decide.decide` found of it.

    Parameters
    ----------
    file
        Where the body stands.
    found
        What was found.
    """

    file: BodyFile
    found: Mapping[str, Any]

    @property
    def body(self) -> Body:
        """The body in the file."""
        return self.file.bodies[self.found["body"]]

    @property
    def attacker(self) -> str | None:
        """Who has attacked."""
        return self.found["attacker"]

    @property
    def members(self) -> Mapping[str, Mapping[str, Any]]:
        """What was found of each member that may vote."""
        return self.found["members"]

    @property
    def title(self) -> str:
        """The body's name, and whose attack it decides on."""
        name = self.body.name or self.found["body"].replace("-", " ").replace("_", " ")
        return f"{name}, after an attack by {self.party(self.attacker)}" if self.attacker else name

    def party(self, member: str) -> str:
        """Return a member's name."""
        party = self.file.parties.get(member)
        return member if party is None else party.name

    @cached_property
    def game(self) -> Game:
        """The game of its rule, over those who may vote."""
        return game_of(self.file, self.body, self.attacker)

    @cached_property
    def alike(self) -> tuple[tuple[str, ...], ...]:
        """Members that the rule treats alike, together, those with most power first."""
        groups = [tuple(self.game.members[place] for place in places) for places in self.game.types]
        return tuple(sorted(groups, key=lambda group: (-power_of(self.members[group[0]]), group)))

    @property
    def blockers(self) -> list[str]:
        """Those who can block alone, those with most power first."""
        return [m for group in self.alike for m in group if self.members[m]["veto"]]

    @property
    def impossible(self) -> bool:
        """Whether no decision can pass, even if all say yes."""
        return self.found["winning"] == 0 or self.found["minimal_blocking"] == [[]]

    @property
    def certain(self) -> bool:
        """Whether every decision passes, even if nobody says yes."""
        return self.found["smallest_winning"] == [[]]

    @property
    def stopped(self) -> bool:
        """Whether the attacker, which votes no, can block alone."""
        return self.attacker in self.members and self.members[str(self.attacker)]["veto"]

    def suffices(self, member: str) -> bool:
        """Return whether a member's yes is enough for a decision."""
        return passes(self.game.rule, yes={member})

    def kinds(self, listed: str) -> list[Kind]:
        """Return the kinds of coalitions in a list of `found`, in its order."""
        kinds: dict[Kind, None] = {}
        groups: list[list[str]] = self.found[listed] or []
        for group in groups:
            inside = set(group)
            parts = ((alike, len(inside.intersection(alike))) for alike in self.alike)
            kinds[Kind(tuple(part for part in parts if part[1]))] = None
        return list(kinds)

    def complete(self, kinds: Sequence[Kind], counted: str) -> bool:
        """Return whether these kinds hold all the coalitions that were counted."""
        return self.found[counted] is not None and sum(kind.number for kind in kinds) == self.found[counted]

    def each(self, group: Sequence[str]) -> str:
        """Return members alike as the name of a row: a name, two names, or one and how many more."""
        names = [self.party(member) for member in group]
        if len(names) == 1:
            return names[0]
        return (
            f"{names[0]} and {names[1]}, each"
            if len(names) == 2
            else f"{names[0]} and {len(names) - 1} more, each"
        )

    def named(self, members: Sequence[str], most: int = _MOST_NAMES) -> str:
        """Return members by name; of many the first few, and how many more."""
        names = [self.party(member) for member in members]
        return listing(names if len(names) <= most else some(names, min(most, _FIRST_NAMES)))

    def told(self, kind: Kind, *, whole: bool = False) -> str:
        """Return in words which members such a coalition holds, all of them by name where `whole`."""
        most = len(self.members) if whole else _MOST_NAMES
        everyone = len(self.members)
        if kind.size == everyone > _MOST_NAMES:
            return f"all {everyone} members together"
        if everyone > _MOST_NAMES and kind.size >= everyone - 2 and len(self.alike) == 1:
            return f"all members but any {numeral(everyone - kind.size)}"
        surely = [m for alike, taken in kind.parts if taken == len(alike) for m in alike]
        some_of = [
            f"any {numeral(taken)} of {self.among(alike, most)}"
            for alike, taken in kind.parts
            if taken < len(alike)
        ]
        if not surely:
            return listing(some_of)
        return f"{self.named(surely, most)}{' with ' if some_of else ''}{listing(some_of)}"

    def among(self, alike: Sequence[str], most: int) -> str:
        """Return the members from whom some are taken."""
        if len(alike) == len(self.members):
            return f"the {numeral(len(alike))} members"
        names = self.named(alike, most)
        return names if len(alike) <= most else f"the {numeral(len(alike))} members {names}"


def power_of(own: Mapping[str, Any]) -> float:
    """Return a member's share of power: its Shapley–Shubik index, or what there is instead."""
    for key in ("shapley_shubik", "banzhaf_normalised", "weight"):
        if own[key] is not None:
            return own[key]
    return 0.0


def amount(number: int) -> str:
    """Return a count in digits, or in powers of ten where it has too many.

    Examples
    --------
    >>> amount(32768), amount(2**57), amount(10**400)
    ('32,768', 'about 1.4 × 10¹⁷', 'about 1.0 × 10⁴⁰⁰')
    """
    if number < _EXACT_UP_TO:
        return f"{number:,}"
    power = log10(number)
    lead, raised = round(10 ** (power % 1), 1), int(power)
    if lead >= 10:
        lead, raised = 1.0, raised + 1
    return f"about {lead:.1f} × 10{raise_digits(raised)}"


def raise_digits(number: int) -> str:
    """Return a number as an exponent.

    Examples
    --------
    >>> raise_digits(-12)
    '⁻¹²'
    """
    return str(number).translate(_RAISED)


def tenths(share: float) -> str:
    """Return a share in percent to one decimal, never a false 0 or 1.

    Examples
    --------
    >>> tenths(0.19627), tenths(0.0), tenths(0.0004), tenths(0.9999), tenths(1.0)
    ('19.6%', '0%', '<0.1%', '>99.9%', '100%')
    """
    if share in (0, 1):
        return f"{share:.0%}"
    if share < 0.0005:
        return "<0.1%"
    return ">99.9%" if share >= 0.9995 else f"{share:.1%}"
