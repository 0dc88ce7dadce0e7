"""What every section reads: the scenario, the answers, the draws and the names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from holdfast.report.words import inner, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from holdfast.report.answers import Answers, Proposal
    from holdfast.report.draws import DrawTable
    from holdfast.report.names import Names
    from holdfast.report.words import Spread
    from holdfast.scenario import Scenario


@dataclass(frozen=True)
class Study:
    """A study as the report reads it."""

    scenario: Scenario
    answers: Answers
    draws: DrawTable
    names: Names


def named(proposal: Proposal, spread: Spread | None = None) -> str:
    """Return a proposal as sentences name it: number and title, with a probability if one is given."""
    title = f"{proposal.rank} {quoted(proposal.title)}"
    return title if spread is None else f"{title} ({inner(spread)})"


def some(items: Sequence[str], most: int = 3) -> list[str]:
    """Return the first few items, with how many more there are as the last; one more is named.

    Examples
    --------
    >>> some(["A", "B", "C", "D"], 2)
    ['A', 'B', '2 more']
    >>> some(["A", "B", "C"], 2)
    ['A', 'B', 'C']
    """
    if len(items) <= most + 1:
        return list(items)
    return [*items[:most], f"{len(items) - most} more"]
