"""Effects, things seen or heard one by one, as incidents, by a rule that is stated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse, spatial
from scipy.sparse import csgraph

from holdfast.errors import InputError
from holdfast.monitoring.reports import Table

__all__ = ["EffectRule", "Incidents", "incidents_of"]

_sparse: Any = sparse  # they have no types of their own
_spatial: Any = spatial
_csgraph: Any = csgraph
MOST_PAIRS = 20_000_000
"""Pairs that are looked at together; a rule that makes more of one time and place is too wide for them."""

EARTH_KM = 6371.0088
_CHUNK = 20_000
_MINUTE = 60_000_000


@dataclass(frozen=True, slots=True)
class EffectRule:
    """Effects no further apart than this are of one incident, and so are those that such effects lead to in turn.

    Parameters
    ----------
    minutes, km
        How far apart in time and in place; above 0.
    """

    minutes: float
    km: float

    def __post_init__(self) -> None:
        if not (0 < self.minutes < 1e7 and 0 < self.km < 1000):
            raise InputError("a rule for effects must have minutes above 0 and km above 0 and below 1000.")

    def __str__(self) -> str:
        return f"effects within {self.minutes:g} minutes and {self.km:g} km of each other are one incident"


@dataclass(frozen=True, slots=True)
class Incidents:
    """Which effects are of the same incident.

    Parameters
    ----------
    labels
        For each row of the table the number of its incident, from 0; -1 where the rule cannot tell: no effect, no position, or a
        time known only to a longer span than the rule's.
    number
        How many incidents there are.
    pairs
        How many pairs of effects the rule joined.
    rule
        The rule.
    """

    labels: npt.NDArray[np.int64]
    number: int
    pairs: int
    rule: EffectRule


def incidents_of(reports: Table, rule: EffectRule) -> Incidents:
    """Put the effects among reports together into incidents.

    Distances are those between the positions as given, on a sphere; the positions' errors play no part. Times are the middles of the
    reports' intervals.

    Parameters
    ----------
    reports
        Columns by REPORT_SCHEMA.
    rule
        What makes effects one incident.

    Raises
    ------
    InputError
        When the rule joins more than MOST_PAIRS pairs at one time and place.
    """
    lat, lon = _floats(reports, "lat"), _floats(reports, "lon")
    start, end = (_micros(reports, name) for name in ("start", "end"))
    effect = np.array([unit == "effect" for unit in reports.column("unit").to_pylist()], dtype=bool)
    told = effect & np.isfinite(lat) & np.isfinite(lon) & (end - start <= rule.minutes * _MINUTE)
    rows = np.flatnonzero(told)
    middle = (start[rows] + (end[rows] - start[rows]) // 2) / _MINUTE
    order = np.argsort(middle, kind="stable")
    rows, middle = rows[order], middle[order]
    points = np.column_stack(
        [_sphere(lat[rows], lon[rows]) / _chord(rule.km), (middle - _first(middle)) / rule.minutes]
    )
    edges = [_edges(points, begin) for begin in range(0, len(rows), _CHUNK)]
    pairs = np.concatenate(edges) if edges else np.empty((0, 2), dtype=np.int64)
    labels = np.full(len(lat), -1, dtype=np.int64)
    if not len(rows):
        return Incidents(labels, 0, 0, rule)
    graph: Any = _sparse.coo_array(
        (np.ones(len(pairs), dtype=np.int8), (pairs[:, 0], pairs[:, 1])), shape=(len(rows), len(rows))
    )
    number, found = _csgraph.connected_components(graph, directed=False)
    labels[rows] = found
    return Incidents(labels, int(number), len(pairs), rule)


def _edges(points: npt.NDArray[np.float64], begin: int) -> npt.NDArray[np.int64]:
    """Return the pairs within the rule whose earlier effect is in the chunk that begins here."""
    stop = min(begin + _CHUNK, len(points))
    until = int(np.count_nonzero(points[:, 3] <= points[stop - 1, 3] + 1.0))  # they are in order
    own, others = _spatial.cKDTree(points[begin:stop]), _spatial.cKDTree(points[begin:until])
    # no more than 1 in each direction; what is then further than 1 in place is taken out
    if int(own.count_neighbors(others, 1.0, p=np.inf)) > 2 * MOST_PAIRS:
        raise InputError(
            "the rule for effects joins too many at one time and place. Give fewer minutes, or fewer km."
        )
    near: Any = own.sparse_distance_matrix(others, 1.0, p=np.inf, output_type="ndarray")
    pairs = np.column_stack([near["i"], near["j"]]).astype(np.int64)
    pairs = pairs[pairs[:, 0] < pairs[:, 1]] + begin
    apart = np.linalg.norm(points[pairs[:, 0], :3] - points[pairs[:, 1], :3], axis=1)
    return pairs[apart <= 1.0]


def _sphere(lat: npt.NDArray[np.float64], lon: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    phi, lam = np.radians(lat), np.radians(lon)
    return EARTH_KM * np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])


def _chord(km: float) -> float:
    """Return the straight line through the Earth between two places so far apart along it."""
    return 2 * EARTH_KM * float(np.sin(km / (2 * EARTH_KM)))


def _first(times: npt.NDArray[np.float64]) -> float:
    return float(times[0]) if len(times) else 0.0


def _floats(table: Table, name: str) -> npt.NDArray[np.float64]:
    return np.asarray(table.column(name).to_numpy(), dtype=np.float64)


def _micros(table: Table, name: str) -> npt.NDArray[np.int64]:
    return np.asarray(table.column(name).cast("int64").to_numpy(), dtype=np.int64)
