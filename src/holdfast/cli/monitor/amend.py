"""holdfast monitor amend: go on with an agreement that its parties have changed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from holdfast.cli.monitor._shared import Folder, complained, failing_clearly, printed, showing_work


def amend(
    folder: Folder,
    agreement: Annotated[
        Path, typer.Option(metavar="FILE", help="The agreement as amended, whole.", show_default=False)
    ],
    by: Annotated[str, typer.Option(metavar="NAME", help="Who says so.", show_default=False)],
    why: Annotated[str, typer.Option(metavar="TEXT", help="On what grounds.", show_default=False)],
) -> None:
    """Go on with an agreement as amended: all that is known is tested against it anew. The one before stays in the record."""
    with failing_clearly():
        from holdfast.monitoring.agreement import load_agreement
        from holdfast.monitoring.store.amending import amend as amended
        from holdfast.monitoring.store.drawn import swapped_drawings

        read = load_agreement(agreement)
        for warning in read.warnings:
            complained(f"{agreement}: warning: {warning}")
        with showing_work("testing everything anew"):
            n = amended(folder, read, by, why)
        for doubt in swapped_drawings(read):
            complained(f"{agreement}: {doubt}")
        printed(f"{folder}: entry {n:,} says so. All reports were tested anew against {read.title}.")
