"""How probably each incident happened in some of the agreement's sectors, from and to."""

from __future__ import annotations

import datetime as dt
from itertools import combinations
from typing import Any

import numpy as np
import pyarrow as pa

from holdfast.monitoring._columns import Codes, Columns, Floats, Mask
from holdfast.monitoring.agreement import Agreement, Where

arrow: Any = pa

__all__ = ["inside_sectors"]


def inside_sectors(
    agreement: Agreement, incidents: Columns, sectors: tuple[str, ...]
) -> tuple[Floats, Floats, Mask]:
    """Return for each incident the probability that it happened in one of these sectors, from and to, and whether that is in doubt.

    Where a sector is named, or a position leaves none in doubt, it is 0 or 1. Where the position leaves several possible, it is what the
    position gives them (column `sectors`); where it contradicts the sector that is named, the range holds what both say.

    Parameters
    ----------
    agreement
        Whose sectors they are.
    incidents
        With sector_id and, where they are known, lat and sectors.
    sectors
        Ids.
    """
    inside = incidents.translated("sector_id", dict.fromkeys(sectors, 1), missing=0) == 1
    nowhere = incidents.codes("sector_id")[0] < 0
    undrawn = any(agreement.sectors[name].zone is None for name in sectors)
    open_ = nowhere if undrawn else nowhere & np.isnan(incidents.floats("lat"))
    low, high = inside.astype(np.float64), (inside | open_).astype(np.float64)
    doubtful = open_.copy()
    if not incidents.has("sectors"):
        return low, high, doubtful
    rows, row_of, names, chances = _possible(incidents)
    if not len(rows):
        return low, high, doubtful
    unknown = np.isnan(chances)
    chances = np.where(unknown, 0.0, chances)
    blind = np.bincount(row_of, unknown, len(rows)) > 0
    mine = np.isin(names, sectors)
    total = np.bincount(row_of, chances, len(rows))
    least = most = np.minimum(np.bincount(row_of, chances * mine, len(rows)), 1.0)
    if len(sectors) > 1:
        largest = np.zeros(len(rows))
        np.maximum.at(largest, row_of, chances * mine)
        least = np.where(_overlapping(agreement, sectors, incidents.seconds("start")[rows]), largest, least)
    if undrawn:
        most = np.minimum(most + np.maximum(1.0 - total, 0.0), 1.0)
    least, most = np.where(blind, 0.0, least), np.where(blind, 1.0, most)
    said = incidents.codes("sector_id")
    words = np.array([*said[1], ""], dtype=object)[said[0][rows]]
    own = np.bincount(row_of, chances * (names == words[row_of]), len(rows))
    against = ~nowhere[rows] & (own < 0.5)
    low[rows] = np.where(against, np.minimum(low[rows], least), least)
    high[rows] = np.where(against, np.maximum(high[rows], most), most)
    doubtful[rows] = (low[rows] < 1.0) & (high[rows] > 0.0)
    return low, high, doubtful


def _possible(incidents: Columns) -> tuple[Codes, Codes, Any, Floats]:
    """Return the incidents in doubt, and for each sector possible for one which of them, its name and its probability."""
    column = incidents.table["sectors"].combine_chunks()
    column = column.combine_chunks() if isinstance(column, arrow.ChunkedArray) else column
    rows: Codes = np.flatnonzero(np.asarray(column.is_valid()))
    chosen: list[list[tuple[str, float | None]]] = column.take(arrow.array(rows)).to_pylist()
    row_of = np.repeat(np.arange(len(rows)), [len(one) for one in chosen])
    names = np.array([name for one in chosen for name, _ in one], dtype=object)
    chances = np.array([np.nan if p is None else p for one in chosen for _, p in one], dtype=np.float64)
    return rows, row_of, names, chances


def _overlapping(agreement: Agreement, sectors: tuple[str, ...], seconds: Floats) -> Mask:
    """Say of each time whether two of the sectors share some ground then, or a day before or after: days are local."""
    zones = [zone for name in sectors if (zone := agreement.sectors[name].zone) is not None]
    cuts = sorted(
        {day for zone in zones for day in agreement.atlas.changes(Where.model_validate({"inside": zone}))}
    )
    shared: list[bool] = []
    for day in [dt.date.min, *cuts]:
        places = [place.zone for zone in zones if (place := agreement.atlas.zone(zone, day)) is not None]
        shared.append(any(one.holds(other) is not False for one, other in combinations(places, 2)))
    days = np.floor(np.nan_to_num(seconds) / 86_400.0)
    begins = np.array([(cut - dt.date(1970, 1, 1)).days for cut in cuts], dtype=np.float64)
    found = [np.array(shared)[np.searchsorted(begins, days + aside, side="right")] for aside in (-1, 0, 1)]
    return np.any(found, axis=0)
