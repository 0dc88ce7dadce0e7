"""What is in a folder: nothing, a study under way, a complete one, or something else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, cast

from holdfast.errors import InputError
from holdfast.study.store._files import disk_errors, read_json, sha256_of
from holdfast.study.store._key import RunKey

MANIFEST, SUMMARY, TABLE, DRAWS, PAGE = (
    "manifest.json",
    "summary.json",
    "summary.csv",
    "draws.parquet",
    "report.html",
)
PARTS, MARKER, LOCK = "parts", "run.json", ".lock"

HASHED = (DRAWS, SUMMARY, TABLE)
"""Outputs whose hashes the manifest holds. The page is made again at every run, and is not among them."""

OUTPUTS = (*HASHED, PAGE, MANIFEST)

_OWN = re.compile(rf"\.?({'|'.join(re.escape(name) for name in OUTPUTS)})(\.tmp)?")
_OWN_PART = re.compile(rf"\.?(\d{{5,}}\.(parquet|json)|{re.escape(MARKER)})(\.tmp)?")


class State(Enum):
    """What a folder holds; the value says what happens next."""

    NEW = "nothing yet: the study starts"
    PARTIAL = "part of this study: it is continued"
    COMPLETE = "this study, complete and intact: the page is made again from it"
    DAMAGED = "this study, but files were changed or are missing: it is done again"


@dataclass(frozen=True)
class Content:
    """What was found in a folder.

    Attributes
    ----------
    marker, manifest
        The key of the study under way, and of the complete one.
    own, foreign
        Names of Holdfast's files and of everything else, sorted.
    damaged
        Where neither key can be read although the other files are those of a study: the file that should hold it.
    """

    marker: RunKey | None
    manifest: RunKey | None
    own: tuple[str, ...]
    foreign: tuple[str, ...]
    damaged: str | None = None


def is_part_file(path: Path) -> bool:
    """Whether a file in the folder of parts is one of Holdfast's, by its name."""
    return _OWN_PART.fullmatch(path.name) is not None and not path.is_dir()


def look(folder: Path) -> Content:
    """Return what is in a folder, without changing anything.

    Raises
    ------
    InputError
        If `folder` is a file.
    """
    own: list[str] = []
    foreign: list[str] = []
    with disk_errors(folder):
        if not folder.exists():
            return Content(None, None, (), ())
        if not folder.is_dir():
            raise InputError(f"{folder} is a file, not a folder for a study. Name another with --out.")
        for path in sorted(folder.iterdir()):
            if path.name == PARTS and path.is_dir() and not path.is_symlink():
                for part in sorted(path.iterdir()):
                    (own if is_part_file(part) else foreign).append(f"{PARTS}/{part.name}")
            elif path.name != LOCK:
                known = _OWN.fullmatch(path.name) and not path.is_dir()
                (own if known else foreign).append(path.name)
    marker = RunKey.from_json((read_json(folder / PARTS / MARKER) or {}).get("run"))
    manifest = RunKey.from_json((read_json(folder / MANIFEST) or {}).get("run"))
    unknown = _keyless(folder, own) if marker is None and manifest is None else None
    return Content(marker, manifest, tuple(own), tuple(foreign), unknown)


def _keyless(folder: Path, own: Sequence[str]) -> str | None:
    """Return the file that should hold the key of a study, where the other files show that there is one.

    Names alone show nothing: other programs write a manifest.json too. What a note of a part, a summary or a manifest
    holds does.
    """
    for name in own:
        if name.startswith(f"{PARTS}/") and name.endswith(".json") and not name.endswith(f"/{MARKER}"):
            note = read_json(folder / name) or {}
            if {"run", "sha256", "rows"} <= note.keys():
                return f"{PARTS}/{MARKER}"
    summary = read_json(folder / SUMMARY) or {}
    if DRAWS in own and {"scenario", "proposals"} <= summary.keys():
        return MANIFEST
    for name in (MANIFEST, f"{PARTS}/{MARKER}"):
        if name in own:
            with disk_errors(folder / name):
                start = (folder / name).read_bytes()[:4096]
            if b'"file_sha256"' in start:
                return name
    return None


def judge(folder: Path, content: Content, key: RunKey, force: bool) -> State:
    """Say what `folder` holds with regard to the study `key`; NEW also where `force` replaces a study.

    COMPLETE is what the manifest says; whether the outputs are intact is for `damaged` to find out.

    Raises
    ------
    InputError
        If the folder holds another study and `force` is not given, or anything that Holdfast has not made.
    """
    there = content.marker or content.manifest
    started = [name for name in content.own if not name.endswith(".tmp")]
    if there is None and content.damaged is not None:
        if not force:
            raise InputError(
                f"{folder} holds a study, but its {content.damaged} is damaged or missing, so that nobody can tell "
                "which study it is. Replace it with --force, or name another folder with --out."
            )
    elif there is None:
        if not started and not content.foreign:
            return State.NEW
        named = ", ".join((content.foreign or tuple(started))[:3])
        raise InputError(
            f"{folder} holds something else than a study ({named}); nothing in it is touched. Name a new or empty "
            "folder with --out (--force replaces studies only)."
        )
    if there is not None and key in (content.marker, content.manifest) and not force:
        # A marker of this study beside the manifest of another: it was being replaced.
        return State.COMPLETE if content.manifest == key else State.PARTIAL
    if there is not None and not force:
        reasons = "; ".join(there.differences(key))
        raise InputError(
            f"{folder} holds another study: {reasons}. Replace it with --force, or name another folder with --out."
        )
    if content.foreign:
        raise InputError(
            f"{folder} holds files that Holdfast has not made ({', '.join(content.foreign[:3])}), so that --force "
            "does not replace it. Move them away, or name another folder with --out."
        )
    return State.NEW


def damaged(folder: Path) -> list[str]:
    """Return the outputs that are missing or not as the manifest says."""
    manifest = read_json(folder / MANIFEST) or {}
    found: Any = manifest.get("files")
    files = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
    bad: list[str] = []
    for name in HASHED:
        entry: Any = files.get(name)
        expected: Any = cast("dict[str, Any]", entry).get("sha256") if isinstance(entry, dict) else None
        path = folder / name
        if not path.is_file() or sha256_of(path) != expected:
            bad.append(name)
    return bad
