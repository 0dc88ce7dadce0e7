"""How long power indices take: Holdfast beside powerindices, powerindex, power_bdd and tucoopy, each case in a process of its own.

    python benchmarks/voting_speed.py [--limit 60] [--only NAME] [--all]

Every solver gets the same games on one core, a time limit and a memory limit, and its answers are compared with Holdfast's.
A peer that fails to finish on two games is not tried on those after them, unless with --all. Nothing here asserts a time; it prints.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import math
import os
import platform
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

MEASURES = ("banzhaf", "shapley_shubik")
MEMORY = 8 << 30
WRONG = 1e-9


class Case(NamedTuple):
    name: str
    weights: list[int]
    quota: int


def drawn(members: int, highest: int, seed: int = 1) -> list[int]:
    rng = random.Random(seed)
    return [rng.randint(1, highest) for _ in range(members)]


def fund(members: int = 190, total: int = 5_100_000, seed: int = 2025) -> list[int]:
    """Weights as skewed as votes in the International Monetary Fund: 16.5 % for the largest, a heavy tail, the least 0.035 %."""
    rng = random.Random(seed)
    tail = [(k + 5) ** -1.2 * math.exp(-k / 60) * rng.uniform(0.9, 1.1) for k in range(2, members + 1)]
    spare = 1 - 0.165 - 0.0003 * (members - 1)
    shares = [0.165] + [0.0003 + spare * t / sum(tail) for t in tail]
    return [round(total * share) + rng.randrange(-20, 21) for share in shares]


def electoral_college() -> list[int]:
    """Electors by state and the District of Columbia from 2024 on, 538 in all."""
    large = [54, 40, 30, 28, 19, 19, 17, 16, 16, 15, 14, 13, 12]
    small = {11: 4, 10: 5, 9: 2, 8: 3, 7: 2, 6: 6, 5: 2, 4: 7, 3: 7}
    return large + [electors for electors, states in small.items() for _ in range(states)]


def at(name: str, weights: list[int], *percent: int) -> list[Case]:
    """One case for each quota, in percent of the weight, rounded up."""
    total = sum(weights)
    return [Case(f"{name}, {share} %", weights, -(-total * share // 100)) for share in percent]


CASES = [
    *at("12 equal members", [1] * 12, 51),
    *at("12 members, weights to 20", drawn(12, 20), 51),
    *at("12 members, weights to 1,000", drawn(12, 1000), 51),
    Case("15 members, five vetoes as weights", [7] * 5 + [1] * 10, 39),
    Case("20 members, a dictator", [600, *drawn(19, 50)], 500),
    Case("20 members, one above the quota", [600, *drawn(19, 50)], 300),
    *at("20 members, weights to 100", drawn(20, 100), 51, 70),
    *at("27 members, weights to 10,000", drawn(27, 10_000), 65),
    Case("Electoral College, 51 members", electoral_college(), 270),
    *at("70 members, weights to 50", drawn(70, 50), 51),
    *at("100 members, weights to 1,000", drawn(100, 1000), 51),
    *at("1,000 equal members", [1] * 1000, 51),
    *at("1,000 members, weights to 1,000", drawn(1000, 1000), 50, 70, 85),
    *at("fund of 190, weights of 5.1 million", fund(), 50, 70, 85),
]


# --- in the process that solves -------------------------------------------------------------------


def with_holdfast(measure: str) -> Callable[[list[int], int], Any]:
    from holdfast import voting

    solve = {"banzhaf": voting.banzhaf, "shapley_shubik": voting.shapley_shubik}[measure]
    return lambda weights, quota: [float(v) for v in solve(voting.weighted_game(quota, weights)).values]


def with_powerindices(measure: str) -> Callable[[list[int], int], Any]:
    import powerindices

    solve = {"banzhaf": powerindices.compute_pbi, "shapley_shubik": powerindices.compute_ssi}[measure]
    return lambda weights, quota: [float(value) for value in solve(quota, weights)]


def with_powerindex(measure: str) -> Callable[[list[int], int], Any]:
    import powerindex

    def solve(weights: list[int], quota: int) -> Any:
        game = powerindex.Game(quota, weights)
        # its own `calc` does not run the algorithms where a weight reaches the quota
        if max(weights) >= quota:
            game.calc()
        elif measure == "banzhaf":
            game.calc_banzhaf()
        else:
            game.calc_shapley_shubik()
        return getattr(game, measure)

    return solve


def with_power_bdd(measure: str) -> Callable[[list[int], int], Any]:
    from power_bdd.bdd import BDD, WeightedGame

    def solve(weights: list[int], quota: int) -> Any:
        diagram = BDD(WeightedGame(quota, weights))
        return diagram.calc_banzhaf() if measure == "banzhaf" else diagram.calc_shapley()

    return solve


def with_tucoopy(measure: str) -> Callable[[list[int], int], Any]:
    from tucoopy import power

    if measure == "banzhaf":
        return lambda weights, quota: power.banzhaf_index_weighted_voting(weights, quota, normalized=False)
    return power.shapley_shubik_index_weighted_voting


SOLVERS: dict[str, Callable[[str], Callable[[list[int], int], Any]]] = {
    "holdfast": with_holdfast,
    "powerindices": with_powerindices,
    "powerindex": with_powerindex,
    "power_bdd": with_power_bdd,
    "tucoopy": with_tucoopy,
}
NORMALISED = {"powerindex"}
"""Solvers whose Banzhaf values are made to sum to 1."""


def solve_here(solver: str, measure: str) -> None:
    """Solve the game on standard input, again and again for up to half a second, and print the best time and the answer."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.setrecursionlimit(100_000)
    game = json.load(sys.stdin)
    solve = SOLVERS[solver](measure)
    best, begin, values = math.inf, time.perf_counter(), None
    while best == math.inf or time.perf_counter() - begin < 0.5:
        weights = list(game["weights"])  # some of them write into it
        start = time.perf_counter()
        values = solve(weights, game["quota"])
        best = min(best, time.perf_counter() - start)
    print("answer " + json.dumps({"seconds": best, "values": list(values or [])}))


