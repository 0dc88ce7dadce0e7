"""Hold: how long until war restarts?

S(t) = exp(−∫₀ᵗ (Σ_i ω_i α_i + η) ds), and by cause the cumulative incidence ∫₀ᵗ S ω_i α_i ds.

The values of `deter` are integrated backward from the horizon, where everything is constant and the standing value
stationary, by the classical Runge–Kutta method of order 4 on fixed relative steps between the ends of ramps; hazards
are summed along the way.
"""

from __future__ import annotations

from typing import NamedTuple, cast

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from holdfast.chain.deter import Occasions, Payoffs, net_slope, settling, standing_slope, stiffness
from holdfast.chain.times import step_positions

__all__ = ["Path", "Stationary", "at_year", "incidence", "integrate", "stationary", "survival"]


Year = float | Float[Array, ""]


class Stationary(NamedTuple):
    """The standing value at the horizon: `standing` V, the largest |dV/dt|, and the hazard Σ ω_i α_i + η there, per year."""

    standing: Float[Array, "2 *batch"]
    residual: Float[Array, "*batch"]
    hazard: Float[Array, "*batch"]


class Path(NamedTuple):
    """The ceasefire's course, the first axis being points in time.

    `years`; `to_come` ∫ₜ (hazard) up to the horizon; `hazard` per year by principal and by accident (last);
    `standing` V and its −dV/dt; `attack` U; `worst_step`, the largest product of a step and the rate at which the
    equations react over it.
    """

    years: Float[Array, "points draws"]
    to_come: Float[Array, "points *batch draws"]
    hazard: Float[Array, "points 3 *batch draws"]
    standing: Float[Array, "points 2 *batch draws"]
    slope: Float[Array, "points 2 *batch draws"]
    attack: Float[Array, "points 2 *batch draws"]
    net: Float[Array, "2 *batch draws"]
    worst_step: Float[Array, " draws"]


def stationary(
    payoffs: Payoffs,
    occasions: Occasions,
    years: Float[Array, " draws"],
    start: Float[Array, "2 variants draws"],
) -> Stationary:
    """Follow dV/ds = −dV/dt from `start` until it stands still, everything else frozen as it is at `years`.

    Steps of a stiffly stable Rosenbrock method of order 2 (Verwer et al. 1999, ROS2) that grow geometrically from a
    fraction of the fastest rate to a multiple of the slowest, then Newton's method: early steps keep to the path, so
    that the basin is the path's own.
    """
    factor = settling(years, occasions.excess, occasions.settling_years)
    crises, accidents = occasions.crises * factor, occasions.accidents * factor
    crises = crises[:, None]
    discount = occasions.discount

    def slope(v: Array) -> tuple[Array, Array]:
        return standing_slope(v, payoffs, crises, accidents, discount)

    def solve(v: Array, attacks: Array, scale: Array, right: Array) -> Array:
        # (I − scale J) y = right, J the Jacobian of the slope
        own = discount + accidents + crises * attacks + (crises * attacks)[::-1]
        cross = -(crises * attacks * (1 - attacks) / payoffs.noise)[::-1] * (payoffs.attacked - v)
        a, b = 1 + scale * own[0], -scale * cross[0]
        c, d = -scale * cross[1], 1 + scale * own[1]
        return jnp.stack([d * right[0] - b * right[1], a * right[1] - c * right[0]]) / (a * d - b * c)

    gamma = 1 + 0.5**0.5
    fastest = (
        discount + accidents + jnp.sum(occasions.crises * factor, axis=0) / jnp.min(payoffs.noise, axis=0)
    )
    shortest, longest = 0.05 / fastest, 100.0 / discount
    count = 160

    def step(v: Array, n: Array) -> tuple[Array, None]:
        h = shortest * (longest / shortest) ** (n / (count - 1))
        f, attacks = slope(v)
        k1 = solve(v, attacks, gamma * h, f)
        f2, _ = slope(v + h * k1)
        k2 = solve(v, attacks, gamma * h, f2 - 2 * k1)
        return v + h * (1.5 * k1 + 0.5 * k2), None

    begin = jnp.broadcast_to(start, jnp.broadcast_shapes(start.shape, payoffs.attack.shape))
    v, _ = jax.lax.scan(step, begin, jnp.arange(count))

    def newton(_: Array, v: Array) -> Array:  # the limit of a long implicit step
        f, attacks = slope(v)
        return v + solve(v, attacks, 1e9 / discount, 1e9 / discount * f)

    v = cast(Array, jax.lax.fori_loop(0, 4, newton, v))
    f, attacks = slope(v)
    return Stationary(v, jnp.max(jnp.abs(f), axis=0), jnp.sum(crises * attacks, axis=0) + accidents)


