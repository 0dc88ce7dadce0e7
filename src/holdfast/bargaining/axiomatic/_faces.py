r"""Where in the issue space an agreement may still be moved once some parties have all that they can get, for many draws at once.

What all optima of a programme have in common is read off one in their middle: whose gain is at its limit (its multiplier is above 0), and
on which side of each of its ideals the issue then lies (see `_interior`). The optima are therefore a box, cut by a flat on which the gains
of those parties, which are linear there, stay as they are. The next programme runs over that. It never loses a party's floor, whatever
was read off wrongly; what it may lose is the optimum, and `bound` tells, as it knows nothing of boxes and flats.

A proof that a party can have no more may lean on the floors of those who are settled. Multipliers for them are put together from
those that settled them, times a large enough number, and a combination that balances the pull on z in the directions that are closed.
"""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np
from jaxtyping import Bool, Float, Int

__all__ = ["Face", "Problems", "bound", "first_face", "gains", "most", "narrowed", "part", "posed"]

Array = np.ndarray

_PARALLEL = 1e-9
"""Directions in which gains change by less than the root of this are taken for parallel."""

_PINCHED = 1e-8
"""An issue that can move by less is at its place."""

_MARGIN = 0.25

_LEANING = 10.0 ** np.arange(-1, 7)
"""How much of the earlier proof is tried."""


class Problems(NamedTuple):
    """Gains over no agreement as shares of each party's range, g = most − Σ_k weights |z_k − y_k|."""

    positions: Float[Array, "parties issues draws"]
    weights: Float[Array, "parties issues draws"]
    most: Float[Array, "parties draws"]
    scale: Float[Array, "parties draws"]
    """By which gains were divided; the largest gain or loss that a party could meet with."""
    order: Int[Array, "parties issues draws"]
    """Of the ideals on each issue, the lowest first."""
    low: Float[Array, "issues draws"]
    """The lowest ideal of those who care for an issue, and the highest; nobody gains further out. The whole scale where nobody cares."""
    high: Float[Array, "issues draws"]


class Face(NamedTuple):
    """Agreements from which nobody who is settled would lose: a box, cut by a flat through a point of it."""

    point: Float[Array, "issues draws"]
    low: Float[Array, "issues draws"]
    high: Float[Array, "issues draws"]
    free: Float[Array, "issues issues draws"]
    """The projection on the directions that are open."""
    pinned: Bool[Array, "issues draws"]
    rows: Float[Array, "parties issues draws"]
    """How the loss of a settled party rises with each issue."""
    settled: Bool[Array, "parties draws"]
    floors: Float[Array, "parties draws"]
    proof: Float[Array, "parties draws"]
    """Multipliers above 0 of those who are settled, with which their sum of gains can be no larger than that of their floors."""

    @property
    def is_open(self) -> Bool[Array, " draws"]:
        """Whether there is still somewhere to go."""
        return np.trace(self.free) > 0.5


Whole = TypeVar("Whole", Problems, Face)


def part(whole: Whole, draws: Array) -> Whole:
    """Return some of the draws."""
    return type(whole)(*(values[..., draws] for values in whole))


def posed(
    positions: Float[Array, "parties issues draws"],
    salience: Float[Array, "parties issues draws"],
    disagreement: Float[Array, "parties draws"],
) -> Problems:
    """Return the problems, each party's gains divided by the largest that it could gain or lose, as for one draw."""
    scale = np.maximum(salience.max(1), np.abs(1 - disagreement))
    scale = np.where(scale > 0, scale, 1.0)
    order = np.argsort(positions, axis=0, kind="stable")
    cares = salience > 0
    anybody = cares.any(0)
    low = np.where(anybody, np.where(cares, positions, 1.0).min(0), 0.0)
    high = np.where(anybody, np.where(cares, positions, 0.0).max(0), 1.0)
    return Problems(positions, salience / scale[:, None], (1 - disagreement) / scale, scale, order, low, high)


def gains(problems: Problems, point: Float[Array, "issues draws"]) -> Float[Array, "parties draws"]:
    """Return the gains of an agreement."""
    return problems.most - (problems.weights * np.abs(point - problems.positions)).sum(1)


def most(problems: Problems, multipliers: Float[Array, "parties draws"]) -> Float[Array, " draws"]:
    """Return the most that Σ m_i g_i can be anywhere, for m ≥ 0: with each issue at the weighted median of the ideals."""
    weight = np.take_along_axis(multipliers[:, None] * problems.weights, problems.order, 0)
    ideals = np.take_along_axis(problems.positions, problems.order, 0)
    reached = weight.cumsum(0)
    middle = (reached < reached[-1] / 2).sum(0, keepdims=True)
    median = np.take_along_axis(ideals, np.minimum(middle, len(ideals) - 1), 0)
    return (multipliers * problems.most).sum(0) - (weight * np.abs(ideals - median)).sum((0, 1))


