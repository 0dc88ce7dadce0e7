"""holdfast monitor mend: rows that were set aside, listed or added again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from holdfast.cli.monitor._shared import (
    AsGiven,
    Folder,
    Mapping,
    Observer,
    failing_clearly,
    printed,
    showing_work,
)


def mend(
    folder: Folder,
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Files, corrected in place, whose rows were set aside. Without any, all that is set aside is listed.",
            show_default=False,
        ),
    ] = None,
    map_: Mapping = None,
    observer: Observer = None,
    as_given: AsGiven = False,
) -> None:
    """List rows that were set aside, or add corrected files again and tick off the rows that are good now."""
    with failing_clearly():
        from holdfast.monitoring.formats.mapping import load_mapping
        from holdfast.monitoring.store.adding import How
        from holdfast.monitoring.store.mending import mend, set_aside

        if files:
            mapping = load_mapping(map_) if map_ is not None else None
            with showing_work("reading") as working:
                found = mend(
                    folder, files, How(None, mapping, observer, as_given=as_given), progress=working.rows
                )
            for one, mended in found:
                printed(
                    f"{one.file}: {one.reports:,} added, {mended:,} {'row' if mended == 1 else 'rows'} mended, "
                    f"{one.aside:,} still set aside."
                )
            return
        rows = set_aside(folder)
        for row in rows:
            printed(f"{row['name']}:{row['line']}: {row['reason']}")
        if not rows:
            printed("Nothing is set aside.")
