"""What falls due: each trigger of an agreement against what was found, as of a day.

    met             in some window of days it is as probable as the trigger asks that the threshold was reached
    not met         in no window is it more probable than the rest, and no day that could matter went unobserved
    cannot be told  all between

A trigger says how many breaches in how many days make a commitment fall due, and how sure each of the three claims must be. The days are
those of the agreement's time zone, and a window may begin on any of them. Within a window the number of breaches is a sum of
independent incidents, each of which is a breach with a probability between its finding's p_low and p_high. So the probability
that the threshold was reached is a range, too: from what is surely there to what may be. What each window may hold stands in `_windows`,
how units are converted in `_units`, which incidents count in `_counted`, and what would change the answer in `_changes`.

Nothing here says what anybody should do: a commitment that falls due is for those who made it, and for the bodies that decide.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from holdfast.monitoring._changes import would_change
from holdfast.monitoring._columns import Columns
from holdfast.monitoring._counted import Ledger
from holdfast.monitoring._reading import Gap, Reading, gaps_of
from holdfast.monitoring._units import MOST
from holdfast.monitoring.agreement import Agreement

__all__ = ["SHOWN", "Due", "State", "fall_due"]

State = Literal["met", "not met", "cannot be told"]
SHOWN = 20
"""How many of the incidents that an answer rests on are named."""


@dataclass(frozen=True, slots=True)
class Due:
    """Whether a trigger is met.

    Parameters
    ----------
    id, title
        Of the trigger.
    state
        The answer.
    probability
        That the threshold was reached, from and to, in the window that is likeliest to have reached it. To 1 where days went unobserved.
    probability_reported
        The upper end if nothing had happened on days that were not observed.
    window
        Its first and last day: the first window that was met, or else the one that may have come nearest; None where there is nothing
        to count. Where it is longer than the trigger's, some window in it was met, and it is not known which.
    first_met
        The day on which it was first met.
    count
        How many are expected in that window, from and to; to None where no rate converts what was counted.
    threshold, unit, within_days
        As the trigger asks.
    rests_on, rests_on_all
        Ids of the incidents that count most in that window, and how many there are in all.
    not_observed
        Days in the trigger's time and sectors that were not observed.
    would_change
        What evidence would change the answer, a sentence each.
    commitment
        What falls due: scenario, proposal, pledge; None where the trigger names none.
    """

    id: str
    title: str
    state: State
    probability: tuple[float, float]
    probability_reported: float
    window: tuple[dt.date, dt.date] | None
    first_met: dt.date | None
    count: tuple[float, float | None]
    threshold: float
    unit: str
    within_days: float
    rests_on: tuple[str, ...]
    rests_on_all: int
    not_observed: tuple[Gap, ...]
    would_change: tuple[str, ...]
    commitment: dict[str, str] | None

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data; dates as text."""
        gaps = [
            {"sector": gap.sector, "since": str(gap.since), "until": str(gap.until)}
            for gap in self.not_observed
        ]
        return {
            "id": self.id,
            "title": self.title,
            "state": self.state,
            "probability": list(self.probability),
            "probability_reported": self.probability_reported,
            "window": None if self.window is None else [str(day) for day in self.window],
            "first_met": None if self.first_met is None else str(self.first_met),
            "count": list(self.count),
            "threshold": self.threshold,
            "unit": self.unit,
            "within_days": self.within_days,
            "rests_on": list(self.rests_on),
            "rests_on_all": self.rests_on_all,
            "not_observed": gaps,
            "would_change": list(self.would_change),
            "commitment": self.commitment,
        }


