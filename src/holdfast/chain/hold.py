"""Hold: how long until war restarts?

S(t) = exp(−∫₀ᵗ (Σ_i ω_i α_i + η) ds), and by cause the cumulative incidence ∫₀ᵗ S ω_i α_i ds.

The values of `deter` are integrated backward from the horizon, where everything is constant and the standing value
stationary, by the classical Runge–Kutta method of order 4 on fixed relative steps between the ends of ramps; hazards
are summed along the way.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from holdfast.chain.deter import Occasions, Payoffs, net_slope, settling, standing_slope, stiffness
from holdfast.chain.times import step_positions

__all__ = ["Path", "at_year", "incidence", "integrate", "survival"]


Year = float | Float[Array, ""]


class Path(NamedTuple):
    """The ceasefire's course, the first axis being points in time.

    `years`; `to_come` ∫ₜ (hazard) up to the horizon; `hazard` per year by principal and by accident (last); `standing` V and
    its −dV/dt; `attack` U; `middle` and `attack_middle`, hazard and U halfway through the step that ends there;
    `worst_step`, the largest product of a step and the rate at which the equations react over it.
    """

    years: Float[Array, "points draws"]
    to_come: Float[Array, "points *batch draws"]
    hazard: Float[Array, "points 3 *batch draws"]
    middle: Float[Array, "points 3 *batch draws"]
    standing: Float[Array, "points 2 *batch draws"]
    slope: Float[Array, "points 2 *batch draws"]
    attack: Float[Array, "points 2 *batch draws"]
    attack_middle: Float[Array, "points 2 *batch draws"]
    net: Float[Array, "2 *batch draws"]
    worst_step: Float[Array, " draws"]


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
        record = (
            first + length * positions[place + 2],
            to_come,
            c1,
            (c2 + c3) / 2,
            v,
            k1,
            late.attack,
            middle.attack,
        )
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
    at_start = (ends[0], to_come, causes, causes, v, slope, payoffs.attack, payoffs.attack)
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

    In a step the causes share what it loses in proportion to what Simpson's rule gives each.
    """
    index, _, _ = _locate(path, year)
    holds = jnp.exp(path.to_come - path.to_come[0])
    halfway = jnp.sqrt(holds[:-1] * holds[1:])
    lost = (
        holds[:-1, None] * path.hazard[:-1]
        + 4 * halfway[:, None] * path.middle[1:]
        + holds[1:, None] * path.hazard[1:]
    )
    share = lost / jnp.maximum(jnp.sum(lost, axis=1, keepdims=True), 1e-300)
    steps = jnp.arange(path.years.shape[0] - 1).reshape((-1,) + (1,) * (path.to_come.ndim - 1))
    until = jnp.where(steps < index, holds[1:], jnp.where(steps == index, survival(path, year), holds[:-1]))
    return jnp.sum((holds[:-1] - until)[:, None] * share, axis=0)


def at_year(path: Path, year: Year) -> tuple[Float[Array, "2 *batch draws"], Float[Array, "2 *batch draws"]]:
    """Return U and V at a year, V by cubic and U by linear interpolation within half a step."""
    index, length, x = _locate(path, year)
    standing = _hermite(
        _take(path.standing, index), _take(path.standing, index + 1),
        -_take(path.slope, index), -_take(path.slope, index + 1), length, x,
    )  # fmt: skip
    a, b = _take(path.attack, index), _take(path.attack, index + 1)
    middle, part = _take(path.attack_middle, index + 1), jnp.abs(2 * x - 1)
    return (1 - part) * middle + part * jnp.where(x < 0.5, a, b), standing
