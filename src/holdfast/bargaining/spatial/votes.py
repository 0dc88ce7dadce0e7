"""Votes: how much of its weight a party throws in for one option against another, and the coalitions that these make.

In the equations: w a party's weight, g = u(a) − u(b) what it gains by option a over option b, v[a : b] its vote, positive for a.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
from jaxtyping import Float

from holdfast.bargaining.spatial.options import VotingRule

__all__ = ["FLOOR", "Data", "coalitions", "vote"]

lax: Any = jax.lax  # JAX's types of its loops are incomplete

Data: TypeAlias = Any
"""An array that is NumPy's outside of compiled kernels and JAX's inside."""

FLOOR = 1e-8
"""What every coalition has even if nobody supports it, on the scale where the strongest party's strength is 100."""

_STEP = 1e-8  # a gain of this much or more is a whole vote under the binary rule
_ROUNDING = 1e-12
_BINARY_SHARE, _CUBIC_SHARE, _GAIN_SHARE = 0.2, 0.5, 2 / 3


def vote(
    rule: VotingRule, weight: Float[Data, "*#batch"], gain: Float[Data, "*#batch"]
) -> Float[Data, "*#batch"]:
    """Return each party's vote for an option that it gains by, negative against one that it loses by.

    With b = min(1, max(−1, g / 10⁻⁸)): binary w b; proportional-binary w (0.8 g + 0.2 b); proportional w g; proportional-cubic
    w (g + g³) / 2; cubic w g³; asymmetric w g where g < 0, ⅔ w g where g > 0. A gain of less than 10⁻¹² is an error of rounding and counts
    as none: KTAB's coalitions have a floor so low that such errors would show.

    Parameters
    ----------
    weight
        w ≥ 0, in any unit.
    gain
        g from −1 to 1; from −3 to 3 for a third party, who compares sums of three utilities.

    References
    ----------
    KAPSARC (2019), Model::vote.

    Examples
    --------
    >>> [round(float(vote(rule, jnp.asarray(10.0), jnp.asarray(0.5))), 4) for rule in VotingRule]
    [10.0, 6.0, 5.0, 3.125, 1.25, 3.3333]
    >>> [round(float(vote(rule, jnp.asarray(10.0), jnp.asarray(-0.5))), 4) for rule in VotingRule]
    [-10.0, -6.0, -5.0, -3.125, -1.25, -5.0]
    """
    return weight * _response(rule, jnp.where(jnp.abs(gain) < _ROUNDING, 0.0, gain))


def _response(rule: VotingRule, gain: Data) -> Data:
    if rule is VotingRule.PROPORTIONAL:
        return gain
    if rule is VotingRule.CUBIC:
        return gain**3
    if rule is VotingRule.PROPORTIONAL_CUBIC:
        return (1 - _CUBIC_SHARE) * gain + _CUBIC_SHARE * gain**3
    if rule is VotingRule.ASYMMETRIC:
        return jnp.where(gain > 0, _GAIN_SHARE * gain, gain)
    binary = jnp.clip(gain / _STEP, -1.0, 1.0)
    if rule is VotingRule.BINARY:
        return binary
    return (1 - _BINARY_SHARE) * gain + _BINARY_SHARE * binary


def coalitions(
    rule: VotingRule,
    weight: Float[Data, " parties"],
    utility: Float[Data, "parties options"],
    *,
    from_first: bool = False,
) -> Float[Data, "options options"]:
    """Return the strength of the coalition for each option (row) against each other (column).

    c[a, b] = 10⁻⁸ + Σ_i max(0, v_i[a : b]).

    Parameters
    ----------
    weight
        Strengths of which the largest is 100.
    utility
        Of each option to each party, from 0 to 1.
    from_first
        Whether the first option is how things stand. Only the asymmetric rule asks: a change from there gains ⅔ and loses 1.
        Between two options neither of which is how things stand, support is the mean of the two readings, ⅚ w g, which keeps
        the answer from depending on the order in which they are listed, as KTAB's does.

    References
    ----------
    KAPSARC (2019), Model::coalitions.

    Examples
    --------
    Weights 3 and 1; the first party prefers option 0 by 0.5, the second option 1 by 0.5:

    >>> import numpy as np
    >>> utility = jnp.asarray([[1.0, 0.5], [0.5, 1.0]])
    >>> np.asarray(coalitions(VotingRule.PROPORTIONAL, jnp.asarray([3.0, 1.0]), utility)).round(4).tolist()
    [[0.0, 1.5], [0.5, 0.0]]
    """
    even = VotingRule.PROPORTIONAL if rule is VotingRule.ASYMMETRIC else rule

    def behind(worth: Data) -> Data:
        """Return the support for one option against each."""
        votes = vote(even, weight[:, None], worth[:, None] - utility)
        return jnp.sum(jnp.maximum(votes, 0.0), axis=0)

    # one option at a time: what it takes is small enough to stay in the processor's cache
    support: Data = lax.map(behind, utility.T)
    if rule is VotingRule.ASYMMETRIC:
        share = jnp.full(support.shape, (1 + _GAIN_SHARE) / 2)
        if from_first:
            share = share.at[1:, 0].set(_GAIN_SHARE).at[0, 1:].set(1.0)
        support = support * share
    return FLOOR + support
