"""What to expect on each issue: where each model ends, how power lies along the issue, how positions move."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from holdfast.report.bargain.fairness import fair, fair_told, pressing, stays
from holdfast.report.bargain.movement import moved, moving
from holdfast.report.bargain.talk import MOVING, OTHERS, spread_of
from holdfast.report.bargain.tested import ALWAYS_HALF, challenge_warning, off
from holdfast.report.bargain.words import APART, MODEL_NAMES, agree, apart, leaning, range_of
from holdfast.report.blocks import Figure, Panel, Prose, Table
from holdfast.report.figures.courses import Path, courses
from holdfast.report.figures.places import Place, places
from holdfast.report.figures.stack import stack
from holdfast.report.study import some
from holdfast.report.words import capital, count, listing, number, numeral, percent, quoted, shortened
from holdfast.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping

    from holdfast.report.bargain.talk import Talk
    from holdfast.report.blocks import Block

__all__ = [
    "agreement",
    "bargainers",
    "expectation",
    "fair_blocks",
    "outcome_figure",
    "power_figure",
    "rounds_figure",
    "scale_of",
]

_STILL = 0.02
"""A middle that moves by less than this hardly moves."""
_END = 44
"""Letters of an end's label above a panel."""


def bargainers(talk: Talk) -> str:
    """Say who sits at the table, and whether those who would sign do."""
    who: list[str] = talk.found["parties"]
    first = [p for p in talk.colours if p in who]
    names = listing(some([talk.party(p) for p in (*first, *(p for p in who if p not in first))]))
    principals = talk.file.principals if isinstance(talk.file, Scenario) else ()
    absent = [talk.party(p) for p in principals if p not in who]
    if not absent:
        return f"{names}."
    verb, they = ("is", "it accepts") if len(absent) == 1 else ("are", "they accept")
    return f"{names}. {listing(absent)} {verb} not among them: what follows is where the others would end, not what {they}."


def expectation(talk: Talk, issue: str) -> str:
    """Return in a sentence or two what to expect on an issue, and whether the models agree."""
    about = talk.issues[issue]
    mean = about["outcome"]["mean"]
    return f"{range_of(mean)}, {leaning(talk.file, issue, mean['mean'])}. {apart(about)}"


def scale_of(talk: Talk, issue: str) -> str:
    """Return what the ends of an issue's scale mean."""
    ends = talk.file.issues[issue]
    return f"0: {shortened(ends.low, _END)}; 1: {shortened(ends.high, _END)}{'' if len(ends.high) > _END else '.'}"


def agreement(talk: Talk) -> str:
    """Return as a title on how many issues the models agree."""
    issues = list(talk.issues)
    yes = [k for k in issues if agree(talk.issues[k])]
    if len(yes) == len(issues):
        whole = "the issue" if len(issues) == 1 else f"all {numeral(len(issues))} issues"
        return f"The models agree to within {APART:.2f} on {whole}"
    no = [quoted(talk.names.issue(k)) for k in issues if k not in yes]
    return f"The models disagree by more than {APART:.2f} on {listing(some(no))}"


def outcome_figure(talk: Talk, key: str = "outcome") -> Figure:
    """Draw where each model ends, issue by issue, the weighted mean in blue."""
    panels: list[Panel] = []
    rows: list[tuple[str, ...]] = []
    for n, (issue, about) in enumerate(talk.issues.items()):
        drawn = [
            Place(capital(MODEL_NAMES[m]), range_of(s), s["mean"], s["p05"], s["p95"], m == "mean")
            for m, s in about["outcome"].items()
            if s is not None and m in pressing(about["outcome"])
        ]
        told = "; ".join(f"{row.label} {row.value}" for row in drawn)
        name = talk.names.issue(issue)
        picture = places(drawn, axis="outcome, 0 to 1", label=f"{name}: {told}.", key=f"{key}{n}")
        panels.append(Panel(name, f"{scale_of(talk, issue)} {apart(about)}", picture))
        for model in pressing(about["outcome"]):
            s, settled = about["outcome"][model], about["settled"].get(model)
            shown = "–" if settled is None else percent(settled)
            rows.append(
                (name, MODEL_NAMES[model], "none" if s is None else range_of(s), off(model) or "–", shown)
            )
    data = Table(
        "Where each model ends, from 0 to 1: mean over draws, in brackets the 5–95% interval. How far off it was: on average, on decisions "
        f"with known outcomes; always saying 0.50 was off by {ALWAYS_HALF:.2f}",
        ("Issue", "model", "ends at", "was off by", "draws in which it settles"),
        tuple(rows),
        words=(1,),
    )
    return Figure(
        agreement(talk),
        tuple(panels),
        (data,),
        legend="Dots: means over draws; bars: 5–95% intervals. Blue is the weighted mean, which no model here beat on decisions with "
        f"known outcomes by more than its noise, and which was off by {off('mean')} on average, always saying 0.50 by {ALWAYS_HALF:.2f}"
        f"{_challenged(talk)}.",
    )


