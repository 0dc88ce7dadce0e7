"""The model that fits candidate pairs best: expectation maximisation, held to what makes the answer one about events.

Left to itself, maximisation splits pairs in two in whatever way is sharpest: those of one satellite and the others, or those of one village
and the others. So u comes from pairs that cannot be of one event; whether a pair has texts, or one side is a fire, counts for
nothing by itself; the odds in a crowd are one number over how crowded it is; and where few pairs speak, judgement does.
Splink's own maximisation can be held to the first of these only, and stops where a level's u goes to 0, as it does in data so sparse that
whatever lies near is the same event; so it is done here, in a few lines, and splink scores.

Pairs matter only by the levels at which they fall, so they are counted by pattern first; counts are whole numbers, and what
follows is a short sum in a fixed order, so that threads change nothing.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float, Int
from scipy.special import expit

from holdfast.monitoring.linkage.model import (
    COMPARISONS,
    DEFAULT,
    LEAST,
    ODDS,
    OTHERS,
    SHAPES,
    Comparison,
    Model,
    shares_of_chance,
)
from holdfast.monitoring.linkage.scoring import COMPARED
from holdfast.monitoring.linkage.untyped import optimize

__all__ = ["Patterns", "maximised", "patterns"]

CLEAR = 1.0
"""Only pairs with no more others so near than this, by chance, are learnt from."""
DOUBT = 500.0
"""How many pairs of one event, and how many others, the judgement of DEFAULT weighs as much as."""
MOST_ROUNDS = 500
SETTLED = 1e-7


def _level(one: Comparison) -> str:
    when = [
        f"else {k}" if level.when == "ELSE" else f"when {level.when} then {k}"
        for k, level in enumerate(one.levels)
    ]
    return f"case {' '.join(when)} end as {one.name}"


class Patterns(NamedTuple):
    """The patterns of levels that occur, and how many pairs have each."""

    levels: Int[np.ndarray, "patterns comparisons"]
    pairs: Float[np.ndarray, " patterns"]


def patterns(con: Any, asking: str = "ready") -> Patterns:
    """Count the patterns of `candidates`, whose left report is read from the table or view ``asking``."""
    sides = ", ".join(f"{side}.{name} as {name}_{side}" for side in "lr" for name in COMPARED)
    names = ", ".join(one.name for one in COMPARISONS)
    found = con.sql(
        f"""with beside as (
                select {sides} from candidates c
                join (select * from {asking} join texts using (n)) as l on l.n = c.l
                join (select * from ready join texts using (n)) as r on r.n = c.r),
            levels as (select {", ".join(_level(one) for one in COMPARISONS)} from beside)
            select {names}, count(*) as pairs from levels group by {names} order by {names}"""  # noqa: S608
    ).to_arrow_table()
    levels = np.column_stack([found[one.name].to_numpy() for one in COMPARISONS])
    return Patterns(levels.astype(np.int64), found["pairs"].to_numpy().astype(np.float64))


def maximised(
    found: Patterns, by_chance: Patterns, common: tuple[str, ...] = (), doubt: float = DOUBT
) -> Model:
    """Return the most probable model.

    Parameters
    ----------
    found
        Candidates, of one event or not.
    by_chance
        Pairs that cannot be of one event: they give u of `SHAPES`. m and the odds follow by expectation maximisation on
        what was found.
    doubt
        How many pairs DEFAULT counts as.
    """
    judged_m = [np.array(DEFAULT.m[one.name]) for one in SHAPES]
    u = [
        _shares(by_chance.levels[:, k], by_chance.pairs, np.array(DEFAULT.u[one.name]), doubt)
        for k, one in enumerate(SHAPES)
    ]
    others = np.array(OTHERS)
    # Where much lies near by chance, the likeliest split of the pairs in two is of kinds of reports, not of events.
    clear = others[found.levels[:, -1]] <= CLEAR
    levels, pairs = found.levels[clear], found.pairs[clear]
    seen = np.bincount(levels[:, -1], pairs, len(OTHERS)) + doubt / len(OTHERS)
    m, odds = [_within(one, judged_m[k], u[k]) for k, one in enumerate(SHAPES)], ODDS
    for _ in range(MOST_ROUNDS):
        weight = np.log(odds / others)[levels[:, -1]] + sum(
            np.log(m[k] / u[k])[levels[:, k]] for k in range(len(SHAPES))
        )
        same = pairs * expit(weight)
        before = np.concatenate([[np.log(odds)], *m])
        m = [
            _within(one, _shares(levels[:, k], same, judged_m[k], doubt), u[k])
            for k, one in enumerate(SHAPES)
        ]
        odds = _odds(seen, float(same.sum() + doubt / len(OTHERS) * (ODDS / (ODDS + others)).sum()))
        if np.abs(np.concatenate([[np.log(odds)], *m]) - before).max() < SETTLED:
            break
    prior, chance_m, chance_u = shares_of_chance(odds, seen.tolist())
    return Model(
        prior=_rounded(min(max(prior, LEAST), 1 - LEAST)),
        m={
            one.name: tuple(map(_rounded, told))
            for one, told in zip(COMPARISONS, [*m, chance_m], strict=True)
        },
        u={
            one.name: tuple(map(_rounded, told))
            for one, told in zip(COMPARISONS, [*u, chance_u], strict=True)
        },
        common=common,
        pairs=int(pairs.sum()),
    )


def _within(
    one: Comparison, m: Float[np.ndarray, " levels"], u: Float[np.ndarray, " levels"]
) -> Float[np.ndarray, " levels"]:
    """Return m such that over each set of levels that belong together it adds up to what u does."""
    among = np.array([level.among for level in one.levels])
    scaled = m.copy()
    for name in set(among.tolist()):
        scaled[among == name] *= u[among == name].sum() / m[among == name].sum()
    return scaled


def _odds(seen: Float[np.ndarray, " levels"], same: float) -> float:
    """Return ρ for which as many of the pairs seen are of one event: Σ n ρ / (ρ + c) = same."""
    others = np.array(OTHERS)

    def too_many(x: float) -> float:
        return float((seen * expit(x - np.log(others))).sum() - same)

    log = float(optimize.brentq(too_many, -40.0, 40.0, xtol=1e-12))
    return float(np.exp(log))


def _shares(
    level: Int[np.ndarray, " patterns"],
    weight: Float[np.ndarray, " patterns"],
    judged: Float[np.ndarray, " levels"],
    doubt: float,
) -> Float[np.ndarray, " levels"]:
    found = np.bincount(level, weight, len(judged)) + doubt * judged
    shares = np.maximum(found / found.sum(), LEAST)
    return shares / shares.sum()


def _rounded(number: float) -> float:
    return float(f"{number:.9g}")
