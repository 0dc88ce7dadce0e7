"""Decision rules as weighted quotas, which may stand inside each other.

One form serves for all: a decision passes where the weights of those that say yes reach the quota, and those may be
members or other rules. Both of two conditions is a quota of 2 over two rules, either of them a quota of 1; a bloc that votes as
one is a rule among the members; a veto is a second condition beside the first. Where members may abstain, a rule may ask of a
member not for its yes but that it does not vote no (`Unopposed`): that is what a permanent member's veto in the UN Security
Council is about.

Weights are kept as fractions, so that a quota of 0.3 is reached by three weights of 0.1.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from numbers import Integral
from typing import Any, cast

from holdfast.errors import InputError

__all__ = [
    "Number",
    "Part",
    "Quota",
    "Unopposed",
    "all_of",
    "any_of",
    "at_least",
    "consensus",
    "most_against",
    "passes",
    "unanimity",
    "weighted",
    "with_vetoes",
]

MOST_MEMBERS = 100_000

_MOST_DIGITS = 300

Number = int | float | Fraction | Decimal | str
"""A weight or a quota: 3, 0.5, Fraction(1, 3) or "1/3"."""


@dataclass(frozen=True, slots=True)
class Unopposed:
    """Holds where a member does not vote no: it votes yes or abstains."""

    member: str


@dataclass(frozen=True, slots=True)
class Quota:
    """Passes where Σ weights of the parts that say yes ≥ quota, or > quota where `above`."""

    parts: tuple[tuple[Part, Fraction], ...]
    quota: Fraction
    above: bool = False


Part = str | Unopposed | Quota
"""What a quota counts: a member's yes, that a member does not vote no, or another rule."""


def _fraction(number: Number, what: str) -> Fraction:
    if isinstance(number, float):
        if not isfinite(number):
            raise InputError(f"{what} = {number}; must be a finite number.")
        number = repr(float(number))  # the decimal that was written, not its nearest binary fraction
    elif isinstance(number, Integral):
        number = int(number)  # NumPy's whole numbers overflow
    try:
        if isinstance(number, str | Decimal) and _power_of_ten(str(number)) > _MOST_DIGITS:
            raise InputError(f"{what} = {number}; must have no more than {_MOST_DIGITS} digits.")
        found = Fraction(number)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        raise InputError(f'{what} = {number}; must be a number. Write 3, 0.5 or "1/3".') from None
    if max(abs(found.numerator), found.denominator) > 10**_MOST_DIGITS:
        raise InputError(f"{what} has more than {_MOST_DIGITS} digits. Write it with fewer.")
    return found


def _power_of_ten(number: str) -> int:
    _, _, power = number.lower().partition("e")
    return abs(int(power or 0))


def weighted(quota: Number, weights: Mapping[Part, Number], *, above: bool = False) -> Quota:
    """Return the rule that the weights of those that say yes reach a quota.

    Parameters
    ----------
    quota
        0 or more, and no more than all weights together.
    weights
        By member or rule, 0 or more.
    above
        Whether the quota must be passed, not only reached: more than half.

    Raises
    ------
    InputError
        For a number that is none, is negative or not finite; for a quota that all together do not reach.

    Examples
    --------
    >>> rule = weighted(3, {"a": 2, "b": 1, "c": 1})
    >>> passes(rule, yes={"a", "b"}), passes(rule, yes={"b", "c"})
    (True, False)
    """
    if len(weights) > MOST_MEMBERS:
        raise InputError(f"{len(weights):,} members; at most {MOST_MEMBERS:,} are supported.")
    given_weights: Any = weights
    if not isinstance(given_weights, Mapping):
        raise InputError(
            'weights must be given by member, such as {"a": 2, "b": 1}; for [quota; 2, 1] there is weighted_game.'
        )
    _known(weights)
    parts: list[tuple[Part, Fraction]] = []
    for part, given in weights.items():
        weight = _fraction(given, f"the weight of {_name(part)}")
        if weight < 0:
            raise InputError(f"the weight of {_name(part)} = {given}; must be 0 or more.")
        parts.append((part, weight))
    total, needed = sum((w for _, w in parts), start=Fraction(0)), _fraction(quota, "quota")
    if needed < 0:
        raise InputError(f"quota = {quota}; must be 0 or more.")
    if needed > total or (above and needed == total):
        raise InputError(
            f"quota = {quota}; can never be {'passed' if above else 'reached'}: all weights together are {_shown(total)}."
        )
    return Quota(tuple(parts), needed, above)


