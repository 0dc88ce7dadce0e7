"""Random games held against the twin: every way of counting that the library has, not only the one that it would choose.

`python -m tests.reference.random_games KIND SEED GAMES` runs without the tests' checks of shapes and types, which take most of the
time when a game is small.
"""

from __future__ import annotations

import sys

import numpy as np

from holdfast import voting
from holdfast.voting import _descending as descending
from holdfast.voting import _halves as halves
from holdfast.voting._diagram import diagram
from holdfast.voting._profiles import Profiles
from tests.reference.every_vote import KINDS, EveryVote, all_votes, as_rule, names, outcomes, random_rule

MEASURES = [
    "shapley_shubik",
    "banzhaf",
    "banzhaf_normalised",
    "coleman_prevent",
    "coleman_initiate",
    "johnston",
    "deegan_packel",
    "holler",
]
LISTED = 4


def games(kind, seed, number, most=10):
    """Yield random rules with the library's game and the twin's."""
    rng = np.random.default_rng([seed, list(KINDS).index(kind)])
    for _ in range(number):
        rule, count = random_rule(rng, kind, most)
        game = voting.simple_game(as_rule(rule), names(count))
        yield rng, rule, game, EveryVote(outcomes(rule, all_votes(count)))


def close(found, expected):
    """Hold floats to what the library promises of them."""
    np.testing.assert_allclose(found, np.array(expected, float), rtol=1e-9, atol=1e-12)


def _named(groups):
    return [tuple(f"m{m}" for m in group) for group in groups]


def check_engines(game, twin):
    """Hold every way of counting that takes the game to the twin; return whether meeting in the middle was one."""
    winning, swings = twin.winning_by_size, twin.swings_by_size
    profiles, states = Profiles(game), diagram(game)
    assert profiles.winning_by_size() == states.winning_by_size() == winning
    assert profiles.swings_by_size() == states.swings_by_size() == swings
    if (rule := halves.sized(game)) is not None:
        assert halves.winning_by_size(rule) == winning
        assert halves.swings_by_size(rule) == swings
        check_listed(rule.weights, rule.quotas, twin)
    assert profiles.minimal_by_size() == twin.minimal_by_size
    assert profiles.minimal_with() == twin.minimal_with
    assert profiles.johnston_raw() == twin.johnston_raw
    assert profiles.smallest(LISTED) == twin.smallest(LISTED)
    if game.weights is not None:
        assert descending.minimal_by_size(game.weights, game.quota) == twin.minimal_by_size
        assert descending.minimal_with(game.weights, game.quota) == twin.minimal_with
        check_listed(game.weights, [game.quota] * (twin.count + 1), twin)
    return rule is not None


def check_listed(weights, quotas, twin):
    everything = twin.smallest(1 << twin.count)
    assert descending.smallest(weights, quotas, 1 << twin.count) == everything
    # of those of the last size any may be listed
    listed = descending.smallest(weights, quotas, LISTED)
    assert list(map(len, listed)) == list(map(len, everything[:LISTED]))
    assert len(set(listed) & set(everything)) == len(listed)


def check_measures(game, twin, floats):
    for name in MEASURES:
        measure, expected = getattr(voting, name), getattr(twin, name)()
        assert list(measure(game, exact=True).values) == expected, name
        if floats:
            close(measure(game).values, expected)
    assert voting.winning_coalitions(game) == twin.winning
    assert voting.collectivity(game) * 2**twin.count == twin.winning


def check_blocking(game, twin):
    blocking = twin.blocking()
    assert voting.minimal_winning(game) == twin.minimal.sum()
    assert voting.minimal_blocking(game) == blocking.minimal.sum()
    assert voting.minimal_winning_coalitions(game, LISTED) == _named(twin.smallest(LISTED))
    assert voting.minimal_blocking_coalitions(game, LISTED) == _named(blocking.smallest(LISTED))


def check(kind, seed, number):
    """Hold so many games of a kind to the twin; the error names the rule."""
    in_halves = 0
    for place, (_, rule, game, twin) in enumerate(games(kind, seed, number)):
        try:
            in_halves += check_engines(game, twin)
            check_measures(game, twin, floats=place % 4 == 0)
            check_blocking(game, twin)
        except Exception as error:
            raise AssertionError(f"game {place}, {twin.count} members: {rule}") from error
    # the games are of the kind that they are here for
    assert kind != "double majority" or in_halves > number / 2


if __name__ == "__main__":
    check(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    print("equal")
