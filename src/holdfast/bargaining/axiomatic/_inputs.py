"""What every axiomatic solution is given, and what cannot be used."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from holdfast.bargaining.inputs import Numbers, numbers
from holdfast.errors import InputError

__all__ = ["check_finite", "shares_of_weight"]

Array = np.ndarray


def check_finite(name: str, values: Float[Array, "..."]) -> None:
    """Raise an error that names the first value which is no finite number."""
    wrong = np.argwhere(~np.isfinite(values))
    if len(wrong):
        at = ", ".join(str(int(i)) for i in wrong[0])
        raise InputError(f"{name}[{at}] = {values[tuple(wrong[0])]}; must be a finite number.")


def shares_of_weight(weights: Numbers | None, parties: int) -> Float[Array, " parties"]:
    """Return the weights as shares of one; equal ones where none are given.

    Raises
    ------
    InputError
        Where there is not one weight a party, or one is not above 0.
    """
    if weights is None:
        return np.full(parties, 1.0 / parties)
    weights = numbers("weights", weights)
    if weights.shape != (parties,):
        raise InputError(
            f"weights has shape {weights.shape}; must hold one weight for each of {parties} parties."
        )
    check_finite("weights", weights)
    if not (weights > 0).all():
        at = int(np.argmin(weights))
        raise InputError(
            f"weights[{at}] = {weights[at]:g}; must be above 0. "
            "Leave out a party that has no say, and with it the packages that it would refuse."
        )
    return weights / weights.sum()
