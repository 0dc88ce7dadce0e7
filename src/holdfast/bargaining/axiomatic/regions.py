r"""What can be agreed where it is not one of a list: lotteries over packages, or any point of the issue space.

Both are convex and both are described in the same two ways. A solver needs linear constraints; whoever checks a solver needs, for any
multipliers m ≥ 0, the most that Σ m_i u_i can be, which has a closed form and owes nothing to the solver.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import NamedTuple, final

import numpy as np
from jaxtyping import Float

from holdfast.bargaining.axiomatic._inputs import check_finite
from holdfast.bargaining.inputs import Numbers, numbers
from holdfast.errors import InputError

__all__ = ["IssueSpace", "Linear", "Lotteries", "Region"]

Array = np.ndarray


class Linear(NamedTuple):
    """Parties' utilities over a region by linear constraints on variables v: u = matrix v + constant, or less."""

    matrix: Float[Array, "parties variables"]
    constant: Float[Array, " parties"]
    upper_rows: Float[Array, "rows variables"]
    """upper_rows v ≤ upper."""
    upper: Float[Array, " rows"]
    equal_rows: Float[Array, "equalities variables"]
    """equal_rows v = equal."""
    equal: Float[Array, " equalities"]
    most: Float[Array, " variables"]
    """0 ≤ v ≤ most."""


class Region(ABC):
    """A convex set of agreements with concave utilities."""

    @property
    @abstractmethod
    def parties(self) -> int:
        """How many parties bargain."""

    @abstractmethod
    def linear(self, disagreement: Float[Array, " parties"]) -> Linear:
        """Return constraints for gains over no agreement."""

    @abstractmethod
    def point(self, variables: Float[Array, " variables"]) -> Float[Array, " coordinates"]:
        """Return the agreement that the variables of `linear` stand for; the first variables are its coordinates."""

    @abstractmethod
    def utilities(self, point: Float[Array, " coordinates"]) -> Float[Array, " parties"]:
        """Return what an agreement is worth to each party."""

    @abstractmethod
    def best(self, multipliers: Float[Array, " parties"]) -> Float[Array, " coordinates"]:
        """Return an agreement with the most of Σ m_i u_i, for m ≥ 0, in closed form."""


@final
@dataclass(frozen=True)
class Lotteries(Region):
    """All lotteries over a list of packages: a point is a probability for each, worth the expectation of theirs.

    Parameters
    ----------
    packages
        What each package is worth to each party, packages × parties, in a unit in which expectations mean something (von
        Neumann–Morgenstern).

    Raises
    ------
    InputError
        Where a value is not finite, or there are no packages or no parties.

    Examples
    --------
    >>> import numpy as np
    >>> Lotteries(np.array([[1.0, 0.0], [0.0, 1.0]])).utilities(np.array([0.25, 0.75])).tolist()
    [0.25, 0.75]
    """

    packages: Numbers

    def __post_init__(self) -> None:
        object.__setattr__(self, "packages", numbers("packages", self.packages))
        if self.packages.ndim != 2 or 0 in self.packages.shape:
            raise InputError(
                f"packages has shape {self.packages.shape}; must be packages × parties, with at least one of each."
            )
        check_finite("packages", self.packages)

    @property
    def parties(self) -> int:
        """How many parties bargain."""
        return self.packages.shape[1]

    def linear(self, disagreement: Float[Array, " parties"]) -> Linear:
        """Return constraints for gains over no agreement; the variables are the probabilities."""
        count = len(self.packages)
        return Linear(
            matrix=(self.packages - disagreement).T,
            constant=np.zeros(self.parties),
            upper_rows=np.zeros((0, count)),
            upper=np.zeros(0),
            equal_rows=np.ones((1, count)),
            equal=np.ones(1),
            most=np.ones(count),
        )

    def point(self, variables: Float[Array, " variables"]) -> Float[Array, " coordinates"]:
        """Return the probabilities, free of what rounding left below 0 or beside a sum of 1."""
        chances = np.maximum(variables, 0.0)
        return chances / chances.sum()

    def utilities(self, point: Float[Array, " coordinates"]) -> Float[Array, " parties"]:
        """Return the expected utilities of a lottery."""
        return point @ self.packages

    def best(self, multipliers: Float[Array, " parties"]) -> Float[Array, " coordinates"]:
        """Return the certainty of the package with the most of Σ m_i u_i; of several the first."""
        sure = np.zeros(len(self.packages))
        sure[np.argmax(self.packages @ multipliers)] = 1.0
        return sure


