"""What an export for a party leaves out, by the agreement's own words.

A report that is left out cannot be guessed at: neither its text nor its id, nor words of it in the model of linkage, nor what
persons said of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from holdfast.errors import InputError
from holdfast.monitoring.agreement import Agreement, Confidence
from holdfast.monitoring.record import WHOLE, Entry, Exported, export
from holdfast.monitoring.store.entries import RECEIVED
from holdfast.monitoring.store.folder import agreement_of, index_read

__all__ = ["export_for", "withheld_from"]

Withheld = Callable[[Entry], Any]


def export_for(folder: Path, party: str, out: Path, progress: Callable[[int, int], None] | None = None) -> Exported:
    """Write a record for one party, without what the agreement keeps from it; it verifies like the whole one.

    Raises
    ------
    InputError
        For a party that the agreement does not know, or a folder that is not new or empty.
    """
    with index_read(folder) as con:
        agreement = agreement_of(con)
    if party not in agreement.parties:
        raise InputError(f"--for {party}: is no party; must be one of {', '.join(agreement.parties)}.")
    return export(folder, out, withheld_from(agreement, party), progress=progress)


def withheld_from(agreement: Agreement, party: str) -> Withheld:
    """Return what says of each entry, in their order, which of its cells are withheld from a party."""
    rules = [r for r in agreement.confidential if r.kept_from is None or party in r.kept_from]
    hidden: set[str] = set()

    def withheld(entry: Entry) -> Collection[str] | Any:
        if not rules:
            return ()
        match entry.kind:
            case "report":
                cells = _cells(agreement, rules, entry)
                if cells is WHOLE or cells:
                    hidden.add(entry.sealed[RECEIVED]["id"])
                return cells
            case "file":
                return set(entry.sealed)  # the digest of a file lets anyone test a guess at its rows
            case "aside":
                return set(entry.sealed)  # a row that could not be read may be anyone's
            case "model":
                return WHOLE  # it names words of the reports
            case "claim" | "correction" | "link":
                said = entry.sealed[entry.kind]
                return set(entry.sealed) if hidden & {said.get(k) for k in ("report", "one", "other")} else ()
            case _:
                return ()

    return withheld


def _cells(agreement: Agreement, rules: list[Confidence], entry: Entry) -> Collection[str] | Any:
    said = {**entry.open, **{name: value for name, value in entry.sealed.items() if name != RECEIVED}}
    observer = agreement.id_of("observers", said["observer"])
    sector = agreement.id_of("sectors", said.get("sector"))
    cells: set[str] = set()
    for rule in rules:
        if rule.observers is not None and observer not in rule.observers:
            continue
        if rule.sectors is not None and sector not in rule.sectors and sector is not None:
            continue  # a report that names no sector may be from there
        if not rule.fields:
            return WHOLE
        cells |= {*rule.fields, RECEIVED}  # the row as received says everything
    return cells & set(entry.sealed)
