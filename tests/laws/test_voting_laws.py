"""Laws of decision rules: what must not matter, what must only help, and what must add up."""

from __future__ import annotations

from fractions import Fraction

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast import voting
from holdfast.voting import Quota, Unopposed, passes, simple_game, unanimity, weighted
from holdfast.voting import passage as passages
from holdfast.voting._profiles import Profiles

MEASURES = [
    voting.shapley_shubik,
    voting.banzhaf,
    voting.banzhaf_normalised,
    voting.coleman_prevent,
    voting.coleman_initiate,
    voting.johnston,
    voting.deegan_packel,
    voting.holler,
]
NAMES = ["a", "b", "c", "d", "e"]
FEW = settings(max_examples=25)
VERY_FEW = settings(max_examples=8)


@st.composite
def rules(draw, members=NAMES, depth=2, unopposed=False):
    """A quota over members, and over rules of the same kind down to a depth."""
    parts = [
        Unopposed(m) if unopposed and draw(st.booleans()) else m
        for m in draw(st.lists(st.sampled_from(members), min_size=1, unique=True))
    ]
    if depth:
        inside = rules(members, depth - 1, unopposed)
        parts += draw(st.lists(inside, max_size=2, unique=True))
    weights = [draw(st.integers(0, 5)) for _ in parts]
    quota = draw(st.integers(0, sum(weights)))
    above = quota < sum(weights) and draw(st.booleans())
    return weighted(quota, dict(zip(parts, weights, strict=True)), above=above)


def singles(members=NAMES):
    return rules(members, depth=0)


def values(measure, game):
    return dict(zip(game.members, measure(game, exact=True).values, strict=True))


def votes(number):
    return st.lists(st.floats(0, 1), min_size=number, max_size=number)


def changed(rule, name=lambda m: m, scale=1, backwards=False):
    """The same rule with other names, in another unit, or written the other way round."""
    parts = []
    for part, weight in rule.parts:
        now = (
            changed(part, name, scale, backwards)
            if isinstance(part, Quota)
            else Unopposed(name(part.member))
            if isinstance(part, Unopposed)
            else name(part)
        )
        parts.append((now, weight * scale))
    return Quota(tuple(reversed(parts) if backwards else parts), rule.quota * scale, rule.above)


# --- what must not matter ---------------------------------------------------------------------------


@FEW
@given(rules(), st.permutations(NAMES))
def test_names_and_order_of_members_and_of_parts_do_not_matter(rule, order):
    to = dict(zip(NAMES, order, strict=True))
    game = simple_game(rule, NAMES)
    other = simple_game(changed(rule, to.get, backwards=True), order[::-1])
    for measure in MEASURES:
        own, found = values(measure, game), values(measure, other)
        assert {to[m]: v for m, v in own.items()} == found
    assert voting.winning_coalitions(game) == voting.winning_coalitions(other)
    assert voting.minimal_blocking(game) == voting.minimal_blocking(other)


@FEW
@given(rules(), st.fractions(Fraction(1, 7), 7))
def test_unit_of_weights_does_not_matter(rule, factor):
    game, other = simple_game(rule, NAMES), simple_game(changed(rule, scale=factor), NAMES)
    for measure in MEASURES:
        assert values(measure, game) == values(measure, other)


@FEW
@given(rules(members=NAMES[:4]))
def test_who_is_in_no_rule_has_no_power_and_changes_none(rule):
    game, larger = simple_game(rule, NAMES[:4]), simple_game(rule, ["idle", *NAMES[:4]])
    for measure in MEASURES:
        own, found = values(measure, game), values(measure, larger)
        assert found.pop("idle") == 0
        assert found == own
    assert voting.collectivity(game) == voting.collectivity(larger)
    assert voting.minimal_winning_coalitions(game) == voting.minimal_winning_coalitions(larger)


@FEW
@given(singles(), st.data())
def test_a_bloc_of_one_is_that_member(rule, data):
    chosen = data.draw(st.sampled_from([m for m, _ in rule.parts]))
    blocs = {unanimity([m]) if m == chosen else m: w for m, w in rule.parts}
    game = simple_game(rule, NAMES)
    other = simple_game(weighted(rule.quota, blocs, above=rule.above), NAMES)
    for measure in MEASURES:
        assert values(measure, game) == values(measure, other)


@VERY_FEW
@given(rules(unopposed=True))
def test_draws_do_not_change_each_other(rule):
    game = simple_game(rule, NAMES)
    rng = np.random.default_rng(0)
    support = rng.random((5, 9))
    abstain = (1 - support) * rng.random((5, 9))
    together = passages.passage_probability(game, support, abstain)
    pivots = passages.pivotality(game, support, abstain)
    for draw in range(9):
        one = support[:, [draw]], abstain[:, [draw]]
        assert passages.passage_probability(game, *one).tolist() == [together[draw]]
        np.testing.assert_allclose(
            passages.pivotality(game, *one)[:, 0], pivots[:, draw], rtol=1e-13, atol=1e-16
        )


