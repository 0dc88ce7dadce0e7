"""The sentences about a conflict's states: which hold, what one changed judgement would do to them, who can leave them together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from holdfast.report.words import count, listing

__all__ = ["NAMES", "changed", "headline", "sensitivity", "together"]

NAMES = {"nash": "Nash", "gmr": "GMR", "smr": "SMR", "seq": "SEQ", "sim": "SIM"}
_ANSWERS = {
    "none": "the others have no answer after which one of them is no better off",
    "possible": "the others could answer so that one of them is no better off, if not to their own gain",
    "gainful": "the others would gain by answering so that one of them is no better off",
}
_EVERYBODY = "they are everybody, so that nobody is left to answer"
_MOST_LINES = 8
"""Of the changes that break or make an equilibrium; --json has all."""
_MOST_TOGETHER = 6
_MOST_BESIDE = 4
_MOST_EQUILIBRIA = 20


def headline(found: Mapping[str, Any]) -> Iterator[str]:
    """Say which states are equilibria by what, and how many changes of one judgement they survive."""
    groups = _groups(found)
    if not groups:
        yield "No state is stable for all parties by any concept."
    known = sum(states is not None for states in found["equilibria"].values())
    for concepts, states in groups:
        only = "" if len(concepts) == known else " only"
        yield f"Equilibria by {_concepts(concepts)}{only}: {_enough(states)}."
    told = found["sensitivity"]
    if told is None:
        yield (
            "How far this hangs on single judgements was NOT examined: there are too many states. "
            "Take every equilibrium as unsure, or make the conflict smaller."
        )
        return
    if told["changes"] and groups:
        yield (
            f"How sure: orders of preference were changed in one place, one at a time, {count(len(told['changes']), 'change')} in all. "
            f"{_surviving([s for _, states in groups for s in states], told)}. Two changes at once were not tried."
        )


def _surviving(states: Sequence[str], told: Mapping[str, Any]) -> str:
    """Say which of the equilibria survive all changes, and how many the others survive by which concept."""
    weak = {s: line for s in states if (line := _weak(s, told))}
    firm = [s for s in states if s not in weak]
    survive = "survives" if len(firm) == 1 else "survive"
    kept = "No equilibrium survives all of them by every concept"
    if firm:
        kept = f"{_enough(firm, 'and')} {survive} all of them"
    said = [kept, *list(weak.values())[:_MOST_LINES]]
    if len(weak) > _MOST_LINES:
        left = len(weak) - _MOST_LINES
        said.append(
            f"{count(left, 'other')} {'does' if left == 1 else 'do'} not survive all either; --json has them"
        )
    return "; ".join(said)


def _enough(states: Sequence[str], last: str = "") -> str:
    """Return states as a list that is no longer than a reader takes in; the last after a word, or only a comma."""
    if len(states) <= _MOST_EQUILIBRIA:
        return listing(states, last) if last else ", ".join(states)
    return (
        f"{', '.join(states[:_MOST_EQUILIBRIA])} and {len(states) - _MOST_EQUILIBRIA} more (--json lists all)"
    )


def _groups(found: Mapping[str, Any]) -> list[tuple[list[str], list[str]]]:
    """Return sets of concepts with the states that are equilibria by exactly these, most concepts first."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for state, own in found["states"].items():
        if own["equilibrium"]:
            groups.setdefault(tuple(own["equilibrium"]), []).append(state)
    return sorted(((list(c), s) for c, s in groups.items()), key=lambda group: -len(group[0]))


def _concepts(concepts: Sequence[str]) -> str:
    return listing([NAMES[c] for c in concepts])


def _broken(state: str, told: Mapping[str, Any]) -> dict[str, Sequence[int]]:
    return {c: s[state]["broken_by"] for c, s in told["survives"].items() if state in s}


def _weak(state: str, told: Mapping[str, Any]) -> str:
    """Say how many changes a state survives by which concept; nothing if all."""
    broken, tried = _broken(state, told), len(told["changes"])
    if not any(broken.values()):
        return ""
    kept: dict[int, list[str]] = {}
    for concept, places in broken.items():
        kept.setdefault(tried - len(places), []).append(concept)
    said = [
        f"{f'all {tried:,}' if times == tried else f'{times:,}'} ({_concepts(c)})"
        for times, c in kept.items()
    ]
    return f"{state} survives {listing(said)}"


