r"""Legislative bargaining: who gets what where a proposal passes with the consent of a winning coalition (Baron & Ferejohn 1989).

A pie of 1 is to be shared. In each session one party is recognised to propose, i with probability p_i; if a winning coalition accepts
the division stands, else the next session comes, when the pie is worth δ_i as much to i (closed rule, no end). In a stationary subgame
perfect equilibrium with values v everybody votes for what is at least its price r_i = δ_i v_i, and a proposer buys a cheapest winning
coalition, mixing among several (μ_ji: the probability that j includes i):

  v_i = p_i (1 − c_i) + r_i Σ_{j ≠ i} p_j μ_ji,     c_i = min over S winning with i of Σ_{j ∈ S, j ≠ i} r_j

Cheapest coalitions are tied as a rule, and how proposers mix is what makes them so. It is therefore solved as the limit of a smooth
problem: coalitions are chosen with probability in proportion to exp(−cost / τ), and the solution is followed from τ = 1 down, by
Newton's method, and extrapolated to 0. Whether that worked is checked on the answer itself: the residual says by how much the best that
a proposer could do, worked out exactly, is better than what it does, and by how much the equation for v is missed.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import NamedTuple, cast

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from holdfast.bargaining._coalitions import Listed, Table, cheapest, softly
from holdfast.bargaining.inputs import Numbers, numbers
from holdfast.errors import InputError

__all__ = ["Bargain", "Outcome", "coalitions", "divide", "quota"]

_COLD = (1e-6, 1e-7, 1e-8, 1e-9)
"""Temperatures at which the limit is taken, until the residual is small: rounding grows as the inverse of the temperature, what the
extrapolation misses with its square, unless prices are themselves as small."""

_ENOUGH = 1e-9

_NEWTON_STEPS = 30
_SLOWEST = 0.97
"""Where the temperature can't be lowered by 3 % at a time, the search is given up."""

_CONVERGED = 1e-6

_LARGEST_TABLE = 10_000_000
"""Parties² × weight needed beyond which a quota would take minutes and gigabytes."""


_softly = cast(Callable[[Listed | Table, Array, Array], Array], jax.jit(softly))


class Outcome(Enum):
    """How the search for an equilibrium came out."""

    FOUND = "The values are those of an equilibrium to within the residual."
    NOT_CONVERGED = "The search stopped short: the residual says by how much somebody could do better. Use the values as a rough guide."


class _Path(NamedTuple):
    """Where following the smooth problem stands."""

    temperature: float
    values: Float[Array, " parties"]
    factor: float
    """By which the temperature is multiplied next."""
    before: tuple[float, Array] | None
    """Temperature and values one step earlier, to guess ahead from."""


class Bargain(NamedTuple):
    """A stationary equilibrium."""

    values: Float[np.ndarray, " parties"]
    """What each party expects before anybody is recognised; they sum to 1."""
    prices: Float[np.ndarray, " parties"]
    """The least for which each party votes yes: δ v."""
    keeps: Float[np.ndarray, " proposers"]
    """What each party keeps when it proposes."""
    includes: Float[np.ndarray, "proposers parties"]
    """Probability that each proposer pays each other party its price. Others may do where prices are equal; of those who cost nothing it
    means nothing."""
    residual: float
    """The most by which a proposer could do better, or the equation for the values is missed, in shares of the pie."""
    outcome: Outcome


def coalitions(winning: Bool[np.ndarray, "coalitions parties"]) -> Listed:
    """Return a decision rule given by its winning coalitions; a list of the minimal ones is enough.

    Parameters
    ----------
    winning
        One coalition a row, True for its members.

    Raises
    ------
    InputError
        Where there is no coalition, or one is empty: a proposal that needs nobody's consent.

    Examples
    --------
    The first party and either of the others.

    >>> import numpy as np
    >>> len(coalitions(np.array([[True, True, False], [True, False, True]])).rows)
    2
    """
    if 0 in winning.shape:
        raise InputError(
            f"winning has shape {winning.shape}; must hold at least one coalition, a row of parties."
        )
    empty = np.flatnonzero(~winning.any(1))
    if len(empty):
        raise InputError(
            f"winning[{int(empty[0])}] has no members; must have one or more. Leave the row out."
        )
    return Listed(jnp.asarray(winning))


