"""Draws whose honour equations may have several answers: the principal branch over time, with breaks where it jumps.

The branch is followed at both ends of every panel of nodes; between them, Newton's method finds the answer next to
where they point. Where the branch changes by much from one node to the next, the place is bisected: a jump becomes the
end of one stretch of time and the start of another, and a steep but smooth change gets a stretch, and so nodes, of
its own. What is left on either side of a jump is looked at again, since there may be more than one.
"""

from __future__ import annotations

from typing import NamedTuple, cast

import numpy as np
from jaxtyping import Array, Bool, Float

from holdfast.chain import decide
from holdfast.chain.batches import in_batches, replaced, taken
from holdfast.chain.inputs import Inputs
from holdfast.chain.kernels import kernel
from holdfast.chain.nodes import node_years
from holdfast.chain.problems import Answers, answers, answers_near, decisions_of, equations, others
from holdfast.chain.solve import Method, Outcomes, solve
from holdfast.chain.times import DEGREE, node_positions, ramp_ends

__all__ = ["Followed", "followed"]

METHOD = Method(panels=8, steps=384, rest_steps=4000, yielding=True)

_BATCH = 8
_ROUGH, _BREAKS, _BISECTIONS, _ROUNDS = 0.1, 6, 30, 3


class Followed(NamedTuple):
    """Outcomes along the principal branch, whether it `arrived`, whether there are `several` answers, and the help over them."""

    outcomes: Outcomes
    arrived: Bool[np.ndarray, " draws"]
    several: Bool[np.ndarray, " draws"]
    delivered_low: Float[np.ndarray, "2 draws"]
    delivered_high: Float[np.ndarray, "2 draws"]


class _Course(NamedTuple):
    """One principal's attack at the nodes of every stretch: honour, whether it was found, and whether it is certainly the only answer."""

    honour: Float[np.ndarray, "nodes pledges decisions draws"]
    converged: Bool[np.ndarray, " draws"]
    unique: Bool[np.ndarray, "nodes decisions draws"]


class _Place(NamedTuple):
    """An interval of time in one draw over which the branch changes by much."""

    draw: int
    first: float
    last: float


def followed(inputs: Inputs) -> Followed:
    """Solve draws along the principal branch."""
    ends, years = in_batches(
        kernel(_ends_and_years), (inputs.over_years, inputs.horizon_years), inputs.discount.size, _BATCH
    )
    courses = [_course(inputs, a, years) for a in (0, 1)]
    found = _outcomes(inputs, ends, courses)
    arrived = courses[0].converged & courses[1].converged
    rough = _rough_places(years, courses)
    if rough:
        draws = np.unique([place.draw for place in rough])
        better, good = _with_breaks(taken(inputs, draws), ends[:, draws], _renumbered(rough, draws))
        found, arrived = replaced(found, draws, better), replaced(arrived, draws, good)
    several, low, high = _range(inputs, years, courses, found)
    return Followed(found, arrived, several, low, high)


def _ends_and_years(over_years: Array, horizon_years: Array) -> tuple[Array, Array]:
    ends = ramp_ends(over_years, horizon_years)
    return ends, node_years(ends, METHOD.panels)


def _renumbered(places: list[_Place], draws: np.ndarray) -> list[_Place]:
    return [p._replace(draw=int(np.searchsorted(draws, p.draw))) for p in places]


def _at(
    inputs: Inputs, attacker: int, draws: np.ndarray, years: np.ndarray, guess: np.ndarray | None = None
) -> Answers:
    """Return the answers at some places, each worked out once: honour ["places pledges decisions"], the rest ["places decisions"]."""
    _, first, back = np.unique(np.stack([draws, years]), axis=1, return_index=True, return_inverse=True)
    problems = equations(inputs, attacker, draws[first], years[first])
    if guess is None:
        found = answers(problems)
    else:
        flat = np.moveaxis(guess[first], 1, 0)  # [pledges, places, decisions]
        found = answers_near(problems, flat.reshape(flat.shape[0], -1))
    count = decisions_of(inputs, attacker)
    honour = found.honour.reshape(found.honour.shape[0], -1, count)
    back = back.reshape(-1)
    return Answers(
        np.moveaxis(honour, 0, 1)[back],
        found.converged.reshape(-1, count)[back],
        found.unique.reshape(-1, count)[back],
    )


