r"""Minimal winning and minimal blocking coalitions, and the measures that are made of them.

A winning coalition is minimal when every member of it is critical. A blocking coalition is one without which no decision passes; the
minimal ones are the minimal winning coalitions of the dual game (`Game.dual`). With M the minimal winning coalitions,

    Deegan–Packel    Σ_{S ∈ M, i ∈ S} 1 / |S| / |M|
    Holler           |{S ∈ M : i ∈ S}| / Σ_j |{S ∈ M : j ∈ S}|           (the public good index)
    Johnston         Σ_S 1 / (number of critical members in S) over the S in which i is critical, divided by the sum over members
"""

from __future__ import annotations

from fractions import Fraction

from holdfast.errors import InputError
from holdfast.voting import _descending as descending
from holdfast.voting import _excess as excess
from holdfast.voting import _halves as halves
from holdfast.voting._counts import profiles_of, sized_rule
from holdfast.voting.game import Game
from holdfast.voting.power import Measure, as_measure

__all__ = [
    "deegan_packel",
    "holler",
    "johnston",
    "minimal_blocking",
    "minimal_blocking_coalitions",
    "minimal_winning",
    "minimal_winning_coalitions",
]


def _too_large(what: str) -> InputError:
    return InputError(
        f"{what} need every way to vote listed, or a single quota with small weights; this rule is too large for both."
    )


def minimal_winning(game: Game) -> int:
    """Return the number of minimal winning coalitions.

    Raises
    ------
    InputError
        Where there are too many profiles of votes to list and the rule is no single quota, or has too many sums of weights.

    Examples
    --------
    >>> from holdfast.voting import simple_game, weighted
    >>> minimal_winning(simple_game(weighted(3, {"a": 2, "b": 1, "c": 1})))
    2
    """
    return sum(_by_size(game))


def _by_size(game: Game) -> list[int]:
    profiles = profiles_of(game)
    if profiles is not None:
        return profiles.minimal_by_size()
    if game.weights is not None:
        return descending.minimal_by_size(game.weights, game.quota)
    rule = sized_rule(game)
    if rule is not None:
        return halves.minimal_with(rule)[0]
    raise _too_large("minimal coalitions")


def minimal_blocking(game: Game) -> int:
    """Return the number of minimal blocking coalitions: see `minimal_winning`.

    Examples
    --------
    >>> from holdfast.voting import simple_game, weighted
    >>> minimal_blocking(simple_game(weighted(3, {"a": 2, "b": 1, "c": 1})))
    2
    """
    return minimal_winning(game.dual())


def minimal_winning_coalitions(game: Game, most: int = 20) -> list[tuple[str, ...]]:
    """Return the smallest minimal winning coalitions, at most so many, by size and then by the members' order.

    Where every profile of votes is listed, the first in that order; else heavy members come first among those of the last size. At most
    200,000 steps are searched, and coalitions of up to 400 members.

    Raises
    ------
    InputError
        Where the rule is too large, or the search too long.

    Examples
    --------
    >>> from holdfast.voting import simple_game, weighted
    >>> minimal_winning_coalitions(simple_game(weighted(3, {"a": 2, "b": 1, "c": 1})))
    [('a', 'b'), ('a', 'c')]
    """
    profiles = profiles_of(game)
    if profiles is not None:
        groups = profiles.smallest(most)
    elif game.weights is not None:
        groups = descending.smallest(game.weights, [game.quota] * (len(game.members) + 1), most)
    elif (rule := sized_rule(game)) is not None:
        groups = descending.smallest(rule.weights, rule.quotas, most)
    else:
        raise _too_large("minimal coalitions")
    return [tuple(game.members[m] for m in group) for group in groups]


def minimal_blocking_coalitions(game: Game, most: int = 20) -> list[tuple[str, ...]]:
    """Return the smallest groups without which no decision passes, at most so many: `minimal_winning_coalitions` of the dual game.

    Examples
    --------
    >>> from holdfast.voting import simple_game, weighted
    >>> minimal_blocking_coalitions(simple_game(weighted(3, {"a": 2, "b": 1, "c": 1})))
    [('a',), ('b', 'c')]
    """
    return minimal_winning_coalitions(game.dual(), most)