def quota(weights: Numbers, needed: float, vetoes: Numbers | None = None) -> Table:
    """Return a decision rule by which a proposal passes with enough weight and without a veto.

    Parameters
    ----------
    weights
        Votes of each party, one a party: whole numbers, 0 or more.
    needed
        Votes that a proposal needs, a whole number, above 0 and at most all.
    vetoes
        Who must be among those in favour, whatever the votes; nobody where not given.

    Raises
    ------
    InputError
        Where a weight or the votes needed are no whole number, a weight is below 0, the votes needed are not above 0 and at most all,
        shapes do not fit, or the table would be too large.

    Examples
    --------
    Two of three.

    >>> import numpy as np
    >>> quota(np.array([1, 1, 1]), 2).start.tolist()
    [1, 1, 1]
    """
    votes, needed = _whole(weights, needed), int(needed)
    veto = np.zeros(len(votes), bool) if vetoes is None else np.asarray(vetoes, bool)
    if veto.shape != votes.shape:
        raise InputError(f"vetoes has shape {veto.shape}; must be {votes.shape}, as weights has it.")
    if (votes < 0).any():
        at = int(np.argmin(votes))
        raise InputError(f"weights[{at}] = {votes[at]}; must be 0 or more.")
    if not 0 < needed <= votes.sum():
        raise InputError(f"needed = {needed}; must be above 0 and at most all votes, {votes.sum()}.")
    same = ~np.eye(len(votes), dtype=bool)
    must = veto[None] & same
    start = np.maximum(needed - votes - must @ votes, 0)
    size = max(8, 1 << int(start.max()).bit_length())  # few sizes, so that rules share what is compiled
    if size * len(votes) ** 2 > _LARGEST_TABLE:
        raise InputError(
            f"needed = {needed} votes of {len(votes)} parties; the table of votes still needed would be too large. "
            "Divide all weights and the votes needed by a common factor, rounding as little as you can."
        )
    left = np.maximum(np.arange(size)[None] - votes[:, None], 0)
    choice = ~veto[None] & same
    return Table(jnp.asarray(left), jnp.asarray(start), jnp.asarray(choice), jnp.asarray(must))


def _whole(weights: Numbers, needed: float) -> Int[np.ndarray, " parties"]:
    """Return weights as whole numbers, and raise an error where they, or the votes needed, are none."""
    given = numbers("weights", weights)
    if given.ndim != 1:
        raise InputError(f"weights has shape {given.shape}; must hold one weight for each party.")
    wrong = np.flatnonzero(~(np.isfinite(given) & (given == np.floor(given))))
    more = "Multiply all weights and the votes needed by a common factor."
    if len(wrong):
        raise InputError(f"weights[{wrong[0]}] = {given[wrong[0]]:g}; must be a whole number. {more}")
    if not float(needed).is_integer():
        raise InputError(f"needed = {needed:g}; must be a whole number. {more}")
    return given.astype(int)


def divide(rule: Listed | Table, recognition: Numbers, discount: Numbers) -> Bargain:
    """Return what each party expects, keeps when it proposes, and whom it pays.

    Under a quota of equal votes payoffs are the same in every stationary equilibrium (eraslan2002).

    Parameters
    ----------
    rule
        `coalitions(…)` or `quota(…)`.
    recognition
        Probability that each party is the next to propose, one a party; they sum to 1.
    discount
        What a share is worth to each party a session later, 0 or more and below 1.

    Raises
    ------
    InputError
        Where shapes do not fit, probabilities do not sum to 1, or a value is outside its bounds.

    References
    ----------
    baron1989: the closed rule with no end; eraslan2002: unequal recognition and patience.

    Examples
    --------
    Majority of three, δ = 0.9: each expects a third, and a proposer buys one vote, keeping 1 − δ (n − 1) / 2n = 0.7.

    >>> import numpy as np
    >>> found = divide(quota(np.array([1, 1, 1]), 2), np.full(3, 1 / 3), np.full(3, 0.9))
    >>> found.values.round(6).tolist(), found.keeps.round(6).tolist()
    ([0.333333, 0.333333, 0.333333], [0.7, 0.7, 0.7])
    """
    parties = rule.rows.shape[1] if isinstance(rule, Listed) else len(rule.left)
    recognition, discount = numbers("recognition", recognition), numbers("discount", discount)
    _check(parties, recognition, discount)
    p, delta = jnp.asarray(recognition), jnp.asarray(discount)
    path = _Path(1.0, _corrected(rule, p, delta, p, 1.0)[0], 0.5, None)
    best: Bargain | None = None
    for temperature in _COLD:
        path = _followed(rule, p, delta, path, temperature)
        for values, included in _limits(rule, p, delta, path):
            found = _judged(rule, recognition, discount, values, included)
            if best is None or found.residual < best.residual:
                best = found
        if (best is not None and best.residual <= _ENOUGH) or path.temperature > temperature:
            break
    assert best is not None
    return best


def _judged(
    rule: Listed | Table,
    recognition: Float[np.ndarray, " parties"],
    discount: Float[np.ndarray, " parties"],
    values: Float[np.ndarray, " parties"],
    included: Float[np.ndarray, "proposers parties"],
) -> Bargain:
    """Return an answer with its residual, for which cheapest coalitions are worked out exactly."""
    prices = discount * values
    cheap = cheapest(rule, prices)
    paid = included @ prices
    expected = recognition * (1 - paid) + prices * (recognition @ included)
    better = np.maximum(paid - cheap, prices - (1 - paid))
    residual = float(max(np.abs(values - expected).max(), better.max(), _outside(included)))
    outcome = Outcome.FOUND if residual <= _CONVERGED else Outcome.NOT_CONVERGED
    return Bargain(values, prices, 1 - cheap, included, residual, outcome)


