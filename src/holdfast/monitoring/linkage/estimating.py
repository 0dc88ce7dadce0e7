"""A model estimated from reports, without knowing which of them are of the same event."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Int

from holdfast.monitoring.linkage.database import MEMORY, database
from holdfast.monitoring.linkage.maximise import Patterns, maximised, patterns
from holdfast.monitoring.linkage.model import DEFAULT, Model
from holdfast.monitoring.linkage.near import all_within, nearest
from holdfast.monitoring.linkage.prepare import Prepared, prepare
from holdfast.monitoring.linkage.scoring import fill_candidates, fill_reports
from holdfast.monitoring.linkage.untyped import pa
from holdfast.monitoring.linkage.words import common_words, fill_words
from holdfast.monitoring.reports import Table

__all__ = ["estimate"]

FEWEST_PAIRS = 300
"""Of fewer candidate pairs no model is estimated."""
SAMPLED_PAIRS = 60_000
"""About so many candidate pairs of every degree of crowding are looked at to estimate a model."""
MOST_CROWDED = 7
"""Reports with 2⁷ neighbours or more are not learnt from (`maximise.CLEAR` says why)."""
LATER_HOURS = 120.0
"""Two reports of one event are no candidates if one of them had been so much later, at the same time of day."""
SAMPLED_REPORTS = 100_000
"""So many reports are looked at to count words, and to see how crowded it is."""


def estimate(reports: Table, *, memory: str = MEMORY, threads: int = 2) -> Model:
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
    with database(memory, threads) as con:
        ready = prepare(con, reports)
        by_content = np.argsort(ready.content, kind="stable")
        common = common_words(con, pa.table({"n": by_content[:SAMPLED_REPORTS].astype(np.int32)}))
        judged = Model(DEFAULT.prior, DEFAULT.m, DEFAULT.u, common)
        asking = _asking(ready, by_content, threads)
        found = {
            later: all_within(ready, asking, later, threads) for later in (0.0, -LATER_HOURS, LATER_HOURS)
        }
        # how crowded it is counts on both sides of a pair
        asked = asking.copy()
        for _, whom in found.values():
            asked[whom] = True
        around = nearest(ready, asked, threads)
        fill_reports(con, around.near, around.size, ready.data_set)
        if fill_candidates(con, *found[0.0]) < FEWEST_PAIRS:
            return judged
        fill_words(con, common)
        seen = patterns(con)
        by_chance: list[Patterns] = []
        for later in (-LATER_HOURS, LATER_HOURS):
            # who is moved is not among the others' neighbours: one more takes the place of the pair itself
            con.execute(
                f"create or replace temp view moved as select * replace (hours + {later} as hours, near + 1 as near) from ready"  # noqa: S608
            )
            fill_candidates(con, *found[later], asking="moved")
            fill_words(con, common)
            by_chance.append(patterns(con, asking="moved"))
        both = Patterns(*(np.concatenate(parts) for parts in zip(*by_chance, strict=True)))
        return maximised(seen, both, common) if both.pairs.sum() >= FEWEST_PAIRS else judged


def _asking(
    ready: Prepared, by_content: Int[np.ndarray, " reports"], threads: int
) -> Bool[np.ndarray, " reports"]:
    """Return whose candidates are looked at: a sample by content, about as many pairs of every degree of crowding."""
    precise = ready.linkable & (ready.sd_hours < LATER_HOURS / 10)  # moved so far, the others are still near
    some = np.zeros(len(by_content), dtype=bool)
    some[by_content[precise[by_content]][:SAMPLED_REPORTS]] = True
    near = nearest(ready, some, threads).near
    asking = np.zeros(len(by_content), dtype=bool)
    degree = np.log2(np.maximum(near, 1)).astype(int)
    for stratum in range(MOST_CROWDED):
        rows = by_content[((degree == stratum) & (near > 0))[by_content]]
        asking[rows[np.cumsum(near[rows]) <= SAMPLED_PAIRS]] = True
    return asking
