"""Whose ideal is nearer to a party's position than to the weighted mean: shares of the power, and who is on which side in most draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from holdfast.report.study import some
from holdfast.report.words import listing, number, percent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from holdfast.report.names import Names

__all__ = ["SIDES", "named", "nearer", "shares"]

SIDES = (
    "The share of the power is a mean over draws of whoever is nearer in each; named is who is on that side in more than half of the "
    "draws, so that those named need not hold it"
)
_NAMED = 5
"""Parties that a side is named with."""
_SLIGHT = 0.005


def shares(row: Mapping[str, Any]) -> tuple[str, str, str | None]:
    """Return what share of the power is nearer, farther, and as near to either; the last None where it is nothing to speak of.

    Examples
    --------
    >>> shares({"for": {"mean": 0.3749}, "against": {"mean": 0.6249}})
    ('37%', '63%', None)
    """
    for_, against = row["for"]["mean"], row["against"]["mean"]
    rest = 1 - for_ - against
    if rest < _SLIGHT:
        return percent(for_), percent(1 - for_), None
    return percent(for_), percent(against), percent(rest)


def named(names: Names, about: Mapping[str, Any], parties: Sequence[str]) -> str:
    """Name who is on a side in most draws, with the power that they have."""
    if not parties:
        return "nobody"
    power = sum(about["stances"][p]["power"]["mean"] for p in parties)
    return f"{listing(some([names.party(p) for p in parties], _NAMED))} ({percent(power)} of the power)"


def nearer(names: Names, about: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """Say in a sentence or two how a party's position does beside the weighted mean."""
    place = f"{names.party(row['party'])}’s position {number(row['position']['mean'])}"
    if max(row["for"]["mean"], row["against"]["mean"]) < _SLIGHT:
        return f"{place} is where the weighted mean is: nobody is nearer to either."
    for_, against, rest = shares(row)
    either = f" and {rest} as near to either" if rest else ""
    sides = [
        f"{side}: {named(names, about, row[key])}"
        for side, key in (("nearer", "parties_for"), ("farther", "parties_against"))
    ]
    return (
        f"{place} beside the weighted mean: over the draws {for_} of the power is nearer to it, {against} farther{either}. "
        f"In most draws {'; '.join(sides)}."
    )
