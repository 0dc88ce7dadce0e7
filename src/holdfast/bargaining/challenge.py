r"""The challenge model: parties challenge each other's positions, and whoever expects to lose gives way, round after round.

Bueno de Mesquita's expected utility model as Scholz, Calbert & Smith (2011) reconstruct it, on one issue. In each round, with d_ij =
|x_i − x_j| / (range of positions), salience s, strength c and each party's risk exponent r:

  votes      v_k(i over j) = c_k s_k (d_kj^r_k − d_ki^r_k)                                              their eq. 26–28
  success    P_ij = Σ_k max(0, v_k(i over j)) / Σ_k Σ_ab |v_k(a over b)|                                 eq. 30–31, see `Contest`
  utilities  U_s = 2 − 4 (½ − ½ d_ij)^r,  U_f = 2 − 4 (½ + ½ d_ij)^r,  U_q = 2 − 4 (½)^r                 eq. 15, 16, 24
  challenge  E(i, j) = s_j [P_ij U_s + (1 − P_ij) U_f] + (1 − s_j) U_s − U_q                             eq. 5–6, with Q = 1
  risk       R_i = (2 Z_i − max Z − min Z) / (max Z − min Z),  Z_i = Σ_j E(j, i) at r = 1
             r_i = (1 − R_i / 3) / (1 + R_i / 3), between ½ and 2

Everybody then looks at every pair with its own r. With gain e = E(i, j) and threat f = E(j, i), as i sees them, i is offered by j:

  confrontation  f > e > 0        to move to x_j
  compromise     f > −e > 0       to move by |e / f| of the way to x_j                                   eq. 35–36
  compulsion     −e ≥ f > 0       to move to x_j

It takes one: a confrontation before a compromise before a compulsion. Among confrontations, which both think that they can win, it
takes that which moves it least; among the others that which the other side gains most by enforcing. All move at once. Where the paper
is silent, docs/explanation/bargaining.md says what was chosen and what else gives Table 2.
"""

from __future__ import annotations

from enum import Enum
from functools import partial
from typing import NamedTuple, cast

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from holdfast.bargaining.mean import weighted_mean, weighted_median

__all__ = ["KINDS", "Choice", "Contest", "Rounds", "run"]

KINDS = ("stays", "confrontation", "compromise", "compulsion")
"""What a number in `Rounds.kind` means."""

_SETTLED = 1e-9
"""A round in which nobody moves further than this, on the scale from 0 to 1, is the last that matters."""

_TIED = 1e-9
"""Offers whose gains differ by less are equally strong; their places are averaged, so that no order of parties decides."""


_UNROLLED = 16
"""Sums over so few parties become one pass over memory; over more, which would take long to compile, a loop."""


class Contest(Enum):
    """Against what the votes for a challenger are measured in its probability of success."""

    ALL_PAIRS = "all votes that all parties cast over all pairs of positions: small probabilities; this gives the paper's Table 2"
    PAIR = "the votes cast over the two positions in question: P_ij + P_ji = 1; what the paper's equation 31 says"


class Choice(Enum):
    """Which of several offers of one kind a party takes."""

    MOST_ENFORCED = "that which the other side gains most by enforcing; this gives the paper's Table 2"
    LEAST_MOVE = "that which moves it least"


class Rounds(NamedTuple):
    """What happened, round by round; round 0 is the start."""

    positions: Float[Array, "rounds+1 parties draws"]
    median: Float[Array, "rounds+1 draws"]
    """Weighted by salience × strength: the outcome that the model expects."""
    mean: Float[Array, "rounds+1 draws"]
    kind: Int[Array, "rounds parties draws"]
    """Index into `KINDS` of the offer that each party took."""
    by: Int[Array, "rounds parties draws"]
    """Whose offer it was; the first of those equally strong; −1 where it stayed."""
    settled: Bool[Array, " draws"]
    """Whether nobody moved in the last round. Where not, the outcome depends on the number of rounds."""


@partial(jax.jit, static_argnames=("rounds", "contest", "choice"))
def run(
    positions: Float[Array, "parties draws"],
    salience: Float[Array, "parties draws"],
    strength: Float[Array, "parties draws"],
    *,
    rounds: int = 8,
    contest: Contest = Contest.ALL_PAIRS,
    choice: Choice = Choice.MOST_ENFORCED,
) -> Rounds:
    """Return the positions of all parties in all rounds.

    Parameters
    ----------
    positions, salience
        On one issue, 0 to 1.
    strength
        0 or more, in any unit that all share. Parties without salience or strength stay where they are and count for nothing.
    rounds
        How many rounds; the paper prints 8.
    contest, choice
        How to read the paper where it can be read in two ways.

    Notes
    -----
    `bargaining.inputs.check` says what cannot be used; this function is traced and does not look.

    References
    ----------
    scholz2011: eq. 5–36 and Table 2.

    Examples
    --------
    Two parties as strong as each other, who care as much: each thinks that it would win from the other what it would lose, and stays.

    >>> import jax.numpy as jnp
    >>> one = jnp.ones((2, 1))
    >>> run(jnp.array([[0.0], [1.0]]), one, one, rounds=1).positions[1, :, 0].tolist()
    [0.0, 1.0]
    """
    weight = salience * strength
    active = weight > 0

    def step(x: Float[Array, "parties draws"], _: None) -> tuple[Array, tuple[Array, Array, Array]]:
        new, kind, by = _round(x, salience, weight, active, contest, choice)
        return new, (new, kind, by)

    last, (after, kind, by) = jax.lax.scan(step, positions, None, length=rounds)
    path = jnp.concatenate([positions[None], after])
    still = jnp.abs(last - path[-2]).max(0) <= _SETTLED if rounds else jnp.ones(last.shape[1:], bool)
    median = jnp.stack([weighted_median(path[k], weight) for k in range(rounds + 1)])
    mean = jnp.stack([weighted_mean(path[k], weight) for k in range(rounds + 1)])
    return Rounds(path, median, mean, kind, by, still)


