"""The line of headings of KTAB's CSV: whether it says that the columns stand where KTAB reads them.

KTAB goes by the place of a column and passes over what its heading says [ktabsource]. Columns in another order would be read as something
else without a word, so here the headings have to agree. KTAB's own files have "Reform Position,Reform Salience" or "Pstn1,Sal1".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from holdfast.errors import Problem
from holdfast.scenario.ktab.actors import Cell, counted
from holdfast.scenario.ktab.limits import one_line

__all__ = ["FIXED", "absent_lines", "dimensions_of"]

FIXED = 3
"""Columns before those of the dimensions."""

_COLUMNS = ("Actor", "Description", "Influence")
_WORDS = {"actor": 0, "name": 0, "description": 1, "desc": 1, "influence": 2, "power": 2, "capability": 2}
_DIMENSION = re.compile(
    r"(?P<of>.*?)\s?(?P<word>position|salience|(?<!\S)(?:pstn|sal))\s?(?P<number>\d*)\Z", re.IGNORECASE
)
_PARTNER = {"position": "Salience", "pstn": "Sal", "salience": "Position", "sal": "Pstn"}
_POSITIONS = ("position", "pstn")
_BY_PLACE = "KTAB reads columns by their place, not by their heading"


class _Heading(NamedTuple):
    """A heading taken apart: `of` and `number` name the dimension, `word` is position or salience."""

    of: str
    word: str
    number: str

    @property
    def partner(self) -> str:
        """The heading of the other column of the dimension."""
        of = f"{self.of} " if self.of else ""
        return f"{of}{_PARTNER[self.word]}{self.number}"

    @property
    def dimension(self) -> tuple[str, str]:
        return self.of.casefold(), self.number


def absent_lines(first: list[Cell], second: list[Cell], file: str) -> Iterator[Problem]:
    """Find out whether the line of the scenario or that of the headings is missing: then another one stands in its place."""
    if first[0].text.casefold() == "actor":
        message = (
            "is a heading; the line of the scenario belongs before it. Write name, description, number of actors and number of "
            "dimensions there, with commas between."
        )
        yield Problem(first[0].line, first[0].column, "first line", first[0].text, message, file)
    elif len(second) >= FIXED and re.fullmatch(r"[+-]?\d*\.?\d+", second[2].text, re.ASCII):
        message = (
            "stands where the heading Influence belongs. The first line must be that of the scenario (name, description, number of "
            "actors, number of dimensions), the second that of the headings. Write the line that is missing."
        )
        cell = second[2]
        yield Problem(cell.line, cell.column, "line of headings", cell.text[:40], message, file)


def dimensions_of(heads: list[Cell], count: int, file: str, problems: list[Problem]) -> tuple[str, ...]:
    """Return the names of so many dimensions: the headings of positions, less that word; add what is wrong with the headings."""
    heads = [cell._replace(text=one_line(cell.text)) for cell in heads]
    problems += _misplaced(heads[:FIXED], file)
    wanted = FIXED + 2 * count
    if len(heads) != wanted:
        message = (
            f"has {counted(len(heads), 'heading')}; must have {wanted}: Actor, Description, Influence, and for each of "
            f"{counted(count, 'dimension')} its position and its salience. Add what is missing, or correct the number of dimensions in "
            "the first line."
        )
        problems.append(Problem(heads[0].line, heads[0].column, "", None, message, file))
        return ()
    names: list[str] = []
    for position, salience in zip(heads[FIXED::2], heads[FIXED + 1 :: 2], strict=True):
        name = _name(position.text)
        if name.casefold() in {other.casefold() for other in names}:
            message = "must name a dimension, each by a name of its own."
            problems.append(Problem(position.line, position.column, "heading", name, message, file))
        else:
            problems += _pair(position, salience, file)
        names.append(name)
    return tuple(names)


def _misplaced(heads: list[Cell], file: str) -> Iterator[Problem]:
    """Find headings of the first columns that belong to another one; words in other languages pass."""
    for place, cell in enumerate(heads):
        if _WORDS.get(cell.text.casefold(), place) != place or _taken_apart(cell.text):
            message = (
                f"must be {_COLUMNS[place]}: {_BY_PLACE}. Put the columns in the order {', '.join(_COLUMNS)}."
            )
            yield Problem(cell.line, cell.column, "heading", cell.text, message, file)


def _pair(position: Cell, salience: Cell, file: str) -> Iterator[Problem]:
    """Find what is wrong with the headings of one dimension."""
    first, second = _taken_apart(position.text), _taken_apart(salience.text)
    if first is None or first.word not in _POSITIONS:
        wanted = first.partner if first else f"{position.text} Position".strip()
        message = (
            f"must be that of a position, such as {wanted}, with that of its salience after it: {_BY_PLACE}. "
        )
        message += (
            "Move each position before its salience, numbers and heading." if first else f"Write {wanted}."
        )
        yield Problem(position.line, position.column, "heading", position.text or None, message, file)
    elif second is None or second.word in _POSITIONS or second.dimension != first.dimension:
        message = (
            f"must be {first.partner}, since {position.text} stands before it: {_BY_PLACE}. Put the position and the salience of a "
            "dimension side by side, or correct the heading."
        )
        yield Problem(salience.line, salience.column, "heading", salience.text or None, message, file)


def _taken_apart(text: str) -> _Heading | None:
    found = _DIMENSION.match(" ".join(text.split()))
    return _Heading(found["of"], found["word"].casefold(), found["number"]) if found else None


def _name(heading: str) -> str:
    """Return the name of a dimension: what stands before "Position", or all of it where nothing does."""
    word = "position"
    return (heading[: -len(word)].rstrip() if heading.casefold().endswith(word) else heading) or heading
