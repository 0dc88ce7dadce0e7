"""The index: what the record says, linked, tested and counted, in tables. The same record gives the same index.

An index that is brought up to date entry by entry is the same, row by row, as one that is made anew; what a step changes of what
was known before is therefore worked out anew, and all of it where that cannot be told apart.
"""

from __future__ import annotations

from pathlib import Path

from holdfast.errors import HoldfastError
from holdfast.monitoring.record import SEE, Digest, adding, entries, tip, verify
from holdfast.monitoring.store.entries import Staged, staged
from holdfast.monitoring.store.folder import agreement_of, entry_known, index_changed, index_read
from holdfast.monitoring.store.grading import graded
from holdfast.monitoring.store.schema import TABLES, VERSION
from holdfast.monitoring.store.taking import (
    count_evidence,
    current_reports,
    follow_revisions,
    rename_all,
    take_corrections,
    take_others,
    take_reports,
)

__all__ = ["caught_up", "current_reports", "index_staged", "rebuilt"]


def rebuilt(folder: Path) -> int:
    """Make the index anew from the record, and return the number of the last entry.

    Raises
    ------
    InputError
        Where there is no record.
    HoldfastError
        When the record is damaged, or has lost entries that the index there is knows, the disk refuses, or another process is adding.
    """
    with adding(folder, known=entry_known(folder)):  # what is added meanwhile would be missing
        last = tip(folder).n
        _update(folder, staged(entries(folder)), last, Digest(folder), anew=True)
    return last


def caught_up(folder: Path, digest: Digest | None = None) -> Digest:
    """Bring the index up to the record's last entry, where an add was cut off between the two; the lock must be held.

    Parameters
    ----------
    folder
        Of the record.
    digest
        What was returned when this was called before, under the same lock; without it, the whole record is read.

    Returns
    -------
    Digest
        Of the record, to go on from.

    Raises
    ------
    HoldfastError
        When any byte of the record has changed since the index was made, or the disk refuses.
    """
    digest = digest or Digest(folder)
    last = tip(folder).n
    try:
        with index_read(folder) as con:
            [(known, end, as_it_was)] = con.execute("select entry, bytes, sha256 from about").fetchall()
    except HoldfastError:
        known, end, as_it_was = 0, 0, None
    if known and digest.to(end) != as_it_was:
        _refuse_damage(folder)
        known = 0  # it is the index that is wrong
    if known < last:
        _update(folder, staged(entries(folder, known)), last, digest, anew=known == 0)
    return digest


def _refuse_damage(folder: Path) -> None:
    """Say what `verify` finds, if it finds anything."""
    verdict = verify(folder)
    if verdict.faults:
        raise HoldfastError(f"{verdict.path}: {verdict.faults[0]} Nothing was added. {SEE}")


def index_staged(folder: Path, fresh: Staged, last: int, digest: Digest) -> None:
    """Bring the index up to the entry `last`, given the entries after those that it knows, and what `caught_up` returned."""
    _update(folder, fresh, last, digest, anew=False)


def _update(folder: Path, fresh: Staged, last: int, digest: Digest, *, anew: bool) -> None:
    from holdfast.monitoring.store.linking import linked  # noqa: PLC0415 - slow to import, and who only reads links nothing

    with index_changed(folder, anew=anew) as con:
        con.execute("begin")
        if anew:
            for name, columns in TABLES.items():
                con.execute(f"create table {name} ({columns})")
        kinds = take_others(con, fresh.others)
        agreement = agreement_of(con)
        if "amendment" in kinds:
            rename_all(con, agreement)
        count, revised = take_reports(con, agreement, fresh.reports)
        take_corrections(con, agreement, fresh.others)
        follow_revisions(con)
        count_evidence(con, agreement)
        # what changes the meaning of reports that were known before
        all_of_them = anew or bool(kinds & {"model", "link", "correction", "amendment"})
        if count or all_of_them:
            told = linked(con, None if all_of_them or revised else count)
        else:
            [(told,)] = con.execute("select linking from about").fetchall()
        if count or all_of_them or "claim" in kinds:
            graded(con, agreement, all_of_them=all_of_them)
        con.execute("delete from about")
        about = [VERSION, last, tip(folder).hash, told, *digest.to_commit()]
        con.execute("insert into about values (?, ?, ?, ?, ?, ?)", about)
        con.execute("commit")
        con.execute("checkpoint")
