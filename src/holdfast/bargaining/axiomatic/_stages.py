"""From problems to agreements, one programme after another for all draws: who can gain, how much, and what each rule makes of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from holdfast.bargaining.axiomatic._faces import (
    Face,
    Problems,
    bound,
    first_face,
    gains,
    most,
    narrowed,
    part,
)
from holdfast.bargaining.axiomatic._interior import Found, Programme, optimum
from holdfast.bargaining.axiomatic._programme import Unsolved, posed
from holdfast.bargaining.axiomatic.agreement import CONVERGED
from holdfast.bargaining.axiomatic.regions import IssueSpace

__all__ = ["Reached", "Room", "Solver", "maximin", "product", "room"]

Array = np.ndarray

_ROUNDING = 1e-9
"""A party that could gain at most this share of its range gains nothing, and such a loss refuses nothing: as for one draw."""

_BINDS = 1e-6
"""A party whose multiplier is at least this share of the largest is settled; the others get another chance."""

_NEAR = 8192
"""Draws in a block × parties × issues: some 64 kB an array."""


class Solver:
    """Solves programmes in blocks of one size, so that they are compiled once and no answer depends on how many there are."""

    def __init__(self, make: Callable[..., Callable[..., Any]], threads: int | None) -> None:
        self._optimum = make(optimum)
        self._threads = threads or os.cpu_count() or 1

    def __call__(
        self,
        problems: Problems,
        face: Face,
        *,
        taking_part: Bool[Array, "parties problems"],
        rise: Float[Array, "parties problems"] | None = None,
        power: Float[Array, "parties problems"] | None = None,
    ) -> Found:
        """Return the largest t, or the largest product, over the faces."""
        zero = np.zeros(taking_part.shape)
        weights = np.where(taking_part[:, None], problems.weights, 0.0)
        rise, power = zero if rise is None else rise, zero if power is None else power
        given = Programme(
            problems.positions,
            weights,
            problems.most,
            rise,
            power,
            taking_part,
            face.point,
            face.low,
            face.high,
            face.free,
        )
        parties, issues, count = weights.shape
        size = int(np.clip(2 ** round(np.log2(_NEAR / (parties * issues))), 8, 256))
        blocks = [Programme(*(_padded(a, at, size) for a in given)) for at in range(0, count, size)]

        def solve(block: Programme) -> Found:
            return Found(*(np.asarray(a) for a in self._optimum(block)))

        workers = min(self._threads, len(blocks))
        if workers > 1:
            with ThreadPoolExecutor(workers) as pool:
                found = list(pool.map(solve, blocks))
        else:
            found = [solve(block) for block in blocks]
        return Found(*(np.concatenate(parts, axis=-1)[..., :count] for parts in zip(*found, strict=True)))


def _padded(values: Array, at: int, size: int) -> Array:
    """Return a block of problems, filled up with the last one."""
    block = values[..., at : at + size]
    missing = size - block.shape[-1]
    return (
        np.concatenate([block, np.repeat(block[..., -1:], missing, axis=-1)], axis=-1) if missing else block
    )


class Room(NamedTuple):
    """Who can gain where nobody loses, and how much."""

    face: Face
    """Its point suits everybody, and all who can gain do so there."""
    able: Bool[Array, "parties draws"]
    ideal: Float[Array, "parties draws"]
    """Scaled; 0 where a party cannot gain."""
    least: Float[Array, " draws"]
    """The least scaled gain where it is largest."""
    empty: Bool[Array, " draws"]
    sure: Bool[Array, " draws"]
    """Whether all that is proved."""


class Reached(NamedTuple):
    """Where a rule leads."""

    point: Float[Array, "issues draws"]
    residual: Float[Array, " draws"]


def room(solver: Solver, problems: Problems) -> Room:
    """Return who can gain. Whoever is at its limit when the least gain is at its largest, 0, cannot; of the others the same is asked."""
    draws: int = problems.most.shape[1]
    face = first_face(problems)
    cares = (problems.weights > 0).any(1)
    able = np.where(cares, True, problems.most > _ROUNDING)
    least = np.where(cares, np.inf, problems.most).min(0)
    refused = least < -_ROUNDING
    empty, sure = refused.copy(), np.ones(draws, bool)
    going: Array = np.flatnonzero(cares.any(0))
    first = True
    while len(going):
        some, on, rising = part(problems, going), part(face, going), (able & cares)[:, going]
        rise = np.where(rising, 1.0, 0.0)
        found = solver(some, on, taking_part=rising, rise=rise)
        point = _within(some, found.point)
        t = np.where(rising, gains(some, point), np.inf).min(0)
        high, proof = bound(some, on, found.multipliers, found.pull)
        high /= (found.multipliers * rise).sum(0)
        least[going] = np.minimum(least[going], t) if first else least[going]
        none, stuck = high < -_ROUNDING, (t >= -_ROUNDING) & (high <= _ROUNDING)
        empty[going] |= none & first
        sure[going] &= (t > _ROUNDING) | stuck | (none & first)
        face = _put(face, going, on._replace(point=point))
        settled = rising & (found.multipliers >= _BINDS * found.multipliers.max(0)) & stuck
        on = narrowed(some, on, point, settled, np.zeros_like(rise), proof, (found.above, found.below))
        face = _put(face, going[stuck], part(on, stuck))
        able[:, going] &= ~settled
        # where there is nowhere to go any more, who can gain does so here
        closed = ~face.is_open[going] & stuck
        able[:, going] &= ~closed | (gains(some, point) > _ROUNDING)
        going = going[stuck & ~closed & (able & cares)[:, going].any(0)]
        first = False
    able &= ~empty & sure
    least = np.where((least >= -_ROUNDING) & (least <= 0), 0.0, least)
    ideal, proved = _ideals(solver, problems, face, able)
    return Room(face, able, ideal, least, empty, sure & proved)


def _within(problems: Problems, point: Float[Array, "issues draws"]) -> Float[Array, "issues draws"]:
    """Return a point, brought back to where the ideals are, which hurts nobody."""
    return np.clip(point, problems.low, problems.high)


def _put(whole: Face, draws: Array, some: Face) -> Face:
    """Write some of the draws over those of a whole, and return it."""
    for values, new in zip(whole, some, strict=True):
        values[..., draws] = new
    return whole


def _ideals(
    solver: Solver, problems: Problems, face: Face, able: Bool[Array, "parties draws"]
) -> tuple[Float[Array, "parties draws"], Bool[Array, " draws"]]:
    """Return the most that each party can gain where nobody loses, and whether that is proved."""
    here = gains(problems, face.point)
    cares = (problems.weights > 0).any(1)
    ideal = np.where(able, here, 0.0)
    proved = np.ones(able.shape[1], bool)
    which, draws = np.nonzero(able & cares)
    some, on = part(problems, draws), part(face, draws)
    pairs = np.arange(len(draws))
    # many have their own ideal, all others consenting
    own = np.where(some.weights[which, :, pairs].T > 0, some.positions[which, :, pairs].T, on.point)
    refused = (gains(some, own) < 0).any(0) | on.settled.any(0)
    granted, asked = np.flatnonzero(~refused), np.flatnonzero(refused)
    ideal[which[granted], draws[granted]] = some.most[which[granted], pairs[granted]]
    if not len(asked):
        return ideal, proved
    which, draws = which[asked], draws[asked]
    some, on = part(some, asked), part(on, asked)
    pairs = np.arange(len(draws))
    rise = np.zeros((len(able), len(draws)))
    rise[which, pairs] = 1.0
    found = solver(some, on, taking_part=(able & cares)[:, draws], rise=rise)
    point = np.where(on.is_open, _within(some, found.point), on.point)
    there = gains(some, point)
    pull = np.where(on.is_open, found.pull, _pull(some, point, rise))
    high, _ = bound(some, on, np.where(on.is_open, found.multipliers, rise), pull)
    own_multiplier = np.where(on.is_open, found.multipliers[which, pairs], 1.0)
    reached = there[which, pairs]
    ideal[which, draws] = reached
    fine = (high / own_multiplier - reached <= _ROUNDING) & (there >= -_ROUNDING).all(0)
    np.logical_and.at(proved, draws, fine)
    return ideal, proved


def _pull(
    problems: Problems, point: Float[Array, "issues draws"], multipliers: Float[Array, "parties draws"]
) -> Float[Array, "issues draws"]:
    """Return how parties pull on each issue, where there is no programme to tell."""
    return (multipliers[:, None] * problems.weights * np.sign(point - problems.positions)).sum(0)


def maximin(solver: Solver, problems: Problems, given: Room, parts: Float[Array, "parties draws"]) -> Reached:
    """Return where the least ratio of scaled gains to parts is largest, of those where the second least is, and so on.

    In every round somebody is settled, and so a direction is closed: after as many rounds as there are issues nothing can be moved. The
    residual is the largest that any round's t could be above what was reached, and by how much anybody who is settled fell short.
    """
    cares = (problems.weights > 0).any(1)
    rising = given.able & cares
    unit = np.where(rising, parts, 0.0).max(0)
    rise = np.where(rising, parts / np.where(unit > 0, unit, 1.0), 0.0)
    face = Face(*(values.copy() for values in given.face))
    residual = np.zeros(rise.shape[1])
    going = np.flatnonzero(rising.any(0) & face.is_open)
    while len(going):
        some, on, up = part(problems, going), part(face, going), rise[:, going] * rising[:, going]
        found = solver(some, on, taking_part=rising[:, going], rise=up)
        point = _within(some, found.point)
        ratio = np.divide(gains(some, point), up, out=np.full_like(up, np.inf), where=up > 0)
        t = ratio.min(0)
        high, proof = bound(some, on, found.multipliers, found.pull)
        gap = high / (found.multipliers * up).sum(0) - t
        for d in np.flatnonzero(~(gap <= CONVERGED)):
            gap[d] = min(gap[d], _raised(part(some, np.array([d])), part(on, np.array([d])), up[:, d]) - t[d])
        residual[going] = np.fmax(residual[going], np.where(np.isfinite(gap), gap, np.inf))
        binding = found.multipliers * up
        settled = rising[:, going] & (binding >= _BINDS * binding.max(0))
        on = narrowed(some, on, point, settled, t * up, proof, (found.above, found.below))
        face = _put(face, going, on)
        rising[:, going] &= ~settled
        going = going[rising[:, going].any(0) & on.is_open]
    residual = np.maximum(residual, _stuck(problems, face, rising))
    here = gains(problems, face.point)
    short = np.where(face.settled, face.floors - here, -here).max(0)
    return Reached(face.point, np.maximum(residual, short))


def _stuck(problems: Problems, face: Face, rising: Bool[Array, "parties draws"]) -> Float[Array, " draws"]:
    """Return how much more anybody could have who was never settled because there was nowhere left to go."""
    left = np.zeros(rising.shape[1])
    which, draws = np.nonzero(rising)
    some, on = part(problems, draws), part(face, draws)
    one = np.zeros((len(rising), len(draws)))
    one[which, np.arange(len(draws))] = 1.0
    high, _ = bound(some, on, one, _pull(some, on.point, one))
    more = high - (one * gains(some, on.point)).sum(0)
    for n in np.flatnonzero(~(more <= CONVERGED)):
        this = part(some, np.array([n])), part(on, np.array([n]))
        more[n] = min(more[n], _raised(*this, one[:, n]) - gains(*this[:1], this[1].point)[which[n], 0])
    np.maximum.at(left, draws, more)
    return left


def _raised(problems: Problems, face: Face, rise: Float[Array, " parties"]) -> float:
    """Return a bound on t of one draw, by a linear programme for this round alone: infinity where that gives none.

    Its answer is not taken. Only its multipliers m are: g_i ≥ floors + t rise for everybody, so that t Σ m rise is no more than the most
    that Σ m g can be less Σ m floors.
    """
    scale = problems.scale[:, 0]
    space = IssueSpace(problems.positions[..., 0], problems.weights[..., 0] * scale[:, None])
    floors = np.where(face.settled[:, 0], face.floors[:, 0], 0.0)
    try:
        m = posed(space, 1.0 - problems.most[:, 0] * scale).raised(floors, rise).multipliers
    except Unsolved:
        return np.inf
    return float((most(problems, m[:, None])[0] - m @ floors) / (m @ rise)) if m @ rise > 0 else np.inf


def product(solver: Solver, problems: Problems, given: Room, power: Float[Array, "parties draws"]) -> Reached:
    """Return where the weighted product of the gains of all who can gain is largest.

    The residual bounds by how much its logarithm could be above what was reached: the most that the product's gradient could be
    anywhere, less what it is here; and by how much anybody would lose.
    """
    entering = given.able & (problems.weights > 0).any(1)
    power = np.where(entering, power, 0.0)
    point = given.face.point.copy()
    pull = _pull(problems, point, power / np.where(entering, gains(problems, point), 1.0))
    going = np.flatnonzero(entering.any(0) & given.face.is_open)
    if len(going):
        found = solver(
            part(problems, going),
            part(given.face, going),
            taking_part=entering[:, going],
            power=power[:, going],
        )
        point[:, going], pull[:, going] = _within(part(problems, going), found.point), found.pull
    here = gains(problems, point)
    entering &= here > 0
    slope = np.divide(power, here, out=np.zeros_like(here), where=entering)
    high, _ = bound(problems, given.face, slope, pull)
    gap = np.where((entering | (power == 0)).all(0), high - power.sum(0), np.inf)
    return Reached(point, np.maximum(gap, -here.min(0)))
