"""holdfast monitor sign: a checkpoint of the record, to be kept elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from holdfast.cli.monitor._shared import Folder, complained, failing_clearly, printed, showing_work


def sign(
    folder: Folder,
    key: Annotated[
        Path,
        typer.Option(metavar="FILE", help="Your private key (Ed25519, PEM).", show_default=False),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write the checkpoint there.", show_default="checkpoint-ENTRY.json"
        ),
    ] = None,
    new_key: Annotated[
        bool,
        typer.Option(
            "--new-key", help="Make the key first, with its public half beside it: key.pub.pem for key.pem."
        ),
    ] = False,
    password: Annotated[bool, typer.Option("--password", help="Ask for the key's password.")] = False,
) -> None:
    """Sign where the record stands now. Keep the checkpoint where whoever keeps the record cannot reach it."""
    with failing_clearly():
        from holdfast.errors import InputError
        from holdfast.monitoring.record import make_key, read_key, sign, write_checkpoint
        from holdfast.monitoring.store.folder import entry_known

        if out is not None and out.exists():  # before a key is made for nothing
            raise InputError(f"--out {out}: exists already, and is not written over. Name another file.")
        secret = typer.prompt("Password of the key", hide_input=True, err=True).encode() if password else None
        if new_key:
            complained(f"Public key: {make_key(key, secret)}")
        with showing_work("verifying") as working:
            signed = sign(folder, read_key(key, secret), known=entry_known(folder), progress=working.share)
        path = out or Path(f"checkpoint-{signed.n}.json")
        write_checkpoint(signed, path)
        printed(f"{path}: entry {signed.n:,}, signed. Keep it, and the public key, away from the record.")
