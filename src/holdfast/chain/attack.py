"""What an attack brings to either side, in expectation over who honours what, for each joint decision of the bodies.

The attacker's war value is w_a(p; κ_a + sanctions) and the victim's w_v(1 − p), p = σ(m log(S / (T + help))). Both
have a kink where the side begins to yield. Up to `help.ENUMERATED` pledges every outcome is enumerated. For more, the
value of fighting on is taken from E[p], and what yielding adds, E[(d − w)⁺], from the distribution of help on a grid;
`may_yield` says where that part is not exactly 0.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from holdfast.chain import help as aid
from holdfast.chain.enclosure import Bends, bends
from holdfast.chain.inputs import Attack, Inputs, Pledges, Sanctions
from holdfast.chain.war import linear_war_value, war_value, win_probability

__all__ = [
    "Brought",
    "SanctionLoss",
    "Situation",
    "War",
    "brought",
    "sanction_loss",
    "situation",
    "unhelped",
    "war_of",
    "yielded",
]

_FEW, _FEW_STEPS, _MANY_STEPS = 8, 840, 240
"""Steps of the grid of what sanctions take in all, with few sanctions and with many."""


class War(NamedTuple):
    """What settles the war values of one attack: defeat d and cost κ of attacker and victim, μ and ρ."""

    defeat: Float[Array, " draws"]
    cost: Float[Array, " draws"]
    victim_defeat: Float[Array, " draws"]
    victim_cost: Float[Array, " draws"]
    end_rate: Float[Array, " draws"]
    discount: Float[Array, " draws"]

    def gains(self, win: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        """Return what the attacker gains over defeat by fighting to the end, before sanctions."""
        return linear_war_value(win, self.defeat, self.cost, self.end_rate, self.discount) - self.defeat

    def stands(self, win: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        """Return what the victim gains over defeat by fighting to the end; `win` is the attacker's chance."""
        fights = linear_war_value(1 - win, self.victim_defeat, self.victim_cost, self.end_rate, self.discount)
        return fights - self.victim_defeat


