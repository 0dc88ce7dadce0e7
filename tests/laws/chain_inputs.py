"""Random inputs of the chain, all of one shape, so that the laws share a few compiled kernels.

Each array has the draws on its last axis: many cases are the lanes of one call.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import jax
import numpy as np

from holdfast.chain import Attack, Inputs, Pledges, Sanctions
from holdfast.chain.batches import in_batches
from holdfast.chain.escalate import FINE, Solved, solve_draws
from holdfast.chain.kernels import kernel
from holdfast.chain.solve import CURVE_YEARS, Outcomes, solve

PLEDGES, SANCTIONS, BODIES, RAMPS, MONITORS, LINES, OTHERS = 3, 1, 2, 2, 1, 1, 1
TEN = CURVE_YEARS.index(10.0)


def usual(draws: int, seed: int, *, honour_noise: tuple[float, float] = (0.1, 0.3)) -> Inputs:
    """Inputs drawn from the usual ranges, with pledges, sanctions and bodies on both sides, ramps and a monitor.

    Noisy guarantors have one answer only; with less noise they may have several.
    """
    rng = np.random.default_rng(seed)

    def some(low: float, high: float, *rows: int) -> np.ndarray:
        return rng.uniform(low, high, (*rows, draws))

    def attack() -> Attack:
        def body(count: int) -> np.ndarray:
            return rng.integers(-1, BODIES, (count, draws))

        pledges = Pledges(
            strength=some(0.05, 0.6, PLEDGES),
            stake=some(0.2, 1.0, PLEDGES),
            cost=some(0.0, 0.15, PLEDGES),
            break_cost=some(0.0, 0.1, PLEDGES),
            noise=some(*honour_noise, PLEDGES),
            body=body(PLEDGES),
        )
        sanctions = Sanctions(
            size=some(0.0, 0.05, SANCTIONS),
            cost=some(0.0, 0.1, SANCTIONS),
            break_cost=some(0.0, 0.1, SANCTIONS),
            noise=some(0.03, 0.2, SANCTIONS),
            body=body(SANCTIONS),
        )
        return Attack(pledges, sanctions, some(0.1, 1.0, BODIES), some(0.0, 0.2))

    utility = some(0.3, 0.7, 1)
    strength = some(0.7, 1.4, 2)
    owner = rng.integers(0, 2, (RAMPS, draws))
    return Inputs(
        outcome_utility=np.concatenate([utility, 1 - utility]),
        relief=some(0.0, 0.1, 2),
        upkeep=some(0.0, 0.05, 2),
        defeat=some(0.0, 0.1, 2),
        war_cost=some(0.03, 0.15, 2),
        war_years=some(1.5, 5.0),
        discount=some(0.03, 0.08),
        decisiveness=some(0.5, 2.0),
        horizon_years=rng.choice([20.0, 30.0], draws),
        fighting_strength=strength * some(1.0, 1.3, 2),
        strength=strength,
        added=some(0.0, 0.4, RAMPS),
        over_years=some(1.0, 8.0, RAMPS),
        strengthens=np.stack([owner == 0, owner == 1]),
        crises_per_year=some(0.1, 2.0, 2),
        noise=some(0.02, 0.08, 2),
        word_cost=some(0.01, 0.1, 2),
        accidents_per_year=some(0.0, 0.05),
        settling_excess=some(1.0, 12.0),
        settling_years=some(0.5, 2.0),
        detection=some(0.3, 1.0, 2),
        coverage=some(0.0, 1.0, MONITORS),
        access=some(0.0, 1.0, MONITORS),
        containment=some(0.0, 0.5, MONITORS),
        watches=rng.random((2, MONITORS, draws)) < 0.6,
        attacks=(attack(), attack()),
        crossed_firmness=np.where(rng.random((2, LINES, draws)) < 0.5, some(0.0, 1.0, 2, LINES), 0.0),
        signs=rng.random((2, draws)) < 0.9,
        accepts=some(0.5, 1.0, OTHERS),
    )


def one_attacker(draws: int, seed: int) -> Inputs:
    """Inputs under which only principal 0 ever attacks and nothing changes over the years.

    Peace costs it something, or hardly anyone would be tempted.
    """
    inputs = usual(draws, seed)
    crises = inputs.crises_per_year * np.array([[1.0], [0.0]])
    upkeep = inputs.upkeep + np.random.default_rng(seed).uniform(0.0, [[0.8], [0.0]], (2, draws))
    return inputs._replace(crises_per_year=crises, added=0 * inputs.added, upkeep=upkeep)


def against_0(inputs: Inputs, **pledges: Any) -> Inputs:
    """Inputs with fields of the pledges against principal 0 replaced."""
    first, second = inputs.attacks
    return inputs._replace(attacks=(first._replace(pledges=first.pledges._replace(**pledges)), second))


def joined(*parts: Inputs) -> Inputs:
    """All draws of several inputs side by side, to be solved in one call."""
    return jax.tree.map(lambda *a: np.concatenate(a, axis=-1), *parts)


def solved(*parts: Inputs) -> list[Solved]:
    """Solve several inputs of equal numbers of draws in one call; one answer each."""
    answer = jax.tree.map(np.asarray, solve_draws(joined(*parts)))
    size = parts[0].discount.size
    assert all(part.discount.size == size for part in parts)
    return [jax.tree.map(lambda a, n=n: a[..., n * size : (n + 1) * size], answer) for n in range(len(parts))]


def solved_alike(*parts: Inputs) -> list[Outcomes]:
    """Outcomes of several inputs by one fine method, so that what time and help are cut into is the same for all of them."""
    whole = joined(*parts)
    found = in_batches(kernel(solve, method=FINE.method), (whole,), whole.discount.size, FINE.batch)
    size = parts[0].discount.size
    return [jax.tree.map(lambda a, n=n: a[..., n * size : (n + 1) * size], found) for n in range(len(parts))]


@cache
def base() -> tuple[Inputs, Solved]:
    """Inputs that several laws start from, and their answer."""
    inputs = usual(64, seed=20)
    [answer] = solved(inputs)
    return inputs, answer


def same(found: Any, expected: Any, within: float) -> None:
    """Assert that all arrays of two answers agree, NaN being equal to NaN."""
    for (where, a), (_, b) in zip(
        jax.tree_util.tree_leaves_with_path(found), jax.tree_util.tree_leaves_with_path(expected), strict=True
    ):
        np.testing.assert_allclose(a, b, rtol=0, atol=within, err_msg=jax.tree_util.keystr(where))
