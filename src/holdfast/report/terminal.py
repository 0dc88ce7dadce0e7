"""The table that `holdfast run` prints: ranked proposals, then the answer in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from holdfast.report.answers import read
from holdfast.report.bargain.signing_words import counted
from holdfast.report.names import Names
from holdfast.report.sections.verdict import headline, hinging, warnings
from holdfast.report.words import percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from holdfast.report.answers import Proposal
    from holdfast.report.words import Spread
    from holdfast.scenario import Scenario


def table(
    summary: Mapping[str, Any],
    scenario: Scenario | None = None,
    manifest: Mapping[str, Any] | None = None,
    bargained: Mapping[str, Any] | None = None,
) -> Group:
    """Return what the terminal shows of a study, readable at 80 columns and plain when piped.

    Parameters
    ----------
    summary
        What `summary.json` says.
    scenario
        The file, for the names of inputs; their paths are shown without it.
    manifest
        What `manifest.json` says, for what all inputs explain; taken from the summary's hinges without it.
    bargained
        What `study.bargain.brief` returned, for who blocks how many proposals.
    """
    answers = read(summary, manifest)
    label = str if scenario is None else Names(scenario).input
    grid = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False, pad_edge=False)
    grid.add_column("", justify="right", no_wrap=True)
    grid.add_column("proposal", min_width=16, ratio=None, overflow="fold")
    for heading in ("signed", "holds\n1 y", "holds\n5 y", "holds\n10 y"):
        grid.add_column(heading, justify="right", no_wrap=True)
    grid.add_column("signed and\nholds 10 y", justify="right", no_wrap=True)
    grid.add_column("best", justify="right", no_wrap=True)
    grid.add_column("weakest\nlink", no_wrap=True)
    for proposal in answers.proposals:
        grid.add_row(*_row(proposal, alone=len(answers.proposals) == 1))
    lines = [headline(answers)]
    if answers.proposals:
        lines.append(hinging(answers, label))
    lines += warnings(answers)
    if scenario is not None and bargained is not None and bargained["zone"] is not None:
        lines.append(f"{counted(scenario, bargained['zone'])}.")
    # Text, not markup: titles come from the file and may hold square brackets.
    return Group(
        grid,
        Text(""),
        *(Text(line) for line in lines),
        Text(
            "Means over draws; in brackets the 5–95% interval. 1, 5, 10 y: still holds after so many years."
        ),
    )


def _row(proposal: Proposal, *, alone: bool) -> tuple[Text | str, ...]:
    return (
        str(proposal.rank),
        Text(proposal.title),
        _mean(proposal.signed),
        *(_mean(proposal.holds.get(years)) for years in ("1", "5", "10")),
        "–" if proposal.both is None else _compact(proposal.both),
        "–" if alone else percent(proposal.best),
        Text(proposal.weakest or "–"),
    )


def _mean(spread: Spread | None) -> str:
    return "–" if spread is None else percent(spread.mean)


def _compact(spread: Spread) -> str:
    """Return a probability with its interval in as few letters as 80 columns need.

    Examples
    --------
    >>> from holdfast.report.words import Spread
    >>> _compact(Spread(0.16, 0.001, 0.48))
    '16% (<1–48%)'
    """
    return f"{percent(spread.mean)} ({percent(spread.p05).removesuffix('%')}–{percent(spread.p95)})"
