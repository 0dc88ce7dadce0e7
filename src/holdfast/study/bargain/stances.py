"""From a file and its draws to arrays: where the parties stand on each issue, how much they care, what weight they have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from holdfast.errors import InputError
from holdfast.scenario import Draws, Party, PositionFile, Quantity, Scenario
from holdfast.scenario.reading import listed
from holdfast.study.reader import Reader

__all__ = ["Stances", "bargainers", "stances"]

_ROUNDING = 1e-9
"""Saliences that sum to 1 in plain digits may miss it by less."""
_SHOWN = 6
"""Entries of the file that an error names."""


class Stances(NamedTuple):
    """The parties that bargain and the issues they bargain over, in the order of the axes.

    Where a party has no position on an issue its salience there is 0 and its position is not a number.
    """

    parties: tuple[str, ...]
    issues: tuple[str, ...]
    positions: Float[np.ndarray, "parties issues draws"]
    salience: Float[np.ndarray, "parties issues draws"]
    """Share of its influence that a party spends on an issue; at most 1 over the issues."""
    influence: Float[np.ndarray, "parties draws"]
    stands: Bool[np.ndarray, "parties issues"]

    @property
    def weight(self) -> Float[np.ndarray, "parties issues draws"]:
        """Salience × influence."""
        return self.salience * self.influence[:, None]

    def part(self, parties: np.ndarray, issue: int) -> Stances:
        """Return the stances of some of the parties on one issue."""
        one = slice(issue, issue + 1)
        return Stances(
            tuple(p for i, p in enumerate(self.parties) if i in parties),
            self.issues[one],
            self.positions[parties, one],
            self.salience[parties, one],
            self.influence[parties],
            self.stands[parties, one],
        )


def bargainers(file: PositionFile, among: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the parties that bargain, sorted: of those asked for, else of those the file names, else of all, those with a position.

    Raises
    ------
    InputError
        Where a name is no party or group of the file.
    """
    for name in among:
        if name not in file.parties and name not in file.groups:
            known = ", ".join(sorted([*file.groups, *file.parties])[:40])
            raise InputError(f"--among {name}: is no party or group of {file.path}. Write one of: {known}.")
    asked = tuple(among) or (file.bargaining.among if file.bargaining else tuple(file.parties))
    return tuple(p for p in file.members(asked) if file.parties[p].positions)


def stances(
    file: PositionFile, draws: Draws, issues: Sequence[str] = (), among: Sequence[str] = ()
) -> Stances:
    """Return where the parties stand in each draw.

    Parameters
    ----------
    file
        A scenario or a file of positions.
    draws
        Sampled with `bargaining=True`.
    issues
        Which; where empty all on which two parties or more have a position.
    among
        Parties or groups, see `bargainers`.

    Raises
    ------
    InputError
        For an unknown name, and an issue on which fewer than two of the parties have a position.
    """
    who = bargainers(file, among)
    for issue in issues:
        if issue not in file.issues:
            known = ", ".join(sorted(file.issues))
            raise InputError(f"--issue {issue}: is no issue of {file.path}. Write one of: {known}.")
        standing = [p for p in who if issue in file.parties[p].positions]
        if len(standing) < 2:
            found = f"only {standing[0]} has" if standing else "nobody has"
            raise InputError(
                f"--issue {issue}: {found} a position on it; a bargain takes two. Give parties.PARTY.positions.{issue}, "
                "or name another issue."
            )
    several = [k for k in file.issues if sum(k in file.parties[p].positions for p in who) > 1]
    chosen = tuple(dict.fromkeys(issues)) or tuple(several)
    if not chosen:
        raise InputError(
            f"{file.path}: no issue has the positions of two parties that bargain. Write parties.PARTY.positions, "
            "with salience, for two parties or more."
        )
    return _arrays(file, draws, who, chosen)


def _arrays(file: PositionFile, draws: Draws, who: tuple[str, ...], issues: tuple[str, ...]) -> Stances:
    read = Reader(draws)
    parties = [file.parties[p] for p in who]
    stands = np.array([[k in p.positions for k in issues] for p in parties])
    nowhere = np.full(draws.count, np.nan)
    positions = [[read(p.positions[k]) if k in p.positions else nowhere for k in issues] for p in parties]
    salience = np.array([[read(p.salience.get(k)) for k in issues] for p in parties])
    spent = np.array([_spent(p, read) for p in parties])
    influence = np.array([read(p.strength if p.influence is None else p.influence) for p in parties])
    found = Stances(
        who, issues, np.array(positions), salience / np.maximum(spent, 1.0)[:, None], influence, stands
    )
    weightless = np.all(found.weight <= 0, axis=0)
    if weightless.any():
        place = int(np.flatnonzero(weightless.any(axis=1))[0])
        raise _weightless(file, found, place, weightless[place])
    return found


def _spent(party: Party, read: Reader) -> Float[np.ndarray, " draws"]:
    """Return the sum of a party's saliences over all issues that it has any on."""
    return sum((read(q) for q in party.salience.values()), start=read.zero)


def over_one(party: Party, draws: Draws) -> float:
    """Return the share of draws, 0 to 1, in which a party's saliences sum to more than 1, so that they are scaled down."""
    return float(np.mean(_spent(party, Reader(draws)) > 1 + _ROUNDING))


def is_by_strength(file: PositionFile) -> bool:
    """Whether military strength stands in for influence, which a reader should be told."""
    return isinstance(file, Scenario) and all(p.influence is None for p in file.parties.values())


def _weightless(
    file: PositionFile, found: Stances, place: int, draws: Bool[np.ndarray, " draws"]
) -> InputError:
    """Say in which draws nobody has weight on an issue, and by which entries of the file."""
    issue = found.issues[place]
    entries: dict[str, Quantity] = {}
    for n in np.flatnonzero(found.stands[:, place]):
        p = found.parties[n]
        party = file.parties[p]
        name = "strength" if party.influence is None else "influence"
        weight = party.strength if party.influence is None else party.influence
        light = found.influence[n, draws] <= 0
        if weight is not None and light.any():
            entries[f"parties.{p}.{name}"] = weight
        if not light.all():
            entries[f"parties.{p}.salience.{issue}"] = party.salience[issue]
    line = min((q.line for q in entries.values() if q.line), default=0)
    where = f"{file.path}:{line}" if line else file.path
    shown = [*list(entries)[:_SHOWN], *([f"{len(entries) - _SHOWN:,} more"] if len(entries) > _SHOWN else [])]
    those = listed(shown)
    if draws.all():
        said = f"{those} {'is' if len(entries) == 1 else 'are'} 0, so that nobody who bargains has both salience and influence on {issue}"
        return InputError(f"{where}: {said}, and no position counts. Give one of the parties both above 0.")
    said = f"{those} can be 0: in {np.count_nonzero(draws):,} of {len(draws):,} draws nobody has both salience and influence on {issue}"
    return InputError(
        f"{where}: {said}, and no position counts. Give one of the parties ranges that stay above 0."
    )
