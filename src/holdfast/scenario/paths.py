"""Paths: what a field of the file is called in results, in errors, in ``same_as`` and in ``--set``.

A path follows the keys of the file, joined by dots. The items of a list are named, not numbered: a term by
``terms.<kind>.<key>``, its key being its id or whom it concerns; a red line by its id or its index.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from pydantic import BaseModel

from holdfast.scenario._faults import Loc
from holdfast.scenario._nodes import Node
from holdfast.scenario._parse import KINDS as QUANTITY_KINDS
from holdfast.scenario.quantities import Quantity
from holdfast.scenario.terms import KINDS, Strength, TermBase
from holdfast.scenario.terms._base import joined

SHARED = ("terms.", "outcome.")
"""How a path begins that means every proposal that has it."""


def key_of(path: str) -> str:
    """Path without the proposal: what two proposals share.

    Examples
    --------
    >>> key_of("proposals.troops.outcome.border"), key_of("parties.A.strength")
    ('outcome.border', 'parties.A.strength')
    """
    parts = path.split(".", 2)
    return parts[2] if parts[0] == "proposals" and len(parts) == 3 else path


def walk(model: BaseModel, path: str = "", loc: Loc = ()) -> Iterator[tuple[str, Loc, Quantity]]:
    """Every quantity of a part of the scenario, with its path and its place in the file's own lists."""
    for name in type(model).model_fields:
        value: Any = getattr(model, name)
        plain = isinstance(model, Strength) and name == "plain"
        here = (path, loc) if plain else (f"{path}.{name}" if path else name, (*loc, name))
        if isinstance(value, Quantity):
            yield here[0], here[1], value
        elif isinstance(value, BaseModel):
            yield from walk(value, *here)
        elif isinstance(value, dict):
            yield from _walk_mapping(cast("dict[str, Any]", value), *here)
        elif isinstance(value, tuple):
            yield from _walk_list(cast("tuple[Any, ...]", value), *here)


def _walk_mapping(mapping: dict[str, Any], path: str, loc: Loc) -> Iterator[tuple[str, Loc, Quantity]]:
    for key, value in mapping.items():
        if isinstance(value, Quantity):
            yield f"{path}.{key}", (*loc, key), value
        elif isinstance(value, BaseModel):
            yield from walk(value, f"{path}.{key}", (*loc, key))


def _walk_list(items: tuple[Any, ...], path: str, loc: Loc) -> Iterator[tuple[str, Loc, Quantity]]:
    for index, value in enumerate(items):
        if isinstance(value, TermBase):
            kind = value.kind_of_term
            yield from walk(value, f"{path}.{kind}.{value.key}", (*loc, index, kind))
        elif isinstance(value, BaseModel):
            yield from walk(value, f"{path}.{getattr(value, 'id', None) or index}", (*loc, index))


def _ids(node: Node | None) -> tuple[str, ...]:
    if node is None:
        return ()
    return tuple(item.text for item in (node.items or [node]) if item.text)


def term_key(kind: str, term: Node) -> str | None:
    """Key of a term as it stands in the file; None where the file does not say enough."""
    fields = term.mapping
    given = fields.get("id")
    if given is not None and given.text:
        return given.text
    if kind in ("strengthening", "relief"):
        who = _ids(fields.get("party" if kind == "strengthening" else "to"))
        return who[0] if who else None
    by = joined(_ids(fields.get("by")))
    if kind == "monitoring":
        return by or None
    place = fields.get("place")
    return f"{place.text}.{by}" if kind == "deployment" and by and place is not None and place.text else None


def _item_name(items: list[Node], index: int, under: str) -> str:
    """Say what a path calls an item of a list: ``pledge.coalition-force``, a red line's id, or the index."""
    item = items[index] if 0 <= index < len(items) else None
    if item is not None and under == "terms" and len(item.mapping) == 1:
        kind, term = next(iter(item.mapping.items()))
        key = term_key(kind, term) if kind in KINDS else None
        return f"{kind}.{key}" if key else str(index)
    given = item.mapping.get("id") if item is not None and under == "red_lines" else None
    return given.text if given is not None and given.text else str(index)


def names_in(node: Node, under: str) -> list[str]:
    """Return how a path can go on from a node that is called `under`: keys of a mapping, names of a list's items."""
    return [*node.mapping, *(_item_name(node.items, index, under) for index in range(len(node.items)))]


def dotted(root: Node, loc: Loc) -> str:
    """Path of a place in the file, for errors."""
    node: Node | None = root
    parts: list[str] = []
    skip = False
    for position, step in enumerate(loc):
        if isinstance(step, int):
            name = _item_name(node.items if node else [], step, str(loc[position - 1]) if position else "")
            skip = "." in name and loc[position - 1] == "terms"
            parts.append(name)
            node = node.items[step] if node and step < len(node.items) else None
        else:
            if not skip:
                parts.append(step)
            skip = False
            node = node.mapping.get(step) if node else None
    return ".".join(parts)


def node_at(root: Node, loc: Loc) -> Node | None:
    """Return the node at a place of the file, or None."""
    node: Node | None = root
    for step in loc:
        if node is None:
            return None
        if isinstance(step, str):
            node = node.mapping.get(step)
            continue
        node = node.items[step] if 0 <= step < len(node.items) else None
    return node


def locate(root: Node, path: str) -> Loc | None:
    """Place in the file that a path names, or None: the inverse of ``dotted``.

    Examples
    --------
    >>> from holdfast.scenario._nodes import parse
    >>> tree, _ = parse("proposals: {p: {terms: [{relief: {to: A, worth: 1}}]}}", "f")
    >>> locate(tree, "proposals.p.terms.relief.A.worth")
    ('proposals', 'p', 'terms', 0, 'relief', 'worth')
    """
    return _locate(root, path, "")


def _locate(node: Node, path: str, under: str) -> Loc | None:
    if not path:
        return ()
    if isinstance(node.content, list):
        for index, item in enumerate(node.items):
            name = _item_name(node.items, index, under)
            if path == name or path.startswith(f"{name}."):
                inner, step = item, (index,)
                if under == "terms" and "." in name:
                    kind = name.split(".", 1)[0]
                    inner, step = item.mapping[kind], (index, kind)
                rest = _locate(inner, path[len(name) + 1 :], "")
                if rest is not None:
                    return (*step, *rest)
        return None
    head, _, tail = path.partition(".")
    child = node.mapping.get(head)
    if child is None:
        return None
    rest = _locate(child, tail, head)
    return None if rest is None else (head, *rest)


def is_quantity(node: Node | None) -> bool:
    """Whether a node looks like a quantity: a number, or a mapping with a kind."""
    if node is None:
        return False
    if isinstance(node.content, bool):
        return False
    return isinstance(node.content, int | float) or any(key in node.mapping for key in QUANTITY_KINDS)
