"""The sentences of `holdfast bargain`: one place for each, so that the terminal, its page and the main report say the same.

Findings come as `study.bargain` returned them (docs/reference/bargain.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from holdfast.report.bargain.fairness import FAIR, pressing
from holdfast.report.bargain.tested import mean_off, record
from holdfast.report.names import Names
from holdfast.report.study import some
from holdfast.report.words import count, listing, number, percent, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from holdfast.scenario import PositionFile

__all__ = [
    "APART",
    "MODEL_NAMES",
    "agree",
    "apart",
    "caveats",
    "leaning",
    "range_of",
    "settling",
    "verdict",
]

MODEL_NAMES = {
    "mean": "weighted mean",
    "median": "weighted median",
    "challenge": "challenge model",
    "spatial": "spatial model",
    **FAIR,
}
APART = 0.15
"""Models further apart than this, on the scale from 0 to 1, are said to disagree."""
_MIDDLE = 0.1
"""An outcome this near to the middle of the scale leans to neither end."""


def range_of(spread: Mapping[str, float]) -> str:
    """Return a place on the scale from 0 to 1 with its interval, if it has a width.

    Examples
    --------
    >>> range_of({"mean": 0.4, "p05": 0.3, "p95": 0.5}), range_of({"mean": 0.4, "p05": 0.4, "p95": 0.4})
    ('0.40 (0.30–0.50)', '0.40')
    """
    mean, low, high = (number(spread[k]) for k in ("mean", "p05", "p95"))
    return mean if mean == low == high else f"{mean} ({low}–{high})"


def verdict(about: Mapping[str, Any]) -> str:
    """Return in a sentence where an issue ends and whether the models agree.

    Examples
    --------
    >>> spread = {"mean": 0.4, "p05": 0.3, "p95": 0.5}
    >>> verdict({"outcome": {"mean": spread}, "apart": spread}).partition(" (on")[0]
    'Expect 0.40 (0.30–0.50), the weighted mean'
    """
    return f"Expect {range_of(about['outcome']['mean'])}, the weighted mean ({mean_off()}). {apart(about)}"


def apart(about: Mapping[str, Any]) -> str:
    """Return in a sentence how far the models are from each other in a draw; rules of fairness are none of them."""
    within = range_of(about["apart"])
    if agree(about):
        return f"The models agree to within {within} in a draw."
    low, high = _ends(about)
    means = _means(about)
    return (
        f"The models disagree: in a draw they are {within} apart, on average from {number(means[low])} ({MODEL_NAMES[low]}) to "
        f"{number(means[high])} ({MODEL_NAMES[high]})."
    )


def agree(about: Mapping[str, Any]) -> bool:
    """Return whether the models are on average over draws as near to each other as `APART`, in the two digits that are shown.

    Their means may lie together where they are far apart in every draw.
    """
    return float(number(about["apart"]["mean"])) <= APART


def _means(about: Mapping[str, Any]) -> dict[str, float]:
    return {m: about["outcome"][m]["mean"] for m in pressing(about["outcome"]) if about["outcome"][m]}


def _ends(about: Mapping[str, Any]) -> tuple[str, str]:
    means = _means(about)
    return min(means, key=lambda m: means[m]), max(means, key=lambda m: means[m])


def leaning(file: PositionFile, issue: str, place: float) -> str:
    """Return to which of an issue's ends a place is nearer, in the ends' own words."""
    ends = file.issues[issue]
    if abs(place - 0.5) <= _MIDDLE:
        return f"about half-way between {quoted(ends.low)} (0) and {quoted(ends.high)} (1)"
    return f"nearer to {quoted(ends.high)} (1)" if place > 0.5 else f"nearer to {quoted(ends.low)} (0)"


def caveats(file: PositionFile, found: Mapping[str, Any]) -> list[str]:
    """Return what a reader must know before using the figures."""
    over = "Means over" if found["draws"] > 1 else "From"
    counted = (
        f"{over} {count(found['draws'], 'draw')}, in brackets the 5–95% interval. Positions run from 0 to 1; power is salience × "
        "influence, as a share."
    )
    lines = [counted, *record(found["gains"])]
    if found["influence_is_strength"]:
        lines.append(
            "Influence is not given, so that military strength stands in for it. Clout among allies is another thing: write "
            "parties.PARTY.influence."
        )
    if found["scaled_down"]:
        lines.append(_scaled(Names(file), found["scaled_down"]))
    lines += settling(file, found)
    lines += without_answer(found)
    lines += [
        f"{quoted(Names(file).issue(issue))} is left out: {why}." for issue, why in found["left_out"].items()
    ]
    if missing := found["models_left_out"]:
        names = listing([MODEL_NAMES[m] for m in missing])
        lines.append(f"Left out: {names}, as {next(iter(missing.values()))}.")
    return lines


def _scaled(names: Names, shares: Mapping[str, float]) -> str:
    """Name the parties whose saliences sum to more than 1, with the share of draws where that is not in all."""
    who = [
        names.party(p) + ("" if share == 1 else f" (in {percent(share)} of draws)")
        for p, share in shares.items()
    ]
    return f"Saliences that sum to more than 1 are scaled down to 1: {listing(some(who, 10))}."


def without_answer(found: Mapping[str, Any]) -> list[str]:
    """Return of each rule in how many draws it has no agreement, and why."""
    lines: list[str] = []
    whys = {
        "nothing_suits_all": "everything is worse than no agreement for somebody",
        "not_proved": "the best agreement could not be proved",
    }
    for model, shares in found["came_out"].items():
        reasons = [
            f"in {percent(shares[how])} of draws {why}" for how, why in whys.items() if shares[how] > 0
        ]
        if reasons:
            name = MODEL_NAMES[model]
            lines.append(f"{name[0].upper()}{name[1:]}: {' and '.join(reasons)}; it is shown for the others.")
    return lines


def settling(file: PositionFile, found: Mapping[str, Any]) -> list[str]:
    """Return by model that does not settle on what share of draws it does: its outcome depends on the number of rounds."""
    unsettled = {
        m for about in found["issues"].values() for m, share in about["settled"].items() if share < 0.95
    }
    names = Names(file)
    lines: list[str] = []
    for model in sorted(unsettled):
        shares = ", ".join(
            f"{quoted(names.issue(issue))} in {percent(about['settled'][model])} of draws"
            for issue, about in found["issues"].items()
            if about["settled"].get(model, 1.0) < 1
        )
        lines.append(
            f"The {MODEL_NAMES[model]} does not always settle ({shares}): where it ends depends on how many rounds are played."
        )
    return lines
