"""Which days nobody watched, by the tallies in the index: at all, or for certain kinds of events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from holdfast.monitoring.agreement import Agreement
from holdfast.monitoring.observed import NOT_OBSERVED_SCHEMA, not_observed
from holdfast.monitoring.store.folder import asked

arrow: Any = pa

_COVERS = """
select observer_id, sector_id, kind, start, "end", figures['observed_share'] as observed_share
from reports where format = 'tally' and not superseded order by entry
"""


def unseen_days(con: Any, agreement: Agreement, until: tuple[dt.date, dt.datetime]) -> Any:
    """Return the days on which nobody watched, up to a day as it looks at a moment."""
    return not_observed(agreement, asked(con, _COVERS), *until)


def unseen_for(
    con: Any,
    agreement: Agreement,
    until: tuple[dt.date, dt.datetime],
    kinds: Mapping[str, Sequence[str]],
    name: str,
) -> Any:
    """Return the days that were not watched for what each name stands for, with a column of the names."""
    tallies = asked(con, _COVERS)
    made: dict[frozenset[str], Any] = {}
    parts = [NOT_OBSERVED_SCHEMA.empty_table().append_column(name, arrow.array([], arrow.string()))]
    for key, wanted in kinds.items():
        chosen = frozenset(wanted)
        if chosen not in made:
            made[chosen] = not_observed(agreement, tallies, *until, chosen)
        parts.append(
            made[chosen].append_column(name, arrow.array([key] * made[chosen].num_rows, arrow.string()))
        )
    return arrow.concat_tables(parts)