def _round(
    x: Array, salience: Array, weight: Array, active: Array, contest: Contest, choice: Choice
) -> tuple[Array, Array, Array]:
    """Return positions after one round, the kind of offer taken, and by whom."""
    spread = jnp.where(active, x, -jnp.inf).max(0) - jnp.where(active, x, jnp.inf).min(0)
    gap = jnp.abs(x[:, None] - x[None]) / jnp.where(spread > 0, spread, 1.0)
    apart = (gap > 0) & active[:, None] & active[None]
    neutral, _ = _expected(gap, salience, weight, apart, None, contest)
    risk = _risk_exponent(neutral.sum(0), active)
    gain, threat = _expected(gap, salience, weight, apart, risk, contest)
    return _moved(x, gain, threat, apart, choice)


def _expected(
    gap: Array, salience: Array, weight: Array, apart: Array, risk: Array | None, contest: Contest
) -> tuple[Array, Array]:
    """Return E(i, j) and E(j, i) for all i and j, both as i sees them: with i's risk exponent, or at r = 1 where there is none."""
    bent, won, lost = gap, 2 * gap, -2 * gap
    kept = jnp.zeros_like(weight[:, None])
    if risk is not None:
        bent, win, lose = _bent(gap, risk)
        won, lost, kept = 2 - 4 * win, 2 - 4 * lose, 2 - 4 * 0.5 ** risk[:, None]
    active = (weight > 0)[None]
    votes = _votes(weight[:, None] * bent)
    if contest is Contest.ALL_PAIRS:  # |v(a over b)| counts both ways
        against = 2 * jnp.where(active & jnp.swapaxes(active, 0, 1), votes, 0.0).sum((0, 1))
    else:
        against = votes + jnp.swapaxes(votes, 0, 1)
    success = votes / jnp.where(against > 0, against, 1.0)

    def challenge(p: Array, resists: Array) -> Array:
        return resists * (p * won + (1 - p) * lost) + (1 - resists) * won - kept

    s = jnp.broadcast_to(salience[None], gap.shape)
    own = challenge(success, s)
    other = challenge(jnp.swapaxes(success, 0, 1), jnp.swapaxes(s, 0, 1))
    return jnp.where(apart, own, 0.0), jnp.where(apart, other, 0.0)


def _bent(gap: Array, risk: Array) -> tuple[Array, Array, Array]:
    """Return d^r, (½ − ½ d)^r and (½ + ½ d)^r, r that of the first party of each pair; logarithms are taken once a pair."""
    first, second = np.triu_indices(len(gap))
    pair = np.zeros((len(gap), len(gap)), int)
    pair[first, second] = pair[second, first] = np.arange(len(first))
    once = gap[first, second]
    logs = jax.lax.optimization_barrier(jnp.log(jnp.stack([once, 0.5 - 0.5 * once, 0.5 + 0.5 * once])))
    powers = jax.lax.optimization_barrier(jnp.exp(risk[:, None] * logs[:, pair]))
    return powers[0], powers[1], powers[2]


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
    acceptance = jnp.where(width > 0, (2 * danger - most - least) / jnp.where(width > 0, width, 1.0), 0.0)
    acceptance = jnp.where(active, acceptance, 0.0)
    return (1 - acceptance / 3) / (1 + acceptance / 3)


def _moved(x: Array, gain: Array, threat: Array, apart: Array, choice: Choice) -> tuple[Array, Array, Array]:
    """Return where each party goes, by what kind of offer and whose."""
    threatened = apart & (threat > 0)
    kinds = (
        threatened & (threat > gain) & (gain > 0),
        threatened & (gain < 0) & (threat > -gain),
        threatened & (gain < 0) & (threat <= -gain),
    )
    share = jnp.where(kinds[1], -gain / jnp.where(threat > 0, threat, 1.0), 1.0)
    step = share * (x[None] - x[:, None])
    taken = jnp.where(kinds[0].any(1), 1, jnp.where(kinds[1].any(1), 2, jnp.where(kinds[2].any(1), 3, 0)))
    offered = jnp.where(kinds[0], 1, jnp.where(kinds[1], 2, jnp.where(kinds[2], 3, 0)))
    open_to = (offered == taken[:, None]) & (offered > 0)
    least_move = (taken[:, None] == 1) | (choice is Choice.LEAST_MOVE)
    worth = jnp.where(open_to, jnp.where(least_move, -jnp.abs(step), threat), -jnp.inf)
    best = open_to & (worth >= worth.max(1, keepdims=True) - _TIED)
    move = jnp.where(best, step, 0.0).sum(1) / jnp.maximum(best.sum(1), 1)
    by = jnp.where(taken > 0, jnp.argmax(best, axis=1), -1)
    return x + move, taken, by
