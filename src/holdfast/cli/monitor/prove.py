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
    public_key: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="With --check: the key that must have signed the checkpoint.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Print a proof that a report is in the record, which shows that report and no other."""
    with failing_clearly():
        import json

        from holdfast.errors import InputError
        from holdfast.monitoring.record import prove, read_checkpoint
        from holdfast.monitoring.store.folder import entry_known
        from holdfast.monitoring.store.mending import entry_of

        held = read_checkpoint(checkpoint) if checkpoint is not None else None
        if check is not None:
            if held is None:
                raise InputError(
                    "--check: needs the checkpoint that the proof is held against. Give --checkpoint FILE."
                )
            printed(_checked(check, held, public_key, report))
            return
        if public_key is not None:
            raise InputError("--public-key: is for checking a proof. Give it with --check FILE.")
        size = None if held is None else held.n
        proof = prove(folder, entry_of(folder, report), entries=size, known=entry_known(folder))
        printed(json.dumps(proof.as_json(), ensure_ascii=False, indent=1))


def _checked(file: Path, checkpoint: object, public_key: Path | None, report: str) -> str:
    """Check a proof, and return what it proves."""
    import json

    from holdfast.errors import HoldfastError, InputError
    from holdfast.monitoring.record import Checkpoint, Proof, check, read_public_key

    assert isinstance(checkpoint, Checkpoint)
    key = read_public_key(public_key) if public_key is not None else None
    try:
        said = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{file}: is no proof ({error}). Make one with `holdfast monitor prove`.") from None
    entry = check(Proof.of(said), checkpoint, key)
    own = entry.sealed.get("received", {}).get("id")
    if report not in {own, str(entry.n)}:
        what = f"report {own}" if own is not None else f"a {entry.kind or 'withheld entry'}"
        raise HoldfastError(f"{file}: proves entry {entry.n:,}, {what}, and not {report}.")
    what = f"report {own}" if own is not None else entry.kind
    return f"Entry {entry.n:,}, {what}, is in the record that the checkpoint signs."
