"""What every model of positions is given: where the parties stand, how much they care, how much they can bring to bear."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from holdfast.errors import InputError

__all__ = ["check"]

Array = np.ndarray


def check(
    positions: Float[Array, "parties draws"],
    salience: Float[Array, "parties draws"],
    strength: Float[Array, "parties draws"],
) -> None:
    """Raise an error where a bargain has no meaning: who would bargain, over what, with what weight.

    Parameters
    ----------
    positions
        Each party's ideal on the issue, 0 to 1.
    salience
        How much of its strength each party would spend on the issue, 0 to 1.
    strength
        What each party could bring to bear, 0 or more, in any unit that all share.

    Raises
    ------
    InputError
        Where there are fewer than two parties; a number is outside its bounds or not finite; or in a draw nobody has both strength
        and salience.
    """
    if positions.shape[0] < 2:
        raise InputError(
            f"parties = {positions.shape[0]}; one party by itself does not bargain. Give two or more."
        )
    for name, values, high in (
        ("positions", positions, 1.0),
        ("salience", salience, 1.0),
        ("strength", strength, np.inf),
    ):
        wrong = np.argwhere(~(np.isfinite(values) & (values >= 0) & (values <= high)))
        if len(wrong):
            party, draw = (int(i) for i in wrong[0])
            allowed = "0 or more" if high == np.inf else "from 0 to 1"
            raise InputError(
                f"{name}[{party}, {draw}] = {values[party, draw]:g}; must be a number {allowed}."
            )
    silent = np.flatnonzero(~((salience * strength) > 0).any(axis=0))
    if len(silent):
        draw = int(silent[0])
        what = "strength" if not (strength[:, draw] > 0).any() else "salience"
        raise InputError(
            f"{what}[:, {draw}]: nobody has both strength and salience, so nobody's position counts. "
            f"Give at least one party a {what} above 0."
        )
