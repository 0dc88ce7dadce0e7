"""The efficient packages among a million for three parties, beside negmas.

    python benchmarks/pareto_agpl.py [--packages 1000000] [--repeat 3]

negmas is under the AGPL: it runs here only, in an environment of its own (`make bench-agpl`), and nothing of Holdfast imports it. Both
are given the same array and find the same packages, which is checked: of packages that are worth the same to everybody, negmas may
name fewer, so that sets of values are compared. Nothing here asserts a time; it prints.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from bargaining_speed import clouds
from negmas.preferences.ops import pareto_frontier_numpy

from holdfast.bargaining.pareto import efficient

LONGEST = 240.0
"""Seconds: negmas is not tried where its last time, growing as the square of the packages, would come to more."""


def shortest(work: Callable[[], Any], repeat: int) -> tuple[float, Any]:
    """Return the shortest time of several, and the answer."""
    best, found = np.inf, None
    for _ in range(repeat):
        begin = time.perf_counter()
        found = work()
        best = min(best, time.perf_counter() - begin)
    return best, found


def compared(name: str, values: np.ndarray, repeat: int, *, both: bool) -> float:
    """Print how long both take; return what negmas takes, or infinity where it was not tried."""
    ours, mask = shortest(lambda: efficient(values), repeat)
    row = f"{name:38}{len(values):>12,}{int(mask.sum()):>12,}{ours:>10.4f}"
    if not both:
        print(f"{row}{'not tried':>10}", flush=True)
        return np.inf
    theirs, rows = shortest(lambda: pareto_frontier_numpy(values, sort_by_welfare=False), repeat)
    same = np.array_equal(np.unique(values[mask], axis=0), np.unique(values[rows], axis=0))
    print(f"{row}{theirs:>10.4f}{theirs / ours:>9.1f}  {'the same' if same else 'NOT the same'}", flush=True)
    return theirs


def main() -> None:
    parser = argparse.ArgumentParser(description="Efficient packages, beside negmas.")
    parser.add_argument("--packages", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    given = parser.parse_args()
    print(
        f"{'packages for three parties':38}{'packages':>12}{'efficient':>12}{'ours, s':>10}{'negmas, s':>10}{'times':>9}"
    )
    sizes = [n for n in (1_000, 10_000, 100_000) if n < given.packages] + [given.packages]
    for name in clouds(10):
        took, before = 0.0, 1
        for size in sizes:
            may_take = took * (size / before) ** 2
            took = compared(name, clouds(size)[name], given.repeat, both=may_take <= LONGEST)
            before = size


if __name__ == "__main__":
    main()
