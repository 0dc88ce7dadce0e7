"""Every model of positions on one file's stances, answering in one form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from holdfast.study.bargain.gains import Without
from holdfast.study.bargain.stances import Stances

if TYPE_CHECKING:
    from holdfast.bargaining.axiomatic import Agreements

__all__ = ["AXIOMATIC", "BASELINE", "MODELS", "Path", "paths"]


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
    came_out: dict[str, float] | None = None
    """Of a rule that may have no answer: shares of draws by how it came out."""


def _mean(stances: Stances, _seed: int) -> Path:
    from holdfast.bargaining.mean import weighted_mean  # noqa: PLC0415 - JAX takes a second to import

    return _by_issue(stances, weighted_mean)


def _median(stances: Stances, _seed: int) -> Path:
    from holdfast.bargaining.mean import weighted_median  # noqa: PLC0415

    return _by_issue(stances, weighted_median)


def _challenge(stances: Stances, _seed: int) -> Path:
    from holdfast.bargaining.challenge import Rounds, run  # noqa: PLC0415
    from holdfast.chain.kernels import kernel  # noqa: PLC0415

    # compiled as the chain is, so that the next run need not
    found: list[Rounds] = [
        run(*_filled(stances, k), stances.influence, make=kernel) for k in range(len(stances.issues))
    ]
    course = _stacked([f.median for f in found], 1)
    positions, by = _stacked([f.positions for f in found], 2), _stacked([f.by for f in found], 2)
    return Path(course[-1], course, positions, by, _stacked([f.settled for f in found], 0))


def _spatial(stances: Stances, seed: int) -> Path:
    """All issues at once where everybody stands on all of them; else issue by issue, among those who stand on it.

    Somebody without a position on an issue would have to stand somewhere on it, and others would bargain with that.
    """
    if stances.stands.all():
        return _run_spatial(stances, seed)
    parts: list[Path] = []
    for k in range(len(stances.issues)):
        here = np.flatnonzero(stances.stands[:, k])
        own = _run_spatial(stances.part(here, k), seed)
        parts.append(_widened(own, here, len(stances.parties)))
    return _side_by_side(parts)


def _run_spatial(stances: Stances, seed: int) -> Path:
    from holdfast.bargaining import spatial  # noqa: PLC0415

    found = spatial.run_draws(stances.positions, stances.salience, stances.influence, seed=seed)
    weight = stances.weight
    course = np.einsum("tikd,ikd->tkd", found.positions, weight) / weight.sum(0)
    moved = np.repeat(found.mover[:, :, None], len(stances.issues), axis=2)
    settled = np.repeat(found.settled[None], len(stances.issues), axis=0)
    return Path(found.outcome, course, found.positions, moved, settled)


def _widened(path: Path, here: np.ndarray, parties: int) -> Path:
    """Return a path among some of the parties as one among all; the others stand nowhere and do not move."""
    assert path.positions is not None
    assert path.moved_by is not None
    turns, _, issues, draws = path.positions.shape
    positions = np.full((turns, parties, issues, draws), np.nan)
    positions[:, here] = path.positions
    moved = np.full((turns - 1, parties, issues, draws), -1)
    moved[:, here] = np.where(path.moved_by >= 0, here[path.moved_by], -1)
    return path._replace(positions=positions, moved_by=moved)


def _side_by_side(parts: list[Path]) -> Path:
    """Return issues that were bargained over one by one as one path; a shorter one stays as it ended."""
    turns = max(p.course.shape[0] for p in parts if p.course is not None)

    def long(a: np.ndarray | None, length: int, rest: int | None = None) -> np.ndarray:
        assert a is not None
        tail = a[-1:] if rest is None else np.full_like(a[:1], rest)
        return np.concatenate([a, np.repeat(tail, length - len(a), axis=0)])

    return Path(
        _stacked([p.outcome[0] for p in parts], 0),
        np.concatenate([long(p.course, turns) for p in parts], axis=1),
        np.concatenate([long(p.positions, turns) for p in parts], axis=2),
        np.concatenate([long(p.moved_by, turns - 1, -1) for p in parts], axis=2),
        _stacked([p.settled[0] for p in parts if p.settled is not None], 0),
    )


POSITIONAL: dict[str, Callable[[Stances, int], Path]] = {
    "mean": _mean,
    "median": _median,
    "challenge": _challenge,
    "spatial": _spatial,
}
AXIOMATIC = ("nash", "kalai-smorodinsky", "egalitarian")
MODELS = (*POSITIONAL, *AXIOMATIC)
BASELINE = ("mean", "median")
"""Shown beside any other model."""


def paths(stances: Stances, models: Sequence[str], seed: int, no_agreement: Without) -> dict[str, Path]:
    """Return what each model makes of the stances; the baseline is always among them.

    Axiomatic solutions need what no agreement is worth to every party, and are left out where that is not known.
    """
    found = {m: f(stances, seed) for m, f in POSITIONAL.items() if m in models or m in BASELINE}
    if None not in no_agreement.by:
        found |= _axiomatic(stances, [m for m in AXIOMATIC if m in models], no_agreement)
    return found


def _axiomatic(stances: Stances, rules: Sequence[str], no_agreement: Without) -> dict[str, Path]:
    """Over the issue space, utilities being u_i(z); not a number in draws in which somebody prefers no agreement to everything."""
    from holdfast.bargaining.axiomatic import Rule, agreements  # noqa: PLC0415
    from holdfast.chain.kernels import kernel  # noqa: PLC0415

    if not rules:
        return {}
    total = stances.salience.sum(1)
    cares = total > 0
    # who cares for nothing in a draw has no say in it: whatever is agreed, it has as much, and more than without
    salience = np.divide(
        stances.salience, total[:, None], out=np.zeros_like(stances.salience), where=cares[:, None]
    )
    found = agreements(
        np.nan_to_num(stances.positions),
        salience,
        np.where(cares, no_agreement.value, 0.0),
        rules=[Rule(m) for m in rules],
        make=kernel,
    )
    return {rule.value: _proved(told) for rule, told in found.items()}


def _proved(told: Agreements) -> Path:
    """Return where agreements are, in the draws in which they are proved to be the best, and in how many draws they came out how."""
    from holdfast.bargaining.axiomatic import Outcome  # noqa: PLC0415

    agreed = np.array([how is Outcome.AGREED for how in told.outcome])
    empty = np.array([how is Outcome.EMPTY for how in told.outcome])
    came_out = {
        "agreed": float(agreed.mean()),
        "nothing_suits_all": float(empty.mean()),
        "not_proved": float((~agreed & ~empty).mean()),
        "one_by_one": float(told.one_by_one.mean()),
    }
    return Path(np.where(agreed, told.point, np.nan), None, None, None, None, came_out)


def _filled(stances: Stances, issue: int) -> tuple[np.ndarray, np.ndarray]:
    """Return positions and saliences on an issue; whoever has no position stands at 0 without salience, and counts for nothing."""
    return np.nan_to_num(stances.positions[:, issue]), stances.salience[:, issue]


def _by_issue(stances: Stances, middle: Callable[[Any, Any], Any]) -> Path:
    from holdfast.chain.kernels import kernel  # noqa: PLC0415

    each: list[Any] = []
    for k in range(len(stances.issues)):
        x, s = _filled(stances, k)
        each.append(kernel(middle)(x, s * stances.influence))
    return Path(_stacked(each, 0), None, None, None, None)


def _stacked(each: list[Any], axis: int) -> np.ndarray:
    return np.stack([np.asarray(a) for a in each], axis)
