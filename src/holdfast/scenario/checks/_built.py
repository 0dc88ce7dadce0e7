"""Checks that need the numbers themselves, made once everything else is in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from holdfast.scenario._faults import Loc, listed, number_fault
from holdfast.scenario._nodes import Node
from holdfast.scenario.checks._file import Finding
from holdfast.scenario.model import BodyFile, PositionFile, Scenario
from holdfast.scenario.paths import key_of, locate
from holdfast.scenario.quantities import Quantity

NO_QUANTITY = "is no quantity of this file. Name the whole field, such as parties.A.strength."


def check_targets(scenario: BodyFile, root: Node) -> Iterator[Finding]:
    """Check that what ``same_as`` and correlations name are quantities, and not some other number."""
    for path, quantity in scenario.quantities.items():
        if quantity.same_as is not None and quantity.same_as not in scenario.quantities:
            yield (*(locate(root, path) or ()), "same_as"), NO_QUANTITY, "value"
    if not isinstance(scenario, PositionFile):
        return
    keys = {quantity.key for quantity in scenario.quantities.values()}
    for index, correlation in enumerate(scenario.correlations):
        for position, path in enumerate(correlation.between):
            if key_of(path) not in keys:
                yield ("correlations", index, "between", position), NO_QUANTITY, "value"


def check_built(scenario: PositionFile, root: Node) -> Iterator[Finding]:
    """Check that what ``same_as`` brings is allowed where it is brought, and that no salience sums to 0."""
    for path, quantity in scenario.quantities.items():
        if quantity.same_as is None:
            continue
        low, high = (float(end) for end in quantity.ppf([0.0, 1.0]))
        if number_fault(low, quantity.bounds) or number_fault(high, quantity.bounds):
            place = (*(locate(root, path) or ()), "same_as")
            runs = f"is {low:g}" if low == high else f"runs from {low:g} to {high:g}"
            message = f"{runs}; here a number must be {quantity.bounds}."
            yield place, f"{message} Give this field a number of its own.", "value"
    for principal in scenario.principals if isinstance(scenario, Scenario) else ():
        if not any(_lowest(q) > 0.0 for q in scenario.parties[principal].salience.values()):
            message = "must be above 0 for at least one issue, or nothing matters to this party."
            yield ("parties", principal, "salience"), message, "value"
    yield from _alike(scenario)
    yield from _weightless(scenario)


def _alike(scenario: PositionFile) -> Iterator[Finding]:
    """Find issues whose two ends are called the same."""
    for issue, ends in scenario.issues.items():
        if " ".join(ends.low.split()) == " ".join(ends.high.split()):
            message = "says the same as low, so that nobody can tell which end is which. Write what 1 means."
            yield ("issues", issue, "high"), message, "value"


def _weightless(scenario: PositionFile) -> Iterator[Finding]:
    """Find issues on which nobody is sure to have salience, or influence, or on which surely nobody has both: nobody's position counts."""
    light: dict[Loc, list[str]] = {}
    told: set[str] = set()
    for issue in scenario.issues:
        standing = {id_: p for id_, p in scenario.parties.items() if issue in p.positions}
        if len(standing) < 2:
            continue
        if not any(_lowest(p.salience[issue]) > 0 for p in standing.values()):
            who = listed(some(standing))
            message = (
                f"can be 0 on {issue} for every party at once ({who}), and then no position counts. "
                "Give one of them a salience above 0."
            )
            told.add(issue)
            yield ("parties", next(iter(standing)), "salience", issue), message, "value"
        weights = {id_: p.influence or p.strength for id_, p in standing.items()}
        if not any(w is not None and _lowest(w) > 0 for w in weights.values()):
            first = next(iter(standing))
            name = "strength" if standing[first].influence is None else "influence"
            told.add(issue)
            light.setdefault(("parties", first, name), []).append(issue)
    for place, issues in light.items():
        message = f"can be 0 for every party with a position on {listed(some(issues))}. Give one of them a weight above 0."
        yield place, message, "value"
    yield from _never_both(scenario, told)


def _never_both(scenario: PositionFile, told: set[str]) -> Iterator[Finding]:
    """Find issues, other than those told of, on which each of those who bargain surely has no salience or no influence."""
    among = scenario.bargaining.among if scenario.bargaining else tuple(scenario.parties)
    found: dict[tuple[Loc, ...], list[str]] = {}
    for issue in scenario.issues:
        standing = {
            p: scenario.parties[p] for p in scenario.members(among) if issue in scenario.parties[p].positions
        }
        if issue in told or len(standing) < 2:
            continue
        zeros: list[Loc] = []
        for id_, party in standing.items():
            name = "strength" if party.influence is None else "influence"
            weight = party.influence or party.strength
            if weight is not None and _highest(weight) <= 0:
                zeros.append(("parties", id_, name))
            elif _highest(party.salience[issue]) <= 0:
                zeros.append(("parties", id_, "salience", issue))
        if len(zeros) == len(standing):
            found.setdefault(tuple(zeros), []).append(issue)
    for (first, *others), issues in found.items():
        also = listed(some(".".join(map(str, loc)) for loc in others))
        message = (
            f"and {also} {'is' if len(others) == 1 else 'are'} 0 too, so that nobody who bargains has both salience and influence on "
            f"{listed(some(issues))}, and no position counts. Give one of them a number above 0."
        )
        yield first, message, "value"


def some(names: Iterable[str], most: int = 6) -> list[str]:
    """Return the first few names, and how many more there are."""
    every = list(names)
    return every if len(every) <= most else [*every[: most - 1], f"{len(every) - most + 1} more"]


def _lowest(quantity: Quantity) -> float:
    return float(np.min(quantity.ppf(0.0)))


def _highest(quantity: Quantity) -> float:
    return float(np.max(quantity.ppf(1.0)))
