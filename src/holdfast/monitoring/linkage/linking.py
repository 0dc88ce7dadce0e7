"""From reports to incidents: which reports are of the same event, with the probability that they are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Int

from holdfast.errors import InputError
from holdfast.monitoring.linkage.clusters import cut
from holdfast.monitoring.linkage.database import MEMORY, database
from holdfast.monitoring.linkage.estimating import estimate
from holdfast.monitoring.linkage.exclusion import exclusive
from holdfast.monitoring.linkage.model import Model
from holdfast.monitoring.linkage.near import Neighbours, nearest, reached
from holdfast.monitoring.linkage.prepare import Prepared, prepare
from holdfast.monitoring.linkage.results import (
    Counts,
    Decision,
    Known,
    Linked,
    Pairs,
    crowded_table,
    incident_table,
    pair_table,
    pairs_of,
)
from holdfast.monitoring.linkage.scoring import fill_candidates, fill_reports, scored
from holdfast.monitoring.linkage.untyped import pa, pc
from holdfast.monitoring.linkage.words import fill_words
from holdfast.monitoring.reports import Table

__all__ = ["link"]


def link(
    reports: Table,
    model: Model | None = None,
    *,
    known: Known | None = None,
    decisions: Iterable[Decision] = (),
    memory: str = MEMORY,
    threads: int = 2,
) -> Linked:
    """Return which reports are of the same event.

    The same reports, model and decisions give the same answer, whatever the order of rows, the threads, and how many of the
    reports were linked before.

    Parameters
    ----------
    reports
        By REPORT_SCHEMA, the current revision of each; other columns are not read.
    model
        From `estimate`; without one, it is estimated from these reports (and the known ones).
    known
        What was linked before **with the same model**. What changes around the new reports is worked out anew.
    decisions
        Persons' decisions; of several on one pair the last counts.
    memory, threads
        What DuckDB may use.

    Raises
    ------
    InputError
        For a missing column, an id given twice, a decision on a tally, or decisions that contradict each other.
    """
    every = (
        reports if known is None else pa.concat_tables([known.reports.select(reports.column_names), reports])
    )
    if model is None:
        model = estimate(every, memory=memory, threads=threads)
        known = None  # whatever was linked before was linked with another model
    with database(memory, threads) as con:
        ready = prepare(con, every)
        if known is None:
            changed = ready.linkable
            around = nearest(ready, changed, threads)
        else:
            changed, around = _around(ready, _rows(ready, reports["id"]), threads)
        fill_reports(con, around.near, around.size, ready.data_set)
        candidates = fill_candidates(con, around.left, around.right)
        fill_words(con, model.common)
        pairs = pairs_of(scored(con, model) if candidates else None)
    if known is not None:
        pairs = _with_known(pairs, known.pairs, ready, changed)
    crowded = crowded_table(ready.ids, around.beyond, changed, None if known is None else known.crowded)
    searched = _Searched(len(around.left), candidates, int(changed.sum()), crowded)
    return _linked(ready, pairs, model, list(decisions), searched)


class _Searched(NamedTuple):
    """How much was looked at: pairs, candidates among them, reports that looked; and where it was crowded."""

    looked_at: int
    candidates: int
    anew: int
    crowded: Table


def _around(
    ready: Prepared, new: Int[np.ndarray, " new"], threads: int
) -> tuple[Bool[np.ndarray, " reports"], Neighbours]:
    """Return for which reports anything changes with the new ones, and all pairs that these are in."""
    arrived = np.zeros(len(ready.hours), dtype=bool)
    arrived[new] = True
    changed = ready.linkable & (arrived | reached(ready, ready.linkable & ~arrived, arrived, threads))
    # who is found by others is in their pairs, too
    finding = ready.linkable & ~changed
    asking = changed | reached(ready, finding, changed, threads)
    around = nearest(ready, asking, threads)
    touched = changed[around.left] | changed[around.right]
    left, right = around.left[touched], around.right[touched]
    # and how crowded it is counts on both sides of a pair
    found = np.zeros(len(ready.hours), dtype=bool)
    found[left] = found[right] = True
    others = nearest(ready, found & ~asking, threads)
    return changed, around._replace(
        left=left,
        right=right,
        near=np.where(asking, around.near, others.near),
        size=np.where(asking, around.size, others.size),
    )


def _rows(ready: Prepared, ids: Any) -> Int[np.ndarray, " ids"]:
    """Return row numbers by id, -1 for what is not there."""
    found: Any = pc.index_in(ids, value_set=ready.ids)
    return found.fill_null(-1).to_numpy().astype(np.int64)


def _with_known(pairs: Pairs, known: Table, ready: Prepared, changed: np.ndarray) -> Pairs:
    """Return these pairs and those known ones that nothing has changed."""
    one, other = _rows(ready, known["one"]), _rows(ready, known["other"])
    if (np.minimum(one, other) < 0).any():
        raise InputError(
            "known pairs name reports that are not among the known ones. Give the reports of every pair."
        )
    stays = ~changed[one] & ~changed[other]
    return Pairs(
        np.concatenate([pairs.left, np.minimum(one, other)[stays]]),
        np.concatenate([pairs.right, np.maximum(one, other)[stays]]),
        np.concatenate([pairs.probability, known["alone"].to_numpy()[stays]]),
        np.concatenate([pairs.apart, known["apart"].to_numpy()[stays]]),
    )


def _decided(
    ready: Prepared, decisions: list[Decision]
) -> tuple[list[tuple[int, int]], list[tuple[int, int]], int]:
    """Return what persons said is the same, what is not, in rows, and how many decisions are on other reports."""
    ids = pa.chunked_array([pa.array([i for d in decisions for i in (d.one, d.other)], pa.string())])
    rows = _rows(ready, ids).reshape(-1, 2)
    last: dict[tuple[int, int], bool] = {}
    unused = 0
    for decision, (a, b) in zip(decisions, rows.tolist(), strict=True):
        if a == b and a >= 0:
            raise InputError(f"a decision sets report {decision.one} against itself. Name two reports.")
        if min(a, b) < 0:
            unused += 1
            continue
        for row, name in ((a, decision.one), (b, decision.other)):
            if not ready.event[row]:
                raise InputError(
                    f"a decision names {name}, a tally, which is no event. Decide on reports of events only."
                )
        last[min(a, b), max(a, b)] = decision.same
    return [p for p, same in last.items() if same], [p for p, same in last.items() if not same], unused


def _linked(
    ready: Prepared,
    pairs: Pairs,
    model: Model,
    decisions: list[Decision],
    searched: _Searched,
) -> Linked:
    same, different, unused = _decided(ready, decisions)
    pairs = _weighed(_overruled(pairs, same, different), ready)
    number = len(ready.hours)
    first = cut(
        number, pairs.left, pairs.right, pairs.probability, pairs.apart, ready.data_set, same, different
    )
    for a, b in different:
        if first[a] == first[b]:
            one, other = ready.ids[a].as_py(), ready.ids[b].as_py()
            raise InputError(
                f"decisions contradict each other: {one} and {other} are not the same, but others make them one. Take one of these back."
            )
    names = ready.ids
    counts = Counts(
        reports=number,
        linkable=int(ready.linkable.sum()),
        tallies=int((~ready.event).sum()),
        without_position=int((ready.event & ~ready.placed).sum()),
        vague=int((ready.event & ready.placed & ~ready.linkable).sum()),
        looked_at=searched.looked_at,
        candidates=searched.candidates,
        crowded=searched.crowded.num_rows,
        not_looked_at=int(pc.sum(searched.crowded["beyond"]).as_py() or 0),
        anew=searched.anew,
        decisions_unused=unused,
    )
    incidents = incident_table(names, pairs, first)
    return Linked(pair_table(names, pairs), incidents, searched.crowded, model, counts)


def _overruled(pairs: Pairs, same: list[tuple[int, int]], different: list[tuple[int, int]]) -> Pairs:
    """Return pairs with persons' decisions in place of probabilities: 1 for the same, none for those that are not."""
    if not same and not different:
        return pairs
    decided = {*same, *different}
    keep = np.array(
        [p not in decided for p in zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)], dtype=bool
    )
    ends = np.array(same, dtype=np.int64).reshape(-1, 2)
    return Pairs(
        np.concatenate([pairs.left[keep], ends[:, 0]]),
        np.concatenate([pairs.right[keep], ends[:, 1]]),
        np.concatenate([pairs.alone[keep], np.ones(len(ends))]),
        np.concatenate([pairs.apart[keep], np.zeros(len(ends))]),
    )


def _weighed(pairs: Pairs, ready: Prepared) -> Pairs:
    """Return pairs with what the others say of each; what a person said is the same stays so."""
    found = exclusive(pairs.left, pairs.right, pairs.alone, ready.data_set)
    return Pairs(pairs.left, pairs.right, pairs.alone, pairs.apart, np.where(pairs.alone < 1, found, 1.0))
