"""What evidence would change whether a trigger is met, worked out and said in sentences."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from holdfast.monitoring._columns import Floats, Mask
from holdfast.monitoring._counted import CLAIMED, FACTS, PLACE
from holdfast.monitoring._local import Few, Local, few_of
from holdfast.monitoring._reading import Gap, Reading
from holdfast.monitoring._sentences import number_of, some_of, spoken, spoken_days
from holdfast.monitoring._tails import SURE
from holdfast.scenario.reading import listed

__all__ = ["would_change"]

MORE = {
    "incident": ("breach", "breaches"),
    "effect": ("effect of breaches", "effects of breaches"),
    "presence": ("weapon or work in breach", "weapons or works in breach"),
    "refusal": ("refusal of access", "refusals of access"),
}
SEEN = {
    "weapon": ("weapon in breach", "weapons in breach"),
    "works": ("work in breach", "works in breach"),
}
"""What is seen where a trigger's articles forbid only that."""
ALL_CLAIMS = (1 << len(CLAIMED)) - 1


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
        yield (
            f"It holds from {spoken(reading.begin)} on, which is later than the last day that is looked at."
            if reading.begin > reading.ledger.last_day
            else "None of its articles is in force on a day on which it holds."
        )
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
    first = max(last - width + 1, 0)
    return spoken_days(reading.date(first), reading.date(last))


def _locals(reading: Reading, width: int, last: int) -> list[Local]:
    """Return what may count in one window, source by source; tallies that others repeat are left out."""
    first = max(last - width + 1, 0)
    case, trigger = reading.case, reading.trigger
    here = (reading.first <= last) & (reading.last >= first) & case.counting
    found: list[Local] = []
    for layer in reading.layers:
        place = np.flatnonzero(here & layer)
        if not len(place):
            continue
        whole = (reading.first[place] >= first) & (reading.last[place] <= last)
        now = np.where(whole, reading.items.p[place], 0.0)
        needs = tuple(one.need(trigger.count.at_least) for one in case.lows)
        found.append(Local(few_of(case, place), needs, now, place, trigger.probability))
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


def _fewest(reading: Reading, last: int, chosen: Mask, p: Floats, width: int) -> Few | None:
    """Return the fewest incidents of those chosen that would have to count, over the sources."""
    found = [
        few
        for own in _locals(reading, width, last)
        if (few := own.fewest(chosen[own.place], np.where(chosen[own.place], p[own.place], own.p)))
        is not None
    ]
    return min(found, default=None)


def _words(reading: Reading) -> tuple[str, str]:
    trigger, articles = reading.trigger, reading.ledger.agreement.articles
    kinds = {kind for article in trigger.articles for kind in articles[article].forbids}
    if trigger.count.unit == "presence" and len(kinds) == 1:
        return SEEN.get(next(iter(kinds)), MORE["presence"])
    return MORE[trigger.count.unit]


def _more(reading: Reading) -> str:
    trigger = reading.trigger
    most = math.ceil(trigger.count.at_least)
    last = reading.days - 1 if reading.nearest is None else reading.nearest
    lacking = [
        windows.lacking(last, trigger.probability, most)
        for windows in reading.surely
        if windows.expected.size
    ]
    number = max(1, min(lacking, default=most))
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
    more = number_of(number, *(f"more {word}" for word in _words(reading)))
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
        # what counts nowhere as it is graded may do so elsewhere than in the window that came nearest
        for last in (reading.nearest, _fullest(reading, np.where(chosen, case.could_low, 0.0))):
            if last is None:
                continue
            whole = chosen & (reading.first >= max(last - reading.width + 1, 0)) & (reading.last <= last)
            if (few := _fewest(reading, last, whole, case.could_low, reading.width)) is None:
                continue
            low = int(np.bitwise_or.reduce(case.lacks[whole]))
            asked = [f"{name} {steps[n]}" for n, name in enumerate(CLAIMED) if low & (1 << n)]
            when = _when(reading, reading.width, last)
            yield f"Met if {few.said()} {when} had the grades that are asked for: {listed(asked)}."
            return


def _known(reading: Reading) -> Iterator[str]:
    """Say which facts would decide it, if they were known."""
    case, windows = reading.case, reading.possibly
    last = reading.nearest
    if last is None or not np.any(windows.upper > 0.0):
        return
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
    yield from _rated(reading)
    if np.any(case.wanting & (case.p_high > 0.0)):
        yield "Told if the agreement's file said how many effects make an incident (counting.effects_per_incident)."