def _with(game: Game) -> tuple[list[list[int]], str]:
    profiles = profiles_of(game)
    if profiles is not None:
        return profiles.minimal_with(), "every profile of votes"
    if game.weights is not None:
        return descending.minimal_with(game.weights, game.quota), "minimal coalitions by sum of weights"
    rule = sized_rule(game)
    if rule is not None:
        return halves.minimal_with(rule)[1], "meeting in the middle"
    raise _too_large("minimal coalitions")


def deegan_packel(game: Game, *, exact: bool = False) -> Measure:
    """Return the Deegan–Packel index: every minimal winning coalition is as likely, and shares alike. It sums to 1.

    Notes
    -----
    Time grows with profiles × kinds of members; for more members under a single quota with sums of weights × n; for a
    double majority with 2^(n/2). Exact throughout.

    Raises
    ------
    InputError
        Where the rule is too large for all of these.

    References
    ----------
    Deegan & Packel (1978), International Journal of Game Theory 7.

    Examples
    --------
    >>> from holdfast.voting import simple_game, weighted
    >>> game = simple_game(weighted(51, {"a": 35, "b": 20, "c": 15, "d": 15, "e": 15}))
    >>> [str(v) for v in deegan_packel(game, exact=True).values]
    ['3/10', '3/20', '11/60', '11/60', '11/60']
    """
    holding, method = _with(game)
    number = sum(sum(Fraction(own[k], k) for own in holding) for k in range(1, len(game.members) + 1))
    shares = [sum((Fraction(n, k) for k, n in enumerate(own) if n), start=Fraction(0)) for own in holding]
    return as_measure([s / number if number else s for s in shares], method, exact=exact)


def holler(game: Game, *, exact: bool = False) -> Measure:
    """Return Holler's public good index: in how many minimal winning coalitions a member is, divided by the sum.

    Methods and limits are those of `deegan_packel`.

    References
    ----------
    Holler (1982), Political Studies 30.

    Examples
    --------
    >>> from holdfast.voting import simple_game, weighted
    >>> game = simple_game(weighted(51, {"a": 35, "b": 20, "c": 15, "d": 15, "e": 15}))
    >>> [str(v) for v in holler(game, exact=True).values]
    ['4/15', '2/15', '1/5', '1/5', '1/5']
    """
    holding, method = _with(game)
    number = [sum(own) for own in holding]
    total = sum(number) or 1
    return as_measure([Fraction(n, total) for n in number], method, exact=exact)


def johnston(game: Game, *, exact: bool = False) -> Measure:
    """Return the Johnston index: every coalition that someone can break counts once, shared by those who can. It sums to 1.

    Notes
    -----
    Time grows with profiles × kinds of members; for more members, under a single quota q only, with n² × different weights × q, up to
    2 · 10⁸. Exact throughout.

    Raises
    ------
    InputError
        Where the rule is too large for both.

    References
    ----------
    Johnston (1978), Environment and Planning A 10:907.

    Examples
    --------
    >>> from holdfast.voting import simple_game, weighted
    >>> game = simple_game(weighted(4, {"a": 3, "b": 2, "c": 1}))
    >>> [str(v) for v in johnston(game, exact=True).values]
    ['2/3', '1/6', '1/6']
    """
    profiles = profiles_of(game)
    if profiles is not None:
        shares, method = profiles.johnston_raw(), "every profile of votes"
    elif game.weights is not None and excess.steps_needed(game.weights, game.quota) <= excess.MOST_STEPS:
        shares, method = (
            excess.johnston_raw(game.weights, game.quota),
            "coalitions by what they have above the quota",
        )
    else:
        raise _too_large("shares of critical members")
    total = sum(shares, start=Fraction(0))
    return as_measure([s / total if total else s for s in shares], method, exact=exact)
