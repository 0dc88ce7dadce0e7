"""War as a costly lottery: who wins, and what it is worth to each side."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Array = NDArray[np.float64]


def subsets(n: int) -> NDArray[np.bool_]:
    """All 2^n subsets of n pledges, a row each; pledge g is in row s where bit g of s is set."""
    return ((np.arange(2**n)[:, None] >> np.arange(n)) & 1).astype(bool)


def weights(honour: Array, chosen: NDArray[np.bool_]) -> Array:
    """Probability of each subset when pledge g is honoured independently with probability honour[g]."""
    return np.prod(np.where(chosen, honour, 1.0 - honour), axis=-1)


def win(attacker: float, defenders: Array | float, decisiveness: float) -> Array:
    """The attacker's probability of winning."""
    return np.asarray(expit(decisiveness * (np.log(attacker) - np.log(defenders))))


def war_value(
    p: Array | float, defeat: float, war_cost: Array | float, end_rate: float, discount: float
) -> Array:
    """Value of a war to a side that wins it with probability p and may yield instead."""
    fight = (end_rate * (p + (1.0 - np.asarray(p)) * defeat) - war_cost) / (discount + end_rate)
    return np.maximum(defeat, fight)


def yielding_point(defeat: float, war_cost: float, end_rate: float, discount: float) -> float:
    """The p at which a side is indifferent between fighting and yielding (may be 1 or more)."""
    if defeat >= 1.0:
        return np.inf
    return (defeat * discount + war_cost) / (end_rate * (1.0 - defeat))
