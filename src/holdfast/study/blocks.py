"""A block of draws as a table: every sampled input and every outcome, a row a draw × proposal."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pyarrow as pa

from holdfast.scenario import Draws, Scenario
from holdfast.scenario.draws import stances
from holdfast.study.evaluate import outcomes

__all__ = ["BLOCK_DRAWS", "block_table", "input_paths"]

arrow: Any = pa  # it has no types of its own
Table = Any
"""A `pyarrow.Table`."""

BLOCK_DRAWS = 512
"""Draws in a block, which is one part on disk; the last block of a study may hold fewer."""

FLAGS = ("converged", "fragile")


def input_paths(scenario: Scenario, proposal: str) -> dict[str, str]:
    """Return the inputs that a proposal has, path by key: those that are uncertain under any proposal."""
    apart = stances(scenario)
    uncertain = {q.key for q in scenario.quantities.values() if q.constant is None and q.key not in apart}
    return {
        q.key: path
        for path, q in scenario.quantities.items()
        if q.key in uncertain and (path == q.key or path.startswith(f"proposals.{proposal}."))
    }


def block_table(
    scenario: Scenario, proposals: Sequence[str], draws: Draws, start: int, pool: ThreadPoolExecutor
) -> Table:
    """Return the rows of a block, draw by draw and in each draw proposal by proposal.

    Parameters
    ----------
    scenario, proposals
        The file, and which of its proposals, sorted by id.
    draws
        The block's draws, of which the first is number `start`.
    pool
        Threads that work on proposals side by side; the answer does not depend on how many.
    """

    def found_of(proposal: str) -> dict[str, np.ndarray]:
        return outcomes(scenario, scenario.proposals[proposal], draws, proposals)

    found = list(pool.map(found_of, proposals))
    inputs = [input_paths(scenario, p) for p in proposals]
    names = sorted({name for columns in found for name in columns})
    keys = sorted({key for paths in inputs for key in paths})
    size = draws.count
    numbers = np.repeat(np.arange(start, start + size), len(proposals))
    columns: dict[str, Any] = {
        "draw": arrow.array(numbers),
        "proposal": arrow.array(np.tile(np.array(proposals, dtype=object), size), arrow.string()),
    }
    for key in keys:
        parts = [draws.values[paths[key]] if key in paths else None for paths in inputs]
        columns[f"input:{key}"] = _joined(parts, size)
    for name in names:
        columns[name] = _joined([c.get(name) for c in found], size)
    return arrow.table(columns)


def _joined(parts: Sequence[np.ndarray | None], size: int) -> Any:
    """Return one column from the proposals' columns, draw by draw; null where a proposal has none or it does not apply."""
    blank = next(np.zeros(size, p.dtype) for p in parts if p is not None)
    values = np.stack([blank if p is None else p for p in parts], axis=1)
    missing = np.stack([np.full(size, p is None) for p in parts], axis=1)
    return arrow.array(values.ravel(), mask=missing.ravel())
