"""The Spatial Model of Politics: where positions end when parties press each other, bargain and go along with what is likely to prevail.

Each turn every party challenges the one by whom it expects to gain most (`challenge`), proposes a bargain between their positions
(`interpolate`), and goes along with one of the bargains that concern it, or none (`bargains`); until positions all but rest (`stop`).
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias

import jax
import numpy as np
from jaxtyping import Int

from holdfast.bargaining.spatial.checks import accommodation_of, checked, taking_part
from holdfast.bargaining.spatial.options import SpatialModel, Transition
from holdfast.bargaining.spatial.results import Bargains, Matrices, Run, Runs
from holdfast.bargaining.spatial.rounds import Course, compiled_course, compiled_turn
from holdfast.bargaining.spatial.utility import utility
from holdfast.errors import InputError

__all__ = ["matrices", "run", "run_draws"]

Numbers: TypeAlias = Any
"""What NumPy makes an array of numbers of."""

_STRONGEST = 100.0
"""Strengths are scaled so that the largest is this, as KTAB's users write it: some of KTAB's constants are in this unit."""


def run(
    positions: Numbers,
    salience: Numbers,
    strength: Numbers,
    model: SpatialModel | None = None,
    *,
    accommodation: Numbers | None = None,
    seed: int = 0,
    with_matrices: bool = False,
) -> Run:
    """Return one run of the Spatial Model of Politics.

    Parameters
    ----------
    positions : parties × issues
        Each party's position on each issue, from 0 to 1; its ideal, too, at the start.
    salience : parties × issues
        Share of a party's attention that each issue has, from 0 to 1; at most 1 over the issues.
    strength : parties
        In any unit, 0 or more.
    model
        The choices that the model leaves open; KTAB's defaults.
    accommodation : parties × parties
        How far each party's ideal (row) moves each turn to each party's position; rows sum to at most 1, and what is left stays with
        the old ideal. By default ideals are positions.
    seed
        0 or more, for a stochastic model; the same seed gives the same run.
    with_matrices
        Whether the matrices of the first turn are wanted.

    Raises
    ------
    InputError
        For arrays that do not match, numbers outside their ranges, and fewer than two parties with both strength and salience.

    References
    ----------
    KAPSARC (2019).

    Examples
    --------
    Two parties 0.6 apart, the first the stronger. So it is likelier to win and averse to risk, R = 1, and the other not, R = −½;
    the other's position is worth (1 − 0.6)(1 + 0.6) = 0.64 to it, and its own is worth (1 − 0.6)(1 − 0.3) = 0.28 to the other:

    >>> found = run([[0.2], [0.8]], [[0.5], [0.5]], [60.0, 40.0], with_matrices=True)
    >>> found.matrices.attitude.round(6).tolist(), found.matrices.utility.round(6).tolist()
    ([1.0, -0.5], [[1.0, 0.64], [0.28, 1.0]])
    >>> found.settled, found.positions[0].tolist()
    (True, [[0.2], [0.8]])
    """
    model = model or SpatialModel()
    arrays = checked(positions, salience, strength)
    if arrays[0].shape[-1] != 1:
        raise InputError(f"{arrays[0].shape[-1]} draws; run takes one. Use run_draws.")
    part = taking_part(arrays[1], arrays[2])
    follow = accommodation_of(accommodation, len(part), part)
    place, weight, force = (array[..., 0] for array in arrays)
    keep = np.flatnonzero(part[:, 0])
    course = _run_one(model, place[keep], weight[keep], force[keep], _among(follow, keep), seed, 0)
    whole = _whole(course, place, keep)
    first = matrices(place, weight, force, model) if with_matrices else None
    return whole._replace(matrices=first)


def run_draws(
    positions: Numbers,
    salience: Numbers,
    strength: Numbers,
    model: SpatialModel | None = None,
    *,
    accommodation: Numbers | None = None,
    seed: int = 0,
    first_draw: int = 0,
    threads: int | None = None,
) -> Runs:
    """Return runs of many draws, each the same as `run` gives for it, in whatever company and on however many threads.

    Parameters
    ----------
    positions, salience, strength
        As in `run`, with the draws on a last axis, which arrays that are the same in all draws may lack.
    model, accommodation
        As in `run`.
    seed, first_draw
        The random numbers of a stochastic model follow from the seed and the draw's number, counted from `first_draw`; `run` is draw 0.
    threads
        As many as the machine has cores, unless said otherwise.

    Raises
    ------
    InputError
        As `run`, naming the draw.

    Examples
    --------
    >>> found = run_draws([[0.2], [0.8]], [[0.5], [0.5]], [[60.0, 50.0], [40.0, 50.0]])
    >>> found.outcome.shape, found.settled.tolist()
    ((1, 2), [True, True])
    """
    chosen = model or SpatialModel()
    place, weight, force = checked(positions, salience, strength)
    part = taking_part(weight, force)
    follow = accommodation_of(accommodation, len(part), part)

    def one(draw: int) -> Run:
        keep = np.flatnonzero(part[:, draw])
        course = _run_one(
            chosen,
            place[keep, :, draw],
            weight[keep, :, draw],
            force[keep, draw],
            _among(follow, keep),
            seed,
            first_draw + draw,
        )
        return _whole(course, place[..., draw], keep)

    draws = range(place.shape[-1])
    workers = threads or os.cpu_count() or 1
    with ThreadPoolExecutor(workers) as pool:
        runs = list(pool.map(one, draws)) if workers > 1 else [one(draw) for draw in draws]
    return _gathered(runs)


def matrices(
    positions: Numbers,
    salience: Numbers,
    strength: Numbers,
    model: SpatialModel | None = None,
    *,
    ideals: Numbers | None = None,
) -> Matrices:
    """Return all that one turn works out, from the given positions (and ideals, where they differ).

    Raises
    ------
    InputError
        As `run`.

    Examples
    --------
    >>> found = matrices([[0.2], [0.8]], [[0.5], [0.5]], [60.0, 40.0])
    >>> found.value.round(12).tolist()
    [[1.0, 0.4], [0.4, 1.0]]
    """
    model = model or SpatialModel()
    place, weight, force = (array[..., 0] for array in checked(positions, salience, strength))
    own = place if ideals is None else checked(ideals, salience, strength)[0][..., 0]
    keep = np.flatnonzero(taking_part(weight, force))
    unit = force[keep].max() / _STRONGEST
    stands, turn = compiled_turn(model)(place[keep], own[keep], weight[keep], force[keep] / unit)
    target = np.asarray(turn.target)
    nobody = target < 0
    alone = np.eye(keep.size, dtype=bool)
    count, forms = len(place), int(np.shape(turn.bargains)[1])
    options = np.append(0, 1 + keep[:, None] * forms + np.arange(forms))
    by_party = (keep,)

    def of(found: Any, axes: tuple[Any, ...], shape: tuple[int, ...], blank: Any = None) -> np.ndarray:
        values = np.array(found)
        if blank is not None:
            values[blank] = np.nan
        return _spread(values, axes, shape)

    sizes = (1 + count * forms,)
    issues = place.shape[1]
    square, cube = (keep, keep), (keep, keep, keep)
    return Matrices(
        value=of(1 - stands.away, square, (count,) * 2),
        attitude=of(stands.attitude, by_party, (count,)),
        utility=of(stands.utility, square, (count,) * 2),
        perceived=of(utility(stands.away, stands.guessed[:, :, None]), cube, (count,) * 3),
        probability=of(stands.probability, by_party, (count,)),
        challenge_chance=of(turn.challenges.chance, square, (count,) * 2, alone),
        challenge_gain=of(turn.challenges.gain, square, (count,) * 2, alone),
        target=_numbered(target, keep, count),
        chance=of(turn.chance, by_party, (count, 2), nobody),
        gain=of(turn.gain, by_party, (count, 2, 2), nobody),
        by_initiator=of(turn.proposals.by_initiator, by_party, (count, 2, issues), nobody),
        by_target=of(turn.proposals.by_target, by_party, (count, 2, issues), nobody),
        compromise=of(turn.proposals.compromise, by_party, (count, 2, issues), nobody),
        option_utility=of(turn.worth, (keep, options), (count, *sizes)),
        coalition=of(turn.choices.coalition * unit, (options, options), sizes * 2),
        victory=of(turn.choices.victory, (options, options), sizes * 2),
        option_probability=of(turn.choices.probability, (keep, options), (count, *sizes)),
        chosen=_spread(options[np.asarray(turn.choices.chosen)], by_party, (count,), 0),
    )


def _run_one(
    model: SpatialModel,
    positions: np.ndarray,
    salience: np.ndarray,
    strength: np.ndarray,
    accommodation: np.ndarray | None,
    seed: int,
    draw: int,
) -> Course:
    """Return the course of one draw among those who take part."""
    given: Any = seed
    if isinstance(given, bool) or not isinstance(given, int | np.integer) or given < 0:
        raise InputError(f"seed = {seed}; must be a whole number, 0 or more. Write 0.")
    if model.transition is Transition.STOCHASTIC:
        # turn by turn, so that a run allowed more turns begins as a shorter one does
        source = np.random.SeedSequence(seed, spawn_key=(draw,))
        uniform = np.random.Generator(np.random.PCG64(source)).random((model.max_turns, len(strength)))
    else:
        uniform = np.zeros((model.max_turns, len(strength)))
    scaled = strength / (strength.max() / _STRONGEST)
    found = compiled_course(model)(positions, salience, scaled, accommodation, uniform)
    return jax.tree.map(np.asarray, found)


def _among(accommodation: np.ndarray | None, keep: np.ndarray) -> np.ndarray | None:
    return None if accommodation is None else accommodation[np.ix_(keep, keep)]


def _spread(
    found: np.ndarray, axes: tuple[np.ndarray, ...], shape: tuple[int, ...], fill: float = np.nan
) -> np.ndarray:
    """Return an array of those who take part as one of all, on its first axes."""
    whole = np.full(shape, fill, found.dtype)
    whole[np.ix_(*axes)] = found
    return whole


def _numbered(found: np.ndarray, keep: np.ndarray, count: int) -> Int[np.ndarray, "*turns parties"]:
    """Return numbers of those who take part as numbers of all, −1 where there is none."""
    whole = np.full((*found.shape[:-1], count), -1)
    whole[..., keep] = np.where(found >= 0, keep[np.maximum(found, 0)], -1)
    return whole


def _whole(course: Course, positions: np.ndarray, keep: np.ndarray) -> Run:
    """Return a course cut to its length, with those who took no part put back where they stood."""
    turns, count, issues = int(course.turns), len(positions), positions.shape[1]
    states = np.arange(turns + 1)
    forms = course.ends.shape[2]

    def moved(found: np.ndarray) -> np.ndarray:
        whole = np.repeat(positions[None], turns + 1, axis=0)
        whole[:, keep] = found[: turns + 1]
        return whole

    target = course.target[:turns]
    nobody = target < 0
    told = (np.where(nobody, np.nan, found[:turns]) for found in (course.chance, course.gain))
    chance, gain = (_spread(found, (states[:-1], keep), (turns, count)) for found in told)
    ends = np.where(nobody[..., None, None, None], np.nan, course.ends[:turns])
    return Run(
        positions=moved(course.positions),
        ideals=moved(course.ideals),
        attitude=_spread(course.attitude[: turns + 1], (states, keep), (turns + 1, count)),
        probability=_spread(course.probability[: turns + 1], (states, keep), (turns + 1, count)),
        outcome=course.outcome[turns],
        bargains=Bargains(
            target=_numbered(target, keep, count),
            chance=chance,
            gain=gain,
            ends=_spread(ends, (states[:-1], keep), (turns, count, forms, 2, issues)),
            mover=_numbered(course.initiator[:turns], keep, count),
        ),
        turns=turns,
        settled=bool(course.settled),
        by_order=int(course.by_order),
        matrices=None,
    )


def _gathered(runs: list[Run]) -> Runs:
    longest = max(found.turns for found in runs)

    def lengthened(found: Run) -> np.ndarray:
        last = np.repeat(found.positions[-1:], longest - found.turns, axis=0)
        return np.concatenate([found.positions, last])

    def stayed(found: Run) -> np.ndarray:
        return np.pad(found.bargains.mover, ((0, longest - found.turns), (0, 0)), constant_values=-1)

    return Runs(
        positions=np.stack([lengthened(found) for found in runs], axis=-1),
        mover=np.stack([stayed(found) for found in runs], axis=-1),
        probability=np.stack([found.probability[-1] for found in runs], axis=-1),
        outcome=np.stack([found.outcome for found in runs], axis=-1),
        turns=np.array([found.turns for found in runs]),
        settled=np.array([found.settled for found in runs]),
        by_order=np.array([found.by_order for found in runs]),
    )
