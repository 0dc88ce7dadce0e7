"""The least that would have to change for a blocker to sign.

A concession moves a blocked proposal's outcome towards the blocker's ideal, on one issue, two, or all of them, by part of the way or all
of it; its terms stay as they are. Every candidate goes through the chain as the proposals do: first on a few draws, then the cheapest of
those that may work on all the draws on which they are to be told. The one that is cheapest of many that pass on a few draws is likelier
than others to pass by luck of these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from holdfast.scenario import Draws, Proposal, Scenario
from holdfast.study.bargain.stances import Stances, stances
from holdfast.study.reader import Reader

__all__ = ["Search", "concession"]

Step = tuple[tuple[int, ...], float]
"""Which issues move, by number, and what part of the way."""


@dataclass(frozen=True)
class Search:
    """How concessions are searched for.

    Parameters
    ----------
    draws
        How many all of them are tried on.
    issues, parts
        Which are tried: the sizes of sets of issues that move, and how far.
    confirmed
        How many draws the cheapest of those that may work are tried on, and told on.
    rounds, at_once
        How many times, and how many of them at a time, before none is said to work.
    """

    draws: int = 64
    issues: tuple[int, ...] = (1, 2)
    parts: tuple[float, ...] = (0.25, 0.5, 0.75, 1.0)
    confirmed: int = 512
    rounds: int = 4
    at_once: int = 4

    def candidates(self, count: int) -> list[Step]:
        """Return sets of issues (by number) and the part of the way that each goes; all issues together are always among them."""
        sets = [s for size in self.issues for s in combinations(range(count), size) if size < count]
        return [(s, part) for s in (*sets, tuple(range(count))) for part in self.parts]


class _Case(NamedTuple):
    """A proposal with its candidates: outcomes first that of the proposal itself, and who accepts which."""

    outcomes: Float[np.ndarray, "candidates issues draws"]
    accepts: Float[np.ndarray, "candidates signatories draws"]


class _Question(NamedTuple):
    """Who blocks what, and the chain to ask."""

    scenario: Scenario
    proposal: str
    blocker: str
    among: Sequence[str]

    @property
    def members(self) -> list[str]:
        """The signatories."""
        return list(self.scenario.members(self.scenario.proposals[self.proposal].signatories))

    @property
    def place(self) -> int:
        """The blocker's, among the signatories."""
        return self.members.index(self.blocker)


def concession(
    scenario: Scenario,
    proposal: str,
    blocker: str,
    *,
    how: Search,
    drawn: tuple[Draws, Draws],
    threshold: float,
    among: Sequence[str],
) -> dict[str, Any]:
    """Return the cheapest concession that was found to bring a blocker in, or how near the best comes to it.

    Parameters
    ----------
    scenario, proposal, blocker
        Who blocks what.
    how
        How hard to look.
    drawn
        The draws that all are tried on, which are the first of those that the cheapest are tried and told on.
    threshold
        What each signatory's probability of accepting must reach, the mean over draws.
    among
        The proposals that are compared.
    """
    asked = _Question(scenario, proposal, blocker, among)
    few, all_ = drawn
    steps = how.candidates(len(scenario.issues))
    now = _tried(asked, all_, []).accepts[0]
    tried = _tried(asked, few, steps, now[:, : few.count])
    most = int(np.argmax(tried.accepts.mean(2)[:, asked.place]))
    shortlist = _cheapest_first(asked, few, tried, now.mean(1), threshold, how.rounds * how.at_once)
    told: dict[str, Any] = {"tried": len(steps), "confirmed": 0, "cheapest": None}
    for begin in range(0, max(len(shortlist), 1), how.at_once):
        some = shortlist[begin : begin + how.at_once]
        # the one that the blocker likes best goes along the first time, to be told of where none works
        along = [most] if begin == 0 and most and most not in some else []
        case = _tried(asked, all_, [steps[n - 1] for n in (*some, *along)], now)
        told["confirmed"] += len(some)
        if begin == 0:
            told |= _nearest(asked, case, threshold)
        if told["narrow"]:
            break
        found = _cheapest(asked, all_, case, threshold, len(some))
        if found is not None:
            told["cheapest"] = found
            break
    return told


def _nearest(asked: _Question, case: _Case, threshold: float) -> dict[str, Any]:
    """Say with what probability the blocker accepts now, and the concession of these that it likes best."""
    accepts = case.accepts.mean(2)[:, asked.place]
    best = int(np.argmax(accepts))
    return {
        "now": float(accepts[0]),
        # it blocks on a study's draws, by less than these can tell
        "narrow": bool(accepts[0] >= threshold),
        "most": {
            "accepts": float(accepts[best]),
            "enough": bool(accepts[best] >= threshold),
            "moves": _moves(case, best, tuple(asked.scenario.issues)),
        },
    }


