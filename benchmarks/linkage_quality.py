"""How good and how fast linkage is: simulated reports with known truth, beside matching by fixed windows.

    python benchmarks/linkage_quality.py [--events 3000] [--seeds 3] [--large] [--day]

Prints, at several densities, precision and recall of pairs in one incident and of incidents (B-cubed: means over reports), by
linkage and by fixed windows of 24 hours and 5 km, and whether pairs of a match probability of 0.8 are right 80 % of the time, over
all pairs and without those by one satellite. With
--large, a million reports, spread and with 5 % of the events on one day in one sector: time, memory and pairs; with --day, a
day's reports on top of those. Nothing here asserts a figure; it prints.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from holdfast.monitoring.linkage import Known, by_windows, estimate, link
from tests.unit.monitoring.linkage.scores import Scores, by_two, calibration, scores
from tests.unit.monitoring.linkage.simulated import Simulated, simulate

# events for every 3,000: days, side of the square in km
DENSITIES = ((3000, 300), (300, 200), (90, 100), (30, 60), (10, 40))


def mean(found: list[Scores]) -> str:
    return "  ".join(f"{value:5.3f}" for value in np.mean(np.array(found), axis=0))


def quality(events: int, seeds: int) -> None:
    print("                                        pairs            incidents (B-cubed)")
    print("                                        precision recall precision recall   candidates  crowded")
    every: list[tuple[Simulated, pa.Table]] = []
    for days, side in DENSITIES:
        found: dict[str, list[Scores]] = {}
        counted = []
        for seed in range(seeds):
            simulated = simulate(events, days=days, side_km=side, seed=100 + seed)
            linked = link(simulated.reports)
            counted.append((linked.counts.candidates, linked.counts.crowded))
            every.append((simulated, linked.pairs))
            found.setdefault("linkage", []).append(scores(simulated, linked.incidents))
            for km, hours in ((5.0, 24.0), (10.0, 24.0), (2.0, 6.0)):
                fixed = by_windows(simulated.reports, km, hours)
                found.setdefault(f"{hours:g} h, {km:g} km", []).append(scores(simulated, fixed))
        a_day = events / days / side**2 * 10_000
        for name, told in found.items():
            extra = (
                "  ".join(f"{value:9,.0f}" for value in np.mean(counted, axis=0)) if name == "linkage" else ""
            )
            print(f"{a_day:7.2f} events a day in 100 × 100 km  {name:12}  {mean(told)}  {extra}")
    for said, chosen in (("", lambda _, pairs: pairs), (", without pairs by one satellite", by_two)):
        print(f"\nmatch probability{said}: stated, right, pairs; over all densities, and at each")
        calibrated([(simulated, chosen(simulated, pairs)) for simulated, pairs in every], seeds)


def calibrated(every: list[tuple[Simulated, pa.Table]], seeds: int) -> None:
    steps: dict[int, list[tuple[float, float, int]]] = {}
    for k, (simulated, pairs) in enumerate(every):
        for stated, right, number in calibration(simulated, pairs):
            steps.setdefault(min(9, int(stated * 10)), []).append((stated, right, number))
            steps.setdefault(100 * (1 + k // seeds) + min(9, int(stated * 10)), []).append(
                (stated, right, number)
            )
    for begin in (0, *(100 * (1 + k) for k in range(len(DENSITIES)))):
        print("all densities" if not begin else f"{DENSITIES[begin // 100 - 1]} days, km")
        for step in range(10):
            if told := steps.get(begin + step):
                number = sum(n for *_, n in told)
                stated, right = (sum(row[i] * row[2] for row in told) / number for i in (0, 1))
                print(f"    {stated:5.2f}  {right:5.2f}  {number:8,}")


def timed(what: str, began: tuple[float, float]) -> None:
    wall, processor = time.perf_counter() - began[0], time.process_time() - began[1]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(
        f"    {what:34} {wall:6.1f} s, {processor:6.1f} s of processor time, peak {peak:.2f} GiB", flush=True
    )


def now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def large(*, day: bool) -> None:
    for name, hot in (("spread over years and places", 0.0), ("5 % on one day in one sector", 0.05)):
        simulated = simulate(655_000, days=365 * 8, side_km=600, seed=1, hot=hot)
        print(
            f"{simulated.reports.num_rows:,} reports, {name}; 2 threads of {os.cpu_count()}, load {os.getloadavg()[0]:.1f}"
        )
        began = now()
        model = estimate(simulated.reports)
        timed("estimate", began)
        began = now()
        linked = link(simulated.reports, model)
        timed("link", began)
        print(f"    {scores(simulated, linked.incidents)}\n    {linked.counts}")
        if not day:
            continue
        late = np.zeros(simulated.reports.num_rows, dtype=bool)
        late[np.argsort(simulated.reports["start"].to_numpy(), kind="stable")[-5000:]] = True
        old = simulated.reports.filter(pa.array(~late))
        before = link(old, model)
        known = Known(old, before.pairs, before.crowded)
        began = now()
        found = link(simulated.reports.filter(pa.array(late)), model, known=known)
        timed("5,000 on top", began)
        print(
            f"    as all at once: {found.pairs.equals(linked.pairs) and found.incidents.equals(linked.incidents)}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--events", type=int, default=3000)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--day", action="store_true")
    given = parser.parse_args()
    quality(given.events, given.seeds)
    if given.large:
        large(day=given.day)


if __name__ == "__main__":
    main()
