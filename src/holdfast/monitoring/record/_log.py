"""record.log as a file: where its committed part ends, a line by its number, and entries one after the other."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from holdfast.errors import HoldfastError, InputError
from holdfast.monitoring.record import _form
from holdfast.monitoring.record._disk import disk_errors
from holdfast.monitoring.record._form import LONGEST_LINE, OPEN, VERSION, DamageError
from holdfast.monitoring.record._merkle import Tree

LOG, EXPORT, LOCK = "record.log", "export.log", "record.lock"

_BLOCK = 1 << 20
_IS_COMMIT = b',"kind":"commit",'
ENDS = 200  # bytes at the end of a line that hold its hashes
LONGEST_START = 40  # {"n":NUMBER before it


def log_path(place: Path | str, known: int = 0) -> Path:
    """Return the log in a folder, or the file itself where one is named.

    Parameters
    ----------
    place
        A folder, or a log.
    known
        The number of an entry that was committed, by what stands elsewhere, such as an index.

    Raises
    ------
    InputError
        If there is none.
    HoldfastError
        If there is none, and by what is known there was one.
    """
    path = Path(place)
    if path.is_file():
        return path
    for name in (LOG, EXPORT):
        if (path / name).is_file():
            return path / name
    if known:
        raise no_record(path, known)
    raise InputError(f"{path} holds no {LOG}. Name the folder of a record.")


def no_record(folder: Path | str, known: int = 0) -> HoldfastError:
    """Return the error of a folder without a record: what stands there in its place, and what to do.

    Parameters
    ----------
    folder
        That holds no record.log.
    known
        The number of an entry that was committed, by what stands elsewhere, such as an index.
    """
    base = Path(folder)
    if known:
        return HoldfastError(
            f"{base}: {LOG} is missing: the index beside it knows that {known:,} entries were recorded. Put back the record, or a "
            "copy of it; nothing was changed."
        )
    if (base / EXPORT).is_file():
        return InputError(
            f"{base} holds an export of a record, which `holdfast monitor verify` reads. Ask whoever keeps the record for a "
            "status, a report or a proof."
        )
    return InputError(f"{base} holds no {LOG}. Begin a record there with `holdfast monitor init`.")


@contextmanager
def opened(path: Path, flags: int = os.O_RDONLY) -> Generator[int]:
    """Open a log for the block."""
    with disk_errors(path):
        handle = os.open(path, flags | os.O_CLOEXEC)
    try:
        yield handle
    finally:
        os.close(handle)


def lines(handle: int, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    """Yield the lines between two bytes of a file, each with where it begins; the last may lack its line feed.

    A line longer than any entry may be comes in pieces.
    """
    with os.fdopen(os.dup(handle), "rb", buffering=_BLOCK) as file:
        file.seek(start)
        while start < end:
            line = file.readline(min(LONGEST_LINE, end - start))
            if not line:
                return
            yield start, line
            start += len(line)


def last_commit(handle: int, end: int) -> tuple[int, bytes] | None:
    """Return where the last commit before `end` begins, and its line; None where there is none.

    It is looked for from the end, so that this takes as long for a large record as for a small one.
    """
    below = end
    while below > 0:
        start = max(0, below - _BLOCK)
        block = os.pread(handle, below - start + len(_IS_COMMIT) + LONGEST_START, start)
        block = block[: end - start]
        found = len(block)
        while (found := block.rfind(_IS_COMMIT, 0, found)) >= 0:
            begin = block.rfind(b"\n", max(0, found - LONGEST_START), found) + 1
            if begin == 0 and found > LONGEST_START:
                continue
            if (line := _whole_commit(handle, start + begin, end)) and (begin or not start):
                return start + begin, line
        below = start + LONGEST_START if start else 0
    return None


def _whole_commit(handle: int, begin: int, end: int) -> bytes | None:
    """Return the line at `begin` if it is one, says that it is a commit, and ends before `end`."""
    _, line = next(lines(handle, begin, end), (0, b""))
    after_number = line.find(b",")
    commits = line.startswith(_IS_COMMIT, after_number) and _form.number_at_start(line) is not None
    return line if commits and line.endswith(b"\n") else None


def committed(handle: int, path: Path) -> tuple[int, _form.Line]:
    """Return where the committed part ends, and the commit that ends it.

    Raises
    ------
    HoldfastError
        If this is no record that can be read here, or its last commit is damaged.
    """
    check_version(handle, path)
    with disk_errors(path):
        found = last_commit(handle, os.fstat(handle).st_size)
    if found is None:
        raise HoldfastError(f"{path}: no commit is in it, so that nothing in it was ever recorded. {SEE}")
    begin, line = found
    try:
        commit = _form.read(line)
        tree_after(commit)
        before = _form.stored(os.pread(handle, ENDS, max(0, begin - ENDS)))
        if before is None or _form.hash_after(before[1], commit.leaf) != commit.hash:
            raise DamageError("does not follow from the entry before it")  # noqa: TRY301
    except DamageError as damage:
        n = _form.number_at_start(line)
        raise HoldfastError(f"{path}: entry {n} (byte {begin}), the last commit, {damage}. {SEE}") from None
    return begin + len(line), commit


SEE = "`holdfast monitor verify` says what is wrong; put back a copy that is whole."


def missing_end(handle: int, end: int, last: int, known: int) -> tuple[int, int, str]:
    """Say what is gone of a record that ends before an entry that is known: its number, where in the file, and a sentence on it.

    Parameters
    ----------
    handle
        Of the log.
    end, last
        Where its last commit ends, in bytes, and that commit's number.
    known
        The number of the last entry that an index knows; more than `last`.
    """
    whole, at = last, end
    for begin, line in lines(handle, end, os.fstat(handle).st_size):
        if not line.endswith(b"\n"):
            return whole + 1, begin, cut_off(last, known, whole, cut=True)
        if _form.number_at_start(line) != whole + 1:
            return last + 1, end, cut_off(last, known)
        whole, at = whole + 1, begin + len(line)
    return whole + 1, at, cut_off(last, known, whole)


def cut_off(last: int, known: int, whole: int | None = None, *, cut: bool = False) -> str:
    """Say of the first entry that a record lacks that it is missing, by an index that knows more.

    Parameters
    ----------
    last, known
        The numbers of the last commit that is there, and of the last that the index knows.
    whole
        The number of the last entry that stands there whole; the commit where not given.
    cut
        Whether a part of the entry after it is there.

    Examples
    --------
    >>> cut_off(4, 7).partition(":")[0]
    'and all up to entry 7 are missing at the end'
    >>> cut_off(4, 7, 6, cut=True).partition(":")[0]
    'is cut short at the end; entries 5 and 6 before it are there'
    """
    whole = last if whole is None or whole >= known else whole
    later = known - whole - 1
    which = "is cut short at the end" if cut else "is missing at the end"
    if later:
        rest = f"all up to entry {known} are missing"
        which = f"is cut short, and {rest} at the end" if cut else f"and {rest} at the end"
    if there := whole - last:
        some = f"entries {last + 1} {'and' if there == 2 else 'to'} {whole} before it are"
        which += f"; entry {whole} before it is there" if there == 1 else f"; {some} there"
    return (
        f"{which}: the index beside the record knows that {'they were' if later or there else 'it was'} recorded. Put back a copy of "
        f"the record that has {'them' if later or there else 'it'} whole; only if the index is that of another record, remove it."
    )


def check_version(handle: int, path: Path) -> None:
    """Refuse what is no record, or one of another version.

    Raises
    ------
    HoldfastError
        Which of these it is.
    """
    with disk_errors(path):
        _, first = next(lines(handle, 0, os.fstat(handle).st_size), (0, b""))
    version = version_of(first)
    if version is None:
        raise HoldfastError(f"{path} is no record: it does not begin with the entry that begins one. {SEE}")
    if version != VERSION:
        raise HoldfastError(f"{path} {other_version(version)}")


def version_of(first: bytes) -> int | None:
    """Return the version that a record's first line says, whatever else may have changed since; None if it says none."""
    try:
        found = _form.json_value(first.removesuffix(b"\n"))["open"]["version"]
    except (DamageError, TypeError, KeyError):
        return None
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def other_version(version: int) -> str:
    """Say that a record is of another version, and what to do."""
    age = "a newer" if version > VERSION else "an older"
    return (
        f"is a record of version {version}, made by {age} Holdfast; this one reads and writes version {VERSION}. "
        f"Use {age} Holdfast for it; nothing in it was touched."
    )


def commit_text(tree: Tree) -> dict[str, Any]:
    """Return what a commit says of the entries before it: how many they are, the root over them, and how to go on from there."""
    peaks = [peak.hex() for peak in tree.peaks]
    return {"entries": tree.size, "root": tree.root().hex(), "peaks": peaks}


def tree_after(commit: _form.Line) -> Tree:
    """Return the tree over all entries up to and with a commit.

    Raises
    ------
    DamageError
        If it does not say what a commit says.
    """
    said: Any = _form.json_value(commit.cells[OPEN] or b"")
    try:
        tree = Tree(commit.n - 1, map(bytes.fromhex, said["peaks"]))
        if said != commit_text(tree) or len(tree.peaks) != tree.size.bit_count():
            raise DamageError("does not say what a commit says")
    except (TypeError, KeyError, ValueError):
        raise DamageError("does not say what a commit says") from None
    tree.add(commit.leaf)
    return tree