def _rated(reading: Reading) -> Iterator[str]:
    """Say how much would have to be known of how many effects an incident makes."""
    rate = reading.ledger.agreement.counting.effects_per_incident
    lows = reading.case.lows
    if rate is None or len(lows) == 1:
        return
    effects = reading.trigger.count.unit == "effect"
    # as many effects as the parts' ends stand for, the least that would have to be known first
    ends = ((1, rate.low), (2, rate.high)) if effects else ((1, rate.high), (0, rate.low))
    for n, end in ends:
        best = max((windows.under(n).best()[0] for windows in reading.surely), default=0.0)
        if best >= reading.trigger.probability - SURE and best > SURE:
            bound = f"{end:g} effects or {'more' if effects else 'fewer'}"
            bound = bound if end != 1 else "1 effect or more" if effects else "1 effect only"
            yield f"Met if it were sure that an incident makes {bound}."
            return


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
    when = _when(reading, reading.width, last) if reading.width else ""
    if few is not None and refuted:
        met = "it counts" if few.total == 1 else f"{few.of_them()} {'counts' if few.number == 1 else 'count'}"
        return f"Told if {what} of {some_of(few.total)} {when} were known: met if {met}."
    if few is not None:
        return f"Met if {what} of {few.said()} {when} made {'it' if few.number == 1 else 'them'} count."
    if refuted and number:
        total = int(np.count_nonzero(chosen))
        none = "did not make it count" if total == 1 else "made none of them count"
        return f"Not met if {what} of {some_of(total)} were known and {none}."
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
        breaches = "it is a breach" if few.number == 1 else "they are breaches"
        sectors = reading.trigger.sectors
        if sectors is not None and np.any(chosen & (case.unknown & PLACE > 0)):
            breaches += f" in {listed([reading.ledger.agreement.sectors[name].name for name in sectors])}"
        yield f"Met if it were sure of {few.said()} {when} that {breaches}."


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
        tallies = bool(np.any(items.times.tally[items.row[chosen]]))
        one, several = (
            ("incident or tally", "incidents and tallies") if tallies else ("incident", "incidents")
        )
        when = _when(reading, reading.width, last)
        yield f"Met if {few.said(one, several)} whose day is not known lay wholly {when}."


def _watched(reading: Reading) -> Iterator[str]:
    """Say which days would have to be covered."""
    sectors = reading.ledger.agreement.sectors
    by_sector: dict[str, list[Gap]] = {}
    for gap in reading.gaps:
        by_sector.setdefault(gap.sector, []).append(gap)
    if not by_sector:
        return
    said = [
        f"the {number_of(sum(gap.days for gap in gaps), 'day', 'days')} not observed in {sectors[name].name if name in sectors else name}"
        for name, gaps in by_sector.items()
    ]
    if reading.no(reading.most()):
        yield f"Told if {listed(said)} were covered."
    else:
        yield f"Not met only if {listed(said)} were covered, too."


def _withdrawn(reading: Reading, layer: int, n: int, last: int) -> Iterator[str]:
    """Say which incidents would have to fall away for the first window that was met to be met no longer."""
    windows = reading.surely[layer]
    span = windows.spans[n]
    width = span * windows.width
    first = max(last - width + 1, 0)
    local = _within(reading, layer, n, last)
    few = local.fewest(np.ones(len(local.place), dtype=bool), np.zeros(len(local.place)))
    if few is None:
        return
    rest = _still_met(reading, span, last, few)
    by = ""
    if (also := list(_also_met(reading, layer, first, last))) and few.number < few.total:
        few = few.only_first()
    if any(one.reached(np.where(np.isin(one.place, few.chosen), 0.0, one.p)) for one in also):
        by = ", as far as one source counts,"
        rest += " What another source counts in these days reaches it by itself."
    which = few.said("incident or tally", "incidents and tallies", article="the ")
    ends = "was no breach" if few.number == 1 else "were no breaches"
    count = "counts" if few.total == 1 else "count"
    yield f"Not met {_when(reading, width, last)}{by} if {which} that {count} there did not happen, or {ends}.{rest}"


def _still_met(reading: Reading, span: int, last: int, few: Few) -> str:
    """Say which other windows reach the threshold: how many, or where it would be met with what has no certain day."""
    probability = reading.trigger.probability
    single = [one.lower[0] >= probability for one in reading.surely if one.lower.size]
    reached = np.any(single, axis=0)
    others = int(np.count_nonzero(reached)) - int(span == 1 and reached[last])
    if others:
        return f" {number_of(others, 'other window reaches', 'other windows reach')} it as well."
    if all(len(one.spans) == 1 for one in reading.surely):
        return ""
    p_low = reading.case.p_low.copy()
    p_low[list(few.chosen)] = 0.0
    if (met := reading.with_case(p_low, reading.case.p_high).first_met()) is None:
        return ""
    layer, n, then = met
    return f" It would still be met {_when(reading, reading.surely[layer].spans[n] * reading.width, then)}."


def _also_met(reading: Reading, layer: int, first: int, last: int) -> Iterator[Local]:
    """Return the windows in these days in which another source, or other tallies of the same one, reach the threshold too."""
    for other, windows in enumerate(reading.surely):
        for n, span in enumerate(windows.spans if other != layer else ()):
            begin = first + span * windows.width - 1 if first else 0
            met = np.flatnonzero(windows.lower[n, begin : last + 1] >= reading.trigger.probability)
            yield from (_within(reading, other, n, begin + end) for end in met.tolist())


def _within(reading: Reading, layer: int, n: int, last: int) -> Local:
    """Return what counts in one span of windows by one source."""
    windows = reading.surely[layer]
    span = windows.spans[n]
    first = max(last - span * windows.width + 1, 0)
    counted = reading.layers[layer] & (reading.items.p > 0.0) & reading.case.counting
    place = np.flatnonzero(counted & (reading.first >= first) & (reading.last <= last))
    needs = tuple(part.need_of(span) for part in windows.parts)
    return Local(
        few_of(reading.case, place), needs, reading.items.p[place], place, reading.trigger.probability
    )