def _challenged(talk: Talk) -> str:
    """Say in the legend how the challenge model did, where it is shown."""
    shown = any("challenge" in about["outcome"] for about in talk.issues.values())
    return f". {challenge_warning()}".removesuffix(".") if shown else ""


def fair_blocks(talk: Talk) -> list[Block]:
    """Return what the rules of fairness would choose on each issue; nothing where none was worked out."""
    told: list[Block] = [Prose(line) for line in fair_told(talk.found)]
    rules = [m for m in fair(talk.found["gains"]) if not stays(talk.found, m)]
    if rules:
        cells = tuple(
            (
                talk.names.issue(k),
                *("none" if (s := about["outcome"][m]) is None else range_of(s) for m in rules),
            )
            for k, about in talk.issues.items()
        )
        caption = "Where a rule of fairness would put each issue, from 0 to 1: mean over draws, in brackets the 5–95% interval"
        told.append(Table(caption, ("Issue", *(MODEL_NAMES[m] for m in rules)), cells))
    return told


def power_figure(talk: Talk) -> Figure:
    """Draw how power is spread along each issue, the strongest parties in colour."""
    panels: list[Panel] = []
    rows: list[tuple[str, ...]] = []
    for n, (issue, about) in enumerate(talk.issues.items()):
        along: Mapping[str, list[float]] = about["along"]
        order = [p for p in talk.colours if p in along]
        rest = [p for p in along if p not in talk.colours]
        power = {talk.party(p): along[p] for p in order}
        colours = {talk.party(p): talk.colours[p] for p in order}
        if rest:
            others = f"{count(len(rest), 'other')}"
            power = {others: [sum(column) for column in zip(*(along[p] for p in rest), strict=True)], **power}
            colours[others] = OTHERS
        name, mean, median = (
            talk.names.issue(issue),
            about["outcome"]["mean"]["mean"],
            about["outcome"]["median"]["mean"],
        )
        finding = f"{scale_of(talk, issue)} {capital(_heaviest(talk, about))}"
        label = f"{name}: power stacked along the scale. {_heaviest(talk, about)} Weighted mean {number(mean)}, median {number(median)}."
        panels.append(Panel(name, finding, stack(power, colours, mean, median, label=label, key=f"power{n}")))
        stances = sorted(about["stances"].items(), key=lambda row: -row[1]["power"]["mean"])
        rows += [
            (
                name,
                talk.party(p),
                range_of(s["position"]),
                number(s["salience"]["mean"]),
                _share(s["power"]),
            )
            for p, s in stances
        ]
    data = Table(
        "Where the parties stand (0 to 1), how much they care (share of their influence), and their share of the power",
        ("Issue", "party", "position", "salience", "power"),
        tuple(rows),
        words=(1,),
    )
    return Figure(
        _power_finding(talk),
        tuple(panels),
        (data,),
        legend="Power is salience × influence, as a share of all spent on the issue, counted where each party stands in each draw: a "
        "party unsure of its position is spread out. Lines: the weighted mean and (dashed) median.",
    )


def _share(entry: Mapping[str, float]) -> str:
    return f"{percent(entry['mean'])} ({percent(entry['p05']).removesuffix('%')}–{percent(entry['p95'])})"


def _strongest(about: Mapping[str, Any], most: int = 3) -> list[str]:
    stances = about["stances"]
    return sorted(stances, key=lambda p: (-stances[p]["power"]["mean"], p))[:most]


