"""From a KTAB file to a file of positions."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal

from holdfast.errors import ScenarioError
from holdfast.scenario._load import read_positions
from holdfast.scenario.ktab.actors import Actors, plain, some
from holdfast.scenario.ktab.ids import ids_of
from holdfast.scenario.ktab.limits import FEWEST, MOST, NAME, cut, fits

__all__ = ["import_notes", "position_file"]

_SCALE = Decimal(100)

_ISSUE_ID = 70
"""Longest id of an issue, in bytes: a file takes 80 signs, and a name this long is readable no more."""

_UNKNOWN = "not told in the file"


def position_file(actors: Actors, name: str, as_of: dt.date) -> str:
    """Return the text of a file of positions: KTAB's 0–100 as 0–1, saliences in per cent as shares, influence as it is.

    A dimension whose name cannot be an id stands as the description of its issue, from which `actors_of` takes it back.

    Parameters
    ----------
    actors
        What the KTAB file says.
    name
        What it is called, for the entry under `sources`.
    as_of
        The day whose state of affairs it describes, which KTAB's files do not say.

    Raises
    ------
    ScenarioError
        Where loading the text would find something wrong with it.

    Examples
    --------
    >>> from holdfast.scenario.ktab import Actor, Actors
    >>> d = Decimal
    >>> a, b = (Actor(name, "", d(5), (d("44.7"),), (d(60),)) for name in "AB")
    >>> print(position_file(Actors("T", "", ("tax",), (a, b)), "t.csv", dt.date(2020, 1, 2)).split("B:")[1])
    <BLANKLINE>
        name: "B"
        influence: 5
        positions: {tax: 0.447}
        salience: {tax: 0.6}
    <BLANKLINE>
    """
    text = _text_of(actors, name, as_of)
    try:
        read_positions(text.encode(), name)
    except ScenarioError as error:
        # the lines are those of a file that nobody has: the paths of the fields tell what is meant
        told = [replace(p, line=0, column=0, file=f"{name}, as a file of positions") for p in error.problems]
        raise ScenarioError(told) from None
    return text


def import_notes(actors: Actors) -> tuple[str, ...]:
    """Return what an import leaves out or changes, and what will not go back, a sentence each."""
    said = [f"Left out: {what}." for what in actors.ignored]
    for section, names, ids in (
        ("issues", actors.dimensions, _issue_ids(actors)),
        ("parties", [actor.name for actor in actors.actors], _party_ids(actors)),
    ):
        other = [
            f"{section}.{id_} for {cut(name, 40, '…')}"
            for name, id_ in zip(names, ids, strict=True)
            if id_ != name
        ]
        if other:
            said.append(f"Ids that differ from the name, which stays: {some(other)}.")
    count = len(actors.actors)
    if not FEWEST <= count <= MOST:
        said.append(
            f"KTAB takes {FEWEST} to {MOST} actors, and here are {count:,}: holdfast export will not take them back."
        )
    long = [id_ for id_, a in zip(_party_ids(actors), actors.actors, strict=True) if not fits(a.name, NAME)]
    if long:
        said.append(
            f"KTAB takes {NAME} bytes of an actor's name; holdfast export will write the id for longer ones: {some(long)}."
        )
    return tuple(said)


def _issue_ids(actors: Actors) -> list[str]:
    return ids_of(actors.dimensions, _ISSUE_ID)


def _party_ids(actors: Actors) -> list[str]:
    """Return ids that KTAB would take as names."""
    return ids_of([actor.name for actor in actors.actors], NAME)


def _text_of(actors: Actors, name: str, as_of: dt.date) -> str:
    issues, parties = _issue_ids(actors), _party_ids(actors)
    lines = ["holdfast: 1", f"title: {_text(actors.title or name)}", f"as_of: {as_of.isoformat()}"]
    if actors.description:
        lines.append(f"description: {_text(actors.description)}")
    lines += [
        "sources:",
        "  ktab-file:",
        f"    publisher: {_text(_UNKNOWN)}",
        f"    title: {_text(name)}",
        f"    date: {_text(_UNKNOWN)}",
        '    says: "All positions, saliences and influence of this file, which was imported from it; not whom they rest on."',
        "issues:",
    ]
    for issue, dimension in zip(issues, actors.dimensions, strict=True):
        lines += [
            f"  {issue}:",
            f"    low: {_text(f'0 on the scale of {dimension}')}",
            f"    high: {_text(f'100 on the scale of {dimension}')}",
        ]
        if issue != dimension:
            lines.append(f"    description: {_text(dimension)}")
    lines.append("parties:")
    for party, actor in zip(parties, actors.actors, strict=True):
        lines += [f"  {party}:", f"    name: {_text(actor.name)}"]
        if actor.description:
            lines.append(f"    description: {_text(actor.description)}")
        lines += [
            f"    influence: {plain(actor.influence)}",
            f"    positions: {_flow(issues, actor.positions)}",
            f"    salience: {_flow(issues, actor.salience)}",
        ]
    return "\n".join(lines) + "\n"


def _flow(issues: list[str], values: tuple[Decimal, ...]) -> str:
    return "{" + ", ".join(f"{k}: {plain(v / _SCALE)}" for k, v in zip(issues, values, strict=True)) + "}"


def _text(text: str) -> str:
    """Return text in double quotes, which YAML and JSON escape alike."""
    return json.dumps(text, ensure_ascii=False)
