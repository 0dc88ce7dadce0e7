"""From a file of positions to what a KTAB file can say of it, and what it cannot."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from holdfast.errors import InputError
from holdfast.scenario.ktab.actors import FEWEST, MOST, Actor, Actors
from holdfast.scenario.model import Party, PositionFile
from holdfast.scenario.quantities import Quantity
from holdfast.scenario.reading import counted

__all__ = ["Left", "actors_of"]

_NAME, _DESCRIPTION = 25, 256
"""Longest name and description of an actor that KTAB takes."""

_DIGITS = 12
"""Of a median that stands for a range."""


class Left(NamedTuple):
    """What an export leaves out or changes, a sentence each."""

    sentences: tuple[str, ...]


def actors_of(file: PositionFile, issues: Sequence[str] = ()) -> tuple[Actors, Left]:
    """Return the file as KTAB's actors, and what of it KTAB has no place for.

    Parameters
    ----------
    file
        A scenario or a file of positions.
    issues
        Which; all where empty.

    Raises
    ------
    InputError
        For an unknown issue; a party that has a position on some of the issues only, since KTAB wants all; more actors, or an influence
        other, than KTAB takes.
    """
    for issue in issues:
        if issue not in file.issues:
            raise InputError(
                f"--issue {issue}: is no issue of {file.path}. Write one of: {', '.join(sorted(file.issues))}."
            )
    chosen = tuple(dict.fromkeys(issues)) or tuple(file.issues)
    standing = {p: party for p, party in file.parties.items() if any(k in party.positions for k in chosen)}
    for name, party in standing.items():
        absent = [k for k in chosen if k not in party.positions]
        if absent:
            raise InputError(
                f"{file.path}: parties.{name}.positions has no {absent[0]}, and KTAB wants a position of every actor on every dimension. "
                f"Add it, or name issues on which all stand with --issue."
            )
    if not FEWEST <= len(standing) <= MOST:
        raise InputError(
            f"{file.path}: {counted(len(standing), 'party has a position', 'parties have positions')}; "
            f"KTAB takes {FEWEST} to {MOST} actors. Name issues on which more stand."
        )
    ranged: list[str] = []
    scaled: list[str] = []
    by_strength = all(p.influence is None for p in file.parties.values())

    def value(quantity: Quantity | None, unit: int = 1) -> Decimal:
        if quantity is None:
            return Decimal(0)
        if quantity.constant is None:
            ranged.append(quantity.path)
            return round(Decimal(quantity.median), _DIGITS) * unit
        return Decimal(repr(quantity.constant)) * unit

    names = _names(standing)
    actors: list[Actor] = []
    for party_id, party in standing.items():
        salience = {k: value(q, 100) for k, q in party.salience.items()}
        total = sum(salience.values(), start=Decimal(0))
        if total > 100:
            scaled.append(party_id)
            salience = {k: round(s / total * 100, _DIGITS) for k, s in salience.items()}
            # rounding may have left the sum a hair above 100, which KTAB refuses: the largest gives way
            largest = max(salience, key=lambda k: salience[k])
            salience[largest] -= max(sum(salience.values(), start=Decimal(0)) - 100, Decimal(0))
        actors.append(
            Actor(
                names[party_id],
                _short(
                    party.description or (party.name if party.name != names[party_id] else ""), _DESCRIPTION
                ),
                value(party.strength if by_strength else party.influence),
                tuple(value(party.positions[k], 100) for k in chosen),
                tuple(salience.get(k, Decimal(0)) for k in chosen),
            )
        )
    found = Actors(_short(file.title, 512), _short(file.description or "", 512), chosen, tuple(actors))
    return found, Left(tuple(_left(file, chosen, standing, ranged, scaled, by_strength=by_strength)))


def _names(parties: dict[str, Party]) -> dict[str, str]:
    """Return each party's name where all are short and of their own, else its id."""
    names = {p: party.name for p, party in parties.items()}
    fit = len(set(names.values())) == len(names) and all(
        len(n) <= _NAME and n == " ".join(n.split()) for n in names.values()
    )
    if not fit:
        names = {p: p for p in parties}
        for p in parties:
            if len(p) > _NAME:
                raise InputError(
                    f"parties.{p}: an id of {len(p)} signs; KTAB takes {_NAME}. Give it a shorter one."
                )
    return names


def _short(text: str, most: int) -> str:
    """Return text in one line, cut to what KTAB takes."""
    line = re.sub(r"\s+", " ", text).strip()
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def _left(
    file: PositionFile,
    issues: tuple[str, ...],
    standing: dict[str, Party],
    ranged: list[str],
    scaled: list[str],
    *,
    by_strength: bool,
) -> list[str]:
    """Return what is left out or changed, in sentences."""
    said: list[str] = []
    if ranged:
        said.append(f"{len(ranged)} numbers with a range are written as their medians, such as {ranged[0]}.")
    if by_strength:
        said.append("No party has an influence; military strength stands in its place.")
    if scaled:
        said.append(
            f"Saliences that sum to more than 1 are scaled down, as in bargaining: {', '.join(scaled)}."
        )
    lost = [p for p in file.parties if p not in standing]
    if lost:
        said.append(f"Without a position, and left out: {', '.join(lost)}.")
    rest = [k for k in file.issues if k not in issues]
    if rest:
        said.append(f"Issues left out: {', '.join(rest)}.")
    said.append(
        "KTAB has no place for what the ends of an issue mean, for sources and reasons, groups, bodies, wars and proposals."
    )
    return said
