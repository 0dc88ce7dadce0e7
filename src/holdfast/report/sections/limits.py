"""How to read the numbers, and what about this study calls for care.

What the model assumes and cannot say stands in `templates/assumptions.html.j2`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from holdfast.report.blocks import Heading, Note, Prose, Section, Table
from holdfast.report.sections.verdict import warnings
from holdfast.report.words import listing, number, percent, scale

if TYPE_CHECKING:
    from holdfast.report.blocks import Block
    from holdfast.report.study import Study

#: Above these the equations, not the situation, decide.
_NOISE, _CRISES = 0.15, 4.0

#: Entries of the manifest that other sections show.
_ELSEWHERE = {"inputs", "explained", "overlaps"}


def limits(study: Study, manifest: Mapping[str, Any]) -> Section:
    """Return the section on limits, words and the record of the study."""
    blocks: list[Block] = [
        *(Note(text) for text in warnings(study.answers) + _beyond(study)),
        Heading("How to read the numbers"),
        Prose(
            f"Every number is a mean over {study.answers.draws:,} draws; a draw is one joint sample of every uncertain input. In brackets "
            "stands the 5–95% interval over draws: how far the answer moves because inputs are uncertain. A proposal is best in a "
            "draw if its probability of being signed and holding ten years is the highest there; ties are shared."
        ),
        Table("Words for probabilities on this page", ("Word", "meaning"), tuple(scale()), numeric=False),
        Heading("Record of this study"),
        Table(
            "What was run, on what, and what came out",
            ("Entry", "value"),
            tuple(_flat({name: entry for name, entry in manifest.items() if name not in _ELSEWHERE})),
            numeric=False,
        ),
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
        if isinstance(value, Mapping):
            rows += _flat(cast("Mapping[str, Any]", value), f"{prefix}{name}.")
        elif isinstance(value, (list, tuple)):
            items = [str(item) for item in cast("list[object]", value)]
            rows.append((f"{prefix}{name}", ", ".join(items) or "–"))
        else:
            rows.append((f"{prefix}{name}", str(value)))
    return rows
