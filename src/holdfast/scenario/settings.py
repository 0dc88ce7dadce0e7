"""--set PATH=VALUE: change fields of the file before it is checked, so that a mistake in one reads like any."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace

from holdfast.errors import Problem, ScenarioError
from holdfast.scenario._faults import did_you_mean
from holdfast.scenario._nodes import Node, parse
from holdfast.scenario._syntax import shorten
from holdfast.scenario.paths import SHARED, Loc, locate, names_in, node_at


def apply_settings(root: Node, settings: Sequence[str]) -> list[Problem]:
    """Change the tree in place; return what is wrong with the settings themselves.

    Parameters
    ----------
    root
        The file's tree.
    settings
        Each ``PATH=VALUE``. A path is a full path, or begins with ``terms.`` or ``outcome.`` and then means
        every proposal that has it; if none has, every proposal that has all but its last part. The value is
        YAML: a number, ``{between: [0.1, 0.3]}``, text.

    Examples
    --------
    >>> tree, _ = parse("war: {years: 2}", "f")
    >>> apply_settings(tree, ["war.years={uniform: [1, 2]}"])
    []
    >>> tree.data()
    {'war': {'years': {'uniform': [1, 2]}}}
    """
    problems: list[Problem] = []
    for setting in settings:
        name = f"--set {shorten(setting)}"
        if any("\ud800" <= character <= "\udfff" for character in setting):  # bytes that are no UTF-8
            problems.append(Problem(0, 0, "", None, "is not in UTF-8. Write it in UTF-8.", name))
            continue
        path, equals, text = setting.partition("=")
        path = path.strip()
        if not equals or not path:
            problems.append(Problem(0, 0, "", None, "must be PATH=VALUE, such as war.years=3.", name))
            continue
        if not text.strip():
            message = f'has nothing after the =. Write a value there, such as {shorten(path)}=2 or "{shorten(path)}={{between: [1, 3]}}".'
            problems.append(Problem(0, 0, "", None, message, name))
            continue
        try:
            value, found = parse(text, name, first_line=0)
        except ScenarioError as error:
            problems += (replace(problem, line=0, column=0) for problem in error.problems)
            continue
        problems += (replace(problem, line=0, column=0) for problem in found)
        places = _places(root, path)
        if not places:
            problems.append(Problem(0, 0, path, None, _unknown(root, path), name))
        for place in places:
            _put(root, place, copy.deepcopy(value))
    return problems


def _places(root: Node, path: str) -> list[Loc]:
    """Where the path leads: the field itself, or a key that its mapping does not have yet."""
    full = [start + path for start in _starts(root, path)]
    found = [place for each in full if (place := locate(root, each))]
    return found or [place for each in full if (place := _new(root, each))]


def _starts(root: Node, path: str) -> list[str]:
    """What a path lacks to be a full one: the proposals, for a path that they share."""
    if not path.startswith(SHARED):
        return [""]
    proposals = root.mapping.get("proposals")
    return [f"proposals.{proposal}." for proposal in (proposals.mapping if proposals is not None else ())]


def _new(root: Node, path: str) -> Loc | None:
    """Place of a key that a mapping of the file does not have yet; None where there is no such mapping."""
    above, _, last = path.rpartition(".")
    place = locate(root, above)
    node = node_at(root, place) if place is not None else None
    return (*place, last) if place is not None and node is not None and node.mapping else None


def _put(root: Node, place: Loc, value: Node) -> None:
    """Replace one field; what an anchor shares is copied first, so that no other place changes."""
    node = root
    for step in place[:-1]:
        child = copy.copy(node.items[step] if isinstance(step, int) else node.mapping[step])
        child.content = copy.copy(child.content)
        child.keys = dict(child.keys)
        if isinstance(step, int):
            node.items[step] = child
        else:
            node.mapping[step] = child
        node = child
    last = place[-1]
    if isinstance(last, int):
        node.items[last] = value
    else:
        node.mapping[last] = value
        node.keys[last] = (0, 0)


def _unknown(root: Node, path: str) -> str:
    """Say how far the path is right, and what could come next."""
    parts, starts = path.split("."), _starts(root, path)
    for length in range(len(parts) - 1, -1, -1):
        above = ".".join(parts[:length])
        places = [locate(root, (start + above).rstrip(".")) for start in starts]
        nodes = [node for place in places if place is not None and (node := node_at(root, place)) is not None]
        if nodes:
            under = parts[length - 1] if length else ""
            known = {name for node in nodes for name in names_in(node, under)}
            terms = under == "terms" and any(node.items for node in nodes)  # a term's name has two parts
            part = ".".join(parts[length : length + (2 if terms else 1)])
            where = f"under {above}" if above else "in the file" if starts == [""] else "in any proposal"
            return f"is no path of this file: {part} is not {where}. {did_you_mean(part, known)}"
    return "is no path of this file."
