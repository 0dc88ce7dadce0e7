"""What the Spatial Model of Politics leaves open, as one frozen record of choices.

The values of the enumerations are the words that KTAB's own files use for them, so that `VotingRule("PropBin")` is what such a file means.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import Enum
from typing import Any, NoReturn

from holdfast.errors import InputError

__all__ = [
    "BargainForm",
    "Commitment",
    "Election",
    "Interpolation",
    "RiskAdjustment",
    "RiskRange",
    "SpatialModel",
    "Transition",
    "VictoryModel",
    "VotingRule",
]


class _Choice(Enum):
    """One of a few ways; a word that is none of them is an `InputError` with those that are."""

    @classmethod
    def _missing_(cls, value: object) -> NoReturn:
        words = " or ".join(repr(member.value) for member in cls)
        raise InputError(f"{cls.__name__}({value!r}): is none; must be {words}.")


class VotingRule(_Choice):
    """How much of its weight a party throws in for a given gain in utility; the equations are in `votes`."""

    BINARY = "Binary"
    PROPORTIONAL_BINARY = "PropBin"
    PROPORTIONAL = "Prop"
    PROPORTIONAL_CUBIC = "PropCbc"
    CUBIC = "Cubic"
    ASYMMETRIC = "ASymProsp"


class VictoryModel(_Choice):
    """How surely the stronger of two coalitions wins; the equations are in `victory`."""

    LINEAR = "Linear"
    SQUARE = "Square"
    QUARTIC = "Quartic"
    OCTIC = "Octic"
    BINARY = "Binary"


class Election(_Choice):
    """How probabilities over many options follow from those over pairs; the equations are in `condorcet`."""

    CONDITIONAL = "Conditional"
    MARKOV_INCENTIVE = "MarkovIncentive"
    MARKOV_UNIFORM = "MarkovUniform"


class Transition(_Choice):
    """Whether a party takes its most probable bargain, or draws one by its probability."""

    DETERMINISTIC = "Deterministic"
    STOCHASTIC = "Stochastic"


class RiskRange(_Choice):
    """The attitude to risk inferred for the party whose position is least likely to win; that of the likeliest is always 1."""

    MIN = "Min"
    MID = "Mid"
    MAX = "Max"


class RiskAdjustment(_Choice):
    """How far a party sees another's attitude to risk as it is, and not as its own."""

    NONE = "None"
    ONE_THIRD = "OneThird"
    HALF = "Half"
    TWO_THIRDS = "TwoThirds"
    FULL = "Full"


class Commitment(_Choice):
    """What a third party must accept if the side that it backed loses; see `commitments`."""

    NONE = "NoCommit"
    SEMI = "SemiCommit"
    FULL = "FullCommit"


class Interpolation(_Choice):
    """How a bargain lies between two positions: by powers of salience S and of the probability P of winning; see `interpolate`."""

    S1P1 = "S1P1"
    S2P2 = "S2P2"
    S2PMAX = "S2PMax"


class BargainForm(_Choice):
    """Whose view of the odds a bargain is made from: the initiator's, each side's in a bargain of its own, or both weighted by power."""

    INITIATOR = "InitOnlyInterp"
    INITIATOR_AND_RECEIVER = "InitRcvrInterp"
    POWER_WEIGHTED = "PWCompInterp"


@dataclass(frozen=True, slots=True)
class SpatialModel:
    """The choices of one model, with KTAB's defaults.

    Parameters
    ----------
    voting, victory, election, transition, risk_range, risk_adjustment, commitment, interpolation, form
        See each enumeration.
    as_ktab
        Whether three things are done as KTAB's code does them, to compare with KTAB. Two are slips, which its published log shows: in a
        bargain made from the target's view it reads the wrong one of a pair of numbers, so that what the target takes the initiator's gain
        to be stands for the initiator's probability of winning; and a compromise weighs the target's side with the initiator's strength.
        They change positions where `form` is not `INITIATOR`. The third makes `probability` depend on the order of parties: see `places`.
    min_turns, max_turns
        No run is shorter or longer, in turns; 1 ≤ min_turns ≤ max_turns ≤ 1,000.
    quiet_ratio
        A run settles with the first turn in which positions moved less than this share of what they moved in the first turn; above 0.
        See `stop`.

    Raises
    ------
    InputError
        For a choice that is none of its enumeration's, numbers outside their ranges, and `as_ktab` with targets' bargains by
        another interpolation than S2P2: a gain may be negative, and S1P1 and S2PMax would then leave the scale.

    Examples
    --------
    >>> SpatialModel(voting=VotingRule("Cubic")).voting.name
    'CUBIC'
    >>> SpatialModel(min_turns=0)
    Traceback (most recent call last):
    holdfast.errors.InputError: min_turns = 0, max_turns = 100; must be whole numbers with 1 <= min_turns <= max_turns <= 1000.
    """

    voting: VotingRule = VotingRule.PROPORTIONAL
    victory: VictoryModel = VictoryModel.LINEAR
    election: Election = Election.CONDITIONAL
    transition: Transition = Transition.DETERMINISTIC
    risk_range: RiskRange = RiskRange.MID
    risk_adjustment: RiskAdjustment = RiskAdjustment.ONE_THIRD
    commitment: Commitment = Commitment.SEMI
    interpolation: Interpolation = Interpolation.S2P2
    form: BargainForm = BargainForm.INITIATOR
    as_ktab: bool = False
    min_turns: int = 2
    max_turns: int = 100
    quiet_ratio: float = 0.02

    def __post_init__(self) -> None:
        for field in fields(self):
            given: Any = getattr(self, field.name)
            if isinstance(field.default, Enum) and not isinstance(given, type(field.default)):
                kind = type(field.default)
                raise InputError(
                    f"{field.name} = {given!r}; must be a {kind.__name__}: write {kind.__name__}."
                    f"{' or '.join(member.name for member in kind)}."
                )
        turns: tuple[Any, Any] = (self.min_turns, self.max_turns)
        whole = all(isinstance(number, int) and not isinstance(number, bool) for number in turns)
        if not whole or not 1 <= self.min_turns <= self.max_turns <= 1000:
            raise InputError(
                f"min_turns = {self.min_turns}, max_turns = {self.max_turns}; must be whole numbers with "
                "1 <= min_turns <= max_turns <= 1000."
            )
        if not 0 < self.quiet_ratio < float("inf"):
            raise InputError(
                f"quiet_ratio = {self.quiet_ratio}; must be above 0. Write a share such as 0.02."
            )
        from_targets = self.form is not BargainForm.INITIATOR
        if self.as_ktab and from_targets and self.interpolation is not Interpolation.S2P2:
            raise InputError(
                f"as_ktab = True with form = {self.form.name} and interpolation = {self.interpolation.name}; must be S2P2, as a "
                "negative gain in place of a probability leads the others out of the scale. Write as_ktab=False."
            )
