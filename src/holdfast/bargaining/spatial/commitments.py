"""Third parties: which side of somebody else's contest a party backs, given what it must accept if that side loses.

Initiator i challenges target j; the third party is k. Utilities of positions to k: u_i of i's, u_j of j's, u_k of its own. Whoever
loses adopts the winner's position; how k fares is the sum over the three positions.
"""

from __future__ import annotations

from jaxtyping import Float

from holdfast.bargaining.spatial.options import Commitment, VotingRule
from holdfast.bargaining.spatial.votes import Data, vote

__all__ = ["stakes", "third_party_vote"]


def stakes(
    commitment: Commitment,
    to_initiator: Float[Data, "*#batch"],
    to_target: Float[Data, "*#batch"],
    to_own: Float[Data, "*#batch"],
) -> tuple[Float[Data, "*#batch"], Float[Data, "*#batch"]]:
    """Return what k is better off for having backed the initiator if the initiator wins, and if the target wins.

    Sums of the utilities of the three positions as each contest ends:

    - semi-committed: whoever backs a winner keeps its position, whoever backs a loser is made to adopt the winner's. Initiator
      wins: 2 u_i + u_k having backed it, 3 u_i having backed the target. Target wins: 3 u_j, or 2 u_j + u_k.
    - fully committed: k ends where the winner is, whomever it backed. Uncommitted: k stays where it is, whomever it backed. So
      under both it is as well off either way.

    References
    ----------
    KAPSARC (2019), Actor::thirdPartyVoteSU.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> worth = [jnp.asarray(u) for u in (0.25, 0.5, 1.0)]
    >>> [float(x) for x in stakes(Commitment.SEMI, *worth)]
    [0.75, -0.5]
    >>> [float(x) for x in stakes(Commitment.FULL, *worth)]
    [0.0, 0.0]
    """
    if commitment is Commitment.SEMI:
        return to_own - to_initiator, to_target - to_own
    return 0.0 * to_initiator, 0.0 * to_target


def third_party_vote(
    rule: VotingRule,
    commitment: Commitment,
    weight: Float[Data, "*#batch"],
    chance: Float[Data, "*#batch"],
    to_initiator: Float[Data, "*#batch"],
    to_target: Float[Data, "*#batch"],
    to_own: Float[Data, "*#batch"],
) -> Float[Data, "*#batch"]:
    """Return k's vote, positive for the initiator: on q × (stake if it wins) + (1 − q) × (stake if the target wins).

    Parameters
    ----------
    weight
        k's strength times its total salience.
    chance
        q, the initiator's probability of winning the little contest of i, j and k alone; k takes it as given, whomever it backs.
    to_initiator, to_target, to_own
        u_i, u_j, u_k, as the estimator sees them.

    References
    ----------
    KAPSARC (2019), Actor::thirdPartyVoteSU.

    Examples
    --------
    q = 0.8 that a position worth 0.25 wins, else one worth 0.5: 0.8 · 0.75 − 0.2 · 0.5 = 0.5.

    >>> import jax.numpy as jnp
    >>> given = [jnp.asarray(x) for x in (10.0, 0.8, 0.25, 0.5, 1.0)]
    >>> round(float(third_party_vote(VotingRule.PROPORTIONAL, Commitment.SEMI, *given)), 12)
    5.0
    """
    if_initiator, if_target = stakes(commitment, to_initiator, to_target, to_own)
    return vote(rule, weight, chance * if_initiator + (1 - chance) * if_target)
