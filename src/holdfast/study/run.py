"""A study: a scenario's draws run block by block into a folder, then joined, ranked and explained.

JAX takes seconds to import, so that it is imported only once there is something to compute.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

import numpy as np

from holdfast import __version__
from holdfast.errors import InputError
from holdfast.scenario import Scenario, load_scenario, sample
from holdfast.scenario.checks import unsigned
from holdfast.study.allocator import give_back
from holdfast.study.bargain.brief import brief
from holdfast.study.blocks import BLOCK_DRAWS, block_table
from holdfast.study.hinges import MOST_DRAWS, OUTCOMES, Hinges, HingesResult
from holdfast.study.hinges.inputs import hinge_inputs
from holdfast.study.kernels import keep_kernels
from holdfast.study.store import RunKey, State, Store, default_folder, open_store
from holdfast.study.summary import summarise

__all__ = ["Study", "rounded_up", "run_study"]

Progress = Callable[[str, int, int], None]
Notice = Callable[[str], None]


@dataclass(frozen=True)
class Study:
    """A finished study: where it is, what was run, what came out, and whether it had been there before."""

    folder: Path
    scenario: Scenario
    summary: dict[str, Any]
    manifest: dict[str, Any]
    known: bool

    @property
    def draws_path(self) -> Path:
        """The table of draws."""
        return self.folder / "draws.parquet"

    @property
    def page_path(self) -> Path:
        """Where the report goes."""
        return self.folder / "report.html"

    def bargained(self, progress: Callable[[int, int], None] = lambda _done, _of: None) -> dict[str, Any]:
        """Return what the report says of bargaining, worked out anew from the study's draws."""
        keep_kernels()
        found = brief(
            self.scenario,
            sorted(self.summary["proposals"]),
            self.draws_path,
            seed=int(self.summary["seed"]),
            progress=progress,
        )
        give_back()
        return found


def rounded_up(draws: int, most: int = 2**31, usual: int = 4096) -> int:
    """Return the smallest power of two that is not below a number of draws.

    Raises
    ------
    InputError
        Below 1 or above `most`; the message proposes `usual`.

    Examples
    --------
    >>> rounded_up(1000), rounded_up(4096)
    (1024, 4096)
    """
    if not 1 <= draws <= most:
        raise InputError(f"--draws {draws}: must be from 1 to {most}. Write --draws {usual}.")
    return 1 << (draws - 1).bit_length()


