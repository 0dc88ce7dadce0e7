"""Laws of the graph model: what a new name, another unit or a state without exits may and may not change."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as under
from hypothesis import strategies as st

from holdfast.bargaining.conflict import (
    CONCEPTS,
    Above,
    Conflict,
    changes,
    coalitions,
    contradiction,
    dense,
    of_coalitions,
    of_parties,
    option_moves,
    ranks_of_pairs,
    ranks_of_statements,
    scores,
    settings,
    shortest,
    simultaneous,
    survival,
    unsaid,
)

seeds = st.integers(0, 2**32 - 1)


def random_conflict(seed, most_parties=4, most_states=8):
    rng = np.random.default_rng(seed)
    parties, states = int(rng.integers(2, most_parties + 1)), int(rng.integers(1, most_states + 1))
    moves = rng.random((parties, states, states)) < 0.3
    moves[:, np.arange(states), np.arange(states)] = False
    return rng, Conflict(moves, rng.integers(0, 5, (parties, states)))


def random_options(seed, infeasible=0.0):
    """Two or three parties with an option or two each; each combination is a state."""
    rng = np.random.default_rng(seed)
    owner = np.sort(np.concatenate([np.arange(3), rng.integers(0, 3, rng.integers(0, 2))]))
    every = (np.arange(2 ** len(owner))[:, None] >> np.arange(len(owner)) & 1).astype(bool)
    taken = every[rng.random(len(every)) >= infeasible]
    can_take = rng.random(len(owner)) < 0.8
    can_drop = ~can_take | (rng.random(len(owner)) < 0.8)
    moves = option_moves(taken, owner, can_take, can_drop, 3)
    return settings(taken, owner, 3), moves, np.arange(len(taken)), rng.integers(0, 6, (3, len(taken)))


def within(smaller, larger):
    return not (smaller & ~larger).any()


@under(max_examples=40)
@given(seeds)
def test_what_a_concept_contains_for_any_number_of_parties(seed):
    _, conflict = random_conflict(seed)
    found = of_coalitions(conflict, coalitions(len(conflict.moves)))
    assert within(found.nash, found.seq)
    assert within(found.seq, found.gmr)
    assert within(found.nash, found.smr)
    assert within(found.smr, found.gmr)


@given(seeds)
def test_what_simultaneous_stability_contains_and_is_contained_in(seed):
    setting, moves, state_of, rank = random_options(seed)
    at_once, found = simultaneous(setting, moves, state_of, rank), of_parties(Conflict(moves, rank))
    assert within(found.nash, at_once)
    assert within(at_once, found.gmr)  # every combination is feasible here


@given(seeds)
def test_nash_is_simultaneously_stable_with_infeasible_combinations_too(seed):
    setting, moves, state_of, rank = random_options(seed, infeasible=0.3)
    if len(state_of):
        found = of_parties(Conflict(moves, rank))
        assert within(found.nash, simultaneous(setting, moves, state_of, rank))


def test_a_simultaneous_sanction_may_lead_where_no_sequence_does():
    """Why SIM ⊆ GMR needs every combination: after A's gain (1, 0) B cannot move, as A stays; both at once make (1, 1, 1)."""
    taken = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]], bool)
    owner, yes = np.array([0, 1, 2]), np.ones(3, bool)
    moves = option_moves(taken, owner, yes, yes, 3)
    rank = np.array([[1, 2, 3, 3, 0], [0, 0, 1, 0, 0], [0, 0, 0, 1, 0]])
    at_once = simultaneous(settings(taken, owner, 3), moves, np.arange(5), rank)
    # others may go back to where A is worse off only through states that are infeasible: 0 → 1 has no sequential answer
    assert at_once[0, 0]
    assert not of_parties(Conflict(moves, rank)).gmr[0, 0]


def test_the_random_conflicts_tell_the_concepts_apart():
    """Else the laws above would say nothing."""
    apart = dict.fromkeys([(a, b) for a in CONCEPTS for b in CONCEPTS if a != b], 0)
    for seed in range(100):
        found = of_parties(random_conflict(seed)[1])
        for a, b in apart:
            apart[a, b] += int((getattr(found, a) & ~getattr(found, b)).any())
    contained = {("nash", "gmr"), ("nash", "smr"), ("nash", "seq"), ("smr", "gmr"), ("seq", "gmr")}
    assert {pair for pair, times in apart.items() if not times} == contained
    more = 0
    for seed in range(100):
        setting, moves, state_of, rank = random_options(seed)
        more += int(
            (simultaneous(setting, moves, state_of, rank) & ~of_parties(Conflict(moves, rank)).nash).any()
        )
    assert more > 20


