"""The record's hashes a second time, written from their definitions alone; shares no code with src.

The lines: docs/explanation/record.md. The tree: RFC 9162, sections 2.1.1 to 2.1.3, as it stands there, by recursion.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def k_of(n: int) -> int:
    """The largest power of two smaller than n: k < n <= 2k."""
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def mth(hashes: Sequence[bytes]) -> bytes:
    """MTH(D_n) = HASH(0x01 || MTH(D[0:k]) || MTH(D[k:n])); of leaf hashes already made."""
    if not hashes:
        return sha(b"")
    if len(hashes) == 1:
        return hashes[0]
    k = k_of(len(hashes))
    return sha(b"\x01" + mth(hashes[:k]) + mth(hashes[k:]))


def path(m: int, hashes: Sequence[bytes]) -> list[bytes]:
    """PATH(m, D_n) = PATH(m, D[0:k]) : MTH(D[k:n]) for m < k, PATH(m - k, D[k:n]) : MTH(D[0:k]) otherwise."""
    if len(hashes) == 1:
        return []
    k = k_of(len(hashes))
    if m < k:
        return [*path(m, hashes[:k]), mth(hashes[k:])]
    return [*path(m - k, hashes[k:]), mth(hashes[:k])]


def leaf_of(line: bytes) -> bytes:
    """The leaf of a line, whole or with withheld cells, from what stands in it."""
    *parts, tail = line.rstrip(b"\n").split(b"\t")
    end = json.loads(b"{" + tail)
    if "withheld" in end:
        return bytes.fromhex(end["leaf"])
    if "salt" in end:
        seed, stream = bytes.fromhex(end["salt"]), b""
        for number in range(len(parts)):
            stream += hashlib.sha512(b"\x04" + seed + number.to_bytes(2, "big")).digest()
        salts = [stream[16 * i : 16 * i + 16] for i in range(len(parts))]
    else:
        salts = [bytes.fromhex(salt) if salt else None for salt in end["salts"]]
    data = b"\x00"
    for i, (part, salt) in enumerate(zip(parts, salts, strict=True)):
        value: dict[str, str] = {}
        if i:
            ((name, value),) = json.loads(b"{" + part.rstrip(b",") + b"}").items()
            data += name.encode() + b"\x00"
        data += bytes.fromhex(value["withheld"]) if salt is None else sha(b"\x03" + salt + part)
    return sha(data)


def check(log: bytes) -> tuple[list[bytes], bytes]:
    """Follow a log from its first line to its last; return the leaves and the last hash."""
    before, leaves = bytes(32), []
    for n, line in enumerate(log.split(b"\n")[:-1], 1):
        said = json.loads(line)
        leaf = leaf_of(line)
        before = sha(b"\x02" + before + leaf)
        assert (said["n"], said["leaf"], said["hash"]) == (n, leaf.hex(), before.hex())
        if said.get("kind") == "commit":
            assert said["open"]["entries"] == n - 1
            assert said["open"]["root"] == mth(leaves).hex()
        leaves.append(leaf)
    return leaves, before
