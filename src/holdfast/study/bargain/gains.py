"""What an outcome is worth to each party, beside its ideal and beside no agreement; and who is for and against a position.

A party's utility is u_i(z) = 1 − Σ_k w_ik |z_k − y_ik| over the issues that it bargains over, its saliences w scaled to sum to 1.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from holdfast.scenario import Draws, PositionFile, Scenario
from holdfast.study.bargain.stances import Stances
from holdfast.study.reader import Reader
from holdfast.study.summary import Spread, spread

__all__ = ["Without", "for_and_against", "gains", "utility", "without"]


def utility(
    stances: Stances, outcome: Float[np.ndarray, "issues draws"]
) -> Float[np.ndarray, "parties draws"]:
    """Return u_i(z); not a number for a party that cares for none of the issues."""
    total = stances.salience.sum(1)
    away = np.abs(outcome[None] - np.nan_to_num(stances.positions))
    loss = (stances.salience * away).sum(1)
    return 1 - np.divide(loss, total, out=np.full_like(total, np.nan), where=total > 0)


class Without(NamedTuple):
    """What each party has without an agreement, and on what that rests: "war", "no_agreement.outcome", or nothing known.

    `why` says what a reader of the file would not expect: why it is not known, or why the file's outcome is not what counts.
    """

    value: Float[np.ndarray, "parties draws"]
    by: tuple[str | None, ...]
    why: tuple[str | None, ...]


def without(file: PositionFile, draws: Draws, stances: Stances) -> Without:
    """Return what no agreement is worth to each party that bargains.

    A principal fights on, which is worth N_i to it (the chain's value of going on fighting), if it bargains over all the issues that its
    utility is made of. Anyone else has u_i of `no_agreement.outcome`, where that names all of its issues.
    """
    read = Reader(draws)
    stand = file.no_agreement.outcome
    where = np.stack([read(stand.get(k)) for k in stances.issues])
    fallen_back = utility(stances, where)
    fighting = _fighting(file, draws) if set(file.issues) <= set(stances.issues) else {}
    value = np.full(fallen_back.shape, np.nan)
    rests: list[tuple[str | None, str | None]] = []
    for i, party in enumerate(stances.parties):
        own = [k for k, stands in zip(stances.issues, stances.stands[i], strict=True) if stands]
        missing = [k for k in own if k not in stand]
        if party in fighting:
            value[i] = fighting[party]
            over = "a principal that bargains over every issue fights on instead; no_agreement.outcome is not used"
            rests.append(("war", over if stand else None))
        elif missing:
            rests.append((None, f"no_agreement.outcome does not say where {', '.join(missing)} would stand"))
        elif np.isnan(fallen_back[i]).all():
            rests.append(
                (None, "it spends nothing on any of the issues, so that no outcome is worth more to it")
            )
        else:
            value[i] = fallen_back[i]
            rests.append(("no_agreement.outcome", None))
    by, why = zip(*rests, strict=True)
    return Without(value, by, why)


def _fighting(file: PositionFile, draws: Draws) -> dict[str, np.ndarray]:
    """Return N_i of the principals of a scenario."""
    if not isinstance(file, Scenario):
        return {}
    import jax.numpy as jnp  # noqa: PLC0415 - JAX takes a second to import

    from holdfast.chain.accept import fighting_value  # noqa: PLC0415
    from holdfast.study.assemble import assemble  # noqa: PLC0415

    x = assemble(file, next(iter(file.proposals.values())), draws).inputs
    read = (x.fighting_strength, x.decisiveness, x.defeat, x.war_cost, 1 / x.war_years, x.discount)
    found = np.asarray(fighting_value(*(jnp.asarray(a) for a in read)))
    return dict(zip(file.principals, found, strict=True))


def gains(
    stances: Stances, outcome: Float[np.ndarray, "issues draws"], no_agreement: Without
) -> dict[str, dict[str, Spread]]:
    """Return by party what an outcome takes from its ideal (1) and gives it beside no agreement; None where that is not known."""
    u = utility(stances, outcome)
    return {
        party: {"ideal": spread(u[i] - 1), "no_agreement": spread(u[i] - no_agreement.value[i])}
        for i, party in enumerate(stances.parties)
    }


def for_and_against(
    stances: Stances, outcome: Float[np.ndarray, "issues draws"], issue: int
) -> list[dict[str, Any]]:
    """Return, by party with a position on an issue, the coalition that would rather have its position than an outcome.

    In each draw a party is for a position if it is nearer to its own than the outcome is, against if it is farther. `for` and `against`
    are shares of the influence spent on the issue; parties are listed on the side that they are on in more than half of the draws.
    """
    known = np.isfinite(outcome[issue])
    if not known.any():
        return []
    weight = stances.weight[:, issue][:, known]
    power = weight / weight.sum(0)
    own: np.ndarray = stances.positions[:, issue][:, known]
    there: np.ndarray = outcome[issue][known]
    rows: list[dict[str, Any]] = []
    for i, party in enumerate(stances.parties):
        if not stances.stands[i, issue]:
            continue
        nearer = np.abs(own - there) - np.abs(own - own[i])
        for_, against = nearer > 1e-9, nearer < -1e-9
        rows.append(
            {
                "party": party,
                "position": spread(own[i]),
                "for": spread((power * for_).sum(0)),
                "against": spread((power * against).sum(0)),
                "prevails": float(((power * for_).sum(0) > (power * against).sum(0)).mean()),
                "parties_for": _mostly(stances, for_),
                "parties_against": _mostly(stances, against),
            }
        )
    return rows


def _mostly(stances: Stances, side: np.ndarray) -> list[str]:
    return [p for p, share in zip(stances.parties, side.mean(1), strict=True) if share > 0.5]
