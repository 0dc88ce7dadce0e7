"""The first grades of an incident's occurrence and attribution, which follow from its reports; `claims` says by what rule."""

from __future__ import annotations

from typing import Any

import numpy as np

from holdfast.monitoring._columns import Codes, Columns, arrow, with_column, worded
from holdfast.monitoring.agreement import GRADES, Agreement

CORROBORATED = GRADES.index("corroborated")


def first_grades(agreement: Agreement, incidents: Any, members: Any, reports: Any) -> Any:
    """Give incidents the grades that follow from their reports.

    Parameters
    ----------
    agreement
        Says how its observers know.
    incidents
        A table with the column incident.
    members
        Which report belongs to which: report, incident.
    reports
        id, observer, evidence, and, where they are known, observer_id, by, by_id and superseded; superseded ones do not count.

    Returns
    -------
    pyarrow.Table
        incidents with occurrence, attribution (grades, or null), by_id and by_disputed.
    """
    base = Columns(incidents, "incidents", ["incident"])
    said = Columns(reports, "reports", ["id", "observer", "evidence"])
    linked = Columns(members, "members", ["report", "incident"])
    report, incident = (
        linked.rows_of("report", said.texts("id")),
        linked.rows_of("incident", base.texts("incident")),
    )
    kept = (report >= 0) & (incident >= 0)
    kept[kept] &= ~said.flags("superseded", missing=False)[report[kept]]
    report, incident = report[kept], incident[kept]

    observer, names = _either(said, "observer_id", "observer")
    evidence = _evidence(agreement, said, observer, names)
    occurrence = np.full(base.count, -1, dtype=np.int64)
    np.maximum.at(occurrence, incident, evidence[report])
    several = _distinct(incident, observer[report], base.count) >= 2
    occurrence = np.where(several, np.maximum(occurrence, CORROBORATED), occurrence)

    party, parties = _either(said, "by_id", "by")
    told = party[report] >= 0
    report, incident = report[told], incident[told]
    accused = _distinct(incident, party[report], base.count)
    who = np.full(base.count, -1, dtype=np.int64)
    who[incident] = party[report]
    agreed = accused == 1
    attribution = np.where(_distinct(incident, observer[report], base.count) >= 2, CORROBORATED, 0)
    known = np.array([*(name in agreement.parties for name in parties), False])[who]

    table = with_column(base.table, "occurrence", worded(occurrence, GRADES))
    table = with_column(table, "attribution", worded(np.where(agreed, attribution, -1), GRADES))
    table = with_column(table, "by_id", worded(np.where(agreed & known, who, -1), parties))
    return with_column(table, "by_disputed", arrow.array(accused > 1))


def _either(table: Columns, first: str, second: str) -> tuple[Codes, list[str]]:
    """Return a column of text, and another where it has none."""
    one, words = table.codes(first)
    two, others = table.codes(second)
    place = {word: number for number, word in enumerate(words)}
    every = [*words, *(word for word in others if word not in place)]
    place = {word: number for number, word in enumerate(every)}
    moved = np.array([*(place[word] for word in others), -1], dtype=np.int64)[two]
    return np.where(one >= 0, one, moved), every


def _evidence(agreement: Agreement, reports: Columns, observer: Codes, names: list[str]) -> Codes:
    said = reports.grades("evidence")
    general = [agreement.id_of("observers", name) for name in names]
    steps = [GRADES.index(agreement.observers[id_].evidence) if id_ is not None else 0 for id_ in general]
    return np.where(said <= 0, np.array([*steps, 0], dtype=np.int64)[observer], said)


def _distinct(group: Codes, value: Codes, count: int) -> Codes:
    """Return how many different values, from 0 up, each group has."""
    told = value >= 0
    if not np.any(told):
        return np.zeros(count, dtype=np.int64)
    width = int(value.max()) + 1
    pairs = np.unique(group[told] * width + value[told])
    return np.bincount(pairs // width, minlength=count)
