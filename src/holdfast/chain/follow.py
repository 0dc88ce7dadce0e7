"""Draws whose honour equations may have several answers: the principal branch over time, with breaks where it jumps.

The branch is followed at both ends of every panel of nodes; between them, Newton's method finds the answer next to
where they point. Where the branch changes by much from one end to the next, the place is bisected: a jump becomes the
end of one stretch of time and the start of another, and a steep but smooth change gets a stretch, and so nodes, of
its own.
"""

from __future__ import annotations

from typing import Any, NamedTuple, cast

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from holdfast.chain import branch, decide
from holdfast.chain.inputs import Inputs, Pledges
from holdfast.chain.solve import Method, Outcomes, node_years, solve
from holdfast.chain.times import node_positions, ramp_ends, strengths

__all__ = ["Followed", "followed", "replaced", "taken"]

METHOD = Method(panels=8, steps=768, yielding=True)

_TOGETHER = 16
_ROUGH, _BREAKS, _BISECTIONS = 0.1, 2, 30
_NODES = 4


class Followed(NamedTuple):
    """Outcomes along the principal branch, whether it `arrived`, whether there are `several` answers, and the help over them."""

    outcomes: Outcomes
    arrived: Bool[np.ndarray, " draws"]
    several: Bool[np.ndarray, " draws"]
    delivered_low: Float[np.ndarray, "2 draws"]
    delivered_high: Float[np.ndarray, "2 draws"]


def taken(tree: Any, index: np.ndarray) -> Any:
    """Return the chosen draws of every array."""

    def take(a: Any) -> np.ndarray:
        return np.asarray(a)[..., index]

    return jax.tree.map(take, tree)


def replaced(found: Any, index: np.ndarray, by: Any) -> Any:
    """Return arrays of which the chosen draws are taken from others."""

    def put(old: np.ndarray, new: np.ndarray) -> np.ndarray:
        old = np.array(old)
        old[..., index] = new
        return old

    return jax.tree.map(put, found, by)


def followed(inputs: Inputs) -> Followed:
    """Solve draws along the principal branch, a few at a time."""
    count = inputs.discount.size
    pieces: list[Followed] = []
    for start in range(0, count, _TOGETHER):
        index = np.minimum(np.arange(start, start + _TOGETHER), count - 1)
        pieces.append(_block(taken(inputs, index), min(_TOGETHER, count - start)))
    joined = jax.tree.map(lambda *parts: np.concatenate(parts, axis=-1), *pieces)

    def cut(a: np.ndarray) -> np.ndarray:
        return a[..., :count]

    return jax.tree.map(cut, joined)


class _Front(NamedTuple):
    """What settles the honour equations of one principal's attack; of pairs, the attacker's comes first."""

    pledges: Pledges
    passes: Float[Array, "bodies draws"]
    forward: Float[Array, " draws"]
    strength: Float[Array, "2 draws"]
    added: Float[Array, "ramps draws"]
    over_years: Float[Array, "ramps draws"]
    strengthens: Bool[Array, "2 ramps draws"]
    decisiveness: Float[Array, " draws"]


def _front(inputs: Inputs, attacker: int) -> _Front:
    own, order = inputs.attacks[attacker], np.array([attacker, 1 - attacker])
    return _Front(
        own.pledges,
        own.passes,
        own.forward,
        np.asarray(inputs.strength)[order],  # pyright: ignore[reportArgumentType]
        inputs.added,
        inputs.over_years,
        np.asarray(inputs.strengthens)[order],  # pyright: ignore[reportArgumentType]
        inputs.decisiveness,
    )


def _each(function: Any, front: _Front) -> Any:
    """Return a function that applies one of `branch` to every problem.

    Its arguments are times ["times draws"] and arrays ["times pledges decisions draws"].
    """
    active = decide.active_pledges(front.pledges.body, front.passes.shape[0])

    def one(due: Array, problem: Any, *more: Array) -> Any:
        pledges, attacking, defending, decisiveness = problem
        return function(branch.Equations._make((*pledges, due, attacking, defending, decisiveness)), *more)

    def at(year: Array, *more: Array) -> Any:
        force = strengths(front.strength, front.added, front.over_years, front.strengthens, year)
        problem = (tuple(front.pledges[:5]), force[0], force[1] + front.forward, front.decisiveness)
        by_draw = jax.vmap(one, in_axes=(-1, -1, *(-1 for _ in more)), out_axes=-1)
        by_decision = jax.vmap(by_draw, in_axes=(1, None, *(1 for _ in more)), out_axes=-2)
        return by_decision(active, problem, *more)

    return jax.vmap(at)


