"""Checks across the file that need no arrays: what one part of a conflict says of another. They run on malformed files too."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import chain, islice

from holdfast.bargaining.conflict.statements import WORDS
from holdfast.scenario.reading import JUDGEMENT, File, Finding, Loc, Node, listed
from holdfast.study.conflict.model import ORDERS
from holdfast.study.conflict.preferences import order_faults

__all__ = ["check_conflict"]

MOST_FINDINGS = 1_000
SECTIONS = ("sources", "parties", "options", "states", "moves", "preferences")
MOST_PARTIES = 10
"""All coalitions are looked at, 2^parties − 1 of them."""


def check_conflict(root: Node, misspelt: Collection[Loc] = ()) -> list[Finding]:
    """Check ids, sources and what must or must not stand together."""
    if any(name in root.mapping and root.mapping[name].twice for name in SECTIONS):
        return []  # what was meant by an id is not known
    file = File(root, misspelt)
    found = chain(
        _parties(file),
        _sources(file, root, ()),
        _shape(file),
        _names(file),
        _options(file),
        _states(file),
        _preferences(file),
        _orders(file),
    )
    return list(islice(found, MOST_FINDINGS))


def _parties(file: File) -> Iterator[Finding]:
    parties = list(file.parties)
    if len(parties) == 1:
        yield ("parties",), "has one party; a conflict needs two or more. Add the others.", "value"
    if len(parties) > MOST_PARTIES:
        yield (
            ("parties",),
            f"has {len(parties)} parties; at most {MOST_PARTIES} can be looked at. Put some together.",
            "value",
        )
    for section in ("moves", "preferences"):
        yield from file.unknown_keys((section,), parties, "party")
    if file.keys("preferences"):
        for party in parties:
            if party not in file.keys("preferences"):
                message = f"is missing: {party} has no preferences. Write {' or '.join(ORDERS[:2])} for it."
                yield ("preferences", party), message, "missing"


def _sources(file: File, node: Node, loc: Loc) -> Iterator[Finding]:
    """Check every ``source`` that stands anywhere, and that judgement gives its reason."""
    if loc[:1] == ("sources",):
        if JUDGEMENT in node.mapping:
            message = "is built in, for what no publication says. Give this source another id."
            yield (*loc, JUDGEMENT), message, "key"
        return
    if "source" in node.mapping and len(loc) > 1:
        named = list(file.ids(*loc, "source"))
        yield from file.unknown(iter(named), [*file.keys("sources"), JUDGEMENT], "source")
        if any(name == JUDGEMENT for _, name in named) and "because" not in node.mapping:
            message = 'is missing: the reason for this judgement. Write because: "…".'
            yield (*loc, "because"), message, "missing"
    steps: Iterable[tuple[str | int, Node]] = (*node.mapping.items(), *enumerate(node.items))
    for step, child in steps:
        if child.mapping or child.items:
            yield from _sources(file, child, (*loc, step))


def _shape(file: File) -> Iterator[Finding]:
    """Check that states are either listed, with moves, or built from options."""
    built = file.has("options")
    if not built and not file.keys("states"):
        message = (
            "is missing: list states and moves, or write options, of whose combinations states are made."
        )
        yield ("states",), message, "missing"
    if built and file.has("moves"):
        yield (
            ("moves",),
            "belongs to states that are listed; with options, moves follow from them. Take it away, or options.",
            "key",
        )
    if not built and file.has("infeasible"):
        yield ("infeasible",), "belongs to options; states that are listed are all feasible.", "key"
    for state in file.keys("states"):
        given = [key for key in ("taken", "where") if file.node("states", state, key) is not None]
        if built and len(given) != 1:
            has = "has taken and where" if given else "does not say which combinations it is"
            yield (
                ("states", state),
                f"{has}; must have exactly one of taken and where. Write taken: [] where no option is taken.",
                "value",
            )
        for key in given if not built else ():
            yield ("states", state, key), "belongs to states that are built from options.", "key"


def _names(file: File) -> Iterator[Finding]:
    """Check that no two parties, options or states are called the same."""
    for section in ("parties", "options", "states"):
        owner: dict[str, str] = {}
        for id_ in file.keys(section):
            for word, loc in (
                (id_, (section, id_)),
                (file.text(section, id_, "name"), (section, id_, "name")),
            ):
                key = word.strip().casefold()
                other = owner.setdefault(key, id_) if key else id_
                if other != id_:
                    is_id = len(loc) == 2
                    yield loc, _same(id_, other, is_id=is_id), "key" if is_id else "value"


def _same(id_: str, other: str, *, is_id: bool) -> str:
    """Say that a name or an id is what another is called."""
    if is_id and id_.casefold() == other.casefold():
        return f"differs from {other} by capitals only, and a reader would take it for that. Give one of the two another id."
    return f"is what {other} is called already. Give one of the two another {'id' if is_id else 'name'}."


def _options(file: File) -> Iterator[Finding]:
    for option in file.keys("options"):
        if option in WORDS:
            message = f"is a word of statements ({listed(WORDS)}). Give the option another id."
            yield ("options", option), message, "key"
        yield from file.unknown(file.ids("options", option, "by"), file.parties, "party")
    for state in file.keys("states"):
        yield from file.unknown(file.ids("states", state, "taken"), file.keys("options"), "option")


def _states(file: File) -> Iterator[Finding]:
    """Check ids of states where all of them are listed; those of combinations are not known yet."""
    if file.has("options"):
        return
    known = file.keys("states")
    yield from file.unknown(file.ids("status_quo"), known, "state")
    for party in file.keys("moves"):
        for kind in ("to", "both_ways"):
            yield from file.unknown_keys(("moves", party, kind), known, "state")
            for state in file.keys("moves", party, kind):
                place = ("moves", party, kind, state)
                yield from file.unknown(file.ids(*place), known, "state")
                for loc, end in file.ids(*place):
                    if end == state:
                        yield loc, "leads from a state to itself, which is no move. Take it away.", "value"


def _preferences(file: File) -> Iterator[Finding]:
    for party in file.keys("preferences"):
        node = file.node("preferences", party)
        if node is None or not node.mapping:
            continue
        given = [key for key in ORDERS if file.has("preferences", party, key)]
        if len(given) != 1:
            has = f"has {listed(given)}" if given else "does not say which states are better"
            yield (
                ("preferences", party),
                f"{has}; must have exactly one of {', '.join(ORDERS)}. Write order: and the states, the best first.",
                "value",
            )
        if "statements" in given and not file.has("options"):
            message = "speaks of options, and this file has none. Use order, ranks or pairs."
            yield ("preferences", party, "statements"), message, "key"


def _orders(file: File) -> Iterator[Finding]:
    """Check which states orders and ranks name, where all states are listed; those of combinations are not known yet."""
    states = tuple(file.keys("states"))
    if file.has("options") or not states:
        return
    for party in file.keys("preferences"):
        if party not in file.parties:
            continue
        place = ("preferences", party)
        if file.has(*place, "ranks"):
            yield from order_faults(states, (*place, "ranks"), ranked=tuple(file.keys(*place, "ranks")))
        order = file.node(*place, "order")
        tiers = [
            tuple(id_ for _, id_ in file.ids(*place, "order", n))
            for n in range(len(order.items if order else ()))
        ]
        if tiers and all(tiers):  # what is no id is told elsewhere
            yield from order_faults(states, (*place, "order"), tiers=tuple(tiers))
