"""What a run gives back. Arrays are NumPy's; parties, issues and turns are numbered from 0.

A party without strength or salience takes no part: it stays where it is, challenges nobody, and what is said of others' reckoning with it
is not a number.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

__all__ = ["Bargains", "Matrices", "Run", "Runs"]


class Bargains(NamedTuple):
    """What was proposed, turn by turn, and who went along.

    Parameters
    ----------
    target
        Whom each party challenged, −1 for nobody.
    chance, gain
        That it would win, and what it expected to gain in utility, as it saw it; not a number where it challenged nobody.
    ends
        Where its bargain would put itself and its target, by form: one, or two where both sides make one (`BargainForm`); not a number
        where there is none.
    mover
        Whose bargain each party went along with, its own counted; −1 where it stayed.
    """

    target: Int[np.ndarray, "turns parties"]
    chance: Float[np.ndarray, "turns parties"]
    gain: Float[np.ndarray, "turns parties"]
    ends: Float[np.ndarray, "turns parties forms 2 issues"]
    mover: Int[np.ndarray, "turns parties"]


class Matrices(NamedTuple):
    """All that is worked out in one turn. Rows are parties unless said otherwise.

    Parameters
    ----------
    value, utility
        Of each party's position (column), without and with attitudes to risk, from 0 to 1.
    attitude
        To risk, from −1 (seeking) to 1 (averse).
    perceived
        Utility as each party (first axis) believes it to be, to each party (second), of each one's position (third).
    probability
        That each party's position wins.
    challenge_chance, challenge_gain
        Of challenging each party (column), as the challenger sees it; the diagonal means nothing and is not a number.
    target
        Whom each party challenges, −1 for nobody.
    chance, gain
        Of the challenge that it makes, by who estimates (itself, the target) and, for gains, who gains (itself, the target).
    by_initiator, by_target, compromise
        Where a bargain would put the challenger and its target, made from its view of the odds, from the target's, or from both.
    option_utility
        Of each option: none changes anything, then the bargains by initiator (and form).
    coalition
        Strength for each option (row) against each other, in the unit of strengths.
    victory
        Probability that each option (row) prevails over each other.
    option_probability
        That each party goes along with each option; 0 for those that do not concern it.
    chosen
        The option that each party goes along with.
    """

    value: Float[np.ndarray, "parties parties"]
    attitude: Float[np.ndarray, " parties"]
    utility: Float[np.ndarray, "parties parties"]
    perceived: Float[np.ndarray, "parties parties parties"]
    probability: Float[np.ndarray, " parties"]
    challenge_chance: Float[np.ndarray, "parties parties"]
    challenge_gain: Float[np.ndarray, "parties parties"]
    target: Int[np.ndarray, " parties"]
    chance: Float[np.ndarray, "parties 2"]
    gain: Float[np.ndarray, "parties 2 2"]
    by_initiator: Float[np.ndarray, "parties 2 issues"]
    by_target: Float[np.ndarray, "parties 2 issues"]
    compromise: Float[np.ndarray, "parties 2 issues"]
    option_utility: Float[np.ndarray, "parties options"]
    coalition: Float[np.ndarray, "options options"]
    victory: Float[np.ndarray, "options options"]
    option_probability: Float[np.ndarray, "parties options"]
    chosen: Int[np.ndarray, " parties"]


class Run(NamedTuple):
    """One run of the bargaining.

    Parameters
    ----------
    positions, ideals
        At the start and after each turn.
    attitude, probability
        Each party's attitude to risk, and the probability that its position wins, at those times. Parties at one place share it, and each
        is given its whole probability, so that these may sum to more than 1.
    outcome
        The expected outcome when the bargaining has ended: the mean of the positions, weighted by the probability that each wins.
    bargains
        By turn.
    turns
        How many there were.
    settled
        Whether positions came to rest within `max_turns`; where not, the outcome is where they happened to be.
    by_order
        How often a choice between equals was made by the order in which the parties are listed. Where it is above 0, another order
        can give another answer.
    matrices
        Those of the first turn, where asked for.
    """

    positions: Float[np.ndarray, "turns+1 parties issues"]
    ideals: Float[np.ndarray, "turns+1 parties issues"]
    attitude: Float[np.ndarray, "turns+1 parties"]
    probability: Float[np.ndarray, "turns+1 parties"]
    outcome: Float[np.ndarray, " issues"]
    bargains: Bargains
    turns: int
    settled: bool
    by_order: int
    matrices: Matrices | None


class Runs(NamedTuple):
    """Runs of many draws; the last axis is that of the draws. A draw that ended before others stays as it ended.

    Parameters
    ----------
    positions
        At the start and after each turn.
    mover
        Whose bargain each party went along with in each turn; −1 where it stayed.
    probability
        That each party's position wins, in the end.
    outcome, turns, settled, by_order
        As in `Run`.
    """

    positions: Float[np.ndarray, "turns+1 parties issues draws"]
    mover: Int[np.ndarray, "turns parties draws"]
    probability: Float[np.ndarray, "parties draws"]
    outcome: Float[np.ndarray, "issues draws"]
    turns: Int[np.ndarray, " draws"]
    settled: Bool[np.ndarray, " draws"]
    by_order: Int[np.ndarray, " draws"]
