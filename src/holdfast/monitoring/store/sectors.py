"""In which sector a report's position lies, as a probability, and whether that agrees with the sector that it names.

A sector is taken from a position only where it lies there with a probability of at least SURE; otherwise the report has none, and
the probabilities of all sectors go with it, so that triggers can count it in each with its own. A report that names a sector keeps it;
where its position lies there with less than DOUBTED, the two contradict each other, and the probabilities go with it too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from holdfast.monitoring.agreement import Agreement, Where
from holdfast.monitoring.places import Positions, membership
from holdfast.monitoring.positions import DOUBTED
from holdfast.monitoring.store.folder import asked

arrow: Any = pa
Floats = NDArray[np.float64]

__all__ = ["PLACE_COLUMNS", "SURE", "in_no_sector", "inside_sectors", "place_reports"]

SURE = 0.95
"""From this probability on a report is counted in the sector that its position gives."""
_ROUNDING = 1e-6
PLACE_COLUMNS = ("lat", "lon", "sd_along_km", "sd_across_km", "azimuth_deg", "shape")
"""What says where a report was."""


def place_reports(con: Any, agreement: Agreement, which: str) -> None:
    """Give reports that name no sector the one that they lie in, if that can be told, and say where it is in doubt.

    Parameters
    ----------
    con
        The index; `sector_id` of its reports is what they name.
    agreement
        Whose sectors count.
    which
        Which of the reports, as SQL.
    """
    con.execute(f"update reports set sectors = null where sectors is not null and {which}")  # noqa: S608
    zoned = [id_ for id_, sector in agreement.sectors.items() if sector.zone is not None]
    if not zoned:
        return
    table = asked(
        con,
        f"select entry, (start at time zone ?)::date as day, sector_id, {', '.join(PLACE_COLUMNS)} "  # noqa: S608
        f"from reports where lat is not null and format <> 'tally' and {which}",
        [agreement.time_zone],
    )
    if not table.num_rows:
        return
    columns = {name: table[name].to_numpy(zero_copy_only=False) for name in PLACE_COLUMNS}
    days = table["day"].to_numpy(zero_copy_only=False).astype("datetime64[D]")
    inside, _ = inside_sectors(agreement, zoned, columns, days)
    place = {id_: n for n, id_ in enumerate(agreement.sectors)}
    order = np.array([place[id_] for id_ in zoned])
    said: list[str | None] = table["sector_id"].to_pylist()
    named = np.array([-1 if name is None else place[name] for name in said])
    own = _own(inside, order, named)
    best = np.argmax(inside, axis=0)
    most = inside[best, np.arange(len(named))]
    unknown = np.isnan(most)
    sure = (named < 0) & (most >= SURE)
    with np.errstate(invalid="ignore"):
        unsure = (named < 0) & ((most > 0.0) & (most < 1.0) | unknown)
        against = (named >= 0) & (own < DOUBTED)
    entries = table["entry"].to_numpy()
    ids = np.array(zoned)
    _written(con, "sector_id", entries[sure], arrow.array(ids[best[sure]], arrow.string()))
    doubt = np.flatnonzero(unsure | against)
    _written(con, "sectors", entries[doubt], _maps(zoned, inside[:, doubt]))


def inside_sectors(
    agreement: Agreement, zoned: list[str], columns: Mapping[str, Any], days: NDArray[np.datetime64]
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return for each sector that is drawn, and each position, the probability that it lies there, and whether it is drawn that day.

    Parameters
    ----------
    agreement
        Whose sectors they are.
    zoned
        Those of its sectors that have a zone.
    columns
        PLACE_COLUMNS, one value a position.
    days
        The day of each, in the agreement's time zone.

    Returns
    -------
    tuple
        Both with the shape (sectors, positions). The probability is 0 where a sector is not drawn that day, and NaN where nobody
        knows.
    """
    found = np.zeros((len(zoned), len(days)))
    drawn = np.zeros(found.shape, dtype=np.bool_)
    for number, id_ in enumerate(zoned):
        zone = agreement.sectors[id_].zone or ""
        changes = agreement.atlas.changes(Where.model_validate({"inside": zone}))
        cuts = np.array(sorted(changes), "datetime64[D]")
        part = np.searchsorted(cuts, days, side="right")
        for version in range(len(cuts) + 1):
            rows = np.flatnonzero(part == version)
            place = agreement.atlas.zone(zone, _day(days[rows[0]])) if len(rows) else None
            if place is not None:
                drawn[number, rows] = True
                chosen = Positions.from_columns({name: values[rows] for name, values in columns.items()})
                found[number, rows] = membership(place.zone, chosen.blurred(place.sd_km))
    found[found < _ROUNDING] = 0.0
    found[found > 1.0 - _ROUNDING] = 1.0
    return found, drawn


def _day(day: Any) -> dt.date:
    return day.astype(dt.date)


def in_no_sector(inside: Floats) -> Floats:
    """Return how probably each position lies in a sector that is not drawn: in what no other takes up."""
    found: Floats = np.clip(1.0 - inside.sum(axis=0), 0.0, 1.0)
    return found


def _own(inside: Floats, order: NDArray[np.intp], named: NDArray[np.intp]) -> Floats:
    """Return how probably each report lies in the sector that it names."""
    found = in_no_sector(inside)
    for number, sector in enumerate(order):
        mine = named == sector
        found[mine] = inside[number, mine]
    return found


def _maps(zoned: list[str], inside: Floats) -> Any:
    """Return the sectors that are possible, each with its probability; with none where the position says nothing."""
    possible = (inside > 0.0) | np.isnan(inside)
    rows, sectors = np.nonzero(possible.T)
    offsets = np.concatenate([[0], np.cumsum(possible.sum(axis=0))]).astype(np.int32)
    keys = arrow.array(zoned, arrow.string()).take(arrow.array(sectors))
    values = arrow.array(inside.T[rows, sectors], arrow.float64(), from_pandas=True)  # NaN becomes null
    return arrow.MapArray.from_arrays(arrow.array(offsets), keys, values)


def _written(con: Any, column: str, entries: Any, values: Any) -> None:
    if not len(entries):
        return
    con.register("found", arrow.table({"entry": entries, "value": values}))
    con.execute(f"update reports set {column} = found.value from found where reports.entry = found.entry")  # noqa: S608
    con.unregister("found")
