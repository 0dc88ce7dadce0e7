"""KTAB's CSV: a line for the scenario, a line of headings, then a line an actor, each perhaps with a comma at its end.

Name, description, number of actors, number of dimensions,
Actor,Description,Influence,First Position,First Salience,Second Position,…
XJ,Xi Jinping,100,20,60,…
"""

from __future__ import annotations

import re
from decimal import Decimal

from holdfast.errors import Problem
from holdfast.scenario.ktab.actors import Actor, Actors, Cell, faults_of, names_of, number, plain, sums_of
from holdfast.scenario.ktab.csv_records import records
from holdfast.scenario.ktab.headings import FIXED, absent_lines, dimensions_of
from holdfast.scenario.ktab.limits import one_line
from holdfast.scenario.reading import MAX_ENTRIES, counted, stop

__all__ = ["read_csv", "write_csv"]


def read_csv(text: str, file: str) -> Actors:
    """Return what a CSV file says.

    Raises
    ------
    ScenarioError
        With everything that is wrong with it.
    """
    if (other := _separator(text)) is not None:
        # and nothing else: fields that are not told apart have no mistakes of their own
        message = f"has {other} between its fields; KTAB’s CSV has commas. Save it with commas between fields, and points in numbers."
        stop([Problem(1, 1, "", None, message, file)])
    problems: list[Problem] = []
    rows = records(text, file, problems)
    if len(rows) < 2:
        message = "must have a line for the scenario, a line of headings and a line for each actor. Is this KTAB's CSV?"
        stop([*problems, Problem(0, 0, "", None, message, file)])
    first, heads, *lines = rows
    problems += absent_lines(first, heads, file)
    stop(problems)
    counts = _counts(first, file, problems)
    dimensions = dimensions_of(heads, counts[1], file, problems)
    stop(problems)
    found: list[tuple[Cell, Actor]] = []
    for cells in lines:
        actor = _actor(cells, dimensions, file, problems)
        if actor is not None:
            found.append((cells[0], actor))
    if counts[0] != len(lines):
        where = first[2]
        message = "must be the number of actors; no line of one follows. Write a line for each actor."
        if lines:
            message = (
                f"must be the number of actors; {counted(len(lines), 'line')} of them follow{'s' * (len(lines) == 1)}. "
                f"Write {len(lines)}, or add what is missing."
            )
        problems.append(Problem(where.line, where.column, "number of actors", where.text, message, file))
    problems += names_of(((cells[0], one_line(cells[0].text)) for cells in lines), file)
    problems += sums_of(found, file)
    if len(found) == len(lines) and lines:
        problems += faults_of(found, dimensions, file)
    stop(problems)
    rest = ", ".join(cell.text for cell in first[4:])
    ignored = (f"what stands in the first line after the number of dimensions: {rest[:60]}",) if rest else ()
    title, description = one_line(first[0].text), first[1].text
    return Actors(title, description, dimensions, tuple(actor for _, actor in found), ignored)


def _separator(text: str) -> str | None:
    """Return what stands between fields in place of commas, by the first two lines with anything outside of quotes."""
    bare = re.sub(r'"(?:[^"]|"")*"', "x", text[:20_000])
    lines = [line for line in bare.splitlines() if line.strip()][:2]
    for sign, name in ((";", "semicolons"), ("\t", "tabs")):
        if lines and all(line.count(sign) > max(2, line.count(",")) for line in lines):
            return name
    return None


def _counts(first: list[Cell], file: str, problems: list[Problem]) -> tuple[int, int]:
    """Return the numbers of actors and dimensions that the first line tells."""
    if len(first) < 4:
        message = "must tell name, description, number of actors and number of dimensions. Write them with commas between."
        stop([*problems, Problem(first[0].line, first[0].column, "", None, message, file)])
    told: list[int] = []
    for cell, what in ((first[2], "number of actors"), (first[3], "number of dimensions")):
        whole = re.fullmatch(r"\d{1,9}", cell.text, re.ASCII)
        told.append(int(cell.text) if whole else 0)
        if not 1 <= told[-1] <= MAX_ENTRIES:
            message = (
                f"must be a whole number from 1 to {MAX_ENTRIES}, the most that a file of positions takes."
            )
            if not re.fullmatch(r"\d+", cell.text, re.ASCII):
                message += ' A comma in the name or the description needs "quotes" round it.'
            problems.append(Problem(cell.line, cell.column, what, cell.text[:40] or None, message, file))
    stop(problems)
    return told[0], told[1]


def _actor(
    cells: list[Cell], dimensions: tuple[str, ...], file: str, problems: list[Problem]
) -> Actor | None:
    """Return the actor in a line, or nothing where the line cannot be read, having said why."""
    name, wanted = one_line(cells[0].text), FIXED + 2 * len(dimensions)
    if len(cells) > wanted:
        message = f'has {counted(len(cells), "field")}; must have {wanted}. A comma in a description needs "quotes" round it.'
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