def first_face(problems: Problems) -> Face:
    """Return the whole space, with a margin: where agreements lie at its edge, an interior point should be no nearer to it than to them."""
    parties, issues, draws = problems.positions.shape
    nobody = np.zeros((parties, draws))
    return Face(
        point=(problems.low + problems.high) / 2,
        low=problems.low - _MARGIN,
        high=problems.high + _MARGIN,
        free=np.repeat(np.eye(issues)[:, :, None], draws, axis=2),
        pinned=np.zeros((issues, draws), bool),
        rows=np.zeros((parties, issues, draws)),
        settled=nobody > 0,
        floors=nobody,
        proof=nobody.copy(),
    )


def narrowed(
    problems: Problems,
    face: Face,
    point: Float[Array, "issues draws"],
    settled: Bool[Array, "parties draws"],
    floors: Float[Array, "parties draws"],
    proof: Float[Array, "parties draws"],
    sides: tuple[Bool[Array, "parties issues draws"], Bool[Array, "parties issues draws"]],
) -> Face:
    """Return what is left where further parties are settled: `sides` says where z_k ≥ y_ik and where z_k ≤ y_ik in all optima."""
    above, below = (side & settled[:, None] & (problems.weights > 0) for side in sides)
    low = np.maximum(face.low, np.where(above, problems.positions, -np.inf).max(0))
    high = np.minimum(face.high, np.where(below, problems.positions, np.inf).min(0))
    pinned = face.pinned | (above & below).any(0) | (high - low < _PINCHED)
    # where an interior point cannot tell on which side an issue lies, the point itself has to do
    sign = np.where(above == below, np.sign(point - problems.positions), np.where(above, 1.0, -1.0))
    rows = np.where(settled[:, None], problems.weights * sign, face.rows)
    rows = np.where(pinned, 0.0, rows)
    everybody = face.settled | settled
    return Face(
        point=point,
        low=np.minimum(low, point),
        high=np.maximum(high, point),
        free=_open(rows, pinned),
        pinned=pinned,
        rows=rows,
        settled=everybody,
        floors=np.where(settled, floors, face.floors),
        proof=np.where(everybody, proof, 0.0),
    )


def _spectrum(rows: Float[Array, "parties issues draws"]) -> tuple[Array, Array, Array]:
    """Return rows of length 1 (or 0), and the eigenvalues and vectors of the sum of their squares, draws first."""
    length = np.sqrt((rows**2).sum(1, keepdims=True))
    unit = np.divide(rows, length, out=np.zeros_like(rows), where=length > 1e-12)
    values, vectors = np.linalg.eigh(np.einsum("ikd,ild->dkl", unit, unit))
    return unit, values, vectors


def _open(
    rows: Float[Array, "parties issues draws"], pinned: Bool[Array, "issues draws"]
) -> Float[Array, "issues issues draws"]:
    """Return the projection on the directions along which no row changes and no pinned issue moves."""
    _, values, vectors = _spectrum(np.concatenate([rows, np.eye(len(pinned))[:, :, None] * pinned], axis=0))
    idle = np.where(values < _PARALLEL, 1.0, 0.0)
    return np.einsum("dke,de,dle->kld", vectors, idle, vectors)


def bound(
    problems: Problems,
    face: Face,
    multipliers: Float[Array, "parties draws"],
    pull: Float[Array, "issues draws"],
) -> tuple[Float[Array, " draws"], Float[Array, "parties draws"]]:
    """Return the most that Σ m_i g_i of parties that are not settled can be while nobody who is falls below its floor, and the proof.

    Parameters
    ----------
    problems, face
        Which parties are settled, and with how much.
    multipliers
        Of the others, 0 or more.
    pull
        How they pull on each issue at the point; balanced in the directions that are open.
    """
    found = np.where(face.settled, 0.0, np.maximum(multipliers, 0.0))
    value = most(problems, found)
    leaning = np.flatnonzero(face.settled.any(0))
    if len(leaning):
        some, on = part(problems, leaning), part(face, leaning)
        own = found[:, leaning]
        balance = _balance(on.rows, pull[:, leaning])
        for much in _LEANING:
            total = own + np.where(on.settled, np.maximum(balance + much * on.proof, 0.0), 0.0)
            worth = most(some, total) - (np.where(on.settled, total, 0.0) * on.floors).sum(0)
            better = worth < value[leaning]
            value[leaning] = np.where(better, worth, value[leaning])
            found[:, leaning] = np.where(better, total, found[:, leaning])
    return value, found


def _balance(
    rows: Float[Array, "parties issues draws"], pull: Float[Array, "issues draws"]
) -> Float[Array, "parties draws"]:
    """Return how much of each row adds up to the opposite of a pull, in the least squares."""
    unit, values, vectors = _spectrum(rows)
    inverse = np.where(values > _PARALLEL, 1 / np.maximum(values, _PARALLEL), 0.0)
    against = np.einsum("dke,de,dle,ld->kd", vectors, inverse, vectors, -pull)
    length = np.sqrt((rows**2).sum(1))
    short = np.where(length > 1e-12, length, np.inf)
    return np.einsum("ikd,kd->id", unit, against) / short
