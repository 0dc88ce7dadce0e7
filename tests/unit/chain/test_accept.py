"""Accept against its equations, by hand."""

from math import exp

import jax.numpy as jnp
import numpy as np
import pytest

from holdfast.chain.accept import acceptance, fighting_value, refusal, signed


def column(*rows):
    return jnp.array(rows, dtype=float)[:, None]


def test_red_lines_are_meant_or_not_each_by_itself():
    crossed = jnp.array([[[0.5], [0.2], [0.0]], [[0.0], [0.0], [0.0]]])
    np.testing.assert_allclose(refusal(crossed)[:, 0], [1 - 0.5 * 0.8, 0.0], atol=1e-15)


def test_no_red_lines_refuse_nothing():
    assert refusal(jnp.zeros((2, 0, 1)))[:, 0].tolist() == [0.0, 0.0]


def test_fighting_on_by_hand():
    """Strengths 3 to 1, m = 1: chances .75 and .25; μ = .5, ρ = .05, d = 0, κ = .1 and .2: the weaker side would lose by fighting."""
    found = fighting_value(
        column(3, 1), jnp.array([1.0]), column(0, 0), column(0.1, 0.2), jnp.array([0.5]), jnp.array([0.05])
    )
    np.testing.assert_allclose(found[:, 0], [(0.5 * 0.75 - 0.1) / 0.55, 0.0], rtol=1e-14)


def test_acceptance_by_hand():
    found = acceptance(column(0.5, 0.4), column(0.4, 0.5), column(0.05, 0.1), column(0.25, 0.0))
    expected = [0.75 / (1 + exp(-2)), 1 / (1 + exp(1))]
    np.testing.assert_allclose(found[:, 0], expected, rtol=1e-13)


@pytest.mark.parametrize(
    ("signs", "others", "expected"),
    [
        ([True, True], [0.9, 0.8], 0.5 * 0.4 * 0.72),
        ([True, False], [], 0.5),
        ([False, False], [0.9], 0.9),
    ],
)
def test_all_signatories_must_sign_and_only_they(signs, others, expected):
    found = signed(column(0.5, 0.4), jnp.array(signs)[:, None], jnp.array(others, dtype=float).reshape(-1, 1))
    assert float(found[0]) == pytest.approx(expected, rel=1e-14)
