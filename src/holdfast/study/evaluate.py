"""One scenario's outcomes without a study's folder: for calling from Python, and for tests.

What solves them is imported when they are asked for: it takes seconds, and whoever gave a bad file or argument gets an
answer before.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from holdfast.scenario import Draws, Proposal, Scenario, sample

__all__ = ["evaluate", "outcomes"]


def outcomes(
    scenario: Scenario, proposal: Proposal, draws: Draws, among: Sequence[str] = ()
) -> dict[str, np.ndarray]:
    """Return every outcome of a proposal by column name (docs/reference/columns.md), a value a draw.

    Kernels are shared with the proposals named in `among`.
    """
    from holdfast.chain.escalate import solve_draws  # noqa: PLC0415
    from holdfast.study.assemble import assemble  # noqa: PLC0415
    from holdfast.study.columns import columns  # noqa: PLC0415
    from holdfast.study.places import shared_size  # noqa: PLC0415

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
