"""Turns what pydantic found into problems with file, line, column, path and value."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ValidationError

from holdfast.errors import Problem
from holdfast.scenario._faults import FAULT, Loc, listed, nearest, unknown_key
from holdfast.scenario._nodes import Node
from holdfast.scenario._syntax import shorten
from holdfast.scenario.keys import description_at, keys_at
from holdfast.scenario.paths import SHARED, dotted, key_of, node_at

MOST_FINDINGS = 1_000  # as in checks: the rest of a hostile file says nothing new
SHARED_SETTINGS = tuple(f"--set {start}" for start in SHARED)

Places = list[tuple[Loc, Problem]]


def shown(node: Node | None) -> str:
    """Return what the file says at a node, shortened: a scalar as written, a list or mapping in flow style.

    Examples
    --------
    >>> from holdfast.scenario._nodes import parse
    >>> shown(parse("between: [0.1, 0.3]", "f")[0])
    '{between: [0.1, 0.3]}'
    """
    return shorten(_flow(node, 70)) if node is not None else "nothing"


def _flow(node: Node, room: int) -> str:
    if isinstance(node.content, dict):
        ends, parts = "{}", [(f"{key}: ", child) for key, child in node.content.items()]
    elif isinstance(node.content, list):
        ends, parts = "[]", [("", child) for child in node.content]
    else:
        return (node.text if node.plain else f'"{node.text}"')[: room + 1] or "nothing"
    text = ends[0]
    for index, (before, child) in enumerate(parts):
        if len(text) > room:
            break
        text += (", " if index else "") + before + _flow(child, room - len(text))
    return text + ends[1]


class Placer:
    """Makes problems out of places in one file.

    Parameters
    ----------
    root
        The file's tree.
    """

    def __init__(self, root: Node) -> None:
        self.root = root
        self.unknown: set[Loc] = set()
        """Keys that were found to mean nothing where they stand."""
        self.meant: set[Loc] = set()
        """What they were probably meant to be: not missing, but misspelt."""

    def at(self, loc: Loc, message: str, about: str = "value") -> Problem:
        """Make a problem of the value at a place, of its key, or of something missing there."""
        problem = self._problem(loc, message, about)
        if problem.file.startswith(SHARED_SETTINGS):  # one mistake, however many proposals it reaches
            return replace(problem, path=key_of(problem.path))
        return problem

    def _problem(self, loc: Loc, message: str, about: str) -> Problem:
        path = dotted(self.root, loc)
        if about == "missing":
            node, line, column = self._nearest(loc[:-1])
            return Problem(line, column, path, None, message, node.file)
        parent = node_at(self.root, loc[:-1]) if loc else None
        node, line, column = self._nearest(loc)
        if about == "key" and parent is not None and loc and loc[-1] in parent.keys:
            line, column = parent.keys[str(loc[-1])]
            return Problem(line, column, path, None, message, node.file)
        if node is not node_at(self.root, loc):
            return Problem(line, column, path, None, message, node.file)
        value = None if node.content is None and not node.text else shown(node)
        return Problem(line, column, path, value, message, node.file)

    def _nearest(self, loc: Loc) -> tuple[Node, int, int]:
        """Find the node at a place or above it, and where to point: its key if it is a block, else itself."""
        while (node := node_at(self.root, loc)) is None:
            loc = loc[:-1]
        block = node.mapping or node.items or node.content is None
        line, column = node.key if block and node.key is not None else (node.line, node.column)
        return node, line, column

    def all(self, error: ValidationError, model: type[BaseModel]) -> Places:
        """Every fault that pydantic found, with its place."""
        found: Places = []
        missing: set[Loc] = set()
        for detail in error.errors(include_url=False)[:MOST_FINDINGS]:
            loc: Loc = detail["loc"]
            context: dict[str, Any] = detail.get("ctx") or {}
            kind = detail["type"]
            if kind == "too_short" and len(detail["input"]) >= context["min_length"]:
                continue  # it is too short without its entries that are at fault, of which each is told
            if loc and loc[-1] == "[key]":
                loc, about, message = loc[:-1], "key", str(context.get("text", "must be an id."))
            elif kind == FAULT:
                about, message = str(context["about"]), str(context["text"])
            else:
                above = loc if kind in _SHAPES else loc[:-1]
                about, message = _said(
                    kind,
                    context,
                    detail["input"],
                    keys_at(model, above),
                    str(loc[-1]),
                    description_at(model, loc),
                )
            loc = self._real(loc)
            if kind == "extra_forbidden":
                self.unknown.add(loc)
                if near := nearest(str(loc[-1]), keys_at(model, loc[:-1])):
                    self.meant.add((*loc[:-1], near))
            found.append((loc, self.at(loc, message, about)))
            missing |= {loc} if about == "missing" else set()
        return [(loc, problem) for loc, problem in found if loc not in missing & self.meant]

    def _real(self, loc: Loc) -> Loc:
        """Find the place in the file: a strength written as a plain quantity has no key of its own."""
        real: list[str | int] = []
        for step in loc:
            if step == "plain" and real and real[-1] == "strength":
                node = node_at(self.root, tuple(real))
                if node is None or "plain" not in node.mapping:
                    continue
            real.append(step)
        return tuple(real)


_SHAPES = ("dict_type", "model_type", "model_attributes_type")


def _said(
    kind: str, context: dict[str, Any], found: Any, known: list[str], name: str, about: str
) -> tuple[str, str]:
    """Say what the problem is about, and pydantic's finding in our words."""
    if kind == "missing":
        # IANA keeps its capitals
        first = about[:1] if about[1:2].isupper() else about[:1].lower()
        what = f" ({first}{about[1:]})" if about else ""
        return "missing", f"is missing. Write {name}: with a value here{what}."
    if kind == "extra_forbidden":
        return "key", unknown_key(name, found, known)
    if kind == "literal_error":
        expected = str(context.get("expected", "")).replace("'", "")
        if name == "holdfast":
            return "value", "must be 1, the only version of the file's form so far. Write 1."
        return "value", f"must be {expected}. Write one of them."
    if kind in _SHAPES:
        keys = f" Its keys: {listed(known)}." if known else ""
        return "value", f"must be a mapping: keys with values, indented below it.{keys}"
    lists = "must be a list: each entry on its own line after a dash."
    others = {"tuple_type": lists, "list_type": lists, "too_short": "is empty. Write at least one entry."}
    return "value", others.get(kind, f"is not allowed here ({kind}).")
