"""What linkage is told and what it answers: decisions, what was known, pairs, incidents, counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from holdfast.monitoring.linkage.model import Model
from holdfast.monitoring.linkage.untyped import pa, pc
from holdfast.monitoring.reports import Table

__all__ = [
    "Counts",
    "Decision",
    "Known",
    "Linked",
    "Pairs",
    "crowded_table",
    "incident_table",
    "pair_table",
    "pairs_of",
]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person said of two reports: that they are of the same event, or that they are not."""

    one: str
    other: str
    same: bool


@dataclass(frozen=True, slots=True)
class Known:
    """Reports that were linked before, their pairs (`Linked.pairs`), and how crowded it was (`Linked.crowded`)."""

    reports: Table
    pairs: Table
    crowded: Table


@dataclass(frozen=True, slots=True)
class Counts:
    """How much was looked at, and how much was not.

    Parameters
    ----------
    reports, linkable
        All reports; those that can be linked at all.
    tallies, without_position, vague
        Those that cannot, and why: counts over a window; no position; a place or a time too uncertain.
    looked_at
        Pairs that the search for neighbours found.
    candidates
        Of those, pairs that can be of one event, which were weighed.
    crowded, not_looked_at
        Reports with more neighbours than they looked at, and how many those have beyond, at most; also of reports that were known.
    anew
        Reports whose pairs were worked out, the others' being known.
    decisions_unused
        Decisions on reports that are not among these.
    """

    reports: int
    linkable: int
    tallies: int
    without_position: int
    vague: int
    looked_at: int
    candidates: int
    crowded: int
    not_looked_at: int
    anew: int
    decisions_unused: int


@dataclass(frozen=True, slots=True)
class Linked:
    """Which reports are of the same event.

    Parameters
    ----------
    pairs
        Columns ``one``, ``other`` (ids, one < other), ``probability``, ``apart`` (combined standard errors), ``alone`` (the
        probability by the pair's own comparison, were there no others), by ids, for pairs above 0.02 alone.
    incidents
        Columns ``report``, ``incident``, ``probability``: every report once, by its id. The probability that it belongs there is the
        mean of its pairs' with the incident's other reports, and 1 where it stands alone.
    crowded
        Columns ``report``, ``beyond``: the reports with more neighbours than they looked at, and how many more, by ids.
    model
        With which they were linked.
    """

    pairs: Table
    incidents: Table
    crowded: Table
    model: Model
    counts: Counts


class Pairs:
    """Pairs by row number, in order.

    Parameters
    ----------
    alone
        By the pair's own comparison.
    probability
        With what the other pairs say of it; without, as alone.
    """

    def __init__(
        self,
        left: np.ndarray,
        right: np.ndarray,
        alone: np.ndarray,
        apart: np.ndarray,
        probability: np.ndarray | None = None,
    ) -> None:
        order = np.lexsort((right, left))
        self.left: Int[np.ndarray, " pairs"] = left[order]
        self.right: Int[np.ndarray, " pairs"] = right[order]
        self.alone: Float[np.ndarray, " pairs"] = alone[order]
        self.probability: Float[np.ndarray, " pairs"] = (alone if probability is None else probability)[order]
        self.apart: Float[np.ndarray, " pairs"] = apart[order]


def pairs_of(table: Table | None) -> Pairs:
    """Return scored pairs by row number."""
    if table is None:
        return Pairs(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))
    left, right, alone, apart = (table[name].to_numpy() for name in ("l", "r", "probability", "apart"))
    return Pairs(left.astype(np.int64), right.astype(np.int64), alone, apart)


def pair_table(names: Any, pairs: Pairs) -> Table:
    """Return pairs by ids, in their order."""
    one, other = names.take(pa.array(pairs.left)), names.take(pa.array(pairs.right))
    turned: Any = pc.less(other, one)
    table = pa.table({
        "one": pc.if_else(turned, other, one), "other": pc.if_else(turned, one, other),
        "probability": pairs.probability, "apart": pairs.apart, "alone": pairs.alone,
    })  # fmt: skip
    return table.sort_by([("one", "ascending"), ("other", "ascending")])


def crowded_table(
    names: Any, beyond: Int[np.ndarray, " reports"], changed: np.ndarray, known: Table | None
) -> Table:
    """Return report and beyond for crowded reports: what was found for those that changed, and what was known of the others.

    Parameters
    ----------
    names
        The ids of all reports.
    beyond
        How many neighbours each has that it did not look at.
    changed
        For which reports that was worked out.
    known
        The same table as it was before.
    """
    rows = pa.array(np.flatnonzero(changed & (beyond > 0)))
    found = pa.table({"report": names.take(rows), "beyond": pa.array(beyond).take(rows)})
    if known is not None:
        stays = pc.invert(pc.is_in(known["report"], value_set=names.filter(pa.array(changed))))
        found = pa.concat_tables([found, known.filter(stays).cast(found.schema)])
    return found.sort_by("report")


def incident_table(names: Any, pairs: Pairs, first: Int[np.ndarray, " reports"]) -> Table:
    """Return report, incident and probability; an incident is called by the least id of its reports, with i for r."""
    number = len(first)
    within = first[pairs.left] == first[pairs.right]
    total = np.bincount(pairs.left[within], pairs.probability[within], number) + np.bincount(
        pairs.right[within], pairs.probability[within], number
    )
    others = np.bincount(first, minlength=number)[first] - 1
    probability = np.where(others > 0, total / np.maximum(others, 1), 1.0)
    order = pc.sort_indices(names).to_numpy()
    # the first of each incident in the order of ids gives it its name
    _, where = np.unique(first[order], return_index=True)
    called = np.full(number, -1)
    called[first[order][where]] = order[where]
    named = names.take(pa.array(called[first[order]]))
    rest = pc.if_else(pc.starts_with(named, "r"), pc.utf8_slice_codeunits(named, 1), named)
    return pa.table(
        {
            "report": names.take(pa.array(order)),
            "incident": pc.binary_join_element_wise("i", rest, ""),
            "probability": probability[order],
        }
    )