def test_how_many_draws_are_worked_out_at_a_time_does_not_matter(monkeypatch):
    """A diagram too large to be one expression, with room for all draws at once and for one at a time."""
    rng = np.random.default_rng(1)
    game = simple_game(weighted(400, {f"m{k}": int(w) for k, w in enumerate(rng.integers(1, 60, 24))}))
    support = rng.random((24, 50))
    whole = passages.passage_probability(game, support), passages.pivotality(game, support)
    monkeypatch.setattr(passages, "_ROOM", 1)
    parts = passages.passage_probability(game, support), passages.pivotality(game, support)
    assert passages.shared_diagram(game).states > passages._UNROLLED
    np.testing.assert_array_equal(whole[0], parts[0])
    # sums over states may be taken in another order
    np.testing.assert_allclose(whole[1], parts[1], rtol=1e-13, atol=0)


# --- what must be alike, or ordered ------------------------------------------------------------------


@FEW
@given(singles())
def test_equal_weight_is_equal_power_and_more_weight_no_less(rule):
    game = simple_game(rule, NAMES)
    weights = dict.fromkeys(NAMES, Fraction(0)) | dict(rule.parts)
    # the last two are not monotone in weight: a heavy member may be in fewer minimal coalitions
    for measure in MEASURES:
        found = values(measure, game)
        for one in NAMES:
            for two in NAMES:
                if weights[one] == weights[two]:
                    assert found[one] == found[two]
                elif weights[one] > weights[two] and measure not in (voting.deegan_packel, voting.holler):
                    assert found[one] >= found[two]


@FEW
@given(rules(unopposed=True), votes(5), votes(5))
def test_more_support_never_makes_a_decision_less_likely(rule, one, two):
    game = simple_game(rule, NAMES)
    low, high = np.minimum(one, two), np.maximum(one, two)
    q = passages.passage_probability(game, np.stack([low, high], axis=1))
    assert -1e-15 <= q[0] <= q[1] + 1e-14
    assert q[1] <= 1 + 1e-14


@VERY_FEW
@given(st.floats(0.05, 0.95), st.integers(2, 4))
def test_correlation_helps_unanimity_and_harms_any_one(support, number):
    """Slepian (1962): the more alike, the likelier all say yes, and the likelier nobody does."""
    everybody, anybody = simple_game(unanimity(NAMES[:number])), simple_game(voting.any_of(NAMES[:number]))
    chances = np.full((number, 1), support)
    all_, any_ = (
        [
            float(passages.correlated_passage_probability(game, chances, rho)[0])
            for rho in (0.0, 0.3, 0.6, 0.9)
        ]
        for game in (everybody, anybody)
    )
    assert all_ == sorted(all_)
    assert any_ == sorted(any_, reverse=True)
    assert all_[-1] > all_[0]


# --- what must add up --------------------------------------------------------------------------------


@FEW
@given(rules())
def test_shares_sum_to_one_where_votes_matter(rule):
    game = simple_game(rule, NAMES)
    matters = passes(rule, yes=NAMES) and not passes(rule, yes=[])
    for measure in (
        voting.shapley_shubik,
        voting.banzhaf_normalised,
        voting.johnston,
        voting.deegan_packel,
        voting.holler,
    ):
        assert sum(measure(game, exact=True).values) == matters


@FEW
@given(rules())
def test_blocking_is_as_powerful_as_passing(rule):
    game = simple_game(rule, NAMES)
    dual = game.dual()
    for measure in (voting.shapley_shubik, voting.banzhaf, voting.banzhaf_normalised):
        assert values(measure, game) == values(measure, dual)
    assert values(voting.coleman_prevent, game) == values(voting.coleman_initiate, dual)
    assert voting.collectivity(game) + voting.collectivity(dual) == 1
    assert Profiles(dual.dual()).wins.tolist() == Profiles(game).wins.tolist()


@FEW
@given(rules())
def test_banzhaf_is_the_harmonic_mean_of_preventing_and_initiating(rule):
    """Dubey & Shapley (1979): β = 2 P I / (P + I)."""
    game = simple_game(rule, NAMES)
    by_member = [values(m, game) for m in (voting.banzhaf, voting.coleman_prevent, voting.coleman_initiate)]
    for name in NAMES:
        power, prevent, initiate = (found[name] for found in by_member)
        assert power * (prevent + initiate) == 2 * prevent * initiate


@FEW
@given(rules(), st.lists(st.integers(0, 2), min_size=5, max_size=5))
def test_a_union_gets_what_it_gets_as_one_member(rule, where):
    """The Owen value shares out the Shapley–Shubik index of the game between unions."""
    unions = [[m for m, u in zip(NAMES, where, strict=True) if u == k] for k in range(3)]
    unions = [union for union in unions if union]
    game = simple_game(rule, NAMES)
    between = simple_game(_of_unions(rule, {m: "+".join(union) for union in unions for m in union}))
    whole = values(voting.shapley_shubik, between)
    shares = dict(zip(NAMES, voting.owen(game, unions, exact=True).values, strict=True))
    for union in unions:
        assert sum(shares[m] for m in union) == whole.get("+".join(union), 0)


