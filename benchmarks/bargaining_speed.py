"""How long bargaining takes: efficient packages among a million, in a process of its own.

    python benchmarks/bargaining_speed.py [--packages 1000000] [--repeat 3]

Clouds of packages for three parties: one in which few are efficient, two in which all are, one with many ties. Nothing here asserts a
time; it prints. Peers: `negmas` does the same work and is under the AGPL, so that it may run only in an environment of its own, which
`make bench` does not make; it is not compared here.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections.abc import Callable

import numpy as np

from holdfast.bargaining.pareto import efficient, weakly_efficient


def clouds(packages: int, seed: int = 0) -> dict[str, np.ndarray]:
    """Return what packages are worth to three parties, by what the cloud looks like."""
    rng = np.random.default_rng(seed)
    cube = rng.random((packages, 3))
    ball = np.abs(rng.normal(size=(packages, 3)))
    ball /= np.linalg.norm(ball, axis=1, keepdims=True)
    return {
        "uniform in a cube": cube,
        "every one efficient (a sphere)": ball,
        "every one efficient (a pie divided)": rng.dirichlet(np.ones(3), packages),
        "a sphere in steps of 0.01": np.round(ball, 2),
    }


def timed(work: Callable[[np.ndarray], np.ndarray], values: np.ndarray, repeat: int) -> tuple[float, int]:
    """Return the shortest time of several and how many packages were found."""
    best, found = np.inf, 0
    for _ in range(repeat):
        start = time.perf_counter()
        found = int(work(values).sum())
        best = min(best, time.perf_counter() - start)
    return best, found


def main() -> None:
    parser = argparse.ArgumentParser(description="How long finding the efficient packages takes.")
    parser.add_argument("--packages", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    given = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, NumPy {np.__version__}")
    print(f"{given.packages:,} packages × 3 parties, shortest of {given.repeat}\n")
    print(f"{'packages':38}{'efficient':>12}{'s':>8}{'weakly':>12}{'s':>8}")
    for name, values in clouds(given.packages).items():
        strong, count = timed(efficient, values, given.repeat)
        weak, more = timed(weakly_efficient, values, given.repeat)
        print(f"{name:38}{count:>12,}{strong:>8.2f}{more:>12,}{weak:>8.2f}")


if __name__ == "__main__":
    main()
