"""What the model assumes, what it cannot say, and what about this study calls for care."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from holdfast.report.blocks import Heading, Note, Points, Prose, Section, Table
from holdfast.report.sections.verdict import warnings
from holdfast.report.words import listing, number, percent, scale

if TYPE_CHECKING:
    from collections.abc import Mapping

    from holdfast.report.blocks import Block
    from holdfast.report.study import Study

#: Above these the equations, not the situation, decide.
_NOISE, _CRISES = 0.15, 4.0

_ASSUMPTIONS = (
    "To hold means that the war has not restarted at scale. Daily violations are not counted; they matter only through "
    "incidents that escalate by accident.",
    "Values are shares of a party’s own stake: 1 is its ideal on every issue for ever. They cannot be added or compared "
    "across parties.",
    "War is a costly lottery: strength, pledged help and troops in the country set the odds, and fighting costs both sides "
    "for as long as it lasts. A side that would lose more by fighting than by yielding yields.",
    "At a crisis a principal weighs attacking now against the standing ceasefire, with the option of attacking later. It may "
    "err: the better an act, the likelier it is, not the only one possible.",
    "An attack is detected and attributed in time, or not. If not, no pledge falls due.",
    "Bodies decide independently of each other, and how a member voted does not bind what it then honours. Both are "
    "simplifications.",
    "Guarantors decide each for itself, knowing what the others are likely to do but not what they do.",
    "Troops in the country fight at once, whatever is detected and decided. Troops near its border make honouring cheaper and "
    "add nothing until they come.",
    "Ceasefires are most brittle when young: crises and accidents are more frequent at first and settle.",
    "Inputs are drawn independently unless the file correlates them. The same input under two proposals takes the same place in "
    "its range in a draw, so that proposals are compared on equal terms.",
)
_CANNOT = (
    "It does not foresee events. It says what follows from the file’s numbers; if they are wrong, so is the answer.",
    "It does not say what is just or lawful, nor whose claim is right. It takes no side between the parties.",
    "It knows no new offers, no change of government, no new weapon and no third war; whatever is not in the file does not happen.",
    "It has two principals. A war with more sides is beyond this version.",
    "It gives no operational military advice.",
    "The published figures beside its answers come from other conflicts and are never blended into them.",
)


def limits(study: Study, manifest: Mapping[str, Any]) -> Section:
    """Return the section on assumptions, limits, words and the record of the study."""
    blocks: list[Block] = [
        *(Note(text) for text in warnings(study.answers) + _beyond(study)),
        Heading("What the model assumes"),
        Points(_ASSUMPTIONS),
        Heading("What it cannot say"),
        Points(_CANNOT),
        Heading("How to read the numbers"),
        Prose(
            f"Every number is a mean over {study.answers.draws:,} draws; a draw is one joint sample of every uncertain input. In brackets "
            "stands the 5–95% interval over draws: how far the answer moves because inputs are uncertain. A proposal is best in a "
            "draw if its probability of being signed and holding ten years is the highest there; ties are shared."
        ),
        Table("Words for probabilities on this page", ("Word", "meaning"), tuple(scale()), numeric=False),
        Heading("Record of this study"),
        Table("Record of this study", ("Entry", "value"), tuple(_flat(manifest)), numeric=False),
    ]
    return Section("limits", "Assumptions, limits and how to read this page", tuple(blocks))


def _beyond(study: Study) -> list[str]:
    """Warn where the file leaves the ranges in which the equations speak for the situation."""
    found: list[str] = []
    for field, limit, what in (("noise", _NOISE, "noise"), ("crises_per_year", _CRISES, "crises a year")):
        high: list[str] = []
        for who in study.scenario.principals:
            quantity = getattr(study.scenario.parties[who], field)
            if quantity is not None and quantity.interval90[1] > limit:
                high.append(f"{study.names.party(who)} (up to {number(quantity.interval90[1])})")
        if high:
            found.append(
                f"Above {limit:g} {what}, the equations rather than the situation decide; the file goes beyond that for {listing(high)}."
            )
    fragile = [p for p in study.answers.proposals if p.fragile > 0.05]
    if fragile:
        told = [f"{p.rank} ({percent(p.fragile)})" for p in fragile]
        found.append(f"More than {percent(0.05)} of draws are fragile under proposals {listing(told)}.")
    return found


def _flat(entry: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Return a nested mapping as rows of dotted names and values."""
    rows: list[tuple[str, str]] = []
    for name in sorted(entry):
        value: Any = entry[name]
        if isinstance(value, dict):
            rows += _flat(value, f"{prefix}{name}.")
        elif isinstance(value, (list, tuple)):
            rows.append((f"{prefix}{name}", ", ".join(str(item) for item in value) or "–"))
        else:
            rows.append((f"{prefix}{name}", str(value)))
    return rows
