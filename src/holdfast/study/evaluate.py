"""One scenario's outcomes without a study's folder: for calling from Python, and for tests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from holdfast.chain.escalate import solve_draws
from holdfast.scenario import Draws, Proposal, Scenario, sample
from holdfast.study.assemble import assemble
from holdfast.study.columns import columns
from holdfast.study.places import shared_size

__all__ = ["evaluate", "outcomes"]


def outcomes(
    scenario: Scenario, proposal: Proposal, draws: Draws, among: Sequence[str] = ()
) -> dict[str, np.ndarray]:
    """Return every outcome of a proposal by column name (docs/reference/columns.md), a value a draw.

    Kernels are shared with the proposals named in `among`.
    """
    built = assemble(scenario, proposal, draws, shared_size(scenario, proposal, among))
    return columns(scenario, proposal, draws, built, solve_draws(built.inputs))


def evaluate(
    scenario: Scenario, proposals: Sequence[str] | None = None, *, draw: int = 0, seed: int = 1
) -> dict[str, dict[str, float]]:
    """Return the outcomes of one draw, by proposal and column name.

    Parameters
    ----------
    scenario
        As loaded. Where every quantity is a plain number, every draw is the same.
    proposals
        Ids; all of them where not given.
    draw, seed
        Which row of which sequence.
    """
    drawn = sample(scenario, start=draw, count=1, seed=seed)
    chosen = sorted(scenario.proposals) if proposals is None else proposals
    return {
        p: {
            name: float(column[0])
            for name, column in outcomes(scenario, scenario.proposals[p], drawn, chosen).items()
        }
        for p in chosen
    }
