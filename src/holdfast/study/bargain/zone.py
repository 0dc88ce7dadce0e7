"""Which proposals both sides would sign, who blocks the others, and the least that would have to change for a blocker to sign.

Whether a principal signs is the chain's answer, war being what it has instead. A concession moves a blocked proposal's outcome
towards the blocker's ideal, on one issue, two, or all of them, by part of the way or all of it; its terms stay as they are. Every
candidate goes through the chain as the proposals do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from holdfast.errors import InputError
from holdfast.scenario import Draws, Proposal, Scenario, sample
from holdfast.study.bargain.stances import Stances, stances
from holdfast.study.reader import Reader
from holdfast.study.summary import spread

__all__ = ["DRAWS", "THRESHOLD", "Search", "agreement_zone", "check_threshold"]

THRESHOLD = 0.5
Progress = Callable[[int, int], None]
Values = Mapping[str, Mapping[str, np.ndarray]]


DRAWS = 512
"""Draws of the zone itself, where no study has worked it out on more: a mean near the threshold needs more than a search does."""


@dataclass(frozen=True)
class Search:
    """How many draws a concession is tried on, and which ones: the sizes of sets of issues that move, and how far."""

    draws: int = 64
    issues: tuple[int, ...] = (1, 2)
    parts: tuple[float, ...] = (0.25, 0.5, 0.75, 1.0)

    def candidates(self, count: int) -> list[tuple[tuple[int, ...], float]]:
        """Return sets of issues (by number) and the part of the way that each goes; all issues together are always among them."""
        sets = [s for size in self.issues for s in combinations(range(count), size) if size < count]
        return [(s, part) for s in (*sets, tuple(range(count))) for part in self.parts]


class _Case(NamedTuple):
    """A proposal with its candidates: outcomes first that of the proposal itself, and who accepts which."""

    outcomes: Float[np.ndarray, "candidates issues draws"]
    accepts: Float[np.ndarray, "candidates signatories draws"]


def agreement_zone(
    scenario: Scenario,
    *,
    threshold: float = THRESHOLD,
    search: Search | None = None,
    seed: int = 1,
    draws: int = DRAWS,
    proposals: Sequence[str] = (),
    values: Values | None = None,
    progress: Progress = lambda _done, _of: None,
) -> dict[str, Any]:
    """Return what `bargain --json` says under `zone`; docs/reference/bargain.md says what each entry means.

    Parameters
    ----------
    scenario
        With its proposals.
    threshold
        What each signatory's probability of accepting must reach, the mean over draws.
    search
        How hard to look for concessions.
    seed, draws
        Of the draws that the zone is worked out on; those that concessions are tried on are the first of them.
    proposals
        Which; all where empty.
    values
        By proposal, what a study has worked out of the same seed's draws, by column name: at least `accept`, `value` and `fighting`.
    progress
        Told how many proposals are done.

    Raises
    ------
    InputError
        Where the threshold is not above 0 and at most 1.
    """
    check_threshold(threshold)
    from holdfast.bargaining.zone import zone  # noqa: PLC0415

    how = search or Search()
    chosen = sorted(proposals or scenario.proposals)
    worked = values or _values(scenario, chosen, draws, seed)
    signatories = sorted({s for p in chosen for s in scenario.members(scenario.proposals[p].signatories)})
    given = {p: {s: worked[p].get(f"accept.{s}") for s in signatories} for p in chosen}
    count = next(len(a) for each in given.values() for a in each.values() if a is not None)
    everyone = np.ones(count)  # who need not sign blocks nothing
    accept = np.stack([[everyone if (a := given[p][s]) is None else a for s in signatories] for p in chosen])
    found = zone(accept, threshold)
    drawn = sample(scenario, start=0, count=how.draws, seed=seed, bargaining=True)
    rows: dict[str, Any] = {}
    for n, p in enumerate(chosen):
        progress(n, len(chosen))
        blockers = [s for m, s in enumerate(signatories) if found.blocks[n, m]]
        rows[p] = {
            "accepts": {s: spread(a) for s, a in given[p].items() if a is not None},
            "inside": bool(found.inside[n]),
            "inside_share": float(found.inside_share[n]),
            "blocks": blockers,
            "concessions": {
                b: _concession(scenario, p, b, drawn, how, threshold, chosen)
                for b in blockers
                if b in scenario.principals
            },
        }
    progress(len(chosen), len(chosen))
    return {
        "threshold": threshold,
        "draws": count,
        "search": {"draws": how.draws, "issues": list(how.issues), "parts": list(how.parts)},
        "proposals": rows,
        "closest": [chosen[n] for n in found.closest],
        "open_share": found.open_share,
        "solutions": _solutions(scenario, chosen, worked),
    }


def check_threshold(threshold: float) -> None:
    """Raise an InputError where a threshold asks for nothing, or for the impossible."""
    if not 0 < threshold <= 1:
        raise InputError(f"--accept {threshold:g}: must be above 0 and at most 1. Write --accept 0.5.")


def _values(scenario: Scenario, proposals: Sequence[str], draws: int, seed: int) -> Values:
    """Put the proposals through the chain."""
    from holdfast.study.evaluate import outcomes  # noqa: PLC0415 - JAX takes a second to import

    drawn = sample(scenario, start=0, count=draws, seed=seed)
    return {p: outcomes(scenario, scenario.proposals[p], drawn, proposals) for p in proposals}


def _concession(
    scenario: Scenario,
    name: str,
    blocker: str,
    drawn: Draws,
    how: Search,
    threshold: float,
    among: Sequence[str],
) -> dict[str, Any]:
    """Return the cheapest concession that was found to bring a blocker in, or how near the best comes to it."""
    from holdfast.bargaining.zone import cheapest_concession  # noqa: PLC0415

    proposal = scenario.proposals[name]
    issues = tuple(scenario.issues)
    members = list(scenario.members(proposal.signatories))
    tried = how.candidates(len(issues))
    case = _tried(scenario, name, blocker, drawn, tried, issues, among)
    accepts = case.accepts.mean(2)
    place = members.index(blocker)
    best = int(np.argmax(accepts[:, place]))
    told: dict[str, Any] = {
        "tried": len(tried),
        "now": float(accepts[0, place]),
        "narrow": bool(accepts[0, place] >= threshold),
        "most": {
            "accepts": float(accepts[best, place]),
            "enough": bool(accepts[best, place] >= threshold),
            "moves": _moves(case, best, issues),
        },
        "cheapest": None,
    }
    if told["narrow"]:  # it blocks on all draws, by less than these few can tell
        return told
    others, weights, position, salience = _others(scenario, drawn, issues, blocker, members)
    cheapest = cheapest_concession(
        accepts,
        case.outcomes.mean(2),
        position,
        salience,
        package=0,
        blocker=place,
        threshold=threshold,
        weights=weights,
    )
    if cheapest.package >= 0:
        told["cheapest"] = {
            "moves": _moves(case, cheapest.package, issues),
            "accepts": {s: float(accepts[cheapest.package, m]) for m, s in enumerate(members)},
            "loss": dict(zip(others, cheapest.loss.tolist(), strict=True)),
            "total": cheapest.total,
        }
    return told


def _tried(
    scenario: Scenario,
    name: str,
    blocker: str,
    drawn: Draws,
    tried: Sequence[tuple[tuple[int, ...], float]],
    issues: tuple[str, ...],
    among: Sequence[str],
) -> _Case:
    """Put a proposal and all candidate concessions through the chain."""
    from holdfast.study.evaluate import outcomes  # noqa: PLC0415

    proposal, read = scenario.proposals[name], Reader(drawn)
    start = np.stack([read(proposal.outcome[k]) for k in issues])
    ideal = np.stack([read(scenario.parties[blocker].positions[k]) for k in issues])
    places = np.zeros((len(tried) + 1, len(issues), drawn.count))
    places[:] = start
    for n, (moving, part) in enumerate(tried, start=1):
        for k in moving:
            places[n, k] += part * (ideal[k] - start[k])
    many = _repeated(drawn, proposal, dict(zip(issues, places.swapaxes(0, 1), strict=True)))
    columns = outcomes(scenario, proposal, many, among)
    members = scenario.members(proposal.signatories)
    accepts = [columns[f"accept.{s}"].reshape(len(places), drawn.count) for s in members]
    return _Case(places, np.stack(accepts, axis=1))


def _repeated(drawn: Draws, proposal: Proposal, places: Mapping[str, np.ndarray]) -> Draws:
    """Return the draws once for each candidate, with its outcome in place of the proposal's."""
    times = len(next(iter(places.values())))
    values = {path: np.tile(v, times) for path, v in drawn.values.items()}
    for issue, each in places.items():
        values[proposal.outcome[issue].path] = each.ravel()
    return Draws(values, {}, times * drawn.count)


