"""Checks of what points elsewhere: sources, same_as and correlations."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

import numpy as np

from holdfast.scenario._faults import Loc, did_you_mean
from holdfast.scenario._fields import MOST_CORRELATED, id_fault
from holdfast.scenario._nodes import Node
from holdfast.scenario._parse import JUDGEMENT
from holdfast.scenario._parse import KINDS as QUANTITY_KINDS
from holdfast.scenario._syntax import shorten
from holdfast.scenario.checks._file import File, Finding
from holdfast.scenario.draws import correlation_pairs, matrices
from holdfast.scenario.paths import SHARED, dotted, is_quantity, key_of, locate, node_at

LONGEST_PATH = 400


def check_links(file: File) -> Iterator[Finding]:
    """Check sources, same_as and correlations."""
    known = [*file.keys("sources"), JUDGEMENT]
    if JUDGEMENT in file.keys("sources"):
        message = "is built in, for numbers that no publication gives. Give this source another id."
        yield ("sources", JUDGEMENT), message, "key"
    ends: set[str] = set()
    for loc, node in _quantities(file.root, ()):
        yield from file.unknown(file.ids(*loc, "source"), known, "source")
        if "same_as" in node.mapping:
            yield from _same_as(file, (*loc, "same_as"), ends)
    yield from _correlations(file)


def check_values(node: Node, loc: Loc = ()) -> Iterator[Finding]:
    """Check that no key stands without a value; only ``body`` may be null."""
    if node.content is None and loc[-1:] != ("body",):
        name = str(loc[-1]) if loc else ""
        message = "has no value. Write one after the colon, or remove the key."
        if id_fault(name):
            message = "has no value. Is it text after a comma? Text with a comma needs quotes."
        yield loc, message, "value"
    for key, child in node.mapping.items():
        yield from check_values(child, (*loc, key))
    for index, child in enumerate(node.items):
        yield from check_values(child, (*loc, index))


def _quantities(node: Node, loc: Loc) -> Iterator[tuple[Loc, Node]]:
    """Every mapping that has a kind of quantity as a key."""
    if any(kind in node.mapping for kind in QUANTITY_KINDS):
        yield loc, node
    for key, child in node.mapping.items():
        if child.mapping or child.items:
            yield from _quantities(child, (*loc, key))
    for index, child in enumerate(node.items):
        if child.mapping or child.items:
            yield from _quantities(child, (*loc, index))


def _wrong_path(file: File, path: str) -> str | None:
    """Say why a path names no number; nothing where a key that is told of already explains it."""
    place = locate(file.root, path) if len(path) < LONGEST_PATH else None
    if place is None and _misspelt(file, path):
        return ""
    if place is None:
        return f"leads nowhere. {_nearest(file, path)}"
    if not is_quantity(node_at(file.root, place)) or path.startswith(("sources.", "correlations.")):
        return "is no number of this file. Name the path of a number, such as parties.A.strength."
    return None


def _misspelt(file: File, path: str) -> bool:
    """Whether the path's first part that is not there seems to stand there misspelt."""
    parts = path[:LONGEST_PATH].split(".")
    for length in range(len(parts) - 1, -1, -1):
        place = locate(file.root, ".".join(parts[:length]))
        if place is not None and node_at(file.root, place) is not None:
            there = [str(loc[-1]) for loc in file.misspelt if loc[:-1] == place]
            return bool(get_close_matches(parts[length], there, n=1))
    return False


def _nearest(file: File, path: str) -> str:
    """Say how far a path is right, and what could come next."""
    parts = path[:LONGEST_PATH].split(".")
    for length in range(len(parts) - 1, -1, -1):
        above = ".".join(parts[:length])
        place = locate(file.root, above)
        node = node_at(file.root, place) if place is not None else None
        if node is not None:
            where = f"under {shorten(above)}" if above else "in the file"
            return f"{shorten(parts[length])} is not {where}. {did_you_mean(parts[length], node.mapping)}"
    return "Name the path of a number, such as parties.A.strength."


def _same_as(file: File, loc: Loc, ends: set[str]) -> Iterator[Finding]:
    """Follow ``same_as`` to its end; ``ends`` are paths known to have one, or to be in a ring already told."""
    path = file.text(*loc)
    if not path:
        return
    wrong = _wrong_path(file, path)
    if wrong is not None:
        if wrong:
            yield loc, wrong, "value"
        return
    way = {dotted(file.root, loc[:-1]): None}
    while path and path not in ends and path not in way:
        way[path] = None
        place = locate(file.root, path)
        path = file.text(*place, "same_as") if place is not None else ""
    ends.update(way)
    if path in way:
        steps = list(way)
        ring = [*steps[steps.index(path) :][:8], path]
        place = locate(file.root, path)
        message = f"goes in a ring: {' -> '.join(ring)}. Give one of them a number."
        yield ((*place, "same_as") if place is not None else loc), message, "value"


def _correlations(file: File) -> Iterator[Finding]:
    node = file.node("correlations")
    sound: list[tuple[list[str], float]] = []
    first_of: dict[tuple[str, str], int] = {}
    for index in range(len(node.items) if node is not None else 0):
        place = ("correlations", index, "between")
        if len(list(file.ids(*place))) > MOST_CORRELATED:
            continue
        wrong = list(_correlated_paths(file, place))
        yield from wrong
        paths = [path for _, path in file.ids(*place)]
        keys = [key_of(path) for path in paths]
        if len(set(keys)) < len(keys) and len(set(paths)) == len(paths):
            yield place, "names one number under two proposals; there they are equal already.", "value"
            continue
        again = [pair for pair in correlation_pairs([(paths, 0.0)]) if pair in first_of]
        if again:
            message = f"{again[0][0]} and {again[0][1]} are correlated by entry {first_of[again[0]]} already."
            yield place, f"names a pair twice: {message}", "value"
        first_of.update(dict.fromkeys(correlation_pairs([(paths, 0.0)]), index + 1))
        rank = file.number("correlations", index, "rank")
        if not wrong and not again and rank is not None and abs(rank) < 1:
            sound.append((paths, rank))
    for keys, matrix in matrices(correlation_pairs(sound)):
        if len(keys) > MOST_CORRELATED:
            message = f"join {len(keys):,} numbers; at most {MOST_CORRELATED} can be correlated together."
            yield ("correlations",), message, "key"
        elif float(np.linalg.eigvalsh(matrix).min()) < 1e-9:
            named = ", ".join(keys[:6])
            message = (
                f"cannot all hold at once: the correlations among {named} contradict each other. Weaken them."
            )
            yield ("correlations",), message, "key"


def _correlated_paths(file: File, place: Loc) -> Iterator[Finding]:
    for loc, path in file.ids(*place):
        full = (
            [f"proposals.{proposal}.{path}" for proposal in file.proposals]
            if path.startswith(SHARED)
            else [path]
        )
        found = [node_at(file.root, there) for name in full if (there := locate(file.root, name)) is not None]
        wrong = _wrong_path(file, path) if not found or not path.startswith(SHARED) else None
        if wrong is not None:
            if wrong:
                yield loc, wrong, "value"
            continue
        if any(node is not None and "same_as" in node.mapping for node in found):
            yield loc, "is the same as another number. Correlate that one.", "value"
        elif all(node is None or not node.mapping or "value" in node.mapping for node in found):
            yield loc, "is a plain number, which cannot vary with anything. Give it a range.", "value"
