"""Conflicts whose stable states are published, or can be found by hand."""

from __future__ import annotations

import numpy as np
import pytest

from holdfast.bargaining.conflict import (
    CONCEPTS,
    Conflict,
    of_coalitions,
    of_parties,
    option_moves,
    parts,
    settings,
    shortest,
    simultaneous,
)


def conflict(arcs, rank):
    """From one list of arcs a party and one list of ranks a party; states are counted from 1."""
    rank = np.array(rank)
    moves = np.zeros((*rank.shape, rank.shape[1]), bool)
    for party, own in enumerate(arcs):
        for a, b in own:
            moves[party, a - 1, b - 1] = True
    return Conflict(moves, rank)


def equilibria(found):
    return {c: {int(s) + 1 for s in np.flatnonzero(getattr(found, c).all(axis=0))} for c in CONCEPTS}


ELMIRA = conflict(
    [
        [(1, 2), (3, 4), (5, 6), (7, 8)],
        [(1, 3), (2, 4), (5, 7), (6, 8), *((s, 9) for s in range(1, 9))],
        [p for s in range(1, 5) for p in ((s, s + 4), (s + 4, s))],
    ],
    [[4, 3, 8, 7, 5, 2, 9, 6, 1], [9, 2, 4, 8, 6, 1, 3, 7, 5], [6, 2, 8, 3, 7, 4, 9, 5, 1]],
)
"""Kilgour, Hipel & Fang's Elmira groundwater conflict: the Ministry of the Environment, Uniroyal, the local government."""


def improvements(conflict, who):
    made = parts(conflict, who)
    return made.own & made.better


def test_elmira():
    assert equilibria(of_parties(ELMIRA)) == {
        "nash": {5, 8, 9},
        "seq": {5, 8, 9},
        "gmr": {1, 4, 5, 8, 9},
        "smr": {1, 4, 5, 8, 9},
    }


def test_elmira_the_ministry_and_uniroyal_can_leave_5_for_8_which_both_prefer():
    """By hand: 5 → 6 → 8; they rank 8 above 5, as 6 above 5 and 7 above 6. The one answer, 8 → 4, leaves both better off than at 5."""
    better = improvements(ELMIRA, (0, 1))
    assert np.flatnonzero(better[4]).tolist() == [7]
    assert not any(stable[0, 4] for stable in of_coalitions(ELMIRA, [(0, 1)]))


def test_elmira_from_the_status_quo():
    """By hand: 8 differs from 1 in what all three parties do, 5 and 9 in what one does."""
    assert shortest(ELMIRA.moves, 0).steps.tolist() == [0, 1, 1, 2, 1, 2, 2, 3, 1]


TWO = np.array([[1, 1], [1, 0], [0, 1], [0, 0]], bool)  # CC, CD, DC, DD: who cooperates


def two_by_two(rank):
    """Both parties have one option that can be taken and dropped; also what is stable by SIM."""
    owner, yes = np.array([0, 1]), np.ones(2, bool)
    moves, rank = option_moves(TWO, owner, yes, yes, 2), np.array(rank)
    at_once = simultaneous(settings(TWO, owner, 2), moves, np.arange(4), rank)
    found = of_parties(Conflict(moves, rank))
    names = np.array(["CC", "CD", "DC", "DD"])
    said = {c: set(names[getattr(found, c).all(axis=0)]) for c in CONCEPTS}
    return {**said, "sim": set(names[at_once.all(axis=0)])}


def test_prisoners_dilemma():
    """By hand. From CC a defector is met by defection, at DD; it gains the other party too, and there is no way out but to be exploited."""
    both = {"CC", "DD"}
    assert two_by_two([[3, 1, 4, 2], [3, 4, 1, 2]]) == {
        "nash": {"DD"},
        "gmr": both,
        "smr": both,
        "seq": both,
        "sim": both,
    }


def test_chicken():
    """By hand. From CC who defects can be met by defection, at DD, but that is no gain; if both defect at once, both end there."""
    one, three = {"CD", "DC"}, {"CC", "CD", "DC"}
    assert two_by_two([[3, 2, 4, 1], [3, 4, 2, 1]]) == {
        "nash": one,
        "gmr": three,
        "smr": three,
        "seq": one,
        "sim": three,
    }


def test_the_victim_can_escape():
    """By hand: A's gain 1 → 2 is met by B's 2 → 3; from 3 A can go on to 4, better than 1, so 1 is GMR but not SMR stable for A."""
    found = of_parties(conflict([[(1, 2), (3, 4)], [(2, 3)]], [[2, 3, 1, 4], [1, 1, 2, 1]]))
    assert (found.gmr[0, 0], found.smr[0, 0], found.seq[0, 0]) == (True, False, True)


def test_nobody_moves_twice_in_succession():
    """By hand: B alone cannot go 2 → 3 → 4 in answer to A's 1 → 2; with C between them, 2 → 3 → 4 is a sanction."""
    alone = conflict([[(1, 2)], [(2, 3), (3, 4)]], [[2, 3, 3, 1], [1, 1, 2, 3]])
    between = conflict([[(1, 2)], [(2, 3)], [(3, 4)]], [[2, 3, 3, 1], [1, 1, 2, 3], [1, 1, 2, 3]])
    assert not of_parties(alone).gmr[0, 0]
    assert of_parties(between).seq[0, 0]


@pytest.mark.parametrize("concept", CONCEPTS)
def test_all_parties_together_leave_what_all_can_better(concept):
    """By hand: no one is left to answer the grand coalition, so that every improvement of all is free."""
    found = of_coalitions(conflict([[(1, 2)], [(2, 3)]], [[2, 1, 3], [2, 1, 3]]), [(0, 1)])
    assert getattr(found, concept)[0].tolist() == [False, False, True]
