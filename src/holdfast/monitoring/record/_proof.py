"""Proofs that one entry is in a record, which show nothing of the others."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

from holdfast.errors import HoldfastError, InputError
from holdfast.monitoring.record import _form
from holdfast.monitoring.record._checkpoint import Checkpoint
from holdfast.monitoring.record._form import LONGEST_LINE, DamageError
from holdfast.monitoring.record._log import committed, lines, log_path, opened
from holdfast.monitoring.record._merkle import path_to_root, root_from
from holdfast.monitoring.record._read import Entry, told
from holdfast.monitoring.record._whole import refuse_other_end

__all__ = ["Proof", "check", "prove"]


@dataclass(frozen=True, slots=True)
class Proof:
    """That an entry is in a record.

    Attributes
    ----------
    n
        The entry's number.
    entries
        How many entries the record had that it is proved to be in.
    line
        The entry as it stands in the record, or without cells that are withheld.
    path
        The hashes that lead from the entry's leaf to the root, in hexadecimal.
    """

    n: int
    entries: int
    line: str
    path: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it as what JSON holds."""
        return asdict(self)

    @classmethod
    def of(cls, said: Any) -> Proof:
        """Return the proof that JSON holds.

        Raises
        ------
        InputError
            If it holds none.
        """
        if isinstance(said, dict):
            fields = cast("dict[str, Any]", said)
            n, entries, line, path = (fields.get(name) for name in ("n", "entries", "line", "path"))
            hashes = cast("list[Any]", path) if isinstance(path, list | tuple) else None
            fine = hashes is not None and all(
                isinstance(h, str) and re.fullmatch("[0-9a-f]{64}", h) for h in hashes
            )
            if (
                fine
                and hashes is not None
                and type(n) is int
                and type(entries) is int
                and isinstance(line, str)
            ):
                return cls(n, entries, line, tuple(hashes))
        raise InputError(
            "this is no proof; must hold n, entries, line and path, as `holdfast monitor prove` writes them."
        )


def prove(
    place: Path | str, n: int, *, entries: int | None = None, withheld: Collection[str] = (), known: int = 0
) -> Proof:
    """Return a proof that the entry `n` is in a record.

    Parameters
    ----------
    place
        The folder of a record or an export, or a log itself.
    n
        The entry's number.
    entries
        Prove it of the record as it was with this many entries, those of a checkpoint; all that are committed if none is given.
    withheld
        Names of cells that the proof does not show.
    known
        As for `verify`: nothing is proved of a record that ends before this entry.

    Raises
    ------
    InputError
        If no such entry is committed, or it has no such cell.
    HoldfastError
        If the record is damaged.
    """
    path = log_path(place, known)
    refuse_other_end(path, known, "nothing is proved")
    with opened(path) as handle:
        end, commit = committed(handle, path)
        size = commit.n if entries is None else entries
        if not 1 <= n <= size <= commit.n:
            least = f", of which the first {size} are asked for" if size != commit.n else ""
            raise InputError(f"{path} has entries 1 to {commit.n}{least}; entry {n} is none of them.")
        leaves: list[bytes] = []
        wanted = b""
        for byte, line in lines(handle, 0, end):
            found = _form.stored(line)
            if found is None or _form.number_at_start(line) != len(leaves) + 1:
                raise HoldfastError(
                    f"{path}: entry {len(leaves) + 1} (byte {byte}) is damaged. `holdfast monitor verify` says what is wrong."
                )
            leaves.append(found[0])
            if len(leaves) == n:
                wanted = line
            if len(leaves) == size:
                break
    try:
        _form.read(wanted)
        shown = _form.without(wanted, withheld) if withheld else wanted
    except DamageError as damage:
        raise HoldfastError(f"{path}: entry {n} {damage}.") from None
    return Proof(n, size, shown.decode(), tuple(step.hex() for step in path_to_root(leaves, n - 1)))


def check(proof: Proof, checkpoint: Checkpoint, public_key: bytes | None = None) -> Entry:
    """Return the entry that a proof shows, once it is certain that the record of a checkpoint holds it.

    Parameters
    ----------
    proof
        As `prove` gives it, made with ``entries=checkpoint.n``.
    checkpoint
        Of the record.
    public_key
        The 32 bytes of the key that the checkpoint must be signed with; if none is given, its own, which anyone could have made.

    Raises
    ------
    HoldfastError
        If it proves nothing, with the reason.
    """
    if (wrong := checkpoint.wrong(public_key)) is not None:
        raise HoldfastError(f"the checkpoint is worth nothing: {wrong}")
    if proof.entries != checkpoint.n:
        raise HoldfastError(
            f"the proof is about a record of {proof.entries} entries, the checkpoint about one of {checkpoint.n}. Make the "
            f"proof for {checkpoint.n} entries."
        )
    line = proof.line.encode("utf-8", "surrogatepass")
    try:
        if len(line) > LONGEST_LINE:
            raise DamageError("is longer than any entry may be")  # noqa: TRY301
        read = _form.read(line)
        entry = told(read)
    except DamageError as damage:
        raise HoldfastError(f"the proof shows an entry that {damage}.") from None
    root = root_from(read.leaf, proof.n - 1, proof.entries, map(bytes.fromhex, proof.path))
    if read.n != proof.n or root is None or root.hex() != checkpoint.root:
        raise HoldfastError(
            f"the proof does not lead to the checkpoint's root: no entry {proof.n} of this content is in that record."
        )
    return entry
