"""How many draws × proposals a second: Holdfast beside a NumPy function called once a draw, alone and under EMA Workbench.

    make bench

The scenario is fixed (fixed_scenario.py): 30 guarantors, two bodies, both principals able to attack, strengthening. All three
solve the same draws in the same run, and their answers are compared. Nothing here asserts a time; it prints.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import fixed_scenario
import numpy as np
import numpy_peer
import pyarrow as pa

from holdfast.scenario import Scenario, load_scenario, sample
from holdfast.study.assemble import assemble
from holdfast.study.blocks import BLOCK_DRAWS, block_table

OUTCOMES = (
    "signed",
    "holds.1",
    "holds.5",
    "holds.10",
    "signed_and_holds_10",
    "value.A",
    "value.B",
    "deter.A.0",
    "deter.B.0",
)
PARIS = Path(__file__).resolve().parent.parent / "catalog" / "paris-2025" / "scenario.yaml"


PROCESSOR: dict[str, float] = {}
"""Seconds of processor time by what was timed: on a busy machine they say more than the clock."""


def timed(work: Callable[[], Any], *, repeat: int = 1, name: str = "") -> tuple[float, Any]:
    """Return the best time in seconds of so many tries, and what the last returned."""
    best, found = float("inf"), None
    for _ in range(repeat):
        begin, busy = time.perf_counter(), time.process_time()
        found = work()
        best = min(best, time.perf_counter() - begin)
        PROCESSOR[name] = min(PROCESSOR.get(name, float("inf")), time.process_time() - busy)
    return best, found


def ours(scenario: Scenario, draws: int) -> pa.Table:
    """Return every input and outcome of every proposal in every draw, as `holdfast run` computes them, without writing or reporting."""
    proposals = sorted(scenario.proposals)
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        tables = [
            block_table(
                scenario, proposals, sample(scenario, start=start, count=BLOCK_DRAWS, seed=1), start, pool
            )
            for start in range(0, draws, BLOCK_DRAWS)
        ]
    return pa.concat_tables(tables)


def peer(file: dict[str, Any], values: list[dict[str, float]]) -> dict[str, list[dict[str, Any]]]:
    """Return the NumPy function's answers, called once a draw for each proposal."""
    return {
        proposal: [numpy_peer.solve(numpy_peer.problem(file, proposal, draw)) for draw in values]
        for proposal in file["proposals"]
    }


