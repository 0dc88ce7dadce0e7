"""Checks across the file: what one part of an agreement says of another."""

from __future__ import annotations

import dataclasses
import datetime as dt
import zoneinfo
from collections.abc import Collection, Iterable, Iterator
from itertools import chain, islice, pairwise

from holdfast.monitoring.reports import Report
from holdfast.scenario.reading import JUDGEMENT, File, Finding, Loc, Node, check_values, did_you_mean

MOST_FINDINGS = 1_000
SECTIONS = (
    "sources",
    "parties",
    "observers",
    "lines",
    "zones",
    "sectors",
    "weapons",
    "articles",
    "exemptions",
    "triggers",
)
FIELDS = [field.name for field in dataclasses.fields(Report)]
ONE_DAY = dt.timedelta(days=1)


def check_agreement(root: Node, misspelt: Collection[Loc] = ()) -> list[Finding]:
    """Check what needs no maps; runs on malformed files too."""
    if any(name in root.mapping and root.mapping[name].twice for name in SECTIONS):
        return list(islice(check_values(root), MOST_FINDINGS))
    file = File(root, misspelt)
    found = chain(
        _time_zones(file),
        _sources(file, root, ()),
        _periods(file, root, ()),
        _drawings(file),
        _rings(file),
        _ids(file),
        _exclusive(file),
        _names(file),
        check_values(root),
    )
    return list(islice(found, MOST_FINDINGS))


def _time_zones(file: File) -> Iterator[Finding]:
    places: list[Loc] = [
        ("time_zone",),
        *(("windows", window, "time_zone") for window in file.keys("windows")),
    ]
    for place in places:
        name = file.text(*place)
        if name and not _is_zone(name):
            known = did_you_mean(name, zoneinfo.available_timezones())
            yield place, f"is no time zone of the IANA database, such as Europe/Kyiv. {known}", "value"


def _is_zone(name: str) -> bool:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):  # a path, a folder of the database
        return False
    return True


def _sources(file: File, node: Node, loc: Loc) -> Iterator[Finding]:
    """Check every ``source`` that stands anywhere, and that judgement gives its reason."""
    if loc[:1] == ("sources",):
        if JUDGEMENT in node.mapping:
            message = "is built in, for what no publication says. Give this source another id."
            yield (*loc, JUDGEMENT), message, "key"
        return
    if "source" in node.mapping:
        known = [*file.keys("sources"), JUDGEMENT]
        named = list(file.ids(*loc, "source"))
        yield from file.unknown(iter(named), known, "source")
        if any(name == JUDGEMENT for _, name in named) and "because" not in node.mapping:
            yield (
                (*loc, "because"),
                'is missing: the reason for this judgement. Write because: "…".',
                "missing",
            )
    for step, child in _children(node):
        yield from _sources(file, child, (*loc, step))


def _children(node: Node) -> Iterable[tuple[str | int, Node]]:
    return (*node.mapping.items(), *enumerate(node.items))


def _day(file: File, *loc: str | int) -> dt.date | None:
    try:
        return dt.date.fromisoformat(file.text(*loc))
    except ValueError:
        return None


def _periods(file: File, node: Node, loc: Loc) -> Iterator[Finding]:
    """Check that no period ends before it begins."""
    since, until = _day(file, *loc, "since"), _day(file, *loc, "until")
    if since is not None and until is not None and until < since:
        yield (*loc, "until"), f"is before since, {since}. Write a later day, or none.", "value"
    for step, child in _children(node):
        if child.mapping or child.items:
            yield from _periods(file, child, (*loc, step))


def _drawings(file: File) -> Iterator[Finding]:
    """Check that the drawings of one thing follow each other without overlap or gap."""
    for section in ("lines", "zones"):
        for name in file.keys(section):
            place = (section, name, "drawn")
            node = file.node(*place)
            count = len(node.items) if node is not None else 0
            for before, after in pairwise(range(count)):
                end, begin = _day(file, *place, before, "until"), _day(file, *place, after, "since")
                if end is None and not file.has(*place, before, "until"):
                    message = f"is missing: entry {after + 1} follows. Write the last day of this drawing."
                    yield (*place, before, "until"), message, "missing"
                elif begin is None and not file.has(*place, after, "since"):
                    message = (
                        f"is missing: entry {before + 1} goes before. Write the first day of this drawing."
                    )
                    yield (*place, after, "since"), message, "missing"
                elif end is not None and begin is not None and begin != end + ONE_DAY:
                    what = (
                        "overlaps the drawing before, which"
                        if begin <= end
                        else "leaves a gap: the drawing before"
                    )
                    message = f"{what} ends on {end}. Write {end + ONE_DAY}, or change that day."
                    yield (*place, after, "since"), message, "value"


def _rings(file: File) -> Iterator[Finding]:
    """Check that no zone is, in the end, a distance from itself."""
    for zone in file.keys("zones"):
        waiting, seen = [zone], set[str]()
        while waiting:
            for _, name in file.ids("zones", waiting.pop(), "nearer_than", "of"):
                if name == zone:
                    yield (
                        ("zones", zone, "nearer_than", "of"),
                        f"goes in a ring: {zone} is a distance from itself.",
                        "value",
                    )
                    return
                if name not in seen:
                    seen.add(name)
                    waiting.append(name)


