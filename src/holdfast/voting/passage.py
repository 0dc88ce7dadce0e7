r"""Passage: with what probability does a decision pass, and whose change of mind would raise it most?

Members vote independently: member i votes yes with probability p_i, abstains with a_i (where the rule knows abstention), else
no. The probability q that the decision passes is worked back from the end of the game's diagram (`_diagram`), v(state) = (1 − p − a)
v(after no) + p v(after yes) + a v(after abstaining): exact, and linear in each p_i, so that ∂q/∂p_i, the member's
pivotality, is the probability that its vote decides between no and yes.

Under one-factor correlation a member votes yes where √ρ M + √(1 − ρ) E_i ≤ Φ⁻¹(p_i), M and all E_i independent and standard
normal: a Gaussian copula with correlation ρ between any two members, and p_i as before. Given M members are
independent; over M the probability is integrated by Gauss–Legendre panels.

Functions take NumPy's arrays, or JAX's, and then can be traced, batched and differentiated; JAX is imported only then.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from jaxtyping import Float
from scipy import special

from holdfast.errors import InputError
from holdfast.voting import _halves as halves
from holdfast.voting._counts import shared_diagram, sized_rule, states_needed
from holdfast.voting._diagram import MOST_STATES, NO, YES, Diagram
from holdfast.voting.game import Game

__all__ = ["correlated_passage_probability", "passage_probability", "pivotality"]

Data = Any
"""An array of NumPy's or JAX's."""

_UNROLLED = 400
"""Diagrams of so few states become one expression, which JAX compiles to a single pass over the draws."""

_ROOM = 1 << 23
"""Numbers kept at a time."""


def passage_probability(
    game: Game, support: Float[Data, "members draws"], abstain: Float[Data, "members draws"] | None = None
) -> Float[Data, " draws"]:
    """Return the probability q that a decision passes, a value a draw.

    Parameters
    ----------
    game
        See `simple_game`.
    support
        Probability of each member's yes, in the order of `game.members`.
    abstain
        Probability that it abstains; 0 where not given.

    Notes
    -----
    Time grows with draws × states of the game's diagram; for a double majority of up to 34 members whose diagram is too large, with draws ×
    2^(members / 2), and then only for NumPy's arrays.

    Raises
    ------
    InputError
        Where the rule is too large.

    Examples
    --------
    Two of three members, one of them with a veto and sure to agree:

    >>> import numpy as np
    >>> from holdfast.voting import at_least, simple_game, with_vetoes
    >>> game = simple_game(with_vetoes(at_least(2, ["a", "b", "c"]), ["a"]))
    >>> float(passage_probability(game, np.array([[1.0], [0.5], [0.5]]))[0])
    0.75
    """
    support, abstain = _checked(game, support, abstain)
    rule = _by_halves(game)
    if rule is not None and _is_numpy(support):
        return halves.halves_passage(rule, support)
    found = shared_diagram(game)
    if found.states <= _UNROLLED:
        return _expression(found, support, abstain)
    if not _is_numpy(support):
        return _backward(found, support, abstain)[0][0]
    draws = _split(found, support.shape[1], 1)
    return np.concatenate([_backward(found, support[:, at], _at(abstain, at))[0][0] for at in draws])


def pivotality(
    game: Game, support: Float[Data, "members draws"], abstain: Float[Data, "members draws"] | None = None
) -> Float[Data, "members draws"]:
    """Return ∂q/∂p of each member: the probability that its vote decides, yes against no, as the others vote.

    Parameters, time and limits are those of `passage_probability`, once forward and once backward.

    Examples
    --------
    >>> import numpy as np
    >>> from holdfast.voting import at_least, simple_game
    >>> game = simple_game(at_least(2, ["a", "b", "c"]))
    >>> pivotality(game, np.array([[0.9], [0.5], [0.5]]))[:, 0].round(3).tolist()
    [0.5, 0.5, 0.5]
    """
    support, abstain = _checked(game, support, abstain)
    rule = _by_halves(game)
    if rule is not None and _is_numpy(support):
        found = np.empty(support.shape)
        for member in range(support.shape[0]):
            sure, never = support.copy(), support.copy()
            sure[member], never[member] = 1.0, 0.0
            found[member] = halves.halves_passage(rule, sure) - halves.halves_passage(rule, never)
        return found
    shape = shared_diagram(game)
    if not _is_numpy(support):
        return _pivots(shape, support, abstain)
    draws = _split(shape, support.shape[1], len(shape.levels))
    return np.concatenate([_pivots(shape, support[:, at], _at(abstain, at)) for at in draws], axis=1)


def correlated_passage_probability(
    game: Game,
    support: Float[Data, "members draws"],
    correlation: float,
    abstain: Float[Data, "members draws"] | None = None,
) -> Float[Data, " draws"]:
    """Return the probability that a decision passes when votes move together: see the module for the copula.

    Parameters
    ----------
    correlation
        ρ of any two members' inclinations, from 0 to 0.999.

    Notes
    -----
    The factor is integrated over 17 panels of 12 nodes, and more and narrower ones at high correlation: right to about 1e-12.

    Raises
    ------
    InputError
        For a correlation outside its range, or a rule that is too large.

    Examples
    --------
    Two members who must both agree, at a correlation of ½: P = 1/4 + asin(1/2) / 2π = 1/3.

    >>> import numpy as np
    >>> from holdfast.voting import simple_game, unanimity
    >>> game = simple_game(unanimity(["a", "b"]))
    >>> float(correlated_passage_probability(game, np.array([[0.5], [0.5]]), 0.5)[0].round(12))
    0.333333333333
    """
    given: Any = correlation
    if not isinstance(given, int | float) or not 0 <= given <= 0.999:
        raise InputError(
            f"correlation = {correlation}; must be from 0 to 0.999. Write one number for all draws."
        )
    support, abstain = _checked(game, support, abstain)
    normal = special if _is_numpy(support) else _jax().scipy.special
    nodes, weights = _factor(correlation)
    first = normal.ndtri(support)
    second = normal.ndtri(support + abstain) if abstain is not None else None
    total: Any = 0.0
    for node, weight in zip(nodes, weights, strict=True):
        moved = [
            normal.ndtr((cut - correlation**0.5 * node) / (1 - correlation) ** 0.5)
            for cut in (first, second)
            if cut is not None
        ]
        total = total + weight * passage_probability(
            game, moved[0], moved[1] - moved[0] if len(moved) > 1 else None
        )
    return total


@cache
def _factor(correlation: float) -> tuple[list[float], list[float]]:
    """Return nodes and weights of the common factor: panels as narrow as members' answers to it are steep."""
    panels = int(np.ceil(17.0 / min(1.0, 4.0 * (1 - correlation) ** 0.5)))
    edges = np.linspace(-8.5, 8.5, panels + 1)
    own, weight = np.polynomial.legendre.leggauss(12)
    half = np.diff(edges)[:, None] / 2
    nodes = ((edges[:-1] + edges[1:])[:, None] / 2 + half * own).ravel()
    density = np.exp(-(nodes**2) / 2) / np.sqrt(2 * np.pi)
    weights = (half * weight).ravel() * density
    return nodes.tolist(), (weights / weights.sum()).tolist()


