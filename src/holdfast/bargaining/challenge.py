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
takes that which moves it least; among the others that which the other side gains most by enforcing (`Choice`); of equally good offers
the average. All move at once. Positions (as shares of the range), utilities and moves that differ by no more than 1e-9 count as the
same, so that neither rounding nor the order of parties decides. Where the paper is silent, docs/explanation/bargaining.md says what
was chosen and what else was tried.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from functools import cache, partial
from typing import Any, NamedTuple, cast

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from holdfast.bargaining._challenge_round import Turn, turn
from holdfast.bargaining.inputs import checked
from holdfast.bargaining.mean import weighted_median
from holdfast.errors import InputError

__all__ = ["KINDS", "Choice", "Contest", "Rounds", "run"]

KINDS = ("stays", "confrontation", "compromise", "compulsion")
"""What a number in `Rounds.kind` means."""

_NEAR = 12800
"""Draws in a block × parties²: some 100 kB a matrix."""


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

    positions: Float[np.ndarray, "rounds+1 parties draws"]
    median: Float[np.ndarray, "rounds+1 draws"]
    """Weighted by salience × strength: the outcome that the model expects."""
    mean: Float[np.ndarray, "rounds+1 draws"]
    kind: Int[np.ndarray, "rounds parties draws"]
    """Index into `KINDS` of the offer that each party took."""
    by: Int[np.ndarray, "rounds parties draws"]
    """Whose offer it was; the first of those equally strong; −1 where it
    stayed, as it does where equally strong offers pull both ways."""
    settled: Bool[np.ndarray, " draws"]
    """Whether nobody moved in the last round, after which nobody would. Where not, the outcome depends on the number of rounds."""


@cache
def _compiled(function: Callable[..., Any], **fixed: Any) -> Callable[..., Any]:
    return jax.jit(partial(function, **fixed))


def run(
    positions: Any,
    salience: Any,
    strength: Any,
    *,
    rounds: int = 8,
    contest: Contest = Contest.ALL_PAIRS,
    choice: Choice = Choice.MOST_ENFORCED,
    threads: int | None = None,
    make: Callable[..., Callable[..., Any]] = _compiled,
) -> Rounds:
    """Return the positions of all parties in all rounds; each draw's do not depend on the others' or on the number of threads.

    Parameters
    ----------
    positions, salience
        On one issue, 0 to 1: parties × draws.
    strength
        Parties × draws; 0 or more, in any unit that all share. Parties without salience or strength stay where they are and count for
        nothing.
    rounds
        How many rounds, 0 or more; the paper prints 8.
    contest, choice
        How to read the paper where it can be read in two ways.
    threads
        As many as the machine has cores, unless said otherwise.
    make
        How the rounds of a block are compiled, given the function and its fixed arguments; for who keeps compiled code between runs.

    Raises
    ------
    InputError
        Where the arrays do not match, a number is not finite or outside its bounds, there are fewer than two parties, nobody has
        both strength and salience in a draw, or `rounds` is negative.

    References
    ----------
    scholz2011: eq. 5–36 and Table 2.

    Examples
    --------
    Two parties as strong as each other, who care as much: each thinks that it would win from the other what it would lose, and stays.

    >>> found = run([[0.0], [1.0]], [[1.0], [1.0]], [[1.0], [1.0]], rounds=1)
    >>> found.positions[1, :, 0].tolist(), found.settled.tolist()
    ([0.0, 1.0], [True])
    """
    arrays = checked(positions, salience, strength)
    if rounds < 0:
        raise InputError(f"rounds = {rounds}; must be 0 or more. The paper prints 8.")
    size = _block(len(arrays[0]))
    draws = arrays[0].shape[1]
    blocks = [[_padded(a[:, k : k + size], size) for a in arrays] for k in range(0, draws, size)]

    play = make(_rounds, rounds=rounds, contest=contest, choice=choice)

    def solve(block: list[np.ndarray]) -> Rounds:
        return Rounds(*(np.asarray(a) for a in play(*block)))

    workers = min(threads or os.cpu_count() or 1, len(blocks))
    if workers > 1:
        with ThreadPoolExecutor(workers) as pool:
            found = list(pool.map(solve, blocks))
    else:
        found = [solve(block) for block in blocks]
    return Rounds(*(np.concatenate(parts, axis=-1)[..., :draws] for parts in zip(*found, strict=True)))


def _block(parties: int) -> int:
    """Return how many draws are worked out at once: so many that a matrix of parties stays near the processor, the same in every call."""
    return int(np.clip(2 ** round(np.log2(_NEAR / parties**2)), 4, 256))


def _padded(values: np.ndarray, size: int) -> np.ndarray:
    """Return a block of draws, filled up with the last one."""
    return np.pad(values, ((0, 0), (0, size - values.shape[1])), mode="edge")


def _rounds(
    positions: Float[Array, "parties draws"],
    salience: Float[Array, "parties draws"],
    strength: Float[Array, "parties draws"],
    rounds: int,
    contest: Contest,
    choice: Choice,
) -> tuple[Array, ...]:
    weight = salience * strength

    def step(x: Float[Array, "parties draws"], _: None) -> tuple[Array, Turn]:
        done = turn(
            x,
            salience,
            weight,
            all_pairs=contest is Contest.ALL_PAIRS,
            least_move=choice is Choice.LEAST_MOVE,
        )
        return done.positions, done

    _, done = jax.lax.scan(step, positions, None, length=rounds)
    path = jnp.concatenate([positions[None], done.positions])
    still = (done.kind[-1] == 0).all(0) if rounds else jnp.zeros(positions.shape[1:], bool)

    def middle(x: Array) -> Array:
        return weighted_median(x, weight)

    median = cast(Array, jax.lax.map(middle, path))
    mean = (weight * path).sum(1) / weight.sum(0)
    return path, median, mean, done.kind, done.by, still
