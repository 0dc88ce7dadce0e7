"""The sentences of `holdfast bargain`: one place for each, so that the terminal, its page and the main report say the same.

Findings come as `study.bargain` returned them (docs/reference/bargain.md).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from holdfast.report.bargain.fairness import FAIR, pressing
from holdfast.report.bargain.tested import mean_off, record
from holdfast.report.names import Names
from holdfast.report.study import some
from holdfast.report.words import capital, count, listing, number, numeral, percent, quoted
from holdfast.scenario import Scenario
from holdfast.scenario.terms import Deployment, Pledge

if TYPE_CHECKING:
    from collections.abc import Mapping

    from holdfast.scenario import PositionFile
    from holdfast.scenario.terms import TermBase

__all__ = [
    "APART",
    "MODEL_NAMES",
    "agree",
    "apart",
    "basis",
    "below",
    "blocked",
    "caveats",
    "concession",
    "counted",
    "headline",
    "leaning",
    "moves",
    "open_share",
    "range_of",
    "settling",
    "solution",
    "terms_kept",
    "title",
    "verdict",
]

MODEL_NAMES = {
    "mean": "weighted mean",
    "median": "weighted median",
    "challenge": "challenge model",
    "spatial": "spatial model",
    **FAIR,
}
SOLUTION_NAMES = {
    "nash": "Nash",
    "kalai_smorodinsky": "Kalai–Smorodinsky",
    "egalitarian": "Egalitarian",
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
    >>> verdict({"outcome": {"mean": {"mean": 0.4, "p05": 0.3, "p95": 0.5}}}).partition(" (on")[0]
    'Expect 0.40 (0.30–0.50), the weighted mean'
    """
    return f"Expect {range_of(about['outcome']['mean'])}, the weighted mean ({mean_off()}). {apart(about)}"


def apart(about: Mapping[str, Any]) -> str:
    """Return in a sentence how far the models' means are from each other; rules of fairness are none of them."""
    low, high = _ends(about)
    means = _means(about)
    if agree(about):
        return f"The models agree to within {means[high] - means[low]:.2f}."
    return (
        f"The models disagree: from {means[low]:.2f} ({MODEL_NAMES[low]}) to {means[high]:.2f} "
        f"({MODEL_NAMES[high]})."
    )


def agree(about: Mapping[str, Any]) -> bool:
    """Return whether the models' means are as near to each other as `APART`, in the two digits that are shown."""
    low, high = _ends(about)
    return round(about["outcome"][high]["mean"] - about["outcome"][low]["mean"], 2) <= APART


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
    counted = (
        f"Means over {found['draws']:,} draws, in brackets the 5–95% interval. Positions run from 0 to 1; power is salience × "
        "influence, as a share."
    )
    lines = [counted, *record(found["gains"])]
    if found["influence_is_strength"]:
        lines.append(
            "Influence is not given, so that military strength stands in for it. Clout among allies is another thing: write "
            "parties.PARTY.influence."
        )
    lines += settling(file, found)
    lines += [
        f"{quoted(Names(file).issue(issue))} is left out: {why}." for issue, why in found["left_out"].items()
    ]
    if missing := found["models_left_out"]:
        names = listing([MODEL_NAMES[m] for m in missing])
        lines.append(f"Left out: {names}, as {next(iter(missing.values()))}.")
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


def title(file: PositionFile, proposal: str) -> str:
    """Return a proposal's title in quotation marks."""
    return quoted(file.proposals[proposal].title or proposal) if isinstance(file, Scenario) else proposal


def headline(file: PositionFile, zone: Mapping[str, Any]) -> str:
    """Return in a sentence whether there is a zone of possible agreement."""
    inside = [title(file, name) for name in zone["closest"] if zone["proposals"][name]["inside"]]
    least = percent(zone["threshold"])
    if inside:
        verb = "lies" if len(inside) == 1 else "lie"
        names = listing(some(inside))
        return f"{names} {verb} in the zone of possible agreement: every signatory accepts with at least {least}."
    nearest = zone["closest"][0]
    worst = min((s["mean"], p) for p, s in zone["proposals"][nearest]["accepts"].items())
    return (
        f"The zone of possible agreement is empty: no proposal is accepted by every signatory with at least {least}. Closest is "
        f"{title(file, nearest)}, which {file.parties[worst[1]].name} accepts with {below(worst[0], zone['threshold'])}."
    )


def below(share: float, threshold: float) -> str:
    """Return a probability as a percentage that never reads as having reached a threshold that it misses.

    Examples
    --------
    >>> below(0.497, 0.5), below(0.5, 0.5), below(0.2, 0.5)
    ('<50%', '50%', '20%')
    """
    text = percent(share)
    return f"<{text}" if share < threshold and text == percent(threshold) else text


