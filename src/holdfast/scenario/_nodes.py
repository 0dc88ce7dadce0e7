"""From the bytes of a file to a tree of nodes, each of which knows its line and column.

Only the events of ruamel.yaml are used: composing the tree here keeps the positions of keys, resolves
scalars by the YAML 1.2 core schema (so that `no` is text and Norway is safe), finds duplicate keys, and
bounds depth and size while the file is being read, so that neither nesting nor aliases can exhaust memory.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from holdfast.errors import Problem, ScenarioError
from holdfast.scenario._syntax import shorten, syntax_problem
from holdfast.scenario.forms import SCENARIO, Form

MAX_BYTES = 4_000_000
MAX_LINE = 100_000
MAX_NODES = 100_000
MAX_ENTRIES = 5_000  # of one list or mapping
MAX_DEPTH = 40

Scalar = str | int | float | bool | None

_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((sign + word for sign in ("", "+") for word in (".inf", ".Inf", ".INF")), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
}
_INT = re.compile(r"[-+]?[0-9]{1,300}\Z", re.ASCII)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z", re.ASCII)


@dataclass(slots=True)
class Node:
    """One value of the file with its position; ``content`` is a mapping, a list or a scalar.

    Parameters
    ----------
    content
        ``dict[str, Node]``, ``list[Node]`` or a resolved scalar.
    line, column
        Position of the value, counted from 1; 0 for what came from a setting.
    keys
        For a mapping, the positions of its keys.
    text
        For a scalar, as it is written in the file.
    plain
        Whether a scalar is written without quotes.
    file
        What ``line`` and ``column`` count in.
    key
        For a value of a mapping, the position of its key where it is written out, not where an alias repeats it.
    """

    content: dict[str, Node] | list[Node] | Scalar
    line: int
    column: int
    keys: dict[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])
    text: str = ""
    plain: bool = False
    file: str = ""
    key: tuple[int, int] | None = None
    twice: bool = False
    """Whether a key of this mapping stands in it twice."""
    size: int = 1
    """Nodes in this subtree, aliases counted as often as they are used."""

    @property
    def mapping(self) -> dict[str, Node]:
        """The mapping's entries; empty for anything else."""
        return self.content if isinstance(self.content, dict) else {}

    @property
    def items(self) -> list[Node]:
        """The list's items; empty for anything else."""
        return self.content if isinstance(self.content, list) else []

    def data(self) -> Any:
        """Plain Python data: dicts, lists and scalars, with every alias copied out."""
        if isinstance(self.content, dict):
            return {key: node.data() for key, node in self.content.items()}
        if isinstance(self.content, list):
            return [node.data() for node in self.content]
        return self.content


