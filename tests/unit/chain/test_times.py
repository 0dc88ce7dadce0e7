"""Ramps, nodes and steps in time."""

import jax.numpy as jnp
import numpy as np
import pytest

from holdfast.chain.solve import node_years
from holdfast.chain.times import interpolation, node_positions, ramp_ends, step_positions, strengths


def test_ends_of_ramps_are_in_order_and_within_the_horizon():
    over = jnp.array([[5.0, 30.0], [2.0, 1e-9]])
    found = ramp_ends(over, jnp.array([20.0, 10.0]))
    np.testing.assert_allclose(found.T, [[0.0, 2.0, 5.0, 20.0], [0.0, 1e-9, 10.0, 10.0]], atol=1e-15)


@pytest.mark.parametrize(("year", "expected"), [(0.0, 1.0), (1.0, 1.3), (2.0, 1.6), (4.0, 1.8), (9.0, 1.8)])
def test_strength_rises_linearly_and_then_stays(year, expected):
    """0.4 over two years and 0.4 over four for principal 0; another's 7 do not count."""
    found = strengths(
        jnp.array([[1.0], [2.0]]),
        jnp.array([[0.4], [0.4], [7.0]]),
        jnp.array([[2.0], [4.0], [1.0]]),
        jnp.array([[[True], [True], [False]], [[False], [False], [False]]]),
        jnp.array([year]),
    )
    np.testing.assert_allclose(found[:, 0], [expected, 2.0], rtol=1e-14)


@pytest.mark.parametrize("panels", [1, 2, 8])
def test_nodes_run_from_start_to_end(panels):
    nodes = node_positions(panels)
    assert nodes.size == 4 * panels + 1
    assert nodes[0] == 0
    assert nodes[-1] == 1
    assert (np.diff(nodes) > 0).all()
    assert set(np.arange(panels) / panels) <= set(nodes)


@pytest.mark.parametrize("steps", [1, 96])
def test_steps_have_ends_and_middles_and_are_fine_at_the_start(steps):
    points = step_positions(steps)
    assert points.size == 2 * steps + 1
    assert points[0] == 0
    assert points[-1] == 1
    np.testing.assert_allclose(points[1::2], (points[:-1:2] + points[2::2]) / 2, rtol=1e-14)
    lengths = np.diff(points[::2])
    assert (np.diff(lengths) > 0).all()


@pytest.mark.parametrize(("panels", "steps"), [(1, 10), (2, 96), (4, 33)])
def test_interpolation_is_exact_for_a_quartic_in_each_panel(panels, steps):
    """A spline of quartics with a kink at every panel's end comes back exactly."""
    nodes, points = node_positions(panels), step_positions(steps)
    curve = lambda x: x**4 - 2 * x**3 + 0.5 * x + sum(np.abs(x - k / panels) for k in range(panels + 1))
    np.testing.assert_allclose(interpolation(panels, steps) @ curve(nodes), curve(points), rtol=0, atol=1e-13)


def test_nodes_cover_every_stretch_but_the_last():
    ends = jnp.array([[0.0], [2.0], [5.0], [20.0]])
    found = np.asarray(node_years(ends, 2))[:, 0]
    assert found.size == 2 * 9
    assert found[[0, 4, 8, 9, 13, 17]].tolist() == [0.0, 1.0, 2.0, 2.0, 3.5, 5.0]


def test_nothing_that_changes_needs_one_node():
    assert np.asarray(node_years(jnp.array([[0.0], [20.0]]), 4)).tolist() == [[0.0]]
