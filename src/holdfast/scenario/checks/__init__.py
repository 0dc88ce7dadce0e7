"""Checks across the file: what one part says of another."""

from __future__ import annotations

from collections.abc import Collection
from itertools import chain, islice

from holdfast.scenario._faults import Loc
from holdfast.scenario._nodes import Node
from holdfast.scenario.checks._bodies import check_bodies
from holdfast.scenario.checks._built import check_built, check_targets
from holdfast.scenario.checks._file import File, Finding
from holdfast.scenario.checks._links import check_links, check_values
from holdfast.scenario.checks._parties import check_bargainers, check_groups, check_parties, check_stances
from holdfast.scenario.checks._proposals import check_proposals
from holdfast.scenario.checks.review import Review, review, unsigned

SECTIONS = ("sources", "issues", "parties", "groups", "bodies", "proposals")  # whose keys are ids
MOST_FINDINGS = 1_000  # enough to see what is wrong, few enough to be quick on a hostile file

__all__ = [
    "File",
    "Finding",
    "Review",
    "check_body_file",
    "check_built",
    "check_file",
    "check_position_file",
    "check_targets",
    "check_values",
    "review",
    "unsigned",
]


def check_file(root: Node, misspelt: Collection[Loc] = ()) -> list[Finding]:
    """Check everything that does not need numbers; runs on malformed files too.

    Where two parts of the file have one id, what was meant by the ids is not known, and only what needs none is checked.

    Parameters
    ----------
    root
        The file's tree.
    misspelt
        Keys that were found to mean nothing where they stand; what they explain is not told again.
    """
    if any(name in root.mapping and root.mapping[name].twice for name in SECTIONS):
        return list(islice(check_values(root), MOST_FINDINGS))
    file = File(root, misspelt)
    found = chain(
        check_parties(file), check_bodies(file), check_proposals(file), check_links(file), check_values(root)
    )
    return list(islice(found, MOST_FINDINGS))


def check_body_file(root: Node, misspelt: Collection[Loc] = ()) -> list[Finding]:
    """Check a file that holds bodies and no situation: as `check_file`."""
    if any(name in root.mapping and root.mapping[name].twice for name in SECTIONS):
        return list(islice(check_values(root), MOST_FINDINGS))
    file = File(root, misspelt)
    found = chain(check_groups(file), check_bodies(file), check_links(file), check_values(root))
    return list(islice(found, MOST_FINDINGS))


def check_position_file(root: Node, misspelt: Collection[Loc] = ()) -> list[Finding]:
    """Check a file of issues and positions without wars and proposals: as `check_file`."""
    if any(name in root.mapping and root.mapping[name].twice for name in SECTIONS):
        return list(islice(check_values(root), MOST_FINDINGS))
    file = File(root, misspelt)
    found = chain(
        check_stances(file),
        check_bargainers(file),
        check_groups(file),
        check_bodies(file),
        check_links(file),
        check_values(root),
    )
    return list(islice(found, MOST_FINDINGS))
