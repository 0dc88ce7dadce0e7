"""From a path to a scenario, or to every mistake in the file at once."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from holdfast.scenario._nodes import Node
from holdfast.scenario._problems import Placer
from holdfast.scenario.checks import (
    check_body_file,
    check_built,
    check_file,
    check_position_file,
    check_targets,
)
from holdfast.scenario.forms import BODIES, SCENARIO
from holdfast.scenario.model import BodyFile, PositionFile, Scenario
from holdfast.scenario.paths import key_of, node_at, walk
from holdfast.scenario.reading import Check, read_bytes, read_tree, stop, validated
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
    name, raw = _named(path)
    return read_scenario(raw, name, settings)


def read_scenario(raw: bytes, name: str, settings: Sequence[str] = ()) -> Scenario:
    """Make a scenario of a file's bytes; ``name`` is what errors call the file. Otherwise as load_scenario."""
    root, problems = read_tree(raw, name, SCENARIO)
    problems += apply_settings(root, settings)
    scenario = validated(Scenario, root, problems, check_file)
    _place(scenario, root)
    for check in (check_targets, check_built):  # the second needs what the first makes sure of
        stop([Placer(root).at(loc, text, about) for loc, text, about in check(scenario, root)])
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
    name, raw = _named(path)
    root, _ = read_tree(raw, name, BODIES)
    if any(key in root.mapping for key in SCENARIO_ONLY):
        return read_scenario(raw, name, settings)
    if "issues" in root.mapping:
        return _read(PositionFile, check_position_file, raw, name, settings)
    return _read(BodyFile, check_body_file, raw, name, settings)


def load_positions(path: str | os.PathLike[str], settings: Sequence[str] = ()) -> PositionFile:
    """Read the issues of a file and where the parties stand: of a scenario, or of a file that has no wars and proposals.

    Parameters
    ----------
    path, settings
        As for `load_scenario`.

    Raises
    ------
    ScenarioError
        When anything is wrong with the file, with every mistake that was found.
    """
    name, raw = _named(path)
    return read_positions(raw, name, settings)


def read_positions(raw: bytes, name: str, settings: Sequence[str] = ()) -> PositionFile:
    """Make the issues and parties of a file's bytes; ``name`` is what errors call the file. Otherwise as load_positions."""
    root, _ = read_tree(raw, name, BODIES)
    if any(key in root.mapping for key in SCENARIO_ONLY):
        return read_scenario(raw, name, settings)
    return _read(PositionFile, check_position_file, raw, name, settings)


F = TypeVar("F", bound=BodyFile)
SCENARIO_ONLY = tuple(key for key in Scenario.model_fields if key not in PositionFile.model_fields)


def _named(path: str | os.PathLike[str]) -> tuple[str, bytes]:
    """Return what errors call a file, and its bytes."""
    name = os.fspath(path).encode("utf-8", "backslashreplace").decode()  # whatever bytes the name has
    return name, read_bytes(Path(path), name)


def _read(model: type[F], checks: Check, raw: bytes, name: str, settings: Sequence[str]) -> F:
    """Make a file without proposals of its bytes."""
    root, problems = read_tree(raw, name, BODIES)
    problems += apply_settings(root, settings)
    file = validated(model, root, problems, checks)
    _place(file, root)
    stop([Placer(root).at(loc, text, about) for loc, text, about in check_targets(file, root)])
    _resolve(file)
    if isinstance(file, PositionFile):
        stop([Placer(root).at(loc, text, about) for loc, text, about in check_built(file, root)])
    file.keep(path=name, sha256=hashlib.sha256(raw).hexdigest())
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
