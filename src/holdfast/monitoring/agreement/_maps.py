"""The maps of an agreement: which file and feature every zone and line is drawn in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely as _shapely

from holdfast.errors import Problem, ScenarioError
from holdfast.monitoring.agreement._fields import file_fault
from holdfast.monitoring.agreement._geojson import AREAS, LINES, Feature, read_map
from holdfast.scenario.reading import File, Loc, Node, Placer, did_you_mean

shapely: Any = _shapely

Key = tuple[str, int]
"""The id of a zone or line, and which of its drawings."""
FAR_DEGREES, NEARER = 3.0, 4.0
"""A drawing so far from all others, and so many times nearer once swapped, is taken to be swapped."""


@dataclass(slots=True)
class Maps:
    """What was read, and what is wrong with it.

    Parameters
    ----------
    shapes
        The outline of every drawing.
    files
        The bytes of every file.
    problems
        Mistakes in the maps and in what the agreement says of them.
    """

    shapes: dict[Key, Any] = field(default_factory=dict[Key, Any])
    files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    problems: list[Problem] = field(default_factory=list[Problem])


def read_maps(root: Node, read: Callable[[str], bytes], shown: Callable[[str], str] = str) -> Maps:
    """Read the maps that an agreement names, whatever else is wrong with it.

    Parameters
    ----------
    root
        The agreement's tree.
    read
        Returns the bytes of a file; raises ScenarioError where there is none.
    shown
        Returns what errors call a file.
    """
    maps, placer, file = Maps(), Placer(root), File(root)
    features: dict[str, list[Feature]] = {}
    for section, name, index, loc in _drawings(file):
        known = AREAS if section == "zones" else LINES
        map_name = file.text(*loc, "file")
        if not map_name or file_fault(map_name):
            continue
        if map_name not in features:
            features[map_name] = []
            try:
                maps.files[map_name] = read(map_name)
                features[map_name] = read_map(maps.files[map_name], shown(map_name))
            except ScenarioError as error:
                maps.problems += error.problems
        if not features[map_name]:
            continue
        found = _chosen(features[map_name], file.text(*loc, "feature"), known)
        if isinstance(found, Feature):
            maps.shapes[name, index] = found.shape
        else:
            at, message = found
            key = (*loc, at) if file.has(*loc, at) else (*loc, "file")
            maps.problems.append(placer.at(key, message))
    maps.problems += [
        placer.at(("zones" if file.has("zones", name) else "lines", name, "drawn", index, "file"), message)
        for (name, index), message in _swapped(maps.shapes)
    ]
    return maps


def _drawings(file: File) -> Iterator[tuple[str, str, int, Loc]]:
    for section in ("lines", "zones"):
        for name in file.keys(section):
            node = file.node(section, name, "drawn")
            for index in range(len(node.items) if node is not None else 0):
                yield section, name, index, (section, name, "drawn", index)


def _chosen(features: list[Feature], name: str, kinds: tuple[str, ...]) -> Feature | tuple[str, str]:
    """Return the feature that is meant, or the key at fault and what is wrong."""
    names = [one for feature in features for one in feature.names]
    if name:
        called = [feature for feature in features if name in feature.names]
        if not called:
            return "feature", f"is no feature of this file. {did_you_mean(name, names)}"
        if len(called) > 1:
            return "feature", f"is what {len(called)} features of this file are called. Give each its own id."
    else:
        called = features
        if len(called) > 1:
            return (
                "file",
                f"has {len(called)} features. Name one: feature: {names[0] if names else 'its id'}.",
            )
    if called[0].kind not in kinds:
        what = "an area" if kinds == AREAS else "a line"
        return "feature", f"is a {called[0].kind}; {what} must be {' or '.join(kinds)}."
    return called[0]


def _swapped(shapes: Mapping[Key, Any]) -> Iterator[tuple[Key, str]]:
    """Find drawings that lie far from the others and would lie among them with their coordinates swapped."""
    keys = list(shapes)
    centres = np.array([shapely.box(*shapes[key].bounds).centroid.coords[0] for key in keys]).reshape(-1, 2)
    for place, key in enumerate(keys):
        others = np.delete(centres, place, axis=0)
        if len(others) == 0:
            return
        away = np.min(np.max(np.abs(others - centres[place]), axis=1))
        turned = np.min(np.max(np.abs(others - centres[place][::-1]), axis=1))
        if away > FAR_DEGREES and turned < away / NEARER:
            yield (
                key,
                "lies far from all other drawings, and among them with longitude and latitude swapped. Write longitude first.",
            )
