"""Files inside entries: the agreement with its zones, kept byte for byte, and given back without leaving a folder."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any, cast

from holdfast.errors import HoldfastError, InputError
from holdfast.monitoring.record._disk import disk_errors, write_new
from holdfast.monitoring.record._form import BEGIN
from holdfast.monitoring.record._read import Entry, entries

__all__ = ["agreement", "files_in", "packed", "unpack"]

AMENDMENT = "amendment"
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{d}{k}" for d in ("com", "lpt") for k in range(10))})


def safe_name(name: object) -> str:
    """Return a file's name as it is: relative, with forward slashes, inside its folder on every system.

    Raises
    ------
    InputError
        If it could lead anywhere else.

    Examples
    --------
    >>> safe_name("zones/security zone.geojson")
    'zones/security zone.geojson'
    """
    if (
        isinstance(name, str)
        and 0 < len(name) <= 400
        and name.isprintable()
        and not set(name) & set('\\:*?"<>|')
    ):
        steps = name.split("/")
        odd = [step for step in steps if step.strip() != step or step[-1:] in {"", "."} or _is_device(step)]
        if not odd:
            return name
    raise InputError(
        f"{name!r:.200} is no name for a file in a record; must be relative to the folder and stay in it, steps parted by /, "
        "without .. and : and control characters, such as zones/a.geojson."
    )


def _is_device(step: str) -> bool:
    return step.partition(".")[0].rstrip().lower() in _DEVICES


def packed(files: Mapping[str, bytes]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return files as what stands open in an entry and what is sealed, for an amendment, say: `writer.append(kind, *packed(files))`.

    Parameters
    ----------
    files
        The bytes of each by its name, relative to the agreement's folder.

    Raises
    ------
    InputError
        If a name leads out of the folder, or there are two that differ by upper and lower case only.

    Examples
    --------
    >>> packed({"agreement.yaml": b"holdfast: 1"})
    ({'files': ['agreement.yaml']}, {'file_1': {'text': 'holdfast: 1'}})
    """
    names = [safe_name(name) for name in files]
    if len({name.casefold() for name in names}) < len(names):
        raise InputError("two files of the agreement differ by upper and lower case only. Rename one.")
    return {"files": names}, {f"file_{k}": _text(data) for k, data in enumerate(files.values(), 1)}


def _text(data: bytes) -> dict[str, str]:
    try:
        return {"text": data.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def files_in(entry: Entry) -> dict[str, bytes]:
    """Return the files that an entry holds, byte for byte; none for an entry that holds none. What is withheld is left out.

    Raises
    ------
    HoldfastError
        If a name leads out of the folder, or a file is not as `packed` makes it.
    """
    said = cast("dict[str, Any]", entry.open) if isinstance(entry.open, dict) else {}
    names = cast("list[Any]", said["files"]) if isinstance(said.get("files"), list) else []
    found: dict[str, bytes] = {}
    for k, name in enumerate(names, 1):
        cell = f"file_{k}"
        if cell in entry.withheld:
            continue
        kept: Any = entry.sealed.get(cell)
        try:
            data = (
                kept["text"].encode() if "text" in kept else base64.b64decode(kept["base64"], validate=True)
            )
        except (TypeError, KeyError, AttributeError, ValueError, binascii.Error):
            raise HoldfastError(f"entry {entry.n}: {cell} is no file.") from None
        found[_safe_in(entry.n, name)] = data
    return found


def _safe_in(n: int, name: object) -> str:
    try:
        return safe_name(name)
    except InputError as error:
        raise HoldfastError(f"entry {n}: {error}") from None


def agreement(place: Path | str) -> dict[str, bytes]:
    """Return the files of the agreement that holds now: those of the last amendment, or those that the record began with.

    Parameters
    ----------
    place
        The folder of a record or an export, or a log itself.

    Raises
    ------
    HoldfastError
        If there is no record, it cannot be read, or a name in it leads out of a folder.
    """
    found: dict[str, bytes] = {}
    for entry in entries(place):
        if entry.kind == BEGIN or (entry.kind == AMENDMENT and files_in(entry)):
            found = files_in(entry)
    return found


def unpack(files: Mapping[str, bytes], folder: Path | str) -> list[Path]:
    """Write files into a folder that is new or empty, and return their paths; no name leads out of it.

    Parameters
    ----------
    files
        As `agreement` or `files_in` gives them.
    folder
        Made if it does not exist.

    Raises
    ------
    InputError
        If the folder holds anything, or a name leads out of it.
    HoldfastError
        If the disk refuses.
    """
    base = Path(folder)
    names = {name: safe_name(name) for name in files}
    with disk_errors(base):
        base.mkdir(parents=True, exist_ok=True)
        if any(base.iterdir()):  # a link lying in it could lead elsewhere
            raise InputError(f"{base} is not empty. Name a new folder.")
    paths: list[Path] = []
    for name, data in files.items():
        path = base / PurePosixPath(names[name])
        with disk_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        write_new(path, data)
        paths.append(path)
    return paths
