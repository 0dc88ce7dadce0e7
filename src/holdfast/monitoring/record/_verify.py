"""Is the record as it was written? Every byte of it is compared with the hashes, and what is wrong is named."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from holdfast.monitoring.record import _form
from holdfast.monitoring.record._checkpoint import Checkpoint
from holdfast.monitoring.record._disk import disk_errors
from holdfast.monitoring.record._form import BEFORE_ALL, BEGIN, CHECKPOINT, COMMIT, VERSION, DamageError, Line
from holdfast.monitoring.record._lock import is_locked
from holdfast.monitoring.record._log import (
    last_commit,
    lines,
    log_path,
    missing_end,
    opened,
    other_version,
    tree_after,
    version_of,
)
from holdfast.monitoring.record._merkle import Tree
from holdfast.monitoring.record._order import Fault, Lines
from holdfast.monitoring.record._read import Entry, told
from holdfast.monitoring.record._verdict import Unfinished, Verdict

__all__ = ["Progress", "verify"]

MOST_FAULTS = 1000

Progress = Callable[[int, int], None]
"""Called with the bytes read so far and all there are."""


@dataclass(slots=True)
class _Walk:
    """Where the reading of a log stands."""

    n: int = 0  # of the last line that stood in order
    before: tuple[bytes, ...] = (BEFORE_ALL,)  # what the last hash may have been; none where nobody knows
    tree: Tree | None = field(default_factory=Tree)
    in_damage: bool = False
    odd: Lines | None = None
    faults: list[Fault] = field(default_factory=list[Fault])
    end: int = 0  # of the last intact commit
    commit: Line | None = None
    # hash and root of each commit, and the record's first hash: what checkpoints are held against
    commits: dict[int, tuple[str, str | None]] = field(default_factory=dict[int, tuple[str, str | None]])
    first: str | None = None
    signed: list[tuple[int, int, Any]] = field(default_factory=list[tuple[int, int, Any]])
    withheld_entries: int = 0
    withheld_cells: int = 0

    def take(self, byte: int, line: bytes) -> None:
        """Judge the next line."""
        try:
            read = _form.read(line)
            entry = told(read)
        except DamageError as damage:
            self._damaged(byte, line, str(damage))
            return
        if self.odd is None and read.n != self.n + 1:
            self.odd = Lines(self.n)
            self.before, self.tree = (), None
        if self.odd is not None:
            if read.n != self.n + 1:
                self.before, self.tree = (), None
            self.odd.intact(read.n, byte)
        self.n, self.in_damage = read.n, False
        self._chain(byte, read)
        if self.tree is not None and read.kind != COMMIT:
            self.tree.add(read.leaf)
        self._kind(byte, line, read, entry)

    def _damaged(self, byte: int, line: bytes, reason: str) -> None:
        if self.odd is None:
            self.odd = Lines(self.n)
        fragment = _form.number_at_start(line) is None
        if not (fragment and self.in_damage):
            self.n += 1  # a guess; the next intact line says
        self.in_damage = True
        self.odd.damaged(byte, reason, fragment=fragment)
        found = _form.stored(line)
        leaf_fits = found and any(_form.hash_after(before, found[0]) == found[1] for before in self.before)
        if found and leaf_fits and self.tree is not None:
            self.tree.add(found[0])
        else:
            self.tree = None
        self.before = (found[1],) if found else ()

    def _chain(self, byte: int, read: Line) -> None:
        follows = tuple(_form.hash_after(before, read.leaf) for before in self.before)
        if follows and read.hash not in follows:
            self.faults.append(
                Fault(
                    read.n,
                    byte,
                    "has a hash that does not follow from the entry before it: one of the two was changed.",
                )
            )
            self.before = (*follows[:1], read.hash)
        else:
            self.before = (read.hash,)

    def _kind(self, byte: int, line: bytes, read: Line, entry: Entry) -> None:
        """Look into the entries that are the record's own."""
        if (read.kind == BEGIN) != (read.n == 1):
            self.faults.append(
                Fault(read.n, byte, f'has the kind "{read.kind}"; "{BEGIN}" is the first entry\'s.')
            )
        if read.n == 1:
            self.first = read.hash.hex()
        elif read.kind == COMMIT:
            self._commit(byte, line, read)
        elif read.kind == CHECKPOINT:
            self.signed.append((read.n, byte, entry.open))
        self.withheld_entries += not read.kind
        self.withheld_cells += len(entry.withheld)

    def _commit(self, byte: int, line: bytes, read: Line) -> None:
        tree, said = self.tree, None
        if tree is not None:
            tree.add(read.leaf)
        try:
            said = tree_after(read)
        except DamageError as damage:
            self.faults.append(Fault(read.n, byte, f"{damage}."))
        if tree and said and (tree.size, tree.peaks) != (said.size, said.peaks):
            self.faults.append(Fault(read.n, byte, "says another root than the entries before it have."))
        root = tree.root().hex() if tree is not None else None
        self.tree = tree or said
        self.commits[read.n] = read.hash.hex(), root
        self.commit, self.end = read, byte + len(line)

    def all_faults(self, end: int) -> Iterator[Fault]:
        """Yield what was found, by entry."""
        found = [*self.faults, *(self.odd.faults(end) if self.odd else ())]
        return iter(sorted(found))


