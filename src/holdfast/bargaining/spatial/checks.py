"""What may come in: arrays of the right shapes and ranges, from parties of whom at least two have a part."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float

from holdfast.errors import InputError

__all__ = ["accommodation_of", "checked", "taking_part"]

_ROUNDING = 1e-9


def checked(
    positions: Any, salience: Any, strength: Any
) -> tuple[
    Float[np.ndarray, "parties issues draws"],
    Float[np.ndarray, "parties issues draws"],
    Float[np.ndarray, "parties draws"],
]:
    """Return the arrays as floats with the draws on the last axis, one draw where none of them has that axis.

    Raises
    ------
    InputError
        Where shapes do not match, a number is not finite or outside its range, a party's saliences sum to more than 1, or fewer than two
        parties have both strength and salience.

    Examples
    --------
    >>> checked([[0.0], [1.2]], [[0.5], [0.5]], [1.0, 1.0])
    Traceback (most recent call last):
    holdfast.errors.InputError: positions[1, 0] = 1.2; must be from 0 to 1. Positions are shares of the issue's scale: divide by its length.
    """
    arrays = {
        "positions": _array("positions", positions, 2),
        "salience": _array("salience", salience, 2),
        "strength": _array("strength", strength, 1),
    }
    draws = _draws(arrays)
    parties, issues = arrays["positions"].shape[:2]
    shapes = {
        "positions": (parties, issues, draws),
        "salience": (parties, issues, draws),
        "strength": (parties, draws),
    }
    if parties < 2 or issues < 1 or draws < 1:
        raise InputError(
            f"positions has {parties} parties, {issues} issues and {draws} draws; must have at least two parties, an issue "
            "and a draw. One party has nobody to bargain with."
        )
    for name, shape in shapes.items():
        if arrays[name].shape[:-1] != shape[:-1]:
            raise InputError(
                f"{name} is {arrays[name].shape[:-1]} by draws and positions {arrays['positions'].shape[:-1]}; "
                "must have the same parties and issues."
            )
    _in_range(
        "positions",
        arrays["positions"],
        1.0,
        "Positions are shares of the issue's scale: divide by its length.",
    )
    _in_range("salience", arrays["salience"], 1.0, "Saliences are shares of a party's attention.")
    _in_range("strength", arrays["strength"], np.inf, "Strengths are in any unit, none negative.")
    attention = arrays["salience"].sum(axis=1)
    if np.any(attention > 1 + _ROUNDING):
        at = np.argwhere(attention > 1 + _ROUNDING)[0]
        raise InputError(
            f"salience[{at[0]}] sums to {attention[tuple(at)]:.6g} over the issues{_in_draw(at[-1], attention)}; must be at most 1, what "
            "is left being attention to other things. Divide by the sum."
        )
    positions, salience, strength = (np.broadcast_to(arrays[name], shape) for name, shape in shapes.items())
    _enough(salience, strength)
    return positions, salience, strength


def _array(name: str, given: Any, axes: int) -> Float[np.ndarray, "..."]:
    try:
        found = np.asarray(given, float)
    except (TypeError, ValueError):
        raise InputError(
            f"{name} is no array of numbers. Give one with {axes} axes, or one more for draws."
        ) from None
    if found.ndim not in (axes, axes + 1):
        raise InputError(
            f"{name} has {found.ndim} axes; must have {axes} ({'parties, issues' if axes == 2 else 'parties'}), or one more, "
            "the last, for draws."
        )
    return found if found.ndim > axes else found[..., None]


def _draws(arrays: dict[str, Float[np.ndarray, "..."]]) -> int:
    counts = {name: found.shape[-1] for name, found in arrays.items() if found.shape[-1] != 1}
    if len(set(counts.values())) > 1:
        told = ", ".join(f"{name} has {count}" for name, count in counts.items())
        raise InputError(f"{told} draws; must be the same number, or 1.")
    return next(iter(counts.values()), 1)


def _in_range(name: str, found: Float[np.ndarray, "..."], most: float, advice: str) -> None:
    wrong = ~((found >= 0) & (found <= most) & np.isfinite(found))
    if np.any(wrong):
        at = np.argwhere(wrong)[0]
        allowed = f"from 0 to {most:g}" if np.isfinite(most) else "0 or more, and finite"
        place = ", ".join(str(number) for number in at[:-1])
        raise InputError(
            f"{name}[{place}] = {found[tuple(at)]:g}{_in_draw(at[-1], found)}; must be {allowed}. {advice}"
        )


def _in_draw(draw: Any, found: Float[np.ndarray, "..."]) -> str:
    return f" in draw {draw}" if found.shape[-1] > 1 else ""


def taking_part(
    salience: Float[np.ndarray, "parties issues *draws"], strength: Float[np.ndarray, "parties *draws"]
) -> np.ndarray:
    """Return who has both strength and salience; who has not stays where it is, and nobody reckons with it.

    Examples
    --------
    >>> taking_part(np.array([[0.5], [0.0], [0.5]]), np.array([1.0, 1.0, 0.0])).tolist()
    [True, False, False]
    """
    return (strength > 0) & np.any(salience > 0, axis=1)


def _enough(salience: np.ndarray, strength: np.ndarray) -> None:
    count = taking_part(salience, strength).sum(axis=0)
    if np.all(count >= 2):
        return
    draw = int(np.argmin(count))
    of = _in_draw(draw, strength)
    if not np.any(strength[:, draw] > 0):
        raise InputError(f"strength is 0 for every party{of}; must be above 0 for at least two.")
    if not np.any(salience[:, :, draw] > 0):
        raise InputError(f"salience is 0 for every party{of}; must be above 0 for at least two.")
    raise InputError(
        f"{count[draw]} of {strength.shape[0]} parties have both strength and salience{of}; must be at least two. One party has "
        "nobody to bargain with."
    )


def accommodation_of(
    given: Any, parties: int, part: np.ndarray
) -> Float[np.ndarray, "parties parties"] | None:
    """Return the matrix by which ideals follow positions, or None where each ideal is its party's position.

    Parameters
    ----------
    given
        Rows sum to at most 1; None for the identity.
    part
        Who takes part, by draw: nobody's ideal may follow a party that takes none.

    Raises
    ------
    InputError
        For another shape, numbers outside 0 to 1, rows that sum to more, and weight on a party that takes no part.
    """
    if given is None:
        return None
    found = _array("accommodation", given, 2)
    if found.shape != (parties, parties, 1):
        raise InputError(
            f"accommodation has shape {found.shape[:-1]}; must be {(parties, parties)}, a row a party."
        )
    _in_range(
        "accommodation", found, 1.0, "A row says how far a party's ideal goes to each party's position."
    )
    matrix = found[..., 0]
    if np.any(matrix.sum(axis=1) > 1 + _ROUNDING):
        row = int(np.argmax(matrix.sum(axis=1)))
        raise InputError(
            f"accommodation[{row}] sums to {matrix[row].sum():.6g}; must be at most 1. Divide by the sum."
        )
    idle = ~np.all(part.reshape(parties, -1), axis=1)
    followed = (matrix * (1 - np.eye(parties)))[:, idle]
    if np.any(followed > 0):
        row, column = (int(n) for n in np.argwhere(matrix * (1 - np.eye(parties)) * idle > 0)[0])
        raise InputError(
            f"accommodation[{row}, {column}] = {matrix[row, column]:g}, but party {column} has no strength or no salience, so "
            "that it takes no part; must be 0."
        )
    return None if np.array_equal(matrix, np.eye(parties)) else matrix
