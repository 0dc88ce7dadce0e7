"""Bargaining in short, for the main report: the zone on the study's own draws, a small search for concessions, few models."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from holdfast.scenario import Scenario
from holdfast.study.bargain.answers import bargain
from holdfast.study.bargain.concessions import Search
from holdfast.study.bargain.stances import bargainers
from holdfast.study.bargain.zone import Progress, agreement_zone

__all__ = ["DRAWS", "MODELS", "SEARCH", "brief"]

DRAWS = 128
MODELS = ("mean", "median", "challenge")
"""The spatial model takes several times as long to compile as these to run; `holdfast bargain` has it."""
SEARCH = Search(draws=64, issues=(1,), parts=(0.5, 1.0), confirmed=256, rounds=1, at_once=3)
_FEWEST = 3
"""Between two who are at war the models of positions say little beside the chain; from three on who bargains, they are asked."""


def brief(
    scenario: Scenario,
    proposals: Sequence[str],
    draws_file: Path,
    *,
    seed: int,
    progress: Progress = lambda _done, _of: None,
) -> dict[str, Any]:
    """Return under `positions` what `bargain` finds (None where fewer than three bargain over every issue), under `zone` the zone.

    Parameters
    ----------
    scenario
        As it was run.
    proposals
        Those that were compared.
    draws_file
        The study's `draws.parquet`: the zone rests on all its draws, so that the report names no probability twice.
    seed
        That of the study.
    progress
        Told how many proposals are done.

    Notes
    -----
    Draws in which a value could not be worked out under some proposal count in no proposal's zone; where there are no others, `zone` is
    None.
    """
    values, rows = _values(scenario, sorted(proposals), draws_file)
    zone = None
    if len(rows):
        zone = agreement_zone(
            scenario,
            search=SEARCH,
            seed=seed,
            proposals=proposals,
            values=values,
            rows=rows.tolist(),
            progress=progress,
        )
    who = bargainers(scenario)
    several = any(sum(k in scenario.parties[p].positions for p in who) >= _FEWEST for k in scenario.issues)
    found = bargain(scenario, (), MODELS, draws=DRAWS, seed=seed) if several else None
    return {"positions": found, "zone": zone}


def _values(
    scenario: Scenario, proposals: list[str], draws_file: Path
) -> tuple[dict[str, dict[str, np.ndarray]], np.ndarray]:
    """Read what the zone needs, by proposal and column, of the draws in which all is known; and which draws these are."""
    signatories = {s for p in proposals for s in scenario.members(scenario.proposals[p].signatories)}
    wanted = [f"accept.{s}" for s in sorted(signatories)]
    wanted += [f"{what}.{s}" for what in ("value", "fighting") for s in scenario.principals]
    file: Any = pq.ParquetFile(draws_file)
    present = [name for name in wanted if name in file.schema_arrow.names]
    table: Any = file.read(present)
    columns = {
        name: table.column(name).cast("float64").to_numpy(zero_copy_only=False).reshape(-1, len(proposals))
        for name in present
    }
    signs = {p: set(scenario.members(scenario.proposals[p].signatories)) for p in proposals}
    found = {
        p: {
            name: column[:, n]
            for name, column in columns.items()
            if not name.startswith("accept.") or name.removeprefix("accept.") in signs[p]
        }
        for n, p in enumerate(proposals)
    }
    known = np.all([np.isfinite(a) for each in found.values() for a in each.values()], axis=0)
    rows = np.flatnonzero(known)
    return {p: {name: a[rows] for name, a in each.items()} for p, each in found.items()}, rows
