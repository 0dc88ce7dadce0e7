"""Which proposals lie in the zone of possible agreement, who blocks the others, what would bring the blocker in: words and a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table
from rich.text import Text

from holdfast.report.bargain.conceding import concessions
from holdfast.report.bargain.signing_words import (
    basis,
    below,
    blockers,
    headline,
    open_share,
    title,
)
from holdfast.report.names import Names
from holdfast.report.words import percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from holdfast.scenario import PositionFile

__all__ = ["zone_table"]


def zone_table(file: PositionFile, zone: Mapping[str, Any]) -> list[Any]:
    """Return the zone's part of the terminal's table.

    Parameters
    ----------
    file
        The scenario.
    zone
        What `study.bargain.zone.agreement_zone` returned.
    """
    names = Names(file)
    parties = sorted({s for row in zone["proposals"].values() for s in row["accepts"]})
    grid = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False, pad_edge=False)
    grid.add_column("proposal", min_width=16, overflow="fold")
    for party in parties:
        grid.add_column(f"{names.party(party)}\naccepts", justify="right", no_wrap=True)
    grid.add_column("who blocks it")
    for name in zone["closest"]:
        row = zone["proposals"][name]
        cells = (_share(row["accepts"].get(p), zone["threshold"]) for p in parties)
        grid.add_row(Text(name), *cells, Text(blockers(file, name, row)))
    lines = [headline(file, zone), open_share(file, zone)]
    for name in zone["closest"]:
        lines += [f"{title(file, name)}: {said}" for said in concessions(file, name, zone)]
    lines.append(basis(zone))
    return [
        Text("Which proposals could be signed", style="bold"),
        grid,
        *(Text(line) for line in lines),
        Text(""),
    ]


def _share(spread: Mapping[str, float] | None, threshold: float) -> str:
    if spread is None:
        return "not asked"
    return f"{below(spread['mean'], threshold)} ({percent(spread['p05']).removesuffix('%')}–{percent(spread['p95'])})"
