r"""Power: how often is a member's vote the one that decides?

With n members, coalition S wins if the decision passes when exactly S vote yes; a member is critical (has a swing) where S with it
wins and S without it does not.

    Shapley–Shubik    φ_i = Σ_S |S|! (n − 1 − |S|)! / n!    over the S without i to which i is critical
    Penrose–Banzhaf   β_i = η_i / 2^(n−1),    η_i the number of swings;    normalised β_i / Σ β
    Coleman           to prevent action η_i / ω, to initiate it η_i / (2^n − ω), ω the number of winning coalitions;
                      collectivity A = ω / 2^n

Votes are yes or no here: where a rule lets members abstain, these are the measures of the game in which nobody does.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import comb, factorial
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from holdfast.errors import InputError
from holdfast.voting import _dense as dense
from holdfast.voting._counts import counts
from holdfast.voting._diagram import MOST_STATES
from holdfast.voting.game import Game

__all__ = [
    "Measure",
    "banzhaf",
    "banzhaf_normalised",
    "coleman_initiate",
    "coleman_prevent",
    "collectivity",
    "shapley_shubik",
    "winning_coalitions",
]

_EXACTLY = 5_000_000
_MOST_LISTED = 20
_EQUALS = "the formula for equal members"
_TOO_FINE = f"The weights have more than {dense.MOST_SUMS:,} sums below the quota. Write weights with fewer digits, or in a larger unit."


class Measure(NamedTuple):
    """A value a member, in the order of `Game.members`; how it was worked out; and the largest error that it may have.

    `values` are floats, or fractions where exact ones were asked for.
    """

    values: Float[np.ndarray, " members"] | tuple[Fraction, ...]
    method: str
    error: float


ROUNDING = 2.0**-53


def as_measure(values: list[Fraction], method: str, *, exact: bool) -> Measure:
    """Return exact values as fractions, or as the floats nearest to them."""
    if exact:
        return Measure(tuple(values), method, 0.0)
    return Measure(np.array([float(v) for v in values]), method, ROUNDING)


def _by_swings(
    game: Game,
    exact: bool,
    of: Callable[[list[list[int]]], list[Fraction]],
    floats: Callable[[list[int], int], tuple[np.ndarray, float]],
) -> Measure:
    """Return a measure from the numbers of swings by size, or for a single quota in floats."""
    if (dictator := _dictator(game)) is not None and not exact:
        values = np.zeros(len(game.members))
        values[dictator] = 1.0
        return Measure(values, "one member decides alone", 0.0)
    if not exact and _dense_first(game):
        assert game.weights is not None
        try:
            values, error = floats(list(game.weights), game.quota)
            return Measure(values, "the distribution of the yes weight", max(error, ROUNDING))
        except dense.TooManySumsError:
            pass
    found = counts(game, most_states=_EXACTLY if exact else MOST_STATES)
    if found is not None:
        return as_measure(of(found.swings), found.method, exact=exact)
    if exact:
        raise InputError(
            "exact values of so large a rule are out of reach. Ask for floats, or scale the weights down."
        )
    raise InputError(_TOO_FINE)


def _needed_of_equals(game: Game) -> int | None:
    """Return how many of equal members are needed; None where they are not equal, or none is."""
    weights = game.weights
    if not weights or game.quota <= 0 or len(set(weights)) > 1 or not weights[0]:
        return None
    needed = -(-game.quota // weights[0])
    return needed if needed <= len(weights) else None


def _dictator(game: Game) -> int | None:
    """Return who decides alone under a single quota; None where nobody does."""
    weights = game.weights
    if not weights or (most := max(weights)) < game.quota or sum(weights) - most >= game.quota:
        return None
    return weights.index(most)


def _dense_first(game: Game) -> bool:
    """Whether a single quota has fewer sums of weights than its members have ways to vote."""
    if game.weights is None or game.quota <= 0:
        return False
    members, sums = len(game.weights), min(game.quota, sum(game.weights) - game.quota + 1)
    return members > _MOST_LISTED or sums <= 4 << members


def shapley_shubik(game: Game, *, exact: bool = False) -> Measure:
    """Return the Shapley–Shubik index φ, which sums to 1: how often a member is the pivot when members say yes in random order.

    Parameters
    ----------
    game
        See `simple_game`.
    exact
        Whether values are fractions.

    Notes
    -----
    The method is chosen by size. Floats of a single quota q come from the integral of the chance of being pivotal over a common
    probability of a yes, in time n q times the nodes of the integral. All else is counted exactly: over all profiles of votes (up to
    about a million), by meeting in the middle (double majorities up to 34 members, time n 2^(n/2)), or by a decision diagram
    (up to a million states). Where no coalition wins, or the empty one does, all values are 0.

    Raises
    ------
    InputError
        Where the rule is too large for any of them.

    References
    ----------
    Shapley & Shubik (1954), American Political Science Review 48; Owen (1972), Management Science 18; Kakimura & Terai (2025),
    arXiv:2511.14995.

    Examples
    --------
    >>> from holdfast.voting import simple_game, weighted
    >>> game = simple_game(weighted(3, {"a": 2, "b": 1, "c": 1}))
    >>> [str(v) for v in shapley_shubik(game, exact=True).values]
    ['2/3', '1/6', '1/6']
    """
    n = len(game.members)
    if _needed_of_equals(game) is not None:
        return as_measure([Fraction(1, n)] * n, _EQUALS, exact=exact)

    def of(swings: list[list[int]]) -> list[Fraction]:
        orders = [factorial(k) * factorial(n - 1 - k) for k in range(n)]
        whole = factorial(n)
        return [Fraction(sum(o * s for o, s in zip(orders, own, strict=True) if s), whole) for own in swings]

    return _by_swings(game, exact, of, dense.shapley_shubik)


def banzhaf(game: Game, *, exact: bool = False) -> Measure:
    """Return the Penrose–Banzhaf measure β = η / 2^(n−1): the chance of deciding when all others say yes or no by the toss of a coin.

    Parameters, methods by size and errors are those of `shapley_shubik`; a large single quota q takes time O(n q), and in memory O(q).

    References
    ----------
    Penrose (1946), Journal of the Royal Statistical Society 109; Banzhaf (1965), Rutgers Law Review 19.

    Examples
    --------
    >>> from holdfast.voting import simple_game, weighted
    >>> game = simple_game(weighted(3, {"a": 2, "b": 1, "c": 1}))
    >>> [str(v) for v in banzhaf(game, exact=True).values]
    ['3/4', '1/4', '1/4']
    """
    n = len(game.members)
    needed = _needed_of_equals(game)
    if needed is not None:
        return as_measure([Fraction(comb(n - 1, needed - 1), 1 << (n - 1))] * n, _EQUALS, exact=exact)

    def of(swings: list[list[int]]) -> list[Fraction]:
        return [Fraction(sum(own), 1 << (n - 1)) for own in swings]

    return _by_swings(game, exact, of, dense.banzhaf)


def banzhaf_normalised(game: Game, *, exact: bool = False) -> Measure:
    """Return the Banzhaf index β / Σ β, which sums to 1; all 0 where nobody is ever critical. Worked out from `banzhaf`.

    References
    ----------
    Banzhaf (1965), Rutgers Law Review 19.

    Examples
    --------
    >>> from holdfast.voting import simple_game, weighted
    >>> game = simple_game(weighted(3, {"a": 2, "b": 1, "c": 1}))
    >>> [str(v) for v in banzhaf_normalised(game, exact=True).values]
    ['3/5', '1/5', '1/5']
    """
    own = banzhaf(game, exact=exact)
    total = sum(own.values)
    values = [v / total if total else v for v in own.values]
    scaled = float(own.error / total) * (1 + len(values)) if total and own.error > ROUNDING else own.error
    return Measure(tuple(values) if exact else np.array(values), own.method, scaled)


def collectivity(game: Game) -> Fraction | float:
    """Return Coleman's power of a collectivity to act, A = ω / 2^n: the share of coalitions that win.

    A fraction where it is known exactly, else a float.

    References
    ----------
    Coleman (1971), in Lieberman (ed.), Social Choice, 269.

    Examples
    --------
    >>> from holdfast.voting import simple_game, weighted
    >>> collectivity(simple_game(weighted(2, {"a": 1, "b": 1, "c": 1})))
    Fraction(1, 2)
    """
    winning = winning_coalitions(game)
    if winning is not None:
        return Fraction(winning, 1 << len(game.members))
    assert game.weights is not None
    try:
        return dense.collectivity(list(game.weights), game.quota)
    except dense.TooManySumsError:
        raise InputError(_TOO_FINE) from None


def winning_coalitions(game: Game) -> int | None:
    """Return ω, the number of winning coalitions; None where it is not known exactly, for which see `collectivity`.

    Examples
    --------
    >>> from holdfast.voting import simple_game, weighted
    >>> winning_coalitions(simple_game(weighted(2, {"a": 1, "b": 1, "c": 1})))
    4
    """
    found = counts(game)
    return None if found is None else sum(found.winning)


def coleman_prevent(game: Game, *, exact: bool = False) -> Measure:
    """Return Coleman's power to prevent action, η / ω: the share of winning coalitions that fail without the member.

    1 for a veto holder; all 0 where no coalition wins. Worked out from `banzhaf` and `collectivity`.

    References
    ----------
    Coleman (1971), in Lieberman (ed.), Social Choice, 269.

    Examples
    --------
    >>> from holdfast.voting import simple_game, weighted
    >>> game = simple_game(weighted(3, {"a": 2, "b": 1, "c": 1}))
    >>> [str(v) for v in coleman_prevent(game, exact=True).values]
    ['1', '1/3', '1/3']
    """
    return _over(game, exact, lambda share: 2 * share)


def coleman_initiate(game: Game, *, exact: bool = False) -> Measure:
    """Return Coleman's power to initiate action, η / (2^n − ω): the share of losing coalitions that pass with the member.

    All 0 where every coalition wins. Worked out from `banzhaf` and `collectivity`.

    References
    ----------
    Coleman (1971), in Lieberman (ed.), Social Choice, 269.

    Examples
    --------
    >>> from holdfast.voting import simple_game, weighted
    >>> game = simple_game(weighted(3, {"a": 2, "b": 1, "c": 1}))
    >>> [str(v) for v in coleman_initiate(game, exact=True).values]
    ['3/5', '1/5', '1/5']
    """
    return _over(game, exact, lambda share: 2 * (1 - share))


def _over(game: Game, exact: bool, part: Callable[[Fraction | float], Fraction | float]) -> Measure:
    own = banzhaf(game, exact=exact)
    found = counts(game, most_states=_EXACTLY) if exact else None
    share = Fraction(sum(found.winning), 1 << len(game.members)) if found else collectivity(game)
    whole = part(share)
    values = [v / whole if whole else v for v in own.values]
    error = own.error if own.error <= ROUNDING else own.error / float(whole)
    if exact:
        return Measure(tuple(Fraction(v) for v in values), own.method, 0.0)
    return Measure(np.array([float(v) for v in values]), own.method, error)
