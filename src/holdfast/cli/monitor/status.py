"""holdfast monitor status: how the agreement is being kept, and what falls due."""

from __future__ import annotations

from typing import Annotated

import typer

from holdfast.cli.monitor._shared import Folder, all_visible, day_of, failing_clearly, printed


def status(
    folder: Folder,
    as_of: Annotated[
        str | None,
        typer.Option(
            metavar="DATE", help="The last day that counts.", show_default="that of the last incident"
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of the tables.")] = False,
) -> None:
    """Show counts, findings, what falls due and what was not observed."""
    with failing_clearly():
        from holdfast.monitoring.status import status

        found = status(folder, None if as_of is None else day_of(as_of, "--as-of"))
        if as_json:
            import json

            printed(json.dumps(found, ensure_ascii=False, indent=2))
            return
        from rich.console import Console

        from holdfast.monitoring.store.folder import agreement_of, index_read
        from holdfast.report.monitoring.terminal import status_table

        with index_read(folder) as con:
            Console().print(status_table(all_visible(found), agreement_of(con)))