def integrate(
    attack: Float[Array, "stretches stages 2 variants draws"],
    attacked: Float[Array, "stretches stages 2 variants draws"],
    ends: Float[Array, "ends draws"],
    fixed: Payoffs,
    occasions: Occasions,
    start: Float[Array, "2 variants draws"],
) -> Path:
    """Integrate V, V° and the hazard backward over all stretches of time.

    Parameters
    ----------
    attack, attacked
        U and D in each stretch, at `times.step_positions`.
    ends
        Ends of the stretches, years, one more than there are stretches.
    fixed
        The payoffs at the horizon; U and D are replaced on the way.
    start
        V at the horizon. V° starts from its own stationary value there.
    """
    count, stages = attack.shape[:2]
    steps = (stages - 1) // 2
    positions = jnp.asarray(step_positions(steps))
    rho = occasions.discount

    def rates(year: Array) -> tuple[Array, Array]:
        factor = settling(year, occasions.excess, occasions.settling_years)
        return (occasions.crises * factor)[:, None], occasions.accidents * factor

    def slopes(v: Array, net: Array, payoffs: Payoffs, now: tuple[Array, Array]) -> tuple[Array, ...]:
        slope, attacks = standing_slope(v, payoffs, *now, rho)
        by_cause = jnp.concatenate([now[0] * attacks, jnp.broadcast_to(now[1], attacks[:1].shape)])
        return slope, net_slope(net, attacks, payoffs, *now, rho), by_cause, attacks

    def step(
        carry: tuple[Array, Array, Array], n: Array
    ) -> tuple[tuple[Array, Array, Array], tuple[Array, ...]]:
        v, net, to_come = carry
        stretch, place = n // steps, 2 * (n % steps)
        first, length = ends[stretch], ends[stretch + 1] - ends[stretch]
        h = length * (positions[place + 2] - positions[place])
        late, middle, early = (
            fixed._replace(attack=attack[stretch, place + s], attacked=attacked[stretch, place + s])
            for s in (2, 1, 0)
        )
        then = [rates(first + length * positions[place + s]) for s in (2, 1, 0)]
        k1, n1, c1, attacks = slopes(v, net, late, then[0])
        k2, n2, c2, _ = slopes(v + h / 2 * k1, net + h / 2 * n1, middle, then[1])
        k3, n3, c3, _ = slopes(v + h / 2 * k2, net + h / 2 * n2, middle, then[1])
        k4, n4, c4, _ = slopes(v + h * k3, net + h * n3, early, then[2])
        stiff = h * stiffness(v, attacks, late, *then[0], rho)
        record = (first + length * positions[place + 2], to_come, c1, v, k1, late.attack)
        new = (
            v + h / 6 * (k1 + 2 * (k2 + k3) + k4),
            net + h / 6 * (n1 + 2 * (n2 + n3) + n4),
            to_come + h / 6 * jnp.sum(c1 + 2 * (c2 + c3) + c4, axis=0),
        )
        return new, (*record, stiff)

    begin = (start, _stationary_net(fixed, rates(ends[-1]), rho, start), jnp.zeros(start.shape[1:]))
    (v, net, to_come), found = jax.lax.scan(step, begin, jnp.arange(count * steps - 1, -1, -1))
    payoffs = fixed._replace(attack=attack[0, 0], attacked=attacked[0, 0])
    slope, _, causes, _ = slopes(v, net, payoffs, rates(ends[0]))
    at_start = (ends[0], to_come, causes, v, slope, payoffs.attack)
    # in order of time: the start, then the records, which run backward
    course = [jnp.concatenate([b[None], jnp.flip(a, axis=0)]) for a, b in zip(found, at_start, strict=False)]
    return Path(*course, net=net, worst_step=jnp.max(found[-1], axis=(0, 1)))


