"""Checks of issues, parties, groups, detection and what goes on without an agreement."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.scenario._faults import listed
from holdfast.scenario.checks._file import File, Finding
from holdfast.scenario.model import PRINCIPAL_FIELDS

MOST_RINGS = 20  # told of; the rest are likely the same mistake
EXAMPLES = {
    "strength": "1.0, in the unit of all strengths",
    "war_cost": "{between: [0.03, 0.15]}",
    "crises_per_year": "{between: [0.1, 2]}",
    "noise": "{between: [0.02, 0.08]}",
    "word_cost": "{between: [0.01, 0.1]}",
}


def check_parties(file: File) -> Iterator[Finding]:
    """Check parties, groups, detection and support."""
    yield from _count_principals(file)
    for id_ in file.parties:
        yield from _principal(file, id_) if id_ in file.principals else _other(file, id_)
        lines = file.node("parties", id_, "red_lines")
        for index in range(len(lines.items) if lines is not None else 0):
            crosses = ("parties", id_, "red_lines", index, "crosses")
            yield from file.unknown_keys(crosses, file.issues, "issue")
    yield from check_stances(file)
    yield from _red_line_names(file)
    yield from check_groups(file)
    if file.has("detection"):
        yield from file.only_principals(("detection",), "is given")
        for id_ in file.principals if file.two_principals else ():
            if id_ not in file.keys("detection"):
                yield (
                    ("detection", id_),
                    "is missing. Write how likely an attack by it is attributed: 0.9.",
                    "missing",
                )
    yield from file.only_principals(("no_agreement", "support"), "is given")


def _count_principals(file: File) -> Iterator[Finding]:
    count = len(file.principals)
    if count == 2 or not file.parties:
        return
    found = f"only {next(iter(file.principals))} has" if count == 1 else "no party has"
    if count > 2:
        found = f"{listed(list(file.principals)[:10])} have"
    message = (
        f"exactly two principals are supported, the two that can break the ceasefire; {found} principal: true. "
        + ("Write it at two parties." if count < 2 else "Keep it at two of them.")
    )
    yield ("parties",), message, "key"


def _principal(file: File, id_: str) -> Iterator[Finding]:
    if id_ == "accident":
        yield ("parties", id_), "names the accidents in the results. Give the party another id.", "key"
    if len(file.principals) > 2 and not set(PRINCIPAL_FIELDS) & set(file.keys("parties", id_)):
        return  # likely the one too many
    for name in ("strength", *PRINCIPAL_FIELDS):
        if name not in file.keys("parties", id_):
            message = f"is missing; every principal needs it. Write {name}: {EXAMPLES[name]}."
            yield ("parties", id_, name), message, "missing"
    for mapping in ("positions", "salience"):
        if mapping not in file.keys("parties", id_):
            message = f"is missing; every principal needs a number for every issue: {', '.join(file.issues)}."
            yield ("parties", id_, mapping), message, "missing"
            continue
        for issue in file.issues:
            if issue not in file.keys("parties", id_, mapping):
                message = f"is missing; every principal needs it for every issue. Write {issue}: 0.5."
                yield ("parties", id_, mapping, issue), message, "missing"


def _other(file: File, id_: str) -> Iterator[Finding]:
    for name in (*PRINCIPAL_FIELDS, "red_lines") if file.two_principals else ():
        if name in file.keys("parties", id_):
            message = "is for principals only. Remove it, or write principal: true."
            yield ("parties", id_, name), message, "key"


def check_stances(file: File) -> Iterator[Finding]:
    """Check where parties stand in the bargaining, and what weight they have in it."""
    weighed = any(file.has("parties", id_, "influence") for id_ in file.parties)
    for id_ in file.parties:
        for mapping in ("positions", "salience"):
            yield from file.unknown_keys(("parties", id_, mapping), file.issues, "issue")
        if id_ in file.principals and "war" in file.root.mapping:
            continue  # a scenario's principals need both on every issue, and a strength
        stands, cares = (file.keys("parties", id_, mapping) for mapping in ("positions", "salience"))
        for issue in file.issues if file.issues.keys() >= {*stands, *cares} else ():
            if issue in stands and issue not in cares:
                message = f"is missing; it has a position on this issue. Write {issue}: 0.5, or remove its position."
                yield ("parties", id_, "salience", issue), message, "missing"
            if issue in cares and issue not in stands:
                message = f"is missing; the issue weighs for it. Write {issue}: 0.5, or remove its salience."
                yield ("parties", id_, "positions", issue), message, "missing"
        if stands and weighed and not file.has("parties", id_, "influence"):
            message = (
                "is missing; another party has one, and strength is in another unit. Write influence: 1.0."
            )
            yield ("parties", id_, "influence"), message, "missing"
        if stands and not weighed and not file.has("parties", id_, "strength"):
            message = "is missing; a party with positions needs a weight in the bargaining. Write influence: 1.0 at every party."
            yield ("parties", id_, "influence"), message, "missing"
    yield from file.unknown_keys(("no_agreement", "outcome"), file.issues, "issue")
    yield from file.unknown(file.ids("bargaining", "among"), file.actors, "party or group")


def check_bargainers(file: File) -> Iterator[Finding]:
    """Check a file that is about bargaining alone: two parties or more stand on every issue, and nobody has what only a scenario uses."""
    for id_ in file.parties:
        if file.has("parties", id_, "red_lines"):
            message = "means something in a scenario only, and changes nothing here. Remove it."
            yield ("parties", id_, "red_lines"), message, "key"
    named = {k for id_ in file.parties for k in file.keys("parties", id_, "positions")}
    for issue in file.issues if file.issues.keys() >= named else ():
        standing = [id_ for id_ in file.parties if issue in file.keys("parties", id_, "positions")]
        if len(standing) < 2:
            who = f"only {standing[0]} has" if standing else "no party has"
            message = f"{who} a position on it; a bargain takes two. Write parties.PARTY.positions: {{{issue}: 0.5}}."
            yield ("issues", issue), message, "key"


def _red_line_names(file: File) -> Iterator[Finding]:
    for id_ in file.parties:
        node = file.node("parties", id_, "red_lines")
        seen: set[str] = set()
        for index in range(len(node.items) if node is not None else 0):
            place = ("parties", id_, "red_lines", index, "id")
            name = file.text(*place) or str(index)
            if name in seen:
                yield place, "names two red lines of this party. Give each an id of its own.", "value"
            seen.add(name)


def check_groups(file: File) -> Iterator[Finding]:
    """Check that groups are made of parties."""
    for group in file.groups:
        if group in file.parties:
            yield ("groups", group), "is also the id of a party. Give the group another id.", "key"
        yield from file.unknown(file.ids("groups", group), file.actors, "party or group")
    for group in _in_rings(file)[:MOST_RINGS]:
        ring = _ring(file, group)
        if ring:
            way = " -> ".join(ring if len(ring) < 10 else [*ring[:8], "...", group])
            yield ("groups", group), f"contains itself: {way}. A group is made of other parties.", "key"


def _ring(file: File, group: str) -> list[str]:
    """Find the way from a group back to itself, or nothing."""
    came: dict[str, str] = {}
    waiting = [group]
    while waiting:
        here = waiting.pop()
        for _, inner in file.ids("groups", here):
            if inner == group:
                way = [group, here]
                while way[-1] != group:
                    way.append(came[way[-1]])
                return way[::-1] if here != group else [group, group]
            if inner in file.groups and inner not in came:
                came[inner] = here
                waiting.append(inner)
    return []


def _in_rings(file: File) -> list[str]:
    """Find the groups that contain themselves: those left when groups made of finished ones are taken away."""
    inner = {
        group: {id_ for _, id_ in file.ids("groups", group)} & file.groups.keys() for group in file.groups
    }
    outer: dict[str, list[str]] = {group: [] for group in file.groups}
    for group, within in inner.items():
        for id_ in within:
            outer[id_].append(group)
    finished = [group for group, within in inner.items() if not within]
    while finished:
        done = finished.pop()
        for group in outer[done]:
            inner[group].discard(done)
            if not inner[group]:
                finished.append(group)
    return [group for group, within in inner.items() if within]
