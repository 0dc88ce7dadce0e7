"""The form of a line of record.log, and what its hashes cover: every byte of it.

An entry is one line of JSON that ends with a line feed. Tabs, which JSON allows between its parts and never has inside a text, cut
it into a head, cells and a tail::

    {"n":12,"kind":"report","at":"2026-11-22T22:00:00Z",⇥"open":{…},⇥"raw":"…",⇥"salt":"…","leaf":"…","hash":"…"}

`salt` is 16 random bytes s. Part k (the head is part 0) is covered by its commitment c_k = SHA-256(0x03 ‖ salt_k ‖ part), where salt_k is
the k-th 16 bytes, counted from 0, of SHA-512(0x04 ‖ s ‖ 0) ‖ SHA-512(0x04 ‖ s ‖ 1) ‖ …, the numbers in two bytes, the high one first.
`leaf` = SHA-256(0x00 ‖ c_0 ‖ name_1 ‖ 0x00 ‖ c_1 ‖ …), and `hash` = SHA-256(0x02 ‖ hash of the entry before ‖ leaf), where 32 zero bytes
come before the first entry. So the bytes themselves are
hashed, and no second way to write the same JSON has to be thought of.

In an export a cell can be left out: its commitment stands in its place, and `salts`, those of the parts that are shown, in that of
`salt`. An entry can be left out too: its leaf stays. Leaf, hash and root remain as they were.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import sha256, sha512
from typing import Any, NamedTuple, NoReturn

from holdfast.errors import InputError

VERSION = 1
BEFORE_ALL = bytes(32)
LONGEST_LINE = 1 << 26  # 64 MB: more than any report, and memory stays bounded whatever a file holds
MOST_CELLS = 1000
OPEN = "open"
BEGIN, COMMIT, CHECKPOINT = "begin", "commit", "checkpoint"

_NUMBERS = tuple(k.to_bytes(2, "big") for k in range(MOST_CELLS // 4 + 1))
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_RESERVED = frozenset({"n", "kind", "at", "salt", "salts", "leaf", "hash", "withheld"})
_START = re.compile(rb'\{"n":([1-9][0-9]{0,17}),')
_HEAD = re.compile(
    rb'\{"n":([1-9][0-9]{0,17}),"kind":"([a-z][a-z0-9_-]{0,63})",'
    rb'"at":"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)",'
)
_CELL = re.compile(rb'"([a-z][a-z0-9_]{0,63})":(.+),', re.DOTALL)
_COMMITMENT = re.compile(rb'\{"withheld":"([0-9a-f]{64})"\}')
_ENDS = rb'"leaf":"([0-9a-f]{64})","hash":"([0-9a-f]{64})"\}\n'
_TAIL = re.compile(rb'"salt":"([0-9a-f]{32})",' + _ENDS)
_TAIL_PARTLY = re.compile(rb'"salts":\[("[0-9a-f]{32}"(?:,(?:"[0-9a-f]{32}"|null))+)\],' + _ENDS)
_TAIL_WITHHELD = re.compile(rb'"withheld":true,' + _ENDS)


class DamageError(Exception):
    """A line that is not as it was written; the text says in what."""


class Line(NamedTuple):
    """A line that is intact in itself: `leaf` is that of its content. Whether it stands where it should is not known."""

    n: int
    kind: str  # empty, like `at`, where the entry is withheld
    at: str
    cells: dict[str, bytes | None]  # the JSON text of each; None where it is withheld
    leaf: bytes
    hash: bytes


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
_decode = json.JSONDecoder(parse_constant=_refuse).raw_decode  # no space before or after


def json_bytes(value: object, what: str = "value") -> bytes:
    """Return a value as the JSON that the record holds: one line, no tabs, UTF-8; a lone surrogate is escaped.

    Raises
    ------
    InputError
        For what JSON does not have: NaN and infinity, other types, nesting without end.
    """
    try:
        return _encode(value).encode("utf-8", "backslashreplace")
    except (ValueError, TypeError, RecursionError) as error:
        raise InputError(
            f"{what} cannot be recorded ({error}); must be made of texts, finite numbers, true, false, null, lists and "
            "mappings with texts as keys."
        ) from None


def json_value(data: bytes) -> Any:
    """Return what the JSON of a cell says.

    Raises
    ------
    DamageError
        If it is no JSON.
    """
    try:
        text = data.decode()
        value, end = _decode(text)
    except (ValueError, RecursionError) as error:
        raise DamageError(f"is no JSON ({error})") from None
    if end != len(text):
        raise DamageError("is no JSON (more than one value)")
    return value


def checked_name(name: object, what: str) -> str:
    """Return the name of a cell or a kind as it is.

    Raises
    ------
    InputError
        If it cannot be one.
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name) or name in _RESERVED:
        raise InputError(
            f"{what} = {name!r:.80}; must be lower-case letters, digits and _, begin with a letter, be no longer than 64 "
            f"and none of {', '.join(sorted(_RESERVED))}."
        )
    return name


