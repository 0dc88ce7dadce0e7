"""KTAB's CSV: a line for the scenario, a line of headings, then a line an actor, each perhaps with a comma at its end.

Name, description, number of actors, number of dimensions,
Actor,Description,Influence,First Position,First Salience,Second Position,…
XJ,Xi Jinping,100,20,60,…
"""

from __future__ import annotations

import re
from decimal import Decimal

from holdfast.errors import Problem
from holdfast.scenario.ktab.actors import Actor, Actors, Cell, faults_of, number, plain
from holdfast.scenario.reading import counted, stop

__all__ = ["read_csv", "write_csv"]

_FIXED = 3
_POSITION = re.compile(r"\s*position\Z", re.IGNORECASE)


def read_csv(text: str, file: str) -> Actors:
    """Return what a CSV file says.

    Raises
    ------
    ScenarioError
        With everything that is wrong with it.
    """
    rows = [_cells(line, n) for n, line in enumerate(text.splitlines(), 1) if line.strip(' ,\t"')]
    if len(rows) < 2:
        message = "must have a line for the scenario, a line of headings and a line for each actor. Is this KTAB's CSV?"
        stop([Problem(0, 0, "", None, message, file)])
    first, heads, *lines = rows
    problems: list[Problem] = []
    counts = _counts(first, file, problems)
    dimensions = _dimensions(heads, counts[1], file, problems)
    stop(problems)
    found: list[tuple[Cell, Actor]] = []
    for cells in lines:
        actor = _actor(cells, dimensions, file, problems)
        if actor is not None:
            found.append((cells[0], actor))
    if counts[0] != len(lines):
        where = first[2]
        message = f"must be the number of actors; {len(lines)} lines of them follow. Write {len(lines)}, or add what is missing."
        problems.append(Problem(where.line, where.column, "number of actors", where.text, message, file))
    if not problems or found:
        problems += faults_of(found, file) if len(found) == len(lines) else []
    stop(problems)
    return Actors(first[0].text, first[1].text, dimensions, tuple(actor for _, actor in found))


def _cells(line: str, number: int) -> list[Cell]:
    """Return the fields of a line, cut at commas outside quotes."""
    cells: list[Cell] = []
    start, quoted = 0, False
    for at, sign in enumerate([*line, ","]):
        if sign == '"' and at < len(line):
            quoted = not quoted
        elif sign == "," and (not quoted or at == len(line)):
            raw = line[start:at]
            text = raw.strip()
            if len(text) > 1 and text[0] == text[-1] == '"':
                text = text[1:-1].replace('""', '"').strip()
            cells.append(Cell(text, number, start + len(raw) - len(raw.lstrip()) + 1))
            start = at + 1
    while len(cells) > 1 and not cells[-1].text:
        cells.pop()
    return cells


def _counts(first: list[Cell], file: str, problems: list[Problem]) -> tuple[int, int]:
    """Return the numbers of actors and dimensions that the first line tells."""
    if len(first) < 4:
        message = "must tell name, description, number of actors and number of dimensions. Write them with commas between."
        problems.append(Problem(first[0].line, first[0].column, "", None, message, file))
        stop(problems)
    told: list[int] = []
    for cell, what in ((first[2], "number of actors"), (first[3], "number of dimensions")):
        whole = re.fullmatch(r"\d{1,4}", cell.text, re.ASCII)
        told.append(int(cell.text) if whole else 0)
        if not whole or told[-1] < 1:
            message = 'must be a whole number, 1 or more. A comma in the name or the description needs "quotes" round it.'
            problems.append(Problem(cell.line, cell.column, what, cell.text or None, message, file))
    stop(problems)
    return told[0], told[1]


def _dimensions(heads: list[Cell], count: int, file: str, problems: list[Problem]) -> tuple[str, ...]:
    """Return the names of the dimensions: the headings of positions, less that word."""
    wanted = _FIXED + 2 * count
    if len(heads) != wanted:
        message = (
            f"has {counted(len(heads), 'heading')}; must have {wanted}: Actor, Description, Influence, and for each of "
            f"{counted(count, 'dimension')} its "
            "position and its salience. Add what is missing, or correct the number of dimensions in the first line."
        )
        problems.append(Problem(heads[0].line, heads[0].column, "", None, message, file))
        return ()
    names = [_POSITION.sub("", cell.text) or cell.text for cell in heads[_FIXED::2]]
    for cell, name in zip(heads[_FIXED::2], names, strict=True):
        if not name or names.count(name) > 1:
            message = "must name a dimension, each by a name of its own."
            problems.append(Problem(cell.line, cell.column, "heading", name or None, message, file))
    return tuple(names)


def _actor(
    cells: list[Cell], dimensions: tuple[str, ...], file: str, problems: list[Problem]
) -> Actor | None:
    """Return the actor in a line, or nothing where the line cannot be read, having said why."""
    name, wanted = cells[0].text, _FIXED + 2 * len(dimensions)
    if len(cells) > wanted:
        message = (
            f'has {len(cells)} fields; must have {wanted}. A comma in a description needs "quotes" round it.'
        )
        problems.append(Problem(cells[0].line, cells[wanted].column, name, None, message, file))
        return None
    last = cells[-1]
    end = Cell("", last.line, last.column + len(last.text))
    cells = [*cells, *[end] * (wanted - len(cells))]
    whats = [("influence", 0, None)]
    for dimension in dimensions:
        whats += [(f"position on {dimension}", 0, 100), (f"salience of {dimension}", 0, 100)]
    read = [
        number(cell, f"{name}: {what}", file, low, high)
        for cell, (what, low, high) in zip(cells[2:], whats, strict=True)
    ]
    wrong = [value for value in read if isinstance(value, Problem)]
    problems += wrong
    values = [value for value in read if isinstance(value, Decimal)]
    if wrong:
        return None
    return Actor(name, cells[1].text, values[0], tuple(values[1::2]), tuple(values[2::2]))


def write_csv(actors: Actors) -> str:
    """Return the text of a CSV file."""
    heads = [f"{name} {what}" for name in actors.dimensions for what in ("Position", "Salience")]
    rows = [
        [actors.title, actors.description, str(len(actors.actors)), str(len(actors.dimensions))],
        ["Actor", "Description", "Influence", *heads],
    ]
    for actor in actors.actors:
        numbers = [v for pair in zip(actor.positions, actor.salience, strict=True) for v in pair]
        rows.append([actor.name, actor.description, *(plain(v) for v in (actor.influence, *numbers))])
    return "".join(",".join(_quoted(field) for field in row) + ",\n" for row in rows)


def _quoted(field: str) -> str:
    return '"' + field.replace('"', '""') + '"' if re.search(r'[",]|^\s|\s$', field) else field
