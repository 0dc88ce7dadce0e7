"""The file as checks see it: what stands where, whatever shape it is in.

Checks across the file run even where a part of it is malformed, so that all mistakes come out at once. So
every accessor here answers for any shape: what is no mapping has no keys, what is no list has no items.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from holdfast.scenario._faults import About, Loc, did_you_mean
from holdfast.scenario._nodes import Node
from holdfast.scenario.paths import node_at

Finding = tuple[Loc, str, About]
Ids = dict[str, None]
"""Ids in the order of the file, quick to look up."""


@dataclass(slots=True)
class File:
    """The file's tree with the ids it defines.

    Parameters
    ----------
    root
        The file's tree.
    misspelt
        Keys that mean nothing where they stand.
    """

    root: Node
    misspelt: Collection[Loc] = ()
    issues: Ids = field(init=False)
    parties: Ids = field(init=False)
    groups: Ids = field(init=False)
    bodies: Ids = field(init=False)
    proposals: Ids = field(init=False)
    principals: Ids = field(init=False)

    def __post_init__(self) -> None:
        self.issues = dict.fromkeys(self.keys("issues"))
        self.parties = dict.fromkeys(self.keys("parties"))
        self.groups = dict.fromkeys(self.keys("groups"))
        self.bodies = dict.fromkeys(self.keys("bodies"))
        self.proposals = dict.fromkeys(self.keys("proposals"))
        principals = (id_ for id_ in self.parties if self.is_true("parties", id_, "principal"))
        self.principals = dict.fromkeys(principals)

    def node(self, *loc: str | int) -> Node | None:
        """Return the node at a place, or None."""
        return node_at(self.root, loc)

    def keys(self, *loc: str | int) -> list[str]:
        """Keys of the mapping at a place."""
        node = self.node(*loc)
        return list(node.mapping) if node is not None else []

    def has(self, *loc: str | int) -> bool:
        """Whether the place holds anything."""
        node = self.node(*loc)
        return node is not None and node.content is not None

    def is_true(self, *loc: str | int) -> bool:
        """Whether the place holds true."""
        node = self.node(*loc)
        return node is not None and node.content is True

    def text(self, *loc: str | int) -> str:
        """Text at a place; empty if there is none."""
        node = self.node(*loc)
        return node.content if node is not None and isinstance(node.content, str) else ""

    def number(self, *loc: str | int) -> float | None:
        """Return a plain number at a place."""
        node = self.node(*loc)
        content = node.content if node is not None else None
        return float(content) if isinstance(content, int | float) and not isinstance(content, bool) else None

    def ids(self, *loc: str | int) -> Iterator[tuple[Loc, str]]:
        """Ids at a place, which holds one or a list of them, each with its own place."""
        node = self.node(*loc)
        if node is None:
            return
        if isinstance(node.content, str):
            yield loc, node.content
        for index, item in enumerate(node.items):
            if isinstance(item.content, str):
                yield (*loc, index), item.content

    def members(self, *loc: str | int) -> set[str]:
        """Parties that the ids at a place stand for, groups opened; what is unknown is left out."""
        waiting = [name for _, name in self.ids(*loc)]
        seen: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            if name in self.groups and name not in self.parties:
                waiting += [inner for _, inner in self.ids("groups", name)]
        return seen & set(self.parties)

    def terms(self) -> Iterator[tuple[str, str, Loc]]:
        """Every term: its proposal, its kind, and the place of its fields."""
        for proposal in self.proposals:
            node = self.node("proposals", proposal, "terms")
            for index, item in enumerate(node.items if node is not None else []):
                if len(item.mapping) == 1:
                    kind = next(iter(item.mapping))
                    yield proposal, kind, ("proposals", proposal, "terms", index, kind)

    def unknown(
        self, places: Iterator[tuple[Loc, str]], known: Collection[str], what: str
    ) -> Iterator[Finding]:
        """Find ids that nothing in the file defines."""
        for loc, name in places:
            if name not in known:
                yield loc, f"is no {what} of this file. {did_you_mean(name, known)}", "value"

    def unknown_keys(self, loc: Loc, known: Collection[str], what: str) -> Iterator[Finding]:
        """Find keys of a mapping that nothing in the file defines."""
        for key in self.keys(*loc):
            if key not in known:
                yield (*loc, key), f"is no {what} of this file. {did_you_mean(key, known)}", "key"

    @property
    def actors(self) -> Ids:
        """Parties and groups."""
        return {**self.parties, **self.groups}

    @property
    def two_principals(self) -> bool:
        """Whether it is clear who the principals are; if not, that is the mistake to tell of."""
        return len(self.principals) == 2

    def only_principals(self, loc: Loc, what: str) -> Iterator[Finding]:
        """Find keys of a mapping that are no principals."""
        for key in self.keys(*loc):
            if key not in self.parties:
                yield (
                    (*loc, key),
                    f"is no party of this file. {did_you_mean(key, self.principals or self.parties)}",
                    "key",
                )
            elif key not in self.principals and self.two_principals:
                yield (*loc, key), f"{what} only for principals: {', '.join(self.principals)}.", "key"
