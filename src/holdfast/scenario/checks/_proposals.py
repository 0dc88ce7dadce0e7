"""Checks of proposals: outcomes, signatories, and the parties and bodies that terms name."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.scenario._faults import Loc, did_you_mean, listed
from holdfast.scenario.checks._file import File, Finding
from holdfast.scenario.paths import term_key
from holdfast.scenario.terms._base import SHARINGS


def check_proposals(file: File) -> Iterator[Finding]:
    """Check every proposal and its terms."""
    for proposal in file.proposals:
        yield from _outcome(file, proposal)
        yield from _signatories(file, proposal)
    yield from _keys(file)
    for _, kind, loc in file.terms():
        if kind in _CHECKS:
            yield from _CHECKS[kind](file, loc)
            yield from file.only_principals((*loc, "upkeep"), "is counted")


def _outcome(file: File, proposal: str) -> Iterator[Finding]:
    place = ("proposals", proposal, "outcome")
    yield from file.unknown_keys(place, file.issues, "issue")
    if "outcome" not in file.keys("proposals", proposal):
        return
    for issue in file.issues:
        if issue not in file.keys(*place):
            message = f"is missing; a proposal settles every issue. Write {issue}: 0.5."
            yield (*place, issue), message, "missing"


def _signatories(file: File, proposal: str) -> Iterator[Finding]:
    place = ("proposals", proposal)
    signing: list[str] = []
    for loc, name in file.ids(*place, "signatories"):
        signing.append(name)
        if name in file.groups and name not in file.parties:
            members = ", ".join(sorted(file.members("groups", name)))
            yield loc, f"is a group; a group does not sign. Name its members: [{members}].", "value"
        elif name not in file.parties:
            yield loc, f"is no party of this file. {did_you_mean(name, file.parties)}", "value"
        elif file.two_principals and name not in file.principals and name not in file.keys(*place, "accepts"):
            message = (
                f"is missing: {name} signs and is no principal. Write how likely it accepts: {name}: 0.9."
            )
            yield (*place, "accepts", name), message, "missing"
    for name in file.keys(*place, "accepts"):
        if name in file.principals:
            message = "is worked out by the model for a principal. Remove it."
        elif name not in signing:
            message = f"is no signatory of {proposal}. {did_you_mean(name, signing)}"
        else:
            continue
        yield (*place, "accepts", name), message, "key"


def _keys(file: File) -> Iterator[Finding]:
    """Two terms of one proposal may not have the same key, or paths could not tell them apart."""
    seen: dict[tuple[str, str, str], tuple[Loc, int]] = {}
    for proposal, kind, loc in file.terms():
        node = file.node(*loc)
        key = term_key(kind, node) if node is not None and kind in _CHECKS else None
        if node is None or key is None:
            continue
        first, line = seen.setdefault((proposal, kind, key), (loc, node.line))
        if first != loc:
            message = (
                f"is a second {kind} called {key}; the first is on line {line}. Give each an id: of its own."
            )
            yield (loc if "id" not in node.mapping else (*loc, "id")), message, "key"


def _principal(file: File, loc: Loc) -> Iterator[Finding]:
    for place, name in file.ids(*loc):
        if name in file.parties and name not in file.principals and file.two_principals:
            yield place, f"must be a principal: {' or '.join(file.principals)}.", "value"
        elif name not in file.parties:
            yield (
                place,
                f"is no party of this file. {did_you_mean(name, file.principals or file.parties)}",
                "value",
            )


def _guarantors(file: File, loc: Loc) -> Iterator[Finding]:
    """Check who gives a pledge or deployment, to whom, and against whom."""
    yield from file.unknown(file.ids(*loc, "by"), file.actors, "party or group")
    yield from _principal(file, (*loc, "to"))
    yield from _principal(file, (*loc, "against"))
    to, against = file.text(*loc, "to"), file.text(*loc, "against")
    if to and to == against:
        others = [id_ for id_ in file.principals if id_ != to]
        hint = f" Write {others[0]}." if len(others) == 1 else ""
        yield (*loc, "against"), f"is also whom it is to; it must be the other principal.{hint}", "value"
    members = file.members(*loc, "by")
    for name in (to, against):
        if name and name in members:
            what = "whom it protects" if name == to else "whom it is against"
            message = f"includes {name}, {what}; nobody guarantees that for itself. Name the others."
            yield (*loc, "by"), message, "value"


def _strength(file: File, loc: Loc) -> Iterator[Finding]:
    place = (*loc, "strength")
    if not file.has(*place):
        return
    members = sorted(file.members(*loc, "by"))
    own = [member for member in members if file.has(*loc, "overrides", member, "strength")]
    ways = [way for way in SHARINGS if way in file.keys(*place)]
    if not ways:
        if len(members) > 1:
            message = f"is by {len(members)} parties, so that a number alone is unclear. Write each:, share: or total:."
            yield place, message, "value"
        return
    if file.text(*loc, "kind") == "sanctions" and "share" in ways:
        message = "is not possible for sanctions, which do not come out of strength. Write each: or total:."
        yield (*place, "share"), message, "key"
        return
    if "each" in ways:
        return
    lacking = [m for m in members if m not in own and not file.has("parties", m, "strength")]
    if lacking:
        message = f"needs the strengths of the members. Give {listed(lacking)} a strength under parties."
        yield (*place, ways[0]), message, "key"
    if "total" in ways and members and len(own) == len(members):
        message = "is divided among members without a strength of their own, and there are none. Write each:."
        yield (*place, "total"), message, "key"


def _pledge(file: File, loc: Loc) -> Iterator[Finding]:
    yield from _guarantors(file, loc)
    yield from _strength(file, loc)
    yield from file.unknown(file.ids(*loc, "body"), file.bodies, "body")
    members = sorted(file.members(*loc, "by"))
    clear = all(name in file.parties or name in file.groups for _, name in file.ids(*loc, "by"))
    for party in file.keys(*loc, "overrides"):
        if party not in members and clear:
            message = f"does not give this pledge, so that nothing can differ for it. {did_you_mean(party, members)}"
            yield (*loc, "overrides", party), message, "key"
        yield from file.unknown(file.ids(*loc, "overrides", party, "body"), file.bodies, "body")


def _deployment(file: File, loc: Loc) -> Iterator[Finding]:
    yield from _guarantors(file, loc)
    yield from _strength(file, loc)
    place, keys = file.text(*loc, "place"), file.keys(*loc)
    if place == "in-country":
        if "strength" not in keys:
            message = "is missing; troops in the country are counted by it. Write strength: {each: 0.1}."
            yield (*loc, "strength"), message, "missing"
        if "readiness" in keys:
            yield (*loc, "readiness"), "is for near-border troops only. Remove it.", "key"
    if place == "near-border" and "tripwire" in keys:
        yield (*loc, "tripwire"), "is for in-country troops only. Remove it.", "key"


def _strengthening(file: File, loc: Loc) -> Iterator[Finding]:
    yield from _principal(file, (*loc, "party"))


def _monitoring(file: File, loc: Loc) -> Iterator[Finding]:
    yield from file.unknown(file.ids(*loc, "by"), file.actors, "party or group")
    yield from _principal(file, (*loc, "watches"))


def _relief(file: File, loc: Loc) -> Iterator[Finding]:
    yield from _principal(file, (*loc, "to"))


_CHECKS = {
    "pledge": _pledge,
    "deployment": _deployment,
    "strengthening": _strengthening,
    "monitoring": _monitoring,
    "relief": _relief,
}