def _known(parts: Any) -> list[Any]:
    """Return members and rules as a list.

    Raises
    ------
    InputError
        For what is no list of them, or an empty one.
    """
    if isinstance(parts, str) or not isinstance(parts, Iterable):
        raise InputError(f'{parts!r:.60} is no list of members or rules. Write ["a", "b"].')
    found: list[Any] = list(cast("Iterable[Any]", parts))
    if not found:
        raise InputError("the rule has no members. Name at least one.")
    if wrong := [part for part in found if not isinstance(part, str | Unopposed | Quota)]:
        raise InputError(f"{wrong[0]!r:.60} is no member and no rule. Members are text.")
    return found


def _name(part: Part) -> str:
    return part if isinstance(part, str) else part.member if isinstance(part, Unopposed) else "a rule"


def _shown(number: Fraction) -> str:
    return f"{float(number):.15g}"


def at_least(number: int, parts: Iterable[Part]) -> Quota:
    """Return the rule that so many of these members or rules say yes.

    Examples
    --------
    >>> passes(at_least(2, ["a", "b", "c"]), yes={"a", "c"})
    True
    """
    if int(number) != number:
        raise InputError(f"at_least {number}; must be a whole number.")
    return weighted(number, _once(parts))


def _once(parts: Iterable[Part]) -> dict[Part, Number]:
    found: dict[Part, Number] = {}
    for part in _known(parts):
        if part in found:
            raise InputError(f"{_name(part)} stands here twice. Write each once.")
        found[part] = 1
    return found


def all_of(parts: Iterable[Part]) -> Quota:
    """Return the rule that all of these say yes; a rule that stands there twice is one condition."""
    several = _once(_different(parts))
    return weighted(len(several), several)


def any_of(parts: Iterable[Part]) -> Quota:
    """Return the rule that one of these says yes."""
    return weighted(1, _once(_different(parts)))


def _different(parts: Iterable[Part]) -> list[Part]:
    parts = _known(parts)
    return [p for n, p in enumerate(parts) if not (isinstance(p, Quota) and p in parts[:n])]


def unanimity(members: Iterable[str]) -> Quota:
    """Return the rule that every member votes yes."""
    return all_of(members)


def most_against(weight: Number, weights: Mapping[str, Number]) -> Quota:
    """Return the rule that at most so much weight votes no; who abstains does not count.

    Examples
    --------
    Fewer than two against, of three:

    >>> rule = most_against(1, {"a": 1, "b": 1, "c": 1})
    >>> passes(rule, yes={"a"}, against={"b"}), passes(rule, yes={"a"}, against={"b", "c"})
    (True, False)
    """
    if len(weights) > MOST_MEMBERS:
        raise InputError(f"{len(weights):,} members; at most {MOST_MEMBERS:,} are supported.")
    limit = _fraction(weight, "the weight that may vote no")
    if limit < 0:
        raise InputError(f"the weight that may vote no = {weight}; must be 0 or more.")
    total = sum((_fraction(w, f"the weight of {m}") for m, w in weights.items()), start=Fraction(0))
    return weighted(max(total - limit, Fraction(0)), {Unopposed(m): w for m, w in weights.items()})


def consensus(members: Iterable[str]) -> Quota:
    """Return the rule that no member objects. Silence is consent: if all abstain, it passes."""
    return most_against(0, {str(m): 1 for m in _once(members)})


def with_vetoes(rule: Quota, holders: Collection[Part], *, abstentions: bool = False) -> Quota:
    """Return the rule with vetoes: no decision without the yes of each holder, or, with abstentions, against its no.

    Examples
    --------
    >>> rule = with_vetoes(at_least(2, ["a", "b", "c"]), ["a"])
    >>> passes(rule, yes={"b", "c"}), passes(rule, yes={"a", "c"})
    (False, True)
    """
    given: Any = rule
    if not isinstance(given, Quota):
        raise InputError(
            f"{rule!r:.60} is no rule. Make one with weighted, at_least or another function of this module."
        )
    if not holders:
        return rule
    holders = _known(holders)
    return all_of([rule, all_of(Unopposed(h) if abstentions and isinstance(h, str) else h for h in holders)])


def passes(part: Part, yes: Collection[str], against: Collection[str] | None = None) -> bool:
    """Return whether a vote passes: the rule's meaning, word by word.

    Parameters
    ----------
    yes, against
        Who votes how; the others abstain. Where `against` is not given, all others vote no.
    """
    if isinstance(part, str):
        return part in yes
    if isinstance(part, Unopposed):
        return part.member in yes if against is None else part.member not in against
    total = sum((w for p, w in part.parts if passes(p, yes, against)), start=Fraction(0))
    return total > part.quota if part.above else total >= part.quota
