"""holdfast monitor add: reports into the record."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from holdfast.cli.monitor._shared import (
    AsGiven,
    Folder,
    Mapping,
    Observer,
    complained,
    failing_clearly,
    printed,
    showing_work,
)

SHOWN = 10
"""So many rows set aside are named; the rest are in the status and in `mend`."""


def add(
    folder: Folder,
    reports: Annotated[list[Path], typer.Argument(help="Files of reports.", show_default=False)],
    format_: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="ucdp, acled, firms, gdelt, tally or table.",
            show_default="found out by the columns",
        ),
    ] = None,
    map_: Mapping = None,
    observer: Observer = None,
    as_given: AsGiven = False,
    wait: Annotated[
        float, typer.Option(metavar="SECONDS", help="How long to wait for another process that is adding.")
    ] = 10.0,
) -> None:
    """Add files of reports. A row that is known already changes nothing; a bad one is set aside and named."""
    with failing_clearly():
        from holdfast.monitoring.formats.mapping import load_mapping
        from holdfast.monitoring.store.adding import How, add

        mapping = load_mapping(map_) if map_ is not None else None
        with showing_work("reading") as working:
            found = add(
                folder,
                reports,
                How(format_, mapping, observer, as_given=as_given),
                wait_seconds=wait,
                progress=working.rows,
            )
        printed("\n".join(_said(one) for one in found))
        for one in found:
            if one.outside:
                complained(
                    f"{one.file}: {one.outside:,} of the {one.reports:,} added are of days on which the agreement is not in "
                    "force; they are kept, and count for nothing."
                )
            for aside in one.reasons[:SHOWN]:
                complained(str(aside))
            more = one.new_aside - len(one.reasons[:SHOWN])
            if more > 0:
                complained(f"{one.file}: and {more} more; `holdfast monitor mend {folder}` lists all.")


def _said(one: Any) -> str:
    new = f" ({one.new_aside:,} of them new)" if one.aside and one.new_aside != one.aside else ""
    return f"{one.file}: {one.reports:,} added, {one.known:,} known already, {one.aside:,} set aside{new}."
