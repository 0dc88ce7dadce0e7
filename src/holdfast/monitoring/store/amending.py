"""An agreement that was amended: an entry with the new files, against which all that is known is tested anew."""

from __future__ import annotations

from pathlib import Path

from holdfast.errors import InputError
from holdfast.monitoring.agreement import Agreement
from holdfast.monitoring.record import adding, packed
from holdfast.monitoring.store.folder import agreement_of, entry_known, index_read, unindexed
from holdfast.monitoring.store.index import caught_up
from holdfast.monitoring.store.saying import signed

__all__ = ["amend"]


def amend(folder: Path, amended: Agreement, by: str, why: str) -> int:
    """Watch an amended agreement from now on, and return the number of the entry; the agreement before it stays in the record.

    The new file holds for all days, past ones too: what came into force by the amendment says so by its `since`.

    Raises
    ------
    InputError
        Where the agreement is the one that holds already, or nobody says who amended it, and why.
    HoldfastError
        When the record is damaged, the disk refuses, or another process is adding.
    """
    said = signed(by, why)
    with adding(folder, known=entry_known(folder)) as writer:
        digest = caught_up(folder)
        with index_read(folder) as con:
            if agreement_of(con).files == amended.files:
                raise InputError(
                    f"{next(iter(amended.files))}: is the agreement that holds already, byte for byte. Name the amended one."
                )
        names, contents = packed(amended.files)
        n = writer.append("amendment", {**names, **said}, contents)
        writer.commit()
        with unindexed(folder, f"Entry {n:,} is in the record"):
            caught_up(folder, digest)
    return n
