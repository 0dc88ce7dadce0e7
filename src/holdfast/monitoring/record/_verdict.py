"""What verifying found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from holdfast.monitoring.record._order import Fault


class Unfinished(NamedTuple):
    """What stands after the last commit. It was never acknowledged: an add was cut off, or someone has changed the end.

    Attributes
    ----------
    first, last
        The numbers of its first and last entry.
    byte
        Where it begins.
    bytes
        How long it is.
    cut
        Whether the last entry is cut short.
    """

    first: int
    last: int
    byte: int
    bytes: int
    cut: bool

    def __str__(self) -> str:
        one = self.first == self.last
        which = f"entry {self.first}" if one else f"entries {self.first} to {self.last}"
        short = " (it is cut short)" if self.cut and one else " (the last is cut short)" if self.cut else ""
        return (
            f"{which}{short}, the {self.bytes:,} bytes from byte {self.byte} on, {'stands' if one else 'stand'} after the last "
            "commit and were never acknowledged: an add was cut off, and the next one removes them, or someone has changed the end."
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found.

    Attributes
    ----------
    path
        The log.
    entries
        The number of the last committed entry; 0 where none could be found.
    hash, root, at
        That entry's hash, the root over all up to it, and its time; None where they cannot be told.
    faults
        What is wrong with entries up to there, the first 1000.
    more
        How many faults there are beside these.
    unfinished
        What stands after the last commit, if anything does.
    adding
        Whether another process was adding, so that what stands after the last commit was not judged.
    withheld_entries, withheld_cells
        How much of an export is left out: these could be followed by their hashes, not read.
    """

    path: Path
    entries: int
    hash: str | None
    root: str | None
    at: datetime | None
    faults: tuple[Fault, ...]
    more: int = 0
    unfinished: Unfinished | None = None
    adding: bool = False
    withheld_entries: int = 0
    withheld_cells: int = 0

    @property
    def ok(self) -> bool:
        """Whether every byte is as it was written, and nothing else is there."""
        return not self.faults and self.unfinished is None
