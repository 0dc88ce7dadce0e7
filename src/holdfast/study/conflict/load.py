"""From a path to a conflict, or to every mistake in the file at once."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from pydantic import PrivateAttr

from holdfast.scenario.reading import Form, Placer, read_bytes, read_tree, stop, validated
from holdfast.study.conflict.build import Built, built
from holdfast.study.conflict.checks import check_conflict
from holdfast.study.conflict.model import ConflictFile

__all__ = ["CONFLICT", "LoadedConflict", "load_conflict", "read_conflict"]

_EXAMPLE = "catalog/elmira/stability.yaml is an example."
CONFLICT = Form(
    "conflict",
    "a conflict",
    absent="catalog/elmira/stability.yaml is one to begin with.",
    empty=_EXAMPLE,
    example=_EXAMPLE,
)


class LoadedConflict(ConflictFile):
    """A conflict file with its arrays."""

    _path: str = PrivateAttr("")
    _sha256: str = PrivateAttr("")
    _built: Built = PrivateAttr()

    def keep(self, path: str, sha256: str, built: Built) -> None:
        """Remember what this was read from and what it amounts to; the loader does, once."""
        self._path, self._sha256, self._built = path, sha256, built

    @property
    def path(self) -> str:
        """The file as the user named it."""
        return self._path

    @property
    def sha256(self) -> str:
        """SHA-256 of the file's bytes, in hexadecimal."""
        return self._sha256

    @property
    def built(self) -> Built:
        """The conflict as arrays."""
        return self._built


def load_conflict(path: str | os.PathLike[str]) -> LoadedConflict:
    """Read a conflict file.

    Parameters
    ----------
    path
        The file: YAML 1.2 in UTF-8, at most 4 MB.

    Raises
    ------
    ScenarioError
        When anything is wrong with the file, with every mistake that was found.
    """
    name = os.fspath(path).encode("utf-8", "backslashreplace").decode()
    return read_conflict(read_bytes(Path(path), name, CONFLICT), name)


def read_conflict(raw: bytes, name: str) -> LoadedConflict:
    """Make a conflict of a file's bytes; ``name`` is what errors call the file. Otherwise as `load_conflict`."""
    root, problems = read_tree(raw, name, CONFLICT)
    file = validated(LoadedConflict, root, problems, check_conflict)
    arrays, faults = built(file)
    stop([Placer(root).at(loc, text, about) for loc, text, about in faults])
    assert arrays is not None
    file.keep(name, hashlib.sha256(raw).hexdigest(), arrays)
    return file