def _course(inputs: Inputs, attacker: int, years: Float[np.ndarray, "nodes draws"]) -> _Course:
    """Return the branch at all nodes of every stretch: followed at the ends of panels, and next to them in between."""
    nodes, draws = int(years.shape[0]), int(years.shape[1])
    pledges, count = inputs.attacks[attacker].pledges.strength.shape[0], decisions_of(inputs, attacker)
    if not pledges:
        return _Course(
            np.zeros((nodes, 0, count, draws)), np.ones(draws, bool), np.ones((nodes, count, draws), bool)
        )
    number = np.tile(np.arange(draws), (nodes, 1))
    size = METHOD.panels * DEGREE + 1
    place: np.ndarray = np.arange(nodes) % size
    edge: np.ndarray = place % DEGREE == 0
    honour = np.zeros((nodes, draws, pledges, count))
    good, unique = np.ones((nodes, draws, count), bool), np.ones((nodes, draws, count), bool)

    def fill(chosen: np.ndarray, found: Answers) -> None:
        honour[chosen] = found.honour.reshape(-1, draws, pledges, count)
        good[chosen] = found.converged.reshape(-1, draws, count)
        unique[chosen] = found.unique.reshape(-1, draws, count)

    fill(edge, _at(inputs, attacker, number[edge].ravel(), years[edge].ravel()))
    inside = np.flatnonzero(~edge)
    if inside.size:
        before = inside - place[inside] % DEGREE
        after = before + DEGREE
        length = years[after] - years[before]
        part = np.where(length > 0, (years[inside] - years[before]) / np.where(length > 0, length, 1.0), 0.0)
        part = part[..., None, None]
        guess = (1 - part) * honour[before] + part * honour[after]
        found = _at(
            inputs, attacker, number[inside].ravel(), years[inside].ravel(), guess.reshape(-1, pledges, count)
        )
        fill(inside, found)
    return _Course(np.moveaxis(honour, 1, 3), np.asarray(good.all(axis=(0, 2))), np.moveaxis(unique, 1, 2))


def _outcomes(inputs: Inputs, ends: np.ndarray, courses: list[_Course]) -> Outcomes:
    """Return what follows from the branches at the nodes."""
    given = (courses[0].honour, courses[1].honour)
    return in_batches(kernel(_given), (inputs, ends, given), int(inputs.discount.size), _BATCH)


def _given(inputs: Inputs, ends: Array, honour: tuple[Array, Array]) -> Outcomes:
    return cast(Outcomes, solve(inputs, METHOD, ends, honour))


def _rough_places(years: np.ndarray, courses: list[_Course]) -> list[_Place]:
    """Return the intervals between nodes over which some honour changes by more than `_ROUGH`, at most `_BREAKS` a draw."""
    change = np.zeros((years.shape[0] - 1, years.shape[1]))
    for course in courses:
        if course.honour.shape[1]:
            change = np.maximum(change, np.abs(np.diff(course.honour, axis=0)).max(axis=(1, 2)))
    change[~(np.diff(years, axis=0) > 0)] = 0.0
    places: list[_Place] = []
    for draw in range(years.shape[1]):
        largest = np.argsort(-change[:, draw], kind="stable")[:_BREAKS]
        places += [
            _Place(draw, float(years[k, draw]), float(years[k + 1, draw]))
            for k in sorted(largest)
            if change[k, draw] > _ROUGH
        ]
    return places


class _Bracket(NamedTuple):
    """Times just before and after the largest change in a place, by how much the branch changes between them, and before and after it."""

    low: float
    high: float
    jump: float
    before: float
    after: float