def _stationary_net(fixed: Payoffs, now: tuple[Array, Array], discount: Array, standing: Array) -> Array:
    _, attacks = standing_slope(standing, fixed, *now, discount)
    inflow = net_slope(jnp.zeros_like(standing), attacks, fixed, *now, discount)
    return inflow / (discount + now[0] * attacks + (now[0] * attacks)[::-1] + now[1])


def _locate(path: Path, year: Year) -> tuple[Array, Array, Array]:
    """Return the index of the step that holds the year, the step's length and the year's relative place in it."""
    index = jnp.clip(jnp.sum(path.years <= year, axis=0) - 1, 0, path.years.shape[0] - 2)
    left = jnp.take_along_axis(path.years, index[None], axis=0)[0]
    length = jnp.take_along_axis(path.years, index[None] + 1, axis=0)[0] - left
    return index, length, jnp.where(length > 0, (year - left) / jnp.where(length > 0, length, 1.0), 0.0)


def _take(values: Array, index: Array) -> Array:
    shaped = index.reshape((1,) + (1,) * (values.ndim - 2) + index.shape)
    return jnp.take_along_axis(values, jnp.broadcast_to(shaped, (1, *values.shape[1:])), axis=0)[0]


def _hermite(a: Array, b: Array, slope_a: Array, slope_b: Array, length: Array, x: Array) -> Array:
    return (
        (1 + 2 * x) * (1 - x) ** 2 * a
        + x**2 * (3 - 2 * x) * b
        + length * (x * (1 - x) ** 2 * slope_a - x**2 * (1 - x) * slope_b)
    )


def _to_come(path: Path, year: Year) -> Array:
    index, length, x = _locate(path, year)
    total = jnp.sum(path.hazard, axis=1)
    a, b = _take(path.to_come, index), _take(path.to_come, index + 1)
    return _hermite(a, b, -_take(total, index), -_take(total, index + 1), length, x)


def survival(path: Path, year: Year) -> Float[Array, "*batch draws"]:
    """Return S(year), the probability that no war has restarted so many years after signature."""
    return jnp.exp(_to_come(path, year) - path.to_come[0])


def incidence(path: Path, year: Year) -> Float[Array, "3 *batch draws"]:
    """Return the probability that war has restarted by the year, by cause: each principal's attack, accident. They sum to 1 − S.

    In a step the causes share what it loses in proportion to their hazards, averaged over its two ends.
    """
    index, _, _ = _locate(path, year)
    holds = jnp.exp(path.to_come - path.to_come[0])
    share = path.hazard / jnp.maximum(jnp.sum(path.hazard, axis=1, keepdims=True), 1e-300)
    mean_share = (share[:-1] + share[1:]) / 2
    steps = jnp.arange(path.years.shape[0] - 1).reshape((-1,) + (1,) * (path.to_come.ndim - 1))
    until = jnp.where(steps < index, holds[1:], jnp.where(steps == index, survival(path, year), holds[:-1]))
    return jnp.sum((holds[:-1] - until)[:, None] * mean_share, axis=0)


def at_year(path: Path, year: Year) -> tuple[Float[Array, "2 *batch draws"], Float[Array, "2 *batch draws"]]:
    """Return U and V at a year, V by cubic and U by linear interpolation within the step."""
    index, length, x = _locate(path, year)
    standing = _hermite(
        _take(path.standing, index), _take(path.standing, index + 1),
        -_take(path.slope, index), -_take(path.slope, index + 1), length, x,
    )  # fmt: skip
    a, b = _take(path.attack, index), _take(path.attack, index + 1)
    return (1 - x) * a + x * b, standing
