r"""Alternating offers between two parties, with outside options: Rubinstein (1982); Binmore, Shaked & Sutton (1989).

A pie of 1 is to be shared. One party offers a division; the other accepts, leaves for its outside option b, or refuses and offers in
its turn a period later, when the pie is worth δ_i as much to i. Whoever leaves ends the talks, and each then has its own option. With
x_i what i keeps when it offers, the subgame perfect equilibrium has

  x_1 = 1 − max(b_2, δ_2 x_2),   x_2 = 1 − max(b_1, δ_1 x_1)

of which there is exactly one solution, since δ_1 δ_2 < 1, and every offer is accepted at once. Without outside options it is
x_1 = (1 − δ_2) / (1 − δ_1 δ_2). An option smaller than what its owner would get anyway changes nothing (the outside option
principle): it is a threat that nobody would carry out. It bounds the deal; it is not added to it, as Nash's disagreement point is.

That the option can be taken only by a party that was just made an offer matters. If one may also leave after its own offer was refused,
there can be many equilibria. Shares are of what there is to gain or lose; that both value them in proportion is assumed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from holdfast.bargaining.inputs import Numbers, numbers
from holdfast.errors import InputError

__all__ = ["Deal", "deal", "frequent_offers", "patience"]

Array = np.ndarray


class Deal(NamedTuple):
    """What is agreed at once, by who offers first."""

    shares: Float[Array, "first parties *draws"]
    """What each party gets; `shares[0]` where the first party makes the first offer. Each its own option where nothing is agreed."""
    binding: Bool[Array, "parties *draws"]
    """Whose outside option decides what it must be offered."""
    agreed: Bool[Array, "*draws"]
    """False where both options together are worth more than the pie: there is nothing to share."""


def deal(discount: Numbers, outside: Numbers) -> Deal:
    """Return the division that is agreed at once.

    Parameters
    ----------
    discount
        What a share is worth to each of the two parties a period later, 0 or more and below 1: 2, or 2 × draws. See `patience`.
    outside
        What each has by leaving, as a share of the pie, 0 or more; of the same shape.

    Raises
    ------
    InputError
        Where there are not two parties, shapes differ, or a value is outside its bounds.

    References
    ----------
    rubinstein1982: the equilibrium; binmore1989: outside options; osborne1994: exercise on opting out, for the proof of uniqueness.

    Examples
    --------
    Equally patient at ½, the first to offer keeps 1 / (1 + ½). An option of 0.2 is less than the other third; one of 0.4 is more.

    >>> import numpy as np
    >>> half = np.array([0.5, 0.5])
    >>> deal(half, np.array([0.0, 0.2])).shares[0].round(4).tolist()
    [0.6667, 0.3333]
    >>> deal(half, np.array([0.0, 0.4])).shares[0].tolist()
    [0.6, 0.4]
    """
    discount, outside = numbers("discount", discount), numbers("outside", outside)
    _check("discount", discount, below=True)
    _check("outside", outside, below=False)
    if discount.shape != outside.shape:
        raise InputError(
            f"discount has shape {discount.shape} and outside {outside.shape}; both must be 2 × draws, or 2."
        )
    shape = discount.shape[1:]
    d1, d2 = discount.reshape(2, -1)
    b1, b2 = outside.reshape(2, -1)
    free = (1 - d2) / (1 - d1 * d2)
    # what party 1 keeps when it offers, by whose option binds: nobody's, 2's, 1's, both
    tried = np.stack([free, 1 - b2, 1 - d2 * (1 - b1), 1 - b2])
    other = np.stack([(1 - d1) / (1 - d1 * d2), 1 - d1 * (1 - b2), 1 - b1, 1 - b1])
    miss = np.abs(tried - (1 - np.maximum(b2, d2 * other))) + np.abs(other - (1 - np.maximum(b1, d1 * tried)))
    case = miss.argmin(0)[None]
    x1, x2 = np.take_along_axis(tried, case, 0)[0], np.take_along_axis(other, case, 0)[0]
    agreed = b1 + b2 <= 1
    shares = np.stack([np.stack([x1, 1 - x1]), np.stack([1 - x2, x2])])
    shares = np.where(agreed, shares, np.stack([b1, b2]))
    binding = np.stack([b1 > d1 * x1, b2 > d2 * x2]) | ~agreed
    return Deal(shares.reshape(2, 2, *shape), binding.reshape(2, *shape), agreed.reshape(shape))


def frequent_offers(
    rate: Float[Array, "parties *draws"], outside: Float[Array, "parties *draws"]
) -> Float[Array, "parties *draws"]:
    """Return the shares as offers follow each other faster and faster: who offers first no longer matters.

    The first party gets r_2 / (r_1 + r_2), Nash's solution with weights 1 / r_i, unless an option is worth more. Not a number where both
    options together are worth more than the pie.

    Parameters
    ----------
    rate
        Each party's discount rate, above 0, a year.
    outside
        What each has by leaving, as a share of the pie, 0 or more.

    Raises
    ------
    InputError
        Where there are not two parties, shapes differ, or a value is outside its bounds.

    References
    ----------
    binmore1986: the limit and its weights; binmore1989: outside options.

    Examples
    --------
    The party that discounts three times as fast gets a quarter.

    >>> import numpy as np
    >>> frequent_offers(np.array([0.06, 0.02]), np.zeros(2)).round(9).tolist()
    [0.25, 0.75]
    """
    _check("outside", outside, below=False)
    _rates(rate)
    if rate.shape != outside.shape:
        raise InputError(
            f"rate has shape {rate.shape} and outside {outside.shape}; both must be 2 × draws, or 2."
        )
    first = rate[1] / (rate[0] + rate[1])
    first = np.where(
        outside[0] + outside[1] <= 1, np.minimum(np.maximum(first, outside[0]), 1 - outside[1]), np.nan
    )
    return np.stack([first, 1 - first])


def patience(
    rate: Float[Array, "parties *draws"], years_between_offers: float
) -> Float[Array, "parties *draws"]:
    """Return the discount factors of a period, e^(−r Δ).

    Parameters
    ----------
    rate
        Each party's discount rate, above 0, a year; a yearly risk that talks break down for good may be added to it.
    years_between_offers
        Δ, above 0.

    Raises
    ------
    InputError
        Where there are not two parties, or a value is not above 0.

    Examples
    --------
    >>> import numpy as np
    >>> patience(np.array([np.log(2), np.log(4)]), 1.0).round(9).tolist()
    [0.5, 0.25]
    """
    _rates(rate)
    if not 0 < years_between_offers < np.inf:
        raise InputError(f"years_between_offers = {years_between_offers:g}; must be above 0. A week is 0.02.")
    return np.exp(-rate * years_between_offers)


def _rates(rate: Array) -> None:
    """Raise an error where a discount rate is not above 0, or there are not two."""
    _check("rate", rate, below=False)
    if not (rate > 0).all():
        at = ", ".join(str(int(i)) for i in np.argwhere(~(rate > 0))[0])
        raise InputError(f"rate[{at}] = 0; must be above 0: who does not mind waiting can hold out for ever.")


def _check(name: str, values: Array, *, below: bool) -> None:
    """Raise an error where there are not two parties, or a value is negative, not finite or, if `below`, not below 1."""
    if values.ndim < 1 or len(values) != 2:
        raise InputError(
            f"{name} has shape {values.shape}; alternating offers are between two parties. "
            "For more use bargaining.legislative or bargaining.axiomatic."
        )
    wrong = np.argwhere(~(np.isfinite(values) & (values >= 0) & ((values < 1) if below else True)))
    if len(wrong):
        at = ", ".join(str(int(i)) for i in wrong[0])
        allowed = "0 or more and below 1" if below else "a number 0 or more"
        raise InputError(f"{name}[{at}] = {values[tuple(wrong[0])]:g}; must be {allowed}.")