def _is_numpy(values: Any) -> bool:
    return isinstance(values, np.ndarray)


def _jax() -> Any:
    import jax  # noqa: PLC0415

    return jax


def _checked(game: Game, support: Any, abstain: Any) -> tuple[Any, Any]:
    """Return probabilities as arrays ["members draws"], refused where they are none; JAX's are taken as they are."""
    given = [("support", support), *((("abstain", abstain),) if abstain is not None else ())]
    found: list[Any] = []
    for name, values in given:
        array = values
        if not hasattr(values, "aval"):  # what JAX traces or holds has no values to look at yet
            try:
                array = np.asarray(values, dtype=float)
            except (TypeError, ValueError):
                raise InputError(f"{name} must be an array of probabilities [members, draws].") from None
            if not ((array >= 0) & (array <= 1)).all():
                raise InputError(f"{name} must be probabilities, from 0 to 1.")
        if array.ndim != 2 or array.shape[0] != len(game.members):
            members = len(game.members)
            raise InputError(
                f"{name} has the shape {array.shape}; must be [members, draws], here ({members}, draws)."
            )
        found.append(array)
    if len(found) > 1 and all(_is_numpy(a) for a in found) and not (found[0] + found[1] <= 1 + 1e-12).all():
        raise InputError("support and abstain must not sum to more than 1.")
    return found[0], found[1] if abstain is not None else None


