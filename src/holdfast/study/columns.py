"""The columns of draws.parquet: names for what the chain returns. docs/reference/columns.md says what each means."""

from __future__ import annotations

import numpy as np

from holdfast.chain.escalate import Solved
from holdfast.chain.solve import CURVE_YEARS
from holdfast.scenario import Draws, Proposal, Scenario
from holdfast.study.assemble import Assembled
from holdfast.study.peace import peace_terms, utilities
from holdfast.study.reader import Reader, Values

__all__ = ["columns", "year_name"]


def year_name(year: float) -> str:
    """Return a year as it stands in a column's name.

    Examples
    --------
    >>> year_name(0.25), year_name(10.0)
    ('0.25', '10')
    """
    return f"{year:g}"


def columns(
    scenario: Scenario, proposal: Proposal, draws: Draws, built: Assembled, solved: Solved
) -> dict[str, Values]:
    """Return every outcome of one proposal by column name, a value a draw; inapplicable ones are left out."""
    values, found = Reader(draws), solved.outcomes
    got: dict[str, np.ndarray] = {"signed": found.signed}
    for i in (0, 1):
        got |= _by_principal(scenario, proposal, i, values, built, solved)
    for p in scenario.members(proposal.signatories):
        if p in proposal.accepts:
            got[f"accept.{p}"] = values(proposal.accepts[p])
    got["causes.10.accident"] = found.causes_10[2]
    for year, holds in zip(CURVE_YEARS, found.survival, strict=True):
        if year > scenario.war.horizon_years:
            break
        got[f"holds_curve.{year_name(year)}"] = holds
    for year in (1, 5, 10):
        got[f"holds.{year}"] = got[f"holds_curve.{year}"]
    got["signed_and_holds_10"] = got["signed"] * got["holds.10"]
    for body in sorted({b for bodies in built.bodies for b in bodies}):
        rows = [_passes(built, i, body) for i in (0, 1) if body in built.bodies[i]]
        got[f"decide.{body}"] = sum(rows[1:], start=rows[0]) / len(rows)
    if any(built.force) or any(built.sanctions):
        holds = found.variants_10
        for n, link in enumerate(("detect", "decide", "honour"), start=1):
            got[f"gain.{link}"] = holds[n] - holds[0]
        got["without_help.holds.10"] = holds[4]
    got["fragile"] = solved.fragile
    got["converged"] = solved.converged
    return {name: np.asarray(column) for name, column in sorted(got.items())}


def _by_principal(
    scenario: Scenario, proposal: Proposal, i: int, values: Reader, built: Assembled, solved: Solved
) -> dict[str, np.ndarray]:
    """Return what is told of principal number i, and of attacks by it."""
    p, found = scenario.principals[i], solved.outcomes
    got: dict[str, np.ndarray] = {}
    if p in scenario.members(proposal.signatories):
        got[f"accept.{p}"] = found.accept[i]
    got[f"value.{p}"] = found.net_value[i]
    got[f"fighting.{p}"] = found.fighting_value[i]
    got[f"red_line.{p}"] = found.refuses[i]
    for n, year in enumerate((0, 5)):
        got[f"deter.{p}.{year}"] = found.deter[n, i]
        got[f"attack_value.{p}.{year}"] = found.attack_value[n, i]
        got[f"standing_value.{p}.{year}"] = found.standing_value[n, i]
    got[f"detect.{p}"] = found.detect[i]
    got[f"causes.10.{p}"] = found.causes_10[i]
    got[f"without_help.deter.{p}.0"] = found.deter_without_help[i]
    for issue, part in utilities(scenario, proposal, p, values).items():
        got[f"utility.{p}.{issue}"] = part
    got[f"peace.{p}.relief"], got[f"peace.{p}.upkeep"] = peace_terms(proposal, p, values)
    if built.force[i]:
        got[f"delivered.{p}"] = found.delivered[i]
        got[f"delivered_low.{p}"], got[f"delivered_high.{p}"] = (
            solved.delivered_low[i],
            solved.delivered_high[i],
        )
    for n, promise in enumerate(built.force[i]):
        got[f"honour.{promise.name}"] = found.honour[i][n]
        got[f"honour_alone.{promise.name}"] = found.honour_alone[i][n]
    for n, promise in enumerate(built.sanctions[i]):
        got[f"honour.{promise.name}"] = got[f"honour_alone.{promise.name}"] = found.sanctions[i][n]
    return got


def _passes(built: Assembled, attacker: int, body: str) -> Values:
    """Return q of a body after an attack by this principal."""
    return np.asarray(built.inputs.attacks[attacker].passes[built.bodies[attacker].index(body)])