def _ids(file: File) -> Iterator[Finding]:
    """Check every id that stands for something defined elsewhere."""
    shapes = [*file.keys("lines"), *file.keys("zones")]
    for id_ in file.keys("lines"):
        if id_ in file.keys("zones"):
            yield ("zones", id_), "is the id of a line already. Give one of the two another id.", "key"
    for zone in file.keys("zones"):
        yield from file.unknown(file.ids("zones", zone, "nearer_than", "of"), shapes, "line or zone")
    for sector in file.keys("sectors"):
        yield from file.unknown(file.ids("sectors", sector, "zone"), file.keys("zones"), "zone")
    for window in file.keys("windows"):
        yield from file.unknown(file.ids("windows", window, "of"), file.keys("observers"), "observer")
    for article in file.keys("articles"):
        place = ("articles", article)
        yield from file.unknown(file.ids(*place, "to"), file.parties, "party")
        yield from _conditions(file, place, shapes)
    for exemption in file.keys("exemptions"):
        place = ("exemptions", exemption)
        yield from file.unknown(file.ids(*place, "of"), file.keys("articles"), "article")
        yield from file.unknown(file.ids(*place, "when", "by"), file.parties, "party")
        yield from _conditions(file, (*place, "when"), shapes)
    for trigger in file.keys("triggers"):
        place = ("triggers", trigger)
        yield from file.unknown(file.ids(*place, "articles"), file.keys("articles"), "article")
        yield from file.unknown(file.ids(*place, "by"), file.parties, "party")
        yield from file.unknown(file.ids(*place, "sectors"), file.keys("sectors"), "sector")
    yield from _listed(file, ("observation", "not_observed"))
    yield from _listed(file, ("confidential",))
    yield from file.unknown(file.ids("observation", "tallied_by"), file.keys("observers"), "observer")


def _conditions(file: File, place: Loc, shapes: list[str]) -> Iterator[Finding]:
    yield from file.unknown(file.ids(*place, "weapons"), file.keys("weapons"), "class of weapons")
    for key in ("inside", "outside"):
        yield from file.unknown(file.ids(*place, "where", key), file.keys("zones"), "zone")
    for key in ("nearer_than", "beyond"):
        yield from file.unknown(file.ids(*place, "where", key, "of"), shapes, "line or zone")


def _listed(file: File, place: Loc) -> Iterator[Finding]:
    node = file.node(*place)
    for index in range(len(node.items) if node is not None else 0):
        yield from file.unknown(file.ids(*place, index, "sectors"), file.keys("sectors"), "sector")
        yield from file.unknown(file.ids(*place, index, "observers"), file.keys("observers"), "observer")
        yield from file.unknown(file.ids(*place, index, "fields"), FIELDS, "field of a report")
        yield from file.unknown(file.ids(*place, index, "kept_from"), file.parties, "party")


def _exclusive(file: File) -> Iterator[Finding]:
    """Check what must have one of several keys."""
    for zone in file.keys("zones"):
        given = [key for key in ("drawn", "nearer_than") if file.has("zones", zone, key)]
        if len(given) != 1:
            found = "has drawn and nearer_than" if given else "is nowhere"
            message = f"{found}; must have exactly one of drawn and nearer_than."
            yield ("zones", zone), message, "value"
    wheres: list[Loc] = [("articles", name, "where") for name in file.keys("articles")]
    wheres += [("exemptions", name, "when", "where") for name in file.keys("exemptions")]
    wheres += [("exemptions", name, "when") for name in file.keys("exemptions")]
    for place in wheres:
        node = file.node(*place)
        if node is not None and node.content == {}:
            yield place, "has no condition. Write one, or remove the key.", "value"
    for weapon in file.keys("weapons"):
        if not any(file.has("weapons", weapon, key) for key in ("words", "calibre_mm")):
            message = "does not say what belongs to it. Write words, calibre_mm or both."
            yield ("weapons", weapon), message, "value"
        low, high = (file.number("weapons", weapon, "calibre_mm", key) for key in ("at_least", "below"))
        if low is not None and high is not None and high <= low:
            yield ("weapons", weapon, "calibre_mm", "below"), f"must be above at_least, {low:g}.", "value"
    rate = ("counting", "effects_per_incident")
    low, likely, high = (file.number(*rate, key) for key in ("low", "likely", "high"))
    if low is not None and likely is not None and high is not None and not low <= likely <= high:
        yield rate, "must ascend: low, likely, high.", "value"


def _names(file: File) -> Iterator[Finding]:
    """Check that a name in a report means one thing."""
    for section in ("parties", "observers", "sectors"):
        owner: dict[str, str] = {}
        for id_ in file.keys(section):
            said = [
                ("id", id_, (section, id_)),
                ("name", file.text(section, id_, "name"), (section, id_, "name")),
            ]
            said += [("", word, loc) for loc, word in file.ids(section, id_, "reported_as")]
            for _, word, loc in said:
                key = word.strip().casefold()
                if key and owner.setdefault(key, id_) != id_:
                    yield loc, f"is what {owner[key]} is called already; a report could mean either.", "value"