def _by_halves(game: Game) -> halves.Sized | None:
    needed = states_needed(game)
    if game.abstention or (needed is not None and needed <= MOST_STATES) or len(game.members) <= 20:
        return None
    return sized_rule(game)


def _at(values: Any, draws: np.ndarray) -> Any:
    return None if values is None else values[:, draws]


def _split(found: Diagram, draws: int, levels: int) -> list[np.ndarray]:
    """Return the draws' numbers in as many parts as keep what is stored small."""
    widest = max((level.shape[1] for level in found.levels), default=1)
    parts = max(1, min(draws, -(-draws * widest * levels // _ROOM)))
    return list(np.array_split(np.arange(draws), parts))


def _expression(found: Diagram, support: Data, abstain: Data | None) -> Any:
    """Return q as one expression in the members' probabilities, without the terms that are 0 or 1."""
    after: list[Any] = [0.0, 1.0]
    for member, level in zip(reversed(found.order), reversed(found.levels), strict=True):
        yes, rows = support[member], level.tolist()
        now: list[Any] = []
        for state in range(level.shape[1]):
            low, high = after[rows[NO][state]], after[rows[YES][state]]
            value = low if low is high else low + yes * (high - low)
            if len(rows) > 2 and abstain is not None:
                middle = after[rows[2][state]]
                value = value if middle is low else value + abstain[member] * (middle - low)
            now.append(value)
        after = now
    return after[0] + (support[0] * 0.0 if support.shape[0] else 0.0)


def _step(level: np.ndarray, after: Any, yes: Any, away: Any) -> Any:
    low = after[level[NO]]
    value = low + yes * (after[level[YES]] - low)
    return value if away is None or level.shape[0] < 3 else value + away * (after[level[2]] - low)


def _backward(found: Diagram, support: Any, abstain: Any) -> list[Any]:
    """Return by level the probability of passing from each state: ["states draws"]."""
    zero = support[:1] * 0.0
    arrays: Any = np if _is_numpy(support) else _jax().numpy
    values = [arrays.concatenate([zero, zero + 1.0])]
    for member, level in zip(reversed(found.order), reversed(found.levels), strict=True):
        away = None if abstain is None else abstain[member]
        values.append(_step(level, values[-1], support[member], away))
    return values[::-1]


def _pivots(found: Diagram, support: Any, abstain: Any) -> Any:
    arrays: Any = np if _is_numpy(support) else _jax().numpy
    values = _backward(found, support, abstain)
    reach = support[:1] * 0.0 + 1.0
    pivots: list[Any] = [None] * len(found.order)
    for k, (member, level) in enumerate(zip(found.order, found.levels, strict=True)):
        after, yes = values[k + 1], support[member]
        away = 0.0 if abstain is None or level.shape[0] < 3 else abstain[member]
        pivots[member] = arrays.sum(reach * (after[level[YES]] - after[level[NO]]), axis=0)
        chances = [1 - yes - away, yes, away]
        moved = [reach * chances[vote] for vote in range(level.shape[0])]
        reach = _gathered(moved, level, after.shape[0])
    return arrays.stack(pivots)


def _gathered(moved: list[Any], level: np.ndarray, count: int) -> Any:
    if _is_numpy(moved[0]):
        total = np.zeros((count, moved[0].shape[1]))
        for part, to in zip(moved, level, strict=True):
            np.add.at(total, to, part)
        return total
    return sum(_jax().ops.segment_sum(part, to, count) for part, to in zip(moved, level, strict=True))
