"""What the answers hinge on: the inputs that explain most of the variance, sourced or judged, and where the best changes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from holdfast.report.blocks import Figure, Fold, Note, Panel, Points, Prose, Section, Table
from holdfast.report.figures.bars import Bar, bars
from holdfast.report.figures.svg import BLUE, ORANGE
from holdfast.report.names import STANDING
from holdfast.report.sections.verdict import BEST, BOTH, conclusion, explained, hinges_of
from holdfast.report.study import named
from holdfast.report.words import SLIGHT, capital, listing, measured, numeral, percent, quoted, shortened

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from holdfast.report.answers import Hinge, Tipping
    from holdfast.report.blocks import Block, Cell
    from holdfast.report.study import Study

_FEW, _MANY = 5, 12
_LEGEND = (
    "Bars: share of the variance explained, ± the error of the estimate (black line). Blue: sourced; orange, and marked "
    "“judgement” or “no source given”: not sourced. What inputs explain leaves out those too slight to be told from chance, "
    "which may be drawn here all the same."
)
_OUTCOMES = {
    "signed": "signed",
    "holds_10": "holds ten years",
    "signed_and_holds_10": "signed and holds ten years",
    "best": "which proposal is best",
}


def hinges(study: Study) -> Section:
    """Return the section on what the answers hinge on."""
    answers = study.answers
    if not answers.hinges:
        text = (
            "Nothing: no input explains any of the variance of the answers. Either every input is a plain number, or none of "
            "the uncertain ones matters."
        )
        return Section("hinges", "What does it hinge on?", (Prose(text),))
    blocks: list[Block] = [
        Prose(
            "A hinge is an input whose uncertainty explains much of the variance of an answer over draws. To learn more about the "
            "first few would settle more than to learn more about all the rest. An orange bar has no source "
            "behind it, but a judgement or nothing named, so it is open to argument."
        )
    ]
    what, outcome, proposal = conclusion(answers)
    main = hinges_of(answers, outcome, proposal)
    # Where nothing but the leader's own hinges is known, its panel among the others shows them.
    if main and (outcome == BEST or len(answers.proposals) == 1):
        panel = _panel(study, capital(what), main, _MANY, "hinge0")
        data = _table(study, "Hinges shown", main[:_MANY])
        blocks.append(Figure(_finding(study, what, main), (panel,), (data,), legend=_LEGEND))
    if len(answers.proposals) > 1:
        blocks += _each(study)
    blocks.append(_tipping(study))
    if study.scenario.correlations:
        blocks += _overlaps(study)
    blocks.append(
        Fold("Every hinge of every outcome", (_table(study, "Every hinge", _sorted(answers.hinges)),))
    )
    return Section("hinges", "What does it hinge on?", tuple(blocks))


def _each(study: Study) -> list[Block]:
    """Draw what signed and holding ten years hinges on, proposal by proposal."""
    proposals = study.answers.proposals
    own = {p.id: hinges_of(study.answers, BOTH, p.id) for p in proposals}
    panels = tuple(
        _panel(
            study, f"{p.rank} {p.title}", own[p.id], _FEW, f"hinge{p.rank}", "signed and holding ten years"
        )
        for p in proposals
        if own[p.id]
    )
    if not panels:
        return []
    firsts = Counter(found[0].input for found in own.values() if found)
    first, often = min(firsts.items(), key=lambda entry: (-entry[1], entry[0]))
    under = (
        "every proposal" if often == len(panels) else f"{numeral(often)} of {numeral(len(panels))} proposals"
    )
    title = f"Signed and holding ten years hinges most on {quoted(study.names.input(first))} under {under}"
    data = _table(study, "Hinges shown", [hinge for p in proposals for hinge in own[p.id][:_FEW]])
    return [Figure(title, panels, (data,), legend=_LEGEND)]


def _overlaps(study: Study) -> list[Block]:
    """Say that correlated inputs share what they explain, and what they explain together."""
    note = Note(
        "Some inputs are correlated. Each one’s share includes what it carries of the others, so that shares overlap."
    )
    firm = [overlap for overlap in study.answers.overlaps if overlap.share > 2 * overlap.error]
    if not firm:
        return [note]
    titles = {p.id: named(p) for p in study.answers.proposals}
    rows = tuple(
        (
            _of(overlap.outcome, overlap.proposal, titles),
            listing([study.names.input(name) for name in overlap.inputs]),
            f"{overlap.share:.3f}",
            f"{overlap.error:.3f}",
        )
        for overlap in firm
    )
    head = ("Outcome", "correlated inputs", "share of variance together", "error")
    table = Table("What correlated inputs explain together", head, rows, words=(1,))
    return [note, Fold("What correlated inputs explain together", (table,))]


def _of(outcome: str, proposal: str | None, titles: Mapping[str, str]) -> str:
    """Name an outcome, and the proposal whose it is."""
    words = _OUTCOMES.get(outcome, outcome)
    return words if proposal is None else f"{words} of {titles.get(proposal, proposal)}"


def _sorted(found: Sequence[Hinge]) -> list[Hinge]:
    order = list(_OUTCOMES)
    place = {name: k for k, name in enumerate(reversed(order))}
    return sorted(found, key=lambda h: (place.get(h.outcome, 9), h.proposal or "", -h.share, h.input))


def _finding(study: Study, what: str, main: Sequence[Hinge]) -> str:
    """Title the figure: the first hinge, and how much has no source."""
    if not main:
        return "What each proposal hinges on"
    first, found = main[0], explained(study.answers, main[0].outcome, main[0].proposal)
    share = "" if found is None else f"; {percent(found[1])} of what inputs explain has no source"
    start = "hinges on no single input; the largest is" if first.share < SLIGHT else "hinges most on"
    return f"{capital(what)} {start} {quoted(study.names.input(first.input))}, {percent(first.share)} of its variance{share}"


def _panel(study: Study, title: str, every: Sequence[Hinge], most: int, key: str, what: str = "") -> Panel:
    """Draw the first few hinges of one outcome; what has no source is said of all inputs."""
    found, own = explained(study.answers, every[0].outcome, every[0].proposal), every[:most]
    rows = [
        Bar(
            study.names.input(hinge.input),
            f"{percent(hinge.share)}{'' if hinge.tipping is None or what else f'; tips at {_short(hinge.tipping.value)}'}",
            0,
            hinge.share,
            None if hinge.error is None else hinge.share - hinge.error,
            None if hinge.error is None else hinge.share + hinge.error,
            BLUE if hinge.sourced else ORANGE,
            "" if hinge.sourced else f" · {study.names.standing(hinge.input)}",
        )
        for hinge in own
    ]
    end = max([0.1, *(hinge.share + (hinge.error or 0.0) for hinge in own)])
    told = "; ".join(
        f"{study.names.input(hinge.input)} {percent(hinge.share)}, {_rests(study, hinge)}" for hinge in own
    )
    picture = bars(
        rows,
        domain=(0, min(end, 1.0)),
        axis="share of the variance explained",
        label=f"What {shortened(title, 80)} hinges on: {told}.",
        key=key,
    )
    finding = what
    if found is not None:
        finding = f"{what + ': ' if what else ''}{percent(found[1])} of what inputs explain has no source"
    return Panel(title, finding, picture)


def _rests(study: Study, hinge: Hinge) -> str:
    """Say what a hinge rests on, in the words of the table of inputs."""
    return STANDING["sourced"] if hinge.sourced else study.names.standing(hinge.input)


def _short(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")


def _tipping(study: Study) -> Points | Prose:
    """Say at which value of which input another proposal comes to have the highest mean."""
    tips = [hinge for hinge in hinges_of(study.answers, BEST, None) if hinge.tipping is not None]
    if len(study.answers.proposals) == 1:
        return Prose("With one proposal there is no ranking that could tip.")
    if not tips:
        return Prose(
            "No listed input, moved within its range with the rest as drawn, changes which proposal is best on average."
        )
    titles = {p.id: named(p) for p in study.answers.proposals}
    told: list[Cell] = []
    for hinge in tips:
        tip = hinge.tipping
        if tip is not None:
            sides = [titles.get(side, side) for side in (tip.below, tip.above) if side is not None]
            change = (
                f": below it {sides[0]} has the highest mean, above it {sides[1]}" if len(sides) == 2 else ""
            )
            told.append(
                f"The lead changes at {_tip(tip)} of {quoted(study.names.input(hinge.input))}{change}, the rest as drawn."
            )
    return Points(tuple(told))


def _tip(tip: Tipping) -> str:
    return _short(tip.value) if tip.error is None else measured(tip.value, tip.error)


def _table(study: Study, caption: str, found: Sequence[Hinge]) -> Table:
    titles = {p.id: named(p) for p in study.answers.proposals}
    return Table(
        caption,
        ("Outcome", "input", "share of variance", "error", "rests on", "tips at"),
        tuple(
            (
                _of(hinge.outcome, hinge.proposal, titles),
                study.names.input(hinge.input),
                f"{hinge.share:.3f}",
                "–" if hinge.error is None else f"{hinge.error:.3f}",
                _rests(study, hinge),
                "–" if hinge.tipping is None else _tip(hinge.tipping),
            )
            for hinge in found
        ),
        words=(1, 4),
    )
