"""What an export for a party leaves out, by the agreement's own words.

What is kept from a party cannot be guessed at, either: with a report go its id, the file that it came in, what persons said of it, and the
words of it in the model of linkage. A report that was corrected into what is confidential is as confidential as one that was received so;
so is one whose position may lie there, and every revision of one that is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from holdfast.errors import InputError
from holdfast.monitoring.agreement import Agreement, Confidence, read_agreement
from holdfast.monitoring.record import (
    EXPORT,
    LOG,
    WHOLE,
    Entry,
    Exported,
    agreement,
    entries,
    export,
    refuse_other_end,
)
from holdfast.monitoring.store.entries import RECEIVED
from holdfast.monitoring.store.folder import entry_known
from holdfast.monitoring.store.whereabouts import possible_sectors

__all__ = ["export_for", "withheld_from"]

Withheld = Callable[[Entry], Any]


def export_for(
    folder: Path, party: str, out: Path, progress: Callable[[int, int], None] | None = None
) -> Exported:
    """Write a record for one party, without what the agreement keeps from it; it verifies like the whole one.

    Raises
    ------
    InputError
        For a party that the agreement does not know, a folder that is not new or empty, or an export: what a party may see is
        judged by the whole record.
    HoldfastError
        For a record that is not as it was written, or ends before what the index beside it knows.
    """
    if not folder.is_file() and not (folder / LOG).is_file() and (folder / EXPORT).is_file():
        raise InputError(
            f"{folder} holds an export of a record, from which it cannot be told what else to keep from {party}. Ask whoever keeps "
            "the record for an export."
        )
    known = entry_known(folder)
    refuse_other_end(folder, known, "nothing was exported")
    files = agreement(folder)
    name, raw = next(iter(files.items()))
    watched = read_agreement(raw, name, files)
    if party not in watched.parties:
        raise InputError(f"--for {party}: is no party; must be one of {', '.join(watched.parties)}.")
    withheld = withheld_from(watched, party, entries(folder))
    return export(folder, out, withheld, known=known, progress=progress)


@dataclass(slots=True)
class _Hidden:
    """What the entries of a record say that a party is not told."""

    reports: set[str] = field(default_factory=set[str])
    """Ids of reports that are withheld, in part or as a whole."""
    files: set[int] = field(default_factory=set[int])
    """Entries of the files that they, or rows set aside, came in."""
    sectors: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    """Sectors that reports may lie in, by id; "" for any."""


def withheld_from(agreement: Agreement, party: str, record: Iterable[Entry]) -> Withheld:
    """Return what says of each entry which of its cells are withheld from a party.

    Parameters
    ----------
    agreement
        Whose rules of confidence hold.
    party
        Its id.
    record
        All entries: what comes late in it can concern what stands early.
    """
    rules = [r for r in agreement.confidential if r.kept_from is None or party in r.kept_from]
    if not rules:
        return lambda _entry: ()
    hidden = _hidden(agreement, rules, record)

    def withheld(entry: Entry) -> Collection[str] | Any:
        match entry.kind:
            case "report":
                return _cells(agreement, rules, hidden, entry)
            case "file":
                # its name may say whose it is; its digest lets anyone test a guess at its rows
                return WHOLE if entry.n in hidden.files else ()
            case "aside":
                return set(entry.sealed)  # a row that could not be read may be anyone's
            case "model":
                return WHOLE  # it names words of the reports
            case "claim" | "correction" | "link":
                return set(entry.sealed) if hidden.reports & set(_named(entry)) else ()
            case _:
                return ()

    return withheld


def _hidden(agreement: Agreement, rules: list[Confidence], record: Iterable[Entry]) -> _Hidden:
    hidden = _Hidden()
    reports: list[Entry] = []
    corrections: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for entry in record:
        if entry.kind == "report":
            bare = {name: value for name, value in entry.sealed.items() if name != RECEIVED}
            kept = entry.sealed[RECEIVED]
            bare[RECEIVED] = {name: kept.get(name) for name in ("id", "native_id")}  # the rest is long
            reports.append(entry._replace(sealed=bare))
        elif entry.kind == "aside":
            hidden.files.add(entry.open["file"])
        elif entry.kind == "correction":
            said = entry.sealed["correction"]
            corrections[said["report"]].append(said["set"])
    if any(rule.sectors is not None for rule in rules):
        hidden.sectors = _sectors(agreement, rules, reports, corrections)
    for entry in reports:
        cells = _cells(agreement, rules, hidden, entry)
        if cells is WHOLE or cells:
            hidden.reports.add(entry.sealed[RECEIVED]["id"])
            hidden.files.add(_said(entry)["file"])
    return hidden


def _sectors(
    agreement: Agreement,
    rules: list[Confidence],
    reports: list[Entry],
    corrections: dict[str, list[dict[str, Any]]],
) -> dict[str, set[str]]:
    """Return the sectors that each report may lie in; revisions of one report share them, as they are of one event."""
    kept = {sector for rule in rules for sector in rule.sectors or ()}
    said = ((entry.sealed[RECEIVED]["id"], _said(entry)) for entry in reports)
    found = possible_sectors(agreement, said, corrections, kept)
    shared: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    for entry in reports:
        if (native := _native(entry)) is not None:
            shared[native] |= found[entry.sealed[RECEIVED]["id"]]
    for entry in reports:
        if (native := _native(entry)) is not None:
            found[entry.sealed[RECEIVED]["id"]] = shared[native]
    return found


def _native(entry: Entry) -> tuple[str, ...] | None:
    """Return what revisions of one report have in common; None where it has no id of its own."""
    own = entry.sealed[RECEIVED]["native_id"]
    said = _said(entry)
    return None if own is None else (said["format"], said["observer"], own)


def _named(entry: Entry) -> list[str]:
    """Return the reports that are named in what a person said."""
    said = entry.sealed[entry.kind]
    return [said[key] for key in ("report", "one", "other") if key in said]


def _said(entry: Entry) -> dict[str, Any]:
    return {**entry.open, **{name: value for name, value in entry.sealed.items() if name != RECEIVED}}


def _cells(
    agreement: Agreement, rules: list[Confidence], hidden: _Hidden, entry: Entry
) -> Collection[str] | Any:
    said = _said(entry)
    observer = agreement.id_of("observers", said["observer"])
    sectors = hidden.sectors.get(entry.sealed[RECEIVED]["id"], set())
    cells: set[str] = set()
    for rule in rules:
        if rule.observers is not None and observer not in rule.observers:
            continue
        if rule.sectors is not None and not sectors & {*rule.sectors, ""}:
            continue
        if not rule.fields or set(rule.fields) & entry.open.keys():
            return (
                WHOLE  # what an earlier agreement did not keep stands open, and cannot be left out by itself
            )
        cells |= {*rule.fields, RECEIVED}  # the row as received says everything
    return cells & set(entry.sealed)
