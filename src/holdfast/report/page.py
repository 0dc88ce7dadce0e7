"""The report: one HTML file that opens offline and asks the network for nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from holdfast.report.answers import read
from holdfast.report.draws import DrawTable
from holdfast.report.names import Names
from holdfast.report.rendering import css, environment
from holdfast.report.study import Study
from holdfast.study.store import write_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from holdfast.scenario import Scenario


def write_page(
    scenario: Scenario,
    summary: Mapping[str, Any],
    draws: object,
    manifest: Mapping[str, Any],
    out: Path,
    bargained: Mapping[str, Any] | None = None,
) -> None:
    """Write the report of a study as one HTML file, the same bytes for the same study.

    Parameters
    ----------
    scenario
        The file.
    summary
        What `summary.json` says.
    draws
        `draws.parquet` or the same table in memory; only the columns that the page needs are read.
    manifest
        What `manifest.json` says; the page shows no time but the manifest's.
    out
        Where `report.html` goes; written whole or not at all.
    bargained
        What `study.bargain.brief` returned; the page has no section on bargaining without it.

    Raises
    ------
    HoldfastError
        If the disk is full or refuses to be written to.
    """
    write_bytes(out, page(scenario, summary, draws, manifest, bargained).encode())


def page(
    scenario: Scenario,
    summary: Mapping[str, Any],
    draws: object,
    manifest: Mapping[str, Any],
    bargained: Mapping[str, Any] | None = None,
) -> str:
    """Return the report of a study as HTML."""
    from holdfast.report.sections.order import lead, sections  # noqa: PLC0415 - draws figures, which a terminal need not wait for

    with DrawTable(draws) as table:
        study = Study(scenario, read(summary, manifest), table, Names(scenario))
        return (
            environment()
            .get_template("page.html.j2")
            .render(
                title=scenario.title,
                as_of=study.answers.as_of,
                description=scenario.description,
                answers=study.answers,
                proposals=[(p, scenario.proposals[p.id]) for p in study.answers.proposals],
                lead=lead(study),
                sections=sections(study, manifest, bargained),
                manifest=manifest,
                css=css(),
            )
        )