def _heaviest(talk: Talk, about: Mapping[str, Any]) -> str:
    """Say who has most of the power on one issue."""
    top = _strongest(about)
    share = sum(about["stances"][p]["power"]["mean"] for p in top)
    if len(about["stances"]) <= len(top):
        each = [f"{talk.party(p)} {percent(about['stances'][p]['power']['mean'])}" for p in top]
        return f"Of the power {listing(each)}."
    verb = "has" if len(top) == 1 else "have"
    return f"{listing([talk.party(p) for p in top])} {verb} {percent(share)} of the power."


def _power_finding(talk: Talk) -> str:
    """Title the picture: who has most power, on how many issues."""
    first = [(_strongest(about, 1)[0], issue) for issue, about in talk.issues.items()]
    by: dict[str, list[str]] = {}
    for party, issue in first:
        by.setdefault(party, []).append(issue)
    party = max(by, key=lambda p: (len(by[p]), p))
    if len(by[party]) == len(talk.issues):
        where = "" if len(talk.issues) == 1 else " on every issue"
        return f"{talk.party(party)} has the most power{where}"
    parts = [
        f"{talk.party(p)} on {listing(some([quoted(talk.names.issue(k)) for k in issues]))}"
        for p, issues in by.items()
    ]
    return f"Most power has {'; '.join(parts)}"


def rounds_figure(talk: Talk) -> Figure | None:
    """Draw positions over rounds, a panel an issue and model; None where no model with rounds was asked for."""
    panels: list[Panel] = []
    rows: list[tuple[str, ...]] = []
    far: list[tuple[float, str, str]] = []
    for n, (issue, about) in enumerate(talk.issues.items()):
        for model, rounds in about["rounds"].items():
            name = f"{talk.names.issue(issue)}: {MODEL_NAMES[model]}"
            middle = [spread_of(s) for s in rounds["middle"]]
            gone = list(moved(rounds))
            far.append((abs(middle[-1].mean - middle[0].mean), quoted(talk.names.issue(issue)), model))
            finding = f"{scale_of(talk, issue)} {moving(talk.names, rounds)} {_settles(about, model)}"
            label = f"{name}. The middle goes from {number(middle[0].mean)} to {number(middle[-1].mean)}. {moving(talk.names, rounds)}"
            picture = courses(_paths(talk, rounds, gone), middle, label=label, key=f"rounds{n}{model}")
            panels.append(Panel(name, finding, picture))
            rows += [
                (
                    talk.names.issue(issue),
                    MODEL_NAMES[model],
                    talk.party(p),
                    range_of(steps[0]),
                    range_of(steps[-1]),
                )
                for p, steps in rounds["parties"].items()
            ]
    if not panels:
        return None
    data = Table(
        "Where each party stands at the start and after the last round (0 to 1)",
        ("Issue", "model", "party", "start", "end"),
        tuple(rows),
        words=(1, 2),
    )
    size, issue, model = max(far)
    finding = (
        f"The middle moves most on {issue} in the {MODEL_NAMES[model]}, by {number(size)}"
        if size >= _STILL
        else "The middle hardly moves in any model"
    )
    return Figure(
        finding,
        tuple(panels),
        (data,),
        legend="Lines: each party’s mean position; the strongest parties are named, in colour if they move; light grey: whoever stays. "
        "Dashed: the middle (challenge model: weighted median; spatial model: weighted mean) with its 5–95% interval.",
    )


def _settles(about: Mapping[str, Any], model: str) -> str:
    share = about["settled"].get(model)
    return "" if share is None else f"Settles in {percent(share)} of draws."


def _paths(talk: Talk, rounds: Mapping[str, Any], gone: list[str]) -> list[Path]:
    """Return the lines: those who stay, those who move, and on top the strongest, who are named."""
    found: list[tuple[int, Path]] = []
    for party, steps in rounds["parties"].items():
        places_ = tuple(s["mean"] for s in steps)
        stays = party not in gone
        strong = party in talk.colours
        colour = OTHERS if stays else talk.colours.get(party, MOVING)
        path = Path(
            talk.party(party) if strong else "", places_, colour, 2.2 if strong and not stays else 1.0
        )
        found.append((2 * strong + (not stays), path))
    return [path for _, path in sorted(found, key=lambda pair: pair[0])]
