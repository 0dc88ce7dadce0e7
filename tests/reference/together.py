"""All cases solved as draws of a few calls, so that a handful of kernels serves hundreds of scenarios."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

import jax
import numpy as np
from ruamel.yaml import YAML

from holdfast.chain.escalate import solve_draws
from holdfast.scenario import load_scenario, sample
from holdfast.study.assemble import assemble
from holdfast.study.columns import columns
from holdfast.study.places import Size, size_of

Key = tuple[str, str]


def evaluate_together(cases: list[dict]) -> dict[Key, dict[str, float]]:
    """Outcomes by case name and proposal, as `study.evaluate` gives them one by one."""
    groups: dict[int, list[tuple]] = defaultdict(list)
    for case in cases:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "scenario.yaml"
            YAML(typ="safe").dump(case["file"], path)
            scenario = load_scenario(path)
        draws = sample(scenario, start=0, count=1, seed=1)
        for name, proposal in scenario.proposals.items():
            size = size_of(scenario, proposal)
            # 0, 1-2 or more ramps: each kind has its kernels compiled, which takes longer than all else
            kind = min((size.ramps + 1) // 2, 2)
            groups[kind].append(((case["name"], name), scenario, proposal, draws, size))
    found: dict[Key, dict[str, float]] = {}
    for members in groups.values():
        found |= _solved(members)
    return found


def _solved(members: list[tuple]) -> dict[Key, dict[str, float]]:
    size = Size()
    for *_, own in members:
        size = size.joined(own)
    built = [assemble(scenario, proposal, draws, size.rounded) for _, scenario, proposal, draws, _ in members]
    joined = jax.tree.map(lambda *parts: np.concatenate(parts, axis=-1), *(b.inputs for b in built))
    solved = solve_draws(joined)
    found: dict[Key, dict[str, float]] = {}
    for n, ((key, scenario, proposal, draws, _), own) in enumerate(zip(members, built, strict=True)):
        one = jax.tree.map(lambda a, n=n: np.asarray(a)[..., n : n + 1], solved)
        got = columns(scenario, proposal, draws, own, one)
        found[key] = {name: float(value[0]) for name, value in got.items()}
    return found
