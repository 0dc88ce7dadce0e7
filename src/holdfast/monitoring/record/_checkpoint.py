"""Checkpoints: what the record was at a time, signed with a key (Ed25519, RFC 8032), to be kept elsewhere."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from holdfast.errors import InputError
from holdfast.monitoring.record._disk import disk_errors, write_new

__all__ = ["Checkpoint", "make_key", "read_checkpoint", "read_key", "read_public_key", "write_checkpoint"]

MOST_BYTES = 1 << 20
_HEX = {"record": 64, "hash": 64, "root": 64, "public_key": 64, "signature": 128}
_AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a record was when someone signed it.

    Attributes
    ----------
    record
        The hash of the record's first entry: which record it is.
    n
        The number of its last entry, a commit.
    hash
        That entry's hash, on which all before it hang.
    root
        The root of the tree over all entries up to it (RFC 9162).
    at
        When it was signed, as the signer's clock said.
    public_key
        Of the key that signed, in hexadecimal.
    signature
        Over `text`, in hexadecimal.
    """

    record: str
    n: int
    hash: str
    root: str
    at: str
    public_key: str
    signature: str

    @property
    def text(self) -> bytes:
        """What is signed: lines that a person can read.

        Examples
        --------
        >>> print(Checkpoint("aa", 2, "bb", "cc", "2026-11-22T22:00:00Z", "", "").text.decode(), end="")
        holdfast checkpoint 1
        record aa
        entries 2
        hash bb
        root cc
        at 2026-11-22T22:00:00Z
        """
        told = {"record": self.record, "entries": self.n, "hash": self.hash, "root": self.root, "at": self.at}
        return "".join(["holdfast checkpoint 1\n", *(f"{k} {v}\n" for k, v in told.items())]).encode()

    def wrong(self, public_key: bytes | None = None) -> str | None:
        """Say what is wrong with the signature; None if nothing is.

        Parameters
        ----------
        public_key
            The 32 bytes of the key that must have signed; if none is given, the one that the checkpoint names.
        """
        if public_key is not None and public_key.hex() != self.public_key:
            return f"it was signed with the key {self.public_key}, not with {public_key.hex()}."
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.public_key))
            key.verify(bytes.fromhex(self.signature), self.text)
        except (InvalidSignature, UnsupportedAlgorithm, ValueError):
            return "its signature does not fit; it was changed after it was signed."
        return None

    def as_json(self) -> dict[str, Any]:
        """Return it as what JSON holds."""
        return asdict(self)

    @classmethod
    def of(cls, said: Any) -> Checkpoint:
        """Return the checkpoint that JSON holds.

        Raises
        ------
        ValueError
            If it holds another thing.
        """
        if not isinstance(said, dict):
            raise ValueError("it is no mapping.")  # noqa: TRY004 (like the rest of what the file can hold)
        fields = cast("dict[str, Any]", said)
        if missing := sorted(cls.__dataclass_fields__.keys() ^ fields.keys()):
            raise ValueError(f"{missing[0]} is missing, or is none of its fields.")
        for name, length in _HEX.items():
            value: object = fields[name]
            if not isinstance(value, str) or not re.fullmatch(f"[0-9a-f]{{{length}}}", value):
                raise ValueError(f"{name} must be {length} hexadecimal digits.")
        n, at = fields["n"], fields["at"]
        if type(n) is not int or not 0 < n < 10**18:
            raise ValueError("n must be the number of an entry.")
        if not isinstance(at, str) or not _AT.fullmatch(at):
            raise ValueError("at must be a time in UTC such as 2026-11-22T22:00:00Z.")
        return cls(**fields)


def signed(record: str, n: int, hash_hex: str, root: str, at: str, key: Ed25519PrivateKey) -> Checkpoint:
    """Return a checkpoint, signed."""
    public = key.public_key().public_bytes_raw().hex()
    bare = Checkpoint(record, n, hash_hex, root, at, public, "")
    return Checkpoint(record, n, hash_hex, root, at, public, key.sign(bare.text).hex())