# --- what only Holdfast is asked ------------------------------------------------------------------


def double_majority() -> None:
    """The EU Council's qualified majority, 27 members: at least 15 with 65 % of the weight, or any 24; all of it exactly."""
    from holdfast import voting

    weights = dict(zip((f"m{k}" for k in range(27)), drawn(27, 8400), strict=True))
    both = voting.all_of(
        [voting.at_least(15, weights), voting.weighted(f"{65 * sum(weights.values())}/100", weights)]
    )
    rule = voting.any_of([both, voting.most_against(3, dict.fromkeys(weights, 1))])
    begin = time.perf_counter()
    game = voting.simple_game(rule)
    voting.banzhaf(game, exact=True)
    voting.shapley_shubik(game, exact=True)
    print(f"double majority of 27, Banzhaf and Shapley-Shubik exactly: {time.perf_counter() - begin:.3f} s")


def many_supports(draws: int = 1_000_000) -> None:
    """The Security Council, fifteen members with five vetoes, for a million vectors of support."""
    import jax
    import numpy as np

    from holdfast import voting

    jax.config.update("jax_enable_x64", True)
    members = [f"m{k}" for k in range(15)]
    game = voting.simple_game(voting.with_vetoes(voting.at_least(9, members), members[:5]))
    support = jax.numpy.asarray(np.random.default_rng(1).random((15, draws)))
    chance = jax.jit(lambda given: voting.passage_probability(game, given))
    chance(support).block_until_ready()
    begin = time.perf_counter()
    chance(support).block_until_ready()
    once = time.perf_counter() - begin
    rows = np.asarray(support)
    begin = time.perf_counter()
    voting.passage_probability(game, rows)
    print(
        f"{draws:,} vectors of support, fifteen members, five vetoes: {once:.3f} s compiled by JAX, "
        f"{time.perf_counter() - begin:.3f} s with NumPy"
    )


# --- in the process that compares -----------------------------------------------------------------


class Outcome(NamedTuple):
    """`seconds` is None where there is no answer; `said` tells why, or what is wrong with it."""

    seconds: float | None
    values: list[float]
    said: str = ""


