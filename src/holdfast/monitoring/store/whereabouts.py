"""In which sectors a report may have been: as received, and as corrected at any time; by what it names, and by its position.

A report that names one sector may lie in another by its position; a correction of its latitude moves it as one of its sector does. What
an export leaves out follows from all of these, since whoever may not be told of a sector may not be told of what may lie there.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from holdfast.monitoring.agreement import Agreement
from holdfast.monitoring.store.sectors import PLACE_COLUMNS, in_no_sector, inside_sectors

__all__ = ["MAY_LIE", "possible_sectors"]

MAY_LIE = 0.01
"""A position that lies in a sector with more than this may lie there. Judgement: one chance in a hundred of telling what is kept."""
_PLACED = frozenset({*PLACE_COLUMNS, "sector", "start"})
"""Fields that say where a report was; `start`, since a sector may be drawn differently from some day on."""

Said = Mapping[str, Any]


def possible_sectors(
    agreement: Agreement,
    reports: Iterable[tuple[str, Said]],
    corrections: Mapping[str, Sequence[Said]],
    of_interest: Iterable[str],
) -> dict[str, set[str]]:
    """Return, by report, the sectors that it may lie in; "" among them where it may lie in any.

    Parameters
    ----------
    agreement
        Whose sectors count, as they are drawn on the day of the report.
    reports
        Each one's id and fields, as received.
    corrections
        By report, what was corrected, one after the other.
    of_interest
        Sectors whose positions are looked at; what a report names is returned in any case.
    """
    found: dict[str, set[str]] = defaultdict(set)
    placed: list[tuple[str, Said]] = []
    for id_, received in reports:
        # a report that names no sector, or none that is known, may be from anywhere, whatever else it says
        for said in _states(received, corrections.get(id_, ())):
            found[id_].add(agreement.id_of("sectors", said.get("sector")) or "")
            if said.get("lat") is not None and said.get("lon") is not None:
                placed.append((id_, {name: said.get(name) for name in _PLACED}))
    kept = sorted(set(of_interest) & agreement.sectors.keys())
    for sector, may_lie in zip(
        kept, _by_position(agreement, [said for _, said in placed], kept), strict=True
    ):
        for row in np.flatnonzero(may_lie):
            found[placed[row][0]].add(sector)
    return found


def _states(received: Said, corrections: Sequence[Said]) -> list[Said]:
    """Return a report as it was received, and as it was after each correction of its place."""
    states = [received]
    for change in corrections:
        now = {**states[-1], **{name: value for name, value in change.items() if name in _PLACED}}
        if now != states[-1]:
            states.append(now)
    return states


def _by_position(
    agreement: Agreement, placed: Sequence[Said], kept: Sequence[str]
) -> list[NDArray[np.bool_]]:
    """Return, for each sector that is kept and each position, whether it may lie there; where nobody knows, it may."""
    if not placed:
        return [np.zeros(0, dtype=np.bool_) for _ in kept]
    columns = {
        name: np.array([said[name] for said in placed], dtype=object if name == "shape" else np.float64)
        for name in PLACE_COLUMNS
    }
    zone = ZoneInfo(agreement.time_zone)
    days = np.array(
        [dt.datetime.fromisoformat(said["start"]).astimezone(zone).date() for said in placed],
        "datetime64[D]",
    )
    zoned = [id_ for id_, sector in agreement.sectors.items() if sector.zone is not None]
    inside, drawn = inside_sectors(agreement, zoned, columns, days)
    nowhere = in_no_sector(inside)
    found: list[NDArray[np.bool_]] = []
    for sector in kept:
        probability = nowhere
        if sector in zoned:
            row = zoned.index(sector)
            probability = np.where(drawn[row], inside[row], nowhere)
        found.append(~(probability <= MAY_LIE))
    return found
