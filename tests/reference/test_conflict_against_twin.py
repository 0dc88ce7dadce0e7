"""The matrix method gives what a plain search gives, on random conflicts of up to five parties and twelve states."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from holdfast.bargaining.conflict import (
    CONCEPTS,
    Conflict,
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
