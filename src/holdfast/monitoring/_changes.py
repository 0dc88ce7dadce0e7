"""What evidence would change whether a trigger is met, worked out and said in sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from holdfast.monitoring._columns import Codes, Floats, Mask
from holdfast.monitoring._counted import CLAIMED, FACTS
from holdfast.monitoring._reading import Gap, Reading, nearest_day
from holdfast.monitoring._tails import MOST_WORK, SURE, Whole, below, between
from holdfast.monitoring._windows import Windows
from holdfast.scenario.reading import listed

__all__ = ["spoken", "would_change"]

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
MORE = {
    "incident": ("breach", "breaches"),
    "effect": ("effect of breaches", "effects of breaches"),
    "presence": ("weapon or work in breach", "weapons or works in breach"),
    "refusal": ("refusal of access", "refusals of access"),
}
ALL_CLAIMS = (1 << len(CLAIMED)) - 1


def spoken(day: dt.date) -> str:
    """Write a date as one says it.

    Examples
    --------
    >>> spoken(dt.date(2021, 3, 4))
    '4 March 2021'
    """
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def would_change(reading: Reading, met: tuple[int, int, int] | None, state: str) -> Iterator[str]:
    """Say what evidence would change the answer.

    Parameters
    ----------
    reading
        What the trigger sees.
    met
        The first window that is met, as `Reading.first_met` gives it.
    state
        The answer.
    """
    if not reading.days:
        yield f"It holds from {spoken(reading.begin)} on, which is later than the last day that is looked at."
        return
    if met is not None:
        yield from _withdrawn(reading, *met)
        return
    if reading.width >= 1:
        yield _more(reading)
        yield from _graded(reading)
    if state == "cannot be told":
        yield from _known(reading)
        yield from _watched(reading)


def _when(reading: Reading, width: int, last: int) -> str:
    first, day = max(last - width + 1, 0), spoken(reading.date(last))
    length = last - first + 1
    if length == 1:
        return f"on {day}"
    return f"in the week to {day}" if length == 7 else f"in the {length} days to {day}"


def _count(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def _incidents(number: int) -> str:
    return _count(number, "incident", "incidents")


@dataclass(slots=True)
class _Local:
    """What may count in one window from one source: weights, probabilities now, places in the case, and what is needed."""

    weight: Whole
    p: Floats
    place: Codes
    whole: Mask
    need: int
    probability: float
    known: dict[tuple[bytes, bytes], Floats] = field(default_factory=dict[tuple[bytes, bytes], Floats])

    def reached(self, p: Floats) -> bool:
        """Whether it would be met with these probabilities."""
        sure = p >= 1.0 - SURE
        rest = self.need - int(self.weight[sure].sum())
        some = ~sure & (p > SURE)
        weight, chance = self.weight[some], p[some]
        if rest <= 0:
            least = 1.0
        elif self.need * len(np.unique(weight)) > MOST_WORK:
            least = between(weight, chance, rest)[0]
        else:
            # often only what is sure changes
            key = some.tobytes(), chance.tobytes()
            if key not in self.known:
                self.known[key] = np.cumsum(below(weight, chance, self.need))
            least = 1.0 - float(self.known[key][rest - 1])
        return least >= self.probability - SURE and least > SURE

    def fewest(self, changed: Mask, p: Floats) -> tuple[int, int] | None:
        """Return how many must change at least for it to be met (or met no longer), and of how many; None where all do not suffice.

        Those that make most difference change first.
        """
        places = np.flatnonzero(changed & (np.abs(p - self.p) > SURE))
        if not len(places):
            return None
        now = self.reached(self.p)
        order = places[np.argsort(-self.weight[places] * np.abs(p - self.p)[places], kind="stable")]

        def turned(number: int) -> bool:
            tried = self.p.copy()
            tried[order[:number]] = p[order[:number]]
            return self.reached(tried) is not now

        if not turned(len(order)):
            return None
        low, high = 0, len(order)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if turned(middle) else (middle, high)
        return high, len(order)


def _locals(reading: Reading, width: int, last: int) -> list[_Local]:
    """Return what may count in one window, source by source; tallies that others repeat are left out."""
    first = max(last - width + 1, 0)
    case, items = reading.case, reading.items
    here = (reading.first <= last) & (reading.last >= first) & (items.weight > 0)
    found: list[_Local] = []
    for layer in reading.layers:
        place = np.flatnonzero(here & layer)
        if not len(place):
            continue
        whole = (reading.first[place] >= first) & (reading.last[place] <= last)
        now = np.where(whole, items.p[place], 0.0)
        need = case.low.need(reading.trigger.count.at_least)
        found.append(_Local(items.weight[place], now, place, whole, need, reading.trigger.probability))
    return found


def _fullest(reading: Reading, extra: Floats) -> int:
    """Return the last day of the window in which so much more, and what is there, is most; of several the latest."""
    last = reading.last
    kept = (last >= 0) & (last < reading.days)
    p = (reading.items.p + extra)[kept]
    daily = np.bincount(last[kept], reading.items.weight[kept] * p, reading.days)
    total = np.concatenate([[0.0], np.cumsum(daily)])
    ends = np.arange(reading.days)
    found = total[ends + 1] - total[np.maximum(ends - reading.width + 1, 0)]
    return int(np.flatnonzero(found >= found.max() - 1e-9)[-1])


def _fewest(reading: Reading, last: int, chosen: Mask, p: Floats, width: int) -> tuple[int, int] | None:
    """Return the fewest incidents of those chosen that would have to count, over the sources."""
    found = [
        few
        for own in _locals(reading, width, last)
        if (few := own.fewest(chosen[own.place], np.where(chosen[own.place], p[own.place], own.p)))
        is not None
    ]
    return min(found, default=None)


def _more(reading: Reading) -> str:
    trigger, case = reading.trigger, reading.case
    nearest: tuple[float, int, Windows] | None = None
    for windows in reading.surely:
        if windows.expected.size:
            full = windows.expected[0]
            last = int(np.flatnonzero(full >= full.max() - 1e-9)[-1])
            if nearest is None or float(full[last]) > nearest[0]:
                nearest = float(full[last]), last, windows
    if nearest is None:
        last, lacking = reading.days - 1, case.low.need(trigger.count.at_least)
    else:
        _, last, windows = nearest
        lacking = windows.lacking(last, trigger.probability)
    number = max(1, -(-lacking // case.low.scale))
    by = (
        ""
        if trigger.by is None
        else f" by {listed([reading.ledger.agreement.parties[id_].name for id_ in trigger.by])}"
    )
    grade = trigger.grade.occurrence
    others = [
        f"{name} {step}"
        for name, step in (("breach", trigger.grade.breach), ("attribution", trigger.grade.attribution))
        if step is not None and step != "reported"
    ]
    also = f" ({listed(others)})" if others else ""
    more = _count(number, *(f"more {word}" for word in MORE[trigger.count.unit]))
    verb = "was" if number == 1 else "were"
    return f"Met if {more}{by} {verb} {grade}{also} {_when(reading, reading.width, last)}."


def _graded(reading: Reading) -> Iterator[str]:
    """Say which claims of how many incidents would need a higher grade."""
    case, grade = reading.case, reading.trigger.grade
    steps = (grade.occurrence, grade.breach, grade.attribution)
    bits = [1 << n for n in range(len(CLAIMED)) if np.any(case.lacks == 1 << n)]
    for lacks in [*bits, ALL_CLAIMS]:
        chosen = ((case.lacks & ~lacks) == 0) & (case.lacks > 0) & (case.could_low > 0.0)
        if not np.any(chosen):
            continue
        last = _fullest(reading, np.where(chosen, case.could_low, 0.0))
        whole = chosen & (reading.first >= max(last - reading.width + 1, 0)) & (reading.last <= last)
        if (few := _fewest(reading, last, whole, case.could_low, reading.width)) is None:
            continue
        low = int(np.bitwise_or.reduce(case.lacks[whole]))
        asked = [f"{name} {steps[n]}" for n, name in enumerate(CLAIMED) if low & (1 << n)]
        when = _when(reading, reading.width, last)
        yield f"Met if {few[0]} of {_incidents(few[1])} {when} had the grades that are asked for: {listed(asked)}."
        return


def _known(reading: Reading) -> Iterator[str]:
    """Say which facts would decide it, if they were known."""
    case, windows = reading.case, reading.possibly
    if not windows.upper.size or not np.any(windows.upper > 0.0):
        return
    last = nearest_day(windows)
    open_ = (case.p_low < case.p_high) & (case.lacks == 0)
    single = [(name, open_ & (case.unknown == 1 << n)) for n, name in enumerate(FACTS)]
    single = [(name, chosen) for name, chosen in single if np.any(chosen)]
    told = [said for name, chosen in single if (said := _fact(reading, last, name, chosen)) is not None]
    if not told and len(single) != 1:
        said = _fact(reading, last, "facts that are not known", open_ & (case.unknown > 0))
        told = [said] if said is not None else []
    yield from told
    if not told:
        yield from _probable(reading, last)
    yield from _dated(reading, last)
    if np.any(case.wanting & (case.p_high > 0.0)):
        yield "Told if the agreement's file said how many effects make an incident (counting.effects_per_incident)."


def _fact(reading: Reading, last: int, name: str, chosen: Mask) -> str | None:
    if not np.any(chosen):
        return None
    case = reading.case
    first = max(last - reading.widest + 1, 0)
    here = chosen & (reading.first <= last) & (reading.last >= first)
    few = _fewest(reading, last, chosen, case.p_high, reading.width) if reading.width else None
    less = reading.with_case(case.p_low, np.where(chosen, case.p_low, case.p_high))
    refuted = not reading.gaps and reading.no(less.most())
    number = int(np.count_nonzero(here))
    what = name if name.startswith("facts") else f"the {name}"
    if few is not None and refuted:
        return (
            f"Told if {what} of {_incidents(few[1])} {_when(reading, reading.width, last)} were known: "
            f"met if {few[0]} of them {'counts' if few[0] == 1 else 'count'}."
        )
    if few is not None:
        return f"Met if {what} of {few[0]} of {_incidents(few[1])} {_when(reading, reading.width, last)} made them count."
    if refuted and number:
        return f"Not met if {what} of {_incidents(int(np.count_nonzero(chosen)))} were known and made none of them count."
    return None


def _probable(reading: Reading, last: int) -> Iterator[str]:
    """Say how many of those that may be breaches would have to be, where no fact that is not known decides it."""
    case = reading.case
    chosen = (case.p_low < 1.0 - SURE) & (case.p_high > SURE) & (case.lacks == 0)
    if not reading.width:
        return
    few = _fewest(reading, last, chosen, np.ones(len(case.rows)), reading.width)
    if few is not None:
        when = _when(reading, reading.width, last)
        yield f"Met if it were sure of {few[0]} of {_incidents(few[1])} {when} that they are breaches."


def _dated(reading: Reading, last: int) -> Iterator[str]:
    """Say how many incidents and tallies that may lie elsewhere in time would have to lie in the window."""
    case, items = reading.case, reading.items
    first = max(last - reading.width + 1, 0)
    outside = (reading.first < first) | (reading.last > last)
    chosen = outside & (reading.first <= last) & (reading.last >= first) & (case.lacks == 0)
    if not np.any(chosen) or not reading.width:
        return
    few = _fewest(reading, last, chosen, case.p_low, reading.width)
    if few is not None:
        what = "tallies and incidents" if np.any(items.times.tally[items.row[chosen]]) else "incidents"
        when = _when(reading, reading.width, last)
        yield f"Met if {few[0]} of {few[1]} {what} whose day is not known lay wholly {when}."


def _watched(reading: Reading) -> Iterator[str]:
    """Say which days would have to be covered."""
    sectors = reading.ledger.agreement.sectors
    by_sector: dict[str, list[Gap]] = {}
    for gap in reading.gaps:
        by_sector.setdefault(gap.sector, []).append(gap)
    if not by_sector:
        return
    said = [
        f"the {_count(sum(gap.days for gap in gaps), 'day', 'days')} not observed in {sectors[name].name if name in sectors else name}"
        for name, gaps in by_sector.items()
    ]
    if reading.no(reading.most()):
        yield f"Told if {listed(said)} were covered."
    else:
        yield f"Not met only if {listed(said)} were covered, too."


def _withdrawn(reading: Reading, layer: int, n: int, last: int) -> Iterator[str]:
    """Say how many incidents would have to fall away for the first window that was met to be met no longer."""
    windows = reading.surely[layer]
    span = windows.spans[n]
    width = span * windows.width
    first = max(last - width + 1, 0)
    counted = reading.layers[layer] & (reading.items.p > 0.0) & (reading.items.weight > 0)
    place = np.flatnonzero(counted & (reading.first >= first) & (reading.last <= last))
    local = _Local(
        reading.items.weight[place],
        reading.items.p[place],
        place,
        np.ones(len(place), dtype=bool),
        windows.need_of(span),
        reading.trigger.probability,
    )
    few = local.fewest(np.ones(len(place), dtype=bool), np.zeros(len(place)))
    others = int(np.count_nonzero(np.any(windows.lower >= reading.trigger.probability, axis=0))) - 1
    if few is not None:
        rest = (
            ""
            if others < 1
            else f" {_count(others, 'other window reaches', 'other windows reach')} it as well."
        )
        yield (
            f"Not met {_when(reading, width, last)} if {few[0]} of the {few[1]} incidents and tallies that count there"
            f" did not happen, or were no breaches.{rest}"
        )
