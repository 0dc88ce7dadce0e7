"""Checks that need the numbers themselves, made once everything else is in order."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from holdfast.scenario._faults import number_fault
from holdfast.scenario._nodes import Node
from holdfast.scenario.checks._file import Finding
from holdfast.scenario.model import BodyFile, Scenario
from holdfast.scenario.paths import key_of, locate

NO_QUANTITY = "is no quantity of this file. Name the whole field, such as parties.A.strength."


def check_targets(scenario: BodyFile, root: Node) -> Iterator[Finding]:
    """Check that what ``same_as`` and correlations name are quantities, and not some other number."""
    for path, quantity in scenario.quantities.items():
        if quantity.same_as is not None and quantity.same_as not in scenario.quantities:
            yield (*(locate(root, path) or ()), "same_as"), NO_QUANTITY, "value"
    if not isinstance(scenario, Scenario):
        return
    keys = {quantity.key for quantity in scenario.quantities.values()}
    for index, correlation in enumerate(scenario.correlations):
        for position, path in enumerate(correlation.between):
            if key_of(path) not in keys:
                yield ("correlations", index, "between", position), NO_QUANTITY, "value"


def check_built(scenario: Scenario, root: Node) -> Iterator[Finding]:
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
    for principal in scenario.principals:
        lowest = [float(np.min(q.ppf(0.0))) for q in scenario.parties[principal].salience.values()]
        if not any(low > 0.0 for low in lowest):
            message = "must be above 0 for at least one issue, or nothing matters to this party."
            yield ("parties", principal, "salience"), message, "value"