def hash_after(before: bytes, leaf: bytes) -> bytes:
    """Return the hash of the entry with this leaf after the entry with the hash `before`."""
    return sha256(b"\2" + before + leaf).digest()


def _salts(seed: bytes, count: int) -> list[bytes]:
    stream = b"".join([sha512(b"\4" + seed + number).digest() for number in _NUMBERS[: (count + 3) // 4]])
    return [stream[k : k + 16] for k in range(0, 16 * count, 16)]


def _commitments(parts: Sequence[bytes], salts: Sequence[bytes]) -> list[bytes]:
    return [sha256(b"\3" + salt + part).digest() for salt, part in zip(salts, parts, strict=True)]


def _leaf(names: Iterable[bytes], commitments: Sequence[bytes]) -> bytes:
    data = b"\0" + commitments[0]
    for k, name in enumerate(names, 1):
        data += name + b"\0" + commitments[k]
    return sha256(data).digest()


def head_of(n: int, kind: str, at: str) -> bytes:
    """Return the first part of a line."""
    return f'{{"n":{n},"kind":"{kind}","at":"{at}",'.encode()


def written(
    head: bytes, cells: Mapping[str, bytes], seed: bytes, before: bytes
) -> tuple[bytes, bytes, bytes]:
    """Return the line of an entry, its leaf and its hash.

    Parameters
    ----------
    head
        Its first part.
    cells
        The JSON text of each, by name.
    seed
        16 random bytes.
    before
        The hash of the entry before.
    """
    encoded = [name.encode() for name in cells]
    parts = [head]
    parts += [b'"%b":%b,' % (name, text) for name, text in zip(encoded, cells.values(), strict=True)]
    leaf = _leaf(encoded, _commitments(parts, _salts(seed, len(parts))))
    here = hash_after(before, leaf)
    ends = f'"salt":"{seed.hex()}","leaf":"{leaf.hex()}","hash":"{here.hex()}"}}\n'
    parts.append(ends.encode())
    return b"\t".join(parts), leaf, here


def number_at_start(line: bytes) -> int | None:
    """Return the number that a line begins with, whatever follows."""
    found = _START.match(line)
    return int(found[1]) if found else None


def stored(line: bytes) -> tuple[bytes, bytes] | None:
    """Return the leaf and the hash that a line ends with, whether they fit or not; None where it does not end so."""
    found = re.search(_ENDS + rb"\Z", line[-200:])
    return (bytes.fromhex(found[1].decode()), bytes.fromhex(found[2].decode())) if found else None


def read(line: bytes) -> Line:
    """Read a line: an entry of the record, or one of an export that was withheld in part or as a whole.

    Raises
    ------
    DamageError
        If it is not byte for byte what its leaf was made of.
    """
    parts = line.split(b"\t")
    tail = parts.pop()
    if ends := _TAIL.fullmatch(tail):
        if len(parts) > MOST_CELLS + 1:
            raise DamageError("has too many cells")
        commitments = _commitments(parts, _salts(bytes.fromhex(ends[1].decode()), len(parts)))
        cells = _cells(parts[1:])
    elif ends := _TAIL_PARTLY.fullmatch(tail):
        commitments, cells = _shown(parts, ends[1].split(b","))
    elif ends := _TAIL_WITHHELD.fullmatch(tail):
        return _withheld(parts, ends)
    else:
        raise DamageError("does not end as an entry does")
    head = _HEAD.fullmatch(parts[0]) if parts else None
    if head is None:
        raise DamageError("does not begin as an entry does")
    leaf = bytes.fromhex(ends[2].decode())
    if _leaf([name.encode() for name in cells], commitments) != leaf:
        raise DamageError("is not what its hash was made of")
    if OPEN not in cells:
        raise DamageError(f'has no "{OPEN}"')
    return Line(
        int(head[1]), head[2].decode(), head[3].decode(), cells, leaf, bytes.fromhex(ends[3].decode())
    )


def _cells(parts: Sequence[bytes]) -> dict[str, bytes | None]:
    cells: dict[str, bytes | None] = {}
    for part in parts:
        found = _CELL.fullmatch(part)
        if found is None:
            raise DamageError("has a cell that is none")
        cells[found[1].decode()] = found[2]
    if len(cells) < len(parts):
        raise DamageError("has two cells of one name")
    return cells


def _shown(parts: Sequence[bytes], salts: Sequence[bytes]) -> tuple[list[bytes], dict[str, bytes | None]]:
    """Return the commitments of a line with withheld cells, and the cells."""
    if len(salts) != len(parts):
        raise DamageError("has another number of salts than of cells")
    cells = _cells(parts[1:])
    commitments = [sha256(b"\3" + bytes.fromhex(salts[0][1:-1].decode()) + parts[0]).digest()]
    for (name, text), part, salt in zip(cells.items(), parts[1:], salts[1:], strict=True):
        if salt != b"null":
            commitments.append(sha256(b"\3" + bytes.fromhex(salt[1:-1].decode()) + part).digest())
            continue
        found = _COMMITMENT.fullmatch(text or b"")
        if found is None:
            raise DamageError(f'has neither a salt nor a commitment for "{name}"')
        commitments.append(bytes.fromhex(found[1].decode()))
        cells[name] = None
    return commitments, cells


def _withheld(parts: Sequence[bytes], ends: re.Match[bytes]) -> Line:
    start = _START.fullmatch(parts[0]) if len(parts) == 1 else None
    if start is None:
        raise DamageError("does not begin as an entry does")
    leaf, here = bytes.fromhex(ends[1].decode()), bytes.fromhex(ends[2].decode())
    return Line(int(start[1]), "", "", {}, leaf, here)


def without(line: bytes, names: Collection[str] | None) -> bytes:
    """Return a line without some of its cells, or (None) without all but its number and its hashes.

    What the line leaves out already stays out.

    Raises
    ------
    InputError
        If the entry has no such cell.
    DamageError
        If it is no entry.
    """
    if names is not None and not names:
        return line
    *parts, tail = line.split(b"\t")
    ends = _TAIL.fullmatch(tail) or _TAIL_PARTLY.fullmatch(tail) or _TAIL_WITHHELD.fullmatch(tail)
    if ends is None or not parts:
        raise DamageError("does not end as an entry does")
    hashes = b'"leaf":"%b","hash":"%b"}\n' % ends.groups()[-2:]
    n = number_at_start(line) or 0
    if names is None:
        return b'{"n":%d,\t"withheld":true,' % n + hashes
    cells = _cells(parts[1:])
    if missing := sorted(set(names).difference(cells)):
        has = f"it has {', '.join(cells)}" if cells else "it is withheld"
        raise InputError(f'entry {n} has no cell "{missing[0]}"; {has}.')
    if ends.re is _TAIL:
        salts = [
            b'"%b"' % salt.hex().encode() for salt in _salts(bytes.fromhex(ends[1].decode()), len(parts))
        ]
    else:
        salts = ends[1].split(b",")
    for k, name in enumerate(cells, 1):
        if name in names and salts[k] != b"null":
            commitment = sha256(b"\3" + bytes.fromhex(salts[k][1:-1].decode()) + parts[k]).hexdigest()
            parts[k] = f'"{name}":{{"withheld":"{commitment}"}},'.encode()
            salts[k] = b"null"
    parts.append(b'"salts":[%b],' % b",".join(salts) + hashes)
    return b"\t".join(parts)
