"""What a KTAB file says, and what may stand in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from holdfast.errors import Problem
from holdfast.scenario.reading import MAX_ENTRIES, counted

__all__ = [
    "Actor",
    "Actors",
    "Cell",
    "cleaned",
    "faults_of",
    "names_of",
    "number",
    "plain",
    "some",
    "sums_of",
]

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?\Z", re.ASCII)
_MOST_INFLUENCE = Decimal("1e8")


class Cell(NamedTuple):
    """A piece of text and where it stands, counted from 1."""

    text: str
    line: int
    column: int


class Actor(NamedTuple):
    """One actor: numbers as KTAB has them, positions from 0 to 100, saliences in per cent."""

    name: str
    description: str
    influence: Decimal
    positions: tuple[Decimal, ...]
    salience: tuple[Decimal, ...]


class Actors(NamedTuple):
    """A whole file."""

    title: str
    description: str
    dimensions: tuple[str, ...]
    actors: tuple[Actor, ...]
    ignored: tuple[str, ...] = ()
    """What stood in the file and has no place here, in words."""


def plain(number: Decimal) -> str:
    """Return a number's digits without zeros at the end and without an exponent.

    Examples
    --------
    >>> plain(Decimal("44.700")), plain(Decimal("1E+2"))
    ('44.7', '100')
    """
    text = format(number.normalize(), "f")
    return "0" if text == "-0" else text


def some(items: Sequence[str], most: int = 5) -> str:
    """Return the first of some things in words, and how many more there are.

    Examples
    --------
    >>> some(["A", "B"]), some("ABCD", 3)
    ('A, B', 'A, B, C and 1 more')
    """
    more = f" and {len(items) - most:,} more" if len(items) > most else ""
    return ", ".join(items[:most]) + more


def cleaned(cell: Cell, what: str, file: str, problems: list[Problem]) -> Cell:
    """Return a cell without control characters, which no file of positions may hold; say so where there were any."""
    if cell.text.isprintable():
        return cell
    kept = "".join(c for c in cell.text if unicodedata.category(c) != "Cc" or c in "\n\t")
    if kept != cell.text:
        message = "holds control characters, which a terminal would act on. Take them out."
        problems.append(Problem(cell.line, cell.column, what, None, message, file))
    return cell._replace(text=kept.strip())


def number(cell: Cell, what: str, file: str, low: int, high: int | None) -> Decimal | Problem:
    """Return the number in a cell, or what is wrong with it."""
    text = cell.text.strip()

    def wrong(message: str) -> Problem:
        return Problem(cell.line, cell.column, what, text[:40] if text else None, message, file)

    span = f"from {low} to {high}" if high is not None else "0 or more"
    if not text:
        return wrong(f"is empty. Write a number {span}.")
    if not _NUMBER.match(text):
        hint = " Write a point for a decimal comma." if re.fullmatch(r"\d+,\d+", text) else ""
        return wrong(f"must be a number {span}, in plain digits.{hint}")
    value = Decimal(text)
    if high is None and value > _MOST_INFLUENCE:
        return wrong("is above what KTAB takes, 100000000. Use a larger unit.")
    if value < low or (high is not None and value > high):
        return wrong(f"must be {span}.")
    return value


def names_of(named: Iterable[tuple[Cell, str]], file: str) -> Iterator[Problem]:
    """Yield what is wrong with the names of actors, whose numbers may be wrong too."""
    seen: dict[str, int] = {}
    for cell, name in named:
        if not name:
            yield Problem(cell.line, cell.column, "actor", None, "has no name. Write a short one.", file)
        elif name in seen:
            message = f"is the name of the actor in line {seen[name]} too. Give each actor a name of its own."
            yield Problem(cell.line, cell.column, "actor", name, message, file)
        seen.setdefault(name, cell.line)


def sums_of(actors: Iterable[tuple[Cell, Actor]], file: str) -> Iterator[Problem]:
    """Yield whose saliences sum to more than all the attention that an actor has."""
    for cell, actor in actors:
        total = sum(actor.salience, start=Decimal(0))
        if total > 100:
            message = "is more than 100, all the attention that an actor has. Lower its saliences until they sum to at most 100."
            yield Problem(
                cell.line, cell.column, f"{actor.name}: sum of saliences", plain(total), message, file
            )


def faults_of(actors: list[tuple[Cell, Actor]], dimensions: tuple[str, ...], file: str) -> Iterator[Problem]:
    """Yield what is wrong with a file as a whole, all of whose actors are known: how many there are, and what nobody has any of."""
    if len(actors) < 2:
        alone = "; one by itself does not bargain" if actors else ""
        message = f"has {counted(len(actors), 'actor')}{alone}. Write two or more."
        yield Problem(0, 0, "", None, message.replace("has 0", "has no"), file)
        return
    if len(actors) > MAX_ENTRIES:
        message = f"has {len(actors):,} actors; a file of positions takes {MAX_ENTRIES:,}. Leave some out, or put some together."
        yield Problem(0, 0, "", None, message, file)
    yield from _weightless([actor for _, actor in actors], dimensions, actors[0][0], file)


def _weightless(
    actors: list[Actor], dimensions: tuple[str, ...], first: Cell, file: str
) -> Iterator[Problem]:
    """Find what is 0 for every actor, so that nobody's position counts, which bargaining refuses."""
    if not any(actor.influence for actor in actors):
        message = "is 0 for every actor, and then no position counts. Give one of them an influence above 0."
        yield Problem(first.line, first.column, "influence", None, message, file)
    weighty = [actor for actor in actors if actor.influence]
    bargaining = [actor.name for actor in weighty if any(actor.salience)]
    if len(bargaining) == 1:
        message = f"is above 0 together with a salience for {bargaining[0]} only, and a bargain takes two. Give another actor both."
        yield Problem(first.line, first.column, "influence", None, message, file)
    for place, dimension in enumerate(dimensions):
        if not any(actor.salience[place] for actor in actors):
            message = "is 0 for every actor, and then no position counts. Give one of them a salience above 0, or leave the dimension out."
            yield Problem(first.line, first.column, f"salience of {dimension}", None, message, file)
        elif weighty and not any(actor.salience[place] for actor in weighty):
            caring = [actor.name for actor in actors if actor.salience[place]]
            message = (
                f"is 0 for every actor with an influence above 0, and {some(caring)}, for whom it is not, "
                f"{'has' if len(caring) == 1 else 'have'} none; then no position counts. Give one actor both above 0, or leave the "
                "dimension out."
            )
            yield Problem(first.line, first.column, f"salience of {dimension}", None, message, file)
