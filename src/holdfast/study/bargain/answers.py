"""What `holdfast bargain --json` prints; docs/reference/bargain.md says what each entry means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from holdfast.errors import InputError
from holdfast.scenario import PositionFile, sample
from holdfast.study.bargain.gains import Without, for_and_against, gains, without
from holdfast.study.bargain.models import AXIOMATIC, MODELS, Path, paths
from holdfast.study.bargain.stances import Stances, is_by_strength, over_one, stances
from holdfast.study.summary import Spread, spread

__all__ = ["BINS", "DRAWS", "bargain"]

DRAWS = 512
BINS = 20
"""Equal parts of an issue's scale in which power is counted."""
_TOLD = 0.05
"""Moves made in fewer of the draws are not listed."""


def bargain(
    file: PositionFile,
    issues: Sequence[str] = (),
    models: Sequence[str] = (),
    among: Sequence[str] = (),
    *,
    draws: int = DRAWS,
    seed: int = 1,
) -> dict[str, Any]:
    """Return where the bargaining ends by each model, who gains what, and who is for and against which position.

    Parameters
    ----------
    file
        A scenario, or a file of positions.
    issues, models, among
        Which issues, models and parties; all where empty. Weighted mean and median are always among the models.
    draws, seed
        Joint samples of every uncertain input.

    Raises
    ------
    InputError
        For unknown names, and where fewer than two parties have a position.
    """
    for model in models:
        if model not in MODELS:
            raise InputError(f"--model {model}: is none. Write one of: {', '.join(MODELS)}.")
    drawn = sample(file, start=0, count=draws, seed=seed, bargaining=True)
    stand = stances(file, drawn, issues, among)
    nothing = without(file, drawn, stand)
    found = paths(stand, models or MODELS, seed, nothing)
    return {
        "draws": draws,
        "seed": seed,
        "parties": list(stand.parties),
        "issues": {k: _issue(stand, found, place) for place, k in enumerate(stand.issues)},
        "gains": {m: gains(stand, path.outcome, nothing) for m, path in found.items()},
        "came_out": {m: path.came_out for m, path in found.items() if path.came_out is not None},
        "no_agreement": dict(zip(stand.parties, nothing.by, strict=True)),
        "no_agreement_why": {p: why for p, why in zip(stand.parties, nothing.why, strict=True) if why},
        "influence_is_strength": is_by_strength(file),
        "scaled_down": {p: share for p in stand.parties if (share := over_one(file.parties[p], drawn)) > 0},
        "left_out": _left_out(file, stand),
        "models_left_out": _models_left_out(models or MODELS, found, nothing),
    }


def _issue(stand: Stances, found: dict[str, Path], place: int) -> dict[str, Any]:
    """Return all that is told of one issue."""
    weight = stand.weight[:, place]
    power = weight / weight.sum(0)
    here = np.flatnonzero(stand.stands[:, place])
    return {
        "stances": {
            stand.parties[i]: {
                "position": spread(stand.positions[i, place]),
                "salience": spread(stand.salience[i, place]),
                "power": spread(power[i]),
            }
            for i in here
        },
        "along": _along(stand, place),
        "outcome": {m: spread(path.outcome[place]) for m, path in found.items()},
        "apart": _apart(found, place),
        "settled": {m: float(p.settled[place].mean()) for m, p in found.items() if p.settled is not None},
        "rounds": {m: _rounds(stand, path, place) for m, path in found.items() if path.course is not None},
        "moves": {m: _moves(stand, path, place) for m, path in found.items() if path.moved_by is not None},
        "for_and_against": {m: for_and_against(stand, path.outcome, place) for m, path in found.items()},
    }


def _apart(found: dict[str, Path], place: int) -> Spread:
    """Return how far the models of positions are from each other in a draw; their means may agree where they never do."""
    ends = np.array([path.outcome[place] for m, path in found.items() if m not in AXIOMATIC])
    return spread(ends.max(0) - ends.min(0)) if len(ends) > 1 else None


def _along(stand: Stances, place: int) -> dict[str, list[float]]:
    """Return each party's share of the power by where it stands: the scale in `BINS` equal parts, means over draws."""
    weight = stand.weight[:, place]
    power = weight / weight.sum(0)
    here = np.flatnonzero(stand.stands[:, place])
    part = np.minimum((stand.positions[here, place] * BINS).astype(int), BINS - 1)
    found: dict[str, list[float]] = {}
    for n, i in enumerate(here):
        found[stand.parties[i]] = (np.bincount(part[n], power[i], BINS) / power.shape[1]).tolist()
    return found


def _rounds(stand: Stances, path: Path, place: int) -> dict[str, Any]:
    """Return where the middle and each party stand, round by round."""
    assert path.course is not None
    assert path.positions is not None
    here = np.flatnonzero(stand.stands[:, place])
    return {
        "middle": [spread(row[place]) for row in path.course],
        "parties": {stand.parties[i]: [spread(row) for row in path.positions[:, i, place]] for i in here},
    }


def _moves(stand: Stances, path: Path, place: int) -> list[dict[str, Any]]:
    """Return who moved whom in which round, in what share of the draws, and how far on average then.

    A party that went along with a bargain that it had proposed itself was moved by itself.
    """
    assert path.moved_by is not None
    assert path.positions is not None
    rows: list[dict[str, Any]] = []
    for turn, by in enumerate(path.moved_by[:, :, place]):
        step = path.positions[turn + 1, :, place] - path.positions[turn, :, place]
        moved = (by >= 0) & (np.abs(step) > 1e-9) & stand.stands[:, place][:, None]
        pairs = Counter(zip(np.nonzero(moved)[0].tolist(), by[moved].tolist(), strict=True))
        for (party, other), count in sorted(pairs.items(), key=lambda p: (-p[1], p[0])):
            if count / by.shape[1] < _TOLD:
                continue
            when = moved[party] & (by[party] == other)
            rows.append(
                {
                    "round": turn + 1,
                    "party": stand.parties[party],
                    "by": stand.parties[other],
                    "share": count / by.shape[1],
                    "step": float(step[party, when].mean()),
                }
            )
    return rows


def _left_out(file: PositionFile, stand: Stances) -> dict[str, str]:
    """Return the issues that nobody bargains over, with the reason."""
    found: dict[str, str] = {}
    for issue in file.issues:
        if issue not in stand.issues:
            count = sum(issue in file.parties[p].positions for p in stand.parties)
            few = "only one of those who bargain has" if count else "nobody who bargains has"
            found[issue] = "not asked for" if count > 1 else f"{few} a position on it"
    return found


def _models_left_out(asked: Sequence[str], found: dict[str, Path], nothing: Without) -> dict[str, str]:
    """Return the models that could not be used, with the reason."""
    left = [m for m in asked if m not in found]
    if not left:
        return {}
    unknown = Counter(why for by, why in zip(nothing.by, nothing.why, strict=True) if by is None)
    several = "; ".join(f"{why} ({n} of {len(nothing.by)} parties)" for why, n in unknown.most_common(3))
    return dict.fromkeys(left, f"what no agreement is worth is not known to everybody: {several}")
