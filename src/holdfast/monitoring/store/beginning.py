"""The first entry of a record: the agreement that is watched, with its maps, byte for byte."""

from __future__ import annotations

from pathlib import Path

from holdfast.errors import InputError
from holdfast.monitoring.agreement import Agreement
from holdfast.monitoring.record import LOG, create
from holdfast.monitoring.store.folder import INDEX, unindexed
from holdfast.monitoring.store.index import rebuilt

__all__ = ["begin"]


def begin(folder: Path, agreement: Agreement) -> None:
    """Begin a record of an agreement, with an index that knows no reports.

    Raises
    ------
    InputError
        If the folder holds a record, or the index of one.
    HoldfastError
        If the disk refuses.
    """
    if (folder / INDEX).exists() and not (folder / LOG).exists():
        raise InputError(
            f"{folder} holds {INDEX}, made from a record, and no {LOG}. Put back that record; or name another folder, or remove "
            f"{INDEX}, to begin anew."
        )
    create(folder, agreement.files)
    with unindexed(folder, f"{folder}: the record is begun"):
        rebuilt(folder)