@jax.jit
def _branch_at(front: _Front, years: Float[Array, "times draws"]) -> branch.Branch:
    """Return the principal branch ["times pledges decisions draws"] of one principal's attack at each time."""
    return _each(branch.follow, front)(years)


@jax.jit
def _along(front: _Front, years: Float[Array, "nodes draws"]) -> branch.Branch:
    """Return the branch at all nodes of every stretch: followed at the ends of panels, and next to them in between."""
    size = METHOD.panels * _NODES + 1
    by_stretch = years.reshape(-1, size, years.shape[1])
    edge = _each(branch.follow, front)(by_stretch[:, ::_NODES].reshape(-1, years.shape[1]))
    shape = edge.honour.shape[1:]
    at_edge = edge.honour.reshape(-1, METHOD.panels + 1, *shape)
    inside = by_stretch[:, :-1].reshape(by_stretch.shape[0], METHOD.panels, _NODES, -1)
    first, last = by_stretch[:, :-1:_NODES, None], by_stretch[:, _NODES::_NODES, None]
    part = jnp.where(last > first, (inside - first) / jnp.where(last > first, last - first, 1.0), 0.0)
    part = part[:, :, :, None, None]
    guess = (1 - part) * at_edge[:, :-1, None] + part * at_edge[:, 1:, None]
    middle = _each(branch.near, front)(
        inside[:, :, 1:].reshape(-1, years.shape[1]), guess[:, :, 1:].reshape(-1, *shape)
    )
    tail = (_NODES - 1, *shape)
    honour = jnp.concatenate([at_edge[:, :-1, None], middle.honour.reshape(-1, METHOD.panels, *tail)], axis=2)
    honour = honour.reshape(-1, size - 1, *shape)
    honour = jnp.concatenate([honour, at_edge[:, -1:]], axis=1).reshape(-1, *shape)
    good = jnp.all(edge.converged, axis=0) & jnp.all(middle.converged, axis=0)
    return branch.Branch(honour, good)


@jax.jit
def _others_at(front: _Front, years: Float[Array, "times draws"], honour: Array) -> branch.Others:
    """Return what other answers there are at some times, ["times decisions draws"]."""
    return _each(branch.others, front)(years, honour)


def _block(inputs: Inputs, count: int) -> Followed:
    ends = np.asarray(ramp_ends(jnp.asarray(inputs.over_years), jnp.asarray(inputs.horizon_years)))
    years = np.asarray(node_years(jnp.asarray(ends), METHOD.panels))
    given, found = _solved(inputs, years, ends)
    draws = inputs.discount.size
    arrived, several = np.ones(draws, bool), np.zeros(draws, bool)
    for draw in range(count):
        rough = _rough_places(years[:, draw], [b.honour[..., draw] for b in given])
        if rough:
            one = taken(inputs, np.array([draw]))
            better, arrived[draw] = _with_breaks(one, ends[:, draw], rough)
            found = replaced(found, np.array([draw]), better)
        else:
            arrived[draw] = all(b.converged[..., draw].all() for b in given)
    low, high = np.array(found.delivered), np.array(found.delivered)
    stretch_starts = slice(None, None, METHOD.panels * _NODES + 1)
    for a, own in enumerate(inputs.attacks):
        if not own.pledges.strength.shape[0]:
            continue
        starts = years[stretch_starts], given[a].honour[stretch_starts]
        other = cast(branch.Others, _others_at(_front(inputs, a), *starts))
        several |= np.asarray(other.several).any(axis=(0, 1))
        decided = np.asarray(decide.decision_probabilities(jnp.asarray(own.passes)))
        pledged = np.maximum(own.pledges.strength.sum(axis=0), 1e-300)
        for bound, amount, pick in ((low, other.least, np.minimum), (high, other.most, np.maximum)):
            share = found.detect[a] * np.sum(decided * np.asarray(amount)[0], axis=0) / pledged
            bound[a] = pick(bound[a], share)
    return Followed(found, arrived, several, low, high)


def _solved(
    inputs: Inputs,
    years: np.ndarray,
    ends: np.ndarray,
) -> tuple[list[branch.Branch], Outcomes]:
    """Return both principals' branches at the nodes and the outcomes that follow."""
    given: list[branch.Branch] = []
    for a, own in enumerate(inputs.attacks):
        if not own.pledges.strength.shape[0]:
            given.append(_none(inputs, a, years.shape[0]))
        elif years.shape[0] == 1:
            found = cast(branch.Branch, _branch_at(_front(inputs, a), years))
            given.append(branch.Branch(np.asarray(found.honour), np.asarray(found.converged)[0]))
        else:
            given.append(jax.tree.map(np.asarray, _along(_front(inputs, a), years)))
    return given, _outcomes(inputs, given, ends)


