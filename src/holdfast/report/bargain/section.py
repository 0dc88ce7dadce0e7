"""The main report's section on bargaining: what could be signed, and where the parties that bargain would end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from holdfast.report.bargain.expected import bargainers, expectation, outcome_figure
from holdfast.report.bargain.signing import concession_points, map_figure
from holdfast.report.bargain.signing_words import basis, blocked, open_share, unasked
from holdfast.report.bargain.talk import Talk
from holdfast.report.bargain.tested import how_sure
from holdfast.report.bargain.words import caveats
from holdfast.report.blocks import Fold, Heading, Note, Points, Prose, Section

if TYPE_CHECKING:
    from collections.abc import Mapping

    from holdfast.report.blocks import Block
    from holdfast.report.study import Study

__all__ = ["bargaining"]


def bargaining(study: Study, found: Mapping[str, Any] | None) -> Section | None:
    """Return the section; None where nothing was worked out.

    Parameters
    ----------
    study
        The study, whose ranking numbers the proposals.
    found
        What `study.bargain.brief` returned.
    """
    if found is None:
        return None
    numbers = {p.id: p.rank for p in study.answers.proposals}
    talk = Talk(study.scenario, found["positions"] or {}, found["zone"], numbers)
    blocks: list[Block] = []
    if talk.zone is not None:
        picture = map_figure(talk)
        blocks += [] if picture is None else [picture]
        said = (
            blocked(talk.file, talk.zone),
            open_share(talk.file, talk.zone),
            unasked(talk.file, talk.zone),
        )
        blocks.append(Prose(" ".join(sentence for sentence in said if sentence)))
        points = concession_points(talk)
        if points is not None:
            blocks += [
                Heading("The cheapest concession that would bring a blocker in"),
                points,
                Note(
                    f"{basis(talk.zone)} The command holdfast bargain tries more of them, and may find one where none is found here."
                ),
            ]
        else:
            blocks.append(Note(basis(talk.zone)))
    if talk.issues:
        blocks += [
            Heading("Where bargaining would end"),
            Prose(f"Who bargains over the issues: {bargainers(talk)}"),
            Points(tuple(f"{talk.names.issue(k)}: {expectation(talk, k)}" for k in talk.issues)),
            Prose(how_sure()),
            outcome_figure(talk, "ends"),
            Fold(
                "What these numbers can and cannot say",
                tuple(Prose(line) for line in caveats(talk.file, talk.found)),
            ),
            Prose(
                "The spatial model, positions round by round, power along each issue, who moves whom and what each party gains are on the "
                "page of the command holdfast bargain."
            ),
        ]
    return Section("bargaining", "Where would bargaining end, and what could be signed?", tuple(blocks))
