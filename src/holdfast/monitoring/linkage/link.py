"""From reports to incidents: which reports are of the same event, with the probability that they are."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from jaxtyping import Float, Int

from holdfast.errors import InputError
from holdfast.monitoring.linkage.clusters import cut
from holdfast.monitoring.linkage.maximise import Patterns, maximised, patterns
from holdfast.monitoring.linkage.model import DEFAULT, Model
from holdfast.monitoring.linkage.near import Neighbours, all_within, nearest, reached
from holdfast.monitoring.linkage.prepare import Prepared, prepare
from holdfast.monitoring.linkage.scoring import fill_candidates, fill_reports, scored
from holdfast.monitoring.linkage.words import common_words, fill_words

__all__ = ["Counts", "Decision", "Known", "Linked", "estimate", "link"]

MEMORY = "1.5GiB"
FEWEST_PAIRS = 300
"""Of fewer candidate pairs no model is estimated."""
SAMPLED_PAIRS = 60_000
"""About so many candidate pairs of every degree of crowding are looked at to estimate a model."""
LATER_HOURS = 120.0
"""Two reports of one event are no candidates if one of them had been so much later, at the same time of day."""
SAMPLED_TEXTS = 200_000


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person said of two reports: that they are of the same event, or that they are not."""

    one: str
    other: str
    same: bool


@dataclass(frozen=True, slots=True)
class Known:
    """Reports that were linked before, and their pairs (`Linked.pairs`)."""

    reports: pa.Table
    pairs: pa.Table


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
        Reports with more neighbours than they looked at, and how many those have beyond, at most.
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
        Columns ``one``, ``other`` (ids, one < other), ``probability``, ``apart`` (combined standard errors), for pairs above 0.02, by ids.
    incidents
        Columns ``report``, ``incident``, ``probability``: every report once, by its id. The probability that it belongs there is the
        mean of its pairs' with the incident's other reports, and 1 where it stands alone.
    model
        With which they were linked.
    """

    pairs: pa.Table
    incidents: pa.Table
    model: Model
    counts: Counts


@contextmanager
def _database(memory: str, threads: int) -> Iterator[Any]:
    with tempfile.TemporaryDirectory(prefix="holdfast-linkage-") as folder:
        con: Any = duckdb.connect(":memory:")
        try:
            con.execute(f"set memory_limit = '{memory}'; set threads = {threads}; set temp_directory = '{folder}'")
            con.execute("set preserve_insertion_order = false; set enable_progress_bar = false")
            yield con
        finally:
            con.close()


def link(
    reports: pa.Table,
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
    every = reports if known is None else pa.concat_tables([known.reports.select(reports.column_names), reports])
    if model is None:
        model = estimate(every, memory=memory, threads=threads)
        known = None  # whatever was linked before was linked with another model
    with _database(memory, threads) as con:
        ready = prepare(con, every)
        if known is None:
            asking = changed = ready.linkable
        else:
            new = np.isin(ready.ids, reports["id"].combine_chunks())
            changed = ready.linkable & (new | reached(ready, ready.linkable & ~new, new, threads))
            asking = changed | reached(ready, ready.linkable & ~changed, changed, threads)
        around = nearest(ready, asking, threads)
        fill_reports(con, around.near, around.size, ready.data_set)
        touched = changed[around.left] | changed[around.right]
        candidates = fill_candidates(con, around.left[touched], around.right[touched])
        fill_words(con, model.common)
        pairs = _pairs(scored(con, model) if candidates else None)
    if known is not None:
        pairs = _with_known(pairs, known.pairs, ready, changed)
    return _linked(ready, pairs, model, list(decisions), around, candidates, int(changed.sum()))


class _Pairs:
    """Pairs by row number, in order."""

    def __init__(self, left: np.ndarray, right: np.ndarray, probability: np.ndarray, apart: np.ndarray) -> None:
        order = np.lexsort((right, left))
        self.left: Int[np.ndarray, " pairs"] = left[order]
        self.right: Int[np.ndarray, " pairs"] = right[order]
        self.probability: Float[np.ndarray, " pairs"] = probability[order]
        self.apart: Float[np.ndarray, " pairs"] = apart[order]


def _pairs(table: pa.Table | None) -> _Pairs:
    if table is None:
        return _Pairs(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))
    left, right, probability, apart = (table[name].to_numpy() for name in ("l", "r", "probability", "apart"))
    return _Pairs(left.astype(np.int64), right.astype(np.int64), probability, apart)


def _rows(ready: Prepared, ids: pa.ChunkedArray) -> Int[np.ndarray, " ids"]:
    """Return row numbers by id, -1 for what is not there."""
    found: Any = pc.index_in(ids, value_set=ready.ids)
    return found.fill_null(-1).to_numpy().astype(np.int64)


def _with_known(pairs: _Pairs, known: pa.Table, ready: Prepared, changed: np.ndarray) -> _Pairs:
    """Return these pairs and those known ones that nothing has changed."""
    one, other = _rows(ready, known["one"]), _rows(ready, known["other"])
    if (np.minimum(one, other) < 0).any():
        raise InputError("known pairs name reports that are not among the known ones. Give the reports of every pair.")
    stays = ~changed[one] & ~changed[other]
    return _Pairs(
        np.concatenate([pairs.left, np.minimum(one, other)[stays]]),
        np.concatenate([pairs.right, np.maximum(one, other)[stays]]),
        np.concatenate([pairs.probability, known["probability"].to_numpy()[stays]]),
        np.concatenate([pairs.apart, known["apart"].to_numpy()[stays]]),
    )


def _decided(ready: Prepared, decisions: list[Decision]) -> tuple[list[tuple[int, int]], list[tuple[int, int]], int]:
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
                raise InputError(f"a decision names {name}, a tally, which is no event. Decide on reports of events only.")
        last[min(a, b), max(a, b)] = decision.same
    return [p for p, same in last.items() if same], [p for p, same in last.items() if not same], unused


def _linked(
    ready: Prepared, pairs: _Pairs, model: Model, decisions: list[Decision], around: Neighbours, candidates: int, anew: int
) -> Linked:
    same, different, unused = _decided(ready, decisions)
    pairs = _overruled(pairs, same, different)
    number = len(ready.hours)
    first = cut(number, pairs.left, pairs.right, pairs.probability, pairs.apart, ready.data_set, same, different)
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
        looked_at=len(around.left),
        candidates=candidates,
        crowded=around.crowded,
        not_looked_at=around.not_looked_at,
        anew=anew,
        decisions_unused=unused,
    )
    return Linked(_pair_table(names, pairs), _incident_table(names, pairs, first), model, counts)


def _overruled(pairs: _Pairs, same: list[tuple[int, int]], different: list[tuple[int, int]]) -> _Pairs:
    """Return pairs with persons' decisions in place of probabilities: 1 for the same, none for those that are not."""
    if not same and not different:
        return pairs
    decided = {*same, *different}
    keep = np.array([p not in decided for p in zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)], dtype=bool)
    ends = np.array(same, dtype=np.int64).reshape(-1, 2)
    return _Pairs(
        np.concatenate([pairs.left[keep], ends[:, 0]]),
        np.concatenate([pairs.right[keep], ends[:, 1]]),
        np.concatenate([pairs.probability[keep], np.ones(len(ends))]),
        np.concatenate([pairs.apart[keep], np.zeros(len(ends))]),
    )