def changed(change: Mapping[str, Any]) -> str:
    """Say a change of one party's order as a condition.

    Examples
    --------
    >>> changed({"party": "A", "kind": "above", "first": "truce", "second": ["war"]})
    'A ranked truce just above war'
    """
    party, first, second = change["party"], change["first"], change["second"]
    if change["kind"] == "reordered":
        return f'{party} put "{_on_a_line(second[0])}" before "{_on_a_line(first)}"'
    if change["kind"] == "dropped":
        return f'{party} did not mind whether "{_on_a_line(first)}"'
    where = {"above": "just above", "level": "level with", "below": "just below"}[change["kind"]]
    return f"{party} ranked {first} {where} {_few(second)}"


def _on_a_line(statement: str) -> str:
    return " ".join(statement.split())


def _few(states: Sequence[str]) -> str:
    """Return states that are as good as each other, not more than a line has room for."""
    if len(states) <= _MOST_BESIDE:
        return listing(states)
    left = len(states) - _MOST_BESIDE
    return f"{', '.join(states[:_MOST_BESIDE])} and {count(left, 'other')} as good as these"


def sensitivity(found: Mapping[str, Any]) -> Iterator[str]:
    """List the single changes that break an equilibrium, and those that make one."""
    told = found["sensitivity"]
    if told is None:
        return
    broken = {s: _broken(s, told) for _, states in _groups(found) for s in states}
    made: dict[str, dict[str, Sequence[int]]] = {}
    for concept, states in told["becomes"].items():
        for state, places in states.items():
            made.setdefault(state, {})[concept] = places
    yield from _listed("An equilibrium is lost if", _lines(broken, told, "is none by"))
    yield from _listed("Another would be one if", _lines(made, told, "is one by"))


def _lines(cases: Mapping[str, Mapping[str, Sequence[int]]], told: Mapping[str, Any], verb: str) -> list[str]:
    """Return a line for each change and state, with all concepts that it concerns."""
    lines: list[str] = []
    for state, by_concept in cases.items():
        concerned: dict[int, list[str]] = {}
        for concept, places in by_concept.items():
            for place in places:
                concerned.setdefault(place, []).append(concept)
        lines += [
            f"{changed(told['changes'][place])}: {state} {verb} {_concepts(concepts)}"
            for place, concepts in sorted(concerned.items())
        ]
    return lines


def _listed(heading: str, lines: Sequence[str]) -> Iterator[str]:
    if not lines:
        return
    yield f"{heading}"
    for line in lines[:_MOST_LINES]:
        yield f"  {line}"
    if len(lines) > _MOST_LINES:
        yield f"  and {len(lines) - _MOST_LINES} more; --json has all"
    yield ""


def together(found: Mapping[str, Any]) -> Iterator[str]:
    """Say which coalitions can leave an equilibrium so that every member is better off."""
    if found["coalition_moves"] is None:
        yield "What coalitions could do together was NOT examined: there are too many parties and states."
        return
    groups: dict[tuple[str, tuple[str, ...], str], list[str]] = {}
    for move in found["coalition_moves"]:
        groups.setdefault((move["from"], tuple(move["by"]), move["answer"]), []).append(move["to"])
    for (start, who, answer), ends in list(groups.items())[:_MOST_TOGETHER]:
        left = len(ends) - _MOST_LINES
        shown = ends if left <= 0 else [*ends[:_MOST_LINES], count(left, "other")]
        alone = len(who) == len(found["parties"])
        yield (
            f"Together {listing(who)} can go from {start} to {' or '.join(shown)}, which each likes better; "
            f"{_EVERYBODY if alone else _ANSWERS[answer]}."
        )
    if len(groups) > _MOST_TOGETHER:
        more = count(len(groups) - _MOST_TOGETHER, "more case")
        yield f"{more} of a coalition that can leave an equilibrium: --json."
    stay = {c: states for c, states in found["coalitional_equilibria"].items() if states}
    alike: dict[tuple[str, ...], list[str]] = {}
    for concept, states in stay.items():
        alike.setdefault(tuple(states), []).append(concept)
    for states, concepts in alike.items():
        yield f"No coalition leaves, by {_concepts(concepts)}: {_enough(states)}."
    if len(stay) < len(found["coalitional_equilibria"]):
        left = [c for c in found["coalitional_equilibria"] if c not in stay]
        yield f"By {_concepts(left)} some coalition leaves every state."
