"""The record for one reader: without what is confidential, and still whole to whoever verifies it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Final, NamedTuple

from holdfast.errors import HoldfastError, InputError
from holdfast.monitoring.record import _form
from holdfast.monitoring.record._disk import disk_errors, sync_folder
from holdfast.monitoring.record._form import BEGIN, CHECKPOINT, COMMIT, OPEN, DamageError
from holdfast.monitoring.record._log import EXPORT, committed, lines, log_path, opened
from holdfast.monitoring.record._read import Entry, told
from holdfast.monitoring.record._verify import Progress, verify
from holdfast.monitoring.record._whole import refuse_other_end

__all__ = ["WHOLE", "Exported", "export"]

WHOLE: Final = None
"""What `withheld` returns for an entry that is left out as a whole."""


class Exported(NamedTuple):
    """What an export left out: its file, the entries in it, how many are withheld as a whole, and how many cells of others."""

    path: Path
    entries: int
    withheld_entries: int
    withheld_cells: int


def export(
    place: Path | str,
    out: Path | str,
    withheld: Callable[[Entry], Collection[str] | None],
    *,
    known: int = 0,
    progress: Progress | None = None,
) -> Exported:
    """Write a record for one reader, without what `withheld` names; it verifies like the record, with the same hashes and roots.

    Parameters
    ----------
    place
        The folder of a record, or of an export to leave out more of.
    out
        A folder that is new or empty; `export.log` is written into it.
    withheld
        Of an entry, the names of the cells to leave out ("open" is one), or None (`WHOLE`) to leave out all but its number and its
        hashes. It is not asked about commits and checkpoints, which are shown; the first entry cannot be left out as a whole.
    known
        As for `verify`: a record that ends before this entry is not exported.
    progress
        Called now and then.

    Raises
    ------
    InputError
        If there is no record, `out` holds something, or `withheld` names a cell that an entry does not have.
    HoldfastError
        If the record is not as it was written, or the disk refuses.
    """
    path, folder = log_path(place), Path(out)
    refuse_other_end(path, known, "nothing was exported")
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise InputError(f"{folder} is not empty. Name a new folder.")
    # a name of its own until it is whole: an interrupted export is none
    with disk_errors(folder):
        writing, waiting = tempfile.mkstemp(".tmp", f".{EXPORT}.", folder)
    try:
        with os.fdopen(writing, "wb") as file, opened(path) as handle:
            end, commit = committed(handle, path)
            entries = cells = 0
            for byte, line in lines(handle, 0, end):
                names = _withheld(path, byte, line, withheld)
                shown = line if names == () else _form.without(line, names)
                with disk_errors(folder / EXPORT):
                    file.write(shown)
                entries += names is WHOLE
                cells += len(names or ())
                if progress is not None and not byte & 0x3FFF:
                    progress(byte, end)
            with disk_errors(folder / EXPORT):
                file.flush()
                os.fsync(file.fileno())
        verdict = verify(Path(waiting), progress=progress)
        if not verdict.ok or verdict.hash != commit.hash.hex():
            what = verdict.faults[0] if verdict.faults else "its end does not fit"
            raise HoldfastError(f"{path} is not as it was written, so that nothing was exported: {what}")  # noqa: TRY301
        with disk_errors(folder / EXPORT):
            Path(waiting).chmod(0o644)
            Path(waiting).replace(folder / EXPORT)
            sync_folder(folder)
    except BaseException:
        Path(waiting).unlink(missing_ok=True)
        raise
    return Exported(folder / EXPORT, commit.n, entries, cells)


def _withheld(
    path: Path, byte: int, line: bytes, withheld: Callable[[Entry], Collection[str] | None]
) -> Collection[str] | None:
    """Return what to leave out of a line of the record: names of cells, () for nothing, None for the whole entry."""
    try:
        read = _form.read(line)
        entry = told(read)
    except DamageError as damage:
        n = _form.number_at_start(line)
        raise HoldfastError(
            f"{path}: entry {n} (byte {byte}) {damage}, so that nothing was exported. `holdfast monitor verify` says more."
        ) from None
    if read.kind in {COMMIT, CHECKPOINT}:
        return ()
    names = withheld(entry)
    if read.kind == BEGIN and (names is None or OPEN in names):
        raise InputError(
            "the first entry says what the record is; its files can be withheld, it itself cannot."
        )
    return WHOLE if names is None else tuple(sorted(set(names)))
