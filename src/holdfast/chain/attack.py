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
from jaxtyping import Array, Bool, Float

from holdfast.chain import help as aid
from holdfast.chain.inputs import Attack, Inputs, Pledges, Sanctions
from holdfast.chain.war import linear_war_value, war_value, win_probability

__all__ = ["Brought", "SanctionLoss", "Situation", "War", "brought", "sanction_loss", "situation", "war_of"]

_FEW, _FEW_STEPS, _MANY_STEPS = 8, 2048, 256
"""Steps of the grid of what sanctions take in all, with few sanctions and with many."""


class War(NamedTuple):
    """What settles the war values of one attack: defeat d and cost κ of attacker and victim, μ and ρ."""

    defeat: Float[Array, " draws"]
    cost: Float[Array, " draws"]
    victim_defeat: Float[Array, " draws"]
    victim_cost: Float[Array, " draws"]
    end_rate: Float[Array, " draws"]
    discount: Float[Array, " draws"]


class Situation(NamedTuple):
    """One attacker at one time: strengths, and the attacker's chances as a function of help.

    `table` holds p in every outcome (few pledges) or `curve` its exponentials (many); `steepest` and `curvature` bound |p'| and |p''|.
    """

    attacker: Float[Array, " draws"]
    defender: Float[Array, " draws"]
    decisiveness: Float[Array, " draws"]
    table: Float[Array, "outcomes draws"] | None
    curve: aid.ExponentialSum | None
    steepest: Float[Array, " draws"]
    curvature: Float[Array, " draws"]
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

    `mean` E[K] ["decisions draws"]; `call` y → E[(K − y)⁺] for y ["outcomes 1 draws"]; `most` if all that are due are honoured.
    """

    mean: Float[Array, "decisions draws"]
    call: Callable[[Float[Array, "outcomes any draws"]], Float[Array, "outcomes decisions draws"]]
    most: Float[Array, "decisions draws"]


class Brought(NamedTuple):
    """War values to attacker and victim ["decisions draws"]: as honoured, if all pledges due were honoured, and without help."""

    attacker: Float[Array, "decisions draws"]
    victim: Float[Array, "decisions draws"]
    attacker_all: Float[Array, "decisions draws"]
    victim_all: Float[Array, "decisions draws"]
    attacker_none: Float[Array, " draws"]
    victim_none: Float[Array, " draws"]
    may_yield: Bool[Array, " draws"]


def situation(
    attacker: Float[Array, " draws"],
    defender: Float[Array, " draws"],
    decisiveness: Float[Array, " draws"],
    pledges: Pledges,
    factors: Float[Array, "exponentials pledges draws"] | None,
) -> Situation:
    """Return one attacker's situation; `factors` as from `help.factors`, or None to enumerate."""
    total = jnp.sum(pledges.strength, axis=0)
    points = aid.sample_points(total)
    chance = win_probability(attacker, defender + points, decisiveness)
    spread = decisiveness * chance * (1 - chance) / (defender + points)
    bend = spread / (defender + points) * (1 + decisiveness * (1 - 2 * chance))
    table = curve = None
    error = jnp.zeros_like(attacker)
    if factors is None:
        table = win_probability(attacker, defender + aid.outcomes(pledges.strength), decisiveness)
    else:
        weights, error = aid.fit_exponentials(chance)
        curve = aid.ExponentialSum(weights[:, None], factors[:, :, None])
    # the points are close enough that 1.1 covers what lies between them
    steepest, curvature = 1.1 * jnp.max(spread, axis=0), 1.1 * jnp.max(jnp.abs(bend), axis=0)
    return Situation(attacker, defender, decisiveness, table, curve, steepest, curvature, error)


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
    added, call, most = sanctions

    # the attacker's gain over defeat from fighting to the end, before sanctions
    def fight(win: Array) -> Array:
        return linear_war_value(win, war.defeat, war.cost, war.end_rate, war.discount) - war.defeat

    def defend(win: Array) -> Array:
        return war_value(1 - win, war.victim_defeat, war.victim_cost, war.end_rate, war.discount)

    none = jnp.zeros_like(state.attacker)
    win_none, win_all = state.win(none), state.win(jnp.sum(attack.pledges.strength, axis=0))
    may_yield = (fight(win_all) < jnp.max(most, axis=0)) | (
        linear_war_value(1 - win_none, war.victim_defeat, war.victim_cost, war.end_rate, war.discount)
        < war.victim_defeat
    )
    if state.table is not None:
        weight = aid.outcome_weights(honour)
        gain = fight(state.table)[:, None]
        attacker = war.defeat + jnp.sum(weight * (gain + call(gain)), axis=0) - added
        victim = jnp.sum(weight * defend(state.table)[:, None], axis=0)
        may_yield = jnp.zeros_like(may_yield)
    else:
        assert state.curve is not None
        mean = aid.mean_win(state.curve, honour)
        attacker = war.defeat + fight(mean) - added
        victim = linear_war_value(1 - mean, war.victim_defeat, war.victim_cost, war.end_rate, war.discount)
        if yielding:
            amount, weight = aid.help_grid(attack.pledges.strength, honour)
            chance = state.win(jnp.maximum(amount, 0.0))
            attacker = attacker + jnp.sum(weight * call(fight(chance)[:, None]), axis=0)
            short = defend(chance) - linear_war_value(
                1 - chance, war.victim_defeat, war.victim_cost, war.end_rate, war.discount
            )
            victim = victim + jnp.sum(weight * short[:, None], axis=0)
    due = jnp.sum(jnp.where(active, attack.pledges.strength[:, None], 0.0), axis=0)
    cost_all = war.cost + (war.discount + war.end_rate) * most
    win_due = state.win(due)
    return Brought(
        attacker,
        victim,
        war_value(win_due, war.defeat, cost_all, war.end_rate, war.discount),
        defend(win_due),
        war_value(win_none, war.defeat, war.cost, war.end_rate, war.discount),
        defend(win_none),
        may_yield,
    )


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
    if size.shape[0] == 0:
        zero = jnp.zeros((active.shape[1], war.cost.shape[-1]))

        def short(y: Array) -> Array:
            return jnp.maximum(-y, 0.0)

        return SanctionLoss(zero, short, zero)
    steps = _FEW_STEPS if size.shape[0] <= _FEW else _MANY_STEPS
    step = jnp.maximum(jnp.sum(size, axis=0), 1e-300) / steps
    # every size may be rounded up to the next step, so that the top lies that much above the sum
    last = steps + size.shape[0]
    rows = jnp.arange(last + 1)[:, None, None]
    first = jnp.broadcast_to(jnp.where(rows == 0, 1.0, 0.0), (last + 1, *honour.shape[1:]))

    def add(weight: Array, each: tuple[Array, Array]) -> tuple[Array, None]:
        shift = each[0] / step
        whole = jnp.minimum(jnp.floor(shift), steps)
        part = shift - whole
        moved = jnp.zeros_like(weight)
        for offset, share in ((0, 1 - part), (1, part)):
            source = rows - whole.astype(int) - offset
            index = jnp.broadcast_to(jnp.clip(source, 0, last), weight.shape)
            moved = moved + jnp.where(source >= 0, share * jnp.take_along_axis(weight, index, axis=0), 0.0)
        return weight * (1 - each[1]) + moved * each[1], None

    weight, _ = jax.lax.scan(add, first, (size, honour))
    at_least = jnp.cumsum(weight[::-1], axis=0)[::-1]
    tail = jnp.cumsum(at_least[::-1], axis=0)[::-1]
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

    return SanctionLoss(mean, call, most)


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