def run(solver: str, measure: str, case: Case, limit: float) -> Outcome:
    command = [sys.executable, str(Path(__file__).resolve()), "--solve", solver, measure]
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    if sys.platform == "linux":
        core = str(min(os.sched_getaffinity(0)))
        command = ["taskset", "-c", core, *command]
    game = json.dumps({"weights": case.weights, "quota": case.quota})
    try:
        done = subprocess.run(
            command, input=game, env=os.environ | one, capture_output=True, text=True, timeout=limit + 5
        )
    except subprocess.TimeoutExpired:
        return Outcome(None, [], "did not finish")
    for line in done.stdout.splitlines():
        if line.startswith("answer "):
            answer = json.loads(line.removeprefix("answer "))
            late = answer["seconds"] > limit
            return Outcome(None, [], "did not finish") if late else Outcome(**answer)
    last = (done.stderr.strip().splitlines() or ["no answer"])[-1]
    return Outcome(None, [], "out of memory" if "Memory" in last else last[:40])


def compared(solver: str, measure: str, found: Outcome, ours: Outcome) -> Outcome:
    """Return the outcome with what is wrong in it, by the largest absolute difference from Holdfast's."""
    right, values = ours.values, found.values
    if found.seconds is None or ours.seconds is None:
        return found
    if solver in NORMALISED and measure == "banzhaf":
        right = [value / sum(right) for value in right]
    if len(values) != len(right):
        return found._replace(said=f"WRONG: {len(values)} values")
    off = max(abs(a - b) for a, b in zip(values, right, strict=True))
    return found if off <= WRONG else found._replace(said=f"WRONG by {off:.1e}")


def shown(outcome: Outcome, ours: Outcome) -> str:
    if outcome.seconds is None or ours.seconds is None:
        return outcome.said
    ratio = "" if outcome is ours else f" {outcome.seconds / ours.seconds:,.1f}×"
    return f"{outcome.seconds * 1e3:,.2f} ms{ratio} {outcome.said}".strip()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--limit", type=float, default=60.0, help="seconds a solver may take a game")
    parser.add_argument("--only", default="", help="games with this in their name")
    parser.add_argument("--all", action="store_true", help="try a peer again that did not finish twice")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON, too")
    parser.add_argument("--solve", nargs=2, metavar=("SOLVER", "MEASURE"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.solve:
        solve_here(*given.solve)
        return
    names = {solver: solver.replace("_", "-") for solver in SOLVERS}
    print(f"{platform.processor() or platform.machine()}, one core, at most {given.limit:g} s a game")
    print(", ".join(f"{name} {importlib.metadata.version(name)}" for name in names.values()))
    if not given.only:
        double_majority()
        many_supports()
    figures: list[dict[str, Any]] = []
    failed = {(solver, measure): 0 for solver in SOLVERS for measure in MEASURES}
    slower: list[str] = []
    for case in (case for case in CASES if given.only in case.name):
        print(f"\n{case.name}: {len(case.weights)} members, quota {case.quota:,} of {sum(case.weights):,}")
        for measure in MEASURES:
            ours = run("holdfast", measure, case, given.limit)
            print(f"  {measure:15} {'holdfast':13} {shown(ours, ours)}", flush=True)
            figures.append(
                {"case": case.name, "measure": measure, "solver": "holdfast", "seconds": ours.seconds}
            )
            for solver in [name for name in SOLVERS if name != "holdfast"]:
                if failed[solver, measure] >= 2 and not given.all:
                    found = Outcome(None, [], "not tried: did not finish twice")
                else:
                    found = compared(solver, measure, run(solver, measure, case, given.limit), ours)
                    failed[solver, measure] += found.seconds is None
                print(f"  {measure:15} {solver:13} {shown(found, ours)}", flush=True)
                figures.append(
                    {
                        "case": case.name,
                        "measure": measure,
                        "solver": solver,
                        "seconds": found.seconds,
                        "said": found.said,
                    }
                )
                if found.seconds is not None and (ours.seconds is None or found.seconds < ours.seconds):
                    slower.append(f"{case.name}, {measure}: {solver}")
    print("\nFaster than Holdfast: " + ("; ".join(slower) or "none"))
    if given.json:
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
