"""Power, coalitions and passage against a count of every vote, on thousands of random games.

The twin (`every_vote`) shares no code with the library. Each way of counting that the library has is run on every game that it
can take, not only where it would be chosen (`random_games`).
"""

from __future__ import annotations

import subprocess
import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from holdfast import voting
from holdfast.voting import _halves as halves
from holdfast.voting import passage as passages
from holdfast.voting._diagram import diagram
from tests.reference.every_vote import KINDS, names, passage, pivotality
from tests.reference.random_games import check, close, games

FEW = [pytest.param(0), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 3))]


@pytest.mark.parametrize("kind", KINDS)
def test_a_few_random_games_match_a_count_of_every_coalition(kind):
    check(kind, 0, 20)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "number"),
    {
        "a quota": 7500,
        "vetoes": 4500,
        "nested": 1500,
        "blocs": 2500,
        "double majority": 2500,
        "abstention": 1500,
    }.items(),
)
def test_20_000_random_games_match_a_count_of_every_coalition(kind, number, root):
    """In a process of their own, where calls are not checked for shapes and types."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.reference.random_games", kind, "1", str(number)],
        cwd=root,
        capture_output=True,
        text=True,
    )
    assert done.stdout == "equal\n", done.stderr


def random_unions(rng, count):
    """A partition of some members, as many unions as it happens; who is in none stands alone."""
    where = rng.integers(-1, rng.integers(1, count + 1), count)
    unions = [[m for m in range(count) if where[m] == u] for u in range(count)]
    unions = [union for union in unions if union]
    return unions, unions + [[m] for m in range(count) if where[m] < 0]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", FEW)
def test_values_with_unions_match_every_order_of_unions(seed, kind):
    together = 0
    for rng, _, game, twin in games(kind, 100 + seed, 20, most=6):
        given, unions = random_unions(rng, twin.count)
        partition = [[f"m{m}" for m in union] for union in given]
        assert list(voting.owen(game, partition, exact=True).values) == twin.owen(unions)
        assert list(voting.banzhaf_owen(game, partition, exact=True).values) == twin.banzhaf_owen(unions)
        close(voting.owen(game, partition).values, [float(v) for v in twin.owen(unions)])
        together += 1 < max(map(len, unions)) < twin.count
    assert together > 4


def random_support(rng, count, draws=4):
    """Probabilities of yes and of abstaining, some of them 0 or 1."""
    yes = np.where(
        rng.random((count, draws)) < 0.15, rng.integers(0, 2, (count, draws)), rng.random((count, draws))
    )
    return yes, (1 - yes) * rng.random((count, draws))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", FEW)
def test_passage_and_pivotality_match_every_vote(seed, kind):
    """All 3^n votes: yes, no and abstaining, with unequal support."""
    for rng, rule, game, twin in games(kind, 200 + seed, 20, most=6):
        support, abstain = random_support(rng, twin.count)
        sure = np.zeros_like(support)
        for away, given in ((abstain, abstain), (sure, None)):
            q, change = passage(rule, support, away), pivotality(rule, support, away)
            found = passages.passage_probability(game, support, given)
            close(found, q)
            close(passages.pivotality(game, support, given), change)
            # the form for large diagrams
            states = diagram(game)
            close(passages._backward(states, support, given)[0][0], q)
        if not game.abstention and (cut := halves.sized(game)) is not None:
            close(halves.halves_passage(cut, support), q)


@pytest.mark.parametrize("kind", ["a quota", "nested", "abstention"])
def test_passage_and_pivotality_in_jax_match_every_vote(kind):
    for rng, rule, game, twin in games(kind, 300, 2, most=5):
        support, abstain = random_support(rng, twin.count)
        q = jax.jit(lambda s, a, g=game: passages.passage_probability(g, s, a))(support, abstain)
        change = jax.jit(lambda s, a, g=game: passages.pivotality(g, s, a))(support, abstain)
        states = diagram(game)
        large = jax.jit(lambda s, a, d=states: passages._backward(d, s, a)[0][0])(support, abstain)
        close(q, passage(rule, support, abstain))
        close(large, passage(rule, support, abstain))
        close(change, pivotality(rule, support, abstain))
        assert isinstance(passages.passage_probability(game, jnp.asarray(support)), jax.Array)


@pytest.mark.parametrize("correlation", [0.0, 0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize(
    ("members", "tolerance"), [(2, 1e-10), (3, 1e-7), pytest.param(4, 1e-5, marks=pytest.mark.slow)]
)
def test_unanimity_under_correlation_matches_the_normal_orthant(members, tolerance, correlation):
    """All of up to four say yes: the multivariate normal distribution's own integral, Φ_n(Φ⁻¹(p); ρ)."""
    rng = np.random.default_rng(members)
    support = rng.uniform(0.05, 0.95, (members, 3))
    game = voting.simple_game(voting.unanimity(names(members)))
    found = passages.correlated_passage_probability(game, support, correlation)
    matrix = np.full((members, members), correlation) + (1 - correlation) * np.eye(members)
    cuts = stats.norm.ppf(support).T
    normal = stats.multivariate_normal(cov=matrix, abseps=1e-8, releps=1e-8, maxpts=1_000_000, seed=1)
    # scipy's own accuracy: from three on it integrates by quasi-random points
    np.testing.assert_allclose(found, normal.cdf(cuts), rtol=0, atol=tolerance)


@pytest.mark.parametrize("correlation", [0.0, 0.2, 0.5, 0.8, 0.95, 0.999])
def test_two_of_two_and_three_of_three_at_one_half_match_the_arcsine(correlation):
    """P(both) = 1/4 + asin ρ / 2π, P(all three) = 1/8 + 3 asin ρ / 4π (Sheppard 1899)."""
    for members, expected in (
        (2, 1 / 4 + np.arcsin(correlation) / (2 * np.pi)),
        (3, 1 / 8 + 3 * np.arcsin(correlation) / (4 * np.pi)),
    ):
        game = voting.simple_game(voting.unanimity(names(members)))
        found = passages.correlated_passage_probability(game, np.full((members, 1), 0.5), correlation)
        assert float(found[0]) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_no_correlation_is_independence(kind):
    for rng, rule, game, twin in games(kind, 400, 8, most=5):
        support, abstain = random_support(rng, twin.count)
        found = passages.correlated_passage_probability(game, support, 0.0, abstain)
        close(found, passage(rule, support, abstain))
