"""What the report calls things: ids and paths of the file into words a reader knows."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from holdfast.report.study import some
from holdfast.report.words import capital, listing

if TYPE_CHECKING:
    from collections.abc import Callable

    from holdfast.scenario import BodyFile

_FIELDS = {
    "accepts": "acceptance",
    "access": "access of the monitors",
    "add": "strength added",
    "break_cost": "cost of breaking the promise",
    "containment": "containment of incidents",
    "continues": "share that continues after signature",
    "cost": "cost of honouring",
    "coverage": "coverage of the monitors",
    "crises_per_year": "crises a year",
    "each": "strength each",
    "firmness": "firmness",
    "noise": "noise of decisions",
    "over_years": "years it takes",
    "readiness": "readiness",
    "share": "share of own strength",
    "stake": "stake",
    "strength": "strength",
    "total": "strength in total",
    "tripwire": "tripwire",
    "upkeep": "upkeep",
    "war_cost": "cost of war",
    "word_cost": "cost of breaking its word",
    "worth": "worth",
}
#: What a number rests on, from the weakest.
STANDING = {"unsourced": "no source given", "judgement": "judgement", "sourced": "sourced"}
_WAR = {
    "accidents_per_year": "accidental escalations a year",
    "decisiveness": "how far strength decides it",
    "discount": "discount rate",
    "settling.excess": "excess of crises just after signature",
    "settling.years": "years until crises settle",
    "years": "years it lasts",
}


class Names:
    """Names of a scenario's parties, issues, bodies and inputs.

    Parameters
    ----------
    scenario
        The file, or one of positions or bodies; ids it does not know are shown as they are.
    """

    def __init__(self, scenario: BodyFile) -> None:
        given = {name: party.name for name, party in scenario.parties.items()}
        self._parties = _told_apart(given)
        self._proper = {
            word.lower(): word for name in given.values() for word in name.split() if word[:1].isupper()
        }
        self._bodies = {name: body.name or name for name, body in (scenario.bodies or {}).items()}
        self._proposals = _told_apart(
            {name: own.title or name for name, own in getattr(scenario, "proposals", {}).items()}
        )
        self._tied = _tied(scenario)
        self._standing: dict[str, set[str]] = {}
        for quantity in scenario.quantities.values():
            self._standing.setdefault(quantity.key, set()).add(quantity.standing)

    def words(self, name: str) -> str:
        """Return an id in words, the names of parties in it written as names."""
        return " ".join(self._proper.get(word, word) for word in _spaced(name).split(" "))

    def party(self, name: str) -> str:
        """Return a party's name, with its id where another has the same."""
        return self._parties.get(name, name)

    def proposal(self, name: str) -> str:
        """Return a proposal's title, with its id where another has the same."""
        return self._proposals.get(name, name)

    def body(self, name: str) -> str:
        """Return a body's name."""
        return self._bodies.get(name, self.words(name))

    def issue(self, name: str) -> str:
        """Return an issue's name, which is its id in words."""
        return capital(self.words(name))

    def pledge(self, name: str) -> str:
        """Return a pledge, and its member if it is one of a group's."""
        pledge, _, member = name.partition("/")
        return f"{self.words(pledge)}: {self.party(member)}" if member else self.words(pledge)

    def cause(self, name: str) -> str:
        """Return what started a war: a principal's attack, or an accident."""
        return "accident" if name == "accident" else f"attack by {self.party(name)}"

    def input(self, key: str) -> str:
        """Return an input's name from its key (the path without its proposal), all places that share its number named."""
        places = [self.place(path) for path in (key, *self._tied.get(key, ()))]
        if len(places) == 1:
            return places[0]
        fields = {place.rpartition(": ")[2] for place in places}
        if len(fields) == 1 and all(": " in place for place in places):
            return f"{fields.pop()} ({listing(some([place.rpartition(': ')[0] for place in places]))} alike)"
        return f"{listing(some(places))} alike"

    def standing(self, key: str) -> str:
        """Return what an input without a source rests on, from its key: a judgement, or nothing named."""
        return STANDING["unsourced" if "unsourced" in self._standing.get(key, ()) else "judgement"]

    def place(self, path: str) -> str:
        """Return the name of one place in the file from its path or its key."""
        parts = path.split(".")
        if parts[0] == "proposals" and len(parts) > 2:
            parts = parts[2:]
        readers: dict[str, Callable[[list[str]], str]] = {
            "parties": self._party_input,
            "bodies": self._body_input,
            "war": lambda rest: f"war: {_WAR.get('.'.join(rest), '.'.join(rest))}",
            "detection": lambda rest: f"detection of an attack by {self.party('.'.join(rest))}",
            "no_agreement": lambda rest: f"support of {self.party(rest[1])} today: {_field(rest[2:])}",
            "accepts": lambda rest: f"acceptance by {self.party('.'.join(rest))}",
            "outcome": lambda rest: f"outcome: {self.issue('.'.join(rest))}",
            "terms": self._term_input,
        }
        reader = readers.get(parts[0])
        if reader is None or len(parts) < 2 or (parts[0] == "no_agreement" and len(parts) < 4):
            return path
        return reader(parts[1:])

    def _party_input(self, parts: list[str]) -> str:
        name, rest = self.party(parts[0]), parts[1:]
        if rest[:1] == ["positions"]:
            return f"{name}: position – {self.issue('.'.join(rest[1:]))}"
        if rest[:1] == ["salience"]:
            return f"{name}: salience – {self.issue('.'.join(rest[1:]))}"
        if rest[:1] == ["red_lines"] and len(rest) > 1:
            return f"{name}: firmness of red line – {self.words(rest[1])}"
        return f"{name}: {_field(rest)}"

    def _body_input(self, parts: list[str]) -> str:
        name, rest = self.body(parts[0]), parts[1:]
        if rest[:1] == ["support"] and len(rest) > 1:
            return f"{name}: yes of {self.party('.'.join(rest[1:]))}"
        return f"{name}: {_field(rest)}"

    def _term_input(self, parts: list[str]) -> str:
        kind, rest = parts[0], parts[1:]
        key, rest = (rest[0], rest[1:]) if rest else ("", rest)
        label = f"{kind} {self._key(key)}"
        if kind == "deployment" and key in {"in-country", "near-border"} and rest:
            label = f"{kind} {key}, {self._key(rest[0])}"
            rest = rest[1:]
        if rest[:1] == ["overrides"] and len(rest) > 2:
            label, rest = f"{label}, {self.party(rest[1])}", rest[2:]
        if rest[:1] == ["upkeep"] and len(rest) > 1:
            return f"{label}: upkeep for {self.party(rest[1])}"
        if rest[:1] == ["strength"] and len(rest) > 1:
            rest = rest[1:]
        return f"{label}: {_field(rest)}" if rest else label

    def _key(self, key: str) -> str:
        """Return a term's key: its id, or the parties it names."""
        parties = key.split("+")
        if all(party in self._parties for party in parties):
            return ", ".join(self.party(party) for party in parties)
        return self.words(key)


def _told_apart(names: dict[str, str]) -> dict[str, str]:
    """Return names by id, those that several share with the id in brackets."""
    times = Counter(names.values())
    return {key: name if times[name] == 1 else f"{name} ({key})" for key, name in names.items()}


def _tied(scenario: BodyFile) -> dict[str, tuple[str, ...]]:
    """Return the keys of the numbers that are the same as another's, by the key of that other."""
    found: dict[str, dict[str, None]] = {}
    for quantity in scenario.quantities.values():
        target = quantity
        while target.same_as is not None:
            target = scenario.quantities[target.same_as]
        if target.key != quantity.key:
            found.setdefault(target.key, {})[quantity.key] = None
    return {key: tuple(tied) for key, tied in found.items()}


def _spaced(name: str) -> str:
    return name.replace("_", " ").replace("-", " ")


def _field(parts: list[str]) -> str:
    return ", ".join(_FIELDS.get(part, _spaced(part)) for part in parts)
