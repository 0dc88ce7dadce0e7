"""One unit of count in another, as a range of whole numbers: from what a report counts to what a trigger asks for.

    effects as incidents       divided by the effects that an incident makes, from the high rate to the low one
    incidents as effects       times them, from the low rate to the high one
    presences or refusals as   from one to as many as were counted
    incidents
    incidents as presences     as many
    or refusals
    any other                  none

Without a rate in the agreement effects make between no incident and as many as were counted, and incidents no effect or any number of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from holdfast.monitoring._columns import Codes, Floats, Mask
from holdfast.monitoring._tails import Whole
from holdfast.monitoring.agreement.model import Counting

FINEST = 20
MOST = float(2**52)
THINGS = ("presence", "refusal")


@dataclass(frozen=True, slots=True)
class Measure:
    """Counts as whole numbers of a part of the unit.

    Parameters
    ----------
    weights
        Of each incident.
    scale
        How many of them make one of the unit.
    """

    weights: Whole
    scale: int

    def need(self, at_least: float) -> int:
        """Return what is to be reached, in parts."""
        return max(1, math.ceil(Fraction(at_least) * self.scale))


def _rate(value: float, *, up: bool) -> Fraction:
    """Return a rate as a fraction of small numbers, rounded to one side where it is none."""
    found = Fraction(str(value))
    if found.denominator <= FINEST:
        return found
    return Fraction((math.ceil if up else math.floor)(found * FINEST), FINEST)


def measures(
    counting: Counting,
    unit: str,
    counted: tuple[Codes, Sequence[str]],
    counts: Floats,
    present: Sequence[str],
) -> tuple[Measure, Measure, Mask]:
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
        How many.
    present
        The units that concern: parts are no finer than these need.
    """
    codes, units = counted
    low, high = np.zeros(len(units) + 1), np.zeros(len(units) + 1)
    rate, scales = counting.effects_per_incident, (Fraction(1), Fraction(1))
    wanting = np.zeros(len(units) + 1, dtype=bool)
    least_one = np.zeros(len(units) + 1, dtype=bool)
    if rate is not None and unit == "incident" and "effect" in present:
        scales = _rate(rate.high, up=True), _rate(rate.low, up=False)
    whole = tuple(scale.numerator for scale in scales)
    if rate is not None and unit == "effect" and "incident" in present:
        rates = _rate(rate.low, up=False), _rate(rate.high, up=True)
        whole = tuple(one.denominator for one in rates)
    for n, word in enumerate(units):
        if word == unit or (word == "incident" and unit in THINGS):
            low[n], high[n] = whole
        elif (word, unit) == ("effect", "incident") and rate is not None:
            low[n], high[n] = (scale.denominator for scale in scales)
        elif (word, unit) == ("incident", "effect") and rate is not None:
            low[n], high[n] = (
                one.numerator for one in (_rate(rate.low, up=False), _rate(rate.high, up=True))
            )
        elif (word, unit) in (("effect", "incident"), ("incident", "effect")):
            wanting[n], high[n] = True, whole[1] if unit == "incident" else np.inf
        elif word in THINGS and unit == "incident":
            least_one[n], high[n] = True, whole[1]
    asked = np.where(np.isfinite(counts) & (counts > 0), counts, 0.0)
    with np.errstate(invalid="ignore"):
        lows = np.where(least_one[codes], np.where(asked > 0, whole[0], 0), np.floor(asked * low[codes]))
        highs = np.where(asked > 0, np.ceil(asked * high[codes]), 0.0)
    found = [np.minimum(part, MOST).astype(np.int64) for part in (lows, highs)]
    return Measure(found[0], whole[0]), Measure(found[1], whole[1]), wanting[codes] & (asked > 0)