def _of_unions(rule, union):
    weights: dict[object, Fraction] = {}
    for part, weight in rule.parts:
        now = _of_unions(part, union) if isinstance(part, Quota) else union[part]
        weights[now] = weights.get(now, Fraction(0)) + weight
    return Quota(tuple(weights.items()), rule.quota, rule.above)


@FEW
@given(rules())
def test_unions_of_one_and_one_of_all_are_no_unions(rule):
    game = simple_game(rule, NAMES)
    for partition in ([], [[m] for m in NAMES], [NAMES]):
        assert (
            voting.owen(game, partition, exact=True).values == voting.shapley_shubik(game, exact=True).values
        )
        assert (
            voting.banzhaf_owen(game, partition, exact=True).values == voting.banzhaf(game, exact=True).values
        )


@FEW
@given(rules())
def test_minimal_coalitions_win_and_nobody_in_them_can_be_spared(rule):
    """Held against the rule's own words, without the solver; and nobody is in one of each without meeting the other."""
    game = simple_game(rule, NAMES)
    winning = voting.minimal_winning_coalitions(game, 100)
    blocking = voting.minimal_blocking_coalitions(game, 100)
    for group in winning:
        assert passes(rule, yes=group)
        assert not any(passes(rule, yes=set(group) - {m}) for m in group)
    for group in blocking:
        assert not passes(rule, yes=set(NAMES) - set(group))
        assert all(passes(rule, yes=(set(NAMES) - set(group)) | {m}) for m in group)
    assert all(set(one) & set(two) for one in winning for two in blocking)
    assert (len(winning), len(blocking)) == (voting.minimal_winning(game), voting.minimal_blocking(game))


# --- passage -----------------------------------------------------------------------------------------


@FEW
@given(rules(unopposed=True), st.lists(st.sampled_from(["yes", "no", "away"]), min_size=5, max_size=5))
def test_sure_votes_pass_as_the_rule_says(rule, how):
    game = simple_game(rule, NAMES)
    support, away = (np.array([[float(v == kind)] for v in how]) for kind in ("yes", "away"))
    yes, against = ([m for m, v in zip(NAMES, how, strict=True) if v == kind] for kind in ("yes", "no"))
    assert passages.passage_probability(game, support, away).tolist() == [passes(rule, yes, against)]


@FEW
@given(rules())
def test_passage_by_the_toss_of_a_coin_is_collectivity_and_pivotality_is_banzhaf(rule):
    game = simple_game(rule, NAMES)
    toss = np.full((5, 1), 0.5)
    assert float(passages.passage_probability(game, toss)[0]) == voting.collectivity(game)
    np.testing.assert_allclose(
        passages.pivotality(game, toss)[:, 0], np.asarray(voting.banzhaf(game).values), rtol=1e-14, atol=0
    )


@FEW
@given(rules(), votes(5), st.integers(0, 4), st.floats(0, 1))
def test_passage_is_linear_in_each_support_with_the_pivotality_as_slope(rule, support, member, moved):
    game = simple_game(rule, NAMES)
    before = np.array(support)[:, None]
    after = before.copy()
    after[member] = moved
    slope = float(passages.pivotality(game, before)[member, 0])
    change = passages.passage_probability(game, after) - passages.passage_probability(game, before)
    assert float(change[0]) == pytest.approx(slope * (moved - before[member, 0]), abs=1e-13)
    assert float(passages.pivotality(game, after)[member, 0]) == pytest.approx(slope, abs=1e-13)


@VERY_FEW
@given(rules(unopposed=True), votes(5))
def test_the_derivative_by_jax_is_the_pivotality(rule, support):
    game = simple_game(rule, NAMES)
    yes = jnp.array(support)[:, None]
    away = (1 - yes) / 3
    slope = jax.grad(lambda p: passages.passage_probability(game, p, away)[0])(yes)
    np.testing.assert_allclose(
        slope, passages.pivotality(game, np.asarray(yes), np.asarray(away)), rtol=0, atol=1e-13
    )


@FEW
@given(rules(), st.sampled_from(NAMES), votes(5))
def test_a_veto_holder_that_never_agrees_blocks(rule, holder, support):
    game = simple_game(voting.with_vetoes(rule, [holder]), NAMES)
    chances = np.array(support)[:, None]
    chances[NAMES.index(holder)] = 0.0
    assert passages.passage_probability(game, chances).tolist() == [0.0]
    assert values(voting.coleman_prevent, game)[holder] == 1
    assert (holder,) in voting.minimal_blocking_coalitions(game)


@FEW
@given(rules())
def test_the_order_of_members_does_not_change_passage(rule):
    game, other = simple_game(rule, NAMES), simple_game(rule, NAMES[::-1])
    support = np.random.default_rng(2).random((5, 4))
    np.testing.assert_allclose(
        passages.passage_probability(game, support),
        passages.passage_probability(other, support[::-1]),
        rtol=0,
        atol=1e-14,
    )
