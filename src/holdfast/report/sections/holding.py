"""How long each proposal holds, what ends it, and how long past ceasefires held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.report.base_rates import (
    ABOUT,
    CAUTIONS,
    CEASEFIRES,
    SURVIVAL,
    SURVIVAL_ABOUT,
    SURVIVAL_ALL,
    SURVIVAL_SOURCE,
)
from holdfast.report.blocks import Figure, Fold, Note, Panel, Points, Prose, Section, Table
from holdfast.report.figures.survival import survival
from holdfast.report.sections.verdict import either_way
from holdfast.report.words import capital, chance, count, likelihood, numeral, percent, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from holdfast.report.answers import Proposal
    from holdfast.report.base_rates import Figure as Published
    from holdfast.report.blocks import Block
    from holdfast.report.study import Study
    from holdfast.report.words import Spread

    Curve = Mapping[float, Spread]

_PREFIX = "holds_curve."


def holding(study: Study) -> Section:
    """Return the section on how long the ceasefire holds."""
    proposals = study.answers.proposals
    curves = _curves(study)
    blocks: list[Block] = [
        Prose(
            "To hold means that the war has not restarted. Daily violations are another matter: they enter here only through "
            "incidents that escalate by accident."
        )
    ]
    if any(curves.values()):
        blocks.append(_figure(proposals, curves))
    else:
        blocks.append(Note("These draws carry no survival curve, so none is drawn."))
    blocks += [
        Note(" ".join((SURVIVAL_ABOUT, *CAUTIONS))),
        Prose(f"Source of the published curves: {SURVIVAL_SOURCE}."),
        _causes(study),
        Fold(
            "More of the outside view: published figures on past ceasefires",
            (published(CEASEFIRES), Points(CAUTIONS)),
        ),
    ]
    return Section("holding", "How long would it hold?", tuple(blocks))


def _curves(study: Study) -> dict[str, dict[float, Spread]]:
    """Return {proposal: {years: spread of holding}}."""
    years = sorted(
        float(column.removeprefix(_PREFIX)) for column in study.draws.columns if column.startswith(_PREFIX)
    )
    curves: dict[str, dict[float, Spread]] = {p.id: {} for p in study.answers.proposals}
    for year in years:
        for proposal, spread in study.draws.spread(f"{_PREFIX}{year:g}").items():
            if proposal in curves:
                curves[proposal][year] = spread
    return curves


def _figure(proposals: Sequence[Proposal], curves: Mapping[str, Curve]) -> Figure:
    horizon = max(year for curve in curves.values() for year in curve)
    panels = tuple(
        Panel(
            f"{p.rank} {p.title}",
            f"holds ten years: {chance(p.holds_ten)}{f', {likelihood(p.holds_ten)}' if p.holds_ten else ''}",
            survival(
                p,
                curves[p.id],
                [curves[other.id] for other in proposals if other is not p],
                max(horizon, 10.0),
            ),
        )
        for p in proposals
    )
    years = sorted({year for curve in curves.values() for year in curve})
    rows = tuple((f"{year:g}", *(chance(curves[p.id].get(year)) for p in proposals)) for year in years)
    data = Table(
        "Still holding after so many years", ("Years", *(f"{p.rank} {p.title}" for p in proposals)), rows
    )
    past_years = sorted({year for curve in (*SURVIVAL, SURVIVAL_ALL) for year, _ in curve.points})
    past = Table(
        "Published survival of past ceasefires",
        ("Years", *(f"{curve.label} ({curve.ceasefires} ceasefires)" for curve in (*SURVIVAL, SURVIVAL_ALL))),
        tuple(
            (
                f"{year:g}",
                *(
                    "–" if (share := curve.at(year)) is None else percent(share)
                    for curve in (*SURVIVAL, SURVIVAL_ALL)
                ),
            )
            for year in past_years
        ),
    )
    return Figure(
        _finding(proposals),
        panels,
        (data, past),
        legend="Blue: the proposal’s mean and, shaded, its 5–95% interval; grey: the other proposals’ means. "
        "Orange, the outside view: published survival of past ceasefires, ▲ with and ▼ without peacekeepers, "
        "drawn beside the model’s answer and never blended into it.",
    )


def _finding(proposals: Sequence[Proposal]) -> str:
    """Title the chart: who holds longest, and how that stands to the published record."""
    known = sorted(
        ((p, s) for p in proposals if (s := p.holds_ten) is not None),
        key=lambda pair: (-pair[1].mean, pair[0].rank),
    )
    if not known:
        return "No proposal has a probability of holding"
    low, high = sorted(share for curve in SURVIVAL if (share := curve.at(10)) is not None)
    top, spread = known[0]
    band = f"the {percent(low)} to {percent(high)} of past ceasefires"
    if len(known) == 1:
        place = "below" if spread.mean < low else "above" if spread.mean > high else "within"
        return f"It holds ten years with {chance(spread)}, {place} {band}"
    below = sum(s.mean < low for _, s in known)
    above = sum(s.mean > high for _, s in known)
    parts = [
        f"{numeral(n)} {word}"
        for n, word in ((below, "below"), (len(known) - below - above, "within"), (above, "above"))
        if n
    ]
    return f"{capital(quoted(top.title))} holds longest, {chance(spread)} at ten years; {', '.join(parts)} {band}"


def _causes(study: Study) -> Table:
    """Return what ended the ceasefire within ten years, by proposal."""
    proposals = study.answers.proposals
    causes = sorted(
        {cause for p in proposals for cause in p.causes}, key=lambda cause: (cause == "accident", cause)
    )
    doubt = sum(either_way(p.holds_ten) for p in proposals)
    tail = f" For {count(doubt, 'proposal')} holding ten years could go either way." if doubt else ""
    return Table(
        f"What restarts the war within ten years: share of each cause, with its 5–95% interval.{tail}",
        ("Proposal", *(study.names.cause(cause) for cause in causes), "still holds"),
        tuple(
            (f"{p.rank} {p.title}", *(chance(p.causes.get(cause)) for cause in causes), chance(p.holds_ten))
            for p in proposals
        ),
    )


def published(figures: Sequence[Published]) -> Table:
    """Return published figures as a table that says of each what it is about."""
    return Table(
        "Published figures, beside the model and never blended into it",
        ("Figure", "What", "About", "Source", "How it was had"),
        tuple((f.value, f.what, ABOUT[f.about], f.source, f.status) for f in figures),
        numeric=False,
    )
