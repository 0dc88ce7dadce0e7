r"""Preferences by prioritised statements: what a party wants to be true of a state, the most important first.

With q statements Ω_1 … Ω_q in order of priority, a state scores

  Ψ(s) = Σ_j 2^(q − j) [Ω_j is true at s]

and is preferred to all states that score less: one statement outweighs all that come after it together. A statement is an option's id,
or statements joined by not, and, or, if, iff and parentheses. "a if b" is false only where b is true and a is not; "a iff b" is true where
both are or neither is. `not` binds most tightly, then `and`, `or`, and last `if` and `iff`, which do not chain.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int

from holdfast.bargaining.conflict.graph import Array
from holdfast.errors import InputError

__all__ = ["WORDS", "Statement", "parse", "ranks_of_statements", "scores", "truth"]

WORDS = ("not", "and", "or", "if", "iff")
"""What cannot be the id of an option."""

_TOKEN = re.compile(r"\s*([()]|<?-{1,2}>|<-{1,2}|<?={1,2}>|&&|\|\||==|(?:\w|-(?!-?>))+|\S)")
"""Arrows and doubled signs of other notations are one word each, so that they are told what to write."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement, parsed: an option's id, or one of `WORDS` over the statements that it joins."""

    word: str
    parts: tuple[Statement, ...] = ()


def parse(text: str, options: Collection[str]) -> Statement:
    """Return the statement that a text says.

    Parameters
    ----------
    text
        Such as "not fight and (monitors or troops)".
    options
        Ids that it may name.

    Raises
    ------
    InputError
        Where the text is no statement, or names an option that there is not.

    Examples
    --------
    >>> parse("not a or b", {"a", "b"})
    Statement(word='or', parts=(Statement(word='not', parts=(Statement(word='a', parts=()),)), Statement(word='b', parts=())))
    >>> parse("a AND b", {"a", "b"})
    Traceback (most recent call last):
    holdfast.errors.InputError: has "AND" where one of and, or, if, iff, or the end should stand. Write and.
    >>> parse("a or", {"a"})
    Traceback (most recent call last):
    holdfast.errors.InputError: ends where an option should follow "or".
    """
    reader = _Reader(_TOKEN.findall(text), options)
    found = reader.conditional()
    if reader.left:
        word = reader.left[0]
        hint = " Put parentheses around one of the two." if word in ("if", "iff") else _instead(word)
        raise InputError(f'has "{word}" where one of and, or, if, iff, or the end should stand.{hint}')
    return found


class _Reader:
    """Reads tokens from the left, one rule a method."""

    def __init__(self, tokens: list[str], options: Collection[str]) -> None:
        self.left = tokens
        self.options = options
        self.before = ""

    def take(self) -> str:
        self.before = self.left.pop(0)
        return self.before

    def conditional(self) -> Statement:
        first = self.joined("or")
        if self.left and self.left[0] in ("if", "iff"):
            return Statement(self.take(), (first, self.joined("or")))
        return first

    def joined(self, word: str) -> Statement:
        inner = (lambda: self.joined("and")) if word == "or" else self.negated
        parts = [inner()]
        while self.left and self.left[0] == word:
            self.take()
            parts.append(inner())
        return Statement(word, tuple(parts)) if len(parts) > 1 else parts[0]

    def negated(self) -> Statement:
        # counted, not recursed into: a hostile line may say "not" thousands of times
        times = 0
        while self.left and self.left[0] == "not":
            self.take()
            times += 1
        found = self.atom()
        return Statement("not", (found,)) if times % 2 else found

    def atom(self) -> Statement:
        if not self.left:
            after = f' should follow "{self.before}"' if self.before else " should stand"
            raise InputError(f"ends where an option{after}.")
        word = self.take()
        if word == "(":
            if self.left.count("(") > _DEEPEST:
                raise InputError(f"has more than {_DEEPEST} parentheses. Write it in several statements.")
            found = self.conditional()
            if not self.left or self.take() != ")":
                raise InputError('has "(" without ")". Close it.')
            return found
        if word not in self.options:
            kind = "no option" if word not in (*WORDS, ")") else "no option but a word of the grammar"
            raise InputError(f'has "{word}", which is {kind}.{_instead(word)}')
        return Statement(word)


_DEEPEST = 30
_INSTEAD = {
    **dict.fromkeys(("&", "&&", "∧"), "and"),
    **dict.fromkeys(("|", "||", "∨"), "or"),
    **dict.fromkeys(("!", "~", "¬"), "not"),
    **dict.fromkeys(("=", "==", "<->", "<-->", "<=>", "<==>", "↔", "⇔"), "iff"),
    **dict.fromkeys(("xor", "^", "⊕"), "not (a iff b)"),
    **dict.fromkeys(("implies", "->", "-->", "=>", "==>", "→", "⇒"), "b if a"),
    **dict.fromkeys(("<-", "<--", "←", "⇐"), "a if b"),
}
"""What to write for what other notations have."""


def _instead(word: str) -> str:
    """Say what to write for a sign or a word of other notations; nothing for any other word."""
    meant = word.lower() if word.lower() in WORDS and word not in WORDS else _INSTEAD.get(word.lower())
    return f" Write {meant}." if meant else ""


def truth(
    statement: Statement, taken: Bool[Array, "states options"], place: Mapping[str, int]
) -> Bool[Array, " states"]:
    """Return at which states a statement is true.

    Parameters
    ----------
    statement
        From `parse`.
    taken
        Which options are taken at each state.
    place
        The column of each option.

    Examples
    --------
    >>> taken = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], bool)
    >>> truth(parse("a if b", {"a", "b"}), taken, {"a": 0, "b": 1}).tolist()
    [True, False, True, True]
    """
    if not statement.parts:
        return taken[:, place[statement.word]]
    parts = [truth(part, taken, place) for part in statement.parts]
    match statement.word:
        case "not":
            return ~parts[0]
        case "and":
            return np.logical_and.reduce(parts)
        case "or":
            return np.logical_or.reduce(parts)
        case "if":
            return parts[0] | ~parts[1]
        case _:
            return parts[0] == parts[1]


def scores(true: Bool[Array, "statements states"]) -> list[int]:
    """Return Ψ(s) for each state, as exact integers however many statements there are.

    Parameters
    ----------
    true
        Which statements are true at which state; the most important first.

    References
    ----------
    fraser1988, peng1997.

    Examples
    --------
    >>> scores(np.array([[True, False, False], [False, True, False], [True, True, False]]))
    [5, 3, 0]
    """
    found = [0] * true.shape[1]
    for row in true:
        found = [2 * score + int(holds) for score, holds in zip(found, row, strict=True)]
    return found


def ranks_of_statements(true: Bool[Array, "statements states"]) -> Int[Array, " states"]:
    """Return the ranks, from 0 for the worst, that the scores give; states that score alike tie.

    Examples
    --------
    >>> ranks_of_statements(np.array([[True, False, True], [False, True, False]])).tolist()
    [1, 0, 1]
    """
    found = scores(true)
    order = {score: rank for rank, score in enumerate(sorted(set(found)))}
    return np.array([order[score] for score in found], np.int64)
