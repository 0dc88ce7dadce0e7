"""summary.csv: the summary as one long table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any, cast

HEADER = ("proposal", "outcome", "mean", "p05", "p95")
SPREAD = {"mean", "p05", "p95"}
NO_AGREEMENT = "no_agreement"

Row = tuple[str, str, float | None, float | None, float | None]


def csv_text(summary: Mapping[str, Any]) -> str:
    """Return every number of the proposals in a summary as CSV: proposal, outcome, mean, p05, p95.

    An outcome is named by its keys joined by dots (`holds.10`, `accept.UKR`). A plain number such as `best` stands
    under mean alone. What going on fighting is worth stands under the proposal `no_agreement`.

    Examples
    --------
    >>> s = {"mean": 0.5, "p05": 0.1, "p95": 0.9}
    >>> print(csv_text({"proposals": {"troops": {"title": "T", "holds": {"10": s}, "best": 1.0}}}), end="")
    proposal,outcome,mean,p05,p95
    troops,holds.10,0.5,0.1,0.9
    troops,best,1.0,,
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    proposals: Mapping[str, Any] = summary.get("proposals") or {}
    for name, entry in {**proposals, NO_AGREEMENT: summary.get(NO_AGREEMENT)}.items():
        for row in _rows(name, "", entry):
            writer.writerow(["" if item is None else item for item in row])
    return out.getvalue()


def _rows(proposal: str, path: str, entry: object) -> Iterator[Row]:
    if isinstance(entry, Mapping):
        found = cast("Mapping[str, Any]", entry)
        if set(found) == SPREAD:
            yield proposal, path, found["mean"], found["p05"], found["p95"]
            return
        for key, value in found.items():
            yield from _rows(proposal, f"{path}.{key}" if path else key, value)
    elif isinstance(entry, int | float) and not isinstance(entry, bool):
        yield proposal, path, float(entry), None, None