def _others(
    scenario: Scenario, drawn: Draws, issues: tuple[str, ...], blocker: str, members: Sequence[str]
) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray]:
    """Return everybody else with a position: what their loss counts, and their mean positions and saliences [others, issues].

    The other signatories' losses count, equally, and nobody else's, who is asked for nothing; where they have no positions, everybody's.
    """
    stand: Stances = stances(scenario, drawn, issues, sorted(scenario.parties))
    keep = [n for n, p in enumerate(stand.parties) if p != blocker]
    names = [stand.parties[n] for n in keep]
    signs = np.array([float(p in members) for p in names])
    position = np.nan_to_num(stand.positions[keep]).mean(2)
    salience = stand.salience[keep].mean(2)
    total = np.maximum(salience.sum(1, keepdims=True), 1e-12)
    return names, signs if signs.any() else np.ones(len(names)), position, salience / total


def _moves(case: _Case, candidate: int, issues: tuple[str, ...]) -> dict[str, dict[str, float]]:
    """Return where a candidate moves which issue from and to, means over draws."""
    mean = case.outcomes.mean(2)
    return {
        k: {"from": float(mean[0, n]), "to": float(mean[candidate, n])}
        for n, k in enumerate(issues)
        if abs(mean[candidate, n] - mean[0, n]) > 1e-12
    }


def _solutions(scenario: Scenario, proposals: Sequence[str], values: Values) -> dict[str, Any]:
    """Return how often each proposal is the axiomatic solution between the principals, fighting on being the disagreement."""
    from holdfast.bargaining import axiomatic  # noqa: PLC0415

    pair = scenario.principals
    worth = np.stack([[values[p][f"value.{s}"] for s in pair] for p in proposals])
    instead = np.stack([values[proposals[0]][f"fighting.{s}"] for s in pair])
    solve = {
        "nash": axiomatic.nash,
        "kalai_smorodinsky": axiomatic.kalai_smorodinsky,
        "egalitarian": axiomatic.egalitarian,
    }
    told: dict[str, Any] = {}
    for name, rule in solve.items():
        chosen = rule(worth, instead)
        agreed = np.equal(chosen.outcome, int(axiomatic.Chosen.AGREED))
        share = np.where(agreed, chosen.best / np.maximum(chosen.best.sum(0), 1), 0.0)
        told[name] = {
            "chosen": dict(zip(proposals, share.mean(1).tolist(), strict=True)),
            "none": float(np.mean(~agreed)),
        }
    return told