def _pair_table(names: pa.Array, pairs: _Pairs) -> pa.Table:
    one, other = names.take(pa.array(pairs.left)), names.take(pa.array(pairs.right))
    turned: Any = pc.less(other, one)
    table = pa.table({
        "one": pc.if_else(turned, other, one), "other": pc.if_else(turned, one, other),
        "probability": pairs.probability, "apart": pairs.apart,
    })  # fmt: skip
    return table.sort_by([("one", "ascending"), ("other", "ascending")])


def _incident_table(names: pa.Array, pairs: _Pairs, first: Int[np.ndarray, " reports"]) -> pa.Table:
    """Return report, incident and probability; an incident is called by the least id of its reports, with i for r."""
    number = len(first)
    within = first[pairs.left] == first[pairs.right]
    total = np.bincount(pairs.left[within], pairs.probability[within], number) + np.bincount(
        pairs.right[within], pairs.probability[within], number
    )
    others = np.bincount(first, minlength=number)[first] - 1
    probability = np.where(others > 0, total / np.maximum(others, 1), 1.0)
    ids: np.ndarray = names.to_numpy(zero_copy_only=False)
    order = np.argsort(ids, kind="stable")
    # the first of each incident in the order of ids gives it its name
    _, where = np.unique(first[order], return_index=True)
    called = np.full(number, -1)
    called[first[order][where]] = order[where]
    named = np.array([f"i{name[1:]}" if name.startswith("r") else f"i{name}" for name in ids[called[first]].tolist()], dtype=object)
    return pa.table({
        "report": pa.array(ids[order], pa.string()), "incident": pa.array(named[order], pa.string()), "probability": probability[order],
    })  # fmt: skip


def estimate(reports: pa.Table, *, memory: str = MEMORY, threads: int = 2) -> Model:
    """Return the model that fits these reports' candidate pairs best.

    Expectation maximisation on all candidates of a sample of the reports, taken by what they say, and evenly over
    degrees of crowding; as how crowded it is is compared too, that does not bias the odds. Of fewer than 300 pairs nothing is estimated:
    the model is then DEFAULT, with the words that are common here.

    Parameters
    ----------
    reports
        By REPORT_SCHEMA.

    Raises
    ------
    InputError
        For a missing column, or an id given twice.
    """
    with _database(memory, threads) as con:
        ready = prepare(con, reports)
        number = len(ready.hours)
        by_content = np.argsort(ready.content, kind="stable")
        texts = by_content[:SAMPLED_TEXTS].astype(np.int32)
        common = common_words(con, pa.table({"n": texts}))
        judged = Model(DEFAULT.prior, DEFAULT.m, DEFAULT.u, common)
        around = nearest(ready, ready.linkable, threads)
        asking = np.zeros(number, dtype=bool)
        degree = np.log2(np.maximum(around.near, 1)).astype(int)
        for stratum in range(degree.max(initial=0) + 1):
            rows = by_content[(degree == stratum)[by_content] & (around.near > 0)[by_content]]
            asking[rows[np.cumsum(around.near[rows]) <= SAMPLED_PAIRS]] = True
        fill_reports(con, around.near, around.size, ready.data_set)
        asking &= ready.sd_hours < LATER_HOURS / 10
        if fill_candidates(con, *all_within(ready, asking, 0.0, threads)) < FEWEST_PAIRS:
            return judged
        fill_words(con, common)
        found = patterns(con)
        # Who is moved is not counted among the others' neighbours: one more takes the place of the pair itself.
        by_chance: list[Patterns] = []
        for later in (-LATER_HOURS, LATER_HOURS):
            con.execute(f"create or replace temp view moved as select * replace (hours + {later} as hours, near + 1 as near) from ready")
            fill_candidates(con, *all_within(ready, asking, later, threads), "moved")
            fill_words(con, common)
            by_chance.append(patterns(con, "moved"))
        both = Patterns(*(np.concatenate(parts) for parts in zip(*by_chance, strict=True)))
        return maximised(found, both, common)