@final
@dataclass(frozen=True)
class IssueSpace(Region):
    r"""Every outcome of every issue, from 0 to 1: u_i(z) = 1 − Σ_k w_ik |z_k − y_ik|.

    Parameters
    ----------
    positions
        Each party's ideal y on each issue, 0 to 1: parties × issues, as the next.
    salience
        How much w each issue weighs with each party, 0 or more. Utilities are shares of a party's stake if its weights sum to 1.

    Raises
    ------
    InputError
        Where shapes differ, there are no issues or no parties, a position is not from 0 to 1, or a weight is below 0.

    Examples
    --------
    >>> import numpy as np
    >>> space = IssueSpace(np.array([[0.0], [1.0]]), np.ones((2, 1)))
    >>> space.utilities(np.array([0.25])).tolist()
    [0.75, 0.25]
    """

    positions: Numbers
    salience: Numbers

    def __post_init__(self) -> None:
        object.__setattr__(self, "positions", numbers("positions", self.positions))
        object.__setattr__(self, "salience", numbers("salience", self.salience))
        if (
            self.positions.ndim != 2
            or 0 in self.positions.shape
            or self.positions.shape != self.salience.shape
        ):
            raise InputError(
                f"positions has shape {self.positions.shape} and salience {self.salience.shape}; "
                "both must be parties × issues, with at least one of each."
            )
        for name, values, high in (("positions", self.positions, 1.0), ("salience", self.salience, np.inf)):
            check_finite(name, values)
            wrong = np.argwhere((values < 0) | (values > high))
            if len(wrong):
                party, issue = (int(i) for i in wrong[0])
                allowed = "0 or more" if high == np.inf else "from 0 to 1"
                raise InputError(
                    f"{name}[{party}, {issue}] = {values[party, issue]:g}; must be a number {allowed}."
                )

    @property
    def parties(self) -> int:
        """How many parties bargain."""
        return len(self.positions)

    def linear(self, disagreement: Float[Array, " parties"]) -> Linear:
        """Return constraints for gains over no agreement.

        The variables are the outcomes and, where a party cares for an issue, a distance that is at least |z − y|: a gain that is bought
        by overstating it would be smaller, so that no maximum does.
        """
        parties, issues = self.positions.shape
        who, what = np.nonzero(self.salience > 0)
        pairs = np.arange(len(who))
        matrix = np.zeros((parties, issues + len(who)))
        matrix[who, issues + pairs] = -self.salience[who, what]
        rows = np.zeros((2, len(who), issues + len(who)))
        rows[0, pairs, what], rows[1, pairs, what] = 1.0, -1.0
        rows[:, pairs, issues + pairs] = -1.0
        ideal = self.positions[who, what]
        return Linear(
            matrix=matrix,
            constant=1.0 - disagreement,
            upper_rows=rows.reshape(-1, issues + len(who)),
            upper=np.concatenate([ideal, -ideal]),
            equal_rows=np.zeros((0, issues + len(who))),
            equal=np.zeros(0),
            most=np.ones(issues + len(who)),
        )

    def point(self, variables: Float[Array, " variables"]) -> Float[Array, " coordinates"]:
        """Return the outcomes, free of what rounding left outside the scale."""
        return np.clip(variables[: self.positions.shape[1]], 0.0, 1.0)

    def utilities(self, point: Float[Array, " coordinates"]) -> Float[Array, " parties"]:
        """Return u_i(z)."""
        return 1.0 - (self.salience * np.abs(point - self.positions)).sum(1)

    def best(self, multipliers: Float[Array, " parties"]) -> Float[Array, " coordinates"]:
        """Return the weighted median of the ideals on each issue, weights m_i w_ik; of several the first party's."""
        weight = multipliers[:, None] * self.salience
        gaps = np.abs(self.positions[:, None] - self.positions[None])
        loss = (weight[None] * gaps).sum(1)
        return self.positions[loss.argmin(0), np.arange(self.positions.shape[1])]
