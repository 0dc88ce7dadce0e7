"""Every model of positions on one file's stances, answering in one form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from holdfast.study.bargain.stances import Stances

__all__ = ["BASELINE", "MODELS", "Path", "paths"]


class Path(NamedTuple):
    """What one model makes of the stances. The last axis is that of the draws; what has rounds is None for models without.

    `course` is where the middle of the parties stands, round by round, round 0 being the start: their median in the challenge model,
    their weighted mean in the spatial one. `moved_by` numbers the parties; −1 where a party stayed.
    """

    outcome: Float[np.ndarray, "issues draws"]
    course: Float[np.ndarray, "rounds issues draws"] | None
    positions: Float[np.ndarray, "rounds parties issues draws"] | None
    moved_by: Int[np.ndarray, "moves parties issues draws"] | None
    settled: Bool[np.ndarray, "issues draws"] | None


def _mean(stances: Stances, _seed: int) -> Path:
    from holdfast.bargaining.mean import weighted_mean  # noqa: PLC0415 - JAX takes a second to import

    return _by_issue(stances, weighted_mean)


def _median(stances: Stances, _seed: int) -> Path:
    from holdfast.bargaining.mean import weighted_median  # noqa: PLC0415

    return _by_issue(stances, weighted_median)


def _challenge(stances: Stances, _seed: int) -> Path:
    import jax.numpy as jnp  # noqa: PLC0415

    from holdfast.bargaining.challenge import Rounds, run  # noqa: PLC0415

    count = range(len(stances.issues))
    found: list[Rounds] = [
        run(*(jnp.asarray(a) for a in (*_filled(stances, k), stances.influence))) for k in count
    ]
    course = _stacked([f.median for f in found], 1)
    positions, by = _stacked([f.positions for f in found], 2), _stacked([f.by for f in found], 2)
    return Path(course[-1], course, positions, by, _stacked([f.settled for f in found], 0))


def _spatial(stances: Stances, seed: int) -> Path:
    from holdfast.bargaining import spatial  # noqa: PLC0415

    x = np.stack([_filled(stances, k)[0] for k in range(len(stances.issues))], axis=1)
    found = spatial.run_draws(x, stances.salience, stances.influence, seed=seed)
    weight = stances.weight
    mean = np.einsum("tikd,ikd->tkd", found.positions, weight) / weight.sum(0)
    moved = np.repeat(found.mover[:, :, None], len(stances.issues), axis=2)
    settled = np.repeat(found.settled[None], len(stances.issues), axis=0)
    return Path(found.outcome, mean, found.positions, moved, settled)


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


def _by_issue(stances: Stances, middle: Callable[[Any, Any], Any]) -> Path:
    import jax.numpy as jnp  # noqa: PLC0415

    each: list[Any] = []
    for k in range(len(stances.issues)):
        x, s = _filled(stances, k)
        each.append(middle(jnp.asarray(x), jnp.asarray(s * stances.influence)))
    return Path(_stacked(each, 0), None, None, None, None)


def _stacked(each: list[Any], axis: int) -> np.ndarray:
    return np.stack([np.asarray(a) for a in each], axis)
