"""From the bytes of a file to its lines, a block at a time, whatever the file was saved as.

Gzip is unpacked; UTF-8 with or without a byte order mark, UTF-16 and Windows-1252 (of which Latin-1 is a part) are read; lines
end in LF, CR LF or, where the file has no LF at all, in CR. Memory is bounded: a line longer than MAX_LINE is never held whole.
"""

from __future__ import annotations

import codecs
import gzip
import io
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from holdfast.errors import InputError

BLOCK = 2**20
MAX_LINE = 2**22
KEPT = 2**16  # characters that are kept of a line longer than that

_GZIP = b"\x1f\x8b"
ZIP = b"PK\x03\x04"
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


@dataclass(frozen=True, slots=True)
class Source:
    """A file, or bytes, that can be read again from the start.

    Parameters
    ----------
    name
        What messages call it.
    path, data
        Where its bytes are: one of the two.
    """

    name: str
    path: Path | None = None
    data: bytes = b""

    @classmethod
    def of(cls, given: str | os.PathLike[str] | bytes, name: str | None = None) -> Source:
        """Make a source of a path or of bytes."""
        if isinstance(given, bytes):
            return cls(name or "the data", None, given)
        path = Path(given)
        return cls(name or os.fspath(given).encode("utf-8", "backslashreplace").decode(), path)

    def open(self) -> BinaryIO:
        """Open it for reading, packed as it is."""
        if self.path is None:
            return io.BytesIO(self.data)
        try:
            if self.path.is_dir():
                raise InputError(f"{self.name}: is a directory. Name the file in it.")
            return self.path.open("rb")
        except FileNotFoundError:
            raise InputError(f"{self.name}: does not exist. Check the name.") from None
        except (OSError, ValueError) as error:
            raise InputError(f"{self.name}: cannot be read: {error}. Name another file.") from None

    def head(self, size: int = 2**16) -> bytes:
        """Return the first bytes, unpacked; fewer where the file breaks off."""
        found = b""
        for chunk in Bytes(self, size):
            found += chunk
            if len(found) >= size:
                break
        return found[:size]


@dataclass(slots=True)
class Bytes:
    """The bytes of a source, unpacked, chunk by chunk; ``broken`` says how a packed file ended too early."""

    source: Source
    size: int = BLOCK
    broken: str = ""

    def __iter__(self) -> Iterator[bytes]:
        with self.source.open() as raw:
            start = raw.read(4)
            raw.seek(0)
            if start == ZIP:
                raise InputError(
                    f"{self.source.name}: is a ZIP archive or a spreadsheet. Unpack it, or save it as CSV."
                )
            if start[:2] == _GZIP:
                yield from self.unpacked(gzip.GzipFile(fileobj=raw))
                return
            try:
                while chunk := raw.read(self.size):
                    yield chunk
            except OSError as error:
                raise InputError(f"{self.source.name}: cannot be read: {error}.") from None

    def unpacked(self, file: gzip.GzipFile) -> Iterator[bytes]:
        """Unpack a file; what was whole before it breaks off is not lost."""
        parts: list[bytes] = []
        try:
            while part := file.read1(self.size):
                parts.append(part)
                if sum(map(len, parts)) >= self.size:
                    yield b"".join(parts)
                    parts.clear()
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            self.broken = f"the packed file breaks off here ({error}). Get it again."
        except OSError as error:
            raise InputError(f"{self.source.name}: cannot be read: {error}.") from None
        if parts:
            yield b"".join(parts)


@dataclass(slots=True)
class Block:
    """Lines that follow each other.

    Parameters
    ----------
    first
        The number of the first line, from 1.
    lines
        The lines without their ends; a CR before LF is still there.
    plain
        Whether there is no quote, no CR and no NUL in any of them.
    ended
        Whether the last one has a line end.
    broken
        Lines that could not be read: number, what is wrong, what was kept.
    """

    first: int
    lines: list[str]
    plain: bool = True
    ended: bool = True
    broken: list[tuple[int, str, str]] = field(default_factory=list[tuple[int, str, str]])


