r"""What help does to the attacker's chances, when each pledge is honoured or not by itself.

With help H = Σ s_g B_g, B_g independent and equal to 1 with probability h_g, three things are needed of the
attacker's probability of winning p(T + H): its mean; how much honouring g lowers it given the others, E[Δ_g] =
−∂E[p]/∂h_g, since the mean is linear in each h_g; and the distribution of H itself, for the value of a side that may
yield. Few pledges (up to `ENUMERATED`) are enumerated. For more, p is written over the range of H as a sum of
exponentials,

    p(T + H) ≈ c_0 + Σ_k c_k exp(−β_k H / Σ_g s_g),   E[p] ≈ c_0 + Σ_k c_k Π_g (1 − h_g (1 − e_kg)),   e_kg = exp(−β_k s_g / Σ s),

with rates β_k fixed once, so that an expectation over 2^n outcomes costs n products. The fit's largest error on its
own points comes back with it.

Everywhere the first axis is that of the pledges (or outcomes, or exponentials); all others are broadcast.
"""

from __future__ import annotations

import math
from typing import NamedTuple, cast

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

__all__ = [
    "ENUMERATED",
    "POINTS",
    "ExponentialSum",
    "Shifts",
    "benefits",
    "fit_exponentials",
    "help_grid",
    "mean_win",
    "outcome_weights",
    "outcomes",
    "sample_points",
    "shifts",
    "sum_waves",
    "unit_powers",
]

ENUMERATED = 8
"""Up to this many pledges every combination of honoured and broken promises is gone through."""

_RATES = np.geomspace(0.8, 70.0, 13)
POINTS = np.expm1(4.0 * (1 - np.cos(np.pi * (np.arange(48) + 0.5) / 48)) / 2) / np.expm1(4.0)
"""Amounts of help at which curves over the help are sampled, as shares of all help; dense near 0."""

