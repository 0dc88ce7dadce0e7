"""What rules of fairness would choose, told apart from the models of pressure: they say what would be fair, not what to expect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from holdfast.report.study import some
from holdfast.report.words import listing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from holdfast.report.names import Names

__all__ = ["FAIR", "UNITS", "fair", "fair_told", "no_agreement_told", "pressing", "stays"]

FAIR = {"nash": "Nash", "kalai-smorodinsky": "Kalai–Smorodinsky", "egalitarian": "egalitarian"}
_NOTHING = 5e-4
"""A gain smaller than this is none."""
UNITS = (
    "Each figure is in the party’s own unit, what its ideal is worth to it: the list is ordered by it at the weighted mean, and does not "
    "say who gains or loses more than whom."
)
_WHAT = (
    "Rules of fairness say what would be fair by an idea of their own, each party having no agreement instead; they do not say what to "
    "expect. Nash and Kalai–Smorodinsky do not depend on the unit of anybody’s value. The egalitarian rule does: it raises the least gain "
    "and so compares gains across parties, each as a share of what its positions are worth to it, by its definition."
)


def pressing(models: Mapping[str, Any]) -> list[str]:
    """Return which of the models shown say where pressure leads."""
    return [m for m in models if m not in FAIR]


def fair(models: Mapping[str, Any]) -> list[str]:
    """Return which of the models shown are rules of fairness."""
    return [m for m in models if m in FAIR]


def stays(found: Mapping[str, Any], rule: str) -> bool:
    """Return whether a rule leaves everything at no agreement: nobody gains or loses beside it in any draw worth telling."""
    gains = [g["no_agreement"] for g in found["gains"][rule].values()]
    return all(g is None or max(abs(g[k]) for k in ("mean", "p05", "p95")) < _NOTHING for g in gains)


def fair_told(found: Mapping[str, Any]) -> list[str]:
    """Return what a reader must know of the rules of fairness that are shown, and which of them find no deal."""
    shown = fair(found["gains"])
    if not shown:
        return []
    none = [FAIR[m] for m in shown if stays(found, m)]
    if not none:
        return [_WHAT]
    who = (
        f"By {listing(none)} no"
        if len(none) < len(shown) or len(shown) == 1
        else "By the rules of fairness (" + listing(none) + ") no"
    )
    nothing = f"{who} deal that all prefer to no agreement was found."
    return [nothing] if len(none) == len(shown) else [_WHAT, nothing]


def no_agreement_told(names: Names, found: Mapping[str, Any]) -> list[str]:
    """Return for whom it is not known what no agreement is worth, and why; and where the file's own outcome is not used."""
    by: dict[str, list[str]] = {}
    for party, why in found["no_agreement_why"].items():
        by.setdefault(why, []).append(party)
    return [
        f"No agreement, {listing(some([names.party(p) for p in who]))}: {why}." for why, who in by.items()
    ]