@under(max_examples=40)
@given(seeds)
def test_new_names_for_states_and_parties_change_nothing(seed):
    rng, conflict = random_conflict(seed)
    party, state = (rng.permutation(n) for n in conflict.rank.shape)
    renamed = Conflict(conflict.moves[party][:, state][:, :, state], conflict.rank[party][:, state])
    before, after = of_parties(conflict), of_parties(renamed)
    for concept in CONCEPTS:
        assert np.array_equal(getattr(after, concept), getattr(before, concept)[party][:, state])
    start = int(rng.integers(len(state)))
    steps = shortest(conflict.moves, int(state[start])).steps
    assert np.array_equal(shortest(renamed.moves, start).steps, steps[state])


@under(max_examples=8)
@given(seeds)
def test_new_names_change_no_share_of_survival(seed):
    rng, conflict = random_conflict(seed, most_parties=3, most_states=5)
    party, state = (rng.permutation(n) for n in conflict.rank.shape)
    renamed = Conflict(conflict.moves[party][:, state][:, :, state], conflict.rank[party][:, state])
    before, after = survival(conflict, changes(conflict.rank)), survival(renamed, changes(renamed.rank))
    assert len(before.changes) == len(after.changes)
    assert np.array_equal(after.equilibrium.sum(axis=0), before.equilibrium.sum(axis=0)[:, state])


@under(max_examples=40)
@given(seeds)
def test_only_the_order_of_ranks_counts(seed):
    rng, conflict = random_conflict(seed)
    grown = np.sort(rng.choice(1000, 5, replace=False))[conflict.rank]
    before, after = of_parties(conflict), of_parties(Conflict(conflict.moves, grown))
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


@under(max_examples=40)
@given(seeds)
def test_who_cannot_leave_a_state_is_stable_there(seed):
    rng, conflict = random_conflict(seed)
    state = int(rng.integers(conflict.rank.shape[1]))
    conflict.moves[:, state] = False
    found = of_coalitions(conflict, coalitions(len(conflict.moves)))
    assert all(stable[:, state].all() for stable in found)


@under(max_examples=40)
@given(seeds)
def test_a_party_that_likes_all_states_alike_is_stable_everywhere(seed):
    _, conflict = random_conflict(seed)
    conflict.rank[0] = 7
    assert all(stable[0].all() for stable in of_parties(conflict))


@under(max_examples=8)
@given(seeds)
def test_nothing_that_is_given_is_changed(seed):
    _, conflict = random_conflict(seed, most_parties=3, most_states=4)
    moves, rank = conflict.moves.copy(), conflict.rank.copy()
    of_parties(conflict)
    survival(conflict, changes(conflict.rank))
    shortest(conflict.moves, 0)
    assert np.array_equal(moves, conflict.moves)
    assert np.array_equal(rank, conflict.rank)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=6))
def test_each_changed_order_differs_in_one_place_and_comes_once(values):
    rank = np.array([values])
    found = changes(rank)
    orders = {c.rank.tobytes() for c in found}
    assert len(orders) == len(found)
    assert dense(rank[0]).tobytes() not in orders
    if len(set(values)) == len(values):  # without ties: each of n − 1 neighbouring pairs swapped, or equal
        assert len(found) == 2 * (len(values) - 1)


@given(st.lists(st.integers(0, 5), min_size=2, max_size=6), seeds)
def test_an_order_told_by_pairs_comes_back(values, seed):
    rng = np.random.default_rng(seed)
    order = np.argsort(values)[::-1]
    said = [Above(int(a), int(b), bool(values[a] != values[b])) for a, b in pairwise(order)]
    rng.shuffle(said)
    said = [Above(*one) for one in said]
    assert contradiction(said, len(values)) is None
    assert unsaid(said, len(values)) is None
    assert np.array_equal(ranks_of_pairs(said, len(values)), dense(np.array(values)))
    first, last = int(order[0]), int(order[-1])
    if values[first] != values[last]:  # one statement more turns the order into a cycle
        found = contradiction([*said, Above(last, first, True)], len(values))
        assert found is not None
        place, cycle = found
        assert place == len(said)
        assert (cycle[0], cycle[-1]) == (last, last)


@pytest.mark.parametrize("statements", [1, 3, 70])
def test_a_statement_outweighs_all_that_follow_it_together(statements):
    """Also where the scores are too large for any machine integer."""
    true = np.zeros((statements, 2), bool)
    true[0, 0] = True
    true[1:, 1] = True
    high, low = scores(true)
    assert (high, low) == (2 ** (statements - 1), 2 ** (statements - 1) - 1)
    assert ranks_of_statements(true).tolist() == [1, 0]