def run_study(
    file: Path,
    *,
    draws: int = 4096,
    seed: int = 1,
    proposals: Sequence[str] = (),
    settings: Sequence[str] = (),
    out: Path | None = None,
    force: bool = False,
    notice: Notice = lambda _: None,
    progress: Progress = lambda _stage, _done, _of: None,
) -> Study:
    """Run a scenario, or go on where an earlier run of the same was cut off, or take what a complete one has left.

    Parameters
    ----------
    file
        The scenario file.
    draws
        Rounded up to a power of two, with a notice.
    seed
        Of the Sobol sequence's scrambling, 0 or more.
    proposals
        Which to compare; all where empty.
    settings
        `PATH=VALUE` changes to the file.
    out
        The study's folder; by default `holdfast-out/<file's stem>-<hash8>`.
    force
        Whether a study of other arguments in that folder is replaced.
    notice, progress
        Told what a user should know, and how far each stage has come (stage, done, of).

    Raises
    ------
    InputError
        For a mistake in the file or the arguments; nothing has been written then.
    HoldfastError
        When the disk refuses.
    """
    started = time.monotonic()
    scenario = load_scenario(file, settings)
    chosen = _chosen(scenario, proposals)
    count = rounded_up(draws)
    if seed < 0:
        raise InputError(f"--seed {seed}: must be 0 or more. Write --seed 1.")
    for warning in unsigned(scenario, chosen):
        notice(f"{file}: warning: {warning}")
    if count != draws:
        notice(f"{draws} draws rounded up to {count}, a power of two, which Sobol sequences need.")
    key = RunKey(scenario.file_sha256, __version__, seed, count, tuple(chosen), tuple(settings))
    with open_store(out or default_folder(file, key), key, force=force) as store:
        if store.state is State.COMPLETE:
            return Study(store.folder, scenario, store.summary(), store.manifest(), known=True)
        if store.state is not State.NEW:
            notice(f"{store.folder} holds {store.state.value}.")
        keep_kernels()
        blocks = -(-count // BLOCK_DRAWS)
        _fill(store, scenario, chosen, count, seed, progress)
        store.join(blocks, lambda done, of: progress("joining", done, of))
        give_back()
        progress("explaining", 0, 1)
        hinges = _hinges(store, scenario, chosen, count, seed, notice)
        summary = summarise(scenario, chosen, store.draws_path, count, seed, hinges.hinges)
        give_back()
        store.finish(summary, _about(scenario, hinges, time.monotonic() - started))
        progress("explaining", 1, 1)
        return Study(store.folder, scenario, summary, store.manifest(), known=False)


def _chosen(scenario: Scenario, proposals: Sequence[str]) -> list[str]:
    unknown = [p for p in proposals if p not in scenario.proposals]
    if unknown:
        known = ", ".join(sorted(scenario.proposals))
        raise InputError(f"--proposal {unknown[0]}: no such proposal. Write one of: {known}.")
    return sorted(set(proposals) or scenario.proposals)


def _fill(
    store: Store, scenario: Scenario, proposals: Sequence[str], count: int, seed: int, progress: Progress
) -> None:
    """Make the parts that are missing, one block of draws each."""
    blocks = -(-count // BLOCK_DRAWS)
    missing = store.missing(blocks)
    pool = ThreadPoolExecutor(max_workers=os.cpu_count() or 1)
    try:
        for done, block in enumerate(missing):
            progress("drawing", blocks - len(missing) + done, blocks)
            start = block * BLOCK_DRAWS
            drawn = sample(scenario, start=start, count=min(BLOCK_DRAWS, count - start), seed=seed)
            store.write_part(block, block_table(scenario, proposals, drawn, start, pool))
            give_back()
        progress("drawing", blocks, blocks)
    finally:
        pool.shutdown(cancel_futures=True)


def _hinges(
    store: Store, scenario: Scenario, proposals: Sequence[str], count: int, seed: int, notice: Notice
) -> HingesResult:
    inputs = hinge_inputs(scenario, proposals)
    used = min(count, MOST_DRAWS)
    blocks = -(-used // BLOCK_DRAWS)
    hinges = Hinges(inputs.infos, proposals, used, inputs.correlated)
    for block, table in enumerate(store.read_parts(blocks, OUTCOMES)):
        size = table.num_rows // len(proposals)
        values = {
            name: table.column(name).to_numpy(zero_copy_only=False).reshape(size, len(proposals))
            for name in OUTCOMES
        }
        if not all(np.isfinite(v).all() for v in values.values()):
            notice(
                "Some draws could not be solved, so that hinges are left out. See not_converged in the summary."
            )
            return HingesResult([], [], [], 0)
        drawn = sample(scenario, start=block * BLOCK_DRAWS, count=size, seed=seed)
        hinges.add(inputs.uniforms(drawn), values)
    return hinges.result(inputs.quantile)


def _about(scenario: Scenario, hinges: HingesResult, seconds: float) -> dict[str, Any]:
    """Return what the manifest says beside key and hashes: all that may differ from run to run stands here."""
    import jax  # noqa: PLC0415

    device = cast(Any, jax.devices()[0])
    return {
        "versions": {
            "holdfast": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in ("jax", "jaxlib", "numpy", "scipy", "pyarrow")},
        },
        "device": f"{device.platform} ({device.device_kind}), {platform.machine()}",
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 1),
        "inputs": {
            path: {
                "describe": q.describe(),
                "median": q.median,
                "interval90": list(q.interval90),
                "source": list(q.source),
            }
            for path, q in scenario.quantities.items()
        },
        "explained": [dict(e) for e in hinges.explained],
        "overlaps": [dict(o) for o in hinges.overlaps],
        "hinge_draws": hinges.draws,
    }
