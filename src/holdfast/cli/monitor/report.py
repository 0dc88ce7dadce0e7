"""holdfast monitor report: a day's, a week's or a month's report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from holdfast.cli.monitor._shared import Folder, day_of, failing_clearly, printed, showing_work


def report(
    folder: Folder,
    period: Annotated[
        str,
        typer.Option(metavar="FIRST/LAST", help="Its first and last day, or one day.", show_default=False),
    ],
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Where to write the page and its tables.", show_default=False)
    ],
) -> None:
    """Write the report of a period: one page that opens offline, and its tables as CSV and Parquet."""
    with failing_clearly():
        from holdfast.errors import InputError
        from holdfast.monitoring.status import period_tables, status
        from holdfast.monitoring.store.folder import agreement_of, index_read
        from holdfast.report.monitoring import write_report

        first, parted, last = period.partition("/")
        if parted and not (first.strip() and last.strip()):
            raise InputError(
                f"--period {period}: has one day only. Write FIRST/LAST, or one day without the stroke."
            )
        since, until = day_of(first, "--period"), day_of(last or first, "--period")
        for part in (out, *out.parents):
            if part.exists() and not part.is_dir():
                raise InputError(f"--out {out}: {part} is a file. Name a folder.")
        if (out / "record.log").exists():
            raise InputError(f"--out {out}: is the folder of a record. Name another.")
        with showing_work("writing the report"):
            tables = period_tables(folder, since, until)
            with index_read(folder) as con:
                agreement = agreement_of(con)
            told = status(folder, until, since)
            page = write_report(out, agreement, told, tables, (since, until))
        printed(f"Report: {page}")
