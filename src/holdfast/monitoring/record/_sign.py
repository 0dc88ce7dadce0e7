"""Signing the record as it stands."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from holdfast.errors import HoldfastError
from holdfast.monitoring.record._checkpoint import Checkpoint, signed
from holdfast.monitoring.record._form import CHECKPOINT
from holdfast.monitoring.record._read import hash_at
from holdfast.monitoring.record._verify import Progress, verify
from holdfast.monitoring.record._writer import adding, utc_text

__all__ = ["sign"]


def sign(
    place: Path | str,
    key: Ed25519PrivateKey,
    *,
    at: datetime | None = None,
    earlier: Checkpoint | None = None,
    enter: bool = False,
    known: int = 0,
    progress: Progress | None = None,
) -> Checkpoint:
    """Return a checkpoint of the record as it stands, once every byte of it has been verified.

    Whoever can read the record, or an export, can sign it, with a key of their own: several signers need not trust each other.

    Parameters
    ----------
    place
        The folder of a record or an export, or a log itself.
    key
        As `read_key` gives it.
    at
        The time that the checkpoint says; now if none is given.
    earlier
        A checkpoint that was kept: nothing is signed that does not go on from it.
    enter
        Also enter the checkpoint into the record, so that whoever holds it knows which were signed.
    known
        As for `verify`.
    progress
        Called now and then.

    Raises
    ------
    InputError
        If there is no record.
    HoldfastError
        If the record is not as it was written; then nothing is signed.
    """
    verdict = verify(place, earlier, known=known, progress=progress)
    wrong = verdict.faults[0] if verdict.faults else verdict.unfinished
    if wrong or verdict.hash is None or verdict.root is None:
        what = str(wrong) if wrong else "it cannot be read."
        raise HoldfastError(
            f"{verdict.path} is not as it was written, so that nothing is signed: {what} `holdfast monitor verify` says more."
        )
    checkpoint = signed(
        hash_at(place, 1) or "", verdict.entries, verdict.hash, verdict.root, utc_text(at), key
    )
    if enter:
        with adding(place, at=at, known=known) as writer:
            writer.append(CHECKPOINT, checkpoint.as_json())
    return checkpoint
