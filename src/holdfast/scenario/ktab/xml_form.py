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
from holdfast.scenario.ktab.actors import Actor, Actors, Cell, faults_of, number, plain
from holdfast.scenario.reading import counted, stop

__all__ = ["read_xml", "write_xml"]

_SEED = 1
"""KTAB's reader wants one; only its stochastic mode uses it."""

_IGNORED = {
    "ModelParameters": "the model's parameters (choose a model with holdfast bargain --model)",
    "IdealAdjustment": "how ideals adjust to others' positions",
}


class _Element:
    """An element with its place, its text and what it holds."""

    def __init__(self, name: str, line: int, column: int) -> None:
        self.name, self.line, self.column = name, line, column
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
            message = f"has {len(found)} elements <{name}>; must have one."
            problems.append(Problem(within.line, within.column, f"<{within.name}>", None, message, file))
        return found[0] if found else None

    held = one(root, "Dimensions")
    dimensions = [element.cell for element in held.all("dName")] if held else []
    for cell in dimensions:
        if not cell.text or [c.text for c in dimensions].count(cell.text) > 1:
            message = "must name a dimension, each by a name of its own."
            problems.append(Problem(cell.line, cell.column, "dName", cell.text or None, message, file))
    if held and not dimensions:
        problems.append(
            Problem(held.line, held.column, "<Dimensions>", None, "is empty. Write <dName>…</dName>.", file)
        )
    listed = one(root, "Actors")
    stop(problems)
    found: list[tuple[Cell, Actor]] = []
    lines = listed.all("Actor") if listed else []
    for element in lines:
        actor = _actor(element, [c.text for c in dimensions], file, problems)
        if actor is not None:
            found.append((element.cell, actor))
    if len(found) == len(lines):
        problems += faults_of(found, file)
    stop(problems)
    title, description = (next((e.cell.text for e in root.all(name)), "") for name in ("name", "desc"))
    ignored = tuple(what for name, what in _IGNORED.items() if root.all(name))
    return Actors(title, description, tuple(c.text for c in dimensions), tuple(a for _, a in found), ignored)


def _parsed(raw: bytes, file: str) -> _Element:
    """Return the outermost element."""
    parser = expat.ParserCreate()
    outside = _Element("", 1, 1)
    open_elements = [outside]

    def opened(name: str, _attributes: object) -> None:
        element = _Element(name, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)
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


def _actor(element: _Element, dimensions: list[str], file: str, problems: list[Problem]) -> Actor | None:
    """Return an actor, or nothing where it cannot be read, having said why."""
    before = len(problems)

    def part(name: str) -> _Element | None:
        found = element.all(name)
        if len(found) != 1:
            message = f"has {len(found)} elements <{name}>; must have one."
            problems.append(Problem(element.line, element.column, called or "<Actor>", None, message, file))
        return found[0] if found else None

    def numbers(within: str, name: str, what: str) -> tuple[Decimal, ...]:
        held = part(within)
        cells = [e.cell for e in held.all(name)] if held else []
        if held and len(cells) != len(dimensions):
            message = (
                f"has {counted(len(cells), 'element')} <{name}>; must have one for each of "
                f"{counted(len(dimensions), 'dimension')}."
            )
            problems.append(Problem(held.line, held.column, f"{called}: <{within}>", None, message, file))
            return ()
        read = [
            number(cell, f"{called}: {what} {dimension}", file, 0, 100)
            for cell, dimension in zip(cells, dimensions if held else [], strict=True)
        ]
        problems.extend(value for value in read if isinstance(value, Problem))
        return tuple(value for value in read if isinstance(value, Decimal))

    called = next((e.cell.text for e in element.all("name")), "")
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
