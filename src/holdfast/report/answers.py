"""The summary of a study, read into typed records in the order of the ranking.

`summary.json` is the study's promise; this module is the only one that knows its keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from holdfast.report.words import Spread


@dataclass(frozen=True)
class Proposal:
    """What a study says of one proposal; None where an entry does not apply.

    Parameters
    ----------
    rank
        Place in the ranking by signed × holds ten years, from 1; the number every chart shows.
    best
        Share of draws in which its signed × holds ten years is the highest, ties shared.
    """

    id: str
    rank: int
    title: str
    signed: Spread | None
    holds: Mapping[str, Spread | None]
    both: Spread | None
    best: float
    fragile: float
    accept: Mapping[str, Spread | None]
    value: Mapping[str, Spread | None]
    causes: Mapping[str, Spread | None]
    deter: Mapping[str, Mapping[str, Spread | None]]
    detect: Mapping[str, Spread | None]
    decide: Mapping[str, Spread | None]
    honour: Mapping[str, Spread | None]
    delivered: Mapping[str, Spread | None]
    gains: Mapping[str, float]
    weakest: str | None

    @property
    def holds_ten(self) -> Spread | None:
        """Probability that no war has restarted after ten years."""
        return self.holds.get("10")


@dataclass(frozen=True)
class Tipping:
    """Where in an input's range the best proposal changes, the rest as drawn.

    Parameters
    ----------
    value, error
        In the input's unit.
    below, above
        The proposals that are best just below and just above it; None where the summary does not say.
    """

    value: float
    error: float | None
    below: str | None
    above: str | None


@dataclass(frozen=True)
class Hinge:
    """The share of an outcome's variance over draws that one input explains."""

    outcome: str
    proposal: str | None
    input: str
    share: float
    error: float | None
    sourced: bool
    tipping: Tipping | None


@dataclass(frozen=True)
class Explained:
    """What all inputs explain of an outcome's variance, each on its own, and the part of that without a source."""

    share: float
    unsourced: float


@dataclass(frozen=True)
class Overlap:
    """What correlated inputs explain of an outcome's variance together."""

    outcome: str
    proposal: str | None
    inputs: tuple[str, ...]
    share: float
    error: float


@dataclass(frozen=True)
class Answers:
    """A whole summary; `proposals` are in the order of the ranking.

    `explained`, by outcome and proposal, and `overlaps` are the manifest's; empty without one.
    """

    scenario: str
    as_of: str
    draws: int
    seed: int
    fragile: float
    not_converged: float
    fighting: Mapping[str, Spread | None]
    proposals: tuple[Proposal, ...]
    hinges: tuple[Hinge, ...]
    explained: Mapping[tuple[str, str | None], Explained]
    overlaps: tuple[Overlap, ...]


def read(summary: Mapping[str, Any], manifest: Mapping[str, Any] | None = None) -> Answers:
    """Return a summary as records, proposals ranked by the mean of signed × holds ten years (ties by id)."""
    more = manifest or {}
    raw = cast("Mapping[str, Mapping[str, Any]]", summary["proposals"])
    ranked = sorted(raw, key=lambda name: (-_mean(raw[name].get("signed_and_holds_10")), name))
    no_agreement = _mapping(summary.get("no_agreement"))
    return Answers(
        scenario=str(summary["scenario"]),
        as_of=str(summary["as_of"]),
        draws=int(summary["draws"]),
        seed=int(summary["seed"]),
        fragile=_share(summary.get("fragile")),
        not_converged=_share(summary.get("not_converged")),
        fighting=_spreads(no_agreement.get("value")),
        proposals=tuple(_proposal(name, raw[name], rank) for rank, name in enumerate(ranked, start=1)),
        hinges=tuple(_hinge(entry) for entry in _list(summary.get("hinges"))),
        explained={
            (outcome_name(entry["outcome"]), entry.get("proposal")): Explained(
                float(entry["share_of_variance"]), float(entry["unsourced"])
            )
            for entry in _list(more.get("explained"))
        },
        overlaps=tuple(
            Overlap(
                outcome_name(entry["outcome"]),
                entry.get("proposal"),
                tuple(entry["inputs"]),
                float(entry["share_of_variance"]),
                float(entry["error"]),
            )
            for entry in _list(more.get("overlaps"))
        ),
    )


def outcome_name(outcome: str) -> str:
    """Return an outcome's name with its dots made underscores, as this package spells it."""
    return outcome.replace(".", "_")


def _list(entry: object) -> list[Mapping[str, Any]]:
    return cast("list[Mapping[str, Any]]", entry) if isinstance(entry, list) else []


def _proposal(name: str, entry: Mapping[str, Any], rank: int) -> Proposal:
    """Read one proposal's entry."""
    weakest = _mapping(entry.get("weakest_link"))
    gains = {
        link: float(weakest[link]) for link in ("detect", "decide", "honour") if weakest.get(link) is not None
    }
    named = weakest.get("weakest")
    return Proposal(
        id=name,
        rank=rank,
        title=str(entry.get("title") or name),
        signed=_spread(entry.get("signed")),
        holds=_spreads(entry.get("holds")),
        both=_spread(entry.get("signed_and_holds_10")),
        best=_share(entry.get("best")),
        fragile=_share(entry.get("fragile")),
        accept=_spreads(entry.get("accept")),
        value=_spreads(entry.get("value")),
        causes=_spreads(_mapping(entry.get("causes")).get("10")),
        deter={party: _spreads(times) for party, times in _mapping(entry.get("deter")).items()},
        detect=_spreads(entry.get("detect")),
        decide=_spreads(entry.get("decide")),
        honour=_spreads(entry.get("honour")),
        delivered=_spreads(entry.get("delivered")),
        gains=gains,
        weakest=None if named is None else str(named),
    )


def _hinge(entry: Mapping[str, Any]) -> Hinge:
    """Read one hinge."""
    proposal = entry.get("proposal")
    return Hinge(
        outcome=outcome_name(entry["outcome"]),
        proposal=None if proposal is None else str(proposal),
        input=str(entry["input"]),
        share=max(float(entry["share_of_variance"]), 0.0),
        error=_number(entry.get("error")),
        sourced=bool(entry.get("sourced")),
        tipping=_tipping(entry.get("tipping_value")),
    )


def _tipping(entry: Any) -> Tipping | None:
    """Read a tipping value: a number, or one with its error and the proposals on either side."""
    if entry is None:
        return None
    if not isinstance(entry, Mapping):
        return Tipping(float(entry), None, None, None)
    tip = cast("Mapping[str, Any]", entry)
    return Tipping(float(tip["value"]), _number(tip.get("error")), tip.get("from"), tip.get("to"))


def _mapping(entry: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", entry) if isinstance(entry, Mapping) else {}


def _number(entry: Any) -> float | None:
    return None if entry is None else float(entry)


def _spread(entry: object) -> Spread | None:
    numbers = _mapping(entry)
    if numbers.get("mean") is None:
        return None
    return Spread(float(numbers["mean"]), float(numbers["p05"]), float(numbers["p95"]))


def _spreads(entry: object) -> dict[str, Spread | None]:
    return {name: _spread(value) for name, value in _mapping(entry).items()}


def _mean(entry: object) -> float:
    spread = _spread(entry)
    return -1.0 if spread is None else spread.mean


def _share(entry: Any) -> float:
    """Read a share, given as a number or as a spread."""
    if isinstance(entry, Mapping):
        return max(_mean(cast("object", entry)), 0.0)
    return 0.0 if entry is None else float(entry)
