r"""Nash, Kalai–Smorodinsky and egalitarian agreements over the issue space, for all draws at once.

The solutions are those of `nash_agreement` and its like, with the same right to refuse of those who cannot gain, the same lexicographic
order, and a residual that is proved in the same way. What differs is the solver: every programme is solved for all draws together by an
interior-point method in JAX. Draws in which that does not end in a proof are solved again one by one, and are counted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from functools import cache
from typing import Any, NamedTuple

import jax
import numpy as np
from jaxtyping import Bool, Float, Shaped

from holdfast.bargaining.axiomatic._faces import gains, posed
from holdfast.bargaining.axiomatic._inputs import check_finite, shares_of_weight
from holdfast.bargaining.axiomatic._stages import Reached, Room, Solver, maximin, product, room
from holdfast.bargaining.axiomatic.agreement import CONVERGED, Agreement, Outcome
from holdfast.bargaining.axiomatic.maximin import egalitarian_agreement, kalai_smorodinsky_agreement
from holdfast.bargaining.axiomatic.product import nash_agreement
from holdfast.bargaining.axiomatic.regions import IssueSpace
from holdfast.errors import InputError

__all__ = ["Agreements", "Rule", "agreements"]

Array = np.ndarray

_AT_ONCE = 256
"""Draws that are carried from stage to stage together: 40 parties and 8 issues then take some 200 MB."""


class Rule(Enum):
    """What is asked of an agreement."""

    NASH = "nash"
    KALAI_SMORODINSKY = "kalai-smorodinsky"
    EGALITARIAN = "egalitarian"


class Agreements(NamedTuple):
    """What one rule leads to in every draw, as `Agreement` says it of one; not a number throughout in draws whose outcome is EMPTY."""

    point: Float[Array, "issues draws"]
    """Outcomes of the issues. Where others are worth the same to everybody, one in their middle."""
    utilities: Float[Array, "parties draws"]
    ideal: Float[Array, "parties draws"]
    value: Float[Array, " draws"]
    residual: Float[Array, " draws"]
    outcome: Shaped[Array, " draws"]
    """An `Outcome` for each draw."""
    one_by_one: Bool[Array, " draws"]
    """Which draws had to be solved by themselves."""


@cache
def _compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    return jax.jit(function)


def agreements(
    positions: Any,
    salience: Any,
    disagreement: Any,
    weights: Any = None,
    *,
    rules: Sequence[Rule] = tuple(Rule),
    threads: int | None = None,
    make: Callable[..., Callable[..., Any]] = _compiled,
) -> dict[Rule, Agreements]:
    r"""Return what each rule leads to among parties with utilities u_i(z) = 1 − Σ_k w_ik |z_k − y_ik|.

    No draw's answer depends on the others, and none on the number of threads.

    Parameters
    ----------
    positions
        Each party's ideal y on each issue, 0 to 1: parties × issues × draws.
    salience
        How much w each issue weighs with each party, 0 or more: parties × issues × draws. A party that cares for no issue gains the
        same everywhere.
    disagreement
        What no agreement is worth to each party: parties × draws.
    weights
        Bargaining power for Nash, proportions for the others, above 0, one for each party; equal where not given.
    rules
        Which; what they share is worked out once.
    threads
        As many as the machine has cores, unless said otherwise.
    make
        How the programmes of a block are compiled; for who keeps compiled code between runs.

    Raises
    ------
    InputError
        Where something is no number, shapes do not fit, there is no party, issue or draw, a value is not finite, a position is not from
        0 to 1, a salience is below 0, or a weight not above 0.

    References
    ----------
    nash1950, kalai1975, kalai1977: the solutions; imai1983: the lexicographic form.

    Examples
    --------
    Two parties at the ends of one issue. In the first draw no agreement is worth nothing to both, in the second 0.2 to the first.

    >>> import numpy as np
    >>> y = np.array([[[0.0, 0.0]], [[1.0, 1.0]]])
    >>> found = agreements(y, np.ones_like(y), np.array([[0.0, 0.2], [0.0, 0.0]]), rules=(Rule.NASH,))
    >>> found[Rule.NASH].point.round(6).tolist()
    [[0.5, 0.4]]
    """
    arrays = [
        _numbers(name, values)
        for name, values in (("positions", positions), ("salience", salience), ("disagreement", disagreement))
    ]
    shape = _checked(*arrays)
    if weights is not None and (weights := _numbers("weights", weights)).ndim != 1:
        raise InputError(f"weights has {weights.ndim} axes; must be a list of one weight for each party.")
    share = shares_of_weight(weights, shape[0])
    solver = Solver(make, threads)
    parts: dict[Rule, list[Agreements]] = {rule: [] for rule in rules}
    for at in range(0, shape[2], _AT_ONCE):
        some = slice(at, at + _AT_ONCE)
        given = (arrays[0][..., some], arrays[1][..., some], arrays[2][..., some])
        for rule, found in _some(solver, *given, share, rules).items():
            parts[rule].append(_completed(rule, found, *given, share))
    return {
        rule: Agreements(*(np.concatenate(p, -1) for p in zip(*f, strict=True))) for rule, f in parts.items()
    }


def _numbers(name: str, values: Any) -> Array:
    try:
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise InputError(f"{name}: holds something that is no number; must be an array of numbers.") from None


def _checked(positions: Array, salience: Array, disagreement: Array) -> tuple[int, int, int]:
    """Return the shape, unless bargaining over the arrays has no meaning."""
    shape = positions.shape
    if positions.ndim != 3 or 0 in shape or salience.shape != shape:
        raise InputError(
            f"positions has shape {shape} and salience {salience.shape}; "
            "both must be parties × issues × draws, with at least one of each."
        )
    if disagreement.shape != (shape[0], shape[2]):
        raise InputError(
            f"disagreement has shape {disagreement.shape}; must hold one value for each of {shape[0]} parties in {shape[2]} draws."
        )
    check_finite("disagreement", disagreement)
    for name, values, high in (("positions", positions, 1.0), ("salience", salience, np.inf)):
        check_finite(name, values)
        wrong = np.argwhere((values < 0) | (values > high))
        if len(wrong):
            at = tuple(int(i) for i in wrong[0])
            allowed = "0 or more" if high == np.inf else "from 0 to 1"
            raise InputError(
                f"{name}[{', '.join(map(str, at))}] = {values[at]:g}; must be a number {allowed}."
            )
    return shape[0], shape[1], shape[2]


def _some(
    solver: Solver,
    positions: Array,
    salience: Array,
    disagreement: Array,
    share: Array,
    rules: Sequence[Rule],
) -> dict[Rule, Agreements]:
    """Return what the interior-point method makes of some draws; NOT_CONVERGED where it has no proof."""
    problems = posed(positions, salience, disagreement)
    given = room(solver, problems)
    proportions = share[:, None] * len(share)
    parts = {
        Rule.KALAI_SMORODINSKY: proportions * given.ideal,
        Rule.EGALITARIAN: proportions / problems.scale,
    }
    found: dict[Rule, Agreements] = {}
    for rule in rules:
        if rule is Rule.NASH:
            power = np.where(given.able, share[:, None], 0.0)
            power /= np.maximum(power.sum(0), share.min())
            reached = product(solver, problems, given, power)
            score = _product_of(gains(problems, reached.point), given, power)
        else:
            reached = maximin(solver, problems, given, parts[rule])
            score = _least_of(gains(problems, reached.point), given, parts[rule])
        utilities = 1.0 - (salience * np.abs(reached.point - positions)).sum(1)
        ideal = disagreement + given.ideal * problems.scale
        found[rule] = _told(reached, given, utilities, ideal, score)
    return found


def _product_of(here: Array, given: Room, power: Array) -> Float[Array, " draws"]:
    ratio = np.divide(here, given.ideal, out=np.ones_like(here), where=given.able)
    lost = (ratio <= 0).any(0)
    product_ = np.exp((power * np.log(np.where(ratio > 0, ratio, 1.0))).sum(0))
    return np.where(given.able.any(0) & ~lost, product_, 0.0)


def _least_of(here: Array, given: Room, parts: Array) -> Float[Array, " draws"]:
    ratio = np.divide(here, parts, out=np.full_like(here, np.inf), where=given.able)
    return np.where(given.able.any(0), ratio.min(0), 0.0)


def _told(reached: Reached, given: Room, utilities: Array, ideal: Array, score: Array) -> Agreements:
    """Return the agreements, with what is not known as not a number."""
    proved = given.sure & (reached.residual <= CONVERGED)
    outcome = np.full(proved.shape, Outcome.NOT_CONVERGED, dtype=object)
    outcome[proved] = Outcome.AGREED
    outcome[given.sure & given.empty] = Outcome.EMPTY
    nothing = np.where(outcome == Outcome.EMPTY, np.nan, 0.0)
    return Agreements(
        reached.point + nothing,
        utilities + nothing,
        ideal + nothing,
        np.where(outcome == Outcome.EMPTY, given.least, score),
        np.maximum(reached.residual, 0.0) + nothing,
        outcome,
        np.zeros(proved.shape, bool),
    )


def _completed(
    rule: Rule, found: Agreements, positions: Array, salience: Array, disagreement: Array, share: Array
) -> Agreements:
    """Solve one by one what has no proof."""
    solve: Callable[..., Agreement] = {
        Rule.NASH: nash_agreement,
        Rule.KALAI_SMORODINSKY: kalai_smorodinsky_agreement,
        Rule.EGALITARIAN: egalitarian_agreement,
    }[rule]
    for d in np.flatnonzero(found.outcome == Outcome.NOT_CONVERGED):
        one = solve(IssueSpace(positions[..., d], salience[..., d]), disagreement[..., d], share)
        for values, value in zip(found, one, strict=False):
            values[..., d] = value
        found.one_by_one[d] = True
    return found