def _outside(chances: Float[np.ndarray, "proposers parties"]) -> float:
    """Return how far the worst of some probabilities is outside 0 to 1."""
    return float(np.maximum(-chances, chances - 1).max())


def _followed(
    rule: Listed | Table,
    p: Float[Array, " parties"],
    delta: Float[Array, " parties"],
    path: _Path,
    coldest: float,
) -> _Path:
    """Return where the path comes to as the temperature falls to the coldest, or as far down as it goes."""
    warm, values, factor, before = path
    while warm > coldest and factor < _SLOWEST:
        cold = max(warm * factor, coldest)
        guess = values
        if before is not None:
            guess = values + (values - before[1]) * (cold - warm) / (warm - before[0])
        found, met = _corrected(rule, p, delta, guess, cold)
        if not met:
            factor = factor**0.5
            continue
        before, values, warm, factor = (warm, values), found, cold, max(factor**1.5, 0.1)
    return _Path(warm, values, factor, before)


def _limits(
    rule: Listed | Table, p: Float[Array, " parties"], delta: Float[Array, " parties"], path: _Path
) -> list[tuple[Float[np.ndarray, " parties"], Float[np.ndarray, "proposers parties"]]]:
    """Return values and inclusion where the path stands, and extrapolated from there, linearly in the temperature, to 0."""
    here = _softly(rule, delta * path.values, jnp.asarray(path.temperature))
    half, met = _corrected(rule, p, delta, path.values, path.temperature / 2)
    found = [(np.asarray(path.values), np.asarray(here))]
    if met:
        next_ = _softly(rule, delta * half, jnp.asarray(path.temperature / 2))
        found += [(np.asarray(2 * half - path.values), np.asarray(2 * next_ - here))]
    return found


def _corrected(
    rule: Listed | Table, p: Array, delta: Array, guess: Array, temperature: float
) -> tuple[Float[Array, " parties"], bool]:
    """Return the values at a temperature by Newton's method from a guess, and whether it got there."""
    values, miss = cast(tuple[Array, Array], _newton(rule, p, delta, guess, jnp.asarray(temperature)))
    # prices that are off by rounding move probabilities by that over the temperature
    return values, bool(miss <= 1e-13 + 1e-16 / temperature)


@jax.jit
def _newton(
    rule: Listed | Table, p: Array, delta: Array, guess: Array, temperature: Array
) -> tuple[Float[Array, " parties"], Float[Array, ""]]:
    """Return values that solve the smooth problem, and by how much they miss."""

    def miss(values: Array) -> Array:
        prices = delta * values
        included = softly(rule, prices, temperature)
        return p * (1 - included @ prices) + prices * (p @ included) - values

    def step(state: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        values, _, count = state
        slope = cast(Callable[[Array], Array], jax.jacfwd(miss))(values)
        move = -cast(Array, jnp.linalg.solve(slope, miss(values)))
        # nobody's value may change sign on the way: beyond 0 prices would pay parties for joining
        tried = jnp.maximum(values + 0.5 ** jnp.arange(12)[:, None] * move, 0.1 * values)
        sizes = jnp.abs(jax.vmap(miss)(tried)).max(1)
        best = jnp.argmin(sizes)
        better = sizes[best] < state[1]
        return (
            jnp.where(better, tried[best], values),
            jnp.where(better, sizes[best], state[1]),
            jnp.where(better, count + 1, _NEWTON_STEPS),
        )

    start = jnp.maximum(guess, 0.0)
    first = (start, jnp.abs(miss(start)).max(), jnp.asarray(0))

    def going(state: tuple[Array, Array, Array]) -> Array:
        return (state[2] < _NEWTON_STEPS) & (state[1] > 1e-15)

    values, size, _ = jax.lax.while_loop(going, step, first)
    return values, size


def _check(parties: int, recognition: np.ndarray, discount: np.ndarray) -> None:
    """Raise an error where recognition or discount cannot be used."""
    for name, values, most in (("recognition", recognition, 1.0), ("discount", discount, 1.0)):
        if values.shape != (parties,):
            raise InputError(
                f"{name} has shape {values.shape}; must hold one value for each of {parties} parties."
            )
        fits = (
            np.isfinite(values)
            & (values >= 0)
            & ((values <= most) if name == "recognition" else (values < most))
        )
        if not fits.all():
            at = int(np.argmin(fits))
            allowed = "from 0 to 1" if name == "recognition" else "0 or more and below 1"
            raise InputError(f"{name}[{at}] = {values[at]:g}; must be {allowed}.")
    if abs(recognition.sum() - 1) > 1e-9:
        raise InputError(f"recognition sums to {recognition.sum():g}; must sum to 1. Divide each by the sum.")
