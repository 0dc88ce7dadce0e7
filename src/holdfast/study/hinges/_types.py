"""What hinges are handed on as: the entries of summary.json, and what goes with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

# `from` is a word of Python, so this one is made by call: the value and its standard error in the input's unit,
# and the proposals that are best just below and just above it.
TippingValue = TypedDict("TippingValue", {"value": float, "error": float, "from": str, "to": str})


class Hinge(TypedDict):
    """One input's hold on one outcome."""

    outcome: str
    proposal: str | None
    input: str
    share_of_variance: float
    error: float
    sourced: bool
    tipping_value: TippingValue | None


class Overlap(TypedDict):
    """What correlated inputs explain together; their own shares overlap, and sum to more or less than this."""

    outcome: str
    proposal: str | None
    inputs: list[str]
    share_of_variance: float
    error: float


class Explained(TypedDict):
    """What all inputs explain of one outcome, each on its own; the rest is due to their interplay."""

    outcome: str
    proposal: str | None
    share_of_variance: float
    unsourced: float


@dataclass(frozen=True)
class HingesResult:
    """Hinges, ready to be written as JSON.

    Attributes
    ----------
    hinges
        For each outcome and proposal, then for `best`: the inputs with the largest shares, largest first.
    overlaps
        For the same outcomes, the joint share of each set of correlated inputs.
    explained
        For the same outcomes, the share that the sum of all inputs' own effects explains, and the part of it
        that rests on inputs without a source.
    draws
        How many draws they are estimated from.
    """

    hinges: list[Hinge]
    overlaps: list[Overlap]
    explained: list[Explained]
    draws: int