def verify(
    place: Path | str,
    checkpoint: Checkpoint | None = None,
    *,
    public_key: bytes | None = None,
    known: int = 0,
    progress: Progress | None = None,
) -> Verdict:
    """Return what is wrong with a record or an export: any byte that was changed, removed, added or moved, with the entry's number.

    Without a checkpoint that was kept elsewhere, a record that was cut off at a commit, and one that was written anew from some entry
    on, look like whole ones.

    Parameters
    ----------
    place
        The folder of a record or an export, or a log itself.
    checkpoint
        Signed earlier and kept elsewhere: all up to its entry must be as it was.
    public_key
        The 32 bytes of the key that the checkpoint must be signed with; if none is given, its own, which anyone could have made.
    known
        The number of an entry that was committed, by what stands elsewhere, such as an index: a record that ends before it was cut off.
    progress
        Called now and then.

    Raises
    ------
    InputError
        If there is no record.
    HoldfastError
        If there is none, and by what is known there was one; if the disk refuses.

    Examples
    --------
    >>> import tempfile
    >>> from holdfast.monitoring.record import create
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = create(folder, {"agreement.yaml": b"holdfast: 1"})
    ...     verdict = verify(folder)
    >>> verdict.ok, verdict.entries
    (True, 2)
    """
    path = log_path(place, known)
    with opened(path) as handle, disk_errors(path):
        size = os.fstat(handle).st_size
        _, first = next(lines(handle, 0, size), (0, b""))
        if (found := _not_version(first)) is not None:
            return Verdict(path, 0, None, None, None, (Fault(1, 0, found),))
        walk = _Walk()
        byte, line = 0, b""
        for k, (byte, line) in enumerate(lines(handle, 0, size)):
            walk.take(byte, line)
            if progress is not None and not k & 0xFFF:
                progress(byte, size)
        last = walk.commit.n if walk.commit else 0
        gone = missing_end(handle, walk.end, last, known) if last < known else None
        adding = walk.end < size and (is_locked(path.parent) or _went_on(handle, walk.end, size))
    if progress is not None:
        progress(size, size)
    cut = byte >= walk.end and not line.endswith(b"\n")
    found = _without_tail(walk.all_faults(size), walk.end, byte if cut else None, adding=adding)
    if checkpoint is not None:
        found += _against(walk, checkpoint, public_key, size, last)
    for n, byte, said in walk.signed:
        if not adding or byte < walk.end:
            found += _within(walk, n, byte, said)
    unfinished = None
    if gone is not None:
        found.append(Fault(*gone))
    elif walk.end < size and not adding:
        first = walk.commit.n + 1 if walk.commit else 1
        unfinished = Unfinished(first, max(first, walk.n), walk.end, size - walk.end, cut)
    return _verdict(path, walk, found, unfinished, adding=adding)


