"""What the chain returns, and how finely it is to be solved."""

from __future__ import annotations

from typing import NamedTuple

from jaxtyping import Bool, Float

from holdfast.chain.inputs import Data

__all__ = ["CURVE_YEARS", "VARIANTS", "Method", "Outcomes"]

CURVE_YEARS = (0.25, 0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 12.0, 14.0, 16.0, 18.0, 20.0)
"""Years after signature at which survival is worked out; those beyond the horizon are not to be used."""

VARIANTS = ("as it is", "every attack detected", "every decision to help", "every promise kept", "no help")
"""What is varied to find the weakest link; only the first where there are no pledges."""


class Method(NamedTuple):
    """How finely to solve; see docs/explanation/numerics.md.

    `panels` of nodes and integration `steps` a stretch of time; at most `rest_steps` to the standing value at the
    horizon; `brackets` narrow the box of possible honour probabilities; `yielding` works out the distribution of help
    where a side may yield and there are many pledges.
    """

    panels: int = 4
    steps: int = 96
    rest_steps: int = 100
    brackets: int = 0
    yielding: bool = False


class Outcomes(NamedTuple):
    """What follows, a value a draw; pairs are by principal (for attacks: by attacker)."""

    signed: Float[Data, " draws"]
    accept: Float[Data, "2 draws"]
    net_value: Float[Data, "2 draws"]
    fighting_value: Float[Data, "2 draws"]
    refuses: Float[Data, "2 draws"]
    survival: Float[Data, "years draws"]
    causes_10: Float[Data, "3 draws"]
    deter: Float[Data, "2 2 draws"]  # at 0 and 5 years
    attack_value: Float[Data, "2 2 draws"]
    standing_value: Float[Data, "2 2 draws"]
    detect: Float[Data, "2 draws"]
    honour: tuple[Float[Data, "pledges draws"], Float[Data, "pledges draws"]]
    honour_alone: tuple[Float[Data, "pledges draws"], Float[Data, "pledges draws"]]
    sanctions: tuple[Float[Data, "sanctions draws"], Float[Data, "sanctions draws"]]
    delivered: Float[Data, "2 draws"]
    variants_10: Float[Data, "variants draws"]  # holds at 10 years
    deter_without_help: Float[Data, "2 draws"]
    fragile_standing: Bool[Data, " draws"]
    # how sure the solution is
    unique: Bool[Data, " draws"]  # every honour equation has one solution, found
    exact: Bool[Data, " draws"]  # no side may yield, or its yielding is worked out
    fit_error: Float[Data, " draws"]
    roughness: Float[
        Data, " draws"
    ]  # of values between nodes in time, in multiples of the noise, times a panel's share
    worst_step: Float[Data, " draws"]
    residual: Float[Data, " draws"]
