"""The matrix method gives what a plain search gives, on random conflicts of up to five parties and twelve states."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from holdfast.bargaining.conflict import (
    CONCEPTS,
    Conflict,
    apart,
    changes,
    coalitions,
    merged,
    of_coalition,
    of_parties,
    option_moves,
    parts,
    prefers,
    settings,
    shortest,
    simultaneous,
    survival,
)
from tests.reference.conflict_twin import OptionTwin, Twin


def random_conflict(rng, parties, states):
    """Arcs that mostly have no way back, some that do, and ranks with ties."""
    moves = rng.random((parties, states, states)) < rng.choice([0.08, 0.2, 0.4])
    both = rng.random((parties, states, states)) < 0.1
    moves |= both | both.transpose(0, 2, 1)
    moves[:, np.arange(states), np.arange(states)] = False
    rank = rng.integers(0, rng.choice([2, 4, states]) + 1, (parties, states))
    return Conflict(moves, rank)


def twin_of(conflict):
    arcs = [{(int(a), int(b)) for a, b in np.argwhere(own)} for own in conflict.moves]
    return Twin(arcs, conflict.rank.tolist(), conflict.rank.shape[1])


@pytest.mark.parametrize("seed", range(60))
def test_every_concept_for_every_coalition(seed):
    rng = np.random.default_rng(seed)
    parties, states = int(rng.integers(2, 6)), int(rng.integers(2, 13))
    conflict = random_conflict(rng, parties, states)
    twin = twin_of(conflict)
    for who in coalitions(parties):
        found = of_coalition(conflict, who)
        for concept in CONCEPTS:
            expected = [twin.stable(who, s, concept) for s in range(states)]
            assert getattr(found, concept).tolist() == expected, (who, concept)
        made = parts(conflict, who)
        better = made.own & made.better
        assert [np.flatnonzero(row).tolist() for row in better] == [
            sorted(twin.improvements(who, s)) for s in range(states)
        ]


@pytest.mark.parametrize("seed", range(40))
def test_the_shortest_way_from_the_status_quo(seed):
    rng = np.random.default_rng(seed)
    conflict = random_conflict(rng, int(rng.integers(2, 6)), int(rng.integers(2, 13)))
    twin = twin_of(conflict)
    start = int(rng.integers(conflict.rank.shape[1]))
    for improving in (False, True):
        moves = conflict.moves & prefers(conflict.rank) if improving else conflict.moves
        found = shortest(moves, start)
        assert [None if n < 0 else n for n in found.steps.tolist()] == twin.distance(start, improving)
        for state in np.flatnonzero(found.steps > 0):
            way = found.sequence(int(state))
            assert len(way) == found.steps[state]
            origins = [start, *(end for _, end in way)]
            assert all(moves[i, a, b] for a, (i, b) in zip(origins, way, strict=False))
            assert way[-1][1] == state


@pytest.mark.parametrize("seed", range(30))
def test_of_the_shortest_ways_one_with_the_fewest_moves_against_interest(seed):
    rng = np.random.default_rng(seed)
    conflict = random_conflict(rng, int(rng.integers(2, 4)), int(rng.integers(3, 7)))
    twin = twin_of(conflict)
    gains = conflict.moves & prefers(conflict.rank)
    found = shortest(conflict.moves, 0, gains)
    for state in np.flatnonzero(found.steps > 0):
        way = found.sequence(int(state))
        origins = [0, *(end for _, end in way)]
        losses = sum(not gains[i, a, b] for a, (i, b) in zip(origins, way, strict=False))
        every = twin.ways(0, int(state), int(found.steps[state]))
        assert losses == min(every)
        assert found.ways[state] == every.count(losses)


def random_options(rng):
    """Up to three parties and five options, some that cannot be undone, some combinations infeasible, some the same state."""
    parties = int(rng.integers(2, 4))
    options = int(rng.integers(parties, 6))
    owner = np.concatenate([np.arange(parties), rng.integers(0, parties, options - parties)])
    can_take = rng.random(options) < 0.85
    can_drop = ~can_take | (rng.random(options) < 0.75)
    every = [c for c in product((False, True), repeat=options) if rng.random() < 0.85]
    every = every or [(False,) * options]
    state_of = np.arange(len(every))
    if len(every) > 3 and rng.random() < 0.5:
        state_of[-1] = state_of[-2]
    states = int(state_of.max()) + 1
    rank = rng.integers(0, rng.choice([2, 5, 12]), (parties, states))
    return owner, can_take, can_drop, every, state_of, states, rank


@pytest.mark.parametrize("seed", range(120))
def test_moves_from_options_and_simultaneous_stability(seed):
    owner, can_take, can_drop, every, state_of, states, rank = random_options(np.random.default_rng(seed))
    parties, taken = len(rank), np.array(every, bool)
    moves = option_moves(taken, owner, can_take, can_drop, parties)
    state = dict(zip(every, map(int, state_of), strict=True))
    twin = OptionTwin(owner, can_take, can_drop, state, rank.tolist(), states)
    arcs = [{(int(a), int(b)) for a, b in np.argwhere(own)} for own in merged(moves, state_of, states)]
    assert arcs == twin.arcs()
    found = simultaneous(settings(taken, owner, parties), moves, state_of, rank)
    assert found.tolist() == [
        [twin.simultaneously_stable(i, s) for s in range(states)] for i in range(parties)
    ]


def combined(rng):
    """Combinations of three parties' options, with states that leave out the last option, or any two combinations together."""
    owner = np.array([0, 1, 2, int(rng.integers(3)), int(rng.integers(3))])
    one_way = rng.random(5) < 0.3
    every = np.array([c for c in product((False, True), repeat=4) if rng.random() < 0.8], bool).reshape(-1, 4)
    taken = np.repeat(every, 2, axis=0)
    taken = np.column_stack([taken, np.tile([False, True], len(every))])
    state_of = np.repeat(np.arange(len(every)), 2)
    if len(every) > 1 and rng.random() < 0.3:
        state_of = np.minimum(state_of, len(every) - 2)
    return taken, option_moves(taken, owner, np.ones(5, bool), ~one_way, 3), state_of


