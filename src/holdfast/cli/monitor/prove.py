"""holdfast monitor prove: one report is in the record, without the others."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from holdfast.cli.monitor._shared import Folder, failing_clearly, printed


def prove(
    folder: Folder,
    report: Annotated[
        str,
        typer.Argument(metavar="ID", help="The report's id, or the number of its entry.", show_default=False),
    ],
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Prove it against this checkpoint.", show_default="the record's end"
        ),
    ] = None,
    check: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Check this proof against the checkpoint instead; DIR is not read.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Print a proof that a report is in the record, which shows that report and no other."""
    with failing_clearly():
        import json

        from holdfast.errors import InputError
        from holdfast.monitoring.record import Proof, prove, read_checkpoint
        from holdfast.monitoring.record import check as checked
        from holdfast.monitoring.store import entry_of

        held = read_checkpoint(checkpoint) if checkpoint is not None else None
        if check is None:
            proof = prove(folder, entry_of(folder, report), entries=None if held is None else held.n)
            printed(json.dumps(proof.as_json(), ensure_ascii=False, indent=1))
            return
        if held is None:
            raise InputError(
                "--check: needs the checkpoint that the proof is held against. Give --checkpoint FILE."
            )
        try:
            said = json.loads(check.read_bytes())
        except (OSError, ValueError) as error:
            raise InputError(
                f"{check}: is no proof ({error}). Make one with `holdfast monitor prove`."
            ) from None
        entry = checked(Proof.of(said), held)
        printed(f"Entry {entry.n:,} ({entry.kind}) is in the record that the checkpoint signs.")
