"""The sentences on concessions: what would bring a blocker in, what none is tried for, and what stays as it is.

Findings come as `study.bargain.zone` returned them (docs/reference/bargain.md).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from holdfast.report.bargain.signing_words import ROUNDING, below, ordered, title
from holdfast.report.names import Names
from holdfast.report.words import capital, count, listing, number, numeral, percent, quoted
from holdfast.scenario import Scenario
from holdfast.scenario.terms import Deployment, Pledge

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from holdfast.scenario import PositionFile
    from holdfast.scenario.terms import TermBase

__all__ = [
    "brought_in",
    "concession",
    "concessions",
    "first_concession",
    "moves",
    "still_blocking",
    "terms_kept",
]


def concessions(file: PositionFile, proposal: str, zone: Mapping[str, Any]) -> list[str]:
    """Return for each signatory that blocks a proposal the cheapest concession to it, and to whom none can be tried."""
    row = zone["proposals"][proposal]
    told = [
        f"{concession(file, blocker, found, zone['threshold'])}{_kept(file, proposal, found)}"
        for blocker, found in row["concessions"].items()
    ]
    given = _given(row)
    return [*told, _untried(file, given)] if given else told


def _kept(file: PositionFile, proposal: str, found: Mapping[str, Any]) -> str:
    """Return which terms stay as they are, where there is a concession."""
    kept = terms_kept(file, proposal)
    return "" if found["cheapest"] is None or kept is None else f" {kept}"


def _given(row: Mapping[str, Any]) -> list[str]:
    """Return who blocks a proposal with what the file gives it: no concession can raise that, and none is tried."""
    return [b for b in row["blocks"] if b not in row["concessions"]]


def _untried(file: PositionFile, parties: Sequence[str]) -> str:
    """Say why no concession to these is tried."""
    it = "it accepts" if len(parties) == 1 else "they accept"
    who = listing([Names(file).party(p) for p in parties])
    return f"no concession to {who} can be tried: what {it} is given in the file."


def first_concession(file: PositionFile, zone: Mapping[str, Any]) -> str | None:
    """Return the cheapest concession for the blocked proposal nearest to the zone, for how many one was found, and for whom none can be.

    None where nothing is blocked.
    """
    shut = [p for p in ordered(file, zone) if zone["proposals"][p]["blocks"]]
    if not shut:
        return None
    tried = {p: zone["proposals"][p]["concessions"] for p in shut}
    works = [(p, *found) for p in shut if (found := brought_in(zone, p)) is not None]
    given = list(dict.fromkeys(b for p in shut for b in _given(zone["proposals"][p])))
    untried = f" {capital(_untried(file, given))}" if given else ""
    if not any(tried.values()):
        return untried.strip()
    whole = "the blocked proposal" if len(shut) == 1 else f"{numeral(len(shut))} blocked proposals"
    if not works:
        many = any(len(zone["proposals"][p]["blocks"]) > 1 for p in shut)
        why = (
            " Where several block, a concession to one of them does not bring in the others." if many else ""
        )
        return f"None that would bring {whole} into the zone was found among those tried.{why}{untried}"
    p, blocker, best = works[0]
    name = Names(file).party(blocker)
    said = f"For {title(file, p)}, to {name}: {moves(file, best['moves'])}; {name} then accepts with {percent(best['accepts'][blocker])}."
    return said if len(shut) == 1 else f"{said} One was found for {numeral(len(works))} of {whole}.{untried}"


def brought_in(zone: Mapping[str, Any], proposal: str) -> tuple[str, Mapping[str, Any]] | None:
    """Return the only blocker of a proposal and the cheapest concession that was found to bring it in; None where there is none."""
    row = zone["proposals"][proposal]
    if len(row["blocks"]) != 1:
        return None
    for blocker, found in row["concessions"].items():
        best = found["cheapest"]
        if best is not None and not still_blocking(best["accepts"], zone["threshold"]):
            return blocker, best
    return None


def still_blocking(accepts: Mapping[str, float], threshold: float) -> list[str]:
    """Return which signatories block a proposal after a concession all the same: it brings in one, and keeps who accepted before.

    Parameters
    ----------
    accepts
        By signatory, with what probability it then accepts, the mean over draws.
    threshold
        What each must reach.

    Examples
    --------
    >>> still_blocking({"KES": 0.94, "MUR": 0.5, "VIN": 0.3}, 0.5)
    ['VIN']
    """
    return [p for p, a in accepts.items() if a < threshold - ROUNDING]


def concession(file: PositionFile, blocker: str, found: Mapping[str, Any], threshold: float) -> str:
    """Return the cheapest concession in words and who blocks all the same, or that none was found and how near the best comes."""
    name, most = Names(file).party(blocker), found["most"]
    if found["narrow"]:
        return (
            f"{name} blocks it so narrowly that on the draws of the search it accepts, with {percent(found['now'])}; no concession "
            "was looked for."
        )
    if found["cheapest"] is None and not most["moves"]:
        return f"none of {found['tried']} concessions to {name} raises what it accepts with, {percent(found['now'])}."
    if found["cheapest"] is None:
        most_accepts = f"at most it would accept with {percent(most['accepts'])}"
        end = f"{most_accepts}, but then another signatory refuses" if most["enough"] else most_accepts
        return f"none of {found['tried']} concessions brings {name} in and keeps the others; {end}."
    best = found["cheapest"]
    shut = still_blocking(best["accepts"], threshold)
    with_ = {p: f"{Names(file).party(p)} with {below(a, threshold)}" for p, a in best["accepts"].items()}
    accepts = listing([said for p, said in with_.items() if p not in shut])
    works = "brings it in" if shut else "works"
    said = (
        f"the cheapest of {found['tried']} concessions to {name} that {works} moves {moves(file, best['moves'])}; accepted then by "
        f"{accepts}"
    )
    if not shut:
        return f"{said}."
    verb = "blocks" if len(shut) == 1 else "block"
    return f"{said}, but {listing([with_[p] for p in shut])} still {verb} the proposal."


def moves(file: PositionFile, moved: Mapping[str, Mapping[str, float]]) -> str:
    """Return which issues a concession moves, from where to where and towards what."""
    names = Names(file)
    told: list[str] = []
    for issue, m in moved.items():
        ends = file.issues[issue]
        towards = ends.high if m["to"] > m["from"] else ends.low
        told.append(
            f"{quoted(names.issue(issue))} from {number(m['from'])} to {number(m['to'])} (towards {quoted(towards)})"
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
