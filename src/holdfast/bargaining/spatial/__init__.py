"""The Spatial Model of Politics of the KAPSARC Toolkit for Behavioral Analysis: see docs/explanation/spatial-model.md.

One idea a module: `votes`, `victory`, `condorcet`, `utility`, `commitments`, `challenge`, `interpolate`, `bargains` and `stop` hold the
equations, `turn` and `rounds` string them together, `model` is what is called. Arrays in, arrays out.
"""

import jax

jax.config.update("jax_enable_x64", True)

from holdfast.bargaining.spatial.model import matrices, run, run_draws  # noqa: E402
from holdfast.bargaining.spatial.options import (  # noqa: E402
    BargainForm,
    Commitment,
    Election,
    Interpolation,
    RiskAdjustment,
    RiskRange,
    SpatialModel,
    Transition,
    VictoryModel,
    VotingRule,
)
from holdfast.bargaining.spatial.results import Bargains, Matrices, Run, Runs  # noqa: E402

__all__ = [
    "BargainForm",
    "Bargains",
    "Commitment",
    "Election",
    "Interpolation",
    "Matrices",
    "RiskAdjustment",
    "RiskRange",
    "Run",
    "Runs",
    "SpatialModel",
    "Transition",
    "VictoryModel",
    "VotingRule",
    "matrices",
    "run",
    "run_draws",
]