class Situation(NamedTuple):
    """One attacker at one time: strengths, and the attacker's chances as a function of help.

    `table` holds p in every outcome (few pledges), or `curve` its exponentials and `shifts` what makes the distribution of help
    (many); `steepest` and `curvature` bound |p'| and |p''|, and `bends` says what makes p convex or concave.
    """

    attacker: Float[Array, " draws"]
    defender: Float[Array, " draws"]
    decisiveness: Float[Array, " draws"]
    table: Float[Array, "outcomes draws"] | None
    curve: aid.ExponentialSum | None
    shifts: aid.Shifts | None
    steepest: Float[Array, " draws"]
    curvature: Float[Array, " draws"]
    bends: Bends
    fit_error: Float[Array, " draws"]

    def win(self, help_: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        """Return p given an amount of help."""
        return win_probability(self.attacker, self.defender + help_, self.decisiveness)

    def benefit(
        self, honour: Float[Array, "pledges decisions draws"]
    ) -> Float[Array, "pledges decisions draws"]:
        """Return E[Δ_g] given everyone's probability of honouring."""
        if self.table is not None:
            return aid.enumerated_benefits(self.table[:, None], honour)
        assert self.curve is not None
        return aid.benefits(self.curve, honour)


class SanctionLoss(NamedTuple):
    """What sanctions take from the attacker's war value.

    `mean` E[K] ["decisions draws"]; `call` y → E[(K − y)⁺] for y ["outcomes 1 draws"]; `most` if all that are due are honoured;
    `none`, the probability that none is.
    """

    mean: Float[Array, "decisions draws"]
    call: Callable[[Float[Array, "outcomes any draws"]], Float[Array, "outcomes decisions draws"]]
    most: Float[Array, "decisions draws"]
    none: Float[Array, "decisions draws"]


class Brought(NamedTuple):
    """War values to attacker and victim: as honoured, and if all pledges due were honoured.

    `idle` and `idle_all` are the probabilities that nothing comes that would change the value (to the attacker, no help and
    no sanctions; to the victim, no help): that part of the value is the one without help.
    """

    values: Float[Array, "2 decisions draws"]
    values_all: Float[Array, "2 decisions draws"]
    idle: Float[Array, "2 decisions draws"]
    idle_all: Float[Array, "2 decisions draws"]
    may_yield: Bool[Array, " draws"]


def situation(
    attacker: Float[Array, " draws"],
    defender: Float[Array, " draws"],
    decisiveness: Float[Array, " draws"],
    pledges: Pledges,
    many: tuple[Float[Array, "exponentials pledges draws"], aid.Shifts] | None,
) -> Situation:
    """Return one attacker's situation; `many` as from `help.factors` and `help.shifts`, or None to enumerate."""
    total = jnp.sum(pledges.strength, axis=0)
    points = aid.sample_points(total)
    chance = win_probability(attacker, defender + points, decisiveness)
    spread = decisiveness * chance * (1 - chance) / (defender + points)
    bend = spread / (defender + points) * (1 + decisiveness * (1 - 2 * chance))
    table = curve = shifts = None
    error = jnp.zeros_like(attacker)
    if many is None:
        table = win_probability(attacker, defender + aid.outcomes(pledges.strength), decisiveness)
    else:
        weights, error = aid.fit_exponentials(chance)
        factors, moves = many
        curve = aid.ExponentialSum(weights[:, None], factors[:, :, None])
        shifts = aid.Shifts(*(m[:, :, None] for m in moves))
    # the points are close enough that 1.1 covers what lies between them
    steepest, curvature = 1.1 * jnp.max(spread, axis=0), 1.1 * jnp.max(jnp.abs(bend), axis=0)
    return Situation(
        attacker,
        defender,
        decisiveness,
        table,
        curve,
        shifts,
        steepest,
        curvature,
        bends(aid.POINTS, bend, total),
        error,
    )


def brought(
    state: Situation,
    war: War,
    attack: Attack,
    active: Bool[Array, "pledges decisions draws"],
    honour: Float[Array, "pledges decisions draws"],
    sanctions: SanctionLoss,
    *,
    yielding: bool,
) -> Brought:
    """Return what an attack brings, given the probabilities that each pledge is honoured.

    `yielding` False leaves out E[(d − w)⁺] where there are many pledges: exact wherever `may_yield` is False.
    """
    added, most, none_of = sanctions.mean, sanctions.most, sanctions.none
    due = jnp.sum(jnp.where(active, attack.pledges.strength[:, None], 0.0), axis=0)
    win_due = state.win(due)

    def defend(win: Array) -> Array:
        return war.victim_defeat + jnp.maximum(war.stands(win), 0.0)

    may_yield = jnp.zeros_like(state.attacker, bool)
    if state.table is not None:
        weight = aid.outcome_weights(honour)
        gain = war.gains(state.table)[:, None]
        attacker = war.defeat + jnp.sum(weight * (gain + sanctions.call(gain)), axis=0) - added
        victim = jnp.sum(weight * defend(state.table)[:, None], axis=0)
    else:
        assert state.curve is not None
        mean = aid.mean_win(state.curve, honour)
        attacker = war.defeat + war.gains(mean) - added
        victim = war.victim_defeat + war.stands(mean)
        none, everyone = jnp.zeros_like(state.attacker), jnp.sum(attack.pledges.strength, axis=0)
        may_yield = war.gains(state.win(everyone)) < jnp.max(most, axis=0)
        may_yield = may_yield | (war.stands(state.win(none)) < 0)
        if yielding:
            assert state.shifts is not None
            adds = yielded(war, state.win, attack.pledges.strength, state.shifts, honour, sanctions)
            attacker, victim = attacker + adds[0], victim + adds[1]
    cost_all = war.cost + (war.discount + war.end_rate) * most
    strengths_due = active & (attack.pledges.strength > 0)[:, None]
    nobody = jnp.prod(jnp.where(strengths_due, 1 - honour, 1.0), axis=0)
    return Brought(
        jnp.stack([attacker, victim]),
        jnp.stack([war_value(win_due, war.defeat, cost_all, war.end_rate, war.discount), defend(win_due)]),
        jnp.stack([nobody * none_of, nobody]),
        jnp.stack([(due == 0) & (most == 0), due == 0]).astype(float),
        may_yield,
    )


def yielded(
    war: War,
    win: Callable[[Array], Array],
    strength: Float[Array, "pledges draws"],
    moves: aid.Shifts,
    honour: Float[Array, "pledges decisions draws"],
    sanctions: SanctionLoss,
) -> Float[Array, "2 decisions draws"]:
    """Return E[(d − w)⁺] to attacker and victim, what yielding adds to the value of fighting on, from the distribution of help.

    Parameters
    ----------
    win
        The attacker's chance given an amount of help.
    strength, moves
        Of each pledge, and `help.shifts` of it.
    """
    amount, weight = aid.help_grid(strength[:, None], moves, honour)
    chance = win(jnp.maximum(amount, 0.0))
    short = jnp.maximum(-war.stands(chance), 0.0)
    return jnp.stack(
        [jnp.sum(weight * sanctions.call(war.gains(chance)), axis=0), jnp.sum(weight * short, axis=0)]
    )


def unhelped(
    war: War,
    attacker: Float[Array, "*batch draws"],
    defender: Float[Array, "*batch draws"],
    decisiveness: Float[Array, " draws"],
) -> Float[Array, "2 *batch draws"]:
    """Return what an attack brings attacker and victim where no help and no sanctions come."""
    win = win_probability(attacker, defender, decisiveness)
    return jnp.stack(
        [
            war_value(win, war.defeat, war.cost, war.end_rate, war.discount),
            war_value(1 - win, war.victim_defeat, war.victim_cost, war.end_rate, war.discount),
        ]
    )


def _fast_length(least: int) -> int:
    """Return the least even length that is a product of 2, 3 and 5, which the fast Fourier transform is fast at."""

    def rest(n: int) -> int:
        for factor in (2, 3, 5):
            while n % factor == 0:
                n //= factor
        return n

    return next(n for n in range(least + least % 2, 2 * least + 2, 2) if rest(n) == 1)


def _distribution(
    shift: Float[Array, "sanctions 1 draws"], honour: Float[Array, "sanctions decisions draws"], points: int
) -> Float[Array, "points decisions draws"]:
    """Return the distribution of a sum of shifts, each taken or not, on whole numbers of steps below `points`.

    A shift between two points is shared by them so that the mean is kept.
    """
    size = _fast_length(points)
    whole = jnp.floor(shift)
    part = shift - whole
    angle = -2 * np.pi / size
    turn, once = jnp.exp(1j * angle * whole), np.exp(1j * angle)

    def wave(powers: tuple[Array, Array], _: None) -> tuple[tuple[Array, Array], Array]:
        turned, step = powers
        waves = 1 + honour * (turned * (1 - part + part * step) - 1)
        return (turned * turn, step * once), jnp.prod(waves, axis=0)

    # frequency by frequency, so that nothing of the size of all sanctions is stored
    begin = (jnp.ones_like(turn), jnp.asarray(1 + 0j))
    _, waves = jax.lax.scan(wave, begin, None, length=size // 2 + 1)
    return jnp.asarray(jnp.fft.irfft(waves, size, axis=0))[:points]


def _sums_above(values: Float[Array, "points *batch"]) -> Float[Array, "points *batch"]:
    """Return at each point the sum of the values there and at all later points."""

    def add(total: Array, value: Array) -> tuple[Array, Array]:
        return total + value, total + value

    return jax.lax.scan(add, jnp.zeros_like(values[0]), values, reverse=True)[1]


def sanction_loss(
    sanctions: Sanctions,
    active: Bool[Array, "sanctions decisions draws"],
    honour: Float[Array, "sanctions decisions draws"],
    war: War,
) -> SanctionLoss:
    """Return what sanctions take from the attacker's war value.

    The distribution of their total K is put on a grid of equal steps that keeps its mean (exact where the sizes are
    whole numbers of steps, as one size is); E[(K − y)⁺] is linear between the grid's points, so that one look-up
    serves each y.
    """
    size = sanctions.size[:, None] / (war.discount + war.end_rate)
    mean = jnp.sum(size * honour, axis=0)
    most = jnp.sum(jnp.where(active, size, 0.0), axis=0)
    sizes_due = active & (size > 0)
    if size.shape[0] == 0:
        zero = jnp.zeros((active.shape[1], war.cost.shape[-1]))

        def short(y: Array) -> Array:
            return jnp.maximum(-y, 0.0)

        return SanctionLoss(zero, short, zero, zero + 1)
    steps = _FEW_STEPS if size.shape[0] <= _FEW else _MANY_STEPS
    step = jnp.maximum(jnp.sum(size, axis=0), 1e-300) / steps
    # every size may be rounded up to the next step, so that the top lies that much above the sum
    last = steps + size.shape[0]
    weight = _distribution(size / step, honour, last + 1)
    tail = _sums_above(_sums_above(weight))
    # E[(K − y_j)⁺] = step × Σ_{i>j} P(K ≥ y_i)
    expected = step * jnp.concatenate([tail[1:], jnp.zeros_like(tail[:1])])

    def call(y: Float[Array, "outcomes any draws"]) -> Float[Array, "outcomes decisions draws"]:
        y = jnp.broadcast_to(y, (y.shape[0], *honour.shape[1:]))
        place = jnp.clip(y / step, 0, last)
        low = jnp.minimum(jnp.floor(place), last - 1).astype(int)
        part = place - low
        upper = jnp.take_along_axis(expected, low + 1, axis=0)
        between = (1 - part) * jnp.take_along_axis(expected, low, axis=0) + part * upper
        return jnp.where(y < 0, mean - y, between)

    return SanctionLoss(mean, call, most, jnp.prod(jnp.where(sizes_due, 1 - honour, 1.0), axis=0))


def war_of(inputs: Inputs, attacker: int) -> War:
    """Return the war values' constants for an attack by this principal."""
    victim = 1 - attacker
    return War(
        inputs.defeat[attacker],
        inputs.war_cost[attacker],
        inputs.defeat[victim],
        inputs.war_cost[victim],
        1 / inputs.war_years,
        inputs.discount,
    )
