"""holdfast monitor verify: is the record as it was written?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from holdfast.cli.monitor._shared import Folder, complained, failing_clearly, left_out, printed, showing_work

SHOWN = 50


def verify(
    folder: Folder,
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A checkpoint kept elsewhere: without one, an end that was cut off is not found.",
            show_default=False,
        ),
    ] = None,
    public_key: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="The key that must have signed the checkpoint.", show_default=False
        ),
    ] = None,
) -> None:
    """Check every byte of the record, or of an export. Exit status 1 if anything is wrong."""
    with failing_clearly():
        from holdfast.errors import InputError
        from holdfast.monitoring.record import read_checkpoint, read_public_key, verify
        from holdfast.monitoring.store.folder import entry_known

        if public_key is not None and checkpoint is None:
            raise InputError("--public-key: is for a checkpoint. Give it with --checkpoint FILE.")
        held = read_checkpoint(checkpoint) if checkpoint is not None else None
        key = read_public_key(public_key) if public_key is not None else None
        with showing_work("verifying") as working:
            found = verify(folder, held, public_key=key, known=entry_known(folder), progress=working.share)
        for fault in found.faults[:SHOWN]:
            complained(str(fault))
        hidden = found.more + max(len(found.faults) - SHOWN, 0)
        if hidden:
            complained(f"... and {hidden:,} more.")
        if found.unfinished is not None:
            complained(str(found.unfinished))
        if not found.ok:
            raise typer.Exit(1)
        withheld = (
            f" Left out of this export: {left_out(found.withheld_entries, found.withheld_cells)}."
            if found.withheld_entries or found.withheld_cells
            else ""
        )
        against = (
            f" It ends with the entry of the checkpoint, {held.n:,}."
            if held is not None and held.n == found.entries
            else f" It goes on from the checkpoint at entry {held.n:,}."
            if held is not None
            else " Whether its end was cut off, and its index with it, only a checkpoint kept elsewhere can tell (--checkpoint)."
        )
        printed(f"{found.path}: all {found.entries:,} entries are as they were written.{withheld}{against}")
