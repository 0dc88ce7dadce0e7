"""What a status says of tallies held against each other, as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from holdfast.monitoring.agreement import Agreement
from holdfast.monitoring.tallies import Consecutive, Ratio, Rival, Tally, consecutive, rivals

__all__ = ["checked", "side_by_side"]


def checked(tallies: Sequence[Tally], time_zone: str = "UTC") -> dict[str, Any]:
    """Return how many tallies agree with the figure that the next one repeats, a sentence for each that differs, and every check."""
    pairs = consecutive(tallies, time_zone)
    verdicts = [pair.verdict for pair in pairs]
    return {
        "agree": verdicts.count("agrees"),
        "differ": verdicts.count("differs"),
        "not_comparable": verdicts.count("not comparable"),
        "pairs": [pair.why for pair in pairs if pair.verdict == "differs"],
        "checks": [_check(pair) for pair in pairs],
    }


def _check(pair: Consecutive) -> dict[str, Any]:
    earlier, later = pair.earlier, pair.later
    return {
        **{name: getattr(later, name) for name in ("observer", "sector", "kind", "unit")},
        "earlier": earlier.report,
        "later": later.report,
        "since": earlier.start.isoformat(),
        "until": earlier.end.isoformat(),
        "repeated_until": later.end.isoformat(),
        "count": earlier.count,
        "repeated": later.previous,
        "difference": pair.difference,
        "verdict": pair.verdict,
        "why": pair.why,
    }


def side_by_side(agreement: Agreement, tallies: Sequence[Tally]) -> list[dict[str, Any]]:
    """Return what different observers counted at the same time, side by side, as plain data."""
    sectors = {one.sector: agreement.id_of("sectors", one.sector) or one.sector for one in tallies}
    return [_rival(one) for one in rivals(tallies, _ratio(agreement), sectors, agreement.time_zone)]


def _ratio(agreement: Agreement) -> Ratio | None:
    rate = agreement.counting.effects_per_incident
    if rate is None:
        return None
    return Ratio(rate.low, rate.high, ", ".join(rate.source or ("the agreement's file",)))


def _rival(one: Rival) -> dict[str, Any]:
    def side(tallies: Sequence[Tally]) -> dict[str, Any]:
        first = tallies[0]
        return {
            "observer": first.observer,
            "sector": first.sector,
            "unit": first.unit,
            "count": sum(t.count for t in tallies),
            "since": min(t.start for t in tallies).isoformat(),
            "until": max(t.end for t in tallies).isoformat(),
        }

    told = asdict(one)
    kept = {name: told[name] for name in ("difference", "verdict", "left")}
    return {"first": side(one.first), "second": side(one.second), **kept, "why": list(one.why)}
