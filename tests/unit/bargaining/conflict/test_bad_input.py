"""What the library refuses, and what it says of it."""

from __future__ import annotations

import re

import numpy as np
import pytest

from holdfast.bargaining.conflict import Above, Conflict, check, parse, ranks_of_pairs
from holdfast.errors import InputError

NO_MOVES = np.zeros((2, 3, 3), bool)
LOOP = NO_MOVES.copy()
LOOP[1, 2, 2] = True


@pytest.mark.parametrize(
    ("moves", "rank", "told"),
    [
        (NO_MOVES[:1], np.zeros((1, 3), int), "moves: has 1 party; a conflict needs two or more."),
        (NO_MOVES[:, :0, :0], np.zeros((2, 0), int), "moves: has no state. Give at least one."),
        (NO_MOVES, np.zeros((2, 4), int), "moves has shape (2, 3, 3) and rank (2, 4); must be"),
        (LOOP, np.zeros((2, 3), int), "moves[1, 2, 2]: leads from a state to itself; must be False."),
    ],
)
def test_a_conflict_without_meaning(moves, rank, told):
    with pytest.raises(InputError, match=re.escape(told)):
        check(Conflict(moves, rank))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "ends where an option should stand."),
        ("a and", 'ends where an option should follow "and".'),
        ("a b", 'has "b" where one of and, or, if, iff, or the end should stand.'),
        ("a if b iff a", 'has "iff" where one of and, or, if, iff, or the end should stand. Put parentheses'),
        ("c", 'has "c", which is no option.'),
        ("a AND b", 'has "AND" where one of and, or, if, iff, or the end should stand. Write and.'),
        ("a & b", 'has "&" where one of and, or, if, iff, or the end should stand. Write and.'),
        ("a || b", 'has "||" where one of and, or, if, iff, or the end should stand. Write or.'),
        ("a -> b", 'has "->" where one of and, or, if, iff, or the end should stand. Write b if a.'),
        ("a->b", 'has "->" where one of and, or, if, iff, or the end should stand. Write b if a.'),
        ("a => b", 'has "=>" where one of and, or, if, iff, or the end should stand. Write b if a.'),
        ("a <-> b", 'has "<->" where one of and, or, if, iff, or the end should stand. Write iff.'),
        ("a <- b", 'has "<-" where one of and, or, if, iff, or the end should stand. Write a if b.'),
        ("a && b", 'has "&&" where one of and, or, if, iff, or the end should stand. Write and.'),
        ("a xor b", 'has "xor" where one of and, or, if, iff, or the end should stand. Write not (a iff b).'),
        ("a = b", 'has "=" where one of and, or, if, iff, or the end should stand. Write iff.'),
        ("!a", 'has "!", which is no option. Write not.'),
        ("Not a", 'has "Not", which is no option. Write not.'),
        ("and a", 'has "and", which is no option but a word of the grammar.'),
        ("(a or b", 'has "(" without ")". Close it.'),
        ("a)", 'has ")" where one of'),
        ("a & b", 'has "&" where one of'),
        ("()", 'has ")", which is no option but a word of the grammar.'),
    ],
)
def test_text_that_is_no_statement(text, told):
    with pytest.raises(InputError, match=re.escape(told)):
        parse(text, {"a", "b"})


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ([(0, 1, True), (1, 0, True)], "said[1]: closes a cycle of states, 1 over 0 over 1."),
        ([(0, 1, True), (1, 0, False)], "said[1]: closes a cycle of states"),
        ([(0, 1, True), (0, 1, False)], "said[1]: closes a cycle of states"),
        ([(0, 0, True)], "said[0]: closes a cycle of states, 0 over 0."),
        ([(0, 1, True)], "said: leaves open whether state 0 is better than state 2."),
    ],
)
def test_pairs_that_are_no_order(said, told):
    with pytest.raises(InputError, match=re.escape(told)):
        ranks_of_pairs([Above(*one) for one in said], 3)


@pytest.mark.parametrize(
    ("text", "true"),
    [
        ("not a and b", [False, True, False, False]),
        ("not (a and b)", [True, True, True, False]),
        ("a or a and b", [False, False, True, True]),
        ("a if b", [True, False, True, True]),
        ("a iff b", [True, False, False, True]),
        ("not not a", [False, False, True, True]),
        ("a or b if b", [True, True, True, True]),
    ],
)
def test_what_a_statement_says(text, true):
    """At neither, b, a, both: by hand."""
    from holdfast.bargaining.conflict import truth

    taken = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], bool)
    assert truth(parse(text, {"a", "b"}), taken, {"a": 0, "b": 1}).tolist() == true
