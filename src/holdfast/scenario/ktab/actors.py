"""What a KTAB file says, and what may stand in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from holdfast.errors import Problem
from holdfast.scenario.reading import counted

__all__ = ["FEWEST", "MOST", "Actor", "Actors", "Cell", "faults_of", "number", "plain"]

FEWEST, MOST = 3, 250
"""Actors that KTAB takes."""

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


def faults_of(actors: list[tuple[Cell, Actor]], file: str) -> Iterator[Problem]:
    """Yield what is wrong between the fields of a file: names, numbers of actors, sums of saliences."""
    seen: dict[str, int] = {}
    for cell, actor in actors:
        if not actor.name:
            yield Problem(cell.line, cell.column, "actor", None, "has no name. Write a short one.", file)
        elif actor.name in seen:
            message = (
                f"is the name of the actor in line {seen[actor.name]} too. Give each actor a name of its own."
            )
            yield Problem(cell.line, cell.column, "actor", actor.name, message, file)
        seen.setdefault(actor.name, cell.line)
        total = sum(actor.salience, start=Decimal(0))
        if total > 100:
            message = "is more than 100, all the attention that an actor has. Lower its saliences until they sum to at most 100."
            yield Problem(
                cell.line, cell.column, f"{actor.name}: sum of saliences", plain(total), message, file
            )
    if len(actors) < 2:
        message = f"has {counted(len(actors), 'actor')}; one by itself does not bargain. Write two or more."
        yield Problem(0, 0, "", None, message, file)
