"""The page of a period: one HTML file that opens offline and asks the network for nothing; and its figures as tables beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from markupsafe import Markup

from holdfast.errors import InputError
from holdfast.monitoring.agreement import Agreement
from holdfast.report.monitoring.breaches import Kept, kept
from holdfast.report.monitoring.counts import Series, all_series, leading
from holdfast.report.monitoring.figures import figures
from holdfast.report.monitoring.places import scene
from holdfast.report.monitoring.sections.days import days, gaps
from holdfast.report.monitoring.sections.found import breaches, findings
from holdfast.report.monitoring.sections.lead import lead
from holdfast.report.monitoring.sections.reading import aside, reading
from holdfast.report.monitoring.sections.tallied import tallied
from holdfast.report.monitoring.sections.triggers import triggers
from holdfast.report.monitoring.tables import write_tables
from holdfast.report.monitoring.watch import Watch, span
from holdfast.report.rendering import css, environment
from holdfast.study.store import write_bytes

__all__ = ["monitoring_page", "write_monitoring_page", "write_report"]


def write_report(
    folder: Path,
    agreement: Agreement,
    status: Mapping[str, Any],
    tables: Mapping[str, Any],
    period: tuple[dt.date, dt.date],
) -> Path:
    """Write the page of a period, the tables it was made of and its own figures as tables; return where the page is.

    Parameters
    ----------
    folder
        Where all of it goes; made if it is absent.
    agreement, status, tables, period
        See `monitoring_page`.

    Raises
    ------
    InputError
        If the period ends before it begins, or a table's name could lead out of the folder.
    HoldfastError
        If the folder cannot be made, or the disk is full or refuses to be written to.
    """
    watch, series, found = _looked(agreement, status, tables, period)
    write_tables(folder, {**tables, **figures(watch, series, found)})
    page = folder / "report.html"
    write_bytes(page, _page(watch, series, found).encode())
    return page


def write_monitoring_page(
    path: Path,
    agreement: Agreement,
    status: Mapping[str, Any],
    tables: Mapping[str, Any],
    period: tuple[dt.date, dt.date],
) -> None:
    """Write the page of a period, the same bytes for the same status and tables.

    Parameters
    ----------
    path
        Where the page goes; written whole or not at all.
    agreement, status, tables, period
        See `monitoring_page`.

    Raises
    ------
    InputError
        If the period ends before it begins.
    HoldfastError
        If the disk is full or refuses to be written to.
    """
    write_bytes(path, monitoring_page(agreement, status, tables, period).encode())


def monitoring_page(
    agreement: Agreement,
    status: Mapping[str, Any],
    tables: Mapping[str, Any],
    period: tuple[dt.date, dt.date],
) -> str:
    """Return the page of a period as HTML.

    Parameters
    ----------
    agreement
        With its maps.
    status
        What `holdfast monitor status --json` says of the period.
    tables
        Tables of the index, restricted to the period, by name: incidents, findings, members, claims, not_observed, reports, and aside
        where it is wanted. One that is absent counts as empty.
    period
        First and last day, in the agreement's time zone.

    Raises
    ------
    InputError
        If the period ends before it begins.
    """
    return _page(*_looked(agreement, status, tables, period))


def _looked(
    agreement: Agreement,
    status: Mapping[str, Any],
    tables: Mapping[str, Any],
    period: tuple[dt.date, dt.date],
) -> tuple[Watch, tuple[Series, ...], list[Kept]]:
    """Return what both the page and its tables show: what was counted, and what was found under each article."""
    since, until = period
    if until < since:
        raise InputError(
            f"the period ends on {until}, before it begins on {since}. Give the earlier day first."
        )
    watch = Watch(agreement, status, tables, since, until)
    return watch, all_series(watch), kept(watch)


def _page(watch: Watch, series: Sequence[Series], found: Sequence[Kept]) -> str:
    agreement = watch.agreement
    shown = leading(series, [watch.observer(name) for name in agreement.observation.tallied_by or ()])
    shown_in = {one.sector: one for one in series if one.key == shown and one.sector is not None}
    places = scene(watch, shown_in)
    first = lead(watch, found, series, shown, places)
    sections = (
        triggers(watch),
        days(watch, series, shown),
        breaches(watch, found),
        findings(watch),
        tallied(watch),
        gaps(watch),
        aside(watch),
        reading(watch, places, first.drawn),
    )
    return (
        environment()
        .get_template("monitoring.html.j2")
        .render(
            title=agreement.title,
            period=span(watch.since, watch.until),
            as_of=watch.status["as_of"],
            lead=first,
            sections=sections,
            css=css() + _css(),
        )
    )


def _css() -> Markup:
    """Return what only this page's style sheet says."""
    text = (
        resources.files("holdfast.report").joinpath("templates", "monitoring.css").read_text(encoding="utf-8")
    )
    return Markup(text)  # noqa: S704 - the package's own file
