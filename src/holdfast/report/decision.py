"""The page of `holdfast decide`: who can block a body's decision, how much each vote weighs, how likely a decision is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from holdfast.report.blocking import (
    absent,
    answers,
    headline,
    likely,
    passing,
    smallest_deciding,
)
from holdfast.report.blocks import Fold, Heading, Note, Points, Prose, Section, Table
from holdfast.report.coalitions import Decision, amount, tenths
from holdfast.report.measures import EXPLAINED, measured_members, measures_fold, power_figure
from holdfast.report.rendering import css, environment
from holdfast.report.rests import rests_on
from holdfast.report.words import capital, chance, count, numeral, scale
from holdfast.study.store import write_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from holdfast.report.blocks import Block, Cell
    from holdfast.scenario import BodyFile

__all__ = ["decision_page", "write_decision_page"]

#: What `left_out` may name besides the measures.
_COUNTS = {
    "winning": "how many coalitions win",
    "minimal_winning": "how many minimal winning coalitions there are",
    "minimal_blocking_number": "how many minimal blocking coalitions there are",
    "minimal_blocking": "the smallest groups that can block",
    "smallest_winning": "the smallest groups that can decide",
    "collectivity": "the share of coalitions that win",
}


def write_decision_page(file: BodyFile, found: Sequence[Mapping[str, Any]], out: Path) -> None:
    """Write the page of some bodies as one HTML file, the same bytes for the same file and findings.

    Parameters
    ----------
    file, found
        See `decision_page`.
    out
        Where the page goes; written whole or not at all.

    Raises
    ------
    HoldfastError
        If the disk is full or refuses to be written to.
    """
    write_bytes(out, decision_page(file, found).encode())


def decision_page(file: BodyFile, found: Sequence[Mapping[str, Any]]) -> str:
    """Return the page of some bodies as HTML.

    Parameters
    ----------
    file
        Where the bodies stand.
    found
        What `study.decide.decide` returned, one or more.
    """
    decisions = [Decision(file, each) for each in found]
    only = decisions[0] if len(decisions) == 1 else None
    sections = [_section(decision, place, only=only is not None) for place, decision in enumerate(decisions)]
    sections += [_reading(decisions), rests_on(file, decisions)]
    return (
        environment()
        .get_template("decision.html.j2")
        .render(
            title=capital(only.title) if only else file.title,
            subtitle=file.title if only else _cases(decisions),
            as_of=file.as_of.isoformat(),
            headline=headline(only) if only else _headline(decisions),
            answers=answers(only) if only else [(capital(d.title), _short(d)) for d in decisions],
            picture=power_figure(only, "power") if only else None,
            compared=None if only else _compared(decisions),
            sections=sections,
            css=css(),
        )
    )


def _headline(decisions: Sequence[Decision]) -> str:
    """Say of several bodies for how many somebody can block alone, or nothing can pass."""
    dead = [d for d in decisions if d.stopped or d.impossible]
    blocked = [d for d in decisions if d.blockers and d not in dead]
    rest = [d for d in decisions if d not in dead and d not in blocked]
    groups = (
        (dead, "no decision can pass"),
        (blocked, "some member can block alone"),
        (rest, "nobody can block alone"),
    )
    whole = _cases(decisions)
    told = [(len(group), what) for group, what in groups if group]
    if len(told) == 1:
        return f"Under all {whole} {told[0][1]}"
    (first, what), *others = told
    parts = [
        f"{numeral(first)} of {whole} {what}",
        *(f"{numeral(number)} {other}" for number, other in others),
    ]
    return f"Under {', under '.join(parts)}"


def _cases(decisions: Sequence[Decision]) -> str:
    """Count decision rules, or cases where an attacker is given."""
    return count(len(decisions), "case" if any(d.attacker for d in decisions) else "decision rule")


def _short(decision: Decision) -> str:
    """Answer for one of several rules in two or three sentences."""
    told = [f"{headline(decision)}."]
    if not (decision.impossible or decision.certain or decision.stopped):
        told.append(
            f"The smallest groups that can decide, whatever the others vote: {_lowered(smallest_deciding(decision))}"
        )
    likelihood = likely(decision)
    if likelihood is not None and not decision.stopped:
        told.append(f"How likely a decision is: {_lowered(likelihood)}")
    return " ".join(told if decision.stopped else told + absent(decision))


def _lowered(text: str) -> str:
    """Return a sentence as one goes on after a colon, if it begins with an ordinary word."""
    first = text.split(" ", 1)[0].rstrip(",.:").lower()
    known = {"any", "all", "about", "very", "likely", "unlikely", "uncertain", "no", "none", "not", "it"}
    ordinary = first in known or first in {numeral(n) for n in range(10)}
    return text[:1].lower() + text[1:] if ordinary else text


def _compared(decisions: Sequence[Decision]) -> Table:
    """Return the rules side by side."""
    likely_known = any(passing(d) is not None for d in decisions)
    rows: list[tuple[Cell, ...]] = []
    for d in decisions:
        sizes = [_least(d, key) for key in ("minimal_blocking", "smallest_winning")]
        share = d.found["collectivity"]
        rows.append(
            (
                capital(d.title),
                str(len(d.members)),
                str(len(d.blockers)),
                *sizes,
                "–" if share is None else tenths(share),
                *([chance(passing(d))] if likely_known else []),
            )
        )
    head = (
        "Body",
        "members who vote",
        "can block alone",
        "fewest that block",
        "fewest that decide",
        "coalitions that win",
        *(["a decision passes"] if likely_known else []),
    )
    return Table("Side by side", head, tuple(rows))


def _least(decision: Decision, listed: str) -> str:
    groups = decision.found[listed]
    return str(min(len(group) for group in groups)) if groups else "–"


def _section(decision: Decision, place: int, *, only: bool) -> Section:
    """Return everything about one body."""
    blocks: list[Block] = []
    if decision.body.description:
        blocks.append(Prose(decision.body.description))
    if not only:
        told = answers(decision)
        blocks.append(Points(tuple(f"{question} {answer}" for question, answer in told)))
        picture = power_figure(decision, f"power{place}")
        if picture is not None:
            blocks.append(picture)
    if likely(decision) is None:
        blocks.append(
            Note(
                "The file does not give every member’s support, so nothing is said of how likely a decision is."
            )
        )
    blocks += [
        Heading("Every measure"),
        measured_members(decision),
        measures_fold(decision),
        Heading("The smallest groups"),
        _groups(decision, "minimal_blocking", "minimal_blocking_number", "that can block"),
        _groups(decision, "smallest_winning", "minimal_winning", "that can decide"),
        Heading("How it was worked out"),
        Prose(_method(decision)),
    ]
    if decision.found["left_out"]:
        blocks += [
            Prose("Left out:"),
            Points(tuple(f"{_quantity(key)}: {why}" for key, why in decision.found["left_out"].items())),
        ]
    heading = "The members and their power" if only else capital(decision.title)
    return Section(f"rule-{place + 1}", heading, tuple(blocks))


def _quantity(key: str) -> str:
    return EXPLAINED[key][0] if key in EXPLAINED else capital(_COUNTS.get(key, key.replace("_", " ")))


def _groups(decision: Decision, listed: str, counted: str, what: str) -> Block:
    """Return the smallest coalitions as a table, those alike in one row."""
    kinds = decision.kinds(listed)
    total = decision.found[counted]
    if decision.found[listed] is None:
        return Prose(f"The smallest groups {what} are not known: the rule is too large to list them.")
    if not kinds or not kinds[0].size:
        return Prose(f"No group {what} is worth listing: the votes make no difference.")
    caption = f"The smallest groups {what}, each of whose members is needed"
    if total is not None:
        caption += f"; {numeral(total) if total < 10 else amount(total)} such {'group' if total == 1 else 'groups'} in all"
        caption += ", all of them here" if decision.complete(kinds, counted) else ", the first of them here"
    table = Table(
        caption,
        ("Group", "members", "such groups"),
        tuple(
            (capital(decision.told(kind, whole=True)), str(kind.size), amount(kind.number)) for kind in kinds
        ),
        numeric=False,
    )
    summary = f"{capital(count(len(kinds), 'kind'))} of smallest groups {what}"
    return table if len(kinds) <= 3 else Fold(summary, (table,))


def _method(decision: Decision) -> str:
    method, error = decision.found["method"], decision.found["error"]
    if not method:
        return "The rule is too large for any measure of power."
    told = f"The measures come from {method}"
    if error <= 1e-15:
        return f"{told}, exact but for the rounding of the last digit."
    return f"{told}; the largest error is {error:.0e}."


def _reading(decisions: Sequence[Decision]) -> Section:
    """Return how to read the page."""
    points: list[Cell] = [
        "A group wins if its members’ yes is enough, whatever the others vote; it blocks if nothing passes while all its members vote no.",
        "Measures of power are about the rule alone, not about what members want: one with much power may seldom use it.",
        "A rule says who can stop a decision, not who does what was decided.",
    ]
    blocks: list[Block] = [Points(tuple(points))]
    if any(passing(d) is not None for d in decisions):
        blocks += [
            Prose(
                "How likely a decision is follows from each member’s support in the file: the probability of its yes once an attack is "
                "attributed. Members vote independently of each other. In brackets stands the 5–95% interval over draws: how far the "
                "probability moves because support is uncertain."
            ),
            Fold("Words for probabilities on this page", (_scale(),)),
        ]
    return Section("reading", "How to read this page", tuple(blocks))


def _scale() -> Table:
    words = {"very likely", "likely", "about even", "unlikely", "very unlikely", "uncertain"}
    return Table(
        "Words for probabilities",
        ("Word", "meaning"),
        tuple(entry for entry in scale() if entry[0] in words),
        numeric=False,
    )