def under_ema(file: dict[str, Any], values: list[dict[str, float]]) -> tuple[float, float]:
    """Return the seconds that EMA Workbench's SequentialEvaluator takes, and the largest difference from the bare function."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import ema_workbench as ema
    names = sorted(name for name in values[0] if len({draw[name] for draw in values}) > 1)
    plain = {f"x{number}": name for number, name in enumerate(names)}
    fixed = {name: value for name, value in values[0].items() if name not in names}

    def chain(**given: float) -> dict[str, float]:
        draw = fixed | {plain[name]: value for name, value in given.items()}
        found = {}
        for proposal in file["proposals"]:
            answers = numpy_peer.solve(numpy_peer.problem(file, proposal, draw))
            found |= {f"{proposal}_{name.replace('.', '_')}": answers[name] for name in OUTCOMES}
        return found

    model = ema.Model("chain", function=chain)
    ends = {name: [draw[path] for draw in values] for name, path in plain.items()}
    model.uncertainties = [
        ema.RealParameter(name, min(seen) - 1e-9, max(seen) + 1e-9) for name, seen in ends.items()
    ]
    model.outcomes = [
        ema.ScalarOutcome(f"{proposal}_{name.replace('.', '_')}")
        for proposal in file["proposals"]
        for name in OUTCOMES
    ]
    cases = [
        ema.Scenario(str(number), **{name: draw[path] for name, path in plain.items()})
        for number, draw in enumerate(values)
    ]
    with ema.SequentialEvaluator(model) as evaluator:
        spent, (_, answers) = timed(lambda: evaluator.perform_experiments(scenarios=cases), name="ema")
    bare = peer(file, values[:1])
    apart = max(
        abs(float(answers[f"{proposal}_{name.replace('.', '_')}"][0]) - bare[proposal][0][name])
        for proposal in file["proposals"]
        for name in OUTCOMES
    )
    return spent, apart


def command_line(count: int) -> list[tuple[str, float]]:
    """Return the seconds of `holdfast run` of the Paris scenario into an empty folder, with an empty compilation cache and again."""
    program = str(Path(sys.executable).with_name("holdfast"))
    with tempfile.TemporaryDirectory() as folder:
        settings = os.environ | {"XDG_CACHE_HOME": f"{folder}/cache"}
        settings.pop("JAX_COMPILATION_CACHE_DIR", None)

        def run(name: str) -> None:
            command = [program, "run", str(PARIS), "--draws", str(count), "--out", f"{folder}/{name}"]
            subprocess.run(command, env=settings, check=True, capture_output=True)

        return [(f"{name} time", timed(lambda name=name: run(name))[0]) for name in ("first", "second")]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--draws", type=int, default=8192, help="draws for Holdfast (default 8192)")
    parser.add_argument("--peer-draws", type=int, default=64, help="draws for the peers (default 64)")
    parser.add_argument(
        "--no-cli", action="store_true", help="leave out the runs of Paris from the command line"
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    given = parser.parse_args()

    file = fixed_scenario.scenario()
    proposals = len(file["proposals"])
    with tempfile.TemporaryDirectory() as folder:
        scenario = load_scenario(fixed_scenario.write(Path(folder) / "scenario.yaml"))
    drawn = sample(scenario, start=0, count=given.peer_draws, seed=1)
    values = [
        {path: float(column[n]) for path, column in drawn.values.items()} for n in range(given.peer_draws)
    ]
    print(
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores; {len(scenario.quantities)} numbers, {proposals} proposals"
    )

    first, found = timed(lambda: ours(scenario, given.draws))
    again, found = timed(lambda: ours(scenario, given.draws), repeat=3, name="holdfast")
    numpy_time, answers = timed(lambda: peer(file, values), name="numpy")
    ema_time, apart = under_ema(file, values)
    several = sorted(file["proposals"])
    worst = {
        name: max(
            float(
                np.max(
                    np.abs(column[: given.peer_draws, place] - [answer[name] for answer in answers[proposal]])
                )
            )
            for place, proposal in enumerate(several)
        )
        for name in OUTCOMES
        for column in [found.column(name).to_numpy().reshape(-1, proposals)]
    }
    rates = {
        "holdfast": given.draws * proposals / again,
        "numpy": given.peer_draws * proposals / numpy_time,
        "ema": given.peer_draws * proposals / ema_time,
    }
    print("\nThe same answers? Largest difference between Holdfast and the NumPy function, by outcome:")
    print("  " + ", ".join(f"{name} {difference:.1e}" for name, difference in worst.items()))
    print(f"  between the NumPy function alone and under EMA Workbench: {apart:.1e}")
    print("\nDraws × proposals a second:")
    print(
        f"  Holdfast, once compiled                          {rates['holdfast']:10,.0f}   ({given.draws} draws, best of 3)"
    )
    print(
        f"  (a) NumPy, called once a draw                    {rates['numpy']:10,.1f}   ({given.peer_draws} draws)"
    )
    print(
        f"  (b) the same under EMA's SequentialEvaluator     {rates['ema']:10,.1f}   ({given.peer_draws} draws)"
    )
    print(
        f"  Holdfast ÷ (a) {rates['holdfast'] / rates['numpy']:,.0f}   Holdfast ÷ (b) {rates['holdfast'] / rates['ema']:,.0f}"
    )
    counts = {"holdfast": given.draws, "numpy": given.peer_draws, "ema": given.peer_draws}
    busy = {name: PROCESSOR[name] / count / proposals * 1e3 for name, count in counts.items()}
    print(
        "  milliseconds of processor time each: "
        + ", ".join(f"{name} {spent:.2f}" for name, spent in busy.items())
    )
    print(f"  first call, with compilation or its cache: {first:.1f} s; later calls: {again:.2f} s")
    parts = where_time_goes(scenario)
    print("Where the time goes, in milliseconds a draw of one proposal, each piece compiled by itself:")
    for name, seconds in parts.items():
        print(f"  {name:48} {seconds:8.3f}")
    figures: dict[str, Any] = {
        "rates": rates,
        "difference": worst,
        "processor_ms": busy,
        "parts": parts,
        "first_call": first,
    }
    if not given.no_cli:
        print("\nholdfast run of Paris, 4,096 draws, into an empty folder:")
        figures["cli"] = command_line(4096)
        for name, seconds in figures["cli"]:
            print(f"  {name:12} {seconds:6.1f} s")
    if given.json:
        print(json.dumps(figures))


def where_time_goes(scenario: Scenario, draws: int = 512) -> dict[str, float]:
    """Return milliseconds a draw of the first proposal, by piece of the chain, each compiled by itself."""
    import jax

    from holdfast.chain.kernels import kernel

    solving = importlib.import_module("holdfast.chain.solve")
    escalate = importlib.import_module("holdfast.chain.escalate")

    def spent(work: Callable[[], Any], count: int) -> float:
        jax.block_until_ready(work())
        return timed(lambda: jax.block_until_ready(work()), repeat=3)[0] / count * 1e3

    drawing = timed(lambda: sample(scenario, start=0, count=draws, seed=1), repeat=3)
    proposal = scenario.proposals[min(scenario.proposals)]
    building = timed(lambda: assemble(scenario, proposal, drawing[1]), repeat=3)
    parts = {
        "drawing": drawing[0] / draws * 1e3,
        "building the arrays": building[0] / draws * 1e3,
    }
    inputs = jax.tree.map(np.asarray, building[1].inputs)
    method, count = escalate.QUICK
    block = escalate.taken(inputs, np.arange(count))
    begin, add, finish = (kernel(f, method=method) for f in (solving.begin, solving.yielding, solving.finish))
    nodes = jax.tree.map(np.asarray, begin(block))
    helped, honour = tuple(n.helped for n in nodes), tuple(n.honour for n in nodes)
    first = tuple(n._replace(honour=n.honour[:1]) for n in nodes)
    parts |= {
        "every draw: help, honour and values at nodes": spent(lambda: begin(block), count),
        "where a side may yield, on top": spent(lambda: add(block, helped, honour), count),
        "every draw: integration and the rest": spent(lambda: finish(block, first), count),
    }
    for name, (finer, few) in {"rough or stiff": escalate.SHARP, "fine": escalate.FINE}.items():
        block = escalate.taken(inputs, np.arange(few))
        solve = kernel(solving.solve, method=finer)
        parts[name] = spent(lambda block=block, solve=solve: solve(block), few)
    found = escalate._quickly(inputs)
    parts["all, with what is solved again"] = (
        timed(lambda: escalate.solve_draws(inputs), repeat=2)[0] / draws * 1e3
    )
    again = 1 - float(escalate._settled(found).mean())
    print(f"\n{again:.0%} of the draws are solved again, more finely.")
    return parts


if __name__ == "__main__":
    main()