@pytest.mark.parametrize("seed", range(40))
def test_states_of_several_combinations_lead_where_these_do(seed):
    """Where `apart` finds nothing: with sequences over combinations, moves within a state among them. Else some differ."""
    rng = np.random.default_rng(seed)
    taken, moves, state_of = combined(rng)
    states = int(state_of.max(initial=-1)) + 1
    between = merged(moves, state_of, states)
    one_step = [
        [{int(state_of[q]) for q in np.flatnonzero(own[p])} - {int(state_of[p])} for p in range(len(taken))]
        for own in moves
    ]
    torn = {
        int(state_of[p])
        for p in range(len(taken))
        for q in range(len(taken))
        if state_of[p] == state_of[q] and any(own[p] != own[q] for own in one_step)
    }
    assert {found.state for found in apart(moves, state_of, states)} == torn
    for found in apart(moves, state_of, states):
        assert state_of[found.first] == state_of[found.second] == found.state
        assert set(found.first_to) == one_step[found.party][found.first]
        assert set(found.second_to) == one_step[found.party][found.second]
        assert set(found.first_to) != set(found.second_to)
    if torn:
        return
    rank = rng.integers(0, 4, (3, states))
    fine = Twin(
        [{(int(a), int(b)) for a, b in np.argwhere(own)} for own in moves],
        rank[:, state_of].tolist(),
        len(taken),
    )
    coarse = twin_of(Conflict(between, rank))
    for who in coalitions(3):
        for p in range(0, len(taken), 3):
            for improving in (False, True):
                ends = {int(state_of[q]) for q in fine.reached(who, p, improving)}
                own = int(state_of[p])
                assert ends - {own} == coarse.reached(who, own, improving) - {own}


def test_the_random_states_of_several_combinations_are_of_both_kinds():
    torn = [
        bool(apart(m, s, int(s.max(initial=-1)) + 1))
        for _, m, s in (combined(np.random.default_rng(n)) for n in range(40))
    ]
    assert 5 < sum(torn) < 35


@pytest.mark.parametrize("seed", range(12))
def test_sensitivity_is_the_analysis_done_again(seed):
    """Each row of the survival table is what the parties' stability gives for the changed ranks, worked out afresh by search."""
    rng = np.random.default_rng(seed)
    conflict = random_conflict(rng, int(rng.integers(2, 4)), int(rng.integers(2, 6)))
    found = survival(conflict, changes(conflict.rank))
    for change, row in zip(found.changes, found.equilibrium, strict=True):
        rank = conflict.rank.copy()
        rank[change.party] = change.rank
        again = of_parties(Conflict(conflict.moves, rank))
        twin = twin_of(Conflict(conflict.moves, rank))
        for concept, names in zip(CONCEPTS, row, strict=True):
            assert names.tolist() == getattr(again, concept).all(axis=0).tolist()
            assert names.tolist() == [
                all(twin.stable([i], s, concept) for i in twin.parties) for s in twin.states
            ]
