"""Honour: fixed points of the guarantors' quantal response, and the principal branch.

A pledge is honoured with probability sigma(z), z = lambda (stake E[delta] - cost + break_cost) / noise. The
principal branch is followed from lambda = 0, where every z is 0, to its first arrival at lambda = 1, by
pseudo-arclength in (z, X lambda), X a bound on |z| at lambda = 1. Pledges alike in every number share one
unknown: the branch keeps them alike, and their pitchforks are then no singularities.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from tests.reference.twin.situation import Pledge
from tests.reference.twin.war import Array, subsets, weights, win

STEP = 0.3  # the most that a z may change in one step, unless it is far
STRAIGHT = 0.95  # the least cosine between the path's directions before and after a step
FAR = 14.0  # |z| beyond which sigma(z) is 0 or 1 to 1e-6: there the path is nearly straight


class ContinuationError(ArithmeticError):
    """The path could not be followed."""


@dataclass
class Branch:
    """The principal branch at one time."""

    logits: Array
    fold_margin: float  # the least |lambda - 1| over the folds passed; small means nearly another answer
    steepness: float  # least singular value of the Jacobian at lambda = 1
    crossing: float = np.inf  # least singular value along the path; 0 where another path crosses it
    steps: int = 0

    @property
    def honour(self) -> Array:
        return expit(self.logits)


@dataclass
class HonourGame:
    """The active pledges of force and arms, given one decision, at one moment's strengths."""

    pledges: tuple[Pledge, ...]
    attacker: float
    victim: float  # with the troops already engaged
    decisiveness: float
    gain: Array = field(init=False)  # (n, 2^n): how much honouring g lowers p, at each subset of the others
    cross: Array = field(init=False)  # (n, n, 2^n): by how much k's honouring changes that

    def __post_init__(self) -> None:
        n = len(self.pledges)
        self.chosen = subsets(n)
        strength = np.array([pledge.strength for pledge in self.pledges])
        p = win(self.attacker, self.victim + self.chosen @ strength, self.decisiveness)
        rows = np.arange(2**n)
        bits = 1 << np.arange(n)
        self.gain = np.array([p[rows & ~bit] - p[rows | bit] for bit in bits]).reshape(n, 2**n)
        self.cross = np.array([self.gain[:, rows | bit] - self.gain[:, rows & ~bit] for bit in bits])
        self.cross = self.cross.reshape(n, n, 2**n).transpose(1, 0, 2)
        self.slope = np.array([pledge.stake / pledge.noise for pledge in self.pledges])
        self.rest = np.array([(pledge.break_cost - pledge.cost) / pledge.noise for pledge in self.pledges])
        alike = [(q.strength, q.stake, q.cost, q.break_cost, q.noise) for q in self.pledges]
        kinds = sorted(set(alike))
        self.kind_of = np.array([kinds.index(a) for a in alike], dtype=int)
        self.first_of = np.array([alike.index(kind) for kind in kinds], dtype=int)
        self.table = np.concatenate(
            [self.gain[self.first_of], self.cross[self.first_of].reshape(-1, 2**n)], axis=0
        )
        largest = self.slope * self.gain.max(axis=1) + np.abs(self.rest)
        self.scale = float(np.max(largest, initial=1.0))

    def response(self, honour: Array) -> Array:
        """The answer of every pledge to the others' honour; `honour` is (..., n)."""
        probability = weights(honour[..., None, :], self.chosen)
        return expit(self.slope * (probability @ self.gain.T) + self.rest)

    def gradient(self, z: Array) -> tuple[Array, Array]:
        """Per kind of pledge: z at lambda = 1 asked by the z given, and its derivatives."""
        n, kinds = len(self.pledges), len(self.first_of)
        h = expit(z)[self.kind_of]
        w = np.prod(np.where(self.chosen, h, expit(-z)[self.kind_of]), axis=1)
        mean = self.table @ w
        slope = self.slope[self.first_of]
        asked = slope * mean[:kinds] + self.rest[self.first_of]
        by_pledge = slope[:, None] * mean[kinds:].reshape(kinds, n) * (h * expit(-z)[self.kind_of])
        jacobian = np.zeros((kinds, kinds))
        np.add.at(jacobian.T, self.kind_of, by_pledge.T)
        return asked, jacobian

    # --- the path -------------------------------------------------------------------------------------

    def _residual(self, y: Array) -> tuple[Array, Array]:
        z, lam = y[:-1], y[-1] / self.scale
        asked, jacobian = self.gradient(z)
        wide = np.column_stack([np.eye(len(z)) - lam * jacobian, -asked / self.scale])
        return z - lam * asked, wide

    def _tangent(self, y: Array, last: Array) -> Array:
        _, wide = self._residual(y)
        right = np.zeros(len(y))
        right[-1] = 1.0
        tangent = np.linalg.solve(np.vstack([wide, last]), right)
        return tangent / np.linalg.norm(tangent)

    def _same_path(self, y: Array, tangent: Array) -> bool:
        """Whether the direction is the one this path has: the determinant's sign never changes along it.

        Two paths that nearly cross (an imperfect pitchfork) are easily confused, and then the sign is wrong.
        """
        _, wide = self._residual(y)
        return bool(np.linalg.slogdet(np.vstack([wide, tangent]))[0] > 0)

    def _correct(self, guess: Array, normal: Array) -> Array | None:
        """The path's point on the plane through `guess`, or None if Newton does not find it."""
        y, size = guess.copy(), np.inf
        for _ in range(8):
            residual, wide = self._residual(y)
            try:
                step = np.linalg.solve(np.vstack([wide, normal]), -np.append(residual, normal @ (y - guess)))
            except np.linalg.LinAlgError:
                return None
            y = y + step
            size = float(np.max(np.abs(step)))
            if size < 1e-11 * max(1.0, float(np.max(np.abs(y)))):
                return y
            if not size < 1e3:
                return None
        settled = np.max(np.abs(self._residual(y)[0])) < 1e-10 * max(1.0, float(np.max(np.abs(y))))
        return y if settled and size < 1e-6 else None  # beside a bifurcation steps no longer shrink

    def _too_far(self, here: Array, there: Array) -> bool:
        """Whether a step changes a probability by more than a little."""
        z, w = here[:-1], there[:-1]
        both_far = (np.minimum(np.abs(z), np.abs(w)) > FAR) & (z * w > 0)
        return (
            bool(np.any(~both_far & (np.abs(w - z) > STEP))) or abs(there[-1] - here[-1]) > 0.1 * self.scale
        )

    def _step(self, y: Array, tangent: Array, ds: float) -> tuple[Array, Array, float]:
        """The next point, its tangent, and the length of the step that reached it."""
        while ds > 1e-13 * self.scale:
            guess = y + ds * tangent
            if not self._too_far(y, guess):
                point = self._correct(guess, tangent)
                if (
                    point is not None
                    and np.linalg.norm(point - guess) < 0.2 * ds
                    and not self._too_far(y, point)
                ):
                    turned = self._tangent(point, tangent)
                    if turned @ tangent > STRAIGHT and self._same_path(point, turned):
                        return point, turned, ds
            ds *= 0.5
        raise ContinuationError(f"stuck at lambda = {y[-1] / self.scale:.6g}")

    def _within(self, y: Array, tangent: Array, ds: float, wanted: str) -> tuple[Array, float]:
        """Inside a step: the point where lambda is greatest (or least), or where it is 1."""

        def at(s: float) -> tuple[Array, float]:
            point = self._correct(y + s * tangent, tangent)
            if point is None:
                raise ContinuationError("lost the path inside a step")
            return point, self._tangent(point, tangent)[-1]

        low, high = 0.0, ds
        first = tangent[-1]
        while high - low > 1e-13 * max(1.0, ds):
            s = 0.5 * (low + high)
            if s in (low, high):
                break
            point, slope = at(s)
            passed = slope * first <= 0 if wanted == "fold" else point[-1] >= self.scale
            low, high = (low, s) if passed else (s, high)
        return at(high)[0], high

    def principal(self) -> Branch:
        """The principal branch at lambda = 1."""
        if not self.pledges:
            return Branch(np.zeros(0), np.inf, 1.0)
        y = np.zeros(len(self.first_of) + 1)
        tangent = np.zeros_like(y)
        tangent[-1] = 1.0
        tangent = self._tangent(y, tangent)
        ds, margin, crossing = 0.1, np.inf, np.inf
        for step in range(200_000):
            point, turned, done = self._step(y, tangent, ds)
            crossing = min(crossing, float(np.linalg.svd(self._residual(point)[1], compute_uv=False)[-1]))
            if turned[-1] * tangent[-1] <= 0:
                fold, s = self._within(y, tangent, done, "fold")
                margin = min(margin, abs(fold[-1] / self.scale - 1.0))
                if fold[-1] >= self.scale and tangent[-1] > 0:
                    branch = self._finish(self._within(y, tangent, s, "arrival")[0], margin, step)
                    return replace(branch, crossing=crossing)
            if point[-1] >= self.scale:
                branch = self._finish(self._within(y, tangent, done, "arrival")[0], margin, step)
                return replace(branch, crossing=crossing)
            y, tangent = point, turned
            ds = done * 1.6
        raise ContinuationError("no arrival after 200,000 steps")

    def _finish(self, y: Array, margin: float, steps: int) -> Branch:
        near = y[:-1]
        size = max(1.0, float(np.max(np.abs(near))))
        z = self.polish(near)
        if not np.max(np.abs(z - near)) < 1e-4 * size:
            z = near  # at a fold Newton wanders: then the path's point stands
        h = expit(z)[self.kind_of]
        error = float(np.max(np.abs(self.response(h) - h)))
        if not error < (1e-12 if z is not near else 1e-9):
            raise ContinuationError(f"residual {error:.1e} at lambda = 1")
        _, jacobian = self.gradient(z)
        least = float(np.linalg.svd(np.eye(len(z)) - jacobian, compute_uv=False)[-1])
        return Branch(z[self.kind_of], margin, least, steps=steps)

    def polish(self, z: Array) -> Array:
        """Newton at lambda = 1, per kind of pledge, until nothing changes."""
        for _ in range(30):
            asked, jacobian = self.gradient(z)
            try:
                step = np.linalg.solve(np.eye(len(z)) - jacobian, asked - z)
            except np.linalg.LinAlgError:
                break
            z = z + step
            if np.max(np.abs(step)) < 1e-14 * max(1.0, float(np.max(np.abs(z)))):
                break
        return z

    # --- other fixed points ---------------------------------------------------------------------------

    def iterated(self, starts: NDArray[np.bool_], most: int) -> Array:
        """Where damped iteration from the starts ends, (those that settle within `most` steps, n)."""
        h = starts.astype(float)
        settled = []
        for _ in range(most):
            change = self.response(h) - h
            done = np.max(np.abs(change), axis=1) < 1e-10
            if done.any():
                settled.append(h[done])
                h, change = h[~done], change[~done]
                if not len(h):
                    break
            h = h + 0.5 * change
        return np.concatenate(settled) if settled else np.zeros((0, h.shape[1]))

    def others(self, branch: Branch, *, corners: bool, apart: float, most: int) -> Array:
        """Fixed points other than the branch that damped iteration finds."""
        if not self.pledges:
            return np.zeros((0, 0))
        starts = self.chosen if corners else self.chosen[[0, -1]]
        found = self.iterated(starts, most)
        return found[np.max(np.abs(found - branch.honour), axis=1) > apart]


def alone(pledge: Pledge, attacker: float, victim: float, decisiveness: float) -> float:
    """Probability that a pledge is honoured if no other is."""
    strength = pledge.strength if pledge.helps else 0.0
    gain = win(attacker, victim, decisiveness) - win(attacker, victim + strength, decisiveness)
    return float(expit((pledge.stake * gain - pledge.cost + pledge.break_cost) / pledge.noise))


__all__ = ["Branch", "ContinuationError", "HonourGame", "alone"]
