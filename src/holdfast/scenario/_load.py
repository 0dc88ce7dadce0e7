"""From a path to a scenario, or to every mistake in the file at once."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from holdfast.errors import Problem, ScenarioError
from holdfast.scenario._faults import Loc
from holdfast.scenario._nodes import MAX_BYTES, Node, parse
from holdfast.scenario._problems import Placer
from holdfast.scenario.checks import check_body_file, check_built, check_file, check_targets
from holdfast.scenario.model import BodyFile, Scenario
from holdfast.scenario.paths import key_of, node_at, walk
from holdfast.scenario.settings import apply_settings


def load_scenario(path: str | os.PathLike[str], settings: Sequence[str] = ()) -> Scenario:
    """Read a scenario file.

    Parameters
    ----------
    path
        The file: YAML 1.2 in UTF-8, at most 4 MB.
    settings
        Fields to set before anything is checked, each ``PATH=VALUE``, the value in YAML.

    Returns
    -------
    Scenario
        The scenario, with every quantity in its place.

    Raises
    ------
    ScenarioError
        When anything at all is wrong with the file or a setting, with every mistake that was found.
    """
    name = os.fspath(path).encode("utf-8", "backslashreplace").decode()  # whatever bytes the name has
    raw = read_bytes(Path(path), name)
    return read_scenario(raw, name, settings)


def read_scenario(raw: bytes, name: str, settings: Sequence[str] = ()) -> Scenario:
    """Make a scenario of a file's bytes; ``name`` is what errors call the file. Otherwise as load_scenario."""
    root, problems = _tree(raw, name, "`holdfast new DIR` writes an example.")
    problems += apply_settings(root, settings)
    scenario = _validated(Scenario, root, problems)
    _place(scenario, root)
    for check in (check_targets, check_built):  # the second needs what the first makes sure of
        _raise([Placer(root).at(loc, text, about) for loc, text, about in check(scenario, root)])
        _resolve(scenario)
    scenario.keep(path=name, sha256=hashlib.sha256(raw).hexdigest())
    return scenario


def load_bodies(path: str | os.PathLike[str], settings: Sequence[str] = ()) -> BodyFile:
    """Read the bodies of a file: of a scenario, or of a file that holds nothing else, as those in catalog/bodies/ do.

    Parameters
    ----------
    path, settings
        As for `load_scenario`.

    Raises
    ------
    ScenarioError
        When anything is wrong with the file, with every mistake that was found.
    """
    name = os.fspath(path).encode("utf-8", "backslashreplace").decode()
    raw = read_bytes(Path(path), name)
    root, problems = _tree(raw, name, "catalog/bodies/ has examples.")
    if any(key in root.mapping for key in SCENARIO_ONLY):
        return read_scenario(raw, name, settings)
    problems += apply_settings(root, settings)
    file = _validated(BodyFile, root, problems)
    _place(file, root)
    _raise([Placer(root).at(loc, text, about) for loc, text, about in check_targets(file, root)])
    _resolve(file)
    file.keep(path=name, sha256=hashlib.sha256(raw).hexdigest())
    return file


SCENARIO_ONLY = tuple(key for key in Scenario.model_fields if key not in BodyFile.model_fields)


def _tree(raw: bytes, name: str, example: str) -> tuple[Node, list[Problem]]:
    root, problems = parse(_decode(raw, name), name)
    if not isinstance(root.content, dict):
        message = f"must be a mapping that begins with holdfast: 1. {example}"
        raise ScenarioError([*problems, Problem(root.line, root.column, "", None, message, name)])
    return root, problems


def _raise(problems: list[Problem]) -> None:
    if problems:
        raise ScenarioError(problems)


F = TypeVar("F", bound=BodyFile)


def _validated(model: type[F], root: Node, problems: list[Problem]) -> F:
    """Return the file as its model; raise all that is wrong with it, beside the problems known already."""
    placer = Placer(root)
    faulty: set[Loc] = set()
    file: F | None = None
    try:
        file = model.model_validate(root.data())
    except ValidationError as error:
        for loc, problem in placer.all(error, model):
            faulty.add(loc)
            problems.append(problem)
    checks = check_file if model is Scenario else check_body_file
    problems += [
        placer.at(loc, text, about)
        for loc, text, about in checks(root, placer.unknown)
        if loc not in faulty and not (about == "missing" and loc in placer.meant)
    ]
    if file is None or problems:
        raise ScenarioError(problems)
    return file


def _place(scenario: BodyFile, root: Node) -> None:
    """Tell every quantity its path and line."""
    found = list(walk(scenario))
    for path, loc, quantity in found:
        node = node_at(root, loc)
        quantity.place(path, key_of(path), node.line if node is not None else 0)
    scenario.index(quantity for _, _, quantity in found)


def _resolve(scenario: BodyFile) -> None:
    """Let every ``same_as`` take over what it points to in the end."""
    for quantity in scenario.quantities.values():
        target = quantity
        while target.same_as is not None:
            target = scenario.quantities[target.same_as]
        if target is not quantity:
            quantity.point(target)


def read_bytes(path: Path, name: str) -> bytes:
    """Read the bytes of a regular file of at most MAX_BYTES."""

    def refuse(message: str) -> ScenarioError:
        return ScenarioError([Problem(0, 0, "", None, message, name)])

    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise refuse("is a directory. Name the scenario file in it.")
        if not stat.S_ISREG(status.st_mode):
            raise refuse("is not a regular file. Save the scenario to a file first.")
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise refuse("does not exist. `holdfast new DIR` writes a scenario to begin with.") from None
    except PermissionError as error:
        raise refuse(
            f"cannot be read: {error.strerror}. Give yourself the right to read it, or name another file."
        ) from None
    except (OSError, ValueError) as error:
        raise refuse(
            f"cannot be read: {getattr(error, 'strerror', None) or error}. Check the disk, or name another file."
        ) from None
    if len(raw) > MAX_BYTES:
        size = max(status.st_size, len(raw)) / 1e6
        limit = f"{MAX_BYTES / 1e6:g} MB"
        raise refuse(f"has {size:,.0f} MB; a scenario may have {limit} at most. Is this the right file?")
    return raw


def _decode(raw: bytes, name: str) -> str:
    """Return the text of a file in UTF-8."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
            message = "is in UTF-16. Save it as UTF-8."
        elif b"\0" in raw[:8192]:
            message = "is not text but a binary file. Name a scenario in YAML."
        else:
            message = f"is not in UTF-8: byte 0x{raw[error.start]:02x}. Save the file as UTF-8."
        raise ScenarioError([Problem(line, column, "", None, message, name)]) from None
    if "\0" in text:
        message = "is not text but a binary file. Name a scenario in YAML."
        raise ScenarioError([Problem(0, 0, "", None, message, name)])
    return text
