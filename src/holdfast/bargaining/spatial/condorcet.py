"""Probabilistic Condorcet elections: from the odds between pairs of options to a probability of each.

In the equations: V[a, b] the probability that option a prevails over option b (½ for a itself), c[a, b] the strength of the coalition for
a against b, p the probabilities sought.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Bool, Float

from holdfast.bargaining.spatial.options import Election
from holdfast.bargaining.spatial.votes import Data

__all__ = ["conditional", "elect", "markov_incentive", "markov_uniform", "stationary"]

lax: Any = jax.lax  # JAX's types of its loops are incomplete

_IDLE = (
    1e-10  # what an option adds to the incentive to propose itself, so that some challenger there always is
)


def elect(
    election: Election,
    victory: Float[Data, "options options"],
    coalition: Float[Data, "options options"],
    among: Bool[Data, " options"],
) -> Float[Data, " options"]:
    """Return the probability of each option, 0 for those that do not stand; the arguments are those of each kind of election below."""
    if election is Election.CONDITIONAL:
        return conditional(victory, among)
    if election is Election.MARKOV_UNIFORM:
        return markov_uniform(victory, among)
    return markov_incentive(victory, coalition, among)


def conditional(
    victory: Float[Data, "options options"], among: Bool[Data, " options"]
) -> Float[Data, " options"]:
    """Return the probability that each option beats all the others, given that one does: p_a ∝ Π_b V[a, b].

    Parameters
    ----------
    victory
        V, above 0, with V[a, b] + V[b, a] = 1.
    among
        Which options stand; at least one does.

    References
    ----------
    KAPSARC (2019), Model::condPCE. The product is a sum of logarithms here, which many options do not bring to 0.

    Examples
    --------
    ¾ · ½ against ¼ · ½:

    >>> conditional(jnp.asarray([[0.5, 0.75], [0.25, 0.5]]), jnp.asarray([True, True])).round(12).tolist()
    [0.75, 0.25]
    """
    wins = jnp.log(victory) @ among.astype(float)
    odds = jnp.where(among, jnp.exp(wins - jnp.max(jnp.where(among, wins, -jnp.inf))), 0.0)
    return odds / jnp.sum(odds)


def markov_uniform(
    victory: Float[Data, "options options"], among: Bool[Data, " options"]
) -> Float[Data, " options"]:
    """Return how often each option is the favourite in the long run, where every option is as likely to challenge it.

    p_a = (1 / n) Σ_b V[a, b] (p_a + p_b). The first option must stand.

    References
    ----------
    KAPSARC (2019), Model::markovUniformPCE, which iterates until no probability changes by more than 10⁻⁶; here the equation is solved.

    Examples
    --------
    p₀ ¼ = p₁ ¾:

    >>> markov_uniform(jnp.asarray([[0.5, 0.75], [0.25, 0.5]]), jnp.asarray([True, True])).tolist()
    [0.75, 0.25]
    """
    return stationary(victory.T, among)


def markov_incentive(
    victory: Float[Data, "options options"],
    coalition: Float[Data, "options options"],
    among: Bool[Data, " options"],
) -> Float[Data, " options"]:
    """Return how often each option is the favourite in the long run, where those challenge it who have most to gain.

    The incentive to put up a against b is n[a → b] = c[a, b] V[a, b], that against itself 10⁻¹⁰ more; it challenges with probability
    P[a → b] = n[a → b] / Σ_k n[k → b]. p_a = Σ_b V[a, b] (p_a P[b → a] + p_b P[a → b]). The first option must stand.

    References
    ----------
    Wise (2016), equations 1–9; KAPSARC (2019), Model::markovIncentivePCE, which iterates until no probability changes by more than 10⁻⁸;
    here the equation is solved.

    Examples
    --------
    n[0 → 1] = 3 · ¾ and n[1 → 0] = 1 · ¼, against next to nothing for how things stand; so p₀ ¼ = p₁ ¾:

    >>> victory = jnp.asarray([[0.5, 0.75], [0.25, 0.5]])
    >>> found = markov_incentive(victory, jnp.asarray([[0.0, 3.0], [1.0, 0.0]]), jnp.asarray([True, True]))
    >>> found.round(6).tolist()
    [0.75, 0.25]
    """
    incentive = coalition * victory + _IDLE * jnp.eye(victory.shape[0])
    incentive = jnp.where(among[:, None], incentive, 0.0)
    challenge = incentive / jnp.sum(incentive, axis=0)
    return stationary((victory * challenge).T, among)


def stationary(
    rate: Float[Data, "options options"], among: Bool[Data, " options"]
) -> Float[Data, " options"]:
    """Return the stationary distribution of a Markov process, from the rates at which it goes from each state (row) to each other.

    By the elimination of Grassmann, Taksar and Heyman, which subtracts nothing and so is as exact for the rarest state as for
    the commonest.

    Parameters
    ----------
    rate
        Above 0 off the diagonal, which is not read.
    among
        Which states there are; the first must be one.

    References
    ----------
    Grassmann, Taksar & Heyman (1985).

    Examples
    --------
    >>> stationary(jnp.asarray([[0.0, 1.0], [3.0, 0.0]]), jnp.asarray([True, True])).tolist()
    [0.75, 0.25]
    """
    count = rate.shape[0]
    place = jnp.arange(count)
    # A state that does not exist is left for the first one at once and never entered.
    rate = jnp.where(among[:, None] & among[None, :], rate, 0.0)
    rate = jnp.where(~among[:, None] & (place == 0)[None, :], 1.0, rate)

    def eliminate(step: Data, left: Data) -> Data:
        last = count - 1 - step
        before = place < last
        leaving = jnp.where(before, left[last], 0.0)
        entering = jnp.where(before, left[:, last] / jnp.sum(leaving), 0.0)
        left = left + entering[:, None] * leaving[None, :]
        return left.at[:, last].set(jnp.where(before, entering, left[:, last]))

    left: Data = lax.fori_loop(0, count - 1, eliminate, rate)

    def restore(state: Data, found: Data) -> Data:
        return found.at[state].set(jnp.sum(jnp.where(place < state, found * left[:, state], 0.0)))

    found: Data = lax.fori_loop(1, count, restore, jnp.zeros(count).at[0].set(1.0))
    return found / jnp.sum(found)
