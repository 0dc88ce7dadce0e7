"""What different observers tallied of the same sector at the same time, side by side."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Literal

from holdfast.errors import InputError
from holdfast.monitoring._tally import HOUR, Tally, clock


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many effects an incident makes, as a range with its source.

    Parameters
    ----------
    low, high
        Effects per incident; 1 or more.
    source
        Where it comes from: a publication, or that it is a judgement.
    """

    low: float
    high: float
    source: str

    def __post_init__(self) -> None:
        if not 1 <= self.low <= self.high < float("inf"):
            raise InputError(
                f"effects per incident = {self.low:g} to {self.high:g}; must be a range from 1 upwards, low first."
            )
        if not self.source.strip():
            raise InputError(
                "effects per incident: has no source. Say where it comes from, or write judgement."
            )


def converted(count: float, ratio: Ratio) -> tuple[float, float]:
    """Return how many incidents so many effects are, as a range: a tally of effects is converted in no other way.

    Incidents are whole, and effects that were counted are of one at least.

    Examples
    --------
    >>> converted(120, Ratio(4, 12, "judgement")), converted(1, Ratio(4, 12, "judgement"))
    ((10.0, 30.0), (1.0, 1.0))
    """
    if count <= 0:
        return 0.0, 0.0
    low = max(1.0, _up(count / ratio.high))
    return low, max(low, _down(count / ratio.low))


def _up(value: float) -> float:
    return float(math.ceil(value - 1e-9)) if math.isfinite(value) else value


def _down(value: float) -> float:
    return float(math.floor(value + 1e-9)) if math.isfinite(value) else value


@dataclass(frozen=True, slots=True)
class Rival:
    """What two observers counted at the same time, side by side.

    Parameters
    ----------
    first, second
        Each one's tallies; several where a window of one spans several of the other.
    difference
        The second's count less the first's, as given; None where they count in different units.
    verdict
        ``agree``: the same count of the same. ``explained``: what they count differently can make the whole difference.
        ``differ``: it cannot. ``not comparable``: the units differ, and nothing says how to convert them.
    left
        How much of the difference remains at least, a whole number; in incidents, where effects were converted into them. None where it
        cannot be told.
    why
        What explains the difference, a sentence each.
    """

    first: tuple[Tally, ...]
    second: tuple[Tally, ...]
    difference: float | None
    verdict: Literal["agree", "explained", "differ", "not comparable"]
    left: float | None
    why: tuple[str, ...]


def rivals(
    tallies: Iterable[Tally],
    ratio: Ratio | None = None,
    sectors: Mapping[str, str] | None = None,
    time_zone: str = "UTC",
) -> list[Rival]:
    """Lay side by side what different observers counted in one sector at one time.

    Each count stands for a range: from itself to itself divided by the observed share, had the rest been like what was
    watched; from 0 for a window with hours that the other does not count; in the other's unit by the stated ratio. Where the ranges
    meet, the difference is explained; the distance between them is what is left. Windows that overlap in a chain are taken together.

    Parameters
    ----------
    tallies
        Of two or more observers.
    ratio
        Effects per incident, where one counts effects and another incidents.
    sectors
        What sectors are called that several observers name differently: name as reported to common name.
    time_zone
        IANA name of the zone in which the sentences give times.

    Examples
    --------
    >>> at = dt.datetime(2021, 5, 20, 16, 30, tzinfo=dt.UTC)
    >>> mission = Tally("r1", "mission", "Donetsk", "firing", "effect", at, at + HOUR * 24, 120)
    >>> party = Tally("r2", "party", "Donetsk", "firing", "incident", at, at + HOUR * 24, 14)
    >>> [pair] = rivals([mission, party], Ratio(4, 12, "judgement"))
    >>> pair.verdict, pair.left, pair.difference
    ('explained', 0.0, None)
    """
    named = sectors or {}
    groups: dict[tuple[str, str], dict[str, list[Tally]]] = {}
    for one in tallies:
        place = named.get(one.sector, one.sector)
        groups.setdefault((place, one.kind), {}).setdefault(one.observer, []).append(one)
    found: list[Rival] = []
    for _, observers in sorted(groups.items()):
        for first, second in combinations(sorted(observers), 2):
            for ours, theirs in _blocks(observers[first], observers[second]):
                found.append(_rival(ours, theirs, ratio, time_zone))
    return sorted(found, key=lambda pair: (pair.first[0].start, pair.first[0].sector))


