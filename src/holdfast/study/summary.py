"""summary.json: means and 5–95 % intervals of every answer. docs/reference/summary.md says what each entry means.

Columns are read one at a time and only their spreads are kept, so that memory stays bounded; sums are taken in the
order of the draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
from jaxtyping import Float

from holdfast.scenario import Scenario
from holdfast.study.hinges import Hinge, best_shares
from holdfast.study.places import promises

__all__ = ["Spread", "spread", "summarise"]

compute: Any = pc  # without types of its own, as is pq

Spread = dict[str, float] | None


def spread(values: Float[np.ndarray, " draws"]) -> Spread:
    """Return mean, 5 % and 95 % quantile; None where the values do not apply.

    Examples
    --------
    >>> import numpy as np
    >>> spread(np.array([0.0, 0.5, 1.0]))
    {'mean': 0.5, 'p05': 0.05, 'p95': 0.95}
    """
    known = values[~np.isnan(values)]
    if not known.size:
        return None
    low, high = np.quantile(known, [0.05, 0.95])
    return {"mean": float(np.mean(known)), "p05": float(low), "p95": float(high)}


class _Table:
    """Columns of draws.parquet as [draws, proposals]."""

    def __init__(self, file: Path, proposals: Sequence[str]) -> None:
        self.file: Any = pq.ParquetFile(file)
        self.names: set[str] = set(self.file.schema_arrow.names)
        self.proposals = list(proposals)
        self._spreads: dict[str, dict[str, Spread]] = {}

    def __call__(self, name: str) -> Float[np.ndarray, "draws proposals"]:
        count: int = self.file.metadata.num_rows // len(self.proposals)
        if name not in self.names:
            return np.full((count, len(self.proposals)), np.nan)
        column = self.file.read([name]).column(0)
        values = compute.cast(column, "float64").to_numpy(zero_copy_only=False)
        return values.reshape(count, len(self.proposals))

    def spread(self, name: str, proposal: str) -> Spread:
        """Return a column's spread under one proposal; the column is read once for all of them."""
        if name not in self.names:
            return None
        if name not in self._spreads:
            by_proposal = zip(self.proposals, self(name).T, strict=True)
            self._spreads[name] = {p: spread(values) for p, values in by_proposal}
        return self._spreads[name][proposal]


def summarise(
    scenario: Scenario, proposals: Sequence[str], file: Path, draws: int, seed: int, hinges: Sequence[Hinge]
) -> dict[str, Any]:
    """Return what summary.json says, from the finished table of draws.

    Parameters
    ----------
    scenario, proposals
        The file, and the proposals in the order of the table's rows.
    file
        draws.parquet.
    draws, seed
        As they were run.
    hinges
        As found from the same draws.
    """
    table = _Table(file, proposals)
    best = np.mean(best_shares(table("signed_and_holds_10")), axis=0)
    fragile, converged = table("fragile"), table("converged")
    return {
        "scenario": scenario.title,
        "as_of": scenario.as_of.isoformat(),
        "draws": draws,
        "seed": seed,
        "fragile": float(np.mean(fragile)),
        "not_converged": float(1 - np.mean(converged)),
        "no_agreement": {"value": {p: spread(table(f"fighting.{p}")[:, 0]) for p in scenario.principals}},
        "proposals": {
            p: _answers(scenario, p, table)
            | {"best": float(best[n]), "fragile": float(np.mean(fragile[:, n]))}
            for n, p in enumerate(proposals)
        },
        "hinges": list(hinges),
    }


def _answers(scenario: Scenario, proposal: str, table: _Table) -> dict[str, Any]:
    own = scenario.proposals[proposal]
    pair = scenario.principals
    pledged = promises(scenario, own)
    bodies = sorted({b for p in pledged if (b := p.pledge.body_of(p.member)) is not None})

    def one(name: str) -> Spread:
        return table.spread(name, proposal)

    gains = {link: one(f"gain.{link}") for link in ("detect", "decide", "honour")}
    link: dict[str, Any] | None = None
    if pledged:
        means = {name: gain["mean"] for name, gain in gains.items() if gain is not None}
        link = {**means, "weakest": max(means, key=lambda name: means[name])}
    return {
        "title": own.title,
        "signed": one("signed"),
        "accept": {p: one(f"accept.{p}") for p in sorted(scenario.members(own.signatories))},
        "value": {p: one(f"value.{p}") for p in pair},
        "holds": {year: one(f"holds.{year}") for year in ("1", "5", "10")},
        "causes": {"10": {c: one(f"causes.10.{c}") for c in (*pair, "accident")}},
        "signed_and_holds_10": one("signed_and_holds_10"),
        "deter": {p: {year: one(f"deter.{p}.{year}") for year in ("0", "5")} for p in pair},
        "detect": {p: one(f"detect.{p}") for p in pair},
        "decide": {b: one(f"decide.{b}") for b in bodies},
        "honour": {p.name: one(f"honour.{p.name}") for p in pledged},
        "delivered": {p: one(f"delivered.{p}") for p in pair},
        "weakest_link": link,
    }