def fall_due(
    agreement: Agreement, incidents: Any, findings: Any, not_observed: Any, as_of: dt.date
) -> list[Due]:
    """Say of each trigger whether it is met.

    Parameters
    ----------
    agreement
        Whose triggers are meant.
    incidents
        With their claims settled (`claims.settle_incidents`): incident, start, end (UTC), unit, count, occurrence, and, where they are
        known, kind, sector_id, lat, by, by_id, attribution, occurred, not_by, tally, observers.
    findings
        With theirs (`claims.settle_findings`): incident (its id, or its row), article, p_low, p_high, and, where they are known, unknown,
        breach and claimed.
    not_observed
        As `observed.not_observed` gives it; with a column article, where a row concerns triggers of this article only.
    as_of
        The last day that is looked at. What happened later does not count; what is known of the days before does, whenever it
        came to be known.

    Returns
    -------
    list of Due
        In the order of the agreement. Probabilities are bounds: the lower is never too high, nor the upper too low, but for 1e-9.

    Raises
    ------
    InputError
        When a column is absent that is needed, or cannot be used.
    """
    ledger = Ledger(agreement, incidents, findings, as_of)
    blind = Columns(not_observed, "days not observed", ["sector_id", "since", "until"]).table.to_pylist()
    return [_due(ledger, id_, blind) for id_ in agreement.triggers]


def _due(ledger: Ledger, id_: str, blind: list[dict[str, Any]]) -> Due:
    trigger = ledger.agreement.triggers[id_]
    reading = Reading(ledger, trigger, gaps_of(ledger, trigger, blind))
    met = reading.first_met()
    least, most = reading.least(), reading.most()
    state: State = "cannot be told"
    if met is not None:
        state = "met"
    elif reading.no(most) and not reading.gaps:
        state = "not met"
    window, count, place = _met(reading, met) if met is not None else _nearest(reading)
    rests = _rests(reading, place)
    return Due(
        id=id_,
        title=trigger.title,
        state=state,
        probability=(least, 1.0 if reading.gaps else most),
        probability_reported=most,
        window=window,
        first_met=None if met is None else reading.date(met[2]),
        count=count,
        threshold=trigger.count.at_least,
        unit=trigger.count.unit,
        within_days=trigger.within_days,
        rests_on=tuple(ledger.ids.take(rests[:SHOWN]).to_pylist()),
        rests_on_all=len(rests),
        not_observed=tuple(reading.gaps),
        would_change=tuple(would_change(reading, met, state)),
        commitment=None if trigger.commitment is None else trigger.commitment.model_dump(),
    )


Found = tuple[tuple[dt.date, dt.date] | None, tuple[float, float | None], Any]


def _met(reading: Reading, met: tuple[int, int, int]) -> Found:
    """Return the window that was met first, and what counts in it."""
    layer, n, last = met
    windows = reading.surely[layer]
    span = windows.spans[n]
    first = max(last - span * windows.width + 1, 0)
    low = float(windows.expected[n, last]) / span
    counted = reading.layers[layer] & (reading.case.p_low > 0.0) & reading.case.counting
    place = np.flatnonzero(counted & (reading.first >= first) & (reading.last <= last))
    high = _expected(reading, np.flatnonzero((reading.first <= last) & (reading.last >= first)))
    return (reading.date(first), reading.date(last)), (low, None if high is None else max(low, high)), place


def _nearest(reading: Reading) -> Found:
    """Return the window that came nearest."""
    windows, last = reading.possibly, reading.nearest
    if last is None:
        return None, (0.0, 0.0), np.zeros(0, dtype=np.int64)
    first = max(last - windows.width + 1, 0)
    low = max((float(own.expected[0, last]) for own in reading.surely if own.expected.size), default=0.0)
    place = np.flatnonzero((reading.p_high > 0.0) & (reading.first <= last) & (reading.last >= first))
    high = _finite(float(windows.expected[0, last]) * reading.case.high.scale, reading)
    return (reading.date(first), reading.date(last)), (low, None if high is None else max(low, high)), place


def _expected(reading: Reading, place: Any) -> float | None:
    """Return how many of these incidents at most are expected to count."""
    return _finite(float(np.sum(reading.high.weights[place] * reading.p_high[place])), reading)


def _finite(parts: float, reading: Reading) -> float | None:
    return None if parts >= MOST / 2 else parts / reading.case.high.scale


def _rests(reading: Reading, place: Any) -> Any:
    """Return rows of the incidents, those that count most first."""
    high = reading.case.high.weights[place] * reading.case.p_high[place]
    low = reading.case.low.weights[place] * reading.case.p_low[place]
    return reading.case.rows[place][np.lexsort((reading.case.rows[place], -high, -low))]
