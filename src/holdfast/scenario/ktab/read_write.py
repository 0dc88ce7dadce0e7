"""From a path to what a KTAB file says, and from that to text, by the name's ending."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from holdfast.errors import InputError, Problem, ScenarioError
from holdfast.scenario.forms import Form
from holdfast.scenario.ktab.actors import Actors
from holdfast.scenario.ktab.csv_form import read_csv, write_csv
from holdfast.scenario.ktab.xml_form import read_xml, write_xml, xml_notes
from holdfast.scenario.reading import name_fault, read_bytes, stop, unseen_fault

__all__ = ["SUFFIXES", "form_notes", "read_actors", "text_of"]

SUFFIXES = (".csv", ".xml")

_FORM = Form(
    "KTAB",
    "a KTAB file",
    absent="Name a file of actors that KTAB reads.",
    empty="Save it from KTAB again.",
    example="docs/reference/commands.md shows one.",
)

_BEGINS = {
    ".csv": "KTAB's CSV begins with a line: name, description, number of actors, number of dimensions.",
    ".xml": "KTAB's XML holds a <Scenario> with <Dimensions> and <Actors>.",
}


def read_actors(path: str | os.PathLike[str]) -> Actors:
    """Return what a KTAB file says.

    Raises
    ------
    InputError
        For a name that ends neither in .csv nor in .xml, and for everything that is wrong with the file, each mistake with its place.
    """
    found = _read(path)
    stop([Problem(0, 0, what, None, fault, str(path)) for what, fault in _unseen(found)])
    return found


def _unseen(actors: Actors) -> Iterator[tuple[str, str]]:
    """Yield texts that no file of Holdfast may hold, each as what it is and what is wrong with it."""
    names = {
        "title": actors.title,
        **{f"dimension {n}": name for n, name in enumerate(actors.dimensions, start=1)},
    }
    names |= {f"name of actor {n}": actor.name for n, actor in enumerate(actors.actors, start=1)}
    texts = {"description": actors.description}
    texts |= {f"description of actor {n}": a.description for n, a in enumerate(actors.actors, start=1)}
    for what, text in names.items():
        if (fault := name_fault(text.strip())) is not None:
            yield what, fault
    for what, text in texts.items():
        if (fault := unseen_fault(text)) is not None:
            yield what, fault


def _read(path: str | os.PathLike[str]) -> Actors:
    file = Path(path)
    suffix = _suffix(file)
    raw = read_bytes(file, str(path), _FORM)

    def refuse(message: str) -> ScenarioError:
        return ScenarioError([Problem(0, 0, "", None, message, str(path))])

    if not raw.strip():
        raise refuse(f"is empty. {_BEGINS[suffix]}")
    if suffix == ".xml":
        return read_xml(raw, str(path))
    if b"\0" in raw:
        raise refuse("is no text. Save it as CSV in UTF-8, not as a workbook.")
    try:
        return read_csv(raw.decode("utf-8-sig"), str(path))
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"is not in UTF-8 (byte {raw[error.start]:#04x}). Save it as CSV in UTF-8."
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        raise ScenarioError([Problem(line, column, "", None, message, str(path))]) from None


def text_of(actors: Actors, path: str | os.PathLike[str]) -> str:
    """Return the text of a KTAB file in the form that its name ends in."""
    return write_csv(actors) if _suffix(Path(path)) == ".csv" else write_xml(actors)


def form_notes(actors: Actors, path: str | os.PathLike[str]) -> tuple[str, ...]:
    """Return what the form that a name ends in needs and the actors do not have, a sentence each."""
    return xml_notes(actors) if _suffix(Path(path)) == ".xml" else ()


def _suffix(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError(f"{path}: must end in .csv or .xml, which say how KTAB has it. Name such a file.")
    return suffix
