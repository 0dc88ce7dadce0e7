"""Questions asked of the table of draws: one or a few columns at a time, so that memory stays bounded.

DuckDB runs on one thread, which keeps its sums, and so the page, the same from run to run.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import duckdb
import numpy as np

from holdfast.report.words import Spread

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from jaxtyping import Float, Int

    Grid = Int[np.ndarray, " y x"]
    Points = Float[np.ndarray, " points columns"]

#: Bins a side of the grid on which clouds are counted.
BINS = 48

#: Pairs of columns compared in one pass over the draws: DuckDB's time grows with their square, and its memory with their number.
AT_ONCE = 8


@dataclass(frozen=True)
class Occurrence:
    """How often some columns exceed others, and what they are where they do.

    Parameters
    ----------
    share
        Share of the draws (those where no column is null) in which every condition holds.
    means
        Mean of each column asked about over those draws; empty if there are none.
    """

    share: float
    means: dict[str, float]


class DrawTable:
    """The draws of a study, grouped by proposal.

    Parameters
    ----------
    source
        Path of `draws.parquet`, or the same table in memory (pyarrow).

    Examples
    --------
    >>> import pyarrow as pa
    >>> table = pa.table({"draw": [0, 1], "proposal": ["p", "p"], "signed": [0.2, 0.4]})
    >>> with DrawTable(table) as draws:
    ...     round(draws.spread("signed")["p"].mean, 6)
    0.3
    """

    def __init__(self, source: object) -> None:
        self._connection = duckdb.connect(config={"threads": 1, "temp_directory": ""})
        if isinstance(source, (str, Path)):
            place = str(source).replace("'", "''")
            self._connection.execute(f"CREATE VIEW draws AS SELECT * FROM read_parquet('{place}')")  # noqa: S608
        else:
            self._connection.register("draws", source)
        described = self._connection.execute("SELECT * FROM draws LIMIT 0").description or []
        self.columns = frozenset(str(column[0]) for column in described)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def spread(self, column: str) -> dict[str, Spread]:
        """Return mean, 5 % and 95 % quantile of a column for each proposal that has values in it."""
        if column not in self.columns:
            return {}
        value = quoted_column(column)
        rows = self._rows(
            f"SELECT proposal, avg({value}), quantile_cont({value}, [0.05, 0.95]) FROM draws "  # noqa: S608
            f"WHERE isfinite({value}) GROUP BY proposal ORDER BY proposal"
        )
        return {str(row[0]): Spread(float(row[1]), float(row[2][0]), float(row[2][1])) for row in rows}

    def means(self, columns: Sequence[str]) -> dict[str, dict[str, float]]:
        """Return {column: {proposal: mean}} for the columns that exist, nulls left out."""
        present = [column for column in columns if column in self.columns]
        found: dict[str, dict[str, float]] = {column: {} for column in columns}
        if not present:
            return found
        averages = ", ".join(f"avg({c}) FILTER (WHERE isfinite({c}))" for c in map(quoted_column, present))
        rows = self._rows(f"SELECT proposal, {averages} FROM draws GROUP BY proposal ORDER BY proposal")  # noqa: S608
        for row in rows:
            for column, value in zip(present, row[1:], strict=True):
                if value is not None:
                    found[column][str(row[0])] = float(value)
        return found

    def occurrence(
        self, conditions: Sequence[tuple[str, str]], asked: Sequence[str], margin: float
    ) -> dict[str, Occurrence]:
        """Return, for each proposal, the share of draws in which each first column exceeds the second by `margin`.

        Draws in which one of the columns is null are left out; a proposal with none left is too.
        """
        needed = sorted({*asked, *(name for pair in conditions for name in pair)})
        if not self.columns.issuperset(needed):
            return {}
        known = " AND ".join(f"isfinite({quoted_column(column)})" for column in needed)
        holds = " AND ".join(
            f"{quoted_column(more)} - {quoted_column(less)} > {margin!r}" for more, less in conditions
        )
        averages = "".join(f", avg({quoted_column(column)}) FILTER (WHERE {holds})" for column in asked)
        rows = self._rows(
            f"SELECT proposal, avg(CASE WHEN {holds} THEN 1.0 ELSE 0.0 END){averages} FROM draws "  # noqa: S608
            f"WHERE {known} GROUP BY proposal ORDER BY proposal"
        )
        return {
            str(row[0]): Occurrence(
                float(row[1]),
                {
                    column: float(value)
                    for column, value in zip(asked, row[2:], strict=True)
                    if value is not None
                },
            )
            for row in rows
        }

    def exceeding(
        self, pairs: Sequence[tuple[str, str]], margin: float
    ) -> dict[tuple[str, str], dict[str, Occurrence]]:
        """Return `occurrence` of many pairs of columns, each for itself, `AT_ONCE` pairs in a pass over the draws."""
        present = [pair for pair in pairs if self.columns.issuperset(pair)]
        found: dict[tuple[str, str], dict[str, Occurrence]] = {pair: {} for pair in pairs}
        for start in range(0, len(present), AT_ONCE):
            self._add_exceeding(found, present[start : start + AT_ONCE], margin)
        return found

    def _add_exceeding(
        self,
        found: dict[tuple[str, str], dict[str, Occurrence]],
        pairs: Sequence[tuple[str, str]],
        margin: float,
    ) -> None:
        parts: list[str] = []
        for more, less in pairs:
            a, b = quoted_column(more), quoted_column(less)
            known, holds = f"isfinite({a}) AND isfinite({b})", f"{a} - {b} > {margin!r}"
            parts.append(f"count(*) FILTER (WHERE {known})")
            parts.append(f"count(*) FILTER (WHERE {known} AND {holds})")
            parts += [f"avg({value}) FILTER (WHERE {known} AND {holds})" for value in (a, b)]
        asked = ", ".join(parts)
        rows = self._rows(f"SELECT proposal, {asked} FROM draws GROUP BY proposal ORDER BY proposal")  # noqa: S608
        for proposal, *values in rows:
            for place, (more, less) in enumerate(pairs):
                known, there, first, second = values[4 * place : 4 * place + 4]
                if known:
                    means = {more: float(first), less: float(second)} if there else {}
                    found[more, less][str(proposal)] = Occurrence(there / known, means)

    def histogram(self, x: str, y: str) -> dict[str, Grid]:
        """Return, for each proposal, the counts of draws on a `BINS` × `BINS` grid of [0, 1]²; rows are y."""
        if not self.columns.issuperset((x, y)):
            return {}
        bins = [
            f"least(greatest(floor({quoted_column(column)} * {BINS}), 0), {BINS - 1})::INT"
            for column in (y, x)
        ]
        rows = self._rows(
            f"SELECT proposal, {bins[0]} AS row, {bins[1]} AS col, count(*) FROM draws "  # noqa: S608
            f"WHERE isfinite({quoted_column(x)}) AND isfinite({quoted_column(y)}) GROUP BY ALL ORDER BY ALL"
        )
        grids: dict[str, Grid] = {}
        for proposal, row, column, count in rows:
            grid = grids.setdefault(str(proposal), np.zeros((BINS, BINS), dtype=np.int64))
            grid[int(row), int(column)] = int(count)
        return grids

    def points(self, columns: Sequence[str], count: int) -> dict[str, Points]:
        """Return the first `count` draws of each proposal, (points, columns), those with a null left out."""
        if not self.columns.issuperset(columns):
            return {}
        names = ", ".join(quoted_column(column) for column in columns)
        known = " AND ".join(f"isfinite({quoted_column(column)})" for column in columns)
        rows = self._rows(
            f"SELECT proposal, {names} FROM draws WHERE draw < {int(count)} AND {known} ORDER BY proposal, draw"  # noqa: S608
        )
        found: dict[str, list[tuple[float, ...]]] = {}
        for row in rows:
            found.setdefault(str(row[0]), []).append(tuple(float(value) for value in row[1:]))
        return {proposal: np.asarray(values) for proposal, values in found.items()}

    def spread_of(self, expression: str, proposal: str) -> Spread | None:
        """Return mean and quantiles of an SQL expression of columns (`quoted_column`) for one proposal."""
        rows = self._connection.execute(
            f"WITH v AS (SELECT {expression} AS value FROM draws WHERE proposal = ?) "  # noqa: S608
            "SELECT avg(value), quantile_cont(value, [0.05, 0.95]) FROM v WHERE isfinite(value)",
            [proposal],
        ).fetchall()
        mean, quantiles = rows[0]
        return None if mean is None else Spread(float(mean), float(quantiles[0]), float(quantiles[1]))

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(query).fetchall()


def quoted_column(column: str) -> str:
    """Return a column's name quoted for SQL; names come from the file."""
    return '"' + column.replace('"', '""') + '"'
