"""Linking the reports of the index: which belong together, with the model that the record keeps."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pyarrow as pa

from holdfast.monitoring.linkage import DEFAULT, Decision, Known, Linked, Model, estimate, link
from holdfast.monitoring.linkage.estimating import FEWEST_PAIRS
from holdfast.monitoring.reports import Table
from holdfast.monitoring.store.entries import STAGED_SCHEMA
from holdfast.monitoring.store.folder import asked
from holdfast.monitoring.store.taking import current_reports

arrow: Any = pa

__all__ = ["estimated", "linked"]

_FEW = 0.2
"""Up to this share of new reports only their neighbourhood is linked anew."""


def estimated(con: Any, fresh: list[Table]) -> Model | None:
    """Return a model of linkage from the reports of the index and new ones, once there are enough; None where there is one already.

    Parameters
    ----------
    con
        The index.
    fresh
        By STAGED_SCHEMA.
    """
    if not fresh or con.execute("select count(*) from models").fetchall()[0][0]:
        return None
    [(known_rows,)] = con.execute("select count(*) from reports where not superseded").fetchall()
    number = known_rows + sum(table.num_rows for table in fresh)
    if number * (number - 1) // 2 < FEWEST_PAIRS:
        return None
    known = current_reports(con).select([part.name for part in STAGED_SCHEMA])
    model = estimate(arrow.concat_tables([known.cast(STAGED_SCHEMA), *fresh]))
    return model if model.pairs else None


def _model(con: Any) -> Model:
    """Return the model of linkage that the record keeps, or the one by judgement where it keeps none."""
    rows = con.execute("select model from models order by entry desc limit 1").fetchall()
    return Model.from_json(rows[0][0]) if rows else DEFAULT


def linked(con: Any, added: int | None) -> str:
    """Link reports, keep pairs, members and how crowded it is, and return what was looked at, as JSON.

    Parameters
    ----------
    con
        The index.
    added
        How many reports were added since it was linked last; None where anything else has changed, too.
    """
    model = _model(con)
    [(total,)] = con.execute("select count(*) from reports where not superseded").fetchall()
    rows = con.execute("select one, other, same from decisions where one <> other order by entry").fetchall()
    decisions = [Decision(*row) for row in rows]
    if total == 0:
        return "{}"
    if added is not None and added <= _FEW * total:
        [(since,)] = con.execute("select entry from about").fetchall()
        before, fresh = (
            current_reports(con, f"entry <= {since}"),
            current_reports(con, f"entry > {since}"),
        )
        known = Known(before, asked(con, "select * from pairs"), asked(con, "select * from crowded"))
        found = link(fresh, model, known=known, decisions=decisions)
    else:
        found = link(current_reports(con), model, decisions=decisions)
    _kept(con, found)
    return json.dumps(asdict(found.counts))


def _kept(con: Any, found: Linked) -> None:
    for name, table in (("pairs", found.pairs), ("members", found.incidents), ("crowded", found.crowded)):
        con.execute(f"delete from {name}")  # noqa: S608
        con.register("found", table)
        con.execute(f"insert into {name} select * from found")  # noqa: S608
        con.unregister("found")
