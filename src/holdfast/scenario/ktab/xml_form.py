"""KTAB's XML: a Scenario with Dimensions and Actors, each with Position and Salience.

Read with expat, event by event, so that every element knows its line. A document type is refused before anything in it is looked at:
entities, which can blow up a small file or name others, need one.
"""

from __future__ import annotations

from decimal import Decimal
from typing import cast
from xml.parsers import expat
from xml.sax.saxutils import escape

from holdfast.errors import InputError, Problem, ScenarioError
from holdfast.scenario.ktab.actors import (
    Actor,
    Actors,
    Cell,
    cleaned,
    faults_of,
    names_of,
    number,
    plain,
    some,
    sums_of,
)
from holdfast.scenario.ktab.limits import one_line
from holdfast.scenario.reading import counted, stop

__all__ = ["read_xml", "write_xml", "xml_notes"]

_SEED = 1
"""KTAB's reader wants one; only its stochastic mode uses it."""

_IGNORED = {
    "ModelParameters": "the model's parameters (choose a model with holdfast bargain --model)",
    "IdealAdjustment": "how ideals adjust to others' positions",
}

_READ = {
    "Scenario": {"name", "desc", "prngSeed", "Dimensions", "Actors", *_IGNORED},
    "Dimensions": {"dName"},
    "Actors": {"Actor"},
    "Actor": {"name", "description", "capability", "Position", "Salience"},
    "Position": {"dCoord"},
    "Salience": {"dSal"},
}
"""What is read inside of what."""

_MOST_SEED = 2**64 - 1


class _Element:
    """An element with its place, its text and what it holds."""

    def __init__(self, name: str, line: int, column: int) -> None:
        self.name, self.line, self.column = name, line, column
        self.attributes: tuple[str, ...] = ()
        self.text = ""
        self.inside: list[_Element] = []

    @property
    def cell(self) -> Cell:
        return Cell(self.text.strip(), self.line, self.column)

    def all(self, name: str) -> list[_Element]:
        return [element for element in self.inside if element.name == name]


def read_xml(raw: bytes, file: str) -> Actors:
    """Return what an XML file says.

    Raises
    ------
    ScenarioError
        With what is wrong with it; all of it, where it is XML at all.
    """
    root = _parsed(raw, file)
    problems: list[Problem] = []
    if root.name != "Scenario":
        message = "must be <Scenario>. Is this a file of KTAB's Spatial Model of Politics?"
        raise ScenarioError(
            [Problem(root.line, root.column, "outermost element", f"<{root.name}>", message, file)]
        )

    def one(within: _Element, name: str) -> _Element | None:
        found = within.all(name)
        if len(found) != 1:
            message = f"has {counted(len(found), 'element')} <{name}>; must have one."
            problems.append(Problem(within.line, within.column, f"<{within.name}>", None, message, file))
        return found[0] if found else None

    ignored = _tidied(root, file, problems)
    held, listed = one(root, "Dimensions"), one(root, "Actors")
    dimensions = _dimensions(held, file, problems) if held else ()
    ignored += _seed(root, file, problems)
    if held is None or not dimensions:
        stop(problems)
    found: list[tuple[Cell, Actor]] = []
    lines = listed.all("Actor") if listed else []
    for element in lines:
        actor = _actor(element, dimensions, file, problems)
        if actor is not None:
            found.append((element.cell, actor))
    named = [(element.cell, element.all("name")) for element in lines]
    problems += names_of(
        ((cell, one_line(names[0].cell.text)) for cell, names in named if len(names) == 1), file
    )
    problems += sums_of(found, file)
    if listed and len(found) == len(lines):
        problems += faults_of(found, dimensions, file)
    stop(problems)
    title, description = (next((e.cell.text for e in root.all(name)), "") for name in ("name", "desc"))
    ignored = [what for name, what in _IGNORED.items() if root.all(name)] + ignored
    return Actors(one_line(title), description, dimensions, tuple(a for _, a in found), tuple(ignored))


def _dimensions(held: _Element, file: str, problems: list[Problem]) -> tuple[str, ...]:
    """Return the names of the dimensions, having said what is wrong with them."""
    names: list[str] = []
    for element in held.all("dName"):
        name = one_line(element.cell.text)
        if not name or name.casefold() in {other.casefold() for other in names}:
            message = "must name a dimension, each by a name of its own."
            problems.append(Problem(element.line, element.column, "dName", name or None, message, file))
        names.append(name)
    if not names:
        problems.append(
            Problem(held.line, held.column, "<Dimensions>", None, "is empty. Write <dName>…</dName>.", file)
        )
    return tuple(names)


def _seed(root: _Element, file: str, problems: list[Problem]) -> list[str]:
    """Return in words which seed is left out, having said what is wrong with it."""
    said: list[str] = []
    for element in root.all("prngSeed"):
        cell = element.cell
        if not (cell.text.isdecimal() and cell.text.isascii() and int(cell.text[:40]) <= _MOST_SEED):
            message = (
                f"must be a whole number from 0 to {_MOST_SEED}. Write {_SEED}, or take the element out."
            )
            problems.append(
                Problem(cell.line, cell.column, "<prngSeed>", cell.text[:40] or None, message, file)
            )
        elif int(cell.text) != _SEED:
            said.append(
                f"the seed of KTAB's random numbers, {cell.text}; holdfast export writes {_SEED} in its place"
            )
    return said


