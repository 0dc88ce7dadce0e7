"""Detect and decide against their equations."""

from itertools import product

import jax.numpy as jnp
import numpy as np

from holdfast.chain.decide import active_pledges, decision_probabilities, decisions
from holdfast.chain.detect import accident_rate, attribution


def test_attribution_by_hand():
    """Two monitors of .5 × .5 and .8 × 1; the first watches both principals, the second only principal 1."""
    found = attribution(
        jnp.array([[0.6], [0.2]]),
        jnp.array([[0.5], [0.8]]),
        jnp.array([[0.5], [1.0]]),
        jnp.array([[[True], [False]], [[True], [True]]]),
    )
    np.testing.assert_allclose(found[:, 0], [1 - 0.4 * 0.75, 1 - 0.8 * 0.75 * 0.2], rtol=1e-14)


def test_without_monitors_attribution_is_what_it_was():
    unaided = jnp.array([[0.3, 1.0], [0.0, 0.7]])
    nobody = jnp.zeros((0, 2))
    np.testing.assert_allclose(
        attribution(unaided, nobody, nobody, jnp.zeros((2, 0, 2), bool)), unaided, atol=1e-15
    )


def test_every_monitor_contains_accidents():
    found = accident_rate(jnp.array([0.04]), jnp.array([[0.5], [0.25]]))
    np.testing.assert_allclose(found, [0.04 * 0.5 * 0.75], rtol=1e-14)
    np.testing.assert_array_equal(accident_rate(jnp.array([0.04]), jnp.zeros((0, 1))), [0.04])


def test_joint_decisions_are_all_there_once():
    rows = decisions(4)
    assert len({tuple(row) for row in rows.tolist()}) == 16
    assert rows[0b0110].tolist() == [False, True, True, False]


def test_decision_probabilities_are_products_over_bodies():
    passes = np.random.default_rng(4).random((3, 50))
    found = np.asarray(decision_probabilities(jnp.asarray(passes)))
    for number, row in enumerate(decisions(3)):
        expected = np.prod([q if yes else 1 - q for q, yes in zip(passes, row, strict=True)], axis=0)
        np.testing.assert_allclose(found[number], expected, rtol=1e-14)
    np.testing.assert_allclose(found.sum(axis=0), 1.0, rtol=1e-14)


def test_without_bodies_there_is_one_decision_and_all_is_due():
    assert decision_probabilities(jnp.zeros((0, 2))).tolist() == [[1.0, 1.0]]
    assert np.asarray(active_pledges(jnp.array([[-1, -1]]), 0)).tolist() == [[[True, True]]]


def test_a_pledge_falls_due_when_its_own_body_agrees():
    body = jnp.array([[-1, 1], [0, 1], [1, -1]])
    found = np.asarray(active_pledges(body, 2))
    for pledge, number, draw in product(range(3), range(4), range(2)):
        own = int(body[pledge, draw])
        expected = True if own < 0 else bool(number >> own & 1)
        assert bool(found[pledge, number, draw]) is expected
