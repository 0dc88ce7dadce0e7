"""The page of a period: one HTML file that opens offline and asks the network for nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from markupsafe import Markup

from holdfast.errors import InputError
from holdfast.monitoring.agreement import Agreement
from holdfast.report.monitoring.breaches import kept
from holdfast.report.monitoring.counts import all_series, leading
from holdfast.report.monitoring.places import scene
from holdfast.report.monitoring.sections.days import days, gaps
from holdfast.report.monitoring.sections.found import breaches, findings
from holdfast.report.monitoring.sections.lead import lead
from holdfast.report.monitoring.sections.reading import aside, reading
from holdfast.report.monitoring.sections.tallied import tallied
from holdfast.report.monitoring.sections.triggers import triggers
from holdfast.report.monitoring.watch import Watch, span
from holdfast.report.rendering import css, environment
from holdfast.study.store import write_bytes

__all__ = ["monitoring_page", "write_monitoring_page"]


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
    since, until = period
    if until < since:
        raise InputError(
            f"the period ends on {until}, before it begins on {since}. Give the earlier day first."
        )
    watch = Watch(agreement, status, tables, since, until)
    series = all_series(watch)
    shown = leading(series, [watch.observer(name) for name in agreement.observation.tallied_by or ()])
    found = kept(watch)
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
            period=span(since, until),
            as_of=status["as_of"],
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