def _bisected(inputs: Inputs, places: list[_Place]) -> list[_Bracket]:
    """Close in on the largest change of the branch in every place."""
    draws = np.array([p.draw for p in places])
    pledged = [a for a in (0, 1) if inputs.attacks[a].pledges.strength.shape[0]]

    def at(years: np.ndarray) -> np.ndarray:
        found = (_at(inputs, a, draws, years).honour.reshape(years.size, -1) for a in pledged)
        return np.concatenate(list(found), axis=1)

    def apart(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return np.abs(a - b).max(axis=1)

    low, high = (np.array([getattr(p, end) for p in places]) for end in ("first", "last"))
    first, last = at(low), at(high)
    at_low, at_high = first, last
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        here = at(middle)
        left = apart(at_low, here) >= apart(here, at_high)
        high, low = np.where(left, middle, high), np.where(left, low, middle)
        at_high = np.where(left[:, None], here, at_high)
        at_low = np.where(left[:, None], at_low, here)
    found = zip(low, high, apart(at_low, at_high), apart(first, at_low), apart(at_high, last), strict=True)
    return [_Bracket(*(float(x) for x in row)) for row in found]


def _cuts(inputs: Inputs, places: list[_Place]) -> list[list[tuple[float, float]]]:
    """Return where time is to be cut in every draw, each cut as its times just before and just after."""
    cuts: list[list[tuple[float, float]]] = [[] for _ in range(inputs.discount.size)]
    for _ in range(_ROUNDS):
        rest: list[_Place] = []
        for place, found in zip(places, _bisected(inputs, places), strict=True):
            own = cuts[place.draw]
            own += [(place.first, place.first), (place.last, place.last)]
            if found.jump > _ROUGH / 4:
                own.append((found.low, found.high))
                rest += [place._replace(last=found.low)] * (found.before > _ROUGH)
                rest += [place._replace(first=found.high)] * (found.after > _ROUGH)
        places = rest
        if not places:
            break
    return cuts


def _with_breaks(
    inputs: Inputs, ends: Float[np.ndarray, "ends draws"], places: list[_Place]
) -> tuple[Outcomes, Bool[np.ndarray, " draws"]]:
    """Solve draws with a stretch of its own for every rough place, cut in two where the branch jumps."""
    most = ends.shape[0] - 2 + 3 * _BREAKS
    starts, stops = np.zeros((most, ends.shape[1])), np.zeros((most, ends.shape[1]))
    for draw, cuts in enumerate(_cuts(inputs, places)):
        inner = [(float(e), float(e)) for e in ends[1:-1, draw]]
        edges = sorted({*inner, *(c for c in cuts if c[0] > 0)})[:most]
        # one shape for every draw: filled up with empty stretches where nothing changes any more
        edges += [edges[-1]] * (most - len(edges))
        starts[:, draw] = [0.0, *(e[1] for e in edges[:-1])]
        stops[:, draw] = [e[0] for e in edges]
    stops = np.maximum(stops, starts)
    middle = (stops[:-1] + starts[1:]) / 2
    new_ends = np.concatenate([ends[:1], middle, stops[-1:], ends[-1:]])
    positions = node_positions(METHOD.panels)[:, None]
    years = (starts[:, None] + positions * (stops - starts)[:, None]).reshape(-1, ends.shape[1])
    courses = [_course(inputs, a, years) for a in (0, 1)]
    return _outcomes(inputs, new_ends, courses), courses[0].converged & courses[1].converged


def _range(
    inputs: Inputs, years: Float[np.ndarray, "nodes draws"], courses: list[_Course], found: Outcomes
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return whether there are several answers where a stretch of time begins, and the help delivered at t = 0 over all of them."""
    draws = int(inputs.discount.size)
    starts = slice(None, None, METHOD.panels * DEGREE + 1)
    times = years[starts]
    number = np.tile(np.arange(draws), (times.shape[0], 1))
    several = np.zeros(draws, bool)
    low, high = np.array(found.delivered), np.array(found.delivered)
    for a, (own, course) in enumerate(zip(inputs.attacks, courses, strict=True)):
        if not own.pledges.strength.shape[0]:
            continue
        count = decisions_of(inputs, a)
        problems = equations(inputs, a, number.ravel(), times.ravel())
        known = np.moveaxis(
            course.honour[starts], (0, 1, 2, 3), (1, 0, 3, 2)
        )  # [pledges, times, draws, decisions]
        unique = np.moveaxis(course.unique[starts], 1, 2)
        other = others(problems, known.reshape(known.shape[0], -1), unique.ravel())
        several |= other.several.reshape(-1, draws, count).any(axis=(0, 2))
        decided: np.ndarray = in_batches(kernel(decide.decision_probabilities), (own.passes,), draws, _BATCH)
        pledged = np.maximum(own.pledges.strength.sum(axis=0), 1e-300)
        for bound, amount, pick in ((low, other.least, np.minimum), (high, other.most, np.maximum)):
            share = (
                np.sum(decided * amount.reshape(-1, draws, count)[0].T, axis=0) * found.detect[a] / pledged
            )
            bound[a] = pick(bound[a], share)
    return several, low, high
