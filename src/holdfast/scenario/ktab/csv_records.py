"""CSV as RFC 4180 has it, with the place of each field: a field in quotes may hold commas, line breaks and doubled quotes."""

from __future__ import annotations

import re

from holdfast.errors import Problem
from holdfast.scenario.ktab.actors import Cell, cleaned

__all__ = ["records"]

_FIELD = re.compile(r'[ \t]*(?:"(?P<quoted>(?:[^"]|"")*+)"[ \t]*|(?P<bare>[^,\n]*))(?=[,\n]|\Z)')

_QUOTE = (
    "begins with a quotation mark that is not closed at the end of the field. Close it before the comma, or take it out; "
    'a quotation mark within quotes is written "".'
)


def records(text: str, file: str, problems: list[Problem]) -> list[list[Cell]]:
    r"""Return the fields of each record that has any, without the empty ones at its end, and add what is wrong with their quotes.

    Examples
    --------
    >>> [[(c.text, c.line, c.column) for c in cells] for cells in records('a, "b,c",,\n,\nd', "f", [])]
    [[('a', 1, 1), ('b,c', 1, 4)], [('d', 3, 1)]]
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    found: list[list[Cell]] = []
    cells: list[Cell] = []
    at, line, line_start = 0, 1, 0
    while (field := _FIELD.match(text, at)) is not None:
        raw = field[0]
        column = at - line_start + len(raw) - len(raw.lstrip(" \t")) + 1
        quoted = field["quoted"]
        said = field["bare"] if quoted is None else quoted.replace('""', '"')
        cell = cleaned(Cell(said.strip(), line, column), "field", file, problems)
        if quoted is None and cell.text.startswith('"'):
            # read on as if the mark were not there, so that the mistakes after it are found too
            problems.append(Problem(line, column, "field", _start(cell.text), _QUOTE, file))
            cell = cell._replace(text=cell.text[1:])
        cells.append(cell)
        breaks = raw.count("\n")
        if breaks:
            line, line_start = line + breaks, at + raw.rindex("\n") + 1
        at = field.end() + 1
        if at > len(text) or text[at - 1] == "\n":
            while cells and not cells[-1].text:
                cells.pop()
            found += [cells] if cells else []
            cells, line, line_start = [], line + 1, at
        if at > len(text):
            break
    return found


def _start(text: str) -> str:
    return text if len(text) <= 20 else text[:20] + "…"
