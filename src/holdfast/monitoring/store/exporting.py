"""What an export for a party leaves out, by the agreement's own words.

What is kept from a party cannot be guessed at, either: with a report go its id, the file that it came in, what persons said of it, and the
words of it in the model of linkage. A report that was corrected into what is confidential is as confidential as one that was received so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from holdfast.errors import InputError
from holdfast.monitoring.agreement import Agreement, Confidence, read_agreement
from holdfast.monitoring.record import EXPORT, LOG, WHOLE, Entry, Exported, agreement, entries, export
from holdfast.monitoring.store.entries import RECEIVED

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
    """
    if not folder.is_file() and not (folder / LOG).is_file() and (folder / EXPORT).is_file():
        raise InputError(
            f"{folder} holds an export of a record, from which it cannot be told what else to keep from {party}. Ask whoever keeps "
            "the record for an export."
        )
    files = agreement(folder)
    name, raw = next(iter(files.items()))
    watched = read_agreement(raw, name, files)
    if party not in watched.parties:
        raise InputError(f"--for {party}: is no party; must be one of {', '.join(watched.parties)}.")
    withheld = withheld_from(watched, party, entries(folder))
    return export(folder, out, withheld, progress=progress)


@dataclass(slots=True)
class _Hidden:
    """What the entries of a record say that a party is not told."""

    reports: set[str] = field(default_factory=set[str])
    """Ids of reports that are withheld, in part or as a whole."""
    files: set[int] = field(default_factory=set[int])
    """Entries of the files that they, or rows set aside, came in."""
    sectors: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict[str, set[str]](set))
    """Sectors that reports were corrected to, by id."""


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
    for entry in record:
        if entry.kind == "report":
            bare = {name: value for name, value in entry.sealed.items() if name != RECEIVED}
            bare[RECEIVED] = {"id": entry.sealed[RECEIVED]["id"]}  # the rest is long
            reports.append(entry._replace(sealed=bare))
        elif entry.kind == "aside":
            hidden.files.add(entry.open["file"])
        elif entry.kind == "correction":
            said = entry.sealed["correction"]
            if "sector" in said["set"]:
                sector = agreement.id_of("sectors", said["set"]["sector"])
                hidden.sectors[said["report"]].add(sector or "")
    for entry in reports:
        cells = _cells(agreement, rules, hidden, entry)
        if cells is WHOLE or cells:
            hidden.reports.add(entry.sealed[RECEIVED]["id"])
            hidden.files.add(_said(entry)["file"])
    return hidden


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
    corrected = hidden.sectors.get(entry.sealed[RECEIVED]["id"], set())
    # a report that names no sector, or none that is known, may be from anywhere
    sectors = {agreement.id_of("sectors", said.get("sector")) or "", *corrected}
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