def blocked(file: PositionFile, zone: Mapping[str, Any]) -> str:
    """Return in a sentence who blocks how many of the proposals, and which where they are few."""
    by: dict[tuple[str, ...], list[str]] = {}
    for name in zone["closest"]:
        if blockers := zone["proposals"][name]["blocks"]:
            by.setdefault(tuple(blockers), []).append(name)
    if not by:
        return "Nobody blocks any of them."
    told: list[str] = []
    for blockers, names in sorted(by.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        who = listing([file.parties[b].name for b in blockers])
        verb = "blocks" if len(blockers) == 1 else "both block" if len(blockers) == 2 else "block"
        told.append(f"{who} {verb} {listing(some([title(file, n) for n in names], 2))}")
    return f"{'; '.join(told)}."


def counted(file: PositionFile, zone: Mapping[str, Any]) -> str:
    """Return as a title how many proposals each blocks, and how many nobody does."""
    rows = zone["proposals"].values()
    by = Counter(b for row in rows for b in row["blocks"])
    free, total = sum(row["inside"] for row in rows), len(rows)
    all_ = {1: "the proposal", 2: "both proposals"}.get(total, f"all {numeral(total)} proposals")
    if free == total:
        return (
            "Nobody blocks the proposal" if total == 1 else f"Nobody blocks any of {numeral(total)} proposals"
        )
    if set(by.values()) == {total}:
        who = listing([file.parties[b].name for b in sorted(by)])
        return f"{who} {'blocks' if len(by) == 1 else 'each block'} {all_}"
    told = sorted(by.items(), key=lambda pair: (-pair[1], pair[0]))
    parts = [f"{file.parties[b].name} blocks {numeral(n)}" for b, n in told]
    parts.append(f"nobody blocks {numeral(free)}" if free else "none is free of a block")
    return f"Of {count(total, 'proposal')}, {listing(parts)}"


def open_share(zone: Mapping[str, Any]) -> str:
    """Return in how many draws some proposal is in the zone."""
    return (
        f"In {percent(zone['open_share'])} of draws at least one proposal is accepted by all its signatories with at least "
        f"{percent(zone['threshold'])} each."
    )


def basis(zone: Mapping[str, Any]) -> str:
    """Return what the zone rests on."""
    return (
        "Each signatory accepts with the probability that the chain gives it, war being what it has instead; means of "
        f"{zone['draws']:,} draws, concessions tried on {zone['search']['draws']}. Concessions are searched among a few, not "
        "optimised. They change outcomes and leave terms (troops, pledges) as they are: where a concession takes away what the terms "
        "provide, it is no coherent proposal, and the terms would have to change with it."
    )


def concession(file: PositionFile, blocker: str, found: Mapping[str, Any]) -> str:
    """Return the cheapest concession in words, or that none was found and how near the best comes."""
    name, most = file.parties[blocker].name, found["most"]
    if found["narrow"]:
        return (
            f"{name} blocks it so narrowly that on the few draws of the search it accepts, with {percent(found['now'])}; no concession "
            "was looked for."
        )
    if found["cheapest"] is None and not most["moves"]:
        return f"none of {found['tried']} concessions to {name} raises what it accepts with, {percent(found['now'])}."
    if found["cheapest"] is None:
        most_accepts = f"at most it would accept with {percent(most['accepts'])}"
        end = f"{most_accepts}, but then another signatory refuses" if most["enough"] else most_accepts
        return f"none of {found['tried']} concessions brings {name} in and keeps the others; {end}."
    best = found["cheapest"]
    accepts = listing([f"{file.parties[p].name} with {percent(a)}" for p, a in best["accepts"].items()])
    moved = moves(file, best["moves"])
    return f"the cheapest of {found['tried']} concessions to {name} that works moves {moved}; accepted then by {accepts}."


def moves(file: PositionFile, moved: Mapping[str, Mapping[str, float]]) -> str:
    """Return which issues a concession moves, from where to where and towards what."""
    names = Names(file)
    told: list[str] = []
    for issue, m in moved.items():
        ends = file.issues[issue]
        towards = ends.high if m["to"] > m["from"] else ends.low
        told.append(
            f"{quoted(names.issue(issue))} from {m['from']:.2f} to {m['to']:.2f} (towards {quoted(towards)})"
        )
    return listing(told)


def terms_kept(file: PositionFile, proposal: str) -> str | None:
    """Return which terms of a proposal stay as they are in any concession; None where it has none."""
    if not isinstance(file, Scenario) or not file.proposals[proposal].terms:
        return None
    kinds = Counter(_kind(term) for term in file.proposals[proposal].terms)
    told = listing([count(n, kind) for kind, n in sorted(kinds.items())])
    verb = "stays as it is" if kinds.total() == 1 else "stay as they are"
    return f"{capital(told)} {verb}."


def _kind(term: TermBase) -> str:
    """Return what a term is, and of troops where they stand."""
    if isinstance(term, Deployment):
        return f"{term.place} deployment"
    return "pledge" if isinstance(term, Pledge) else f"{term.kind_of_term} term"


def solution(file: PositionFile, zone: Mapping[str, Any], rule: str) -> str:
    """Return which proposal one axiomatic solution chooses most often, fighting on being what each side has instead."""
    told = zone["solutions"][rule]
    name = SOLUTION_NAMES[rule]
    best = max(sorted(told["chosen"]), key=lambda p: told["chosen"][p])
    if told["chosen"][best] <= 0:
        return f"{name}: none in any draw, as in each some principal would rather fight on."
    none = "" if told["none"] == 0 else f"; none in {percent(told['none'])}"
    return f"{name}: {title(file, best)} in {percent(told['chosen'][best])} of draws{none}."
