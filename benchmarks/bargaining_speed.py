"""How long bargaining takes: efficient packages among a million, and how many draws a second the models of positions solve.

    python benchmarks/bargaining_speed.py [--packages 1000000] [--draws 25600] [--repeat 3]

Clouds of packages for three parties: one in which few are efficient, two in which all are, one with many ties. Nothing here asserts a
time; it prints. A peer under the AGPL does the same work in an environment of its own: `make bench-agpl`.

Then the published case of ten parties (car emissions, scholz2011) through eight rounds of the challenge model, each draw with positions,
saliences and strengths of its own near the published ones; then 40 parties on one issue through every model of positions, and the
axiomatic solutions over four issues.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from holdfast.bargaining import axiomatic, challenge, spatial
from holdfast.bargaining.mean import weighted_mean, weighted_median
from holdfast.bargaining.pareto import efficient, weakly_efficient

CAPABILITY = [0.08, 0.08, 0.03, 0.16, 0.16, 0.16, 0.16, 0.05, 0.05, 0.08]
POSITION = [4, 7, 4, 4, 10, 10, 10, 7, 4, 7]
SALIENCE = [0.8, 0.4, 0.2, 0.8, 0.6, 0.6, 0.9, 0.1, 1.0, 0.7]

REPEATS = 5


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


class Case(NamedTuple):
    """What models of positions are given, of many draws."""

    positions: np.ndarray
    salience: np.ndarray
    strength: np.ndarray


def car_emissions(draws: int) -> Case:
    """The published case, jittered, so that no draw is like another."""
    rng = np.random.default_rng(1)
    x, s, c = (np.array(a, float)[:, None] for a in (POSITION, SALIENCE, CAPABILITY))
    shape = (len(x), draws)
    return Case(
        np.clip((x - 4) / 6 + rng.normal(0, 0.05, shape), 0, 1),
        np.clip(s + rng.normal(0, 0.05, shape), 0.01, 1),
        c * rng.uniform(0.8, 1.2, shape),
    )


def many_parties(draws: int) -> Case:
    rng = np.random.default_rng(2)
    return Case(*rng.random((3, 40, draws)))


def _mean(case: Case) -> Any:
    weight = jnp.asarray(case.salience * case.strength)
    return np.asarray(weighted_mean(jnp.asarray(case.positions), weight))


def _median(case: Case) -> Any:
    weight = jnp.asarray(case.salience * case.strength)
    return np.asarray(weighted_median(jnp.asarray(case.positions), weight))


def _challenge(contest: challenge.Contest) -> Callable[[Case], Any]:
    return lambda case: challenge.run(*case, contest=contest)


def _spatial(case: Case) -> Any:
    return spatial.run_draws(case.positions[:, None], case.salience[:, None], case.strength)


def _axiomatic(rule: axiomatic.Rule) -> Callable[[Case], Any]:
    """No agreement is worth to each party what its least wanted end of the issue is."""

    def solve(case: Case) -> Any:
        x = case.positions
        worst = 1 - np.maximum(x, 1 - x)
        return axiomatic.agreements(x[:, None], np.ones_like(x[:, None]), worst, rules=(rule,))

    return solve


def several_issues(parties: int, draws: int, repeat: int) -> None:
    """Print how fast the solutions are over four issues, and in how many draws they had to be found one by one.

    No agreement is worth to each party a little less than some outcome, the same for all: then some can be had, but little can be gained.
    """
    rng = np.random.default_rng(3)
    x = rng.random((parties, 4, draws))
    salience = rng.dirichlet(np.ones(4), (parties, draws)).transpose(0, 2, 1)
    fallback = 1 - (salience * np.abs(x - rng.random((4, draws)))).sum(1) - 0.1 * rng.random((parties, draws))
    for rules in (*((rule,) for rule in axiomatic.Rule), tuple(axiomatic.Rule)):
        axiomatic.agreements(x[..., :2], salience[..., :2], fallback[..., :2], rules=rules)  # compiles
        best, alone = np.inf, 0
        for _ in range(repeat):
            start = time.perf_counter()
            found = axiomatic.agreements(x, salience, fallback, rules=rules)
            best = min(best, time.perf_counter() - start)
            alone = sum(int(f.one_by_one.sum()) for f in found.values())
        name = rules[0].value if len(rules) == 1 else "all three"
        print(f"{name:38}{draws / best:>14,.0f} draws/s, {alone} of them solved one by one")


def rate(name: str, solve: Callable[[Case], Any], case: Case, repeat: int) -> float:
    """Print and return draws a second in the best of several runs, which other work on the machine disturbs least."""
    draws = case.positions.shape[1]
    solve(Case(*(a[:, : min(draws, 2)] for a in case)))  # compiles
    walls, processors = [], []
    for _ in range(repeat):
        wall, processor = time.perf_counter(), time.process_time()
        solve(case)
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    found = draws / min(walls)
    print(
        f"{name:38}{found:>14,.0f} draws/s{min(processors) / draws * 1e6:>12,.1f} µs of processor time a draw"
    )
    return found


def models_of_positions(draws: int, repeat: int) -> None:
    """Print how fast every model is, and how near what is wanted of it."""
    print("\n10 parties, 8 rounds (car emissions)")
    car = car_emissions(draws)
    found = rate("challenge model", _challenge(challenge.Contest.ALL_PAIRS), car, repeat)
    rate("challenge model, two positions", _challenge(challenge.Contest.PAIR), car, repeat)
    print(f"wanted: 50,000 draws/s on two cores; {found / 50_000:.2f} times that")
    print("\n40 parties")
    models = {
        "weighted mean": (_mean, 256),
        "weighted median": (_median, 256),
        "challenge model": (_challenge(challenge.Contest.ALL_PAIRS), 256),
        "challenge model, two positions": (_challenge(challenge.Contest.PAIR), 256),
        "Spatial Model of Politics": (_spatial, 64),
        "Nash solution": (_axiomatic(axiomatic.Rule.NASH), 256),
        "Kalai–Smorodinsky solution": (_axiomatic(axiomatic.Rule.KALAI_SMORODINSKY), 256),
        "egalitarian solution": (_axiomatic(axiomatic.Rule.EGALITARIAN), 256),
    }
    for name, (solve, count) in models.items():
        found = rate(name, solve, many_parties(count), repeat)
        print(f"{'':38}wanted: 200 draws/s; {found / 200:.2f} times that")
    for parties in (10, 30):
        print(f"\n{parties} parties, 4 issues")
        several_issues(parties, 512, repeat)


def main() -> None:
    parser = argparse.ArgumentParser(description="How long bargaining takes.")
    parser.add_argument("--packages", type=int, default=1_000_000)
    parser.add_argument("--draws", type=int, default=25_600, help="of the case of ten parties")
    parser.add_argument("--repeat", type=int, default=3)
    given = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, NumPy {np.__version__}")
    print(f"{given.packages:,} packages × 3 parties, shortest of {given.repeat}\n")
    print(f"{'packages':38}{'efficient':>12}{'s':>8}{'weakly':>12}{'s':>8}")
    for name, values in clouds(given.packages).items():
        strong, count = timed(efficient, values, given.repeat)
        weak, more = timed(weakly_efficient, values, given.repeat)
        print(f"{name:38}{count:>12,}{strong:>8.2f}{more:>12,}{weak:>8.2f}")
    models_of_positions(given.draws, given.repeat)


if __name__ == "__main__":
    main()
