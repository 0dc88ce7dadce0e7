"""What peace under a proposal, and defeat, are worth to a principal, and which of its red lines the proposal crosses."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from holdfast.scenario import Proposal, Quantity, Relief, Scenario
from holdfast.scenario.terms import TermBase
from holdfast.study.places import terms
from holdfast.study.reader import Reader, Values

__all__ = ["crossed_lines", "crossings", "defeat", "peace_terms", "utilities"]


def _losses(
    scenario: Scenario, principal: str, outcome: Mapping[str, Quantity], values: Reader
) -> dict[str, Values]:
    """Return w_k |z_k − y_k| by issue: what an outcome z takes from a principal whose ideal is y."""
    party = scenario.parties[principal]
    weights = {k: values(party.salience[k]) for k in sorted(scenario.issues)}
    total = sum(weights.values())
    return {
        k: weight / total * np.abs(values(outcome[k]) - values(party.positions[k]))
        for k, weight in weights.items()
    }


def utilities(scenario: Scenario, proposal: Proposal, principal: str, values: Reader) -> dict[str, Values]:
    """Return what each issue's outcome takes from a principal's utility, −w_k |z_k − y_k|; u is 1 plus their sum."""
    return {k: -loss for k, loss in _losses(scenario, principal, proposal.outcome, values).items()}


def defeat(scenario: Scenario, principal: str, other: str, values: Reader) -> Values:
    """Return d_i = u_i(y_j), the value of the other's ideal."""
    losses = _losses(scenario, principal, scenario.parties[other].positions, values)
    return 1 - sum(losses.values(), start=values.zero)


def peace_terms(proposal: Proposal, principal: str, values: Reader) -> tuple[Values, Values]:
    """Return what relief terms grant a principal, and what all terms cost it, while peace lasts."""
    relief = [t.worth for t in terms(proposal, Relief) if t.to == principal]
    upkeep = [t.upkeep[principal] for t in terms(proposal, TermBase) if principal in t.upkeep]
    return (
        sum((values(q) for q in relief), start=values.zero),
        sum((values(q) for q in upkeep), start=values.zero),
    )


def crossings(scenario: Scenario, proposal: Proposal, principal: str, values: Reader) -> list[np.ndarray]:
    """Return for each red line of a principal in which draws the proposal crosses it."""
    rows: list[np.ndarray] = []
    for line in scenario.parties[principal].red_lines:
        crossed = np.ones(values.draws.count, bool)
        for issue, where in line.crosses.items():
            outcome = values(proposal.outcome[issue])
            crossed &= outcome > where.above if where.above is not None else outcome < where.below
        rows.append(crossed)
    return rows


def crossed_lines(scenario: Scenario, proposal: Proposal, principal: str, values: Reader) -> list[Values]:
    """Return the firmness of each red line where the proposal crosses it, 0 elsewhere."""
    lines = scenario.parties[principal].red_lines
    return [
        np.where(crossed, values(line.firmness), 0.0)
        for line, crossed in zip(lines, crossings(scenario, proposal, principal, values), strict=True)
    ]
