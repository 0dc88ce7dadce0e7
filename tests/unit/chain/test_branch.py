"""The principal branch: its linear algebra against NumPy's, paths that cross or nearly do, and two threads at a time."""

from concurrent.futures import ThreadPoolExecutor
from itertools import product

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from holdfast.chain import branch
from holdfast.chain.problems import answers


@pytest.mark.parametrize("size", [1, 4, 31])
def test_elimination_solves_as_numpy_does_and_knows_the_sign_of_the_determinant(size):
    rng = np.random.default_rng(size)
    matrix, right = rng.normal(size=(60, size, size)), rng.normal(size=(60, size))
    matrix[:, 0, 0] = 0.0 if size > 1 else 2.0  # a pivot must be looked for
    solve = jax.jit(jax.vmap(branch._solve))
    found, sign = solve(jnp.asarray(matrix), jnp.asarray(right))
    np.testing.assert_allclose(found, np.linalg.solve(matrix, right[..., None])[..., 0], rtol=1e-8, atol=1e-9)
    np.testing.assert_array_equal(sign, np.linalg.slogdet(matrix).sign)
    assert size == 1 or {-1.0, 1.0} == set(np.asarray(sign).tolist())


def problem(count, *, strength, stake, cost, noise, apart=0.0):
    """One problem for each value of `apart`: guarantors alike but for the first, who pays that much more."""
    apart = np.atleast_1d(apart)
    same = lambda value: np.full((count, apart.size), value)
    costs = same(cost)
    costs[0] += apart
    one = np.ones(apart.size)
    return branch.Equations(
        same(strength), same(stake), costs, same(0.0), same(noise), same(1.0) > 0, one, one, 2.0 * one
    )


def missed(problems, honour):
    """By how much honour misses the equations, written out combination by combination."""
    benefit = np.zeros(honour.shape)
    for kept in product([0, 1], repeat=len(honour)):
        flags = np.array(kept)[:, None]
        each = np.where(flags, honour, 1 - honour)
        against = problems.defender + (flags * problems.strength).sum(axis=0)
        win = 1 / (1 + (against / problems.attacker) ** problems.decisiveness)
        for g, own in enumerate(kept):
            benefit[g] += np.delete(each, g, axis=0).prod(axis=0) * win * (1 - 2 * own)
    lift = (problems.stake * benefit - problems.cost + problems.break_cost) / problems.noise
    return np.abs(1 / (1 + np.exp(-lift)) - honour).max()


def test_guarantors_alike_answer_alike_where_their_path_crosses_another():
    """Two substitutes, either of which suffices: the symmetric path goes straight on through the crossing."""
    alike = problem(2, strength=2.0, stake=1.0, cost=0.2, noise=0.01)
    found = answers(alike)
    assert found.converged.all()
    assert not found.unique.any()
    assert found.honour[0] == pytest.approx(found.honour[1], abs=1e-9)
    assert missed(alike, found.honour) < 1e-9


def test_the_smallest_difference_decides_who_helps():
    """A path that nearly crosses another turns away from it: the one to whom helping costs more is the one who does not."""
    apart = problem(2, strength=2.0, stake=1.0, cost=0.2, noise=0.01, apart=[-1e-2, -1e-3, 1e-3, 1e-2])
    found = answers(apart)
    assert found.converged.all()
    first, second = found.honour
    assert (first[:2] > 0.9).all()
    assert (second[:2] < 0.1).all()
    assert (first[2:] < 0.1).all()
    assert (second[2:] > 0.9).all()


def test_two_threads_at_a_time_come_to_an_end():
    """Blocks are worked on side by side; libraries' own thread pools have been seen to wait for themselves there."""
    alike = problem(12, strength=0.3, stake=1.0, cost=0.1, noise=0.005, apart=np.linspace(0, 0.02, 16))
    with ThreadPoolExecutor(max_workers=2) as pool:
        first, second = (job.result(timeout=300) for job in [pool.submit(answers, alike) for _ in range(2)])
    np.testing.assert_array_equal(first.honour, second.honour)
    assert first.converged.all()
