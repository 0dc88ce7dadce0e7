"""Who pledged how much, at the medians of the file: the weights with which the funnel averages over pledges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from holdfast.scenario import Pledge, Scenario


@dataclass(frozen=True)
class Pledged:
    """One member's pledge of force or arms.

    Parameters
    ----------
    body
        The body that decides first; None where the pledge falls due by itself.
    weight
        Its share of all strength pledged against the same principal, in [0, 1].
    """

    member: str
    body: str | None
    weight: float


def pledged(scenario: Scenario, proposal: str) -> dict[str, list[Pledged]]:
    """Return the pledges of force and arms of a proposal, by the principal they are against."""
    strengths: dict[str, list[tuple[str, str | None, float]]] = {}
    for pledge in scenario.proposals[proposal].pledges:
        if pledge.kind == "sanctions":
            continue
        for member, strength in _strengths(scenario, pledge).items():
            entry = (member, pledge.body_of(member), strength)
            strengths.setdefault(pledge.against, []).append(entry)
    found: dict[str, list[Pledged]] = {}
    for principal, entries in sorted(strengths.items()):
        total = sum(strength for _, _, strength in entries)
        found[principal] = [Pledged(member, body, strength / total) for member, body, strength in entries]
    return found


def _strengths(scenario: Scenario, pledge: Pledge) -> Mapping[str, float]:
    """Return each member's strength in a pledge at the medians, in the unit of strength."""
    members = scenario.members(pledge.by)
    own = {member: _median_strength(scenario, member) for member in members}
    overridden = {
        member: override.strength.median
        for member, override in pledge.overrides.items()
        if override.strength is not None and member in own
    }
    amount = pledge.strength.quantity.median
    if pledge.strength.kind == "share":
        plain = {member: amount * strength for member, strength in own.items()}
    elif pledge.strength.kind == "total":
        whole = sum(strength for member, strength in own.items() if member not in overridden)
        plain = {member: amount * strength / whole if whole else 0.0 for member, strength in own.items()}
    else:
        plain = dict.fromkeys(members, amount)
    return {**plain, **overridden}


def _median_strength(scenario: Scenario, party: str) -> float:
    strength = scenario.parties[party].strength
    return 1.0 if strength is None else strength.median