def _without_tail(faults: Iterator[Fault], end: int, cut: int | None, *, adding: bool) -> list[Fault]:
    """Return the faults without what is none: what another process is writing, and the line at which an add was cut off."""
    found = list(faults)
    after = [fault for fault in found if fault.byte >= end]
    if adding or (len(after) == 1 and after[0].byte == cut):
        return [fault for fault in found if fault.byte < end]
    return found


def _verdict(
    path: Path, walk: _Walk, found: list[Fault], unfinished: Unfinished | None, *, adding: bool
) -> Verdict:
    commit = walk.commit
    if commit is None and not found:
        found = [Fault(1, 0, "is closed by no commit, so that nothing here was ever recorded.")]
    return Verdict(
        path,
        commit.n if commit else 0,
        commit.hash.hex() if commit else None,
        walk.commits[commit.n][1] if commit else None,
        told(commit).at if commit else None,
        tuple(islice(found, MOST_FAULTS)),
        max(0, len(found) - MOST_FAULTS),
        unfinished,
        adding,
        walk.withheld_entries,
        walk.withheld_cells,
    )


def _not_version(first: bytes) -> str | None:
    """Say what hinders reading on: not what changed in the first line, but that there is none, or one of another version."""
    version = version_of(first)
    if version not in {None, VERSION}:
        return f"was changed, or {other_version(version or 0)}"
    if _form.number_at_start(first) is None and b'"kind":"begin"' not in first[:200]:
        return "is missing or was changed: the file does not begin as a record does."
    return None


def _went_on(handle: int, end: int, size: int) -> bool:
    """Whether a process that was adding while we read has finished since: it has committed, or taken all back."""
    now = os.fstat(handle).st_size
    found = last_commit(handle, now)
    return now == end or (now > size and found is not None and found[0] + len(found[1]) > end)


def _against(
    walk: _Walk, checkpoint: Checkpoint, public_key: bytes | None, end: int, last: int
) -> Iterator[Fault]:
    """Yield what a checkpoint that was kept elsewhere says against the record."""
    n, signed = checkpoint.n, f"the checkpoint of {checkpoint.at}"
    if (wrong := checkpoint.wrong(public_key)) is not None:
        yield Fault(n, end, f"cannot be held against {signed}: {wrong}")
        return
    if checkpoint.record != walk.first:
        yield Fault(
            1, 0, f"is not the one of {signed}: that is of another record, or the first entry was changed."
        )
    elif n > last:
        yield Fault(
            last + 1, end, f"and all up to entry {n} are missing at the end: {signed} was signed over them."
        )
    elif n not in walk.commits:
        yield Fault(n, end, f"is no commit, as it was when {signed} was signed: the record was written anew.")
    elif walk.commits[n][0] != checkpoint.hash or walk.commits[n][1] not in {None, checkpoint.root}:
        yield Fault(n, end, f"is not the one of {signed}: it, or entries before it, were written anew since.")


def _within(walk: _Walk, n: int, byte: int, said: Any) -> Iterator[Fault]:
    """Yield what is wrong with a checkpoint that was entered into the record."""
    try:
        checkpoint = Checkpoint.of(said)
    except ValueError as error:
        yield Fault(n, byte, f"is no checkpoint: {error}")
        return
    found = walk.commits.get(checkpoint.n)
    if (wrong := checkpoint.wrong()) is not None:
        yield Fault(n, byte, f"is no checkpoint: {wrong}")
    elif checkpoint.n >= n or found is None or (found[0] != checkpoint.hash and walk.odd is None):
        yield Fault(n, byte, f"is a checkpoint of something else than entry {checkpoint.n} of this record.")
