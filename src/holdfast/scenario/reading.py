"""From a path to a checked model: what every file of Holdfast is read with, and the fields that files share."""

from __future__ import annotations

import stat
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from holdfast.errors import Problem, ScenarioError
from holdfast.scenario._faults import Faults, Loc, counted, did_you_mean, listed
from holdfast.scenario._fields import (
    Date,
    Flag,
    Id,
    IdList,
    Ids,
    Model,
    Name,
    NumberField,
    Share,
    Text,
    name_fault,
    unseen_fault,
)
from holdfast.scenario._nodes import MAX_BYTES, MAX_ENTRIES, Node, parse
from holdfast.scenario._parse import JUDGEMENT
from holdfast.scenario._problems import Placer
from holdfast.scenario.bounds import Bounds
from holdfast.scenario.checks import File, Finding, check_values
from holdfast.scenario.forms import SCENARIO, Form, ktab_for, taken_for
from holdfast.scenario.model import Source

__all__ = [
    "JUDGEMENT",
    "MAX_BYTES",
    "MAX_ENTRIES",
    "SCENARIO",
    "Bounds",
    "Check",
    "Date",
    "Faults",
    "File",
    "Finding",
    "Flag",
    "Form",
    "Id",
    "IdList",
    "Ids",
    "Loc",
    "Model",
    "Name",
    "Node",
    "NumberField",
    "Placer",
    "Share",
    "Source",
    "Text",
    "check_values",
    "counted",
    "decode",
    "did_you_mean",
    "listed",
    "name_fault",
    "read_bytes",
    "read_keys",
    "read_tree",
    "stop",
    "unseen_fault",
    "validated",
]

Check = Callable[[Node, Collection[Loc]], Iterable[Finding]]
M = TypeVar("M", bound=BaseModel)


def read_keys(raw: bytes, name: str, form: Form) -> list[str]:
    """Return the keys at the top of a file's bytes; none where it is no mapping. Raises as `read_tree` where it is no YAML in UTF-8."""
    return list(_parsed(raw, name, form)[0].mapping)


def read_tree(raw: bytes, name: str, form: Form) -> tuple[Node, list[Problem]]:
    """Return the tree of a file's bytes, and the mistakes that do not stop reading.

    Raises
    ------
    ScenarioError
        When the bytes are no YAML in UTF-8, or no mapping, or by their keys another kind of file.
    """
    root, problems = _parsed(raw, name, form)
    if not isinstance(root.content, dict):
        if (other := ktab_for(raw, form)) is not None:
            raise ScenarioError([Problem(0, 0, "", None, other, name)])
        message = f"must be a mapping that begins with holdfast: 1. {form.example}"
        raise ScenarioError([*problems, Problem(root.line, root.column, "", None, message, name)])
    if (other := taken_for(root.mapping, form)) is not None:
        # and nothing else: that each of its keys is unknown here helps nobody
        raise ScenarioError([Problem(0, 0, "", None, other, name)])
    return root, problems


def _parsed(raw: bytes, name: str, form: Form) -> tuple[Node, list[Problem]]:
    """Return the tree of YAML; of what is none because it is a file of another program, say only that."""
    try:
        return parse(decode(raw, name, form), name, form=form)
    except ScenarioError:
        if (other := ktab_for(raw, form)) is not None:
            raise ScenarioError([Problem(0, 0, "", None, other, name)]) from None
        raise


def stop(problems: list[Problem]) -> None:
    """Raise what is wrong, if anything is."""
    if problems:
        raise ScenarioError(problems)


def validated(model: type[M], root: Node, problems: list[Problem], checks: Check) -> M:
    """Return the file as its model; raise all that is wrong with it, beside the problems known already."""
    placer = Placer(root)
    faulty: set[Loc] = set()
    file: M | None = None
    try:
        file = model.model_validate(root.data())
    except ValidationError as error:
        for loc, problem in placer.all(error, model):
            faulty.add(loc)
            problems.append(problem)
    problems += [
        placer.at(loc, text, about)
        for loc, text, about in checks(root, placer.unknown)
        if loc not in faulty and not (about == "missing" and loc in placer.meant)
    ]
    if file is None or problems:
        raise ScenarioError(problems)
    return file


def read_bytes(path: Path, name: str, form: Form = SCENARIO, most: int = MAX_BYTES) -> bytes:
    """Read the bytes of a regular file of at most so many."""

    def refuse(message: str) -> ScenarioError:
        return ScenarioError([Problem(0, 0, "", None, message, name)])

    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise refuse(f"is a directory. Name the {form.name} file in it.")
        if not stat.S_ISREG(status.st_mode):
            raise refuse(f"is not a regular file. Save the {form.name} to a file first.")
        with path.open("rb") as file:
            raw = file.read(most + 1)
    except FileNotFoundError:
        raise refuse(f"does not exist. {form.absent}") from None
    except PermissionError as error:
        raise refuse(
            f"cannot be read: {error.strerror}. Give yourself the right to read it, or name another file."
        ) from None
    except (OSError, ValueError) as error:
        raise refuse(
            f"cannot be read: {getattr(error, 'strerror', None) or error}. Check the disk, or name another file."
        ) from None
    if len(raw) > most:
        size = max(status.st_size, len(raw)) / 1e6
        limit = f"{most / 1e6:g} MB"
        raise refuse(f"has {size:,.0f} MB; {form.a} may have {limit} at most. Is this the right file?")
    return raw


def decode(raw: bytes, name: str, form: Form = SCENARIO) -> str:
    """Return the text of a file in UTF-8."""
    binary = f"is not text but a binary file. Name {form.a} in YAML."
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
            message = "is in UTF-16. Save it as UTF-8."
        elif b"\0" in raw[:8192]:
            message = binary
        else:
            message = f"is not in UTF-8: byte 0x{raw[error.start]:02x}. Save the file as UTF-8."
        raise ScenarioError([Problem(line, column, "", None, message, name)]) from None
    if "\0" in text:
        raise ScenarioError([Problem(0, 0, "", None, binary, name)])
    return text
