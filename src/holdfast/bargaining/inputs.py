"""What models of positions are given: where the parties stand, how much they care, how much they can bring to bear."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from jaxtyping import Float

from holdfast.errors import InputError

__all__ = ["Numbers", "checked", "numbers"]

Array = np.ndarray
Numbers: TypeAlias = Any
"""An array, or lists that make one; the docstring says of which shape."""

_BOUNDS = {
    "positions": (1.0, "must be a number from 0 to 1. Positions are shares of the issue's scale: divide by its length."),
    "salience": (1.0, "must be a number from 0 to 1. Saliences are shares of what a party could spend."),
    "strength": (np.inf, "must be a number, 0 or more. Any unit will do that all parties share."),
}  # fmt: skip


def checked(
    positions: Any, salience: Any, strength: Any
) -> tuple[Float[Array, "parties draws"], Float[Array, "parties draws"], Float[Array, "parties draws"]]:
    """Return the arrays in float64, unless a bargain over them has no meaning.

    Parameters
    ----------
    positions
        Each party's ideal on the issue, 0 to 1: parties × draws, as the other two.
    salience
        How much of its strength each party would spend on the issue, 0 to 1.
    strength
        What each party could bring to bear, 0 or more, in any unit that all share.

    Raises
    ------
    InputError
        Where an array holds anything but numbers or has not the shape parties × draws of `positions`; there are fewer than two parties,
        or no draw; a number is outside its bounds or not finite; or in a draw nobody has both strength and salience.

    Examples
    --------
    >>> checked([[0.0], [4.0]], [[1.0], [1.0]], [[1.0], [1.0]])
    Traceback (most recent call last):
    holdfast.errors.InputError: positions[1, 0] = 4; must be a number from 0 to 1. Positions are shares of the issue's scale: divide by \
its length.
    """
    arrays = {
        name: _table(name, values)
        for name, values in (("positions", positions), ("salience", salience), ("strength", strength))
    }
    shape = arrays["positions"].shape
    if shape[0] < 2 or shape[1] < 1:
        raise InputError(
            f"positions has {shape[0]} parties and {shape[1]} draws; one party by itself does not bargain. "
            "Give two parties or more, and a draw or more."
        )
    for name, values in arrays.items():
        if values.shape != shape:
            raise InputError(
                f"{name} is {_size(values.shape)} and positions {_size(shape)}; must be alike. Give a number for each party and draw."
            )
        _in_bounds(name, values)
    _somebody(arrays["salience"], arrays["strength"])
    return arrays["positions"], arrays["salience"], arrays["strength"]


def numbers(name: str, values: Numbers) -> Float[Array, "..."]:
    """Return values as an array of float64; one that is so already, itself.

    Raises
    ------
    InputError
        Where something is no number, or rows differ in length.

    Examples
    --------
    >>> numbers("weights", [1, 2]).tolist()
    [1.0, 2.0]
    """
    try:
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise InputError(
            f"{name}: holds something that is no number, or rows of different lengths; must be an array of numbers."
        ) from None


def _size(shape: tuple[int, ...]) -> str:
    return f"{shape[0]} parties × {shape[1]} draws"


def _table(name: str, values: Any) -> Float[Array, "parties draws"]:
    try:
        table = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise InputError(f"{name}: holds something that is no number; must be a table of numbers.") from None
    if table.ndim != 2:
        raise InputError(
            f"{name} has {table.ndim} axes; must have two, parties × draws. Write {name}[:, None] for one draw."
        )
    return table


def _in_bounds(name: str, values: Float[Array, "parties draws"]) -> None:
    high, allowed = _BOUNDS[name]
    wrong = np.argwhere(~(np.isfinite(values) & (values >= 0) & (values <= high)))
    if len(wrong):
        party, draw = (int(i) for i in wrong[0])
        raise InputError(f"{name}[{party}, {draw}] = {values[party, draw]:g}; {allowed}")


def _somebody(salience: Float[Array, "parties draws"], strength: Float[Array, "parties draws"]) -> None:
    """Raise an error where nobody's position counts."""
    silent = np.flatnonzero(~((salience * strength) > 0).any(axis=0))
    if len(silent):
        draw = int(silent[0])
        strong, caring = (strength[:, draw] > 0).any(), (salience[:, draw] > 0).any()
        what = "salience, or strength" if strong == caring else "strength" if caring else "salience"
        raise InputError(
            f"salience[:, {draw}] and strength[:, {draw}]: nobody has both above 0, so that nobody's position counts. "
            f"Give at least one party {what} above 0."
        )
