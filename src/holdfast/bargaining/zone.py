r"""The zone of possible agreement: which packages every required signatory accepts, who blocks the others, and what would bring it in.

What accepting is worth, war being the outside option, is not worked out here: probabilities of accepting come in, one for each
package, signatory and draw. With a threshold θ and π_ps the mean over draws,

  in the zone     π_ps ≥ θ for every signatory s
  blocks          π_ps < θ
  shortfall       max_s (θ − π_ps): by how much the least willing signatory misses; 0 or less in the zone

Each signatory is held to θ by itself: the probability that all sign at once is their product, and smaller.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from holdfast.errors import InputError

__all__ = ["Concession", "Zone", "cheapest_concession", "zone"]

Array = np.ndarray

_ROUNDING = 1e-12
"""A mean this little below the threshold is at it; losses this close are equal."""

_RANGE = (0.05, 0.95)


class Zone(NamedTuple):
    """Who accepts which package, and where nobody blocks."""

    accepts: Float[Array, "packages signatories"]
    """Probability of accepting, the mean over draws."""
    accepts_range: Float[Array, "ends packages signatories"]
    """Its 5 % and 95 % quantiles over draws: how far the inputs leave it open."""
    inside: Bool[Array, " packages"]
    """Which packages are in the zone."""
    blocks: Bool[Array, "packages signatories"]
    """Whose probability is below the threshold."""
    shortfall: Float[Array, " packages"]
    """By how much the least willing signatory misses the threshold; 0 or less in the zone."""
    shortfall_range: Float[Array, "ends packages"]
    """5 % and 95 % quantiles over draws of the shortfall in a draw. Its mean over draws is no less than `shortfall`."""
    closest: Int[Array, " packages"]
    """All packages, from the smallest shortfall to the largest, of equals the first first: where the zone is empty, its closest misses."""
    open_share: float
    """Share of draws in which some package reaches the threshold with every signatory."""
    inside_share: Float[Array, " packages"]
    """Share of draws in which this package does."""


class Concession(NamedTuple):
    """The cheapest package that brings a blocker in."""

    package: int
    """Index of it; −1 where there is none."""
    loss: Float[Array, " others"]
    """What each of the others loses by going there from the package that was blocked, in its own utility; below 0 what it gains. Not a
    number where there is none."""
    total: float
    """The sum over the others, by their weights."""
    works: Bool[Array, " packages"]
    """Every package that brings the blocker in and keeps those that accepted before."""


def zone(accept: Float[Array, "packages signatories draws"], threshold: float = 0.5) -> Zone:
    """Return which packages all required signatories accept, and by how much the others miss.

    Parameters
    ----------
    accept
        Probability that a signatory accepts a package in a draw, 0 to 1 (0 or 1 where a draw settles it).
    threshold
        What each signatory's probability must reach, above 0 and at most 1.

    Raises
    ------
    InputError
        Where a probability is not from 0 to 1, the threshold is not above 0 and at most 1, or there is no package, signatory or draw.

    Examples
    --------
    Two packages, two signatories, one draw: the second signatory blocks the first package, the first misses the second by less.

    >>> import numpy as np
    >>> found = zone(np.array([[[0.9], [0.1]], [[0.4], [0.8]]]), threshold=0.5)
    >>> found.inside.tolist(), found.blocks.tolist(), found.closest.tolist()
    ([False, False], [[False, True], [True, False]], [1, 0])
    """
    if accept.ndim != 3 or 0 in accept.shape:
        raise InputError(
            f"accept has shape {accept.shape}; must be packages × signatories × draws, with at least one of each."
        )
    _probabilities("accept", accept)
    _threshold(threshold)
    mean = accept.mean(2)
    reached = mean >= threshold - _ROUNDING
    short = (threshold - mean).max(1)
    short[reached.all(1)] = np.minimum(short[reached.all(1)], 0.0)
    in_draw = threshold - accept.min(1)
    inside = in_draw <= _ROUNDING
    # rounded so that packages equally far are, and stay in their order
    order = np.argsort(np.rint(short / _ROUNDING), kind="stable")
    return Zone(
        accepts=mean,
        accepts_range=np.quantile(accept, _RANGE, axis=2),
        inside=reached.all(1),
        blocks=~reached,
        shortfall=short,
        shortfall_range=np.quantile(in_draw, _RANGE, axis=1),
        closest=order,
        open_share=float(inside.any(0).mean()),
        inside_share=inside.mean(1),
    )


def cheapest_concession(
    accepts: Float[Array, "packages signatories"],
    outcomes: Float[Array, "packages issues"],
    positions: Float[Array, "others issues"],
    salience: Float[Array, "others issues"],
    *,
    package: int,
    blocker: int,
    threshold: float = 0.5,
    weights: Float[Array, " others"] | None = None,
) -> Concession:
    r"""Return the package nearest to the others' ideals that brings a blocker in and loses no signatory that accepted before.

    The loss of the others o in going from outcome z to z′ is Σ_o w_o (u_o(z) − u_o(z′)), u_o(z) = 1 − Σ_k s_ok |z_k − y_ok|. Of packages
    that cost the same, the one that moves the outcome least is taken, then the first.

    Parameters
    ----------
    accepts
        Probability that each signatory accepts each package, as `zone` gives it.
    outcomes
        What each package says on each issue, 0 to 1. Terms of a package other than its outcome are not counted in its cost.
    positions, salience
        Ideal and weight of the others on each issue: of all whose loss counts, which the blocker's does not.
    package
        Which package is blocked.
    blocker
        Which signatory blocks it.
    threshold
        What each signatory's probability must reach, above 0 and at most 1.
    weights
        How much the loss of each of the others counts, 0 or more; all the same where not given.

    Raises
    ------
    InputError
        Where an index is out of range, the signatory doesn't block the package, shapes do not fit, or a value is outside its bounds.

    Examples
    --------
    The second signatory refuses 0 and accepts 0.5 and 1; the other's ideal is 0, so that 0.5 costs it half.

    >>> import numpy as np
    >>> accepts = np.array([[0.9, 0.2], [0.8, 0.6], [0.7, 0.9]])
    >>> outcomes = np.array([[0.0], [0.5], [1.0]])
    >>> found = cheapest_concession(accepts, outcomes, np.array([[0.0]]), np.array([[1.0]]), package=0, blocker=1)
    >>> found.package, found.loss.tolist()
    (1, [0.5])
    """
    w = np.ones(len(positions)) if weights is None else weights
    _check_concession(accepts, outcomes, positions, salience, w, package, blocker)
    _threshold(threshold)
    reached = accepts >= threshold - _ROUNDING
    if reached[package, blocker]:
        raise InputError(
            f"blocker = {blocker}; signatory {blocker} accepts package {package} with probability "
            f"{accepts[package, blocker]:g}, which reaches the threshold {threshold:g}. Name one that blocks it: see zone(...).blocks."
        )
    works = reached[:, blocker] & (reached | ~reached[package]).all(1)
    distance = (salience[:, None] * np.abs(outcomes[None] - positions[:, None])).sum(2)
    loss = distance - distance[:, package, None]
    total = w @ loss
    if not works.any():
        return Concession(-1, np.full(len(positions), np.nan), np.nan, works)
    cheap = works & (total <= total[works].min() + _ROUNDING)
    move = np.abs(outcomes - outcomes[package]).sum(1)
    chosen = int(np.flatnonzero(cheap & (move <= move[cheap].min() + _ROUNDING))[0])
    return Concession(chosen, loss[:, chosen], float(total[chosen]), works)


def _check_concession(
    accepts: Array,
    outcomes: Array,
    positions: Array,
    salience: Array,
    weights: Array,
    package: int,
    blocker: int,
) -> None:
    """Raise an error where the question has no meaning."""
    packages, issues = outcomes.shape
    if len(accepts) != packages:
        raise InputError(
            f"accepts has {len(accepts)} packages and outcomes {packages}; must be the same packages in the same order."
        )
    for name, found in (("positions", positions.shape), ("salience", salience.shape)):
        if found != (len(weights), issues):
            raise InputError(f"{name} has shape {found}; must be {(len(weights), issues)}: others × issues.")
    for name, index, count in (("package", package, packages), ("blocker", blocker, accepts.shape[1])):
        if not 0 <= index < count:
            raise InputError(f"{name} = {index}; must be from 0 to {count - 1}.")
    for name, values in (("accepts", accepts), ("outcomes", outcomes), ("positions", positions)):
        _probabilities(name, values)
    for name, values in (("salience", salience), ("weights", weights)):
        wrong = np.argwhere(~(np.isfinite(values) & (values >= 0)))
        if len(wrong):
            at = ", ".join(str(int(i)) for i in wrong[0])
            raise InputError(f"{name}[{at}] = {values[tuple(wrong[0])]:g}; must be a number 0 or more.")


def _probabilities(name: str, values: Array) -> None:
    """Raise an error that names the first value which is not from 0 to 1."""
    wrong = np.argwhere(~((values >= 0) & (values <= 1)))
    if len(wrong):
        at = ", ".join(str(int(i)) for i in wrong[0])
        raise InputError(f"{name}[{at}] = {values[tuple(wrong[0])]:g}; must be a number from 0 to 1.")


def _threshold(threshold: float) -> None:
    """Raise an error where a threshold asks for nothing or for the impossible."""
    if not 0 < threshold <= 1:
        raise InputError(
            f"threshold = {threshold:g}; must be above 0 and at most 1. Use a number such as 0.5."
        )