def _cheapest_first(
    asked: _Question,
    few: Draws,
    case: _Case,
    now: Float[np.ndarray, " signatories"],
    threshold: float,
    most: int,
) -> list[int]:
    """Return the candidates that may work, cheapest first.

    What each changes is known better than what it comes to, as it and the proposal itself are asked on the same draws. So it is
    estimated by what the proposal comes to on all draws and the change on the few, and may work where it does with one standard error
    of the change more.
    """
    from holdfast.bargaining.zone import cheapest_concession  # noqa: PLC0415

    change = case.accepts - case.accepts[:1]
    error = change.std(2) / np.sqrt(few.count)
    may = np.clip(now + change.mean(2) + error, 0.0, 1.0)
    may[0] = now
    _, weights, position, salience = _others(asked, few)
    found: list[int] = []
    while len(found) < most and may[0, asked.place] < threshold:
        next_ = cheapest_concession(
            may, case.outcomes.mean(2), position, salience,
            package=0, blocker=asked.place, threshold=threshold, weights=weights,
        ).package  # fmt: skip
        if next_ < 0:
            break
        found.append(next_)
        may[next_, asked.place] = 0.0
    return found


def _cheapest(
    asked: _Question, drawn: Draws, case: _Case, threshold: float, count: int
) -> dict[str, Any] | None:
    """Return what the cheapest of the first so many candidates that work moves, and takes from whom; None where none works."""
    from holdfast.bargaining.zone import cheapest_concession  # noqa: PLC0415

    accepts = case.accepts.mean(2)
    others, weights, position, salience = _others(asked, drawn)
    kept = slice(0, count + 1)
    found = cheapest_concession(
        accepts[kept], case.outcomes.mean(2)[kept], position, salience,
        package=0, blocker=asked.place, threshold=threshold, weights=weights,
    )  # fmt: skip
    if found.package < 0:
        return None
    return {
        "moves": _moves(case, found.package, tuple(asked.scenario.issues)),
        "accepts": {s: float(accepts[found.package, m]) for m, s in enumerate(asked.members)},
        "loss": dict(zip(others, found.loss.tolist(), strict=True)),
        "total": found.total,
    }


def _tried(
    asked: _Question,
    drawn: Draws,
    steps: Sequence[Step],
    now: Float[np.ndarray, "signatories draws"] | None = None,
) -> _Case:
    """Put some concessions through the chain, and the proposal itself where it is not known who accepts it now."""
    from holdfast.study.evaluate import outcomes  # noqa: PLC0415

    scenario, issues = asked.scenario, tuple(asked.scenario.issues)
    proposal, read = scenario.proposals[asked.proposal], Reader(drawn)
    start = np.stack([read(proposal.outcome[k]) for k in issues])
    ideal = np.stack([read(scenario.parties[asked.blocker].positions[k]) for k in issues])
    places = np.zeros((len(steps) + 1, len(issues), drawn.count))
    places[:] = start
    for n, (moving, part) in enumerate(steps, start=1):
        for k in moving:
            places[n, k] += part * (ideal[k] - start[k])
    unknown = places if now is None else places[1:]
    known = [] if now is None else [now[None]]
    if len(unknown):
        many = _repeated(drawn, proposal, dict(zip(issues, unknown.swapaxes(0, 1), strict=True)))
        columns = outcomes(scenario, proposal, many, asked.among)
        accepts = [columns[f"accept.{s}"].reshape(len(unknown), drawn.count) for s in asked.members]
        known.append(np.stack(accepts, axis=1))
    return _Case(places, np.concatenate(known))


def _repeated(drawn: Draws, proposal: Proposal, places: Mapping[str, np.ndarray]) -> Draws:
    """Return the draws once for each candidate, with its outcome in place of the proposal's."""
    times = len(next(iter(places.values())))
    values = {path: np.tile(v, times) for path, v in drawn.values.items()}
    for issue, each in places.items():
        values[proposal.outcome[issue].path] = each.ravel()
    return Draws(values, {}, times * drawn.count)


def _others(asked: _Question, drawn: Draws) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray]:
    """Return everybody else with a position: what their loss counts, and their mean positions and saliences [others, issues].

    The other signatories' losses count, equally, and nobody else's, who is asked for nothing; where they have no positions, everybody's.
    """
    scenario = asked.scenario
    stand: Stances = stances(scenario, drawn, tuple(scenario.issues), sorted(scenario.parties))
    keep = [n for n, p in enumerate(stand.parties) if p != asked.blocker]
    names = [stand.parties[n] for n in keep]
    signs = np.array([float(p in asked.members) for p in names])
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
