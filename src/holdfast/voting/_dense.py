"""Placeholder until the distribution of the yes weight lands."""

import numpy as np


def banzhaf(weights: list[int], quota: int) -> tuple[np.ndarray, float]:
    """Return β."""
    raise NotImplementedError


def shapley_shubik(weights: list[int], quota: int) -> tuple[np.ndarray, float]:
    """Return φ."""
    raise NotImplementedError


def collectivity(weights: list[int], quota: int) -> float:
    """Return A."""
    raise NotImplementedError
