"""From a path to an agreement, or to every mistake in it and its maps at once."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path, PurePath
from typing import Any

from pydantic import PrivateAttr

from holdfast.errors import Problem, ScenarioError
from holdfast.monitoring.agreement._checks import check_agreement
from holdfast.monitoring.agreement._geojson import MAP, MAX_BYTES
from holdfast.monitoring.agreement._maps import read_maps
from holdfast.monitoring.agreement._strict import check_new
from holdfast.monitoring.agreement.atlas import Atlas
from holdfast.monitoring.agreement.model import AgreementFile, Corridor, Where
from holdfast.scenario.reading import (
    Check,
    Finding,
    Form,
    Loc,
    Placer,
    read_bytes,
    read_tree,
    stop,
    validated,
)

AGREEMENT = Form(
    "agreement",
    "an agreement",
    absent="catalog/donbas-2015/agreement.yaml is one to begin with.",
    empty="catalog/donbas-2015/agreement.yaml is an example.",
    example="catalog/donbas-2015/agreement.yaml is an example.",
)


class Agreement(AgreementFile):
    """An agreement with its maps."""

    _path: str = PrivateAttr("")
    _files: dict[str, bytes] = PrivateAttr(default_factory=dict[str, bytes])
    _atlas: Atlas = PrivateAttr()
    _names: dict[str, dict[str, str]] = PrivateAttr(default_factory=dict[str, dict[str, str]])

    def keep(self, path: str, files: dict[str, bytes], atlas: Atlas) -> None:
        """Remember what this was read from; the loader does, once."""
        self._path, self._files, self._atlas = path, files, atlas
        for section in ("parties", "observers", "sectors"):
            entries: dict[str, Any] = getattr(self, section)
            self._names[section] = {
                word.strip().casefold(): id_
                for id_, entry in entries.items()
                for word in (id_, entry.name, *entry.reported_as)
            }

    @property
    def path(self) -> str:
        """The file as the user named it."""
        return self._path

    @property
    def files(self) -> Mapping[str, bytes]:
        """The bytes of the agreement, first and under its file's name, and of its maps, under the names it has for them."""
        return self._files

    @property
    def sha256(self) -> str:
        """SHA-256 over all its files with their names, in hexadecimal."""
        total = hashlib.sha256()
        for name, raw in self._files.items():
            total.update(hashlib.sha256(name.encode()).digest() + hashlib.sha256(raw).digest())
        return total.hexdigest()

    @property
    def atlas(self) -> Atlas:
        """Where its zones and lines ran on each day."""
        return self._atlas

    def id_of(self, section: str, reported: str | None) -> str | None:
        """Return the id of a party, an observer or a sector that a report names; None for a name not known.

        Parameters
        ----------
        section
            parties, observers or sectors.
        reported
            What the report says: an id, a name, or one of ``reported_as``, in any case.
        """
        return self._names[section].get(reported.strip().casefold()) if reported else None


def load_agreement(path: str | os.PathLike[str]) -> Agreement:
    """Read an agreement and its maps, which lie beside it, as the scenarios of its commitments do.

    Raises
    ------
    ScenarioError
        When anything is wrong with any of the files, with every mistake that was found.
    """
    name = os.fspath(path).encode("utf-8", "backslashreplace").decode()
    raw = read_bytes(Path(path), name, AGREEMENT)
    folder = Path(path).parent

    def read(file: str) -> bytes:
        return read_bytes(folder / file, _beside(name, file), MAP, MAX_BYTES)

    return _read(raw, name, read, check_new(folder))


def _beside(name: str, file: str) -> str:
    """Return what errors call a file that the agreement names: with the agreement's folder before it."""
    return (PurePath(name).parent / file).as_posix() if PurePath(name).parent.parts else file


def read_agreement(raw: bytes, name: str, files: Mapping[str, bytes]) -> Agreement:
    """Make an agreement of its bytes and those of its maps; ``name`` is what errors call it.

    Parameters
    ----------
    files
        The bytes of each map, under the name that the agreement has for it; others are not looked at.
    """
    return _read(raw, name, partial(_given, files))


def _given(files: Mapping[str, bytes], name: str) -> bytes:
    if name not in files:
        raise ScenarioError([Problem(0, 0, "", None, f"does not exist. {MAP.absent}", name)])
    return files[name]


def _read(raw: bytes, name: str, read: Callable[[str], bytes], check: Check = check_agreement) -> Agreement:
    root, problems = read_tree(raw, name, AGREEMENT)
    maps = read_maps(root, read, partial(_beside, name))
    agreement = validated(Agreement, root, [*problems, *maps.problems], check)
    atlas = Atlas(agreement, maps.shapes)
    agreement.keep(name, {Path(name).name: raw, **maps.files}, atlas)
    found = [*_undrawn(agreement), *_too_far(agreement)]
    stop([Placer(root).at(loc, text, about) for loc, text, about in found])
    return agreement


def _undrawn(agreement: Agreement) -> Iterator[Finding]:
    """Find articles and exemptions that hold on days on which a zone or line they name is not drawn."""
    for loc, where, since, until in _wheres(agreement):
        first = max(since or agreement.in_force.since, agreement.in_force.since)
        last = min(until or dt.date.max, agreement.in_force.until or dt.date.max)
        days = [first, *(day for day in agreement.atlas.changes(where) if first < day <= last)]
        for day in days:
            if agreement.atlas.version(where, day) is None:
                message = f"names a zone or line that is not drawn on {day}. Let its drawings cover that day."
                yield loc, message, "value"
                break


def _wheres(agreement: Agreement) -> Iterator[tuple[Loc, Where | None, dt.date | None, dt.date | None]]:
    for id_, article in agreement.articles.items():
        yield ("articles", id_, "where"), article.where, article.since, article.until
    for id_, exemption in agreement.exemptions.items():
        yield ("exemptions", id_, "when", "where"), exemption.when.where, exemption.since, exemption.until


def _too_far(agreement: Agreement) -> Iterator[Finding]:
    """Find distances that no zone can be made of."""
    places: list[tuple[Loc, Corridor | None]] = [
        (("zones", id_, "nearer_than", "km"), zone.nearer_than) for id_, zone in agreement.zones.items()
    ]
    for loc, where, _, _ in _wheres(agreement):
        if where is not None:
            places += [
                ((*loc, "nearer_than", "km"), where.nearer_than),
                ((*loc, "beyond", "km"), where.beyond),
            ]
    for loc, near in places:
        if near is not None and (fault := next(agreement.atlas.faults(near), None)):
            yield loc, fault, "value"
