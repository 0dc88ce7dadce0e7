"""The report: one HTML file that opens offline and asks the network for nothing."""

from __future__ import annotations

import re
from importlib import resources
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup

from holdfast.report.answers import read
from holdfast.report.draws import DrawTable
from holdfast.report.names import Names
from holdfast.report.sections.enforcement import enforcement
from holdfast.report.sections.hinges import hinges
from holdfast.report.sections.holding import holding
from holdfast.report.sections.inputs import inputs
from holdfast.report.sections.lead import lead
from holdfast.report.sections.limits import limits
from holdfast.report.sections.refusal import refusal
from holdfast.report.sections.surprises import surprises
from holdfast.report.study import Study
from holdfast.study.store import write_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from holdfast.scenario import Scenario

_RANGE = re.compile(r"(?<=[\d%])–(?=\d)")
#: What a page may weigh.
MOST_BYTES = 5 * 1024 * 1024


def write_page(
    scenario: Scenario,
    summary: Mapping[str, Any],
    draws: object,
    manifest: Mapping[str, Any],
    out: Path,
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

    Raises
    ------
    HoldfastError
        If the disk is full or refuses to be written to.
    """
    write_bytes(out, page(scenario, summary, draws, manifest).encode())


def page(scenario: Scenario, summary: Mapping[str, Any], draws: object, manifest: Mapping[str, Any]) -> str:
    """Return the report of a study as HTML."""
    with DrawTable(draws) as table:
        study = Study(scenario, read(summary, manifest), table, Names(scenario))
        sections = (
            holding(study),
            enforcement(study),
            refusal(study),
            surprises(study),
            hinges(study),
            inputs(study),
            limits(study, manifest),
        )
        return (
            _environment()
            .get_template("page.html.j2")
            .render(
                title=scenario.title,
                as_of=study.answers.as_of,
                description=scenario.description,
                answers=study.answers,
                proposals=[(p, scenario.proposals[p.id]) for p in study.answers.proposals],
                lead=lead(study),
                sections=sections,
                manifest=manifest,
                css=Markup(_text("page.css")),  # noqa: S704 - the package's own file
            )
        )


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("holdfast.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["tied"] = tied
    return environment


def tied(text: str) -> str:
    """Return a text in which no range such as 10–83% is broken at the end of a line.

    Examples
    --------
    >>> len(tied("10–83%")) - len("10–83%"), tied("now – 1989")
    (2, 'now – 1989')
    """
    joined = _RANGE.sub("\u2060–\u2060", text)
    return Markup(joined) if isinstance(text, Markup) else joined  # noqa: S704 - as safe as it came


def _text(name: str) -> str:
    return resources.files("holdfast.report").joinpath("templates", name).read_text(encoding="utf-8")
