"""A weighted quota with vetoes: does a vote pass?

Members vote yes independently of each other. A decision passes when the yes votes' weights reach the quota and every veto
holder has voted yes. Weights are added exactly, as fractions, so that a quota of 0.3 is reached by three weights of 0.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import SupportsFloat

import numpy as np
from jaxtyping import Float

__all__ = ["can_pass", "passage_probability"]


def _exact(number: SupportsFloat) -> Fraction:
    # the decimal that was written, not its nearest binary fraction
    return Fraction(repr(float(number)))


def passage_probability(
    support: Float[np.ndarray, "members draws"],
    weights: Sequence[SupportsFloat],
    quota: SupportsFloat | None,
    veto: Sequence[bool],
) -> Float[np.ndarray, " draws"]:
    """Return the probability that a body of independent members passes a decision.

    q = P(Σ_m weight_m Y_m ≥ quota and Y_m = 1 for every veto holder), Y_m = 1 with probability support_m. Exact: the distribution of the
    yes votes' weight is built member by member over the sums that occur, those that reach the quota taken together.

    Parameters
    ----------
    support
        Each voting member's probability of a yes; recused members are left out.
    weights
        Above 0, one a member.
    quota
        Weight needed; None for the whole weight.
    veto
        Whether the member's yes is needed whatever the others vote.

    Returns
    -------
    array
        q, a value a draw. A body of which nobody may vote passes nothing.

    Notes
    -----
    Time and memory grow with members × distinct sums: at most quota / greatest common divisor of the weights, or 2^members.

    Examples
    --------
    Two of three members, one of them with a veto and sure to agree:

    >>> import numpy as np
    >>> float(passage_probability(np.array([[1.0], [0.5], [0.5]]), [1, 1, 1], 2, [True, False, False])[0])
    0.75
    """
    if not len(weights):
        return np.zeros(support.shape[1:])
    exact = [_exact(w) for w in weights]
    needed = sum(exact, start=Fraction(0)) if quota is None else _exact(quota)
    reached: dict[Fraction, np.ndarray] = {Fraction(0): np.ones(support.shape[1:])}
    for weight, must, yes in zip(exact, veto, support, strict=True):
        after: dict[Fraction, np.ndarray] = {}
        for total, probability in reached.items():
            new = min(total + weight, needed)
            after[new] = after.get(new, 0.0) + probability * yes
            if not must:
                after[total] = after.get(total, 0.0) + probability * (1 - yes)
        reached = after
    return sum(
        (probability for total, probability in reached.items() if total >= needed),
        start=np.zeros(support.shape[1:]),
    )


def can_pass(weights: Sequence[SupportsFloat], quota: SupportsFloat | None) -> bool:
    """Return whether the yes of all who may vote reaches the quota.

    Examples
    --------
    >>> can_pass([0.1, 0.1, 0.1], 0.3), can_pass([1, 1], 3), can_pass([], None)
    (True, False, False)
    """
    total = sum(_exact(w) for w in weights)
    return bool(len(weights)) and (quota is None or total >= _exact(quota))