def _tidied(root: _Element, file: str, problems: list[Problem]) -> list[str]:
    """Take control characters out of every text, saying where they were, and return in words what nothing reads."""
    unread: dict[str, None] = {}
    waiting = [root]
    while waiting:
        element = waiting.pop()
        known = _READ.get(element.name, set())
        element.text = cleaned(element.cell, f"<{element.name}>", file, problems).text
        unread |= {f"{attribute} of <{element.name}>": None for attribute in element.attributes}
        unread |= {f"<{inner.name}>": None for inner in element.inside if inner.name not in known}
        waiting += [inner for inner in element.inside if inner.name in known and inner.name not in _IGNORED]
    return [f"what is not read here: {some(list(unread))}"] if unread else []


def _parsed(raw: bytes, file: str) -> _Element:
    """Return the outermost element."""
    parser = expat.ParserCreate()
    outside = _Element("", 1, 1)
    open_elements = [outside]

    def opened(name: str, attributes: dict[str, str]) -> None:
        element = _Element(name, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)
        element.attributes = tuple(a for a in attributes if a.partition(":")[0] != "xmlns")
        open_elements[-1].inside.append(element)
        open_elements.append(element)

    def closed(_name: str) -> None:
        open_elements.pop()

    def said(text: str) -> None:
        open_elements[-1].text += text

    def document_type(*_: object) -> None:
        message = (
            "has a document type (<!DOCTYPE …>), which can make a small file grow without end. Remove it."
        )
        line, column = parser.CurrentLineNumber, parser.CurrentColumnNumber + 1
        raise ScenarioError([Problem(line, column, "", None, message, file)])

    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = said, document_type
    try:
        parser.Parse(raw, True)
    except expat.ExpatError as error:
        message = f"is no XML: {expat.ErrorString(error.code)}. Mend it here, or save it again from KTAB."
        raise ScenarioError([Problem(error.lineno, error.offset + 1, "", None, message, file)]) from None
    except (LookupError, ValueError):
        message = "is in an encoding that is not known. Save it in UTF-8."
        raise ScenarioError([Problem(1, 1, "", None, message, file)]) from None
    return outside.inside[0]


def _actor(
    element: _Element, dimensions: tuple[str, ...], file: str, problems: list[Problem]
) -> Actor | None:
    """Return an actor, or nothing where it cannot be read, having said why."""
    before = len(problems)

    def part(name: str) -> _Element | None:
        found = element.all(name)
        if len(found) != 1:
            message = f"has {counted(len(found), 'element')} <{name}>; must have one."
            problems.append(Problem(element.line, element.column, called or "<Actor>", None, message, file))
        return found[0] if found else None

    def numbers(within: str, name: str, what: str) -> tuple[Decimal, ...]:
        held = part(within)
        cells = [e.cell for e in held.all(name)] if held else []
        if held and len(cells) != len(dimensions):
            message = f"has {counted(len(cells), 'element')} <{name}>; must have one for each of {counted(len(dimensions), 'dimension')}."
            problems.append(Problem(held.line, held.column, f"{called}: <{within}>", None, message, file))
            return ()
        read = [
            number(cell, f"{called}: {what} {dimension}", file, 0, 100)
            for cell, dimension in zip(cells, dimensions if held else [], strict=True)
        ]
        problems.extend(value for value in read if isinstance(value, Problem))
        return tuple(value for value in read if isinstance(value, Decimal))

    called = one_line(next((e.cell.text for e in element.all("name")), ""))
    description = next((e.cell.text for e in element.all("description")), "")
    capability = part("capability")
    influence = number(capability.cell, f"{called}: capability", file, 0, None) if capability else None
    if isinstance(influence, Problem):
        problems.append(influence)
    positions, salience = (
        numbers("Position", "dCoord", "position on"),
        numbers("Salience", "dSal", "salience of"),
    )
    if len(problems) > before:
        return None
    return Actor(
        called, "" if description == called else description, cast(Decimal, influence), positions, salience
    )


def xml_notes(actors: Actors) -> tuple[str, ...]:
    """Return what KTAB's XML needs and the actors do not have, and what stands for it, a sentence each."""
    said = [f"KTAB wants a seed in XML: {_SEED} is written. Only its stochastic mode uses one."]
    bare = [actor.name for actor in actors.actors if not actor.description]
    if bare:
        said.append(
            f"KTAB wants a description of every actor in XML: the name stands for it at {some(bare)}."
        )
    return tuple(said)


def write_xml(actors: Actors) -> str:
    """Return the text of an XML file, with KTAB's defaults for the model.

    KTAB wants a description of every actor; one that has none is described by its name.

    Raises
    ------
    InputError
        For an actor without influence, which KTAB reads from CSV only.
    """
    for actor in actors.actors:
        if not actor.influence:
            raise InputError(
                f"{actor.name}: influence = 0; KTAB reads only what is above 0 from XML. Write a .csv instead."
            )

    def tag(name: str, text: str, indent: int) -> str:
        return f"{' ' * indent}<{name}>{escape(text)}</{name}>\n"

    lines = ['<?xml version="1.0" encoding="UTF-8"?>\n<Scenario>\n']
    lines += [
        tag("name", actors.title, 2),
        tag("desc", actors.description, 2),
        tag("prngSeed", str(_SEED), 2),
    ]
    lines += [
        "  <Dimensions>\n",
        *(tag("dName", d, 4) for d in actors.dimensions),
        "  </Dimensions>\n  <Actors>\n",
    ]
    for actor in actors.actors:
        lines += [
            "    <Actor>\n",
            tag("name", actor.name, 6),
            tag("description", actor.description or actor.name, 6),
        ]
        lines += [tag("capability", plain(actor.influence), 6)]
        for held, name, values in (
            ("Position", "dCoord", actor.positions),
            ("Salience", "dSal", actor.salience),
        ):
            lines += [f"      <{held}>\n", *(tag(name, plain(v), 8) for v in values), f"      </{held}>\n"]
        lines += ["    </Actor>\n"]
    return "".join([*lines, "  </Actors>\n</Scenario>\n"])
