"""How good a linkage is against the truth: pairs, B-cubed, and calibration."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from tests.unit.monitoring.linkage.simulated import Simulated


class Scores(NamedTuple):
    """Precision and recall of pairs in one incident, and of incidents (B-cubed: means over reports)."""

    pair_precision: float
    pair_recall: float
    precision: float
    recall: float


def truth(simulated: Simulated) -> dict[str, int]:
    return dict(zip(simulated.reports["id"].to_pylist(), simulated.event.tolist(), strict=True))


def scores(simulated: Simulated, incidents: pa.Table) -> Scores:
    order = np.argsort(simulated.reports["id"].to_numpy(), kind="stable")
    assert incidents["report"].equals(simulated.reports["id"].take(pa.array(order)))
    event = np.unique(simulated.event[order], return_inverse=True)[1]
    incident = np.unique(incidents["incident"].to_numpy(), return_inverse=True)[1]
    _, both, together = np.unique(
        incident * (event.max() + 1) + event, return_inverse=True, return_counts=True
    )
    by_incident, by_event = np.bincount(incident), np.bincount(event)
    pairs = lambda count: float((count * (count - 1) // 2).sum())
    return Scores(
        pairs(together) / max(1.0, pairs(by_incident)),
        pairs(together) / max(1.0, pairs(by_event)),
        float((together[both] / by_incident[incident]).mean()),
        float((together[both] / by_event[event]).mean()),
    )


def calibration(simulated: Simulated, pairs: pa.Table, steps: int = 10) -> list[tuple[float, float, int]]:
    """For steps of the match probability: its mean, the share of pairs that are right, and how many."""
    known = truth(simulated)
    probability = pairs["probability"].to_numpy()
    right = np.array(
        [
            known[a] == known[b]
            for a, b in zip(pairs["one"].to_pylist(), pairs["other"].to_pylist(), strict=True)
        ]
    )
    step = np.minimum((probability * steps).astype(int), steps - 1)
    return [
        (float(probability[step == k].mean()), float(right[step == k].mean()), int((step == k).sum()))
        for k in range(steps)
        if (step == k).any()
    ]


def by_two(simulated: Simulated, pairs: pa.Table) -> pa.Table:
    """Leave out the pairs by one satellite, none of which is right here: it sees each event once at most, unlike a real one."""
    who = dict(
        zip(simulated.reports["id"].to_pylist(), simulated.reports["observer"].to_pylist(), strict=True)
    )
    ends = zip(pairs["one"].to_pylist(), pairs["other"].to_pylist(), strict=True)
    return pairs.filter(pa.array([who[a] != who[b] for a, b in ends], pa.bool_()))
