"""Checks of an agreement's file before a record is begun or goes on with it.

One that a record holds already was accepted as it is, and is read without them: a record has to stay readable. And the scenario that a
commitment is in lies beside the agreement's file; the record does not have it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from holdfast.errors import ScenarioError
from holdfast.monitoring.agreement._checks import check_agreement
from holdfast.scenario import Scenario, load_scenario
from holdfast.scenario.reading import File, Finding, Loc, Node, did_you_mean


def check_new(folder: Path) -> Callable[[Node, Collection[Loc]], list[Finding]]:
    """Return what checks an agreement's file that lies in a folder; runs on malformed files too."""

    def check(root: Node, misspelt: Collection[Loc] = ()) -> list[Finding]:
        file = File(root, misspelt)
        return [
            *check_agreement(root, misspelt),
            *_calibres(file),
            *_outside(file),
            *_commitments(file, folder),
        ]

    return check


def _calibres(file: File) -> Iterator[Finding]:
    """Check that some calibre belongs to each class."""
    for weapon in file.keys("weapons"):
        place = ("weapons", weapon, "calibre_mm")
        low, most = file.number(*place, "at_least"), file.number(*place, "at_most")
        if low is not None and most is not None and most < low:
            message = f"is below at_least, {low:g}, so that no calibre is both. Write {low:g} or more, or the smaller one as at_least."
            yield (*place, "at_most"), message, "value"


def _outside(file: File) -> Iterator[Finding]:
    """Check that days without observation are days of the agreement."""
    begin, end = _day(file, "in_force", "since"), _day(file, "in_force", "until")
    node = file.node("observation", "not_observed")
    for index in range(len(node.items) if node is not None else 0):
        place = ("observation", "not_observed", index)
        since, until = _day(file, *place, "since"), _day(file, *place, "until")
        if begin is not None and until is not None and until < begin:
            message = f"is before in_force.since, {begin}: none of these is a day of the agreement. Write later days."
            yield (*place, "until"), message, "value"
        if end is not None and since is not None and since > end:
            message = f"is after in_force.until, {end}: none of these is a day of the agreement. Write earlier days."
            yield (*place, "since"), message, "value"


def _day(file: File, *loc: str | int) -> dt.date | None:
    try:
        return dt.date.fromisoformat(file.text(*loc))
    except ValueError:
        return None


def _commitments(file: File, folder: Path) -> Iterator[Finding]:
    """Check that the pledge that falls due is one of a proposal of the scenario."""
    read: dict[str, Scenario | str] = {}
    for trigger in file.keys("triggers"):
        place = ("triggers", trigger, "commitment")
        name, proposal, pledge = (file.text(*place, key) for key in ("scenario", "proposal", "pledge"))
        if not name:
            continue
        if name not in read:
            read[name] = _scenario(folder / name)
        scenario = read[name]
        if isinstance(scenario, str):
            yield (*place, "scenario"), scenario, "value"
        elif proposal and proposal not in scenario.proposals:
            message = f"is no proposal of {name}. {did_you_mean(proposal, scenario.proposals)}"
            yield (*place, "proposal"), message, "value"
        elif proposal and pledge:
            known = [one.id for one in scenario.proposals[proposal].pledges]
            if pledge not in known:
                message = f"is no pledge of {proposal} in {name}. {did_you_mean(pledge, known)}"
                yield (*place, "pledge"), message, "value"


def _scenario(path: Path) -> Scenario | str:
    """Return a scenario, or what is wrong with its file."""
    try:
        return load_scenario(path)
    except ScenarioError as error:
        if not path.is_file():
            return "does not exist. Write where the scenario's file lies as seen from the agreement's, or leave the commitment out."
        first = str(error.problems[0]) if error.problems else str(error)
        return f"cannot be read as a scenario: {first} `holdfast check` tells all that is wrong with it."
