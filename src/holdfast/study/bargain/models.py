"""Every model of positions on one file's stances, answering in one form."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from holdfast.study.bargain.stances import Stances

__all__ = ["BASELINE", "MODELS", "Path", "paths"]


class Path(NamedTuple):
    """What one model makes of the stances, round by round; round 0 is the start. The last axis is that of the draws.

    `moved_by` numbers the parties; −1 where a party stayed. None for models without rounds.
    """

    outcome: Float[np.ndarray, "rounds issues draws"]
    positions: Float[np.ndarray, "rounds parties issues draws"] | None
    moved_by: Int[np.ndarray, "moves parties issues draws"] | None
    settled: Bool[np.ndarray, "issues draws"] | None


def _mean(stances: Stances, seed: int) -> Path:
    from holdfast.bargaining.mean import weighted_mean  # noqa: PLC0415 - JAX takes a second to import

    return _by_issue(stances, weighted_mean)


def _median(stances: Stances, seed: int) -> Path:
    from holdfast.bargaining.mean import weighted_median  # noqa: PLC0415

    return _by_issue(stances, weighted_median)


def _challenge(stances: Stances, seed: int) -> Path:
    from holdfast.bargaining.challenge import run  # noqa: PLC0415

    outcome, positions, moved, settled = [], [], [], []
    for place in range(len(stances.issues)):
        x, s = _filled(stances, place)
        found = run(x, s, stances.influence)
        outcome.append(np.asarray(found.median))
        positions.append(np.asarray(found.positions))
        moved.append(np.asarray(found.by))
        settled.append(np.asarray(found.settled))
    return Path(np.stack(outcome, 1), np.stack(positions, 2), np.stack(moved, 2), np.stack(settled))


def _spatial(stances: Stances, seed: int) -> Path:
    from holdfast.bargaining import spatial  # noqa: PLC0415

    x = np.stack([_filled(stances, k)[0] for k in range(len(stances.issues))], axis=1)
    found = spatial.run_draws(x, stances.salience, stances.influence, seed=seed)
    weight = stances.weight
    mean = np.einsum("tikd,ikd->tkd", found.positions, weight) / weight.sum(0)
    moved = np.repeat(found.mover[:, :, None], len(stances.issues), axis=2)
    settled = np.repeat(found.settled[None], len(stances.issues), axis=0)
    mean[-1] = found.outcome
    return Path(mean, found.positions, moved, settled)


MODELS: dict[str, Callable[[Stances, int], Path]] = {
    "mean": _mean,
    "median": _median,
    "challenge": _challenge,
    "spatial": _spatial,
}
BASELINE = ("mean", "median")
"""Shown beside any other model."""


def paths(stances: Stances, models: tuple[str, ...], seed: int) -> dict[str, Path]:
    """Return what each model makes of the stances; the baseline is always among them."""
    chosen = [m for m in MODELS if m in models or m in BASELINE]
    return {m: MODELS[m](stances, seed) for m in chosen}


def _filled(stances: Stances, issue: int) -> tuple[np.ndarray, np.ndarray]:
    """Return positions and saliences on an issue; whoever has no position stands at 0 without salience, and counts for nothing."""
    return np.nan_to_num(stances.positions[:, issue]), stances.salience[:, issue]


def _by_issue(stances: Stances, middle: Callable[[np.ndarray, np.ndarray], object]) -> Path:
    each = []
    for k in range(len(stances.issues)):
        x, s = _filled(stances, k)
        each.append(np.asarray(middle(x, s * stances.influence)))
    return Path(np.stack(each)[None], None, None, None)
