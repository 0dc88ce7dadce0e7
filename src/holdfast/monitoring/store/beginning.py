"""The first entry of a record: the agreement that is watched, with its maps, byte for byte."""

from __future__ import annotations

from pathlib import Path

from holdfast.monitoring.agreement import Agreement
from holdfast.monitoring.record import create
from holdfast.monitoring.store.folder import unindexed
from holdfast.monitoring.store.index import rebuilt

__all__ = ["begin"]


def begin(folder: Path, agreement: Agreement) -> None:
    """Begin a record of an agreement, with an index that knows no reports.

    Raises
    ------
    InputError
        If the folder holds a record.
    HoldfastError
        If the disk refuses.
    """
    create(folder, agreement.files)
    with unindexed(folder, f"{folder}: the record is begun"):
        rebuilt(folder)
