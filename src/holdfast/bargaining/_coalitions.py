r"""Which winning coalition a proposer buys, given everybody's price: the cheapest, or at a temperature τ a lottery near it.

For proposer i and prices r, coalitions S that win together with i cost Σ_{j ∈ S, j ≠ i} r_j. At temperature τ each is chosen with
probability in proportion to exp(−cost / τ); as τ falls to 0 only the cheapest are left. Coalitions are listed, or, under a weighted
quota, summed over by dynamic programming on the weight still needed, so that thirty parties need no list of a hundred million.
"""

from __future__ import annotations

from typing import NamedTuple, cast

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

# before any array is made: at temperatures below 1e-5 single precision knows no differences of prices
jax.config.update("jax_enable_x64", True)

__all__ = ["Listed", "Table", "cheapest", "softly"]

_NEVER = 1e15
"""The log-weight, negative, of what cannot win: far below any cost over any temperature used, and finite, for its derivative."""


class Listed(NamedTuple):
    """Winning coalitions, one a row."""

    rows: Bool[Array, "coalitions parties"]


class Table(NamedTuple):
    """A weighted quota with vetoes, for each proposer, as a dynamic programme over the weight still needed."""

    left: Int[Array, "parties need"]
    """What is still needed after a party joins, by what was needed before."""
    start: Int[Array, " proposers"]
    """What each proposer needs beside itself and those with vetoes."""
    choice: Bool[Array, "proposers parties"]
    """Whom each proposer may take or leave."""
    must: Bool[Array, "proposers parties"]
    """Whom each proposer must take: others with a veto."""


def softly(
    rule: Listed | Table, prices: Float[Array, " parties"], temperature: Float[Array, ""]
) -> Float[Array, "proposers parties"]:
    """Return the probability that each proposer includes each other party, at a temperature."""
    if isinstance(rule, Listed):
        rows = rule.rows.astype(prices.dtype)
        cost = rows @ prices - rows.T * prices[:, None]  # [proposers, coalitions]: the proposer is free
        chosen = jax.nn.softmax(-cost / temperature, axis=1)
        return (chosen @ rows) * (1 - jnp.eye(len(prices)))
    logs = -prices / temperature

    def taken(choice: Bool[Array, " parties"], start: Int[Array, ""]) -> Float[Array, " parties"]:
        return cast(Array, jax.grad(_log_sum)(logs, choice, start, rule.left))

    every = jax.vmap(taken)(rule.choice, rule.start)
    return jnp.where(rule.must, 1.0, every)


def _log_sum(
    logs: Float[Array, " parties"],
    choice: Bool[Array, " parties"],
    start: Int[Array, ""],
    left: Int[Array, "parties need"],
) -> Float[Array, ""]:
    """Return the logarithm of the sum, over sets that meet what is needed, of the product of exp(logs)."""

    def join(total: Array, party: tuple[Array, Array, Array]) -> tuple[Array, None]:
        log, rest, may = party
        return jnp.where(may, jnp.logaddexp(total, log + total[rest]), total), None

    met = jnp.where(jnp.arange(left.shape[1]) == 0, 0.0, -_NEVER)
    total = jax.lax.scan(join, met, (logs, left, choice))[0]
    return total[start]


def cheapest(rule: Listed | Table, prices: Float[np.ndarray, " parties"]) -> Float[np.ndarray, " proposers"]:
    """Return what the cheapest winning coalition costs each proposer, exactly."""
    if isinstance(rule, Listed):
        rows = np.asarray(rule.rows)
        return (rows @ prices - rows.T * prices[:, None]).min(1)
    left, start = np.asarray(rule.left), np.asarray(rule.start)
    costs = np.empty(len(prices))
    for proposer in range(len(prices)):
        cost = np.full(left.shape[1], np.inf)
        cost[0] = 0.0
        for party in np.flatnonzero(np.asarray(rule.choice)[proposer]):
            cost = np.minimum(cost, prices[party] + cost[left[party]])
        costs[proposer] = cost[start[proposer]] + prices[np.asarray(rule.must)[proposer]].sum()
    return costs
