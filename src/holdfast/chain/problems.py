"""The honour equations of many draws, times and joint decisions as one flat list of problems, solved in batches.

Each problem is solved by iteration where that is certain to find the only answer (`honour.solve_contraction`), and by following
the principal branch (`branch`) where it is not. Arrays here are NumPy's; the last axis is that of the problems.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float, Int

from holdfast.chain import attack, branch, decide
from holdfast.chain import help as aid
from holdfast.chain.batches import in_batches, replaced, taken
from holdfast.chain.honour import solve_contraction
from holdfast.chain.inputs import Data, Inputs, Pledges
from holdfast.chain.kernels import kernel
from holdfast.chain.times import strengths

__all__ = ["Answers", "answers", "answers_near", "decisions_of", "equations", "others"]

_CERTAIN, _FOLLOWED, _BRACKETS = 104, 8, 100
_SIZES = (2, 4, aid.ENUMERATED, 16, 32, 64)


class Answers(NamedTuple):
    """The principal branch's `honour`, whether it was found, and whether it is certainly the only answer."""

    honour: Float[Data, "pledges problems"]
    converged: Bool[Data, " problems"]
    unique: Bool[Data, " problems"]


def decisions_of(inputs: Inputs, attacker: int) -> int:
    """Return the number of joint decisions of the bodies that stand before help against an attacker."""
    return 2 ** inputs.attacks[attacker].passes.shape[0]


def equations(
    inputs: Inputs, attacker: int, draws: Int[np.ndarray, " places"], years: Float[np.ndarray, " places"]
) -> branch.Equations:
    """Return the problems of one principal's attack in some draws at some times, decision by decision at each place in turn."""
    count = decisions_of(inputs, attacker)
    here = taken(inputs, draws)
    own = here.attacks[attacker]
    force = strengths(here.strength, here.added, here.over_years, here.strengthens, years)
    place, decision = np.repeat(np.arange(draws.size), count), np.tile(np.arange(count), draws.size)

    body = inputs.attacks[attacker].pledges.body
    due_in = kernel(decide.active_pledges, bodies=own.passes.shape[0])
    active: np.ndarray = in_batches(due_in, (body,), body.shape[-1], _FOLLOWED)
    whole = (*own.pledges[:5], force[attacker], force[1 - attacker] + own.forward, here.decisiveness)
    *pledges, attacking, defending, decisiveness = (a[..., place] for a in whole)
    due = active[:, decision, draws[place]] & (own.pledges.strength[:, place] > 0)
    return branch.Equations._make((*pledges, due, attacking, defending, decisiveness))


def _iterated(problems: branch.Equations) -> tuple[Data, Data]:
    body = jnp.full(problems.strength.shape, -1)
    pledges = Pledges(*problems[:5], body)
    many = None
    if problems.strength.shape[0] > aid.ENUMERATED:
        many = (aid.factors(problems.strength), aid.shifts(problems.strength))
    state = attack.situation(problems.attacker, problems.defender, problems.decisiveness, pledges, many)
    due = problems.due[:, None]
    start = jnp.where(due, 0.5, 0.0)
    found = solve_contraction(
        state.benefit, pledges, due, state.steepest, state.curvature, state.bends, start, _BRACKETS
    )
    return found.honour[:, 0], found.unique[0]


_follow, _near, _others = (
    jax.vmap(f, in_axes=-1, out_axes=-1) for f in (branch.follow, branch.near, branch.others)
)


def _gathered(problems: branch.Equations) -> tuple[branch.Equations, np.ndarray]:
    """Return the problems with the pledges that are due in the first places and no more places than needed, and their order."""
    order = np.argsort(~problems.due, axis=0, kind="stable")
    most = int(problems.due.sum(axis=0).max(initial=1))
    places = problems.due.shape[0]
    order = order[: min(places, next((s for s in _SIZES if s >= most), places))]
    rows = (np.take_along_axis(np.asarray(a), order, axis=0) for a in problems[:6])
    *pledges, due = rows
    pledges[0] = np.where(due, pledges[0], 0.0)
    return branch.Equations._make((*pledges, due, *problems[6:])), order


def _spread(honour: np.ndarray, order: np.ndarray, places: int) -> np.ndarray:
    full = np.zeros((places, honour.shape[1]))
    np.put_along_axis(full, order, honour, axis=0)
    return full


def _along_branch(problems: branch.Equations) -> branch.Branch:
    few, order = _gathered(problems)
    count = problems.attacker.size
    found: branch.Branch = in_batches(kernel(_follow), (few,), count, _FOLLOWED)
    return branch.Branch(_spread(found.honour, order, problems.due.shape[0]), found.converged)


def _iterated_all(problems: branch.Equations) -> tuple[Answers, np.ndarray]:
    """Return what iteration finds, and which problems it leaves."""
    honour, unique = in_batches(kernel(_iterated), (problems,), problems.attacker.size, _CERTAIN)
    return Answers(honour, unique.copy(), unique), np.flatnonzero(~unique)


def answers(problems: branch.Equations) -> Answers:
    """Return the principal branch of every problem."""
    found, left = _iterated_all(problems)
    if left.size:
        own = _along_branch(taken(problems, left))
        found = replaced(found, left, Answers(own.honour, own.converged, np.zeros(left.size, bool)))
    return found


def answers_near(problems: branch.Equations, guess: Float[np.ndarray, "pledges problems"]) -> Answers:
    """Return the answer next to a guess where the answer may not be the only one, and the principal branch where there is none."""
    found, left = _iterated_all(problems)
    if not left.size:
        return found
    few, order = _gathered(taken(problems, left))
    start = np.take_along_axis(guess[:, left], order, axis=0)
    close: branch.Branch = in_batches(kernel(_near), (few, start), left.size, _FOLLOWED)
    own = branch.Branch(_spread(close.honour, order, guess.shape[0]), close.converged)
    lost = np.flatnonzero(~own.converged)
    if lost.size:
        own = replaced(own, lost, _along_branch(taken(problems, left[lost])))
    return replaced(found, left, Answers(own.honour, own.converged, np.zeros(left.size, bool)))


def others(
    problems: branch.Equations,
    honour: Float[np.ndarray, "pledges problems"],
    unique: Bool[np.ndarray, " problems"],
) -> branch.Others:
    """Return what other answers the problems have; none where the answer known is certainly the only one."""
    amount = np.sum(problems.strength * honour, axis=0)
    found = branch.Others(np.zeros(amount.size, bool), amount, amount.copy())
    left = np.flatnonzero(~unique)
    if not left.size:
        return found
    few, order = _gathered(taken(problems, left))
    start = np.take_along_axis(honour[:, left], order, axis=0)
    own: branch.Others = in_batches(kernel(_others), (few, start), left.size, _FOLLOWED)
    return replaced(found, left, own)
