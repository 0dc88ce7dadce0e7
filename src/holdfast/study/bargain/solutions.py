"""What rules of fairness would choose among the proposals that both principals sign, fighting on being what each has instead.

A red line that is meant in a draw is meant for all proposals alike, and rules out each that crosses it. The chain takes each red line as
meant with its firmness, by itself (`chain.accept.refusal`), so that the draw counts in parts, one for each set of red lines that may be
meant. What signatories other than the principals accept is not asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from holdfast.scenario import Scenario, sample
from holdfast.study.peace import crossings
from holdfast.study.reader import Reader

__all__ = ["solutions"]

Values = Mapping[str, Mapping[str, np.ndarray]]
Crossed = Bool[np.ndarray, "candidates red_lines draws"]
Firm = Float[np.ndarray, "red_lines draws"]

_BLOCK = 1024
"""Draws at a time, so that large studies fit into memory."""
_ALL_SETS = 10
"""With more red lines of uncertain firmness than this, sets of them are sampled instead of all being gone through."""
_SAMPLED = 256


def solutions(
    scenario: Scenario,
    proposals: Sequence[str],
    values: Values,
    *,
    seed: int,
    rows: Sequence[int] | None = None,
) -> dict[str, Any]:
    """Return by rule in what share of draws it chooses each proposal that both principals sign, and in what share none.

    Parameters
    ----------
    scenario, proposals
        Among which; those that not both principals sign are no candidates.
    values
        By proposal and column name `value.PRINCIPAL` and `fighting.PRINCIPAL`, in the principal's own stake, one for each draw.
    seed
        Of the draws.
    rows
        Which of the seed's draws the values are of; the first ones where not given.

    Returns
    -------
    By `nash`, `kalai_smorodinsky` and `egalitarian`: `chosen`, by candidate the share of draws (0 to 1), empty where there is no
    candidate; and `none`. Together they sum to 1.

    Raises
    ------
    InputError
        Where a value is not finite.
    """
    from holdfast.bargaining import axiomatic  # noqa: PLC0415

    rules = {
        "nash": axiomatic.nash,
        "kalai_smorodinsky": axiomatic.kalai_smorodinsky,
        "egalitarian": axiomatic.egalitarian,
    }
    among = [p for p in proposals if scenario.is_signed_by_both(p)]
    if not among:
        return {name: {"chosen": {}, "none": 1.0} for name in rules}
    worth = np.stack([[values[p][f"value.{s}"] for s in scenario.principals] for p in among])
    instead = np.stack([values[among[0]][f"fighting.{s}"] for s in scenario.principals])
    shares = {name: np.zeros((len(among), worth.shape[2])) for name in rules}
    none = {name: np.zeros(worth.shape[2]) for name in rules}
    row = np.asarray(range(worth.shape[2]) if rows is None else rows, dtype=np.int64)
    for number in range(int(row[-1]) // _BLOCK + 1):
        here = np.flatnonzero(row // _BLOCK == number)
        for out, weight in _ruled_out(scenario, among, seed, number, row[here] - number * _BLOCK):
            left = np.where(out[:, None], instead[:, here] - 1, worth[..., here])
            for name, rule in rules.items():
                found = rule(left, instead[:, here])
                agreed = np.equal(found.outcome, int(axiomatic.Chosen.AGREED))
                best = np.where(agreed, found.best / np.maximum(found.best.sum(0), 1), 0.0)
                shares[name][:, here] += weight * best
                none[name][here] += weight * ~agreed
    return {
        name: {
            "chosen": dict(zip(among, share.mean(1).tolist(), strict=True)),
            "none": float(none[name].mean()),
        }
        for name, share in shares.items()
    }


def _ruled_out(
    scenario: Scenario, among: Sequence[str], seed: int, number: int, kept: np.ndarray
) -> Iterator[tuple[Bool[np.ndarray, "candidates draws"], Float[np.ndarray, " draws"]]]:
    """Yield which candidates are ruled out by red lines in the draws of a block, with the weights of that, which sum to 1 in each draw."""
    if not len(kept):
        return
    lines = [(p, n) for p in scenario.principals for n in range(len(scenario.parties[p].red_lines))]
    if not lines:
        yield np.zeros((len(among), len(kept)), bool), np.ones(len(kept))
        return
    read = Reader(sample(scenario, start=number * _BLOCK, count=int(kept[-1]) + 1, seed=seed))
    firm = np.stack([read(scenario.parties[p].red_lines[n].firmness) for p, n in lines])[:, kept]
    each = [
        [row for s in scenario.principals for row in crossings(scenario, scenario.proposals[p], s, read)]
        for p in among
    ]
    crossed = np.array(each)[..., kept]
    seen: dict[bytes, tuple[np.ndarray, np.ndarray]] = {}
    for meant, weight in _meant(scenario, firm, seed, number, kept):
        if not weight.any():
            continue
        out: np.ndarray = np.any(crossed & meant, axis=1)
        _, before = seen.get(out.tobytes(), (out, 0.0))
        seen[out.tobytes()] = out, before + weight
    yield from seen.values()


def _meant(
    scenario: Scenario, firm: Firm, seed: int, number: int, kept: np.ndarray
) -> Iterator[tuple[Bool[np.ndarray, "red_lines draws"], Float[np.ndarray, " draws"]]]:
    """Yield sets of red lines that may be meant together, each with its probability in a draw."""
    given = [line.firmness for p in scenario.principals for line in scenario.parties[p].red_lines]
    unsure = [n for n, q in enumerate(given) if q.constant not in (0.0, 1.0)]
    if len(unsure) > _ALL_SETS:
        # row by row, so that a draw's are its own however many there are
        shape = (int(kept[-1]) + 1, _SAMPLED, len(given))
        chance = np.random.default_rng([seed, number]).random(shape, dtype=np.float32)
        for n in range(_SAMPLED):
            yield firm > chance[kept, n].T, np.full(firm.shape[1], 1 / _SAMPLED)
        return
    for values in product((False, True), repeat=len(unsure)):
        meant = firm >= 1.0
        meant[unsure] = np.array(values, bool)[:, None]
        yield meant, np.prod(np.where(meant, firm, 1 - firm), axis=0)
