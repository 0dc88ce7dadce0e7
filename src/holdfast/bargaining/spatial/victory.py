"""Victory: how likely one coalition is to prevail over another, given how strong they are."""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Float

from holdfast.bargaining.spatial.options import VictoryModel
from holdfast.bargaining.spatial.votes import Data

__all__ = ["victory_probability"]

_POWERS = {
    VictoryModel.LINEAR: 1,
    VictoryModel.SQUARE: 2,
    VictoryModel.QUARTIC: 4,
    VictoryModel.OCTIC: 8,
}
_THRESHOLD = 1.1  # under the binary model, so much stronger is surely victorious
_UPSET = 1e-6  # to one, the odds of the weaker even then


def victory_probability(
    model: VictoryModel, ours: Float[Data, "*#batch"], theirs: Float[Data, "*#batch"]
) -> Float[Data, "*#batch"]:
    """Return the probability that our coalition prevails.

    P = c^m / (c^m + d^m) with m = 1, 2, 4 or 8. Binary: with r = c / (c + d) and a threshold t = 1.1, P = (r (t + 1) − 1) / (t − 1)
    within the threshold; beyond it the weaker has odds of a millionth.

    Parameters
    ----------
    ours, theirs
        Strengths c and d, above 0.

    References
    ----------
    KAPSARC (2019), Model::vProb. Within the threshold KTAB's line runs on to 0 and 1, and back to a millionth at the threshold itself; here
    a millionth is the least throughout, so that more strength never lowers P.

    Examples
    --------
    Twice as strong, and a twentieth stronger:

    >>> [round(float(victory_probability(m, jnp.asarray(2.0), jnp.asarray(1.0))), 4) for m in VictoryModel]
    [0.6667, 0.8, 0.9412, 0.9961, 1.0]
    >>> round(float(victory_probability(VictoryModel.BINARY, jnp.asarray(1.05), jnp.asarray(1.0))), 4)
    0.7561
    """
    if model is VictoryModel.BINARY:
        least = _UPSET / (1 + _UPSET)
        line = (ours / (ours + theirs) * (_THRESHOLD + 1) - 1) / (_THRESHOLD - 1)
        return jnp.clip(line, least, 1 - least)
    power = _POWERS[model]
    return ours**power / (ours**power + theirs**power)