def _blocks(
    ours: Sequence[Tally], theirs: Sequence[Tally]
) -> list[tuple[tuple[Tally, ...], tuple[Tally, ...]]]:
    """Return the tallies of two observers whose windows overlap, each chain of overlaps together."""
    both = [(one, 0) for one in ours] + [(one, 1) for one in theirs]
    ordered = sorted(both, key=lambda entry: (entry[0].start, entry[0].end, entry[1]))
    blocks: list[tuple[list[Tally], list[Tally]]] = []
    until: dt.datetime | None = None
    for one, whose in ordered:
        if until is None or one.start >= until:
            blocks.append(([], []))
            until = one.end
        blocks[-1][whose].append(one)
        until = max(until, one.end)
    return [(tuple(one), tuple(two)) for one, two in blocks if one and two]


def _rival(first: tuple[Tally, ...], second: tuple[Tally, ...], ratio: Ratio | None, time_zone: str) -> Rival:
    names = first[0].observer, second[0].observer
    units = {one.unit for one in first}, {one.unit for one in second}
    difference = None
    if units[0] == units[1] and len(units[0]) == 1:
        difference = sum(one.count for one in second) - sum(one.count for one in first)
    twice = [name for name, own in zip(names, (first, second), strict=True) if _overlaps_itself(own)]
    if twice:
        said = tuple(
            f"{name} has tallies that overlap each other, so that some is counted twice." for name in twice
        )
        return Rival(first, second, difference, "not comparable", None, said)
    why: list[str] = []
    ranges = [_range(first, second, why, time_zone), _range(second, first, why, time_zone)]
    if first[0].sector != second[0].sector:
        why.append(f"{names[0]} calls the sector {first[0].sector}, {names[1]} {second[0].sector}.")
    if units[0] != units[1]:
        why.append(f"{names[0]} counts {_listed(units[0])}s, {names[1]} {_listed(units[1])}s.")
        if (
            ratio is None
            or {*units[0], *units[1]} != {"effect", "incident"}
            or len(units[0]) + len(units[1]) > 2
        ):
            return Rival(first, second, difference, "not comparable", None, tuple(why))
        effects = 0 if units[0] == {"effect"} else 1
        low, high = ranges[effects]
        ranges[effects] = converted(low, ratio)[0], converted(high, ratio)[1]
        why.append(f"An incident is taken to make {ratio.low:g} to {ratio.high:g} effects ({ratio.source}).")
    left = max(0.0, ranges[0][0] - ranges[1][1], ranges[1][0] - ranges[0][1])
    if not why:
        return Rival(first, second, difference, "agree" if difference == 0 else "differ", left, ())
    return Rival(first, second, difference, "explained" if left == 0 else "differ", left, tuple(why))


def _range(
    own: tuple[Tally, ...], others: tuple[Tally, ...], why: list[str], time_zone: str
) -> tuple[float, float]:
    """Return the range that an observer's counts stand for, in the hours that the other counts too."""
    low = high = 0.0
    length = shared = dt.timedelta()
    for one in own:
        common = sum((_overlap(one, other) for other in others), dt.timedelta())
        length, shared = length + (one.end - one.start), shared + common
        share = one.observed_share
        # all of it may have been in the hours that only this one counts
        low += one.count if common == one.end - one.start else 0
        if share is None or share == 1:
            high += one.count
        else:
            high += max(one.count, _down(one.count / share)) if share > 0 else float("inf")
            why.append(
                f"{one.observer} observed {share:.0%} of {one.sector} from {clock(one.start, time_zone)}."
            )
    if length > shared:
        why.append(
            f"{own[0].observer} counts {length / HOUR:g} hours, of which {others[0].observer} counts {shared / HOUR:g}."
        )
    return low, high


def _overlaps_itself(own: tuple[Tally, ...]) -> bool:
    return any(one.end > two.start for one, two in pairwise(sorted(own, key=lambda one: one.start)))


def _overlap(one: Tally, two: Tally) -> dt.timedelta:
    return max(min(one.end, two.end) - max(one.start, two.start), dt.timedelta())


def _listed(words: set[str]) -> str:
    return " and ".join(sorted(words))