def resolve(text: str) -> Scalar:
    """Say what an unquoted scalar means by the core schema of YAML 1.2.

    Examples
    --------
    >>> [resolve(t) for t in ("no", "1", "1.5", "true", "~", "2025-09-04")]
    ['no', 1, 1.5, True, None, '2025-09-04']
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INT.match(text):
        return int(text)
    return float(text) if _FLOAT.match(text) else text


@dataclass(slots=True)
class _Builder:
    """Builds the tree of one document from the parser's events."""

    file: str
    form: Form
    events: Iterator[Any]
    anchors: dict[str, Node | None] = field(default_factory=dict[str, "Node | None"])
    problems: list[Problem] = field(default_factory=list[Problem])
    trail: list[str] = field(default_factory=list[str])

    def document(self) -> Node:
        """Build the one document."""
        first = next(self.events, None)
        if first is None:
            message = f"is empty. {self.form.empty}"
            raise ScenarioError([Problem(0, 0, "", None, message, self.file)])
        tree = self.node(first, 0)
        more = next(self.events, None)
        if more is not None:
            raise self.fail(more, f"a second document begins here; {self.form.a} is one document.")
        return tree

    def fail(self, event: Any, message: str) -> ScenarioError:
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        return ScenarioError([*self.problems, Problem(line, column, "", None, message, self.file)])

    def node(self, event: Any, depth: int) -> Node:
        """Build the node that begins with this event."""
        if isinstance(event, AliasEvent):
            return self.alias(event)
        if depth > MAX_DEPTH:
            raise self.fail(event, f"nested deeper than {MAX_DEPTH} levels; {self.form.a} needs far fewer.")
        tag = str(getattr(event, "ctag", None))
        if tag not in ("None", "!"):
            raise self.fail(event, f"has the tag {shorten(tag)}; tags mean nothing here. Write it without.")
        node = Node(None, event.start_mark.line + 1, event.start_mark.column + 1, file=self.file)
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        if isinstance(event, ScalarEvent):
            scalar: Any = event
            node.text = self.whole(event, str(scalar.value))
            node.plain = event.style is None or event.style == ""
            node.content = resolve(node.text) if node.plain and event.implicit[0] else node.text
        elif isinstance(event, SequenceStartEvent):
            self.sequence(event, node, depth)
        elif isinstance(event, MappingStartEvent):
            self.mapping(event, node, depth)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        return node

    def whole(self, event: Any, text: str) -> str:
        """Join characters that escapes wrote in two halves, as JSON does; refuse half a character alone."""
        if text.isascii():
            return text
        try:
            return text.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            raise self.fail(event, "has half a character. Write the character itself, without \\u.") from None

    def alias(self, event: Any) -> Node:
        if event.anchor not in self.anchors:
            raise self.fail(event, f"*{event.anchor} refers to an anchor that is not defined above it.")
        node = self.anchors[event.anchor]
        if node is None:
            raise self.fail(
                event, f"*{event.anchor} is used inside the anchor it refers to; a ring has no end."
            )
        return node

    def grow(self, event: Any, node: Node, child: Node) -> None:
        node.size += child.size
        if node.size > MAX_NODES:
            message = f"the file has more than {MAX_NODES:,} values, anchors counted each time they are used"
            raise self.fail(event, f"{message}; remove the repetition.")
        if len(node.mapping) > MAX_ENTRIES or len(node.items) > MAX_ENTRIES:
            raise self.fail(event, f"has more than {MAX_ENTRIES:,} entries; {self.form.a} needs far fewer.")

    def sequence(self, start: Any, node: Node, depth: int) -> None:
        content: list[Node] = []
        node.content = content
        while not isinstance(event := next(self.events), SequenceEndEvent):
            self.trail.append(str(len(content)))
            child = self.node(event, depth + 1)
            self.trail.pop()
            content.append(child)
            self.grow(start, node, child)

    def mapping(self, start: Any, node: Node, depth: int) -> None:
        content: dict[str, Node] = {}
        node.content = content
        while not isinstance(event := next(self.events), MappingEndEvent):
            key = self.node(event, depth + 1)
            if isinstance(key.content, dict | list):
                raise self.fail(event, "a key must be a single word; this one is a mapping or a list.")
            position = (event.start_mark.line + 1, event.start_mark.column + 1)
            self.trail.append(shorten(key.text))
            value = next(self.events)
            child = self.node(value, depth + 1)
            if not isinstance(value, AliasEvent):
                child.key = position
            path = ".".join(self.trail)
            self.trail.pop()
            if key.text in content:
                first = node.keys[key.text][0]
                message = f"duplicate key; it is already on line {first}. Remove one of the two."
                self.problems.append(Problem(*position, path, None, message, self.file))
                node.twice = True
                continue
            content[key.text] = child
            node.keys[key.text] = position
            self.grow(start, node, child)


def parse(text: str, file: str, *, first_line: int = 1, form: Form = SCENARIO) -> tuple[Node, list[Problem]]:
    """Return the tree of a YAML text, and the mistakes that do not stop reading (duplicate keys).

    Parameters
    ----------
    text
        One YAML document.
    file
        What positions count in, for messages.
    first_line
        0 gives every node the position 0, for a text that comes from a setting.
    form
        What kind of file it is, for messages.

    Raises
    ------
    ScenarioError
        When the text is not YAML, is empty, holds several documents, a tag, a ring of anchors, or more
        than MAX_NODES values or MAX_DEPTH levels.

    Examples
    --------
    >>> tree, problems = parse("war: {years: 2}", "f.yaml")
    >>> tree.data(), tree.mapping["war"].mapping["years"].column
    ({'war': {'years': 2}}, 14)
    """
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > MAX_LINE:
            message = f"a line has more than {MAX_LINE:,} characters. Break it into several."
            raise ScenarioError([Problem(number, 1, "", None, message, file)])
    yaml = YAML(typ="safe", pure=True)
    builder = _Builder(file, form, iter(()))
    try:
        events = yaml.parse(text)
        builder.events = (event for event in events if type(event).__name__ not in _FRAME)
        tree = builder.document()
    except ScenarioError:
        raise
    except YAMLError as error:
        raise ScenarioError([*builder.problems, syntax_problem(error, text, file)]) from None
    except Exception as error:  # noqa: BLE001 - hostile text trips the parser in more ways than it declares
        message = f"cannot be read as YAML ({type(error).__name__}); look for stray punctuation."
        raise ScenarioError([*builder.problems, Problem(0, 0, "", None, message, file)]) from None
    if not first_line:
        _unplace(tree)
    return tree, builder.problems


_FRAME = {"StreamStartEvent", "StreamEndEvent", "DocumentStartEvent", "DocumentEndEvent", "CommentEvent"}


def _unplace(node: Node) -> None:
    node.line = node.column = 0
    node.key = None
    node.keys = dict.fromkeys(node.keys, (0, 0))
    for child in [*node.mapping.values(), *node.items]:
        _unplace(child)
