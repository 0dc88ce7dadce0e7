"""One unit of count in another, as whole numbers: from what a report counts to what a trigger asks for.

    effects as incidents       divided by the effects that an incident makes; never more incidents than effects
    incidents as effects       times them
    presences or refusals as   from one to as many as were counted
    incidents
    incidents as presences     as many
    or refusals
    any other                  none

How many effects an incident makes is one number for the whole agreement, known by a range: 5 % below its low end, 5 % above its high
end, and without a range nothing. Above the range it may be any number; below it, one that was not seen or heard makes none. Hence several
measures: each says what everything counts if the rate lies in one part of the range, at the end of it that makes least (or most) of
what was counted, and what share of the probability that part has.

However large the rate, effects that were counted are of some incident. Counts that may be of the same one make one together
(`_groups`). That is a measure of its own, which always holds: nothing counts less. The two are not mixed, since few effects here may
stand beside many there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from holdfast.monitoring._columns import Codes, Floats, Mask
from holdfast.monitoring._groups import Groups
from holdfast.monitoring._tails import Whole
from holdfast.monitoring.agreement.model import Counting, Rate

FINEST = 20
MOST = float(2**52)
THINGS = ("presence", "refusal")
SHARES = 20
"""What shares of the probability are counted in: twentieths, so that the rate's 5 % are one."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Counts as whole numbers of a part of the unit.

    Parameters
    ----------
    weights
        Of each incident.
    scale
        How many of them make one of the unit.
    share
        How probable it is that this is what they count, in twentieths.
    always
        Whether they count so much at least whatever the rate is.
    groups
        Which of them count no more together than one where they overlap; None where all are added.
    """

    weights: Whole
    scale: int
    share: int = SHARES
    always: bool = False
    groups: Groups | None = None

    def need(self, at_least: float) -> int:
        """Return what is to be reached, in parts."""
        return max(1, math.ceil(Fraction(at_least) * self.scale))

    def at(self, place: Codes) -> Measure:
        """Return what some of the incidents count."""
        groups = None if self.groups is None else self.groups.at(place)
        return replace(self, weights=self.weights[place], groups=groups)


@dataclass(frozen=True, slots=True)
class _Part:
    """What an effect and an incident count in one part of the rate's range, in parts of the unit, of which ``scale`` make one."""

    share: int
    scale: int
    effect: float
    incident: float
    always: bool = False


def mean(measures: Sequence[Measure], values: Sequence[Any]) -> Any:
    """Return the mean of what holds under each measure, none being less than what always holds."""
    least = [value for one, value in zip(measures, values, strict=True) if one.always]
    # whole shares first, so that 19 of 20 is exactly 0.95
    parts = [one.share * np.max([value, *least], axis=0) for one, value in zip(measures, values, strict=True)]
    return np.sum(parts, axis=0) / SHARES


def _rate(value: float, *, up: bool) -> Fraction:
    """Return a rate as a fraction of small numbers, rounded to one side where it is none."""
    found = Fraction(str(value))
    if found.denominator <= FINEST:
        return found
    return Fraction((math.ceil if up else math.floor)(found * FINEST), FINEST)


def _parts(rate: Rate | None, unit: str, *, most: bool) -> list[_Part]:
    """Return what effects and incidents count in each part of the rate's range, at its end that makes least or most of them."""
    if unit == "incident":
        none, any_ = _Part(1, 1, 0, 1, always=True), _Part(1, 1, 1, 1)
    else:
        none, any_ = _Part(1, 1, 1, 0, always=True), _Part(1, 1, 1, np.inf)
    end = any_ if most else none
    if rate is None:
        return [replace(end, share=SHARES)]
    # few incidents are made of many effects, and many effects of incidents that make many
    many = most == (unit == "effect")
    low, high = (_rate(value, up=many) for value in (rate.low, rate.high))
    if many:
        return [_at(low, unit, 1), _at(high, unit, SHARES - 2), end]
    return [end, _at(low, unit, SHARES - 2), _at(high, unit, 1)]


def _at(rate: Fraction, unit: str, share: int) -> _Part:
    if unit == "incident":
        return _Part(share, rate.numerator, rate.denominator, rate.numerator)
    return _Part(share, rate.denominator, rate.denominator, rate.numerator)


Measures = tuple[Measure, ...]


def measures(
    counting: Counting,
    unit: str,
    counted: tuple[Codes, Sequence[str]],
    counts: tuple[Floats, Floats],
    groups: Sequence[Groups] = (),
) -> tuple[Measures, Measures, Mask]:
    """Return counts in a unit, from the least to the most that they can be, and where a rate is wanting.

    Parameters
    ----------
    counting
        The agreement's rates.
    unit
        What is asked for.
    counted
        What each counts, as numbers and what they stand for.
    counts
        How many at least, and at most.
    groups
        Which counts of effects may be of one incident, in each of the ways that hold; each of its own where not given.

    Returns
    -------
    tuple
        What they count at least, one measure for each part of the rate's range, and at most; and where no rate converts them.
    """
    codes, units = counted
    seen: list[int] = np.flatnonzero(np.bincount(codes + 1, minlength=1)[1:]).tolist()
    present = {units[n] for n in seen}
    converts = {"effect", "incident"} - {unit} if unit in ("effect", "incident") else set[str]()
    rate = counting.effects_per_incident
    found: list[Measures] = []
    for most, asked in zip((False, True), counts, strict=True):
        some = np.where(np.isfinite(asked) & (asked > 0), asked, 0.0)
        parts = _parts(rate, unit, most=most) if converts & present else [_Part(SHARES, 1, 1, 1)]
        own = [(part, None) for part in parts]
        if unit == "incident" and groups:
            own = [(part, groups[0] if part.always else None) for part in parts]
            # another way to look at the same has no share of its own
            own += [(replace(part, share=0), one) for part in parts if part.always for one in groups[1:]]
        found.append(tuple(_measure(part, unit, (codes, units), some, one, most=most) for part, one in own))
    wanting = np.array([*(rate is None and word in converts for word in units), False])
    return found[0], found[1], wanting[codes] & (counts[1] > 0)


def _measure(
    part: _Part,
    unit: str,
    counted: tuple[Codes, Sequence[str]],
    asked: Floats,
    groups: Groups | None,
    *,
    most: bool,
) -> Measure:
    """Return what everything counts in one part of the rate's range."""
    codes, units = counted
    factor = np.zeros(len(units) + 1)
    at_least_one = np.zeros(len(units) + 1, dtype=bool)
    for n, word in enumerate(units):
        if word == unit or (word == "incident" and unit in THINGS):
            factor[n] = part.scale
        elif (word, unit) == ("effect", "incident"):
            factor[n], at_least_one[n] = part.effect, most or part.always
        elif (word, unit) == ("incident", "effect"):
            factor[n] = part.incident
        elif word in THINGS and unit == "incident":
            factor[n], at_least_one[n] = (part.scale if most else 0), True
    with np.errstate(invalid="ignore"):
        found = np.ceil(asked * factor[codes]) if most else np.floor(asked * factor[codes])
    found = np.where(asked > 0, np.maximum(found, np.where(at_least_one[codes], part.scale, 0)), 0.0)
    if groups is not None:
        found = np.where(
            np.array([*(word == "effect" for word in units), False])[codes] & (groups.thread < 0), 0.0, found
        )
    whole = np.minimum(found, MOST).astype(np.int64)
    return Measure(whole, part.scale, part.share, part.always, groups)