def write_checkpoint(checkpoint: Checkpoint, path: Path | str) -> None:
    """Write a checkpoint as a file of JSON, which must not exist yet.

    Raises
    ------
    InputError
        If something stands at `path`.
    HoldfastError
        If the disk refuses.
    """
    write_new(Path(path), (json.dumps(checkpoint.as_json(), indent=2) + "\n").encode())


def _file(path: Path) -> bytes:
    with disk_errors(path), path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise InputError(f"{path} is larger than 1 MB; must be a checkpoint or a key.")
    return data


def read_checkpoint(path: Path | str) -> Checkpoint:
    """Return the checkpoint in a file. Whether its signature fits is for `Checkpoint.wrong` to say, and for `verify`.

    Raises
    ------
    InputError
        If there is no such file, or it holds no checkpoint.
    """
    file = Path(path)
    data = _file(file)
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        raise InputError(f"{file} holds no checkpoint: it is no JSON. {_NAME_ONE}") from None
    try:
        return Checkpoint.of(said)
    except ValueError as error:
        raise InputError(f"{file} holds no checkpoint: {error} {_NAME_ONE}") from None


_NAME_ONE = "Name a file that `holdfast monitor sign` wrote."


def read_key(path: Path | str, password: bytes | None = None) -> Ed25519PrivateKey:
    """Return the private key in a PEM file.

    Parameters
    ----------
    path
        PKCS#8 in PEM, as `make_key` and `openssl genpkey -algorithm ed25519` write it.
    password
        Of a key that is protected by one.

    Raises
    ------
    InputError
        If there is no such file, it holds no Ed25519 key, or the password does not fit.
    """
    file = Path(path)
    data = _file(file)
    try:
        key = serialization.load_pem_private_key(data, password)
    except TypeError:
        need = "is protected by a password; give it" if password is None else "has no password; give none"
        raise InputError(f"{file}: the key {need}.") from None
    except (ValueError, UnsupportedAlgorithm):
        wrong = (
            "the password does not fit, or it is no private key in PEM"
            if password
            else "no private key in PEM"
        )
        raise InputError(
            f"{file}: {wrong}. Make one with `openssl genpkey -algorithm ed25519 -out key.pem`."
        ) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise InputError(
            f"{file} holds a key of another kind; must be Ed25519. Make one with "
            "`openssl genpkey -algorithm ed25519 -out key.pem`."
        )
    return key


def read_public_key(path: Path | str) -> bytes:
    """Return the 32 bytes of the public key in a PEM file, as `make_key` and `openssl pkey -pubout` write it.

    Raises
    ------
    InputError
        If there is no such file, or it holds no public Ed25519 key.
    """
    file = Path(path)
    data = _file(file)
    try:
        key = serialization.load_pem_public_key(data)
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise InputError(
            f"{file} holds no public Ed25519 key in PEM. Write one with `openssl pkey -in key.pem -pubout -out key.pub.pem`."
        )
    return key.public_bytes_raw()


def make_key(path: Path | str, password: bytes | None = None) -> Path:
    """Make a private key for signing, readable by its owner alone, and its public half beside it; return the latter's path.

    Parameters
    ----------
    path
        Where the private key goes; `key.pem` has its public half in `key.pub.pem`.
    password
        Protects the file; without one, whoever reads it can sign.

    Raises
    ------
    InputError
        If something stands at either path, or the password is empty.
    HoldfastError
        If the disk refuses.
    """
    private, public = Path(path), Path(path).with_suffix(".pub.pem")
    if password is not None and not password:
        raise InputError("the password is empty. Give one, or none at all.")
    if public.exists():
        raise InputError(f"{public} exists already. Name another file.")
    key = Ed25519PrivateKey.generate()
    protection = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    write_new(private, key.private_bytes(pem, pkcs8, protection), mode=0o600)
    write_new(public, key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo))
    return public