def _none(inputs: Inputs, attacker: int, nodes: int) -> branch.Branch:
    """Return the branch of an attack against which nothing is pledged."""
    blank = np.zeros((nodes, 0, 2 ** inputs.attacks[attacker].passes.shape[0], inputs.discount.size))
    return branch.Branch(blank, np.ones(blank.shape[2:], bool))


def _outcomes(inputs: Inputs, given: list[branch.Branch], ends: np.ndarray) -> Outcomes:
    """Return what follows from the branches at the nodes."""
    honour = (given[0].honour, given[1].honour)
    return jax.tree.map(np.asarray, solve(inputs, METHOD, ends, honour))


def _rough_places(years: np.ndarray, given: list[np.ndarray]) -> list[tuple[float, float]]:
    """Return the intervals between nodes over which some honour probability changes by more than `_ROUGH`, in order."""
    change = np.zeros(years.size - 1)
    for honour in given:
        if honour.shape[1]:
            change = np.maximum(change, np.abs(np.diff(honour, axis=0)).max(axis=(1, 2)))
    change[~(np.diff(years) > 0)] = 0.0
    places = [k for k in np.argsort(-change, kind="stable")[:_BREAKS] if change[k] > _ROUGH]
    return sorted((float(years[k]), float(years[k + 1])) for k in places)


def _with_breaks(
    inputs: Inputs,
    ends: np.ndarray,
    rough: list[tuple[float, float]],
) -> tuple[Outcomes, bool]:
    """Solve one draw with a stretch of its own for every rough place, cut in two where the branch jumps."""
    cuts: list[tuple[float, float]] = []  # just before and just after
    for first, last in rough:
        low, high, jump = _bisected(inputs, first, last)
        cuts += [(first, first), (low, high), (last, last)] if jump else [(first, first), (last, last)]
    inner = [(float(e), float(e)) for e in ends[1:-1]]
    edges = sorted({*inner, *(c for c in cuts if c[0] > 0)})
    # one shape for every draw: filled up with empty stretches where nothing changes any more
    edges += [edges[-1]] * (len(inner) + 3 * _BREAKS - len(edges))
    starts = np.array([0.0, *(e[1] for e in edges[:-1])])
    stops = np.array([e[0] for e in edges])
    new_ends = np.array([0.0, *((e[0] + e[1]) / 2 for e in edges), inputs.horizon_years[0]])[:, None]
    positions = node_positions(METHOD.panels)[:, None]
    given: list[branch.Branch] = []
    for a, own in enumerate(inputs.attacks):
        if not own.pledges.strength.shape[0]:
            given.append(_none(inputs, a, len(edges) * positions.size))
            continue
        pieces: dict[tuple[float, float], branch.Branch] = {}
        for first, last in zip(starts, stops, strict=True):
            if (first, last) not in pieces:
                pieces[first, last] = _branch_at(_front(inputs, a), first + positions * (last - first))
        found = [pieces[key] for key in zip(starts, stops, strict=True)]
        given.append(
            branch.Branch(
                *(np.concatenate([np.asarray(x) for x in part]) for part in zip(*found, strict=True))
            )
        )
    outcomes = _outcomes(inputs, given, new_ends)
    return outcomes, all(bool(b.converged.all()) for b in given)


def _bisected(inputs: Inputs, low: float, high: float) -> tuple[float, float, bool]:
    """Close in on the largest change of the branch between two times: its bracket, and whether it is a jump."""

    def at(year: float) -> list[np.ndarray]:
        years = jnp.full((1, 1), year)
        pledged = [a for a in (0, 1) if inputs.attacks[a].pledges.strength.shape[0]]
        found: list[branch.Branch] = [_branch_at(_front(inputs, a), years) for a in pledged]
        return [np.asarray(b.honour) for b in found]

    def apart(a: list[np.ndarray], b: list[np.ndarray]) -> float:
        return max(float(np.abs(x - y).max()) for x, y in zip(a, b, strict=True))

    at_low, at_high = at(low), at(high)
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        here = at(middle)
        if apart(at_low, here) >= apart(here, at_high):
            high, at_high = middle, here
        else:
            low, at_low = middle, here
    return low, high, apart(at_low, at_high) > _ROUGH / 4
