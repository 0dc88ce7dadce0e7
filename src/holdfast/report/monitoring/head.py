"""The first lines of a status in the terminal: how it stands, and how far that can be trusted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

from holdfast.monitoring.agreement import Agreement
from holdfast.monitoring.observed import EVERYWHERE
from holdfast.report.monitoring.watch import GRADES_UP, ONE_DAY

__all__ = ["head"]


def head(status: Mapping[str, Any], agreement: Agreement | None) -> Table:
    """Return a line or two each about breaches, what falls due, what was not seen, and what the figures lack."""
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for label, told in (
        ("Breaches", _breaches(status)),
        ("Due", _due(status)),
        ("Not seen", _unseen(status, agreement)),
        ("Set aside", _aside(status)),
        ("Differ", _differing(status)),
    ):
        grid.add_row(Text(label, style="bold"), Text(told))
    return grid


def _breaches(status: Mapping[str, Any]) -> str:
    rows = status["findings"]
    breach, undetermined = (sum(row[name] for row in rows) for name in ("breach", "undetermined"))
    grades = {grade: sum(row["grades"].get(grade, 0) for row in rows) for grade in GRADES_UP}
    # the surest first; what one source reports is no more than that
    told = [f"{grades[grade]:,} {grade}" for grade in reversed(GRADES_UP) if grades[grade]]
    return (
        f"{breach:,}: {', '.join(told)}" if breach else "none found"
    ) + f"; {undetermined:,} undetermined."


def _due(status: Mapping[str, Any]) -> str:
    triggers = status["triggers"]
    if not triggers:
        return "the agreement names no trigger."
    states = [one["state"] for one in triggers]
    first = min((one["first_met"] for one in triggers if one["first_met"]), default=None)
    when = f" (the first on {first})" if first else ""
    unclear = states.count("cannot be told")
    untold = f"; of {unclear} it cannot be told" if unclear else ""
    return f"{states.count('met')} of {_of(len(triggers), 'trigger')} met{when}{untold}."


def _unseen(status: Mapping[str, Any], agreement: Agreement | None) -> str:
    since, until = (dt.date.fromisoformat(status[name]) for name in ("since", "as_of"))
    lost: set[tuple[str, dt.date]] = set()
    for gap in status["not_observed"]:
        first = max(dt.date.fromisoformat(gap["since"]), since)
        last = min(dt.date.fromisoformat(gap["until"]), until)
        lost |= {(gap["sector"], first + number * ONE_DAY) for number in range((last - first).days + 1)}
    if not lost:
        return "no gap in observation is recorded."
    sectors = 0 if agreement is None else len(agreement.sectors) or 1
    all_ = sectors * ((until - since).days + 1)
    of = f" of {all_:,}" if all_ else ""
    each = "days" if any(sector == EVERYWHERE for sector, _ in lost) else "days of sectors"
    return f"{len(lost):,}{of} {each}; what happened then is not known."


def _aside(status: Mapping[str, Any]) -> str:
    record = status["record"]
    parts = [_of(record["set_aside"], "row")]
    if record["outside"]:
        parts.append(f"{_of(record['outside'], 'report')} of days out of force")
    if late := record["not_indexed"]:
        parts.append(f"{_of(late, 'entry', 'entries')} not read yet")
    return f"{'; '.join(parts)}."


def _differing(status: Mapping[str, Any]) -> str:
    tallies, rivals = status["tallies"], status["rivals"]
    parts: list[str] = []
    if checked := tallies["agree"] + tallies["differ"]:
        parts.append(
            f"{tallies['differ']:,} of {_of(checked, 'tally', 'tallies')} from what the next one repeats"
        )
    if rivals:
        differ = sum(one["verdict"] == "differ" for one in rivals)
        parts.append(f"{differ:,} of {_of(len(rivals), 'rival pair')}")
    return f"{'; '.join(parts)}." if parts else "no tally can be held against another."


def _of(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
