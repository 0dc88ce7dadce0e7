"""Matching by fixed windows, to compare with: whatever lies within so many kilometres and hours is the same event."""

from __future__ import annotations

import numpy as np

from holdfast.monitoring.linkage.database import MEMORY, database
from holdfast.monitoring.linkage.kinds import CAN_BE
from holdfast.monitoring.linkage.prepare import prepare
from holdfast.monitoring.linkage.results import Pairs, incident_table
from holdfast.monitoring.linkage.untyped import csgraph, sparse, spatial
from holdfast.monitoring.reports import Table

__all__ = ["by_windows"]


def by_windows(
    reports: Table, km: float = 5.0, hours: float = 24.0, *, memory: str = MEMORY, threads: int = 2
) -> Table:
    """Return incidents (columns ``report``, ``incident``, ``probability``, here 1) of reports that fixed windows connect.

    Two reports are taken to be of one event if they lie within the windows, their kinds can be the same thing, and they are not from
    a data set that has each event once; and so on from report to report. Time is measured between the middles of intervals.

    Parameters
    ----------
    reports
        By REPORT_SCHEMA.
    km, hours
        The windows; distances are straight lines through the Earth, at 5 km the same as great circles to a millimetre.
    """
    with database(memory, threads) as con:
        ready = prepare(con, reports)
    rows = np.flatnonzero(ready.linkable)
    number = len(ready.hours)
    left = right = np.zeros(0, dtype=np.int64)
    if rows.size:
        points = np.column_stack([ready.xyz[rows] / km, ready.hours[rows] / hours])
        found: np.ndarray = spatial.cKDTree(points).query_pairs(np.sqrt(2.0), output_type="ndarray")
        left, right = rows[found[:, 0]], rows[found[:, 1]]
        groups = np.array([[kind in group for group in CAN_BE] for kind in ready.kind])
        keep = np.linalg.norm(ready.xyz[left] - ready.xyz[right], axis=1) <= km
        keep &= np.abs(ready.hours[left] - ready.hours[right]) <= hours
        keep &= (groups[ready.kind_code[left]] & groups[ready.kind_code[right]]).any(axis=1)
        keep &= (ready.data_set[left] != ready.data_set[right]) | (ready.data_set[left] == 0)
        left, right = left[keep], right[keep]
    graph = sparse.coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(number, number))
    label: np.ndarray = csgraph.connected_components(graph, directed=False)[1]
    _, where = np.unique(label, return_index=True)
    none = Pairs(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))
    told = incident_table(ready.ids, none, where[label])
    return told.set_column(2, "probability", [np.ones(number)])
