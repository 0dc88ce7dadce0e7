"""holdfast monitor export: the record for one party, without what the agreement keeps from it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from holdfast.cli.monitor._shared import Folder, failing_clearly, left_out, printed, showing_work


def export(
    folder: Folder,
    party: Annotated[str, typer.Option("--for", metavar="PARTY", help="Whom it is for.", show_default=False)],
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="A new or empty folder to write into.", show_default=False)
    ],
) -> None:
    """Write the record without what the agreement keeps from a party; it verifies like the whole one."""
    with failing_clearly():
        from holdfast.monitoring.store.exporting import export_for

        with showing_work("exporting") as working:
            found = export_for(folder, party, out, working.share)
        printed(
            f"{found.path}: {found.entries:,} entries. Left out: "
            f"{left_out(found.withheld_entries, found.withheld_cells)}. `holdfast monitor verify {out}` checks it."
        )