def encoding_of(head: bytes) -> str | None:
    """Return which UTF-16 a file is in; None if it is in none."""
    if head[:2] in _UTF16:
        return _UTF16[head[:2]]
    sample = head[:4096]
    if len(sample) >= 8:
        even, odd = sample[0::2], sample[1::2]  # text in Latin letters has a NUL in every second byte
        if odd.count(0) > 0.4 * len(odd) and even.count(0) == 0:
            return "utf-16-le"
        if even.count(0) > 0.4 * len(even) and odd.count(0) == 0:
            return "utf-16-be"
    return None


def decode(data: bytes) -> str:
    r"""Return the text of a line: UTF-8, or what Windows writes where it is not.

    Examples
    --------
    >>> decode("Kyjiv \u2013".encode()), decode(b"Debal\x92tseve")
    ('Kyjiv –', 'Debal’tseve')
    """
    for encoding in ("utf-8", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _recoded(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Turn UTF-16 into UTF-8 and take a byte order mark away."""
    first = next(chunks, b"")
    encoding = encoding_of(first)
    if encoding is None:
        yield first.removeprefix(codecs.BOM_UTF8)
        yield from chunks
        return
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    yield decoder.decode(first).removeprefix("\ufeff").encode()
    for chunk in chunks:
        yield decoder.decode(chunk).encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")


def _newline(data: bytes) -> bytes | None:
    if b"\n" in data:
        return b"\n"
    # a CR at the very end may be the first half of CR LF
    return b"\r" if b"\r" in data[:-1] and len(data) >= BLOCK else None


class Lines:
    """The lines of a source, block by block; iterate over it once or again.

    Parameters
    ----------
    source
        The file.
    """

    def __init__(self, source: Source) -> None:
        self.source = source

    def __iter__(self) -> Iterator[Block]:
        packed = Bytes(self.source, BLOCK)
        carry, newline, number, overlong = b"", None, 1, b""
        for chunk in _recoded(iter(packed)):
            data = carry + chunk
            newline = newline or _newline(data)
            cut = data.rfind(newline) if newline else -1
            if cut < 0:
                if not overlong and len(data) > MAX_LINE:
                    overlong = data[:KEPT]
                carry = b"" if overlong else data
                continue
            block = _block(number, data[:cut], newline or b"\n")
            if overlong:  # what stands before the first line end is the rest of that line
                block.broken.append((number, _TOO_LONG, decode(overlong)))
                block.lines[0] = ""
                overlong = b""
            number += len(block.lines)
            carry = data[cut + 1 :]
            yield block
        yield from _rest(number, carry, newline, overlong, packed.broken)


_TOO_LONG = f"the row has more than {MAX_LINE:,} bytes; only its beginning is kept. Is a line end missing?"


def _rest(number: int, carry: bytes, newline: bytes | None, overlong: bytes, broken: str) -> Iterator[Block]:
    """What stands after the last line end."""
    if overlong:
        yield Block(number, [], broken=[(number, _TOO_LONG, decode(overlong))])
        number += 1
        carry = b""
    # a short file without any LF may have CR for its line ends
    ends = newline or (b"\r" if b"\r" in carry else b"\n")
    block = _block(number, carry.removesuffix(ends), ends) if carry else Block(number, [])
    block.ended = carry.endswith(ends)
    if broken:
        last = block.lines.pop() if block.lines else ""
        line = number + len(block.lines)
        block.broken.append((line, broken, last))
    if block.lines or block.broken:
        yield block


def _block(first: int, body: bytes, newline: bytes) -> Block:
    try:
        text = body.decode("utf-8")
        lines = text.split(newline.decode())
    except UnicodeDecodeError:  # line by line, so that where a block ends makes no difference
        lines = [decode(line) for line in body.split(newline)]
    plain = not (b'"' in body or b"\r" in body or b"\0" in body)
    return Block(first, lines, plain)
