"""What every part of the page reads: the file, what was found, names, numbers of proposals, colours of parties."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from holdfast.report.bargain.signing_words import ordered
from holdfast.report.figures.svg import GHOST, STEEL
from holdfast.report.names import Names
from holdfast.report.words import Spread

if TYPE_CHECKING:
    from collections.abc import Mapping

    from holdfast.scenario import PositionFile

__all__ = ["Talk", "spread_of"]

#: Colours that stay apart for the colour-blind (Okabe & Ito 2008); names stand beside them.
_COLOURS = ("#0072b2", "#e69f00", "#009e73", "#d55e00", "#56b4e9", "#cc79a7")
OTHERS = GHOST
MOVING = STEEL


@dataclass(frozen=True)
class Talk:
    """A file and what bargaining over it found.

    Parameters
    ----------
    file
        A scenario, or a file of positions.
    found
        What `study.bargain.bargain` returned; empty where nobody bargains.
    zone
        What `study.bargain.zone.agreement_zone` returned; None without proposals.
    numbers
        What the page calls each proposal; counted from the nearest to agreement where not given, those first that both principals sign.
    """

    file: PositionFile
    found: Mapping[str, Any]
    zone: Mapping[str, Any] | None
    numbers: Mapping[str, int] | None = None

    @cached_property
    def names(self) -> Names:
        """Names of parties and issues."""
        return Names(self.file)

    @property
    def issues(self) -> Mapping[str, Any]:
        """What was found of each issue."""
        return self.found.get("issues", {})

    def party(self, name: str) -> str:
        """Return a party's name."""
        return self.names.party(name)

    def number(self, proposal: str) -> str:
        """Return the number that the page gives a proposal."""
        assert self.zone is not None
        given = self.numbers
        return str(
            given[proposal] if given is not None else ordered(self.file, self.zone).index(proposal) + 1
        )

    def proposal(self, name: str) -> str:
        """Return a proposal's number and title."""
        return f"{self.number(name)} {self.names.proposal(name)}"

    def ordered(self) -> list[str]:
        """Return the proposals in the order of their numbers."""
        assert self.zone is not None
        return sorted(self.zone["proposals"], key=lambda p: int(self.number(p)))

    @cached_property
    def colours(self) -> dict[str, str]:
        """The colour of each of the parties that have most power over the issues together; the others have none."""
        total: dict[str, float] = {}
        for about in self.issues.values():
            for party, stance in about["stances"].items():
                total[party] = total.get(party, 0.0) + stance["power"]["mean"]
        strongest = sorted(total, key=lambda p: (-total[p], p))[: len(_COLOURS)]
        return dict(zip(strongest, _COLOURS, strict=False))


def spread_of(entry: Mapping[str, float]) -> Spread:
    """Return an entry of the findings as the words and figures take it."""
    return Spread(entry["mean"], entry["p05"], entry["p95"])
