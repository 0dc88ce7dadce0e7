"""Which proposals lie in the zone of possible agreement, who blocks the others, what would bring the blocker in: words and a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich import box
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from holdfast.report.bargain.conceding import concessions
from holdfast.report.bargain.signing_words import (
    basis,
    below,
    blockers,
    headline,
    open_share,
    ordered,
    title,
    unasked,
)
from holdfast.report.names import Names
from holdfast.report.words import percent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console, ConsoleOptions, RenderResult

    from holdfast.scenario import PositionFile

__all__ = ["zone_table"]

_NAME, _ANSWER = 16, 24
"""Columns of the terminal that a proposal's id and who blocks it have at least, where there is room; both fold."""
_GAP = 2
"""Columns between two of the table: padding and the rule of its box."""


def zone_table(file: PositionFile, zone: Mapping[str, Any]) -> list[Any]:
    """Return the zone's part of the terminal's table.

    Parameters
    ----------
    file
        The scenario.
    zone
        What `study.bargain.zone.agreement_zone` returned.
    """
    lines = [headline(file, zone), open_share(file, zone)]
    if without := unasked(file, zone):
        lines.append(without)
    for name in ordered(file, zone):
        lines += [f"{title(file, name)}: {said}" for said in concessions(file, name, zone)]
    lines.append(basis(zone))
    return [
        Text("Which proposals could be signed", style="bold"),
        _Signatures(file, zone),
        *(Text(line) for line in lines),
        Text(""),
    ]


@dataclass(frozen=True)
class _Signatures:
    """Who accepts which proposal, and who blocks it: a column a signatory where the terminal has room, else a line a signatory."""

    file: PositionFile
    zone: Mapping[str, Any]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self._side_by_side(options.max_width) or self._below_each_other(options.max_width)

    def _side_by_side(self, width: int) -> Table | None:
        """Return the table with a column a signatory; None where the others would have no room."""
        names = Names(self.file)
        parties = sorted({s for _, row in self._rows() for s in row["accepts"]})
        cells = {p: [self._share(row["accepts"].get(p)) for _, row in self._rows()] for p in parties}
        heads = {p: f"{names.party(p)}\naccepts" for p in parties}
        least = {p: _widest([*cells[p], *heads[p].splitlines()]) for p in parties}
        widths = self._widths(width - sum(least.values()) - _GAP * len(parties), _ANSWER)
        if widths is None:
            return None
        grid = _grid(widths[0])
        for party in parties:
            grid.add_column(Text(heads[party]), justify="right", no_wrap=True, width=least[party])
        grid.add_column("who blocks it", width=widths[1], overflow="fold")
        for n, (name, row) in enumerate(self._rows()):
            grid.add_row(Text(name), *(cells[p][n] for p in parties), Text(blockers(self.file, name, row)))
        return grid

    def _below_each_other(self, width: int) -> Table:
        """Return the table with a line a signatory, which fits everywhere."""
        names = Names(self.file)
        each = [
            [f"{names.party(p)} {self._share(spread)}" for p, spread in row["accepts"].items()]
            for _, row in self._rows()
        ]
        widest = max(map(_widest, each))
        widths = self._widths(width - widest - _GAP, _NAME) or (None, None)
        grid = _grid(widths[0])
        grid.add_column("who accepts with", no_wrap=widths[0] is not None, overflow="fold")
        grid.add_column("who blocks it", width=widths[1], overflow="fold")
        for (name, row), lines in zip(self._rows(), each, strict=True):
            grid.add_row(Text(name), Text("\n".join(lines)), Text(blockers(self.file, name, row)))
        return grid

    def _widths(self, room: int, answer: int) -> tuple[int, int] | None:
        """Return how wide the ids and the answers are; None where there is less room than these need when folded."""
        answers = _widest(["who blocks it", *(blockers(self.file, p, row) for p, row in self._rows())])
        names = _widest(["proposal", *(p for p, _ in self._rows())])
        wide = min(names, max(_NAME, room - answers - _GAP))
        left = room - wide - _GAP
        return None if left < min(answer, answers) else (wide, min(answers, left))

    def _rows(self) -> list[tuple[str, Mapping[str, Any]]]:
        return [(name, self.zone["proposals"][name]) for name in ordered(self.file, self.zone)]

    def _share(self, spread: Mapping[str, float] | None) -> str:
        if spread is None:
            return "not asked"
        within = f"{percent(spread['p05']).removesuffix('%')}–{percent(spread['p95'])}"
        return f"{below(spread['mean'], self.zone['threshold'])} ({within})"


def _grid(width: int | None) -> Table:
    grid = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False, pad_edge=False)
    grid.add_column("proposal", width=width, overflow="fold")
    return grid


def _widest(lines: Sequence[str]) -> int:
    return max(map(cell_len, lines))
