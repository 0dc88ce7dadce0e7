"""Places: positions that are all but the same count as one when it is asked which of them wins."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Bool, Float, Int

from holdfast.bargaining.spatial.votes import Data

__all__ = ["SAME", "Places", "places"]

lax: Any = jax.lax  # JAX's types of its loops are incomplete

SAME = 1e-3
"""Positions less than this far apart, over all issues, are at one place."""


class Places(NamedTuple):
    """Places, each numbered as one of the parties there.

    `stands` says which numbers are places; `position` is that of each; `of`, which place each party is at.
    """

    stands: Bool[Data, " parties"]
    position: Float[Data, "parties issues"]
    of: Int[Data, " parties"]


def places(positions: Float[Data, "parties issues"], *, by_first: bool = False) -> Places:
    """Return the places that parties take.

    Parties are at one place where a chain of steps of less than 10⁻³ leads from one to the other; its position is the mean of theirs.

    Parameters
    ----------
    by_first
        As KTAB has it, which makes a difference of up to 10⁻³, and depends on the order of parties: a place is what lies less than 10⁻³
        from its first party and has that party's position; who lies so near to two is at the later one.

    References
    ----------
    KAPSARC (2019), SMPState::equivNdx, State::setUENdx and State::posProb.

    Examples
    --------
    >>> found = places(jnp.asarray([[0.2], [0.7], [0.2006], [0.2012]]))
    >>> found.stands.tolist(), found.of.tolist(), found.position[:2, 0].round(6).tolist()
    ([True, True, False, False], [0, 1, 0, 0], [0.2006, 0.7])
    >>> places(jnp.asarray([[0.2], [0.7], [0.2006], [0.2012]]), by_first=True).of.tolist()
    [0, 1, 3, 3]
    """
    party = jnp.arange(positions.shape[0])
    apart = jnp.sqrt(jnp.sum((positions[:, None] - positions[None, :]) ** 2, axis=-1))
    near = apart < SAME
    if by_first:
        stands = _firsts(near)
        return Places(
            stands, positions, jnp.max(jnp.where(near & stands[None, :], party[None, :], -1), axis=1)
        )
    of = _linked(near)
    at = (of[None, :] == party[:, None]).astype(float)
    count = jnp.sum(at, axis=1)
    mean = (at @ positions) / jnp.maximum(count, 1.0)[:, None]
    return Places(count > 0, jnp.where((count > 0)[:, None], mean, positions), of)


def _firsts(near: Bool[Data, "parties parties"]) -> Bool[Data, " parties"]:
    """Return which parties, taken in order, are near none that was taken before."""
    party = jnp.arange(near.shape[0])

    def scan(at: Data, first: Data) -> Data:
        return first.at[at].set(~jnp.any(near[at] & first & (party < at)))

    return lax.fori_loop(0, party.size, scan, jnp.zeros(party.size, bool))


def _linked(near: Bool[Data, "parties parties"]) -> Int[Data, " parties"]:
    """Return the lowest number among those that each party is linked with."""

    def lowest(of: Data) -> Data:
        return jnp.min(jnp.where(near, of[None, :], of.size), axis=1)

    def step(state: tuple[Data, Data]) -> tuple[Data, Data]:
        return lowest(state[0]), state[0]

    def changed(state: tuple[Data, Data]) -> Data:
        return jnp.any(state[0] != state[1])

    party = jnp.arange(near.shape[0])
    found: tuple[Data, Data] = lax.while_loop(changed, step, (lowest(party), party))
    return found[0]
