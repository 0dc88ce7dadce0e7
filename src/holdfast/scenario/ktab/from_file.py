"""From a file of positions to what a KTAB file can say of it, and what it cannot."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from holdfast.errors import InputError
from holdfast.scenario.ktab.actors import Actor, Actors, counted, some
from holdfast.scenario.ktab.ids import made_of
from holdfast.scenario.ktab.limits import DESCRIPTION, DIMENSION, FEWEST, MOST, NAME, TITLE, cut, fits
from holdfast.scenario.model import Party, PositionFile
from holdfast.scenario.quantities import Quantity

__all__ = ["Left", "actors_of"]

_DIGITS = 12
"""Of a median that stands for a range."""


class Left(NamedTuple):
    """What an export leaves out or changes, a sentence each."""

    sentences: tuple[str, ...]


class _Changes:
    """What is written otherwise than it stands in the file, by path or id."""

    def __init__(self) -> None:
        self.ranged: list[str] = []
        self.scaled: list[str] = []
        self.renamed: list[str] = []
        self.called_by_id: list[str] = []
        self.shortened: list[str] = []

    def value(self, quantity: Quantity | None, unit: int = 1) -> Decimal:
        """Return a quantity as one number, in such a unit."""
        if quantity is None:
            return Decimal(0)
        if quantity.constant is None:
            self.ranged.append(quantity.path)
            return round(Decimal(quantity.median), _DIGITS) * unit
        return Decimal(repr(quantity.constant)) * unit

    def text(self, text: str, most: int, path: str) -> str:
        """Return text as KTAB takes it: in one line, of at most so many bytes."""
        if fits(text.strip(), most):
            return text.strip()
        self.shortened.append(path)
        return cut(text, most, "…")


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
    standing = _standing(file, chosen)
    changes = _Changes()
    by_strength = all(p.influence is None for p in file.parties.values())
    names = _names(standing, changes)
    actors: list[Actor] = []
    for party_id, party in standing.items():
        salience = _salience(party_id, party, changes)
        described = party.description or (party.name if party.name != names[party_id] else "")
        actors.append(
            Actor(
                names[party_id],
                changes.text(described, DESCRIPTION, f"parties.{party_id}.description"),
                changes.value(party.strength if by_strength else party.influence),
                tuple(changes.value(party.positions[k], 100) for k in chosen),
                tuple(salience.get(k, Decimal(0)) for k in chosen),
            )
        )
    title = changes.text(file.title, TITLE, "title")
    description = changes.text(file.description or "", TITLE, "description")
    found = Actors(title, description, _dimensions(file, chosen, changes), tuple(actors))
    return found, Left(tuple(_left(file, chosen, standing, changes, by_strength=by_strength)))


def _standing(file: PositionFile, chosen: tuple[str, ...]) -> dict[str, Party]:
    """Return the parties that have a position, if KTAB takes them."""
    standing = {p: party for p, party in file.parties.items() if any(k in party.positions for k in chosen)}
    for name, party in standing.items():
        absent = [k for k in chosen if k not in party.positions]
        if absent:
            raise InputError(
                f"{file.path}: parties.{name}.positions has no {absent[0]}, and KTAB wants a position of every actor on every dimension. "
                f"Add it, or name issues on which all stand with --issue."
            )
    count = len(standing)
    if not FEWEST <= count <= MOST:
        few = f"Write positions for {FEWEST - count} more, with salience and influence."
        many = (
            f"Take out the positions of {count - MOST}, or name an issue on which fewer stand with --issue."
        )
        raise InputError(
            f"{file.path}: {counted(count, 'party has a position', 'parties have positions')}; KTAB takes {FEWEST} to {MOST} actors. "
            + (few if count < FEWEST else many)
        )
    return standing


def _salience(party_id: str, party: Party, changes: _Changes) -> dict[str, Decimal]:
    """Return a party's saliences in per cent, scaled down where they sum to more than 100."""
    salience = {k: changes.value(q, 100) for k, q in party.salience.items()}
    total = sum(salience.values(), start=Decimal(0))
    if total > 100:
        changes.scaled.append(party_id)
        salience = {k: round(s / total * 100, _DIGITS) for k, s in salience.items()}
        # rounding may have left the sum a hair above 100, which KTAB refuses: the largest gives way
        largest = max(salience, key=lambda k: salience[k])
        salience[largest] -= max(sum(salience.values(), start=Decimal(0)) - 100, Decimal(0))
    return salience


def _names(parties: dict[str, Party], changes: _Changes) -> dict[str, str]:
    """Return a name of its own for each party: its name where KTAB takes it, else its id, cut and numbered where that is too long."""
    told = [party.name.strip() for party in parties.values()]
    fit = {p: fits(n, NAME) and told.count(n) == 1 for p, n in zip(parties, told, strict=True)}
    names = {p: n for p, n in zip(parties, told, strict=True) if fit[p]}
    changes.renamed = [p for p in parties if not fit[p]]
    taken = set(names.values())
    for p in changes.renamed:
        name, number = cut(p, NAME), 1
        while name in taken:
            number += 1
            name = cut(p, NAME - len(f"_{number}")) + f"_{number}"
        taken.add(name)
        names[p] = name
    return names


def _dimensions(file: PositionFile, chosen: tuple[str, ...], changes: _Changes) -> tuple[str, ...]:
    """Return a name for each issue: its description where the id was made of it, as an import does, else the id."""
    names: list[str] = []
    for k in chosen:
        told = (file.issues[k].description or "").strip()
        fit = bool(told) and made_of(k, told) and fits(told, DIMENSION) and told not in names
        names.append(told if fit else cut(k, DIMENSION))
        if told and not fit:
            changes.called_by_id.append(k)
    return tuple(names)


def _left(
    file: PositionFile,
    issues: tuple[str, ...],
    standing: dict[str, Party],
    changes: _Changes,
    *,
    by_strength: bool,
) -> list[str]:
    """Return what is left out or changed, in sentences."""
    said: list[str] = []
    if changes.ranged:
        count = len(changes.ranged)
        are = "is written as its median" if count == 1 else "are written as their medians"
        said.append(f"{counted(count, 'number')} with a range {are}, such as {changes.ranged[0]}.")
    if by_strength:
        said.append("No party has an influence; military strength stands in its place.")
    if changes.scaled:
        said.append(
            f"Saliences that sum to more than 1 are scaled down, as in bargaining: {', '.join(changes.scaled)}."
        )
    if changes.renamed:
        said.append(
            f"Names that are longer than {NAME} bytes, in two lines, or of two parties; the id stands for each: "
            f"{some(changes.renamed)}."
        )
    if changes.called_by_id:
        said.append(
            f"Descriptions of issues are left out, and the id is the dimension's name: {some(changes.called_by_id)}."
        )
    if changes.shortened:
        said.append(f"Put in one line, or cut to what KTAB takes: {some(changes.shortened)}.")
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
