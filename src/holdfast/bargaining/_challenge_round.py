"""One round of the challenge model, on all pairs of parties and many draws at once; `challenge` has the equations.

A pair of parties is looked at from two sides, each with its own risk exponent r. What both see (their distance, its logarithms, the
votes) is worked out once a pair. With A = (1 − d)^r and B = (1 + d)^r the utilities of the paper give

  E(i, j) = s_j [P_ij U_s + (1 − P_ij) U_f] + (1 − s_j) U_s − U_q = 4 (½)^r [1 − A − s_j (1 − P_ij) (B − A)]
"""

from __future__ import annotations

from typing import NamedTuple, cast

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402
from jaxtyping import Array, Bool, Float, Int  # noqa: E402

__all__ = ["SAME", "Turn", "turn"]

SAME = 1e-9
"""Positions, gains and moves that differ by less are the same, so that neither rounding nor the order of parties decides anything."""

_UNROLLED = 16
"""Sums over so few parties become one pass over memory; over more, which would take long to compile, a loop."""

_PREFERENCE = 10.0
"""What a kind of offer is ahead of the next by, on top of its worth, which is never so much."""


class Turn(NamedTuple):
    """What a round did."""

    positions: Float[Array, "parties draws"]
    kind: Int[Array, "parties draws"]
    by: Int[Array, "parties draws"]


def turn(
    x: Float[Array, "parties draws"],
    salience: Float[Array, "parties draws"],
    weight: Float[Array, "parties draws"],
    *,
    all_pairs: bool,
    least_move: bool,
) -> Turn:
    """Return where everybody stands after one round, the kind of offer taken, and whose it was."""
    active = weight > 0
    both = active[:, None] & active[None]
    spread = jnp.where(active, x, -jnp.inf).max(0) - jnp.where(active, x, jnp.inf).min(0)
    unit = jnp.where(spread > SAME, spread, 1.0)

    def distance(one: Array, other: Array, met: Array) -> Array:
        far = jnp.abs(one - other) / unit
        far = jnp.where(far < 1 - SAME, far, 1.0)  # near 0 and 1 a power magnifies rounding
        return jnp.where(met & (far > SAME), far, 0.0)

    gap = distance(x[:, None], x[None], both)
    lost = _lost(weight[:, None] * gap, both, all_pairs)
    danger = (2 * gap * (1 - 2 * salience[None] * lost)).sum(0)  # of E(j, i) over j
    risk = _risk_exponent(danger, active)

    first, second = np.triu_indices(len(x))
    logs = _logarithms(distance(x[first], x[second], active[first] & active[second]), len(x))
    near, left, right = (jnp.exp(risk[:, None] * log) for log in logs)
    scale, won, at_stake = 4 * jnp.exp2(-risk)[:, None], 1 - left, right - left
    lost = _lost(weight[:, None] * near, both, all_pairs)
    gain = scale * (won - salience[None] * lost * at_stake)
    threat = scale * (won - salience[:, None] * jnp.swapaxes(lost, 0, 1) * at_stake)
    return _taken(x, *_offers(gain, threat, x[None] - x[:, None], least_move=least_move))


def _logarithms(gap: Float[Array, "pairs draws"], parties: int) -> Float[Array, "3 parties parties draws"]:
    """Return log d, log(1 − d) and log(1 + d) for all parties from those of each pair, in which logarithms are taken once.

    Each of the two steps is a loop because XLA fuses nothing into a loop: it would take each logarithm once for every use.
    """
    first, second = np.triu_indices(parties)
    pair = np.zeros((parties, parties), int)
    pair[first, second] = pair[second, first] = np.arange(len(first))

    def spread(log: Array) -> Array:
        return log[pair]

    logs = cast(Array, jax.lax.map(jnp.log, jnp.stack([gap, 1 - gap, 1 + gap])))
    return cast(Array, jax.lax.map(spread, logs))


def _lost(bent: Float[Array, "parties parties draws"], both: Array, all_pairs: bool) -> Array:
    """Return 1 − P_ij from weighted distances: how probably i's challenge of j fails."""
    votes = _votes(bent)
    either = votes + jnp.swapaxes(votes, 0, 1)
    against = jnp.where(both, either, 0.0).sum((0, 1)) if all_pairs else either
    return 1 - votes / jnp.where(against > 0, against, 1.0)


def _votes(bent: Float[Array, "parties parties draws"]) -> Float[Array, "parties parties draws"]:
    """Return the votes that all k together cast for i over j, from their bent and weighted distances to each position."""

    def add(k: Array | int, total: Array) -> Array:
        return total + jnp.maximum(bent[k][None] - bent[k][:, None], 0.0)

    unroll = len(bent) <= _UNROLLED
    return cast(Array, jax.lax.fori_loop(0, len(bent), add, jnp.zeros_like(bent), unroll=unroll))


def _risk_exponent(danger: Float[Array, "parties draws"], active: Bool[Array, "parties draws"]) -> Array:
    """Return r from how much each party's opponents together expect to gain by challenging it."""
    most = jnp.where(active, danger, -jnp.inf).max(0)
    least = jnp.where(active, danger, jnp.inf).min(0)
    width = most - least
    apart = active & (width > SAME)
    acceptance = jnp.where(apart, (2 * danger - most - least) / jnp.where(width > SAME, width, 1.0), 0.0)
    return (1 - acceptance / 3) / (1 + acceptance / 3)


def _offers(gain: Array, threat: Array, way: Array, *, least_move: bool) -> tuple[Array, Array]:
    """Return how good each offer is, above 0 where there is one, and how far it moves whoever takes it."""
    there = threat > SAME
    confrontation = there & (gain > SAME) & (threat > gain + SAME)
    yields = there & (gain < -SAME)
    compromise = yields & (threat > SAME - gain)
    step = jnp.where(compromise, -gain / jnp.where(there, threat, 1.0), 1.0) * way
    shortness = 1 - jnp.abs(step)
    worth = shortness if least_move else threat
    rank = jnp.where(
        confrontation,
        3 * _PREFERENCE + shortness,
        jnp.where(yields, jnp.where(compromise, 2 * _PREFERENCE, _PREFERENCE) + worth, 0.0),
    )
    return rank, step


def _taken(x: Array, ranks: Array, steps: Array) -> Turn:
    """Return where each party goes, by what kind of offer and whose; equally good offers share."""
    top = ranks.max(1)
    best = (ranks >= top[:, None] - SAME) & (ranks > 0)
    move = jnp.where(best, steps, 0.0).sum(1) / jnp.maximum(best.sum(1), 1)
    moves = jnp.abs(move) > SAME
    # 3, 2 and 1 times what they are ahead by: confrontation, compromise, compulsion
    kind = jnp.where(moves, 4 - (top / _PREFERENCE).astype(int), 0)
    by = jnp.where(moves, jnp.argmax(best, axis=1), -1)
    return Turn(x + jnp.where(moves, move, 0.0), kind, by)
