"""A bargaining problem over a region, scaled, and the linear programmes that the solutions are put together from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float
from scipy.optimize import linprog  # pyright: ignore[reportUnknownVariableType]

from holdfast.bargaining.axiomatic._inputs import check_finite
from holdfast.bargaining.axiomatic.regions import Linear, Region
from holdfast.bargaining.inputs import Numbers, numbers
from holdfast.errors import InputError

__all__ = ["Answer", "Problem", "Unsolved", "posed"]

Array = np.ndarray

_FEASIBLE = 1e-10
"""How far a linear programme may miss a constraint, in shares of each party's range; the least that HiGHS takes."""


class Unsolved(Exception):  # noqa: N818 - no error of the caller's: it becomes an outcome
    """A linear programme that has an answer was given up by its solver."""


class Answer(NamedTuple):
    """What a linear programme answers."""

    value: float
    variables: Float[Array, " variables"]
    multipliers: Float[Array, " parties"]
    """What the maximum would rise by if each party's floor were lowered, 0 or more."""


@dataclass(frozen=True)
class Problem:
    """Gains over no agreement as shares of each party's range: gains = matrix v + constant, or less, over a region."""

    region: Region
    disagreement: Float[Array, " parties"]
    linear: Linear
    scale: Float[Array, " parties"]
    """By which gains were divided; the largest gain or loss that a party could meet with."""

    def gains(self, point: Float[Array, " coordinates"]) -> Float[Array, " parties"]:
        """Return the gains of an agreement, worked out from its utilities."""
        return (self.region.utilities(point) - self.disagreement) / self.scale

    def most(self, multipliers: Float[Array, " parties"]) -> float:
        """Return the most that Σ m_i g_i can be anywhere in the region, without a solver."""
        return float(multipliers @ self.gains(self.region.best(multipliers / self.scale)))

    def best(self, weights: Float[Array, " parties"], floors: Float[Array, " parties"]) -> Answer:
        """Return where Σ weights × gains is largest among agreements with gains ≥ floors."""
        found = self._solved(np.append(weights @ self.linear.matrix, 0.0), floors, np.zeros(len(floors)))
        return found._replace(value=found.value + float(weights @ self.linear.constant))

    def raised(self, floors: Float[Array, " parties"], rise: Float[Array, " parties"]) -> Answer:
        """Return the largest t with gains ≥ floors + t × rise."""
        return self._solved(np.append(np.zeros(len(self.linear.most)), 1.0), floors, rise)

    def furthest(self, coordinate: int, sign: float, floors: Float[Array, " parties"]) -> float:
        """Return how far up (sign 1) or down (−1) a coordinate can go with gains ≥ floors."""
        aim = np.zeros(len(self.linear.most) + 1)
        aim[coordinate] = sign
        return float(self._solved(aim, floors, np.zeros(len(floors))).variables[coordinate])

    def _solved(
        self, aim: Float[Array, " aims"], floors: Float[Array, " parties"], rise: Float[Array, " parties"]
    ) -> Answer:
        """Return the largest value of `aim` over the variables and t, with gains ≥ floors + t × rise."""
        lp = self.linear
        no_t = not rise.any()
        rows = [
            np.column_stack([-lp.matrix, rise]),
            np.column_stack([lp.upper_rows, np.zeros(len(lp.upper))]),
        ]
        equal = np.column_stack([lp.equal_rows, np.zeros(len(lp.equal))])
        for presolve in (True, False):
            found: Any = linprog(
                -aim,
                A_ub=np.vstack(rows),
                b_ub=np.concatenate([lp.constant - floors, lp.upper]),
                A_eq=equal if len(equal) else None,
                b_eq=lp.equal if len(equal) else None,
                bounds=[*((0.0, high) for high in lp.most), (0.0, 0.0) if no_t else (None, None)],
                method="highs",
                options={
                    "primal_feasibility_tolerance": _FEASIBLE,
                    "dual_feasibility_tolerance": _FEASIBLE,
                    "presolve": presolve,
                },
            )
            if found.status == 0:
                multipliers = np.maximum(-found.ineqlin.marginals[: len(floors)], 0.0)
                return Answer(-float(found.fun), found.x[:-1], multipliers)
        raise Unsolved


def posed(region: Region, disagreement: Numbers) -> Problem:
    """Return the problem, each party's gains divided by the largest that it could gain or lose.

    Raises
    ------
    InputError
        Where no agreement is not worth a finite number to each party of the region.
    """
    disagreement = numbers("disagreement", disagreement)
    if disagreement.shape != (region.parties,):
        raise InputError(
            f"disagreement has shape {disagreement.shape}; must hold one value for each of {region.parties} parties."
        )
    check_finite("disagreement", disagreement)
    lp = region.linear(disagreement)
    scale = np.maximum(np.abs(lp.matrix).max(1), np.abs(lp.constant))
    scale = np.where(scale > 0, scale, 1.0)
    scaled = lp._replace(matrix=lp.matrix / scale[:, None], constant=lp.constant / scale)
    return Problem(region, disagreement, scaled, scale)