_BASIS = np.exp(-np.outer(POINTS, np.concatenate([[0.0], _RATES])))
_FIT = np.linalg.pinv(_BASIS, rcond=1e-13)
_GRID, _PAD = 64, 8
_SIZE = _GRID + 2 * _PAD
# from waves back to weights at the grid's points, of which the first is _PAD steps below no help
_WAVES = np.arange(_SIZE // 2 + 1)
_BACK = np.exp(2j * np.pi * np.outer(np.arange(_SIZE) - _PAD, _WAVES) / _SIZE) / _SIZE
_BACK[:, 1 : _SIZE // 2] *= 2  # and their conjugates


class ExponentialSum(NamedTuple):
    """A constant c_0 and a sum of exponentials in the help: c_k in `weights`, from c_0 on, and e_kg in `factors`."""

    weights: Float[Array, "constant_and_exponentials *batch"]
    factors: Float[Array, "exponentials pledges *batch"]


def sample_points(total: Float[Array, "*batch"]) -> Float[Array, "points *batch"]:
    """Return amounts of help between 0 and the total, dense near 0, at which curves over the help are sampled."""
    points = jnp.asarray(POINTS)
    return points.reshape((-1,) + (1,) * total.ndim) * total


def fit_exponentials(
    values: Float[Array, "points *batch"],
) -> tuple[Float[Array, "constant_and_exponentials *batch"], Float[Array, "*batch"]]:
    """Fit a curve over the help, given at `sample_points`, by a constant and the fixed exponentials.

    Returns
    -------
    weights, error
        c_0 and c_k, and the largest absolute error at the points.
    """
    weights = jnp.tensordot(jnp.asarray(_FIT), values, axes=1)
    fitted = jnp.tensordot(jnp.asarray(_BASIS), weights, axes=1)
    return weights, jnp.max(jnp.abs(fitted - values), axis=0)


def factors(strength: Float[Array, "pledges *batch"]) -> Float[Array, "exponentials pledges *batch"]:
    """Return e_kg = exp(−β_k s_g / Σ s); a pledge of strength 0 has factors 1 and no effect."""
    total = jnp.maximum(jnp.sum(strength, axis=0), 1e-300)
    rates = jnp.asarray(_RATES).reshape((-1,) + (1,) * strength.ndim)
    return jnp.exp(-rates * (strength / total))


def _weighted_product(curve: ExponentialSum, honour: Array) -> Float[Array, "exponentials *batch"]:
    """Return c_k Π_g (1 − h_g (1 − e_kg)).

    A factor in this form never rounds to 0, however sure a pledge is. Of many draws the product is taken pledge by pledge, so
    that nothing of the size of all pledges is stored; one problem (a single axis) has no need of that.
    """
    if honour.ndim == 1:
        return curve.weights[1:] * jnp.prod((1 - honour) + honour * curve.factors, axis=1)

    def multiply(product: Array, pledge: tuple[Array, Array]) -> tuple[Array, None]:
        chance, factors = pledge
        return product * ((1 - chance) + chance * factors), None

    weights = curve.weights[1:]
    shape = jnp.broadcast_shapes(weights.shape, (weights.shape[0], *honour.shape[1:]))
    each = (honour, jnp.moveaxis(curve.factors, 1, 0))
    return jax.lax.scan(multiply, jnp.broadcast_to(weights, shape), each, unroll=16)[0]


def mean_win(curve: ExponentialSum, honour: Float[Array, "pledges *#batch"]) -> Float[Array, "*#batch"]:
    """Return E[p] = c_0 + Σ_k c_k Π_g (1 − h_g (1 − e_kg)); `curve.factors` broadcasts against `honour` behind its first axis."""
    return curve.weights[0] + jnp.sum(_weighted_product(curve, honour), axis=0)


def benefits(
    curve: ExponentialSum, honour: Float[Array, "pledges *#batch"]
) -> Float[Array, "pledges *#batch"]:
    """Return E[Δ_g] = Σ_k c_k (1 − e_kg) Π_{j≠g} (1 − h_j (1 − e_kj)), how much honouring g lowers the attacker's chances.

    The product over the others is the whole product divided by g's own factor. A factor is at least exp(−70 s / Σs), so
    that the whole product is at least exp(−70) and the division safe. Of many draws the sum is brought to one denominator,
    division being by far the slowest of operations: that is at least exp(−Σ_k β_k), about exp(−223), and so still safe.
    """
    product = _weighted_product(curve, honour)
    if honour.ndim == 1:
        return jnp.sum(product[:, None] * (1 - curve.factors) / (1 - honour + honour * curve.factors), axis=0)
    refused = 1 - honour
    parts = [
        (part * (1 - factors), refused + honour * factors)
        for part, factors in zip(product, curve.factors, strict=True)
    ]
    while len(parts) > 1:
        joined = [(a * d + c * b, b * d) for (a, b), (c, d) in zip(parts[::2], parts[1::2], strict=False)]
        parts = joined + parts[2 * len(joined) :]
    [(above, below)] = parts
    return above / below


def outcomes(strength: Float[Array, "pledges *batch"]) -> Float[Array, "outcomes *batch"]:
    """Return the help in each of the 2^n outcomes, the first pledge being the outcome's highest bit.

    Examples
    --------
    >>> outcomes(jnp.asarray([1.0, 0.5])).tolist()
    [0.0, 0.5, 1.0, 1.5]
    """
    total = jnp.zeros((1, *strength.shape[1:]))
    for each in strength[::-1]:
        total = jnp.concatenate([total, total + each])
    return total


def outcome_weights(honour: Float[Array, "pledges *batch"]) -> Float[Array, "outcomes *batch"]:
    """Return the probability of each of the 2^n outcomes, in the order of `outcomes`.

    Examples
    --------
    >>> outcome_weights(jnp.asarray([0.25, 0.5])).tolist()
    [0.375, 0.375, 0.125, 0.125]
    """
    weight = jnp.ones((1, *honour.shape[1:]))
    for each in honour[::-1]:
        weight = jnp.concatenate([weight * (1 - each), weight * each])
    return weight


def enumerated_mean(
    table: Float[Array, "outcomes *#batch"], honour: Float[Array, "pledges *#batch"]
) -> Float[Array, "*#batch"]:
    """Return the mean over the outcomes of a table given for each of them, in the order of `outcomes`."""
    for each in honour:
        half = table.shape[0] // 2
        table = table[:half] * (1 - each) + table[half:] * each
    return table[0]


def enumerated_benefits(
    table: Float[Array, "outcomes *#batch"], honour: Float[Array, "pledges *#batch"]
) -> Float[Array, "pledges *#batch"]:
    """Return E[Δ_g] = −∂E[p]/∂h_g of a table of p over the outcomes."""

    def total(h: Float[Array, "pledges *#batch"]) -> Float[Array, ""]:
        return jnp.sum(enumerated_mean(table, h))

    return -cast(Array, jax.grad(total)(honour))


class Shifts(NamedTuple):
    """What each pledge honoured does to the distribution of help, by frequency: it multiplies its waves by `real` + i `imaginary`."""

    real: Float[Array, "waves pledges *batch"]
    imaginary: Float[Array, "waves pledges *batch"]


def shifts(strength: Float[Array, "pledges *batch"]) -> Shifts:
    """Return the waves of every pledge's shift along the grid of help.

    A pledge moves the distribution by a whole number of steps and a remainder, which cubic interpolation spreads over four
    points so that the first three moments stay exact; some weights are slightly negative for that reason.
    """
    total = jnp.maximum(jnp.sum(strength, axis=0), 1e-300)
    steps = strength / total * _GRID
    whole = jnp.floor(steps)
    x = steps - whole
    # Lagrange weights of the points −1, 0, 1, 2 at x
    spread = (
        -x * (x - 1) * (x - 2) / 6,
        (x + 1) * (x - 1) * (x - 2) / 2,
        -(x + 1) * x * (x - 2) / 2,
        (x + 1) * x * (x - 1) / 6,
    )
    turns = unit_powers(-2 * np.pi / _SIZE * whole, _SIZE // 2 + 1)
    frequency = np.arange(_SIZE // 2 + 1).reshape((-1,) + (1,) * strength.ndim)
    fixed = [-2 * np.pi / _SIZE * frequency * k for k in (-1, 0, 1, 2)]
    real = sum(weight * np.cos(angle) for weight, angle in zip(spread, fixed, strict=True))
    imaginary = sum(weight * np.sin(angle) for weight, angle in zip(spread, fixed, strict=True))
    return Shifts(
        turns.real * real - turns.imaginary * imaginary, turns.real * imaginary + turns.imaginary * real
    )


def unit_powers(angle: Float[Array, "*batch"], count: int) -> Shifts:
    """Return exp(i angle) to the powers 0, 1, ..., count − 1, as products: far cheaper than as many cosines, or a table."""
    length = math.isqrt(count - 1) + 1

    def first(base: Float[Array, "*batch"]) -> Shifts:
        """Return the first `length` powers of exp(i base), each the last times that."""
        c, s = jnp.cos(base), jnp.sin(base)

        def multiply(last: Shifts, _: None) -> tuple[Shifts, Shifts]:
            return Shifts(last.real * c - last.imaginary * s, last.real * s + last.imaginary * c), last

        one = Shifts(jnp.ones_like(base), jnp.zeros_like(base))
        return jax.lax.scan(multiply, one, None, length=length)[1]

    near, far = first(angle), first(length * angle)
    (a, b), (c, d) = ((x[:, None] for x in far), (x[None] for x in near))
    flat = ((a * c - b * d), (a * d + b * c))
    return Shifts(*(x.reshape(-1, *angle.shape)[:count] for x in flat))


def sum_waves(moves: Shifts, honour: Float[Array, "pledges *batch"]) -> Shifts:
    """Return the waves of a sum of independent shifts, each taken with its probability: the products of its parts' waves."""

    def multiply(waves: Shifts, pledge: tuple[Array, Shifts]) -> tuple[Shifts, None]:
        chance, move = pledge
        a, b = 1 - chance + chance * move.real, chance * move.imaginary
        real = waves.real * a - waves.imaginary * b
        return Shifts(real, waves.real * b + waves.imaginary * a), None

    ones = jnp.ones((moves.real.shape[0], *honour.shape[1:]))
    each = (honour, Shifts(*(jnp.moveaxis(m, 1, 0) for m in moves)))
    return jax.lax.scan(multiply, Shifts(ones, 0 * ones), each, unroll=16)[0]


def help_grid(
    strength: Float[Array, "pledges *#batch"], moves: Shifts, honour: Float[Array, "pledges *#batch"]
) -> tuple[Float[Array, "grid *#batch"], Float[Array, "grid *batch"]]:
    """Return the distribution of help on a grid of `_GRID` equal steps from 0 to the total, and `_PAD` beyond either end.

    The distribution of a sum has waves that are the products of its parts' (its characteristic function).

    Parameters
    ----------
    strength, honour
        Of each pledge.
    moves
        `shifts(strength)`.

    Returns
    -------
    amount, weight
        The help at each point and its probability, in sum 1.
    """
    real, imaginary = sum_waves(moves, honour)
    back_real, back_imaginary = jnp.asarray(_BACK.real), jnp.asarray(_BACK.imag)
    weight = jnp.tensordot(back_real, real, 1) - jnp.tensordot(back_imaginary, imaginary, 1)
    total = jnp.maximum(jnp.sum(strength, axis=0), 1e-300)
    steps = (jnp.arange(_SIZE) - _PAD).reshape((-1,) + (1,) * total.ndim)
    return steps / _GRID * total, weight
